"""Exporting a saved project: whole or not at all, into no place that is taken, and nothing else is changed."""

import csv
import json
import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from fewshot_gui.engine import Read, Scored
from fewshot_gui.exports import target
from fewshot_gui.exports.export import ExportCancelled, Format, export
from fewshot_gui.exports.records import MachineSaid
from fewshot_gui.exports.saved import read_saved
from fewshot_gui.images.find import PictureFile
from fewshot_gui.project.errors import ProjectError
from fewshot_gui.session import Session, SessionError

ANY_FORMAT = pytest.mark.parametrize("format", list(Format))


@pytest.fixture
def top(quick_path: Path) -> Path:
    return quick_path


@pytest.fixture
def project(top: Path) -> Path:
    """a.png to e.png and the classes cat (1) and dog (2); a is a cat, b unlike all, c said to be a dog, d waits, e is
    damaged."""
    session = Session.open(top / "pets.fewshot")
    (top / "folder" / "deeper").mkdir(parents=True)
    session.open_folder(top / "folder")
    names = ["a.png", "b.png", "deeper/c.png", "d.png", "e.png"]
    for name in names:
        (top / "folder" / name).write_bytes(name.encode())
    session.add_pictures([PictureFile(top / "folder" / name, 1, 1) for name in names])
    a, b, c, _, e = session.answers.ids.tolist()
    session.add_class("cat")
    session.add_class("dog")
    rows = np.array([[0.75, 0.25], [0.625, 0.375], [0.875, 0.125]], np.float32)
    known = np.array([0.9, 0.125, 0.9], np.float32)
    session.accept(Scored((1, 2), np.array([a, b, c]), rows, known, known > 0.5))
    session.label([c], 2)
    session.record([Read(e, None, "The picture is damaged.")])
    session.close()
    return top / "pets.fewshot"


def everything(top: Path) -> dict[str, bytes | None]:
    return {str(path.relative_to(top)): path.read_bytes() if path.is_file() else None for path in top.rglob("*")}


def test_a_saved_project_tells_what_each_has_said_without_a_learner(project: Path, top: Path) -> None:
    saved = read_saved(project)
    assert (saved.folder, saved.classes) == (top / "folder", ("cat", "dog"))
    a, b, c, d, e = saved.records
    assert (a.path, a.place) == (top / "folder" / "a.png", Path("a.png"))
    assert (a.decision, a.said_by, a.machine) == ("cat", "machine", MachineSaid("cat", 0.75, False, "dog", 0.25))
    assert (b.decision, b.said_by, b.machine) == ("unknown", "machine", MachineSaid("cat", 0.875, True, "dog", 0.375))
    assert (c.decision, c.said_by, c.person) == ("dog", "person", "dog")
    assert c.machine == MachineSaid("cat", 0.875, False, "dog", 0.125)
    assert (d.decision, d.said_by, d.machine) == ("", "", None)
    assert (e.decision, e.said_by, e.problem) == ("unreadable", "", "The picture is damaged.")


def test_what_a_person_ruled_out_is_not_told_as_the_machines_word(project: Path) -> None:
    with_open = Session.open(project)
    a, b = with_open.answers.ids.tolist()[:2]
    with_open.reject([a], 1)
    with_open.reject([b], 2)
    with_open.close()
    first, second = read_saved(project).records[:2]
    assert first.machine is None or first.machine.label != "cat"
    assert second.machine is None or second.machine.second != "dog"


@ANY_FORMAT
def test_only_the_export_is_new_afterwards(project: Path, top: Path, format: Format) -> None:
    before = everything(top)
    done = export(project, top / "out", format)
    after = everything(top)
    assert {name: after[name] for name in before} == before
    assert {Path(name).parts[0] for name in after.keys() - before} == {"out"}
    assert (top / "out").is_dir() == format.is_folder
    assert done.unreadable == ((top / "folder" / "e.png", "The picture is damaged."),)
    counts = (done.pictures, done.by_person, done.by_machine, done.unclassified)
    assert counts == ((2, 1, 1, 0) if format is Format.XMP else (5, 1, 2, 2))


def test_a_project_that_is_open_in_a_window_can_be_exported(project: Path, top: Path) -> None:
    session = Session.open(project)
    session.label(session.answers.ids.tolist()[:1], 2)
    export(project, top / "out.json", Format.JSON)
    session.close()
    assert json.loads((top / "out.json").read_text())[0]["decision"] == "dog"


