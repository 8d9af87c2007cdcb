"""Whatever is sorted, edited and undone in whatever order: no picture is lost and nothing is overwritten."""

import os
import shutil
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from fewshot_gui.sorting import apply as applying
from fewshot_gui.sorting import batch_copy
from fewshot_gui.sorting import undo as undoing_module
from fewshot_gui.sorting.errors import SortRefused
from fewshot_gui.sorting.journal import RunState, list_runs
from fewshot_gui.sorting.plan import Action
from fewshot_gui.sorting.recover import recover_all
from fewshot_gui.sorting.run_files import run_files
from tests.sorting.conftest import Calls, World, played, shared_bytes

NAMES = [
    "A.xmp",
    "a.XMP",
    "a (2).xmp",
    "A.JPG.xmp",
    "a.jpg",
    "A.jpg",
    "a (2).jpg",
    "a.png",
    "a.xmp",
    "a.jpg.xmp",
    "a.dng",
    "\u00e9.jpg",
    "e\u0301.jpg",
    ".hidden",
    "b",
]
FOLDERS = ["", "x", "x/y"]
CONTENTS = [b"", b"one", b"two", b"three"]
LABELS = ["cat", "Cat", "a/b", "..", None]

paths = st.builds(lambda folder, name: str(Path(folder) / name), st.sampled_from(FOLDERS), st.sampled_from(NAMES))
trees = st.dictionaries(paths, st.sampled_from(CONTENTS), min_size=1, max_size=8)
labels = st.dictionaries(paths, st.sampled_from(LABELS), min_size=1, max_size=8)
in_target = st.builds(
    lambda folder, name: str(Path(folder) / name), st.sampled_from(["cat", "Cat", "a_b", "_"]), st.sampled_from(NAMES)
)
relaxed = settings(max_examples=60)


@relaxed
@given(trees, st.dictionaries(in_target, st.sampled_from(CONTENTS), max_size=4), labels, st.sampled_from(Action))
def test_undo_is_the_inverse_of_sorting(
    new_world: Callable[[], World],
    pictures: dict[str, bytes],
    before: dict[str, bytes],
    labels: dict[str, str | None],
    action: Action,
) -> None:
    world = new_world()
    for name, content in pictures.items():
        world.put(name, content)
    for name, content in before.items():
        world.put(name, content, world.target)
    source, target, contents = world.tree(world.source), world.tree(world.target), world.contents()
    plan = world.plan(labels, action)
    if plan.refusals:
        return
    result = world.apply(plan)
    assert result.failed == ()
    assert result.done == len(plan.steps)
    sorted_target = world.tree(world.target)
    assert {name: sorted_target[name] for name in target} == target, "what was there is as it was"
    assert len({str(step.target).casefold() for step in plan.steps}) == len(plan.steps)
    if action is Action.MOVE:
        assert world.contents() == contents
    else:
        assert world.tree(world.source) == source
    for step in plan.steps:
        assert step.target.exists()
    assert world.undo(result.run_id).left == ()
    assert world.tree(world.source) == source
    assert world.tree(world.target) == target


sorting = st.tuples(st.just("sort"), st.sampled_from(Action), labels)
undoing = st.tuples(st.just("undo"), st.integers(0, 9), st.none())
editing = st.tuples(st.just("edit"), st.integers(0, 99), st.sampled_from([b"edited", b"changed", b"new"]))
deleting = st.tuples(st.just("delete"), st.integers(0, 99), st.none())


def files_of(world: World) -> list[Path]:
    found = [path for top in (world.source, world.target) for path in top.rglob("*")]
    return sorted(path for path in found if path.is_file() and not path.is_symlink())


@relaxed
@given(trees, st.lists(st.one_of(sorting, undoing, editing, deleting), max_size=8))
def test_no_content_is_ever_lost(
    new_world: Callable[[], World], pictures: dict[str, bytes], happenings: list[tuple]
) -> None:
    world = new_world()
    for name, content in pictures.items():
        world.put(name, content)
    for kind, what, more in happenings:
        found = files_of(world)
        if kind == "edit" and found:
            path = found[what % len(found)]
            path.unlink()
            path.write_bytes(more)
        elif kind == "delete" and found:
            found[what % len(found)].unlink()
        before = world.contents()
        if kind == "sort":
            plan = world.plan(more, what)
            if not plan.refusals:
                world.apply(plan)
        elif kind == "undo" and world.run_ids():
            world.undo(world.run_ids()[what % len(world.run_ids())])
        assert set(world.contents()) == set(before)
        assert world.temporaries() == []


@relaxed
@given(trees, st.lists(sorting, min_size=1, max_size=4), st.randoms(use_true_random=False))
def test_runs_undone_in_any_order_until_nothing_changes_give_back_the_beginning(
    new_world: Callable[[], World], pictures: dict[str, bytes], sorts: list[tuple], dice: object
) -> None:
    world = new_world()
    for name, content in pictures.items():
        world.put(name, content)
    source = world.tree(world.source)
    for _, action, wanted in sorts:
        plan = world.plan(wanted, action)
        if not plan.refusals:
            world.apply(plan)
    for _ in range(len(world.run_ids()) + 1):  # A run may have to wait for another one to be undone.
        order = world.run_ids()
        dice.shuffle(order)
        for run_id in order:
            world.undo(run_id)
    assert world.tree(world.source) == source
    assert world.contents(world.target) == {}


