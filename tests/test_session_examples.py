"""Examples: files, folders, pasted pictures and folders of class folders."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from fewshot_gui.engine import Read
from fewshot_gui.images.bring import bring
from fewshot_gui.images.errors import GONE
from fewshot_gui.images.find import FolderError, Skipped, find_pictures
from fewshot_gui.session import Change, Filter, Session, SessionError
from tests.picture_folders import animals_below, labels, look_through, put, shown


@pytest.fixture
def animals(tmp_path: Path) -> Path:
    return animals_below(tmp_path)


def test_files_and_folders_become_examples(session: Session, animals: Path, tmp_path: Path) -> None:
    cat, _ = session.add_class("cat")
    lone = put(tmp_path / "lone.png")
    change = session.add_examples(cat, [lone, animals / "deep", lone])
    assert [session.picture(i).path for i in session.examples(cat)] == [
        lone,
        animals / "deep" / "a.png",
        animals / "deep" / "b.png",
        animals / "deep" / "deep" / "a.png",
    ]
    assert change.sentences == ()
    assert len(shown(session)) == 0
    assert [item.source for item in session.items()] == list(labels(session))


def test_a_file_inside_the_open_folder_labels_the_picture_that_is_shown(
    session: Session, animals: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session.open_folder(animals)
    look_through(session)
    cat, _ = session.add_class("cat")
    (tmp_path / "link").symlink_to(animals)
    monkeypatch.chdir(animals / "deep")
    session.add_examples(
        cat, [animals / "a.png", tmp_path / "link" / "b.png", animals / "deep" / ".." / "c.png", Path("b.png")]
    )
    assert shown(session, Filter.CORRECTED) == [animals / name for name in ("a.png", "b.png", "c.png", "deep/b.png")]
    assert len(shown(session)) == 6


def test_an_example_beside_the_folder_never_gets_into_it(
    session: Session, animals: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in: cd pictures; fewshot-gui sort --examples ../examples --pictures . --action move"""
    example = put(tmp_path / "examples" / "cat" / "1.png")
    monkeypatch.chdir(animals)
    cat, _ = session.add_class("cat")
    session.add_examples(cat, [Path("../examples/cat")])
    session.open_folder(Path())
    look_through(session)
    assert labels(session) == {example: "cat"}
    assert example not in shown(session)
    assert len(shown(session)) == 6


def test_an_example_added_before_its_folder_was_opened_is_part_of_it_afterwards(
    session: Session, animals: Path
) -> None:
    cat, _ = session.add_class("cat")
    session.add_examples(cat, [animals / "b.png"])
    session.open_folder(animals)
    look_through(session)
    assert len(shown(session)) == 6
    assert shown(session, Filter.CORRECTED) == [animals / "b.png"]


def test_an_example_that_moves_to_another_class_is_told(session: Session, animals: Path) -> None:
    cat, dog = (session.add_class(name)[0] for name in ("cat", "dog"))
    session.add_examples(cat, [animals / "a.png", animals / "b.png"])
    change = session.add_examples(dog, [animals / "b.png"])
    assert change.sentences == ('"b.png" moved from cat to dog.',)
    change = session.add_examples(dog, [animals / "a.png", animals / "b.png", animals / "c.png"])
    assert change.sentences == ('"a.png" moved from cat to dog.',)
    assert set(labels(session).values()) == {"dog"}
    assert (
        "and 2 more moved from dog to cat"
        in session.add_examples(cat, [animals / f"{n}.png" for n in "abc"]).sentences[0]
    )


def test_examples_made_known_before_are_taken_as_others_are(session: Session, animals: Path) -> None:
    session.open_folder(animals)
    cat, _ = session.add_class("cat")
    brought = bring([animals / "deep", animals.parent / "nothing.png"], animals)
    before = session.undo_name
    for file in brought.files:
        session.make_known([file])
    assert session.undo_name == before and not session.examples(cat)
    change = session.take_examples(cat, brought)
    assert [session.picture(i).path for i in session.examples(cat)] == [file.path for file in brought.files]
    assert change.done and len(change.sentences) == 1


