"""What a sorting run would do, before it does it."""

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QLocale, Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QTabWidget, QVBoxLayout, QWidget

from fewshot_gui.images.errors import printable
from fewshot_gui.sorting.plan import Action, SortPlan, Step
from fewshot_gui.ui import theme
from fewshot_gui.ui.labels import IconLabel
from fewshot_gui.ui.row_table import Column, RowTable

_STYLE = """
QTabWidget::pane { border: none; top: 8px; }
QTabBar { font-weight: normal; }
QTabBar::tab {
    background: transparent; border: none; border-bottom: 2px solid transparent; padding: 6px 4px; margin-right: 16px;
}
QTabBar::tab:selected { border-bottom-color: palette(highlight); }
QTabBar::tab:hover { border-bottom-color: palette(mid); }
QTabBar::tab:selected:hover { border-bottom-color: palette(highlight); }
QTabBar::tab:focus { color: palette(highlight); }
"""

Problem = tuple[Path, str]


@dataclass(frozen=True)
class _Folder:
    """A class folder as the plan fills it."""

    label: str
    name: str
    pictures: int
    files: int
    size: int


class PlanView(QWidget):
    """Shows a plan: each class folder, every file's way, and what stands against it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._refusals = Sentences(self)
        self._summary = QLabel(self)
        self._summary.setWordWrap(True)
        self._summary.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.folders: RowTable[_Folder] = RowTable(self)
        self.files: RowTable[Step] = RowTable(self)
        self.problems: RowTable[Problem] = RowTable(self)
        self._tabs = QTabWidget(self)
        for table in (self.folders, self.files, self.problems):
            self._tabs.addTab(table, "")
        self._tabs.setStyleSheet(_STYLE)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.SPACE)
        column.addWidget(self._refusals)
        column.addWidget(self._tabs, 1)
        column.addWidget(self._summary)
        self._show_tables(None)

    def wait(self) -> None:
        """A plan is being worked out."""
        self._refusals.show_sentences(())
        self._summary.setText(self.tr("Working out what goes where…"))

    def refuse(self, sentence: str) -> None:
        """There can be no plan."""
        self._show_tables(None)
        self._refusals.show_sentences((sentence,))
        self._summary.setText("")

    def show_plan(self, plan: SortPlan) -> None:
        """Show it all."""
        self._refusals.show_sentences(plan.refusals)
        self._show_tables(plan)
        self._summary.setText(self._summary_of(plan))

    def _show_tables(self, plan: SortPlan | None) -> None:
        problems = plan.problems if plan else ()
        source, target = (plan.source, plan.target) if plan else (None, None)
        number = QLocale().toString
        self.folders.show_rows(
            [
                Column(self.tr("Class"), lambda row: row.label),
                Column(self.tr("Folder"), lambda row: row.name),
                Column(self.tr("Pictures"), lambda row: number(row.pictures), is_number=True),
                Column(self.tr("Files"), lambda row: number(row.files), is_number=True),
                Column(self.tr("Size"), lambda row: data_size(row.size), is_number=True),
            ],
            _folders(plan) if plan else (),
            wide=(0, 1),
        )
        self.files.show_rows(
            [
                Column(self.tr("From"), lambda step: _below(step.source, source)),
                Column(self.tr("To"), lambda step: _below(step.target, target)),
                Column(self.tr("Note"), lambda step: step.note),
            ],
            plan.steps if plan else (),
            wide=(0, 1, 2),
        )
        self.problems.show_rows([Column(self.tr("Why"), lambda row: row[1])], problems)
        names = (self.tr("Folders"), self.tr("Every file"), self.tr("Can't be sorted"))
        tables: tuple[RowTable[Any], ...] = (self.folders, self.files, self.problems)
        for place, (table, name) in enumerate(zip(tables, names, strict=True)):
            table.setAccessibleName(name)
            self._tabs.setTabText(place, name if place == 0 else f"{name}  {number(len(table.rows()))}")
        self._tabs.setTabVisible(2, bool(problems))

    def _summary_of(self, plan: SortPlan) -> str:
        parts = [self.tr("%Ln file(s), {size}.", "", len(plan.steps)).format(size=data_size(plan.total_bytes))]
        if plan.action in (Action.COPY, Action.MOVE) and plan.needed_bytes:
            space = self.tr("This needs {needed} of the {free} that are free.")
            parts.append(space.format(needed=data_size(plan.needed_bytes), free=data_size(plan.free_bytes)))
        if renamed := len(plan.collisions):
            parts.append(self.tr("%Ln get(s) another name, because its own is taken.", "files", renamed))
        if plan.already_there:
            parts.append(self.tr("%Ln file(s) are there already.", "", len(plan.already_there)))
        if plan.left_alone:
            parts.append(self.tr("%Ln picture(s) are left alone: not sure enough or no class.", "", plan.left_alone))
        return " ".join(parts)


class Sentences(QWidget):
    """Sentences that say what is wrong, each with a warning sign; nothing at all if there are none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = QLabel(self)
        self._text.setWordWrap(True)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setForegroundRole(QPalette.ColorRole.BrightText)
        self._text.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.SPACE)
        row.addWidget(IconLabel("warning", "danger", 2 * theme.SPACE, self), 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._text, 1)
        self.hide()

    def text(self) -> str:
        """What is said."""
        return self._text.text()

    def show_sentences(self, sentences: tuple[str, ...]) -> None:
        """Say these."""
        self._text.setText("\n".join(sentences))
        self.setVisible(bool(sentences))


def _below(path: Path, folder: Path | None) -> str:
    """The path as seen from `folder`; whole if it is not below it."""
    return printable(path.relative_to(folder) if folder is not None and path.is_relative_to(folder) else path)


def data_size(size: int) -> str:
    """A number of bytes as "12.3 MB"."""
    return QLocale().formattedDataSize(size, 1, QLocale.DataSizeFormat.DataSizeSIFormat)


def _folders(plan: SortPlan) -> tuple[_Folder, ...]:
    files: dict[str, int] = defaultdict(int)
    sizes: dict[str, int] = defaultdict(int)
    for step in plan.steps:
        files[step.label] += 1
        sizes[step.label] += step.size
    return tuple(
        _Folder(
            label, printable(folder.relative_to(plan.target)), plan.counts.get(label, 0), files[label], sizes[label]
        )
        for label, folder in plan.folders.items()
    )
