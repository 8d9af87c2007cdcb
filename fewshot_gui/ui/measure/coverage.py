"""How much the machine files, against how often it errs; and whether it is right as often as it is sure."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QLocale, Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QSizePolicy, QSlider, QWidget

from fewshot_gui.measures import Filed, Population, Reliability, Verdicts, coverage, filed_at, reliability, wilson
from fewshot_gui.sentences import together
from fewshot_gui.ui import theme
from fewshot_gui.ui.labels import heading_label
from fewshot_gui.ui.measure.plot import MARGIN, PercentAxis, Plot, faint, pen

FIRST_LEAST = 90
LEAST_ERROR_SHOWN = 0.05


class CoverageTab(QWidget):
    """A sentence, the curve, and the machine's frankness; a slider for how sure it has to be."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._verdicts: Verdicts | None = None
        self._population = Population(np.empty(0), 0)
        self._sentence = QLabel(self, wordWrap=True)
        self._ask = QLabel(self)
        self._value = QLabel(self)
        self.slider = QSlider(Qt.Orientation.Horizontal, self)
        self.slider.setRange(0, 100)
        self.slider.setValue(FIRST_LEAST)
        self.slider.setPageStep(5)
        self.slider.setMaximumWidth(40 * theme.SPACE)
        self.slider.valueChanged.connect(self._say)
        self._ask.setBuddy(self.slider)
        self.curve = _Curve(self)
        self.frankness = _Frankness(self)
        self._headings = (heading_label(self), heading_label(self))
        row = QHBoxLayout()
        row.setSpacing(theme.SPACE)
        row.addWidget(self._ask)
        row.addWidget(self.slider, 1)
        row.addWidget(self._value)
        row.addStretch()
        grid = QGridLayout(self)
        grid.setContentsMargins(*[2 * theme.SPACE] * 4)
        grid.setSpacing(theme.SPACE)
        grid.addLayout(row, 0, 0, 1, 2)
        grid.addWidget(self._sentence, 1, 0, 1, 2)
        for place, (heading, plot) in enumerate(zip(self._headings, (self.curve, self.frankness), strict=True)):
            plot.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
            grid.addWidget(heading, 2, place)
            grid.addWidget(plot, 3, place)
        grid.setRowStretch(3, 1)
        grid.setColumnStretch(0, 3)
        grid.setColumnStretch(1, 2)
        self._name_everything()

    def show_verdicts(self, verdicts: Verdicts, population: Population) -> None:
        """Show these judged pictures, among this folder."""
        self._verdicts, self._population = verdicts, population
        curve = coverage(verdicts, population)
        self.curve.show_curve(curve.share, curve.error, curve.low, curve.high)
        self.frankness.show_groups(reliability(verdicts))
        self._say()

    def sentence(self) -> str:
        """What the curve says at the slider's place."""
        return self._sentence.text()

    def _say(self) -> None:
        least = self.slider.value()
        self._value.setText(f"{least} %")
        if self._verdicts is None or not self._verdicts.is_filed.any():
            self.curve.mark(None)
            self._sentence.setText(
                self.tr("Nothing counted yet. Judge some pictures: each answer tells whether the machine was right.")
            )
            return
        filed = filed_at(self._verdicts, self._population, least / 100)
        self.curve.mark(filed)
        locale = QLocale()
        first = self.tr(
            "If the machine files only what it is at least {least} % sure of, it files {share} % of the pictures."
        ).format(least=least, share=locale.toString(100 * filed.share, "f", 0))
        if not filed.answers:
            second = self.tr("None that you judged is among them, so nobody knows yet how many would be wrong.")
        else:
            low, high = (100 * float(end) for end in wilson(filed.wrong, filed.answers))
            second = self.tr(
                "Of {answers} that you judged there, {wrong} were wrong: "
                "an error of {low} to {high} %, with 95 % certainty."
            ).format(
                answers=locale.toString(filed.answers),
                wrong=locale.toString(filed.wrong),
                low=locale.toString(low, "f", 0),
                high=locale.toString(high, "f", 0),
            )
        self._sentence.setText(together(first, second))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._name_everything()

    def _name_everything(self) -> None:
        self._ask.setText(self.tr("File what the machine is at least this sure of:"))
        self.slider.setAccessibleName(self.tr("How sure the machine has to be, in percent"))
        names = (self.tr("Wrong among the filed, against how many are filed"), self.tr("Right as often as it is sure?"))
        for heading, plot, name in zip(self._headings, (self.curve, self.frankness), names, strict=True):
            heading.setText(name)
            plot.setAccessibleName(name)
        self.curve.set_titles(self.tr("Pictures filed"), self.tr("Wrong among them"))
        self.frankness.set_titles(self.tr("How sure it was"), self.tr("How often it was right"))
        self.curve.setToolTip(self.tr("The band is the 95 % interval: with few answers it is wide."))
        self.frankness.setToolTip(
            self.tr("On the dashed line the machine is right as often as it says; below it, it promises too much.")
        )
        self._say()


