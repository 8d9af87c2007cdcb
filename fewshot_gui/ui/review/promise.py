"""The promise "at most 1 % wrong": how many pictures it files, and the audit by which it stays honest."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEvent, QLocale, QObject, QTimer, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QSizePolicy, QToolButton, QWidget

from fewshot_gui.learner.promise import Promise, PromiseModel
from fewshot_gui.project.errors import ProjectError
from fewshot_gui.promises import AUDIT, TARGETS, audit, evidence_of, promised
from fewshot_gui.questions.promise import promise_model
from fewshot_gui.session import Change
from fewshot_gui.ui import theme
from fewshot_gui.ui.desk import Desk
from fewshot_gui.ui.labels import ElidedLabel
from fewshot_gui.ui.menu_look import dressed
from fewshot_gui.ui.shell.keys import KEYS, shown
from fewshot_gui.ui.shell.language import Words
from fewshot_gui.workers.compute import Compute
from fewshot_gui.workers.tasks import Task, Tasks

if TYPE_CHECKING:
    from fewshot_gui.ui.main_window import MainWindow

Promises = Words("Promises")
translate = QCoreApplication.translate
REFRESH_MS = 150
"""The promise is made anew so long after the last change."""


def target_text(target: float) -> str:
    """ "at most 1 % wrong" """
    return translate("Promise", "at most {percent} % wrong").format(percent=QLocale().toString(round(100 * target)))


def choice_text(target: float) -> str:
    """ "At most 1 % wrong", as it stands on a button or in a list."""
    text = target_text(target)
    return text[:1].upper() + text[1:]


def promise_text(promise: Promise) -> str:
    """What is filed and what is left, or why nothing can be; one sentence without a full stop."""
    number = QLocale().toString
    if promise.filed:
        text = translate("Promise", "{filed} filed, about {wrong} wrong ({low} to {high}), {rest} for you")
        return text.format(
            filed=number(promise.filed),
            wrong=number(round(promise.expected_wrong)),
            low=number(promise.low),
            high=number(promise.high),
            rest=number(promise.for_person),
        )
    if promise.confirmations_wanted:
        return Promises.tr(
            "Nothing can be promised yet: it takes about %Ln answer(s)", "", promise.confirmations_wanted
        )
    return translate("Promise", "Nothing can be promised here: {rest} for you").format(rest=number(promise.for_person))


def outlook_text(promise: Promise) -> str:
    """What more answers would bring, or what else would help where nothing can be filed; "" where nothing would."""
    if not promise.filed and not promise.confirmations_wanted:
        return translate("Promise", "It is wrong too often for that: correct more answers, or allow more wrong ones")
    more = promise.filed_then - promise.filed
    if more <= 0:
        return ""
    text = Promises.tr("About %Ln more answer(s) file {more} more", "", promise.confirmations_wanted)
    return text.format(more=QLocale().toString(more))


class PromiseBar(QWidget):
    """At the right of the status strip: what the promise files, a button to check some, and the choice of promise."""

    chosen = Signal(float)  # the share of wrong pictures, 0..1; 0: no promise
    check_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        self._target = 0.0
        self._promise: Promise | None = None
        self._audit: tuple[int, int] | None = None
        self._busy = False
        self._available = False
        self.said = ElidedLabel(self, "muted")
        self.check = QPushButton(self)
        self.check.clicked.connect(lambda: self.check_requested.emit())
        self.button = QToolButton(self)
        self.button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.button.setAutoRaise(True)
        self.button.setStyleSheet("QToolButton::menu-indicator { image: none; }")  # it would stand below the text
        menu = QMenu(self)
        self.button.setMenu(menu)
        one_of = QActionGroup(self)
        self.choices: dict[float, QAction] = {}
        for target in (0.0, *TARGETS):
            action = self.choices[target] = menu.addAction("", partial(self.chosen.emit, target))
            action.setCheckable(True)
            one_of.addAction(action)
        menu.addSeparator()
        self.check_action = menu.addAction("", self.check_requested.emit)
        dressed(menu)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.SPACE)
        for widget in (self.said, self.check, self.button):
            row.addWidget(widget)
        self._write()

    def show_target(self, target: float) -> None:
        """Show which promise is chosen; 0: none."""
        self._target = target
        self._write()

    def show_promise(self, promise: Promise | None) -> None:
        """Show what the promise files now; None while nothing is classified, or none is chosen."""
        self._promise = promise
        self._write()

    def set_available(self, available: bool) -> None:
        """Whether there is anything of which something could be promised."""
        if available != self._available:
            self._available = available
            self._write()

    def set_busy(self, busy: bool) -> None:
        """While pictures are being read the strip needs the room, and what can be promised of them is not known."""
        if busy != self._busy:
            self._busy = busy
            self._write()

    def show_audit(self, done: int, total: int) -> None:
        """Show how far an audit is; total 0: none is under way."""
        self._audit = (done, total) if total else None
        self._write()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._write()
        super().changeEvent(event)

    def _write(self) -> None:
        promise = self._promise if self._target else None
        for target, action in self.choices.items():
            action.setText(choice_text(target) if target else self.tr("No promise"))
            action.setChecked(target == self._target)
        text = choice_text(self._target) if self._target else self.tr("Promise")
        self.button.setText(f"{text} ▾")
        tip = self.tr("How many of the filed pictures may be wrong")
        self.button.setEnabled(self._available)
        if self._available:
            self.button.setToolTip(tip)
        else:
            self.button.setToolTip(
                self.tr(
                    "Once pictures are classified: choose here how many of the filed ones may be wrong, and the program"
                    " says how many it can file."
                )
            )
        self.button.setAccessibleName(f"{tip}: {self.choices[self._target].text()}")
        self.check.setText(self.tr("Check some"))
        self.check_action.setText(self.tr("Check some pictures"))
        explained = self.tr("Shows pictures drawn by chance. Say what each is, and more of the others can be promised.")
        self.check.setToolTip(explained)
        self.check.setAccessibleDescription(explained)
        outlook = outlook_text(promise) if promise else ""
        if self._audit is not None:
            locale = QLocale()
            done, total = (locale.toString(n) for n in self._audit)
            text = self.tr("{done} of {total} checked").format(done=done, total=total)
        else:
            text = promise_text(promise) if promise else ""
        self.said.set_text(text)
        if promise and self._audit is None:
            self.said.setToolTip("\n".join(filter(None, (text, outlook))))
        free = self._audit is None and not self._busy
        self.said.setVisible(bool(text) and (free or self._audit is not None))
        self.check.setVisible(promise is not None and promise.confirmations_wanted > 0 and free)


class PromiseFlow(QObject):
    """Keeps the promises of the open project up to date, and shows the pictures of an audit."""

    changed = Signal()
    """Other promises can be kept now."""

    def __init__(self, desk: Desk, compute: Compute, tasks: Tasks, window: MainWindow) -> None:
        super().__init__(window)
        self._desk, self._compute, self._tasks, self._window = desk, compute, tasks, window
        self.bar = PromiseBar()
        self.promises: Mapping[float, Promise] = {}
        """By share of wrong pictures; empty while nothing is classified."""
        self._model: PromiseModel | None = None
        self._number = 0  # of the latest calculation
        self._audit: tuple[int, ...] = ()
        self._opening = False
        window.strip.add_at_end(self.bar)
        self._soon = QTimer(self, interval=REFRESH_MS, singleShot=True)
        self._soon.timeout.connect(self._calculate)
        self.bar.chosen.connect(self.choose)
        self.bar.check_requested.connect(self.start_audit)
        window.shown_set.changed.connect(self._on_shown_set)
        compute.ready.connect(self._on_ready)
        compute.adapted.connect(lambda *_: self._ask_for_model())
        compute.read_progress.connect(lambda done, total: self.bar.set_busy(done < total))
        compute.idle.connect(lambda: self.bar.set_busy(False))
        desk.changed.connect(self._on_changed)
        desk.replaced.connect(self._on_replaced)
        desk.leaving.connect(self._soon.stop)

    @property
    def target(self) -> float:
        """The share of wrong pictures that the person allows, 0..1; 0: no promise is asked for."""
        return self._desk.session.promise

    def choose(self, target: float) -> None:
        """Ask for another promise; 0: for none. The project remembers it."""
        try:
            self._desk.session.choose_promise(target)
        except ProjectError as error:
            self._desk.warned.emit(str(error))
        self._show()

    # --- keeping it up to date

    def _on_ready(self, *_: object) -> None:
        self._model = None  # another engine may have other weights

    def _ask_for_model(self) -> None:
        if self._model is None:
            self._compute.ask("promise", promise_model, self._take_model)

    def _take_model(self, model: PromiseModel) -> None:
        self._model = model
        self._soon.start()

    def _on_changed(self, change: Change) -> None:
        if not self._soon.isActive():
            self._soon.start()
        if self._audit and change.pictures:
            self._tell_audit()

    def _on_replaced(self) -> None:
        self._end_audit()
        self._number += 1
        self.promises = {}
        self._show()
        self._soon.start()

    def _calculate(self) -> None:
        """All promises at once, in a task: with many thousand pictures each takes longer than the window may wait."""
        if self._model is None or self._desk.is_closed:
            return
        model, evidence = self._model, evidence_of(self._desk.session)
        self._number += 1
        number = self._number

        def work(_: Task) -> dict[float, Promise]:
            return {target: promised(model, evidence, target) for target in TARGETS} if len(evidence.ids) else {}

        def then(promises: dict[float, Promise]) -> None:
            if number == self._number and not self._desk.is_closed:
                self.promises = promises
                self._show()

        self._tasks.run(work, then)

    def _show(self) -> None:
        self.bar.show_target(self.target)
        self.bar.show_promise(self.promises.get(self.target))
        self.bar.check_action.setEnabled(bool(self.promises))
        self.bar.set_available(bool(self.promises))
        self.changed.emit()

    # --- the audit

    def start_audit(self) -> None:
        """Show pictures drawn by chance; what the person says of them counts for the machine as well as against it."""
        ids = audit(evidence_of(self._desk.session), AUDIT)
        if not len(ids):
            self._desk.said.emit(self.tr("There is no answer to check yet."), False)
            return
        self._audit = tuple(ids.tolist())
        self._desk.audited = frozenset(self._audit)
        self._opening = True
        self._window.show_pictures(ids, lambda: self.tr("Audit"))
        self._opening = False
        self._window.gallery.select_id(self._audit[0])
        self._tell_audit()
        text = self.tr("Say of each picture what it is: {key} if the answer is right, else the key of its class.")
        self._desk.said.emit(text.format(key=shown(KEYS.keys("accept")[0]) if KEYS.keys("accept") else "…"), False)

    def _on_shown_set(self) -> None:
        if self._audit and not self._opening:
            self._end_audit()

    def _tell_audit(self) -> None:
        session = self._desk.session
        done = sum(session.human_label(i) is not None or i in session.rejections for i in self._audit)
        self.bar.show_audit(done, len(self._audit))
        if done == len(self._audit):
            self._window.shown_set.leave()
            self._desk.said.emit(self.tr("Checked: the promise is made anew."), False)

    def _end_audit(self) -> None:
        self._audit = ()
        self._desk.audited = frozenset()
        self.bar.show_audit(0, 0)