def test_what_cannot_be_an_example_is_told_and_the_rest_is_taken(
    session: Session, animals: Path, tmp_path: Path
) -> None:
    cat, _ = session.add_class("cat")
    (tmp_path / "empty").mkdir()
    change = session.add_examples(cat, [tmp_path / "missing.png", tmp_path / "empty", animals / "a.png"])
    assert len(change.sentences) == 2
    assert "missing.png" in change.sentences[0] and GONE in change.sentences[0]
    assert change.sentences[1] == f'There are no pictures in "{tmp_path / "empty"}".'
    assert list(labels(session)) == [animals / "a.png"]


def test_nothing_to_add_is_no_operation(session: Session, tmp_path: Path) -> None:
    cat, _ = session.add_class("cat")
    change = session.add_examples(cat, [tmp_path / "missing.png"])
    assert change == Change(sentences=change.sentences)
    assert session.undo_name is not None and session.undo_name.kind == "add-class"


def test_adding_an_example_again_tries_to_read_it_again(session: Session, animals: Path) -> None:
    cat, dog = (session.add_class(name)[0] for name in ("cat", "dog"))
    session.add_examples(cat, [animals / "a.png"])
    session.add_examples(dog, [animals / "b.png"])
    session.record([Read(session.examples(cat)[0], None, "The disk could not deliver it.")])
    assert session.request() is None
    assert session.add_examples(cat, [animals / "a.png"]).support
    assert session.request() is not None


def test_an_example_that_could_not_be_read_is_tried_again_when_the_project_is_opened(
    session: Session, animals: Path, file: Path
) -> None:
    cat, dog = (session.add_class(name)[0] for name in ("cat", "dog"))
    session.add_examples(cat, [animals / "a.png"])
    session.add_examples(dog, [animals / "b.png"])
    session.record([Read(session.examples(cat)[0], None, "The stick is not there.")])
    session.close()
    again = Session.open(file)
    assert again.request() is not None
    again.close()


def test_an_example_outside_the_folder_is_known_by_content_unless_it_changed_meanwhile(
    session: Session, animals: Path, file: Path
) -> None:
    cat, _ = session.add_class("cat")
    session.add_examples(cat, [animals / f"{name}.png" for name in "abc"])
    session.record([Read(picture, f"content {picture}") for picture in session.examples(cat)])
    assert None not in [item.digest for item in session.items()]
    session.close()
    put(animals / "b.png", "edited")
    (animals / "c.png").unlink()
    again = Session.open(file)
    a, b, c = again.examples(cat)
    assert [(item.id, item.digest) for item in again.items()] == [(a, f"content {a}"), (b, None), (c, None)]
    again.record([Read(b, "edited content")])
    assert [item.digest for item in again.items([b])] == ["edited content"]
    again.close()


def test_a_pasted_picture_is_kept_in_the_project(session: Session, file: Path) -> None:
    cat, dog = (session.add_class(name)[0] for name in ("cat", "dog"))
    session.add_image_data(cat, b"the bytes of a PNG", "from a browser")
    (picture,) = session.examples(cat)
    session.close()
    again = Session.open(file)
    assert again.examples(cat) == [picture]
    assert [(item.id, item.source) for item in again.items()] == [(picture, b"the bytes of a PNG")]
    assert again.picture(picture).path == Path("from a browser")
    assert again.picture(picture).problem is None
    assert "same picture" in again.add_image_data(dog, b"the bytes of a PNG", "once more").sentences[0]
    again.close()


# --- class folders


@pytest.mark.usefixtures("examples")
def test_class_folders_become_classes_named_after_them(session: Session, tmp_path: Path) -> None:
    change = session.import_class_folders(tmp_path / "examples")
    assert [c.name for c in session.classes] == ["blue", "green", "red"]
    assert [len(session.examples(c.id)) for c in session.classes] == [3, 3, 3]
    assert change.support and change.classes and len(change.pictures) == 9
    assert session.undo_name is not None
    assert (session.undo_name.kind, session.undo_name.count, session.undo_name.subject) == (
        "import-classes",
        9,
        "examples",
    )
    session.undo()
    assert session.classes == [] and labels(session) == {}


