"""Classes and labels: what a person does in a session, and that all of it can be undone."""

from collections.abc import Callable
from pathlib import Path

import pytest

from fewshot_gui.engine import Read
from fewshot_gui.images.find import PictureFile
from fewshot_gui.session import NONE_OF_THESE, Change, Filter, OperationName, Session, SessionError, State


@pytest.fixture
def ids(session: Session, tmp_path: Path) -> list[int]:
    """Six pictures of an open folder."""
    folder = tmp_path / "folder"
    folder.mkdir()
    session.open_folder(folder)
    session.add_pictures([PictureFile(folder / f"{n}.png", 10, 1) for n in range(6)])
    return session.answers.ids.tolist()


def names(session: Session) -> list[str]:
    return [info.name for info in session.classes]


def said(session: Session) -> dict[int, int]:
    """All human labels by picture."""
    classes = [*(c.id for c in session.classes), NONE_OF_THESE]
    return {picture: class_id for class_id in classes for picture in session.examples(class_id)}


def test_classes_come_in_the_order_they_were_made_each_in_its_own_colour(session: Session) -> None:
    made = [session.add_class(name)[0] for name in ("cat", "dog", "fox")]
    assert [c.id for c in session.classes] == made
    assert [c.position for c in session.classes] == [0, 1, 2]
    assert len({c.colour for c in session.classes}) == 3


def test_a_class_without_a_name_is_called_after_its_number(session: Session) -> None:
    session.add_class("class 2")
    session.add_class()
    session.add_class()
    assert names(session) == ["class 2", "Class 3", "Class 4"]


@pytest.mark.parametrize("name", ["", "  \n "])
def test_a_class_needs_a_name_that_can_be_seen(session: Session, name: str) -> None:
    cat, _ = session.add_class("cat")
    with pytest.raises(SessionError, match="needs a name"):
        session.rename_class(cat, name)
    assert names(session) == ["cat"]


@pytest.mark.parametrize("name", ["Café", "CAFÉ", " café ", "cafe\u0301", "Café\n"])
def test_no_two_classes_may_look_the_same(session: Session, name: str) -> None:
    session.add_class("café")
    dog, _ = session.add_class("dog")
    with pytest.raises(SessionError, match="already"):
        session.add_class(name)
    with pytest.raises(SessionError, match="already"):
        session.rename_class(dog, name)
    assert names(session) == ["café", "dog"]


def test_a_class_may_be_renamed_in_its_own_letters(session: Session) -> None:
    cat, _ = session.add_class("cat")
    assert session.rename_class(cat, "Cat").classes
    assert names(session) == ["Cat"]
    assert session.rename_class(cat, " Cat ") == Change()


def test_renaming_and_moving_cards_does_not_ask_the_machine_again(session: Session) -> None:
    cat, added = session.add_class("cat")
    session.add_class("dog")
    assert not added.support
    assert not session.rename_class(cat, "lynx").support
    assert not session.move_class(cat, 1).support


def test_the_fifty_first_class_is_refused_and_the_first_deleted_makes_room(session: Session) -> None:
    for _ in range(50):
        session.add_class()
    with pytest.raises(SessionError, match="50 classes are the most"):
        session.add_class("one more")
    assert len({c.colour for c in session.classes}) == 50
    session.delete_class(session.classes[0].id)
    session.add_class("one more")
    assert len(session.classes) == 50


def test_a_card_can_be_moved_anywhere(session: Session) -> None:
    a, b, c = (session.add_class(name)[0] for name in "abc")
    session.move_class(a, 2)
    assert names(session) == ["b", "c", "a"]
    session.move_class(a, 0)
    session.move_class(b, 99)
    assert names(session) == ["a", "c", "b"]
    session.move_class(c, -1)
    assert names(session) == ["c", "a", "b"]
    session.undo()
    assert names(session) == ["a", "c", "b"]
    assert session.move_class(a, 0) == Change()


def test_undo_puts_a_deleted_card_back_to_its_place_whatever_was_done_to_the_others(session: Session) -> None:
    a, _, c = (session.add_class(name)[0] for name in "abc")
    session.move_class(c, 0)
    session.delete_class(c)
    session.rename_class(a, "A")
    session.undo()
    session.undo()
    assert names(session) == ["c", "a", "b"]
    assert [info.position for info in session.classes] == [0, 1, 2]


