"""All sorting runs so far. Any of them can be taken back, not only the last."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QLocale, Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QProgressBar,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from fewshot_gui.images.errors import printable
from fewshot_gui.sorting.journal import Run, RunState
from fewshot_gui.sorting.undo import UndoResult
from fewshot_gui.ui import theme


class RunsDialog(QDialog):
    """The list of runs, the latest first."""

    undo_requested = Signal(str)
    """run id"""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._runs: Sequence[Run] = ()
        self.setWindowTitle(self.tr("Sorting runs"))
        self.resize(90 * theme.SPACE, 50 * theme.SPACE)
        self.table = QTableWidget(0, 5)
        self.table.setAccessibleName(self.tr("Sorting runs"))
        headings = [self.tr("When"), self.tr("Action"), self.tr("Files"), self.tr("To"), self.tr("State")]
        self.table.setHorizontalHeaderLabels(headings)
        self.table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QTableWidget.SelectionMode.SingleSelection)
        self.table.setTabKeyNavigation(False)
        self.table.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.table.verticalHeader().hide()
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(3, QHeaderView.ResizeMode.Stretch)
        self.table.itemSelectionChanged.connect(self._update_button)
        self.message = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self.bar = QProgressBar()
        self.bar.setAccessibleName(self.tr("Progress"))
        self.bar.hide()
        self.undo = QPushButton(self.tr("Undo this run"))
        self.undo.setIcon(theme.icon("undo"))
        self.undo.clicked.connect(self._undo)
        close = QPushButton(self.tr("Close"))
        close.clicked.connect(self.accept)
        buttons = QHBoxLayout()
        buttons.addWidget(self.undo)
        buttons.addStretch()
        buttons.addWidget(close)
        column = QVBoxLayout(self)
        margin = 2 * theme.SPACE
        column.setContentsMargins(margin, margin, margin, margin)
        column.setSpacing(theme.SPACE)
        for widget in (self.table, self.message, self.bar):
            column.addWidget(widget)
        column.addLayout(buttons)
        self._update_button()

    def show_runs(self, runs: Sequence[Run]) -> None:
        """Show these runs."""
        self._runs = runs
        states = {
            RunState.DONE: self.tr("done"),
            RunState.INTERRUPTED: self.tr("interrupted"),
            RunState.UNDONE: self.tr("undone"),
            RunState.PARTLY_UNDONE: self.tr("partly undone"),
            RunState.ROLLED_BACK: self.tr("nothing was changed"),
        }
        locale = QLocale()
        self.table.setRowCount(len(runs))
        for row, run in enumerate(runs):
            when = locale.toString(run.started.astimezone().replace(tzinfo=None), QLocale.FormatType.ShortFormat)
            texts = [when, str(run.action), locale.toString(run.done), printable(run.target), states.get(run.state, "")]
            for column, text in enumerate(texts):
                item = QTableWidgetItem(text)
                item.setToolTip(text)
                self.table.setItem(row, column, item)
        if not runs:
            self.message.setText(self.tr("Nothing has been sorted yet."))
        self.table.setCurrentCell(0 if runs else -1, 0)
        self._update_button()

    def _selected(self) -> Run | None:
        row = self.table.currentRow()
        return self._runs[row] if 0 <= row < len(self._runs) else None

    def _update_button(self) -> None:
        run = self._selected()
        can = run is not None and run.done > run.undone and run.state is not RunState.UNDONE
        self.undo.setEnabled(can and self.bar.isHidden())

    def _undo(self) -> None:
        run = self._selected()
        if run is not None:
            self.bar.show()
            self.message.setText(self.tr("Undoing…"))
            self._update_button()
            self.undo_requested.emit(run.id)

    def show_progress(self, done: int, total: int) -> None:
        """How many files are back."""
        self.bar.setMaximum(total)
        self.bar.setValue(done)

    def show_undone(self, result: UndoResult) -> None:
        """A run was taken back; files that were left are named."""
        self.bar.hide()
        lines = [self.tr("%n file(s) are back as they were.", "", result.restored)]
        lines += [f"{printable(path)}: {why}" for path, why in result.left[:8]]
        self.message.setText("\n".join(lines))
        self._update_button()
