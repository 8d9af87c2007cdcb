"""The files of one sorting run, to find single ones and take only them back."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QLineEdit, QVBoxLayout, QWidget

from fewshot_gui.images.errors import printable
from fewshot_gui.sorting.run_files import FileState, RunFile
from fewshot_gui.ui import theme
from fewshot_gui.ui.labels import muted_label
from fewshot_gui.ui.row_table import Column, RowTable
from fewshot_gui.ui.shell.language import Spoken


class RunFilesView(QWidget):
    """A table of files, a line that narrows it, and how many are chosen."""

    chosen_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._files: Sequence[RunFile] = ()
        self.search = QLineEdit(self)
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._show)
        self.table: RowTable[RunFile] = RowTable(self)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.table.setTextElideMode(Qt.TextElideMode.ElideLeft)  # the ends of the paths tell them apart
        hint = muted_label(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.SPACE)
        for widget in (self.search, self.table, hint):
            column.addWidget(widget)
        spoken = Spoken(self)
        spoken.say(lambda: self.search.setPlaceholderText(self.tr("Find a file or a class")))
        spoken.say(lambda: self.search.setAccessibleName(self.tr("Find a file or a class")))
        spoken.say(lambda: self.table.setAccessibleName(self.tr("Files of this run")))
        spoken.say(lambda: hint.setText(self.tr("A picture's companions (such as .xmp) go back with it.")))
        spoken.say(self._show)

    def show_files(self, files: Sequence[RunFile]) -> None:
        """Show these files."""
        self._files = files
        self.search.clear()
        self._show()
        self.table.setFocus()

    def chosen(self) -> list[RunFile]:
        """The selected files that can be taken back."""
        return [file for file in self.table.selected() if file.state is FileState.SORTED]

    def _show(self) -> None:
        wanted = self.search.text().casefold()
        columns: list[Column[RunFile]] = [
            Column(self.tr("Old place"), lambda file: printable(file.source)),
            Column(self.tr("New place"), lambda file: printable(file.target)),
            Column(self.tr("State"), self._state),
        ]
        self.table.show_rows(columns, [file for file in self._files if wanted in _text(file)], wide=(0, 1))
        self.table.selectionModel().selectionChanged.connect(lambda: self.chosen_changed.emit())
        self.chosen_changed.emit()

    def _state(self, file: RunFile) -> str:
        return {
            FileState.SORTED: self.tr("sorted"),
            FileState.UNDONE: self.tr("taken back"),
            FileState.FAILED: self.tr("failed"),
            FileState.NOT_SORTED: self.tr("not sorted"),
        }[file.state]


def _text(file: RunFile) -> str:
    return f"{printable(file.source)}\n{printable(file.target)}\n{file.label}".casefold()
