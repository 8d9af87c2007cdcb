import os
import shutil
from pathlib import Path

import pytest

from fewshot_gui.sorting.errors import SortRefused
from fewshot_gui.sorting.journal import RunState, list_runs
from fewshot_gui.sorting.plan import Action
from fewshot_gui.sorting.run_files import FileState, run_files
from fewshot_gui.sorting.undo import UndoResult, undo
from tests.sorting.conftest import Calls, World

LABELS = {"a.jpg": "cat", "sub/a.jpg": "cat", "b.png": "dog"}


def fill(world: World) -> None:
    for name in LABELS:
        world.put(name, f"bytes of {name}")
    world.put("b.xmp", "sidecar")


def left(result: UndoResult) -> tuple[Path, str]:
    assert len(result.left) == 1, result.left
    return result.left[0]


def test_undo_restores_the_source_and_leaves_nothing_behind(world: World, action: Action) -> None:
    fill(world)
    before = world.tree(world.source)
    run_id = world.sort(LABELS, action).run_id
    result = world.undo(run_id)
    assert (result.restored, result.left, result.cancelled, result.stopped) == (4, (), False, None)
    assert world.tree(world.source) == before
    assert not world.target.exists()


def test_undo_keeps_what_was_in_the_target_before(world: World, action: Action) -> None:
    fill(world)
    world.put("cat/a.jpg", "older", world.target)
    (world.target / "dog").mkdir()
    before = world.tree(world.target)
    world.undo(world.sort(LABELS, action).run_id)
    assert world.tree(world.target) == before


def test_undoing_twice_is_safe(world: World, action: Action) -> None:
    fill(world)
    run_id = world.sort(LABELS, action).run_id
    world.undo(run_id)
    before = world.tree(world.source)
    assert world.undo(run_id).restored == 0
    assert world.tree(world.source) == before


def test_runs_can_be_undone_in_any_order(world: World, action: Action) -> None:
    fill(world)
    before = world.tree(world.source)
    first = world.sort({"a.jpg": "cat"}, action).run_id
    second = world.sort({"sub/a.jpg": "cat", "b.png": "dog"}, action).run_id
    world.undo(first)
    world.undo(second)
    assert world.tree(world.source) == before
    assert world.contents(world.target) == {}


def test_a_file_that_was_changed_since_is_left_and_named(world: World) -> None:
    for action in (Action.COPY, Action.MOVE):
        fill(world)
        run_id = world.sort(LABELS, action).run_id
        world.put("dog/b.png", "edited later", world.target)
        path = world.target / "dog/b.png"
        path.write_bytes(b"edited later")  # another time than put() gives
        result = world.undo(run_id)
        assert result.restored == 3
        assert left(result)[0] == path
        assert "was changed after sorting" in left(result)[1]
        assert path.read_bytes() == b"edited later"
        shutil.rmtree(world.target)


@pytest.mark.usefixtures("two_volumes")
def test_a_file_moved_to_another_disk_and_edited_at_the_same_size_and_time_is_left(world: World) -> None:
    world.put("a.jpg", "before")
    run_id = world.sort({"a.jpg": "cat"}, Action.MOVE).run_id
    world.put("cat/a.jpg", "after!", world.target)
    assert "was changed after sorting" in left(world.undo(run_id))[1]
    assert world.contents() == {b"after!": 1}


def test_an_old_place_that_is_taken_is_never_overwritten(world: World) -> None:
    fill(world)
    run_id = world.sort(LABELS, Action.MOVE).run_id
    world.put("b.png", "another picture")
    path, sentence = left(world.undo(run_id))
    assert path == world.target / "dog/b.png"
    assert "is taken by another file" in sentence
    assert (world.source / "b.png").read_bytes() == b"another picture"
    assert path.read_bytes() == b"bytes of b.png"


def test_a_vanished_old_folder_is_made_again(world: World) -> None:
    fill(world)
    before = world.tree(world.source)
    run_id = world.sort(LABELS, Action.MOVE).run_id
    shutil.rmtree(world.source)
    assert world.undo(run_id).restored == 4
    assert world.tree(world.source) == before


def test_the_only_copy_of_a_picture_is_never_removed(world: World) -> None:
    """Copied or linked, then the original was deleted: what undo would remove is the last there is."""
    for action in (Action.COPY, Action.HARDLINK):
        fill(world)
        run_id = world.sort(LABELS, action).run_id
        (world.source / "b.png").unlink()
        path, sentence = left(world.undo(run_id))
        assert path == world.target / "dog/b.png"
        assert "is gone" in sentence
        assert path.read_bytes() == b"bytes of b.png"
        shutil.rmtree(world.target)


