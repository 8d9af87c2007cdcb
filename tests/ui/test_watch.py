"""A folder that is followed: what arrives is classified, what is deleted is set aside, what is half written waits."""

import os
import shutil
import time
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Signal

from fewshot_gui.app import Application
from fewshot_gui.images.errors import GONE
from fewshot_gui.images.find import PictureFile, find_pictures
from fewshot_gui.session import Session, State
from fewshot_gui.ui.project import watch
from fewshot_gui.ui.project.watch import FolderWatch, Look, look
from fewshot_gui.workers.tasks import Tasks
from tests.e2e.conftest import COLOURS, finish, paint, tiny_engine

WAIT = 30_000


class DeskOfTests(QObject):
    """What the watch needs of a desk, and what it told it."""

    looked_through = Signal(Path, object)
    replaced = Signal()

    def __init__(self, folder):
        super().__init__()
        self.folder = folder
        self.arrived, self.gone = [], []

    def look_again(self):
        found = [f for f in find_pictures(self.folder) if isinstance(f, PictureFile)]
        self.looked_through.emit(self.folder, {f.path: (f.size, f.mtime_ns) for f in found})

    def take_arrived(self, files):
        self.arrived += [file.path.name for file in files]

    def set_aside(self, paths):
        self.gone += [path.name for path in paths]


@pytest.fixture
def followed(qtbot, tmp_path, monkeypatch):
    monkeypatch.setattr(watch, "SETTLE_MS", 20)
    monkeypatch.setattr(watch, "REST_MS", 60)
    monkeypatch.setattr(watch, "PERIOD_MS", 50)
    (tmp_path / "sub").mkdir()
    (tmp_path / "old.png").write_bytes(b"old")
    tasks = Tasks()
    desk = DeskOfTests(tmp_path)
    follower = FolderWatch(desk, tasks, on=False)
    desk.follower = follower
    yield desk
    follower.stop()
    tasks.stop()


def start(desk, qtbot):
    with qtbot.waitSignal(desk.follower.watching):
        desk.follower.set_on(True)
    qtbot.waitUntil(lambda: str(desk.folder) in desk.follower._watcher.directories())


# --- one look


def test_a_new_file_has_arrived_once_two_looks_saw_it_alike(tmp_path):
    (tmp_path / "new.png").write_bytes(b"half")
    first = look(tmp_path, Look({}))
    assert first.arrived == () and [p.name for p in first.unrested] == ["new.png"]
    second = look(tmp_path, first)
    assert [f.path.name for f in second.arrived] == ["new.png"]
    assert look(tmp_path, second).arrived == ()


def test_a_file_that_is_still_being_written_is_waited_for(tmp_path):
    file = tmp_path / "growing.png"
    seen = Look({})
    for size in (10, 20, 30):
        file.write_bytes(b"x" * size)
        seen = look(tmp_path, seen)
        assert seen.arrived == ()
    assert [f.size for f in look(tmp_path, seen).arrived] == [30]


def test_a_file_written_anew_in_its_place_arrives_again(tmp_path):
    file = tmp_path / "edited.png"
    file.write_bytes(b"before")
    seen = look(tmp_path, look(tmp_path, Look({})))
    file.write_bytes(b"after that")
    again = look(tmp_path, look(tmp_path, seen))
    assert [f.path.name for f in again.arrived] == ["edited.png"] and again.gone == ()


def test_what_was_deleted_is_gone_and_what_was_moved_is_gone_and_arrives(tmp_path):
    (tmp_path / "a.png").write_bytes(b"a")
    seen = look(tmp_path, look(tmp_path, Look({})))
    (tmp_path / "sub").mkdir()
    (tmp_path / "a.png").rename(tmp_path / "sub" / "a.png")
    moved = look(tmp_path, seen)
    assert moved.gone == (tmp_path / "a.png",)
    assert [f.path for f in look(tmp_path, moved).arrived] == [tmp_path / "sub" / "a.png"]


def test_a_drive_that_was_unplugged_takes_no_picture_away(tmp_path):
    folder = tmp_path / "drive"
    folder.mkdir()
    (folder / "a.png").write_bytes(b"a")
    seen = look(folder, look(folder, Look({})))
    shutil.rmtree(folder)
    assert look(folder, seen) is None


