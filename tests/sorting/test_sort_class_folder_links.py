"""A class folder that somebody made a link after the plan was made: nothing goes through it."""

from pathlib import Path

import pytest

from fewshot_gui.sorting.plan import Action
from tests.sorting.conftest import World

LABELS = {"a.jpg": "cat", "b.jpg": "dog"}


@pytest.mark.parametrize("dangling", [False, True])
def test_a_class_folder_that_became_a_link_is_not_followed(world: World, action: Action, dangling: bool) -> None:
    for name in LABELS:
        world.put(name, f"bytes of {name}")
    world.put("b.xmp", "sidecar")
    before = world.tree(world.source)
    plan = world.plan(LABELS, action)
    elsewhere = world.target.parent / "elsewhere"
    if not dangling:
        elsewhere.mkdir()
    world.target.mkdir()
    (world.target / "dog").symlink_to(elsewhere)
    result = world.apply(plan)
    assert (result.done, {path.name for path, _ in result.failed}) == (1, {"b.jpg", "b.xmp"})
    assert all(f"{world.target / 'dog'} has become a link to another folder." in why for _, why in result.failed)
    assert not elsewhere.exists() or list(elsewhere.iterdir()) == []
    assert world.undo(result.run_id).left == ()
    assert world.tree(world.source) == before


def test_a_link_above_the_folder_to_sort_into_is_the_persons_own(world: World, tmp_path: Path) -> None:
    world.put("a.jpg", "bytes")
    (tmp_path / "disk").mkdir()
    world.target.symlink_to(tmp_path / "disk")
    assert world.sort({"a.jpg": "cat"}, Action.COPY).done == 1
    assert (tmp_path / "disk/cat/a.jpg").read_bytes() == b"bytes"
