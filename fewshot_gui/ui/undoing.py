"""Undo as the window offers it: what it is called now, the sentence that offers it, and what Ctrl+Z means after a run
of sorting.

A run may have moved thousands of files: one key does not move them back. Right after it, though, the person means the
run, and not the label before. So the first undo takes nothing back: it says where that is done, with a button that goes
there. The next one is an ordinary one again.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QObject
from PySide6.QtGui import QAction

from fewshot_gui.session import Change, OperationName
from fewshot_gui.ui.desk import Desk
from fewshot_gui.ui.operation_text import operation_text
from fewshot_gui.ui.sort.sorting_flow import SortingFlow
from fewshot_gui.ui.status_strip import StatusStrip

translate = QCoreApplication.translate


class Undoing(QObject):
    """Joins the actions "Undo" and "Redo", the strip and the desk."""

    def __init__(self, desk: Desk, sorting: SortingFlow, strip: StatusStrip, parent: QObject) -> None:
        super().__init__(parent)
        self._desk, self._sorting, self._strip = desk, sorting, strip
        self._sorted = False  # a run of sorting is the latest thing that was done
        self._offer: Callable[[], object] | None = None
        self._actions: tuple[QAction, QAction] | None = None
        self._warned: dict[OperationName, tuple[str, ...]] = {}  # by what was done then
        desk.said.connect(self.say)
        desk.changed.connect(self._on_changed)
        desk.replaced.connect(self._on_replaced)
        sorting.stands.connect(self._on_sorted)
        strip.action_triggered.connect(self._take_offer)

    def attach(self, undo: QAction, redo: QAction) -> None:
        """These actions say from now on what they would take back or do again."""
        self._actions = (undo, redo)
        self.name_actions()

    def say(self, sentence: str, can_undo: bool = False) -> None:
        """Show a passing sentence, with a button that takes back the latest operation, and only that, if it can."""
        operation = self._desk.session.undo_name
        self._offer = (lambda: self._undo_if_latest(operation)) if can_undo and operation is not None else None
        self._strip.say(sentence, translate("MainWindow", "Undo") if can_undo else None)

    def undo(self) -> None:
        """Take back the latest operation; right after a run of sorting, say first where that is taken back."""
        if self._sorted:
            self._on_sorted(False)
            self._tell_of_sorting()
            return
        self._offer = None  # it would take back the operation before
        self._strip.say("")
        self._desk.undo()

    def name_actions(self) -> None:
        """Say anew what would be taken back and done again."""
        if self._actions is None:
            return
        undo, redo = self._actions
        session = self._desk.session
        self._name(
            undo, translate("MainWindow", "Undo"), self.tr("sorting…") if self._sorted else _text(session.undo_name)
        )
        self._name(redo, translate("MainWindow", "Redo"), _text(session.redo_name))

    def _name(self, action: QAction, verb: str, operation: str) -> None:
        action.setEnabled(bool(operation))
        named = translate("MainWindow", "{verb}: {operation}").format(verb=verb, operation=operation)
        action.setText(named if operation else verb)
        action.setIconText(verb)
        action.setToolTip(action.text())

    def _tell_of_sorting(self) -> None:
        name = self._desk.session.undo_name
        if name is None:
            sentence = self.tr("The sorting is taken back under “Sorting runs”.")
        else:
            sentence = self.tr("The sorting is taken back under “Sorting runs”; the next undo takes back: {operation}.")
            sentence = sentence.format(operation=operation_text(name))
        self._offer = self._sorting.show_runs
        self._strip.say(sentence, self.tr("Sorting runs…"))

    def _undo_if_latest(self, operation: OperationName | None) -> None:
        if operation == self._desk.session.undo_name:
            self._sorted = False  # the button says what it takes back
            self.undo()

    def _take_offer(self) -> None:
        if self._offer is not None:
            self._offer()

    def _on_changed(self, change: Change) -> None:
        if change.done or change.undone:
            self._on_sorted(False)
        session = self._desk.session
        if change.done and session.undo_name is not None:
            self._warned[session.undo_name] = change.sentences
        elif change.undone and session.redo_name is not None:
            self._strip.unwarn(self._warned.pop(session.redo_name, ()))

    def _on_replaced(self) -> None:
        self._warned.clear()
        self._on_sorted(False)

    def _on_sorted(self, stands: bool) -> None:
        if stands != self._sorted:
            self._sorted = stands
            self.name_actions()


def _text(name: OperationName | None) -> str:
    return operation_text(name) if name is not None else ""
