"""A pyqtgraph plot in the window's colours, which follow the theme while it is shown."""

from __future__ import annotations

import pyqtgraph as pg
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QColor, QGuiApplication, QPen
from PySide6.QtWidgets import QWidget

from fewshot_gui.ui import theme

LINE = 2
MARGIN = 0.06
"""Free room around what is shown, as a share of it."""


class Plot(pg.PlotWidget):  # type: ignore[misc]
    """Two axes and a still picture between them: no menus, no dragging."""

    def __init__(self, parent: QWidget | None = None, view_box: pg.ViewBox | None = None) -> None:
        super().__init__(parent, viewBox=view_box, antialias=True)
        self.setFrameShape(self.Shape.NoFrame)
        self.hideButtons()
        self.setMenuEnabled(False)
        self.setMouseEnabled(x=False, y=False)
        self._titles: dict[str, str] = {}
        self._percent: set[str] = set()
        self.show_colours()

    def set_titles(self, bottom: str, left: str) -> None:
        """What the axes stand for."""
        self._titles = {"bottom": bottom, "left": left}
        self.show_colours()

    def show_colours(self) -> None:
        """Take the theme's colours of the moment."""
        self.setBackground(theme.colour("card"))
        for side in ("bottom", "left"):
            axis = self.getAxis(side)
            if axis.autoSIPrefix:  # once, while there is no label: later it would scale the numbers all the same
                axis.enableAutoSIPrefix(False)
            axis.setPen(theme.colour("border"))
            axis.setTextPen(theme.colour("muted"))
            axis.setStyle(tickFont=self.font(), tickTextOffset=theme.SPACE // 2, maxTickLevel=0)
            if side in self._titles:
                axis.setLabel(self._titles[side], color=theme.colour("muted").name())
        self.draw_again()

    def draw_again(self) -> None:
        """Draw what is shown anew, in the colours of the moment. Plots that draw anything have their own."""

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        # Not while it is made, nor after pyqtgraph has closed it, when its parts are gone.
        is_whole = "_titles" in vars(self) and self.plotItem is not None
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange) and is_whole:
            self.show_colours()


def pen(colour: QColor, width: float = LINE, style: Qt.PenStyle = Qt.PenStyle.SolidLine) -> QPen:
    """A pen of so many pixels, whatever the plot's scale."""
    screen = QGuiApplication.primaryScreen()
    ratio = screen.devicePixelRatio() if screen else 1.0  # a cosmetic pen is measured in the screen's own pixels
    return pg.mkPen(colour, width=width * ratio, style=style)


def faint(colour: QColor, alpha: int = 60) -> QColor:
    """The colour, seen through."""
    return QColor(colour.red(), colour.green(), colour.blue(), alpha)


class WholeAxis(pg.AxisItem):  # type: ignore[misc]
    """An axis whose values are whole numbers."""

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        return [f"{value:.0f}" if float(value).is_integer() else "" for value in values]


class PercentAxis(pg.AxisItem):  # type: ignore[misc]
    """An axis whose values 0..1 are written in percent."""

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        decimals = 0 if spacing >= 0.01 else 1
        return [f"{100 * value:.{decimals}f} %" for value in values]
