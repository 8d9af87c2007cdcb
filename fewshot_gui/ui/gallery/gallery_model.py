"""The rows of the gallery: which pictures are shown, and what is to be seen of each."""

import html
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QAbstractListModel, QMimeData, QModelIndex, QObject, QPersistentModelIndex, Qt, QUrl, Signal
from PySide6.QtGui import QPixmap

from fewshot_gui.images.errors import printable
from fewshot_gui.sentences import translated
from fewshot_gui.session import NONE_OF_THESE, Session
from fewshot_gui.ui.drops import PICTURES_MIME
from fewshot_gui.ui.gallery.arrangement import Section
from fewshot_gui.ui.gallery.thumbnails import ThumbnailLoader
from fewshot_gui.ui.gallery.tile import TILE_ROLE, Tile, description

Ids = NDArray[np.int64]

_NO_IDS: Ids = np.empty(0, np.int64)
_MANY_PICTURES = 5000
_MANY_RUNS = 64  # more separate stretches than this are repainted as one


def runs_of(rows: NDArray[np.intp]) -> list[tuple[int, int]]:
    """Ascending row numbers as (first, last) of each run of neighbours."""
    if len(rows) == 0:
        return []
    breaks = np.flatnonzero(np.diff(rows) > 1)
    firsts = rows[np.concatenate([[0], breaks + 1])]
    lasts = rows[np.concatenate([breaks, [len(rows) - 1]])]
    return list(zip(firsts.tolist(), lasts.tolist(), strict=True))


