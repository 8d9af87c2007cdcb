"""How long it takes until running work has stopped: adapting, and what the window asks, with the embedded network."""

import time
from collections.abc import Callable

import numpy as np
import pytest

from fewshot_gui.engine import Engine, Request
from fewshot_gui.learner.learner import Learner
from fewshot_gui.questions.review import review_queue

pytestmark = pytest.mark.benchmark
FOLDER = 5000


@pytest.fixture(scope="module")
def engine() -> Engine:
    """Adapted to 100 of 5,000 pictures that are noise."""
    engine = Engine(Learner(device="cpu"))
    rng = np.random.default_rng(0)
    for picture, row in enumerate(rng.normal(size=(FOLDER, *engine.learner.feature_shape)).astype(np.float16)):
        engine.features.put(picture, row)
    engine.adapt(request())
    return engine


def request() -> Request:
    return Request(tuple((picture, picture % 10 + 1) for picture in range(100)))


@pytest.mark.parametrize("what", ["adapting", "scoring", "the review queue"])
def test_the_longest_wait_between_two_looks_at_the_clock(
    what: str, engine: Engine, figures: Callable[[str], None]
) -> None:
    looked = [time.perf_counter()]

    def cancelled() -> bool:
        looked.append(time.perf_counter())
        return False

    everything = np.arange(FOLDER)
    match what:
        case "adapting":
            engine.adapt(request(), cancelled=cancelled)
        case "scoring":
            engine.score(None, cancelled)
        case _:
            review_queue(everything[100:], everything)(engine, cancelled)
    looked.append(time.perf_counter())
    gap = max(np.diff(looked))
    figures(f"{what}: whole {looked[-1] - looked[0]:.2f} s, longest without a look {1000 * gap:.0f} ms")
