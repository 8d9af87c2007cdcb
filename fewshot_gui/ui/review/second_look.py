"""After a class was made: a bar that tells of pictures called "none of these" before that look like it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QWidget

from fewshot_gui.questions.second_look import Alike, second_look
from fewshot_gui.session import NONE_OF_THESE, Change
from fewshot_gui.ui import theme
from fewshot_gui.ui.desk import Desk
from fewshot_gui.ui.labels import IconLabel
from fewshot_gui.workers.compute import Compute

if TYPE_CHECKING:
    from fewshot_gui.ui.main_window import MainWindow


class SecondLookBar(QFrame):
    """A sentence, a button that shows the pictures it speaks of, and one that hides it. Hidden at first."""

    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.text = QLabel(self)
        self.text.setWordWrap(True)
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.show_button = QPushButton(self)
        self.close_button = QToolButton(self)
        self.close_button.setIcon(theme.icon("close"))
        self.close_button.clicked.connect(lambda: self.left.emit())
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.SPACE * 3 // 2, theme.SPACE // 2, theme.SPACE, theme.SPACE // 2)
        row.setSpacing(theme.SPACE)
        row.addWidget(IconLabel("ripple", "accent", 2 * theme.SPACE, self))
        row.addWidget(self.text, 1)
        row.addWidget(self.show_button)
        row.addWidget(self.close_button)
        self._name_everything()
        self.hide()

    def say(self, name: str, count: int) -> None:
        """So many pictures look like the class of this name."""
        text = self.tr("%Ln picture(s) that you called none of these look like {name}.", "", count).format(name=name)
        if text != self.text.text() or not self.isVisible():
            self.text.setText(text)
            self.show()
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, text))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._name_everything()

    def paintEvent(self, event: QPaintEvent) -> None:
        tint = theme.colour("accent")
        painter = QPainter(self)
        painter.fillRect(0, 0, theme.SPACE // 2, self.height(), tint)
        tint.setAlphaF(0.1)
        painter.fillRect(self.rect(), tint)

    def _name_everything(self) -> None:
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
        focus = QApplication.focusWidget()
        if focus is not None and self.bar.isAncestorOf(focus) and self._window.gallery.isVisible():
            self._window.gallery.setFocus()
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
