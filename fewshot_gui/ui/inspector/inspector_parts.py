"""What the inspector is made of: the large picture, the lines of text below it, a bar for each class."""

import html

import numpy as np
from PySide6.QtCore import QEvent, QObject, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPaintEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from fewshot_gui.session import ClassInfo
from fewshot_gui.ui import theme
from fewshot_gui.ui.gallery.tile import (
    CHIP,
    Tile,
    answer,
    chip_of,
    class_chip,
    class_name,
    description,
    paint_bar,
    paint_chip,
    paint_picture,
    percent,
    picture_area,
    state_sign,
)
from fewshot_gui.ui.icons import paint_icon

_BAR = 6
_HEAT_OPACITY = 0.85
_VEIL = 130  # of 255


class PictureView(QWidget):
    """One picture as large as it fits, or a sign in its place; over it, where wanted, what speaks for its class."""

    def __init__(self) -> None:
        super().__init__()
        self._pixmap: QPixmap | None = None
        self._broken = False
        self._heat: QImage | None = None
        self._legend: tuple[str, str] = ("", "")
        self.setMinimumHeight(15 * theme.SPACE)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.heat_button = QToolButton(self)
        self.heat_button.setCheckable(True)
        self.heat_button.setIcon(theme.icon("heat"))
        self.heat_button.setStyleSheet(
            "QToolButton { background: palette(button); border: 1px solid palette(mid); padding: 3px; }"
            "QToolButton:checked { background: palette(highlight); border-color: palette(highlight); }"
        )
        self.heat_button.toggled.connect(self._on_toggled)
        self._translate()

    def show_pixmap(self, pixmap: QPixmap | None, broken: bool) -> None:
        """None: not there yet, or never, if it is broken."""
        self._pixmap, self._broken = pixmap, broken
        self.heat_button.setVisible(not broken)
        self.update()

    def set_heat(self, evidence: np.ndarray | None, speaks_for: str = "", against: str = "") -> None:
        """Lay evidence [side, side] in -1..1 over the whole picture, with a legend; None takes it away."""
        self._heat = None if evidence is None else _heat_image(evidence)
        self._legend = (speaks_for, against)
        self.setAccessibleDescription("" if evidence is None else f"{speaks_for}, {against}")
        self.update()

    def wait_for_heat(self) -> None:
        """Say that a heat map is being made."""
        self._legend = (self.tr("Making the heat map…"), "")
        self.update()

    @property
    def has_heat(self) -> bool:
        """Whether a heat map lies over the picture."""
        return self._heat is not None

    def sizeHint(self) -> QSize:
        return QSize(40 * theme.SPACE, 40 * theme.SPACE)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.heat_button.adjustSize()
        self.heat_button.move(self.width() - self.heat_button.width() - 4, 4)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._translate()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("picture"))
        area = QRectF(self.rect())
        painter.drawRoundedRect(area, theme.RADIUS, theme.RADIUS)
        if self._pixmap is not None:
            if self._legend[0]:
                strip = self._paint_legend(painter, area)
                area.setBottom(strip.top())
            paint_picture(painter, self._pixmap, area, theme.RADIUS)
            if self._heat is not None:
                target = picture_area(self._pixmap.size(), area)
                veil = theme.colour("picture")
                veil.setAlpha(_VEIL)  # on the pale picture the colours are seen
                painter.setBrush(veil)
                painter.drawRoundedRect(target, theme.RADIUS, theme.RADIUS)
                paint_picture(painter, self._heat_pixmap(target.size()), target, theme.RADIUS)
            return
        sign = QRectF(0, 0, 48, 48)
        sign.moveCenter(area.center())
        painter.setOpacity(1.0 if self._broken else 0.35)
        tint = theme.colour("danger" if self._broken else "muted")
        paint_icon(painter, "warning" if self._broken else "picture", sign, tint)

    def _heat_pixmap(self, size: QSizeF) -> QPixmap:
        """The heat map as large as the picture is shown, so that its corners can be as round."""
        assert self._heat is not None
        pixels = (size * self.devicePixelRatioF()).toSize()
        smooth = Qt.TransformationMode.SmoothTransformation
        return QPixmap.fromImage(self._heat.scaled(pixels, Qt.AspectRatioMode.IgnoreAspectRatio, smooth))

    def _paint_legend(self, painter: QPainter, area: QRectF) -> QRectF:
        """Write below the picture what the colours mean; the place that is taken."""
        line, lines = self.fontMetrics().height() + theme.SPACE // 2, 2 if self._heat is not None else 1
        height = lines * line + theme.SPACE
        strip = QRectF(area.x(), area.bottom() - height, area.width(), height)
        for row, (text, colour) in enumerate(zip(self._legend[:lines], theme.heat_colours(), strict=False)):
            top = strip.y() + theme.SPACE / 2 + row * line
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour if self._heat is not None else Qt.BrushStyle.NoBrush)
            painter.drawEllipse(QRectF(strip.x() + theme.SPACE, top + line / 2 - 5, 10, 10))
            painter.setPen(theme.colour("text"))
            left = theme.SPACE * 2 + 10
            place = QRectF(strip.x() + left, top, strip.width() - left - theme.SPACE, line)
            shown = self.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(place.width()))
            painter.drawText(place, _LEFT, shown)
        return strip

    def _on_toggled(self, on: bool) -> None:
        self.heat_button.setIcon(theme.icon("heat", "on_accent" if on else "text"))
        if not on:
            self.set_heat(None)

    def _translate(self) -> None:
        self.heat_button.setAccessibleName(self.tr("Heat map"))
        self.heat_button.setToolTip(self.tr("Heat map: which parts of the picture speak for its class (H)"))


