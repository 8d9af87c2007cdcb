from collections import Counter
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale, QPoint, Qt
from PySide6.QtWidgets import QAbstractButton, QCheckBox, QFileDialog, QLabel, QLineEdit, QProgressBar, QSpinBox

from fewshot_gui.sorting.apply import RunResult
from fewshot_gui.sorting.plan import Action, Renaming, SortOptions, SortPlan, Space, Step
from fewshot_gui.sorting.undo import UndoResult
from fewshot_gui.ui.row_table import RowTable
from fewshot_gui.ui.sort.sort_dialog import SortDialog

Left = Qt.MouseButton.LeftButton


@pytest.fixture(autouse=True)
def english_numbers():
    before = QLocale()
    QLocale.setDefault(QLocale("en_US"))
    yield
    QLocale.setDefault(before)


def make_plan(target, labels=("cat", "猫: wild"), count=4, **other):
    """`count` files of 1 MB for each label; the first has to be renamed."""
    source = target.with_name("pictures")
    folders = {label: target / label.replace(":", "_") for label in labels}
    steps = [
        Step(source / f"{label[0]}{n}.jpg", folders[label] / f"{label[0]}{n}.jpg", label, 1_000_000, 0)
        for label in labels
        for n in range(count)
    ]
    if steps:
        first = steps[0]
        renamed = first.target.with_name("other.jpg")
        note = "named other.jpg, its own is taken"
        taken = Renaming.TAKEN
        steps[0] = Step(first.source, renamed, first.label, first.size, 0, note, confidence=0.978, renaming=taken)
        steps[1] = Step(steps[1].source, steps[1].target, first.label, first.size, 0, said=True)
    size = sum(step.size for step in steps)
    fields = {
        "action": Action.COPY,
        "source": source,
        "target": target,
        "steps": tuple(steps),
        "folders": folders,
        "counts": Counter(step.label for step in steps),
        "total_bytes": size,
        "needed_bytes": size,
        "free_bytes": 5_000_000_000,
        "already_there": (),
        "left_alone": 0,
        "problems": (),
        "refusals": (),
        "space": (Space(target, size, 5_000_000_000),),
    }
    return SortPlan(**{**fields, **other})


class Planner:
    """Answers each request for a plan when told to."""

    def __init__(self, dialog, **other):
        self.dialog, self.other, self.asked = dialog, other, []
        dialog.plan_requested.connect(lambda *wanted: self.asked.append(wanted))

    def answer(self, **other):
        target, action, *_ = self.asked[-1]
        self.dialog.show_plan(make_plan(target, **{"action": action, **self.other, **other}))


@pytest.fixture
def dialog(qtbot, tmp_path):
    dialog = SortDialog(tmp_path / "sorted")
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


@pytest.fixture
def planner(dialog):
    planner = Planner(dialog)
    dialog.ask_for_plan()
    return planner


def text_of(dialog):
    return "\n".join(one.text() for one in dialog.findChildren(QLabel) if one.isVisible())


def chip(dialog, name):
    return next(one for one in dialog.findChildren(QAbstractButton) if one.text() == name)


def folder_field(dialog):
    return next(one for one in dialog.findChildren(QLineEdit) if one.accessibleName() == "Folder to sort into")


def table(dialog, name):
    return next(one for one in dialog.findChildren(RowTable) if one.accessibleName() == name)


def cells(table):
    model = table.model()
    return [
        [model.index(row, column).data() for column in range(model.columnCount())] for row in range(model.rowCount())
    ]


def test_it_begins_with_the_harmless_choice(planner, tmp_path):
    assert planner.asked == [(tmp_path / "sorted", Action.COPY, 0.0, SortOptions())]


def test_nothing_can_be_sorted_before_the_plan_is_there(dialog, planner):
    assert not dialog.sort_button.isEnabled()
    planner.answer()
    assert dialog.sort_button.isEnabled()
    assert "8" in dialog.sort_button.text()


def test_the_plan_tells_folders_by_their_names_on_disk(dialog, planner):
    planner.answer()
    assert cells(table(dialog, "Folders")) == [
        ["cat", "cat", "4", "4", "4.0 MB"],
        ["猫: wild", "猫_ wild", "4", "4", "4.0 MB"],
    ]


def test_every_file_s_way_can_be_read(dialog, planner):
    planner.answer()
    rows = cells(table(dialog, "Every file"))
    assert rows[0] == ["c0.jpg", str(Path("cat/other.jpg")), "97 % sure", "named other.jpg, its own is taken"]
    assert rows[1] == ["c1.jpg", str(Path("cat/c1.jpg")), "you said so", ""]
    assert len(rows) == 8


def test_twenty_thousand_files_are_listed_without_making_text_of_them(qtbot, dialog, planner, monkeypatch):
    import fewshot_gui.ui.sort.sort_plan_view as plan_view

    written = []
    below = plan_view._below
    monkeypatch.setattr(plan_view, "_below", lambda path, folder: written.append(path) or below(path, folder))
    planner.answer(labels=("cat",), count=20_000)
    dialog.findChild(plan_view.QTabWidget).setCurrentIndex(1)
    dialog.grab()
    assert table(dialog, "Every file").model().rowCount() == 20_000
    assert 0 < len(written) < 1000


