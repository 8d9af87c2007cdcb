"""A disk that is not connected when a run is tidied up or taken back: nothing is concluded from its absence."""

from pathlib import Path

import pytest

from fewshot_gui.sorting import files
from fewshot_gui.sorting.errors import SortRefused
from fewshot_gui.sorting.journal import RunState, begin, list_runs
from fewshot_gui.sorting.plan import Action
from fewshot_gui.sorting.recover import recover_all
from tests.sorting.conftest import World, shared_bytes

LABELS = {"a.jpg": "cat", "b.jpg": "dog"}


@pytest.fixture
def stick(world: World) -> Path:
    """A disk that was there before; the target is a folder on it."""
    world.target = world.target / "stick" / "sorted"
    world.target.parent.mkdir(parents=True)
    for name in LABELS:
        world.put(name, f"bytes of {name}")
    return world.target.parent


def away(folder: Path) -> Path:
    return folder.rename(folder.with_name("not connected"))


def died(world: World) -> str:
    """A move to another disk that died when a.jpg had arrived and b.jpg was half there."""
    plan = world.plan(LABELS, Action.MOVE)
    with begin(plan, [world.target, world.target / "cat", world.target / "dog"], world.journals) as journal:
        journal.write("intend", before=2)
        journal.write("placed", digests={0: files.digest(plan.steps[0].source, lambda: False)})
    for step in plan.steps:
        step.target.parent.mkdir(parents=True)
    plan.steps[0].source.rename(plan.steps[0].target)
    half = plan.steps[1].target.with_name(files.temporary_name(journal.record.id, 1))
    half.write_bytes(b"half")
    return journal.record.id


def test_a_run_to_a_disk_that_is_away_is_tidied_up_once_it_is_back(world: World, stick: Path) -> None:
    before = world.contents(world.source)
    run_id = died(world)
    hidden = away(stick)
    for _ in range(2):
        (report,) = recover_all(world.journals)
        assert report.sentences[0].startswith(f"{stick} is not there")
        assert list_runs(world.journals)[0].state is RunState.INTERRUPTED
        with pytest.raises(SortRefused, match="connect it"):
            world.undo(run_id)
    assert not stick.exists()
    hidden.rename(stick)
    (report,) = recover_all(world.journals)
    assert "1 of 2 files were sorted" in report.sentences[-1]
    assert world.temporaries() == []
    assert world.undo(run_id).left == ()
    assert world.contents(world.source) == before


def test_a_run_from_a_disk_that_is_away_waits_for_it_too(world: World, stick: Path) -> None:
    run_id = died(world)
    (world.target / "cat" / "a.jpg").rename(world.source / "a.jpg")  # it had not come so far
    hidden = away(world.source)
    (report,) = recover_all(world.journals)
    assert report.sentences[0].startswith(f"{world.source} is not there")
    hidden.rename(world.source)
    (report,) = recover_all(world.journals)
    assert "0 of 2 files were sorted" in report.sentences[-1]
    assert list_runs(world.journals)[0].id == run_id


def test_a_folder_that_the_run_was_to_make_is_no_disk_that_is_away(world: World, stick: Path) -> None:
    plan = world.plan(LABELS, Action.COPY)
    with begin(plan, [world.target, world.target / "cat", world.target / "dog"], world.journals) as journal:
        journal.write("intend", before=2)
    (report,) = recover_all(world.journals)
    assert "0 of 2 files were sorted" in report.sentences[-1]


def test_who_removed_the_folder_makes_it_again_and_is_told_no_more(world: World, stick: Path) -> None:
    died(world)
    away(stick)
    stick.mkdir()
    (report,) = recover_all(world.journals)
    assert "a.jpg is neither in its old place nor in its new one" in report.sentences[0]
    assert recover_all(world.journals) == []


@pytest.mark.parametrize("action", [Action.COPY, Action.HARDLINK, Action.SYMLINK, Action.REFLINK, Action.MOVE])
def test_what_is_on_a_disk_that_is_away_is_not_taken_for_undone(
    world: World, stick: Path, action: Action, monkeypatch: pytest.MonkeyPatch
) -> None:
    shared_bytes(monkeypatch)
    source = world.tree(world.source)
    run_id = world.sort(LABELS, action).run_id
    hidden = away(stick)
    undone = world.undo(run_id)
    assert undone.restored == 0
    assert [path.name for path, _ in undone.left] == ["b.jpg", "a.jpg"]
    assert all("there" in sentence for _, sentence in undone.left)
    assert list_runs(world.journals)[0].state is RunState.DONE
    hidden.rename(stick)
    assert world.undo(run_id).left == ()
    assert world.tree(world.source) == source
    assert list(stick.iterdir()) == []


def test_a_clone_that_was_changed_is_named_as_such(world: World, stick: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shared_bytes(monkeypatch)
    run_id = world.sort(LABELS, Action.REFLINK).run_id
    world.put("cat/a.jpg", "edited", world.target)
    world.put("b.jpg", "edited")
    sentences = {path.name: sentence for path, sentence in world.undo(run_id).left}
    assert sentences["a.jpg"].endswith("a.jpg was changed after sorting and is kept.")
    assert "its original" in sentences["b.jpg"]
