"""The sorting runs so far, each of which can be taken back."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QDateTime, QLocale, Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QLabel, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from fewshot_gui.images.errors import printable
from fewshot_gui.sorting.journal import Run, RunState
from fewshot_gui.sorting.plan import Action
from fewshot_gui.sorting.run_files import RunFile
from fewshot_gui.sorting.undo import UndoResult
from fewshot_gui.ui import theme
from fewshot_gui.ui.dialog_frame import frame
from fewshot_gui.ui.row_table import Column, RowTable
from fewshot_gui.ui.shell.language import Spoken
from fewshot_gui.ui.sort.run_files_view import RunFilesView
from fewshot_gui.ui.sort.sort_result_view import ResultView
from fewshot_gui.ui.working_dialog import WorkingDialog

_CAN_BE_UNDONE = {RunState.DONE, RunState.INTERRUPTED, RunState.PARTLY_UNDONE}


class RunsDialog(WorkingDialog):
    """Lists runs, and the files of one.

    Each undo_requested and undo_files_requested is to be answered by show_undone() or show_failure(), each
    files_requested by show_files() or show_failure().
    """

    undo_requested = Signal(str)  # run id
    files_requested = Signal(str)  # run id
    undo_files_requested = Signal(str, list)  # run id, places of files of it

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.table: RowTable[Run] = RowTable(self)
        self._nothing = QLabel(self)
        self._nothing.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._result = ResultView(self)
        self._result.hide()
        self._list_page = QWidget(self)
        column = QVBoxLayout(self._list_page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2 * theme.SPACE)
        column.addWidget(self._result)
        column.addWidget(self._nothing, 1)
        column.addWidget(self.table, 2)
        self._pages = QStackedWidget(self)
        self.files = RunFilesView(self)
        self.files.chosen_changed.connect(self._on_selected)
        self._run_of_files = ""
        self._pages.addWidget(self._list_page)
        self._pages.addWidget(self.files)
        self._pages.addWidget(self._progress)
        self.undo_button = QPushButton(theme.icon("undo"), "", self)
        self.undo_button.clicked.connect(self._undo)
        self.files_button = QPushButton(self)
        self.files_button.clicked.connect(self._ask_for_files)
        self.undo_files_button = QPushButton(theme.icon("undo"), "", self)
        self.undo_files_button.clicked.connect(self._undo_files)
        self.back_button = QPushButton(self)
        self.back_button.clicked.connect(self._show_list)
        self.close_button = QPushButton(self)
        self.close_button.clicked.connect(self.reject)
        left = (self.undo_button, self.files_button, self.undo_files_button, self.back_button)
        frame(self, self._pages, left, (self.close_button,))
        self.resize(112 * theme.SPACE, 56 * theme.SPACE)
        self._runs: Sequence[Run] = ()
        Spoken(self).say(self._name_everything)
        self._show_list()

    def show_runs(self, runs: Sequence[Run]) -> None:
        """Show these runs, the latest first."""
        self._runs = runs
        self._show_runs(0)
        if runs:
            self.table.setFocus()

    def _show_runs(self, row: int) -> None:
        runs = self._runs
        number = QLocale().toString
        self.table.show_rows(
            [
                Column(self.tr("When"), _when),
                Column(self.tr("What"), self._action),
                Column(self.tr("Files"), lambda run: number(run.done), is_number=True),
                Column(self.tr("From"), lambda run: "" if run.source is None else printable(run.source)),
                Column(self.tr("To"), lambda run: printable(run.target)),
                Column(self.tr("State"), self._state),
            ],
            runs,
            wide=(3, 4),
        )
        self.table.selectionModel().selectionChanged.connect(lambda: self._on_selected())
        self.table.setVisible(bool(runs))
        self._nothing.setVisible(not runs)
        if runs:
            self.table.setCurrentIndex(self.table.model().index(row, 0))
        self._on_selected()

    def show_files(self, run_id: str, files: Sequence[RunFile]) -> None:
        """The answer to files_requested."""
        self._run_of_files = run_id
        self.files.show_files(files)
        self._show_page(self.files)

    def show_progress(self, done: int, total: int) -> None:
        """So many files of so many are done."""
        self._progress.show_progress(done, total)

    def show_undone(self, result: UndoResult) -> None:
        """The answer to undo_requested."""
        self._result.show_undone(result)
        self._end_work()

    def show_failure(self, sentence: str) -> None:
        """Nothing could be taken back."""
        self._result.show_failure(sentence)
        self._end_work()

    def _leave(self) -> None:
        """Close; from the files, back to the runs."""
        if self._pages.currentWidget() is self.files:
            self._show_list()
        else:
            super()._leave()

    def _undo(self) -> None:
        run = self.table.row()
        if run is not None:
            self._begin_work()
            self.undo_requested.emit(run.id)

    def _undo_files(self) -> None:
        places = [file.target for file in self.files.chosen()]
        self._begin_work()
        self.undo_files_requested.emit(self._run_of_files, places)

    def _ask_for_files(self) -> None:
        run = self.table.row()
        if run is not None:
            self.files_requested.emit(run.id)

    def _begin_work(self) -> None:
        self._working = True
        self._progress.begin(lambda: self.tr("Taking it back…"), 0)
        self._show_page(self._progress)
        self._name_close()

    def _end_work(self) -> None:
        self._working = False
        self._result.show()
        self._show_list()
        self._name_close()
        self.close_button.setEnabled(True)

    def _name_everything(self) -> None:
        self.setWindowTitle(self.tr("Sorting runs"))
        self.table.setAccessibleName(self.tr("Sorting runs"))
        self._nothing.setText(self.tr("Nothing has been sorted yet."))
        self.undo_button.setText(self.tr("Undo this run"))
        self.files_button.setText(self.tr("Single files…"))
        self.undo_files_button.setText(self.tr("Take back the selected files"))
        self.back_button.setText(self.tr("All runs"))
        self._name_close()
        self._show_runs(max(0, self.table.currentIndex().row()))

    def _name_close(self) -> None:
        self.close_button.setText(self.tr("Cancel") if self._working else self.tr("Close"))

    def _show_list(self) -> None:
        self._show_page(self._list_page)

    def _show_page(self, page: QWidget) -> None:
        self._pages.setCurrentWidget(page)
        for button in (self.undo_button, self.files_button):
            button.setVisible(page is self._list_page)
        for button in (self.undo_files_button, self.back_button):
            button.setVisible(page is self.files)

    def _on_selected(self) -> None:
        run = self.table.row()
        possible = run is not None and run.state in _CAN_BE_UNDONE
        self.undo_button.setEnabled(possible)
        self.files_button.setEnabled(possible)
        self.undo_files_button.setEnabled(bool(self.files.chosen()))

    def _action(self, run: Run) -> str:
        return {
            Action.COPY: self.tr("Copy"),
            Action.MOVE: self.tr("Move"),
            Action.HARDLINK: self.tr("Hard link"),
            Action.SYMLINK: self.tr("Symbolic link"),
            Action.REFLINK: self.tr("Clone"),
        }[run.action]

    def _state(self, run: Run) -> str:
        state = {
            RunState.RUNNING: self.tr("at work"),
            RunState.DONE: self.tr("done"),
            RunState.INTERRUPTED: self.tr("interrupted"),
            RunState.UNDONE: self.tr("taken back"),
            RunState.PARTLY_UNDONE: self.tr("partly taken back"),
            RunState.ROLLED_BACK: self.tr("nothing was done"),
        }[run.state]
        failed = self.tr("%Ln failed", "files", run.failed)
        return self.tr("{state}, {failed}").format(state=state, failed=failed) if run.failed else state


def _when(run: Run) -> str:
    local = QDateTime.fromSecsSinceEpoch(int(run.started.timestamp()))
    return QLocale().toString(local, QLocale.FormatType.ShortFormat)
