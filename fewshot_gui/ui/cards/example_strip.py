"""The row of small squares on a class card: its newest examples, each of which can be dragged away or taken back."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QBrush,
    QContextMenuEvent,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QTransform,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from fewshot_gui.ui import drops, theme
from fewshot_gui.ui.gallery.thumbnails import ThumbnailLoader
from fewshot_gui.ui.icons import paint_icon
from fewshot_gui.ui.shell.key_name import key_name
from fewshot_gui.ui.shell.keys import KEYS

_SIDE, _GAP, _RADIUS = 36, theme.SPACE // 2, 4
MOST = 5
"""So many examples at the most are shown."""


class ExampleStrip(QWidget):
    """Shows the newest of a class's examples; the last place says how many more there are.

    Left and Right choose one, a key of the table takes it back, the mouse drags it to another card or out of the cards.
    """

    unlabel_requested = Signal(list)  # of picture ids
    menu_requested = Signal(int, QPoint)  # picture id, global position

    def __init__(self, loader: ThumbnailLoader, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._loader = loader
        self._ids: tuple[int, ...] = ()
        self._more = 0
        self._source: Callable[[int], Path | bytes] | None = None
        self._name: Callable[[int], str] | None = None
        self._current = 0
        self._pressed: QPoint | None = None  # where a drag may begin
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        loader.ready.connect(self._on_ready)
        KEYS.changed.connect(self._take_keys)

    def show_examples(
        self, ids: tuple[int, ...], more: int, source: Callable[[int], Path | bytes], name: Callable[[int], str]
    ) -> None:
        """Show these pictures, MOST at the most, and that there are `more`. source and name tell of a picture by id."""
        self._source, self._name = source, name
        changed = (ids, more) != (self._ids, self._more)
        self._ids, self._more = ids, more
        self._ask_for_missing()
        if not changed:
            return
        self._choose(min(self._current, max(len(ids) - 1, 0)))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if ids else Qt.FocusPolicy.NoFocus)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        places = len(self._ids)
        return QSize(places * _SIDE + max(places - 1, 0) * _GAP, _SIDE)

    def minimumSizeHint(self) -> QSize:
        return QSize(_SIDE if self._ids else 0, _SIDE)

    def id_at(self, x: float) -> int | None:
        """The picture at this distance from the left edge."""
        place = int(x // (_SIDE + _GAP))
        return self._ids[place] if 0 <= place < self._shown() else None

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        for place, picture_id in enumerate(self._ids[: self._shown()]):
            self._paint_example(painter, self._square(place), picture_id)
        hidden = self._more + len(self._ids) - self._shown()
        if hidden and self._shown():
            self._paint_more(painter, self._square(self._shown() - 1), hidden)
        if self.hasFocus() and self._ids:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.colour("accent"), 2))
            painter.drawRoundedRect(self._square(self._current).adjusted(1, 1, -1, -1), _RADIUS, _RADIUS)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            picture_id = self.id_at(event.pos().x())
            text = self._name(picture_id) if picture_id is not None and self._name else ""
            QToolTip.showText(event.globalPos(), text, self)
            return True
        return super().event(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._choose(self._current)

    def _take_keys(self) -> None:
        self._choose(self._current)  # which says the key

    def mousePressEvent(self, event: QMouseEvent) -> None:
        picture_id = self.id_at(event.position().x())
        if picture_id is not None:
            self._choose(self._ids.index(picture_id))
        drags = picture_id is not None and event.button() == Qt.MouseButton.LeftButton
        self._pressed = event.position().toPoint() if drags else None
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed is not None and drops.far_enough(self._pressed, event.position().toPoint()):
            self._pressed = None
            square = self._square(self._current).toRect()
            drops.carry(self, drops.example_mime([self._ids[self._current]]), self.grab(square))
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Left:
                self._choose(max(self._current - 1, 0))
            case Qt.Key.Key_Right:
                self._choose(min(self._current + 1, self._shown() - 1))
            case _ if self._ids and KEYS.action_for(event) in ("unlabel", "take-back"):
                self.unlabel_requested.emit([self._ids[self._current]])
            case _:
                super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._choose(self._current)
        super().focusInEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        picture_id = self._ids[self._current] if by_key and self._ids else self.id_at(event.pos().x())
        if picture_id is None:
            event.ignore()  # the card has its own menu
            return
        middle = self._square(self._ids.index(picture_id)).center().toPoint()
        self.menu_requested.emit(picture_id, self.mapToGlobal(middle))

    def _shown(self) -> int:
        """How many squares there is room for."""
        return min(len(self._ids), (self.width() + _GAP) // (_SIDE + _GAP))

    def _square(self, place: int) -> QRectF:
        return QRectF(place * (_SIDE + _GAP), 0, _SIDE, _SIDE)

    def _choose(self, place: int) -> None:
        self._current = place
        if self._ids:
            name = self._name(self._ids[place]) if self._name else ""
            key, count = key_name("unlabel", "take-back"), len(self._ids) + self._more
            text = self.tr("Example {number} of {count}: {name}. Press {key} to take it back.")
            text = text if key else self.tr("Example {number} of {count}: {name}.")
            self.setAccessibleName(text.format(number=place + 1, count=count, name=name, key=key))
        self.update()

    def _on_ready(self, ids: list[int]) -> None:
        if not self._ids or not self.isVisible():
            return
        if not set(self._ids).isdisjoint(ids):
            self.update()
        self._ask_for_missing()  # the gallery may have dropped our requests in favour of its own

    def _ask_for_missing(self) -> None:
        for picture_id in reversed(self._ids):  # the newest request is served first
            if self._source is not None and self._pixmap(picture_id) is None:
                if self._loader.is_unreadable(picture_id):
                    continue
                # Twice the side, because the short side of the picture must fill the square.
                self._loader.request(picture_id, self._source(picture_id), round(2 * _SIDE * self.devicePixelRatioF()))

    def _pixmap(self, picture_id: int) -> QPixmap | None:
        return self._loader.pixmap(picture_id)

    def _paint_example(self, painter: QPainter, square: QRectF, picture_id: int) -> None:
        pixmap = self._pixmap(picture_id)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("picture"))
        if pixmap is not None:
            painter.setBrush(_filling(pixmap, square))
        painter.drawRoundedRect(square, _RADIUS, _RADIUS)
        if pixmap is None and self._loader.is_unreadable(picture_id):
            sign = QRectF(0, 0, 16, 16)
            sign.moveCenter(square.center())
            paint_icon(painter, "warning", sign, theme.colour("danger"))

    def _paint_more(self, painter: QPainter, square: QRectF, hidden: int) -> None:
        veil = theme.colour("card")
        veil.setAlphaF(0.85)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(veil)
        painter.drawRoundedRect(square.adjusted(-0.5, -0.5, 0.5, 0.5), _RADIUS, _RADIUS)
        painter.setPen(theme.colour("text"))
        painter.drawText(square, Qt.AlignmentFlag.AlignCenter, f"+{hidden + 1}")


def _filling(pixmap: QPixmap, square: QRectF) -> QBrush:
    """The middle of the picture, as large as it takes to fill the square."""
    scale = max(square.width() / pixmap.width(), square.height() / pixmap.height())
    left = square.center().x() - pixmap.width() * scale / 2
    top = square.center().y() - pixmap.height() * scale / 2
    brush = QBrush(pixmap)
    brush.setTransform(QTransform.fromTranslate(left, top).scale(scale, scale))
    return brush
