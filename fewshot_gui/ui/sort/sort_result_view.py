"""How far a sorting run is, and what became of it."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from fewshot_gui.images.errors import printable
from fewshot_gui.sentences import together, translated
from fewshot_gui.sorting.apply import RunResult
from fewshot_gui.sorting.plan import Action, SortPlan
from fewshot_gui.sorting.undo import UndoResult
from fewshot_gui.ui import theme
from fewshot_gui.ui.labels import IconLabel, muted_label, title_label
from fewshot_gui.ui.row_table import Column, RowTable
from fewshot_gui.ui.shell.language import Spoken
from fewshot_gui.ui.sort.folders_table import FoldersTable
from fewshot_gui.ui.sort.sort_plan_view import Sentences


class ResultView(QWidget):
    """What was done in one line, where, how much in each folder, and what could not be handled, with the reason."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._good = IconLabel("check", "success", 3 * theme.SPACE, self)
        self._bad = IconLabel("warning", "danger", 3 * theme.SPACE, self)
        self._title = title_label(self)
        self._place = muted_label(self)
        self._place.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self._line = muted_label(self)
        self._sentences = Sentences(self)
        self.folders = FoldersTable(self)
        self.left: RowTable[tuple[Path, str]] = RowTable(self)
        top = QHBoxLayout()
        top.setSpacing(theme.SPACE)
        for widget in (self._good, self._bad):
            top.addWidget(widget)
        top.addWidget(self._title, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.SPACE)
        column.addLayout(top)
        for said in (self._place, self._line, self._sentences):
            column.addWidget(said)
        column.addWidget(self.folders, 1)
        column.addWidget(self.left, 1)
        column.addStretch()
        self._again: Callable[[], None] = lambda: None
        spoken = Spoken(self)
        spoken.say(lambda: self.left.setAccessibleName(self.tr("Files that could not be handled")))
        spoken.say(lambda: self._again())

    def text(self) -> str:
        """All that is said above the list."""
        return "\n".join((self._title.text(), self._line.text(), self._sentences.text()))

    def show_result(self, result: RunResult, action: Action, plan: SortPlan | None = None) -> None:
        """What became of a run, and of the plan it carried out: a run that was cut short says nothing of folders."""
        self._again = partial(self.show_result, result, action, plan)
        done = {
            Action.COPY: self.tr("%Ln file(s) copied", "", result.done),
            Action.MOVE: self.tr("%Ln file(s) moved", "", result.done),
            Action.HARDLINK: self.tr("%Ln file(s) linked", "", result.done),
            Action.SYMLINK: self.tr("%Ln file(s) linked", "", result.done),
            Action.REFLINK: self.tr("%Ln file(s) cloned", "", result.done),
        }[action]
        skipped = self.tr("%Ln file(s) had been there before.", "", result.skipped) if result.skipped else ""
        stopped = self.tr("You stopped it; what was done until then stays.") if result.cancelled else ""
        failed = self.tr("%Ln failed", "files", len(result.failed))
        done = self.tr("{done}, {failed}").format(done=done, failed=failed)
        self._show(done, result.failed, (skipped, stopped, *result.notes), result.stopped)
        if plan is not None and result.done:
            self._place.setText(printable(plan.target))
            self._place.show()
            whole = not result.cancelled and result.stopped is None
            self.folders.show_plan(plan, {path for path, _ in result.failed})
            self.folders.setVisible(whole)

    def show_undone(self, result: UndoResult) -> None:
        """What became of taking a run back."""
        self._again = partial(self.show_undone, result)
        done = self.tr("%Ln file(s) taken back", "", result.restored)
        stopped = self.tr("You stopped it; it can be gone on with.") if result.cancelled else ""
        if result.left:
            left = self.tr("%Ln left as they are", "files", len(result.left))
            done = self.tr("{done}, {left}").format(done=done, left=left)
        self._show(done, result.left, (stopped,), result.stopped)

    def show_failure(self, sentence: str) -> None:
        """Nothing was done."""
        self._again = partial(self.show_failure, sentence)
        self._show(self.tr("Nothing was done"), (), (), sentence)

    def _show(self, done: str, failed: tuple[tuple[Path, str], ...], lines: tuple[str, ...], wrong: str | None) -> None:
        self._title.setText(done)
        self._place.hide()
        self.folders.hide()
        self._line.setText(together(*lines))
        self._line.setVisible(bool(self._line.text()))
        self._sentences.show_sentences((wrong,) if wrong else ())
        self._good.setVisible(not failed and wrong is None)
        self._bad.setVisible(bool(failed) or wrong is not None)
        self.left.show_rows(
            [Column(self.tr("What could not be handled, and why"), lambda row: translated(row[1]))], failed
        )
        self.left.setVisible(bool(failed))
