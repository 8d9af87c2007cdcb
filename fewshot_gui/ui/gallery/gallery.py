"""The gallery: the folder's pictures as tiles, to look through, select, label by key and drag."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QEvent, QItemSelectionModel, QPoint, QRect, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QDrag,
    QFontMetrics,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPalette,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QWidget

from fewshot_gui.answers import Mask
from fewshot_gui.ui import theme
from fewshot_gui.ui.drop_frame import DropFrame
from fewshot_gui.ui.drops import Drop, DropTarget
from fewshot_gui.ui.gallery.gallery_model import GalleryModel, Ids, runs_of
from fewshot_gui.ui.gallery.grid_view import GridView
from fewshot_gui.ui.gallery.section_header import ARROW, HEIGHT, paint_section
from fewshot_gui.ui.gallery.tile import TileDelegate, paint_picture
from fewshot_gui.ui.shell.keys import KEYS

SMALLEST_SIDE, LARGEST_SIDE, _ZOOM_STEP = 96, 256, 32
_THUMBNAIL_SIDES = (128, 256, 512)  # few, so that zooming seldom decodes again
_WHEEL_NOTCH = 120  # Qt's unit for one notch of the mouse wheel
_HELD = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.ShiftModifier
_LOOK_AHEAD = 256  # the next undecided picture is nearly always among so many
_ASK_AFTER_MS = 15  # pictures that fly by while scrolling are not asked for


class GalleryView(GridView):
    """The gallery's widget. Pictures are named by their ids; what becomes of a wish is up to who listens.

    What the keys do with the selected pictures stands in the table of keys.py.
    """

    label_requested = Signal(list, int)  # ids, position of the class card from 0
    none_requested = Signal(list)
    accept_requested = Signal(list)
    reject_requested = Signal(list)
    unlabel_requested = Signal(list)
    class_of_requested = Signal(list)  # ids that are to be a class of their own
    undo_requested = Signal()
    current_changed = Signal(object)  # the id, or None
    selected_changed = Signal(int)  # how many pictures are selected
    context_menu_requested = Signal(list, QPoint)  # ids, global position
    paths_dropped = Signal(list)  # files and folders from other programs
    drop_refused = Signal(str)  # a sentence why
    side_changed = Signal(int)  # the pictures' size, after zooming
    close_requested = Signal(object, bool)  # key of a group, whether to fold it together
    preview_requested = Signal(int)

    def __init__(self, model: GalleryModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._side = 160
        self._delegate = TileDelegate(self, self._side)
        self._ask = QTimer(self, interval=_ASK_AFTER_MS, singleShot=True)
        self._ask.timeout.connect(self._ask_for_thumbnails)
        self._kept = _Kept(model.ids, model.ids[:0], -1, 0)
        self._announced: int | None = None
        self._turned = 0
        self._grip: QPoint | None = None  # where the header of a group was taken hold of
        self.auto_advance = False  # whether the next picture is chosen after a key has judged one
        self.is_undecided: Callable[[Ids], Mask] = lambda ids: np.ones(len(ids), bool)

        self.setItemDelegate(self._delegate)
        self.setModel(model)
        self.setFrameShape(GridView.Shape.NoFrame)
        self.viewport().setBackgroundRole(QPalette.ColorRole.Window)
        self.setDragEnabled(True)
        self.setAccessibleName(self.tr("Pictures"))
        drops = DropTarget(self.viewport())
        drops.dropped.connect(self._take_drop)
        drops.refused.connect(self.drop_refused)
        DropFrame(self, drops)
        model.modelAboutToBeReset.connect(self._keep_selection)
        model.modelReset.connect(self._restore_selection)
        model.sections_changed.connect(lambda: self.viewport().update())
        self.doubleClicked.connect(lambda index: self.preview_requested.emit(int(model.ids[index.row()])))
        for changed in (model.modelReset, model.rowsInserted, self.verticalScrollBar().valueChanged):
            changed.connect(self._ask_soon)
        self.selectionModel().currentChanged.connect(self._announce_current)
        self.selectionModel().selectionChanged.connect(self._announce_selection)
        self.set_side(self._side)

    @property
    def side(self) -> int:
        """The width of the pictures, in pixels."""
        return self._side

    def set_side(self, side: int) -> None:
        """Show pictures `side` pixels wide, brought within SMALLEST_SIDE..LARGEST_SIDE."""
        self._side = min(max(side, SMALLEST_SIDE), LARGEST_SIDE)
        self._delegate.set_side(self._side)
        self.set_tile_size(self._delegate.tile_size(self.font()))
        self._ask_soon()
        self.side_changed.emit(self._side)

    def zoom(self, steps: int) -> None:
        """Make the pictures larger (or, below 0, smaller) by some steps."""
        if steps:
            self.set_side(self._side + steps * _ZOOM_STEP)

    def current_id(self) -> int | None:
        """The picture that the keyboard is on."""
        row = self.currentIndex().row()
        return int(self._model.ids[row]) if row >= 0 else None

    def selected_ids(self) -> list[int]:
        """The selected pictures in the order shown; without a selection, the current one."""
        chosen = [id_ for first, last in self._selected_runs() for id_ in self._model.ids[first : last + 1].tolist()]
        current = self.current_id()
        return chosen or ([] if current is None else [current])

    def select_id(self, picture_id: int) -> None:
        """Make one picture current and selected, and bring it into sight. Nothing happens if it is not shown."""
        for row in self._model.rows_of([picture_id]):
            self.setCurrentIndex(self._model.index(int(row), 0))

    # --- keys and mouse

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.ZoomIn):
            self.zoom(1)
        elif event.matches(QKeySequence.StandardKey.ZoomOut):
            self.zoom(-1)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers() & _HELD:
            if (current := self.current_id()) is not None:
                self.preview_requested.emit(current)
        elif not self._command(KEYS.action_for(event)):
            super().keyPressEvent(event)

    def _command(self, name: str) -> bool:
        """Carry out what a key stands for in the table of keys; False if that is nothing here."""
        if name == "take-back":
            self.undo_requested.emit()
            return True
        wishes = {
            "none": self.none_requested,
            "accept": self.accept_requested,
            "reject": self.reject_requested,
            "unlabel": self.unlabel_requested,
            "make-class": self.class_of_requested,
        }
        ids = self.selected_ids()
        if not ids:
            return False
        if name.startswith("class-"):
            self.label_requested.emit(ids, int(name.removeprefix("class-")) - 1)
        elif name in wishes:
            wishes[name].emit(ids)
        else:
            return False
        if self.auto_advance and name not in ("unlabel", "make-class"):
            self._go_on(ids)
        return True

    def _go_on(self, judged: Sequence[int]) -> None:
        """Choose the next picture to decide on; where a whole group has been judged, the next group."""
        ids, row = self._model.ids, self.currentIndex().row()
        following = np.concatenate([np.arange(row + 1, len(ids)), np.arange(row)])
        if len(judged) > 1:
            sections = self._model.sections
            if sections is None:
                return
            here = self.grid.rows_of(self.grid.section_of(row))
            if not set(judged) <= set(ids[here.start : here.stop].tolist()):
                return
            following = np.concatenate([np.arange(here.stop, len(ids)), np.arange(here.start)])
        open_ = following[:_LOOK_AHEAD][self.is_undecided(ids[following[:_LOOK_AHEAD]])]
        if not len(open_):
            open_ = following[self.is_undecided(ids[following])]
        if not len(open_):
            return
        self.setCurrentIndex(self._model.index(int(open_[0]), 0))
        if len(judged) > 1:
            section = self.grid.section_of(int(open_[0]))
            if self._model.sections is not None and self._model.sections[section].key != "rest":
                self.select_section(section)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._turned += event.angleDelta().y()  # a touchpad turns by little at a time
            steps = int(self._turned / _WHEEL_NOTCH)
            self._turned -= steps * _WHEEL_NOTCH
            self.zoom(steps)
            event.accept()
        else:
            super().wheelEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.setAccessibleName(self.tr("Pictures"))
            self.viewport().update()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        sections, place, ids = self._model.sections, event.globalPos(), self.selected_ids()
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            place = self.viewport().mapToGlobal(self.visualRect(self.currentIndex()).center())
        elif sections is not None and (header := self.header_at(event.pos())) is not None:
            if not sections[header].closed:
                self.select_section(header)
            ids = sections[header].ids.tolist()
        if ids:
            self.context_menu_requested.emit(ids, place)

    def startDrag(self, supported: Qt.DropAction) -> None:
        ids = self.selected_ids()
        if not ids:
            return
        drag = QDrag(self)
        drag.setMimeData(self._model.mime_data(ids))
        pixmap = self.drag_pixmap(ids)
        drag.setPixmap(pixmap)
        drag.setHotSpot(QPoint(0, 0))
        drag.exec(Qt.DropAction.CopyAction)  # never move: another program would take the user's files away

    def drag_pixmap(self, ids: Sequence[int]) -> QPixmap:
        """What hangs on the mouse while pictures are dragged: a stack of the first few, and how many they are."""
        card, step, ratio = 72, 6, self.devicePixelRatioF()
        behind = min(len(ids), 3) - 1
        size = QSize(card + 2 * step + theme.SPACE, card + 2 * step + theme.SPACE)
        stack = QPixmap(size * ratio)
        stack.setDevicePixelRatio(ratio)
        stack.fill(Qt.GlobalColor.transparent)
        painter = QPainter(stack)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for depth in range(behind, -1, -1):
            area = QRectF(1 + depth * step, 1 + depth * step, card, card)
            painter.setPen(theme.colour("border"))
            painter.setBrush(theme.colour("card"))
            painter.drawRoundedRect(area, theme.RADIUS, theme.RADIUS)
            pixmap = self._model.pixmap(ids[depth])
            if pixmap is not None:
                paint_picture(painter, pixmap, area.adjusted(4, 4, -4, -4), 4)
        if len(ids) > 1:
            text, metrics = f"{len(ids):,}", QFontMetrics(self.font())
            badge = QRectF(0, 0, max(metrics.horizontalAdvance(text) + 12, 22), 22)
            badge.moveBottomRight(QRectF(0, 0, size.width(), size.height()).bottomRight())
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("accent"))
            painter.drawRoundedRect(badge, 11, 11)
            painter.setPen(theme.colour("on_accent"))
            painter.setFont(self.font())
            painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, text)
        painter.end()
        return stack

    def _take_drop(self, drop: Drop) -> None:
        if drop.paths:
            self.paths_dropped.emit(list(drop.paths))
        elif drop.from_card:
            self.unlabel_requested.emit(list(drop.tiles))
        elif drop.image is not None:
            self.drop_refused.emit(self.tr("Drop a single picture onto a class to make it an example."))

    # --- groups

    def section_counts(self) -> Sequence[int] | None:
        model = self.model()
        return model.section_counts if isinstance(model, GalleryModel) else None

    def header_height(self) -> int:
        return HEIGHT

    def paint_header(self, painter: QPainter, section: int, rect: QRect) -> None:
        sections = self._model.sections
        if sections is not None:
            paint_section(painter, QRectF(rect), sections[section], self.font())

    def header_pressed(self, section: int, point: QPoint, event: QMouseEvent) -> None:
        sections = self._model.sections
        if sections is None:
            return
        if point.x() < ARROW:
            self.close_requested.emit(sections[section].key, not sections[section].closed)
        else:
            self.select_section(section, bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier))
            self._grip = event.position().toPoint()

    def select_section(self, section: int, add: bool = False) -> None:
        """Select all pictures of a group, besides what is selected or instead; a closed one is opened for it."""
        sections = self._model.sections
        if sections is None:
            return
        if sections[section].closed:
            self.close_requested.emit(sections[section].key, False)
        rows = self.grid.rows_of(section)
        if len(rows):
            flag = QItemSelectionModel.SelectionFlag
            self.selectionModel().setCurrentIndex(self._model.index(rows.start, 0), flag.NoUpdate)
            self.select_rows([(rows.start, rows.stop - 1)], flag.Select if add else flag.ClearAndSelect)
            self.setFocus()

    def select_group(self) -> None:
        """Select all pictures of the group that the current one is in."""
        if self._model.sections is not None and self.currentIndex().isValid():
            self.select_section(self.grid.section_of(self.currentIndex().row()))

    def close_group(self) -> None:
        """Fold the group that the current picture is in together to its header."""
        sections = self._model.sections
        if sections is not None and self.currentIndex().isValid():
            self.close_requested.emit(sections[self.grid.section_of(self.currentIndex().row())].key, True)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """A header that is dragged drags the pictures of its group."""
        if self._grip is None:
            super().mouseMoveEvent(event)
        elif (event.position().toPoint() - self._grip).manhattanLength() >= QApplication.startDragDistance():
            self._grip = None
            self.startDrag(Qt.DropAction.CopyAction)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._grip = None
        super().mouseReleaseEvent(event)

    # --- thumbnails

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._ask_soon()

    def _ask_soon(self) -> None:
        self._ask.start()

    def _ask_for_thumbnails(self) -> None:
        """Ask for what can be seen and for the next and the previous window, in this order, and nothing else."""
        seen, count = self.visible_rows(), len(self._model.ids)
        if not seen or not self.isVisible():
            return
        below = range(seen.stop, min(seen.stop + len(seen), count))
        above = range(max(seen.start - len(seen), 0), seen.start)
        needed = self._side * self.devicePixelRatioF()
        side = next((side for side in _THUMBNAIL_SIDES if side >= needed), _THUMBNAIL_SIDES[-1])
        self._model.request_thumbnails([*seen, *below, *reversed(above)], side)

    # --- selection while the rows change

    def _keep_selection(self) -> None:
        current = self.currentIndex().row()
        ids, runs = self._model.ids, self._selected_runs()
        selected = np.concatenate([ids[first : last + 1] for first, last in runs]) if runs else ids[:0]
        self._kept = _Kept(ids, selected, current, self.verticalOffset())

    def _restore_selection(self) -> None:
        """The same pictures stay selected. If the current one has gone, the one that followed it takes its place."""
        kept, ids, model = self._kept, self._model.ids, self.selectionModel()
        self.updateGeometries()
        self.verticalScrollBar().setValue(kept.offset)
        rows = self._model.rows_of(kept.selected.tolist())
        self.select_rows(runs_of(rows))
        if kept.current >= 0 and len(ids):
            found = self._model.rows_of([int(kept.ids[kept.current])])
            row = int(found[0]) if len(found) else min(int(np.isin(kept.ids[: kept.current], ids).sum()), len(ids) - 1)
            self.setAutoScroll(False)  # whoever has scrolled elsewhere stays there
            model.setCurrentIndex(self._model.index(row, 0), QItemSelectionModel.SelectionFlag.NoUpdate)
            self.setAutoScroll(True)
            if len(kept.selected) and not len(rows):
                self.select_rows([(row, row)])
        self._announce_current()
        self._announce_selection()

    def _announce_current(self) -> None:
        current = self.current_id()
        if current != self._announced:
            self._announced = current
            self.current_changed.emit(current)

    def _announce_selection(self) -> None:
        self.selected_changed.emit(sum(last - first + 1 for first, last in self._selected_runs()))

    def _selected_runs(self) -> list[tuple[int, int]]:
        """The selected rows as (first, last) of each run, ascending."""
        selection = self.selectionModel().selection()
        return sorted((selection.at(i).top(), selection.at(i).bottom()) for i in range(selection.count()))


@dataclass(frozen=True)
class _Kept:
    """What was where before the rows changed."""

    ids: Ids
    selected: Ids
    current: int  # row, -1 for none
    offset: int  # scrolled down by so many pixels