def test_what_is_out_of_the_ordinary_is_told(dialog, planner, tmp_path):
    planner.answer(already_there=(tmp_path / "a.jpg",) * 12, left_alone=88)
    said = text_of(dialog)
    assert "8.0 MB of the 5.0 GB" in said
    assert "1 get(s) another name" in said or "1 gets another name" in said
    assert "12 " in said and "there already" in said
    assert "88 " in said and "left alone" in said


def test_pictures_that_can_not_be_sorted_are_listed_with_the_reason(dialog, planner, tmp_path):
    planner.answer()
    tabs = dialog.findChild(type(table(dialog, "Folders").parent().parent()))
    assert not tabs.isTabVisible(2)
    planner.answer(problems=((tmp_path / "a.jpg", "a.jpg is no longer there."),))
    assert tabs.isTabVisible(2)
    assert cells(table(dialog, "Can't be sorted")) == [["a.jpg is no longer there."]]


def test_a_refusal_is_read_and_nothing_can_be_sorted(dialog, planner):
    planner.answer(refusals=("There is not enough space.", "A second reason."))
    assert "There is not enough space.\nA second reason." in text_of(dialog)
    assert not dialog.sort_button.isEnabled()
    planner.answer()
    assert "space." not in text_of(dialog)


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


# ---- more options


def field(dialog, name):
    return next(one for one in dialog.findChildren(QLineEdit) if one.accessibleName() == name)


def box(dialog, text):
    return next(one for one in dialog.findChildren(QCheckBox) if one.text() == text)


@pytest.fixture
def more(dialog, planner, qtbot):
    """The rarely used options are shown."""
    planner.answer()
    assert not field(dialog, "Template for new names").isVisible()
    qtbot.mouseClick(chip(dialog, "More options"), Left)
    assert field(dialog, "Template for new names").isVisible()


@pytest.mark.usefixtures("more")
def test_a_template_is_planned_with(qtbot, dialog, planner):
    with qtbot.waitSignal(dialog.plan_requested):
        qtbot.keyClicks(field(dialog, "Template for new names"), "{class} {n}")
    assert planner.asked[-1][3] == SortOptions(name="{class} {n}")
    assert "{date}" in text_of(dialog)


@pytest.mark.usefixtures("more")
def test_sub_folders_are_kept_when_wanted(qtbot, dialog, planner):
    with qtbot.waitSignal(dialog.plan_requested):
        qtbot.mouseClick(box(dialog, "Keep sub-folders, below the class folder"), Left, pos=QPoint(8, 8))
    assert planner.asked[-1][3] == SortOptions(keep_subfolders=True)


@pytest.mark.usefixtures("more")
def test_the_unsure_and_none_of_these_get_folders_when_wanted(qtbot, dialog, planner):
    assert not field(dialog, "Folder for unsure pictures").isEnabled()
    with qtbot.waitSignal(dialog.plan_requested):
        qtbot.mouseClick(box(dialog, "Unsure pictures into"), Left, pos=QPoint(8, 8))
    assert planner.asked[-1][2:] == (0.75, SortOptions(unsure="Unsure")), "below which they are unsure"
    planner.answer()
    box(dialog, "None of these into").setChecked(True)
    with qtbot.waitSignal(dialog.plan_requested):
        field(dialog, "Folder for pictures that are none of these").setText("others")
    assert planner.asked[-1][3] == SortOptions(unsure="Unsure", none="others")


# ---- plans that say more


def test_what_moves_on_from_an_earlier_run_is_told(dialog, planner, tmp_path):
    target = tmp_path / "sorted"
    step = Step(target / "cat/a.jpg", target / "dog/a.jpg", "dog", 1000, 0, "moves on from cat", said=True, was="cat")
    moves = make_plan(target, labels=(), steps=(step,) * 5, action=Action.MOVE, total_bytes=5000)
    planner.answer(labels=(), moves=moves, already_there=(tmp_path / "b.jpg",) * 37, folders={"dog": target / "dog"})
    said = text_of(dialog)
    assert "37 file(s) are there already" in said or "37 files are there already" in said
    assert "5 move(s) from cat to dog" in said or "5 move from cat to dog" in said
    assert cells(table(dialog, "Folders")) == [["dog", "dog", "5", "5", "5.0 kB"]]
    assert len(cells(table(dialog, "Every file"))) == 5
    assert "Move 5" in dialog.sort_button.text()


def test_each_disk_that_takes_bytes_is_told_with_its_space(dialog, planner, tmp_path):
    volumes = (Space(tmp_path / "sorted", 4_000_000, 5_000_000_000), Space(tmp_path / "stick", 2_000_000, 9_000_000))
    planner.answer(space=volumes)
    assert f"2.0 MB of the 9.0 MB that are free for {tmp_path / 'stick'}" in text_of(dialog)


def test_a_plan_that_is_no_longer_wanted_is_stopped(qtbot, dialog, planner):
    with qtbot.waitSignal(dialog.plan_outdated):
        folder_field(dialog).setText("")
    dialog.show_failure("It was stopped.")
    qtbot.waitUntil(lambda: "whole path" in text_of(dialog))
    assert "It was stopped." not in text_of(dialog)


def test_how_far_planning_is_can_be_read(dialog, planner):
    dialog.show_planning(300, 1000)
    assert "300 of 1,000" in text_of(dialog)
