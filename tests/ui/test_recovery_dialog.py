"""The ways out of a damaged project, as a person takes them."""

import os
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from fewshot_gui.project.backups import back_up, backups_of
from fewshot_gui.project.rows import Change, NewPicture
from fewshot_gui.project.store import Store
from fewshot_gui.ui.project import recovery_dialog
from fewshot_gui.ui.project.recovery_dialog import RecoveryDialog
from fewshot_gui.workers.tasks import Tasks

WAIT = 60_000
RED = {"name": "red", "colour": 0, "position": 0}


@pytest.fixture
def project(quick_path: Path) -> Path:
    """A damaged project with two backups: of a class and one label, and of a class and two."""
    path = quick_path / "<b>summer.fewshot"
    with Store.create(path) as store:
        store.add_pictures([NewPicture(Path(f"{n:05}.jpg"), True, n, n) for n in range(500)])
        store.commit("add-class", 1, "red", [Change("classes", 1, None, RED)])
        for key in (1, 2):
            store.commit("label", 1, "red", [Change("human_labels", key, None, {"class_id": 1, "made_at": 1.0})])
            back_up(path, date(2026, 1, 1) + timedelta(days=key))
    with path.open("rb+") as file:
        file.seek(20 * 4096)
        file.write(bytes(4096))
    return path


@pytest.fixture
def tasks() -> Iterator[Tasks]:
    tasks = Tasks()
    yield tasks
    tasks.stop()


@pytest.fixture
def dialog(project: Path, tasks: Tasks, qtbot: QtBot) -> RecoveryDialog:
    dialog = RecoveryDialog(project, tasks)
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitUntil(lambda: len(dialog.table.rows()) == 2, timeout=WAIT)
    return dialog


def labels_in(project: Path) -> list[int]:
    with Store.open(project) as store:
        return [label.picture_id for label in store.human_labels()]


def kept(project: Path) -> list[Path]:
    return [file for file in project.parent.glob("*.fewshot") if " damaged " in file.name]


def finish(dialog: RecoveryDialog, qtbot: QtBot) -> str:
    """Wait for the report, close the dialog by its button, return what it said."""
    qtbot.waitUntil(dialog.open_button.isVisible, timeout=WAIT)
    text = dialog.report.text()
    with qtbot.waitSignal(dialog.accepted):
        qtbot.mouseClick(dialog.open_button, Qt.MouseButton.LeftButton)
    return text


def test_the_backups_are_listed_the_newest_first_and_chosen(dialog: RecoveryDialog) -> None:
    assert [(row.classes, row.examples, row.pictures) for row in dialog.table.rows()] == [(1, 2, 500), (1, 1, 500)]
    assert dialog.restore_button.isDefault()
    assert dialog.table.row() == dialog.table.rows()[0]
    texts = [label.text() for label in dialog.findChildren(recovery_dialog.QLabel)]
    assert any("“<b>summer” is damaged" in text for text in texts)  # the name as it is, no markup


def test_the_newest_backup_is_one_key_away(dialog: RecoveryDialog, project: Path, qtbot: QtBot) -> None:
    qtbot.keyClick(dialog, Qt.Key.Key_Return)
    report = finish(dialog, qtbot)
    assert labels_in(project) == [1, 2]
    (aside,) = kept(project)
    assert aside.name in report
    assert not any("is damaged" in label.text() for label in dialog.findChildren(QLabel) if label.isVisible())


def test_an_older_backup_can_be_chosen(dialog: RecoveryDialog, project: Path, qtbot: QtBot) -> None:
    qtbot.keyClick(dialog.table, Qt.Key.Key_Down)
    qtbot.mouseClick(dialog.restore_button, Qt.MouseButton.LeftButton)
    finish(dialog, qtbot)
    assert labels_in(project) == [1]


def test_what_can_be_read_is_saved_and_what_is_lost_is_said(
    dialog: RecoveryDialog, project: Path, qtbot: QtBot
) -> None:
    qtbot.mouseClick(dialog.salvage_button, Qt.MouseButton.LeftButton)
    report = finish(dialog, qtbot)
    assert "Saved: 1 class" in report
    assert "undone" in report
    assert labels_in(project) == [1, 2]
    assert len(kept(project)) == 1
    assert not list(Path(os.environ["FEWSHOT_GUI_DATA"]).glob("salvage*"))


def test_beginning_anew_keeps_the_damaged_file(dialog: RecoveryDialog, project: Path, qtbot: QtBot) -> None:
    before = project.read_bytes()
    qtbot.mouseClick(dialog.new_button, Qt.MouseButton.LeftButton)
    finish(dialog, qtbot)
    assert not project.exists()
    assert [file.read_bytes() for file in kept(project)] == [before]


def test_cancelling_leaves_everything_as_it_is(dialog: RecoveryDialog, project: Path, qtbot: QtBot) -> None:
    before = project.read_bytes()
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert dialog.result() == QDialog.DialogCode.Rejected
    assert project.read_bytes() == before
    assert kept(project) == []


def test_salvaging_is_stopped_by_escape_and_the_other_ways_stay(
    dialog: RecoveryDialog, project: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(_damaged: Path, _result: Path, _progress: object, cancelled: object) -> None:
        assert callable(cancelled)
        while not cancelled():
            pass
        raise recovery_dialog.SalvageCancelled

    monkeypatch.setattr(recovery_dialog, "salvage", slow)
    qtbot.mouseClick(dialog.salvage_button, Qt.MouseButton.LeftButton)
    assert not dialog.restore_button.isEnabled()
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    qtbot.waitUntil(dialog.restore_button.isEnabled, timeout=WAIT)
    assert dialog.isVisible()
    assert kept(project) == []


def test_a_way_that_fails_is_said_and_the_others_stay(dialog: RecoveryDialog, project: Path, qtbot: QtBot) -> None:
    project.write_bytes(bytes(40_960))
    qtbot.mouseClick(dialog.salvage_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(dialog.restore_button.isEnabled, timeout=WAIT)
    assert "Nothing of the project can be read" in dialog._problem.text()
    assert dialog._problem.isVisible()


def test_without_backups_saving_what_can_be_read_comes_first(project: Path, tasks: Tasks, qtbot: QtBot) -> None:
    for backup in backups_of(project):
        backup.path.unlink()
    dialog = RecoveryDialog(project, tasks)
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitUntil(lambda: "no backups" in dialog._no_backups.text())
    assert not dialog.restore_button.isEnabled()
    assert dialog.salvage_button.isDefault()


def test_every_control_has_a_name(dialog: RecoveryDialog) -> None:
    assert all(button.text() or button.accessibleName() for button in dialog.findChildren(QPushButton))
    assert dialog.table.accessibleName()
    assert dialog._bar.accessibleName()