def test_csv_and_json_agree(project: Path, top: Path) -> None:
    export(project, top / "out.csv", Format.CSV)
    export(project, top / "out.json", Format.JSON)
    with (top / "out.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    found = json.loads((top / "out.json").read_text())
    keys = ("path", "decision", "said_by", "reason")
    assert [[row[k] for k in keys] for row in rows] == [[one[k] for k in keys] for one in found]
    assert [row["label"] for row in rows] == ["cat", "cat", "dog", "", ""]


@ANY_FORMAT
@pytest.mark.parametrize("taken", ["file", "folder", "link"])
def test_what_is_there_is_never_replaced(project: Path, top: Path, format: Format, taken: str) -> None:
    out = top / "out"
    {"file": out.touch, "folder": out.mkdir, "link": lambda: out.symlink_to("nowhere")}[taken]()
    before = everything(top)
    with pytest.raises(SessionError, match="exists already"):
        export(project, out, format)
    assert everything(top) == before
    assert out.is_symlink() == (taken == "link")


@ANY_FORMAT
def test_a_name_taken_while_it_was_written_is_not_replaced(project: Path, top: Path, format: Format) -> None:
    def progress(done: int, total: int) -> None:
        if done == total:
            (top / "out").write_text("mine")

    with pytest.raises(SessionError, match="exists already"):
        export(project, top / "out", format, progress)
    assert (top / "out").read_text() == "mine"
    assert not list(top.glob(".fewshot*"))


@ANY_FORMAT
def test_nothing_is_written_among_the_pictures(project: Path, top: Path, format: Format) -> None:
    (top / "way").symlink_to(top / "folder" / "deeper")
    before = everything(top)
    for out in (top / "folder" / "out", top / "way" / "out"):
        with pytest.raises(SessionError, match="among your pictures"):
            export(project, out, format)
    assert everything(top) == before


@ANY_FORMAT
def test_cancelling_leaves_nothing(project: Path, top: Path, format: Format) -> None:
    before = everything(top)
    seen: list[int] = []
    with pytest.raises(ExportCancelled):
        export(project, top / "out", format, lambda done, total: seen.append(done), lambda: len(seen) == 2)
    assert seen == [1, 2]
    assert everything(top) == before


def test_cancelling_takes_effect_while_the_project_is_read(project: Path, top: Path) -> None:
    with pytest.raises(ExportCancelled):
        export(project, top / "out", Format.CSV, lambda *_: pytest.fail("it went on"), lambda: True)
    assert not (top / "out").exists()


@ANY_FORMAT
def test_a_full_disk_leaves_nothing(project: Path, top: Path, format: Format, monkeypatch: pytest.MonkeyPatch) -> None:
    before = everything(top)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(target.os, "fsync", full)
    monkeypatch.setattr(target.kernel, "sync_volume", full)
    with pytest.raises(SessionError, match="disk is full"):
        export(project, top / "out", format)
    assert everything(top) == before


def test_a_file_system_that_cannot_promise_still_gets_its_folder(
    project: Path, top: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(22, "Invalid argument")

    monkeypatch.setattr(target, "rename_free", refuse)
    monkeypatch.setattr(target.kernel, "sync_volume", None)
    export(project, top / "out", Format.XMP)
    assert sorted(p.name for p in (top / "out").rglob("*.xmp")) == ["a.png.xmp", "c.png.xmp"]


def test_a_sidecar_that_is_there_is_left_and_said(project: Path, top: Path) -> None:
    (top / "folder" / "a.png.xmp").write_text("my edits")
    done = export(project, top / "out", Format.XMP)
    assert (top / "folder" / "a.png.xmp").read_text() == "my edits"
    assert any(note.startswith("Pictures that have a sidecar already: 1.") for note in done.notes)


def test_a_picture_whose_name_leaves_no_room_gets_no_sidecar_and_that_is_said(top: Path) -> None:
    session = Session.open(top / "long.fewshot")
    (top / "folder").mkdir()
    session.open_folder(top / "folder")
    name = "猫" * 83 + ".jpg"
    session.add_pictures([PictureFile(top / "folder" / name, 1, 1)])
    session.add_class("cat")
    session.label(session.answers.ids.tolist(), 1)
    session.close()
    done = export(top / "long.fewshot", top / "out", Format.XMP)
    assert (done.pictures, list((top / "out").iterdir())) == (0, [])
    assert any("too long" in note for note in done.notes)


@pytest.mark.parametrize("name", [os.fsdecode(b'caf\xe9, "it".png'), "a\nb.png", "=1+1.png"])
def test_odd_file_names_reach_every_format(top: Path, name: str) -> None:
    session = Session.open(top / "odd.fewshot")
    (top / "folder").mkdir()
    session.open_folder(top / "folder")
    session.add_pictures([PictureFile(top / "folder" / name, 1, 1)])
    session.add_class("cat")
    session.label(session.answers.ids.tolist(), 1)
    session.close()
    for format in Format:
        assert export(top / "odd.fewshot", top / f"out {format}", format).by_person == 1
    assert (top / "out xmp" / f"{name}.xmp").is_file()


def test_a_project_without_pictures_or_without_a_file_is_refused(top: Path, project: Path) -> None:
    Session.open(top / "new.fewshot").close()
    with pytest.raises(SessionError, match="no folder of pictures"):
        export(top / "new.fewshot", top / "out", Format.CSV)
    with pytest.raises(ProjectError, match="There is no project"):
        export(top / "gone.fewshot", top / "out", Format.CSV)
    with pytest.raises(ProjectError, match="is not a Fewshot GUI project"):
        export(top / "folder" / "a.png", top / "out", Format.CSV)
    with pytest.raises(SessionError, match="folder that exists"):
        export(project, top / "no" / "out", Format.CSV)


def test_a_read_only_project_can_be_exported(project: Path, top: Path, tmp_path: Path) -> None:
    shut = tmp_path / "shut"
    shut.mkdir()
    (shut / "pets.fewshot").write_bytes(project.read_bytes())
    (shut / "pets.fewshot").chmod(0o400)
    shut.chmod(0o500)
    try:
        assert export(shut / "pets.fewshot", top / "out.csv", Format.CSV).pictures == 5
        assert [path.name for path in shut.iterdir()] == ["pets.fewshot"]
    finally:
        shut.chmod(0o700)


@pytest.fixture(autouse=True)
def nothing_in_temporary_places(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """The copy that is read goes when it was read."""
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(place))
    yield
    assert not list(place.iterdir())
