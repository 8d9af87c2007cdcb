"""Sorting, correcting and sorting again, in the real window."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from fewshot_gui.app import Application
from fewshot_gui.sorting.plan import Action
from fewshot_gui.ui.sort.sort_dialog import SortDialog

WAIT = 60_000


def wait_for_answers(program: Application, qtbot: QtBot) -> None:
    def answered() -> bool:
        counts = program.desk.session.counts()
        return counts.all > 0 and counts.waiting == 0

    qtbot.waitUntil(answered, timeout=WAIT)


def planned(program: Application, qtbot: QtBot, target: Path, action: Action) -> SortDialog:
    """The dialog, with a plan."""
    program.window.menu.sort.trigger()
    dialog = program.window.sorting.dialog
    assert dialog is not None
    dialog._choices.folder.setText(str(target))
    dialog._choices.how[action].click()
    qtbot.waitUntil(dialog.sort_button.isEnabled, timeout=WAIT)
    return dialog


def sort(dialog: SortDialog, qtbot: QtBot) -> None:
    qtbot.mouseClick(dialog.sort_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(dialog.undo_button.isVisible, timeout=WAIT)


def correct(program: Application, path: Path) -> tuple[str, str]:
    """Say that this is of another class; returns (the old, the new)."""
    session = program.desk.session
    (picture_id,) = session.ids_of([path])
    old = session.decision(picture_id).class_id
    new = next(info for info in session.classes if info.id != old)
    program.desk.label([picture_id], new.id)
    return session.class_name(old), new.name


def test_a_corrected_copy_moves_on_and_one_click_takes_that_back(
    program: Application, qtbot: QtBot, folder: Path, tmp_path: Path
) -> None:
    target = tmp_path / "sorted"
    dialog = planned(program, qtbot, target, Action.COPY)
    sort(dialog, qtbot)
    dialog.close()
    path = next(p for p in sorted(folder.iterdir()) if list(target.rglob(p.name)))
    was = next(target.rglob(path.name))
    _, new = correct(program, path)
    wait_for_answers(program, qtbot)
    dialog = planned(program, qtbot, target, Action.COPY)
    said = " ".join(label.text() for label in dialog.findChildren(QLabel))
    assert "there already" in said and f"to {new}." in said
    sort(dialog, qtbot)
    assert not was.exists() and (target / new / path.name).is_file()
    qtbot.mouseClick(dialog.undo_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: was.exists() and not (target / new / path.name).exists(), timeout=WAIT)
    qtbot.waitUntil(dialog.close_button.isEnabled, timeout=WAIT)
    dialog.close()


def test_a_sorted_folder_that_is_opened_can_be_sorted_again_in_itself(
    program: Application, qtbot: QtBot, folder: Path, tmp_path: Path
) -> None:
    target = tmp_path / "sorted"
    dialog = planned(program, qtbot, target, Action.MOVE)
    sort(dialog, qtbot)
    dialog.close()
    program.desk.open_folder(target)
    wait_for_answers(program, qtbot)
    path = next(p for p in sorted(target.rglob("*.png")))
    old, new = correct(program, path)
    wait_for_answers(program, qtbot)
    dialog = planned(program, qtbot, target, Action.MOVE)
    sort(dialog, qtbot)
    assert not (target / old / path.name).exists() and (target / new / path.name).is_file()
    assert program.desk.session.ids_of([target / new / path.name])
    dialog.close()
