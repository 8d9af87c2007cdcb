"""The menus of a class card and of an example on it."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QRectF, Qt
from PySide6.QtGui import QFont, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QMenu, QWidget

from fewshot_gui.ui import theme
from fewshot_gui.ui.gallery.tile import class_chip, paint_chip
from fewshot_gui.ui.menu_look import dressed
from fewshot_gui.ui.shell.keys import KEYS
from fewshot_gui.ui.shell.language import key_hint

if TYPE_CHECKING:
    from fewshot_gui.session import ClassInfo
    from fewshot_gui.ui.cards.class_card import ClassCard

translate = QCoreApplication.translate


def class_menu(card: "ClassCard", others: Sequence["ClassInfo"], examples: int) -> QMenu:
    """All that can be done with a class; the card tells what was chosen. others: the classes it can be merged into."""
    menu = QMenu(card)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

    def add(text: str, wish: Callable[[], object], icon: str = "", enabled: bool = True) -> None:
        action = menu.addAction(theme.icon(icon), text, wish) if icon else menu.addAction(text, wish)
        action.setEnabled(enabled)

    add(translate("ClassMenu", "Rename") + KEYS.hint("rename-class"), card.edit_name)
    add(translate("ClassMenu", "Colour…"), card.open_palette)
    menu.addSeparator()
    add(translate("ClassMenu", "Add pictures…"), card.add_files_requested.emit, "plus")
    add(translate("ClassMenu", "Show its examples…"), card.examples_requested.emit, "pin", examples > 0)
    add(translate("ClassMenu", "Show its pictures") + key_hint("Enter"), card.show_requested.emit, "picture")
    menu.addSeparator()
    add(translate("ClassMenu", "Move up") + KEYS.hint("raise-class"), partial(card.move_requested.emit, -1))
    add(translate("ClassMenu", "Move down") + KEYS.hint("lower-class"), partial(card.move_requested.emit, 1))
    merge = menu.addMenu(translate("ClassMenu", "Merge into"))
    _add_classes(merge, others, card.merge_requested.emit)
    add(translate("ClassMenu", "Split…"), card.split_requested.emit, enabled=examples > 1)
    menu.addSeparator()
    add(translate("ClassMenu", "Delete the class") + KEYS.hint("delete-class"), card.delete_requested.emit, "trash")
    return dressed(menu)


def example_menu(
    parent: QWidget, others: Sequence["ClassInfo"], take_back: Callable[[], object], move: Callable[[int], object]
) -> QMenu:
    """What can be done with examples: take them back, or move them to one of the other classes."""
    menu = QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    menu.addAction(theme.icon("undo"), translate("ClassMenu", "Take back") + KEYS.hint("unlabel"), take_back)
    _add_classes(menu.addMenu(translate("ClassMenu", "Move to")), others, move)
    return dressed(menu)


def _add_classes(menu: QMenu, classes: Sequence["ClassInfo"], chosen: Callable[[int], object]) -> None:
    menu.setEnabled(bool(classes))
    for info in classes:
        menu.addAction(class_icon(info, menu.font()), info.name.replace("&", "&&"), partial(chosen, info.id))


def class_icon(info: "ClassInfo", font: QFont) -> QIcon:
    """A class's colour with its key in it."""
    side, scale = 2 * theme.SPACE, 2
    pixmap = QPixmap(side * scale, side * scale)
    pixmap.setDevicePixelRatio(scale)
    pixmap.fill(Qt.GlobalColor.transparent)
    small = QFont(font)
    small.setBold(True)
    small.setPixelSize(11)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    paint_chip(painter, QRectF(0, 0, side, side), *class_chip(info), small)
    painter.end()
    return QIcon(pixmap)
