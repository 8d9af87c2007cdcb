"""A grid of equal tiles for any number of rows.

QListView lays out item by item, which stops the window for a third of a second at 100,000 rows. Here every place is
computed from its row, so nothing depends on how many there are.
"""

from collections.abc import Iterable, Sequence

from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    QTimer,
)
from PySide6.QtGui import (
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QRegion,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QRubberBand,
    QStyle,
    QStyleOptionRubberBand,
    QWidget,
)

from fewshot_gui.ui.gallery.grid_layout import GAP, GridLayout
from fewshot_gui.ui.gallery.tile import TILE_ROLE, TileDelegate
from fewshot_gui.ui.shell.keys import KEYS

_SCROLL_EVERY_MS = 40
_MANY_RANGES = 64  # of selected rows

AnyIndex = QModelIndex | QPersistentModelIndex
_Action = QAbstractItemView.CursorAction
_Flag = QItemSelectionModel.SelectionFlag
_Event = QEvent.Type
_LOOKS_CHANGE = (_Event.LanguageChange, _Event.PaletteChange, _Event.StyleChange, _Event.FontChange)


class GridView(QListView):
    """Shows a list model as a grid of tiles of one size, scrolled by pixels, with a rubber band on empty ground.

    It is a QListView for the sake of screen readers and of the selection's usual manners; its layout is replaced.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tile = QSize(160, 160)
        self._laid_out: tuple[tuple[int, QSize, int, int], Sequence[int] | None, GridLayout] | None = None
        self._hovered = -1
        self._band: QRect | None = None  # in content coordinates, from the press to the mouse
        self._before_band = QItemSelection()
        self._band_adds = False
        KEYS.changed.connect(self._paint_anew)
        self._autoscroll = QTimer(self, interval=_SCROLL_EVERY_MS)
        self._autoscroll.timeout.connect(self._scroll_band)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setMouseTracking(True)

    # --- geometry: content coordinates start at the top of the first row and do not scroll

    def set_tile_size(self, size: QSize) -> None:
        """The size of every tile in pixels. What was at the top of the window stays in sight."""
        first = self.visible_rows().start
        self._tile = size
        self.updateGeometries()
        if self._count():
            self.verticalScrollBar().setValue(self._cell(first).top() - GAP)
        self.viewport().update()

    def section_counts(self) -> Sequence[int] | None:
        """How many rows each section has; the same object as long as that is so. None: there are no sections."""
        return None

    def header_height(self) -> int:
        """The height of the header of each section, in pixels."""
        return 0

    def visible_rows(self) -> range:
        """The model rows of which some part can be seen."""
        return self.grid.rows_across(self.verticalOffset(), self.verticalOffset() + self.viewport().height())

    def columns(self) -> int:
        """How many tiles stand side by side."""
        return self.grid.columns

    @property
    def grid(self) -> GridLayout:
        """Where everything stands at the moment."""
        sections = self.section_counts()
        state = (self._count(), self._tile, self.viewport().width(), self.header_height())
        if self._laid_out is None or self._laid_out[0] != state or self._laid_out[1] is not sections:
            counts = [state[0]] if sections is None else sections
            header = 0 if sections is None else state[3]
            self._laid_out = (state, sections, GridLayout(counts, QSize(self._tile), state[2], header))
        return self._laid_out[2]

    def paint_header(self, painter: QPainter, section: int, rect: QRect) -> None:
        """Draw the header of a section; for those who have sections."""

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in _LOOKS_CHANGE:
            self._paint_anew()

    def _paint_anew(self) -> None:
        delegate = self.itemDelegate()
        if isinstance(delegate, TileDelegate):
            delegate.forget_painted()
        self.viewport().update()

    def header_pressed(self, section: int, point: QPoint, event: QMouseEvent) -> None:
        """The left button went down on a section's header, at a point of it; for those who have sections."""

    def header_at(self, point: QPoint) -> int | None:
        """The section whose header is at a point of the viewport."""
        inside = point + QPoint(0, self.verticalOffset())
        near = self.grid.headers_across(inside.y(), inside.y())
        return next((section for section in near if self.grid.header_rect(section).contains(inside)), None)

    def _count(self) -> int:
        model = self.model()
        return model.rowCount() if model else 0

    def _cell(self, row: int) -> QRect:
        return self.grid.cell(row)

    def _nearest_row(self, point: QPoint) -> int:
        """The row at a point of the viewport, or the nearest one before it in reading order; -1 if there are none."""
        return self.grid.nearest_row(point + QPoint(0, self.verticalOffset()))

    def horizontalOffset(self) -> int:
        return 0

    def verticalOffset(self) -> int:
        return self.verticalScrollBar().value()

    def visualRect(self, index: AnyIndex) -> QRect:
        return self._cell(index.row()).translated(0, -self.verticalOffset()) if index.isValid() else QRect()

    def indexAt(self, point: QPoint) -> QModelIndex:
        row = self._nearest_row(point)
        on_tile = row >= 0 and self._cell(row).contains(point + QPoint(0, self.verticalOffset()))
        return self.model().index(row, 0) if on_tile else QModelIndex()

    def scrollTo(
        self, index: AnyIndex, hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible
    ) -> None:
        if not index.isValid():
            return
        cell, bar, page = self._cell(index.row()), self.verticalScrollBar(), self.viewport().height()
        if hint == QAbstractItemView.ScrollHint.PositionAtCenter:
            bar.setValue(cell.center().y() - page // 2)
        elif cell.top() - GAP < bar.value() or hint == QAbstractItemView.ScrollHint.PositionAtTop:
            bar.setValue(cell.top() - GAP)
        elif cell.bottom() + GAP > bar.value() + page or hint == QAbstractItemView.ScrollHint.PositionAtBottom:
            bar.setValue(cell.bottom() + GAP - page)

    def doItemsLayout(self) -> None:
        self.updateGeometries()
        self.viewport().update()

    def updateGeometries(self) -> None:
        page, bar = self.viewport().height(), self.verticalScrollBar()
        bar.setPageStep(page)
        bar.setSingleStep(max(1, self.grid.line_height // 4))
        bar.setRange(0, max(0, self.grid.height - page))

    def resizeEvent(self, event: QResizeEvent) -> None:
        first = self.grid.rows_across(self.verticalOffset(), self.verticalOffset()).start
        super().resizeEvent(event)
        self.updateGeometries()
        if event.oldSize().width() != event.size().width() and self.verticalOffset() and first < self._count():
            self.verticalScrollBar().setValue(self._cell(first).top() - GAP)

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        self._hovered = -1
        self.viewport().scroll(0, dy)

    # --- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, delegate = QPainter(self.viewport()), self.itemDelegate()
        assert isinstance(delegate, TileDelegate)
        dirty, offset, grid, model = event.rect(), self.verticalOffset(), self.grid, self.model()
        flag, font = QStyle.StateFlag, self.font()
        rows = grid.rows_across(dirty.top() + offset, dirty.bottom() + offset)
        current, selected = self.currentIndex().row() if self.hasFocus() else -1, self._selected_among(rows)
        for row in rows:
            rect = grid.cell(row).translated(0, -offset)
            tile = model.index(row, 0).data(TILE_ROLE) if rect.intersects(dirty) else None
            if tile is None:
                continue
            state = flag.State_None
            if row == current:
                state |= flag.State_HasFocus
            if row == self._hovered:
                state |= flag.State_MouseOver
            if row in selected:
                state |= flag.State_Selected
            delegate.paint_tile(painter, rect, state, font, tile)
        delegate.keep_painted(len(self.visible_rows()))
        for section in grid.headers_across(dirty.top() + offset, dirty.bottom() + offset):
            self.paint_header(painter, section, grid.header_rect(section).translated(0, -offset))
        if self._band is not None:
            self._paint_band(painter, offset)

    def _selected_among(self, rows: range) -> set[int]:
        """Of these rows the selected ones. To ask for one after the other asks the model each time."""
        selection = self.selectionModel().selection()
        if selection.count() > _MANY_RANGES:
            model, chosen = self.model(), self.selectionModel()
            return {row for row in rows if chosen.isSelected(model.index(row, 0))}
        ranges = (selection.at(i) for i in range(selection.count()))
        among = [range(max(one.top(), rows.start), min(one.bottom() + 1, rows.stop)) for one in ranges]
        return {row for chosen in among for row in chosen}

    def _paint_band(self, painter: QPainter, offset: int) -> None:
        assert self._band is not None
        option = QStyleOptionRubberBand()
        option.initFrom(self)
        option.shape = QRubberBand.Shape.Rectangle
        option.rect = self._band.normalized().translated(0, -offset)
        self.style().drawControl(QStyle.ControlElement.CE_RubberBand, option, painter, self)

    def dataChanged(self, top_left: AnyIndex, bottom_right: AnyIndex, roles: Iterable[int] = ()) -> None:
        visible = self.visible_rows()
        first, last = max(top_left.row(), visible.start), min(bottom_right.row(), visible.stop - 1)
        if last - first >= self.columns():
            self.viewport().update()
        else:
            for row in range(first, last + 1):
                self.viewport().update(self._cell(row).translated(0, -self.verticalOffset()))

    # --- selection

    def select_rows(self, ranges: Iterable[tuple[int, int]], command: _Flag = _Flag.ClearAndSelect) -> None:
        """Select rows, given as (first, last) of each run."""
        self.selectionModel().select(self._selection_of(ranges), command)

    def setSelection(self, rect: QRect, command: _Flag) -> None:
        """Select from the tile at one corner of `rect` to that at the other, as text is selected, not as an area."""
        ends = sorted((self._nearest_row(rect.topLeft()), self._nearest_row(rect.bottomRight())))
        self.select_rows([(ends[0], ends[1])] if ends[0] >= 0 else [], command)

    def visualRegionForSelection(self, selection: QItemSelection) -> QRegion:
        return QRegion(self.viewport().rect())  # asked for what to repaint; exact would take time for every row

    def isIndexHidden(self, index: AnyIndex) -> bool:
        return False

    def moveCursor(self, action: _Action, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        count, grid = self._count(), self.grid
        if not count:
            return QModelIndex()
        row = self.currentIndex().row()
        if row < 0:
            return self.model().index(0, 0)
        page = max(1, self.viewport().height() // grid.line_height)
        match action:
            case _Action.MoveUp:
                row = grid.above(row)
            case _Action.MoveDown:
                row = grid.below(row)
            case _Action.MoveLeft | _Action.MovePrevious:
                row -= 1
            case _Action.MoveRight | _Action.MoveNext:
                row += 1
            case _Action.MoveHome:
                row = 0
            case _Action.MoveEnd:
                row = count - 1
            case _Action.MovePageUp:
                for _ in range(page):
                    row = grid.above(row)
            case _Action.MovePageDown:
                for _ in range(page):
                    row = grid.below(row)
        return self.model().index(min(max(row, 0), count - 1), 0)

    def keyboardSearch(self, search: str) -> None:
        """Letters are commands here; searching names is done in the search field."""

    def _selection_of(self, ranges: Iterable[tuple[int, int]]) -> QItemSelection:
        model, selection = self.model(), QItemSelection()
        for first, last in ranges:
            selection.select(model.index(first, 0), model.index(last, 0))
        return selection

    # --- mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        point = event.position().toPoint()
        if event.button() != Qt.MouseButton.LeftButton or self.indexAt(point).isValid():
            super().mousePressEvent(event)
            return
        section = self.header_at(point)
        if section is not None:
            inside = point + QPoint(0, self.verticalOffset())
            self.header_pressed(section, inside - self.grid.header_rect(section).topLeft(), event)
            return
        adding = event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
        self._before_band, self._band_adds = QItemSelection(self.selectionModel().selection()), bool(adding)
        start = point + QPoint(0, self.verticalOffset())
        self._band = QRect(start, start)
        self._stretch_band(point)
        self._autoscroll.start()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        point = event.position().toPoint()
        if self._band is not None:
            self._stretch_band(point)
            return
        self._set_hovered(self.indexAt(point).row())
        super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._band is None:
            super().mouseReleaseEvent(event)
        elif event.button() == Qt.MouseButton.LeftButton:
            self._end_band()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._band is not None and event.key() == Qt.Key.Key_Escape:
            self.selectionModel().select(self._before_band, _Flag.ClearAndSelect)
            self._end_band()
            return
        super().keyPressEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._set_hovered(-1)

    def _set_hovered(self, row: int) -> None:
        if row != self._hovered:
            for changed in (row, self._hovered):
                self.viewport().update(self._cell(changed).translated(0, -self.verticalOffset()))
            self._hovered = row

    def _stretch_band(self, point: QPoint) -> None:
        assert self._band is not None
        self._band.setBottomRight(point + QPoint(0, self.verticalOffset()))
        selection = QItemSelection(self._before_band) if self._band_adds else QItemSelection()
        selection.merge(self._selection_of(self._runs_in(self._band.normalized())), _Flag.Select)
        self.selectionModel().select(selection, _Flag.ClearAndSelect)
        self.viewport().update()

    def _runs_in(self, area: QRect) -> list[tuple[int, int]]:
        """The tiles that touch `area` (content coordinates): a run of rows for each line of the grid."""
        lines = list(self.grid.lines_across(area.top(), area.bottom()))
        if lines and self._cell(lines[0].start).bottom() < area.top():  # only the gap below this line is touched
            lines = lines[1:]
        runs = []
        for line in lines:
            touched = [
                row for row in line if self._cell(row).left() <= area.right() and self._cell(row).right() >= area.left()
            ]
            if touched and self._cell(touched[0]).top() <= area.bottom():
                runs.append((touched[0], touched[-1]))
        return runs

    def _scroll_band(self) -> None:
        point, height = self.viewport().mapFromGlobal(self.cursor().pos()), self.viewport().height()
        beyond = point.y() - height if point.y() > height else min(point.y(), 0)
        if beyond and self._band is not None:
            self.verticalScrollBar().setValue(self.verticalOffset() + beyond)
            self._stretch_band(point)

    def _end_band(self) -> None:
        self._band = None
        self._autoscroll.stop()
        self.viewport().update()
