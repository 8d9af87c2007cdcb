"""Parts of tiles as they were painted last: to paint one takes dozens of calls into Qt, each of which may have to wait
for the other threads; to show it again takes one."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPixmap

LEAST_KEPT = 64

Draw = Callable[[QPainter, QRectF], None]


class Painted:
    """Keeps what was painted under a key, for each size."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Hashable, QPixmap] = OrderedDict()  # shown longest ago first

    def clear(self) -> None:
        """Have all painted anew: language, colours or fonts have changed."""
        self._kept.clear()

    def paint(self, painter: QPainter, rect: QRect, key: Hashable, draw: Draw) -> None:
        """Show in ``rect`` what ``draw(painter, rect)`` paints: only where nothing is kept under this key, which says
        all that it depends on but the size, it is called."""
        ratio = painter.device().devicePixelRatio()
        if ratio != int(ratio):  # then a part may begin between two pixels
            draw(painter, QRectF(rect))
            return
        key = (key, rect.width(), rect.height(), ratio)
        kept = self._kept.get(key)
        if kept is None:
            kept = self._kept[key] = _painted(rect.size(), int(ratio), draw)
        self._kept.move_to_end(key)
        painter.drawPixmap(rect.topLeft(), kept)

    def keep(self, count: int) -> None:
        """Forget what was shown longest ago where there is more than twice as much, or LEAST_KEPT."""
        while len(self._kept) > max(LEAST_KEPT, 2 * count):
            self._kept.popitem(last=False)


def _painted(size: QSize, ratio: int, draw: Draw) -> QPixmap:
    pixmap = QPixmap(size * ratio)
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    draw(painter, QRectF(QRect(QPoint(), size)))
    painter.end()
    return pixmap
