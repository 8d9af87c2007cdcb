"""Do the folder's own pictures sharpen the answer? Simulated folders of unequal classes, in every other one strangers.

Set FEWSHOT_COLLECTIONS as for test_promise_kept; they must not be those that the network was trained on.
"""

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

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


def accuracies(learner: Learner, features: np.ndarray, rows: list[np.ndarray], rng: np.random.Generator) -> list[float]:
    """Of one folder's pictures of the classes, in %: each judged alone, and with the folder's help."""
    folder = draw_folder(rows, rng)
    examples, pictures = features[folder.support], features[np.concatenate([folder.query, folder.strangers])]
    found = learner.adapt(examples, folder.support_labels, folder.way).predict(pictures)
    embeddings = learner.embeddings(np.concatenate([pictures, examples]))
    helped = spread(found.probabilities, found.known, embeddings, folder.support_labels)
    truth = folder.query_labels
    return [100 * float((p[: len(truth)].argmax(1) == truth).mean()) for p in (found.probabilities, helped)]


def test_a_folder_helps_its_pictures(figures: Show, tmp_path: Path) -> None:
    learner = Learner("embedded", "cpu")
    cache = Path(os.environ.get("FEWSHOT_COLLECTION_CACHE", tmp_path))
    means = []
    for n, place in enumerate(COLLECTIONS):
        features, rows = collection(learner, place, cache)
        rng = np.random.default_rng(n)
        alone, helped = np.array([accuracies(learner, features, rows, rng) for _ in range(FOLDERS)]).T
        gain = helped - alone
        half = 1.96 * gain.std(ddof=1) / len(gain) ** 0.5
        worse = 100 * (gain < -1).mean()
        figures(
            f"{place.name}, {FOLDERS} folders: {alone.mean():.1f} alone, {helped.mean():.1f} % with help, "
            f"{gain.mean():+.1f} ± {half:.1f}; more than a point worse in {worse:.0f} %"
        )
        means.append(gain.mean())
    figures(f"mean gain {np.mean(means):+.1f}")
    assert np.mean(means) > 0
