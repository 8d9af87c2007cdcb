"""A picture folder from a stranger: links, archives, companions and class names lead nowhere they should not."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QUrl

from fewshot_gui import batch
from fewshot_gui.images import find
from fewshot_gui.images.errors import printable
from fewshot_gui.images.find import PictureFile, Skipped, class_folders, find_pictures
from fewshot_gui.session import Session
from fewshot_gui.ui.drops import read_drop, why_refused

Paint = Callable[..., Path]
posix = pytest.mark.skipif(os.name != "posix", reason="POSIX only")


@pytest.fixture
def folder(tmp_path: Path, paint: Paint) -> Path:
    """With one picture; beside it lies a folder with another."""
    paint(tmp_path / "private" / "secret.png")
    paint(tmp_path / "pictures" / "own.png")
    return tmp_path / "pictures"


def names(folder: Path) -> list[str]:
    return [str(found.path.relative_to(folder)) for found in find_pictures(folder) if isinstance(found, PictureFile)]


@posix
@pytest.mark.parametrize("target", ["/", "..", "../..", ".", "link"])
def test_a_link_to_a_folder_around_or_to_itself_leads_nowhere(folder: Path, target: str) -> None:
    (folder / "link").symlink_to(target)
    assert names(folder) == ["own.png"]


@posix
def test_a_link_to_the_whole_disk_is_not_even_listed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "disk").symlink_to("/")
    listed: list[str] = []
    scandir = os.scandir

    def noted(path: Path) -> object:
        listed.append(os.path.realpath(path))
        return scandir(path)

    monkeypatch.setattr(find.os, "scandir", noted)
    list(find_pictures(folder))
    assert listed == [str(folder.resolve())]


@posix
def test_a_link_to_the_systems_folders_finds_no_picture_and_opens_no_file(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "etc").symlink_to("/etc")
    (folder / "passwd.jpg").symlink_to("/etc/passwd")
    opened: list[object] = []
    monkeypatch.setattr(os, "open", lambda *arguments, **_: opened.append(arguments))
    found = names(folder)
    assert opened == []
    assert "own.png" in found
    assert not any(name.endswith("passwd") for name in found)


@posix
def test_chains_and_circles_of_links_end(folder: Path) -> None:
    (folder / "a").symlink_to("b")
    (folder / "b").symlink_to("a")
    (folder / "sub").mkdir()
    (folder / "sub" / "up").symlink_to("..")
    (folder / "sub" / "sideways").symlink_to("../sub")
    for number in range(50):
        (folder / f"link {number}").symlink_to(f"link {number + 1}" if number < 49 else "sub")
    found = list(find_pictures(folder))
    assert [one.path.name for one in found if isinstance(one, PictureFile)] == ["own.png"]
    assert all("link that leads back to itself" in one.reason for one in found if isinstance(one, Skipped))


@pytest.mark.parametrize("name", ["a.zip", "a.svg", "a.xml", "a.xmp", "a.html", "a.pkl", "a.exe", "a.jpg.zip"])
def test_what_is_no_picture_by_name_is_passed_over_unopened(folder: Path, name: str) -> None:
    (folder / name).write_bytes(b"PK\x03\x04<!DOCTYPE lolz [<!ENTITY lol 'lol'>]>")
    assert names(folder) == ["own.png"]


HOSTILE = {
    "markup": "<b onload=x>&amp;",
    "a command": "$(rm -rf ~)`id`;",
    "a formula": "=cmd()",
    "device of old": "CON",
    "percent": "%s%n{0}{name}",
    "dots at the end": "a..",
    "slashes that are none": "a⁄..⁄etc",
    "an option": "--to",
    "line break": "two\nlines",
    "escape sequence": "\x1b[2J red",
    "right to left": "\u202egpj.exe",
    "255 bytes": "长" * 85,
    "quotes": "'; DROP TABLE classes; --",
    "raw bytes": os.fsdecode(b"caf\xe9"),
}


@posix
@pytest.mark.parametrize("kind", HOSTILE)
def test_class_folders_of_any_name_are_taken_or_refused_in_a_sentence(tmp_path: Path, paint: Paint, kind: str) -> None:
    try:
        paint(tmp_path / "examples" / HOSTILE[kind] / "a.png")
    except OSError:
        pytest.skip("this file system can't hold such a name")
    paint(tmp_path / "examples" / "plain" / "b.png")
    assert sorted(class_folders(tmp_path / "examples")) == sorted(["plain", HOSTILE[kind]])
    assert sorted(batch.class_names(tmp_path / "examples")) == sorted(["plain", HOSTILE[kind]])
    session = Session.open()
    try:
        session.import_class_folders(tmp_path / "examples")
        assert len(session.classes) == 2
        assert all(info.name.encode() for info in session.classes)
    finally:
        session.close()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["examples"]


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:9/a.jpg", "https://example.org/a.jpg", "ftp://example.org/a.jpg"]
)
def test_a_web_address_that_is_dropped_is_refused_and_never_fetched(address: str) -> None:
    """The fixture no_network fails the test on any call."""
    mime = QMimeData()
    mime.setUrls([QUrl(address)])
    mime.setHtml(f'<img src="{address}">')
    assert "never loads from the web" in why_refused(mime)
    drop = read_drop(mime)
    assert (drop.paths, drop.image) == ((), None)
    assert "never loads from the web" in drop.refused


@posix
@pytest.mark.parametrize("address", ["file://server/share/a.jpg", "file:////server/share/a.jpg", "smb://server/a.jpg"])
def test_an_address_on_another_machine_is_not_asked_for(address: str) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl(address)])
    drop = read_drop(mime)
    assert (drop.paths, drop.image) == ((), None)
    assert drop.refused


def test_the_name_of_a_stranger_can_be_printed() -> None:
    assert printable(Path(os.fsdecode(b"\xff\xfe"))).encode() if os.name == "posix" else True
