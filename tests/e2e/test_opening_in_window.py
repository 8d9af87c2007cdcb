"""Another folder is opened in a project with very many pictures: beside the window, whatever the person does then."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from fewshot_gui.app import Application
from fewshot_gui.pictures import Pictures
from fewshot_gui.project.errors import ProjectError
from fewshot_gui.session import Session
from fewshot_gui.ui.project import opening
from tests.e2e.conftest import paint, settled


@pytest.fixture
def other(tmp_path: Path) -> Path:
    """Another folder, of two pictures."""
    for k in range(2):
        paint(tmp_path / "other" / f"{k}.png", "green", 900 + k)
    return (tmp_path / "other").resolve()


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """No project is small; what is loaded beside the window waits until this is set."""
    monkeypatch.setattr(opening, "FEW", 0)
    event = threading.Event()
    plain = Pictures.opening

    def slow(self: Pictures, folder: Path) -> Callable[[], object]:
        load = plain(self, folder)

        def work() -> object:
            assert event.wait(60)
            return load()

        return work

    monkeypatch.setattr(Pictures, "opening", slow)
    yield event
    event.set()


def test_the_window_goes_on_while_the_project_is_loaded_anew(
    program: Application, qtbot: QtBot, other: Path, gate: threading.Event, folder: Path
) -> None:
    desk = program.desk
    desk.open_folder(other)
    assert desk.session.folder == folder.resolve()
    assert program.window.gallery.current_id() is None or len(program.window.model.ids) == 37
    gate.set()
    qtbot.waitUntil(lambda: settled(program, 2))
    assert desk.session.folder == other
    assert [len(desk.session.examples(info.id)) for info in desk.session.classes] == [3, 3, 3]


def test_what_is_labelled_meanwhile_is_labelled_in_the_folder_that_is_opened_and_can_be_undone(
    program: Application, qtbot: QtBot, other: Path, gate: threading.Event
) -> None:
    desk = program.desk
    picture, blue = int(desk.session.view()[0]), desk.session.classes[2].id
    desk.open_folder(other)
    gate.set()
    desk.label([picture], blue)
    assert desk.session.folder == other
    assert picture in desk.session.examples(blue)
    qtbot.waitUntil(lambda: settled(program, 2))
    assert picture in desk.session.examples(blue)
    desk.undo()
    assert desk.session.human_label(picture) is None


def test_another_folder_still_wins_over_the_one_that_is_being_opened(
    program: Application, qtbot: QtBot, other: Path, gate: threading.Event, folder: Path
) -> None:
    gate.set()
    program.desk.open_folder(other)
    program.desk.open_folder(folder)
    qtbot.waitUntil(lambda: settled(program))
    assert program.desk.session.folder == folder.resolve()


def test_another_project_can_be_opened_meanwhile(
    program: Application, qtbot: QtBot, other: Path, gate: threading.Event
) -> None:
    first = program.desk.session.path
    program.desk.open_folder(other)
    gate.set()
    assert program.desk.open_project(None)
    assert len(program.window.model.ids) == 0
    session = Session.open(first)
    assert session.folder == other
    session.close()


def test_the_window_can_be_closed_meanwhile(program: Application, other: Path, gate: threading.Event) -> None:
    first = program.desk.session.path
    program.desk.open_folder(other)
    program.window.close()
    gate.set()
    program.stop()
    session = Session.open(first)
    assert session.counts().all in (37, 0)
    assert [len(session.examples(info.id)) for info in session.classes] == [3, 3, 3]
    session.close()


def test_where_the_project_cannot_be_written_the_folder_of_before_stays_and_it_is_said(
    program: Application, qtbot: QtBot, other: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "FEW", 0)

    def refuse(*_: object) -> None:
        raise ProjectError("The disk is full.")

    monkeypatch.setattr("fewshot_gui.project.store.Store.change_folder", refuse)
    said: list[str] = []
    program.desk.warned.connect(said.append)
    program.desk.open_folder(other)
    qtbot.waitUntil(lambda: said == ["The disk is full."])
    qtbot.waitUntil(lambda: settled(program))
    assert program.desk.session.folder == folder.resolve()
