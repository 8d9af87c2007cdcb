"""Sort into folders: where to and how, then the plan, then the progress, then what became of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from PySide6.QtCore import QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QHideEvent
from PySide6.QtWidgets import QPushButton, QStackedWidget, QVBoxLayout, QWidget

from fewshot_gui.sorting.apply import RunResult
from fewshot_gui.sorting.plan import Action, SortPlan
from fewshot_gui.sorting.undo import UndoResult
from fewshot_gui.ui import theme
from fewshot_gui.ui.dialog_frame import frame
from fewshot_gui.ui.shell.language import Spoken
from fewshot_gui.ui.sort.sort_choices import SortChoices
from fewshot_gui.ui.sort.sort_plan_view import PlanView
from fewshot_gui.ui.sort.sort_result_view import ResultView
from fewshot_gui.ui.working_dialog import WorkingDialog

_PLAN_WAIT_MS = 300  # so that typing a path asks for one plan, not one per letter


class SortDialog(WorkingDialog):
    """Asks for a plan, shows it, asks for it to be carried out. Does none of this itself.

    Each plan_requested is to be answered by show_plan() or show_failure(), each apply_requested by show_result() or
    show_failure(), each undo_requested by show_undone() or show_failure().
    """

    plan_requested = Signal(object, object, float, object)  # target Path, Action, least confidence 0..1, SortOptions
    plan_outdated = Signal()  # the answer to the last plan_requested is not needed any more; one is still due
    apply_requested = Signal(object)  # SortPlan
    undo_requested = Signal(object)  # tuple of run ids, to be taken back in this order
    promises_outdated = Signal()  # offer_promises() is due again

    def __init__(self, suggested: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._plan: SortPlan | None = None
        self._planning = False
        self._outdated = False  # something was changed while a plan was being worked out
        self._run_ids: tuple[str, ...] = ()
        self._action = Action.COPY
        self._choices = SortChoices(suggested, self)
        self._choices.changed.connect(self._on_changed)
        self._choices_height = 0
        self._choices.more_shown.connect(self._make_room)
        self._plan_view = PlanView(self)
        self._result = ResultView(self)
        self._soon = QTimer(self, singleShot=True, interval=_PLAN_WAIT_MS)
        self._soon.timeout.connect(self.ask_for_plan)

        self._first_page = QWidget(self)
        first = QVBoxLayout(self._first_page)
        first.setContentsMargins(0, 0, 0, 0)
        first.setSpacing(2 * theme.SPACE)
        first.addWidget(self._choices)
        first.addWidget(self._plan_view, 1)
        self._pages = QStackedWidget(self)
        for page in (self._first_page, self._progress, self._result):
            self._pages.addWidget(page)

        self.undo_button = QPushButton(theme.icon("undo"), "", self)
        self.undo_button.clicked.connect(self._undo)
        self.open_button = QPushButton(theme.icon("folder-open"), "", self)
        self.open_button.clicked.connect(self._open_folder)
        self.close_button = QPushButton(self)
        self.close_button.clicked.connect(self.reject)
        self.sort_button = QPushButton(self)
        self.sort_button.clicked.connect(self._apply)
        frame(self, self._pages, (self.undo_button, self.open_button), (self.close_button, self.sort_button))
        self.resize(92 * theme.SPACE, 72 * theme.SPACE)
        self._choices_height = self._choices.sizeHint().height()
        self._show_page(self._first_page)
        Spoken(self).say(self._name_everything)

    def offer_promises(self, sentences: Mapping[float, str]) -> None:
        """What each promise, by its share of wrong pictures, would file now: to choose in place of a confidence."""
        self._choices.offer_promises(sentences)

    def choose_promise(self, target: float) -> None:
        """Choose a promise that is offered; 0, or one that is not, chooses none."""
        self._choices.choose_promise(target)

    def promise(self) -> float:
        """The share of wrong pictures by which is filed; 0: the least confidence says what is."""
        return self._choices.promise()

    def ask_for_plan(self) -> None:
        """Ask for a plan for what is chosen now."""
        self._soon.stop()
        self._set_plan(None)
        if self._planning:
            self._overtake()  # one at a time: an older answer could not be told from a newer one
            return
        target = self._choices.target()
        if target is None:
            self._plan_view.refuse(self.tr("Choose a folder to sort into, with its whole path."))
            return
        self._planning, self._outdated = True, False
        self._plan_view.wait()
        choices = self._choices
        self.plan_requested.emit(target, choices.action(), choices.least_confidence(), choices.options())

    def show_plan(self, plan: SortPlan) -> None:
        """The answer to plan_requested."""
        self._planning = False
        if self._outdated:
            self._ask_again()
        elif not self._soon.isActive():
            self._set_plan(plan)
            self._plan_view.show_plan(plan)

    def show_planning(self, done: int, total: int) -> None:
        """So many pictures of so many are looked at for the plan."""
        if self._planning and not self._outdated:
            self._plan_view.wait(done, total)

    def show_failure(self, sentence: str) -> None:
        """What was asked for could not be begun, or broke off."""
        was_planning, self._planning, self._working = self._planning, False, False
        if was_planning and self._outdated:
            self._ask_again()
        elif was_planning:
            self._plan_view.refuse(sentence)
        else:
            self._result.show_failure(sentence)
            self._show_page(self._result)

    def show_progress(self, done: int, total: int) -> None:
        """So many files of so many are done."""
        self._progress.show_progress(done, total)

    def show_result(self, result: RunResult, run_ids: tuple[str, ...]) -> None:
        """The answer to apply_requested; run_ids: the runs that did something, the newest first."""
        self._working = False
        self._run_ids = run_ids
        self._result.show_result(result, self._action, self._plan)
        self._show_page(self._result)

    def show_undone(self, result: UndoResult) -> None:
        """The answer to undo_requested."""
        self._working = False
        if not (result.left or result.cancelled or result.stopped):
            self._run_ids = ()
        self._result.show_undone(result)
        self._show_page(self._result)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if not event.spontaneous():  # closed, and not merely out of sight: nobody waits for a plan
            self._soon.stop()

    def _leave(self) -> None:
        if self._planning:
            self.plan_outdated.emit()
        super()._leave()

    def _on_changed(self) -> None:
        if self._pages.currentWidget() is not self._first_page or not self.isVisible():
            return  # what a promise files once files were moved away is no news about what was done
        self._set_plan(None)
        self._plan_view.wait()
        self._overtake()
        self._soon.start()

    def _make_room(self) -> None:
        """The plan keeps its height when more options are shown, as far as the screen allows."""
        before, now = self._choices_height, self._choices.sizeHint().height()
        self._choices_height = now
        room = self.screen().availableGeometry().height() - 6 * theme.SPACE
        self.resize(self.width(), max(self.minimumSizeHint().height(), min(self.height() + now - before, room)))

    def _overtake(self) -> None:
        if self._planning and not self._outdated:
            self._outdated = True
            self.plan_outdated.emit()

    def _ask_again(self) -> None:
        """Unless the person is still choosing: then it is asked for soon."""
        if not self._soon.isActive():
            self.ask_for_plan()

    def _set_plan(self, plan: SortPlan | None) -> None:
        self._plan = plan
        ready = plan is not None and not plan.refusals
        self.sort_button.setEnabled(ready)
        self.sort_button.setDefault(ready)
        self._name_sort()

    def _name_everything(self) -> None:
        self.setWindowTitle(self.tr("Sort into folders"))
        self.undo_button.setText(self.tr("Undo this run"))
        self.open_button.setText(self.tr("Open folder"))
        self._name_close()
        self._name_sort()
        self.promises_outdated.emit()

    def _name_close(self) -> None:
        on_result = self._pages.currentWidget() is self._result
        self.close_button.setText(self.tr("Close") if on_result else self.tr("Cancel"))

    def _name_sort(self) -> None:
        plan = self._plan
        ready = plan is not None and not plan.refusals
        count = len(plan.all_steps) if plan else 0
        texts = {
            Action.COPY: self.tr("Copy %Ln file(s)", "", count),
            Action.MOVE: self.tr("Move %Ln file(s)", "", count),
            Action.HARDLINK: self.tr("Link %Ln file(s)", "", count),
            Action.SYMLINK: self.tr("Link %Ln file(s)", "", count),
            Action.REFLINK: self.tr("Clone %Ln file(s)", "", count),
        }
        only_moves = plan is not None and plan.moves is not None and not plan.steps
        action = plan.action if plan and not only_moves else Action.MOVE
        several = plan is not None and plan.moves is not None and bool(plan.steps) and plan.action is not Action.MOVE
        text = self.tr("Sort %Ln file(s)", "", count) if several else texts[action]
        self.sort_button.setText(text if ready else self.tr("Sort"))

    def _apply(self) -> None:
        if self._plan is not None:
            plan = self._plan
            self._action = Action.MOVE if plan.moves and not plan.steps else plan.action
            self._begin_work(lambda: self.tr("Sorting…"), len(plan.all_steps))
            self.apply_requested.emit(plan)

    def _undo(self) -> None:
        self._begin_work(lambda: self.tr("Taking it back…"), 0)
        self.undo_requested.emit(self._run_ids)

    def _begin_work(self, text: Callable[[], str], total: int) -> None:
        self._working = True
        self._progress.begin(text, total)
        self._show_page(self._progress)

    def _show_page(self, page: QWidget) -> None:
        self._pages.setCurrentWidget(page)
        on_first, on_result = page is self._first_page, page is self._result
        self.sort_button.setVisible(on_first)
        self.undo_button.setVisible(on_result and bool(self._run_ids))
        self.open_button.setVisible(on_result and bool(self._run_ids))
        self.close_button.setEnabled(True)
        self._name_close()
        self.close_button.setDefault(on_result)
        if not on_first:
            self.close_button.setFocus()

    def _open_folder(self) -> None:
        target = self._choices.target()
        if target is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(target)))
