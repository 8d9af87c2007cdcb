"""What undo means in the window: the latest operation, and after a run of sorting first a word about that."""

import pytest
from PIL import Image
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction

from fewshot_gui.session import Session
from fewshot_gui.ui.desk import Desk
from fewshot_gui.ui.status_strip import StatusStrip
from fewshot_gui.ui.undoing import Undoing
from fewshot_gui.workers.compute import Compute
from fewshot_gui.workers.tasks import Tasks


class Sorting(QObject):
    """Tells of runs; counts how often they are shown."""

    stands = Signal(bool)

    def __init__(self):
        super().__init__()
        self.shown = 0

    def show_runs(self):
        self.shown += 1


class Window:
    """What Undoing joins."""

    def __init__(self, path):
        self.tasks = Tasks()
        self.desk = Desk(Session.open(path), Compute(), self.tasks)
        self.sorting, self.strip = Sorting(), StatusStrip()
        self.undoing = Undoing(self.desk, self.sorting, self.strip, self.strip)
        self.action, self.redo = QAction(self.strip), QAction(self.strip)
        self.undoing.attach(self.action, self.redo)
        self.action.triggered.connect(self.undoing.undo)

    def classes(self):
        return [info.name for info in self.desk.session.classes]

    @property
    def said(self):
        return self.strip._message._text.text()

    @property
    def warnings(self):
        return self.strip._warnings._sentences

    @property
    def button(self):
        return self.strip._message.action


@pytest.fixture
def window(qtbot, tmp_path):
    window = Window(tmp_path / "p.fewshot")
    qtbot.addWidget(window.strip)
    window.desk.new_class()
    window.undoing.name_actions()
    yield window
    window.desk.close()
    window.tasks.stop()


def test_undo_takes_back_the_latest_operation_and_says_which_before(window):
    assert window.action.text() == "Undo: new class Class 1"
    window.action.trigger()
    assert window.classes() == []
    window.undoing.name_actions()
    assert (window.action.text(), window.action.isEnabled()) == ("Undo", False)
    assert window.redo.text() == "Redo: new class Class 1"


def test_undo_right_after_sorting_takes_back_no_label_and_says_where_the_sorting_is_taken_back(window):
    window.sorting.stands.emit(True)
    assert window.action.text() == "Undo: sorting…"
    window.action.trigger()
    assert window.classes() == ["Class 1"] and not window.redo.isEnabled()
    assert "Sorting runs" in window.said and "new class Class 1" in window.said
    window.button.click()
    assert window.sorting.shown == 1 and window.classes() == ["Class 1"]


def test_the_next_undo_is_an_ordinary_one_and_is_named_so(window):
    window.sorting.stands.emit(True)
    window.action.trigger()
    assert window.action.text() == "Undo: new class Class 1"
    window.action.trigger()
    assert window.classes() == []


def test_whatever_is_done_after_the_sorting_is_what_undo_takes_back(window):
    window.sorting.stands.emit(True)
    window.desk.new_class()
    window.action.trigger()
    assert window.classes() == ["Class 1"]


def test_a_sorting_that_was_taken_back_is_not_spoken_of(window):
    window.sorting.stands.emit(True)
    window.sorting.stands.emit(False)
    window.action.trigger()
    assert window.classes() == []


def test_after_another_folder_was_opened_undo_is_an_ordinary_one(window, tmp_path):
    window.sorting.stands.emit(True)
    window.desk.replaced.emit()
    window.action.trigger()
    assert window.classes() == []


def test_without_a_label_to_take_back_undo_still_tells_of_the_sorting(window):
    window.undoing.undo()
    window.sorting.stands.emit(True)
    assert window.action.isEnabled()
    window.action.trigger()
    assert window.said == "The sorting is taken back under “Sorting runs”."


def test_the_button_of_an_offer_takes_back_that_operation_and_no_other(window):
    window.undoing.say("Done", True)
    window.desk.rename_class(window.desk.session.classes[0].id, "owl")
    window.button.click()
    assert window.classes() == ["owl"]
    window.undoing.say("Done", True)
    window.button.click()
    assert window.classes() == ["Class 1"]


def test_what_an_operation_warned_of_goes_when_it_is_undone(window, qtbot, tmp_path):
    session, desk = window.desk.session, window.desk
    desk.warned.connect(window.strip.warn)
    first, second = session.classes[0].id, desk.new_class()
    picture = tmp_path / "cup.png"
    Image.new("RGB", (8, 8)).save(picture)
    desk.do(lambda: session.add_examples(first, [picture]))
    desk.warned.emit("The disk is full.")
    desk.do(lambda: session.add_examples(second, [picture]))
    assert "cup.png" in window.warnings[1] and "moved" in window.warnings[1]
    window.undoing.undo()
    assert window.warnings == ["The disk is full."]
