"""One picture over the whole window: looked at, zoomed into, labelled by key, with its neighbours a key away."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PySide6.QtCore import QEvent, QLocale, QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QWidget

from fewshot_gui.images.errors import printable
from fewshot_gui.session import Session
from fewshot_gui.ui import theme
from fewshot_gui.ui.gallery.gallery import GalleryView
from fewshot_gui.ui.gallery.gallery_model import GalleryModel
from fewshot_gui.ui.gallery.thumbnails import ThumbnailLoader
from fewshot_gui.ui.gallery.tile import Tile, picture_area
from fewshot_gui.ui.icons import paint_icon
from fewshot_gui.ui.inspector.inspector_parts import AnswerLine, PathLabel

FULL_SIDE: Final = 8192
"""Device pixels. Larger pictures are shown reduced to this, for the sake of memory."""
_SIDE_STEP = 256
_ZOOM_STEP, _MOST_ZOOM = 1.25, 8.0
_PAN_STEP = 80

Key = Qt.Key
Sequence = QKeySequence.StandardKey


class Preview(QWidget):
    """Lies over the window and shows the gallery's current picture. Call ``show_session`` when there is another.

    Left and right go to the neighbours, + and - zoom, Z shows every pixel, Shift and arrows move the picture; Esc
    leaves. Every other key means what it means in the gallery.
    """

    closed = Signal()

    def __init__(
        self,
        loader: ThumbnailLoader,
        gallery: GalleryView,
        model: GalleryModel,
        small: ThumbnailLoader,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._loader, self._small = loader, small
        self._gallery, self._model = gallery, model
        self._session: Session | None = None
        self._picture: int | None = None
        self._scale: float | None = None  # screen pixels for one of the picture's; None: as large as it fits
        self._centre = QPointF(0.5, 0.5)  # what part of the picture is in the middle, in its width and height
        self._grabbed: QPointF | None = None

        self._window = window
        self._bar = QFrame(self)
        self._bar.setAutoFillBackground(True)
        self._name, self._answer = PathLabel(), AnswerLine()
        self._answer.setMaximumWidth(32 * theme.SPACE)
        self._place, self._zoom = QLabel(), QLabel()
        self._leave = QToolButton()
        self._leave.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._leave.setIcon(theme.icon("close"))
        self._leave.clicked.connect(self.leave)
        line = QHBoxLayout(self._bar)
        line.setContentsMargins(2 * theme.SPACE, theme.SPACE, theme.SPACE, theme.SPACE)
        line.setSpacing(2 * theme.SPACE)
        line.addWidget(self._name, 3)
        line.addWidget(self._answer, 2)
        line.addWidget(self._place)
        line.addWidget(self._zoom)
        line.addWidget(self._leave)

        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAutoFillBackground(False)
        self.setMouseTracking(True)
        self.hide()
        loader.ready.connect(self._on_ready)
        gallery.current_changed.connect(self._follow)
        window.installEventFilter(self)
        self._translate()

    def show_session(self, session: Session) -> None:
        """The pictures belong to another session, or folder, now."""
        self._loader.clear()
        self._session, self._picture = session, None
        self.leave()

    def look_at(self, picture_id: int) -> None:
        """Show a picture of the gallery large, and it alone selected."""
        self._gallery.select_id(picture_id)
        if self._session is None or self._gallery.current_id() != picture_id:
            return
        self.setGeometry(self._window.rect())
        self.show()
        self.raise_()
        self.setFocus()
        self._follow(picture_id)

    def toggle(self) -> None:
        """Show the gallery's current picture large, or leave it."""
        current = self._gallery.current_id()
        if self.isVisible():
            self.leave()
        elif current is not None:
            self.look_at(current)

    def leave(self) -> None:
        """Back to the gallery."""
        if not self.isHidden():
            self.hide()
            self._loader.forget_except(())
            self._gallery.setFocus()
            self.closed.emit()

    def refresh(self) -> None:
        """What is known of the picture may be another now."""
        if self._session is None or self._picture is None or self.isHidden():
            return
        picture, decision = self._session.picture(self._picture), self._session.decision(self._picture)
        info = self._session.class_info(decision.class_id) if decision.class_id else None
        tile = Tile(printable(Path(picture.path.name)), decision, info)
        self._name.set_text(tile.name, str(printable(picture.path)))
        self._answer.show_tile(tile)
        self.setAccessibleDescription(self._answer.accessibleName())
        number, locale = self._gallery.currentIndex().row() + 1, QLocale()
        text = self.tr("{number} of {all}")
        self._place.setText(text.format(number=locale.toString(number), all=locale.toString(self._model.rowCount())))
        self._tell_zoom()
        self.update()

    # --- which picture

    def _follow(self, picture_id: int | None) -> None:
        if self.isHidden():
            return
        if picture_id is None:
            self.leave()
            return
        if picture_id != self._picture:
            self._picture, self._scale, self._centre = picture_id, None, QPointF(0.5, 0.5)
        self._load()
        self.refresh()

    def _step(self, by: int) -> None:
        row = self._gallery.currentIndex().row() + by
        if 0 <= row < self._model.rowCount():
            self._gallery.setCurrentIndex(self._model.index(row, 0))

    def _load(self) -> None:
        """The picture in the size it is shown at; then the next and the one before, to have them there at once."""
        row, ids = self._gallery.currentIndex().row(), self._model.ids
        if self._session is None or self._picture is None or row < 0:
            return
        wanted = max(self.width(), self.height()) * self.devicePixelRatioF()
        fit = min(-(-round(wanted) // _SIDE_STEP) * _SIDE_STEP, FULL_SIDE)
        near = [int(ids[r]) for r in (row + 1, row - 1) if 0 <= r < len(ids)]
        self._loader.forget_except({self._picture, *near})
        # First to whoever is idle; and last, for the newest request is served first.
        for picture_id in (self._picture, *reversed(near), self._picture):
            side = FULL_SIDE if self._scale is not None and picture_id == self._picture else fit
            if not self._session.picture(picture_id).problem:
                self._loader.request(picture_id, self._session.source(picture_id), side)

    def _on_ready(self, ids: list[int]) -> None:
        if self._picture in ids:
            self._tell_zoom()
            self.update()

    # --- zoom

    def _pixmap(self) -> QPixmap | None:
        if self._picture is None:
            return None
        return self._loader.pixmap(self._picture) or self._small.pixmap(self._picture)

    def _is_whole(self) -> bool:
        """Whether every pixel of the picture is here."""
        return self._picture is not None and self._loader.side(self._picture) >= FULL_SIDE

    def _room(self) -> QRectF:
        return QRectF(0, 0, self.width(), self.height() - self._bar.height())

    def _fitting(self, pixmap: QPixmap) -> float:
        """The scale at which all of the picture is seen, in screen pixels for one of its own."""
        return picture_area(pixmap.size(), self._room()).width() / pixmap.width() * self.devicePixelRatioF()

    def zoom(self, factor: float) -> None:
        """Show the picture larger or smaller by a factor; never smaller than it fits."""
        pixmap = self._pixmap()
        if pixmap is None or not self._is_whole():  # how large it is, is not known yet
            self._zoom_to(1.0 if factor > 1 else None)
            return
        fitting = self._fitting(pixmap)
        scale = min((self._scale or fitting) * factor, max(_MOST_ZOOM, fitting))
        self._zoom_to(scale if scale > fitting else None)

    def toggle_full_size(self) -> None:
        """One pixel of the picture for one of the screen, or as large as it fits."""
        self._zoom_to(1.0 if self._scale is None else None)

    def _zoom_to(self, scale: float | None) -> None:
        self._scale = scale
        self._load()
        self._tell_zoom()
        self.update()

    def _tell_zoom(self) -> None:
        if self._scale is None:
            self._zoom.setText(self.tr("Whole picture"))
        elif not self._is_whole():
            self._zoom.setText(self.tr("Loading…"))
        else:
            self._zoom.setText(f"{round(100 * self._scale)} %")

    def _target(self, pixmap: QPixmap) -> QRectF:
        """Where the picture stands."""
        room = self._room()
        if self._scale is None or not self._is_whole():
            return picture_area(pixmap.size(), room)
        target = QRectF(
            0,
            0,
            pixmap.width() * self._scale / self.devicePixelRatioF(),
            pixmap.height() * self._scale / self.devicePixelRatioF(),
        )
        self._centre = QPointF(
            _held(self._centre.x(), room.width() / target.width()),
            _held(self._centre.y(), room.height() / target.height()),
        )
        target.moveTo(
            room.center().x() - self._centre.x() * target.width(),
            room.center().y() - self._centre.y() * target.height(),
        )
        return target

    def _pan(self, dx: float, dy: float) -> None:
        """Move what is seen by pixels of the window."""
        pixmap = self._pixmap()
        if pixmap is not None and self._scale is not None:
            target = self._target(pixmap)
            self._centre -= QPointF(dx / target.width(), dy / target.height())
            self.update()

    # --- events

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, shift = event.key(), bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        steps = {Key.Key_Left: (1, 0), Key.Key_Right: (-1, 0), Key.Key_Up: (0, 1), Key.Key_Down: (0, -1)}
        if key in (Key.Key_Escape, Key.Key_Return, Key.Key_Enter):
            self.leave()
        elif key in steps and shift:
            self._pan(*(_PAN_STEP * part for part in steps[Key(key)]))
        elif key in (Key.Key_Right, Key.Key_Down, Key.Key_PageDown):
            self._step(1)
        elif key in (Key.Key_Left, Key.Key_Up, Key.Key_PageUp):
            self._step(-1)
        elif event.matches(Sequence.ZoomIn) or key == Key.Key_Plus:
            self.zoom(_ZOOM_STEP)
        elif event.matches(Sequence.ZoomOut) or key == Key.Key_Minus:
            self.zoom(1 / _ZOOM_STEP)
        elif key == Key.Key_Z and not event.modifiers():
            self.toggle_full_size()
        else:
            self._gallery.keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            zooms = event.matches(Sequence.ZoomIn) or event.matches(Sequence.ZoomOut)
            if zooms or (event.key() == Key.Key_Z and not event.modifiers()):
                event.accept()  # the menus' own zoom is for the gallery
                return True
        return super().event(event)

    def focusNextPrevChild(self, _next: bool) -> bool:
        return False  # what lies below can't be seen

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.angleDelta().y():
            self.zoom(_ZOOM_STEP if event.angleDelta().y() > 0 else 1 / _ZOOM_STEP)
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._grabbed = event.position()
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grabbed is not None:
            moved = event.position() - self._grabbed
            self._grabbed = event.position()
            self._pan(moved.x(), moved.y())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._grabbed = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.toggle_full_size()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and watched is self._window and not self.isHidden():
            self.setGeometry(self._window.rect())
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        height = self._bar.sizeHint().height()
        self._bar.setGeometry(0, self.height() - height, self.width(), height)
        if not self.isHidden():
            self._load()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._translate()
            self.refresh()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.colour("picture"))
        pixmap = self._pixmap()
        if pixmap is not None:
            # Pixels that are looked at one by one stay sharp.
            smooth = self._scale is None or self._scale < 2
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
            painter.setClipRect(self._room())
            painter.drawPixmap(self._target(pixmap), pixmap, QRectF(pixmap.rect()))
            return
        broken = self._picture is not None and self._loader.is_unreadable(self._picture)
        broken |= bool(self._session and self._picture and self._session.picture(self._picture).problem)
        sign = QRectF(0, 0, 64, 64)
        sign.moveCenter(self._room().center())
        painter.setOpacity(1.0 if broken else 0.35)
        tint = theme.colour("danger" if broken else "muted")
        paint_icon(painter, "warning" if broken else "picture", sign, tint)

    def _translate(self) -> None:
        self.setAccessibleName(self.tr("Large picture"))
        self._leave.setAccessibleName(self.tr("Back to the gallery"))
        self._leave.setToolTip(self.tr("Back to the gallery (Esc)"))


def _held(centre: float, seen: float) -> float:
    """A centre (0..1) such that no edge of the picture comes into a window that sees so much of its length."""
    return 0.5 if seen >= 1 else min(max(centre, seen / 2), 1 - seen / 2)
