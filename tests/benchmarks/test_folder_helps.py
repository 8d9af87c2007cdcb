"""Do the folder's own pictures sharpen the answer? Simulated folders of unequal classes, in every other one strangers.

Set FEWSHOT_COLLECTIONS as for test_promise_kept; they must not be those that the network was trained on.
"""

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from fewshot_gui.learner.folder import spread
from fewshot_gui.learner.learner import Learner
from fewshot_gui.learner.promise_check import draw_folder
from tests.labelled_collections import COLLECTIONS, collection

FOLDERS = int(os.environ.get("FEWSHOT_FOLDERS", "60"))
"""Of each collection."""
Show = Callable[[str], None]

pytestmark = [
    pytest.mark.benchmark,
    pytest.mark.skipif(not COLLECTIONS, reason="FEWSHOT_COLLECTIONS names no collections"),
]


def judged(
    learner: Learner, features: np.ndarray, rows: list[np.ndarray], rng: np.random.Generator
) -> tuple[list[float], list[float]]:
    """One folder, each picture judged alone and with the folder's help: accuracy on those of the classes in %, and how
    well strangers are told from them (AUROC; nothing where there are none)."""
    folder = draw_folder(rows, rng)
    examples, pictures = features[folder.support], features[np.concatenate([folder.query, folder.strangers])]
    found = learner.adapt(examples, folder.support_labels, folder.way).predict(pictures)
    embeddings = learner.embeddings(np.concatenate([pictures, examples]))
    helped = spread(found.probabilities, found.known, embeddings, folder.support_labels)
    truth = folder.query_labels
    own = np.arange(len(pictures)) < len(truth)
    accuracies = [100 * float((p[own].argmax(1) == truth).mean()) for p in (found.probabilities, helped.probabilities)]
    return accuracies, [] if own.all() else [float(roc_auc_score(own, known)) for known in (found.known, helped.known)]


def test_a_folder_helps_its_pictures(figures: Show, tmp_path: Path) -> None:
    learner = Learner("embedded", "cpu")
    cache = Path(os.environ.get("FEWSHOT_COLLECTION_CACHE", tmp_path))
    means = []
    for n, place in enumerate(COLLECTIONS):
        features, rows = collection(learner, place, cache)
        rng = np.random.default_rng(n)
        folders = [judged(learner, features, rows, rng) for _ in range(FOLDERS)]
        alone, helped = np.array([accuracies for accuracies, _ in folders]).T
        told_apart = np.array([aurocs for _, aurocs in folders if aurocs])
        gain = helped - alone
        half = 1.96 * gain.std(ddof=1) / len(gain) ** 0.5
        worse = 100 * (gain < -1).mean()
        figures(
            f"{place.name}, {FOLDERS} folders: {alone.mean():.1f} alone, {helped.mean():.1f} % with help, "
            f"{gain.mean():+.1f} ± {half:.1f}; more than a point worse in {worse:.0f} %; "
            "strangers, AUROC: {:.3f} alone, {:.3f} with help".format(*told_apart.mean(0))
        )
        means.append((gain.mean(), np.diff(told_apart).mean()))
    accuracy, auroc = np.mean(means, 0)
    figures(f"mean gain {accuracy:+.1f}, of AUROC {auroc:+.3f}")
    assert accuracy > 0 and auroc > 0
