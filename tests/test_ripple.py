"""What a correction changes elsewhere, what it makes the network forget, and judging many pictures in one gesture."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from fewshot_gui.ripple import Ripple, ripple
from fewshot_gui.session import NONE_OF_THESE, Change, OperationName, Session, SessionError
from tests.made_up import answer, session_of

CAT, DOG = 1, 2


@pytest.fixture
def session(quick_path: Path) -> Iterator[Session]:
    """Eight pictures a.png to h.png and the classes cat (1) and dog (2)."""
    folder = quick_path / "folder"
    folder.mkdir()
    session = session_of(quick_path / "a.fewshot", folder, "abcdefgh")
    session.add_class("cat")
    session.add_class("dog")
    yield session
    session.close()


def ids(session: Session, names: str) -> list[int]:
    assert session.folder is not None
    return session.ids_of([session.folder / f"{name}.png" for name in names])


def score(session: Session, **cats: float) -> Change:
    """Let the machine answer: how sure it is that each picture is a cat; below 0 it is like no example."""
    rows = [(abs(p), 1 - abs(p)) for p in cats.values()]
    return answer(session, (CAT, DOG), ids(session, "".join(cats)), rows, [p >= 0 for p in cats.values()])


def rows(change: Change) -> list[tuple[int, int, int]]:
    assert change.ripple is not None
    found = change.ripple
    return list(zip(found.ids.tolist(), found.old.tolist(), found.new.tolist(), strict=True))


def test_the_first_answers_change_nothing(session: Session) -> None:
    assert rows(score(session, a=0.9, b=0.1)) == []


def test_pictures_that_changed_class_are_named_old_and_new_the_doubtful_first(session: Session) -> None:
    score(session, a=0.9, b=0.1, c=0.8, d=0.7, e=0.9)
    change = score(session, a=0.2, b=0.7, c=0.9, d=-0.7, e=0.4)
    a, b, d, e = ids(session, "abde")
    assert rows(change) == [(e, CAT, DOG), (b, DOG, CAT), (a, CAT, DOG), (d, CAT, NONE_OF_THESE)]
    assert change.ripple is not None
    assert change.ripple.transitions() == [(2, CAT, DOG), (1, CAT, NONE_OF_THESE), (1, DOG, CAT)]


def test_what_a_person_said_does_not_count_as_changed_by_the_machine(session: Session) -> None:
    score(session, a=0.9, b=0.9)
    session.label(ids(session, "a"), DOG)
    assert [row[0] for row in rows(score(session, a=0.1, b=0.1))] == ids(session, "b")


def test_undoing_a_correction_gives_every_picture_the_answer_it_had(session: Session) -> None:
    score(session, a=0.9, b=0.7)
    before = [session.decision(i) for i in ids(session, "ab")]
    session.label(ids(session, "a"), DOG)
    score(session, a=0.1, b=0.3)
    assert session.undo().undone
    score(session, a=0.9, b=0.7)
    assert [session.decision(i) for i in ids(session, "ab")] == before


def test_a_hundred_thousand_changes_are_found_at_once() -> None:
    count = 100_000
    old = np.arange(count) % 3 - 1
    new = np.arange(count) % 2
    confidence = np.random.default_rng(0).random(count).astype(np.float32)
    found = ripple(np.arange(count), old, new, confidence)
    assert isinstance(found, Ripple)
    assert set(found.ids.tolist()) == {i for i in range(count) if old[i] >= 0 and old[i] != new[i]}
    assert (np.diff(found.confidence) >= 0).all()


# --- guard


def test_confirmed_pictures_that_the_network_gets_wrong_after_a_correction_are_named(session: Session) -> None:
    score(session, a=0.9, b=0.2, c=0.9, d=0.9)
    session.label(ids(session, "a"), CAT)
    session.label(ids(session, "b"), DOG)
    assert score(session, a=0.9, b=0.2, c=0.9, d=0.9).unlearned == ()
    session.label(ids(session, "c"), DOG)  # it looks just like the cat
    change = score(session, a=0.3, b=0.2, c=0.3, d=0.3)
    assert change.unlearned == tuple(ids(session, "a"))
    assert score(session, a=0.3, b=0.2, c=0.3, d=0.3).unlearned == ()  # said once


def test_none_of_these_is_a_confirmation_too(session: Session) -> None:
    session.label(ids(session, "a"), NONE_OF_THESE)
    score(session, a=-0.9)
    assert score(session, a=0.9).unlearned == tuple(ids(session, "a"))


def test_what_the_network_had_wrong_before_or_what_is_labelled_anew_is_not_unlearned(session: Session) -> None:
    session.label(ids(session, "ab"), CAT)
    score(session, a=0.1, b=0.9)
    session.label(ids(session, "b"), DOG)
    assert score(session, a=0.1, b=0.9).unlearned == ()


# --- one gesture


def test_answers_of_many_pictures_are_accepted_in_one_operation(session: Session) -> None:
    score(session, a=0.9, b=0.1, c=-0.9, d=0.8)
    session.confirm(ids(session, "abch"))
    said = [session.human_label(i) for i in ids(session, "abch")]
    assert said == [CAT, DOG, NONE_OF_THESE, None]
    assert session.undo_name == OperationName("confirm", 3, "")
    session.undo()
    assert [session.human_label(i) for i in ids(session, "abc")] == [None] * 3


def test_accepting_one_class_is_called_as_labelling(session: Session) -> None:
    score(session, a=0.9, d=0.8, c=-0.9)
    session.confirm(ids(session, "ad"))
    assert session.undo_name == OperationName("label", 2, "cat")
    session.confirm(ids(session, "c"))
    assert session.undo_name == OperationName("none", 1, "")
    assert session.confirm(ids(session, "acdh")) == Change()


def test_strangers_become_a_class_in_one_operation(session: Session) -> None:
    score(session, a=-0.9, b=-0.8)
    fox, change = session.new_class_of(ids(session, "ab"), "fox")
    assert session.class_name(fox) == "fox" and session.examples(fox) == ids(session, "ab")
    assert change.support and session.undo_name == OperationName("class-of", 2, "fox")
    session.undo()
    assert [c.name for c in session.classes] == ["cat", "dog"]
    assert session.human_label(ids(session, "a")[0]) is None
    session.redo()
    assert session.examples(fox) == ids(session, "ab")
    with pytest.raises(SessionError):
        session.new_class_of(ids(session, "c"), "fox")
