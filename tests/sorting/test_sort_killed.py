"""The program is killed at every call that changes the disk; the next start tidies up and undo restores all.

Forked processes that are really killed are slow, so they try copying and moving alone. Every way of sorting is tried
with a death that is played: from one call on, each raises what nobody catches, so that none changes the disk any more.
"""

import itertools
import os
import random
import signal
import time
import traceback
from collections.abc import Callable

import pytest

from fewshot_gui.sorting import apply as applying
from fewshot_gui.sorting import batch_copy, files
from fewshot_gui.sorting import undo as undoing
from fewshot_gui.sorting.journal import RunState, list_runs
from fewshot_gui.sorting.plan import Action
from fewshot_gui.sorting.recover import recover_all, unfinished_runs
from tests.sorting.conftest import WAYS, Calls, World, played

LABELS = {"a.jpg": "cat", "sub/a.jpg": "cat", "b.png": "dog", "c.jpg": None, "d.jpg": "dog", "e.jpg": "owl"}


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(applying, "BATCH_STEPS", 3)
    monkeypatch.setattr(batch_copy, "FEW", 1)  # so that batches are synced as a volume, and single files alone
    monkeypatch.setattr(undoing, "BATCH_STEPS", 3)


def fill(world: World) -> None:
    for name in LABELS:
        world.put(name, f"bytes of {name}")
    world.put("b.xmp", "sidecar")
    world.put("empty.jpg", "")
    world.put("cat/a.jpg", "there before", world.target)


def sort(world: World, action: Action) -> None:
    world.sort({**LABELS, "empty.jpg": "owl"}, action)


def killed(calls: Calls, at: int, torn: bool, work: Callable[[], object]) -> bool:
    """The same in a forked process that gets a real SIGKILL. It may not fail in another way."""
    child = os.fork()
    if child == 0:
        try:
            calls.die(at, torn, lambda: os.kill(os.getpid(), signal.SIGKILL))
            work()
            os._exit(0)
        except BaseException:
            traceback.print_exc()
            os._exit(1)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return True
    assert os.waitstatus_to_exitcode(status) == 0
    return False


def moments(calls: Calls, work: Callable[[], object]) -> list[tuple[int, bool]]:
    """Do the work once to learn its calls; (the call to die at, whether within it) for all of them and one beyond."""
    calls.rest()
    calls.made.clear()
    work()
    names = [name for name, _ in calls.made]
    within = [(at, True) for at, name in enumerate(names, 1) if name == "write"]
    return [(at, False) for at in range(1, len(names) + 2)] + within


def test_dying_while_sorting(new_world: Callable[[], World], calls: Calls, action: Action) -> None:
    world = new_world()
    fill(world)
    for at, torn in moments(calls, lambda: sort(world, action)):
        check_dying_while_sorting(new_world(), calls, action, at, torn, played)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are forked to be killed")
@pytest.mark.parametrize("action", [Action.COPY, Action.MOVE])
def test_killed_while_sorting(new_world: Callable[[], World], calls: Calls, action: Action) -> None:
    world = new_world()
    fill(world)
    for at, torn in moments(calls, lambda: sort(world, action)):
        if not torn:
            check_dying_while_sorting(new_world(), calls, action, at, torn, killed)


def check_dying_while_sorting(
    world: World, calls: Calls, action: Action, at: int, torn: bool, dies: Callable[..., bool]
) -> None:
    fill(world)
    source, target, contents = world.tree(world.source), world.tree(world.target), world.contents()
    dies(calls, at, torn, lambda: sort(world, action))
    assert contents.keys() <= world.contents().keys(), at
    assert action is Action.MOVE or world.tree(world.source) == source, at
    for run in unfinished_runs(world.journals):
        report = world.recover(run.id)
        assert report.done + report.not_done == 7, at
        assert report.sentences, at
        assert set(world.contents()) == set(contents), at
    assert unfinished_runs(world.journals) == [], at
    assert world.temporaries() == [], at
    for run_id in world.run_ids():
        assert world.undo(run_id).left == (), at
    assert world.tree(world.source) == source, at
    assert world.tree(world.target) == target, at


