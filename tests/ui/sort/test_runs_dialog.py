from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from fewshot_gui.sorting.journal import Run, RunState
from fewshot_gui.sorting.plan import Action
from fewshot_gui.sorting.run_files import FileState, RunFile
from fewshot_gui.sorting.undo import UndoResult
from fewshot_gui.ui.sort.runs_dialog import RunsDialog

Left = Qt.MouseButton.LeftButton


def run(name="1", state=RunState.DONE, action=Action.COPY, failed=0):
    source, target = Path("/photos/holidays"), Path("/photos/sorted")
    started = datetime(2024, 5, 3, 12, 0, tzinfo=UTC)
    return Run(name, started, action, source, target, 1012, 1012 - failed, failed, 0, state)


@pytest.fixture
def dialog(qtbot):
    dialog = RunsDialog()
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def text_of(dialog):
    return "\n".join(one.text() for one in dialog.findChildren(QLabel) if one.isVisible())


def cells(table):
    model = table.model()
    return [
        [model.index(row, column).data() for column in range(model.columnCount())] for row in range(model.rowCount())
    ]


def test_without_runs_it_says_so(dialog):
    assert "Nothing has been sorted yet." in text_of(dialog)
    assert not dialog.undo_button.isEnabled()


def test_a_run_is_told_with_its_date_action_numbers_and_places(dialog):
    dialog.show_runs([run(action=Action.MOVE, failed=2)])
    when, *rest = cells(dialog.table)[0]
    assert "24" in when and "5" in when and "3" in when
    assert rest == ["Move", "1,010", str(Path("/photos/holidays")), str(Path("/photos/sorted")), "done, 2 failed"]
    assert "Nothing has been sorted yet." not in text_of(dialog)


def test_the_selected_run_is_taken_back(qtbot, dialog):
    dialog.show_runs([run("3"), run("2"), run("1")])
    qtbot.keyClick(dialog.table, Qt.Key.Key_Down)
    with qtbot.waitSignal(dialog.undo_requested) as asked:
        qtbot.mouseClick(dialog.undo_button, Left)
    assert asked.args == ["2"]
    dialog.show_progress(4, 1012)
    assert "4 of 1,012 files" in text_of(dialog)
    dialog.show_undone(UndoResult(1012, (), False))
    dialog.show_runs([run("3"), run("2", RunState.UNDONE), run("1")])
    assert "1,012 " in text_of(dialog) and "taken back" in text_of(dialog)
    assert cells(dialog.table)[1][-1] == "taken back"


@pytest.mark.parametrize("state", RunState)
def test_only_what_can_be_taken_back_offers_it(dialog, state):
    dialog.show_runs([run(state=state)])
    possible = {RunState.DONE, RunState.INTERRUPTED, RunState.PARTLY_UNDONE}
    assert dialog.undo_button.isEnabled() == (state in possible)


def test_files_that_were_left_are_told_with_the_reason(qtbot, dialog):
    dialog.show_runs([run()])
    qtbot.mouseClick(dialog.undo_button, Left)
    dialog.show_undone(UndoResult(1011, ((Path("a.jpg"), "a.jpg was changed after it was sorted."),), False))
    assert "1 left as they are" in text_of(dialog)
    assert cells(dialog._result.left) == [["a.jpg was changed after it was sorted."]]


def test_an_undo_that_could_not_be_begun_says_why(qtbot, dialog):
    dialog.show_runs([run()])
    qtbot.mouseClick(dialog.undo_button, Left)
    dialog.show_failure("Another window is at work on it.")
    assert "Another window is at work on it." in text_of(dialog)
    assert dialog.undo_button.isVisible()


def test_closing_while_a_run_is_taken_back_asks_to_stop(qtbot, dialog):
    dialog.show_runs([run()])
    qtbot.mouseClick(dialog.undo_button, Left)
    with qtbot.waitSignal(dialog.cancel_requested):
        qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert dialog.isVisible()
    dialog.show_undone(UndoResult(10, (), True))
    assert "You stopped it" in text_of(dialog)
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def files():
    source, target = Path("/photos/holidays"), Path("/photos/sorted")
    return [
        RunFile(source / "a.jpg", target / "cat/a.jpg", "cat", False, FileState.SORTED),
        RunFile(source / "b.jpg", target / "dog/b.jpg", "dog", False, FileState.SORTED),
        RunFile(source / "c.jpg", target / "dog/c.jpg", "dog", False, FileState.UNDONE),
    ]


def test_single_files_of_a_run_are_found_chosen_and_taken_back(qtbot, dialog):
    dialog.show_runs([run("2"), run("1")])
    with qtbot.waitSignal(dialog.files_requested) as asked:
        qtbot.mouseClick(dialog.files_button, Left)
    assert asked.args == ["2"]
    dialog.show_files("2", files())
    assert not dialog.undo_files_button.isEnabled(), "nothing is chosen yet"
    qtbot.keyClicks(dialog.files.search, "DOG")
    assert [row[1:] for row in cells(dialog.files.table)] == [
        [str(Path("/photos/sorted/dog/b.jpg")), "sorted"],
        [str(Path("/photos/sorted/dog/c.jpg")), "taken back"],
    ]
    dialog.files.table.selectAll()
    with qtbot.waitSignal(dialog.undo_files_requested) as asked:
        qtbot.mouseClick(dialog.undo_files_button, Left)
    assert asked.args == ["2", [Path("/photos/sorted/dog/b.jpg")]], "what is back already is not asked for"
    dialog.show_undone(UndoResult(1, (), False))
    assert dialog.undo_button.isVisible() and not dialog.undo_files_button.isVisible()
    assert "1 " in text_of(dialog)


def test_escape_leads_from_the_files_back_to_the_runs(qtbot, dialog):
    dialog.show_runs([run()])
    dialog.show_files("1", files())
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert dialog.isVisible() and dialog.table.isVisible()


def test_a_file_that_is_back_already_cannot_be_chosen(dialog):
    dialog.show_files("1", files()[2:])
    dialog.files.table.selectAll()
    assert not dialog.undo_files_button.isEnabled()
