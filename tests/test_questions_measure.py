"""What measuring asks of the compute thread: examples left out one by one, and the embeddings of all pictures."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from fewshot_gui.engine import Engine, Item, Request
from fewshot_gui.learner.inner_loop import Cancelled
from fewshot_gui.learner.learner import Learner
from fewshot_gui.questions import map as map_question
from fewshot_gui.questions.leave_one_out import leave_one_out
from fewshot_gui.questions.map import embedded


@pytest.fixture
def engine(tiny_weights: Path, tmp_path: Path, paint: Callable[..., Path]) -> Engine:
    """Adapted to three red and two blue pictures and a green one; four more are read."""
    colours = ["red", "red", "red", "blue", "blue", "green", "red", "blue", "blue", "red"]
    items = [Item(n, paint(tmp_path / f"{n}.png", colour)) for n, colour in enumerate(colours)]
    engine = Engine(Learner(tiny_weights, "cpu"))
    for _ in engine.read(items):
        pass
    engine.adapt(Request(tuple(zip(range(6), (7, 7, 7, 5, 5, 9), strict=True))))
    return engine


def never() -> bool:
    return False


def test_each_example_is_judged_by_a_network_that_was_not_shown_it(engine: Engine) -> None:
    told: list[tuple[int, int]] = []
    left_out = leave_one_out(lambda done, total: told.append((done, total)))(engine, never)
    assert left_out.ids.tolist() == [0, 1, 2, 3, 4] and left_out.said.tolist() == [7, 7, 7, 5, 5]
    assert left_out.alone == 1  # the only green one can't be left out
    assert (
        set(left_out.predicted.tolist()) <= {0, 5, 7, 9}
        and ((left_out.confidence >= 0) & (left_out.confidence <= 1)).all()
    )
    features = engine.features.take([1, 2, 3, 4, 5])
    without = engine.learner.adapt(features, np.array([1, 1, 0, 0, 2]), 3).predict(engine.features.take([0]))
    if without.is_known[0]:
        assert left_out.predicted[0] == (5, 7, 9)[without.probabilities[0].argmax()]
        assert left_out.confidence[0] == pytest.approx(without.probabilities[0].max())
    assert told == [(n, 5) for n in range(6)]


def test_the_network_in_use_stays_as_it_is(engine: Engine) -> None:
    before = engine.adapted
    leave_one_out(lambda done, total: None)(engine, never)
    assert engine.adapted is before


def test_an_overtaken_question_stops(engine: Engine) -> None:
    with pytest.raises(Cancelled):
        leave_one_out(lambda done, total: None)(engine, lambda: True)
    assert embedded(engine, lambda: True) is None


def test_the_map_has_every_picture_or_all_examples_and_an_even_choice(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = embedded(engine, never)
    assert found is not None and found.ids.tolist() == list(range(10)) and found.left_out == 0
    assert np.linalg.norm(found.embeddings, axis=1) == pytest.approx(np.ones(10), abs=1e-3)
    monkeypatch.setattr(map_question, "MOST", 8)
    fewer = embedded(engine, never)
    assert fewer is not None and fewer.ids.tolist() == [0, 1, 2, 3, 4, 5, 6, 9] and fewer.left_out == 2
