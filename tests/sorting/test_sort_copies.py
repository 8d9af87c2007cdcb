"""What copies and clones keep, and how batches of them use the disk."""

import errno
import os
from pathlib import Path

import pytest

from fewshot_gui.sorting import apply as applying
from fewshot_gui.sorting import copying, files, kernel
from fewshot_gui.sorting.copying import supports_reflink
from fewshot_gui.sorting.plan import Action, SortItem, SortPlan, plan_sort
from tests.sorting.conftest import Calls, World

MANY = {f"{number:03}.jpg": f"class {number % 3}" for number in range(100)}


def fill(world: World) -> None:
    for name in MANY:
        world.put(name, f"bytes of {name}")


def needs_attributes(folder: Path) -> None:
    if not hasattr(os, "setxattr"):
        pytest.skip("Python has no calls for extended attributes here")
    try:
        os.setxattr(folder, "user.probe", b"1")
    except OSError:
        pytest.skip("this disk has no extended attributes")


# ---- what is kept


def test_extended_attributes_are_kept_on_copies(world: World) -> None:
    path = world.put("a.jpg", "bytes")
    needs_attributes(world.source)
    os.setxattr(path, "user.rating", b"5 stars")
    path.chmod(0o440)
    result = world.sort({"a.jpg": "cat"}, Action.COPY)
    copied = world.target / "cat/a.jpg"
    assert (result.done, result.notes) == (1, ())
    assert os.getxattr(copied, "user.rating") == b"5 stars"
    assert (copied.stat().st_mode & 0o777, copied.stat().st_mtime_ns) == (0o440, path.stat().st_mtime_ns)


def test_a_disk_that_cannot_hold_attributes_is_no_error_and_told_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    needs_attributes(world.source)
    for name in ("a.jpg", "b.jpg"):
        os.setxattr(world.put(name, name), "user.rating", b"5 stars")

    def refused(*_: object) -> None:
        raise OSError(errno.ENOTSUP, os.strerror(errno.ENOTSUP))

    monkeypatch.setattr(os, "setxattr", refused)
    result = world.sort({"a.jpg": "cat", "b.jpg": "cat"}, Action.COPY)
    assert (result.done, result.failed) == (2, ())
    assert result.notes == (
        f"The disk of {world.target} cannot hold the files' extended attributes; their contents are whole.",
    )


def test_a_copy_does_not_run_as_somebody_else(world: World) -> None:
    world.put("a.jpg", "bytes").chmod(0o4755)
    world.sort({"a.jpg": "cat"}, Action.COPY)
    assert (world.target / "cat/a.jpg").stat().st_mode & 0o7777 == 0o755


# ---- clones


def clone_plan(world: World) -> SortPlan:
    items = [SortItem(world.source / "a.jpg", "cat")]
    plan = plan_sort(items, world.target, Action.COPY, world.source)
    return SortPlan(**{**vars(plan), "action": Action.REFLINK})


