import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QFileDialog, QLineEdit, QProgressBar, QSpinBox

from fewshot_gui.sorting.apply import RunResult
from fewshot_gui.sorting.plan import Action, SortOptions
from fewshot_gui.sorting.undo import UndoResult
from fewshot_gui.ui.row_table import RowTable
from tests.ui.sort.planning import Left, cells, chip, folder_field, table, text_of


def test_it_begins_with_the_harmless_choice(planner, tmp_path):
    assert planner.asked == [(tmp_path / "sorted", Action.COPY, 0.0, SortOptions())]


def test_nothing_can_be_sorted_before_the_plan_is_there(dialog, planner):
    assert not dialog.sort_button.isEnabled()
    planner.answer()
    assert dialog.sort_button.isEnabled()
    assert "8" in dialog.sort_button.text()


def test_each_way_to_sort_asks_for_a_plan_and_explains_itself(qtbot, dialog, planner):
    planner.answer()
    for name, action, word in (
        ("Move", Action.MOVE, "leave your folder"),
        ("Hard link", Action.HARDLINK, "same disk"),
        ("Symbolic link", Action.SYMLINK, "point to"),
        ("Clone", Action.REFLINK, "take no space"),
        ("Copy", Action.COPY, "stays as it is"),
    ):
        with qtbot.waitSignal(dialog.plan_requested):
            qtbot.mouseClick(chip(dialog, name), Left)
            assert not dialog.sort_button.isEnabled()
        assert planner.asked[-1][1] is action
        assert word in text_of(dialog)
        planner.answer()
        assert dialog.sort_button.isEnabled()


def test_the_least_confidence_is_asked_for_as_a_share(qtbot, dialog, planner):
    planner.answer()
    with qtbot.waitSignal(dialog.plan_requested):
        dialog.findChild(QSpinBox).setValue(80)
    assert planner.asked[-1][2] == pytest.approx(0.8)


def test_typing_a_path_asks_for_one_plan_at_the_end(qtbot, dialog, planner, tmp_path):
    planner.answer()
    with qtbot.waitSignal(dialog.plan_requested):
        qtbot.keyClicks(folder_field(dialog), "12")
        assert not dialog.sort_button.isEnabled()
    assert [target for target, *_ in planner.asked[1:]] == [tmp_path / "sorted12"]


def test_enter_in_the_path_never_sorts_what_was_planned_for_another(qtbot, dialog, planner):
    applied = []
    dialog.apply_requested.connect(applied.append)
    planner.answer()
    qtbot.keyClicks(folder_field(dialog), "x")
    qtbot.keyClick(folder_field(dialog), Qt.Key.Key_Return)
    assert applied == [] and dialog.isVisible()


@pytest.mark.parametrize("text", ["", "sorted", "./here"])
def test_without_a_whole_path_there_is_no_plan_and_it_says_so(qtbot, dialog, planner, text):
    planner.answer()
    folder_field(dialog).setText(text)
    qtbot.waitUntil(lambda: "whole path" in text_of(dialog))
    assert len(planner.asked) == 1
    assert not dialog.sort_button.isEnabled()


def test_a_plan_that_is_overtaken_is_not_shown(qtbot, dialog, planner, tmp_path):
    folder_field(dialog).setText(str(tmp_path / "elsewhere"))
    dialog.ask_for_plan()
    assert len(planner.asked) == 1  # the first is still being worked out
    planner.answer(count=1)
    assert not dialog.sort_button.isEnabled()
    assert [target for target, *_ in planner.asked] == [tmp_path / "sorted", tmp_path / "elsewhere"]
    planner.answer(count=3)
    assert len(cells(table(dialog, "Every file"))) == 6
    assert dialog.sort_button.isEnabled()


def test_a_plan_that_failed_says_why_and_another_can_be_asked_for(qtbot, dialog, planner):
    dialog.show_failure("The disk cannot be read.")
    assert "The disk cannot be read." in text_of(dialog)
    assert not dialog.sort_button.isEnabled()
    dialog.ask_for_plan()
    planner.answer()
    assert dialog.sort_button.isEnabled()


def test_a_folder_can_be_chosen(qtbot, dialog, planner, tmp_path, monkeypatch):
    planner.answer()
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(tmp_path))
    with qtbot.waitSignal(dialog.plan_requested):
        qtbot.mouseClick(chip(dialog, "Browse…"), Left)
    assert planner.asked[-1][0] == tmp_path


def test_sorting_shows_progress_then_the_result(qtbot, dialog, planner):
    applied = []
    dialog.apply_requested.connect(applied.append)
    planner.answer()
    qtbot.mouseClick(dialog.sort_button, Left)
    assert [len(plan.steps) for plan in applied] == [8]
    assert not dialog.sort_button.isVisible()
    dialog.show_progress(3, 8)
    bar = dialog.findChild(QProgressBar)
    assert (bar.value(), bar.maximum()) == (3, 8)
    assert "3 of 8 files" in text_of(dialog)
    dialog.show_result(RunResult("20240101-1", 8, 0, (), False), ("20240101-1",))
    assert "8 " in text_of(dialog) and "copied, 0 failed" in text_of(dialog)
    assert dialog.undo_button.isVisible() and dialog.open_button.isVisible()
    assert dialog.close_button.text() == "Close"


@pytest.mark.parametrize("stop", ["button", "escape"])
def test_cancelling_asks_to_stop_and_waits_for_the_result(qtbot, dialog, planner, stop):
    planner.answer()
    qtbot.mouseClick(dialog.sort_button, Left)
    with qtbot.waitSignal(dialog.cancel_requested):
        if stop == "button":
            qtbot.mouseClick(dialog.close_button, Left)
        else:
            qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert dialog.isVisible()
    dialog.show_result(RunResult("20240101-1", 2, 0, (), True), ("20240101-1",))
    assert "You stopped it" in text_of(dialog)
    qtbot.mouseClick(dialog.close_button, Left)
    assert not dialog.isVisible()


