"""Sorting, in one dialog: where to and how, the plan, progress, and the result with its undo. It does none of it
itself."""

from __future__ import annotations

import os
from pathlib import Path

from PySide6.QtCore import QAbstractTableModel, QLocale, QModelIndex, QPersistentModelIndex, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QCloseEvent, QDesktopServices
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QSpinBox,
    QStackedWidget,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from fewshot_gui.images.errors import printable
from fewshot_gui.sorting.apply import RunResult
from fewshot_gui.sorting.plan import Action, SortPlan
from fewshot_gui.sorting.undo import UndoResult
from fewshot_gui.ui import theme

PLAN_AFTER_MS = 300
"""A plan is asked for when nothing has been typed for this long."""
Index = QModelIndex | QPersistentModelIndex


class SortDialog(QDialog):
    """Signals carry the person's wishes; the slots show what came of them."""

    plan_requested = Signal(object, object, float)
    """Path target, Action, least confidence 0..1"""
    apply_requested = Signal(object)
    """SortPlan"""
    cancel_requested = Signal()
    undo_requested = Signal(str)
    """run id"""

    def __init__(self, target: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._plan: SortPlan | None = None
        self._result: RunResult | None = None
        self._working = False
        self.setWindowTitle(self.tr("Sort into folders"))
        self.resize(90 * theme.SPACE, 72 * theme.SPACE)
        self._ask = QTimer(self, interval=PLAN_AFTER_MS, singleShot=True)
        self._ask.timeout.connect(self.ask_for_plan)
        self.pages = QStackedWidget()
        self.pages.addWidget(self._choices(target))
        self.pages.addWidget(self._progress())
        self.pages.addWidget(self._outcome())
        column = QVBoxLayout(self)
        margin = 2 * theme.SPACE
        column.setContentsMargins(margin, margin, margin, margin)
        column.addWidget(self.pages)

    # --- the three pages

    def _choices(self, target: Path) -> QWidget:
        page = QWidget()
        self.target = QLineEdit(os.fsdecode(target))
        self.target.setAccessibleName(self.tr("Folder to sort into"))
        browse = QPushButton(self.tr("Choose…"))
        browse.clicked.connect(self._browse)
        where = QHBoxLayout()
        where.addWidget(self.target, 1)
        where.addWidget(browse)
        self.action = QComboBox()
        self.action.setAccessibleName(self.tr("What to do"))
        for action, text in (
            (Action.COPY, self.tr("Copy – the originals stay where they are")),
            (Action.MOVE, self.tr("Move – the originals go into the class folders")),
            (Action.HARDLINK, self.tr("Hard link – a second name, takes no space")),
            (Action.SYMLINK, self.tr("Symbolic link – points to the original")),
        ):
            self.action.addItem(text, action)
        self.least = QSpinBox(minimum=0, maximum=100, suffix=" %")
        self.least.setAccessibleName(self.tr("Least confidence"))
        self.least.setToolTip(self.tr("Pictures that the program is less sure of are left where they are."))
        form = QFormLayout()
        form.setSpacing(theme.SPACE)
        form.addRow(self.tr("Sort into"), where)
        form.addRow(self.tr("Action"), self.action)
        form.addRow(self.tr("Sure at least"), self.least)
        self.summary = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self.refusals = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self.refusals.setObjectName("refusals")
        self.refusals.hide()
        self.steps = PlanTable(self)
        self.table = QTableView()
        self.table.setModel(self.steps)
        self.table.setAccessibleName(self.tr("Plan, file by file"))
        self.table.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        self.table.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.table.setWordWrap(False)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(3 * theme.SPACE + 4)
        self.table.setTabKeyNavigation(False)
        header = self.table.horizontalHeader()
        for column, mode in enumerate([QHeaderView.ResizeMode.Stretch] * 2 + [QHeaderView.ResizeMode.ResizeToContents]):
            header.setSectionResizeMode(column, mode)
        self.sort = QPushButton(self.tr("Sort"))
        self.sort.setDefault(True)
        self.sort.setEnabled(False)
        self.sort.clicked.connect(self._apply)
        cancel = QPushButton(self.tr("Close"))
        cancel.clicked.connect(self.reject)
        self.target.textChanged.connect(lambda _: self._wait_for_plan())
        self.action.currentIndexChanged.connect(lambda _: self._wait_for_plan())
        self.least.valueChanged.connect(lambda _: self._wait_for_plan())
        return _page(page, form, self.refusals, self.summary, self.table, _buttons(cancel, self.sort))

    def _progress(self) -> QWidget:
        page = QWidget()
        self.doing = QLabel(self.tr("Sorting…"))
        self.bar = QProgressBar()
        self.bar.setAccessibleName(self.tr("Progress"))
        self.stop = QPushButton(self.tr("Cancel"))
        self.stop.clicked.connect(self.cancel_requested)
        note = QLabel(self.tr("Every step is written down first. Whatever happens, no picture is lost."), wordWrap=True)
        note.setForegroundRole(note.palette().ColorRole.PlaceholderText)
        return _page(page, None, self.doing, self.bar, note, None, _buttons(self.stop))

    def _outcome(self) -> QWidget:
        page = QWidget()
        self.result_text = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self.failures = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self.failures.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.undo = QPushButton(self.tr("Undo this run"))
        self.undo.setIcon(theme.icon("undo"))
        self.undo.clicked.connect(self._undo)
        self.open_target = QPushButton(self.tr("Open the folder"))
        self.open_target.clicked.connect(self._open)
        self.done_button = QPushButton(self.tr("Done"))
        self.done_button.clicked.connect(self.accept)
        return _page(
            page, None, self.result_text, self.failures, None, _buttons(self.undo, self.open_target, self.done_button)
        )

    # --- the person's wishes

    def _browse(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, self.tr("Sort into"), self.target.text())
        if folder:
            self.target.setText(folder)

    def _wait_for_plan(self) -> None:
        self._plan = None
        self.sort.setEnabled(False)
        self._ask.start()

    def ask_for_plan(self) -> None:
        """Ask for the plan of what is chosen now."""
        self._ask.stop()
        text = self.target.text().strip()
        if not text:
            self._refuse([self.tr("Choose a folder to sort into.")])
            return
        self.summary.setText(self.tr("Working out the plan…"))
        self.plan_requested.emit(Path(text), self.action.currentData(), self.least.value() / 100)

    def _apply(self) -> None:
        if self._plan is not None and not self._plan.refusals:
            self._working = True
            self.doing.setText(self.tr("Sorting…"))
            self.pages.setCurrentIndex(1)
            self.stop.setFocus()
            self.apply_requested.emit(self._plan)

    def _undo(self) -> None:
        if self._result is not None:
            self._working = True
            self.doing.setText(self.tr("Undoing…"))
            self.pages.setCurrentIndex(1)
            self.undo_requested.emit(self._result.run_id)

    def _open(self) -> None:
        if self._plan is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._plan.target)))

    # --- what came of them

    def show_plan(self, plan: SortPlan) -> None:
        """Show a plan; one that is no longer what is chosen is passed over."""
        wanted = Path(os.path.abspath(self.target.text().strip()))  # noqa: PTH100 - as the plan has it, links and all
        if plan.target != wanted or plan.action != self.action.currentData():
            return
        self._plan = plan
        self.steps.show_plan(plan)
        self._refuse(list(plan.refusals))
        locale = QLocale()
        lines = [
            self.tr("%n picture(s) to {name}", "", count).format(name=printable(plan.folders[label]))
            for label, count in sorted(plan.counts.items(), key=lambda pair: -pair[1])[:8]
        ]
        if len(plan.counts) > 8:
            lines.append(self.tr("… and %n more class(es)", "", len(plan.counts) - 8))
        facts = []
        if plan.left_alone:
            facts.append(self.tr("%n left where they are", "", plan.left_alone))
        if plan.already_there:
            facts.append(self.tr("%n there already", "", len(plan.already_there)))
        if plan.collisions:
            facts.append(self.tr("%n renamed, for the name is taken", "", len(plan.collisions)))
        if plan.problems:
            facts.append(self.tr("%n can't be sorted", "", len(plan.problems)))
        size, free = locale.formattedDataSize(plan.needed_bytes), locale.formattedDataSize(plan.free_bytes)
        facts.append(self.tr("{size} needed, {free} free").format(size=size, free=free))
        self.summary.setText("\n".join([*lines, " · ".join(facts)]))
        self.sort.setEnabled(not plan.refusals)
        text = self.tr("Sort %n file(s)", "", len(plan.steps)) if plan.steps else self.tr("Sort")
        self.sort.setText(text)

    def _refuse(self, sentences: list[str]) -> None:
        self.refusals.setText("\n".join(sentences))
        self.refusals.setVisible(bool(sentences))
        self.refusals.setStyleSheet(f"color: {theme.colour('danger').name()}")

    def show_progress(self, done: int, total: int) -> None:
        """How many files are done."""
        self.bar.setMaximum(total)
        self.bar.setValue(done)

    def show_result(self, result: RunResult) -> None:
        """The run is over."""
        self._working, self._result = False, result
        text = self.tr("%n file(s) sorted.", "", result.done)
        if result.cancelled:
            text += " " + self.tr("You stopped it; the others are where they were.")
        if result.stopped:
            text += " " + result.stopped
        self._show_outcome(text, result.failed)
        self.undo.setEnabled(result.done > 0)

    def show_undone(self, result: UndoResult) -> None:
        """The run was taken back."""
        self._working = False
        self._show_outcome(self.tr("%n file(s) are back as they were.", "", result.restored), result.left)
        self.undo.setEnabled(bool(result.left))

    def _show_outcome(self, text: str, failures: tuple[tuple[Path, str], ...]) -> None:
        lines = [f"{printable(path)}: {why}" for path, why in failures[:12]]
        if len(failures) > 12:
            lines.append(self.tr("… and %n more", "", len(failures) - 12))
        self.result_text.setText(text)
        self.failures.setText("\n".join(lines))
        self.pages.setCurrentIndex(2)
        self.done_button.setFocus()

    def reject(self) -> None:
        """Escape or the close button: work under way is cancelled, and its result shown, before the dialog goes."""
        if self._working:
            self.cancel_requested.emit()
        else:
            super().reject()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._working:
            event.ignore()
            self.cancel_requested.emit()
        else:
            super().closeEvent(event)


