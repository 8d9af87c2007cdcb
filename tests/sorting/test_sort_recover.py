import errno
import os
from pathlib import Path

import pytest

from fewshot_gui.sorting import files
from fewshot_gui.sorting.errors import SortRefused
from fewshot_gui.sorting.journal import RunState, begin, list_runs, open_run
from fewshot_gui.sorting.plan import Action
from fewshot_gui.sorting.recover import recover_all, unfinished_runs
from tests.sorting.conftest import Calls, World

LABELS = {"a.jpg": "cat", "b.jpg": "dog"}


def died(world: World, action: Action) -> str:
    """A run that died right after it wrote down what it was going to do."""
    for name in LABELS:
        world.put(name, f"bytes of {name}")
    plan = world.plan(LABELS, action)
    folders = [world.target, world.target / "cat", world.target / "dog"]
    with begin(plan, folders, world.journals) as journal:
        journal.write("intend", before=2)
    for folder in folders:
        folder.mkdir(exist_ok=True)
    return journal.record.id


def state(world: World) -> RunState:
    return list_runs(world.journals)[0].state


def test_a_run_that_had_done_nothing_is_rolled_back(world: World, action: Action) -> None:
    run_id = died(world, action)
    before = world.tree(world.source)
    assert [run.id for run in unfinished_runs(world.journals)] == [run_id]
    report = world.recover(run_id)
    assert (report.done, report.not_done) == (0, 2)
    assert "0 of 2 files were sorted, the others are where they were" in report.sentences[-1]
    assert state(world) is RunState.ROLLED_BACK
    assert world.tree(world.source) == before
    assert not world.target.exists()


def test_nothing_is_copied_any_further(world: World, calls: Calls, action: Action) -> None:
    run_id = died(world, action)
    calls.made.clear()
    world.recover(run_id)
    assert {name for name, _ in calls.made} <= {"open_to_add", "write", "sync", "remove_folder"}


def test_two_different_files_are_both_kept_and_named(world: World) -> None:
    for action in (Action.MOVE, Action.COPY):
        run_id = died(world, action)
        other = world.put("cat/a.jpg", "not my bytes", world.target)
        report = world.recover(run_id)
        assert report.done == 0
        assert f"{other} is not what was to be put there" in report.sentences[0]
        assert other.read_bytes() == b"not my bytes"
        assert (world.source / "a.jpg").read_bytes() == b"bytes of a.jpg"
        other.unlink()
        (world.target / "cat").rmdir()
        world.target.rmdir()


def test_a_move_that_got_as_far_as_two_equal_files_is_completed(world: World) -> None:
    run_id = died(world, Action.MOVE)
    world.put("cat/a.jpg", "bytes of a.jpg", world.target)
    assert world.recover(run_id).done == 1
    assert not (world.source / "a.jpg").exists()
    assert world.undo(run_id).restored == 1
    assert (world.source / "a.jpg").read_bytes() == b"bytes of a.jpg"


def test_a_move_that_got_as_far_as_two_names_of_one_file_is_completed(world: World, calls: Calls) -> None:
    run_id = died(world, Action.MOVE)
    os.link(world.source / "a.jpg", world.target / "cat/a.jpg")
    calls.made.clear()
    assert world.recover(run_id).done == 1
    lasts = calls.made.index(("sync_folder", (world.target / "cat",)))
    assert lasts < calls.made.index(("remove", (world.source / "a.jpg",)))
    assert not (world.source / "a.jpg").exists()
    assert (world.target / "cat/a.jpg").read_bytes() == b"bytes of a.jpg"


def test_a_move_that_cannot_be_completed_leaves_both_and_says_so(world: World, calls: Calls) -> None:
    run_id = died(world, Action.MOVE)
    os.link(world.source / "a.jpg", world.target / "cat/a.jpg")

    def fail(n: int, name: str, args: tuple[object, ...]) -> None:
        if args == (world.source / "a.jpg",):
            raise OSError(errno.EACCES, "denied")

    calls.on = fail
    report = world.recover(run_id)
    assert "could not be removed from its old place: you have no permission" in report.sentences[0]
    calls.rest()
    assert world.undo(run_id).restored == 1
    assert world.contents() == {b"bytes of a.jpg": 1, b"bytes of b.jpg": 1}


