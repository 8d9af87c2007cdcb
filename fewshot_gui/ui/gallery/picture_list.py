"""A list of some pictures as thumbnails, to choose from, to drag between lists."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from PySide6.QtCore import (
    QItemSelectionModel,
    QMimeData,
    QModelIndex,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDragMoveEvent,
    QDropEvent,
    QIcon,
    QKeyEvent,
    QPainter,
    QPen,
    QPixmap,
)
from PySide6.QtWidgets import (
    QListView,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from fewshot_gui.ui import theme
from fewshot_gui.ui.drops import example_mime, read_drop
from fewshot_gui.ui.gallery.thumbnails import ThumbnailLoader

_SIDE = 9 * theme.SPACE
_FRAME = 4
_ID = Qt.ItemDataRole.UserRole


class PictureList(QListWidget):
    """Pictures by id, each with its name for those who hear it. Delete asks to take the chosen ones back."""

    received = Signal(list)  # ids dropped here out of another list or a class card
    delete_requested = Signal(list)
    stepped = Signal(int)  # Ctrl and an arrow: the chosen ones are to go to the list so many places to the right

    def __init__(self, loader: ThumbnailLoader, parent: QWidget | None = None, takes_drops: bool = False) -> None:
        super().__init__(parent)
        self._loader = loader
        self._source: Callable[[int], Path | bytes] | None = None
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setMovement(QListView.Movement.Static)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setSelectionMode(QListView.SelectionMode.ExtendedSelection)
        self.setIconSize(QSize(_SIDE, _SIDE))
        self.setSpacing(theme.SPACE // 2)
        self.setWordWrap(True)
        self.setUniformItemSizes(True)
        self.setStyleSheet(
            "QListView { border: 1px solid palette(mid); border-radius: 6px; background: palette(base); padding: 4px; }"
        )
        self.setItemDelegate(_Thumbnail(self))
        self.setDragEnabled(True)
        self.setAcceptDrops(takes_drops)
        self.viewport().setAcceptDrops(takes_drops)
        loader.ready.connect(self._on_ready)

    def show_pictures(
        self,
        ids: Sequence[int],
        source: Callable[[int], Path | bytes],
        spoken: Callable[[int], str],
        caption: Callable[[int], str] = lambda _: "",
    ) -> None:
        """Show these; source, spoken name and caption (none: pictures alone) tell of a picture by id."""
        self._source = source
        chosen = set(self.chosen_ids())
        self.clear()
        for picture_id in ids:
            item = QListWidgetItem(self._icon(picture_id), caption(picture_id))
            item.setData(_ID, picture_id)
            item.setToolTip(spoken(picture_id))
            item.setData(Qt.ItemDataRole.AccessibleTextRole, spoken(picture_id))
            self.addItem(item)
            item.setSelected(picture_id in chosen)
        if self.count():  # a place for the keyboard to begin, with nothing chosen
            self.setCurrentRow(0, QItemSelectionModel.SelectionFlag.NoUpdate)

    def ids(self) -> list[int]:
        """The pictures shown, in order."""
        return [int(self.item(row).data(_ID)) for row in range(self.count())]

    def chosen_ids(self) -> list[int]:
        """The selected pictures."""
        return [int(item.data(_ID)) for item in self.selectedItems()]

    def choose(self, ids: Iterable[int]) -> None:
        """Select these pictures and no others."""
        wanted = set(ids)
        for row in range(self.count()):
            item = self.item(row)
            item.setSelected(int(item.data(_ID)) in wanted)
            if item.isSelected():
                self.setCurrentRow(row, QItemSelectionModel.SelectionFlag.NoUpdate)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is not None and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.stepped.emit(step)
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and self.chosen_ids():
            self.delete_requested.emit(self.chosen_ids())
        else:
            super().keyPressEvent(event)

    def mimeTypes(self) -> list[str]:
        return example_mime(()).formats()

    def mimeData(self, items: Sequence[QListWidgetItem]) -> QMimeData:
        return example_mime(int(item.data(_ID)) for item in items)

    def supportedDropActions(self) -> Qt.DropAction:
        return Qt.DropAction.CopyAction

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        self._answer(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        self._answer(event)

    def dropEvent(self, event: QDropEvent) -> None:
        if self._answer(event):
            self.received.emit(list(read_drop(event.mimeData()).tiles))

    def _answer(self, event: QDropEvent) -> bool:
        drop = read_drop(event.mimeData())
        welcome = drop.from_card and not set(drop.tiles).issubset(self.ids())
        event.setDropAction(Qt.DropAction.CopyAction)
        event.setAccepted(welcome)
        return welcome

    def _on_ready(self, ids: list[int]) -> None:
        for row in range(self.count()):
            item = self.item(row)
            if int(item.data(_ID)) in ids:
                item.setIcon(self._icon(int(item.data(_ID))))

    def _icon(self, picture_id: int) -> QIcon:
        pixmap = self._loader.pixmap(picture_id)
        if pixmap is None:
            if self._source is not None and not self._loader.is_unreadable(picture_id):
                side = round(2 * _SIDE * self.devicePixelRatioF())
                self._loader.request(picture_id, self._source(picture_id), side)
            pixmap = QPixmap(1, 1)
            pixmap.fill(QColor(theme.colour("picture")))
        scale = self.devicePixelRatioF()
        square = QPixmap(round(_SIDE * scale), round(_SIDE * scale))
        square.fill(theme.colour("picture"))
        filled = pixmap.scaled(
            square.size(), Qt.AspectRatioMode.KeepAspectRatioByExpanding, Qt.TransformationMode.SmoothTransformation
        )
        corner = (filled.width() - square.width()) // 2, (filled.height() - square.height()) // 2
        icon = filled.copy(*corner, square.width(), square.height())
        icon.setDevicePixelRatio(scale)
        return QIcon(icon)


class _Thumbnail(QStyledItemDelegate):
    """The picture in a frame that says whether it is chosen, and the caption below it."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        caption = option.fontMetrics.height() + theme.SPACE // 2 if index.data() else 0
        return QSize(_SIDE + 2 * _FRAME, _SIDE + 2 * _FRAME + caption)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        focused = bool(option.state & QStyle.StateFlag.State_HasFocus)
        outer = QRectF(option.rect).adjusted(1, 1, -1, -1)
        if chosen or focused:
            painter.setBrush(theme.colour("selected") if chosen else Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.colour("accent" if focused or chosen else "border"), 2 if focused else 1))
            painter.drawRoundedRect(outer, 6, 6)
        left = option.rect.x() + (option.rect.width() - _SIDE) // 2
        index.data(Qt.ItemDataRole.DecorationRole).paint(painter, left, option.rect.y() + _FRAME, _SIDE, _SIDE)
        if index.data():
            below = QRectF(outer.x() + 2, option.rect.y() + _FRAME + _SIDE, outer.width() - 4, 0)
            below.setBottom(outer.bottom())
            painter.setPen(theme.colour("text"))
            text = option.fontMetrics.elidedText(index.data(), Qt.TextElideMode.ElideRight, int(below.width()))
            painter.drawText(below, Qt.AlignmentFlag.AlignCenter, text)
        painter.restore()
