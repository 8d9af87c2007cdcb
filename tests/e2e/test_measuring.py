"""Measuring in the real window: judged pictures become numbers, numbers open pictures, the map labels them."""

import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from fewshot_gui.app import Application
from fewshot_gui.questions import layout
from fewshot_gui.session import Filter
from fewshot_gui.ui.measure.window import MeasuresWindow, Source
from tests.e2e.conftest import paint, settled

WAIT = 60_000
Start = Callable[..., Application]


def measured(
    start: Start, qtbot: QtBot, examples: dict[str, list[Path]], folder: Path
) -> tuple[Application, MeasuresWindow]:
    """The program with a taught and classified folder, and its Measures window open."""
    program = start()
    program.desk.do(lambda: program.desk.session.import_class_folders(examples["red"][0].parent.parent))
    program.desk.open_folder(folder)
    qtbot.waitUntil(lambda: settled(program), timeout=WAIT)
    program.window.menu.action("measures").trigger()
    assert program.window.measures.window is not None
    return program, program.window.measures.window


def judge(program: Application, count: int) -> list[int]:
    """Say of some pictures that they are of the first class; returns their ids."""
    ids = program.desk.session.view(Filter.ALL)[:count].tolist()
    program.desk.label(ids, program.desk.session.classes[0].id)
    return ids


def test_a_cell_of_the_matrix_shows_its_pictures_in_the_gallery_until_they_are_left(
    start: Start, qtbot: QtBot, examples: dict[str, list[Path]], folder: Path
) -> None:
    program, window = measured(start, qtbot, examples, folder)
    judged = judge(program, 6)
    table = window.matrix.table
    cells = [(0, column) for column in range(4)]

    def counted() -> int:
        model = table.model()
        return sum(int(text) for r, c in cells if (text := model.index(r, c).data()) not in (None, "·"))

    qtbot.waitUntil(lambda: counted() == 6, timeout=WAIT)
    row, column = next(cell for cell in cells if table.model().index(*cell).data() != "·")
    table.setCurrentIndex(table.model().index(row, column))
    qtbot.keyClick(table, Qt.Key.Key_Return)
    gallery = program.window.model
    assert set(gallery.ids.tolist()) <= set(judged) and len(gallery.ids)
    assert program.window.shown_set.isVisible()
    program.window.shown_set.chip.click()
    assert len(gallery.ids) == 37 and not program.window.shown_set.isVisible()


def test_examples_are_left_out_one_by_one_when_the_person_asks(
    start: Start, qtbot: QtBot, examples: dict[str, list[Path]], folder: Path
) -> None:
    program, window = measured(start, qtbot, examples, folder)
    qtbot.mouseClick(window.sources[Source.EXAMPLES], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.matrix._model.verdicts.ids.size == 9, timeout=WAIT)
    assert not window.cancel.isVisible()
    judge(program, 1)
    qtbot.waitUntil(window.again.isVisible, timeout=WAIT)
    qtbot.mouseClick(window.again, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.matrix._model.verdicts.ids.size == 10, timeout=WAIT)


def test_what_is_selected_on_the_map_gets_a_class_and_undo_takes_it_back(
    start: Start, qtbot: QtBot, examples: dict[str, list[Path]], folder: Path
) -> None:
    program, window = measured(start, qtbot, examples, folder)
    window.tabs.setCurrentWidget(window.map)
    plot = window.map.plot
    qtbot.waitUntil(lambda: len(plot.ids) == 36 + 9, timeout=WAIT)
    session = program.desk.session
    rows = np.flatnonzero([session.human_label(int(i)) is None for i in plot.ids])[:3]
    plot.select(rows)
    chosen = plot.selected_ids()
    places = np.array(plot._spots.getData())
    qtbot.keyClick(plot, Qt.Key.Key_2)
    assert [session.human_label(i) for i in chosen] == [session.classes[1].id] * 3
    qtbot.waitUntil(lambda: bool(plot._human[rows].all()), timeout=WAIT)
    assert (np.array(plot._spots.getData()) == places).all()
    qtbot.keyClick(plot, Qt.Key.Key_Return)
    assert program.window.model.ids.tolist() == chosen
    program.window.undo()
    assert [session.human_label(i) for i in chosen] == [None] * 3


def test_cancelling_a_new_map_keeps_the_last_one_and_it_can_be_drawn_again(
    start: Start,
    qtbot: QtBot,
    examples: dict[str, list[Path]],
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    program, window = measured(start, qtbot, examples, folder)
    window.tabs.setCurrentWidget(window.map)
    plot, real = window.map.plot, layout.project
    qtbot.waitUntil(lambda: len(plot.ids) == 36 + 9)
    before = np.array(plot._spots.getData())
    stopped = threading.Event()

    def without_end(
        embeddings: np.ndarray, cancelled: Callable[[], bool], progress: Callable[[int, int], None]
    ) -> np.ndarray | None:
        progress(3, 400)
        while not cancelled():
            time.sleep(0.01)
        stopped.set()
        return None

    monkeypatch.setattr(layout, "project", without_end)
    paint(folder / "new.png", "red", 999)
    program.desk.look_again()
    qtbot.waitUntil(window.map.draw.isVisible)
    qtbot.mouseClick(window.map.draw, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: (window.map.progress.value(), window.map.progress.maximum()) == (3, 400))
    qtbot.mouseClick(window.map.cancel, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(stopped.is_set)
    assert not window.map.progress.isVisible() and window.map.draw.isVisible()
    assert (np.array(plot._spots.getData()) == before).all()
    monkeypatch.setattr(layout, "project", real)
    qtbot.waitUntil(lambda: program.desk.session.counts().waiting == 0)  # only what was read has a place
    qtbot.mouseClick(window.map.draw, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(plot.ids) == 37 + 9)


def test_the_measures_window_closes_with_the_main_one(
    start: Start, qtbot: QtBot, examples: dict[str, list[Path]], folder: Path
) -> None:
    program, window = measured(start, qtbot, examples, folder)
    window.tabs.setCurrentWidget(window.map)  # while the map is drawn
    program.window.close()
    assert program.window.measures.window is None
