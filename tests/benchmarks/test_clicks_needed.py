"""Clicks until a folder is sorted right: the queue against plain doubt and random order, on real pictures.

FEWSHOT_COLLECTIONS: folders with one folder per class in each, parted as the system parts paths.
"""

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from fewshot_gui.images.decode import read_square
from fewshot_gui.images.find import class_folders
from fewshot_gui.learner.learner import Learner
from tests.simulated_person import at_random, by_doubt, by_queue, clicks_to, share_right_after_each

pytestmark = pytest.mark.benchmark
COLLECTIONS = [Path(p) for p in os.environ.get("FEWSHOT_COLLECTIONS", "").split(os.pathsep) if p]
PICTURES = 300
SEEDS = int(os.environ.get("FEWSHOT_SEEDS", "4"))
SHARES = (0.85, 0.9, 0.95)


@pytest.fixture(scope="module")
def learner() -> Learner:
    return Learner(device="cpu")


def folder_of(path: Path, learner: Learner) -> tuple[np.ndarray, np.ndarray]:
    """Features and classes of about PICTURES pictures, as many of each class, drawn by a fixed chance."""
    classes = sorted((name, sorted(paths)) for name, paths in class_folders(path).items() if paths)
    rng, features, labels = np.random.default_rng(0), [], []
    for label, (_, paths) in enumerate(classes):
        drawn = [paths[i] for i in rng.permutation(len(paths))[: PICTURES // len(classes)]]
        features.append(learner.features(np.stack([read_square(p, learner.side) for p in drawn])))
        labels += [label] * len(drawn)
    return np.concatenate(features), np.array(labels)


@pytest.mark.skipif(not COLLECTIONS, reason="set FEWSHOT_COLLECTIONS to folders of class folders")
@pytest.mark.parametrize("path", COLLECTIONS, ids=lambda path: path.name)
def test_the_queue_takes_fewer_clicks(path: Path, learner: Learner, figures: Callable[[str], None]) -> None:
    features, labels = folder_of(path, learner)
    needed = {}
    for order in (by_queue, by_doubt, at_random):
        runs = [
            share_right_after_each(learner, features, labels, order, seed, clicks=250, enough=max(SHARES))
            for seed in range(SEEDS)
        ]
        needed[order] = np.array([np.mean([clicks_to(share, run) for run in runs]) for share in SHARES])
        counts = ", ".join(f"{n:.1f} to {share:.0%}" for n, share in zip(needed[order], SHARES, strict=True))
        figures(f"{path.name}, {len(labels)} pictures, {order.__name__}: clicks {counts}")
    assert (needed[by_queue] <= 0.7 * needed[at_random]).all()
    assert needed[by_queue].mean() < needed[by_doubt].mean()
