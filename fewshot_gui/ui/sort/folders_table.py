"""The class folders that a plan fills, each with how much goes into it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Set
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QWidget

from fewshot_gui.images.errors import printable
from fewshot_gui.sorting.plan import SortPlan
from fewshot_gui.ui.row_table import Column, RowTable
from fewshot_gui.ui.shell.language import Spoken


@dataclass(frozen=True)
class Folder:
    """A class folder as the plan fills it. size: bytes."""

    label: str
    name: str
    pictures: int
    files: int
    size: int


class FoldersTable(RowTable[Folder]):
    """One row for each class folder."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._folders: tuple[Folder, ...] = ()
        Spoken(self).say(self._show)

    def show_plan(self, plan: SortPlan | None, without: Set[Path] = frozenset()) -> None:
        """Show what the plan puts where, except for the files `without`; None: no rows."""
        self._folders = _folders(plan, without) if plan else ()
        self._show()

    def _show(self) -> None:
        number = QLocale().toString
        self.setAccessibleName(self.tr("Folders"))
        self.show_rows(
            [
                Column(self.tr("Class"), lambda row: row.label),
                Column(self.tr("Folder"), lambda row: row.name),
                Column(self.tr("Pictures"), lambda row: number(row.pictures), is_number=True),
                Column(self.tr("Files"), lambda row: number(row.files), is_number=True),
                Column(self.tr("Size"), lambda row: data_size(row.size), is_number=True),
            ],
            self._folders,
            wide=(0, 1),
        )


def data_size(size: int) -> str:
    """A number of bytes as "12.3 MB"."""
    return QLocale().formattedDataSize(size, 1, QLocale.DataSizeFormat.DataSizeSIFormat)


def _folders(plan: SortPlan, without: Set[Path]) -> tuple[Folder, ...]:
    pictures: dict[str, int] = defaultdict(int)
    files: dict[str, int] = defaultdict(int)
    sizes: dict[str, int] = defaultdict(int)
    for step in plan.all_steps:
        if step.source not in without:
            pictures[step.label] += not step.companion
            files[step.label] += 1
            sizes[step.label] += step.size
    return tuple(
        Folder(label, printable(folder.relative_to(plan.target)), pictures[label], files[label], sizes[label])
        for label, folder in plan.folders.items()
    )
