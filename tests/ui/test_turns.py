"""Work that can wait: a piece for each turn of the event loop."""

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject
from pytestqt.qtbot import QtBot

from fewshot_gui.ui.turns import Turns


class Listener(QObject):
    """Notes when it gets an event that was posted to it."""

    def __init__(self, done: list[str]) -> None:
        super().__init__()
        self._done = done

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.User:
            self._done.append("event")
            return True
        return super().event(event)


@pytest.fixture
def turns(qtbot: QtBot) -> Turns:
    return Turns()


def test_each_piece_has_its_turn_in_order_and_what_is_posted_comes_between(qtbot: QtBot, turns: Turns) -> None:
    done: list[str] = []
    listener = Listener(done)

    def first() -> None:
        done.append("first")
        QCoreApplication.postEvent(listener, QEvent(QEvent.Type.User))

    turns.ask("a", first)
    turns.ask("b", lambda: done.append("second"))
    assert done == []
    qtbot.waitUntil(lambda: turns.is_empty)
    assert done == ["first", "event", "second"]


def test_what_is_asked_for_again_before_its_turn_is_done_once_in_its_latest_form(qtbot: QtBot, turns: Turns) -> None:
    done: list[str] = []
    for text in ("old", "new"):
        turns.ask("a", lambda text=text: done.append(text))  # type: ignore[misc]
    turns.ask("b", lambda: done.append("other"))
    qtbot.waitUntil(lambda: turns.is_empty)
    assert done == ["new", "other"]


def test_what_is_dropped_is_not_done(qtbot: QtBot, turns: Turns) -> None:
    done: list[str] = []
    for name in "abc":
        turns.ask(name, lambda name=name: done.append(name))  # type: ignore[misc]
    turns.drop("a", "b", "never asked for")
    qtbot.waitUntil(lambda: turns.is_empty)
    assert done == ["c"]


def test_nothing_is_done_after_stop(qtbot: QtBot, turns: Turns) -> None:
    done: list[str] = []
    turns.ask("a", lambda: done.append("a"))
    turns.stop()
    QCoreApplication.processEvents()
    assert turns.is_empty
    assert done == []


def test_work_may_ask_for_more(qtbot: QtBot, turns: Turns) -> None:
    done: list[int] = []

    def again() -> None:
        done.append(len(done))
        if len(done) < 3:
            turns.ask("a", again)

    turns.ask("a", again)
    qtbot.waitUntil(lambda: len(done) == 3)
    assert turns.is_empty
