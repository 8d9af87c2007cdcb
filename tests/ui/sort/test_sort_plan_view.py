from pathlib import Path

from fewshot_gui.sorting.plan import Action, Space, Step
from tests.ui.sort.planning import cells, folder_field, make_plan, table, text_of


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