class GalleryModel(QAbstractListModel):
    """The pictures of a view of the session, one row each, as Tiles under TILE_ROLE."""

    sections_changed = Signal()  # they are called otherwise; the rows are the same

    def __init__(self, loader: ThumbnailLoader, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._sections: tuple[Section, ...] | None = None
        self._counts: tuple[int, ...] | None = None
        self._session: Session | None = None
        self._loader = loader
        self._ids = _NO_IDS
        self._by_id = _NO_IDS  # rows in order of their id
        self._old: Mapping[int, int] = {}
        loader.ready.connect(self.refresh)

    @property
    def ids(self) -> Ids:
        """The picture ids, row by row. Not to be changed."""
        return self._ids

    def set_session(self, session: Session | None) -> None:
        """Show another session, without pictures at first. Empties the loader, since ids have a new meaning."""
        self.beginResetModel()
        self._loader.clear()
        self._session = session
        self._sections = self._counts = None
        self._old = {}
        self._take(_NO_IDS)
        self.endResetModel()

    def set_rows(self, ids: Ids, sections: Sequence[Section] | None = None) -> None:
        """Show these pictures (int64 [rows], no id twice) in this order. Costs little if they are the same or more.

        sections: the groups that they form, in this order; those that are closed have no rows.
        """
        before, grouped = len(self._ids), None if sections is None else tuple(sections)
        counts = None if grouped is None else tuple(0 if one.closed else len(one.ids) for one in grouped)
        same_groups = counts == self._counts
        if same_groups and np.array_equal(ids, self._ids):
            self._sections = grouped
            if grouped is not None:
                self.sections_changed.emit()
        elif counts is None and same_groups and before and np.array_equal(ids[:before], self._ids):
            self.beginInsertRows(QModelIndex(), before, len(ids) - 1)
            self._take(ids)
            self.endInsertRows()
        else:
            self.beginResetModel()
            self._sections, self._counts = grouped, counts
            self._take(ids)
            self.endResetModel()

    def show_old(self, classes: Mapping[int, int]) -> None:
        """Show on these pictures the class that they were in before, 0 for none of these; on no others."""
        changed = {*self._old, *classes}
        self._old = classes
        self.refresh(changed)

    @property
    def old(self) -> Mapping[int, int]:
        """The pictures on which the class they were in before is shown, and that class."""
        return self._old

    @property
    def sections(self) -> tuple[Section, ...] | None:
        """The groups that the rows form, or None."""
        return self._sections

    @property
    def section_counts(self) -> tuple[int, ...] | None:
        """How many rows each group has; the same object as long as nothing changes."""
        return self._counts

    def refresh(self, ids: Collection[int]) -> None:
        """These pictures look different now: repaint those that are shown."""
        if not len(self._ids):
            return
        # Of all that changed only what is in sight is painted; to look up very many rows takes longer than that.
        runs = runs_of(self.rows_of(ids)) if len(ids) <= _MANY_PICTURES else [(0, len(self._ids) - 1)]
        if len(runs) > _MANY_RUNS:
            runs = [(runs[0][0], runs[-1][1])]
        for first, last in runs:
            self.dataChanged.emit(self.index(first, 0), self.index(last, 0))

    def rows_of(self, ids: Collection[int]) -> NDArray[np.intp]:
        """The rows of those of `ids` that are shown, ascending."""
        if not len(ids) or not len(self._ids):
            return np.empty(0, np.intp)
        wanted = np.fromiter(ids, np.int64, len(ids))
        places = np.searchsorted(self._ids, wanted, sorter=self._by_id).clip(max=len(self._ids) - 1)
        rows = self._by_id[places]
        return np.unique(rows[self._ids[rows] == wanted])

    def request_thumbnails(self, rows: Iterable[int], side: int) -> None:
        """Load the thumbnails of these rows, the first one first, and give up on all others not yet begun."""
        assert self._session is not None
        ids = [int(self._ids[row]) for row in rows]
        self._loader.forget_except(set(ids))
        for picture_id in reversed(ids):  # the newest request is served first
            if self._loader.side(picture_id) < side and not self._session.picture(picture_id).problem:
                self._loader.request(picture_id, self._session.source(picture_id), side)

    def pixmap(self, picture_id: int) -> QPixmap | None:
        """The thumbnail, if it is there."""
        return self._loader.pixmap(picture_id)

    def mime_data(self, ids: Iterable[int]) -> QMimeData:
        """Pictures as they are dragged: ids for this program's own cards, files for other programs."""
        assert self._session is not None
        ids = list(ids)
        mime = QMimeData()
        mime.setData(PICTURES_MIME, ",".join(map(str, ids)).encode())
        sources = (self._session.source(picture_id) for picture_id in ids)
        mime.setUrls([QUrl.fromLocalFile(str(source)) for source in sources if isinstance(source, Path)])
        return mime

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._ids)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or self._session is None:
            return None
        picture_id = int(self._ids[index.row()])
        match role:
            case _ if role == TILE_ROLE:
                return self._tile(picture_id)
            case Qt.ItemDataRole.DisplayRole:
                return self._tile(picture_id).name
            case Qt.ItemDataRole.AccessibleTextRole:
                return description(self._tile(picture_id))
            case Qt.ItemDataRole.ToolTipRole:
                reason = translated(self._session.decision(picture_id).reason)
                lines = [html.escape(line) for line in (self._tile(picture_id).name, reason) if line]
                return f"<p style='white-space:pre-wrap'>{'<br>'.join(lines)}</p>"
        return None

    def mimeTypes(self) -> list[str]:
        return [PICTURES_MIME, "text/uri-list"]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        return self.mime_data(int(self._ids[index.row()]) for index in indexes)

    def flags(self, index: QModelIndex | QPersistentModelIndex) -> Qt.ItemFlag:
        usable = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsDragEnabled
        return usable | Qt.ItemFlag.ItemNeverHasChildren if index.isValid() else Qt.ItemFlag.NoItemFlags

    def _take(self, ids: Ids) -> None:
        self._ids = ids
        self._by_id = np.argsort(ids)

    def _tile(self, picture_id: int) -> Tile:
        assert self._session is not None
        picture, decision = self._session.picture(picture_id), self._session.glance(picture_id)
        old = self._old.get(picture_id, decision.class_id or NONE_OF_THESE)
        turned = old != (decision.class_id or NONE_OF_THESE)
        return Tile(
            printable(picture.path.name),
            decision,
            self._session.class_info(decision.class_id) if decision.class_id else None,
            self._loader.pixmap(picture_id),
            self._loader.is_unreadable(picture_id),
            turned,
            next((info for info in self._session.classes if info.id == old), None) if turned else None,
        )
