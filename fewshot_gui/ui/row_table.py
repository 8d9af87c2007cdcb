"""A table of any number of rows; only what can be seen is turned into text."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QPainter, QPalette
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeView,
    QWidget,
)

Row = TypeVar("Row")

_STYLE = """
QTreeView { border: 1px solid palette(mid); border-radius: 6px; background: palette(base); padding: 1px; }
QTreeView:focus { border-color: palette(highlight); }
QTreeView::item { padding: 4px 8px; }
QHeaderView { background: transparent; }
QHeaderView::section {
    background: transparent; border: none; border-bottom: 1px solid palette(mid); padding: 6px 11px;
    color: palette(placeholder-text);
}
"""


@dataclass(frozen=True)
class Column(Generic[Row]):
    """One column: its heading, the text in a row, and whether it holds numbers, which stand at the right."""

    heading: str
    text: Callable[[Row], str]
    is_number: bool = False


class RowTable(QTreeView, Generic[Row]):
    """Shows rows in columns; a cut text is told in full by its tool tip."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setRootIsDecorated(False)
        self.setItemsExpandable(False)
        self.setUniformRowHeights(True)  # so that 100,000 rows need not be measured
        self.setItemDelegate(_Cell(self))
        self.setStyleSheet(_STYLE)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.header().setStretchLastSection(False)
        self._rows: _Rows[Row] = _Rows([], [])
        self.setModel(self._rows)

    def show_rows(self, columns: Sequence[Column[Row]], rows: Sequence[Row], wide: Sequence[int] = (0,)) -> None:
        """Show these rows. The columns numbered in `wide` share what room the others leave."""
        self._rows = _Rows(columns, rows)
        old = self.model()
        self.setModel(self._rows)
        if old is not None:
            old.deleteLater()
        for place in range(len(columns)):
            mode = QHeaderView.ResizeMode.Stretch if place in wide else QHeaderView.ResizeMode.ResizeToContents
            self.header().setSectionResizeMode(place, mode)

    def drawRow(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().drawRow(painter, option, index)
        if self.hasFocus() and index.row() == self.currentIndex().row():
            painter.setPen(self.palette().color(QPalette.ColorRole.Highlight))
            painter.drawRect(option.rect.adjusted(0, 0, -1, -1))

    def row(self) -> Row | None:
        """The row that is selected."""
        chosen = self.selectionModel().selectedRows()
        return self._rows.rows[chosen[0].row()] if chosen else None

    def selected(self) -> list[Row]:
        """All rows that are selected, where several can be."""
        return [self._rows.rows[index.row()] for index in self.selectionModel().selectedRows()]

    def rows(self) -> Sequence[Row]:
        """All rows."""
        return self._rows.rows


class _Cell(QStyledItemDelegate):
    """Without the sheen that the style lays over the current cell: the table outlines the whole row."""

    def initStyleOption(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        super().initStyleOption(option, index)
        option.state &= ~QStyle.StateFlag.State_HasFocus


class _Rows(QAbstractTableModel, Generic[Row]):
    def __init__(self, columns: Sequence[Column[Row]], rows: Sequence[Row]) -> None:
        super().__init__()
        self.columns, self.rows = columns, rows

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        column = self.columns[index.column()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return column.text(self.rows[index.row()])
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(column)
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation == Qt.Orientation.Horizontal and section < len(self.columns):
            if role == Qt.ItemDataRole.DisplayRole:
                return self.columns[section].heading
            if role == Qt.ItemDataRole.TextAlignmentRole:
                return _alignment(self.columns[section])
        return None


def _alignment(column: Column[Row]) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if column.is_number else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter
