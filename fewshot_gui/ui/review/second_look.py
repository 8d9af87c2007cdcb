"""After a class was made: a bar that tells of pictures called "none of these" before that look like it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from fewshot_gui.questions.second_look import Alike, second_look
from fewshot_gui.session import NONE_OF_THESE, Change
from fewshot_gui.ui import theme
from fewshot_gui.ui.desk import Desk
from fewshot_gui.ui.labels import IconLabel
from fewshot_gui.ui.review.bar import Bar
from fewshot_gui.workers.compute import Compute

if TYPE_CHECKING:
    from fewshot_gui.ui.main_window import MainWindow


class SecondLookBar(Bar):
    """A sentence, and a button that shows the pictures it speaks of."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.text = QLabel(self)
        self.text.setWordWrap(True)
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.show_button = QPushButton(self)
        self.row.addWidget(IconLabel("ripple", "accent", 2 * theme.SPACE, self))
        self.row.addWidget(self.text, 1)
        self.row.addWidget(self.show_button)
        self.row.addWidget(self.close_button)
        self.name_everything()

    def say(self, name: str, count: int) -> None:
        """So many pictures look like the class of this name."""
        text = self.tr("%Ln picture(s) that you called none of these look like {name}.", "", count).format(name=name)
        if text != self.text.text() or not self.isVisible():
            self.text.setText(text)
            self.show()
            self.announce(text)

    def name_everything(self) -> None:
        self.show_button.setText(self.tr("Show"))
        self.show_button.setAccessibleName(self.tr("Show the pictures you called none of these"))
        self.close_button.setToolTip(self.tr("Hide this"))
        self.close_button.setAccessibleName(self.close_button.toolTip())


class SecondLook(QObject):
    """Asks once a class has its first examples, and keeps the bar true until the person has seen to it. It relabels
    nothing. Made by the window, which places ``bar``."""

    def __init__(self, desk: Desk, compute: Compute, window: MainWindow) -> None:
        super().__init__(window)
        self._desk, self._compute, self._window = desk, compute, window
        self.bar = SecondLookBar()
        self._alike: Alike | None = None
        self._new: set[int] = set()
        self._taught = self._with_examples()
        self.bar.show_button.clicked.connect(self.show)
        self.bar.left.connect(self.leave)
        compute.adapted.connect(lambda *_: self._ask())
        desk.changed.connect(self._on_changed)
        desk.replaced.connect(self._on_replaced)

    def show(self) -> None:
        """Show these pictures in the gallery; what they are, the person says as ever."""
        if self._alike is not None:
            ids = np.array(self._alike.ids, np.int64)
            self.leave()
            self._window.show_pictures(ids, lambda: self.tr("you called none of these"))

    def leave(self) -> None:
        """Say no more of it."""
        self._alike = None
        self.bar.give_focus_to(self._window.gallery)
        self.bar.hide()

    def retranslate(self) -> None:
        """Say it in the language of the moment."""
        self._say()

    def _with_examples(self) -> set[int]:
        request = self._desk.session.request()
        return {class_id for _, class_id in request.examples} - {NONE_OF_THESE} if request else set()

    def _on_replaced(self) -> None:
        self._taught = self._with_examples()
        self._new.clear()
        self._compute.forget_question("second-look")
        self.leave()

    def _on_changed(self, change: Change) -> None:
        if change.support and (change.done or change.undone):
            taught = self._with_examples()
            self._new = (self._new | (taught - self._taught if change.done else set())) & taught
            self._taught = taught
        if change.done or change.undone:
            self._say()

    def _ask(self) -> None:
        none = self._desk.session.examples(NONE_OF_THESE) if self._new else []
        if none:
            self._compute.ask("second-look", second_look(none, frozenset(self._new)), self._take)
        self._new.clear()

    def _take(self, alike: Alike) -> None:
        self._alike = alike
        self._say()

    def _say(self) -> None:
        """The same of those pictures that are still called so, and of the class as it is called now."""
        if self._alike is None:
            return
        session = self._desk.session
        name = session.class_name(self._alike.class_id)
        ids = tuple(i for i in self._alike.ids if session.human_label(i) == NONE_OF_THESE)
        if not ids or not name:
            self.leave()
            return
        self._alike = Alike(self._alike.class_id, ids)
        self.bar.say(name, len(ids))
