"""What a sorting run would do, before it does it."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QLocale, Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QTabWidget, QVBoxLayout, QWidget

from fewshot_gui.images.errors import printable
from fewshot_gui.sentences import together, translated
from fewshot_gui.sorting.plan import SortPlan, Step
from fewshot_gui.ui import theme
from fewshot_gui.ui.labels import IconLabel, muted_label
from fewshot_gui.ui.row_table import Column, RowTable
from fewshot_gui.ui.shell.language import Spoken, listed
from fewshot_gui.ui.sort.folders_table import FoldersTable, data_size

Problem = tuple[Path, str]
_MOST_NAMED = 3  # pairs of classes in the summary


class PlanView(QWidget):
    """Shows a plan: each class folder, every file's way, and what stands against it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._refusals = Sentences(self)
        self._summary = muted_label(self)
        self.folders = FoldersTable(self)
        self.files: RowTable[Step] = RowTable(self)
        self.problems: RowTable[Problem] = RowTable(self)
        self._tabs = QTabWidget(self)
        for table in (self.folders, self.files, self.problems):
            self._tabs.addTab(table, "")
        self._tabs.setDocumentMode(True)
        self._tabs.tabBar().setDrawBase(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.SPACE)
        column.addWidget(self._refusals)
        column.addWidget(self._tabs, 1)
        column.addWidget(self._summary)
        self._shown: SortPlan | None = None
        self._summarise: Callable[[], str] = str
        spoken = Spoken(self)
        spoken.say(lambda: self._show_tables(self._shown))
        spoken.say(self._say_summary)

    def wait(self, done: int = 0, total: int = 0) -> None:
        """A plan is being worked out; so many pictures of so many are looked at."""
        self._refusals.show_sentences(())
        self._summarise = partial(self._waiting, done, total)
        self._say_summary()

    def refuse(self, sentence: str) -> None:
        """There can be no plan."""
        self._show_tables(None)
        self._refusals.show_sentences((sentence,))
        self._summarise = str
        self._say_summary()

    def show_plan(self, plan: SortPlan) -> None:
        """Show it all."""
        self._refusals.show_sentences(plan.refusals)
        self._show_tables(plan)
        self._summarise = partial(self._summary_of, plan)
        self._say_summary()

    def _say_summary(self) -> None:
        self._summary.setText(self._summarise())
        self._summary.setVisible(bool(self._summary.text()))

    def _waiting(self, done: int, total: int) -> str:
        number = QLocale().toString
        text = self.tr("Working out what goes where… {done} of {total}")
        waiting = self.tr("Working out what goes where…")
        return text.format(done=number(done), total=number(total)) if total else waiting

    def _show_tables(self, plan: SortPlan | None) -> None:
        self._shown = plan
        problems = plan.problems if plan else ()
        source, target = (plan.source, plan.target) if plan else (None, None)
        number = QLocale().toString
        self.folders.show_plan(plan)
        self.files.show_rows(
            [
                Column(self.tr("From"), lambda step: _below(step.source, _above(step, source, target))),
                Column(self.tr("To"), lambda step: _below(step.target, target)),
                Column(self.tr("Why"), self._why),
                Column(self.tr("Note"), lambda step: listed(map(translated, step.note.split("; ")))),
            ],
            plan.all_steps if plan else (),
            wide=(0, 1, 3),
        )
        self.problems.show_rows([Column(self.tr("Why"), lambda row: translated(row[1]))], problems)
        names = (self.tr("Folders"), self.tr("Every file"), self.tr("Can't be sorted"))
        tables: tuple[RowTable[Any], ...] = (self.folders, self.files, self.problems)
        for place, (table, name) in enumerate(zip(tables, names, strict=True)):
            table.setAccessibleName(name)
            self._tabs.setTabText(place, name if place == 0 else f"{name}  {number(len(table.rows()))}")
        self._tabs.setTabVisible(2, bool(problems))

    def _why(self, step: Step) -> str:
        if step.picture is not None:
            return self.tr("with {picture}").format(picture=printable(Path(step.picture.name)))
        if step.said:
            return self.tr("you said so")
        return "" if step.confidence is None else self.tr("{percent} % sure").format(percent=int(100 * step.confidence))

    def _summary_of(self, plan: SortPlan) -> str:
        size = sum(step.size for step in plan.all_steps)
        parts = [self.tr("%Ln file(s), {size}.", "", len(plan.all_steps)).format(size=data_size(size))]
        parts += self._space_of(plan)
        parts += self._again_of(plan)
        if renamed := len(plan.collisions):
            parts.append(self.tr("%Ln get(s) another name, because its own is taken.", "files", renamed))
        if unfit := len(plan.unfit):
            parts.append(self.tr("%Ln get(s) another name, because the disk can't hold its own.", "files", unfit))
        if folders := len(plan.renamed_folders):
            parts.append(self.tr("%Ln folder(s) can't be called exactly like the class.", "", folders))
        if plan.left_alone:
            parts.append(self.tr("%Ln picture(s) are left alone: not sure enough or no class.", "", plan.left_alone))
        return together(*parts)

    def _space_of(self, plan: SortPlan) -> list[str]:
        """What is needed and free, on each disk that takes bytes."""
        volumes = [volume for volume in plan.space if volume.needed]
        if len(volumes) == 1:
            text = self.tr("This needs {needed} of the {free} that are free.")
        else:
            text = self.tr("This needs {needed} of the {free} that are free for {folder}.")
        return [
            text.format(needed=data_size(v.needed), free=data_size(v.free), folder=printable(v.folder)) for v in volumes
        ]

    def _again_of(self, plan: SortPlan) -> list[str]:
        """What an earlier run did, and what has changed since."""
        there = len(plan.already_there)
        parts = [self.tr("%Ln file(s) are there already.", "", there)] if there else []
        moved_on = sorted(plan.moved_on.items())
        for (old, new), count in moved_on[:_MOST_NAMED]:
            parts.append(self.tr("%Ln move(s) from {old} to {new}.", "pictures", count).format(old=old, new=new))
        if rest := sum(count for _, count in moved_on[_MOST_NAMED:]):
            parts.append(self.tr("%Ln move(s) between other classes.", "pictures", rest))
        return parts


class Sentences(QWidget):
    """Sentences that say what is wrong, each with a warning sign; nothing at all if there are none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._said: tuple[str, ...] = ()
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
        Spoken(self).say(self._say)
        self.hide()

    def text(self) -> str:
        """What is said."""
        return self._text.text()

    def show_sentences(self, sentences: tuple[str, ...]) -> None:
        """Say these."""
        self._said = sentences
        self._say()
        self.setVisible(bool(sentences))

    def _say(self) -> None:
        self._text.setText("\n".join(map(translated, self._said)))


def _below(path: Path, folder: Path | None) -> str:
    """The path as seen from `folder`; whole if it is not below it."""
    return printable(path.relative_to(folder) if folder is not None and path.is_relative_to(folder) else path)


def _above(step: Step, source: Path | None, target: Path | None) -> Path | None:
    """The folder from which the step's source is told: what moves on lies in the target."""
    inside = target is not None and step.was and step.source.is_relative_to(target)
    return target.parent if inside and target is not None else source
