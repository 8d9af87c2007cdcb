"""The right-hand side: one picture large, what is thought of it, and how every class scores."""

import html
from collections.abc import Callable
from pathlib import Path
from typing import Final

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QPalette, QPixmap, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QVBoxLayout, QWidget

from fewshot_gui.images.errors import printable
from fewshot_gui.session import NONE_OF_THESE, ClassInfo, Session
from fewshot_gui.ui import theme
from fewshot_gui.ui.icons import paint_icon
from fewshot_gui.ui.thumbnails import ThumbnailLoader
from fewshot_gui.ui.tile import (
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
    state_sign,
)

MOST_SCORES: Final = 8
_SIDE_STEP, _LARGEST_SIDE = 256, 1536  # device pixels; steps, so that resizing seldom decodes again
_BAR = 6


class Inspector(QWidget):
    """Shows one picture and all that is known of it. `loader` is its own, since each picture is kept at one size only.

    preview: a small version to show until the large one is there, such as the gallery's loader's pixmap().
    """

    def __init__(
        self,
        loader: ThumbnailLoader,
        parent: QWidget | None = None,
        *,
        preview: Callable[[int], QPixmap | None] = lambda picture_id: None,
    ) -> None:
        super().__init__(parent)
        self._loader, self._preview = loader, preview
        self._session: Session | None = None
        self._picture_id: int | None = None

        self._picture = _Picture()
        self._name = _ElidedLabel()
        self._answer = _Answer()
        self._reason = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self._heading = QLabel(textFormat=Qt.TextFormat.PlainText)
        self._scores = _Scores()
        self._hint = QLabel(wordWrap=True, alignment=Qt.AlignmentFlag.AlignCenter)
        for quiet in (self._reason, self._heading, self._hint):
            quiet.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        bold = QFont(self.font())
        bold.setBold(True)
        self._name.setFont(bold)

        column = QVBoxLayout(self)
        column.setContentsMargins(theme.SPACE, theme.SPACE, theme.SPACE, theme.SPACE)
        column.setSpacing(theme.SPACE)
        column.addWidget(self._picture, 100)
        for widget in (self._name, self._answer, self._reason):
            column.addWidget(widget)
        column.addSpacing(theme.SPACE)
        column.addWidget(self._heading)
        column.addWidget(self._scores)
        column.addStretch()
        column.addWidget(self._hint, 1)
        self._filled = (self._picture, self._name, self._answer, self._reason, self._heading, self._scores)

        self.setMinimumWidth(24 * theme.SPACE)
        loader.ready.connect(self._on_ready)
        self._translate()
        self.show_picture(None, None)

    def show_picture(self, session: Session | None, picture_id: int | None) -> None:
        """Show a picture of the session, as it is thought of now; None for no picture. Call again when that changes."""
        if session is not self._session:
            self._loader.clear()  # ids have a new meaning
        self._session, self._picture_id = session, picture_id
        shown = session is not None and picture_id is not None
        self._hint.setVisible(not shown)
        for widget in self._filled:
            widget.setVisible(shown)
        if session is None or picture_id is None:
            self._loader.forget_except(())
            return
        picture, decision = session.picture(picture_id), session.decision(picture_id)
        info = session.class_info(decision.class_id) if decision.class_id else None
        tile = Tile(printable(Path(picture.path.name)), decision, info)
        self._name.set_text(tile.name, str(printable(picture.path)))
        self._answer.show_tile(tile)
        self._reason.setText(decision.reason)
        self._reason.setVisible(bool(decision.reason))
        scores = _score_rows(session, picture_id)
        self._scores.show_scores(scores)
        self._heading.setVisible(bool(scores))
        self._scores.setVisible(bool(scores))
        self._picture.setAccessibleName(self.tr("Picture {name}").format(name=tile.name))
        self._load()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._translate()
            self.show_picture(self._session, self._picture_id)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # Not all the height there is: a portrait fits, and the text below stays where it was for the next picture.
        self._picture.setMaximumHeight(self.width() * 5 // 4)
        self._load()

    def _translate(self) -> None:
        self.setAccessibleName(self.tr("Selected picture"))
        self._heading.setText(self.tr("What the program thinks"))
        self._scores.setAccessibleName(self._heading.text())
        self._hint.setText(self.tr("Select a picture to see it large and to see how each class scores."))

    def _load(self) -> None:
        """Ask for the picture in the size it is shown at, and show what is there of it so far."""
        if self._session is None or self._picture_id is None:
            return
        wanted = max(self._picture.width(), self._picture.height()) * self.devicePixelRatioF()
        side = min(-(-round(wanted) // _SIDE_STEP) * _SIDE_STEP, _LARGEST_SIDE)
        self._loader.forget_except((self._picture_id,))
        broken = self._session.picture(self._picture_id).problem is not None
        if not broken:
            self._loader.request(self._picture_id, self._session.source(self._picture_id), side)
        self._show_pixmap()

    def _on_ready(self, ids: list[int]) -> None:
        if self._picture_id in ids:
            self._show_pixmap()

    def _show_pixmap(self) -> None:
        assert self._session is not None and self._picture_id is not None
        broken = self._session.picture(self._picture_id).problem is not None
        pixmap = self._loader.pixmap(self._picture_id) or self._preview(self._picture_id)
        self._picture.show_pixmap(pixmap, broken or self._loader.is_unreadable(self._picture_id))


def _score_rows(session: Session, picture_id: int) -> list[tuple[ClassInfo | None, float]]:
    """Class (None: none of them) and share, best first; classes that have been deleted since are left out."""
    known: dict[int, ClassInfo | None] = {info.id: info for info in session.classes}
    known[NONE_OF_THESE] = None
    scores = [(known[class_id], share) for class_id, share in session.scores(picture_id) if class_id in known]
    return scores[:MOST_SCORES]


class _Picture(QWidget):
    """One picture as large as it fits, or a sign in its place."""

    def __init__(self) -> None:
        super().__init__()
        self._pixmap: QPixmap | None = None
        self._broken = False
        self.setMinimumHeight(15 * theme.SPACE)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_pixmap(self, pixmap: QPixmap | None, broken: bool) -> None:
        self._pixmap, self._broken = pixmap, broken
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(40 * theme.SPACE, 40 * theme.SPACE)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("picture"))
        area = QRectF(self.rect())
        painter.drawRoundedRect(area, theme.RADIUS, theme.RADIUS)
        if self._pixmap is not None:
            paint_picture(painter, self._pixmap, area, theme.RADIUS)
            return
        sign = QRectF(0, 0, 48, 48)
        sign.moveCenter(area.center())
        painter.setOpacity(0.8 if self._broken else 0.35)
        paint_icon(painter, "warning" if self._broken else "picture", sign, theme.colour("muted"))


class _ElidedLabel(QWidget):
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


class _Answer(QWidget):
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
        if sign := state_sign(self._tile.decision):
            name, token = sign
            paint_icon(painter, name, QRectF(area.right() - CHIP, area.center().y() - 9, 18, 18), theme.colour(token))
            area.setRight(area.right() - CHIP - theme.SPACE)
        _paint_line(painter, area, chip_of(self._tile), answer(self._tile), "" if share is None else percent(share))


class _Scores(QWidget):
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
            _paint_line(painter, line, chip, class_name(info), percent(share))
            bar = QRectF(0, line.bottom() + theme.SPACE // 2, self.width(), _BAR)
            paint_bar(painter, bar, share, chip[1], theme.colour("track"))

    def _row_height(self) -> int:
        return max(CHIP, self.fontMetrics().height()) + theme.SPACE // 2 + _BAR + theme.SPACE


_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine


def _paint_line(painter: QPainter, area: QRectF, chip: tuple[str, QColor] | None, name: str, number: str) -> None:
    """A class chip, a name shortened to what is free, and a number at the right."""
    font, metrics = painter.font(), painter.fontMetrics()
    left, right = area.left(), area.right()
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
