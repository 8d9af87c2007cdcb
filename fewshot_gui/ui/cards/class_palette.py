"""The small palette from which a class takes its colour."""

from functools import partial

from PySide6.QtCore import QCoreApplication, QPoint, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QFrame, QGridLayout, QWidget

from fewshot_gui.ui import theme
from fewshot_gui.ui.icons import paint_icon

translate = QCoreApplication.translate

COLOURS = 10
"""So many colours the palette offers."""
_ACROSS = 5
_SIDE = 4 * theme.SPACE


def colour_name(colour: int) -> str:
    """What people call one of the first COLOURS class colours in the theme of the moment."""
    light = (
        translate("Palette", "Blue"),
        translate("Palette", "Orange"),
        translate("Palette", "Sea green"),
        translate("Palette", "Purple"),
        translate("Palette", "Red"),
        translate("Palette", "Sand"),
        translate("Palette", "Sky blue"),
        translate("Palette", "Plum"),
        translate("Palette", "Lavender"),
        translate("Palette", "Wine"),
    )
    dark = (
        translate("Palette", "Violet"),
        translate("Palette", "Orange"),
        translate("Palette", "Turquoise"),
        translate("Palette", "Pink"),
        translate("Palette", "Rust"),
        translate("Palette", "Yellow"),
        translate("Palette", "Teal"),
        translate("Palette", "Rose"),
        translate("Palette", "Lime"),
        translate("Palette", "Olive"),
    )
    return (dark if theme.is_dark() else light)[colour]


class Palette(QFrame):
    """The class colours to choose from, by mouse, or by arrows and Enter. Closes itself; Esc leaves all as it was."""

    chosen = Signal(int)

    def __init__(self, current: int, used: dict[int, str], parent: QWidget) -> None:
        """current: the class's colour. used: names of the classes that have a colour, by colour."""
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAccessibleName(translate("Palette", "Colour of the class"))
        self.swatches = [_Swatch(colour, colour == current, used.get(colour, ""), self) for colour in range(COLOURS)]
        grid = QGridLayout(self)
        grid.setContentsMargins(*[theme.SPACE] * 4)
        grid.setSpacing(theme.SPACE // 2)
        for place, swatch in enumerate(self.swatches):
            grid.addWidget(swatch, place // _ACROSS, place % _ACROSS)
            swatch.clicked.connect(partial(self._choose, place))
        self.swatches[current if current < COLOURS else 0].setFocus()

    def open_at(self, where: QPoint) -> None:
        """Show it with its upper left corner at a place on the screen."""
        self.move(where)
        self.show()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Up: -_ACROSS,
            Qt.Key.Key_Down: _ACROSS,
        }
        here = next((place for place, swatch in enumerate(self.swatches) if swatch.hasFocus()), 0)
        if event.key() in steps:
            there = here + steps[Qt.Key(event.key())]
            if 0 <= there < COLOURS:
                self.swatches[there].setFocus(Qt.FocusReason.TabFocusReason)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._choose(here)
        else:
            super().keyPressEvent(event)

    def _choose(self, colour: int) -> None:
        self.chosen.emit(colour)
        self.close()


class _Swatch(QAbstractButton):
    """One colour; a tick marks the class's own, a dot one that another class has."""

    def __init__(self, colour: int, current: bool, used_by: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._colour, self._current, self._used = colour, current, bool(used_by) and not current
        name = colour_name(colour)
        if current:
            name = translate("Palette", "{colour}, as it is now").format(colour=name)
        elif used_by:
            text = translate("Palette", "{colour}, the colour of {name}: the two change colours")
            name = text.format(colour=name, name=used_by)
        self.setAccessibleName(name)
        self.setToolTip(name)
        self.setFixedSize(_SIDE, _SIDE)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down):
            event.ignore()  # the palette knows which is above and which below
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colour = theme.class_colour(self._colour)
        inner = QRectF(self.rect()).adjusted(4, 4, -4, -4)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawRoundedRect(inner, 4, 4)
        if self._current:
            paint_icon(painter, "check", inner.adjusted(2, 2, -2, -2), theme.text_on(colour))
        elif self._used:
            painter.setBrush(theme.text_on(colour))
            painter.drawEllipse(inner.center(), 3, 3)
        if self.hasFocus() or self.underMouse():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.colour("accent" if self.hasFocus() else "border"), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 6, 6)
