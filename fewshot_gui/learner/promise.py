"""The promise "at most e % wrong": how many pictures can be filed so that it holds.

Model. A picture of confidence c is wrong with log odds m(x) + theta * s(x), where x = log((1 - c) / c). The line m is
what the confidences mean on average over tasks, s(x) how far tasks differ from it there, and theta ~ N(0, 1) how
over-confident the machine is in this folder. m and s come from simulated tasks of several domains: the tasks differ
in shift and slope, both Gaussian (hierarchical, after Fisch et al. 2021, arXiv:2102.08898). The person's confirmations
turn the distribution of theta into its posterior, by Bayes' rule. File the most pictures for which
P(wrong > e * filed) <= RISK, as risk control asks (Angelopoulos et al. 2021, arXiv:2110.01052).

All curves are ordered by theta, so a wrong confirmation can only make every picture look worse: it never files more.
Only pictures the machine files count; the person's own labels are right and buy the machine no mistakes.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

RISK = 0.003
"""Chance of breaking the promise that the model may reckon with. Real curves are no straight lines: with 0.03, the
promise was kept in as few as 91 % of the folders of a domain that had fitted nothing, with 0.01, 0.0075 and 0.005 in
94.6, 94.0 and 94.2 % (one of 80 figures of check-promise each)."""
BETWEEN_DOMAINS = 1.5
"""A new domain lies further from the mean than the few that were seen lie from their own."""
WORTH = 0.9
"""Don't ask for more answers to file the last tenth of what could be filed."""
_PIVOT = math.log(0.1 / 0.9)  # shift is measured at 90 % confidence, where filing is decided
_LOG_ODDS = np.linspace(-8.0, 3.0, 177)
# Bins over confidence, the surest first. In float32's steps, so that a threshold means the same in both precisions.
_THRESHOLDS = (1 / (1 + np.exp(_LOG_ODDS[1:]))).astype(np.float32).astype(np.float64)
_THRESHOLDS[-1] = 0.0
_X = (_LOG_ODDS[1:] + _LOG_ODDS[:-1]) / 2
_BINS = len(_X)
_THETA = np.linspace(-4.0, 5.0, 73)
_STEPS = 500  # per unit of the table of the normal distribution
_NORMAL = np.array([0.5 * math.erfc(-(i / _STEPS - 9) / math.sqrt(2)) for i in range(18 * _STEPS + 1)])
_PLANS = (10, 20, 40, 80, 160, 320)


@dataclass(frozen=True)
class Run:
    """One simulated task after adaptation. confidences [n] in 0..1 and hits [n] (bool, right or not) of the pictures
    the machine would file; strangers among them are misses."""

    domain: str
    confidences: NDArray[np.floating]
    hits: NDArray[np.bool_]


@dataclass(frozen=True)
class Curves:
    """P(wrong) of a picture in each bin, one row per candidate curve: wrong [g, bins], and logs of it and of 1 - it."""

    wrong: Floats
    log_wrong: Floats
    log_right: Floats

    @classmethod
    def from_log_odds(cls, log_odds: Floats) -> Curves:
        log_wrong = -np.logaddexp(0, -log_odds)
        return cls(np.exp(log_wrong), log_wrong, log_wrong - log_odds)

    def log_likelihood(self, wrong: Floats, right: Floats) -> Floats:
        """Log P(answers | curve) from counts of answers per bin [..., bins]: [..., g]."""
        return wrong @ self.log_wrong.T + right @ self.log_right.T


@dataclass(frozen=True)
class PromiseModel:
    """mean [2] and spread [2, 2] over tasks of (shift, slope): log odds of wrong = pivot + shift + slope * (x -
    pivot)."""

    mean: Floats
    spread: Floats

    @classmethod
    def fresh(cls) -> PromiseModel:
        """For weights whose confidences nobody has measured: right on average, and anything may be."""
        return cls(np.array([0.0, 1.0]), np.diag([4.0, 0.25]))

    def to_arrays(self) -> dict[str, NDArray[np.float32]]:
        """As stored in a weights file."""
        return {"promise.mean": self.mean.astype(np.float32), "promise.spread": self.spread.astype(np.float32)}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, ArrayLike]) -> PromiseModel:
        """The other way round. Raises KeyError where an array is missing."""
        return cls(*(np.asarray(arrays[name], np.float64) for name in ("promise.mean", "promise.spread")))

    def curves(self) -> Curves:
        """One curve per theta, the higher the further theta."""
        steps = np.stack([np.ones(_BINS), _X - _PIVOT])
        deviation = np.sqrt(np.einsum("ix,ij,jx->x", steps, self.spread, steps).clip(min=0))
        return Curves.from_log_odds(_PIVOT + self.mean @ steps + _THETA[:, None] * deviation)


