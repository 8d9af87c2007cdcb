"""What a person said of a picture follows its content: folders moved, pictures renamed, renumbered and swapped."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from fewshot_gui.engine import Read
from fewshot_gui.images.decode import content_hash
from fewshot_gui.images.errors import GONE
from fewshot_gui.images.find import PictureFile, find_pictures
from fewshot_gui.session import NONE_OF_THESE, Change, Session, State

Paint = Callable[..., Path]


@pytest.fixture
def folder(tmp_path: Path, paint: Paint) -> Path:
    """Six pictures, IMG_1 to IMG_6, of one size in bytes, so that only the content tells them apart."""
    place = tmp_path / "summer"
    for number in range(1, 7):
        path = paint(place / f"IMG_{number}.png", "red")
        path.write_bytes(path.read_bytes().ljust(4000, b"\0"))
    return place


@pytest.fixture
def session(quick_path: Path, folder: Path) -> Iterator[Session]:
    """IMG_1 and IMG_2 are cats, IMG_3 is a dog, IMG_4 none of these; all have been read."""
    session = Session.open(quick_path / "a.fewshot")
    session.open_folder(folder)
    scan(session)
    cat, _ = session.add_class("cat")
    dog, _ = session.add_class("dog")
    session.label(ids(session, "IMG_1.png", "IMG_2.png"), cat)
    session.label(ids(session, "IMG_3.png"), dog)
    session.label(ids(session, "IMG_4.png"), NONE_OF_THESE)
    yield session
    session.close()


def scan(session: Session) -> None:
    """Look through the folder and read everything, as the window does, three files at a time."""
    assert session.folder is not None
    files = [f for f in find_pictures(session.folder) if isinstance(f, PictureFile)]
    relinker = session.relinker()
    for begin in range(0, len(files), 3):
        session.take_found(session.note_found(*relinker.find(files[begin : begin + 3])))
    session.note_gone(relinker.gone())
    assert session.scan_finished([f.path for f in files]) == Change()  # comparing paths finds nothing more
    for item in session.items():
        assert isinstance(item.source, Path)
        session.record([Read(item.id, content_hash(item.source.read_bytes()))])


def ids(session: Session, *names: str) -> list[int]:
    assert session.folder is not None
    return session.ids_of(session.folder / name for name in names)


def said(session: Session) -> dict[str, str]:
    """By path what the person said, of all pictures that are there."""
    assert session.folder is not None
    shown = {}
    for picture_id in session.view().tolist():
        picture, label = session.picture(picture_id), session.human_label(picture_id)
        if picture.problem is None:
            shown[picture.path.relative_to(session.folder).as_posix()] = (
                "" if label is None else session.class_name(label) or "none"
            )
    return shown


def reopened(session: Session) -> dict[str, str]:
    path = session.path
    session.close()
    again = Session.open(path)
    try:
        return said(again)
    finally:
        again.close()


BEFORE = {
    "IMG_1.png": "cat",
    "IMG_2.png": "cat",
    "IMG_3.png": "dog",
    "IMG_4.png": "none",
    "IMG_5.png": "",
    "IMG_6.png": "",
}


def test_renamed_and_moved_pictures_keep_what_was_said(session: Session, folder: Path) -> None:
    (folder / "deeper").mkdir()
    (folder / "IMG_1.png").rename(folder / "deeper" / "the cat.png")
    (folder / "IMG_3.png").rename(folder / "a dog.png")
    scan(session)
    expected = {
        "deeper/the cat.png": "cat",
        "a dog.png": "dog",
        "IMG_2.png": "cat",
        "IMG_4.png": "none",
        "IMG_5.png": "",
        "IMG_6.png": "",
    }
    assert said(session) == expected
    assert len(session.view()) == 6  # nothing is listed twice, as gone and as new
    assert reopened(session) == expected


def test_undo_and_redo_reach_a_picture_under_its_new_name(session: Session, folder: Path) -> None:
    (folder / "IMG_4.png").rename(folder / "new.png")
    (folder / "IMG_3.png").rename(folder / "other.png")
    scan(session)
    session.undo()
    assert said(session)["new.png"] == ""
    session.undo()
    assert said(session)["other.png"] == ""
    session.redo()
    session.redo()
    assert (said(session)["new.png"], said(session)["other.png"]) == ("none", "dog")


def test_renumbering_moves_every_label_with_its_picture(session: Session, folder: Path) -> None:
    for number in range(6, 0, -1):  # a new IMG_1 makes room
        (folder / f"IMG_{number}.png").rename(folder / f"IMG_{number + 1}.png")
    scan(session)
    expected = {f"IMG_{int(name[4]) + 1}.png": label for name, label in BEFORE.items()}
    assert said(session) == expected
    assert reopened(session) == expected


def test_pictures_that_changed_names_with_each_other_are_told_apart(session: Session, folder: Path) -> None:
    one, three, five = (folder / f"IMG_{n}.png" for n in (1, 3, 5))
    one.rename(folder / "x")
    three.rename(one)
    five.rename(three)
    (folder / "x").rename(five)
    os.utime(one, ns=(1, 1))
    os.utime(three, ns=(2, 2))
    os.utime(five, ns=(3, 3))
    scan(session)
    expected = {**BEFORE, "IMG_1.png": "dog", "IMG_3.png": "", "IMG_5.png": "cat"}
    assert said(session) == expected
    assert reopened(session) == expected


def test_a_name_taken_over_by_another_picture_takes_no_label_over(session: Session, folder: Path) -> None:
    (folder / "IMG_3.png").unlink()
    (folder / "IMG_5.png").rename(folder / "IMG_3.png")
    os.utime(folder / "IMG_3.png", ns=(5, 5))
    scan(session)
    assert said(session) == {
        "IMG_1.png": "cat",
        "IMG_2.png": "cat",
        "IMG_3.png": "",
        "IMG_4.png": "none",
        "IMG_6.png": "",
    }
    (gone,) = [i for i in session.view().tolist() if session.picture(i).problem == GONE]
    assert session.class_name(session.human_label(gone)) == "dog"  # it may come back


def test_a_new_picture_under_an_old_name_is_new_although_it_was_seen_first(
    session: Session, folder: Path, paint: Paint
) -> None:
    (folder / "IMG_1.png").rename(folder / "z.png")
    paint(folder / "IMG_1.png", "blue")
    scan(session)
    expected = {**BEFORE, "IMG_1.png": "", "z.png": "cat"}
    assert said(session) == expected
    scan(session)
    assert said(session) == expected
    assert len(session.view()) == 7
    assert reopened(session) == expected


def test_a_copy_takes_nothing_from_a_picture_that_is_still_there(session: Session, folder: Path) -> None:
    shutil.copy2(folder / "IMG_1.png", folder / "copy.png")
    scan(session)
    assert said(session) == {**BEFORE, "copy.png": ""}


def test_another_picture_of_the_same_size_takes_nothing(session: Session, folder: Path, paint: Paint) -> None:
    (folder / "IMG_1.png").unlink()
    new = paint(folder / "IMG_9.png", "blue")
    new.write_bytes(new.read_bytes().ljust(4000, b"\0"))
    scan(session)
    assert said(session)["IMG_9.png"] == ""


def test_of_exact_copies_the_one_that_was_labelled_is_found_first(session: Session, folder: Path) -> None:
    for name in ("IMG_5.png", "IMG_6.png"):
        (folder / name).write_bytes((folder / "IMG_1.png").read_bytes())
    scan(session)
    (folder / "IMG_1.png").unlink()
    (folder / "IMG_5.png").unlink()
    (folder / "IMG_6.png").rename(folder / "kept.png")
    scan(session)
    assert said(session)["kept.png"] == "cat"


def test_a_folder_that_was_moved_and_rearranged_is_found_again(session: Session, folder: Path, tmp_path: Path) -> None:
    new = tmp_path / "archive" / "2026"
    new.mkdir(parents=True)
    folder.rename(new / "holiday")
    (new / "holiday" / "IMG_1.png").rename(new / "best.png")
    session.open_folder(new)
    scan(session)
    labels = {Path(name).name: label for name, label in said(session).items()}
    assert labels == {"best.png": "cat", **{name: label for name, label in BEFORE.items() if name != "IMG_1.png"}}
    assert {Path(name).name: label for name, label in reopened(session).items()} == labels


def test_a_moved_folder_whose_first_pictures_were_deleted_is_found_again(
    session: Session, folder: Path, tmp_path: Path
) -> None:
    (folder / "IMG_1.png").unlink()
    folder.rename(tmp_path / "renamed")
    session.open_folder(tmp_path / "renamed")
    scan(session)
    assert said(session) == {name: label for name, label in BEFORE.items() if name != "IMG_1.png"}


def test_a_picture_labelled_before_it_was_read_is_found_by_name_size_and_time(
    quick_path: Path, folder: Path, tmp_path: Path
) -> None:
    session = Session.open(quick_path / "b.fewshot")
    try:
        session.open_folder(folder)
        session.add_pictures([f for f in find_pictures(folder) if isinstance(f, PictureFile)])
        cat, _ = session.add_class("cat")
        session.label(ids(session, "IMG_2.png"), cat)
        folder.rename(tmp_path / "elsewhere")
        (tmp_path / "elsewhere" / "sub").mkdir()
        for file in list((tmp_path / "elsewhere").glob("*.png")):
            file.rename(tmp_path / "elsewhere" / "sub" / file.name)
        session.open_folder(tmp_path / "elsewhere")
        scan(session)
        assert said(session)["sub/IMG_2.png"] == "cat"
    finally:
        session.close()


def test_an_example_from_elsewhere_that_was_moved_into_the_folder_is_found(
    session: Session, folder: Path, tmp_path: Path, paint: Paint
) -> None:
    outside = paint(tmp_path / "desktop" / "shot.png", "green")
    session.add_examples(session.classes[1].id, [outside])
    for item in session.items():
        assert isinstance(item.source, Path)
        session.record([Read(item.id, content_hash(item.source.read_bytes()))])
    outside.rename(folder / "moved in.png")
    scan(session)
    (picture,) = ids(session, "moved in.png")
    assert session.decision(picture).state is State.HUMAN
    assert said(session)["moved in.png"] == "dog"
