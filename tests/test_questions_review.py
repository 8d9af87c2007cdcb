"""The question that puts pictures in the order to judge them."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from fewshot_gui.engine import Engine, Item, Request
from fewshot_gui.learner.inner_loop import Cancelled
from fewshot_gui.learner.learner import Learner
from fewshot_gui.questions.review import review_queue


@pytest.fixture
def engine(tiny_weights: Path, tmp_path: Path, paint: Callable[..., Path]) -> Engine:
    """Adapted to a red and a blue picture, 0 and 1; 2 to 9 are read, eight reds and blues in turn."""
    colours = ["red", "blue"] * 5
    engine = Engine(Learner(tiny_weights, "cpu"))
    for _ in engine.read([Item(n, paint(tmp_path / f"{n}.png", colour)) for n, colour in enumerate(colours)]):
        pass
    engine.adapt(Request(((0, 7), (1, 5))))
    return engine


def never() -> bool:
    return False


FOLDER = np.arange(10)


def test_pictures_are_queued_once_each_and_those_not_read_are_left_out(engine: Engine) -> None:
    queue = review_queue(np.array([4, 2, 99, 3]), FOLDER)(engine, never)
    assert sorted(queue.ids.tolist()) == [2, 3, 4]


def test_the_question_stops_when_it_is_overtaken(engine: Engine) -> None:
    with pytest.raises(Cancelled):
        review_queue(np.array([2, 3]), FOLDER)(engine, lambda: True)


def test_nothing_in_doubt_makes_an_empty_queue(engine: Engine) -> None:
    assert len(review_queue(np.empty(0, np.int64), FOLDER)(engine, never).ids) == 0
