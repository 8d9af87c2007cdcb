"""Exporting in the window: the dialog, the work beside it, what is said, and that it is one key away."""

import csv
import json
import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QDesktopServices, QKeySequence
from PySide6.QtWidgets import QAbstractButton, QApplication, QFileDialog, QLabel, QLineEdit, QWidget

from fewshot_gui.app import Application
from fewshot_gui.exports.export import Format
from fewshot_gui.images.find import PictureFile
from fewshot_gui.session import Session
from fewshot_gui.ui.project import export_flow
from fewshot_gui.ui.project.export_flow import ExportFlow
from fewshot_gui.workers.tasks import Tasks
from tests.e2e.conftest import finish, tiny_engine

Left = Qt.MouseButton.LeftButton


class Desk(QObject):
    """What the flow needs of a desk."""

    said = Signal(str, bool)

    def __init__(self, session):
        super().__init__()
        self.session = session


@pytest.fixture
def session(quick_path):
    """Two pictures, a cat and a dog as a person says, and one of which nothing is known."""
    session = Session.open(quick_path / "pets.fewshot")
    (quick_path / "folder").mkdir()
    session.open_folder(quick_path / "folder")
    session.add_pictures([PictureFile(quick_path / "folder" / f"{n}.png", 1, 1) for n in "abc"])
    session.add_class("cat")
    session.add_class("dog")
    a, b, _ = session.answers.ids.tolist()
    session.label([a], 1)
    session.label([b], 2)
    yield session
    session.close()


@pytest.fixture
def flow(qtbot, session):
    window = QWidget()
    qtbot.addWidget(window)
    tasks = Tasks()
    yield ExportFlow(Desk(session), tasks, window)
    tasks.stop()


@pytest.fixture
def dialog(flow):
    flow.start()
    return flow.dialog


def text_of(dialog):
    return "\n".join(label.text() for label in dialog.findChildren(QLabel) if label.isVisibleTo(dialog))


def press(qtbot, button):
    qtbot.mouseClick(button, Left)