def _heat_image(evidence: np.ndarray) -> QImage:
    """One colour for what speaks for the class, another for what speaks against; clear where nothing does."""
    pro, contra = theme.heat_colours()
    strength = np.abs(evidence)[..., None] * _HEAT_OPACITY
    colours = [[colour.red(), colour.green(), colour.blue()] for colour in (pro, contra)]
    rgb = np.where(evidence[..., None] > 0, *colours)
    pixels = np.concatenate([rgb, 255 * strength], axis=2).astype(np.uint8)
    side = len(evidence)
    return QImage(pixels.tobytes(), side, side, 4 * side, QImage.Format.Format_RGBA8888).copy()


class Details(QScrollArea):
    """A column of all that is said of the picture, as high as it needs to be; scrolls where there is less room."""

    def __init__(self) -> None:
        super().__init__()
        inner = QWidget()
        self.column = QVBoxLayout(inner)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(theme.SPACE)
        self.setWidget(inner)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumHeight(12 * theme.SPACE)
        inner.installEventFilter(self)

    def sizeHint(self) -> QSize:
        width = self.viewport().width()
        layout = self.column
        height = layout.heightForWidth(width) if layout.hasHeightForWidth() else layout.sizeHint().height()
        return QSize(20 * theme.SPACE, height)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().eventFilter(watched, event)


class PathLabel(QWidget):
    """One line of text, shortened in the middle; all of it in the tooltip."""

    def __init__(self) -> None:
        super().__init__()
        self._text = ""
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def set_text(self, text: str, tooltip: str) -> None:
        self._text = text
        self.setAccessibleName(text)
        self.setToolTip(f"<p style='white-space:pre-wrap'>{html.escape(tooltip)}</p>")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(20 * theme.SPACE, self.fontMetrics().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(theme.colour("text"))
        text = self.fontMetrics().elidedText(self._text, Qt.TextElideMode.ElideMiddle, self.width())
        painter.drawText(self.rect(), _LEFT, text)


class AnswerLine(QWidget):
    """The sign of who said so, the class and how sure, on one line."""

    def __init__(self) -> None:
        super().__init__()
        self._tile: Tile | None = None
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def show_tile(self, tile: Tile) -> None:
        self._tile = tile
        self.setAccessibleName(description(tile))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(20 * theme.SPACE, max(CHIP, self.fontMetrics().height()))

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._tile is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect())
        share = self._tile.decision.confidence
        number = "" if share is None else percent(share)
        sign = state_sign(self._tile.decision)
        room = CHIP + theme.SPACE // 2 if sign else 0
        paint_line(painter, area, chip_of(self._tile), answer(self._tile), number, room)
        if sign:  # before the number, which stands in line with those of the bars
            right = area.right() - (self.fontMetrics().horizontalAdvance(number) + theme.SPACE // 2 if number else 0)
            name, token = sign
            place = QRectF(right - CHIP, area.center().y() - CHIP / 2, CHIP, CHIP)
            paint_icon(painter, name, place, theme.colour(token))


class ScoreBars(QWidget):
    """A bar for each class."""

    def __init__(self) -> None:
        super().__init__()
        self._scores: list[tuple[ClassInfo | None, float]] = []
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)

    def show_scores(self, scores: list[tuple[ClassInfo | None, float]]) -> None:
        self._scores = scores
        self.setAccessibleDescription(", ".join(f"{class_name(info)} {percent(share)}" for info, share in scores))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(20 * theme.SPACE, len(self._scores) * self._row_height())

    def minimumSizeHint(self) -> QSize:
        return QSize(20 * theme.SPACE, min(len(self._scores), 3) * self._row_height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        height = self._row_height()
        for i, (info, share) in enumerate(self._scores[: self.height() // height]):
            line = QRectF(0, i * height, self.width(), height - theme.SPACE - _BAR - theme.SPACE // 2)
            chip = class_chip(info)
            paint_line(painter, line, chip, class_name(info), percent(share))
            bar = QRectF(0, line.bottom() + theme.SPACE // 2, self.width(), _BAR)
            paint_bar(painter, bar, share, chip[1], theme.colour("track"))

    def _row_height(self) -> int:
        return max(CHIP, self.fontMetrics().height()) + theme.SPACE // 2 + _BAR + theme.SPACE


_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine


def paint_line(
    painter: QPainter, area: QRectF, chip: tuple[str, QColor] | None, name: str, number: str, room: int = 0
) -> None:
    """A class chip, a name shortened to what is free, and a number at the right; between them `room` stays free."""
    font, metrics = painter.font(), painter.fontMetrics()
    left, right = area.left(), area.right() - room
    if chip:
        key_font = QFont(font)
        key_font.setBold(True)
        key_font.setPixelSize(12)
        paint_chip(painter, QRectF(left, area.center().y() - CHIP / 2, CHIP, CHIP), *chip, key_font)
        left += CHIP + 6
    painter.setFont(font)
    if number:
        painter.setPen(theme.colour("muted"))
        painter.drawText(area, _RIGHT, number)
        right -= metrics.horizontalAdvance(number) + theme.SPACE
    painter.setPen(theme.colour("text" if chip else "muted"))
    text = metrics.elidedText(name, Qt.TextElideMode.ElideRight, int(right - left))
    painter.drawText(QRectF(left, area.y(), right - left, area.height()), _LEFT, text)
