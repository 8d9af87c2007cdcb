"""The map's tab: how to use it, progress while it is drawn, what is selected and what becomes of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QProgressBar, QPushButton, QVBoxLayout, QWidget

from fewshot_gui.answers import NONE_OF_THESE
from fewshot_gui.sentences import together
from fewshot_gui.state import ClassInfo
from fewshot_gui.ui import theme
from fewshot_gui.ui.cards.class_menu import class_icon
from fewshot_gui.ui.measure.map_card import MapCard
from fewshot_gui.ui.measure.map_plot import MapPlot
from fewshot_gui.ui.menu_look import dressed
from fewshot_gui.ui.shell.key_name import key_name
from fewshot_gui.ui.shell.keys import KEYS


class MapTab(QWidget):
    """Pictures by look. What is selected is labelled by key or menu, or shown in the gallery."""

    pictures_wanted = Signal(object, object)  # ids, their title in the language of the moment
    """Ids of the pictures to show, and what they are."""
    label_wanted = Signal(list, object)
    """Ids, and a class id, NONE_OF_THESE, or None to take the label back."""
    position_wanted = Signal(list, int)
    """Ids, and the place of a class card from 0."""
    accept_wanted = Signal(list)
    undo_wanted = Signal()
    draw_wanted = Signal()
    cancel_wanted = Signal()

    def __init__(self, describe: Callable[[int], MapCard.Content], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._classes: Sequence[ClassInfo] = ()
        self._missing = self._left_out = 0
        self._is_drawing = self._can_draw = False
        self._about = QLabel(self)
        self._about.setWordWrap(True)
        self.plot = MapPlot(describe, self)
        self.progress = QProgressBar(self)
        self.progress.setTextVisible(False)
        self.progress.setMaximumWidth(30 * theme.SPACE)
        self.cancel = QPushButton(self)
        self.draw = QPushButton(self)
        self._count = QLabel(self)
        self.label = QPushButton(self)
        self.show_in_gallery = QPushButton(self)
        top, bottom = QHBoxLayout(), QHBoxLayout()
        for row in (top, bottom):
            row.setSpacing(theme.SPACE)
        top.addWidget(self._about, 1)
        for widget in (self.progress, self.cancel, self.draw):
            top.addWidget(widget)
        bottom.addWidget(self._count, 1)
        bottom.addWidget(self.label)
        bottom.addWidget(self.show_in_gallery)
        column = QVBoxLayout(self)
        column.setContentsMargins(*[2 * theme.SPACE] * 4)
        column.setSpacing(theme.SPACE)
        column.addLayout(top)
        column.addWidget(self.plot, 1)
        column.addLayout(bottom)
        self.cancel.clicked.connect(self.cancel_wanted)
        self.draw.clicked.connect(self.draw_wanted)
        self.label.clicked.connect(lambda: self._menu(self.label.mapToGlobal(self.label.rect().topLeft())))
        self.show_in_gallery.clicked.connect(lambda: self._wish("show"))
        self.plot.selection_changed.connect(self._say)
        self.plot.wished.connect(self._wish)
        self.plot.menu_wanted.connect(self._menu)
        KEYS.changed.connect(self._say)
        self._name_everything()

    def show_map(self, ids: NDArray[np.int64], places: NDArray[np.float64], left_out: int) -> None:
        """Show pictures ids [n] at places [n, 2]; left_out: for so many more there was no room."""
        self._left_out = left_out
        self._is_drawing = False
        self.plot.show_points(ids, places)
        self._say()

    def show_progress(self, done: int, total: int) -> None:
        """The map is being drawn; of total 0 nobody knows how long."""
        self._is_drawing = True
        self.progress.setRange(0, total)
        self.progress.setValue(done)
        self._say()

    def stop_progress(self) -> None:
        """Drawing was stopped, or there is nothing to draw."""
        self._is_drawing = False
        self._say()

    def allow_drawing(self, can_draw: bool) -> None:
        """Whether there is anything to draw: two classes with an example each."""
        self._can_draw = can_draw
        self._say()

    def colour(
        self, now: NDArray[np.int64], human: NDArray[np.bool_], classes: Sequence[ClassInfo], missing: int
    ) -> None:
        """Each picture's class now [n], where a person said so [n]; missing: pictures that came since."""
        self._classes = sorted(classes, key=lambda info: info.position)
        self._missing = missing
        self.plot.colour(now, human, classes)
        self._say()

    def _wish(self, name: str) -> None:
        ids = self.plot.selected_ids()
        if name == "take-back":
            self.undo_wanted.emit()
        elif not ids:
            return
        elif name == "show":
            self.pictures_wanted.emit(np.array(ids, np.int64), lambda: self.tr("selected on the map"))
        elif name == "accept":
            self.accept_wanted.emit(ids)
        elif name.startswith("class-"):
            self.position_wanted.emit(ids, int(name.removeprefix("class-")) - 1)
        elif name in ("none", "unlabel"):
            self.label_wanted.emit(ids, NONE_OF_THESE if name == "none" else None)

    def _menu(self, where: QPoint) -> None:
        ids = self.plot.selected_ids()
        if not ids:
            return
        menu = QMenu(self)
        for info in self._classes:
            hint = KEYS.hint(f"class-{info.position + 1}") if info.position < 20 else ""
            name = info.name.replace("&", "&&") + hint
            menu.addAction(class_icon(info, self.font()), name, partial(self.label_wanted.emit, ids, info.id))
        menu.addSeparator()
        menu.addAction(self.tr("None of these") + KEYS.hint("none"), partial(self._wish, "none"))
        menu.addAction(self.tr("Accept the answers") + KEYS.hint("accept"), partial(self._wish, "accept"))
        menu.addAction(self.tr("Take my label back") + KEYS.hint("unlabel"), partial(self._wish, "unlabel"))
        menu.addSeparator()
        menu.addAction(self.tr("Show in the gallery"), partial(self._wish, "show"))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dressed(menu).popup(where)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._name_everything()

    def _say(self) -> None:
        count = len(self.plot.ids)
        drawing = self._is_drawing
        self.progress.setVisible(drawing)
        self.cancel.setVisible(drawing)
        self.draw.setVisible(not drawing and self._can_draw and (not count or self._missing > 0))
        chosen = len(self.plot.selected_ids())
        self.label.setEnabled(chosen > 0)
        self.show_in_gallery.setEnabled(chosen > 0)
        self._count.setText(self.tr("%Ln picture(s) selected", "", chosen) if chosen else "")
        if drawing:
            text = self.tr("Drawing the map: look-alikes go side by side.")
        elif not count and self._can_draw:
            text = self.tr("The map shows all pictures, look-alikes side by side.")
        elif not count:
            text = self.tr("Give two classes an example each: the map shows all pictures, look-alikes side by side.")
        else:
            text = together(self.tr("Drag around points to select them."), *self._keys())
            text = together(text, self.tr("Diamonds are what you said, discs what the machine says."))
            if self._missing:
                text = together(text, self.tr("%Ln new picture(s) are not on the map yet.", "", self._missing))
            if self._left_out:
                text = together(text, self.tr("%Ln picture(s) had no room.", "", self._left_out))
        self._about.setText(text)
        self.plot.setAccessibleDescription(together(*self._keys()))

    def _keys(self) -> list[str]:
        """What keys do here, each as it is set now."""
        neighbours, first = key_name("neighbours"), key_name("class-1")
        return [
            self.tr("Arrows move, Return shows what is selected."),
            self.tr("{key} selects neighbours too.").format(key=neighbours) if neighbours else "",
            self.tr("{key} says the first class, and so on.").format(key=first) if first else "",
        ]

    def _name_everything(self) -> None:
        self.plot.setAccessibleName(self.tr("Map of all pictures"))
        self.progress.setAccessibleName(self.tr("Drawing the map"))
        self.cancel.setText(self.tr("Cancel"))
        self.draw.setText(self.tr("Draw the map"))
        self.label.setText(self.tr("Label…"))
        self.show_in_gallery.setText(self.tr("Show in the gallery"))
        self._say()
