"""Looks through the open folder beside the window, and hands over what it finds while it goes on."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from fewshot_gui.images.errors import printable
from fewshot_gui.images.find import PictureFile, Skipped, find_pictures, looks_like_class_folders
from fewshot_gui.project.errors import ProjectError
from fewshot_gui.relink import Move
from fewshot_gui.workers.tasks import Task, Tasks

if TYPE_CHECKING:
    from fewshot_gui.ui.desk import Desk

FIRST_CHUNK, SCAN_CHUNK = 100, 500
"""Pictures handed over at a time while looking through a folder; the first ones sooner, for there is nothing to see."""


Stamps = dict[Path, tuple[int, int]]
"""Of every picture found its size in bytes and time of last change in ns since 1970."""


class FolderScan(QObject):
    """One search at a time. All methods belong to the window's thread."""

    found = Signal(object)
    """pictures.Found: a part of what is there, written to the project already."""

    def __init__(self, desk: Desk, tasks: Tasks) -> None:
        super().__init__(desk)
        self._desk = desk
        self._tasks = tasks
        self._task: Task | None = None
        self._noting = threading.Lock()

    def start(self, folder: Path) -> None:
        """Look through the folder of the desk's session. Say so when it is done, and what was passed over."""
        desk, session, relinker = self._desk, self._desk.session, self._desk.session.relinker()
        found: Stamps = {}
        skipped: list[str] = []
        moved = 0

        def hand_over(task: Task, chunk: list[PictureFile]) -> None:
            nonlocal moved
            moves, rest = relinker.find(chunk, task.cancelled)
            moved += sum(move.file is not None for move in moves)
            with self._noting:
                if not task.cancelled():
                    task.part(session.note_found(moves, rest))

        def work(task: Task) -> tuple[list[int], bool]:
            chunk: list[PictureFile] = []
            for entry in find_pictures(folder, task.cancelled):
                if isinstance(entry, Skipped):
                    skipped.append(f"{printable(entry.path)}: {entry.reason}")
                    continue
                found[entry.path] = (entry.size, entry.mtime_ns)
                chunk.append(entry)
                if len(chunk) >= (SCAN_CHUNK if len(found) > SCAN_CHUNK else FIRST_CHUNK):
                    hand_over(task, chunk)
                    chunk = []
            hand_over(task, chunk)
            if task.cancelled():
                return [], False
            return relinker.gone(), not session.classes and looks_like_class_folders(folder)

        def then(result: tuple[list[int], bool]) -> None:
            if task.cancelled():
                return
            gone, is_of_classes = result
            self._task = None
            desk.scanning.emit(False)
            desk.scan_finished(folder, found, gone)
            for sentence in skipped[:5]:
                desk.warned.emit(sentence)
            if moved:
                sentence = self.tr("%Ln picture(s) were found under new names; your labels went with them.", "", moved)
                desk.said.emit(sentence, False)
            if not found:
                desk.said.emit(self.tr("There are no pictures in this folder."), False)
            elif is_of_classes and not session.classes:
                desk.said.emit(
                    self.tr("One folder per class? Drop it on “New class” to make the cards from it."), False
                )

        def failed(error: Exception) -> None:
            if task.cancelled():
                return
            self._task = None
            desk.scanning.emit(False)
            desk.warned.emit(str(error))

        desk.scanning.emit(True)
        task = self._task = self._tasks.run(work, then, failed, self.found.emit, may_stall=True)

    def stop(self) -> None:
        """Give up the search, if there is one. What it has not handed over by now is not handed over."""
        if self._task is not None:
            self._task.cancel()
            with self._noting:  # what is being written now still belongs to the folder that is open
                self._task = None
            self._desk.scanning.emit(False)

    def take_arrived(self, files: Sequence[PictureFile]) -> None:
        """Pictures came into the folder, or changed there: new ones, or known ones under new names."""
        session, folder, relinker = self._desk.session, self._desk.session.folder, self._desk.session.relinker()

        def then(result: tuple[list[Move], list[PictureFile]]) -> None:
            if session is not self._desk.session or session.folder != folder or self._desk.is_closed:
                return
            try:
                self.found.emit(session.note_found(*result))
            except ProjectError as error:
                self._desk.warned.emit(str(error))

        self._tasks.run(lambda task: relinker.find(files, task.cancelled), then, may_stall=True)