class PlanTable(QAbstractTableModel):
    """Every step of a plan: from, to, note."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._plan: SortPlan | None = None

    def show_plan(self, plan: SortPlan) -> None:
        self.beginResetModel()
        self._plan = plan
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() or self._plan is None else len(self._plan.steps)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else 3

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return (self.tr("From"), self.tr("To"), self.tr("Note"))[section]
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if self._plan is None or role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return None
        step = self._plan.steps[index.row()]
        if role == Qt.ItemDataRole.ToolTipRole:
            return (printable(step.source), printable(step.target), step.note)[index.column()]
        inside = self._plan.source is not None and step.source.is_relative_to(self._plan.source)
        source = step.source.relative_to(self._plan.source) if inside and self._plan.source else step.source
        return (printable(source), printable(step.target.relative_to(self._plan.target)), step.note)[index.column()]


def _page(page: QWidget, form: QFormLayout | None, *parts: QWidget | QHBoxLayout | None) -> QWidget:
    """A column of parts; None is where free space goes."""
    column = QVBoxLayout(page)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(theme.SPACE * 3 // 2)
    if form is not None:
        column.addLayout(form)
    for part in parts:
        if part is None:
            column.addStretch()
        elif isinstance(part, QHBoxLayout):
            column.addLayout(part)
        else:
            column.addWidget(part, 1 if isinstance(part, QTableView) else 0)
    return page


def _buttons(*buttons: QPushButton) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(theme.SPACE)
    row.addStretch()
    for button in buttons:
        row.addWidget(button)
    return row
