"""Cards and the shell around the work, in the real window, by the keys and drags of a person."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from fewshot_gui.app import Application
from fewshot_gui.ui.cards.class_card import ClassCard
from fewshot_gui.ui.drops import card_mime
from fewshot_gui.ui.shell.keys import KEYS
from tests.e2e.conftest import drop, files

Key, Ctrl, Alt = Qt.Key, Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier


@pytest.fixture
def program(start: Callable[..., Application], qtbot: QtBot, examples: dict[str, list[Path]]) -> Application:
    """The window with the classes red, green and blue."""
    program = start()
    for paths in examples.values():
        assert drop(program.window.panel.new_card, files(paths[0].parent))
    qtbot.waitUntil(lambda: len(program.window.panel._cards) == 3)
    return program


def names(program: Application) -> list[str]:
    return [info.name for info in program.desk.session.classes]


def card(program: Application, place: int) -> ClassCard:
    return program.window.panel.card(program.desk.session.classes[place].id)


def undo(program: Application, qtbot: QtBot, operation: str) -> None:
    """Ctrl+Z, once the window names what it would take back."""
    qtbot.waitUntil(lambda: program.window.menu.undo.toolTip() == f"Undo: {operation}")
    program.window.activateWindow()
    qtbot.waitUntil(program.window.isActiveWindow)
    qtbot.keyClick(program.window, Key.Key_Z, Ctrl)


def redo(program: Application, qtbot: QtBot) -> None:
    qtbot.waitUntil(program.window.menu.redo.isEnabled)
    program.window.menu.redo.trigger()


def test_a_class_is_added_and_named_by_keys_and_undone(program: Application, qtbot: QtBot) -> None:
    qtbot.keyClick(program.window, Key.Key_N, Ctrl | Qt.KeyboardModifier.ShiftModifier)
    editor = card(program, 3).editor
    qtbot.keyClicks(editor, "white")
    qtbot.keyClick(editor, Key.Key_Return)
    assert names(program) == ["red", "green", "blue", "white"]
    undo(program, qtbot, "rename to white")
    undo(program, qtbot, "new class Class 4")
    assert names(program) == ["red", "green", "blue"]


def test_a_class_is_renamed_by_f2_undone_and_redone(program: Application, qtbot: QtBot) -> None:
    card(program, 0).setFocus()
    qtbot.keyClick(card(program, 0), Key.Key_F2)
    qtbot.keyClicks(card(program, 0).editor, "rouge")
    qtbot.keyClick(card(program, 0).editor, Key.Key_Return)
    assert names(program)[0] == "rouge"
    undo(program, qtbot, "rename to rouge")
    assert names(program)[0] == "red"
    redo(program, qtbot)
    assert names(program)[0] == "rouge"


def test_cards_are_put_in_another_order_by_keys_and_by_a_drag(program: Application, qtbot: QtBot) -> None:
    card(program, 0).setFocus()
    qtbot.keyClick(card(program, 0), Key.Key_Down, Alt)
    assert names(program) == ["green", "red", "blue"]
    undo(program, qtbot, "move red")
    assert names(program) == ["red", "green", "blue"]
    last = card(program, 2)
    below = last.geometry().bottomLeft()
    assert drop(last.parentWidget(), card_mime(program.desk.session.classes[0].id), below)
    assert names(program) == ["green", "blue", "red"]
    undo(program, qtbot, "move red")


def test_a_class_is_recoloured_from_its_card(program: Application, qtbot: QtBot) -> None:
    colours = [info.colour for info in program.desk.session.classes]
    qtbot.mouseDClick(card(program, 0), Qt.MouseButton.LeftButton, pos=card(program, 0)._chip.geometry().center())
    palette = program.window.teaching.palette
    assert palette is not None
    free = next(place for place in range(len(palette.swatches)) if place not in colours)
    palette.swatches[free].click()
    assert program.desk.session.classes[0].colour == free
    undo(program, qtbot, "colour of red")
    assert [info.colour for info in program.desk.session.classes] == colours


def test_the_question_mark_shows_the_keys_those_of_cards_too(program: Application, qtbot: QtBot) -> None:
    qtbot.keyClicks(program.window, "?")
    overlay = program.window.shell.keys
    assert overlay.isVisible()
    assert {"rename-class", "raise-class", "lower-class", "delete-class"} <= {entry.name for entry in KEYS.entries()}
    qtbot.keyClick(overlay, Key.Key_Escape)
    assert not overlay.isVisible()


def test_a_key_changed_in_the_settings_works_at_once_on_the_card(program: Application, qtbot: QtBot) -> None:
    qtbot.keyClick(program.window, Key.Key_Comma, Ctrl)
    dialog = program.window.shell.settings
    assert dialog is not None and dialog.isVisible()
    button = dialog.keys.buttons["delete-class"]
    try:
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        qtbot.keyClick(button, Key.Key_F7)
        dialog.close()
        card(program, 1).setFocus()
        qtbot.keyClick(card(program, 1), Key.Key_F7)
        assert names(program) == ["red", "blue"]
    finally:
        KEYS.reset()


def test_tiles_are_carried_out_to_other_programs_as_files(
    program: Application, qtbot: QtBot, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = program.window
    assert drop(window.empty, files(folder))
    qtbot.waitUntil(lambda: len(window.model.ids) == 37)
    window.gallery.setFocus()
    window.gallery.select_id(int(window.model.ids[0]))
    qtbot.keyClick(QApplication.focusWidget(), Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    chosen = window.gallery.selected_ids()
    assert len(chosen) == 2
    urls = window.model.mime_data(chosen).urls()
    assert [url.toLocalFile() for url in urls] == [str(program.desk.session.picture(i).path) for i in chosen]
