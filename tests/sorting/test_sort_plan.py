import gc
import os
import shutil
from collections import namedtuple
from collections.abc import Callable
from pathlib import Path

import pytest

from fewshot_gui.sorting import files, names
from fewshot_gui.sorting.errors import SortCancelled
from fewshot_gui.sorting.plan import Action, SortItem, SortPlan, plan_sort
from tests.sorting.conftest import World, shared_bytes

Usage = namedtuple("Usage", "total used free")


def targets(plan: SortPlan) -> list[str]:
    return [str(step.target.relative_to(plan.target)) for step in plan.steps]


def test_a_plan_says_what_goes_where_and_changes_nothing(world: World) -> None:
    world.put("a.jpg", "one")
    world.put("deep/b.png", "four")
    world.put("c.jpg", "left")
    before = world.tree(world.source)
    plan = world.plan({"a.jpg": "cat", "deep/b.png": "dog/wolf", "c.jpg": None}, Action.COPY)
    assert targets(plan) == ["cat/a.jpg", "dog_wolf/b.png"]
    assert plan.counts == {"cat": 1, "dog/wolf": 1}
    assert plan.folders == {"cat": world.target / "cat", "dog/wolf": world.target / "dog_wolf"}
    assert (plan.total_bytes, plan.needed_bytes, plan.left_alone) == (7, 7, 1)
    assert plan.free_bytes > 0
    assert plan.refusals == plan.problems == plan.collisions == plan.already_there == ()
    assert world.tree(world.source) == before
    assert not world.target.exists()


def test_files_of_the_same_name_are_numbered_visibly(world: World) -> None:
    for name in ("1/a.jpg", "2/a.jpg", "3/A.JPG", "4/a.png"):
        world.put(name, name)
    plan = world.plan(dict.fromkeys(("1/a.jpg", "2/a.jpg", "3/A.JPG", "4/a.png"), "cat"), Action.COPY)
    assert targets(plan) == ["cat/a.jpg", "cat/a (2).jpg", "cat/A (3).JPG", "cat/a.png"]
    assert [step.source.parent.name for step in plan.collisions] == ["2", "3"]
    assert plan.steps[1].note == "named a (2).jpg, there is another a.jpg"


def test_names_collide_however_their_accents_are_spelled(world: World) -> None:
    world.put("1/\u00e9.jpg", "composed")
    world.put("2/e\u0301.jpg", "decomposed")
    world.put("É.jpg", "there before", world.target / "cat")
    plan = world.plan({"1/\u00e9.jpg": "cat", "2/e\u0301.jpg": "cat"}, Action.COPY)
    assert targets(plan) == ["cat/\u00e9 (2).jpg", "cat/e\u0301 (3).jpg"]


def test_a_file_that_is_there_before_is_never_planned_over(world: World) -> None:
    world.put("a.jpg", "mine")
    world.put("A.jpg", "there", world.target / "cat")
    world.put("a (2).jpg", "there too", world.target / "cat")
    (world.target / "cat" / "a (3).jpg").mkdir()
    assert targets(world.plan({"a.jpg": "cat"}, Action.MOVE)) == ["cat/a (4).jpg"]


def test_identical_bytes_in_place_are_skipped_as_done(world: World) -> None:
    world.put("1/a.jpg", "one")
    world.put("2/a.jpg", "two")
    world.put("3/a.jpg", "new")
    world.put("a.jpg", "one", world.target / "cat")
    world.put("a (2).jpg", "two", world.target / "cat")
    plan = world.plan({"1/a.jpg": "cat", "2/a.jpg": "cat", "3/a.jpg": "cat"}, Action.COPY)
    assert plan.already_there == (world.source / "1/a.jpg", world.source / "2/a.jpg")
    assert targets(plan) == ["cat/a (3).jpg"]