def test_folders_without_pictures_are_watched_too(tmp_path):
    (tmp_path / "empty").mkdir()
    (tmp_path / "deep" / "deeper").mkdir(parents=True)
    (tmp_path / "deep" / "deeper" / "a.png").write_bytes(b"a")
    (tmp_path / ".hidden").mkdir()
    seen = look(tmp_path, Look({}))
    names = {p.relative_to(tmp_path).as_posix() for p in seen.folders}
    assert names == {".", "empty", "deep", "deep/deeper"}


# --- the watch


def test_pictures_that_were_there_are_no_news(qtbot, followed):
    start(followed, qtbot)
    (followed.folder / "new.png").write_bytes(b"new")
    qtbot.waitUntil(lambda: followed.arrived == ["new.png"], timeout=WAIT)


def test_pictures_in_sub_folders_and_in_new_ones_arrive(qtbot, followed):
    start(followed, qtbot)
    (followed.folder / "sub" / "one.png").write_bytes(b"1")
    (followed.folder / "made now").mkdir()
    (followed.folder / "made now" / "two.png").write_bytes(b"2")
    qtbot.waitUntil(lambda: sorted(followed.arrived) == ["one.png", "two.png"], timeout=WAIT)


def test_deleted_pictures_are_set_aside(qtbot, followed):
    start(followed, qtbot)
    (followed.folder / "old.png").unlink()
    qtbot.waitUntil(lambda: followed.gone == ["old.png"], timeout=WAIT)


def test_where_watching_is_impossible_the_folder_is_looked_through_now_and_then(qtbot, followed, monkeypatch):
    monkeypatch.setattr(watch, "MOST_FOLDERS", 0)
    followed.follower._periodic.setInterval(50)
    followed.follower.set_on(True)
    qtbot.waitUntil(followed.follower._periodic.isActive, timeout=WAIT)
    assert followed.follower._watcher.directories() == []
    (followed.folder / "new.png").write_bytes(b"new")
    qtbot.waitUntil(lambda: followed.arrived == ["new.png"], timeout=WAIT)


def test_another_folder_ends_the_watch_until_it_was_looked_through(qtbot, followed):
    start(followed, qtbot)
    with qtbot.waitSignal(followed.follower.watching) as told:
        followed.replaced.emit()
    assert told.args == [False]
    assert followed.follower._watcher.directories() == []


def test_nothing_is_told_once_it_is_switched_off(qtbot, followed):
    start(followed, qtbot)
    followed.follower.set_on(False)
    (followed.folder / "new.png").write_bytes(b"new")
    (followed.folder / "old.png").unlink()
    qtbot.wait(10 * watch.REST_MS)  # nothing to wait for: nothing happens
    assert (followed.arrived, followed.gone) == ([], [])


# --- in the real program


def test_a_picture_that_arrives_is_classified_and_the_strip_says_watching(qtbot, tmp_path):
    for colour in COLOURS:
        for number in range(2):
            paint(tmp_path / "examples" / colour / f"{number}.png", colour, number)
            paint(tmp_path / "folder" / f"{colour} {number}.png", colour, 10 + number)
    program = Application(Session.open(tmp_path / "p.fewshot"), tiny_engine)
    try:
        program.start()
        session = program.desk.session
        program.desk.do(lambda: program.desk.session.import_class_folders(tmp_path / "examples"))
        program.desk.open_folder(tmp_path / "folder")
        program.window.shell.preferences.set("watch", True)
        assert program.window.menu.watch.isChecked()
        qtbot.waitUntil(lambda: not program.window.strip._watching.isHidden(), timeout=WAIT)
        qtbot.waitUntil(lambda: session.counts().waiting == 0, timeout=WAIT)
        before = session.counts().all
        paint(tmp_path / "outside" / "late.png", "red", 99)
        old = time.time() - 3600  # moved here with its old date, as file managers do
        os.utime(tmp_path / "outside" / "late.png", (old, old))
        (tmp_path / "outside" / "late.png").rename(tmp_path / "folder" / "late.png")
        qtbot.waitUntil(lambda: session.counts().all == before + 1, timeout=WAIT)
        (late,) = session.ids_of([tmp_path / "folder" / "late.png"])
        qtbot.waitUntil(lambda: session.decision(late).state is State.PREDICTED, timeout=WAIT)
        (tmp_path / "folder" / "late.png").unlink()
        qtbot.waitUntil(lambda: session.picture(late).problem == GONE, timeout=WAIT)
        program.window.menu.watch.trigger()
        assert program.window.strip._watching.isHidden()
    finally:
        finish(program)