def test_the_table_is_suggested_beside_the_folder_and_written(qtbot, dialog, quick_path):
    assert dialog.target() == quick_path / "folder classes.csv"
    assert dialog.export_button.isDefault()
    qtbot.keyClick(dialog, Qt.Key.Key_Return)
    qtbot.waitUntil(dialog.show_button.isVisible)
    with (quick_path / "folder classes.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["decision"], row["said_by"]) for row in rows] == [("cat", "person"), ("dog", "person"), ("", "")]
    assert "2 by you, 0 by the machine, 1 without a class" in text_of(dialog)
    assert "folder classes.csv" in text_of(dialog)


def test_each_format_is_explained_and_has_a_name_of_its_own(qtbot, dialog, quick_path):
    suggested = set()
    for format, button in dialog.formats.items():
        button.setFocus()
        qtbot.keyClick(button, Qt.Key.Key_Space)
        assert dialog.format() is format
        assert button.accessibleDescription() in text_of(dialog)
        suggested.add(dialog.target().name)
    assert suggested == {"folder classes.csv", "folder classes.json", "folder sidecars", "folder for Label Studio"}


def test_a_taken_name_is_not_suggested(flow, quick_path):
    (quick_path / "folder classes.csv").touch()
    flow.start()
    assert flow.dialog.target() == quick_path / "folder classes 2.csv"


def test_a_name_that_was_written_is_kept_when_another_format_is_chosen(dialog, quick_path):
    dialog.place.setText(str(quick_path / "mine"))
    dialog.formats[Format.JSON].setChecked(True)
    assert dialog.target() == quick_path / "mine"


def test_without_a_whole_path_nothing_can_be_exported(dialog):
    dialog.place.setText("mine.csv")
    assert not dialog.export_button.isEnabled()


def test_a_refusal_is_said_and_another_place_can_be_chosen(qtbot, dialog, quick_path):
    dialog.place.setText(str(quick_path / "folder" / "in.csv"))
    press(qtbot, dialog.export_button)
    qtbot.waitUntil(dialog.export_button.isVisible)
    assert "among your pictures" in text_of(dialog)
    dialog.place.setText(str(quick_path / "out.csv"))
    assert "among your pictures" not in text_of(dialog)
    press(qtbot, dialog.export_button)
    qtbot.waitUntil(dialog.show_button.isVisible)
    assert (quick_path / "out.csv").is_file()


def test_what_was_said_a_moment_ago_is_in_the_export(qtbot, session, dialog, quick_path):
    session.label(session.answers.ids.tolist()[2:], 2)
    dialog.formats[Format.JSON].setChecked(True)
    press(qtbot, dialog.export_button)
    qtbot.waitUntil(dialog.show_button.isVisible)
    found = json.loads((quick_path / "folder classes.json").read_text())
    assert [one["decision"] for one in found] == ["cat", "dog", "dog"]


def test_it_can_be_cancelled_and_leaves_nothing(qtbot, dialog, quick_path, monkeypatch):
    before = sorted(quick_path.iterdir())
    begun, export = threading.Event(), export_flow.export

    def slow(project, out, format, progress, cancelled):
        begun.set()
        while not cancelled():
            threading.Event().wait(0.01)
        return export(project, out, format, progress, cancelled)

    monkeypatch.setattr(export_flow, "export", slow)
    press(qtbot, dialog.export_button)
    qtbot.waitUntil(begun.is_set)
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert dialog.isVisible()  # until it has stopped
    qtbot.waitUntil(lambda: not dialog.isVisible())
    assert sorted(quick_path.iterdir()) == before


def test_a_mistake_of_ours_is_told_too(qtbot, dialog, monkeypatch):
    monkeypatch.setattr(export_flow, "export", lambda *_: 1 / 0)
    press(qtbot, dialog.export_button)
    qtbot.waitUntil(dialog.export_button.isVisible)
    assert "ZeroDivisionError" in text_of(dialog)


def test_the_folder_is_shown(qtbot, dialog, quick_path, monkeypatch):
    opened = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(Path(url.toLocalFile())))
    dialog.formats[Format.XMP].setChecked(True)
    press(qtbot, dialog.export_button)
    qtbot.waitUntil(dialog.show_button.isVisible)
    press(qtbot, dialog.show_button)
    assert opened == [quick_path / "folder sidecars"]
    assert "Your own sidecars were not changed" in text_of(dialog)


def test_a_place_that_was_browsed_to_gets_the_suffix(qtbot, dialog, quick_path, monkeypatch):
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, **__: (str(quick_path / "mine"), ""))
    press(qtbot, dialog.browse)
    assert dialog.target() == quick_path / "mine.csv"


def test_every_control_has_a_name(dialog):
    for widget in [*dialog.findChildren(QAbstractButton), *dialog.findChildren(QLineEdit)]:
        text = widget.text() if isinstance(widget, QAbstractButton) else ""
        assert widget.accessibleName() or text


def test_a_project_without_pictures_is_told_so(qtbot, quick_path):
    session = Session.open(quick_path / "new.fewshot")
    window, tasks, desk = QWidget(), Tasks(), Desk(session)
    qtbot.addWidget(window)
    flow = ExportFlow(desk, tasks, window)
    with qtbot.waitSignal(desk.said) as said:
        flow.start()
    assert "nothing to export" in said.args[0]
    assert flow.dialog is None
    tasks.stop()
    session.close()


def test_ctrl_e_in_the_window_opens_it(qtbot, qapp, quick_path, session):
    session.close()
    program = Application(Session.open(quick_path / "pets.fewshot"), tiny_engine)
    program.start()
    try:
        assert program.window.menu.action("export").shortcut() == QKeySequence("Ctrl+E")
        program.window.menu.action("export").trigger()
        QApplication.processEvents()
        assert program.window.exporting.dialog.isVisible()
        program.window.exporting.dialog.reject()
    finally:
        finish(program)