@pytest.mark.usefixtures("examples")
def test_classes_that_are_there_already_get_the_examples(session: Session, tmp_path: Path) -> None:
    red, _ = session.add_class("Red")
    session.import_class_folders(tmp_path / "examples")
    assert [c.name for c in session.classes] == ["Red", "blue", "green"]
    assert len(session.examples(red)) == 3
    before = session.undo_name
    session.import_class_folders(tmp_path / "examples")
    assert session.undo_name == before


def test_folders_that_look_alike_are_one_class(session: Session, tmp_path: Path) -> None:
    for n, name in enumerate(("café", "cafe\u0301", "CAFÉ", "dog")):
        put(tmp_path / "classes" / name / f"{n}.png")
    session.import_class_folders(tmp_path / "classes")
    assert len(session.classes) == 2
    assert sorted(len(session.examples(c.id)) for c in session.classes) == [1, 3]


def test_a_class_folder_with_an_impossible_name_still_gets_one_that_can_be_read(
    session: Session, tmp_path: Path
) -> None:
    broken = tmp_path / "classes" / os.fsdecode(b"caf\xe9")
    try:
        put(broken / "1.png", "x")
    except OSError:
        pytest.skip("this file system takes no such names")
    put(tmp_path / "classes" / "dog" / "1.png")
    session.import_class_folders(tmp_path / "classes")
    assert [c.name for c in session.classes] == ["caf\\xe9", "dog"]


def test_too_many_class_folders_are_refused_whole(session: Session, tmp_path: Path) -> None:
    for n in range(51):
        put(tmp_path / "classes" / f"class {n}" / "1.png")
    with pytest.raises(SessionError, match="50 classes are the most"):
        session.import_class_folders(tmp_path / "classes")
    assert session.classes == [] and session.undo_name is None


@pytest.mark.parametrize(("make", "words"), [(Path.mkdir, "no sub-folders"), (Path.touch, "file"), (None, "not exist")])
def test_a_folder_without_class_folders_is_refused(
    session: Session, tmp_path: Path, make: Callable[[Path], None] | None, words: str
) -> None:
    if make:
        make(tmp_path / "classes")
    with pytest.raises((SessionError, FolderError), match=words):
        session.import_class_folders(tmp_path / "classes")
    assert session.undo_name is None


def test_a_folder_that_is_passed_over_is_told(session: Session, animals: Path) -> None:
    (animals / "deep" / "film.heic").touch()
    if not any(isinstance(found, Skipped) for found in find_pictures(animals)):
        pytest.skip("HEIC can be read here")
    cat, _ = session.add_class("cat")
    change = session.add_examples(cat, [animals / "deep"])
    assert len(change.sentences) == 1 and "film.heic" in change.sentences[0]
    assert len(session.examples(cat)) == 3


def test_a_new_class_of_files_is_one_step_of_undo(session: Session, animals: Path) -> None:
    class_id, change = session.new_class_from([animals / "a.png", animals / "deep"], "cat")
    assert class_id is not None and change.done
    assert len(session.examples(class_id)) == len(change.pictures) > 1
    session.undo()
    assert session.classes == [] and labels(session) == {}


def test_no_class_is_made_of_what_holds_no_picture(session: Session, tmp_path: Path) -> None:
    note = tmp_path / "note.txt"
    note.write_text("hello")
    (tmp_path / "empty").mkdir()
    class_id, change = session.new_class_from([note, tmp_path / "empty"], "cat")
    assert class_id is None and session.classes == [] and session.undo_name is None
    assert change.sentences[0] == f'"{note}" can\'t be used. Its name does not end as that of a picture does.'
    assert "no pictures" in change.sentences[1]


def test_a_new_class_can_not_have_a_name_that_is_taken(session: Session, animals: Path) -> None:
    session.add_class("cat")
    with pytest.raises(SessionError, match="already"):
        session.new_class_from([animals / "a.png"], "Cat")
    assert labels(session) == {}
