"""Does the example doctor name a planted bad example? Five classes of five examples, one of them of another class.

Set FEWSHOT_COLLECTIONS as for test_promise_kept. Classes are drawn over all collections, as a person's classes are of
different things; within one hard collection (ten species of monkey, six materials of rubbish) the network itself cannot
tell the classes apart, and the doctor finds less: those figures are printed beside.
"""

import os
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

from fewshot_gui.images.decode import UnreadableError, read_square
from fewshot_gui.images.find import class_folders
from fewshot_gui.learner.advice.doctor import mislabelled
from fewshot_gui.learner.learner import Learner

COLLECTIONS = [Path(place) for place in os.environ.get("FEWSHOT_COLLECTIONS", "").split(os.pathsep) if place]
TRIALS, CLASSES, SHOTS, POOL = 200, 5, 5, 40
Show = Callable[[str], None]

pytestmark = [
    pytest.mark.benchmark,
    pytest.mark.skipif(not COLLECTIONS, reason="FEWSHOT_COLLECTIONS names no collections"),
]


def embeddings_by_class(learner: Learner, folder: Path) -> list[np.ndarray]:
    """Embeddings of up to POOL pictures of each class, drawn by chance."""
    rng = np.random.default_rng(0)
    found = []
    for paths in class_folders(folder).values():
        squares = []
        for n in rng.permutation(len(paths)):
            try:
                squares.append(read_square(paths[n], learner.side))
            except UnreadableError:
                continue
            if len(squares) == POOL:
                break
        found.append(learner.embeddings(learner.features(np.stack(squares))))
    return found


def measure(pool: Sequence[np.ndarray], seed: int) -> tuple[float, float, float, float]:
    """Shares of trials where the planted example is the first suspect, where it is a suspect, suspects in a sound
    support, and the share of sound supports with any."""
    rng = np.random.default_rng(seed)
    figures = np.zeros(4)
    for _ in range(TRIALS):
        drawn = [rng.permutation(pool[k])[: SHOTS + 1] for k in rng.permutation(len(pool))[:CLASSES]]
        sound = np.concatenate([rows[:SHOTS] for rows in drawn])
        labels = np.repeat(np.arange(len(drawn)), SHOTS)
        into, origin = rng.permutation(len(drawn))[:2]
        bad = into * SHOTS + rng.integers(SHOTS)
        planted = sound.copy()
        planted[bad] = drawn[origin][SHOTS]
        suspects = [finding.examples[0] for finding in mislabelled(planted, labels, len(drawn))]
        alarms = len(mislabelled(sound, labels, len(drawn)))
        figures += [suspects[:1] == [bad], bad in suspects, alarms, alarms > 0]
    first, named, alarms, any_ = figures / TRIALS
    return first, named, alarms, any_


def test_nine_in_ten_planted_examples_are_named(figures: Show) -> None:
    learner = Learner("embedded", "cpu")
    by_collection = {folder.name: embeddings_by_class(learner, folder) for folder in COLLECTIONS}
    mixed = [rows for pool in by_collection.values() for rows in pool]
    results = {"all together": measure(mixed, 0)}
    results |= {name: measure(pool, 0) for name, pool in by_collection.items()}
    figures("first suspect   a suspect   false suspects in a sound support   sound supports with any")
    for name, (first, named, alarms, any_) in results.items():
        figures(f"{100 * first:11.1f} % {100 * named:9.1f} % {alarms:20.2f} {100 * any_:30.1f} %     {name}")
    assert results["all together"][1] >= 0.9