def test_a_file_that_lies_in_its_class_folder_stays_there(world: World) -> None:
    path = world.put("a.jpg", "one", world.target / "cat")
    plan = plan_sort([SortItem(path, "cat")], world.target, Action.MOVE, None)
    assert plan.already_there == (path,)
    assert plan.refusals == ("There is nothing to sort: 1 files are in their place already.",)


@pytest.mark.parametrize("action", list(Action))
def test_sorting_again_finds_everything_in_place(world: World, action: Action, monkeypatch: pytest.MonkeyPatch) -> None:
    if action is Action.REFLINK:
        shared_bytes(monkeypatch)
    labels = {}
    for name in ("a.jpg", "a.xmp", "sub/a.jpg", "sub/a (2).jpg", "b.png"):
        world.put(name, name)
        if not name.endswith("xmp"):
            labels[name] = "cat"
    world.sort(labels, action)
    if action is Action.MOVE:
        return
    again = world.plan(labels, action)
    assert not again.steps
    assert len(again.already_there) == 5


def test_companions_go_with_their_picture_and_share_its_stem(world: World) -> None:
    for name in ("x.jpg", "x.xmp", "x.jpg.xmp", "x.CR2", "x.cr2.xmp", "x.mov", "x.json", "x.txt", "x.doc", "y.xmp"):
        world.put(name, name)
    world.put("x.jpg", "another", world.target / "cat")
    plan = world.plan({"x.jpg": "cat"}, Action.MOVE)
    assert targets(plan)[0] == "cat/x (2).jpg"
    tails = ["CR2", "cr2.xmp", "jpg.xmp", "json", "mov", "txt", "xmp"]
    assert targets(plan)[1:] == [f"cat/x (2).{tail}" for tail in tails]
    assert all(step.companion and "goes with x.jpg" in step.note for step in plan.steps[1:])
    assert plan.counts == {"cat": 1}


def test_a_raw_files_own_sidecar_goes_with_the_picture_too(world: World) -> None:
    for name in ("x.jpg", "x.nef", "x.nef.xmp"):
        world.put(name, name)
    assert targets(world.plan({"x.jpg": "cat"}, Action.COPY)) == ["cat/x.jpg", "cat/x.nef", "cat/x.nef.xmp"]


def test_a_taken_companion_name_numbers_the_whole_set(world: World) -> None:
    world.put("x.jpg", "picture")
    world.put("x.xmp", "sidecar")
    world.put("x.xmp", "of another x", world.target / "cat")
    assert targets(world.plan({"x.jpg": "cat"}, Action.COPY)) == ["cat/x (2).jpg", "cat/x (2).xmp"]


def test_a_new_companion_joins_a_picture_that_is_in_place(world: World) -> None:
    world.put("x.jpg", "picture")
    world.put("x.xmp", "sidecar")
    world.put("x.jpg", "picture", world.target / "cat")
    plan = world.plan({"x.jpg": "cat"}, Action.COPY)
    assert targets(plan) == ["cat/x.xmp"]
    assert plan.already_there == (world.source / "x.jpg",)
    assert plan.counts == {}


def test_a_companion_of_two_pictures_goes_with_the_first_visibly(world: World) -> None:
    for name in ("a.jpg", "a.png", "a.xmp", "a.png.xmp"):
        world.put(name, name)
    plan = world.plan({"a.jpg": "cat", "a.png": "dog"}, Action.MOVE)
    assert targets(plan) == ["cat/a.jpg", "cat/a.xmp", "dog/a.png", "dog/a.png.xmp"]
    assert plan.steps[1].note == "goes with a.jpg; a.png shares the name"
    assert plan.steps[2].note == "its companions stay with a.jpg"


def test_companions_stay_with_a_picture_that_is_left_alone(world: World) -> None:
    for name in ("a.jpg", "a.png", "a.xmp"):
        world.put(name, name)
    plan = world.plan({"a.jpg": None, "a.png": "dog"}, Action.MOVE)
    assert targets(plan) == ["dog/a.png"]
    assert plan.steps[0].note == "its companions stay with a.jpg"


