"""The map with 10,000 pictures: what each gesture costs the window's thread."""

import time
from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QPixmap
from pytestqt.qtbot import QtBot

from fewshot_gui.measures import inside
from fewshot_gui.state import ClassInfo
from fewshot_gui.ui.measure.map_card import MapCard
from fewshot_gui.ui.measure.map_plot import MapPlot

COUNT, CLASSES = 10_000, [ClassInfo(k, f"class {k}", k - 1, k - 1) for k in range(1, 11)]


def milliseconds(work: Callable[[], object], times: int = 7) -> float:
    """The median of a few runs."""
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        taken.append(1000 * (time.perf_counter() - began))
    return float(np.median(taken))


@pytest.mark.benchmark
def test_a_map_of_ten_thousand(qtbot: QtBot) -> None:
    rng = np.random.default_rng(0)
    plot = MapPlot(lambda i: MapCard.Content(i, QPixmap(), str(i), ""))
    qtbot.addWidget(plot)
    plot.resize(1000, 700)
    plot.show()
    ids, places = np.arange(COUNT), rng.uniform(-1, 1, (COUNT, 2))
    now, human = rng.integers(0, 11, COUNT), rng.random(COUNT) < 0.02
    print()
    print(f"show the points        {milliseconds(lambda: plot.show_points(ids, places)):7.1f} ms")
    plot.show_points(ids, places)
    plot.colour(now, human, CLASSES)

    def correct() -> None:
        other = now.copy()
        other[rng.integers(0, COUNT, 500)] = rng.integers(1, 11)
        plot.colour(other, human, CLASSES)

    print(f"500 change their class {milliseconds(correct):7.1f} ms")
    print(f"paint                  {milliseconds(lambda: plot.grab()):7.1f} ms")
    print(f"find what is hovered   {milliseconds(lambda: plot.row_at(QPointF(500, 300))):7.1f} ms")
    angles = np.linspace(0, 6.28, 150)
    lasso = 0.7 * np.column_stack([np.cos(angles), np.sin(angles)])
    print(f"lasso of 150 corners   {milliseconds(lambda: plot.select(np.flatnonzero(inside(lasso, places)))):7.1f} ms")
