"""Sorting again where an earlier run had made symbolic links: the new link takes the old one's place."""

import errno
from collections.abc import Callable
from pathlib import Path

import pytest

from fewshot_gui.sorting.again import earlier, moved_on
from fewshot_gui.sorting.carry_out import Outcome, carry_out
from fewshot_gui.sorting.plan import Action, SortItem, SortPlan, plan_sort
from tests.sorting.conftest import Calls, World, never, played, silent

FIRST = {"a.jpg": "cat", "b.jpg": "cat"}
LATER = {"a.jpg": "dog", "b.jpg": "cat"}
BEFORE = ["cat/a.jpg", "cat/a.xmp", "cat/b.jpg"]
AFTER = ["cat/b.jpg", "dog/a.jpg", "dog/a.xmp"]


def plan(world: World, labels: dict[str, str], action: Action = Action.SYMLINK) -> SortPlan:
    items = [SortItem(world.source / name, label) for name, label in labels.items()]
    history = earlier(world.target, world.journals)
    return plan_sort(items, world.target, action, world.source, history=history)


def sort(world: World, labels: dict[str, str], action: Action = Action.SYMLINK) -> Outcome:
    return carry_out(plan(world, labels, action), world.journals, silent, never)


def names(world: World) -> list[str]:
    return sorted(name for name, entry in world.tree(world.target).items() if entry != "folder")


def linked(world: World) -> World:
    """a.jpg with its a.xmp, and b.jpg: all three were linked into cat."""
    for name in ("a.jpg", "a.xmp", "b.jpg"):
        world.put(name, name)
    sort(world, FIRST)
    assert names(world) == BEFORE
    return world


def test_the_new_link_takes_the_old_ones_place_and_undo_puts_that_back(world: World) -> None:
    linked(world)
    pictures, links = world.tree(world.source), world.tree(world.target)
    (first,) = world.run_ids()
    again = sort(world, LATER)
    assert (again.result.done, again.result.failed) == (2, ())
    assert names(world) == AFTER
    assert (world.target / "dog/a.jpg").read_bytes() == b"a.jpg"
    assert set(moved_on(first, world.journals).values()) == set(again.run_ids)
    assert world.undo(again.run_ids[0]).left == ()
    assert world.tree(world.target) == links
    assert moved_on(first, world.journals) == {}
    assert world.undo(first).left == ()
    assert names(world) == []
    assert world.tree(world.source) == pictures


def test_the_plan_tells_of_the_old_link_and_has_no_problem_with_it(world: World) -> None:
    linked(world)
    again = plan(world, LATER)
    assert again.problems == ()
    assert [step.replaces for step in again.steps] == [world.target / "cat/a.jpg", world.target / "cat/a.xmp"]
    assert again.moved_on == {("cat", "dog"): 1}
    assert again.steps[0].note == "moves on from cat"


def test_sorted_to_and_fro_each_picture_has_one_link(world: World) -> None:
    linked(world)
    for labels, expected in ((LATER, AFTER), (FIRST, BEFORE), (LATER, AFTER)):
        sort(world, labels)
        assert names(world) == expected
    assert "in their place already" in plan(world, LATER).refusals[0]
    for run_id in world.run_ids():
        assert world.undo(run_id).left == ()
    assert names(world) == []


@pytest.mark.parametrize("action", [Action.COPY, Action.HARDLINK, Action.MOVE])
def test_whatever_is_made_of_the_pictures_now_the_old_links_go_and_come_back(world: World, action: Action) -> None:
    linked(world)
    pictures, links = world.tree(world.source), world.tree(world.target)
    again = sort(world, LATER, action)
    assert "cat/a.jpg" not in names(world)
    assert (world.target / "dog/a.jpg").read_bytes() == b"a.jpg"
    for run_id in again.run_ids:
        assert world.undo(run_id).left == ()
    assert world.tree(world.target) == links
    assert world.tree(world.source) == pictures


def test_a_link_that_was_made_to_lead_elsewhere_stays_and_is_named(world: World) -> None:
    linked(world)
    old = world.target / "cat/a.jpg"
    old.unlink()
    old.symlink_to(world.source / "b.jpg")
    again = plan(world, LATER)
    (sentence,) = (sentence for path, sentence in again.problems if path == world.source / "a.jpg")
    assert sentence.startswith(f"{old} is a link from when this was cat, and stays")
    sort(world, LATER)
    assert old.readlink() == world.source / "b.jpg"


def test_a_link_that_changes_between_plan_and_sorting_stays(world: World) -> None:
    linked(world)
    again = plan(world, LATER)
    old = world.target / "cat/a.jpg"
    old.unlink()
    old.write_bytes(b"somebody's own")
    carry_out(again, world.journals, silent, never)
    assert old.read_bytes() == b"somebody's own"


def test_undo_leaves_the_new_link_where_the_old_ones_name_is_taken(world: World) -> None:
    linked(world)
    again = sort(world, LATER)
    (world.target / "cat/a.jpg").write_bytes(b"somebody's own")
    ((path, sentence),) = world.undo(again.run_ids[0]).left
    assert path == world.target / "dog/a.jpg"
    assert "is taken by another file" in sentence
    assert (world.target / "dog/a.jpg").read_bytes() == b"a.jpg"
    assert (world.target / "cat/a.jpg").read_bytes() == b"somebody's own"


def test_a_link_that_can_not_be_removed_is_named_and_the_new_one_stays(world: World, calls: Calls) -> None:
    linked(world)

    def on(number: int, name: str, args: tuple[object, ...]) -> None:
        if name == "remove" and args[0] == world.target / "cat/a.jpg":
            raise OSError(errno.EACCES, "Permission denied")

    calls.on = on
    ((_, sentence),) = sort(world, LATER).result.failed
    assert sentence.startswith(f"{world.target / 'cat/a.jpg'} could not be removed")
    assert names(world) == ["cat/a.jpg", *AFTER]


@pytest.mark.parametrize("torn", [False, True])
def test_killed_at_any_moment_of_sorting_again_or_undoing_every_picture_has_a_link(
    new_world: Callable[[], World], calls: Calls, torn: bool
) -> None:
    at, alive = 0, False
    while not alive:
        at += 1
        world = linked(new_world())
        links = world.tree(world.target)
        again = plan(world, LATER)
        alive = not played(calls, at, torn, lambda: carry_out(again, world.journals, silent, never))  # noqa: B023
        settle(world)
        if len(world.run_ids()) > 1:
            latest = world.run_ids()[0]
            died = played(calls, at, torn, lambda: world.undo(latest))  # noqa: B023
            settle(world)
            if died:
                world.undo(latest)
        assert world.tree(world.target) == links
    assert at > 10


def settle(world: World) -> None:
    """What the next start of the program does; every picture has a link before and after it."""
    for tidy in (False, True):
        if tidy:
            for run_id in world.run_ids():
                world.recover(run_id)
        found = {Path(str(entry[1])).name for entry in world.tree(world.target).values() if entry != "folder"}
        assert found == {"a.jpg", "a.xmp", "b.jpg"}
