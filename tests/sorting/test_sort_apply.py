import ast
import errno
import os
from pathlib import Path

import pytest

import fewshot_gui.sorting
from fewshot_gui.sorting import apply as applying
from fewshot_gui.sorting import files
from fewshot_gui.sorting.apply import RunResult
from fewshot_gui.sorting.errors import SortRefused
from fewshot_gui.sorting.plan import Action
from tests.sorting.conftest import CHANGING_CALLS, Calls, World

LABELS = {"a.jpg": "cat", "sub/a.jpg": "cat", "b.png": "dog", "c.jpg": None}


def fill(world: World) -> None:
    for name in LABELS:
        world.put(name, f"bytes of {name}")
    world.put("b.xmp", "sidecar")
    (world.source / "b.png").chmod(0o640)


def sentence(result: RunResult) -> str:
    """Why the one file failed; what belongs to it stays with it."""
    (_, why), *others = result.failed
    assert all("was left where it is, together with" in text for _, text in others)
    return why


def test_copying_keeps_the_originals_and_their_times_and_permissions(world: World) -> None:
    fill(world)
    before = world.tree(world.source)
    result = world.sort(LABELS, Action.COPY)
    assert (result.done, result.failed, result.cancelled, result.stopped) == (4, (), False, None)
    assert world.tree(world.source) == before
    assert world.tree(world.target) == {
        "cat": "folder",
        "dog": "folder",
        "cat/a.jpg": before["a.jpg"],
        "cat/a (2).jpg": before["sub/a.jpg"],
        "dog/b.png": before["b.png"],
        "dog/b.xmp": before["b.xmp"],
    }


def moves(world: World) -> None:
    fill(world)
    before = world.tree(world.source)
    assert world.sort(LABELS, Action.MOVE).done == 4
    assert world.tree(world.source) == {"c.jpg": before["c.jpg"], "sub": "folder"}
    moved = world.tree(world.target)
    assert moved["cat/a (2).jpg"] == before["sub/a.jpg"]
    assert moved["dog/b.png"] == before["b.png"]
    assert len(moved) == 6


def test_moving_takes_the_originals_away(world: World) -> None:
    moves(world)


@pytest.mark.usefixtures("two_volumes")
def test_moving_to_another_disk_copies_and_then_takes_the_originals_away(world: World) -> None:
    moves(world)


@pytest.mark.usefixtures("no_hard_links")
def test_moving_works_on_a_disk_without_hard_links(world: World) -> None:
    moves(world)


def test_moving_on_one_disk_copies_no_bytes(world: World, calls: Calls) -> None:
    fill(world)
    world.sort(LABELS, Action.MOVE)
    assert {str(args[0].name)[-6:] for name, args in calls.made if name == "write"} == {".jsonl"}


def test_hard_links_are_second_names_of_the_originals(world: World) -> None:
    fill(world)
    assert world.sort(LABELS, Action.HARDLINK).done == 4
    assert (world.target / "dog/b.png").samefile(world.source / "b.png")
    assert not (world.target / "dog/b.png").is_symlink()


def test_symbolic_links_say_the_whole_path(world: World) -> None:
    fill(world)
    assert world.sort(LABELS, Action.SYMLINK).done == 4
    assert (world.target / "dog/b.png").readlink() == world.source / "b.png"


def test_names_that_are_not_utf8_are_sorted_and_undone(world: World) -> None:
    name = os.fsdecode(b"caf\xe9.jpg")
    world.put(name, "bytes")
    before = world.tree(world.source)
    result = world.sort({name: "cat"}, Action.MOVE)
    assert [os.fsencode(path.name) for path in (world.target / "cat").iterdir()] == [b"caf\xe9.jpg"]
    assert world.undo(result.run_id).restored == 1
    assert world.tree(world.source) == before


def test_a_plan_with_refusals_is_not_applied(world: World) -> None:
    fill(world)
    world.target = world.source / "inside"
    with pytest.raises(SortRefused, match="lies inside"):
        world.sort(LABELS, Action.COPY)
    assert not world.journals.exists()


