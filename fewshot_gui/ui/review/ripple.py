"""What the latest correction changed elsewhere: a bar above the gallery that says so, shows it, and takes it back."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial

import numpy as np
from PySide6.QtCore import QCoreApplication, QEasingCurve, QLocale, QObject, QPropertyAnimation, Qt
from PySide6.QtGui import (
    QKeySequence,
    QShortcut,
)
from PySide6.QtWidgets import (
    QApplication,
    QGridLayout,
    QLabel,
    QPushButton,
    QStyle,
    QWidget,
)

from fewshot_gui.answers import Ids
from fewshot_gui.ripple import Ripple
from fewshot_gui.session import Change, OperationName, Session
from fewshot_gui.ui import theme
from fewshot_gui.ui.desk import Desk
from fewshot_gui.ui.gallery.gallery import GalleryView
from fewshot_gui.ui.gallery.gallery_model import GalleryModel
from fewshot_gui.ui.gallery.shown_set import ShownSet
from fewshot_gui.ui.gallery.tile import class_name
from fewshot_gui.ui.labels import IconLabel
from fewshot_gui.ui.review.bar import Bar
from fewshot_gui.ui.shell.language import Words, listed
from fewshot_gui.ui.turns import Turns

Ripples = Words("Ripples")
translate = QCoreApplication.translate
_NAMED = 3
"""So many kinds of change are named; the rest is counted."""
_SLIDES_MS = 180


class RippleBar(Bar):
    """Two lines at most: what the network unlearned, and what changed class."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.SPACE)
        grid.setVerticalSpacing(theme.SPACE // 2)
        grid.setColumnStretch(1, 1)
        self.guard = _Line(0, "warning", "warning", grid, self)
        self.changes = _Line(1, "ripple", "accent", grid, self)
        self.row.addLayout(grid, 1)
        self.row.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignTop)
        self._slide = QPropertyAnimation(self, b"maximumHeight", self)
        self._slide.setDuration(_SLIDES_MS)
        self._slide.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._slide.finished.connect(lambda: self.setMaximumHeight(_ANY_HEIGHT))
        self.name_everything()

    def show_lines(self, guard: str, changes: str, can_undo: bool) -> None:
        """Say these sentences, "" for none, and offer undo or not."""
        self.guard.say(guard, can_undo)
        self.changes.say(changes, can_undo and not guard)
        self.tint = "warning" if guard else "accent"
        self.update()
        if not self.isVisible():
            self.show()
            if moves():
                self._slide.setStartValue(0)
                self._slide.setEndValue(self.sizeHint().height())
                self._slide.start()
        self.announce(" ".join(filter(None, (guard, changes))))

    def leave(self) -> None:
        """Nothing to say any more."""
        self._slide.stop()
        self.setMaximumHeight(_ANY_HEIGHT)
        self.hide()

    def name_everything(self) -> None:
        self.guard.show_button.setText(self.tr("Show"))
        self.guard.show_button.setAccessibleName(self.tr("Show the pictures you had confirmed"))
        self.guard.undo.setText(self.tr("Go back"))
        self.guard.undo.setToolTip(self.tr("Undo the correction: labels and answers are as before"))
        self.changes.show_button.setText(self.tr("Show"))
        self.changes.show_button.setAccessibleName(self.tr("Show the pictures that changed"))
        self.changes.undo.setText(self.tr("Undo"))
        self.changes.undo.setToolTip(self.guard.undo.toolTip())
        for line in (self.guard, self.changes):
            line.undo.setAccessibleName(line.undo.toolTip())
        self.close_button.setToolTip(self.tr("Hide this (Esc)"))
        self.close_button.setAccessibleName(self.close_button.toolTip())


_ANY_HEIGHT = 16777215


class _Line:
    """Icon, sentence and buttons of one row of the bar's grid."""

    def __init__(self, row: int, icon: str, tint: theme.Token, grid: QGridLayout, bar: QWidget) -> None:
        self.icon = IconLabel(icon, tint, 2 * theme.SPACE, bar)
        self.text = QLabel(bar)
        self.text.setWordWrap(True)
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.show_button, self.undo = QPushButton(bar), QPushButton(bar)
        for column, widget in enumerate((self.icon, self.text, self.show_button, self.undo)):
            grid.addWidget(widget, row, column)

    def say(self, sentence: str, can_undo: bool) -> None:
        """Show the sentence, or nothing for ""."""
        self.text.setText(sentence)
        for widget in (self.icon, self.text, self.show_button):
            widget.setVisible(bool(sentence))
        self.undo.setVisible(bool(sentence) and can_undo)


