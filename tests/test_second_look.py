"""What the network would say of pictures that a person called "none of these", once there is a new class."""

import numpy as np
import pytest

from fewshot_gui.engine import Engine, Request
from fewshot_gui.learner.backbone import TINY
from fewshot_gui.learner.inner_loop import Cancelled
from fewshot_gui.learner.learner import Learner
from fewshot_gui.learner.weights import untrained
from fewshot_gui.questions.second_look import second_look

NONE = 0
CAT, DOG, SQUIRREL = 1, 2, 3


def never() -> bool:
    return False


def engine_with(examples: list[tuple[int, int]]) -> Engine:
    """Of pictures 0 to 39, those whose numbers have the same tens are of one kind; it is adapted to these examples."""
    learner = Learner(untrained(TINY), "cpu")
    rng = np.random.default_rng(0)
    kinds = 4 * rng.normal(size=(4, *learner.feature_shape))
    engine = Engine(learner)
    for picture in range(40):
        engine.features.put(picture, kinds[picture // 10] + rng.normal(size=learner.feature_shape))
    engine.adapt(Request(tuple(examples)))
    return engine


TAUGHT = [(i, CAT) for i in range(4)] + [(i, DOG) for i in range(10, 14)] + [(i, SQUIRREL) for i in range(20, 24)]


def test_those_that_look_like_the_new_class_are_named() -> None:
    none = [5, 25, 26, 27]
    engine = engine_with([*TAUGHT, *((i, NONE) for i in none)])
    found = second_look(none, {SQUIRREL})(engine, never)
    assert found is not None and found.class_id == SQUIRREL
    assert sorted(found.ids) == [25, 26, 27]


def test_of_two_new_classes_the_one_that_gets_most_is_named() -> None:
    none = [15, 16, 25]
    engine = engine_with([*TAUGHT, *((i, NONE) for i in none)])
    found = second_look(none, {DOG, SQUIRREL})(engine, never)
    assert found is not None and (found.class_id, sorted(found.ids)) == (DOG, [15, 16])


@pytest.mark.parametrize("none", [[], [5, 15], [999]])
def test_where_none_looks_like_it_there_is_no_answer(none: list[int]) -> None:
    engine = engine_with([*TAUGHT, *((i, NONE) for i in none if i < 40)])
    assert second_look(none, {SQUIRREL})(engine, never) is None


def test_one_class_alone_has_nothing_to_be_told_from() -> None:
    engine = engine_with([(20, SQUIRREL), (25, NONE)])
    assert second_look([25], {SQUIRREL})(engine, never) is None


def test_it_gives_up_when_it_is_overtaken() -> None:
    engine = engine_with([*TAUGHT, (25, NONE)])
    with pytest.raises(Cancelled):
        second_look([25], {SQUIRREL})(engine, lambda: True)