def test_a_file_that_changed_after_the_plan_is_left_and_named(world: World, action: Action) -> None:
    fill(world)
    plan = world.plan(LABELS, action)
    world.put("b.png", "edited!")
    result = world.apply(plan)
    assert (result.done, result.failed[0][0]) == (2, world.source / "b.png")
    assert "was changed or removed after the plan was made" in sentence(result)
    assert (world.source / "b.png").read_bytes() == b"edited!"
    assert not (world.target / "dog/b.png").exists()


def test_a_file_that_changes_while_it_is_copied_is_left_and_named(
    world: World, calls: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.put("a.jpg", "first state")

    def edit(n: int, name: str, args: tuple[object, ...]) -> None:
        if name == "write" and str(args[0].name).endswith(".part"):  # type: ignore[attr-defined]
            (world.source / "a.jpg").write_bytes(b"second state")

    calls.on = edit
    result = world.sort({"a.jpg": "cat"}, Action.COPY)
    assert "was changed while it was being copied" in sentence(result)
    assert not world.target.exists()


@pytest.mark.usefixtures("two_volumes")
def test_a_file_that_is_edited_before_it_is_taken_away_is_kept(world: World, calls: Calls) -> None:
    world.put("a.jpg", "first")

    def edit(n: int, name: str, args: tuple[object, ...]) -> None:
        if name == "sync_folder" and args[0] == world.target / "cat":
            (world.source / "a.jpg").write_bytes(b"second state")

    calls.on = edit
    result = world.sort({"a.jpg": "cat"}, Action.MOVE)
    assert "both files are kept" in sentence(result)
    assert world.contents() == {b"first": 1, b"second state": 1}


def test_a_name_that_is_taken_after_the_plan_is_not_overwritten(world: World, action: Action) -> None:
    fill(world)
    plan = world.plan(LABELS, action)
    world.put("dog/b.png", "somebody else's", world.target)
    result = world.apply(plan)
    assert "there already, and nothing is ever overwritten" in sentence(result)
    assert (world.target / "dog/b.png").read_bytes() == b"somebody else's"
    assert (world.source / "b.png").exists()
    assert world.temporaries() == []


def test_a_name_that_is_taken_at_the_last_moment_is_not_overwritten(world: World, calls: Calls, action: Action) -> None:
    """The name appears between the check that it is free and the call that would take it."""
    fill(world)
    target = world.target / "dog/b.png"

    def take(n: int, name: str, args: tuple[object, ...]) -> None:
        if str(target) in map(str, args) and not target.exists():
            target.write_bytes(b"somebody else's")

    calls.on = take
    assert "nothing is ever overwritten" in sentence(world.sort(LABELS, action))
    assert target.read_bytes() == b"somebody else's"
    assert (world.source / "b.png").exists()


def test_a_copy_that_arrives_damaged_is_refused(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.put("a.jpg", "good bytes")
    write = files.write
    monkeypatch.setattr(files, "write", lambda file, data: write(file, data.replace(b"good", b"evil")))
    assert "did not arrive unchanged" in sentence(world.sort({"a.jpg": "cat"}, Action.COPY))
    assert world.contents() == {b"good bytes": 1}
    assert world.temporaries() == []


def test_one_bad_file_does_not_stop_the_others(world: World, calls: Calls, action: Action) -> None:
    fill(world)
    bad = world.target / "dog/b.png"

    def fail(n: int, name: str, args: tuple[object, ...]) -> None:
        if str(bad) in map(str, args) and name != "remove":
            raise OSError(errno.EACCES, "denied")

    calls.on = fail
    result = world.sort(LABELS, action)
    assert result.done == 2
    assert result.failed[0][0] == world.source / "b.png"
    assert "you have no permission" in sentence(result)
    assert (world.source / "b.png").exists()


def test_a_read_only_disk_is_told_for_each_file(world: World, calls: Calls) -> None:
    fill(world)

    def fail(n: int, name: str, args: tuple[object, ...]) -> None:
        if name == "create" and str(args[0]).endswith(".part"):
            raise OSError(errno.EROFS, "read-only")

    calls.on = fail
    result = world.sort(LABELS, Action.COPY)
    assert (result.done, len(result.failed), result.stopped) == (0, 4, None)
    assert all("could not be copied: the disk is read-only" in text for _, text in result.failed)
    assert not world.target.exists(), "folders made for nothing are removed"


def test_a_full_disk_stops_the_run_and_keeps_what_was_done(world: World, calls: Calls) -> None:
    fill(world)

    def fail(n: int, name: str, args: tuple[object, ...]) -> None:
        if name == "write" and str(args[0].name).endswith("-2.part"):  # type: ignore[attr-defined]
            raise OSError(errno.ENOSPC, "full")

    calls.on = fail
    result = world.sort(LABELS, Action.COPY)
    assert result.stopped == ("The disk is full: 2 of 4 files were copied; nothing is lost. Free space and sort again.")
    assert (result.done, result.failed) == (2, ())
    assert world.temporaries() == []
    calls.rest()
    assert world.sort(LABELS, Action.COPY).done == 2


def test_a_journal_that_cannot_be_written_forbids_the_run(world: World, calls: Calls) -> None:
    fill(world)
    before = world.tree(world.source)
    calls.fail(at=1, number=errno.EROFS, forever=True)
    with pytest.raises(SortRefused, match="Nothing was sorted: the journal"):
        world.sort(LABELS, Action.MOVE)
    assert world.tree(world.source) == before
    assert not world.target.exists()


def test_a_move_out_of_a_folder_that_cannot_be_changed_is_taken_back(world: World, calls: Calls) -> None:
    fill(world)
    before = world.tree(world.source)

    def fail(n: int, name: str, args: tuple[object, ...]) -> None:
        if name == "remove" and world.source in Path(str(args[0])).parents:
            raise OSError(errno.EACCES, "denied")

    calls.on = fail
    result = world.sort(LABELS, Action.MOVE)
    assert (result.done, len(result.failed)) == (0, 4)
    assert world.tree(world.source) == before
    assert world.contents(world.target) == {}


# ---- progress and cancelling


def test_progress_counts_every_file(world: World) -> None:
    fill(world)
    seen: list[tuple[int, int]] = []
    world.apply(world.plan(LABELS, Action.COPY), progress=lambda done, total: seen.append((done, total)))
    assert seen == [(1, 4), (2, 4), (3, 4), (4, 4)]


@pytest.mark.parametrize("asked", range(1, 20, 2))
def test_cancelling_at_any_moment_leaves_no_half_file(
    world: World, action: Action, asked: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "CHUNK", 8)
    fill(world)
    before = world.contents()
    answers = iter([False] * asked)
    result = world.apply(world.plan(LABELS, action), cancelled=lambda: next(answers, True))
    assert result.cancelled or result.done == 4
    assert world.temporaries() == []
    assert before.keys() == world.contents().keys()
    world.undo(result.run_id)
    assert world.contents() == before


# ---- how the disk is used


def test_a_copy_is_synced_before_it_gets_its_name_and_its_name_before_the_original_goes(
    world: World, calls: Calls, two_volumes: None
) -> None:
    path = world.put("a.jpg", "bytes")
    world.sort({"a.jpg": "cat"}, Action.MOVE)
    story = [
        (name, Path(getattr(args[0], "name", str(args[0])) if name != "sync_folder" else args[0]).suffix)
        for name, args in calls.made
    ]
    order = [
        calls.made.index(("create", (str(world.target / "cat" / f".fewshot-{world.run_ids()[0]}-0.part"),))),
        story.index(("sync", ".part")),
        max(n for n, (name, args) in enumerate(calls.made) if args == (world.target / "cat",)),
        calls.made.index(("remove", (path,))),
    ]
    assert order == sorted(order)
    synced_lines = [n for n, call in enumerate(story) if call == ("sync", ".jsonl")]
    assert any(order[2] < n < order[3] for n in synced_lines), "the move is journalled before the original goes"


def test_a_new_folder_lasts_before_a_file_is_put_into_it(world: World, calls: Calls) -> None:
    world.put("a.jpg", "bytes")
    world.sort({"a.jpg": "cat"}, Action.MOVE)
    order = [
        calls.made.index(("make_folder", (world.target / "cat",))),
        calls.made.index(("sync_folder", (world.target,))),
        calls.made.index(("hard_link", (world.source / "a.jpg", world.target / "cat/a.jpg"))),
    ]
    assert order == sorted(order)


def test_files_are_journalled_in_batches(world: World, calls: Calls, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(applying, "BATCH_STEPS", 10)
    labels = {f"{number}.jpg": "cat" for number in range(95)}
    for name in labels:
        world.put(name, name)
    assert world.sort(labels, Action.MOVE).done == 95
    lines = [1 for name, args in calls.made if name == "sync" and str(args[0].name).endswith(".jsonl")]
    assert len(lines) == 1 + 2 * 10 + 1


def test_only_one_file_of_the_package_changes_the_disk() -> None:
    """So the tests that let every such call fail, or be the last one, see all of them."""
    changing = {
        *("unlink", "rename", "replace", "rmdir", "removedirs", "mkdir", "makedirs", "link", "symlink", "truncate"),
        *("symlink_to", "hardlink_to", "write_text", "write_bytes", "touch", "chmod", "utime", "rmtree", "copyfile"),
        *("copy", "copy2", "copystat", "move", "fsync", "ftruncate", "NamedTemporaryFile", "mkdtemp", "mkstemp"),
    }
    folder = Path(fewshot_gui.sorting.__file__).parent
    for path in folder.glob("*.py"):
        if path.name == "files.py":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                inner = node.func.value
                allowed = isinstance(inner, ast.Name) and inner.id in ("files", "text")
                assert allowed or node.func.attr not in changing, f"{path.name}:{node.lineno} {node.func.attr}"
    assert all(hasattr(files, name) for name in CHANGING_CALLS)


# ---- pictures and what travels with them


@pytest.mark.parametrize("asked", range(1, 14))
def test_cancelling_never_parts_a_picture_from_its_companions(
    world: World, action: Action, asked: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(applying, "BATCH_STEPS", 2)
    labels = {f"{number}.jpg": "cat" for number in range(4)}
    for number in range(4):
        for suffix in ("jpg", "xmp", "txt"):
            world.put(f"{number}.{suffix}", f"{number}.{suffix}")
    answers = iter([False] * asked)
    world.apply(world.plan(labels, action), cancelled=lambda: next(answers, True))
    together = [{path.stem for path in world.target.rglob(f"*.{suffix}")} for suffix in ("jpg", "xmp", "txt")]
    assert together[0] == together[1] == together[2]


def test_a_full_disk_never_parts_a_picture_from_its_companions(world: World, calls: Calls, action: Action) -> None:
    for number in range(3):
        for suffix in ("jpg", "xmp", "txt"):
            world.put(f"{number}.{suffix}", f"{number}.{suffix}")

    plan = world.plan({f"{number}.jpg": "cat" for number in range(3)}, action)
    last = plan.steps[5]
    assert last.companion and last.target.stem == "1"

    def fail(n: int, name: str, args: tuple[object, ...]) -> None:
        places = [str(arg) for arg in args]
        if name != "remove" and any(place == str(last.target) or place.endswith("-5.part") for place in places):
            raise OSError(errno.ENOSPC, "full")

    calls.on = fail
    result = world.apply(plan)
    assert result.stopped is not None
    together = [{path.stem for path in world.target.rglob(f"*.{suffix}")} for suffix in ("jpg", "xmp", "txt")]
    if (world.source / "1.jpg").exists():  # Where there are no hard links, the picture was moved in one stroke.
        assert together[0] == together[1] == together[2] == {"0"}
    calls.rest()
    assert world.undo(result.run_id).left == ()
    assert world.contents(world.target) == {}