def test_the_picture_decides_for_the_raw_file_beside_it(world: World) -> None:
    for name in ("a.dng", "a.jpg", "b.dng", "b.jpg", "c.dng"):
        world.put(name, name)
    plan = world.plan({"a.dng": "dog", "a.jpg": "cat", "b.dng": "dog", "b.jpg": None, "c.dng": "dog"}, Action.MOVE)
    assert targets(plan) == ["cat/a.jpg", "cat/a.dng", "dog/c.dng"]
    assert plan.steps[1].note == "goes with a.jpg, though by itself it was taken for dog"
    assert plan.left_alone == 2


def test_companions_are_found_when_only_the_case_of_the_stem_differs(world: World) -> None:
    world.put("IMG.JPG", "picture")
    world.put("img.xmp", "sidecar")
    plan = world.plan({"IMG.JPG": "cat"}, Action.COPY)
    assert targets(plan) == ["cat/IMG.JPG", "cat/IMG.xmp"]
    assert plan.steps[1].note == "named IMG.xmp, to match its picture; goes with IMG.JPG"


def test_companions_that_differ_only_by_case_all_go_along(world: World) -> None:
    for name in ("a.jpg", "A.xmp", "a.xmp", "a.XMP"):
        world.put(name, name)
    if len(list(world.source.iterdir())) < 4:
        pytest.skip("this disk takes them for one file")
    plan = world.plan({"a.jpg": "cat"}, Action.COPY)
    moved = {step.source.name: step.target.name for step in plan.steps}
    assert moved == {"a.jpg": "a.jpg", "a.XMP": "a.XMP", "a.xmp": "a (2).xmp", "A.xmp": "a (3).xmp"}


def test_a_class_folder_in_another_spelling_is_used(world: World) -> None:
    world.put("a.jpg", "a")
    (world.target / "Cat").mkdir(parents=True)
    assert targets(world.plan({"a.jpg": "cat"}, Action.COPY)) == ["Cat/a.jpg"]


def test_long_names_are_shortened_to_make_room_for_the_number(world: World) -> None:
    name = "é" * 125 + ".jpg"
    world.put("1/" + name, "1")
    world.put("2/" + name, "2")
    plan = world.plan({"1/" + name: "cat", "2/" + name: "cat"}, Action.COPY)
    second = plan.steps[1].target.name
    assert second.endswith("é (2).jpg")
    assert len(os.fsencode(second)) <= 255


# ---- what is refused


def refusal(plan: SortPlan) -> str:
    assert len(plan.refusals) == 1, plan.refusals
    return plan.refusals[0]


def test_a_target_inside_the_source_is_refused(world: World) -> None:
    world.put("a.jpg", "a")
    world.target = world.source / "sorted"
    assert "lies inside" in refusal(world.plan({"a.jpg": "cat"}, Action.COPY))
    world.target = world.source
    assert "lies inside" in world.plan({"a.jpg": "cat"}, Action.COPY).refusals[0]


def test_a_target_that_is_the_source_by_another_road_is_refused(world: World) -> None:
    world.put("a.jpg", "a")
    world.target = world.source.parent / "road"
    world.target.symlink_to(world.source)
    world.target = world.target / "sorted"
    assert "lies inside" in refusal(world.plan({"a.jpg": "cat"}, Action.COPY))


def test_a_source_inside_a_class_folder_is_refused(world: World) -> None:
    world.put("a.jpg", "a")
    world.target = world.source.parent
    assert "mixes" in refusal(world.plan({"a.jpg": "pictures"}, Action.COPY))
    assert world.plan({"a.jpg": "cat"}, Action.COPY).refusals == ()


