"""The project file in the real window: daily backups, damage, recent projects, and reopening where one left off."""

import os
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from fewshot_gui.app import Application
from fewshot_gui.project.backups import back_up, backups_of
from fewshot_gui.project.rows import Change
from fewshot_gui.project.store import Store
from fewshot_gui.session import Filter, Session
from tests.e2e.conftest import drop, files

Start = Callable[..., Application]
RED = {"name": "red", "colour": 0, "position": 0}


def made(path: Path) -> Path:
    with Store.create(path) as store:
        store.commit("add-class", 1, "red", [Change("classes", 1, None, RED)])
    return path


def leave(program: Application, qtbot: QtBot) -> None:
    """Close the window as a person does, once the program has begun its work."""
    qtbot.waitUntil(lambda: program.compute._thread.ident is not None)
    program.window.close()
    program.stop()


def test_a_project_reopens_where_one_left_off(
    start: Start, folder: Path, examples: dict[str, list[Path]], tmp_path: Path, qtbot: QtBot
) -> None:
    project = made(tmp_path / "mine.fewshot")
    program = start(project)
    window = program.window
    window.desk.open_folder(folder)
    qtbot.waitUntil(lambda: len(window.model.ids) == 37)
    window.gallery.set_side(256)
    picture = int(window.model.ids[20])
    window.gallery.select_id(picture)
    bar = window.gallery.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 300)
    bar.setValue(bar.maximum() - 50)
    left_at = bar.value()
    program.desk.session.writing()()
    leave(program, qtbot)

    again = start(project).window
    assert again.gallery.side == 256
    assert again.gallery.current_id() == picture
    qtbot.waitUntil(lambda: again.gallery.verticalScrollBar().value() == left_at)
    assert again.filters.filter == Filter.ALL
    qtbot.keyClick(again.gallery, Qt.Key.Key_Return)
    assert again.seeing.preview.isVisible(), "the large picture opens in a project that was reopened, too"


def test_the_filter_and_the_class_come_back_too(start: Start, folder: Path, tmp_path: Path, qtbot: QtBot) -> None:
    project = made(tmp_path / "mine.fewshot")
    program = start(project)
    program.window.desk.open_folder(folder)
    qtbot.waitUntil(lambda: len(program.window.model.ids) == 37)
    program.desk.label([int(program.window.model.ids[0])], 1)
    program.window.filters.set_filter(Filter.CORRECTED)
    program.window.panel.show_requested.emit(1)
    leave(program, qtbot)
    again = start(project).window
    assert (again.filters.filter, again.shown_class) == (Filter.CORRECTED, 1)
    assert len(again.model.ids) == 1


def test_the_search_the_groups_and_the_order_come_back(
    start: Start, folder: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    project = made(tmp_path / "mine.fewshot")
    program = start(project)
    window = program.window
    assert drop(window.empty, files(folder))
    qtbot.waitUntil(lambda: len(window.model.ids) == 37)
    window.activateWindow()
    qtbot.keyClick(window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    typed = QApplication.focusWidget()
    assert isinstance(typed, QLineEdit)
    qtbot.keyClicks(typed, "green")
    window.menu.action("group-class").trigger()
    window.menu.action("order-name").trigger()
    qtbot.waitUntil(lambda: len(window.model.ids) == 12)
    leave(program, qtbot)
    other = start(made(tmp_path / "other.fewshot")).window
    assert other.filters.search == "" and other.model.sections is None
    assert other.desk.open_project(project)
    assert other.filters.search == "green" and other.model.sections is not None
    assert len(other.model.ids) == 12
    assert other.menu.action("order-name").isChecked() and other.menu.action("group-class").isChecked()
    assert other.desk.open_project(tmp_path / "other.fewshot")
    assert other.filters.search == "" and other.model.sections is None


def test_a_project_with_nonsense_about_where_one_was_opens_at_the_beginning(
    start: Start, tmp_path: Path, qtbot: QtBot
) -> None:
    for number, place in enumerate(
        ['{"filter": "gone"}', "[]", "no json", '{"picture": "x", "scroll": -1, "side": 1e9}']
    ):
        session = Session.open(made(tmp_path / f"{number}.fewshot"))
        session.leave_at(place)
        session.close()
        program = start(session.path)
        assert program.window.filters.filter == Filter.ALL
        leave(program, qtbot)


def test_opening_makes_todays_backup(start: Start, tmp_path: Path, qtbot: QtBot) -> None:
    project = made(tmp_path / "mine.fewshot")
    start(project)
    qtbot.waitUntil(lambda: len(backups_of(project)) == 1)


def test_recent_projects_are_in_the_file_menu_and_open(start: Start, tmp_path: Path, qtbot: QtBot) -> None:
    one, two = made(tmp_path / "one.fewshot"), made(tmp_path / "two.fewshot")
    program = start(one)
    assert program.desk.open_project(two)
    menu = program.window.project.menu
    menu.aboutToShow.emit()
    assert "one" in menu.actions()[0].text()
    menu.actions()[0].trigger()
    assert program.desk.session.path == one


def test_a_damaged_project_is_rescued_in_the_window(start: Start, tmp_path: Path, qtbot: QtBot) -> None:
    program = start(made(tmp_path / "sound.fewshot"))
    project = made(tmp_path / "broken.fewshot")
    back_up(project)
    os.truncate(project, 9_000)
    assert not program.desk.open_project(project)
    dialog = program.window.project.recovery
    assert dialog is not None
    qtbot.waitUntil(lambda: len(dialog.table.rows()) == 1)
    qtbot.mouseClick(dialog.restore_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(dialog.open_button.isVisible)
    qtbot.mouseClick(dialog.open_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: program.desk.session.path == project)
    assert [info.name for info in program.desk.session.classes] == ["red"]


def test_a_renamed_picture_keeps_its_label_in_the_window(
    start: Start, folder: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    program = start(made(tmp_path / "mine.fewshot"))
    window, session = program.window, program.desk.session
    window.desk.open_folder(folder)
    qtbot.waitUntil(lambda: len(window.model.ids) == 37)
    (picture,) = session.ids_of([folder / "000_red.png"])
    qtbot.waitUntil(lambda: picture in session._digest)
    window.desk.label([picture], 1)
    (folder / "000_red.png").rename(folder / "the best.png")
    window.desk.look_again()
    qtbot.waitUntil(lambda: session.ids_of([folder / "the best.png"]) == [picture])
    assert session.human_label(picture) == 1
    qtbot.waitUntil(lambda: len(window.model.ids) == 37)
