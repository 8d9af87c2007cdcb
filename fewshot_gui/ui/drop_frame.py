"""A frame around a view while something that it takes is dragged over it."""

from PySide6.QtCore import QEvent, QObject, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractScrollArea, QWidget

from fewshot_gui.ui import theme
from fewshot_gui.ui.drops import DropTarget

_WIDTH = 2


class DropFrame(QWidget):
    """Lies over what a view shows, as large as it; clicks and drags go through it. Shown by itself."""

    def __init__(self, view: QAbstractScrollArea, target: DropTarget) -> None:
        super().__init__(view)
        self._view, self._target = view, target
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()
        view.viewport().installEventFilter(self)
        target.hovered.connect(self._show)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self.setGeometry(self._view.viewport().geometry())
        return False

    def _show(self, hovered: bool) -> None:
        if hovered and not self._target.own_tiles:
            self.setGeometry(self._view.viewport().geometry())
            self.raise_()
            self.show()
        else:
            self.hide()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.colour("accent"), _WIDTH))
        edge = QRectF(self.rect()).adjusted(_WIDTH, _WIDTH, -_WIDTH, -_WIDTH)
        painter.drawRoundedRect(edge, theme.RADIUS, theme.RADIUS)
