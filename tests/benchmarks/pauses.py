"""How long the event loop pauses, and what for."""

from __future__ import annotations

import sys
import threading
import time
from pathlib import Path

from PySide6.QtCore import QElapsedTimer, Qt, QTimer
from PySide6.QtWidgets import QAbstractScrollArea, QApplication

EVERY_MS = 5


class Ticker:
    """A timer of 5 ms; what it is late by is a pause of the event loop.

    Of each pause also what the window's thread itself computed, and (on Linux) how long it was ready and had to wait
    for a processor: neither is the interpreter's lock or the disk, for which it waited the rest. Only the pauses
    depend on what else the machine is busy with, and the wait for a processor tells how much.
    """

    def __init__(self) -> None:
        self._clock = QElapsedTimer()
        self._timer = QTimer(interval=EVERY_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self.pauses: list[float] = []
        self._work: list[float] = []
        self._queued: list[float] = []
        self._computed = self._waited = 0.0
        self._status = Path(f"/proc/self/task/{threading.get_native_id()}/schedstat")

    def _wait(self) -> float:
        """Seconds that this thread has waited for a processor so far."""
        return int(self._status.read_text().split()[1]) / 1e9 if sys.platform == "linux" else 0.0

    def _tick(self) -> None:
        self.pauses.append(max(0.0, self._clock.nsecsElapsed() / 1e6 - EVERY_MS))
        computed, waited = time.thread_time(), self._wait()
        self._work.append((computed - self._computed) * 1000)
        self._queued.append((waited - self._waited) * 1000)
        self._computed, self._waited = computed, waited
        self._clock.restart()

    def __enter__(self) -> Ticker:
        self._clock.start()
        self._computed, self._waited = time.thread_time(), self._wait()
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.stop()

    def __str__(self) -> str:
        return (
            f"pauses {spread(self.pauses)}\n    of its own work {spread(self._work)};"
            f" waiting for a processor {spread(self._queued)}"
        )


def spread(times: list[float]) -> str:
    """Longest of these times in ms, what 99 of 100 are under, and how many are over 50."""
    if not times:
        return "none"
    ordered = sorted(times)
    p99 = ordered[int(0.99 * (len(ordered) - 1))]
    return f"longest {ordered[-1]:.0f} ms, 99 % under {p99:.0f} ms, {sum(t > 50 for t in ordered)} over 50 ms"


def scroll_through(view: QAbstractScrollArea, seconds: float) -> None:
    """Move the bar from top to bottom, sixty times a second, while the event loop runs."""
    bar = view.verticalScrollBar()
    began = time.perf_counter()
    while (done := (time.perf_counter() - began) / seconds) < 1:
        bar.setValue(round(done * bar.maximum()))
        until = time.perf_counter() + 1 / 60
        while time.perf_counter() < until:
            QApplication.processEvents()
            time.sleep(0.001)
