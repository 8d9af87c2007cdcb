"""Speed as ratios within one run. Run with: python -m pytest tests/benchmarks -m benchmark

Nothing here asserts a time: machines differ. The figures are printed; what is asserted is that the work was done.
"""

import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from fewshot_gui.engine import BATCH, Engine, Item, Request
from fewshot_gui.images.decode import read_square
from fewshot_gui.learner.learner import Learner, use_threads

pytestmark = pytest.mark.benchmark


@pytest.fixture(scope="module")
def learner() -> Learner:
    use_threads(os.cpu_count() or 1)
    made = Learner("embedded", "cpu")
    made.warm_up()
    return made


def seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def test_classifying_a_folder_against_its_two_bounds(
    learner: Learner, thousand: list[Path], figures: Callable[[str], None]
) -> None:
    count = len(thousand)
    squares = np.stack([read_square(p, learner.side) for p in thousand[:BATCH]])

    def decode_alone() -> None:
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            list(pool.map(lambda p: read_square(p, learner.side), thousand))

    def forward_alone() -> None:
        for _ in range(count // BATCH):
            learner.features(squares)

    def classify() -> None:
        engine = Engine(learner)
        items = [Item(i, path) for i, path in enumerate(thousand)]
        read = sum(len(batch) for batch in engine.read(items[:10]))
        engine.adapt(Request(tuple((i, i % 5 + 1) for i in range(10))))
        for batch in engine.read(items[10:]):
            engine.score([r.id for r in batch])
            read += len(batch)
        assert read == count

    rounds = []
    for _ in range(3):
        decode = count / seconds(decode_alone)
        forward = (count // BATCH) * BATCH / seconds(forward_alone)
        whole = count / seconds(classify)
        rounds.append((whole / min(decode, forward), decode, forward, whole))
    ratio, decode, forward, whole = sorted(rounds)[1]
    figures(
        f"classify {whole:.0f} pictures/s, decoding alone {decode:.0f}, forward alone {forward:.0f}: ratio {ratio:.2f}"
    )


def test_a_correction_against_classifying_anew(
    learner: Learner, thousand: list[Path], figures: Callable[[str], None]
) -> None:
    engine = Engine(learner)
    items = [Item(i, path) for i, path in enumerate(thousand)]
    anew = 10 * seconds(lambda: [None for _ in engine.read(items)])
    for i in range(1000, 10_000):
        engine.features.put(i, engine.features.take([i % 1000])[0])
    examples = tuple((i, i % 5 + 1) for i in range(25))
    engine.adapt(Request(examples))
    engine.score()

    def correct(extra: int) -> float:
        def work() -> None:
            engine.adapt(Request((*examples, (extra, extra % 5 + 1))))
            assert len(engine.score().ids) == 10_000

        return seconds(work)

    times = sorted(correct(100 + k) for k in range(7))
    figures(
        f"correction with 10,000 pictures {times[3]:.2f} s, classifying them anew {anew:.1f} s: 1/{anew / times[3]:.0f}"
    )


def test_adapting_five_classes_of_five(learner: Learner, thousand: list[Path], figures: Callable[[str], None]) -> None:
    features = learner.features(np.stack([read_square(p, learner.side) for p in thousand[:25]]))
    labels = np.repeat(np.arange(5), 5)
    times = sorted(seconds(lambda: learner.adapt(features, labels, 5)) for _ in range(15))
    prototypes = sorted(seconds(lambda: learner.embeddings(features)) for _ in range(15))
    figures(f"5 classes x 5 examples: {times[7]:.3f} s, {times[7] / prototypes[7]:.0f} times one pass through the tail")
