"""What the window does at a change: once, and each part in a turn of its own."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from fewshot_gui.app import Application
from fewshot_gui.session import Change
from fewshot_gui.ui.cards.class_panel import ClassPanel
from fewshot_gui.ui.gallery.tile import TileDelegate
from fewshot_gui.ui.inspector.inspector import Inspector
from fewshot_gui.ui.status_strip import StatusStrip
from fewshot_gui.ui.turns import Turns
from tests.e2e.conftest import settled

Counted = Callable[..., list[str]]


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Counted:
    """counted(class, method): a list that grows by its name with each call."""
    calls: list[str] = []

    def count(owner: type, name: str) -> list[str]:
        real = getattr(owner, name)

        def noted(self: object, *args: object) -> object:
            calls.append(name)
            return real(self, *args)

        monkeypatch.setattr(owner, name, noted)
        return calls

    return count


def at_rest(program: Application, qtbot: QtBot) -> None:
    """Wait until nothing goes on, also what is asked once an adaptation rests, and all in sight has its picture."""
    window, compute = program.window, program.compute
    timers = (window.teaching._ask, window.promise._soon, window.seeing.explainer._rest)

    def rests() -> bool:
        rows = window.gallery.visible_rows()
        there = all(
            window.thumbnails.pixmap(i) is not None or window.thumbnails.is_unreadable(i)
            for i in window.model.ids[rows.start : rows.stop].tolist()
        )
        busy = compute._has_work() or any(timer.isActive() for timer in timers)
        return settled(program) and there and not busy

    qtbot.waitUntil(rests)
    answers: list[bool] = []
    compute.ask("rest", lambda *_: True, answers.append)  # answered after what is being answered still
    qtbot.waitUntil(lambda: answers != [] and rests())
    QApplication.processEvents()


def test_many_changes_refresh_the_cards_once(program: Application, qtbot: QtBot, counted: Counted) -> None:
    at_rest(program, qtbot)
    calls = counted(ClassPanel, "refresh")
    for _ in range(20):
        program.desk.changed.emit(Change(rows=True, classes=True))
    qtbot.waitUntil(lambda: not program.window.refreshing.is_due)
    assert calls == ["refresh"]


def test_the_inspector_follows_many_changes_once(program: Application, qtbot: QtBot, counted: Counted) -> None:
    at_rest(program, qtbot)
    session = program.desk.session
    picture = int(session.view()[0])
    program.window.gallery.select_id(picture)
    calls = counted(Inspector, "show_picture")
    for _ in range(20):
        program.desk.changed.emit(Change(pictures=frozenset([picture])))
    assert calls == []
    qtbot.waitUntil(lambda: not program.window.refreshing.is_due)
    assert calls == ["show_picture"]


def test_a_refresh_that_changes_nothing_paints_no_tile(program: Application, qtbot: QtBot, counted: Counted) -> None:
    at_rest(program, qtbot)
    QApplication.processEvents()
    calls = counted(TileDelegate, "paint_tile")
    program.desk.changed.emit(Change(rows=True, classes=True))
    qtbot.waitUntil(lambda: not program.window.refreshing.is_due)
    QApplication.processEvents()
    assert calls == []


def test_a_class_with_another_colour_is_painted_anew(program: Application, qtbot: QtBot, counted: Counted) -> None:
    at_rest(program, qtbot)
    calls = counted(TileDelegate, "paint_tile")
    session = program.desk.session
    program.desk.do(lambda: session.recolour_class(session.classes[0].id, 7))
    qtbot.waitUntil(lambda: len(calls) > 0)


def test_each_part_of_a_refresh_has_a_turn_of_its_own(
    program: Application, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_rest(program, qtbot)
    asked: list[str] = []
    ask = Turns.ask
    monkeypatch.setattr(Turns, "ask", lambda self, name, work: asked.append(name) or ask(self, name, work))
    program.desk.changed.emit(Change(rows=True, classes=True))
    qtbot.waitUntil(lambda: not program.window.refreshing.is_due)
    assert asked == ["current", "counts", "rows", "cards", "actions"]


def test_a_project_that_is_opened_while_parts_wait_for_their_turn_is_shown_whole(
    program: Application, qtbot: QtBot
) -> None:
    at_rest(program, qtbot)
    program.desk.changed.emit(Change(rows=True, classes=True))
    qtbot.waitUntil(lambda: not program.window.turns.is_empty)
    assert program.desk.open_project(None)
    assert program.window.gallery.current_id() is None
    qtbot.waitUntil(lambda: not program.window.refreshing.is_due)
    assert program.window.gallery.current_id() is None


@pytest.mark.parametrize(("every", "shown"), [(0.0, 100), (3600.0, 1)])
def test_steps_of_adapting_that_follow_too_soon_are_not_shown(
    program: Application, qtbot: QtBot, counted: Counted, monkeypatch: pytest.MonkeyPatch, every: float, shown: int
) -> None:
    at_rest(program, qtbot)
    monkeypatch.setattr("fewshot_gui.ui.activity.TELL_EVERY", every)
    calls = counted(StatusStrip, "set_activity")
    for step in range(1, 101):
        program.compute.adapt_progress.emit(step, 100, 1.0)
    assert len(calls) == shown


def test_a_window_is_closed_with_a_correction_under_way(program: Application, qtbot: QtBot) -> None:
    at_rest(program, qtbot)
    program.window.gallery.setFocus()
    program.window.gallery.select_id(int(program.desk.session.view()[0]))
    qtbot.keyClick(program.window.gallery, Qt.Key.Key_2)
    program.desk.changed.emit(Change(rows=True, classes=True))
    program.window.close()
    QApplication.processEvents()
    assert not program.window.refreshing.is_due
