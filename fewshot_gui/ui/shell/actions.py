"""Menus and toolbar of the window. The keys of all actions stand in the table of keys.py, where a person can change
them."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu, QSizePolicy, QToolBar, QWidget

from fewshot_gui.ui import theme
from fewshot_gui.ui.menu_look import dressed
from fewshot_gui.ui.shell.keys import KEYS, Entry, portable
from fewshot_gui.ui.shell.shell import as_mode

if TYPE_CHECKING:
    from fewshot_gui.ui.main_window import MainWindow

Keys = QKeySequence.StandardKey
Text = Callable[[], str]
"""A text in the language of the moment: asked for again when that changes."""


class Actions(QObject):
    """Every action has a place in a menu; the four most used stand in the toolbar too."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._said: list[Callable[[], None]] = []
        self._named: dict[str, QAction] = {}
        self._menus: list[QMenu] = []
        self._bar = QToolBar(window)
        self._file_menu(window)
        self._edit_menu(window)
        self._view_menu(window)
        self._help_menu(window)
        self._toolbar(window)
        for menu in (*self._menus, window.project.menu):
            dressed(menu)
        KEYS.changed.connect(self._take_keys)
        self._take_keys()
        self.retranslate()

    def _file_menu(self, window: MainWindow) -> None:
        menu, add = self._menu(lambda: self.tr("&File"))
        self.open_folder = add(
            "open-folder",
            lambda: self.tr("Open &folder…"),
            window.choose_folder,
            Keys.Open,
            "folder-open",
            lambda: self.tr("Open folder"),
        )
        add("import-classes", lambda: self.tr("Make &classes from a folder of folders…"), window.choose_class_folders)
        menu.addSeparator()
        add("new-project", lambda: self.tr("&New project"), partial(window.desk.open_project, None), Keys.New)
        add("open-project", lambda: self.tr("Open &project…"), window.choose_project, "Ctrl+Shift+O")
        menu.addMenu(window.project.menu)
        self._said.append(lambda: window.project.menu.setTitle(self.tr("Open &recent")))
        add("save-as", lambda: self.tr("Save project &as…"), window.choose_save_as, Keys.SaveAs)
        menu.addSeparator()
        self.sort = add(
            "sort",
            lambda: self.tr("&Sort…"),
            window.sorting.start,
            "Ctrl+Return",
            "sort",
            lambda: self.tr("Sort into folders"),
        )
        add("runs", lambda: self.tr("Sorting &runs…"), window.sorting.show_runs, "Ctrl+H")
        add("export", lambda: self.tr("&Export…"), window.exporting.start, "Ctrl+E")
        menu.addSeparator()
        add("quit", lambda: self.tr("&Quit"), window.close, "Ctrl+Q")

    def _edit_menu(self, window: MainWindow) -> None:
        menu, add = self._menu(lambda: self.tr("&Edit"))
        self.undo = add("undo", lambda: self.tr("&Undo"), window.undo, Keys.Undo, "undo")
        self.redo = add("redo", lambda: self.tr("&Redo"), window.desk.redo, Keys.Redo, "redo")
        menu.addSeparator()
        add("paste", lambda: self.tr("&Paste as examples"), window.paste, Keys.Paste)
        add("new-class", lambda: self.tr("New &class"), window.new_class, "Ctrl+Shift+N")
        menu.addSeparator()
        add("settings", lambda: self.tr("&Settings…"), window.shell.show_settings, "Ctrl+,")

    def _view_menu(self, window: MainWindow) -> None:
        menu, add = self._menu(lambda: self.tr("&View"))
        preferences = window.shell.preferences
        add("larger", lambda: self.tr("&Larger pictures"), partial(window.gallery.zoom, 1), Keys.ZoomIn)
        add("smaller", lambda: self.tr("&Smaller pictures"), partial(window.gallery.zoom, -1), Keys.ZoomOut)
        add("review", lambda: self.tr("&Review"), window.review.begin, "R")
        add("groups", lambda: self.tr("Judge &look-alikes together"), window.review.groups, "G")
        window.seeing.add_actions(menu, add, self._said.append)
        add("look-again", lambda: self.tr("Look through the folder &again"), window.desk.look_again, Keys.Refresh)
        add("example-doctor", lambda: self.tr("&Example doctor"), window.doctor.start, "Ctrl+D")
        add("measures", lambda: self.tr("&Measures…"), window.measures.start, "Ctrl+M")
        menu.addSeparator()
        self.watch = add("watch", lambda: self.tr("&Follow the folder"), partial(preferences.flip, "watch"))
        self.watch.setCheckable(True)
        menu.addSeparator()
        self.themes = {
            "system": add(
                "theme-system", lambda: self.tr("Colours of the s&ystem"), partial(preferences.set, "theme", "system")
            ),
            "light": add("theme-light", lambda: self.tr("L&ight colours"), partial(preferences.set, "theme", "light")),
            "dark": add("theme-dark", lambda: self.tr("&Dark colours"), partial(preferences.set, "theme", "dark")),
        }
        one_of = QActionGroup(self)
        for action in self.themes.values():
            action.setCheckable(True)
            one_of.addAction(action)
        window.shell.preferences.changed.connect(lambda _: self._show_preferences())
        self._show_preferences()

    def _help_menu(self, window: MainWindow) -> None:
        menu, add = self._menu(lambda: self.tr("&Help"))
        add("keys", lambda: self.tr("&Keys"), window.shell.keys.toggle, ("?", "F1"))
        menu.addSeparator()
        add("report", lambda: self.tr("&Diagnostic report…"), window.shell.show_report)
        add("about", lambda: self.tr("&About Fewshot GUI"), window.shell.show_about)

    def _toolbar(self, window: MainWindow) -> None:
        bar = self._bar
        bar.setObjectName("main-toolbar")
        bar.setMovable(False)
        bar.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        bar.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        bar.addActions([self.open_folder, self.sort])
        spacer = QWidget()
        spacer.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        bar.addWidget(spacer)
        bar.addActions([self.undo, self.redo])
        window.addToolBar(bar)
        self._said.append(lambda: bar.setWindowTitle(self.tr("Main")))

    # --- how they are made, named, and given their keys

    def action(self, name: str) -> QAction:
        """The action of this name; KeyError for one that is not there."""
        return self._named[name]

    def retranslate(self) -> None:
        """Say everything in the language of the moment."""
        for say in self._said:
            say()

    def _show_preferences(self) -> None:
        preferences = self._window.shell.preferences
        self.watch.setChecked(preferences.is_on("watch"))
        self.themes[as_mode(preferences.text("theme"))].setChecked(True)

    def _take_keys(self) -> None:
        for name, action in self._named.items():
            action.setShortcuts([QKeySequence(key) for key in KEYS.keys(name)])

    def _menu(self, title: Text) -> tuple[QMenu, Callable[..., QAction]]:
        """A new menu in the menu bar, and a function that adds an action to it; its arguments are those of _action."""
        menu = self._window.menuBar().addMenu("")
        self._menus.append(menu)
        self._said.append(lambda: menu.setTitle(title()))

        def add(
            name: str,
            text: Text,
            wish: Callable[[], object],
            keys: Keys | str | tuple[str, ...] | None = None,
            icon: str = "",
            short: Text | None = None,
        ) -> QAction:
            action = self._action(name, text, wish, icon, short)
            KEYS.add(Entry(name, lambda: _plain(title()), lambda: _plain(text()), portable(keys)))
            menu.addAction(action)
            return action

        return menu, add

    def _action(self, name: str, text: Text, wish: Callable[[], object], icon: str, short: Text | None) -> QAction:
        action = self._named[name] = QAction(self._window)
        action.setObjectName(name)
        if icon:
            action.setIcon(theme.icon(icon))
        action.triggered.connect(lambda: wish())

        def say() -> None:
            action.setText(text())
            if short is not None:
                action.setIconText(short())
                action.setToolTip(short())  # not the menu's text, in which some languages spell the mnemonic out

        self._said.append(say)
        return action


def _plain(text: str) -> str:
    """A menu's text without its mnemonic and its dots."""
    return re.sub(r"\(&\w\)|&|…", "", text).strip()
