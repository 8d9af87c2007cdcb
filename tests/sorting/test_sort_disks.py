"""What some disks cannot hold, and folders that are links to elsewhere: told in the plan."""

import errno
import os
import sys
from collections import namedtuple
from pathlib import Path

import pytest

from fewshot_gui.sorting import volumes
from fewshot_gui.sorting.errors import reason
from fewshot_gui.sorting.options import SortOptions
from fewshot_gui.sorting.plan import Action, SortItem, plan_sort
from tests.sorting.conftest import World

Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> object:
    """disk("vfat"): every disk is of this kind."""

    def disk(kind: str) -> None:
        monkeypatch.setattr(volumes, "file_system", lambda place: kind)

    return disk


# ---- folders that are links


@pytest.mark.skipif(os.name != "posix", reason="links need rights on Windows")
@pytest.mark.parametrize("there", ["elsewhere", "sorted/dog", "nowhere"])
def test_a_class_folder_that_is_a_link_is_refused(world: World, tmp_path: Path, there: str) -> None:
    world.put("a.jpg", "a")
    (tmp_path / "elsewhere").mkdir()
    (world.target / "dog").mkdir(parents=True)
    (world.target / "cat").symlink_to(tmp_path / there)
    (refusal,) = world.plan({"a.jpg": "cat"}, Action.COPY).refusals
    assert refusal.startswith(f"{world.target / 'cat'}, the folder for the class cat, is a link to another folder")
    assert str(tmp_path / there) in refusal
    assert list((tmp_path / "elsewhere").iterdir()) == []
    assert world.plan({"a.jpg": "dog"}, Action.COPY).refusals == (), "the link is in nobody's way"


@pytest.mark.skipif(os.name != "posix", reason="links need rights on Windows")
def test_a_sub_folder_that_is_a_link_takes_nothing(world: World, tmp_path: Path) -> None:
    for name in ("a.jpg", "trip/b.jpg", "trip/day/c.jpg", "home/d.jpg"):
        world.put(name, name)
    (tmp_path / "elsewhere" / "day").mkdir(parents=True)
    (world.target / "cat").mkdir(parents=True)
    (world.target / "cat" / "trip").symlink_to(tmp_path / "elsewhere")
    labels = dict.fromkeys(["a.jpg", "trip/b.jpg", "trip/day/c.jpg", "home/d.jpg"], "cat")
    plan = world.plan(labels, Action.MOVE, options=SortOptions(keep_subfolders=True))
    assert [step.source.name for step in plan.steps] == ["a.jpg", "d.jpg"]
    assert [path.name for path, _ in plan.problems] == ["b.jpg", "c.jpg"]
    assert all(f"through {world.target / 'cat' / 'trip'}, which is a link" in why for _, why in plan.problems)


@pytest.mark.skipif(os.name != "posix", reason="links need rights on Windows")
def test_a_target_that_is_itself_a_link_is_what_the_person_chose(world: World, tmp_path: Path) -> None:
    world.put("a.jpg", "a")
    (tmp_path / "other disk").mkdir()
    world.target.symlink_to(tmp_path / "other disk")
    assert world.sort({"a.jpg": "cat"}, Action.COPY).done == 1
    assert (tmp_path / "other disk" / "cat" / "a.jpg").read_bytes() == b"a"


@pytest.mark.skipif(os.name != "posix", reason="links need rights on Windows")
def test_nothing_is_moved_out_of_a_folder_that_a_link_leads_to(world: World, tmp_path: Path) -> None:
    """A folder of pictures from a stranger may hold a link to one's own."""
    world.put("a.jpg", "a")
    private = world.put("b.jpg", "private", tmp_path / "private")
    (world.source / "trip").symlink_to(private.parent)
    (world.source / "again").symlink_to(world.source)
    labels = dict.fromkeys(["a.jpg", "trip/b.jpg"], "cat")
    plan = world.plan(labels, Action.MOVE)
    assert [step.source.name for step in plan.steps] == ["a.jpg"]
    through = world.source / "trip" / "b.jpg"
    said = f"{through} cannot be moved: a link leads to it, out of {world.source}. Choose copy."
    assert plan.problems == ((through, said),)
    assert len(world.plan(labels, Action.COPY).steps) == 2
    assert len(world.plan({"again/a.jpg": "cat"}, Action.MOVE).steps) == 1, "it stays within"
    road = tmp_path / "road"
    road.symlink_to(world.source)
    items = [SortItem(road / "a.jpg", "cat")]
    assert len(plan_sort(items, world.target, Action.MOVE, road).steps) == 1, "the person chose that link"


# ---- disks with limits


