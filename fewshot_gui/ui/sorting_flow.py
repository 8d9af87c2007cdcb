"""Sorting as the person meets it: plan, progress, result, and taking a run back."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from fewshot_gui.sorting.plan import Action, SortPlan
from fewshot_gui.ui.desk import Desk
from fewshot_gui.ui.runs_dialog import RunsDialog
from fewshot_gui.ui.sort_dialog import SortDialog


class SortingFlow(QObject):
    """Opens the dialogs and joins them with the desk."""

    def __init__(self, desk: Desk, window: QWidget) -> None:
        super().__init__(window)
        self._desk = desk
        self._window = window
        self.dialog: SortDialog | None = None
        self.runs: RunsDialog | None = None

    def start(self) -> None:
        """Ask where to and how, and show the plan before anything happens."""
        folder = self._desk.session.folder
        suggested = folder.with_name(f"{folder.name} sorted") if folder else Path.home()
        dialog = self.dialog = SortDialog(suggested, self._window)
        dialog.plan_requested.connect(lambda target, action, least: self._plan(dialog, target, action, least))
        dialog.apply_requested.connect(lambda plan: self._apply(dialog, plan))
        dialog.cancel_requested.connect(self._desk.cancel)
        dialog.undo_requested.connect(lambda run_id: self._undo(dialog, run_id))
        dialog.open()
        dialog.ask_for_plan()

    def _plan(self, dialog: SortDialog, target: Path, action: Action, least: float) -> None:
        self._desk.plan(target, action, least, dialog.show_plan)

    def _apply(self, dialog: SortDialog, plan: SortPlan) -> None:
        self._desk.sort(plan, dialog.show_progress, dialog.show_result)

    def _undo(self, dialog: SortDialog, run_id: str) -> None:
        self._desk.undo_run(run_id, dialog.show_progress, dialog.show_undone)

    def show_runs(self) -> None:
        """All runs so far, each of which can be taken back."""
        dialog = self.runs = RunsDialog(self._window)
        dialog.undo_requested.connect(
            lambda run_id: self._desk.undo_run(
                run_id, dialog.show_progress, lambda result: (dialog.show_undone(result), self._desk.runs(dialog.show_runs))
            )
        )
        self._desk.runs(dialog.show_runs)
        dialog.open()
