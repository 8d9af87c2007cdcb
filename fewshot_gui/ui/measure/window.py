"""The Measures window: five views of how well the machine does. Imports pyqtgraph: only when first opened."""

from __future__ import annotations

import enum
from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QCloseEvent, QPalette
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from fewshot_gui.measures import Population, Verdicts
from fewshot_gui.sentences import together
from fewshot_gui.state import ClassInfo
from fewshot_gui.ui import theme
from fewshot_gui.ui.chip import Chip
from fewshot_gui.ui.labels import ElidedLabel
from fewshot_gui.ui.measure.coverage import CoverageTab
from fewshot_gui.ui.measure.loss import LossTab
from fewshot_gui.ui.measure.losses import Losses
from fewshot_gui.ui.measure.map import MapTab
from fewshot_gui.ui.measure.map_card import MapCard
from fewshot_gui.ui.measure.matrix import MatrixTab
from fewshot_gui.ui.measure.per_class import PerClassTab


class Source(enum.Enum):
    """Which pictures are counted."""

    ANSWERS = "answers"  # what the machine had said when a person judged a picture
    EXAMPLES = "examples"  # what it says of each example when it has not been shown it


class MeasuresWindow(QWidget):
    """Shows numbers; where they come from is up to the flow."""

    source_chosen = Signal(object)
    """Source"""
    count_wanted = Signal()
    """Count the examples again."""
    cancel_wanted = Signal()
    tab_changed = Signal()
    closed = Signal()

    def __init__(self, losses: Losses, describe: Callable[[int], MapCard.Content]) -> None:
        super().__init__()
        self.matrix = MatrixTab()
        self.per_class = PerClassTab()
        self.coverage = CoverageTab()
        self.loss = LossTab(losses)
        self.map = MapTab(describe)
        self.tabs = QTabWidget(self)
        self.tabs.setDocumentMode(True)
        self.tabs.tabBar().setDrawBase(False)
        for tab in (self.matrix, self.per_class, self.coverage, self.loss, self.map):
            self.tabs.addTab(tab, "")
        self._counts = {Source.ANSWERS: 0, Source.EXAMPLES: 0}
        self._is_stale, self._alone = False, 0
        self._source_row = self._make_source_row()
        self._status = ElidedLabel(self, tint="muted")
        self._status.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.SPACE, theme.SPACE, theme.SPACE, 2 * theme.SPACE)
        column.setSpacing(theme.SPACE)
        column.addWidget(self.tabs, 1)
        column.addWidget(self._source_row)
        said = QHBoxLayout()
        said.setContentsMargins(2 * theme.SPACE, 0, 2 * theme.SPACE, 0)
        said.addWidget(self._status)
        column.addLayout(said)
        self.tabs.currentChanged.connect(self._on_tab)
        self._name_everything()
        self._on_tab()
        self.resize(120 * theme.SPACE, 80 * theme.SPACE)

    def _make_source_row(self) -> QWidget:
        row = QWidget(self)
        self._ask = QLabel(row)
        self._ask.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.sources = {source: Chip(row) for source in Source}
        group = QButtonGroup(row)
        for source, button in self.sources.items():
            button.setCheckable(True)
            group.addButton(button)
            button.clicked.connect(lambda _checked, source=source: self._choose(source))
        self.sources[Source.ANSWERS].setChecked(True)
        self.progress = QProgressBar(row)
        self.progress.setTextVisible(False)
        self.progress.setMaximumWidth(20 * theme.SPACE)
        self._note = ElidedLabel(row, tint="muted")
        self.cancel = QPushButton(row)
        self.again = QPushButton(row)
        self.cancel.clicked.connect(self.cancel_wanted)
        self.again.clicked.connect(self.count_wanted)
        line = QHBoxLayout(row)
        line.setContentsMargins(2 * theme.SPACE, 0, 2 * theme.SPACE, 0)
        line.setSpacing(theme.SPACE)
        line.addWidget(self._ask)
        for button in self.sources.values():
            line.addWidget(button)
        line.addWidget(self._note, 1)
        line.addStretch()
        for widget in (self.progress, self.cancel, self.again):
            line.addWidget(widget)
            widget.hide()
        return row

    # --- what is shown

    @property
    def source(self) -> Source:
        """Which pictures the person wants counted."""
        return next(source for source, button in self.sources.items() if button.isChecked())

    def show_verdicts(self, verdicts: Verdicts, population: Population, classes: Sequence[ClassInfo]) -> None:
        """Show these judged pictures, in the tab that is looked at."""
        tab = self.tabs.currentWidget()
        if tab is self.matrix:
            self.matrix.show_verdicts(verdicts, classes)
        elif tab is self.per_class:
            self.per_class.show_verdicts(verdicts, classes)
        elif tab is self.coverage:
            self.coverage.show_verdicts(verdicts, population)

    def show_counts(self, answers: int, examples: int, alone: int, is_stale: bool) -> None:
        """How many pictures each source has; alone: examples that can't be left out; is_stale: examples were counted
        before the latest answer."""
        self._counts = {Source.ANSWERS: answers, Source.EXAMPLES: examples}
        self._is_stale, self._alone = is_stale, alone
        for source, count in self._counts.items():
            self.sources[source].set_count(count)
        self._say()

    def show_progress(self, done: int, total: int) -> None:
        """Examples are being left out, one by one."""
        self.progress.setRange(0, total)
        self.progress.setValue(done)
        self.progress.show()
        self.cancel.show()
        self.again.hide()
        counting = self.tr("Leaving out example {done} of {total}") if total else self.tr("Waiting for the machine")
        self._note.set_text(counting.format(done=min(done + 1, total), total=total))

    def stop_progress(self) -> None:
        """All are counted, or it was stopped."""
        self.progress.hide()
        self.cancel.hide()
        self._say()

    def say(self, sentence: str) -> None:
        """What has just happened, below everything."""
        self._status.set_text(sentence)
        self._status.setVisible(bool(sentence))

    def measures_answers(self) -> bool:
        """Whether the tab that is looked at counts judged pictures."""
        return self.tabs.currentWidget() in (self.matrix, self.per_class, self.coverage)

    # --- inside

    def _choose(self, source: Source) -> None:
        self._say()
        self.source_chosen.emit(source)

    def _on_tab(self) -> None:
        self._source_row.setVisible(self.measures_answers())
        self.tab_changed.emit()

    def _say(self) -> None:
        if not self.progress.isHidden():
            return
        answers = self._counts[Source.ANSWERS]
        if self.source is Source.ANSWERS:
            self.again.hide()
            if answers:
                text = self.tr(
                    "%Ln answer(s) so far. Doubtful ones weigh more than in the folder.",
                    "",
                    answers,
                )
            else:
                text = self.tr("No answers yet.")
        elif not self._counts[Source.EXAMPLES]:
            text = self.tr("Not counted yet.")
            self.again.show()
        else:
            text = self.tr("%Ln example(s), each judged without itself.", "", self._counts[Source.EXAMPLES])
            if self._alone:
                text = together(text, self.tr("%Ln stand(s) alone in a class.", "", self._alone))
            if self._is_stale:
                text = together(text, self.tr("Counted before your latest answer."))
            self.again.setVisible(self._is_stale)
        self._note.set_text(text)

    def closeEvent(self, event: QCloseEvent) -> None:
        super().closeEvent(event)
        self.closed.emit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._name_everything()

    def _name_everything(self) -> None:
        self.setWindowTitle(self.tr("Measures") + " – Fewshot GUI")
        self.tabs.setAccessibleName(self.tr("Measures"))
        titles = (
            self.tr("Confusion matrix"),
            self.tr("Precision and recall"),
            self.tr("Coverage and error"),
            self.tr("Loss"),
            self.tr("Map"),
        )
        for place, title in enumerate(titles):
            self.tabs.setTabText(place, title)
        self._ask.setText(self.tr("Counted:"))
        self.sources[Source.ANSWERS].set_name(self.tr("Your answers"))
        self.sources[Source.ANSWERS].setToolTip(self.tr("What the machine had said of each picture when you judged it"))
        self.sources[Source.EXAMPLES].set_name(self.tr("Examples left out"))
        self.sources[Source.EXAMPLES].setToolTip(
            self.tr("Each example is judged by a network that was not shown it: fair, but slow with many examples")
        )
        self.progress.setAccessibleName(self.tr("Examples left out so far"))
        self.cancel.setText(self.tr("Cancel"))
        self.again.setText(self.tr("Count"))
        self._say()
