"""Judging one picture after the other: what comes next, in which order, and back to what was undone."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QWidget

from fewshot_gui.answers import Ids
from fewshot_gui.questions.review import Queue, review_queue
from fewshot_gui.session import Change, Filter
from fewshot_gui.ui.desk import Desk
from fewshot_gui.ui.gallery.arrangement import Arrangement, Grouping
from fewshot_gui.ui.gallery.filter_bar import FilterBar
from fewshot_gui.ui.gallery.gallery import GalleryView
from fewshot_gui.ui.gallery.gallery_model import GalleryModel, runs_of
from fewshot_gui.workers.compute import Compute

ASK_AFTER_MS = 300
"""Where the pictures to review are not shown, the queue is made up when no adaptation came for so long."""
JUDGEMENTS = ("label", "confirm", "none", "unlabel", "reject")
"""Kinds of operation after whose undo the person is led back to the pictures."""
_NONE: Ids = np.empty(0, np.int64)


class Review(QObject):
    """Puts the filter "Needs review" in the queue's order, "None of these" in groups by look, and leads on and back."""

    def __init__(
        self,
        desk: Desk,
        compute: Compute,
        gallery: GalleryView,
        model: GalleryModel,
        filters: FilterBar,
        arrangement: Arrangement,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._desk, self._compute = desk, compute
        self._gallery, self._model, self._filters, self._arrangement = gallery, model, filters, arrangement
        self._order = _NONE  # as shown; what was judged keeps its place, for undo
        self._adapted = False
        self._back_to: list[int] = []
        self._undone_at: int | None = None  # the picture that was current then
        self._wants_groups = self._begins = False
        self._ask = QTimer(self, singleShot=True)
        self._ask.timeout.connect(self._ask_for_queue)
        gallery.is_undecided = lambda ids: desk.session.answers.undecided(ids)
        compute.adapted.connect(lambda *_: self._on_adapted())
        desk.changed.connect(self._on_changed)
        desk.replaced.connect(self._on_replaced)
        filters.filter_changed.connect(self._on_filter)

    # --- order

    def rows(self, ids: Ids) -> Ids:
        """The pictures that the filter shows, in the order to judge them; called for whatever filter is chosen."""
        if self._filters.filter is not Filter.REVIEW:
            return ids
        known = self._order[np.isin(self._order, ids)]
        new = ids[~np.isin(ids, self._order)]
        if len(new):
            self._order = np.concatenate([self._order, new])
        return np.concatenate([known, new])

    def _on_adapted(self) -> None:
        self._adapted = True

    def _on_changed(self, change: Change) -> None:
        if change.ripple is not None and self._adapted:
            self._adapted = False
            self._ask.start(0 if self._filters.filter is Filter.REVIEW else ASK_AFTER_MS)
        name = self._desk.session.redo_name
        if change.undone and name is not None and name.kind in JUDGEMENTS:
            self._back_to, self._undone_at = sorted(change.pictures), self._gallery.current_id()
        elif change.done:
            self._back_to = []

    def _on_replaced(self) -> None:
        self._order, self._back_to = _NONE, []
        self._ask.stop()
        self._compute.forget_question("review")

    def _ask_for_queue(self) -> None:
        session = self._desk.session
        if self._desk.is_closed or session.request() is None:
            return
        ids = session.view(Filter.REVIEW)
        if len(ids):
            question = review_queue(ids, session.answers.ids)
            self._compute.ask("review", question, lambda queue: self.take(queue))

    def take(self, queue: Queue) -> None:
        """Order what is to be judged; but what the person has come to or passed by, and what is selected, stays."""
        if self._desk.is_closed or len(self._gallery.selected_ids()) > 1:
            return
        ids = self._desk.session.view(Filter.REVIEW)
        current = self._gallery.current_id()
        shown = self._filters.filter is Filter.REVIEW
        place = np.flatnonzero(self._order == current) if shown and current is not None else _NONE
        ahead = self._order[: int(place[0]) + 1] if len(place) else _NONE
        first = queue.ids[np.isin(queue.ids, ids) & ~np.isin(queue.ids, ahead)]
        rest = ids[~np.isin(ids, np.concatenate([ahead, first]))]  # the filter's order: by doubt
        self._order = np.concatenate([ahead, first, rest])
        if shown:
            self._arrangement.changed.emit()

    # --- leading on and back

    def begin(self) -> None:
        """Show what needs review, and stand on the first picture."""
        self._begins = True
        if self._filters.filter is Filter.REVIEW:
            self._arrangement.changed.emit()
        else:
            self._filters.set_filter(Filter.REVIEW)
        self._gallery.setFocus()

    def groups(self) -> None:
        """Select all of the group that the current picture is in; where nothing is grouped, make groups by look."""
        if self._model.sections is not None:
            self._gallery.select_group()
            return
        self._wants_groups = True
        self._arrangement.set_grouping(Grouping.LOOK)
        self._gallery.setFocus()

    def shown(self) -> None:
        """The gallery has just been brought up to date."""
        model = self._model
        if self._back_to:
            rows = model.rows_of(self._back_to)
            if self._undone_at not in (None, self._gallery.current_id()):
                self._back_to = []  # the person has gone on
            elif len(rows):  # else it is too sure for this filter, until the network has unlearned it
                self._back_to = []
                self._gallery.select_id(int(model.ids[rows[0]]))
                self._gallery.select_rows(runs_of(rows))
        elif self._begins:
            self._begins = False
            if len(model.ids):
                self._gallery.select_id(int(model.ids[0]))
        if self._wants_groups and model.sections and self._arrangement.has_looks:
            self._wants_groups = False
            self._gallery.select_section(0)

    def _on_filter(self, which: Filter) -> None:
        self._wants_groups, self._back_to = False, []
        self._arrangement.set_filter(which)
        if which is Filter.REVIEW:
            queue, self._order = self._order, _NONE
            waiting = self._desk.session.view(Filter.REVIEW)
            self._order = queue[np.isin(queue, waiting)]
            self._begins = True
            if not self._ask.isActive():
                self._ask.start(0)


def is_finished(desk: Desk, filters: FilterBar, shown_class: int | None) -> bool:
    """Whether the person has asked for what is to be reviewed, and nothing is left."""
    if filters.filter is not Filter.REVIEW or filters.search or shown_class is not None:
        return False
    return desk.session.request() is not None and desk.session.counts().waiting == 0
