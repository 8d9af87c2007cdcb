"""Whatever is sorted, edited and undone in whatever order: no picture is lost and nothing is overwritten."""

from collections.abc import Callable
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fewshot_gui.sorting.plan import Action
from tests.sorting.conftest import World

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
relaxed = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


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
