"""A picture and what travels with it: all of a set go, or none does, whatever goes wrong with one of them."""

import errno
import os
from pathlib import Path
from typing import Any

import pytest

from fewshot_gui.sorting import files
from fewshot_gui.sorting.plan import Action
from tests.sorting.conftest import Calls, World, played

SET = ["a.jpg", "a.dng", "a.xmp"]
LABELS = {"a.jpg": "cat", "b.jpg": "cat"}


@pytest.fixture
def pictures(world: World) -> World:
    for name in (*SET, "b.jpg"):
        world.put(name, f"bytes of {name}")
    return world


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file() or path.is_symlink())


@pytest.mark.parametrize("changed", SET)
def test_when_one_of_a_set_was_changed_since_the_plan_all_of_it_stays(
    pictures: World, action: Action, changed: str
) -> None:
    plan = pictures.plan(LABELS, action)
    pictures.put(changed, "edited meanwhile by another program")
    source = pictures.tree(pictures.source)
    result = pictures.apply(plan)
    assert names(pictures.target) == ["b.jpg"]
    assert {path.name for path, _ in result.failed} == set(SET)
    assert result.done == 1
    sentences = {path.name: sentence for path, sentence in result.failed}
    assert "was changed or removed after the plan was made" in sentences.pop(changed)
    where = pictures.source / changed
    assert set(sentences.values()) == {
        f"{pictures.source / name} was left where it is, together with {where}." for name in SET if name != changed
    }
    assert pictures.undo(result.run_id).left == ()
    assert pictures.tree(pictures.source) == source


@pytest.mark.parametrize("call", ["create", "hard_link", "soft_link", "rename_free", "rename", "clone"])
@pytest.mark.parametrize("number", [errno.EIO, errno.EACCES, errno.ENOSPC])
def test_when_one_of_a_set_fails_at_any_call_none_of_it_goes(
    pictures: World, action: Action, calls: Calls, call: str, number: int
) -> None:
    plan = pictures.plan(LABELS, action)
    before = pictures.contents(pictures.source)

    def on(n: int, name: str, args: tuple[Any, ...]) -> None:
        if name == call and any(str(arg).endswith(("a.xmp", "-2.part")) for arg in args):
            raise OSError(number, os.strerror(number))

    calls.on = on
    result = pictures.apply(plan)
    calls.rest()
    gone = names(pictures.target)
    assert set(gone) & set(SET) in (set(), set(SET))
    assert len(gone) == result.done
    if action is Action.MOVE:
        assert pictures.contents() == before
        assert set(names(pictures.source)).isdisjoint(gone)
    assert pictures.undo(result.run_id).left == ()
    assert pictures.contents(pictures.source) == before
    assert names(pictures.target) == []


def test_killed_while_a_set_goes_back_nothing_is_lost_or_added(world: World, no_hard_links: None, calls: Calls) -> None:
    """On a disk without hard links a moved file goes back by a rename onto a name that was reserved for it."""
    for at in range(1, 200):
        for folder in (world.source, world.target):
            for path in (p for p in folder.rglob("*") if p.is_file()):
                path.unlink()
        for name in SET:
            world.put(name, f"bytes of {name}")
        before = world.contents(world.source)
        plan = world.plan({"a.jpg": "cat"}, Action.MOVE)
        world.put("a.xmp", "edited meanwhile")
        before = world.contents(world.source)
        if not played(calls, at, False, lambda: world.apply(plan)):  # noqa: B023
            break
        run_id = world.run_ids()[0] if world.run_ids() else ""
        if run_id:
            world.recover(run_id)
            assert world.undo(run_id).left == ()
        assert world.contents() == before, at
        assert set(names(world.source)) == set(SET)
    assert at > 10
    assert files.exists(world.source / "a.jpg")
