"""Undo right after a run of sorting, in the real window."""

from pathlib import Path

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from fewshot_gui.app import Application
from fewshot_gui.sorting.plan import Action


def test_undo_after_sorting_leads_to_the_runs_and_takes_back_no_label(
    program: Application, qtbot: QtBot, folder: Path, tmp_path: Path
) -> None:
    window, session, target = program.window, program.desk.session, tmp_path / "sorted"
    latest = session.undo_name
    window.menu.sort.trigger()
    dialog = window.sorting.dialog
    assert dialog is not None
    dialog._choices.folder.setText(str(target))
    dialog._choices.how[Action.MOVE].click()
    qtbot.waitUntil(dialog.sort_button.isEnabled)
    qtbot.mouseClick(dialog.sort_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(dialog.undo_button.isVisible)
    qtbot.waitUntil(dialog.close_button.isEnabled)
    dialog.close()
    moved = sorted(path.name for path in target.rglob("*.png"))
    window.menu.undo.trigger()
    assert session.undo_name == latest and sorted(path.name for path in target.rglob("*.png")) == moved
    window.strip._message.action.click()
    qtbot.waitUntil(lambda: window.sorting.runs is not None and window.sorting.runs.isVisible())
    window.sorting.runs.close()
    window.menu.undo.trigger()
    assert session.undo_name != latest