@pytest.mark.skipif(sys.platform == "win32", reason="a large file takes its whole size there")
def test_a_file_larger_than_fat_can_hold_is_named_and_the_rest_goes_on(world: World, disk) -> None:
    world.put("a.jpg", "a")
    world.put("film.jpg", "film")
    os.truncate(world.put("film.mov", ""), 4 << 30)  # its companion; all holes, so it takes no space
    labels = {"a.jpg": "cat", "film.jpg": "cat"}
    assert len(world.plan(labels, Action.SYMLINK).steps) == 3
    disk("vfat")
    plan = world.plan(labels, Action.COPY)
    assert [step.source.name for step in plan.steps] == ["a.jpg"]
    ((path, sentence),) = plan.problems
    assert path.name == "film.jpg"
    assert f"{world.source / 'film.mov'} is larger than 4 GB, the most that the disk of" in sentence
    os.truncate(world.source / "film.mov", (4 << 30) - 1)
    assert world.plan(labels, Action.COPY).problems == ()


@pytest.mark.parametrize("action", [Action.HARDLINK, Action.SYMLINK])
@pytest.mark.parametrize("kind", ["vfat", "exfat", "msdos"])
def test_a_disk_without_links_refuses_them(world: World, disk, action: Action, kind: str) -> None:
    world.put("a.jpg", "a")
    assert world.plan({"a.jpg": "cat"}, action).refusals == ()
    disk(kind)
    (refusal,) = world.plan({"a.jpg": "cat"}, action).refusals
    assert refusal == f"The disk of {world.target} has no links. Choose copy, or a folder on another disk."
    assert world.plan({"a.jpg": "cat"}, Action.COPY).refusals == ()


@pytest.mark.parametrize("number", [errno.EFBIG, errno.EILSEQ, errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EPERM])
def test_what_a_disk_cannot_do_is_told_with_what_to_do(number: int) -> None:
    said = reason(OSError(number, os.strerror(number)))
    assert said != os.strerror(number)
    assert any(word in said for word in ("Choose", "Rename", "choose"))


@pytest.mark.skipif(sys.platform != "linux", reason="what a copy could not keep is asked on Linux")
@pytest.mark.parametrize(("call", "what"), [("fchmod", "permissions"), ("utime", "times")])
def test_what_a_disk_forgets_without_a_word_is_told(
    world: World, monkeypatch: pytest.MonkeyPatch, call: str, what: str
) -> None:
    world.put("a.jpg", "a").chmod(0o640)
    monkeypatch.setattr(os, call, lambda *args, **named: None)
    result = world.sort({"a.jpg": "cat"}, Action.COPY)
    assert (result.done, result.failed) == (1, ())
    assert result.notes == (f"The disk of {world.target} cannot hold the files' {what}; their contents are whole.",)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows does not say")
def test_on_a_stick_with_large_blocks_small_files_need_as_many(
    world: World, disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.put("a.jpg", "a")
    world.put("a.xmp", "x" * (128 << 10) + "x")
    assert world.plan({"a.jpg": "cat"}, Action.COPY).space[0].needed == 4096 + (132 << 10)
    monkeypatch.setattr(os, "statvfs", lambda place: os.statvfs_result((4096, 128 << 10, *range(8))))
    monkeypatch.setattr("shutil.disk_usage", lambda place: Usage(0, 0, 1 << 30))
    assert world.plan({"a.jpg": "cat"}, Action.COPY).space[0].needed == 4096 + (132 << 10), "disks of other kinds"
    disk("exfat")
    assert world.plan({"a.jpg": "cat"}, Action.COPY).space[0].needed == 3 * (128 << 10)


def test_a_collision_names_the_name_that_is_taken(world: World, disk) -> None:
    """Not the file's own, where a template or the disk gives it another."""
    for name in ("a.jpg", "b.jpg", "sub/b.jpg"):
        world.put(name, name)
    labels = dict.fromkeys(["a.jpg", "b.jpg"], "cat")
    notes = [step.note for step in world.plan(labels, Action.COPY, options=SortOptions(name="{class}")).steps]
    assert notes == ["", "named cat (2).jpg, there is another cat.jpg"]
    plan = world.plan(dict.fromkeys(["b.jpg", "sub/b.jpg"], "cat"), Action.COPY)
    assert plan.steps[1].note == "named b (2).jpg, there is another b.jpg"


# ---- what goes with a picture


@pytest.mark.parametrize("suffix", [".CR2", ".nef", ".PEF", ".srw", ".nrw", ".iiq", ".3fr", ".rwl", ".x3f", ".raw"])
def test_every_makers_raw_files_go_with_their_picture(world: World, suffix: str) -> None:
    world.put("a.jpg", "a")
    world.put(f"a{suffix}", "raw")
    world.put("a.AAE", "edits")
    plan = world.plan({"a.jpg": "cat"}, Action.MOVE)
    assert sorted(step.target.name for step in plan.steps) == sorted(["a.jpg", f"a{suffix}", "a.AAE"])
