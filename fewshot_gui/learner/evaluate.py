"""Measure a learner on episodes of a labelled collection, beside the plain methods on the same episodes."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field

import numpy as np
from sklearn.metrics import f1_score, roc_auc_score

from fewshot_gui.learner.episodes import Episode, draw_episode
from fewshot_gui.learner.learner import Learner
from fewshot_gui.learner.rivals import logistic, prototypes

METHODS = ("maml", "prototypes", "logistic")


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


@dataclass
class _Tally:
    accuracies: list[float] = field(default_factory=list)
    f1s: list[float] = field(default_factory=list)
    confidences: list[np.ndarray] = field(default_factory=list)
    hits: list[np.ndarray] = field(default_factory=list)
    aurocs: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)

    def add(
        self, episode: Episode, probabilities: np.ndarray, known: np.ndarray, strange: np.ndarray, s: float
    ) -> None:
        answers = probabilities.argmax(1)
        hits = answers == episode.query_labels
        self.accuracies.append(float(hits.mean()))
        self.f1s.append(float(f1_score(episode.query_labels, answers, average="macro", zero_division=0)))
        self.confidences.append(probabilities.max(1))
        self.hits.append(hits)
        self.seconds.append(s)
        if len(strange):
            truth = np.repeat([1, 0], [len(known), len(strange)])
            self.aurocs.append(float(roc_auc_score(truth, np.concatenate([known, strange]))))

    def figures(self) -> Figures:
        spread = float(np.std(self.accuracies, ddof=1)) if len(self.accuracies) > 1 else 0.0
        return Figures(
            accuracy=float(np.mean(self.accuracies)),
            accuracy_ci95=1.96 * spread / len(self.accuracies) ** 0.5,
            macro_f1=float(np.mean(self.f1s)),
            ece=expected_calibration_error(np.concatenate(self.confidences), np.concatenate(self.hits)),
            unknown_auroc=float(np.mean(self.aurocs)) if self.aurocs else None,
            adapt_seconds=float(np.mean(self.seconds)),
        )


def expected_calibration_error(confidence: np.ndarray, hit: np.ndarray, bins: int = 15) -> float:
    """Mean gap between confidence and accuracy over equal-width bins, weighed by size (Guo et al. 2017,
    arXiv:1706.04599)."""
    which = np.minimum((confidence * bins).astype(int), bins - 1)
    gaps = [abs(confidence[which == b].sum() - hit[which == b].sum()) for b in range(bins)]
    return float(sum(gaps) / len(confidence))


def evaluate(
    learner: Learner,
    features: np.ndarray,
    rows_by_class: list[np.ndarray],
    *,
    way: int = 5,
    shot: int = 5,
    episodes: int = 200,
    queries: int = 15,
    seed: int = 0,
    progress: Callable[[int, int], None] = lambda *_: None,
) -> dict[str, Figures]:
    """Figures of every method in METHODS on the same episodes. Raises ValueError where classes are too few or too
    small.

    features [n, C, 3, 3] of the whole collection; rows_by_class: the rows of each class. Strangers, as many as queries,
    come from classes left out of an episode. Inductive: each query is judged alone.
    """
    rng = np.random.default_rng(seed)
    embeddings = learner.embeddings(features)
    tallies = {name: _Tally() for name in METHODS}
    for i in range(episodes):
        episode = draw_episode(rows_by_class, rng, way=way, shots=shot, queries=queries, strangers=way * queries)
        both = np.concatenate([episode.query, episode.strangers])
        n = len(episode.query)
        began = time.perf_counter()
        adapted = learner.adapt(features[episode.support], episode.support_labels, way)
        seconds = time.perf_counter() - began
        prediction = adapted.predict(features[both])
        tallies["maml"].add(episode, prediction.probabilities[:n], prediction.known[:n], prediction.known[n:], seconds)
        for name, method in (("prototypes", prototypes), ("logistic", logistic)):
            began = time.perf_counter()
            logits = method(embeddings[episode.support], episode.support_labels, embeddings[both], way)
            seconds = time.perf_counter() - began
            p = np.exp(logits - logits.max(1, keepdims=True))
            p /= p.sum(1, keepdims=True)
            nearest = (embeddings[both] @ embeddings[episode.support].T).max(1)
            tallies[name].add(episode, p[:n], nearest[:n], nearest[n:], seconds)
        progress(i + 1, episodes)
    return {name: tally.figures() for name, tally in tallies.items()}


def as_json(figures: dict[str, Figures], method: str) -> dict[str, object]:
    """The chosen method's figures, and the others' under ``baselines``."""
    others = {name: asdict(f) for name, f in figures.items() if name != method}
    return {"method": method, **asdict(figures[method]), "baselines": others}
