"""Which files below a folder are pictures, in which order, and what is said about the rest."""

import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from fewshot_gui.images import find
from fewshot_gui.images.errors import GONE, printable
from fewshot_gui.images.find import (
    PICTURE_SUFFIXES,
    FolderError,
    PictureFile,
    Skipped,
    class_folders,
    find_pictures,
    looks_like_class_folders,
    natural_key,
)


def put(folder: Path, *names: str) -> None:
    """Files of one byte; the search goes by names and never looks inside."""
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")


def names(folder: Path) -> list[str]:
    return [found.path.relative_to(folder).as_posix() for found in find_pictures(folder) if type(found) is PictureFile]


def skipped(folder: Path) -> list[Skipped]:
    return [found for found in find_pictures(folder) if isinstance(found, Skipped)]


def link(at: Path, to: Path) -> None:
    try:
        at.symlink_to(to)
    except OSError:
        pytest.skip("no symbolic links here")


def test_pictures_come_in_natural_order_and_a_folders_own_before_its_sub_folders(tmp_path: Path) -> None:
    put(
        tmp_path,
        "img10.jpg",
        "IMG2.JPG",
        "a/deep/z.png",
        "a/1.png",
        "b 10/x.gif",
        "b 9/y.gif",
        "note.txt",
        "a/list.csv",
    )
    assert names(tmp_path) == ["IMG2.JPG", "img10.jpg", "a/1.png", "a/deep/z.png", "b 9/y.gif", "b 10/x.gif"]


def test_natural_order_is_total_so_that_it_never_depends_on_the_disk() -> None:
    words = ["a1", "A1", "a01", "1a", "a", "", "10", "9", "ä2", "a2b10", "a2b9"]
    backwards = words[::-1]
    ordered = sorted(words, key=natural_key)
    assert sorted(backwards, key=natural_key) == ordered
    assert ordered.index("9") < ordered.index("10")
    assert ordered.index("a2b9") < ordered.index("a2b10")


@pytest.mark.parametrize("suffix", sorted(PICTURE_SUFFIXES))
def test_every_known_suffix_is_found_in_either_case(tmp_path: Path, suffix: str) -> None:
    put(tmp_path, f"1{suffix}", f"2{suffix.upper()}")
    assert len(names(tmp_path)) == 2


def test_a_picture_is_told_with_its_size_and_time(tmp_path: Path) -> None:
    put(tmp_path, "a.jpg")
    os.utime(tmp_path / "a.jpg", ns=(5, 1_500_000_000_000_000_100))
    assert list(find_pictures(tmp_path)) == [
        PictureFile(tmp_path / "a.jpg", 1, (tmp_path / "a.jpg").stat().st_mtime_ns)
    ]


def test_hidden_files_and_folders_are_passed_over(tmp_path: Path) -> None:
    put(tmp_path, ".a.jpg", "._b.jpg", ".cache/c.jpg", "Thumbs.db", "seen.jpg")
    assert names(tmp_path) == ["seen.jpg"]
    assert skipped(tmp_path) == []


def test_a_hidden_folder_is_searched_when_it_is_the_one_asked_for(tmp_path: Path) -> None:
    put(tmp_path, ".mine/a.jpg")
    assert names(tmp_path / ".mine") == ["a.jpg"]


@pytest.mark.parametrize("target", [".", "sub", "sub/deep"])
def test_links_in_circles_end(tmp_path: Path, target: str) -> None:
    put(tmp_path, "a.jpg", "sub/b.jpg", "sub/deep/c.jpg")
    link(tmp_path / "sub/deep/back", tmp_path / target)
    assert names(tmp_path) == ["a.jpg", "sub/b.jpg", "sub/deep/c.jpg"]


def test_a_linked_folder_is_searched_once_and_the_real_path_wins(tmp_path: Path) -> None:
    put(tmp_path, "top/real/a.jpg", "elsewhere/b.jpg")
    link(tmp_path / "top/a link", tmp_path / "top/real")
    link(tmp_path / "top/another", tmp_path / "elsewhere")
    link(tmp_path / "top/yet another", tmp_path / "elsewhere")
    assert names(tmp_path / "top") == ["real/a.jpg", "another/b.jpg"]


