"""The opened folder and the examples from elsewhere: what is shown, what is kept, what is found again."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from fewshot_gui.engine import Read
from fewshot_gui.images.errors import GONE
from fewshot_gui.images.find import FolderError, PictureFile, Skipped, find_pictures
from fewshot_gui.paths import data_folder
from fewshot_gui.project.errors import ProjectError
from fewshot_gui.project.rows import MachineColumns
from fewshot_gui.session import Change, Filter, Session, SessionError, State


@pytest.fixture
def file(quick_path: Path) -> Path:
    return quick_path / "a.fewshot"


@pytest.fixture
def session(file: Path) -> Iterator[Session]:
    session = Session.open(file)
    yield session
    session.close()


def put(path: Path, content: str = "") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content or str(path))
    return path


def look_through(session: Session) -> list[Path]:
    """What the window and the command line do with an opened folder; returns the pictures in it."""
    assert session.folder is not None
    found = [f for f in find_pictures(session.folder) if isinstance(f, PictureFile)]
    session.add_pictures(found)
    session.scan_finished(f.path for f in found)
    return [f.path for f in found]


def shown(session: Session, which: Filter = Filter.ALL) -> list[Path]:
    return [session.picture(i).path for i in session.view(which).tolist()]


def labels(session: Session) -> dict[Path, str]:
    return {session.picture(i).path: info.name for info in session.classes for i in session.examples(info.id)}


@pytest.fixture
def animals(tmp_path: Path) -> Path:
    """A folder of six files with the names of pictures; nothing here looks inside them."""
    for name in ("a.png", "b.png", "c.png", "deep/a.png", "deep/b.png", "deep/deep/a.png"):
        put(tmp_path / "animals" / name)
    return tmp_path / "animals"


# --- projects


def test_a_session_without_a_path_gets_a_new_project_in_the_data_folder(tmp_path: Path) -> None:
    one, two = Session.open(), Session.open()
    assert one.path != two.path
    assert one.path.parent == two.path.parent == (data_folder() / "projects").resolve()
    one.close()
    two.close()


def test_a_data_folder_that_cannot_be_made_is_told_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FEWSHOT_GUI_DATA", str(put(tmp_path / "a file") / "data"))
    with pytest.raises(ProjectError, match="can't be made in"):
        Session.open()


def test_a_project_is_open_in_one_session_at_a_time(session: Session, file: Path) -> None:
    with pytest.raises(ProjectError, match="already open"):
        Session.open(file)


def test_a_copy_holds_everything_and_is_a_project_of_its_own(session: Session, animals: Path, quick_path: Path) -> None:
    session.open_folder(animals)
    look_through(session)
    cat, _ = session.add_class("cat")
    session.label(session.answers.ids.tolist()[:2], cat)
    session.copy_to(quick_path / "copy.fewshot")
    copy = Session.open(quick_path / "copy.fewshot")
    assert labels(copy) == labels(session)
    copy.delete_class(cat)
    assert len(labels(session)) == 2
    copy.close()


# --- the folder


def test_pictures_are_shown_once_in_the_order_they_are_found(session: Session, animals: Path) -> None:
    session.open_folder(animals)
    found = look_through(session)
    look_through(session)
    assert shown(session) == found
    assert len(found) == 6


def test_a_folder_is_the_same_however_it_is_spelled(session: Session, animals: Path, tmp_path: Path) -> None:
    session.open_folder(animals)
    look_through(session)
    (tmp_path / "link").symlink_to(animals)
    for other in (animals / "deep" / "..", tmp_path / "link"):
        session.open_folder(other)
        assert session.folder == animals
        assert len(look_through(session)) == 6
        assert len(shown(session)) == 6


def test_another_folder_keeps_the_examples_of_the_first_and_coming_back_finds_them(
    session: Session, animals: Path, tmp_path: Path, file: Path
) -> None:
    session.open_folder(animals)
    look_through(session)
    cat, _ = session.add_class("cat")
    example = session.answers.ids.tolist()[1]
    session.label([example], cat)
    put(tmp_path / "plants" / "rose.png")
    session.open_folder(tmp_path / "plants")
    look_through(session)
    assert shown(session) == [tmp_path / "plants" / "rose.png"]
    assert labels(session) == {animals / "b.png": "cat"}
    assert session.decision(example).state is State.HUMAN
    assert not session.picture(example).in_folder
    session.close()
    again = Session.open(file)
    assert again.folder == tmp_path / "plants"
    again.open_folder(animals)
    look_through(again)
    assert len(shown(again)) == 6
    assert shown(again, Filter.CORRECTED) == [animals / "b.png"]
    assert again.picture(example).in_folder
    again.close()


@pytest.mark.parametrize("way", ["deeper first", "higher first"])
def test_folders_of_one_name_inside_each_other_are_never_mixed_up(session: Session, tmp_path: Path, way: str) -> None:
    """Opening a folder above or below changes every relative path at once; deep/a.png becomes what a.png was."""
    top = tmp_path / "deep"
    files = [put(top / name) for name in ("a.png", "deep/a.png", "deep/deep/a.png")]
    folders = [top, top / "deep", top / "deep" / "deep"]
    session.open_folder(folders[0])
    look_through(session)
    for n, path in enumerate(files):
        class_id, _ = session.add_class(f"level {n}")
        session.label(session.ids_of([path]), class_id)
    expected = {path: f"level {n}" for n, path in enumerate(files)}
    order = (
        [*folders, *reversed(folders)] if way == "deeper first" else [folders[2], folders[0], folders[1], folders[0]]
    )
    for folder in order:
        session.open_folder(folder)
        look_through(session)
        assert labels(session) == expected
        assert shown(session) and all(path.is_relative_to(folder) for path in shown(session))
        assert not shown(session, Filter.UNREADABLE)


def test_a_folder_that_was_moved_or_renamed_is_found_again_with_its_labels(
    session: Session, animals: Path, tmp_path: Path, file: Path
) -> None:
    session.open_folder(animals)
    look_through(session)
    cat, _ = session.add_class("cat")
    session.label(session.ids_of([animals / "deep" / "b.png"]), cat)
    session.close()
    moved = tmp_path / "elsewhere" / "beasts"
    moved.parent.mkdir()
    animals.rename(moved)
    again = Session.open(file)
    again.open_folder(moved)
    look_through(again)
    assert labels(again) == {moved / "deep" / "b.png": "cat"}
    assert len(shown(again)) == 6
    assert not shown(again, Filter.UNREADABLE)
    again.close()


def test_another_folder_with_the_same_names_is_not_taken_for_the_one_that_is_gone(
    session: Session, animals: Path, tmp_path: Path
) -> None:
    session.open_folder(animals)
    look_through(session)
    cat, _ = session.add_class("cat")
    session.label(session.ids_of([animals / "a.png"]), cat)
    animals.rename(tmp_path / "hidden")
    put(tmp_path / "other" / "a.png", "another picture altogether")
    session.open_folder(tmp_path / "other")
    look_through(session)
    assert session.human_label(session.ids_of([tmp_path / "other" / "a.png"])[0]) is None
    assert labels(session) == {animals / "a.png": "cat"}


def test_a_folder_that_still_exists_was_not_moved_even_if_the_new_one_is_its_copy(
    session: Session, animals: Path, tmp_path: Path
) -> None:
    session.open_folder(animals)
    look_through(session)
    cat, _ = session.add_class("cat")
    session.label(session.ids_of([animals / "a.png"]), cat)
    put(tmp_path / "copy" / "a.png", (animals / "a.png").read_text())
    session.open_folder(tmp_path / "copy")
    look_through(session)
    assert labels(session) == {animals / "a.png": "cat"}


def test_vanished_pictures_are_unreadable_and_readable_again_once_they_are_back(
    session: Session, animals: Path
) -> None:
    session.open_folder(animals)
    look_through(session)
    (animals / "b.png").rename(animals.parent / "b.png")
    found = [p for p in shown(session) if p.name != "b.png" or p.parent != animals]
    change = session.scan_finished(found)
    (gone,) = session.ids_of([animals / "b.png"])
    assert change.pictures == {gone}
    assert session.decision(gone).state is State.UNREADABLE
    assert session.decision(gone).reason == GONE
    assert session.counts().unreadable == 1
    assert gone not in [item.id for item in session.items()]
    (animals.parent / "b.png").rename(animals / "b.png")
    look_through(session)
    assert session.decision(gone).state is State.WAITING
    assert gone in [item.id for item in session.items()]


def test_a_vanished_example_is_told_and_no_longer_learned_from(session: Session, animals: Path) -> None:
    session.open_folder(animals)
    look_through(session)
    cat, dog = (session.add_class(name)[0] for name in ("cat", "dog"))
    ids = session.answers.ids.tolist()
    session.label(ids[:1], cat)
    session.label(ids[1:2], dog)
    (animals / "a.png").unlink()
    change = session.scan_finished(p for p in shown(session) if p != animals / "a.png")
    assert change.support
    assert change.sentences == (f'"a.png" can\'t be an example: {GONE}',)
    assert session.request() is None


def test_a_picture_that_looking_through_passes_over_is_not_taken_for_gone(session: Session, animals: Path) -> None:
    session.open_folder(animals)
    cat, _ = session.add_class("cat")
    session.add_examples(cat, [put(animals / ".hidden.png"), put(animals / "no suffix")])
    look_through(session)
    assert session.counts().unreadable == 0
    assert session.counts().all == 8


def test_a_file_that_changed_is_read_anew_and_what_was_said_of_its_old_content_is_forgotten(
    session: Session, animals: Path
) -> None:
    session.open_folder(animals)
    look_through(session)
    (changed,) = session.ids_of([animals / "a.png"])
    session.record([Read(changed, "old content")])
    session.answers.restore(MachineColumns([changed], [1], [0.9], [False]))
    put(animals / "a.png", "something else")
    look_through(session)
    assert [item.digest for item in session.items() if item.id == changed] == [None]
    assert session.decision(changed).state is State.WAITING


def test_an_old_result_of_reading_is_not_written_for_a_file_that_changed(
    session: Session, animals: Path, file: Path
) -> None:
    session.open_folder(animals)
    look_through(session)
    (changed,) = session.ids_of([animals / "a.png"])
    session.record([Read(changed, "old content")])
    put(animals / "a.png", "something else")
    look_through(session)
    session.close()
    again = Session.open(file)
    assert [item.digest for item in again.items() if item.id == changed] == [None]
    again.close()


def test_a_picture_that_could_not_be_read_is_tried_again_and_shown_as_such_meanwhile(
    session: Session, animals: Path, file: Path
) -> None:
    session.open_folder(animals)
    look_through(session)
    cat, _ = session.add_class("cat")
    (locked,) = session.ids_of([animals / "a.png"])
    session.label([locked], cat)
    session.record([Read(locked, None, "You have no permission to read it.")])
    session.close()
    again = Session.open(file)
    look_through(again)
    assert locked in [item.id for item in again.items()]
    assert again.decision(locked).state is State.UNREADABLE
    change = again.record([Read(locked, "content")])
    assert change.support and change.pictures == {locked}
    assert again.decision(locked).state is State.HUMAN
    again.close()


def test_pictures_moved_by_sorting_keep_their_labels_at_their_new_places(
    session: Session, animals: Path, tmp_path: Path, file: Path
) -> None:
    session.open_folder(animals)
    look_through(session)
    cat, _ = session.add_class("cat")
    old, new = animals / "a.png", tmp_path / "sorted" / "cat" / "a.png"
    session.label(session.ids_of([old]), cat)
    new.parent.mkdir(parents=True)
    old.rename(new)
    session.relocate({old: new})
    look_through(session)
    assert labels(session) == {new: "cat"}
    assert old not in shown(session)
    new.rename(old)
    session.relocate({new: old})
    look_through(session)
    assert labels(session) == {old: "cat"}
    assert old in shown(session)


# --- examples


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
