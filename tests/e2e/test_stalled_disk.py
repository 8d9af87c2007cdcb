"""A network folder that never answers costs its own pictures, not the window."""

import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from fewshot_gui.app import Application

Start = Callable[..., Application]


class DeadDisk:
    """Whoever lists this folder waits until ``answer`` is set."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.waiting: list[threading.Thread] = []
        self.answer = threading.Event()

    def scandir(self, path: Path | str) -> object:
        if Path(path) == self.folder:
            self.waiting.append(threading.current_thread())
            self.answer.wait()
        return os.scandir(path)


@pytest.fixture
def dead(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[DeadDisk]:
    disk = DeadDisk(folder)

    class Os:
        scandir = staticmethod(disk.scandir)

        def __getattr__(self, name: str) -> object:
            return getattr(os, name)

    monkeypatch.setattr("fewshot_gui.images.find.os", Os())
    yield disk
    disk.answer.set()


def begun(start: Start, qtbot: QtBot) -> Application:
    """The program, once it has begun to work."""
    program = start()
    passed: list[bool] = []
    QTimer.singleShot(0, lambda: passed.append(True))  # the program's own came before
    qtbot.waitUntil(lambda: bool(passed))
    return program


def test_a_search_that_stalls_is_cancelled_at_once_and_what_it_finds_late_is_dropped(
    start: Start, qtbot: QtBot, dead: DeadDisk, examples: dict[str, list[Path]]
) -> None:
    program = begun(start, qtbot)
    scanning: list[bool] = []
    program.desk.scanning.connect(scanning.append)
    program.desk.open_folder(dead.folder)
    qtbot.waitUntil(lambda: bool(dead.waiting))
    program.desk.cancel()  # the window's thread itself: that it comes back is the proof
    assert scanning == [True, False]
    assert dead.waiting[0].is_alive()
    other = examples["red"][0].parent
    program.desk.open_folder(other)
    qtbot.waitUntil(lambda: program.desk.session.counts().all == 3)
    dead.answer.set()
    dead.waiting[0].join()
    with qtbot.waitSignal(program.desk.looked_through):  # all that was posted before has arrived by then
        program.desk.look_again()
    assert program.desk.session.folder == other
    assert program.desk.session.counts().all == 3


def test_searches_that_stall_keep_no_other_work_waiting(start: Start, qtbot: QtBot, dead: DeadDisk) -> None:
    program = begun(start, qtbot)
    program.desk.open_folder(dead.folder)
    for count in range(1, 4):
        qtbot.waitUntil(lambda count=count: len(dead.waiting) == count)
        program.desk.look_again()
    done: list[int] = []
    program.tasks.run(lambda _: 7, done.append)
    qtbot.waitUntil(lambda: done == [7])