def test_a_class_folder_that_leads_into_the_source_is_refused(world: World) -> None:
    world.put("a.jpg", "a")
    world.target.mkdir()
    (world.target / "cat").symlink_to(world.source)
    assert "mixes" in refusal(world.plan({"a.jpg": "cat"}, Action.COPY))


def test_a_file_where_a_folder_is_needed_is_refused(world: World) -> None:
    world.put("a.jpg", "a")
    world.put("cat", "a file", world.target)
    assert "needs a folder of that name" in refusal(world.plan({"a.jpg": "cat"}, Action.COPY))
    world.target = world.target / "cat"
    assert "is a file, not a folder" in refusal(world.plan({"a.jpg": "cat"}, Action.COPY))


def test_a_target_that_cannot_be_written_is_refused(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.put("a.jpg", "a")
    world.target.mkdir()
    monkeypatch.setattr(files, "writable", lambda path: path != world.target)
    assert refusal(world.plan({"a.jpg": "cat"}, Action.COPY)).startswith(f"{world.target} cannot be written to.")


def test_too_little_space_is_refused_with_both_numbers(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.put("a.jpg", b"x" * 3_000_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(9, 9, 2_500_000))
    sentence = refusal(world.plan({"a.jpg": "cat"}, Action.COPY))
    assert "3.0 MB are needed" in sentence
    assert "2.5 MB are free" in sentence


@pytest.mark.parametrize("action", [Action.MOVE, Action.HARDLINK, Action.SYMLINK])
def test_only_bytes_that_are_written_need_space(world: World, monkeypatch: pytest.MonkeyPatch, action: Action) -> None:
    world.put("a.jpg", "a")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(9, 9, 0))
    plan = world.plan({"a.jpg": "cat"}, action)
    assert (plan.refusals, plan.needed_bytes) == ((), 0)


@pytest.mark.usefixtures("two_volumes")
def test_a_move_to_another_disk_needs_space(world: World) -> None:
    world.put("a.jpg", "four")
    assert world.plan({"a.jpg": "cat"}, Action.MOVE).needed_bytes == 4


@pytest.mark.usefixtures("two_volumes")
def test_hard_links_to_another_disk_are_refused(world: World) -> None:
    world.put("a.jpg", "a")
    assert "on another disk" in refusal(world.plan({"a.jpg": "cat"}, Action.HARDLINK))


def test_nothing_to_sort_is_refused(world: World) -> None:
    world.put("a.jpg", "a")
    assert refusal(world.plan({"a.jpg": None}, Action.COPY)) == "There is nothing to sort: 1 pictures have no class."
    assert refusal(world.plan({}, Action.COPY)) == "There is nothing to sort."


def test_what_cannot_be_sorted_is_named_and_the_rest_goes_on(world: World) -> None:
    world.put("a.jpg", "a")
    world.put("b.jpg", "b")
    (world.source / "link.jpg").symlink_to(world.source / "b.jpg")
    labels = {"a.jpg": "cat", "gone.jpg": "cat", "link.jpg": "cat", "nowhere/c.jpg": "cat"}
    plan = world.plan(labels, Action.MOVE)
    assert targets(plan) == ["cat/a.jpg"]
    told = {path.name: sentence for path, sentence in plan.problems}
    assert told["gone.jpg"].endswith("gone.jpg is no longer there.")
    assert "would break when moved" in told["link.jpg"]
    assert "nowhere cannot be read" in told["c.jpg"]


def test_a_linked_picture_can_be_copied(world: World) -> None:
    world.put("b.jpg", "bytes")
    (world.source / "link.jpg").symlink_to(world.source / "b.jpg")
    world.sort({"link.jpg": "cat"}, Action.COPY)
    assert (world.target / "cat/link.jpg").read_bytes() == b"bytes"
    assert not (world.target / "cat/link.jpg").is_symlink()


def test_files_in_a_folder_that_cannot_be_written_are_not_moved(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.put("open/a.jpg", "a")
    world.put("locked/b.jpg", "b")
    monkeypatch.setattr(files, "writable", lambda path: path.name != "locked")
    labels = {"open/a.jpg": "cat", "locked/b.jpg": "cat"}
    plan = world.plan(labels, Action.MOVE)
    assert targets(plan) == ["cat/a.jpg"]
    assert "its folder cannot be written to" in plan.problems[0][1]
    assert len(world.plan(labels, Action.COPY).steps) == 2


def test_an_item_that_is_listed_twice_is_sorted_once(world: World) -> None:
    path = world.put("a.jpg", "a")
    plan = plan_sort([SortItem(path, "cat"), SortItem(path, "dog")], world.target, Action.COPY, world.source)
    assert targets(plan) == ["cat/a.jpg"]
    assert "listed twice" in plan.problems[0][1]


def test_planning_can_be_cancelled_while_it_compares(world: World) -> None:
    world.put("a.jpg", "one")
    world.put("a.jpg", "two", world.target / "cat")
    with pytest.raises(SortCancelled):
        world.plan({"a.jpg": "cat"}, Action.COPY, cancelled=lambda: True)


# ---- size


def test_ten_thousand_items_take_one_listing_per_folder_and_linear_work(
    new_world: Callable[[], World], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every name comes 500 times: the worst case for finding free names."""
    world, items = new_world(), []
    for folder in range(500):
        (world.source / f"{folder}").mkdir()
        for number in range(20):
            path = world.source / f"{folder}" / f"{number}.jpg"
            path.touch()
            items.append(SortItem(path, "cat"))
    for number in range(2, 500):  # a family of equal files of the size of the items
        world.put(f"other ({number}).jpg", "", world.target / "cat")
    count = {"scandir": 0, "names": 0}
    scandir, fold = os.scandir, names.fold

    def counted_scandir(path: Path) -> object:
        count["scandir"] += 1
        return scandir(path)

    def counted_fold(name: str) -> str:
        count["names"] += 1
        return fold(name)

    monkeypatch.setattr(os, "scandir", counted_scandir)
    for module in ("names", "sets", "shelf", "plan"):
        monkeypatch.setattr(f"fewshot_gui.sorting.{module}.fold", counted_fold)
    plan = plan_sort(items, world.target, Action.COPY, world.source)
    assert len({step.target for step in plan.steps}) == len(items) == 10_000
    assert count["scandir"] == 500 + 1
    assert count["names"] <= 20 * len(items)


def test_clones_are_refused_where_the_disk_has_none(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.put("a.jpg", "a")
    asked = []
    monkeypatch.setattr("fewshot_gui.sorting.copying.supports_reflink", lambda *folders: asked.append(folders))
    sentence = refusal(world.plan({"a.jpg": "cat"}, Action.REFLINK))
    assert sentence.startswith(
        f"Files cannot be cloned from {world.source} to {world.target}, which is on another disk"
    )
    assert asked == [(world.source, world.target / "cat")]
    monkeypatch.setattr("fewshot_gui.sorting.copying.supports_reflink", lambda *folders: True)
    plan = world.plan({"a.jpg": "cat"}, Action.REFLINK)
    assert (plan.refusals, plan.needed_bytes, len(plan.steps)) == ((), 0, 1)


@pytest.mark.parametrize("enabled", [True, False])
def test_after_planning_python_looks_for_rings_as_before(
    world: World, monkeypatch: pytest.MonkeyPatch, enabled: bool
) -> None:
    world.put("a.jpg", "bytes")
    (gc.enable if enabled else gc.disable)()
    try:
        world.plan({"a.jpg": "cat"}, Action.COPY)
        assert gc.isenabled() == enabled
        monkeypatch.setattr("fewshot_gui.sorting.plan.group", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            world.plan({"a.jpg": "cat"}, Action.COPY)
        assert gc.isenabled() == enabled
    finally:
        gc.enable()
