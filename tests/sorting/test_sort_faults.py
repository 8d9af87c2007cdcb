"""Every call that changes the disk fails once, or from some moment on: no byte may be lost and all can be undone."""

import errno
import itertools
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from fewshot_gui.sorting import apply as applying
from fewshot_gui.sorting import batch_copy
from fewshot_gui.sorting import undo as undoing
from fewshot_gui.sorting.errors import SortRefused
from fewshot_gui.sorting.plan import Action
from tests.sorting.conftest import Calls, World

LABELS = {"a.jpg": "cat", "sub/a.jpg": "cat", "b.png": "dog", "c.jpg": None}

# Each call fails, once with each error; and all calls from each one on, with the errors in turn.
pytestmark = pytest.mark.parametrize(
    ("errors", "forever"),
    [
        pytest.param([errno.ENOSPC], False, id="full once"),
        pytest.param([errno.EIO], False, id="broken once"),
        pytest.param([errno.EACCES], False, id="denied once"),
        pytest.param([errno.EXDEV], False, id="another disk once"),
        pytest.param([errno.ENOSPC, errno.EIO, errno.EROFS, errno.EACCES, errno.EXDEV], True, id="from then on"),
    ],
)


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(applying, "BATCH_STEPS", 2)
    monkeypatch.setattr(batch_copy, "FEW", 1)  # so that batches of two are synced as a volume, and single files alone
    monkeypatch.setattr(undoing, "BATCH_STEPS", 2)


def fill(world: World) -> None:
    for name in LABELS:
        world.put(name, f"bytes of {name}")
    world.put("b.xmp", "sidecar")
    world.put("cat/a.jpg", "there before", world.target)


def whole_files(world: World) -> list[Path]:
    """All files of the target but for half-done copies and empty files that hold a name."""
    found = [path for path in world.target.rglob("*.*") if path.is_file() and path.suffix != ".part"]
    return [path for path in found if path.stat().st_size]


def same(found: dict[str, Any], wanted: dict[str, Any], calls: Calls) -> bool:
    """Whether the trees are equal; times and permissions may only be lost where the disk refused to keep them."""
    if calls.failed == "copy_metadata":
        return {k: v[0] for k, v in found.items()} == {k: v[0] for k, v in wanted.items()}
    return found == wanted


def test_a_fault_while_sorting_loses_nothing_and_can_be_undone(
    new_world: Callable[[], World], calls: Calls, action: Action, errors: list[int], forever: bool
) -> None:
    for at in itertools.count(1):
        world = new_world()
        fill(world)
        source, target, contents = world.tree(world.source), world.tree(world.target), world.contents()
        calls.fail(at, errors[at % len(errors)], forever)
        try:
            result = world.sort(LABELS, action)
        except SortRefused:
            result = None
        reached = len(calls.made)
        calls.rest()
        assert contents.keys() <= world.contents().keys(), at
        assert action is Action.MOVE or world.tree(world.source) == source, at
        assert all(path.read_bytes() in contents for path in whole_files(world)), at
        if result is not None and not forever and not result.stopped:
            assert world.temporaries() == [], at
        for run_id in world.run_ids():
            world.recover(run_id)
            assert set(world.contents()) == set(contents), at
            assert world.temporaries() == [], at
            world.undo(run_id)
        assert same(world.tree(world.source), source, calls), at
        assert same(world.tree(world.target), target, calls), at
        if reached < at:
            assert result is not None
            assert (result.done, result.failed) == (4, ())
            return


def test_a_fault_while_undoing_loses_nothing_and_undoing_again_finishes(
    new_world: Callable[[], World], calls: Calls, action: Action, errors: list[int], forever: bool
) -> None:
    for at in itertools.count(1):
        world = new_world()
        fill(world)
        source, target, contents = world.tree(world.source), world.tree(world.target), world.contents()
        calls.rest()
        run_id = world.sort(LABELS, action).run_id
        calls.fail(at, errors[at % len(errors)], forever)
        with suppress(SortRefused):
            world.undo(run_id)
        reached = len(calls.made)
        calls.rest()
        assert contents.keys() <= world.contents().keys(), at
        world.undo(run_id)
        assert same(world.tree(world.source), source, calls), at
        assert same(world.tree(world.target), target, calls), at
        if reached < at:
            return
