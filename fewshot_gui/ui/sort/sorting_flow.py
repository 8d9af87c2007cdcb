"""Sorting as the person meets it: plan, progress, result, and taking a run back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from fewshot_gui.sorting.again import earlier, undo_what_stands
from fewshot_gui.sorting.carry_out import Outcome, carry_out
from fewshot_gui.sorting.errors import SortRefused
from fewshot_gui.sorting.journal import list_runs, open_run
from fewshot_gui.sorting.options import SortOptions
from fewshot_gui.sorting.plan import Action, SortPlan, plan_sort
from fewshot_gui.sorting.run_files import run_files
from fewshot_gui.sorting.undo import UndoResult
from fewshot_gui.ui.desk import Desk
from fewshot_gui.ui.review.promise import PromiseFlow, promise_text
from fewshot_gui.ui.sort.runs_dialog import RunsDialog
from fewshot_gui.ui.sort.sort_dialog import SortDialog
from fewshot_gui.workers.tasks import Task, Tasks

Moved = Mapping[Path, Path]
"""Files that are no longer at their old place: old place -> new place."""


class SortingFlow(QObject):
    """Opens the dialogs and does beside the window what they ask for."""

    stands = Signal(bool)
    """Whether the latest thing that was done is a run of sorting that stands."""

    def __init__(self, desk: Desk, tasks: Tasks, promise: PromiseFlow, window: QWidget) -> None:
        super().__init__(window)
        self._desk = desk
        self._tasks = tasks
        self._promise = promise
        self._window = window
        self._running: Task | None = None
        self._planning: Task | None = None
        self._stands = False  # whether the dialog has sorted, and that was not taken back
        self.dialog: SortDialog | None = None
        self.runs: RunsDialog | None = None

    def start(self) -> None:
        """Ask where to and how, and show the plan before anything happens."""
        folder = self._desk.session.folder
        name = self.tr("{folder} sorted").format(folder=folder.name) if folder else ""
        suggested = folder.with_name(name) if folder else Path.home()
        dialog = self.dialog = SortDialog(suggested, self._window)
        self._stands = False

        def undone(result: UndoResult) -> None:
            self._stands = False
            dialog.show_undone(result)

        dialog.plan_requested.connect(lambda *wanted: self._plan(dialog, *wanted))
        dialog.plan_outdated.connect(self._stop_planning)
        dialog.apply_requested.connect(lambda plan: self._apply(dialog, plan))
        dialog.undo_requested.connect(lambda run_ids: self._undo(dialog, run_ids, undone))
        dialog.finished.connect(lambda _: self._tell_way_back())
        dialog.cancel_requested.connect(self.cancel)
        self._offer_promises(dialog)
        dialog.choose_promise(self._promise.target)
        dialog.promises_outdated.connect(lambda: self._offer_promises(dialog))
        self._promise.changed.connect(dialog.promises_outdated)
        dialog.open()
        dialog.ask_for_plan()

    def _offer_promises(self, dialog: SortDialog) -> None:
        dialog.offer_promises({target: promise_text(promise) for target, promise in self._promise.promises.items()})

    def show_runs(self) -> None:
        """All runs so far, each of which can be taken back."""
        dialog = self.runs = RunsDialog(self._window)

        def undone(result: UndoResult) -> None:
            self.stands.emit(False)
            dialog.show_undone(result)
            self._list_runs(dialog)

        dialog.undo_requested.connect(lambda run_id: self._undo(dialog, (run_id,), undone))
        dialog.undo_files_requested.connect(lambda run_id, only: self._undo(dialog, (run_id,), undone, only))
        dialog.files_requested.connect(lambda run_id: self._list_files(dialog, run_id))
        dialog.cancel_requested.connect(self.cancel)
        self._list_runs(dialog)
        dialog.open()

    def cancel(self) -> None:
        """Stop the run under way: between two pieces of a file, with nothing half done left behind."""
        if self._running is not None:
            self._running.cancel()

    def _list_runs(self, dialog: RunsDialog) -> None:
        self._tasks.run(lambda _: list_runs(), dialog.show_runs, lambda error: dialog.show_failure(_sentence(error)))

    def _list_files(self, dialog: RunsDialog, run_id: str) -> None:
        self._tasks.run(
            lambda _: run_files(run_id),
            lambda files: dialog.show_files(run_id, files),
            lambda error: dialog.show_failure(_sentence(error)),
        )

    def _plan(self, dialog: SortDialog, target: Path, action: Action, least: float, options: SortOptions) -> None:
        session = self._desk.session
        promise = self._promise.promises.get(dialog.promise())
        least = promise.threshold if promise else least
        inside, outside, folder = session.filing(least), session.outside_items(), session.folder

        def work(task: Task) -> SortPlan:
            history = earlier(target)
            items = inside() + [item for item in outside if item.path in history.moved]
            return plan_sort(
                items,
                target,
                action,
                folder,
                task.cancelled,
                options=options,
                history=history,
                progress=task.progress,
            )

        def failed(error: Exception) -> None:
            dialog.show_failure(_sentence(error))

        self._planning = self._tasks.run(work, dialog.show_plan, failed, dialog.show_planning)

    def _stop_planning(self) -> None:
        if self._planning is not None:
            self._planning.cancel()

    def _apply(self, dialog: SortDialog, plan: SortPlan) -> None:
        def work(task: Task) -> tuple[Outcome, Moved]:
            outcome = carry_out(plan, None, task.progress, task.cancelled)
            return outcome, outcome.moved

        def done(outcome: Outcome) -> None:
            self._stands = bool(outcome.run_ids)
            dialog.show_result(outcome.result, outcome.run_ids)

        self._run(dialog, work, done)

    def _tell_way_back(self) -> None:
        """Undo of the window takes back what was said, not what was sorted (see Undoing): say where that is done."""
        if self._stands:
            self._stands = False
            sentence = self.tr("“Sorting runs” in the menu “File” takes the sorting back whenever you like.")
            self._desk.said.emit(sentence, False)
            self.stands.emit(True)

    def _undo(
        self,
        dialog: SortDialog | RunsDialog,
        run_ids: Iterable[str],
        then: Callable[[UndoResult], None],
        only: Iterable[Path] | None = None,
    ) -> None:
        def work(task: Task) -> tuple[UndoResult, Moved]:
            moved: dict[Path, Path] = {}
            whole = UndoResult(0, (), False)
            for run_id in run_ids:
                try:
                    result = undo_what_stands(run_id, None, task.progress, task.cancelled, only)
                except SortRefused as error:
                    if not whole.restored:
                        raise
                    return UndoResult(whole.restored, whole.left, False, str(error)), moved
                with open_run(run_id, None) as journal:
                    record = journal.record
                if record.action is Action.MOVE:
                    moved |= _moved((s.target, s.source) for s in record.steps)
                whole = UndoResult(
                    whole.restored + result.restored, whole.left + result.left, result.cancelled, result.stopped
                )
                if result.left or result.cancelled or result.stopped:
                    break
            return whole, moved

        self._run(dialog, work, then)

    def _run(
        self,
        dialog: SortDialog | RunsDialog,
        work: Callable[[Task], tuple[Any, Moved]],
        then: Callable[[Any], None],
    ) -> None:
        def done(outcome: tuple[Any, Moved]) -> None:
            self._running = None
            self._desk.relocate(dict(outcome[1]))
            then(outcome[0])

        def failed(error: Exception) -> None:
            self._running = None
            dialog.show_failure(_sentence(error))

        self._running = self._tasks.run(work, done, failed, dialog.show_progress)


def _sentence(error: Exception) -> str:
    return str(error) if isinstance(error, SortRefused) else f"{type(error).__name__}: {error}"


def _moved(steps: Iterable[tuple[Path, Path]]) -> dict[Path, Path]:
    return {old: new for old, new in steps if new.exists() and not old.exists()}