@dataclass(frozen=True)
class Promise:
    """What can be filed. Pictures of confidence >= threshold are (threshold is inf where nothing can be): filed many,
    of which about expected_wrong are wrong, low to high. high <= target * filed. for_person: the others.

    confirmations_wanted: about how many more answers to an audit sample are worth giving, 0 where none would help;
    filed_then: about how many pictures could be filed after those. What is then left for the person is the rest."""

    threshold: float
    filed: int
    expected_wrong: float
    low: int
    high: int
    for_person: int
    confirmations_wanted: int
    filed_then: int


def keep_promise(
    model: PromiseModel,
    confidences: ArrayLike,
    target: float,
    confirmed: ArrayLike = (),
    right: ArrayLike = (),
    audited: ArrayLike | None = None,
) -> Promise:
    """The most pictures to file with at most a share ``target`` (0..1) of them wrong, in 95 % of folders.

    confidences [n]: of the pictures that the machine would file and the person has not labelled. confirmed [c]: the
    machine's confidences in pictures the person has judged, right [c] whether the machine had them right.
    audited [c], all by default: which of them were chosen without looking, by chance or by confidence, as
    audit_sample chooses. The rest the person chose by eye: mistakes among those count against the machine, and right
    answers not for it. Raises ValueError for confidences outside 0..1 and for lengths that differ.
    """
    if not 0 <= target <= 1:
        raise ValueError(f"The share of wrong pictures must lie between 0 and 1; it is {target}.")
    rest, judged = _bins(confidences), _bins(confirmed)
    hit = np.asarray(right, bool)
    chance = np.ones(len(judged), bool) if audited is None else np.asarray(audited, bool)
    if not len(judged) == len(hit) == len(chance):
        raise ValueError(f"{len(judged)} confirmed pictures came with {len(hit)} answers and {len(chance)} origins.")
    pictures = _count(rest)
    curves = model.curves()
    posterior = _posterior(curves, _count(judged[~hit]), _count(judged[hit & chance]))
    cut = _cut(curves, posterior, pictures, target)
    filed = int(pictures[:cut].sum())
    wrong = curves.wrong[:, :cut] @ pictures[:cut]

    def most(chance_above: float) -> int:
        """The smallest count that is exceeded with no more than this chance."""
        return bisect_left(range(filed), True, key=lambda m: bool(posterior @ _above(wrong, m) <= chance_above))

    wanted, then = _plan(curves, posterior, pictures, judged, hit, chance, target, filed)
    return Promise(
        threshold=float(_THRESHOLDS[cut - 1]) if filed else math.inf,
        filed=filed,
        expected_wrong=float(posterior @ wrong),
        low=most(1 - RISK),
        high=most(RISK),
        for_person=len(rest) - filed,
        confirmations_wanted=wanted,
        filed_then=then,
    )


