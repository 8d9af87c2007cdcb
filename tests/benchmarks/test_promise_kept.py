"""Is "at most e % wrong" kept over 200 simulated projects, by the shipped network, with people who answer and correct?

Set FEWSHOT_COLLECTIONS to folders, with the system's path separator between: each holds one folder per class. They must
not be those that the network was trained on. FEWSHOT_COLLECTION_CACHE keeps the features from one run to the next.
"""

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from fewshot_gui.learner.learner import Learner, Prediction
from fewshot_gui.learner.promise_check import draw_folder
from fewshot_gui.promises import AUDIT, TARGETS, Evidence, audit, promised
from tests.labelled_collections import COLLECTIONS, collection

PROJECTS = int(os.environ.get("FEWSHOT_PROJECTS", "200"))
ANSWERS = (0, 20, 50, 100)
CORRECTIONS = 10
"""Of the pictures that the machine is least sure of, so many are named between two audits."""
Show = Callable[[str], None]

pytestmark = [
    pytest.mark.benchmark,
    pytest.mark.skipif(not COLLECTIONS, reason="FEWSHOT_COLLECTIONS names no collections"),
]


class Project:
    """A folder and a person who knows what is on its pictures; strangers are class -1."""

    def __init__(
        self, learner: Learner, features: np.ndarray, rows: list[np.ndarray], rng: np.random.Generator
    ) -> None:
        folder = draw_folder(rows, rng)
        self._learner, self._way = learner, folder.way
        self._examples, self._labels = features[folder.support], folder.support_labels
        self._pictures = features[np.concatenate([folder.query, folder.strangers])]
        self.truth = np.concatenate([folder.query_labels, np.full(len(folder.strangers), -1)])
        self.open = np.ones(len(self.truth), bool)
        self._judged: list[tuple[float, bool, bool]] = []
        self._seed = int(rng.integers(1 << 30))
        self._adapt()

    def _adapt(self) -> None:
        """None of these is a class of its own, the last, as soon as it has an example."""
        strange = (self._labels < 0).any()
        labels = np.where(self._labels < 0, self._way, self._labels)
        adapted = self._learner.adapt(self._examples, labels, self._way + int(strange))
        found: Prediction = adapted.predict(self._pictures)
        self.sure, best = found.probabilities.max(1), found.probabilities.argmax(1)
        self.said = np.where(found.is_known & (best < self._way), best, -1)

    def evidence(self) -> Evidence:
        offered = np.flatnonzero(self.open & (self.said >= 0))
        sure, right, audited = zip(*self._judged, strict=True) if self._judged else ((), (), ())
        return Evidence(
            offered,
            self.sure[offered].astype(np.float64),
            int((self.open & (self.said < 0)).sum()),
            np.array(sure, np.float64),
            np.array(right, bool),
            np.array(audited, bool),
            (self._seed, len(self._judged)),
        )

    def judge(self, rows: np.ndarray, by_chance: bool) -> None:
        """The person says what these are, truthfully; they become examples."""
        for i in rows[self.said[rows] >= 0].tolist():
            self._judged.append((float(self.sure[i]), bool(self.said[i] == self.truth[i]), by_chance))
        self.open[rows] = False
        self._examples = np.concatenate([self._examples, self._pictures[rows]])
        self._labels = np.concatenate([self._labels, self.truth[rows]])
        self._adapt()

    def correct(self, count: int) -> None:
        """The person goes through what the machine is least sure of."""
        doubtful = np.flatnonzero(self.open)[np.argsort(self.sure[self.open], kind="stable")[:count]]
        self.judge(doubtful, by_chance=False)


def test_the_promise_is_kept_in_95_of_100_projects(figures: Show, tmp_path: Path) -> None:
    learner = Learner("embedded", "cpu")
    cache = Path(os.environ.get("FEWSHOT_COLLECTION_CACHE", tmp_path))
    loaded = [collection(learner, folder, cache) for folder in COLLECTIONS]
    rng = np.random.default_rng(0)
    kept = np.zeros((len(COLLECTIONS), len(ANSWERS), len(TARGETS)))
    filed, runs = np.zeros_like(kept), np.zeros(len(COLLECTIONS))
    for n in range(PROJECTS):
        which = n % len(COLLECTIONS)
        project = Project(learner, *loaded[which], rng)
        runs[which] += 1
        given = 0
        for a, answers in enumerate(ANSWERS):
            while given < answers:
                count = min(AUDIT, answers - given)
                project.correct(CORRECTIONS)
                project.judge(audit(project.evidence(), count), by_chance=True)
                given += count
            evidence = project.evidence()
            is_wrong = project.said[evidence.ids] != project.truth[evidence.ids]
            for t, target in enumerate(TARGETS):
                promise = promised(learner.promise, evidence, target)
                sure = evidence.confidences >= promise.threshold
                assert sure.sum() == promise.filed
                kept[which, a, t] += is_wrong[sure].sum() <= target * promise.filed + 1e-9
                filed[which, a, t] += promise.filed / max(1, project.open.sum())
    figures(f"{PROJECTS} projects; promise kept in % of projects / filed in % of the open pictures")
    figures("answers   " + "".join(f"at most {100 * target:<10g}" for target in TARGETS))
    names = [folder.name for folder in COLLECTIONS]
    for name, k, f, r in [*zip(names, kept, filed, runs, strict=True), ("all", kept.sum(0), filed.sum(0), PROJECTS)]:
        for a, answers in enumerate(ANSWERS):
            cells = "".join(f"{100 * x / r:5.1f} / {100 * y / r:4.1f}     " for x, y in zip(k[a], f[a], strict=True))
            figures(f"{answers:>7}   {cells} {name}")
    assert (kept.sum(0) >= 0.95 * PROJECTS).all()
