"""Remembers the losses of the last adaptations, from the start on. Without pyqtgraph, which is slow to load."""

from __future__ import annotations

from collections import deque

from PySide6.QtCore import QObject, Signal

from fewshot_gui.workers.compute import Compute

KEPT = 50


class Losses(QObject):
    """steps, losses: of the adaptation under way or the last one. final: where the last KEPT adaptations ended."""

    changed = Signal()

    def __init__(self, compute: Compute, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.steps: list[int] = []
        self.losses: list[float] = []
        self.of = 0
        self.seconds: float | None = None
        self.final: deque[float] = deque(maxlen=KEPT)
        compute.adapt_progress.connect(self._on_step)
        compute.adapted.connect(self._on_adapted)

    def _on_step(self, done: int, steps: int, loss: float) -> None:
        if self.seconds is not None or (self.steps and done <= self.steps[-1]):  # another adaptation has begun
            self.steps, self.losses, self.seconds = [], [], None
        self.steps.append(done)
        self.losses.append(loss)
        self.of = steps
        self.changed.emit()

    def _on_adapted(self, _number: int, seconds: float, loss: float) -> None:
        self.seconds = seconds
        self.final.append(loss)
        self.changed.emit()
