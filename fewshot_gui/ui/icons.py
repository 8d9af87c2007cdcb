"""Line icons from resources/icons, drawn in any colour."""

import functools

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from fewshot_gui.paths import resource

# Device pixels: 16, 20, 24 and 32 at scales of 1, 1.5, 2 and 3, so that no icon is blurred by scaling.
_SIDES = (16, 20, 24, 30, 32, 36, 40, 48, 64, 72, 96)


@functools.lru_cache(maxsize=256)
def drawn_icon(name: str, rgba: int, disabled_rgba: int) -> QIcon:
    """The icon resources/icons/NAME.svg in one colour, and in another where it is disabled (both as QColor.rgba()).

    Equal arguments give the same icon. Raises FileNotFoundError for an unknown name.
    """
    icon = QIcon()
    for mode, tint in ((QIcon.Mode.Normal, rgba), (QIcon.Mode.Disabled, disabled_rgba)):
        renderer = _renderer(name, tint)  # before there is a painter, which an error would leave behind
        for side in _SIDES:
            pixmap = QPixmap(side, side)
            pixmap.fill(Qt.GlobalColor.transparent)
            painter = QPainter(pixmap)
            renderer.render(painter, QRectF(0, 0, side, side))
            painter.end()
            icon.addPixmap(pixmap, mode)
    return icon


def paint_icon(painter: QPainter, name: str, rect: QRectF, colour: QColor) -> None:
    """Draw an icon into `rect`, sharp at any scale of the painter. Raises FileNotFoundError for an unknown name."""
    _renderer(name, colour.rgba()).render(painter, rect)


@functools.lru_cache(maxsize=256)
def _renderer(name: str, rgba: int) -> QSvgRenderer:
    tint = QColor.fromRgba(rgba)
    svg = resource("icons", f"{name}.svg").read_text(encoding="utf-8")
    svg = svg.replace("<svg ", f'<svg stroke-opacity="{tint.alphaF():.3f}" ', 1)
    return QSvgRenderer(QByteArray(svg.replace("currentColor", tint.name()).encode()))
