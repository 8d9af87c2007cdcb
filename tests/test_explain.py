"""Why a picture was decided as it was, asked of a tiny network that tells colours apart."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from fewshot_gui.engine import Engine, Item, Request
from fewshot_gui.learner.backbone import TINY
from fewshot_gui.learner.inner_loop import Cancelled
from fewshot_gui.learner.learner import Learner
from fewshot_gui.learner.weights import untrained
from fewshot_gui.questions.explain import heat, reasons, turning

RED, BLUE = 7, 9
COLOURS = {"red": (225, 0, 0), "blue": (0, 0, 225)}


@pytest.fixture(scope="module")
def learner() -> Learner:
    weights = untrained(TINY)
    plain = np.stack([np.full((TINY.side, TINY.side, 3), c, np.uint8) for c in COLOURS.values()])
    centre = torch.from_numpy(Learner(weights, "cpu").features(plain)).float().mean(0)
    return Learner(replace(weights, start=replace(weights.start, centre=centre)), "cpu")


@pytest.fixture
def engine(learner: Learner, tmp_path: Path, paint: Callable[..., Path]) -> Engine:
    """Red examples 1 and 2, blue ones 3 and 4; 5 and 6 are a red and a blue picture of the folder."""
    engine = Engine(learner)
    colours = {1: "red", 2: "red", 3: "blue", 4: "blue", 5: "red", 6: "blue"}
    list(engine.read([Item(i, paint(tmp_path / f"{i}.png", c)) for i, c in colours.items()]))
    engine.adapt(Request(((1, RED), (2, RED), (3, BLUE), (4, BLUE))))
    return engine


def never() -> bool:
    return False


def test_the_nearest_examples_of_decision_and_runner_up_are_named_nearest_first(engine: Engine) -> None:
    answer = reasons(engine, 5, 2)
    assert answer is not None
    assert (answer.picture, answer.decision, answer.runner_up) == (5, RED, BLUE)
    assert {like.example for like in answer.for_decision} == {1, 2}
    assert {like.example for like in answer.for_runner_up} == {3, 4}
    nearest = [like.similarity for like in answer.for_decision]
    assert nearest == sorted(nearest, reverse=True)
    assert nearest[0] > max(like.similarity for like in answer.for_runner_up)
    few = reasons(engine, 5, 1)
    assert few is not None and len(few.for_decision) == len(few.for_runner_up) == 1


def test_an_example_is_not_its_own_nearest(engine: Engine) -> None:
    answer = reasons(engine, 1, 4)
    assert answer is not None
    assert [like.example for like in answer.for_decision] == [2]


def test_of_a_picture_not_read_yet_nothing_is_said(engine: Engine) -> None:
    assert reasons(engine, 99, 4) is None
    assert turning(engine, 99, never).example is None


def test_the_example_that_is_wrong_turns_the_decision_and_no_other(
    learner: Learner, tmp_path: Path, paint: Callable[..., Path]
) -> None:
    engine = Engine(learner)
    colours = {1: "red", 2: "blue", 3: "blue", 4: (225, 0, 120), 5: (225, 0, 130)}
    list(engine.read([Item(i, paint(tmp_path / f"{i}.png", c)) for i, c in colours.items()]))
    engine.adapt(Request(((1, RED), (2, BLUE), (3, BLUE), (4, BLUE))))
    picture = reasons(engine, 5, 1)
    assert picture is not None and picture.decision == BLUE
    answer = turning(engine, 5, never)
    assert (answer.picture, answer.example, answer.to) == (5, 4, RED)
    assert turning(engine, 2, never).example is None


def test_a_decision_that_no_single_example_turns_has_none(engine: Engine) -> None:
    answer = turning(engine, 6, never)
    assert (answer.example, answer.to) == (None, None)


def test_the_heat_map_covers_the_picture_and_stays_in_its_range(engine: Engine, tmp_path: Path) -> None:
    answer = heat(engine, 5, tmp_path / "5.png", RED, never)
    assert answer is not None and (answer.picture, answer.class_id) == (5, RED)
    assert answer.evidence.shape == (engine.learner.side, engine.learner.side)
    assert np.abs(answer.evidence).max() <= 1
    assert heat(engine, 5, tmp_path / "gone.png", RED, never) is None
    assert heat(engine, 5, tmp_path / "5.png", 12345, never) is None


def test_all_give_up_when_they_are_overtaken(engine: Engine, tmp_path: Path) -> None:
    for question in (
        lambda: turning(engine, 5, lambda: True),
        lambda: heat(engine, 5, tmp_path / "5.png", RED, lambda: True),
    ):
        with pytest.raises(Cancelled):
            question()
