"""Examples that somebody dropped, pasted or chose: looked up or decoded beside the window, then taken."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from fewshot_gui.images.bring import Brought, BroughtClasses, bring, bring_classes
from fewshot_gui.images.decode import UnreadableError
from fewshot_gui.images.find import PictureFile, looks_like_class_folders
from fewshot_gui.ui.drops import unreadable
from fewshot_gui.ui.pasted import as_png
from fewshot_gui.ui.turns import Turns
from fewshot_gui.workers.tasks import Task, Tasks

if TYPE_CHECKING:
    from fewshot_gui.ui.desk import Desk


_Found = tuple[Brought | BroughtClasses, str]
"""What was found, and a name for the class that is to be made of it, or "" where it goes without saying."""
AT_ONCE = 200
"""So many pictures are made known to the session in one turn of the event loop."""


class Bringing(QObject):
    """Any number of searches at a time. All methods belong to the window's thread.

    What was found is made known to the session some pictures at a time; then all become examples in one operation.
    """

    found = Signal(object)
    """So many pictures by now (int); None: no search is under way any more."""

    def __init__(self, desk: Desk, tasks: Tasks) -> None:
        super().__init__(desk)
        self._desk, self._tasks = desk, tasks
        self._running: set[Task] = set()
        self._turns = Turns(self)

    @property
    def is_searching(self) -> bool:
        """Whether a search is under way."""
        return bool(self._running)

    def bring(self, class_id: int | None, paths: Sequence[Path]) -> None:
        """Make files, and folders with all below them, examples of a class; None: of a new one, or of one for each
        sub-folder where it is a folder of class folders."""
        folder = self._desk.session.folder

        def work(task: Task) -> _Found:
            count = partial(_tell, task)
            if class_id is None and len(paths) == 1 and looks_like_class_folders(paths[0]):
                return bring_classes(paths[0], folder, task.cancelled, count), ""
            name = paths[0].name if len(paths) == 1 and paths[0].is_dir() else ""
            return bring(paths, folder, task.cancelled, count), name

        def then(found: _Found) -> None:
            brought, name = found
            if isinstance(brought, BroughtClasses):
                self._take_class_folders(brought)
            elif class_id is None:
                self._desk.make_class(partial(self._desk.session.take_new_class, brought), name)
            elif self._desk.session.class_name(class_id):
                session = self._desk.session
                self._desk.tell_done(self._desk.do(partial(session.take_examples, class_id, brought)))

        self._run(work, then)

    def bring_image(self, class_id: int | None, image: bytes | QImage, name: str) -> None:
        """Make a picture without a file an example of a class; None: of a new one, which is there once it is decoded.

        It is not a search: it is over in a moment, and nothing says that it is under way.
        """
        desk = self._desk
        session = desk.session

        def then(data: bytes) -> None:
            if session is not desk.session or desk.is_closed:
                return
            if class_id is None:
                desk.make_class(lambda title: session.new_class_from_image(data, name, title))
            elif session.class_name(class_id):
                desk.tell_done(desk.do(partial(session.add_image_data, class_id, data, name)))

        def failed(error: Exception) -> None:
            if not desk.is_closed:
                desk.warned.emit(unreadable(error) if isinstance(error, UnreadableError) else str(error))

        self._tasks.run(lambda task: as_png(image, task.cancelled), then, failed)

    def bring_class_folders(self, folder: Path) -> None:
        """One class for each sub-folder."""
        opened = self._desk.session.folder

        def work(task: Task) -> _Found:
            return bring_classes(folder, opened, task.cancelled, partial(_tell, task)), ""

        def then(found: _Found) -> None:
            assert isinstance(found[0], BroughtClasses)
            self._take_class_folders(found[0])

        self._run(work, then)

    def stop(self) -> bool:
        """Give up all searches; whether there was one. Nothing of what they found is taken."""
        was_running = bool(self._running)
        for task in self._running:
            task.cancel()
        self._running.clear()
        if was_running:
            self.found.emit(None)
        return was_running

    def _take_class_folders(self, brought: BroughtClasses) -> None:
        self._desk.tell_done(self._desk.do(partial(self._desk.session.take_class_folders, brought)))

    def _run(self, work: Callable[[Task], _Found], then: Callable[[_Found], None]) -> None:
        def finished(deliver: Callable[[], None]) -> None:
            if task not in self._running:  # given up
                return
            self._running.discard(task)
            if not self._running:
                self.found.emit(None)
            deliver()

        def make_known(files: Sequence[PictureFile], result: _Found) -> None:
            if task not in self._running:
                return
            if files and self._desk.do(lambda: self._desk.session.make_known(files[:AT_ONCE])) is None:
                finished(lambda: None)  # it can't be written, which was said
            elif files:
                self._turns.ask(str(id(task)), partial(make_known, files[AT_ONCE:], result))
            else:
                finished(lambda: then(result))

        task = self._tasks.run(
            work,
            lambda result: make_known(_files_of(result), result),
            lambda error: finished(lambda: self._desk.warned.emit(str(error))),
            lambda done, _: self.found.emit(done),
            may_stall=True,
        )
        self._running.add(task)
        self.found.emit(0)


def _files_of(found: _Found) -> Sequence[PictureFile]:
    brought = found[0]
    if isinstance(brought, Brought):
        return brought.files
    return [file for one in brought.by_class.values() for file in one.files]


def _tell(task: Task, count: int) -> None:
    task.progress(count, count + 1)  # nobody knows how many there are
