"""How long the event loop pauses while very many pictures are dropped as examples of one class."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from fewshot_gui.ui.drops import Drop
from tests.benchmarks.pauses import Ticker
from tests.benchmarks.test_window import MINUTES, program

__all__ = ["program"]
pytestmark = pytest.mark.benchmark
COUNT = 10_000


def test_the_event_loop_while_ten_thousand_examples_are_dropped(
    qtbot: QtBot,
    program,
    jpegs: Callable[..., list[Path]],
    figures: Callable[[str], None],
    tmp_path: Path,
) -> None:
    with qtbot.waitSignal(program.compute.ready, timeout=MINUTES):
        pass
    few = jpegs(tmp_path / "few", 16, (64, 48))
    (tmp_path / "many").mkdir()
    for i in range(COUNT):
        shutil.copyfile(few[i % 16], tmp_path / "many" / f"{i:05d}.jpg")
    session = program.desk.session
    with Ticker() as dropping:
        program.desk.take_drop(None, Drop(paths=(tmp_path / "many",)))
        qtbot.waitUntil(lambda: bool(session.classes), timeout=MINUTES)
        qtbot.wait(500)
    assert len(session.examples(session.classes[0].id)) == COUNT
    figures(f"event loop while {COUNT:,} examples are dropped: {dropping}")
    with Ticker() as undoing:
        program.window.menu.undo.trigger()
        qtbot.wait(500)
    figures(f"event loop while that is undone: {undoing}")