class Life(RuleBasedStateMachine):
    """A person who sorts, takes back, edits and renames, on a machine that dies now and then.

    Whatever the order: each content that the person made and did not throw away is there, no file of the person's is
    ever written to, no half-done copy is seen after tidying up, and the journals can always be read.
    """

    def __init__(self) -> None:
        super().__init__()
        memory = "/dev/shm"
        self.top = Path(tempfile.mkdtemp(dir=memory if os.access(memory, os.W_OK) else None))
        self.world = World(self.top)
        self.patched = pytest.MonkeyPatch()
        self.calls = Calls(self.patched)
        self.patched.setattr(os, "fsync", lambda number: None)
        shared_bytes(self.patched)
        for module in (applying, undoing_module):
            self.patched.setattr(module, "BATCH_STEPS", 2)
        self.patched.setattr(batch_copy, "FEW", 1)
        self.patched.setattr(applying, "THREADS", 1)
        self.written = 0

    def teardown(self) -> None:
        self.patched.undo()
        shutil.rmtree(self.top)

    def new_content(self) -> bytes:
        self.written += 1
        return f"content {self.written}".encode()

    def keep_contents(self, work: Callable[[], object], after: Callable[[], object] = lambda: None) -> None:
        """Nothing that was there before the work is missing after it."""
        before = set(self.world.contents())
        work()
        assert before <= set(self.world.contents())
        after()
        assert set(self.world.contents()) == before

    @initialize(pictures=st.sets(paths, min_size=1, max_size=8))
    def take_pictures(self, pictures: set[str]) -> None:
        for name in sorted(pictures):
            self.world.put(name, self.new_content())

    def sorts(self, labels: dict[str, str | None], action: Action) -> None:
        plan = self.world.plan(labels, action)
        if not plan.refusals:
            self.world.apply(plan)

    @rule(labels=labels, action=st.sampled_from(Action))
    def sort(self, labels: dict[str, str | None], action: Action) -> None:
        self.keep_contents(lambda: self.sorts(labels, action))

    @rule(labels=labels, action=st.sampled_from(Action), at=st.integers(1, 40), torn=st.booleans())
    def die_while_sorting(self, labels: dict[str, str | None], action: Action, at: int, torn: bool) -> None:
        self.keep_contents(lambda: played(self.calls, at, torn, lambda: self.sorts(labels, action)), self.start_again)

    def run_id(self, which: int) -> str:
        ids = self.world.run_ids()
        return ids[which % len(ids)]

    @precondition(lambda self: self.world.run_ids())
    @rule(which=st.integers(0, 9))
    def undo(self, which: int) -> None:
        self.keep_contents(lambda: self.world.undo(self.run_id(which)))

    @precondition(lambda self: self.world.run_ids())
    @rule(which=st.integers(0, 9), number=st.integers(0, 9))
    def undo_one_file(self, which: int, number: int) -> None:
        run_id = self.run_id(which)
        found = run_files(run_id, self.world.journals)
        chosen = found[number % len(found)].target

        def work() -> None:
            others = {file.target for file in found if file.label != found[number % len(found)].label}
            before = {path: path.read_bytes() for path in others if path.is_file()}
            with suppress(SortRefused):  # It was never sorted.
                self.world.undo(run_id, only=[chosen])
            assert {path: path.read_bytes() for path in before if path.is_file()} == before

        self.keep_contents(work)

    @precondition(lambda self: self.world.run_ids())
    @rule(which=st.integers(0, 9), at=st.integers(1, 40), torn=st.booleans())
    def die_while_undoing(self, which: int, at: int, torn: bool) -> None:
        run_id = self.run_id(which)
        self.keep_contents(lambda: played(self.calls, at, torn, lambda: self.world.undo(run_id)), self.start_again)

    def start_again(self) -> None:
        for report in recover_all(self.world.journals):
            assert report.sentences
        assert self.world.temporaries() == []

    @rule(which=st.integers(0, 99))
    def edit(self, which: int) -> None:
        found = files_of(self.world)
        if found:
            path = found[which % len(found)]
            path.unlink()
            path.write_bytes(self.new_content())

    @rule(which=st.integers(0, 99), name=st.sampled_from(NAMES))
    def rename(self, which: int, name: str) -> None:
        found = files_of(self.world)
        if found and not os.path.lexists(new := found[which % len(found)].with_name(name)):
            found[which % len(found)].rename(new)

    @rule(which=st.integers(0, 99))
    def delete(self, which: int) -> None:
        found = files_of(self.world)
        if found:
            found[which % len(found)].unlink()

    @invariant()
    def no_file_is_half_written(self) -> None:
        whole = {f"content {number}".encode() for number in range(1, self.written + 1)}
        assert set(self.world.contents()) <= whole
        assert all(run.state is not RunState.INTERRUPTED for run in list_runs(self.world.journals))


TestLife = Life.TestCase
TestLife.settings = settings(max_examples=int(os.environ.get("FEWSHOT_LIVES", "40")), stateful_step_count=15)
