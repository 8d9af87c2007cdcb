"""Projects and pictures where nothing can be written: discs, folders of other people, archives."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from fewshot_gui.images.find import PictureFile, find_pictures
from fewshot_gui.project.backups import back_up, backups_folder
from fewshot_gui.project.errors import DamagedProject, ProjectError, ReadOnlyProject
from fewshot_gui.session import Session

Outcome = Callable[..., object]


@pytest.fixture
def disc(quick_path: Path) -> Path:
    """A folder that is going to be read-only, with a project in it that has a class."""
    place = quick_path / "disc"
    place.mkdir()
    session = Session.open(place / "archive.fewshot")
    session.add_class("owl")
    session.close()
    return place


@pytest.fixture
def locked(disc: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The same, read-only. An administrator, who runs the tests in containers, may write all the same: it is checked
    that nothing was."""
    protect(disc, monkeypatch)
    before = snapshot(disc)
    disc.chmod(0o555)
    (disc / "archive.fewshot").chmod(0o444)
    yield disc
    assert snapshot(disc) == before
    disc.chmod(0o755)


def protect(disc: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    allowed = os.access

    def access(path: Path, mode: int) -> bool:
        return not (mode & os.W_OK and Path(path).is_relative_to(disc)) and allowed(path, mode)

    monkeypatch.setattr(os, "access", access)


def snapshot(folder: Path) -> dict[str, object]:
    """All that writing would change: names, contents, and when an entry was last made or removed."""
    files = sorted(file for file in folder.rglob("*"))
    found: dict[str, object] = {str(file): file.read_bytes() for file in files if file.is_file()}
    return found | {str(place): place.stat().st_mtime_ns for place in [folder, *files] if place.is_dir()}


def test_a_project_on_a_disc_opens_as_a_copy_in_the_data_folder(locked: Path) -> None:
    session = Session.open(locked / "archive.fewshot", or_copy=True)
    assert session.kept_elsewhere == locked / "archive.fewshot"
    assert session.path.is_relative_to(os.environ["FEWSHOT_GUI_DATA"])
    assert [info.name for info in session.classes] == ["owl"]
    session.add_class("fox")
    session.close()
    again = Session.open(locked / "archive.fewshot", or_copy=True)  # what was done is there
    assert [info.name for info in again.classes] == ["owl", "fox"]
    again.undo()
    again.close()
    copy = Session.open(again.path)  # also by its own name, as the program does with the one that was open last
    assert copy.kept_elsewhere == locked / "archive.fewshot"
    copy.close()


def test_without_being_asked_for_a_copy_it_is_refused(locked: Path) -> None:
    with pytest.raises(ReadOnlyProject, match="can't be changed where it is"):
        Session.open(locked / "archive.fewshot")


def test_the_copy_is_open_in_one_window_at_a_time(locked: Path) -> None:
    session = Session.open(locked / "archive.fewshot", or_copy=True)
    with pytest.raises(ProjectError, match="already open in another window"):
        Session.open(locked / "archive.fewshot", or_copy=True)
    session.close()


def test_a_disc_with_a_newer_state_gets_a_copy_of_its_own(disc: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = disc / "archive.fewshot"
    with monkeypatch.context() as read_only:
        protect(disc, read_only)
        old = Session.open(project, or_copy=True)
        old.add_class("mine")
        old.close()
    session = Session.open(project)
    session.add_class("fox")
    session.close()
    with monkeypatch.context() as read_only:
        protect(disc, read_only)
        new = Session.open(project, or_copy=True)
        assert [info.name for info in new.classes] == ["owl", "fox"]
        new.close()
    assert old.path != new.path
    assert old.path.exists()


def test_a_damaged_project_on_a_disc_is_refused_as_damaged(disc: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.truncate(disc / "archive.fewshot", 9_000)
    protect(disc, monkeypatch)
    with pytest.raises(DamagedProject):
        Session.open(disc / "archive.fewshot", or_copy=True)


def test_no_room_for_a_copy_is_told(locked: Path) -> None:
    data = Path(os.environ["FEWSHOT_GUI_DATA"])
    data.mkdir(parents=True, exist_ok=True)
    (data / "working copies").write_text("a file where the folder should be")
    with pytest.raises(ProjectError, match="can't be copied"):
        Session.open(locked / "archive.fewshot", or_copy=True)


def test_pictures_that_cannot_be_written_are_classified_and_labelled_like_any_other(
    quick_path: Path, pictures: Path
) -> None:
    before = snapshot(pictures)
    for place in (pictures / "deeper", pictures):
        place.chmod(0o555)
    session = Session.open(quick_path / "a.fewshot")
    session.open_folder(pictures)
    files = [f for f in find_pictures(pictures) if isinstance(f, PictureFile)]
    session.add_pictures(files)
    owl, _ = session.add_class("owl")
    session.label(session.ids_of(f.path for f in files[:3]), owl)
    session.undo()
    session.redo()
    back_up(session.path)
    session.close()
    for place in (pictures, pictures / "deeper"):
        place.chmod(0o755)
    assert snapshot(pictures) == before


def test_the_command_line_names_the_backups_of_a_damaged_project(
    disc: Path, examples: Path, pictures: Path, tmp_path: Path, command: Callable[..., object]
) -> None:
    project = disc / "archive.fewshot"
    back_up(project)
    os.truncate(project, 9_000)
    outcome = command(
        "classify", "--examples", examples, "--pictures", pictures, "--out", tmp_path / "r.csv", "--project", project
    )
    assert outcome.code == 2  # type: ignore[attr-defined]
    text = "".join(outcome.err.split())  # type: ignore[attr-defined]
    assert "isdamaged" in text
    assert "".join(str(backups_folder(project)).split()) in text
    assert project.stat().st_size == 9_000
