"""The window's manners under load: when it is visible, how long its event loop pauses, how much memory it takes."""

import gc
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from fewshot_gui.app import Application
from fewshot_gui.session import Session
from fewshot_gui.ui.drops import Drop
from fewshot_gui.workers.compute import make_engine
from tests.benchmarks.pauses import Ticker, scroll_through, spread

pytestmark = pytest.mark.benchmark
MINUTES = 60_000
COUNT = int(os.environ.get("FEWSHOT_PICTURES", "10000"))
"""Pictures in the folder while the event loop is measured."""


@pytest.fixture
def program(qtbot: QtBot, tmp_path: Path) -> Iterator[Application]:
    """The real program with the embedded weights."""
    running = Application(Session.open(tmp_path / "project.fewshot"), lambda: make_engine(device="cpu"))
    running.window.resize(1400, 900)
    running.start()
    qtbot.waitExposed(running.window)
    yield running
    running.window.close()
    running.stop()


def classified(program: Application, count: int) -> bool:
    counts = program.desk.session.counts()
    return counts.all == count and counts.waiting == 0


def test_the_event_loop_while_a_folder_is_found_read_classified_scrolled_and_corrected(
    qtbot: QtBot, program: Application, thousand: list[Path], figures: Callable[[str], None], tmp_path: Path
) -> None:
    with Ticker() as starting, qtbot.waitSignal(program.compute.ready, timeout=MINUTES):
        pass
    figures(f"event loop while torch is imported: {starting}")
    folder = many(thousand, tmp_path, COUNT)
    session, desk, gallery = program.desk.session, program.desk, program.window.gallery
    gc.collect()
    every = []
    for _ in range(5):
        desk.new_class()
    with Ticker() as finding:
        desk.open_folder(folder)
        qtbot.waitUntil(lambda: session.counts().all == COUNT, timeout=MINUTES)
    every += tell(figures, f"all of {COUNT:,} are found", finding)
    with Ticker() as scrolling:
        scroll_through(gallery, seconds=10)
    every += tell(figures, "one scrolls from end to end, and they are read", scrolling)
    with Ticker() as teaching:
        for k, info in enumerate(session.classes):
            desk.label(session.view()[k * 5 : k * 5 + 5].tolist(), info.id)
        qtbot.waitUntil(lambda: classified(program, COUNT), timeout=20 * MINUTES)
    every += tell(figures, "they are read and classified", teaching)
    with Ticker() as scrolling:
        scroll_through(gallery, seconds=10)
    every += tell(figures, "one scrolls from end to end, all classified", scrolling)
    with Ticker() as correcting:
        for k in range(10):
            gallery.select_id(int(session.view()[100 + k]))
            with qtbot.waitSignal(program.compute.scored, timeout=MINUTES):
                qtbot.keyClick(gallery, Qt.Key(Qt.Key.Key_1 + k % 5))
            gallery.verticalScrollBar().setValue(200 * k)
            qtbot.wait(100)
    every += tell(figures, "ten corrections are made", correcting)
    figures(f"event loop, all of these together: {spread(every)}")


def tell(figures: Callable[[str], None], what: str, ticker: Ticker) -> list[float]:
    figures(f"event loop while {what}: {ticker}")
    return ticker.pauses


def test_a_correction_from_key_press_to_all_scores(
    qtbot: QtBot, program: Application, thousand: list[Path], figures: Callable[[str], None], tmp_path: Path
) -> None:
    folder = many(thousand, tmp_path, 10_000)
    session, desk = program.desk.session, program.desk
    for _ in range(5):
        desk.new_class()
    began = time.perf_counter()
    desk.open_folder(folder)
    qtbot.waitUntil(lambda: session.counts().all == 10_000, timeout=10 * MINUTES)
    for k, info in enumerate(session.classes):
        desk.label(session.view()[k * 5 : k * 5 + 5].tolist(), info.id)
    qtbot.waitUntil(lambda: classified(program, 10_000), timeout=10 * MINUTES)
    anew = time.perf_counter() - began
    qtbot.wait(500)
    times = []
    for k in range(7):
        program.window.gallery.select_id(int(session.view()[500 + k]))
        began = time.perf_counter()
        with qtbot.waitSignal(program.compute.scored, timeout=MINUTES):
            qtbot.keyClick(program.window.gallery, Qt.Key(Qt.Key.Key_1 + k % 5))
        times.append(time.perf_counter() - began)
    median = sorted(times)[3]
    figures(f"key press to all of 10,000 scores {median:.2f} s; all anew {anew:.0f} s: 1/{anew / median:.0f}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    figures(f"peak memory of the process with 10,000 pictures classified: {peak:.0f} MB")


def many(thousand: list[Path], tmp_path: Path, count: int) -> Path:
    """A folder of ``count`` pictures: each of the thousand under several names, which the program can't know to be the
    same."""
    for number in range(count):
        if number % 1000 == 0:
            (tmp_path / "many" / str(number // 1000)).mkdir(parents=True)
        path = thousand[number % 1000]
        os.link(path, tmp_path / "many" / str(number // 1000) / path.name)
    return tmp_path / "many"


START = """
import sys, time
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
import fewshot_gui.app as app
show = app.MainWindow.showEvent
def visible(self, event):
    show(self, event)
    def tell():
        print(time.time() - float(sys.argv[1]), 'torch' in sys.modules, flush=True)
        self.close()
    QTimer.singleShot(0, tell)
app.MainWindow.showEvent = visible
sys.exit(app.run_window([]))
"""


def test_the_window_is_visible_before_torch_is_imported(figures: Callable[[str], None]) -> None:
    times = []
    for _ in range(5):
        command = [sys.executable, "-c", START, str(time.time())]
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
        seconds, torch_imported = done.stdout.split()
        assert torch_imported == "False"
        times.append(float(seconds))
    figures(f"window visible {sorted(times)[2]:.2f} s after the process started (median of 5)")


def test_the_event_loop_while_very_many_examples_are_dropped_and_taken_back(
    qtbot: QtBot,
    program: Application,
    thousand: list[Path],
    figures: Callable[[str], None],
    tmp_path: Path,
) -> None:
    with qtbot.waitSignal(program.compute.ready, timeout=MINUTES):
        pass
    folder, session = many(thousand, tmp_path, COUNT), program.desk.session
    class_id = program.desk.new_class()
    with Ticker() as dropping:
        program.desk.take_drop(class_id, Drop(paths=(folder,)))
        qtbot.waitUntil(lambda: not program.desk.bringing.is_searching, timeout=MINUTES)
        qtbot.wait(500)
    assert class_id is not None and len(session.examples(class_id)) == COUNT
    figures(f"event loop while {COUNT:,} examples are dropped: {dropping}")
    with Ticker() as undoing:
        program.window.menu.undo.trigger()
        qtbot.wait(500)
    figures(f"event loop while that is undone: {undoing}")
