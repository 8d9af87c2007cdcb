"""The picture of a point on the map, shown beside it."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from fewshot_gui.ui import theme

SIDE = 14 * theme.SPACE


class MapCard(QFrame):
    """Lies over the map without taking the mouse."""

    @dataclass(frozen=True)
    class Content:
        """A picture, if it is there yet, its file name and what is said of it."""

        picture_id: int
        pixmap: QPixmap | None
        name: str
        said: str

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._parent = parent
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setObjectName("map-card")
        self.setStyleSheet(
            "#map-card { background: palette(base); border: 1px solid palette(mid); border-radius: 8px; }"
        )
        self.content: MapCard.Content | None = None
        self._place = QPoint()
        self._picture, self._name, self._said = QLabel(self), QLabel(self), QLabel(self)
        self._picture.setFixedSize(SIDE, SIDE)
        self._picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column = QVBoxLayout(self)
        column.setContentsMargins(*[theme.SPACE] * 4)
        column.setSpacing(theme.SPACE // 2)
        for label in (self._picture, self._name, self._said):
            label.setTextFormat(Qt.TextFormat.PlainText)
            column.addWidget(label)
        self.hide()

    def show_content(self, content: Content, at: QPoint) -> None:
        """Show a picture beside a point of the parent, wherever there is room."""
        self.content, self._place = content, at
        if content.pixmap is None:
            self._picture.clear()
            self._picture.setFixedHeight(SIDE)
        else:
            ratio = self.devicePixelRatioF()
            mode = Qt.TransformationMode.SmoothTransformation
            side = round(SIDE * ratio)
            scaled = content.pixmap.scaled(side, side, Qt.AspectRatioMode.KeepAspectRatio, mode)
            scaled.setDevicePixelRatio(ratio)
            self._picture.setPixmap(scaled)
            self._picture.setFixedHeight(round(scaled.height() / ratio))
        for label, text in ((self._name, content.name), (self._said, content.said)):
            label.setText(self.fontMetrics().elidedText(text, Qt.TextElideMode.ElideMiddle, SIDE))
        self.adjustSize()
        room = self._parent.rect()
        x = at.x() + 2 * theme.SPACE
        if x + self.width() > room.right():
            x = at.x() - 2 * theme.SPACE - self.width()
        y = min(max(at.y() - self.height() // 2, 0), max(room.height() - self.height(), 0))
        self.move(max(x, 0), y)
        self.show()
        self.raise_()

    def show_pixmap(self, pixmap: QPixmap | None) -> None:
        """The picture has arrived."""
        if self.content is not None:
            content = self.content
            self.show_content(MapCard.Content(content.picture_id, pixmap, content.name, content.said), self._place)
