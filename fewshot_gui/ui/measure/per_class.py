"""Precision and recall of each class, with how far they can be trusted."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import (
    QAbstractTableModel,
    QEvent,
    QLocale,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRectF,
    Qt,
    Signal,
)
from PySide6.QtCore import QSortFilterProxyModel as Sorted
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLabel,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from fewshot_gui.answers import NONE_OF_THESE
from fewshot_gui.measures import NO_VERDICTS, ClassMeasure, Share, Verdicts, per_class
from fewshot_gui.state import ClassInfo
from fewshot_gui.ui import theme
from fewshot_gui.ui.measure.class_table import ClassTable, dot, lay_out, mixed

Index = QModelIndex | QPersistentModelIndex
NAME, PRECISION, RECALL, SAID, CALLED, RIGHT = range(6)
SORT_ROLE, SHARE_ROLE = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1
_BAR_HEIGHT, _BAR_WIDTH = 6, 11 * theme.SPACE


class PerClassTab(QWidget):
    """A table to be sorted by any column; a row opens its mistakes."""

    pictures_wanted = Signal(object, object)  # ids, their title in the language of the moment
    """Ids of the pictures to show, and what they are."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows = _Rows(self)
        self._sorted = Sorted(self)
        self._sorted.setSourceModel(self._rows)
        self._sorted.setSortRole(SORT_ROLE)
        self._sorted.setSortLocaleAware(True)
        self._about = QLabel(self)
        self.table = _Table(self)
        self.table.setModel(self._sorted)
        self.table.sortByColumn(RECALL, Qt.SortOrder.AscendingOrder)
        self.table.opened.connect(self._open)
        lay_out(self, self._about, self.table)
        self._name_everything()

    def show_verdicts(self, verdicts: Verdicts, classes: Sequence[ClassInfo]) -> None:
        """Show these judged pictures."""
        self._rows.show_verdicts(verdicts, classes)
        self.table.fit()
        self._say()

    def _open(self, index: QModelIndex) -> None:
        ids, name = self._rows.mistakes(self._sorted.mapToSource(index).row())
        if len(ids):
            self.pictures_wanted.emit(ids, lambda: self.tr("mistakes with {name}").format(name=name))

    def _say(self) -> None:
        if len(self._rows.verdicts):
            text = self.tr(
                "Precision: of what the machine called a class, how much is of it. Recall: of what is of a class, "
                "how much the machine found. In brackets the 95 % interval. "
                "Return, or a double click, shows a class's mistakes."
            )
        else:
            text = self.tr(
                "Nothing counted yet. Judge some pictures: precision and recall are counted from your answers."
            )
        self._about.setText(text)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._name_everything()
        elif event.type() == QEvent.Type.PaletteChange and hasattr(self, "table"):
            self.table.viewport().update()

    def _name_everything(self) -> None:
        self.table.setAccessibleName(self.tr("Precision and recall of each class"))
        self.table.setAccessibleDescription(self.tr("Return shows the mistakes of a class"))
        self._rows.none = self.tr("None of these")
        self._rows.nothing = self.tr("no pictures yet")
        self._rows.set_headings(
            (
                (self.tr("Class"), self.tr("Its name")),
                (self.tr("Precision"), self.tr("Right among what the machine had called this class")),
                (self.tr("Recall"), self.tr("Found by the machine among what you say is of this class")),
                (self.tr("You said"), self.tr("Judged pictures that you say are of this class")),
                (self.tr("It said"), self.tr("Judged pictures that the machine had called this class")),
                (self.tr("Both"), self.tr("Judged pictures where you agree")),
            )
        )
        self._say()


