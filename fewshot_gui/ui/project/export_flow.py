"""Exporting as the person meets it: a dialog, and the work beside the window."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from fewshot_gui.exports.export import ExportCancelled, Exported, Format, export
from fewshot_gui.project.errors import ProjectError
from fewshot_gui.session import SessionError
from fewshot_gui.ui.desk import Desk
from fewshot_gui.ui.project.export_dialog import ExportDialog
from fewshot_gui.workers.tasks import Task, Tasks


class ExportFlow(QObject):
    """Opens the dialog and exports the project as it is at that moment."""

    def __init__(self, desk: Desk, tasks: Tasks, window: QWidget) -> None:
        super().__init__(window)
        self._desk = desk
        self._tasks = tasks
        self._window = window
        self._running: Task | None = None
        self.dialog: ExportDialog | None = None

    def start(self) -> None:
        """Ask for which program and where to."""
        session = self._desk.session
        if session.folder is None or not len(session.answers):
            self._desk.said.emit(self.tr("There is nothing to export yet: open a folder of pictures first."), False)
            return
        dialog = self.dialog = ExportDialog(session.folder, self._window)
        dialog.export_requested.connect(lambda out, format: self._export(dialog, out, format))
        dialog.cancel_requested.connect(self._cancel)
        dialog.open()

    def _cancel(self) -> None:
        if self._running is not None:
            self._running.cancel()

    def _export(self, dialog: ExportDialog, out: Path, format: Format) -> None:
        session = self._desk.session
        project, write = session.path, session.writing()

        def work(task: Task) -> Exported:
            write()  # what is exported is what is saved: the same as by the command line
            return export(project, out, format, task.progress, task.cancelled)

        def failed(error: Exception) -> None:
            self._running = None
            if isinstance(error, ExportCancelled):
                dialog.show_cancelled()
            else:
                known = isinstance(error, SessionError | ProjectError)
                dialog.show_failure(str(error) if known else f"{type(error).__name__}: {error}")

        def done(result: Exported) -> None:
            self._running = None
            dialog.show_result(result)

        self._running = self._tasks.run(work, done, failed, dialog.show_progress)
