"""A newer correction takes the place of the adaptation under way at once, and cancelling ends it."""

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from fewshot_gui.engine import Engine, Item, Request
from fewshot_gui.learner.inner_loop import Cancelled
from fewshot_gui.learner.learner import Learner
from fewshot_gui.workers.compute import Compute

WAIT = 60_000


class SlowEngine(Engine):
    """Adapting to more than two examples takes for ever; as the real one it looks between steps whether to stop."""

    began = threading.Event()
    stopped = threading.Event()

    def adapt(
        self,
        request: Request,
        on_step: Callable[[int, int, float], None] | None = None,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> tuple[int, ...]:
        if len(request.examples) > 2:
            self.began.set()
            while not cancelled():
                time.sleep(0.001)
            self.stopped.set()
            raise Cancelled
        return super().adapt(request, on_step, cancelled)


@pytest.fixture
def items(paint: Callable[..., Path], tmp_path: Path) -> list[Item]:
    return [Item(n, paint(tmp_path / f"{n}.png", colour)) for n, colour in enumerate(("red", "blue", "red"))]


@pytest.fixture
def compute(tiny_weights: Path, items: list[Item], qtbot: QtBot) -> Iterator[Compute]:
    """Busy with an adaptation that would never end."""
    SlowEngine.began.clear()
    SlowEngine.stopped.clear()
    compute = Compute(lambda: SlowEngine(Learner(tiny_weights, "cpu")))
    compute.start()
    compute.adapt_to(Request(((0, 1), (1, 2), (2, 1))), items)
    assert SlowEngine.began.wait(60)
    yield compute
    assert compute.stop(60)


def test_a_new_correction_supersedes_a_running_adaptation(compute: Compute, items: list[Item], qtbot: QtBot) -> None:
    scored: list[int] = []
    compute.scored.connect(lambda number, _: scored.append(number))
    number = compute.adapt_to(Request(((0, 1), (1, 2))), items)
    qtbot.waitUntil(lambda: bool(scored), timeout=WAIT)
    assert scored == [number]  # the one before never answers
    assert SlowEngine.stopped.is_set()


def test_cancelling_ends_a_running_adaptation(compute: Compute, qtbot: QtBot) -> None:
    scored: list[int] = []
    compute.scored.connect(lambda number, _: scored.append(number))
    with qtbot.waitSignal(compute.idle, timeout=WAIT):
        compute.cancel()
    assert SlowEngine.stopped.is_set() and not scored