def test_a_disk_that_cannot_clone_says_so_for_the_file_and_never_copies_instead(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(source: int, target: int) -> None:
        raise OSError(errno.EOPNOTSUPP, os.strerror(errno.EOPNOTSUPP))

    monkeypatch.setattr(kernel, "clone", refused)
    world.put("a.jpg", "bytes")
    result = world.apply(clone_plan(world))
    assert result.done == 0
    assert "could not be cloned" in result.failed[0][1] and "Choose copy" in result.failed[0][1]
    assert not world.target.exists()


def test_whether_a_disk_can_clone_is_tried_and_leaves_nothing_behind(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[tuple[int, int]] = []
    before = world.tree(world.source.parent)
    monkeypatch.setattr(kernel, "clone", lambda source, target: tried.append((source, target)))
    if supports_reflink(world.source, world.target / "not yet there"):
        assert len(tried) == 1

        def refused(source: int, target: int) -> None:
            raise OSError(errno.EOPNOTSUPP, os.strerror(errno.EOPNOTSUPP))

        monkeypatch.setattr(kernel, "clone", refused)
        assert not supports_reflink(world.source, world.target)
    monkeypatch.setattr(kernel, "clone", None)
    assert not supports_reflink(world.source, world.target)
    assert world.tree(world.source.parent) == before


@pytest.mark.usefixtures("two_volumes")
def test_nothing_is_cloned_from_disk_to_disk(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernel, "clone", lambda source, target: None)
    assert not supports_reflink(world.source, world.target)


# ---- batches


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(applying, "BATCH_STEPS", 32)


@pytest.mark.usefixtures("small_batches")
@pytest.mark.parametrize("threads", [1, 2, 4])
def test_all_files_arrive_whatever_the_number_of_threads(
    world: World, monkeypatch: pytest.MonkeyPatch, threads: int
) -> None:
    monkeypatch.setattr(applying, "THREADS", threads)
    fill(world)
    seen: list[tuple[int, int]] = []
    result = world.apply(world.plan(MANY, Action.COPY), progress=lambda done, total: seen.append((done, total)))
    assert (result.done, result.failed) == (100, ())
    assert seen == [(number, 100) for number in range(1, 101)]
    assert world.contents(world.target) == world.contents(world.source)
    assert world.undo(result.run_id).restored == 100
    assert not world.target.exists()


@pytest.mark.usefixtures("small_batches")
def test_one_bad_file_among_many_at_a_time_fails_alone(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(applying, "THREADS", 2)
    fill(world)
    plan = world.plan(MANY, Action.COPY)
    (world.source / "050.jpg").unlink()
    result = world.apply(plan)
    assert (result.done, [path.name for path, _ in result.failed]) == (99, ["050.jpg"])


@pytest.mark.skipif(kernel.sync_volume is None, reason="this system cannot sync a volume")
def test_many_copies_are_synced_at_once_before_any_gets_its_name(world: World, calls: Calls) -> None:
    fill(world)
    assert world.sort(MANY, Action.COPY).done == 100
    names = [name for name, _ in calls.made]
    (synced,) = [at for at, name in enumerate(names) if name == "sync_volume"]
    written = [at for at, (name, args) in enumerate(calls.made) if name == "write" and ".part" in str(args[0].name)]
    named = [at for at, name in enumerate(names) if name == "rename_free"]
    assert (len(written), len(named)) == (100, 100)
    assert max(written) < synced < min(named)
    assert not any(name == "sync" and ".part" in str(args[0].name) for name, args in calls.made)


@pytest.mark.skipif(kernel.sync_volume is None, reason="this system cannot sync a volume")
def test_who_cancels_while_a_batch_is_copied_waits_for_no_more_work(world: World, calls: Calls) -> None:
    """Not for the disk either: what was not on it is given up."""
    fill(world)
    plan = world.plan(MANY, Action.COPY)
    at_cancel = 0

    def cancelled() -> bool:
        nonlocal at_cancel
        written = sum(name == "write" and ".part" in str(args[0]) for name, args in calls.made)
        at_cancel = at_cancel or (len(calls.made) if written >= 50 else 0)
        return at_cancel > 0

    result = world.apply(plan, cancelled=cancelled)
    assert (result.cancelled, result.done, result.failed) == (True, 0, ())
    after = {name for name, _ in calls.made[at_cancel:]}
    assert after == {"remove", "remove_folder", "write", "sync"}  # half-done copies, empty folders; the journal
    assert all(str(args[0]).endswith(".jsonl") for name, args in calls.made[at_cancel:] if name in ("write", "sync"))
    assert world.temporaries() == []


@pytest.mark.skipif(kernel.sync_volume is None, reason="this system cannot sync a volume")
def test_when_the_volume_reports_an_error_each_file_is_asked_for_itself(world: World, calls: Calls) -> None:
    fill(world)

    def fail(n: int, name: str, args: tuple[object, ...]) -> None:
        if name == "sync_volume" or (name == "sync" and str(args[0].name).endswith("-7.part")):  # type: ignore[attr-defined]
            raise OSError(errno.EIO, "broken")

    calls.on = fail
    result = world.sort(MANY, Action.COPY)
    assert (result.done, [path.name for path, _ in result.failed]) == (99, ["007.jpg"])
    assert "the disk reported an error" in result.failed[0][1]
    assert world.temporaries() == []


@pytest.mark.skipif(kernel.sync_volume is None, reason="this system cannot sync a volume")
def test_where_few_files_may_be_open_each_is_synced_for_itself(
    world: World, calls: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pytest.importorskip("resource"), "getrlimit", lambda which: (256, 256))
    fill(world)
    assert world.sort(MANY, Action.COPY).done == 100
    assert sum(name == "sync" and ".part" in str(args[0].name) for name, args in calls.made) == 100


@pytest.mark.parametrize("kind", ["fuseblk", "fuse.sshfs", "nfs4", "cifs", ""])
def test_where_syncing_a_volume_promises_little_each_file_is_synced_for_itself(
    world: World, calls: Calls, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setattr(copying, "file_system", lambda folder: kind)
    fill(world)
    assert world.sort(MANY, Action.COPY).done == 100
    assert sum(name == "sync" and ".part" in str(args[0].name) for name, args in calls.made) == 100


def test_a_large_copy_that_is_damaged_on_the_disk_is_refused(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Read in pieces, unlike small files, and compared by its digest."""
    monkeypatch.setattr(files, "CHUNK", 1000)
    world.put("a.jpg", bytes(range(256)) * 20)
    forget = copying.Half.forget

    def damaged(half: copying.Half) -> None:
        os.pwrite(half.file, b"X", 3000)
        forget(half)

    monkeypatch.setattr(copying.Half, "forget", damaged)
    result = world.sort({"a.jpg": "cat"}, Action.COPY)
    assert "did not arrive unchanged" in result.failed[0][1]
    assert not world.target.exists()
