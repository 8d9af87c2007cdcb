"""The real window with a real learner (untrained, tiny): drops, keys and clicks as a person makes them."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import torch  # here and not in the compute thread: from a cold disk it takes longer than a test may wait
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QClipboard, QDragEnterEvent, QDragMoveEvent, QDropEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from fewshot_gui.app import Application
from fewshot_gui.engine import Engine
from fewshot_gui.feature_cache import FeatureCache
from fewshot_gui.learner.backbone import TINY
from fewshot_gui.learner.learner import Learner
from fewshot_gui.learner.weights import untrained
from fewshot_gui.session import Session
from fewshot_gui.ui.main_window import MainWindow

COLOURS = {"red": (220, 40, 40), "green": (40, 200, 60), "blue": (50, 60, 220)}


def paint(path: Path, colour: str, seed: int) -> Path:
    """A picture that even an untrained network tells from the other colours'."""
    path.parent.mkdir(parents=True, exist_ok=True)
    noise = np.random.default_rng(seed).normal(0, 20, (60, 80, 3))
    pixels = np.clip(np.array(COLOURS[colour]) + noise, 0, 255).astype(np.uint8)
    Image.fromarray(pixels).save(path)
    return path


@pytest.fixture
def qtbot(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> QtBot:
    """Waits so long that no test fails on a busy machine."""
    monkeypatch.setattr(qtbot, "waitUntil", partial(qtbot.waitUntil, timeout=60_000))
    return qtbot


@pytest.fixture
def examples(tmp_path: Path) -> dict[str, list[Path]]:
    """Three pictures of each colour, outside the folder to classify."""
    return {c: [paint(tmp_path / "examples" / c / f"{c}{i}.png", c, i) for i in range(3)] for c in COLOURS}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Twelve pictures of each colour, mixed, and one file that is no picture."""
    place = tmp_path / "pictures"
    for k, colour in enumerate(COLOURS):
        for i in range(12):
            paint(place / f"{3 * i + k:03d}_{colour}.png", colour, 100 + i)
    (place / "broken.jpg").write_bytes(b"this is no picture")
    return place


def tiny_engine() -> Engine:
    """An untrained network, centred on the pictures of these tests, which is enough to tell colours apart."""
    weights = untrained(TINY)
    plain = np.stack([np.full((TINY.side, TINY.side, 3), c, np.uint8) for c in COLOURS.values()])
    features = torch.from_numpy(Learner(weights, "cpu").features(plain)).float()
    centre = features.mean(0)
    learner = Learner(replace(weights, start=replace(weights.start, centre=centre)), "cpu")
    learner.warm_up()
    return Engine(learner, FeatureCache())


@pytest.fixture
def start(qtbot: QtBot, tmp_path: Path) -> Iterator[Callable[..., Application]]:
    """Start the program on a project; everything is closed afterwards."""
    running: list[Application] = []

    def begin(project: Path | None = None) -> Application:
        program = Application(Session.open(project or tmp_path / "project.fewshot"), tiny_engine)
        running.append(program)
        program.window.resize(1200, 800)
        program.start()
        qtbot.waitUntil(program.window.isActiveWindow)
        return program

    yield begin
    for program in running:
        finish(program)


def teach(program: Application, examples: dict[str, list[Path]]) -> None:
    """Drop each colour's pictures where new classes are made, and name the cards."""
    for colour, paths in examples.items():
        assert drop(program.window.panel.new_card, files(*paths))
        program.desk.rename_class(program.desk.session.classes[-1].id, colour)


@pytest.fixture
def program(
    start: Callable[..., Application], qtbot: QtBot, examples: dict[str, list[Path]], folder: Path
) -> Application:
    """The program, taught by three colours, when it has classified the folder and is at rest."""
    program = start()
    teach(program, examples)
    program.desk.open_folder(folder)
    qtbot.waitUntil(lambda: settled(program))
    return program


@pytest.fixture
def clipboard(qapp: QApplication) -> Iterator[QClipboard]:
    """The clipboard, emptied before Python ends: Qt destroys what is in it later, and ends with a crash."""
    yield QGuiApplication.clipboard()
    QGuiApplication.clipboard().clear()


def settled(program: Application, pictures: int = 37) -> bool:
    """Whether so many pictures are there, all have an answer, and the window shows it."""
    counts = program.desk.session.counts()
    return (counts.all, counts.waiting) == (pictures, 0) and not program.window.refreshing.is_due


def finish(program: Application) -> None:
    """Close the window as a person does, and wait for the threads."""
    program.window.close()
    program.stop()
    program.window.deleteLater()


def drop(widget: QWidget, mime: QMimeData, at: QPoint | None = None) -> bool:
    """Drag over and drop on a widget, and wait until it is looked up on the disk; whether the drop was accepted."""
    window = widget.window()
    position = at or widget.rect().center()
    actions, buttons, keys = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(position, actions, mime, buttons, keys)
    QApplication.sendEvent(widget, enter)
    QApplication.sendEvent(widget, QDragMoveEvent(position, actions, mime, buttons, keys))
    event = QDropEvent(QPointF(position), actions, mime, buttons, keys)
    QApplication.sendEvent(widget, event)
    if isinstance(window, MainWindow):
        until = time.monotonic() + 60
        while window.desk.bringing.is_searching:
            assert time.monotonic() < until
            QTest.qWait(5)
    return event.isAccepted()


def files(*paths: Path) -> QMimeData:
    """What a file manager hands over."""
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(p)) for p in paths])
    return mime