def audit_sample(confidences: ArrayLike, count: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Rows of up to ``count`` pictures to ask about, by chance, where an answer tells most: weighed by c (1 - c).

    Sure pictures are asked about too. Chosen by confidence alone, so the answers are evidence without bias. Weighted
    sampling without replacement after Efraimidis and Spirakis 2006.
    """
    c = np.asarray(confidences, np.float64)
    return np.argsort(np.log(rng.random(len(c))) / _telling(c), kind="stable")[::-1][:count].astype(np.int64)


def fit_promise(runs: Sequence[Run]) -> PromiseModel:
    """Fit how tasks differ on simulated ones. Raises ValueError where the runs come from fewer than two domains.

    The confidences of each run must come from a calibration that never saw the run's domain: the model learns what a
    new domain is like.
    """
    domains = sorted({run.domain for run in runs})
    if len(domains) < 2:
        raise ValueError("How domains differ cannot be learnt from one; give collections of at least two kinds.")
    fits = [_fit_domain([run for run in runs if run.domain == domain]) for domain in domains]
    means = np.array([mean for mean, _ in fits])
    within = np.mean([spread for _, spread in fits], axis=0)
    return PromiseModel(means.mean(0), within + BETWEEN_DOMAINS * np.cov(means.T))


def _fit_domain(runs: Sequence[Run], steps: int = 30) -> tuple[Floats, Floats]:
    """Mean and covariance of (shift, slope) over one domain's tasks, by EM on a grid."""
    shift, slope = (g.ravel() for g in np.meshgrid(np.linspace(-4, 5, 37), np.linspace(0.3, 2, 13), indexing="ij"))
    grid = np.stack([shift, slope], 1)
    curves = Curves.from_log_odds(_PIVOT + shift[:, None] + slope[:, None] * (_X - _PIVOT))
    bins = [_bins(run.confidences) for run in runs]
    wrong, right = (
        np.array([_count(b[run.hits == hit]) for b, run in zip(bins, runs, strict=True)]) for hit in (False, True)
    )
    evidence = curves.log_likelihood(wrong, right)
    mean, spread = np.array([0.0, 1.0]), np.diag([1.0, 0.1])
    for _ in range(steps):
        away = grid - mean
        prior = -0.5 * np.einsum("gi,ij,gj->g", away, np.linalg.inv(spread), away)
        posterior = _normalised(evidence + prior).mean(0)
        mean = posterior @ grid
        spread = np.cov(grid.T, aweights=posterior, bias=True) + 1e-6 * np.eye(2)
    return mean, spread


def _bins(confidences: ArrayLike) -> NDArray[np.int64]:
    """Bin of each confidence, 0 for the surest."""
    c = np.asarray(confidences, np.float64)
    if not ((c >= 0) & (c <= 1)).all():
        raise ValueError("A confidence lies between 0 and 1.")
    return _BINS - np.searchsorted(_THRESHOLDS[::-1], c, side="right")


def _count(bins: NDArray[np.int64]) -> Floats:
    return np.bincount(bins, minlength=_BINS).astype(np.float64)


def _normalised(log_weights: Floats) -> Floats:
    weights = np.exp(log_weights - log_weights.max(-1, keepdims=True))
    return weights / weights.sum(-1, keepdims=True)


def _posterior(curves: Curves, wrong: Floats, right: Floats) -> Floats:
    return _normalised(curves.log_likelihood(wrong, right) - 0.5 * _THETA**2)


def _above(expected: Floats, most: ArrayLike) -> Floats:
    """P(Poisson(expected) > most), after Wilson and Hilferty 1931. The count of mistakes, a sum of independent rare
    ones, spreads less than a Poisson."""
    n = np.asarray(most, np.float64) + 1
    z = (np.cbrt(np.maximum(expected, 1e-12) / n) - (1 - 1 / (9 * n))) * 3 * np.sqrt(n)
    return _NORMAL[((np.clip(z, -9, 9) + 9) * _STEPS).astype(np.int64)]


def _cut(curves: Curves, posterior: Floats, pictures: Floats, target: float) -> int:
    """How many bins, from the surest, can be filed."""
    some = np.flatnonzero(pictures)
    filed = pictures[some].cumsum()
    expected = np.cumsum(pictures[some] * curves.wrong[:, some], axis=1)
    kept = np.flatnonzero(posterior @ _above(expected, np.floor(target * filed + 1e-9)) <= RISK)
    return int(some[kept[-1]]) + 1 if len(kept) else 0


def _telling(confidences: Floats) -> Floats:
    """How much an answer tells of theta: its variance. Nothing is so sure that it is never asked about."""
    c = np.clip(confidences, 0.02, 0.98)
    return c * (1 - c)


def _plan(
    curves: Curves,
    posterior: Floats,
    pictures: Floats,
    judged: NDArray[np.int64],
    hit: NDArray[np.bool_],
    chance: NDArray[np.bool_],
    target: float,
    filed: int,
) -> tuple[int, int]:
    """(answers, pictures filed after them): the fewest that are worth most, if they come out as expected now."""
    rate = posterior @ curves.wrong
    weight = pictures * _telling(1 / (1 + np.exp(_X)))
    wrong, right = _count(judged[~hit]), _count(judged[hit & chance])
    plans = [(0, filed)]
    for answers in (a for a in _PLANS if a < pictures.sum()):
        asked = np.minimum(pictures, answers * weight / weight.sum())
        surer = _posterior(curves, wrong + asked * rate, right + asked * (1 - rate))
        plans.append((answers, int((pictures - asked)[: _cut(curves, surer, pictures - asked, target)].sum())))
    most = max(then for _, then in plans)
    return next(plan for plan in plans if plan[1] >= WORTH * most)
