"""Examples are looked up on the disk beside the window, which shows it and can stop it."""

import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale, Qt
from pytestqt.qtbot import QtBot

from fewshot_gui.app import Application
from fewshot_gui.images.bring import Brought
from fewshot_gui.images.find import PictureFile
from fewshot_gui.session import Change, Session
from fewshot_gui.ui import bringing
from fewshot_gui.ui.drops import Drop

Start = Callable[..., Application]


@pytest.fixture
def slow_disk(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """A disk that finds 1,240 pictures and then no end; the event says that it was stopped."""
    stopped = threading.Event()

    def without_end(
        paths: Sequence[Path], folder: Path | None, cancelled: Callable[[], bool], count: Callable[[int], None]
    ) -> Brought:
        assert threading.current_thread() is not threading.main_thread()
        count(1240)
        while not cancelled():
            time.sleep(0.01)
        stopped.set()
        return Brought((), ())

    monkeypatch.setattr(bringing, "bring", without_end)
    return stopped


def test_a_dropped_folder_is_counted_in_the_strip_and_cancel_stops_it(
    start: Start, qtbot: QtBot, examples: dict[str, list[Path]], slow_disk: threading.Event
) -> None:
    program = start()
    strip = program.window.strip
    program.desk.take_drop(None, Drop(paths=(examples["red"][0].parent,)))
    qtbot.waitUntil(lambda: QLocale().toString(1240) in strip._activity._text.text())
    qtbot.mouseClick(strip._activity.cancel, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(slow_disk.is_set)
    assert strip._message._text.text() == "The search was stopped: no examples were added."
    assert not program.desk.bringing.is_searching and not program.desk.session.classes


def test_what_is_looked_up_for_one_project_never_reaches_another(
    start: Start, qtbot: QtBot, examples: dict[str, list[Path]], slow_disk: threading.Event, tmp_path: Path
) -> None:
    program = start()
    program.desk.take_drop(None, Drop(paths=(examples["red"][0].parent,)))
    program.desk.open_project(tmp_path / "another.fewshot")
    qtbot.waitUntil(slow_disk.is_set)
    assert not program.desk.bringing.is_searching


def test_a_folder_of_class_folders_is_looked_up_beside_the_window(
    start: Start, qtbot: QtBot, examples: dict[str, list[Path]], monkeypatch: pytest.MonkeyPatch
) -> None:
    program, may_go = start(), threading.Event()
    real = bringing.looks_like_class_folders
    monkeypatch.setattr(bringing, "looks_like_class_folders", lambda folder: may_go.wait(60) and real(folder))
    program.desk.take_drop(None, Drop(paths=(examples["red"][0].parent.parent,)))
    assert program.desk.bringing.is_searching and not program.desk.session.classes
    may_go.set()
    qtbot.waitUntil(lambda: len(program.desk.session.classes) == 3)
    assert program.window.strip._message._text.text() == "9 picture(s) added as examples, from the folders in examples."


@pytest.fixture
def in_pieces(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Two pictures are made known at a time; how many it were, each time."""
    monkeypatch.setattr(bringing, "AT_ONCE", 2)
    pieces: list[int] = []
    real = Session.make_known

    def noted(self: Session, files: Sequence[PictureFile]) -> Change:
        if threading.current_thread() is threading.main_thread() and files:
            pieces.append(len(files))
        return real(self, files)

    monkeypatch.setattr(Session, "make_known", noted)
    return pieces


def test_many_examples_are_made_known_in_pieces_and_are_one_step_of_undo(
    start: Start, qtbot: QtBot, examples: dict[str, list[Path]], in_pieces: list[int]
) -> None:
    program = start()
    session = program.desk.session
    pictures = [*examples["red"], *examples["green"][:2]]
    program.desk.take_drop(None, Drop(paths=tuple(pictures)))
    qtbot.waitUntil(lambda: bool(session.classes))
    assert in_pieces == [2, 2, 1]
    assert [session.picture(i).path for i in session.examples(session.classes[0].id)] == pictures
    program.window.menu.undo.trigger()
    assert not session.classes and session.undo_name is None


def test_stopped_between_two_pieces_nothing_becomes_an_example(
    start: Start, qtbot: QtBot, examples: dict[str, list[Path]], in_pieces: list[int]
) -> None:
    program = start()
    program.desk.changed.connect(lambda _: program.desk.bringing.stop() if in_pieces else None)
    program.desk.take_drop(None, Drop(paths=tuple(examples["red"])))
    qtbot.waitUntil(lambda: in_pieces != [] and program.desk.bringing._turns.is_empty)
    assert in_pieces == [2] and not program.desk.session.classes
