"""The menu of tiles in the gallery: what the person says of them, and what else can be done with the picture."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QCoreApplication, Qt, QUrl
from PySide6.QtGui import QAction, QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QMenu, QWidget

from fewshot_gui.session import NONE_OF_THESE
from fewshot_gui.ui.cards.class_menu import class_icon
from fewshot_gui.ui.cards.teaching import Teaching
from fewshot_gui.ui.desk import Desk
from fewshot_gui.ui.shell.keys import KEYS

translate = QCoreApplication.translate


def tile_menu(
    parent: QWidget, desk: Desk, teaching: Teaching, ids: list[int], group: str = "", fold: QAction | None = None
) -> QMenu:
    """The menu of the pictures with these ids, one at least. group: the title of the group that they are all of, with
    the action that folds or unfolds it."""
    menu = QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    if group:
        menu.addSection(group.replace("&", "&&"))
    for info in desk.session.classes:
        key = KEYS.hint(f"class-{info.position + 1}") if info.position < 20 else ""
        name = info.name.replace("&", "&&")
        menu.addAction(class_icon(info, menu.font()), f"{name}{key}", partial(desk.label, ids, info.id))
    menu.addSeparator()
    none = translate("MainWindow", "None of these") + KEYS.hint("none")
    menu.addAction(none, partial(desk.label, ids, NONE_OF_THESE))
    accept = translate("MainWindow", "Accept the answer") + KEYS.hint("accept")
    menu.addAction(accept, partial(desk.accept_answers, ids))
    new_class = translate("MainWindow", "New class of these") + KEYS.hint("make-class")
    menu.addAction(new_class, partial(desk.make_class_of, ids))
    if not_this := teaching.not_this(ids):
        menu.addAction(not_this.replace("&", "&&") + KEYS.hint("reject"), partial(teaching.reject, ids))
    take_back = translate("MainWindow", "Take my label back") + KEYS.hint("unlabel")
    menu.addAction(take_back, partial(desk.label, ids, None))
    menu.addSeparator()
    if fold is not None:
        menu.addAction(fold)
    if len(ids) > 1 and group:
        return menu
    path = desk.session.picture(ids[0]).path
    url = QUrl.fromLocalFile(str(path))
    menu.addAction(translate("MainWindow", "Open the picture"), partial(QDesktopServices.openUrl, url))
    copy = partial(QGuiApplication.clipboard().setText, str(path))
    menu.addAction(translate("MainWindow", "Copy the path"), copy)
    return menu
