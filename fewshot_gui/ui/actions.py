"""Menus, toolbar and keys of the window."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QSizePolicy, QToolBar, QWidget

from fewshot_gui.ui import theme

if TYPE_CHECKING:
    from fewshot_gui.ui.main_window import MainWindow

Keys = QKeySequence.StandardKey


class Actions(QObject):
    """Every action has a place in a menu; the four most used stand in the toolbar too."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.open_folder = self._action(
            self.tr("Open &folder…"), window.choose_folder, Keys.Open, "folder-open", self.tr("Open folder")
        )
        self.sort = self._action(
            self.tr("&Sort…"), window.sorting.start, "Ctrl+Return", "sort", self.tr("Sort into folders")
        )
        self.undo = self._action(self.tr("&Undo"), window.undo, Keys.Undo, "undo")
        self.redo = self._action(self.tr("&Redo"), window.desk.redo, Keys.Redo, "redo")
        self._file_menu(window)
        self._edit_menu(window)
        self._view_menu(window)
        self._toolbar(window)

    def _file_menu(self, window: MainWindow) -> None:
        menu = window.menuBar().addMenu(self.tr("&File"))
        menu.addAction(self.open_folder)
        menu.addAction(self._action(self.tr("Make &classes from a folder of folders…"), window.choose_class_folders))
        menu.addSeparator()
        menu.addAction(self._action(self.tr("&New project"), partial(window.desk.open_project, None), Keys.New))
        menu.addAction(self._action(self.tr("Open &project…"), window.choose_project, "Ctrl+Shift+O"))
        menu.addAction(self._action(self.tr("Save project &as…"), window.choose_save_as, Keys.SaveAs))
        menu.addSeparator()
        menu.addAction(self.sort)
        menu.addAction(self._action(self.tr("Sorting &runs…"), window.sorting.show_runs, "Ctrl+H"))
        menu.addSeparator()
        menu.addAction(self._action(self.tr("&Quit"), window.close, Keys.Quit))

    def _edit_menu(self, window: MainWindow) -> None:
        menu = window.menuBar().addMenu(self.tr("&Edit"))
        menu.addActions([self.undo, self.redo])
        menu.addSeparator()
        menu.addAction(self._action(self.tr("&Paste as examples"), window.paste, Keys.Paste))
        menu.addAction(self._action(self.tr("New &class"), window.new_class, "Ctrl+Shift+N"))

    def _view_menu(self, window: MainWindow) -> None:
        menu = window.menuBar().addMenu(self.tr("&View"))
        menu.addAction(self._action(self.tr("&Larger pictures"), partial(window.gallery.zoom, 1), Keys.ZoomIn))
        menu.addAction(self._action(self.tr("&Smaller pictures"), partial(window.gallery.zoom, -1), Keys.ZoomOut))
        menu.addAction(self._action(self.tr("Look through the folder &again"), window.desk.look_again, Keys.Refresh))
        menu.addSeparator()
        self._theme_menu(menu, window)

    def _theme_menu(self, menu: QMenu, window: MainWindow) -> None:
        modes: tuple[tuple[theme.Mode, str], ...] = (
            ("system", self.tr("Colours of the s&ystem")),
            ("light", self.tr("L&ight colours")),
            ("dark", self.tr("&Dark colours")),
        )
        for mode, text in modes:
            menu.addAction(self._action(text, partial(window.set_theme, mode)))

    def _toolbar(self, window: MainWindow) -> None:
        bar = QToolBar(self.tr("Main"), window)
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

    def _action(
        self, text: str, wish: Callable[[], object], keys: Keys | str | None = None, icon: str = "", short: str = ""
    ) -> QAction:
        action = QAction(text, self._window)
        if isinstance(keys, str):
            action.setShortcut(keys)
        elif keys is not None:
            action.setShortcuts(keys)
        if icon:
            action.setIcon(theme.icon(icon))
        if short:
            action.setIconText(short)
            action.setToolTip(short)  # not the menu's text, in which some languages spell the mnemonic out
        action.triggered.connect(lambda: wish())
        return action
