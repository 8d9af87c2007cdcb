"""Keeps what the window shows in step with the session: counts, rows, cards, actions."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from fewshot_gui.session import ClassInfo
from fewshot_gui.state import Change
from fewshot_gui.ui.review.review import is_finished
from fewshot_gui.ui.turns import Turns

if TYPE_CHECKING:
    from fewshot_gui.ui.main_window import MainWindow

REFRESH_MS = 60
"""Rows, counts and cards are brought up to date this long after a change: many changes cost one refresh."""


class Refreshing(QObject):
    """All at once where the person asked for it; after a change a moment later, and then each part in a turn of its
    own."""

    def __init__(self, turns: Turns, window: MainWindow) -> None:
        super().__init__(window)
        self._window, self._turns = window, turns
        self._parts = {"counts": self._counts, "rows": self._rows, "cards": self._cards, "actions": self._actions}
        self._cards_changed = False
        self._classes: list[ClassInfo] = []  # as the tiles show them
        self._took = 0.0
        self._soon = QTimer(self, interval=REFRESH_MS, singleShot=True)
        self._soon.timeout.connect(self._begin)

    @property
    def is_due(self) -> bool:
        """Whether something is not shown yet as it is."""
        return self._soon.isActive() or not self._turns.is_empty

    def after(self, change: Change) -> None:
        """The session has changed: show it soon."""
        self._cards_changed |= change.classes or change.rows
        if not self._soon.isActive():
            self._soon.start()

    def all_anew(self) -> None:
        """Another project or folder is open, or the language is another: show all of it now."""
        self._cards_changed = True
        self.now()

    def now(self) -> None:
        """Show everything as it is."""
        self._turns.drop(*self._parts)
        for part in self._parts.values():
            part()

    def stop(self) -> None:
        """The window is about to be closed."""
        self._soon.stop()

    def _begin(self) -> None:
        self._took = 0.0
        for name, part in self._parts.items():
            self._turns.ask(name, partial(self._timed, part))

    def _timed(self, part: Callable[[], None]) -> None:
        """Very many pictures take long to arrange anew: then seldomer, so that four fifths of the time are free."""
        began = time.perf_counter()
        part()
        self._took += time.perf_counter() - began
        self._soon.setInterval(max(REFRESH_MS, round(4000 * self._took)))

    # --- the parts

    def _counts(self) -> None:
        window, session = self._window, self._window.desk.session
        class_id = window.shown_class
        window.filters.show_class(None if class_id is None else session.class_info(class_id))
        window.filters.set_counts(session.counts())
        window.filters.setVisible(len(session.answers) > 0)

    def _rows(self) -> None:
        window, session = self._window, self._window.desk.session
        ids = session.view(window.filters.filter, window.shown_class, window.filters.search)
        ids = window.shown_set.ids(session) if window.shown_set.is_on else window.review.rows(ids)
        window.seeing.show_rows(ids)
        if session.classes != self._classes:
            self._classes = list(session.classes)
            window.gallery.viewport().update()
        window.review.shown()
        window.show_gallery(len(ids) > 0)
        if not len(session.answers):
            window.empty.show_welcome(window.without_pictures)
        elif is_finished(window.desk, window.filters, window.shown_class):
            window.empty.show_finished(session.counts().unknown)
        else:
            window.empty.show_no_match()

    def _cards(self) -> None:
        if self._cards_changed:
            self._cards_changed = False
            self._window.panel.refresh(self._window.desk.session)

    def _actions(self) -> None:
        session = self._window.desk.session
        self._window.menu.sort.setEnabled(bool(session.classes) and len(session.answers) > 0)
        self._window.undoing.name_actions()