class _Percent(Plot):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.getPlotItem().setAxisItems({"bottom": PercentAxis("bottom"), "left": PercentAxis("left")})
        self.hideButtons()
        self.show_colours()


class _Curve(_Percent):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._low, self._high = (pg.PlotDataItem() for _ in range(2))
        self._band = pg.FillBetweenItem(self._low, self._high)
        self._line = pg.PlotDataItem(antialias=True)
        self._dot = pg.ScatterPlotItem(size=12)
        for item in (self._band, self._low, self._high, self._line, self._dot):
            self.addItem(item)
        self.setXRange(0, 1, padding=MARGIN)
        self.setYRange(0, 1, padding=MARGIN)
        self.draw_again()

    def show_curve(self, share: np.ndarray, error: np.ndarray, low: np.ndarray, high: np.ndarray) -> None:
        # Steps: between two answers nothing is known, so the curve stays where it is.
        self._line.setData(share, error)
        self._low.setData(share, low)
        self._high.setData(share, high)
        top = max(float(np.median(high)), float(error.max()), LEAST_ERROR_SHOWN) if len(share) else 1.0
        self.setYRange(0, min(1.0, 1.15 * top), padding=MARGIN)

    def mark(self, filed: Filed | None) -> None:
        if filed is None or not filed.answers:
            self._dot.setData([], [])
        else:
            self._dot.setData([filed.share], [filed.wrong / filed.answers])

    def draw_again(self) -> None:
        if hasattr(self, "_dot"):
            accent = theme.colour("accent")
            self._line.setPen(pen(accent))
            self._band.setBrush(faint(accent))
            for edge in (self._low, self._high):
                edge.setPen(None)
            self._dot.setPen(pen(theme.colour("card")))
            self._dot.setBrush(accent)


class _Frankness(_Percent):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._shown: Reliability | None = None
        self._ideal = pg.PlotDataItem([0, 1], [0, 1], antialias=True)
        self._whiskers = pg.ErrorBarItem(x=np.zeros(0), y=np.zeros(0), top=np.zeros(0), bottom=np.zeros(0), beam=0.02)
        self._dots = pg.ScatterPlotItem(size=9)
        for item in (self._ideal, self._whiskers, self._dots):
            self.addItem(item)
        self.setXRange(0, 1, padding=2 * MARGIN)  # room for the last label
        self.setYRange(0, 1, padding=MARGIN)
        self.draw_again()

    def show_groups(self, groups: Reliability) -> None:
        x, y = groups.confidence, groups.right
        self._whiskers.setData(x=x, y=y, top=groups.high - y, bottom=y - groups.low)
        self._dots.setData(x, y)

    def draw_again(self) -> None:
        if hasattr(self, "_dots"):
            self._ideal.setPen(pen(theme.colour("muted"), 1, Qt.PenStyle.DashLine))
            self._whiskers.setData(pen=pen(theme.colour("accent"), 1.5))
            self._dots.setPen(None)
            self._dots.setBrush(theme.colour("accent"))
