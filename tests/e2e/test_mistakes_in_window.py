"""What goes wrong by hand in the real window, and how it is made good: wrong drops, slips of a key, a deleted class."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QMenu, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from fewshot_gui.app import Application
from fewshot_gui.session import Filter, Session
from fewshot_gui.ui.labels import ElidedLabel
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


def texts(widget: QWidget) -> str:
    labels = [*widget.findChildren(QLabel), *widget.findChildren(ElidedLabel)]
    return " ".join(label.text() for label in labels if label.isVisible())


def test_a_folder_without_pictures_is_named_where_the_pictures_would_be(
    start: Start, tmp_path: Path, qtbot: QtBot
) -> None:
    program = start()
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "note.txt").write_text("hello")
    drop(program.window.empty, files(tmp_path / "letters"))
    qtbot.waitUntil(lambda: "no pictures in “letters”" in texts(program.window.empty))
    program.desk.open_project(None)
    assert "letters" not in texts(program.window.empty)


def test_pictures_dropped_in_the_middle_are_told_where_they_belong(
    start: Start, qtbot: QtBot, examples: Examples
) -> None:
    program = start()
    drop(program.window.empty, files(*examples["red"]))
    assert "on a class on the left" in texts(program.window.strip)
    assert program.desk.session.folder is None and program.desk.session.classes == []


def test_a_start_with_another_folder_says_where_the_classes_are(
    start: Start, qtbot: QtBot, examples: Examples, folder: Path
) -> None:
    program = start()
    first = program.desk.session.path
    drop(program.window.panel.new_card, files(examples["red"][0].parent))
    program.open(str(folder))
    assert program.desk.session.classes == []
    assert "Open recent" in texts(program.window.strip)
    menu = program.window.project.menu
    menu.aboutToShow.emit()
    menu.actions()[0].trigger()
    assert program.desk.session.path == first and counts(program.desk.session) == {"red": 3}


def test_closing_amid_the_work_loses_nothing_that_was_said(
    start: Start, qtbot: QtBot, examples: Examples, folder: Path
) -> None:
    program = start()
    path = program.desk.session.path
    for colour in ("red", "green"):
        drop(program.window.panel.new_card, files(examples[colour][0].parent))
    drop(program.window.empty, files(folder))
    qtbot.waitUntil(lambda: len(program.window.model.ids) > 0)
    program.window.gallery.select_id(int(program.window.model.ids[0]))
    qtbot.keyClick(program.window.gallery, Key.Key_2)
    said = program.desk.session.human_label(int(program.window.model.ids[0]))
    qtbot.keyClick(program.window, Key.Key_Q, Ctrl)
    assert not program.window.isVisible()
    program.stop()
    again = Session.open(path)
    assert counts(again) == {"red": 3, "green": 4} and said == again.classes[1].id
    again.close()


def test_the_thirtieth_class_is_reached_by_keyboard_and_the_digits_end_at_twenty(
    start: Start, qtbot: QtBot, examples: Examples, folder: Path
) -> None:
    program = start()
    window, session = program.window, program.desk.session
    drop(window.empty, files(folder))
    qtbot.waitUntil(lambda: len(window.model.ids) == 37)
    for _ in range(30):
        program.desk.new_class()
    window.gallery.setFocus()
    first, second = int(window.model.ids[0]), int(window.model.ids[1])
    window.gallery.select_id(first)
    qtbot.keyClick(window.gallery, Key.Key_0, Qt.KeyboardModifier.ShiftModifier)
    assert session.human_label(first) == session.classes[19].id
    window.gallery.select_id(second)
    place = QPoint(20, 20)
    key = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, place, window.gallery.viewport().mapToGlobal(place))
    QApplication.sendEvent(window.gallery.viewport(), key)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    for _ in range(30):
        qtbot.keyClick(menu, Key.Key_Down)
    qtbot.keyClick(menu, Key.Key_Return)
    assert session.human_label(second) == session.classes[29].id


def test_the_pictures_of_a_class_are_shown_whatever_filter_was_on(program: Application) -> None:
    window, session = program.window, program.desk.session
    window.filters.set_filter(Filter.UNKNOWN)
    red = session.classes[0].id
    window.panel.show_requested.emit(red)
    assert len(window.model.ids) and set(window.model.ids.tolist()) == set(session.view(Filter.ALL, red).tolist())
