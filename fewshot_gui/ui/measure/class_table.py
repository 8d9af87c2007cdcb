"""What the tables of classes have in common: a quiet look, Return opens what the current cell stands for."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QLabel, QTableView, QVBoxLayout, QWidget

from fewshot_gui.ui import theme

DOT, DOT_ROOM = 10, 16  # pixels; the rest keeps the dot away from the name


class ClassTable(QTableView):
    """Neither frame nor grid; one cell or row is current."""

    opened = Signal(QModelIndex)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.setShowGrid(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setTabKeyNavigation(False)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.opened.emit(self.currentIndex())
        else:
            super().keyPressEvent(event)


def lay_out(tab: QWidget, about: QLabel, table: ClassTable) -> None:
    """A line that says how to read the table, above it."""
    about.setWordWrap(True)
    column = QVBoxLayout(tab)
    column.setContentsMargins(*[2 * theme.SPACE] * 4)
    column.setSpacing(theme.SPACE)
    column.addWidget(about)
    column.addWidget(table, 1)


def mixed(one: QColor, other: QColor, share: float) -> QColor:
    """`share`, 0..1, of the way from one colour to the other."""
    parts = ((getattr(one, p)(), getattr(other, p)()) for p in ("red", "green", "blue"))
    return QColor(*(round(a + (b - a) * share) for a, b in parts))


def dot(colour: QColor) -> QPixmap:
    """A dot in a class's colour, to stand before its name."""
    ratio = 3
    pixmap = QPixmap(DOT_ROOM * ratio, DOT_ROOM * ratio)
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawEllipse(0, (DOT_ROOM - DOT) // 2, DOT, DOT)
    painter.end()
    return pixmap
