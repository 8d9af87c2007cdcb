"""Tiles as they were painted last: to paint one takes a hundred calls into Qt, each of which may have to wait for the
other threads; to show it again takes one."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable

from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtGui import QColor, QPainter, QPixmap

LEAST_KEPT = 64
"""Tiles; where more are in sight at once, twice as many as are."""


class PaintedTiles:
    """Keeps the latest picture of each tile. What it looked like then stands in ``look``: compared, never hashed."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Hashable, tuple[object, QPixmap]] = OrderedDict()  # shown longest ago first

    def clear(self) -> None:
        """Have all painted anew: language, colours or fonts have changed."""
        self._kept.clear()

    def paint(
        self,
        painter: QPainter,
        rect: QRect,
        key: Hashable,
        look: object,
        ground: QColor,
        draw: Callable[[QPainter, QRect], None],
    ) -> None:
        """Show the tile ``key`` in ``rect``. Only where ``look`` is another than the last time, ``draw(painter, rect)``
        paints it, on ``ground``."""
        ratio = painter.device().devicePixelRatio()
        if ratio != int(ratio):  # then a tile may begin between two pixels
            draw(painter, rect)
            return
        look = (look, rect.size(), ratio, ground)
        kept = self._kept.get(key)
        if kept is None or kept[0] != look:
            kept = self._kept[key] = (look, _painted(rect.size(), int(ratio), ground, draw))
        self._kept.move_to_end(key)
        painter.drawPixmap(rect.topLeft(), kept[1])

    def keep(self, in_sight: int) -> None:
        """Forget the tiles that were shown longest ago, where there are many more than fit into the window."""
        while len(self._kept) > max(LEAST_KEPT, 2 * in_sight):
            self._kept.popitem(last=False)


def _painted(size: QSize, ratio: int, ground: QColor, draw: Callable[[QPainter, QRect], None]) -> QPixmap:
    pixmap = QPixmap(size * ratio)
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(ground)
    painter = QPainter(pixmap)
    draw(painter, QRect(QPoint(), size))
    painter.end()
    return pixmap
