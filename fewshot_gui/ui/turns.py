"""Work for the window's thread that can wait a moment: one piece for each turn of the event loop."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer


class Turns(QObject):
    """Runs what it is asked to, in order, one piece each turn: between two of them keys are heard and the window is
    painted, so that no single event takes as long as the sum.

    A timer of no length and not QTimer.singleShot(0): all events that are posted are handled in one turn.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._waiting: dict[str, Callable[[], None]] = {}
        self._next = QTimer(self, interval=0)
        self._next.timeout.connect(self._take)

    @property
    def is_empty(self) -> bool:
        """Whether nothing waits for its turn."""
        return not self._waiting

    def ask(self, name: str, work: Callable[[], None]) -> None:
        """Run ``work`` in a later turn. Asked for again under the same name before that, it is run once, in its latest
        form."""
        self._waiting[name] = work
        if not self._next.isActive():
            self._next.start()

    def drop(self, *names: str) -> None:
        """These are no longer wanted."""
        for name in names:
            self._waiting.pop(name, None)

    def stop(self) -> None:
        """Nothing that waits is wanted any more."""
        self._waiting.clear()
        self._next.stop()

    def _take(self) -> None:
        work = self._waiting.pop(next(iter(self._waiting)), None) if self._waiting else None
        if not self._waiting:
            self._next.stop()
        if work is not None:
            work()
