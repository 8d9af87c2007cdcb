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
from PySide6.QtCore import QElapsedTimer, Qt, QTimer
from pytestqt.qtbot import QtBot

from fewshot_gui.app import Application
from fewshot_gui.session import Session
from fewshot_gui.workers.compute import make_engine

pytestmark = pytest.mark.benchmark
MINUTES = 60_000


class Ticker:
    """A timer of 5 ms; what it is late by is a pause of the event loop."""

    def __init__(self) -> None:
        self._clock = QElapsedTimer()
        self._timer = QTimer(interval=5, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self.pauses: list[float] = []

    def _tick(self) -> None:
        self.pauses.append(max(0.0, self._clock.nsecsElapsed() / 1e6 - 5))
        self._clock.restart()

    def __enter__(self) -> "Ticker":
        self.pauses.clear()
        self._clock.start()
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.stop()

    def __str__(self) -> str:
        ordered = sorted(self.pauses)
        p99 = ordered[int(0.99 * (len(ordered) - 1))]
        return f"longest {ordered[-1]:.0f} ms, 99 % under {p99:.0f} ms, {sum(p > 50 for p in ordered)} over 50 ms"


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


def test_the_event_loop_while_a_thousand_pictures_are_classified(
    qtbot: QtBot, program: Application, thousand: list[Path], figures: Callable[[str], None]
) -> None:
    with Ticker() as starting, qtbot.waitSignal(program.compute.ready, timeout=MINUTES):
        pass
    figures(f"event loop while torch is imported: {starting}")
    session, desk = program.desk.session, program.desk
    gc.collect()
    with Ticker() as working:
        for _ in range(5):
            desk.new_class()
        desk.open_folder(thousand[0].parent)
        qtbot.waitUntil(lambda: session.counts().all == len(thousand), timeout=MINUTES)
        for k, info in enumerate(session.classes):
            desk.label(session.view()[k * 5 : k * 5 + 5].tolist(), info.id)
        qtbot.waitUntil(lambda: classified(program, len(thousand)), timeout=MINUTES)
        for k in range(5):
            with qtbot.waitSignal(program.compute.scored, timeout=MINUTES):
                desk.label([int(session.view()[100 + k])], session.classes[k].id)
            program.window.gallery.verticalScrollBar().setValue(200 * k)
        qtbot.wait(300)
    figures(f"event loop while 1,000 pictures are read, classified and corrected: {working}")


def test_a_correction_from_key_press_to_all_scores(
    qtbot: QtBot, program: Application, thousand: list[Path], figures: Callable[[str], None], tmp_path: Path
) -> None:
    folder = ten_thousand(thousand, tmp_path)
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


def ten_thousand(thousand: list[Path], tmp_path: Path) -> Path:
    """Each of the thousand under ten names, which the program can't know to be the same."""
    for copy in range(10):
        folder = tmp_path / "many" / str(copy)
        folder.mkdir(parents=True)
        for path in thousand:
            os.link(path, folder / path.name)
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
