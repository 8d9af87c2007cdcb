"""Measuring as the person meets it: a window beside the main one, kept up to date with every answer."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QCoreApplication, QObject, QTimer, Signal

from fewshot_gui.images.errors import printable
from fewshot_gui.measures import (
    NO_VERDICTS,
    Verdicts,
    classes_now,
    population_of,
    population_of_verdicts,
    verdicts_of,
)
from fewshot_gui.questions.leave_one_out import LeftOut, leave_one_out
from fewshot_gui.questions.map import Embedded, embedded
from fewshot_gui.session import Change, State
from fewshot_gui.ui.desk import Desk
from fewshot_gui.ui.gallery.tile import percent
from fewshot_gui.ui.measure.losses import Losses
from fewshot_gui.workers.compute import Compute
from fewshot_gui.workers.tasks import Task, Tasks

if TYPE_CHECKING:
    from fewshot_gui.ui.main_window import MainWindow
    from fewshot_gui.ui.measure.map_card import MapCard
    from fewshot_gui.ui.measure.window import MeasuresWindow

REFRESH_MS = 150
LEFT_OUT, MAP = "leave-one-out", "map"
"""Kinds of question to the compute thread."""
THUMBNAIL_SIDE = 256


class MeasuresFlow(QObject):
    """Opens the window, asks the compute thread for what it needs, and carries out what is wished there."""

    _counted = Signal(int, int)
    """From the compute thread: examples left out, of how many."""

    def __init__(
        self,
        desk: Desk,
        compute: Compute,
        tasks: Tasks,
        main: MainWindow,
    ) -> None:
        super().__init__(main)
        self._desk, self._compute, self._tasks = desk, compute, tasks
        self._main = main
        self._thumbnails = main.card_thumbnails
        self.losses = Losses(compute, self)
        self.window: MeasuresWindow | None = None
        self._left_out: LeftOut | None = None
        self._is_stale = self._is_counting = self._is_asking = False
        self._layout: Task | None = None
        self._left_off = 0  # pictures for which the map has no room
        self._soon = QTimer(self, interval=REFRESH_MS, singleShot=True)
        self._soon.timeout.connect(self.refresh)
        self._counted.connect(self._on_counted)
        desk.changed.connect(self._on_changed)
        desk.replaced.connect(self._on_replaced)
        desk.said.connect(lambda sentence, _: self.window.say(sentence) if self.window else None)
        compute.scored.connect(lambda *_: self._soon.start() if self._is_shown() else None)
        compute.idle.connect(self._on_idle)
        self._thumbnails.ready.connect(self._on_thumbnails)

    def start(self) -> None:
        """Show the window; the first time it is made, which loads what draws the plots."""
        if self.window is None:
            from fewshot_gui.ui.measure.window import MeasuresWindow

            window = self.window = MeasuresWindow(self.losses, self._describe)
            window.source_chosen.connect(self._on_source)
            window.count_wanted.connect(self._count)
            window.cancel_wanted.connect(self._stop_counting)
            window.tab_changed.connect(self._on_tab)
            window.addActions([self._main.menu.undo, self._main.menu.redo])
            window.closed.connect(self._stop)
            window.matrix.pictures_wanted.connect(self._main.show_pictures)
            window.per_class.pictures_wanted.connect(self._main.show_pictures)
            places = window.map
            places.pictures_wanted.connect(self._main.show_pictures)
            places.label_wanted.connect(self._desk.label)
            places.position_wanted.connect(self._desk.label_by_position)
            places.accept_wanted.connect(self._desk.accept_answers)
            places.undo_wanted.connect(self._main.undo)
            places.draw_wanted.connect(self._draw)
            places.cancel_wanted.connect(self._stop_drawing)
        self.window.show()
        self.window.raise_()
        self.window.activateWindow()
        self._on_tab()

    def close(self) -> None:
        """The main window closes: so does this one, with all its work."""
        self._soon.stop()
        self._stop()
        if self.window is not None:
            self.window.close()
            self.window.deleteLater()
            self.window = None

    def refresh(self) -> None:
        """Bring the tab that is looked at up to date."""
        window, session = self.window, self._desk.session
        if window is None or not self._is_shown():
            return
        if window.measures_answers():
            judged = verdicts_of(session)
            left_out = self._left_out
            count = len(left_out.ids) if left_out else 0
            window.show_counts(len(judged), count, left_out.alone if left_out else 0, self._is_stale)
            if window.source.value == "examples":
                verdicts = _verdicts(left_out, {0, *(c.id for c in session.classes)})
                window.show_verdicts(verdicts, population_of_verdicts(verdicts), session.classes)
            else:
                window.show_verdicts(judged, population_of(session, judged), session.classes)
        elif window.tabs.currentWidget() is window.map:
            window.map.allow_drawing(session.request() is not None)
            ids = window.map.plot.ids
            if not len(ids):
                return
            now, human = classes_now(session, ids)
            shown = sum(i in session.answers for i in ids.tolist())  # others are examples from outside the folder
            missing = len(session.answers) - session.counts().unreadable - shown - self._left_off
            window.map.colour(now, human, session.classes, max(missing, 0))

    # --- what happens elsewhere

    def _is_shown(self) -> bool:
        return self.window is not None and self.window.isVisible()

    def _on_changed(self, change: Change) -> None:
        self._is_stale |= change.support and self._left_out is not None
        if self._is_shown() and not self._soon.isActive():
            self._soon.start()

    def _on_replaced(self) -> None:
        self._stop()
        self._left_out, self._is_stale = None, False
        if self.window is not None:
            self.window.map.show_map(np.empty(0, np.int64), np.empty((0, 2)), 0)
            self.window.say("")
            self._on_tab()

    def _on_idle(self) -> None:
        """Nothing is left to compute: a question still open was dropped, for there is no adapted network."""
        if self.window is not None and self._is_counting:
            self._is_counting = False
            self.window.stop_progress()
        if self.window is not None and self._is_asking:
            self._is_asking = False
            self.window.map.stop_progress()

    def _on_tab(self) -> None:
        window = self.window
        if window is None or not self._is_shown():
            return
        self.refresh()
        if window.tabs.currentWidget() is window.map and not len(window.map.plot.ids) and self._layout is None:
            self._draw()

    def _stop(self) -> None:
        self._stop_counting()
        self._stop_drawing()

    # --- examples left out one by one

    def _on_source(self, source: object) -> None:
        self.refresh()
        if self.window is not None and self.window.source.value == "examples":
            if self._left_out is None or self._is_stale:
                self._count()
        else:
            self._stop_counting()

    def _count(self) -> None:
        if self.window is None or self._desk.session.request() is None:
            return
        self._is_counting = True
        self.window.show_progress(0, 0)
        self._compute.ask(LEFT_OUT, leave_one_out(self._counted.emit), self._show_left_out)

    def _on_counted(self, done: int, total: int) -> None:
        if self._is_counting and self.window is not None:
            self.window.show_progress(done, total)

    def _show_left_out(self, left_out: LeftOut) -> None:
        self._left_out, self._is_stale = left_out, False
        self._stop_counting()
        self.refresh()

    def _stop_counting(self) -> None:
        self._compute.forget_question(LEFT_OUT)
        self._is_counting = False
        if self.window is not None:
            self.window.stop_progress()

    # --- the map

    def _draw(self) -> None:
        self._stop_drawing()
        if self.window is None or self._desk.session.request() is None:
            return
        self._is_asking = True
        self.window.map.show_progress(0, 0)
        self._compute.ask(MAP, embedded, self._lay_out)

    def _lay_out(self, found: Embedded) -> None:
        self._is_asking = False

        def work(task: Task) -> np.ndarray | None:
            from fewshot_gui.questions.layout import project

            return project(found.embeddings, task.cancelled, task.progress)

        def then(places: np.ndarray | None) -> None:
            if places is None or task.cancelled() or self.window is None:
                return
            self._layout = None
            self._left_off = found.left_out
            self.window.map.show_map(found.ids, places, found.left_out)
            self.refresh()

        def failed(error: Exception) -> None:
            self._stop_drawing()
            self._desk.warned.emit(f"{type(error).__name__}: {error}")

        def progress(done: int, total: int) -> None:
            if self.window is not None:
                self.window.map.show_progress(done, total)

        task = self._layout = self._tasks.run(work, then, failed, progress)

    def _stop_drawing(self) -> None:
        self._compute.forget_question(MAP)
        self._is_asking = False
        if self._layout is not None:
            self._layout.cancel()
            self._layout = None
        if self.window is not None:
            self.window.map.stop_progress()

    def _describe(self, picture_id: int) -> MapCard.Content:
        """What the map shows of a picture under the mouse; its thumbnail is asked for."""
        from fewshot_gui.ui.measure.map_card import MapCard

        session = self._desk.session
        picture, decision = session.picture(picture_id), session.decision(picture_id)
        name = session.class_name(decision.class_id)
        if decision.state is State.WAITING:
            said = ""
        else:
            said = name or QCoreApplication.translate("MeasuresFlow", "None of these")
        if decision.confidence is not None and said:
            said += f" · {percent(decision.confidence)}"
        if not picture.problem:
            self._thumbnails.request(picture_id, session.source(picture_id), THUMBNAIL_SIDE)
        return MapCard.Content(
            picture_id, self._thumbnails.pixmap(picture_id), printable(Path(picture.path.name)), said
        )

    def _on_thumbnails(self, ids: list[int]) -> None:
        if self.window is None:
            return
        card = self.window.map.plot.card
        if card.isVisible() and card.content is not None and card.content.picture_id in ids:
            card.show_pixmap(self._thumbnails.pixmap(card.content.picture_id))


def _verdicts(left_out: LeftOut | None, classes: set[int]) -> Verdicts:
    """As verdicts, of classes that are still there."""
    if left_out is None:
        return NO_VERDICTS
    kept = np.isin(left_out.said, list(classes)) & np.isin(left_out.predicted, list(classes))
    return Verdicts(left_out.ids, left_out.said, left_out.predicted, left_out.confidence).where(kept)