def test_files_that_cannot_be_compared_are_both_left(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    run_id = died(world, Action.MOVE)
    world.put("cat/a.jpg", "bytes of a.jpg", world.target)

    def broken(path: Path, cancelled: object) -> str:
        raise OSError(errno.EIO, "broken")

    monkeypatch.setattr(files, "digest", broken)
    assert "could not be compared: the disk reported an error" in world.recover(run_id).sentences[0]
    assert world.contents()[b"bytes of a.jpg"] == 2


def test_only_the_runs_own_half_done_copies_are_removed(world: World) -> None:
    run_id = died(world, Action.COPY)
    own = world.put(f"cat/.fewshot-{run_id}-0.part", "half", world.target)
    others = [
        world.put("cat/.fewshot-20200101-000000-000000-abcd-0.part", "of another run", world.target),
        world.put("cat/film.part", "somebody else's", world.target),
    ]
    assert "1 half-done copies were removed." in world.recover(run_id).sentences
    assert not own.exists()
    assert all(path.exists() for path in others)


def test_a_file_that_is_nowhere_is_named(world: World) -> None:
    run_id = died(world, Action.MOVE)
    (world.source / "a.jpg").unlink()
    assert "neither in its old place nor in its new one" in world.recover(run_id).sentences[0]


def test_recovering_a_run_that_is_done_changes_nothing(world: World) -> None:
    world.put("a.jpg", "bytes")
    run_id = world.sort({"a.jpg": "cat"}, Action.MOVE).run_id
    before = world.tree(world.target)
    report = world.recover(run_id)
    assert (report.done, report.not_done, report.sentences) == (1, 0, ())
    assert world.tree(world.target) == before
    assert state(world) is RunState.DONE


def test_undo_recovers_by_itself(world: World) -> None:
    run_id = died(world, Action.MOVE)
    os.link(world.source / "a.jpg", world.target / "cat/a.jpg")
    assert world.undo(run_id).restored == 1
    assert world.contents(world.source) == {b"bytes of a.jpg": 1, b"bytes of b.jpg": 1}
    assert not world.target.exists()


def test_after_a_line_that_could_not_be_written_no_other_is(world: World, calls: Calls) -> None:
    """Otherwise the journal could say that the run ended while it lacks what the run did."""
    for name in LABELS:
        world.put(name, name)

    def fail(n: int, name: str, args: tuple[object, ...]) -> None:
        if name == "write" and b'"outcome"' in args[1]:  # type: ignore[operator]
            raise OSError(errno.EIO, "broken")

    calls.on = fail
    result = world.sort(LABELS, Action.MOVE)
    assert result.stopped is not None
    assert "The journal of this run could not be written" in result.stopped
    calls.rest()
    assert state(world) is RunState.INTERRUPTED
    assert world.recover(result.run_id).done == 2


def test_a_run_without_a_journal_is_refused(world: World) -> None:
    with pytest.raises(SortRefused, match="There is no run named"):
        world.recover("20200101-000000-000000-abcd")


def test_all_runs_that_died_are_tidied_up_at_once(world: World) -> None:
    one, two = died(world, Action.COPY), died(world, Action.COPY)
    assert [report.run_id for report in recover_all(world.journals)] == [two, one]
    assert unfinished_runs(world.journals) == []
    assert recover_all(world.journals) == []


def test_a_run_that_cannot_be_tidied_up_is_told_of_and_keeps_no_other_from_it(world: World, calls: Calls) -> None:
    one, two = died(world, Action.COPY), died(world, Action.COPY)

    def fail(n: int, name: str, args: tuple[object, ...]) -> None:
        if name == "write" and two in str(args[0].name):  # type: ignore[attr-defined]
            raise OSError(errno.EROFS, "read-only")

    calls.on = fail
    reports = {report.run_id: report.sentences for report in recover_all(world.journals)}
    assert "The journal of this run could not be written: the disk is read-only" in reports[two][0]
    assert "0 of 2 files were sorted" in reports[one][-1]
    assert [run.id for run in unfinished_runs(world.journals)] == [two]


def test_an_undo_of_single_files_that_died_is_told_as_such(world: World) -> None:
    for name in LABELS:
        world.put(name, name)
    run_id = world.sort(LABELS, Action.MOVE).run_id
    with open_run(run_id, world.journals) as journal:
        journal.write("undo", only=[1])
    assert "Undoing single files was interrupted: 0 of 1 are known to be undone" in world.recover(run_id).sentences[0]
    assert world.undo(run_id).restored == 2


def test_companions_of_a_picture_that_was_moved_before_the_crash_follow_it(world: World, action: Action) -> None:
    for name in ("a.jpg", "a.xmp", "b.jpg", "b.xmp"):
        world.put(name, name)
    plan = world.plan({"a.jpg": "cat", "b.jpg": "dog"}, Action.MOVE)
    with begin(plan, [world.target, world.target / "cat", world.target / "dog"], world.journals) as journal:
        journal.write("intend", before=4)
    (world.target / "cat").mkdir(parents=True)
    (world.source / "a.jpg").rename(world.target / "cat/a.jpg")
    report = world.recover(journal.record.id)
    assert (report.done, report.not_done) == (2, 2)
    assert sorted(world.tree(world.target)) == ["cat", "cat/a.jpg", "cat/a.xmp"]
    assert sorted(world.tree(world.source)) == ["b.jpg", "b.xmp"]
    assert world.undo(journal.record.id).restored == 2
    assert sorted(world.tree(world.source)) == ["a.jpg", "a.xmp", "b.jpg", "b.xmp"]