def test_the_copy_of_a_picture_that_was_edited_since_is_kept(world: World) -> None:
    fill(world)
    run_id = world.sort(LABELS, Action.COPY).run_id
    world.put("b.png", "BYTES OF b.png")  # same size, same time
    assert "is kept" in left(world.undo(run_id))[1]
    assert (world.target / "dog/b.png").read_bytes() == b"bytes of b.png"


def test_a_target_folder_that_became_a_road_to_the_originals_is_not_emptied(world: World) -> None:
    for action in (Action.COPY, Action.HARDLINK, Action.MOVE):
        shutil.rmtree(world.source)
        fill(world)
        run_id = world.sort({"b.png": "dog"}, action).run_id
        if action is Action.MOVE:
            world.put("b.png", "bytes of b.png")
            world.put("b.xmp", "sidecar")
        shutil.rmtree(world.target / "dog")
        (world.target / "dog").symlink_to(world.source)
        world.undo(run_id)
        assert (world.source / "b.png").read_bytes() == b"bytes of b.png"
        shutil.rmtree(world.target)


def test_a_link_that_was_replaced_by_a_file_is_kept(world: World) -> None:
    for action in (Action.HARDLINK, Action.SYMLINK):
        fill(world)
        run_id = world.sort(LABELS, action).run_id
        path = world.target / "dog/b.png"
        path.unlink()
        path.write_bytes(b"an edited copy")
        assert left(world.undo(run_id))[0] == path
        assert path.read_bytes() == b"an edited copy"
        shutil.rmtree(world.target)


def test_a_sorted_file_that_somebody_removed_is_named(world: World) -> None:
    fill(world)
    run_id = world.sort(LABELS, Action.MOVE).run_id
    (world.target / "dog/b.png").unlink()
    result = world.undo(run_id)
    assert result.restored == 3
    assert "is no longer there" in left(result)[1]


def test_a_copy_that_somebody_removed_needs_no_undo(world: World) -> None:
    fill(world)
    run_id = world.sort(LABELS, Action.COPY).run_id
    (world.target / "dog/b.png").unlink()
    assert world.undo(run_id).left == ()


def test_a_cancelled_undo_can_be_continued(world: World, action: Action) -> None:
    fill(world)
    before = world.tree(world.source)
    run_id = world.sort(LABELS, action).run_id
    answers = iter([False, False])
    first = world.undo(run_id, cancelled=lambda: next(answers, True))
    assert first.cancelled
    second = world.undo(run_id)
    assert first.restored + second.restored == 4
    assert world.tree(world.source) == before
    assert not world.target.exists()


def test_a_folder_that_holds_something_else_is_kept(world: World) -> None:
    fill(world)
    run_id = world.sort(LABELS, Action.MOVE).run_id
    world.put("cat/notes.md", "mine", world.target)
    world.undo(run_id)
    assert list(world.tree(world.target)) == ["cat", "cat/notes.md"]


def test_a_file_that_is_edited_while_undoing_is_kept(world: World, calls: Calls) -> None:
    """Edited after it was compared and before it would be removed, which happens for a whole batch at a time."""
    for action in (Action.COPY, Action.MOVE):
        fill(world)
        run_id = world.sort(LABELS, action).run_id
        first, last = world.target / "dog/b.png", world.target / "cat/a.jpg"

        def edit(done: int, total: int, path: Path = first) -> None:
            if done == total:
                path.write_bytes(b"edited just now")

        result = undo(run_id, world.journals, edit, lambda: False)
        assert left(result)[0] == first
        assert "was changed while undoing" in left(result)[1]
        assert first.read_bytes() == b"edited just now"
        assert not last.exists()
        shutil.rmtree(world.target)
        shutil.rmtree(world.source)


def test_the_copy_of_an_original_that_vanishes_while_undoing_is_kept(world: World) -> None:
    world.put("a.jpg", "bytes")
    run_id = world.sort({"a.jpg": "cat"}, Action.COPY).run_id
    result = undo(run_id, world.journals, lambda done, total: (world.source / "a.jpg").unlink(), lambda: False)
    assert "has just been removed" in left(result)[1]
    assert world.contents() == {b"bytes": 1}


