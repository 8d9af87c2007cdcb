"""Measure methods on random episodes of a labelled collection, all of them on the same episodes."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field

import numpy as np
from sklearn.metrics import f1_score, roc_auc_score

from fewshot_gui.learner.episodes import Episode, draw_episode
from fewshot_gui.learner.learner import Learner
from fewshot_gui.learner.methods import METHODS, SHIPPED

ALWAYS = (SHIPPED, "prototypes", "logistic", "logistic-metric")
"""Measured beside whatever is asked for."""
SHOTS = (1, 2, 5, 10)
BINS = 15


@dataclass(frozen=True)
class Figures:
    """accuracy and its 95 % interval's half width (over episodes), macro_f1, ece (15 bins), unknown_auroc (None where
    no class was left over to play the stranger), adapt_seconds (mean)."""

    accuracy: float
    accuracy_ci95: float
    macro_f1: float
    ece: float
    unknown_auroc: float | None
    adapt_seconds: float


@dataclass(frozen=True)
class Reliability:
    """Answers sorted by confidence into equal bins over 0..1: how many fell into each, their mean confidence and their
    accuracy (0 in an empty bin), all [bins]."""

    counts: np.ndarray
    confidence: np.ndarray
    accuracy: np.ndarray

    @classmethod
    def of(cls, confidence: np.ndarray, hit: np.ndarray, bins: int = BINS) -> Reliability:
        """confidence [n] in 0..1, hit [n] boolean."""
        which = np.minimum((confidence * bins).astype(int), bins - 1)
        counts = np.bincount(which, minlength=bins)
        sums = (np.bincount(which, weights=values, minlength=bins) for values in (confidence, hit))
        return cls(counts, *(s / np.maximum(counts, 1) for s in sums))

    @property
    def ece(self) -> float:
        """Expected calibration error: the mean gap between confidence and accuracy, bins weighed by size (Guo et al.
        2017, arXiv:1706.04599)."""
        return float((self.counts * np.abs(self.confidence - self.accuracy)).sum() / max(1, self.counts.sum()))


@dataclass
class Tally:
    """What one method did on the episodes so far."""

    accuracies: list[float] = field(default_factory=list)
    f1s: list[float] = field(default_factory=list)
    confidences: list[np.ndarray] = field(default_factory=list)
    hits: list[np.ndarray] = field(default_factory=list)
    aurocs: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)

    def add(self, labels: np.ndarray, probabilities: np.ndarray, known: np.ndarray, seconds: float) -> None:
        """Queries with their labels [q] come first in probabilities [n, K] and known [n]; strangers after them."""
        queries = len(labels)
        answers = probabilities[:queries].argmax(1)
        hits = answers == labels
        self.accuracies.append(float(hits.mean()))
        self.f1s.append(float(f1_score(labels, answers, average="macro", zero_division=0)))
        self.confidences.append(probabilities[:queries].max(1))
        self.hits.append(hits)
        self.seconds.append(seconds)
        if len(known) > queries:
            self.aurocs.append(float(roc_auc_score(np.arange(len(known)) < queries, known)))

    def figures(self) -> Figures:
        """The means over episodes; the calibration error over all answers together."""
        spread = float(np.std(self.accuracies, ddof=1)) if len(self.accuracies) > 1 else 0.0
        return Figures(
            accuracy=float(np.mean(self.accuracies)),
            accuracy_ci95=1.96 * spread / len(self.accuracies) ** 0.5,
            macro_f1=float(np.mean(self.f1s)),
            ece=self.reliability().ece,
            unknown_auroc=float(np.mean(self.aurocs)) if self.aurocs else None,
            adapt_seconds=float(np.mean(self.seconds)),
        )

    def reliability(self) -> Reliability:
        """Of the confidence that a person is shown, in the answers to queries of the classes."""
        return Reliability.of(np.concatenate(self.confidences), np.concatenate(self.hits))


@dataclass(frozen=True)
class Bench:
    """A collection to measure on: features [n, D]; rows_by_class, the rows of each class; and for methods that see
    pictures, those, uint8 [n, side, side, 3]."""

    learner: Learner
    features: np.ndarray
    rows_by_class: Sequence[np.ndarray]
    pictures: np.ndarray | None = None

    def run(self, name: str, episode: Episode) -> tuple[np.ndarray, np.ndarray, float]:
        """One method on one episode: probabilities and known scores of queries, then strangers; seconds to learn."""
        method = METHODS[name]
        if method.sees_pictures and self.pictures is None:
            raise ValueError(f"The method {name} needs the pictures.")
        inputs = self.pictures if method.sees_pictures and self.pictures is not None else self.features
        began = time.perf_counter()
        predict = method.fit(self.learner, inputs[episode.support], episode.support_labels, episode.way)
        seconds = time.perf_counter() - began
        return *predict(inputs[np.concatenate([episode.query, episode.strangers])]), seconds


def tally(
    bench: Bench,
    methods: Sequence[str],
    *,
    way: int = 5,
    shot: int = 5,
    episodes: int = 200,
    queries: int = 15,
    seed: int = 0,
    progress: Callable[[int, int], None] = lambda *_: None,
) -> dict[str, Tally]:
    """Run every method on the same episodes. Raises ValueError where classes are too few or too small.

    Strangers, as many as queries, come from classes left out of an episode. Inductive: each query is judged alone.
    """
    rng = np.random.default_rng(seed)
    tallies = {name: Tally() for name in methods}
    for i in range(episodes):
        episode = draw_episode(bench.rows_by_class, rng, way=way, shots=shot, queries=queries, strangers=way * queries)
        for name in methods:
            tallies[name].add(episode.query_labels, *bench.run(name, episode))
        progress(i + 1, episodes)
    return tallies


def evaluate(
    learner: Learner,
    features: np.ndarray,
    rows_by_class: Sequence[np.ndarray],
    *,
    way: int = 5,
    shot: int = 5,
    episodes: int = 200,
    queries: int = 15,
    seed: int = 0,
) -> dict[str, Figures]:
    """Figures of the shipped learner, prototypes and logistic regression; see `tally`."""
    bench = Bench(learner, features, rows_by_class)
    found = tally(bench, ALWAYS, way=way, shot=shot, episodes=episodes, queries=queries, seed=seed)
    return {name: t.figures() for name, t in found.items()}


def with_baselines(method: str) -> tuple[str, ...]:
    """The method, and those always measured beside it."""
    return method, *(name for name in ALWAYS if name != method)


def possible_shots(rows_by_class: Sequence[np.ndarray], way: int) -> tuple[int, ...]:
    """Those of SHOTS for which the collection has ``way`` classes with a picture to spare."""
    return tuple(shot for shot in SHOTS if sum(len(rows) > shot for rows in rows_by_class) >= way)


def compare(
    bench: Bench,
    methods: Sequence[str],
    *,
    way: int = 5,
    episodes: int = 200,
    seed: int = 0,
    progress: Callable[[int, int], None] = lambda *_: None,
) -> dict[int, dict[str, Figures]]:
    """Figures of every method at every possible number of shots: {shot: {method: figures}}."""
    shots = possible_shots(bench.rows_by_class, way)
    found: dict[int, dict[str, Figures]] = {}
    for shot in shots:

        def report(done: int, total: int, before: int = len(found)) -> None:
            progress(before * total + done, len(shots) * total)

        tallies = tally(bench, methods, way=way, shot=shot, episodes=episodes, seed=seed, progress=report)
        found[shot] = {name: t.figures() for name, t in tallies.items()}
    return found


def as_json(figures: dict[str, Figures], method: str) -> dict[str, object]:
    """The chosen method's figures, and the others' under ``baselines``."""
    others = {name: asdict(f) for name, f in figures.items() if name != method}
    return {"method": method, **asdict(figures[method]), "baselines": others}


def as_table(compared: dict[int, dict[str, Figures]]) -> list[str]:
    """Lines of a table, methods down and shots across: accuracy in % with its 95 % interval."""
    names = list(next(iter(compared.values()), {}))
    width = max(map(len, names), default=0)
    lines = [" " * width + "".join(f"{shot:>8} shot{'s' if shot > 1 else ' '}" for shot in compared)]
    for name in names:
        cells = [f"{100 * f[name].accuracy:.1f} ± {100 * f[name].accuracy_ci95:.1f}" for f in compared.values()]
        lines.append(f"{name:{width}}" + "".join(f"{cell:>14}" for cell in cells))
    return lines
