"""Follow a folder: pictures that arrive are shown and classified, deleted ones are set aside.

The system says that something has changed, a look through the folder says what. Between two looks the folder rests ten
times as long as a look takes, so that a large one costs little; where the system can't watch it, it is looked through
every few seconds all the same.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import QFileSystemWatcher, QObject, QStorageInfo, QTimer, Signal

from fewshot_gui.images.errors import GONE
from fewshot_gui.images.find import FolderError, PictureFile, Skipped, find_pictures
from fewshot_gui.state import stamp_of
from fewshot_gui.ui.desk import Desk
from fewshot_gui.ui.project.scan import Stamps
from fewshot_gui.workers.tasks import Task, Tasks

MOST_FOLDERS = 1000
"""Systems watch a limited number of folders, for all programs together."""
SETTLE_MS = 400
"""A look begins so long after the system has spoken: files arrive in bursts."""
REST_MS = 700
"""A file whose size and time stay the same for so long has been written to its end."""
PERIOD_MS = 10_000
SHARE = 10
"""A folder rests so many times as long as looking through it has taken."""
_DISTANT = ("nfs", "cifs", "smb", "9p", "fuse", "afp", "webdav", "drvfs")
"""File systems on which another computer's changes are not told."""

Stamp = tuple[int, int]


@dataclass(frozen=True)
class Look:
    """What a look found. files: every picture and its size and time, but for those still being written, which stand in
    unrested. arrived, gone: since the look before."""

    files: dict[Path, Stamp]
    folders: tuple[Path, ...] = ()
    arrived: tuple[PictureFile, ...] = ()
    gone: tuple[Path, ...] = ()
    unrested: dict[Path, Stamp] = field(default_factory=dict)
    seconds: float = 0.0


def look(folder: Path, before: Look, cancelled: Callable[[], bool] = lambda: False) -> Look | None:
    """Look through ``folder`` and compare with the look before. None where it was cancelled, or the whole folder is
    away (a drive that was unplugged): then nothing is said to be gone.

    A new or changed file has arrived once two looks have seen it alike.
    """
    began = time.monotonic()
    files: dict[Path, Stamp] = {}
    unrested: dict[Path, Stamp] = {}
    arrived: list[PictureFile] = []
    folders: dict[Path, None] = {folder: None}
    try:
        for entry in find_pictures(folder, cancelled):
            if isinstance(entry, Skipped):
                if entry.path == folder and entry.reason == GONE:
                    return None
                continue
            stamp = (entry.size, entry.mtime_ns)
            for parent in entry.path.parents:
                if parent in folders or not parent.is_relative_to(folder):
                    break
                folders[parent] = None
            if before.files.get(entry.path) == stamp:
                files[entry.path] = stamp
            elif before.unrested.get(entry.path) == stamp:
                files[entry.path] = stamp
                arrived.append(entry)
            else:
                unrested[entry.path] = stamp
    except FolderError:
        return None
    missing = (path for path in before.files if path not in files and path not in unrested)
    gone = tuple(path for path in missing if stamp_of(path) is None)
    if cancelled() or not folder.is_dir():
        return None
    return Look(files, (*folders, *_empty_folders(folders)), tuple(arrived), gone, unrested, time.monotonic() - began)


def _empty_folders(folders: Iterable[Path]) -> list[Path]:
    """Folders in these that hold no picture yet: one may arrive there."""
    known = set(folders)
    found: list[Path] = []
    for folder in known:
        try:
            found += [p for p in folder.iterdir() if p not in known and p.name[0] != "." and p.is_dir()]
        except OSError:
            continue
    return found


class FolderWatch(QObject):
    """Watches the desk's folder while it is switched on."""

    watching = Signal(bool)
    """Whether a folder is being followed now."""

    def __init__(self, desk: Desk, tasks: Tasks, on: bool, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._tasks = tasks
        self._on = on
        self._folder: Path | None = None
        self._last = Look({})
        self._task: Task | None = None
        self._soon = QTimer(self, singleShot=True)
        self._soon.timeout.connect(self._look)
        self._periodic = QTimer(self, interval=PERIOD_MS)
        self._periodic.timeout.connect(self._look)
        self._watcher = QFileSystemWatcher(self)
        self._watcher.directoryChanged.connect(lambda _: self._look_soon(SETTLE_MS))
        self._watcher.fileChanged.connect(lambda _: self._look_soon(SETTLE_MS))
        desk.looked_through.connect(self._begin)
        desk.replaced.connect(self._end)

    def set_on(self, on: bool) -> None:
        """Follow the desk's folder from now on, or no longer."""
        if on == self._on:
            return
        self._on = on
        if on:
            self._desk.look_again()  # what happened meanwhile, too; ends in _begin
        else:
            self._end()

    def stop(self) -> None:
        """Before the window goes."""
        self._on = False
        self._end()

    def _begin(self, folder: Path, found: Stamps) -> None:
        """The desk has looked through its folder and found these."""
        if not self._on:
            return
        self._end()
        self._folder = folder
        self._last = Look(found)
        self.watching.emit(True)
        self._look()

    def _end(self) -> None:
        self._soon.stop()
        self._periodic.stop()
        if self._task is not None:
            self._task.cancel()
            self._task = None
        if self._watcher.directories():
            self._watcher.removePaths(self._watcher.directories())
        if self._folder is not None:
            self._folder = None
            self.watching.emit(False)

    def _look_soon(self, wait_ms: float) -> None:
        rest = SHARE * self._last.seconds * 1000
        if not self._soon.isActive():
            self._soon.start(int(max(wait_ms, rest)))

    def _look(self) -> None:
        folder, before = self._folder, self._last
        if folder is None:
            return
        if self._task is not None:
            self._look_soon(REST_MS)
            return
        task = self._task = self._tasks.run(
            lambda task: look(folder, before, task.cancelled),
            lambda seen: self._take(task, seen),
            lambda _: self._take(task, None),
            may_stall=True,
        )

    def _take(self, task: Task, seen: Look | None) -> None:
        if task is not self._task:
            return
        self._task = None
        if seen is None:  # it may come back
            self._periodic.start()
            return
        self._last = seen
        if seen.arrived:
            self._desk.take_arrived(seen.arrived)
        if seen.gone:
            self._desk.set_aside(seen.gone)
        if seen.unrested:
            self._look_soon(REST_MS)
        self._watch(seen.folders)

    def _watch(self, folders: Iterable[Path]) -> None:
        """Have the system watch these; where it can't, all are looked through now and then."""
        wanted = {str(folder) for folder in folders}
        watched = set(self._watcher.directories())
        missed = len(wanted) > MOST_FOLDERS
        if gone := watched - wanted:
            self._watcher.removePaths(sorted(gone))
        if new := sorted(wanted - watched)[: MOST_FOLDERS - len(watched & wanted)]:
            missed |= bool(self._watcher.addPaths(new))
            self._look_soon(REST_MS)  # what came between the look and the watch
        if missed or (self._folder is not None and _is_distant(self._folder)):
            if not self._periodic.isActive():
                self._periodic.start()
        else:
            self._periodic.stop()


def _is_distant(folder: Path) -> bool:
    kind = bytes(QStorageInfo(str(folder)).fileSystemType().data()).decode("ascii", "replace").lower()
    return any(name in kind for name in _DISTANT)
