"""Projects and the opened folder: what is shown, what is kept, what is found again."""

from pathlib import Path

import pytest

from fewshot_gui.engine import Read
from fewshot_gui.images.errors import GONE
from fewshot_gui.images.find import PictureFile
from fewshot_gui.paths import data_folder
from fewshot_gui.project.errors import ProjectError
from fewshot_gui.project.rows import MachineColumns
from fewshot_gui.session import Filter, Session, State
from tests.picture_folders import animals_below, labels, look_through, put, shown


@pytest.fixture
def animals(tmp_path: Path) -> Path:
    return animals_below(tmp_path)


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


def test_what_a_stopped_search_has_noted_is_not_shown_in_the_folder_opened_next(
    session: Session, animals: Path, tmp_path: Path
) -> None:
    session.open_folder(animals)
    found = PictureFile(put(animals / "late.jpg"), 3, 1)
    session.note_found((), [found])  # written, and never taken
    other = tmp_path / "another folder"
    other.mkdir()
    session.open_folder(other)
    assert session.counts().all == 0
