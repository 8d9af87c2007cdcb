"""A project is damaged: what happened, which backups there are, and the ways to go on."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QDateTime, QLocale, Qt
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from fewshot_gui.images.errors import printable
from fewshot_gui.paths import data_folder
from fewshot_gui.project.backups import Backup, backups_of, restore, set_aside
from fewshot_gui.project.salvage import SalvageCancelled, Salvaged, salvage
from fewshot_gui.sentences import translated
from fewshot_gui.ui import theme
from fewshot_gui.ui.labels import muted_label, title_label
from fewshot_gui.ui.row_table import Column, RowTable
from fewshot_gui.ui.shell.language import listed
from fewshot_gui.workers.tasks import Task, Tasks


class RecoveryDialog(QDialog):
    """Accepted once the project can be opened again (or made anew), under the name it had.

    Whatever is chosen, the damaged file is kept beside it under another name.
    """

    def __init__(self, project: Path, tasks: Tasks, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._project = project.resolve()
        self._tasks = tasks
        self._task: Task | None = None
        self.setWindowTitle(self.tr("Damaged project"))

        self._title = title_label(self)
        damaged = self.tr("The project “{name}” is damaged and can’t be opened.")
        self._title.setText(damaged.format(name=printable(Path(project.stem))))
        kept = self.tr(
            "Your pictures are not affected. Choose how to go on. Whatever you choose, the damaged file is kept beside "
            "the project under another name."
        )
        where = muted_label(self)
        where.setText(printable(self._project))
        where.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._problem = _paragraph(self, "")
        self._problem.hide()

        self.table: RowTable[Backup] = RowTable(self)
        self.table.setAccessibleName(self.tr("Backups"))
        self._no_backups = _paragraph(self, self.tr("Looking for backups…"))
        choose = QWidget(self)
        column = QVBoxLayout(choose)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._no_backups)
        column.addWidget(self.table, 1)

        self._bar = QProgressBar(self)
        self._bar.setAccessibleName(self.tr("Progress"))
        working = QWidget(self)
        column = QVBoxLayout(working)
        column.addStretch()
        column.addWidget(_paragraph(working, self.tr("Working on it. The damaged file is only read.")))
        column.addWidget(self._bar)
        column.addStretch()

        self.report = _paragraph(self, "")
        self.report.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._pages = QStackedWidget(self)
        for page in (choose, working, self.report):
            self._pages.addWidget(page)

        self.restore_button = self._button(self.tr("&Restore this backup"), self._restore)
        self.salvage_button = self._button(self.tr("&Save what can be read"), self._salvage)
        self.salvage_button.setToolTip(self.tr("Reads the damaged file row by row, and says what is lost"))
        self.new_button = self._button(self.tr("Start a &new project"), self._start_new)
        self.open_button = self._button(self.tr("&Open the project"), self.accept)
        self.close_button = self._button(self.tr("Cancel"), self.reject)
        self._ways = (self.restore_button, self.salvage_button, self.new_button)
        row = QHBoxLayout()
        row.setSpacing(theme.SPACE)
        for button in self._ways:
            row.addWidget(button)
        row.addStretch()
        row.addWidget(self.close_button)
        row.addWidget(self.open_button)

        whole = QVBoxLayout(self)
        whole.setContentsMargins(*[2 * theme.SPACE] * 4)
        whole.setSpacing(2 * theme.SPACE)
        told = QVBoxLayout()
        told.setSpacing(theme.SPACE)
        self._kept = _paragraph(self, kept)
        for paragraph in (self._title, where, self._kept, self._problem):
            told.addWidget(paragraph)
        whole.addLayout(told)
        whole.addWidget(self._pages, 1)
        whole.addLayout(row)
        self.resize(88 * theme.SPACE, 52 * theme.SPACE)
        self._show_page(0)
        self._list([])
        self._no_backups.setText(self.tr("Looking for backups…"))
        tasks.run(lambda _: backups_of(self._project), self._list)

    def _button(self, text: str, clicked: Callable[[], object]) -> QPushButton:
        button = QPushButton(text, self)
        button.clicked.connect(lambda: clicked())
        return button

    def _list(self, backups: list[Backup]) -> None:
        number = QLocale().toString
        self.table.show_rows(
            [
                Column(self.tr("Backup of"), _when),
                Column(self.tr("Classes"), lambda backup: number(backup.classes), is_number=True),
                Column(self.tr("Examples"), lambda backup: number(backup.examples), is_number=True),
                Column(self.tr("Pictures"), lambda backup: number(backup.pictures), is_number=True),
            ],
            backups,
        )
        self.table.setVisible(bool(backups))
        self._no_backups.setVisible(not backups)
        self._no_backups.setText(self.tr("There are no backups of this project."))
        self.restore_button.setEnabled(bool(backups))
        if backups:
            self.table.setCurrentIndex(self.table.model().index(0, 0))
            self.table.setFocus()
        (self.restore_button if backups else self.salvage_button).setDefault(True)

    # --- the ways

    def _restore(self) -> None:
        backup = self.table.row()
        if backup is not None:
            self._work(lambda _: restore(backup.path, self._project), lambda aside: self._restored(backup, aside))

    def _restored(self, backup: Backup, aside: Path) -> None:
        text = self.tr("The backup of {when} is in place. What you did after it is not in it.")
        self._done([text.format(when=_when(backup))], aside)

    def _salvage(self) -> None:
        def work(task: Task) -> tuple[Salvaged, Path]:
            data_folder().mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(prefix="salvaged-", dir=data_folder()) as scratch:
                result = Path(scratch) / self._project.name
                saved = salvage(self._project, result, task.progress, task.cancelled)
                return saved, restore(result, self._project)

        self._work(work, lambda result: self._done(self._told(result[0]), result[1]))

    def _told(self, saved: Salvaged) -> list[str]:
        counts = (
            self.tr("%Ln class(es)", "", saved.classes),
            self.tr("%Ln example(s)", "", saved.examples),
            self.tr("%Ln picture(s)", "", saved.pictures),
        )
        lines = [self.tr("Saved: {things}.").format(things=listed(counts))]
        lost = {
            "classes": self.tr("up to %Ln class(es)", "", saved.lost.get("classes", 0)),
            "human_labels": self.tr("up to %Ln example(s)", "", saved.lost.get("human_labels", 0)),
            "pictures": self.tr(
                "up to %Ln picture(s), which will be found in the folder again", "", saved.lost.get("pictures", 0)
            ),
        }
        named = [text for table, text in lost.items() if saved.lost.get(table)]
        if named:
            lines.append(self.tr("Lost: {things}.").format(things=listed(named)))
        else:
            lines.append(self.tr("None of your classes and examples are known to be lost."))
        lines.append(self.tr("What could be undone is forgotten; the program’s answers are worked out anew."))
        return lines

    def _start_new(self) -> None:
        self._work(lambda _: set_aside(self._project), lambda aside: self._done([self.tr("You begin anew.")], aside))

    def _work(self, work: Callable[[Task], object], then: Callable[..., None]) -> None:
        def finished(result: object) -> None:
            self._task = None
            then(result)

        def failed(error: Exception) -> None:
            self._task = None
            self._show_page(0)
            self._problem.setText("" if isinstance(error, SalvageCancelled) else translated(str(error)))
            self._problem.setVisible(bool(self._problem.text()))

        self._problem.hide()
        self._bar.setRange(0, 0)
        self._show_page(1)
        self._task = self._tasks.run(work, finished, failed, self._show_progress)

    def _show_progress(self, done: int, total: int) -> None:
        self._bar.setRange(0, total)
        self._bar.setValue(done)

    def _done(self, lines: list[str], aside: Path) -> None:
        kept = self.tr("The damaged file is kept as “{name}”.").format(name=printable(Path(aside.name)))
        ready = self.tr("The project “{name}” can be opened.")
        self._title.setText(ready.format(name=printable(Path(self._project.stem))))
        self._kept.hide()
        self.report.setText("\n\n".join([*lines, kept]))
        self._show_page(2)
        self.open_button.setDefault(True)
        self.open_button.setFocus()

    def _show_page(self, page: int) -> None:
        self._pages.setCurrentIndex(page)
        for button in self._ways:
            button.setVisible(page < 2)
            button.setEnabled(page == 0 and (button is not self.restore_button or bool(self.table.rows())))
        self.open_button.setVisible(page == 2)
        self.close_button.setVisible(page < 2)

    def reject(self) -> None:
        """Escape and Cancel: stop the work at hand; without any, go without a change."""
        if self._task is not None:
            self._task.cancel()
        elif self._pages.currentIndex() == 2:
            self.accept()  # the damaged file has its new name already
        else:
            super().reject()


def rescue(project: Path) -> bool:
    """Ask, before there is a window, how to go on with a damaged project; whether it can be opened now."""
    tasks = Tasks()
    try:
        return RecoveryDialog(project, tasks).exec() == QDialog.DialogCode.Accepted
    finally:
        tasks.stop()


def _when(backup: Backup) -> str:
    return QLocale().toString(QDateTime.fromSecsSinceEpoch(int(backup.made_at)), QLocale.FormatType.ShortFormat)


def _paragraph(parent: QWidget, text: str) -> QLabel:
    label = QLabel(text, parent)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    return label
