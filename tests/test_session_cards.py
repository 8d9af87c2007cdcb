"""Recolouring, merging and splitting classes: one step of undo each, with all that was said of their pictures."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from fewshot_gui.session import NONE_OF_THESE, Change, OperationName, Session, SessionError
from tests.made_up import answer, session_of


@pytest.fixture
def session(quick_path: Path) -> Iterator[Session]:
    session = session_of(quick_path / "a.fewshot", quick_path, range(8))
    yield session
    session.close()


@pytest.fixture
def ids(session: Session) -> list[int]:
    return session.answers.ids.tolist()


@pytest.fixture
def cards(session: Session, ids: list[int]) -> list[int]:
    """cat with the first three pictures, dog with the fourth, fox with the fifth."""
    cards = [session.add_class(name)[0] for name in ("cat", "dog", "fox")]
    session.label(ids[:3], cards[0])
    session.label(ids[3:4], cards[1])
    session.label(ids[4:5], cards[2])
    return cards


def everything(session: Session) -> tuple[object, ...]:
    """All that a person sees of the classes, and all that is kept of the judgements."""
    examples = {info.id: session.examples(info.id) for info in session.classes}
    return list(session.classes), examples, dict(session.rejections), dict(session.judgements)


def names(session: Session) -> list[str]:
    return [info.name for info in session.classes]


def machine_says(session: Session, class_id: int, classes: list[int]) -> None:
    ids = session.answers.ids
    answer(session, classes, ids, [[0.9 if c == class_id else 0.05 for c in classes]] * len(ids))


def test_a_class_takes_another_colour(session: Session, cards: list[int]) -> None:
    session.recolour_class(cards[0], 7)
    assert session.class_info(cards[0]).colour == 7
    assert session.undo_name == OperationName("recolour-class", 1, "cat")
    session.undo()
    assert session.class_info(cards[0]).colour == 0
    assert session.recolour_class(cards[0], 0) == Change()


def test_two_classes_never_have_one_colour_they_change_theirs(session: Session, cards: list[int]) -> None:
    session.recolour_class(cards[0], session.class_info(cards[2]).colour)
    assert [info.colour for info in session.classes] == [2, 1, 0]
    session.undo()
    assert [info.colour for info in session.classes] == [0, 1, 2]


def test_merging_moves_the_examples_and_removes_the_card(session: Session, ids: list[int], cards: list[int]) -> None:
    before = everything(session)
    change = session.merge_classes(cards[0], cards[1])
    assert change.support and change.classes and change.pictures == set(ids[:3])
    assert names(session) == ["dog", "fox"]
    assert [info.position for info in session.classes] == [0, 1]
    assert sorted(session.examples(cards[1])) == ids[:4]
    assert session.undo_name == OperationName("merge-classes", 3, "cat\ndog")
    session.undo()
    assert everything(session) == before


def test_a_class_is_not_merged_into_itself(session: Session, cards: list[int]) -> None:
    assert session.merge_classes(cards[0], cards[0]) == Change()
    assert names(session) == ["cat", "dog", "fox"]


def test_after_merging_nothing_speaks_of_the_class_that_is_gone(
    session: Session, ids: list[int], cards: list[int]
) -> None:
    cat, dog, _ = cards
    machine_says(session, cat, cards)
    session.label([ids[5]], dog)
    session.reject([ids[6]])
    session.reject([ids[7]], dog)
    assert session.judgements[ids[5]].machine_id == cat
    before = everything(session)
    session.merge_classes(cat, dog)
    assert session.judgements[ids[5]].machine_id == dog
    assert ids[6] not in session.rejections
    assert session.rejections[ids[7]] == {dog}
    session.undo()
    assert everything(session) == before
    session.redo()
    assert session.rejections == {ids[7]: frozenset({dog})}


def test_splitting_makes_new_cards_right_below(session: Session, ids: list[int], cards: list[int]) -> None:
    before = everything(session)
    change = session.split_class(cards[0], [("tabby", [ids[0]]), ("cat", [ids[1]]), ("lion", [ids[2]])])
    assert change.support
    assert names(session) == ["tabby", "cat", "lion", "dog", "fox"]
    assert [info.position for info in session.classes] == [0, 1, 2, 3, 4]
    assert len({info.colour for info in session.classes}) == 5
    assert [session.examples(info.id) for info in session.classes[:3]] == [[ids[0]], [ids[1]], [ids[2]]]
    assert session.classes[0].id == cards[0]
    assert session.undo_name == OperationName("split-class", 2, "cat")
    session.undo()
    assert everything(session) == before
    session.redo()
    assert names(session) == ["tabby", "cat", "lion", "dog", "fox"]


def test_what_is_not_of_a_class_is_not_of_its_parts(session: Session, ids: list[int], cards: list[int]) -> None:
    session.reject([ids[6]], cards[0])
    session.split_class(cards[0], [("cat", ids[:2]), ("lion", ids[2:3])])
    assert session.rejections[ids[6]] == {cards[0], session.classes[1].id}


def test_where_the_machine_was_right_it_stays_right_after_splitting(
    session: Session, ids: list[int], cards: list[int]
) -> None:
    machine_says(session, cards[0], cards)
    session.label(ids[5:7], cards[0])
    session.split_class(cards[0], [("cat", [*ids[:3], ids[5]]), ("lion", [ids[6]])])
    assert session.judgements[ids[5]].machine_id == cards[0]
    assert session.judgements[ids[6]].machine_id == session.classes[1].id


@pytest.mark.parametrize(
    "parts", [[("cat", [0, 1, 2])], [("cat", [0, 1, 2]), ("lion", [])], [("lion", [0]), ("Lion ", [1])]]
)
def test_a_split_that_makes_no_sense_is_refused_whole(
    session: Session, ids: list[int], cards: list[int], parts: list[tuple[str, list[int]]]
) -> None:
    before = everything(session)
    with pytest.raises(SessionError):
        session.split_class(cards[0], [(name, [ids[n] for n in group]) for name, group in parts])
    assert everything(session) == before


def test_a_part_can_not_be_called_like_another_class(session: Session, ids: list[int], cards: list[int]) -> None:
    with pytest.raises(SessionError, match="dog"):
        session.split_class(cards[0], [("cat", ids[:2]), ("dog", ids[2:3])])


def test_a_split_takes_only_examples_of_its_class(session: Session, ids: list[int], cards: list[int]) -> None:
    session.split_class(cards[0], [("cat", ids[:2]), ("lion", [ids[2], ids[3], ids[7]])])
    assert session.examples(session.classes[1].id) == [ids[2]]
    assert session.human_label(ids[3]) == cards[1]
    assert session.human_label(ids[7]) is None


def test_none_of_these_is_left_alone_by_merging(session: Session, ids: list[int], cards: list[int]) -> None:
    session.label([ids[7]], NONE_OF_THESE)
    session.merge_classes(cards[0], cards[1])
    assert session.human_label(ids[7]) == NONE_OF_THESE
