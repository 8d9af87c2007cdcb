"""The key that labels pictures as a class: as it is said, and as it stands on the class's chip."""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QFont, QPainter

from fewshot_gui.state import ClassInfo
from fewshot_gui.ui import theme
from fewshot_gui.ui.gallery.tile import paint_chip
from fewshot_gui.ui.shell.key_name import key_name
from fewshot_gui.ui.shell.keys import KEYS

_KEYED = 20  # so many classes have a key in the table


def spoken_key(position: int) -> str:
    """The key of the class card at `position` (from 0) as the system writes it: "1", "Shift+1"; "" for none."""
    return key_name(f"class-{position + 1}")


def chip_key(position: int) -> str:
    """The same as short as a chip needs it: "1", "⇧1"; "" for none, and for one that has no room there."""
    keys = KEYS.keys(f"class-{position + 1}") if position < _KEYED else ()
    short = keys[0].replace("Shift+", "⇧") if keys else ""
    return short if len(short) <= 2 else ""


def paint_class_chip(painter: QPainter, rect: QRectF, info: ClassInfo, font: QFont) -> None:
    """A class's colour with its key in it; two signs are written smaller than one. font: for one."""
    key = chip_key(info.position)
    if len(key) > 1:
        font = QFont(font)
        font.setPixelSize(font.pixelSize() - 2)
    paint_chip(painter, rect, key, theme.class_colour(info.colour), font)
