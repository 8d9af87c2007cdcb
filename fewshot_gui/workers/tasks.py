"""Everything slow that is not torch: scanning, planning, sorting, undoing, writing. One function runs it, another gets
the result."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal

from fewshot_gui.workers.priority import give_way

STALLED_SECONDS = 1.0
"""So long are threads that may wait for a disk given to end with the application."""


def _behind(body: Callable[[], None]) -> None:
    give_way()
    body()


class Task:
    """The worker's view of its task: report progress and parts of the result, ask whether to stop."""

    def __init__(self, post: Callable[[Callable[[], None]], None], on_part: Callable[..., None] | None) -> None:
        self._post = post
        self._on_part = on_part
        self._cancelled = threading.Event()
        self._last = 0.0

    def cancel(self) -> None:
        """Ask the work to stop; parts that are still on their way are dropped."""
        self._cancelled.set()

    def cancelled(self) -> bool:
        return self._cancelled.is_set()

    def part(self, *values: Any) -> None:
        """Hand a part of the result, or progress, to the window's thread."""
        if self._on_part is not None:
            on_part = self._on_part
            self._post(lambda: None if self.cancelled() else on_part(*values))

    def progress(self, done: int, total: int) -> None:
        """As ``part``, thirty times a second at the most; the last one always arrives."""
        now = time.monotonic()
        if done >= total or now - self._last > 1 / 30:
            self._last = now
            self.part(done, total)


class Tasks(QObject):
    """Runs work beside the window and brings results back to the window's thread. One per application."""

    _posted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._pool = ThreadPoolExecutor(2, "task", initializer=give_way)
        self._running: set[Task] = set()
        self._apart: list[threading.Thread] = []
        self._posted.connect(self._call, Qt.ConnectionType.QueuedConnection)
        self._stopped = False

    def run(
        self,
        work: Callable[[Task], Any],
        then: Callable[[Any], None] = lambda _: None,
        failed: Callable[[Exception], None] = lambda _: None,
        part: Callable[..., None] | None = None,
        may_stall: bool = False,
    ) -> Task:
        """Run ``work(task)`` in the pool; afterwards ``then(result)`` or ``failed(error)`` here. ``part`` gets its
        parts.

        A cancelled task still ends in ``then`` or ``failed``: its result says how far it came. may_stall: it may wait
        for a disk that never answers, so it gets a thread of its own, which ``stop`` leaves to itself in the end.
        """
        task = Task(self._post, part)
        self._running.add(task)

        def body() -> None:
            try:
                result = work(task)
            except Exception as error:
                caught = error
                self._post(lambda: self._finish(task, lambda: failed(caught)))
            else:
                self._post(lambda: self._finish(task, lambda: then(result)))

        if may_stall:
            self._apart = [thread for thread in self._apart if thread.is_alive()]
            self._apart.append(threading.Thread(target=_behind, args=(body,), name="task-apart", daemon=True))
            self._apart[-1].start()
        else:
            self._pool.submit(body)
        return task

    def stop(self) -> None:
        """Cancel everything and wait for it, but not for a disk; nothing is delivered afterwards."""
        self._stopped = True
        for task in self._running:
            task.cancel()
        self._pool.shutdown(wait=True, cancel_futures=True)
        until = time.monotonic() + STALLED_SECONDS
        for thread in self._apart:
            thread.join(max(0.0, until - time.monotonic()))

    def _post(self, call: Callable[[], None]) -> None:
        if not self._stopped:
            self._posted.emit(call)

    def _call(self, call: Callable[[], None]) -> None:
        if not self._stopped:
            call()

    def _finish(self, task: Task, deliver: Callable[[], None]) -> None:
        self._running.discard(task)
        deliver()
