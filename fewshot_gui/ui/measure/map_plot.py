"""The map itself: a point for every picture, a lasso, and keys to move among them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QMouseEvent, QPainterPath
from PySide6.QtWidgets import QGraphicsPathItem, QWidget

from fewshot_gui.answers import NONE_OF_THESE
from fewshot_gui.measures import inside
from fewshot_gui.state import ClassInfo
from fewshot_gui.ui import theme
from fewshot_gui.ui.measure.map_card import MapCard
from fewshot_gui.ui.measure.plot import Plot, faint, pen
from fewshot_gui.ui.shell.keys import KEYS, says_what

MACHINE, PERSON, WAITING = ("o", 8), ("d", 14), ("o", 5)
"""Symbol and size in pixels of a point: who has spoken of the picture."""
REACH = 12
"""Pixels between the mouse and a point that it means."""
LASSO_STEP = 5
"""Pixels between two corners of the lasso."""
GROWTH = 10
"""So many more neighbours one press of the key selects."""
_ADDING = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.ControlModifier
_ARROWS = {
    Qt.Key.Key_Left: (-1.0, 0.0),
    Qt.Key.Key_Right: (1.0, 0.0),
    Qt.Key.Key_Up: (0.0, 1.0),
    Qt.Key.Key_Down: (0.0, -1.0),
}
Ids = NDArray[np.int64]
Rows = NDArray[np.intp]


class MapPlot(Plot):
    """Points at places in -1..1. One is current; any number is selected.

    Left drag draws the lasso, with Shift it adds; middle drag moves the map, the wheel zooms. Arrows go to the next
    point, with Shift they add it; the key for "neighbours" adds those; Ctrl+A takes all, Esc none; + and - zoom, Home
    shows all.
    """

    selection_changed = Signal()
    wished = Signal(str)
    """A key was pressed that stands for this name in the table of keys, or "show"."""
    menu_wanted = Signal(object)
    """A global QPoint."""

    def __init__(self, describe: Callable[[int], MapCard.Content], parent: QWidget | None = None) -> None:
        self._lasso_box = _LassoBox()
        self.ids: Ids = np.empty(0, np.int64)
        self._places = np.empty((0, 2))
        self._now, self._human = np.empty(0, np.int64), np.empty(0, bool)
        self._classes: dict[int, ClassInfo] = {}
        self._selected = np.empty(0, bool)
        self._current = -1
        super().__init__(parent, self._lasso_box)
        self.hideAxis("bottom")
        self.hideAxis("left")
        self.setAspectLocked(True)
        self.setMouseEnabled(x=True, y=True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setMouseTracking(True)
        self._spots = pg.ScatterPlotItem(pxMode=True, symbol=WAITING[0], size=WAITING[1], pen=None)
        self._rings = pg.ScatterPlotItem(pxMode=True, size=18, brush=None)
        self._mark = pg.ScatterPlotItem(pxMode=True, size=26, brush=None)
        self._outline = QGraphicsPathItem()
        for item in (self._spots, self._rings, self._mark):
            self.addItem(item)
        self.addItem(self._outline, ignoreBounds=True)
        self._names: list[pg.TextItem] = []
        self._describe = describe
        self.card = MapCard(self)
        self._lasso_box.drawn.connect(self._draw_lasso)
        self._lasso_box.closed.connect(self._close_lasso)
        self.draw_again()

    # --- what is shown

    def show_points(self, ids: Ids, places: NDArray[np.float64]) -> None:
        """Show pictures ids [n] at places [n, 2]; nobody has spoken of them until ``colour`` says so."""
        self.ids, self._places = ids, places
        self._now, self._human = np.full(len(ids), -1, np.int64), np.zeros(len(ids), bool)
        self._selected, self._current = np.zeros(len(ids), bool), -1
        self._spots.setData(x=places[:, 0], y=places[:, 1])
        self.fit()
        self._show_selection()

    def colour(self, now: Ids, human: NDArray[np.bool_], classes: Sequence[ClassInfo]) -> None:
        """Each picture's class now [n], and where a person said so [n]. Only what has changed is drawn anew."""
        infos = {info.id: info for info in classes}
        changed = np.flatnonzero((now != self._now) | (human != self._human))
        if {i: c.colour for i, c in infos.items()} != {i: c.colour for i, c in self._classes.items()}:
            changed = np.arange(len(self.ids))
        self._now, self._human, self._classes = now, human, infos
        self._restyle(changed)
        self._write_names()

    def draw_again(self) -> None:
        if not hasattr(self, "card"):
            return
        self._rings.setPen(pen(theme.colour("text"), 1.5))
        self._mark.setPen(pen(theme.colour("accent"), 2.5))
        self._outline.setPen(pen(theme.colour("accent"), 1.5, Qt.PenStyle.DashLine))
        self._outline.setBrush(faint(theme.colour("accent"), 30))
        self._spots.setBrush(theme.colour("border"))
        self._restyle(np.arange(len(self.ids)))
        self._write_names()

    def _restyle(self, rows: Rows) -> None:
        if not len(rows):
            return
        data = self._spots.data
        edge, bold = pen(theme.colour("card"), 1), pen(theme.colour("text"), 1.5)
        for class_id in np.unique(self._now[rows]).tolist():
            brush = pg.mkBrush(self._colour_of(class_id))
            for is_human in (False, True):
                some = rows[(self._now[rows] == class_id) & (self._human[rows] == is_human)]
                symbol, size = PERSON if is_human else WAITING if class_id < NONE_OF_THESE else MACHINE
                data["symbol"][some], data["size"][some] = symbol, size
                data["brush"][some], data["pen"][some] = brush, bold if is_human else edge
        data["sourceRect"][rows] = 0
        self._spots.updateSpots()

    def _colour_of(self, class_id: int) -> QColor:
        info = self._classes.get(class_id)
        return theme.class_colour(info.colour) if info else theme.colour("muted" if class_id >= 0 else "border")

    def _write_names(self) -> None:
        """Each class's name above its points, not counting those far off: colours are never the only sign."""
        for item in self._names:
            self.removeItem(item)
        self._names = []
        for class_id, info in self._classes.items():
            rows = np.flatnonzero(self._now == class_id)
            if len(rows):
                fill = faint(theme.colour("card"), 215)
                item = pg.TextItem(info.name, theme.colour("text"), anchor=(0.5, 1.2), fill=fill)
                middle = np.median(self._places[rows], axis=0)
                away = np.square(self._places[rows] - middle).sum(1)
                near = rows[away <= np.quantile(away, 0.9)]
                item.setPos(float(middle[0]), float(self._places[near, 1].max()))
                item.setZValue(10)
                self.addItem(item, ignoreBounds=True)
                self._names.append(item)

    def fit(self) -> None:
        """Show the whole map."""
        self.setRange(xRange=(-1, 1), yRange=(-1, 1), padding=0.05)

    # --- selection

    def selected_ids(self) -> list[int]:
        """The selected pictures; without any, the current one."""
        if self._selected.any():
            return [int(i) for i in self.ids[self._selected]]
        return [int(self.ids[self._current])] if self._current >= 0 else []

    def select(self, rows: Rows, add: bool = False) -> None:
        """Select these points, in place of those selected or besides them."""
        if not add:
            self._selected[:] = False
        self._selected[rows] = True
        self._show_selection()

    def set_current(self, row: int) -> None:
        """Make a point current and show its picture."""
        self._current = row
        self._show_selection()
        self.show_card(row)

    def _show_selection(self) -> None:
        chosen = self._places[self._selected]
        self._rings.setData(x=chosen[:, 0], y=chosen[:, 1])
        current = self._places[[self._current]] if self._current >= 0 else self._places[:0]
        self._mark.setData(x=current[:, 0], y=current[:, 1])
        self.selection_changed.emit()

    def _draw_lasso(self, corners: list[QPointF]) -> None:
        path = QPainterPath()
        if corners:
            path.moveTo(corners[0])
            for corner in corners[1:]:
                path.lineTo(corner)
            path.closeSubpath()
        self._outline.setPath(path)
        self.card.hide()

    def _close_lasso(self, corners: list[QPointF], add: bool) -> None:
        self._outline.setPath(QPainterPath())
        polygon = np.array([(corner.x(), corner.y()) for corner in corners])
        self._current = -1
        self.select(np.flatnonzero(inside(polygon.reshape(-1, 2), self._places)), add)

    # --- mouse and keys

    def row_at(self, position: QPointF) -> int:
        """The point within REACH of a position in this widget, or -1."""
        if not len(self._places):
            return -1
        at = self._lasso_box.mapSceneToView(self.mapToScene(position.toPoint()))
        width, height = self._lasso_box.viewPixelSize()
        away = np.square((self._places - (at.x(), at.y())) / (width, height)).sum(1)
        row = int(away.argmin())
        return row if away[row] <= REACH**2 else -1

    def place_of(self, row: int) -> QPointF:
        """Where a point is in this widget."""
        scene = self._lasso_box.mapViewToScene(QPointF(*self._places[row].tolist()))
        return QPointF(self.mapFromScene(scene))

    def show_card(self, row: int) -> None:
        """The picture of a point beside it; -1 hides it."""
        if row < 0:
            self.card.hide()
        else:
            self.card.show_content(self._describe(int(self.ids[row])), self.place_of(row).toPoint())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        if not event.buttons():
            self.show_card(self.row_at(event.position()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        if event.button() == Qt.MouseButton.RightButton:
            row = self.row_at(event.position())
            if row >= 0 and not self._selected[row]:
                self.select(np.array([row]))
                self.set_current(row)
            self.menu_wanted.emit(event.globalPosition().toPoint())
        elif event.button() == Qt.MouseButton.LeftButton:
            row = self.row_at(event.position())
            if row >= 0:
                add = bool(event.modifiers() & _ADDING)
                self.select(np.array([row]), add)
                self.set_current(row)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.card.hide()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.card.hide()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if key in _ARROWS and len(self.ids):
            self._step(np.array(_ARROWS[key]), shift)
        elif key == Qt.Key.Key_A and control:
            self.select(np.arange(len(self.ids)))
        elif key == Qt.Key.Key_Escape and (self._selected.any() or self._current >= 0):
            self._current = -1
            self.select(np.empty(0, np.intp))
            self.card.hide()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not control:
            self.wished.emit("show")
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus):
            scale = 1.25 if key == Qt.Key.Key_Minus else 0.8
            self._lasso_box.scaleBy((scale, scale))
        elif key == Qt.Key.Key_Home:
            self.fit()
        elif key == Qt.Key.Key_Menu:
            place = self.place_of(self._current) if self._current >= 0 else QPointF(self.rect().center())
            self.menu_wanted.emit(self.mapToGlobal(place.toPoint()))
        else:
            self._wish(event)

    def _wish(self, event: QKeyEvent) -> None:
        name = KEYS.action_for(event, "map")
        if says_what(name):
            self.wished.emit(name)
        elif name == "neighbours":
            self._grow()
        else:
            event.ignore()

    def _step(self, direction: NDArray[np.float64], add: bool) -> None:
        """To the next point in a direction: the nearest whose way there points that way within 45 degrees."""
        if self._current < 0:
            row = int(np.square(self._places - self._middle()).sum(1).argmin())
        else:
            away = self._places - self._places[self._current]
            along, aside = away @ direction, np.abs(away @ direction[::-1])
            ahead = (along > 0) & (aside <= along)
            if not ahead.any():
                return
            row = int(np.where(ahead, along + 2 * aside, np.inf).argmin())
        self.select(np.array([row]), add)
        self.set_current(row)
        self._bring_into_sight(row)

    def _middle(self) -> NDArray[np.float64]:
        seen = self._lasso_box.viewRect().center()
        return np.array([seen.x(), seen.y()])

    def _bring_into_sight(self, row: int) -> None:
        x, y = self._places[row].tolist()
        seen = self._lasso_box.viewRect()
        if not seen.contains(QPointF(x, y)):
            centre = seen.center()
            self._lasso_box.translateBy(x=x - centre.x(), y=y - centre.y())
            self.show_card(row)

    def _grow(self) -> None:
        """Select the points nearest to the current one, a few more each time."""
        if self._current >= 0:
            away = np.square(self._places - self._places[self._current]).sum(1)
            away[self._selected] = np.inf
            nearest = np.argsort(away, kind="stable")[:GROWTH]
            self.select(nearest[np.isfinite(away[nearest])], add=True)


class _LassoBox(pg.ViewBox):  # type: ignore[misc]
    """Left drag draws a lasso instead of moving the map, which the middle button does."""

    drawn = Signal(list)
    closed = Signal(list, bool)

    def __init__(self) -> None:
        super().__init__(enableMenu=False)
        self._corners: list[QPointF] = []

    def mouseDragEvent(self, event: object, axis: object = None) -> None:
        drag: pg.GraphicsScene.mouseEvents.MouseDragEvent = event
        if drag.button() == Qt.MouseButton.MiddleButton:
            super().mouseDragEvent(event, axis)
            return
        drag.accept()
        if drag.button() != Qt.MouseButton.LeftButton:
            return
        if drag.isStart():
            self._corners = [self.mapToView(drag.buttonDownPos())]
        corner = self.mapToView(drag.pos())
        width, height = self.viewPixelSize()
        last = self._corners[-1] if self._corners else corner
        if abs(corner.x() - last.x()) / width + abs(corner.y() - last.y()) / height >= LASSO_STEP or not self._corners:
            self._corners.append(corner)
            self.drawn.emit(self._corners)
        if drag.isFinish():
            add = bool(drag.modifiers() & _ADDING)
            self.closed.emit(self._corners, add)
            self._corners = []
