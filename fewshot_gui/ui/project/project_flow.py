"""What the window does for the project file: a daily backup, a way out of damage, the list of recent projects, and
reopening where one left off."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QSettings, QTimer

from fewshot_gui.images.errors import printable
from fewshot_gui.project.errors import ProjectError
from fewshot_gui.session import Filter, Session
from fewshot_gui.ui.desk import Desk
from fewshot_gui.ui.gallery.arrangement import Grouping, Order
from fewshot_gui.ui.project.recent import RecentMenu, RecentProjects
from fewshot_gui.ui.project.recovery_dialog import RecoveryDialog
from fewshot_gui.workers.tasks import Tasks

if TYPE_CHECKING:
    from fewshot_gui.ui.main_window import MainWindow

BACK_UP_EVERY_MS = 10 * 60 * 1000
"""How often to see whether a new day has begun."""


class ProjectFlow(QObject):
    """One per window; begins its work with start()."""

    def __init__(self, desk: Desk, tasks: Tasks, settings: QSettings, window: MainWindow) -> None:
        super().__init__(window)
        self._desk = desk
        self._tasks = tasks
        self._window = window
        self._session: Session | None = None
        self.recovery: RecoveryDialog | None = None
        self._recent = RecentProjects(settings)
        self.menu = RecentMenu(self._recent, window)
        self.menu.chosen.connect(desk.open_project)
        self._daily = QTimer(self, interval=BACK_UP_EVERY_MS)
        self._daily.timeout.connect(self._back_up)

    def start(self) -> None:
        """The window is complete and shows the session: go where the person left off."""
        self._desk.replaced.connect(self._on_replaced)
        self._desk.leaving.connect(self._on_leaving)
        self._desk.damaged.connect(self._on_damaged)
        self._on_replaced()
        self._daily.start()

    def _on_replaced(self) -> None:
        session = self._desk.session
        self.menu.set_open_now(session.path)
        if session is not self._session:
            self._tell_left()
            self._session = session
            self._go_where_left()
            self._back_up()
            if session.kept_elsewhere is not None:
                QTimer.singleShot(0, self._tell_copy)
        self._note()

    def _tell_left(self) -> None:
        """Whoever opens a folder from elsewhere must not think that the classes are lost."""
        left = self._session
        if left is not None and left.classes:
            name = printable(Path(left.folder.name if left.folder is not None else left.path.stem))
            kept = self.tr("“{project}” is saved with its classes: see “Open recent” in the menu “File”.")
            self._desk.said.emit(kept.format(project=name), False)

    def _tell_copy(self) -> None:
        original = self._desk.session.kept_elsewhere
        if original is not None:
            sentence = self.tr(
                "“{original}” can’t be changed where it is. You work in a copy; what you do is kept in {copy}."
            )
            copy = printable(self._desk.session.path)
            self._desk.said.emit(sentence.format(original=printable(original), copy=copy), False)

    def _note(self) -> None:
        session = self._desk.session
        if session.classes or session.folder is not None:
            name = session.folder.name if session.folder is not None else ""
            self._recent.note(session.path, name, len(session.answers))

    def _back_up(self) -> None:
        session = self._desk.session
        self._tasks.run(lambda _: session.back_up(), failed=self._on_no_backup)

    def _on_no_backup(self, error: Exception) -> None:
        if not self._desk.is_closed:
            self._desk.warned.emit(str(error))

    # --- a damaged project

    def _on_damaged(self, project: Path) -> None:
        dialog = self.recovery = RecoveryDialog(project, self._tasks, self._window)
        dialog.accepted.connect(lambda: self._desk.open_project(project))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    # --- where one left off

    def _on_leaving(self) -> None:
        session = self._desk.session
        self._note()
        place = json.dumps(self._place())
        try:
            if session.place != place and (session.classes or session.folder is not None):
                session.leave_at(place)
        except ProjectError as error:
            self._desk.warned.emit(str(error))

    def _place(self) -> dict[str, Any]:
        window = self._window
        return {
            "filter": window.filters.filter.value,
            "search": window.filters.search,
            "group": window.seeing.arrangement.grouping.value,
            "order": window.seeing.arrangement.order.value,
            "class": window.shown_class,
            "picture": window.gallery.current_id(),
            "scroll": window.gallery.verticalScrollBar().value(),
            "side": window.gallery.side,
        }

    def _go_where_left(self) -> None:
        window, session = self._window, self._desk.session
        try:
            place = json.loads(session.place or "{}")
            which = Filter(place.get("filter", Filter.ALL.value))
            grouping = Grouping(place.get("group", Grouping.NONE.value))
            order = Order(place.get("order", Order.USUAL.value))
            search, shown, picture, scroll, side = map(place.get, ("search", "class", "picture", "scroll", "side"))
        except (ValueError, AttributeError, RecursionError):
            return  # not ours: a project of another program, or of a later version
        if type(side) is int:
            window.gallery.set_side(side)
        window.filters.set_filter(which)
        window.seeing.arrangement.set_grouping(grouping)
        window.seeing.arrangement.set_order(order)
        window.filters.set_search(search if isinstance(search, str) else "")
        if type(shown) is int and session.class_name(shown):
            window.panel.show_requested.emit(shown)
        if type(picture) is int and session.knows(picture):
            window.gallery.select_id(picture)
        if type(scroll) is int and 0 <= scroll < 2**31:
            # Once the window has its size.
            QTimer.singleShot(0, window.gallery, lambda: window.gallery.verticalScrollBar().setValue(scroll))
