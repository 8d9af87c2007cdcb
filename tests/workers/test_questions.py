"""Questions to the compute thread: the latest of a kind, after adapting, before reading; dropped with their folder."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from fewshot_gui.engine import Engine, Item, Request
from fewshot_gui.learner.learner import Learner
from fewshot_gui.workers.compute import Compute

REQUEST = Request(((0, 1), (1, 2)))


@pytest.fixture
def items(paint: Callable[..., Path], tmp_path: Path) -> list[Item]:
    return [Item(n, paint(tmp_path / f"{n}.png", colour)) for n, colour in enumerate(("red", "blue"))]


@pytest.fixture
def compute(tiny_weights: Path) -> Iterator[Compute]:
    compute = Compute(lambda: Engine(Learner(tiny_weights, "cpu")))
    compute.start()
    yield compute
    assert compute.stop(60)


def test_a_question_is_answered_on_the_windows_thread_with_the_adapted_network(
    compute: Compute, items: list[Item], qtbot: QtBot
) -> None:
    answers: list[tuple[object, bool]] = []
    compute.adapt_to(REQUEST, items)
    compute.ask(
        "classes",
        lambda engine, overtaken: (engine.support.class_ids, engine.support.ids.tolist()),
        lambda answer: answers.append((answer, threading.current_thread() is threading.main_thread())),
    )
    qtbot.waitUntil(lambda: bool(answers), timeout=60_000)
    assert answers == [(((1, 2), [0, 1]), True)]


def test_the_latest_question_of_a_kind_takes_the_place_of_the_one_under_way(
    compute: Compute, items: list[Item], qtbot: QtBot
) -> None:
    began, answers = threading.Event(), []

    def long(engine: Engine, overtaken: Callable[[], bool]) -> str:
        began.set()
        while not overtaken():
            pass
        return "first"

    compute.adapt_to(REQUEST, items)
    compute.ask("kind", long, answers.append)
    assert began.wait(60)
    compute.ask("kind", lambda engine, overtaken: "second", answers.append)
    qtbot.waitUntil(lambda: bool(answers), timeout=60_000)
    assert answers == ["second"]


def test_a_question_that_an_adaptation_overtakes_is_asked_again_after_it(
    compute: Compute, items: list[Item], qtbot: QtBot
) -> None:
    began, answers = threading.Event(), []

    def until_overtaken(engine: Engine, overtaken: Callable[[], bool]) -> list[int]:
        labels: list[int] = engine.support.labels.tolist()
        if not began.is_set():
            began.set()
            while not overtaken():
                pass
        return [engine.support.class_ids[k] for k in labels]

    compute.adapt_to(REQUEST, items)
    compute.ask("kind", until_overtaken, answers.append)
    assert began.wait(60)
    compute.adapt_to(Request(((0, 2), (1, 1))), items)
    qtbot.waitUntil(lambda: bool(answers), timeout=60_000)
    assert answers == [[2, 1]]


def test_without_an_adapted_network_or_in_another_folder_nothing_is_answered(
    compute: Compute, items: list[Item], qtbot: QtBot
) -> None:
    answers: list[str] = []
    compute.ask("early", lambda engine, overtaken: "early", answers.append)
    compute.adapt_to(REQUEST, items)
    compute.ask("old folder", lambda engine, overtaken: "old", answers.append)
    compute.start_over()
    compute.adapt_to(REQUEST, items)
    compute.ask("new folder", lambda engine, overtaken: "new", answers.append)
    compute.ask("given up", lambda engine, overtaken: "given up", answers.append)
    compute.forget_question("given up")
    compute.ask("last", lambda engine, overtaken: "last", answers.append)
    qtbot.waitUntil(lambda: "last" in answers, timeout=60_000)
    assert answers[-2:] == ["new", "last"] and "old" not in answers and "given up" not in answers


def test_embeddings_of_a_question_have_length_one(compute: Compute, items: list[Item], qtbot: QtBot) -> None:
    answers: list[object] = []
    compute.adapt_to(REQUEST, items)
    compute.ask("embeddings", lambda engine, overtaken: engine.embeddings([1, 0]), answers.append)
    qtbot.waitUntil(lambda: bool(answers), timeout=60_000)
    (embeddings,) = answers
    assert embeddings.shape[0] == 2  # type: ignore[attr-defined]
    assert (embeddings**2).sum(1) == pytest.approx([1, 1], abs=1e-3)  # type: ignore[operator]
