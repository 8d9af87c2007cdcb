"""Copies made by processes of their own: nothing differs but the speed, whatever becomes of the processes.

How each call of the disk fails in copying is tested without processes, for it is the same code.
"""

import errno
import json
import os
import random
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from fewshot_gui.sorting import apply as applying
from fewshot_gui.sorting import batch_copy, files
from fewshot_gui.sorting import copier as copying_process
from fewshot_gui.sorting.batch_copy import Copied, Job, copy_batch, name_on
from fewshot_gui.sorting.copier import Copier
from fewshot_gui.sorting.errors import SortRefused
from fewshot_gui.sorting.journal import RunState, list_runs, open_run
from fewshot_gui.sorting.plan import Action
from tests.sorting.conftest import World, never, silent

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no lock that two processes hold")

MANY = {f"{number:03}.jpg": f"class {number % 3}" for number in range(120)}


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(applying, "BATCH_STEPS", 20)
    monkeypatch.setattr(applying, "THREADS", 2)
    monkeypatch.setattr(applying, "MANY", 50)
    monkeypatch.setattr(applying, "SMALL", 0)


@pytest.fixture(autouse=True)
def started(monkeypatch: pytest.MonkeyPatch) -> list[Copier]:
    """The processes that were started, in order."""
    found: list[Copier] = []
    original = Copier.__init__

    def init(self: Copier, lock: int) -> None:
        original(self, lock)
        found.append(self)

    monkeypatch.setattr(Copier, "__init__", init)
    return found


def job(number: int, path: Path) -> Job:
    """Copy the file to another name beside it."""
    now = path.stat()
    return Job(number, str(path), f"{path}.part", f"{path}.new", now.st_size, now.st_mtime_ns, companion=False)


def fill(world: World, size: int = 5_000) -> None:
    dice = random.Random(3)
    for number, name in enumerate(MANY):
        world.put(name, dice.randbytes(0 if number == 7 else size))
        if number % 2:
            world.put(name.replace(".jpg", ".xmp"), f"sidecar {number}")


def test_the_processes_copy_all_that_threads_would(world: World, started: list[Copier]) -> None:
    fill(world)
    (world.source / "005.jpg").chmod(0o440)
    seen: list[tuple[int, int]] = []
    result = world.apply(world.plan(MANY, Action.COPY), progress=lambda done, total: seen.append((done, total)))
    assert len(started) == 2
    assert (result.done, result.failed, result.stopped, result.notes) == (180, (), None, ())
    assert seen == [(number, 180) for number in range(1, 181)]
    by_name = {Path(name).name: entry for name, entry in world.tree(world.target).items() if entry != "folder"}
    assert by_name == world.tree(world.source)
    assert all(copier._process.returncode is not None for copier in started)
    assert world.undo(result.run_id).restored == 180
    assert not world.target.exists()