def test_a_linked_picture_counts_and_a_dangling_link_is_told(tmp_path: Path) -> None:
    put(tmp_path, "elsewhere/a.jpg", "top/own.jpg")
    link(tmp_path / "top/linked.jpg", tmp_path / "elsewhere/a.jpg")
    link(tmp_path / "top/nowhere.jpg", tmp_path / "missing.jpg")
    link(tmp_path / "top/snake.jpg", tmp_path / "top/snake.jpg")
    assert names(tmp_path / "top") == ["linked.jpg", "own.jpg"]
    assert [s.path.name for s in skipped(tmp_path / "top")] == ["nowhere.jpg", "snake.jpg"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_pipes_and_sockets_are_never_opened_and_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(tmp_path / "pipe.jpg")
    os.mkfifo(tmp_path / "pipe")
    monkeypatch.chdir(tmp_path)  # a socket's path must be short
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket.png")
        found = list(find_pictures(tmp_path))
    assert [f.path.name for f in found] == ["pipe.jpg", "socket.png"]
    assert all(isinstance(f, Skipped) and "ordinary file" in f.reason for f in found)


def test_an_unreadable_folder_is_told_and_the_search_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, "a/1.jpg", "locked/2.jpg", "z/3.jpg")
    scandir = os.scandir

    def guarded(path: Path) -> object:
        if Path(path).name == "locked":
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(find.os, "scandir", guarded)
    assert names(tmp_path) == ["a/1.jpg", "z/3.jpg"]
    assert skipped(tmp_path) == [Skipped(tmp_path / "locked", "You have no permission to read it.")]


def test_a_disk_error_in_the_middle_of_a_listing_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, "1.jpg")

    class Failing:
        def __enter__(self) -> "Failing":
            return self

        def __exit__(self, *_: object) -> None:
            pass

        def __iter__(self) -> "Failing":
            return self

        def __next__(self) -> object:
            raise OSError(5, "Input/output error")

    monkeypatch.setattr(find.os, "scandir", lambda _: Failing())
    (told,) = find_pictures(tmp_path)
    assert isinstance(told, Skipped)
    assert "Input/output error" in told.reason


@pytest.mark.parametrize("missing", ["nowhere", "file.jpg", "file.jpg/below", "nul\0name"])
def test_what_is_no_folder_is_refused_at_once_in_a_sentence(tmp_path: Path, missing: str) -> None:
    put(tmp_path, "file.jpg")
    for ask in (find_pictures, class_folders):
        with pytest.raises(FolderError, match=r"Can't open the folder \".*\"\. It .*\.$"):
            ask(tmp_path / missing)
    assert not looks_like_class_folders(tmp_path / missing)


def vanish(folder: Path) -> None:
    folder.rename(folder.with_name("gone"))


@pytest.mark.parametrize("after", [1, 2, 3])
def test_a_folder_that_vanishes_meanwhile_ends_the_search_with_one_word(tmp_path: Path, after: int) -> None:
    top = tmp_path / "top"
    put(top, "a.jpg", *(f"{i}/{j}.jpg" for i in range(5) for j in range(2)))
    search = find_pictures(top)
    for _ in range(after):
        next(search)
    vanish(top)
    # on Linux, what was already listed may still be told; nothing after that
    rest = list(search)
    assert rest[-1] == Skipped(top, GONE)
    assert sum(isinstance(found, Skipped) for found in rest) == 1


def test_a_sub_folder_that_vanishes_is_told_and_the_search_goes_on(tmp_path: Path) -> None:
    put(tmp_path, "a/1.jpg", "b/2.jpg", "c/3.jpg")
    search = find_pictures(tmp_path)
    next(search)
    vanish(tmp_path / "b")
    assert [found.path.name for found in search] == ["b", "3.jpg"]


