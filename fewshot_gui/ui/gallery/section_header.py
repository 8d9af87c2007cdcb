"""The line above a group of pictures in the gallery: open or closed, class, name, how many."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QLocale, QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QPainter, QPen, QPolygonF

from fewshot_gui.ui import theme
from fewshot_gui.ui.gallery.arrangement import Section
from fewshot_gui.ui.gallery.tile import CHIP, class_chip, paint_chip

HEIGHT: Final = 36
ARROW: Final = 28
"""So many pixels at the left open and close the group; the rest of the header selects its pictures."""


def whole_group(sections: Sequence[Section] | None, picture_ids: Sequence[int]) -> Section | None:
    """The group of which these are all the pictures."""
    chosen = set(picture_ids)
    same_size = (section for section in sections or () if len(section.ids) == len(chosen))
    return next((section for section in same_size if chosen.issuperset(section.ids.tolist())), None)


def paint_section(painter: QPainter, area: QRectF, section: Section, font: QFont) -> None:
    """Draw the header of `section` into `area`."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    middle = area.center().y()
    painter.setPen(QPen(theme.colour("border"), 1))
    painter.drawLine(QPointF(area.x(), area.bottom() - 4), QPointF(area.right(), area.bottom() - 4))
    middle -= 2
    arrow = [(-2.5, -5.0), (2.5, 0.0), (-2.5, 5.0)] if section.closed else [(-5.0, -2.5), (0.0, 2.5), (5.0, -2.5)]
    painter.setPen(QPen(theme.colour("muted"), 2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    painter.drawPolyline(QPolygonF([QPointF(area.x() + ARROW / 2 + x, middle + y) for x, y in arrow]))
    left = area.x() + ARROW
    if section.named:
        key_font = QFont(font)
        key_font.setBold(True)
        key_font.setPixelSize(12)
        paint_chip(painter, QRectF(left, middle - CHIP / 2, CHIP, CHIP), *class_chip(section.info), key_font)
        left += CHIP + theme.SPACE
    bold = QFont(font)
    bold.setBold(True)
    painter.setFont(bold)
    number = QLocale().toString(len(section.ids))
    room = area.right() - left - painter.fontMetrics().horizontalAdvance(number) - 2 * theme.SPACE
    title = painter.fontMetrics().elidedText(section.title, Qt.TextElideMode.ElideRight, int(room))
    painter.setPen(theme.colour("text"))
    line = QRectF(left, area.y() - 2, room, area.height())
    flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
    painter.drawText(line, flags, title)
    left += painter.fontMetrics().horizontalAdvance(title) + theme.SPACE
    painter.setFont(font)
    painter.setPen(theme.colour("muted"))
    painter.drawText(QRectF(left, line.y(), area.right() - left, line.height()), flags, number)
    painter.restore()