def test_the_window_can_not_be_closed_while_it_sorts(qtbot, dialog, planner):
    planner.answer()
    qtbot.mouseClick(dialog.sort_button, Left)
    with qtbot.waitSignal(dialog.cancel_requested):
        dialog.close()
    assert dialog.isVisible()


def test_failures_are_listed_and_a_full_disk_is_told(qtbot, dialog, planner, tmp_path):
    planner.answer()
    qtbot.mouseClick(dialog.sort_button, Left)
    failed = ((tmp_path / "a.jpg", "a.jpg could not be copied: you have no permission."),)
    dialog.show_result(RunResult("20240101-1", 5, 3, failed, False, "The disk is full."), ("20240101-1",))
    assert "copied, 1 failed" in text_of(dialog)
    assert "The disk is full." in text_of(dialog)
    assert "3 " in text_of(dialog) and "there before" in text_of(dialog)
    assert cells(table(dialog, "Files that could not be handled")) == [
        ["a.jpg could not be copied: you have no permission."]
    ]


def test_a_run_can_be_taken_back_at_once(qtbot, dialog, planner, tmp_path):
    planner.answer()
    qtbot.mouseClick(dialog.sort_button, Left)
    dialog.show_result(RunResult("20240101-1", 8, 0, (), False), ("20240101-1",))
    with qtbot.waitSignal(dialog.undo_requested) as asked:
        qtbot.mouseClick(dialog.undo_button, Left)
    assert asked.args == [("20240101-1",)]
    dialog.show_undone(UndoResult(7, ((tmp_path / "a.jpg", "a.jpg was changed."),), False))
    assert "7 " in text_of(dialog) and "1 left as they are" in text_of(dialog)
    assert dialog.undo_button.isVisible()  # what is left can be tried again
    qtbot.mouseClick(dialog.undo_button, Left)
    dialog.show_undone(UndoResult(1, (), False))
    assert not dialog.undo_button.isVisible()


def test_a_run_that_did_nothing_can_not_be_taken_back(qtbot, dialog, planner):
    planner.answer()
    qtbot.mouseClick(dialog.sort_button, Left)
    dialog.show_result(RunResult("20240101-1", 0, 0, (), True), ())
    assert not dialog.undo_button.isVisible()


def test_a_run_that_could_not_be_begun_says_why(qtbot, dialog, planner):
    planner.answer()
    qtbot.mouseClick(dialog.sort_button, Left)
    dialog.show_failure("Nothing was sorted: the journal could not be written.")
    assert "the journal could not be written" in text_of(dialog)
    assert not dialog.undo_button.isVisible()
    qtbot.mouseClick(dialog.close_button, Left)
    assert not dialog.isVisible()


def test_the_result_speaks_of_what_was_done_to_the_files(qtbot, dialog, planner):
    with qtbot.waitSignal(dialog.plan_requested):
        planner.answer()
        qtbot.mouseClick(chip(dialog, "Move"), Left)
    planner.answer()
    qtbot.mouseClick(dialog.sort_button, Left)
    dialog.show_result(RunResult("20240101-1", 8, 0, (), False), ("20240101-1",))
    assert "moved, 0 failed" in text_of(dialog)


def test_every_control_has_a_name_for_those_who_hear_it(dialog, planner):
    planner.answer()
    for kind in (QAbstractButton, QLineEdit, QSpinBox, RowTable):
        for one in dialog.findChildren(kind):
            inside = one.parent() is not None and isinstance(one.parent(), QSpinBox)
            if one.isVisible() and one.focusPolicy() != Qt.FocusPolicy.NoFocus and not inside:
                assert one.accessibleName() or (isinstance(one, QAbstractButton) and one.text()), one


def test_the_result_says_where_and_how_much_went_into_each_folder(qtbot, dialog, planner, tmp_path):
    planner.answer()
    qtbot.mouseClick(dialog.sort_button, Left)
    failed = ((tmp_path / "pictures" / "c3.jpg", "c3.jpg could not be copied: you have no permission."),)
    dialog.show_result(RunResult("20240101-1", 7, 0, failed, False), ("20240101-1",))
    assert str(tmp_path / "sorted") in text_of(dialog)
    assert cells(table(dialog, "Folders")) == [
        ["cat", "cat", "3", "3", "3.0 MB"],
        ["猫: wild", "猫_ wild", "4", "4", "4.0 MB"],
    ]


def test_a_promise_that_files_others_once_files_are_moved_changes_nothing_about_the_result(qtbot, dialog, planner):
    planner.answer()
    dialog.offer_promises({0.05: "7 filed"})
    with qtbot.waitSignal(dialog.plan_requested):
        dialog.choose_promise(0.05)
    planner.answer()
    qtbot.mouseClick(dialog.sort_button, Left)
    with qtbot.assertNotEmitted(dialog.plan_requested, wait=400):
        dialog.offer_promises({0.05: "Nothing is filed"})
        dialog.show_result(RunResult("20240101-1", 7, 0, (), False), ("20240101-1",))
    assert table(dialog, "Folders").isVisible() and not dialog.sort_button.isVisible()


def test_a_run_that_was_cut_short_says_nothing_of_folders(qtbot, dialog, planner):
    planner.answer()
    qtbot.mouseClick(dialog.sort_button, Left)
    dialog.show_result(RunResult("20240101-1", 2, 0, (), True), ("20240101-1",))
    assert not table(dialog, "Folders").isVisible()