def test_deleting_a_class_takes_its_labels_and_undo_brings_both_back(session: Session, ids: list[int]) -> None:
    cat, dog = (session.add_class(name)[0] for name in ("cat", "dog"))
    session.label(ids[:3], cat)
    session.label(ids[3:4], dog)
    before, classes = said(session), session.classes
    change = session.delete_class(cat)
    assert change.pictures == set(ids[:3])
    assert said(session) == {ids[3]: dog}
    assert session.undo_name == OperationName("delete-class", 3, "cat")
    session.undo()
    assert said(session) == before
    assert session.classes == classes


def test_a_class_id_is_never_given_twice(session: Session) -> None:
    cat, _ = session.add_class("cat")
    session.undo()
    dog, _ = session.add_class("dog")
    session.delete_class(dog)
    assert session.add_class("fox")[0] not in (cat, dog)


def test_a_label_makes_a_picture_an_example_and_can_be_taken_back(session: Session, ids: list[int]) -> None:
    cat, _ = session.add_class("cat")
    change = session.label([ids[1], ids[0]], cat)
    assert change.pictures == {ids[0], ids[1]}
    assert change.support and change.classes
    assert session.examples(cat) == [ids[1], ids[0]]
    assert session.decision(ids[1]).state is State.HUMAN
    assert session.decision(ids[1]).class_id == cat
    session.label([ids[1]], None)
    assert session.human_label(ids[1]) is None
    assert session.decision(ids[1]).state is State.WAITING
    assert session.examples(cat) == [ids[0]]


def test_a_new_label_replaces_the_old_one(session: Session, ids: list[int]) -> None:
    cat, dog = (session.add_class(name)[0] for name in ("cat", "dog"))
    session.label(ids[:2], cat)
    session.label(ids[1:3], dog)
    assert said(session) == {ids[0]: cat, ids[1]: dog, ids[2]: dog}
    session.undo()
    assert said(session) == {ids[0]: cat, ids[1]: cat}


def test_saying_the_same_again_changes_nothing_and_cannot_be_undone(session: Session, ids: list[int]) -> None:
    cat, _ = session.add_class("cat")
    session.label(ids[:2], cat)
    assert session.label(ids[:2], cat) == Change()
    assert session.label([ids[5]], None) == Change()
    assert session.undo_name == OperationName("label", 2, "cat")


def test_none_of_these_is_a_label_of_its_own(session: Session, ids: list[int]) -> None:
    session.label(ids[:1], NONE_OF_THESE)
    assert session.human_label(ids[0]) == NONE_OF_THESE
    assert session.decision(ids[0]).state is State.HUMAN
    assert session.decision(ids[0]).class_id is None
    assert session.view(Filter.UNKNOWN).tolist() == ids[:1]
    assert session.undo_name == OperationName("none", 1, "")


def test_examples_stand_in_the_order_they_were_given_also_after_undo_and_reopening(
    session: Session, ids: list[int], file: Path
) -> None:
    cat, dog = (session.add_class(name)[0] for name in ("cat", "dog"))
    for picture in (ids[4], ids[0], ids[2]):
        session.label([picture], cat)
    session.label([ids[4]], dog)
    session.undo()
    assert session.examples(cat) == [ids[4], ids[0], ids[2]]
    session.close()
    again = Session.open(file)
    assert again.examples(cat) == [ids[4], ids[0], ids[2]]
    again.close()


Operation = Callable[[Session, list[int], Path], object]
OPERATIONS: dict[str, Operation] = {
    "add-class": lambda s, ids, top: s.add_class("new"),
    "rename-class": lambda s, ids, top: s.rename_class(s.classes[0].id, "renamed"),
    "move-class": lambda s, ids, top: s.move_class(s.classes[0].id, 1),
    "delete-class": lambda s, ids, top: s.delete_class(s.classes[0].id),
    "label": lambda s, ids, top: s.label(ids[2:5], s.classes[1].id),
    "unlabel": lambda s, ids, top: s.label(ids[:2], None),
    "none": lambda s, ids, top: s.label(ids[1:4], NONE_OF_THESE),
    "add-examples": lambda s, ids, top: s.add_examples(s.classes[1].id, [top / "examples" / "red"]),
    "pasted": lambda s, ids, top: s.add_image_data(s.classes[0].id, b"png", "clipboard"),
    "import-classes": lambda s, ids, top: s.import_class_folders(top / "examples"),
}