def test_pictures_arrive_while_the_search_is_still_running(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, "a/1.jpg", "b/2.jpg")
    scanned: list[str] = []
    scandir = os.scandir

    def noted(path: Path) -> object:
        scanned.append(Path(path).name)
        return scandir(path)

    monkeypatch.setattr(find.os, "scandir", noted)
    first = next(find_pictures(tmp_path))
    assert first.path.name == "1.jpg"
    assert "b" not in scanned


def after(calls: int) -> Callable[[], bool]:
    left = iter([False] * calls)
    return lambda: next(left, True)


def test_a_cancelled_search_ends_without_a_word(tmp_path: Path) -> None:
    put(tmp_path, *(f"{i}.jpg" for i in range(20)))
    assert list(find_pictures(tmp_path, after(0))) == []
    assert len(list(find_pictures(tmp_path, after(25)))) == 5  # 20 calls went into the listing


@pytest.mark.skipif(os.name != "posix", reason="names are bytes on POSIX only")
def test_names_that_are_no_valid_text_survive_and_can_be_printed(tmp_path: Path) -> None:
    raw = os.fsencode(tmp_path) + b"/caf\xe9 \xff.jpg"
    try:
        Path(os.fsdecode(raw)).write_bytes(b"x")
    except OSError:
        pytest.skip("this file system takes valid text only")
    (found,) = find_pictures(tmp_path)
    assert os.fsencode(found.path) == raw
    assert found.path.read_bytes() == b"x"
    assert printable(found.path).encode().endswith(rb"caf\xe9 \xff.jpg")


def test_unusual_names_are_found(tmp_path: Path) -> None:
    odd = ["新しい 画像.jpg", "a\nb.jpg", "e\u0301.png", "x" * 200 + ".jpg", "100%.gif", "-rf.jpg", "².jpg"]
    put(tmp_path, *odd)
    assert sorted(names(tmp_path)) == sorted(odd)


def test_a_heic_picture_is_told_to_need_an_extra_where_that_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(find, "PICTURE_SUFFIXES", PICTURE_SUFFIXES - {".heic", ".heif"})
    put(tmp_path, "phone.HEIC")
    (told,) = find_pictures(tmp_path)
    assert isinstance(told, Skipped)
    assert "fewshot-gui[heif]" in told.reason


def test_deep_trees_need_no_deep_recursion(tmp_path: Path) -> None:
    folder = tmp_path
    for _ in range(300):
        folder = folder / "d"
    folder.mkdir(parents=True)
    (folder / "a.jpg").write_bytes(b"x")
    assert len(names(tmp_path)) == 1


def test_class_folders_are_read_recursively_in_natural_order(tmp_path: Path) -> None:
    put(tmp_path, "10/x.jpg", "9/sub/z.jpg", "9/a.jpg", ".hidden/h.jpg", "loose.jpg")
    (tmp_path / "empty").mkdir()
    found = class_folders(tmp_path)
    assert list(found) == ["9", "10", "empty"]
    assert [p.name for p in found["9"]] == ["a.jpg", "z.jpg"]
    assert found["empty"] == []


def test_a_class_folder_may_be_a_link(tmp_path: Path) -> None:
    put(tmp_path, "store/a.jpg", "ex/dog/b.jpg")
    link(tmp_path / "ex/cat", tmp_path / "store")
    assert class_folders(tmp_path / "ex")["cat"] == [tmp_path / "ex/cat/a.jpg"]


@pytest.mark.parametrize(
    ("files", "answer"),
    [
        (["cat/1.jpg", "dog/deep/2.jpg"], True),
        (["cat/1.jpg", "dog/2.jpg", "readme.txt"], True),
        (["cat/1.jpg", "dog/2.jpg", "loose.jpg"], False),
        (["cat/1.jpg"], False),
        (["cat/1.jpg", "dog/notes.txt"], False),
        (["cat/1.jpg", ".dog/2.jpg"], False),
        (["1.jpg", "2.jpg"], False),
        ([], False),
    ],
)
def test_a_folder_of_class_folders_is_recognised(tmp_path: Path, files: list[str], answer: bool) -> None:
    put(tmp_path, *files)
    assert looks_like_class_folders(tmp_path) is answer