def test_an_old_name_lasts_before_the_new_one_is_taken_away(world: World, calls: Calls) -> None:
    world.put("a.jpg", "bytes")
    run_id = world.sort({"a.jpg": "cat"}, Action.MOVE).run_id
    calls.made.clear()
    world.undo(run_id)
    order = [
        calls.made.index(("hard_link", (world.target / "cat/a.jpg", world.source / "a.jpg"))),
        calls.made.index(("sync_folder", (world.source,))),
        calls.made.index(("remove", (world.target / "cat/a.jpg",))),
    ]
    assert order == sorted(order)


# ---- single files


def test_a_single_file_is_taken_back_by_either_place(world: World, action: Action) -> None:
    fill(world)
    before = world.tree(world.source)
    run_id = world.sort(LABELS, action).run_id
    assert world.undo(run_id, only=[world.target / "cat/a.jpg"]).restored == 1
    assert world.undo(run_id, only=[world.source / "sub/a.jpg"]).restored == 1
    assert (world.source / "a.jpg").read_bytes() == b"bytes of a.jpg"
    assert sorted(world.tree(world.target)) == ["dog", "dog/b.png", "dog/b.xmp"]
    assert list_runs(world.journals)[0].state is RunState.PARTLY_UNDONE
    assert world.undo(run_id).restored == 2, "the rest, any time later"
    assert world.tree(world.source) == before
    assert not world.target.exists()


def test_a_pictures_companions_go_back_with_it_but_not_it_with_them(world: World, action: Action) -> None:
    fill(world)
    run_id = world.sort(LABELS, action).run_id
    assert world.undo(run_id, only=[world.target / "dog/b.xmp"]).restored == 1
    assert (world.target / "dog/b.png").exists()
    world.undo(run_id)
    run_id = world.sort(LABELS, action).run_id
    assert world.undo(run_id, only=[world.target / "dog/b.png"]).restored == 2
    assert not (world.target / "dog").exists()


def test_a_file_that_is_back_already_is_taken_back_in_peace(world: World) -> None:
    fill(world)
    run_id = world.sort(LABELS, Action.MOVE).run_id
    for restored in (1, 0):
        assert world.undo(run_id, only=[world.target / "cat/a.jpg"]).restored == restored


def test_a_file_that_the_run_never_sorted_is_refused_and_nothing_is_touched(world: World, action: Action) -> None:
    fill(world)
    run_id = world.sort(LABELS, action).run_id
    before = world.tree(world.target)
    with pytest.raises(SortRefused, match=r"z\.jpg is not among the files that run"):
        world.undo(run_id, only=[world.target / "cat/a.jpg", world.target / "cat/z.jpg"])
    assert world.tree(world.target) == before


def test_a_single_file_that_was_changed_since_is_left_and_named(world: World) -> None:
    fill(world)
    run_id = world.sort(LABELS, Action.MOVE).run_id
    path = world.target / "cat/a.jpg"
    path.write_bytes(b"edited later")
    result = world.undo(run_id, only=[path])
    assert left(result)[0] == path
    assert path.read_bytes() == b"edited later"


def test_the_files_of_a_run_are_told_with_what_became_of_each(world: World) -> None:
    fill(world)
    plan = world.plan(LABELS, Action.COPY)
    world.put("sub/a.jpg", "changed meanwhile")
    run_id = world.apply(plan).run_id
    world.undo(run_id, only=[world.target / "dog/b.png"])
    found = {file.source.relative_to(world.source).as_posix(): file for file in run_files(run_id, world.journals)}
    assert {name: file.state for name, file in found.items()} == {
        "a.jpg": FileState.SORTED,
        "sub/a.jpg": FileState.FAILED,
        "b.png": FileState.UNDONE,
        "b.xmp": FileState.UNDONE,
    }
    assert "was changed or removed after the plan" in found["sub/a.jpg"].reason
    assert found["a.jpg"].target == world.target / "cat/a.jpg"
    with pytest.raises(SortRefused, match="There is no run"):
        run_files("20200101-000000-000000-abcd", world.journals)


@pytest.mark.usefixtures("two_volumes")
def test_undoing_puts_times_back_that_the_other_disk_did_not_hold(world: World) -> None:
    path = world.put("a.jpg", "bytes")
    before = world.tree(world.source)
    run_id = world.sort({"a.jpg": "cat"}, Action.MOVE).run_id
    os.utime(world.target / "cat/a.jpg", ns=(1_600_000_000_000_000_000,) * 2)  # as FAT holds it
    assert world.undo(run_id).left == ()
    assert (world.tree(world.source), path.stat().st_mtime_ns) == (before, 1_600_000_000_123_456_789)