def test_dying_while_undoing(new_world: Callable[[], World], calls: Calls, action: Action) -> None:
    world = new_world()
    fill(world)
    sort(world, action)
    for at, torn in moments(calls, lambda: world.undo(world.run_ids()[0])):
        check_dying_while_undoing(new_world(), calls, action, at, torn)


def check_dying_while_undoing(world: World, calls: Calls, action: Action, at: int, torn: bool) -> None:
    fill(world)
    source, target, contents = world.tree(world.source), world.tree(world.target), world.contents()
    sort(world, action)
    (run_id,) = world.run_ids()
    died = played(calls, at, torn, lambda: world.undo(run_id))
    assert contents.keys() <= world.contents().keys(), at
    for run in unfinished_runs(world.journals):
        assert "Undo the run again" in world.recover(run.id).sentences[-1], at
        assert world.temporaries() == [], at
    assert list_runs(world.journals)[0].state is not RunState.INTERRUPTED, at
    assert died or list_runs(world.journals)[0].state is RunState.UNDONE
    assert world.undo(run_id).left == (), at
    assert world.tree(world.source) == source, at
    assert world.tree(world.target) == target, at


def test_dying_while_recovering(new_world: Callable[[], World], calls: Calls, action: Action) -> None:
    """First while sorting, somewhere in the middle, then while tidying up, everywhere."""
    for first, at in itertools.product((15, 28), range(1, 30)):
        world = new_world()
        fill(world)
        source, target, contents = world.tree(world.source), world.tree(world.target), world.contents()
        if not played(calls, first, False, lambda world=world: sort(world, action)):
            continue  # This way of sorting makes fewer calls.
        played(calls, at, at % 2 == 0, lambda world=world: world.recover(world.run_ids()[0]))
        assert contents.keys() <= world.contents().keys(), (first, at)
        assert world.undo(world.run_ids()[0]).left == (), (first, at)
        assert world.tree(world.source) == source, (first, at)
        assert world.tree(world.target) == target, (first, at)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are forked to be killed")
@pytest.mark.parametrize("action", [Action.COPY, Action.MOVE])
def test_killed_by_somebody_else_at_any_instant(
    new_world: Callable[[], World], calls: Calls, monkeypatch: pytest.MonkeyPatch, action: Action
) -> None:
    """The child tells of each call through a pipe and runs on; the parent kills it from outside somewhere after."""
    monkeypatch.setattr(files, "CHUNK", 1 << 16)
    dice = random.Random(5)
    for _ in range(8):
        world = new_world()
        fill(world)
        for number in range(3):
            world.put(f"big {number}.jpg", dice.randbytes(1 << 19))
        labels = {**LABELS, "big 0.jpg": "cat", "big 1.jpg": "dog", "big 2.jpg": "owl"}
        source, target, contents = world.tree(world.source), world.tree(world.target), world.contents()
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            calls.on = lambda n, name, args, writer=writer: os.write(writer, b".")
            world.sort(labels, action)
            os._exit(0)
        os.close(writer)
        for _ in range(dice.randrange(10, 90)):
            os.read(reader, 1)  # "" once the child is done
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        os.close(reader)
        assert contents.keys() <= world.contents().keys()
        for run in unfinished_runs(world.journals):
            world.recover(run.id)
        assert set(world.contents()) == set(contents)
        for run_id in world.run_ids():
            assert world.undo(run_id).left == ()
        assert world.tree(world.source) == source
        assert world.tree(world.target) == target


# ---- killed at any time, over many files, with the batches, threads and processes of the program


KILLS = int(os.environ.get("FEWSHOT_SORT_KILLS", "200"))
MANY = {f"{number // 100}/{number:04}.jpg": f"class {number % 5}" for number in range(600)}


def fill_with_many(world: World) -> None:
    """1,000 files: 600 pictures, 400 of them with a sidecar; one is large, some are empty."""
    dice = random.Random(1)
    for number, name in enumerate(MANY):
        world.put(name, dice.randbytes(3 << 20 if number == 333 else 0 if number % 97 == 5 else 3_000))
        if number < 400:
            world.put(name.replace(".jpg", ".xmp"), f"sidecar {number}")


