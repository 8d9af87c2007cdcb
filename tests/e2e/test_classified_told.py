"""When a folder has been classified, the strip says so: once, and only where it took a while."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from fewshot_gui.app import Application
from fewshot_gui.session import Session
from fewshot_gui.ui import activity
from tests.e2e.conftest import settled, teach

Said = list[str]
WAIT = 60_000


@pytest.fixture
def begin(
    start: Callable[..., Application], qtbot: QtBot, examples: dict[str, list[Path]], folder: Path
) -> Callable[[], tuple[Application, Said]]:
    """Teach the program, open the folder, wait until it is at rest; what of it was said meanwhile."""

    def begin() -> tuple[Application, Said]:
        program, said = start(), []
        program.desk.said.connect(lambda sentence, _: said.append(sentence) if "classified" in sentence else None)
        teach(program, examples)
        qtbot.waitUntil(lambda: program.desk.session.request() is not None)
        program.window.undoing.say("")
        program.desk.open_folder(folder)
        at_rest(program, qtbot)
        return program, said

    return begin


def at_rest(program: Application, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: settled(program))
    with qtbot.waitSignal(program.compute.idle, timeout=WAIT):
        program.compute.ask("rest", lambda *_: None, print)  # idle is said once more, after all that is under way


def test_what_was_classified_and_what_is_to_be_reviewed_is_told_once(
    begin: Callable[[], tuple[Application, Said]], qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(activity, "NOTICEABLE", 0.0)
    program, said = begin()
    session = program.desk.session
    qtbot.waitUntil(lambda: said != [])
    assert said == [f"36 picture(s) classified, {session.counts().review} to review."]
    with qtbot.waitSignal(program.compute.scored, timeout=WAIT):
        program.desk.label(session.view().tolist()[:1], session.classes[0].id)
    at_rest(program, qtbot)
    assert len(said) == 1


def test_what_took_no_time_is_not_told(
    begin: Callable[[], tuple[Application, Said]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(activity, "NOTICEABLE", 1e9)
    assert begin()[1] == []


def test_what_was_cancelled_is_not_told_as_done(
    begin: Callable[[], tuple[Application, Said]], qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(activity, "NOTICEABLE", 0.0)
    program, said = begin()
    said.clear()
    counts = replace(program.desk.session.counts(), waiting=5)
    monkeypatch.setattr(Session, "counts", lambda self: counts)
    program.compute.read_progress.emit(32, 37)
    program.compute.idle.emit()
    assert said == []


def test_an_undo_that_is_offered_is_not_covered(
    begin: Callable[[], tuple[Application, Said]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(activity, "NOTICEABLE", 0.0)
    program, said = begin()
    said.clear()
    program.desk.label(program.desk.session.view().tolist()[:1], program.desk.session.classes[0].id)
    program.compute.read_progress.emit(32, 37)
    program.compute.idle.emit()
    assert said == [] and program.window.strip.offers_action