def test_twice_as_many_processes_copy_small_files(
    world: World, started: list[Copier], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(applying, "SMALL", 6_000)
    fill(world)
    assert world.sort(MANY, Action.COPY).done == 180
    assert len(started) == 4
    assert world.contents(world.target) == world.contents(world.source)


def test_few_files_are_copied_without_starting_a_process(world: World, started: list[Copier]) -> None:
    fill(world)
    assert world.sort(dict(list(MANY.items())[:20]), Action.COPY).done == 30
    assert started == []


def test_a_name_of_bytes_that_are_no_text_reaches_the_process(world: World, started: list[Copier]) -> None:
    fill(world)
    name = os.fsdecode(b"caf\xe9.jpg")
    try:
        world.put(name, "bytes of a strange name")
    except OSError:
        pytest.skip("this disk has no such names")
    assert world.sort({**MANY, name: "cat"}, Action.COPY).failed == ()
    assert (world.target / "cat" / name).read_bytes() == b"bytes of a strange name"


def test_where_no_process_can_be_started_threads_copy(
    world: World, monkeypatch: pytest.MonkeyPatch, started: list[Copier]
) -> None:
    monkeypatch.setattr(sys, "executable", str(world.source / "no python here"))
    fill(world)
    assert world.sort(MANY, Action.COPY).done == 180
    assert started == []


def test_a_process_that_cannot_even_begin_is_replaced_by_threads(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copying_process, "_PROGRAM", "raise SystemExit(3)")
    fill(world)
    assert world.sort(MANY, Action.COPY).done == 180
    assert world.contents(world.target) == world.contents(world.source)


@pytest.mark.parametrize("which", [[0], [1], [0, 1]])
@pytest.mark.parametrize("at", [1, 33, 90])
def test_when_a_process_is_killed_its_batch_is_copied_again(
    world: World, started: list[Copier], which: list[int], at: int
) -> None:
    fill(world)
    seen: list[int] = []

    def progress(done: int, total: int) -> None:
        seen.append(done)
        if done == at:
            for number in which:
                started[number]._process.kill()

    result = world.apply(world.plan(MANY, Action.COPY), progress=progress)
    assert (result.done, result.failed) == (180, ())
    assert seen == list(range(1, 181))
    assert world.contents(world.target) == world.contents(world.source)
    assert world.temporaries() == []


def test_when_processes_are_killed_at_random_instants_nothing_is_missing(
    new_world: Callable[[], World], started: list[Copier]
) -> None:
    dice = random.Random(4)
    for _ in range(10):
        world = new_world()
        fill(world, 60_000)
        started.clear()
        asked = 0

        def cancelled(last: int = dice.randrange(2, 30)) -> bool:
            """Not that; but it is asked in between, while the processes are at work."""
            nonlocal asked
            asked += 1
            if asked == last:
                os.kill(started[dice.randrange(2)]._process.pid, signal.SIGKILL)
            return False

        result = world.apply(world.plan(MANY, Action.COPY), cancelled=cancelled)
        assert (result.done, result.failed) == (180, ())
        assert world.contents(world.target) == world.contents(world.source)
        assert world.temporaries() == []


def test_a_process_that_hangs_is_ended_and_its_batch_copied_again(
    world: World, monkeypatch: pytest.MonkeyPatch, started: list[Copier]
) -> None:
    monkeypatch.setattr(copying_process, "SILENT_SECONDS", 0.2)
    fill(world)
    stopped = False

    def cancelled() -> bool:
        nonlocal stopped
        if started and not stopped:
            stopped = True
            started[0]._process.send_signal(signal.SIGSTOP)
        return False

    result = world.apply(world.plan(MANY, Action.COPY), cancelled=cancelled)
    assert (stopped, result.done, result.failed) == (True, 180, ())
    assert world.contents(world.target) == world.contents(world.source)
    assert world.temporaries() == []


@pytest.mark.skipif(sys.platform != "linux", reason="limits of another process")
def test_what_fails_in_a_process_is_told_for_its_file_alone(world: World, started: list[Copier]) -> None:
    resource = pytest.importorskip("resource")
    fill(world)
    world.put("030.jpg", b"x" * 100_000)

    def cancelled() -> bool:
        for copier in started:
            resource.prlimit(copier._process.pid, resource.RLIMIT_FSIZE, (50_000, 50_000))
        return False

    result = world.apply(world.plan(MANY, Action.COPY), cancelled=cancelled)
    assert [path.name for path, _ in result.failed] == ["030.jpg"]
    assert "larger than this disk can hold" in result.failed[0][1]
    assert (result.done, world.temporaries()) == (179, [])


def test_cancelling_reaches_the_processes(world: World) -> None:
    """In the midst of a file of which they have still much to copy."""
    fill(world)
    with (world.source / "000.jpg").open("wb") as file:
        file.truncate(2 << 30)
    plan = world.plan(MANY, Action.COPY)
    if plan.refusals:
        pytest.skip("this disk has no room")

    def cancelled() -> bool:
        return any(path.stat().st_size > 1 << 20 for path in world.target.rglob("*.part"))

    result = world.apply(plan, cancelled=cancelled)
    assert (result.cancelled, result.failed, result.stopped) == (True, (), None)
    assert not (world.target / "class 0/000.jpg").exists()
    assert world.temporaries() == []
    pictures, sidecars = ({path.stem for path in world.target.rglob(f"*.{end}")} for end in ("jpg", "xmp"))
    assert {stem for stem in pictures if int(stem) % 2} == sidecars
    assert world.undo(result.run_id).left == ()


def test_a_process_that_is_told_to_stop_makes_no_more_copies_and_gives_no_names(tmp_path: Path) -> None:
    paths = [tmp_path / f"{number}.jpg" for number in range(500)]
    for path in paths:
        path.write_bytes(b"bytes")
    rows = [job(n, path) for n, path in enumerate(paths)]
    asked: list[bool] = []

    def cancelled() -> bool:
        asked.append(True)
        return True

    with (tmp_path / "journal").open("w") as lock:
        copier = Copier(lock.fileno())
        try:
            copied = copier.run(rows, "copied", cancelled, lambda handled: None)
        finally:
            copier.end()
    assert copied is not None
    assert (copied.cancelled, copied.proven, copied.named, copied.failed) == (True, {}, [], {})
    assert len(asked) == 1
    assert list(tmp_path.glob("*.part")) == list(tmp_path.glob("*.new")) == []


@pytest.mark.parametrize("named", [0, 1, 3, 5])
@pytest.mark.parametrize("linked", [False, True], ids=["renamed", "linked"])
def test_when_a_process_dies_while_it_names_files_the_program_names_the_rest(
    tmp_path: Path, named: int, linked: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = [tmp_path / f"{number}.jpg" for number in range(5)]
    for path in paths:
        path.write_bytes(path.name.encode())
    rows = [job(n, path) for n, path in enumerate(paths)]
    proven: list[Copied] = []

    class Dead(BaseException):
        pass

    if linked:
        monkeypatch.setattr(files, "rename_free", refuse_to_rename)
    finish = batch_copy.finish_copy
    done = 0

    def finish_some(temporary: Path | str, target: Path | str) -> None:
        nonlocal done
        if done == named:
            raise Dead
        done += 1
        finish(temporary, target)

    with monkeypatch.context() as patched:
        patched.setattr(batch_copy, "finish_copy", finish_some)
        patched.setattr(files, "discard", lambda path: None)  # A dead process tidies nothing up.
        with suppress(Dead):
            copy_batch(rows, "copied", never, lambda handled: None, proven=proven.append)
    told = replace(proven[0], named=[])  # It was told before the first name.
    if named < 5:
        Path(rows[4].target).write_bytes(b"somebody else's")
    copied = name_on(rows, "copied", told)
    mine = {0, 1, 2, 3, 4} if named == 5 else {0, 1, 2, 3}
    assert set(copied.named) == mine
    assert copied.failed.keys() == {0, 1, 2, 3, 4} - mine
    assert all(Path(rows[n].target).read_bytes() == f"{n}.jpg".encode() for n in mine)
    assert list(tmp_path.glob("*.part")) == []


def refuse_to_rename(old: Path, new: Path) -> None:
    raise OSError(errno.EINVAL, "this disk cannot promise that")


# ---- nobody touches a run while a process of it may


def test_while_a_process_of_it_lives_a_run_is_at_work_for_all_others(world: World) -> None:
    world.put("a.jpg", "bytes")
    run_id = world.sort({"a.jpg": "cat"}, Action.COPY).run_id
    with open_run(run_id, world.journals) as journal:
        journal.write("undo")  # so that the run is not over
        copier = Copier(journal.fileno())
    try:
        assert list_runs(world.journals)[0].state is RunState.RUNNING
        with pytest.raises(SortRefused, match="at work"):
            world.recover(run_id)
    finally:
        copier.end()
    assert list_runs(world.journals)[0].state is RunState.INTERRUPTED
    world.recover(run_id)


def test_a_process_ends_when_its_pipe_does(tmp_path: Path) -> None:
    with (tmp_path / "journal").open("w") as lock:
        copier = Copier(lock.fileno())
        copier._connection.close()
        copier._process.wait(60)
        copier.end()


def test_a_process_ends_in_the_midst_of_a_batch_when_its_pipe_does(tmp_path: Path) -> None:
    paths = [tmp_path / f"{number}.jpg" for number in range(3000)]
    for path in paths:
        path.write_bytes(b"bytes")
    rows = [job(n, path) for n, path in enumerate(paths)]
    with (tmp_path / "journal").open("w") as lock:
        copier = Copier(lock.fileno())
        copier._connection.send_bytes(json.dumps(["copied", rows]).encode())
        while not Path(rows[0].temporary).exists():
            time.sleep(0.0005)
        copier._connection.close()
        copier._process.wait(60)
        copier.end()
    assert not Path(rows[-1].temporary).exists()


def test_a_stop_that_came_too_late_does_not_stop_the_next_batch(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(b"bytes")
    with (tmp_path / "journal").open("w") as lock:
        copier = Copier(lock.fileno())
        try:
            copier._connection.send_bytes(b"stop")
            copied = copier.run([job(0, path)], "copied", never, lambda handled: silent(handled, 1))
        finally:
            copier.end()
    assert copied is not None
    assert (copied.named, copied.cancelled) == ([0], False)
    assert (tmp_path / "a.jpg.new").read_bytes() == b"bytes"