class RippleFlow(QObject):
    """Joins the bar with desk and gallery. Made by the window, which places ``bar``."""

    def __init__(
        self,
        desk: Desk,
        gallery: GalleryView,
        model: GalleryModel,
        shown_set: ShownSet,
        turns: Turns,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._turns = turns
        self._desk, self._gallery, self._model, self._shown_set = desk, gallery, model, shown_set
        self.bar = RippleBar()
        self._operation: OperationName | None = None  # the one that the network is adapting to
        self._ripple: Ripple | None = None
        self._unlearned: tuple[int, ...] = ()
        for line, show in ((self.bar.guard, self.show_unlearned), (self.bar.changes, self.show_changes)):
            line.show_button.clicked.connect(show)
            line.undo.clicked.connect(self.undo)
        self.bar.left.connect(self.leave)
        self._escape = QShortcut(QKeySequence("Esc"), gallery, self.leave)
        self._escape.setContext(Qt.ShortcutContext.WidgetShortcut)  # given to the constructor, it is not heeded
        self._escape.setEnabled(False)
        desk.changed.connect(self._on_changed)
        desk.replaced.connect(self._on_replaced)
        shown_set.changed.connect(self._on_shown_set)

    @property
    def can_undo(self) -> bool:
        """Whether undo takes back just what changed all this."""
        return self._operation is not None and self._desk.session.undo_name == self._operation

    def undo(self) -> None:
        """Take the correction back; the network returns to what it was."""
        if self.can_undo:
            self._desk.undo()

    def show_changes(self) -> None:
        """Show the pictures that changed class, the doubtful first."""
        if self._ripple is not None:
            self._show(self._ripple.ids, lambda: self.tr("changed by your correction"))

    def show_unlearned(self) -> None:
        """Show the confirmed pictures that the network now has wrong."""
        ids = np.array(self._unlearned, np.int64)
        self._show(ids, lambda: self.tr("confirmed by you, now answered otherwise"))

    def leave(self) -> None:
        """Say no more of it."""
        self._turns.drop("ripple")
        self._ripple, self._unlearned = None, ()
        self.bar.give_focus_to(self._gallery)
        self.bar.leave()
        self._escape.setEnabled(False)
        if not self._shown_set.is_on:
            self._model.show_old({})

    def retranslate(self) -> None:
        """Say it in the language of the moment."""
        if self._ripple is not None:
            self._say()

    def _show(self, ids: Ids, title: Callable[[], str]) -> None:
        self._shown_set.show_set(ids, title)
        self._gallery.setFocus()

    def _on_replaced(self) -> None:
        self._operation = None
        self.leave()

    def _on_shown_set(self) -> None:
        if not self._shown_set.is_on and self._ripple is None:
            self._model.show_old({})

    def _on_changed(self, change: Change) -> None:
        if change.done or change.undone:
            self.leave()
        if change.support and change.done:
            self._operation = self._desk.session.undo_name
        elif change.undone:
            self._operation = None  # what comes back is no news
        if change.ripple is not None and self._operation is not None and (len(change.ripple.ids) or change.unlearned):
            self._turns.ask("ripple", partial(self._take, change.ripple, change.unlearned))

    def _take(self, ripple: Ripple, unlearned: tuple[int, ...]) -> None:
        self._ripple, self._unlearned = ripple, unlearned
        old = dict(zip(ripple.ids.tolist(), ripple.old.tolist(), strict=True))
        self._model.show_old({**old, **self._model.old} if self._shown_set.is_on else old)
        self._escape.setEnabled(True)
        self._say()

    def _say(self) -> None:
        assert self._ripple is not None
        guard = ""
        if self._unlearned:
            count = len(self._unlearned)
            guard = self.tr(
                "This correction makes the program wrong about %Ln picture(s) you had confirmed.", "", count
            )
        self.bar.show_lines(guard, changes_text(self._ripple, self._desk.session), self.can_undo)


def changes_text(ripple: Ripple, session: Session) -> str:
    """ "7 pictures changed: 5 cat → dog, 2 dog → None of these"; "" where none did."""
    if not len(ripple.ids):
        return ""
    locale = QLocale()
    named = {info.id: info for info in session.classes}
    transitions = ripple.transitions()
    parts = [
        unbroken(f"{locale.toString(count)} {class_name(named.get(old))} → {class_name(named.get(new))}")
        for count, old, new in transitions[:_NAMED]
    ]
    others = sum(count for count, _, _ in transitions[_NAMED:])
    if others:
        parts.append(unbroken(Ripples.tr("%Ln other", "", others)))
    text = Ripples.tr("%Ln picture(s) changed: {which}", "", len(ripple.ids))
    return text.format(which=listed(parts))


def unbroken(item: str) -> str:
    """The same, never broken between two lines; one that is long may break at its spaces, but not within a word.

    Chinese has no spaces: without the invisible joiners a line ends anywhere.
    """
    joined = _WITHIN_WORDS.sub("\u2060", item)
    return joined.replace(" ", "\u00a0") if len(item) <= _LONG else joined


_WITHIN_WORDS = re.compile(
    r"(?<=[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af])(?=[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af])"
)
"""Between two characters of Chinese, Japanese or Korean."""
_LONG = 30


def moves() -> bool:
    """Whether things may move on the screen: not where the person asked the system for less motion."""
    hints = QApplication.styleHints()
    accessibility = getattr(hints, "accessibility", None)
    preference = getattr(accessibility() if accessibility else None, "motionPreference", None)
    if preference is not None and preference().name == "ReducedMotion":
        return False
    return QApplication.style().styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration) > 0
