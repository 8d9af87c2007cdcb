"""A class made late, in the real window: pictures called none of these before that look like it are told of."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from fewshot_gui.app import Application
from fewshot_gui.session import NONE_OF_THESE
from tests.e2e.conftest import settled, teach

Examples = dict[str, list[Path]]


@pytest.fixture
def program(start: Callable[..., Application], qtbot: QtBot, examples: Examples, folder: Path) -> Application:
    """Red and green are taught; four blue pictures are called none of these."""
    program = start()
    teach(program, {colour: examples[colour] for colour in ("red", "green")})
    program.desk.open_folder(folder)
    qtbot.waitUntil(lambda: settled(program))
    program.desk.label(blue(program)[:4], NONE_OF_THESE)
    return program


def blue(program: Application) -> list[int]:
    session = program.desk.session
    return [i for i in session.view().tolist() if "blue" in session.picture(i).path.name]


def told(program: Application) -> str:
    bar = program.window.second_look.bar
    return bar.text.text() if bar.isVisible() else ""


def click(qtbot: QtBot, button: QPushButton) -> None:
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_pictures_called_none_of_these_are_told_of_and_shown_once_their_class_is_there(
    program: Application, qtbot: QtBot
) -> None:
    session, window = program.desk.session, program.window
    none = blue(program)[:4]
    program.desk.make_class_of(blue(program)[4:8])
    made = session.classes[-1].id
    qtbot.waitUntil(lambda: told(program) != "")
    program.desk.rename_class(made, "sky")
    assert told(program) == "4 picture(s) that you called none of these look like sky."
    assert all(session.human_label(i) == NONE_OF_THESE for i in none)
    program.desk.label(none[:1], made)
    assert told(program) == "3 picture(s) that you called none of these look like sky."
    click(qtbot, window.second_look.bar.show_button)
    assert told(program) == ""
    qtbot.waitUntil(lambda: sorted(window.model.ids.tolist()) == sorted(none[1:]))
    assert "you called none of these" in window.shown_set.chip.accessibleName()


def test_it_is_told_no_more_once_the_class_is_undone(program: Application, qtbot: QtBot) -> None:
    program.desk.make_class_of(blue(program)[4:8])
    qtbot.waitUntil(lambda: told(program) != "")
    program.window.menu.undo.trigger()
    assert told(program) == ""


def test_who_hides_it_hears_no_more_of_it(program: Application, qtbot: QtBot) -> None:
    program.desk.make_class_of(blue(program)[4:8])
    qtbot.waitUntil(lambda: told(program) != "")
    program.window.second_look.bar.close_button.setFocus()
    qtbot.keyClick(program.window.second_look.bar.close_button, Qt.Key.Key_Escape)
    assert told(program) == ""
    with qtbot.waitSignal(program.compute.scored, timeout=60_000):
        program.desk.label(blue(program)[8:9], program.desk.session.classes[-1].id)
    assert told(program) == ""


def test_escape_hides_the_bar_that_has_the_focus_and_not_another(program: Application, qtbot: QtBot) -> None:
    program.desk.make_class_of(blue(program)[4:8])
    ripple, bar = program.window.ripple.bar, program.window.second_look.bar
    qtbot.waitUntil(lambda: told(program) != "" and ripple.isVisible())
    bar.show_button.setFocus()
    qtbot.keyClick(bar.show_button, Qt.Key.Key_Escape)
    assert told(program) == "" and ripple.isVisible()
