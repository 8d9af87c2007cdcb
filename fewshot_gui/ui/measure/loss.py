"""The loss of the adaptation under way, step by step, and where the last ones ended."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QLocale
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QWidget

from fewshot_gui.ui import theme
from fewshot_gui.ui.labels import heading_label
from fewshot_gui.ui.measure.losses import Losses
from fewshot_gui.ui.measure.plot import MARGIN, Plot, WholeAxis, pen


class LossTab(QWidget):
    """Follows the adaptation live."""

    def __init__(self, losses: Losses, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._losses = losses
        self._sentence = QLabel(self)
        self._sentence.setWordWrap(True)
        self.curve = _Line(dots=False, parent=self)
        self.history = _Line(dots=True, parent=self)
        self._headings = (heading_label(self), heading_label(self))
        grid = QGridLayout(self)
        grid.setContentsMargins(*[2 * theme.SPACE] * 4)
        grid.setSpacing(theme.SPACE)
        grid.addWidget(self._sentence, 0, 0, 1, 2)
        for place, (heading, plot) in enumerate(zip(self._headings, (self.curve, self.history), strict=True)):
            plot.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
            grid.addWidget(heading, 1, place)
            grid.addWidget(plot, 2, place)
        grid.setRowStretch(2, 1)
        grid.setColumnStretch(0, 3)
        grid.setColumnStretch(1, 2)
        losses.changed.connect(self.refresh)
        self._name_everything()

    def refresh(self) -> None:
        """Show what is known now; nothing while nobody looks."""
        if not self.isVisible():
            return
        losses = self._losses
        self.curve.show_line(losses.steps, losses.losses, max(losses.of, 1))
        count = len(losses.final)
        self.history.show_line(list(range(1, count + 1)), list(losses.final), max(count, 2))
        self._sentence.setText(self._text())

    def _text(self) -> str:
        losses, locale = self._losses, QLocale()
        if not losses.steps:
            return self.tr(
                "Nothing has been adapted yet. Give two classes an example each, "
                "and the curve falls as the machine learns."
            )
        loss = locale.toString(losses.losses[-1], "f", 3)
        if losses.seconds is None:
            text = self.tr("Adapting: step {done} of {steps}, loss {loss}.")
            return text.format(done=losses.steps[-1], steps=losses.of, loss=loss)
        text = self.tr(
            "The last adaptation took {seconds} s and ended at a loss of {loss}. "
            "The closer to 0, the better the machine fits your examples; a rise tells of examples that contradict."
        )
        return text.format(seconds=locale.toString(losses.seconds, "f", 2), loss=loss)

    def showEvent(self, event: object) -> None:
        self.refresh()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._name_everything()

    def _name_everything(self) -> None:
        names = (self.tr("Loss, step by step"), self.tr("Where the last adaptations ended"))
        for heading, plot, name in zip(self._headings, (self.curve, self.history), names, strict=True):
            heading.setText(name)
            plot.setAccessibleName(name)
        self.curve.set_titles(self.tr("Step"), self.tr("Loss"))
        self.history.set_titles(self.tr("Adaptation"), self.tr("Loss"))
        self.refresh()


class _Line(Plot):
    def __init__(self, dots: bool, parent: QWidget) -> None:
        self._dots = dots
        self._xs: list[int] = []
        self._ys: list[float] = []
        super().__init__(parent)
        self.getPlotItem().setAxisItems({"bottom": WholeAxis("bottom")})
        self._line = self.plot([], [], antialias=True)
        self.show_colours()

    def show_line(self, xs: list[int], ys: list[float], last: int) -> None:
        self._xs, self._ys = xs, ys
        self._line.setData(xs, ys)
        self.setXRange(1 if self._dots else 0, last, padding=MARGIN)
        self.setYRange(0, 1.05 * max(ys, default=1.0) or 1.0, padding=MARGIN)

    def draw_again(self) -> None:
        if not hasattr(self, "_line"):
            return
        self._line.setPen(pen(theme.colour("accent")))
        if self._dots:
            self._line.setSymbol("o")
            self._line.setSymbolSize(7)
            self._line.setSymbolPen(None)
            self._line.setSymbolBrush(theme.colour("accent"))
