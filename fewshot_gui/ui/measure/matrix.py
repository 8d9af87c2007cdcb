"""The confusion matrix: what the machine had said across, what the person said down. Each cell opens its pictures."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from PySide6.QtCore import (
    QAbstractTableModel,
    QEvent,
    QLocale,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QHeaderView,
    QLabel,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from fewshot_gui.answers import NONE_OF_THESE
from fewshot_gui.measures import NO_VERDICTS, Verdicts, confusion
from fewshot_gui.state import ClassInfo
from fewshot_gui.ui import theme
from fewshot_gui.ui.measure.class_table import DOT_ROOM, ClassTable, dot, lay_out, mixed

Index = QModelIndex | QPersistentModelIndex
_CELL = QSize(9 * theme.SPACE, 5 * theme.SPACE)
_WIDEST_NAME = 20 * theme.SPACE
SHADE_ROLE = Qt.ItemDataRole.UserRole


class MatrixTab(QWidget):
    """The matrix, and a line that says how to read it."""

    pictures_wanted = Signal(object, object)  # ids, their title in the language of the moment
    """Ids of the pictures to show, and what they are."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = _Cells(self)
        self._about = QLabel(self)
        self.table = _Table(self)
        self.table.setModel(self._model)
        self.table.opened.connect(self._open)
        lay_out(self, self._about, self.table)
        self._name_everything()

    def show_verdicts(self, verdicts: Verdicts, classes: Sequence[ClassInfo]) -> None:
        """Show these judged pictures; rows and columns in the cards' order, none of these last."""
        current = self.table.currentIndex()
        place = (current.row(), current.column())
        self._model.show_verdicts(verdicts, classes)
        self.table.fit()
        if 0 <= place[0] < self._model.rowCount():
            self.table.setCurrentIndex(self._model.index(*place))
        self._say()

    def _open(self, index: QModelIndex) -> None:
        ids = self._model.pictures(index)
        if len(ids):
            self.pictures_wanted.emit(ids, self._model.title(index))

    def _say(self) -> None:
        verdicts = self._model.verdicts
        if not len(verdicts):
            self._about.setText(self.tr("Nothing counted yet. Judge some pictures: each answer becomes a count here."))
            return
        right = int(verdicts.is_right.sum())
        text = self.tr(
            "{right} of {count} right. Rows: what you said. Columns: what the machine had said. "
            "The diagonal is where both agree. Click a number, or press Return, to see its pictures."
        )
        locale = QLocale()
        self._about.setText(text.format(right=locale.toString(right), count=locale.toString(len(verdicts))))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._name_everything()
        elif event.type() == QEvent.Type.PaletteChange and hasattr(self, "_model"):
            self._model.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, max(self._model.rowCount() - 1, 0))
            self._model.headerDataChanged.emit(Qt.Orientation.Vertical, 0, max(self._model.rowCount() - 1, 0))
            self.table.viewport().update()

    def _name_everything(self) -> None:
        self.table.setAccessibleName(self.tr("Confusion matrix"))
        self.table.setAccessibleDescription(self.tr("Arrow keys move, Return shows the pictures of a cell"))
        self._model.none = self.tr("None of these")
        self._model.cell = self.tr("You said {said}, the machine had said {predicted}: {count}")
        self._model.transition = self.tr("{predicted} → {said}")
        self._say()


