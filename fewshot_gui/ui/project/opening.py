"""Opens another folder in the project: a project with very many pictures beside the window."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from fewshot_gui.project.errors import ProjectError
from fewshot_gui.state import ProjectState
from fewshot_gui.workers.tasks import Tasks

if TYPE_CHECKING:
    from fewshot_gui.ui.desk import Desk

FEW = 1000
"""So many known pictures are loaded anew within a frame or two; with more it is done beside the window."""


class FolderOpening(QObject):
    """One folder at a time. All methods belong to the window's thread."""

    def __init__(self, desk: Desk, tasks: Tasks) -> None:
        super().__init__(desk)
        self._desk, self._tasks = desk, tasks
        self._loading: Future[ProjectState | None] | None = None
        self._then: Callable[[], None] = lambda: None

    @property
    def is_under_way(self) -> bool:
        """Whether a folder is being opened."""
        return self._loading is not None

    def start(self, folder: Path, then: Callable[[], None]) -> None:
        """Make this the session's folder, and call ``then`` when it is, unless that fails, which is said."""
        session = self._desk.session
        loading: Future[ProjectState | None] = Future()
        self._loading, self._then = loading, then
        load = session.opening(folder)

        def work() -> None:
            try:
                loading.set_result(load())
            except Exception as error:
                loading.set_exception(error)

        if session.known <= FEW:
            work()
            self.finish()
        else:  # in a thread of its own: whoever waits for it must not wait for a run of sorting
            self._desk.scanning.emit(True)
            self._tasks.run(lambda _: work(), lambda _: self._on_loaded(loading), may_stall=True)

    def finish(self) -> None:
        """Wait until the folder is open, if one is being opened. Before this no operation may be carried out."""
        loading, self._loading = self._loading, None
        if loading is None:
            return
        try:
            state = loading.result()
        except (ProjectError, OSError) as error:
            self._desk.warned.emit(str(error))
            self._desk.scanning.emit(False)
            self._desk.look_again()  # the folder of before stays
            return
        self._desk.session.opened(state)
        self._tasks.run(lambda _: _let_go(state))
        self._then()

    def give_up(self) -> None:
        """The window is closed; what is being loaded is not wanted any more."""
        self._loading = None

    def _on_loaded(self, loading: Future[ProjectState | None]) -> None:
        if self._loading is loading:  # nobody has waited for it
            self.finish()


def _let_go(state: ProjectState | None) -> None:
    """To free what stands for a hundred thousand pictures takes a tenth of a second; one piece after the other, so that
    other threads get their turn."""
    held = {} if state is None else vars(state)
    while held:
        held.popitem()