@pytest.mark.usefixtures("examples")
@pytest.mark.parametrize("kind", OPERATIONS)
def test_every_operation_is_undone_in_one_step_and_done_again_also_after_reopening(
    session: Session, ids: list[int], file: Path, tmp_path: Path, kind: str
) -> None:
    cat, dog = (session.add_class(name)[0] for name in ("cat", "dog"))
    session.label(ids[:2], cat)
    session.label(ids[2:3], dog)
    before = session.classes, said(session)
    name_before = session.undo_name
    OPERATIONS[kind](session, ids, tmp_path)
    after = session.classes, said(session)
    assert after != before
    name = session.undo_name
    session.undo()
    assert (session.classes, said(session)) == before
    assert (session.undo_name, session.redo_name) == (name_before, name)
    session.redo()
    assert (session.classes, said(session)) == after
    session.close()
    again = Session.open(file)
    assert (again.classes, said(again)) == after
    assert again.undo_name == name
    again.undo()
    assert (again.classes, said(again)) == before
    again.close()


def test_undo_and_redo_without_anything_to_undo_do_nothing(session: Session) -> None:
    assert session.undo() == Change()
    assert session.redo() == Change()
    assert session.undo_name is None
    assert session.redo_name is None


def test_what_was_undone_cannot_be_done_again_after_something_else(session: Session) -> None:
    session.add_class("cat")
    session.undo()
    session.add_class("dog")
    assert session.redo_name is None
    session.redo()
    assert names(session) == ["dog"]


def test_the_request_lists_examples_alike_however_they_came(session: Session, ids: list[int]) -> None:
    cat, dog = (session.add_class(name)[0] for name in ("cat", "dog"))
    session.label([ids[3]], dog)
    assert session.request() is None
    session.label([ids[1], ids[0]], cat)
    one = session.request()
    session.label([ids[0]], dog)
    session.label([ids[0]], cat)
    session.label([ids[5]], cat)
    session.undo()
    assert one is not None
    assert one.examples == ((ids[0], cat), (ids[1], cat), (ids[3], dog))
    assert session.request() == one


def test_none_of_these_counts_as_a_class_to_learn_from(session: Session, ids: list[int]) -> None:
    cat, _ = session.add_class("cat")
    session.label(ids[:1], cat)
    session.label(ids[1:2], NONE_OF_THESE)
    request = session.request()
    assert request is not None
    assert request.examples == ((ids[0], cat), (ids[1], NONE_OF_THESE))


def test_an_unreadable_example_is_not_learned_from(session: Session, ids: list[int]) -> None:
    cat, dog = (session.add_class(name)[0] for name in ("cat", "dog"))
    session.label(ids[:2], cat)
    session.label(ids[2:3], dog)
    change = session.record([Read(ids[0], None, "It is damaged.")])
    assert change.support
    assert change.sentences == ('"0.png" can\'t be an example: It is damaged.',)
    request = session.request()
    assert request is not None
    assert request.examples == ((ids[1], cat), (ids[2], dog))
    assert session.record([Read(ids[0], "digest")]).support
    assert len(session.request().examples) == 3  # type: ignore[union-attr]


def test_the_same_content_in_two_classes_is_said_once_it_is_known(session: Session, ids: list[int]) -> None:
    cat, dog = (session.add_class(name)[0] for name in ("cat", "dog"))
    session.label([ids[0]], cat)
    session.label([ids[1]], dog)
    session.label([ids[2]], cat)
    change = session.record([Read(ids[0], "same"), Read(ids[1], "same"), Read(ids[2], "same")])
    assert change.sentences == ('"0.png" (cat) and "1.png" (dog) are the same picture. Take one of them back.',)
    assert session.record([Read(ids[0], "same")]).sentences == ()
    session.label([ids[1]], None)
    assert session.contradictions() == []


def test_the_same_content_in_two_classes_is_also_said_when_it_is_labelled_after_reading(
    session: Session, ids: list[int]
) -> None:
    cat, dog = (session.add_class(name)[0] for name in ("cat", "dog"))
    session.record([Read(ids[0], "same"), Read(ids[1], "same")])
    assert session.label([ids[0]], cat).sentences == ()
    assert "same picture" in session.label([ids[1]], dog).sentences[0]
    assert "none of these" in session.label([ids[1]], NONE_OF_THESE).sentences[0]


def test_what_is_read_of_pictures_that_the_project_does_not_have_is_passed_over(session: Session) -> None:
    assert session.record([Read(99, "digest"), Read(98, None, "It is damaged.")]) == Change()
    session.writing()()
