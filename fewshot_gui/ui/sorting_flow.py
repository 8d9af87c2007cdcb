"""Sorting as the person meets it: plan, progress, result, and taking a run back."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from fewshot_gui.sorting.apply import RunResult, apply
from fewshot_gui.sorting.errors import SortRefused
from fewshot_gui.sorting.journal import list_runs, open_run
from fewshot_gui.sorting.plan import Action, SortPlan, plan_sort
from fewshot_gui.sorting.undo import UndoResult, undo
from fewshot_gui.ui.desk import Desk
from fewshot_gui.ui.runs_dialog import RunsDialog
from fewshot_gui.ui.sort_dialog import SortDialog
from fewshot_gui.workers.tasks import Task, Tasks

Moved = dict[Path, Path]
"""Files that are no longer at their old place: old place -> new place."""


class SortingFlow(QObject):
    """Opens the dialogs and does beside the window what they ask for."""

    def __init__(self, desk: Desk, tasks: Tasks, window: QWidget) -> None:
        super().__init__(window)
        self._desk = desk
        self._tasks = tasks
        self._window = window
        self._running: Task | None = None
        self.dialog: SortDialog | None = None
        self.runs: RunsDialog | None = None

    def start(self) -> None:
        """Ask where to and how, and show the plan before anything happens."""
        folder = self._desk.session.folder
        name = self.tr("{folder} sorted").format(folder=folder.name) if folder else ""
        suggested = folder.with_name(name) if folder else Path.home()
        dialog = self.dialog = SortDialog(suggested, self._window)
        dialog.plan_requested.connect(lambda target, action, least: self._plan(dialog, target, action, least))
        dialog.apply_requested.connect(lambda plan: self._apply(dialog, plan))
        dialog.undo_requested.connect(lambda run_id: self._undo(dialog, run_id, dialog.show_undone))
        dialog.cancel_requested.connect(self.cancel)
        dialog.open()
        dialog.ask_for_plan()

    def show_runs(self) -> None:
        """All runs so far, each of which can be taken back."""
        dialog = self.runs = RunsDialog(self._window)

        def undone(result: UndoResult) -> None:
            dialog.show_undone(result)
            self._list_runs(dialog)

        dialog.undo_requested.connect(lambda run_id: self._undo(dialog, run_id, undone))
        dialog.cancel_requested.connect(self.cancel)
        self._list_runs(dialog)
        dialog.open()

    def cancel(self) -> None:
        """Stop the run under way: between two pieces of a file, with nothing half done left behind."""
        if self._running is not None:
            self._running.cancel()

    def _list_runs(self, dialog: RunsDialog) -> None:
        self._tasks.run(lambda _: list_runs(), dialog.show_runs, lambda error: dialog.show_failure(_sentence(error)))

    def _plan(self, dialog: SortDialog, target: Path, action: Action, least: float) -> None:
        items, folder = self._desk.session.sort_items(least), self._desk.session.folder
        self._tasks.run(
            lambda task: plan_sort(items, target, action, folder, task.cancelled),
            dialog.show_plan,
            lambda error: dialog.show_failure(_sentence(error)),
        )

    def _apply(self, dialog: SortDialog, plan: SortPlan) -> None:
        def work(task: Task) -> tuple[RunResult, Moved]:
            result = apply(plan, None, task.progress, task.cancelled)
            steps = ((s.source, s.target) for s in plan.steps)
            return result, _moved(steps) if plan.action is Action.MOVE else {}

        self._run(dialog, work, dialog.show_result)

    def _undo(self, dialog: SortDialog | RunsDialog, run_id: str, then: Callable[[UndoResult], None]) -> None:
        def work(task: Task) -> tuple[UndoResult, Moved]:
            result = undo(run_id, None, task.progress, task.cancelled)
            with open_run(run_id, None) as journal:
                record = journal.record
            steps = ((s.target, s.source) for s in record.steps)
            return result, _moved(steps) if record.action is Action.MOVE else {}

        self._run(dialog, work, then)

    def _run(
        self,
        dialog: SortDialog | RunsDialog,
        work: Callable[[Task], tuple[Any, Moved]],
        then: Callable[[Any], None],
    ) -> None:
        def done(outcome: tuple[Any, Moved]) -> None:
            self._running = None
            self._desk.relocate(outcome[1])
            then(outcome[0])

        def failed(error: Exception) -> None:
            self._running = None
            dialog.show_failure(_sentence(error))

        self._running = self._tasks.run(work, done, failed, dialog.show_progress)


def _sentence(error: Exception) -> str:
    return str(error) if isinstance(error, SortRefused) else f"{type(error).__name__}: {error}"


def _moved(steps: Iterable[tuple[Path, Path]]) -> Moved:
    return {old: new for old, new in steps if new.exists() and not old.exists()}
