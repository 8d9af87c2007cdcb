"""A folder of 100,000 pictures: first thumbnails, pauses of the event loop while it is read and scrolled, memory."""

import os
import resource
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from fewshot_gui.app import Application
from fewshot_gui.engine import Engine
from fewshot_gui.session import Session
from fewshot_gui.workers.compute import make_engine
from tests.benchmarks.pauses import Ticker, scroll_through

pytestmark = pytest.mark.benchmark
COUNT, FOLDERS = 100_000, 100
MINUTES = 60_000


def quick_engine() -> Engine:
    """The embedded weights, but made-up features of the true size in place of the trunk, which would take an hour."""
    engine = make_engine(device="cpu")
    shape, rng = engine.learner.feature_shape, np.random.default_rng(0)
    drawn = rng.normal(size=(4096, *shape)).astype(np.float16)

    def features(pictures: np.ndarray) -> np.ndarray:
        return drawn[rng.integers(0, len(drawn), len(pictures))]

    engine.learner.features = features  # type: ignore[method-assign]
    return engine


@pytest.fixture(scope="module")
def folder(jpegs: Callable[..., list[Path]], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """100 folders of 1,000 pictures: the same thousand JPEGs of 160 x 120 under many names (hard links)."""
    thousand = jpegs(tmp_path_factory.mktemp("small"), 1000, (160, 120))
    top = tmp_path_factory.mktemp("hundred thousand")
    for number in range(FOLDERS):
        sub = top / f"camera {number:02d}"
        sub.mkdir()
        for k, path in enumerate(thousand):
            os.link(path, sub / f"IMG_{number * 1000 + k:06d}.JPG")
    return top


@pytest.fixture
def program(qtbot: QtBot, tmp_path: Path) -> Iterator[Application]:
    running = Application(Session.open(tmp_path / "project.fewshot"), quick_engine)
    running.window.resize(1400, 900)
    running.start()
    qtbot.waitExposed(running.window)
    with qtbot.waitSignal(running.compute.ready, timeout=5 * MINUTES):
        pass
    yield running
    running.window.close()
    running.stop()


def memory(what: str = "VmRSS") -> float:
    """MB of this process now."""
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith(what))
    return int(line.split()[1]) / 1024


def test_a_hundred_thousand_pictures(
    qtbot: QtBot, program: Application, folder: Path, figures: Callable[[str], None]
) -> None:
    desk, gallery, loader = program.desk, program.window.gallery, program.window.thumbnails
    session = desk.session
    figures(f"memory before: {memory():.0f} MB")
    classes = [desk.new_class() for _ in range(5)]

    def all_in_sight_have_thumbnails() -> bool:
        rows = gallery.visible_rows()
        return bool(rows) and all(loader.pixmap(int(program.window.model.ids[row])) is not None for row in rows)

    began = time.perf_counter()
    with Ticker() as opening:
        desk.open_folder(folder)
        qtbot.waitUntil(all_in_sight_have_thumbnails, timeout=MINUTES)
        first = time.perf_counter() - began
        qtbot.waitUntil(lambda: session.counts().all == COUNT, timeout=10 * MINUTES)
        found = time.perf_counter() - began
    figures(f"first window of thumbnails {first:.2f} s after opening; all {COUNT:,} found after {found:.1f} s")
    figures(f"event loop while they are found: {opening}")

    with Ticker() as scrolling:
        scroll_through(gallery, seconds=10)
    figures(f"event loop while scrolling from end to end, with the folder being read: {scrolling}")

    with Ticker() as teaching:
        for k, class_id in enumerate(classes):
            desk.label(session.view()[k * 5 : k * 5 + 5].tolist(), class_id)
        began = time.perf_counter()
        qtbot.waitUntil(lambda: session.counts().waiting == 0, timeout=20 * MINUTES)
    figures(f"event loop while they are read and classified ({time.perf_counter() - began:.0f} s): {teaching}")
    figures(f"memory with all classified: {memory():.0f} MB, peak {peak():.0f} MB")

    with Ticker() as scrolling:
        scroll_through(gallery, seconds=10)
    figures(f"event loop while scrolling from end to end, all classified: {scrolling}")
    with Ticker() as correcting:
        for k in range(5):
            gallery.select_id(int(session.view()[50_000 + k]))
            with qtbot.waitSignal(program.compute.scored, timeout=MINUTES):
                qtbot.keyClick(gallery, Qt.Key(Qt.Key.Key_1 + k))
            qtbot.wait(200)
    figures(f"event loop during five corrections: {correcting}")


def peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
