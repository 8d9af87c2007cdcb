"""How menus look where Fusion is too heavy, too faint or too narrow: their frame, separators and headings."""

from typing import TypeGuard

from PySide6.QtCore import QObject, QRect, QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPen
from PySide6.QtWidgets import QApplication, QMenu, QProxyStyle, QStyle, QStyleOption, QStyleOptionMenuItem, QWidget

from fewshot_gui.ui import theme


def dressed(menu: QMenu) -> QMenu:
    """The same menu in this look, with all menus that it holds by now. For menus only: a style that is written in
    Python must not slow the painting of everything else."""
    app = QApplication.instance()
    assert app is not None
    look = app.findChild(_MenuStyle) or _MenuStyle(app)
    for one in (menu, *menu.findChildren(QMenu)):
        one.setStyle(look)
    return menu


class _MenuStyle(QProxyStyle):
    def __init__(self, parent: QObject) -> None:
        super().__init__("Fusion")
        self.setParent(parent)

    def drawControl(
        self, element: QStyle.ControlElement, option: QStyleOption, painter: QPainter, widget: QWidget | None = None
    ) -> None:
        if element == QStyle.ControlElement.CE_MenuItem and _is_separator(option):
            _paint_separator(painter, option)
        else:
            super().drawControl(element, option, painter, widget)

    def drawPrimitive(
        self, element: QStyle.PrimitiveElement, option: QStyleOption, painter: QPainter, widget: QWidget | None = None
    ) -> None:
        if element == QStyle.PrimitiveElement.PE_PanelMenu:
            painter.setBrush(theme.colour("card"))
            painter.setPen(_line(0.5))
            painter.drawRect(option.rect.adjusted(0, 0, -1, -1))
        else:
            super().drawPrimitive(element, option, painter, widget)

    def sizeFromContents(
        self, kind: QStyle.ContentsType, option: QStyleOption, size: QSize, widget: QWidget | None = None
    ) -> QSize:
        found = super().sizeFromContents(kind, option, size, widget)  # type: ignore[arg-type]  # None is fine
        if kind == QStyle.ContentsType.CT_MenuItem and _is_separator(option):
            found.setHeight(option.fontMetrics.height() + 2 * theme.SPACE if option.text else theme.SPACE + 1)
        return found


def _line(strength: float) -> QPen:
    """A pen that is seen as well on dark as on light."""
    colour = theme.colour("muted")
    colour.setAlphaF(strength)
    return QPen(colour, 1)


def _is_separator(option: QStyleOption) -> TypeGuard[QStyleOptionMenuItem]:
    separator = QStyleOptionMenuItem.MenuItemType.Separator
    return isinstance(option, QStyleOptionMenuItem) and option.menuItemType == separator


def _paint_separator(painter: QPainter, option: QStyleOptionMenuItem) -> None:
    """A line; a heading stands below it, small and grey, and one that begins the menu has none."""
    area = option.rect.adjusted(theme.SPACE, 0, -theme.SPACE, 0)
    painter.save()
    painter.setPen(_line(0.35))
    if not option.text:
        painter.drawLine(area.left(), area.center().y(), area.right(), area.center().y())
    else:
        if area.top() > theme.SPACE:
            painter.drawLine(area.left(), area.top() + theme.SPACE // 2, area.right(), area.top() + theme.SPACE // 2)
        font = QFont(option.font)
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(theme.colour("muted"))
        place = QRect(area.left(), area.top() + theme.SPACE, area.width(), area.height() - theme.SPACE)
        text = painter.fontMetrics().elidedText(option.text, Qt.TextElideMode.ElideRight, place.width())
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextShowMnemonic
        painter.drawText(place, flags, text)
    painter.restore()