def killed_after(seconds: float, work: Callable[[], object]) -> tuple[bool, float]:
    """Do the work in a forked process and kill it after a time; whether it was still at work, and how long it was."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.write(writer, b".")
            work()
            os._exit(0)
        except BaseException:
            traceback.print_exc()
            os._exit(1)
    os.close(writer)
    os.read(reader, 1)
    began = time.perf_counter()
    os.close(reader)
    while time.perf_counter() - began < seconds and not os.waitid(
        os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT
    ):
        time.sleep(0.0005)
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    seconds = time.perf_counter() - began
    assert os.WIFSIGNALED(status) or os.waitstatus_to_exitcode(status) == 0
    return os.WIFSIGNALED(status), seconds


def wait_for_its_copiers(world: World) -> None:
    """The processes of a run that was killed end at once, but not in the same instant. The run is theirs until then."""
    until = time.monotonic() + 60
    while any(run.state is RunState.RUNNING for run in list_runs(world.journals)):
        assert time.monotonic() < until
        time.sleep(0.0005)


def check_killed_at_random(world: World, action: Action, kills: int) -> list[int]:
    """Kill, then resume or undo, so many times; returns how many files each killed run had sorted."""
    fill_with_many(world)
    source, contents = world.tree(world.source), world.contents()
    assert contents.total() == 1000
    dice = random.Random(2)
    plan = world.plan(MANY, action)
    assert len(plan.steps) == 1000
    _, whole = killed_after(60, lambda: world.apply(plan))
    world.undo(world.run_ids()[0])
    sorted_before: list[int] = []
    while len(sorted_before) < kills:
        was_killed, _ = killed_after(dice.uniform(0, whole), lambda: world.apply(plan))
        wait_for_its_copiers(world)
        assert contents.keys() <= world.contents().keys()
        assert action is Action.MOVE or world.tree(world.source) == source
        begun = list_runs(world.journals) != []
        if dice.random() < 0.5:
            recover_all(world.journals)
            assert action is not Action.MOVE or world.contents() == contents
            rest = world.plan(MANY, action)
            assert rest.refusals or world.apply(rest).failed == ()
            assert world.contents(world.target) == contents
            assert world.contents(world.source) == (contents if action is not Action.MOVE else {})
        for run_id in world.run_ids():
            assert world.undo(run_id).left == ()
        assert world.tree(world.source) == source
        assert world.tree(world.target) == {}
        if was_killed:
            sorted_before.append(list_runs(world.journals)[-1].done if begun else 0)
        for journal in world.journals.iterdir():
            journal.unlink()
    return sorted_before


RANDOM_WAYS = ["copy", "move", "move to another disk"]


@pytest.fixture
def as_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(applying, "BATCH_STEPS", 64)
    monkeypatch.setattr(batch_copy, "FEW", 16)
    monkeypatch.setattr(applying, "THREADS", 2)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are forked to be killed")
@pytest.mark.usefixtures("as_the_program")
@pytest.mark.parametrize("way", RANDOM_WAYS)
def test_killed_at_some_random_moments(
    new_world: Callable[[], World], monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    action, disk = WAYS[way]
    if disk is not None:
        disk(monkeypatch)
    check_killed_at_random(new_world(), action, 3)


@pytest.mark.benchmark
@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are forked to be killed")
@pytest.mark.usefixtures("as_the_program")
@pytest.mark.parametrize("way", RANDOM_WAYS)
def test_killed_at_200_random_moments(
    new_world: Callable[[], World], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], way: str
) -> None:
    """FEWSHOT_SORT_KILLS sets another number."""
    action, disk = WAYS[way]
    if disk is not None:
        disk(monkeypatch)
    done = sorted(check_killed_at_random(new_world(), action, KILLS))
    with capsys.disabled():
        print(f"\n  {way}: {len(done)} of {KILLS} kills lost nothing; sorted by then: {done[:: max(1, KILLS // 10)]}")
