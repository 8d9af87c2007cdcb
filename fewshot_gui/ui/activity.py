"""What the compute thread and the scan are doing, told to the strip at the bottom of the window."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QCoreApplication, QLocale, QObject

from fewshot_gui.sentences import translated
from fewshot_gui.ui.desk import Desk
from fewshot_gui.ui.status_strip import StatusStrip
from fewshot_gui.workers.compute import Compute

translate = QCoreApplication.translate
TELL_EVERY = 0.1
"""Seconds between two steps of adapting that are shown."""
NOTICEABLE = 1.0
"""Seconds that reading a folder has to take before its end is told."""


class Activity(QObject):
    """Made by the window, which places the strip."""

    def __init__(self, desk: Desk, compute: Compute, strip: StatusStrip, parent: QObject) -> None:
        super().__init__(parent)
        self._desk, self._strip = desk, strip
        self._is_ready = self._is_scanning = False
        self._told = 0.0  # when a step of adapting was shown
        self._reads_since: float | None = None  # when the first of the pictures that are being read was
        self._again: Callable[[], None] | None = None  # says what is going on
        self._adapted: Callable[[], None] | None = None
        desk.scanning.connect(self.on_scanning)
        desk.bringing.found.connect(self._on_brought)
        compute.ready.connect(self._on_ready)
        compute.adapt_progress.connect(self._on_adapt_progress)
        compute.adapted.connect(self._on_adapted)
        compute.read_progress.connect(self._on_read_progress)
        compute.idle.connect(self._on_idle)
        desk.replaced.connect(self._on_replaced)
        compute.failed.connect(lambda _: self._clear())
        self.on_scanning(False)

    def retranslate(self) -> None:
        """Say it in the language of the moment."""
        for again in (self._again, self._adapted):
            if again is not None:
                again()

    def on_scanning(self, on: bool) -> None:
        """The folder is being looked through, or not."""
        self._is_scanning = on
        self._again = partial(self.on_scanning, on)
        if on:
            self._strip.set_activity(translate("MainWindow", "Looking for pictures"))
        elif self._is_ready:
            self._clear()  # where pictures are being read, their progress shows again at once
            self._tell_classified()
        else:
            self._strip.set_activity(translate("MainWindow", "Starting the learner"))

    def _on_brought(self, count: int | None) -> None:
        if count is None:
            self.on_scanning(self._is_scanning)
            return
        self._again = partial(self._on_brought, count)
        text = translate("MainWindow", "Looking for examples · {count}")
        self._strip.set_activity(text.format(count=QLocale().toString(count)))

    def _on_ready(self, device: str, note: str) -> None:
        self._is_ready = True
        self._clear()
        self._strip.set_device(device)
        if note:
            reason = translate("MainWindow", "The GPU is not used: {reason}")
            self._strip.warn(reason.format(reason=translated(note)))

    def _on_idle(self) -> None:
        self._clear()
        self._tell_classified()

    def _on_replaced(self) -> None:
        self._reads_since = None

    def _tell_classified(self) -> None:
        """The whole folder is read and classified: say so once, unless it took no time or the strip offers undo."""
        session, since = self._desk.session, self._reads_since
        if since is None or self._is_scanning or self._desk.is_closed or session.request() is None:
            return
        counts = session.counts()
        if counts.waiting:  # it was cancelled, or is still going on
            return
        self._reads_since = None
        if time.monotonic() - since >= NOTICEABLE and not self._strip.offers_action:
            text = self.tr("%Ln picture(s) classified, {review} to review.", "", counts.all - counts.unreadable)
            self._desk.said.emit(text.format(review=QLocale().toString(counts.review)), False)

    def _clear(self) -> None:
        self._again = None
        self._strip.clear_activity()

    def _on_adapt_progress(self, done: int, steps: int, loss: float) -> None:
        self._again = partial(self._tell_adapting, done, steps, loss)
        now = time.monotonic()
        if done == 1 or now - self._told >= TELL_EVERY:  # there are hundreds of steps a second
            self._told = now
            self._again()

    def _tell_adapting(self, done: int, steps: int, loss: float) -> None:
        text = translate("MainWindow", "Adapting · loss {loss}")
        self._strip.set_activity(text.format(loss=f"{loss:.2f}"), done, steps)

    def _on_adapted(self, _number: int, seconds: float, loss: float) -> None:
        self._clear()
        self._adapted = partial(self._tell_adapted, seconds, loss)
        self._adapted()

    def _tell_adapted(self, seconds: float, loss: float) -> None:
        text = translate("MainWindow", "Adapted in {seconds} s · loss {loss}")
        self._strip.setToolTip(text.format(seconds=f"{seconds:.2f}", loss=f"{loss:.2f}"))

    def _on_read_progress(self, done: int, total: int) -> None:
        self._again = partial(self._on_read_progress, done, total)
        if self._reads_since is None:
            self._reads_since = time.monotonic()
        taught = self._desk.session.request() is not None
        text = translate("MainWindow", "Classifying") if taught else translate("MainWindow", "Reading")
        self._strip.set_pictures(text, done, total)