class _Rows(QAbstractTableModel):
    none = nothing = ""  # texts, set by the tab

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.verdicts = NO_VERDICTS
        self._headings: Sequence[tuple[str, str]] = ()
        self._rows: list[tuple[ClassInfo | None, ClassMeasure]] = []

    def set_headings(self, headings: Sequence[tuple[str, str]]) -> None:
        self._headings = headings
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(headings) - 1)

    def show_verdicts(self, verdicts: Verdicts, classes: Sequence[ClassInfo]) -> None:
        ordered: list[ClassInfo | None] = [*sorted(classes, key=lambda info: info.position), None]
        measures = per_class(verdicts, [info.id if info else NONE_OF_THESE for info in ordered])
        rows = list(zip(ordered, measures, strict=True)) if classes else []
        self.verdicts = verdicts
        if [info for info, _ in rows] == [info for info, _ in self._rows]:
            self._rows = rows
            self.dataChanged.emit(self.index(0, 0), self.index(max(len(rows) - 1, 0), RIGHT))
            return
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def mistakes(self, row: int) -> tuple[np.ndarray, str]:
        """Ids of the pictures where person and machine differ and one of them names the class; and its name."""
        info, measure = self._rows[row]
        verdicts = self.verdicts
        named = (verdicts.said == measure.class_id) | (verdicts.predicted == measure.class_id)
        return verdicts.ids[named & ~verdicts.is_right], info.name if info else self.none

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else RIGHT + 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        info, measure = self._rows[index.row()]
        name = info.name if info else self.none
        column = index.column()
        if column == NAME:
            match role:
                case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.ToolTipRole:
                    return name
                case Qt.ItemDataRole.DecorationRole:
                    return dot(theme.class_colour(info.colour) if info else theme.colour("muted"))
                case _ if role == SORT_ROLE:
                    return info.position if info else len(self._rows)
            return None
        share = measure.precision if column == PRECISION else measure.recall
        count = {SAID: measure.recall.whole, CALLED: measure.precision.whole, RIGHT: measure.recall.part}.get(column, 0)
        is_share = column in (PRECISION, RECALL)
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.AccessibleTextRole:
                return self._written(share) if is_share else QLocale().toString(count)
            case Qt.ItemDataRole.TextAlignmentRole:
                return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            case _ if role == SORT_ROLE:
                return (-1.0 if share.value is None else share.value) if is_share else count
            case _ if role == SHARE_ROLE and is_share:
                return share
        return None

    def _written(self, share: Share) -> str:
        if share.value is None:
            return self.nothing
        low, high = share.interval
        return f"{100 * share.value:.0f} % ({100 * low:.0f}–{100 * high:.0f})"

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation == Qt.Orientation.Vertical or section >= len(self._headings):
            return None
        heading, tip = self._headings[section]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return heading
            case Qt.ItemDataRole.ToolTipRole:
                return tip
            case Qt.ItemDataRole.TextAlignmentRole:
                side = Qt.AlignmentFlag.AlignRight if section > RECALL else Qt.AlignmentFlag.AlignLeft
                return side | Qt.AlignmentFlag.AlignVCenter
        return None


class _Table(ClassTable):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setSortingEnabled(True)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(4 * theme.SPACE + 4)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setSortIndicatorShown(True)
        self.setItemDelegate(_Bars(self))
        self.setStyleSheet(
            "QTableView { background: transparent; selection-background-color: palette(highlight); outline: 0; }"
            "QHeaderView { background: transparent; }"
            "QHeaderView::section { background: transparent; border: none; border-bottom: 1px solid palette(mid);"
            " padding: 6px 8px; }"
            "QTableView::item { padding: 0 5px; }"
        )
        self.doubleClicked.connect(self.opened)

    def fit(self) -> None:
        """Columns as wide as what they hold; the two with bars share the rest."""
        modes = QHeaderView.ResizeMode
        for column in range(self.model().columnCount()):
            self.horizontalHeader().setSectionResizeMode(
                column, modes.Stretch if column in (PRECISION, RECALL) else modes.ResizeToContents
            )


class _Bars(QStyledItemDelegate):
    """A bar for the share, a whisker for its interval, and both in words."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        share = index.data(SHARE_ROLE)
        if not isinstance(share, Share):
            super().paint(painter, option, index)
            return
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        text = theme.colour("on_accent" if selected else "text" if share.whole else "muted")
        bar = mixed(theme.colour("accent"), theme.colour("on_accent" if selected else "card"), 0.5)
        if selected:
            painter.fillRect(option.rect, theme.colour("accent"))
        area = QRectF(option.rect).adjusted(theme.SPACE, 0, -theme.SPACE, 0)
        words = str(index.data())
        room = area.width() - option.fontMetrics.horizontalAdvance("100 % (100–100)") - theme.SPACE
        if room > 4 * theme.SPACE:
            track = QRectF(area.left(), area.center().y() - _BAR_HEIGHT / 2, min(room, 3 * _BAR_WIDTH), _BAR_HEIGHT)
            self._paint_bar(painter, track, share, bar, selected)
            area.setLeft(track.right() + theme.SPACE)
        painter.setPen(text)
        painter.drawText(area, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, words)
        painter.restore()

    def _paint_bar(self, painter: QPainter, track: QRectF, share: Share, bar: QColor, selected: bool) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        track_colour = mixed(theme.colour("accent"), theme.colour("text"), 0.3)
        painter.setBrush(track_colour if selected else theme.colour("track"))
        painter.drawRoundedRect(track, _BAR_HEIGHT / 2, _BAR_HEIGHT / 2)
        if share.value is None:
            return
        filled = QRectF(track)
        filled.setWidth(max(track.width() * share.value, _BAR_HEIGHT if share.value else 0))
        painter.setBrush(bar)
        painter.drawRoundedRect(filled, _BAR_HEIGHT / 2, _BAR_HEIGHT / 2)
        low, high = (track.left() + track.width() * end for end in share.interval)
        middle = track.center().y()
        painter.setPen(QPen(theme.colour("on_accent" if selected else "text"), 1.5))
        painter.drawLine(QPointF(low, middle), QPointF(high, middle))
        for end in (low, high):
            painter.drawLine(QPointF(end, middle - 4), QPointF(end, middle + 4))
