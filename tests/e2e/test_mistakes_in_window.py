"""What goes wrong by hand in the real window, and how it is made good: wrong drops, slips of a key, a deleted class."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from fewshot_gui.app import Application
from fewshot_gui.session import Session
from tests.e2e.conftest import drop, files

Start = Callable[..., Application]
Key, Ctrl = Qt.Key, Qt.KeyboardModifier.ControlModifier
Examples = dict[str, list[Path]]


def warnings(program: Application) -> list[str]:
    told: list[str] = []
    program.desk.warned.connect(told.append)
    return told


def undo_offered(program: Application) -> QPushButton:
    """The button beside the sentence of the status strip."""
    (button,) = [b for b in program.window.strip.findChildren(QPushButton) if b.isVisible() and b.text() == "Undo"]
    return button


def click(qtbot: QtBot, button: QPushButton) -> None:
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def counts(session: Session) -> dict[str, int]:
    return {info.name: len(session.examples(info.id)) for info in session.classes}


def test_what_holds_no_picture_makes_no_class_and_is_explained(start: Start, tmp_path: Path, qtbot: QtBot) -> None:
    program = start()
    told = warnings(program)
    (tmp_path / "note.txt").write_text("hello")
    (tmp_path / "empty").mkdir()
    drop(program.window.panel.new_card, files(tmp_path / "note.txt"))
    drop(program.window.panel.new_card, files(tmp_path / "empty"))
    assert program.desk.session.classes == [] and not program.window.menu.undo.isEnabled()
    assert "note.txt" in told[0] and "picture" in told[0] and "empty" in told[1]


def test_a_folder_dropped_on_the_wrong_card_is_taken_back_by_one_click(
    start: Start, qtbot: QtBot, examples: Examples, folder: Path
) -> None:
    program = start()
    panel, session = program.window.panel, program.desk.session
    drop(panel.new_card, files(examples["red"][0].parent))
    assert counts(session) == {"red": 3}
    qtbot.waitUntil(lambda: bool(panel._cards))
    card = panel.card(session.classes[0].id)
    drop(card.parentWidget(), files(folder), card.geometry().center())
    assert counts(session) == {"red": 40}
    click(qtbot, undo_offered(program))
    assert counts(session) == {"red": 3}


def test_a_folder_dropped_where_classes_are_made_is_taken_back_whole_by_one_undo(
    start: Start, qtbot: QtBot, folder: Path
) -> None:
    program = start()
    drop(program.window.panel.new_card, files(folder))
    assert counts(program.desk.session) == {"pictures": 37}
    qtbot.waitUntil(program.window.menu.undo.isEnabled)
    qtbot.keyClick(program.window, Key.Key_Z, Ctrl)
    assert program.desk.session.classes == []


def test_loose_pictures_become_a_class_whose_name_is_typed_at_once(
    start: Start, qtbot: QtBot, examples: Examples
) -> None:
    program = start()
    session, panel = program.desk.session, program.window.panel
    drop(panel.new_card, files(*examples["red"]))
    editor = panel.card(session.classes[0].id).editor
    assert editor.isVisible() and editor.selectedText() == "Class 1"
    qtbot.keyClicks(editor, "letter box")
    qtbot.keyClick(editor, Key.Key_Return)
    assert counts(session) == {"letter box": 3}


def test_until_a_name_is_typed_the_undo_key_takes_back_the_class(
    start: Start, qtbot: QtBot, examples: Examples
) -> None:
    program = start()
    session, panel = program.desk.session, program.window.panel
    drop(panel.new_card, files(*examples["red"]))
    qtbot.waitUntil(program.window.menu.undo.isEnabled)
    editor = panel.card(session.classes[0].id).editor
    qtbot.keyClick(editor, Key.Key_Z, Ctrl)
    assert session.classes == []


def test_a_name_typed_wrongly_is_mended_inside_the_field(start: Start, qtbot: QtBot, examples: Examples) -> None:
    program = start()
    session, panel = program.desk.session, program.window.panel
    drop(panel.new_card, files(*examples["red"]))
    editor = panel.card(session.classes[0].id).editor
    qtbot.keyClicks(editor, "x")
    qtbot.keyClick(editor, Key.Key_Z, Ctrl)
    assert isinstance(editor, QLineEdit) and editor.text() == "Class 1"
    assert counts(session) == {"Class 1": 3}


@pytest.mark.parametrize("way", ["strip", "key"])
def test_a_class_deleted_by_accident_comes_back_with_its_examples(
    start: Start, qtbot: QtBot, examples: Examples, way: str
) -> None:
    program = start()
    session, panel = program.desk.session, program.window.panel
    for colour in ("red", "green"):
        drop(panel.new_card, files(examples[colour][0].parent))
    qtbot.waitUntil(lambda: len(panel._cards) == 2)
    card = panel.card(session.classes[0].id)
    card.setFocus()
    qtbot.keyClick(card, Key.Key_Delete)
    assert counts(session) == {"green": 3}
    if way == "strip":
        click(qtbot, undo_offered(program))
    else:
        qtbot.waitUntil(lambda: program.window.menu.undo.text().startswith("Undo: delete red"))
        qtbot.keyClick(program.window, Key.Key_Z, Ctrl)
    assert counts(session) == {"red": 3, "green": 3}