class _Cells(QAbstractTableModel):
    none = cell = transition = ""  # texts, set by the tab

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.verdicts = NO_VERDICTS
        self._classes: list[ClassInfo | None] = []  # None: none of these
        self._counts = np.zeros((0, 0), np.int64)

    def show_verdicts(self, verdicts: Verdicts, classes: Sequence[ClassInfo]) -> None:
        ordered: list[ClassInfo | None] = [*sorted(classes, key=lambda info: info.position), None]
        counts = confusion(verdicts, [info.id if info else NONE_OF_THESE for info in ordered])
        self.verdicts = verdicts
        if ordered == self._classes:
            self._counts = counts
            self.dataChanged.emit(self.index(0, 0), self.index(len(ordered) - 1, len(ordered) - 1))
            return
        self.beginResetModel()
        self._classes, self._counts = ordered if classes else [], counts
        self.endResetModel()

    def pictures(self, index: Index) -> np.ndarray:
        said, predicted = (self._id(place) for place in (index.row(), index.column()))
        return self.verdicts.ids[(self.verdicts.said == said) & (self.verdicts.predicted == predicted)]

    def title(self, index: Index) -> Callable[[], str]:
        """What the cell's pictures are called, in the language of the moment."""
        said, predicted = self._classes[index.row()], self._classes[index.column()]

        def text() -> str:
            names = {"said": self._named(said), "predicted": self._named(predicted)}
            return names["said"] if said == predicted else self.transition.format(**names)

        return text

    def _id(self, place: int) -> int:
        info = self._classes[place]
        return info.id if info else NONE_OF_THESE

    def _name(self, place: int) -> str:
        return self._named(self._classes[place])

    def _named(self, info: ClassInfo | None) -> str:
        return info.name if info else self.none

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._classes)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return self.rowCount(parent)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row, column = index.row(), index.column()
        count = int(self._counts[row, column])
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return QLocale().toString(count) if count else "·"
            case Qt.ItemDataRole.TextAlignmentRole:
                return Qt.AlignmentFlag.AlignCenter
            case Qt.ItemDataRole.ToolTipRole | Qt.ItemDataRole.AccessibleTextRole:
                return self.cell.format(
                    said=self._name(row), predicted=self._name(column), count=QLocale().toString(count)
                )
            case _ if role == SHADE_ROLE:
                # Share of the row: how this class was judged, whether many or few pictures are of it.
                return (count / int(self._counts[row].sum()) if count else 0.0), row == column
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if section >= len(self._classes):
            return None
        info = self._classes[section]
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.ToolTipRole:
                return self._name(section)
            case Qt.ItemDataRole.DecorationRole:
                return dot(theme.class_colour(info.colour) if info else theme.colour("muted"))
            case Qt.ItemDataRole.TextAlignmentRole:
                return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None


class _Table(ClassTable):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setCornerButtonEnabled(False)
        self.setItemDelegate(_CellDelegate(self))
        for header in (self.horizontalHeader(), self.verticalHeader()):
            header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
            header.setSectionsClickable(False)
            header.setHighlightSections(True)
            header.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.verticalHeader().setDefaultSectionSize(_CELL.height())
        self.verticalHeader().setMaximumWidth(_WIDEST_NAME)
        self.setStyleSheet(
            "QTableView { background: transparent; selection-background-color: transparent; }"
            "QHeaderView { background: transparent; }"
            "QHeaderView::section { background: transparent; border: none; padding: 4px 8px; }"
            "QTableView QTableCornerButton::section { background: transparent; border: none; }"
        )
        self.clicked.connect(self.opened)

    def fit(self) -> None:
        """All columns as wide as the longest name takes, or as there is room for, within bounds."""
        header, count = self.horizontalHeader(), self.model().columnCount()
        names = (str(self.model().headerData(column, Qt.Orientation.Horizontal)) for column in range(count))
        longest = max((header.fontMetrics().horizontalAdvance(name) for name in names), default=0)
        wanted = min(longest + DOT_ROOM + 3 * theme.SPACE, _WIDEST_NAME)
        room = (self.width() - self.verticalHeader().sizeHint().width()) // max(count, 1)
        header.setDefaultSectionSize(max(min(wanted, room), _CELL.width()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()


class _CellDelegate(QStyledItemDelegate):
    """Shades a cell by its share of the row: where both agree in the accent colour, elsewhere in that of a warning;
    darkness and the outlined diagonal tell them apart without colours."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        share, agrees = index.data(SHADE_ROLE)
        area: QRect = option.rect.adjusted(1, 1, -1, -1)
        card = theme.colour("card")
        fill = card if not share else mixed(card, theme.colour("accent" if agrees else "warning"), 0.15 + 0.7 * share)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.colour("muted"), 1) if agrees else Qt.PenStyle.NoPen)
        painter.setBrush(fill)
        painter.drawRoundedRect(area.adjusted(1, 1, -1, -1), 4, 4)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.colour("text"), 2))
            painter.drawRoundedRect(area.adjusted(1, 1, -1, -1), 4, 4)
        painter.setPen(theme.text_on(fill) if share else theme.colour("muted"))
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter, str(index.data()))
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return _CELL
