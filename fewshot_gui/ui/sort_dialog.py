"""Sort into folders: where to and how, then the plan, then the progress, then what became of it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QPalette
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from fewshot_gui.images.errors import printable
from fewshot_gui.sorting.apply import RunResult
from fewshot_gui.sorting.plan import Action, SortPlan
from fewshot_gui.sorting.undo import UndoResult
from fewshot_gui.ui import theme
from fewshot_gui.ui.chip import Chip
from fewshot_gui.ui.sort_plan_view import PlanView
from fewshot_gui.ui.sort_result_view import ProgressView, ResultView

_PLAN_WAIT_MS = 300  # so that typing a path asks for one plan, not one per letter


class SortDialog(QDialog):
    """Asks for a plan, shows it, asks for it to be carried out. Does none of this itself.

    Each plan_requested is to be answered by show_plan() or show_failure(), each apply_requested by show_result() or
    show_failure(), each undo_requested by show_undone() or show_failure().
    """

    plan_requested = Signal(object, object, float)  # target Path, Action, least confidence 0..1
    apply_requested = Signal(object)  # SortPlan
    cancel_requested = Signal()
    undo_requested = Signal(str)  # run id

    def __init__(self, suggested: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._plan: SortPlan | None = None
        self._planning = False
        self._outdated = False  # something was changed while a plan was being worked out
        self._run_id = ""
        self._working = False
        self._choices = _Choices(suggested, self)
        self._choices.changed.connect(self._on_changed)
        self._plan_view = PlanView(self)
        self._progress = ProgressView(self)
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

        self.undo_button = QPushButton(theme.icon("undo"), self.tr("Undo this run"), self)
        self.undo_button.clicked.connect(self._undo)
        self.open_button = QPushButton(theme.icon("folder-open"), self.tr("Open folder"), self)
        self.open_button.clicked.connect(self._open_folder)
        self.close_button = QPushButton(self)
        self.close_button.clicked.connect(self.reject)
        self.sort_button = QPushButton(self)
        self.sort_button.clicked.connect(self._apply)
        buttons = QHBoxLayout()
        buttons.setSpacing(theme.SPACE)
        for button in (self.undo_button, self.open_button, self.close_button, self.sort_button):
            button.setAutoDefault(False)  # Enter presses the default button alone, if there is one
        buttons.addWidget(self.undo_button)
        buttons.addWidget(self.open_button)
        buttons.addStretch()
        buttons.addWidget(self.close_button)
        buttons.addWidget(self.sort_button)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(*[2 * theme.SPACE] * 4)
        whole.setSpacing(2 * theme.SPACE)
        whole.addWidget(self._pages, 1)
        whole.addLayout(buttons)
        self.setWindowTitle(self.tr("Sort into folders"))
        self.resize(92 * theme.SPACE, 72 * theme.SPACE)
        self._show_page(self._first_page)

    def ask_for_plan(self) -> None:
        """Ask for a plan for what is chosen now."""
        self._soon.stop()
        self._set_plan(None)
        if self._planning:
            self._outdated = True  # one at a time: an older answer could not be told from a newer one
            return
        target = self._choices.target()
        if target is None:
            self._plan_view.refuse(self.tr("Choose a folder to sort into, with its whole path."))
            return
        self._planning, self._outdated = True, False
        self._plan_view.wait()
        self.plan_requested.emit(target, self._choices.action(), self._choices.least_confidence())

    def show_plan(self, plan: SortPlan) -> None:
        """The answer to plan_requested."""
        self._planning = False
        if self._outdated:
            self.ask_for_plan()
        elif not self._soon.isActive():
            self._set_plan(plan)
            self._plan_view.show_plan(plan)

    def show_failure(self, sentence: str) -> None:
        """What was asked for could not be begun, or broke off."""
        was_planning, self._planning, self._working = self._planning, False, False
        if was_planning:
            self._plan_view.refuse(sentence)
        else:
            self._result.show_failure(sentence)
            self._show_page(self._result)

    def show_progress(self, done: int, total: int) -> None:
        """So many files of so many are done."""
        self._progress.show_progress(done, total)

    def show_result(self, result: RunResult) -> None:
        """The answer to apply_requested."""
        self._working = False
        self._run_id = result.run_id if result.done else ""
        self._result.show_result(result, self._choices.action())
        self._show_page(self._result)

    def show_undone(self, result: UndoResult) -> None:
        """The answer to undo_requested."""
        self._working = False
        if not (result.left or result.cancelled or result.stopped):
            self._run_id = ""
        self._result.show_undone(result)
        self._show_page(self._result)

    def reject(self) -> None:
        """Close; while something is under way, ask for it to stop instead."""
        if self._working:
            self._progress.show_stopping()
            self.close_button.setEnabled(False)
            self.cancel_requested.emit()
        else:
            self._soon.stop()
            super().reject()

    def _on_changed(self) -> None:
        self._set_plan(None)
        self._plan_view.wait()
        self._soon.start()

    def _set_plan(self, plan: SortPlan | None) -> None:
        self._plan = plan
        ready = plan is not None and not plan.refusals
        self.sort_button.setEnabled(ready)
        self.sort_button.setDefault(ready)
        count = len(plan.steps) if plan else 0
        texts = {
            Action.COPY: self.tr("Copy %Ln file(s)", "", count),
            Action.MOVE: self.tr("Move %Ln file(s)", "", count),
            Action.HARDLINK: self.tr("Link %Ln file(s)", "", count),
            Action.SYMLINK: self.tr("Link %Ln file(s)", "", count),
        }
        self.sort_button.setText(texts[plan.action] if plan and not plan.refusals else self.tr("Sort"))

    def _apply(self) -> None:
        if self._plan is not None:
            plan = self._plan
            self._begin_work(self.tr("Sorting…"), len(plan.steps))
            self.apply_requested.emit(plan)

    def _undo(self) -> None:
        self._begin_work(self.tr("Taking it back…"), 0)
        self.undo_requested.emit(self._run_id)

    def _begin_work(self, text: str, total: int) -> None:
        self._working = True
        self._progress.begin(text, total)
        self._show_page(self._progress)

    def _show_page(self, page: QWidget) -> None:
        self._pages.setCurrentWidget(page)
        on_first, on_result = page is self._first_page, page is self._result
        self.sort_button.setVisible(on_first)
        self.undo_button.setVisible(on_result and bool(self._run_id))
        self.open_button.setVisible(on_result)
        self.close_button.setEnabled(True)
        self.close_button.setText(self.tr("Close") if on_result else self.tr("Cancel"))
        self.close_button.setDefault(on_result)
        if not on_first:
            self.close_button.setFocus()

    def _open_folder(self) -> None:
        target = self._choices.target()
        if target is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(target)))


class _Choices(QWidget):
    """Where to, how, and from which confidence on."""

    changed = Signal()

    def __init__(self, suggested: Path, parent: QWidget) -> None:
        super().__init__(parent)
        self.folder = QLineEdit(printable(suggested), self)
        self.folder.setAcceptDrops(False)
        self.folder.setAccessibleName(self.tr("Folder to sort into"))
        self.folder.textChanged.connect(lambda: self.changed.emit())
        self.browse = QPushButton(theme.icon("folder-open"), self.tr("Browse…"), self)
        self.browse.setAutoDefault(False)
        self.browse.setAccessibleName(self.tr("Choose the folder to sort into"))
        self.browse.clicked.connect(self._browse)
        self._suggested = suggested

        actions = {
            Action.COPY: (self.tr("Copy"), self.tr("Your folder stays as it is; copies go into the class folders.")),
            Action.MOVE: (self.tr("Move"), self.tr("The pictures leave your folder. You can take it back any time.")),
            Action.HARDLINK: (
                self.tr("Hard link"),
                self.tr("The same files under a second name, without using more space. Only on the same disk."),
            ),
            Action.SYMLINK: (
                self.tr("Symbolic link"),
                self.tr("Small links that point to the pictures where they are now."),
            ),
        }
        self._explanations = {action: explanation for action, (_, explanation) in actions.items()}
        self._group = QButtonGroup(self)
        self.how = {action: Chip(self) for action in actions}
        row = QHBoxLayout()
        row.setSpacing(theme.SPACE // 2)
        for action, button in self.how.items():
            button.set_name(actions[action][0])
            button.setCheckable(True)
            self._group.addButton(button)
            button.setAccessibleDescription(self._explanations[action])
            row.addWidget(button)
        row.addStretch()
        self.how[Action.COPY].setChecked(True)
        self._explanation = _muted(self._explanations[Action.COPY], self)
        self._group.buttonToggled.connect(self._on_action)

        self.least = QSpinBox(self)
        self.least.setRange(0, 99)
        self.least.setSingleStep(5)
        self.least.setSuffix(self.tr(" %"))
        self.least.setMinimumSize(10 * theme.SPACE, self.folder.sizeHint().height())
        self.least.setAccessibleName(self.tr("Least confidence in per cent"))
        self.least.valueChanged.connect(lambda: self.changed.emit())
        sure = QHBoxLayout()
        sure.setSpacing(theme.SPACE)
        sure.addWidget(self.least)
        sure.addWidget(_muted(self.tr("What you have said yourself is always sorted."), self), 1)

        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(2 * theme.SPACE)
        grid.setVerticalSpacing(theme.SPACE // 2)
        grid.setColumnStretch(1, 1)
        where = QHBoxLayout()
        where.setSpacing(theme.SPACE)
        where.addWidget(self.folder, 1)
        where.addWidget(self.browse)
        grid.addWidget(QLabel(self.tr("Sort into"), self), 0, 0)
        grid.addLayout(where, 0, 1)
        grid.setRowMinimumHeight(1, theme.SPACE)
        grid.addWidget(QLabel(self.tr("How"), self), 2, 0)
        grid.addLayout(row, 2, 1)
        grid.addWidget(self._explanation, 3, 1)
        grid.setRowMinimumHeight(4, theme.SPACE)
        grid.addWidget(QLabel(self.tr("At least sure"), self), 5, 0)
        grid.addLayout(sure, 5, 1)

    def target(self) -> Path | None:
        """The folder; None while there is no whole path."""
        text = self.folder.text().strip()
        if text == printable(self._suggested):
            return self._suggested  # its name may not be text that can be typed
        path = Path(text).expanduser() if text else Path()
        return path if path.is_absolute() else None

    def action(self) -> Action:
        return next(action for action, button in self.how.items() if button.isChecked())

    def least_confidence(self) -> float:
        """0..1."""
        return self.least.value() / 100

    def _on_action(self, _button: object, checked: bool) -> None:
        if checked:
            self._explanation.setText(self._explanations[self.action()])
            self.changed.emit()

    def _browse(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, self.tr("Sort into"), self.folder.text())
        if chosen:
            self.folder.setText(chosen)


def _muted(text: str, parent: QWidget) -> QLabel:
    label = QLabel(text, parent)
    label.setWordWrap(True)
    label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
    return label
