"""What a person says a picture is not, remembered and obeyed for ever; and what the machine had said when judged."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from fewshot_gui.project.rows import Judgement
from fewshot_gui.session import NONE_OF_THESE, Change, Filter, OperationName, Session, State
from tests.made_up import answer, session_of

Says = Callable[..., None]


@pytest.fixture
def file(quick_path: Path) -> Path:
    return quick_path / "a.fewshot"


@pytest.fixture
def session(file: Path, quick_path: Path) -> Iterator[Session]:
    session = session_of(file, quick_path, range(4))
    yield session
    session.close()


@pytest.fixture
def ids(session: Session) -> list[int]:
    return session.answers.ids.tolist()


@pytest.fixture
def cards(session: Session) -> list[int]:
    return [session.add_class(name)[0] for name in ("cat", "dog", "fox")]


@pytest.fixture
def machine_says(session: Session, cards: list[int], ids: list[int]) -> Says:
    """machine_says(0.6, 0.3, 0.1): of every picture, over cat, dog and fox."""

    def says(*row: float, known: bool = True, of: Session | None = None) -> None:
        answer(of or session, cards, ids, [row] * len(ids), known, chance_of_strangers=0.2)

    return says


def test_a_rejected_class_is_not_the_answer_any_more(
    session: Session, ids: list[int], cards: list[int], machine_says: Says
) -> None:
    machine_says(0.6, 0.3, 0.1)
    change = session.reject([ids[0]])
    assert change.pictures == {ids[0]} and not change.support
    decision = session.decision(ids[0])
    assert (decision.state, decision.class_id) == (State.PREDICTED, cards[1])
    # Bayes: the chance of any class was 0.9; without cat it is 0.9 * 0.4 / (1 - 0.9 * 0.6).
    assert decision.confidence == pytest.approx(0.75 * 0.36 / 0.46)
    assert decision.needs_review
    assert decision.second_id == cards[2]
    assert decision.reason == "You said it is not cat. Unsure: it could also be fox."
    assert dict(session.scores(ids[0])) == pytest.approx({cards[0]: 0, cards[1]: 0.75, cards[2]: 0.25})
    assert session.decision(ids[1]).class_id == cards[0]
    assert session.undo_name == OperationName("reject", 1, "cat")


def test_undo_brings_the_answer_back(session: Session, ids: list[int], machine_says: Says) -> None:
    machine_says(0.6, 0.3, 0.1)
    before = session.decision(ids[0])
    session.reject([ids[0]])
    session.undo()
    assert session.decision(ids[0]) == before
    session.redo()
    assert session.decision(ids[0]).reason.startswith("You said it is not cat.")


def test_it_is_obeyed_whatever_the_machine_says_later(
    session: Session, ids: list[int], cards: list[int], machine_says: Says
) -> None:
    machine_says(0.6, 0.3, 0.1)
    session.reject([ids[0]])
    machine_says(1.0, 0.0, 0.0)
    assert session.decision(ids[0]).state is State.UNKNOWN
    machine_says(0.98, 0.0, 0.02)
    assert session.decision(ids[0]).class_id == cards[2]
    session.reject([ids[0]])
    machine_says(0.5, 0.2, 0.3)
    assert session.decision(ids[0]).class_id == cards[1]
    assert session.decision(ids[0]).reason == "You said it is not cat / fox."


def test_where_every_class_is_rejected_it_is_none_of_these(
    session: Session, ids: list[int], cards: list[int], machine_says: Says
) -> None:
    machine_says(0.6, 0.3, 0.1)
    for _ in cards:
        session.reject([ids[0]])
    decision = session.decision(ids[0])
    assert (decision.state, decision.class_id) == (State.UNKNOWN, None)
    assert decision.reason == "You said it is not cat / dog / fox."
    assert session.view(Filter.UNKNOWN).tolist() == [ids[0]]
    assert session.reject([ids[0]]) == Change()


def test_it_is_obeyed_after_reopening_also_where_the_machine_s_old_answer_stood(
    session: Session, ids: list[int], cards: list[int], machine_says: Says, file: Path
) -> None:
    machine_says(0.6, 0.3, 0.1)
    session.writing()()
    copied = file.with_name("copy.fewshot")
    session.reject([ids[0]])
    session._store.copy_to(copied)  # as a kill would leave it: the machine's answer not written again
    session.close()
    for project in (file, copied):
        again = Session.open(project)
        assert again.rejections == {ids[0]: frozenset({cards[0]})}
        assert again.decision(ids[0]).class_id != cards[0]
        assert cards[0] not in {again.decision(i).class_id for i in again.view(Filter.REVIEW).tolist() if i == ids[0]}
        machine_says(0.9, 0.06, 0.04, of=again)
        assert again.decision(ids[0]).class_id == cards[1]
        again.close()


def test_rejecting_an_answer_of_an_earlier_day_waits_for_the_machine(
    session: Session, ids: list[int], cards: list[int], machine_says: Says, file: Path
) -> None:
    machine_says(0.6, 0.3, 0.1)
    session.close()
    again = Session.open(file)
    again.reject([ids[0]])
    assert again.decision(ids[0]).state is State.WAITING
    again.close()


def test_a_label_of_that_class_lifts_the_rejection_and_undo_brings_it_back(
    session: Session, ids: list[int], cards: list[int], machine_says: Says
) -> None:
    machine_says(0.6, 0.3, 0.1)
    session.reject([ids[0]])
    session.label([ids[0]], cards[1])
    assert session.rejections == {ids[0]: frozenset({cards[0]})}
    session.label([ids[0]], cards[0])
    assert session.rejections == {}
    session.undo()
    assert session.rejections == {ids[0]: frozenset({cards[0]})}
    assert session.human_label(ids[0]) == cards[1]


def test_rejecting_what_the_person_had_said_takes_the_label_back(
    session: Session, ids: list[int], cards: list[int], machine_says: Says
) -> None:
    session.label(ids[:2], cards[0])
    machine_says(0.6, 0.3, 0.1)
    change = session.reject([ids[0]])
    assert change.support
    assert session.human_label(ids[0]) is None
    assert session.decision(ids[0]).class_id == cards[1]
    session.undo()
    assert session.human_label(ids[0]) == cards[0]
    assert session.rejections == {}


def test_many_pictures_are_rejected_at_once_each_for_its_own_class(
    session: Session, ids: list[int], cards: list[int], machine_says: Says
) -> None:
    machine_says(0.6, 0.3, 0.1)
    session.label([ids[1]], NONE_OF_THESE)
    session.reject([ids[2]])
    session.reject(ids)
    assert session.rejections == {
        ids[0]: frozenset({cards[0]}),
        ids[2]: frozenset({cards[0], cards[1]}),
        ids[3]: frozenset({cards[0]}),
    }
    assert session.undo_name == OperationName("reject", 3, "cat, dog")


def test_nothing_is_rejected_where_there_is_no_class(
    session: Session, ids: list[int], cards: list[int], machine_says: Says
) -> None:
    assert session.reject(ids) == Change()
    machine_says(0.6, 0.3, 0.1, known=False)
    assert session.reject(ids) == Change()


def test_a_stranger_stays_one_when_a_class_is_rejected(
    session: Session, ids: list[int], cards: list[int], machine_says: Says
) -> None:
    machine_says(0.6, 0.3, 0.1, known=False)
    session.reject([ids[0]], cards[0])
    assert session.decision(ids[0]).state is State.UNKNOWN
    assert session.decision(ids[0]).confidence == pytest.approx(0.8)


# --- judgements


def test_what_the_machine_had_said_is_noted_with_the_first_label(
    session: Session, ids: list[int], cards: list[int], machine_says: Says, file: Path
) -> None:
    session.label([ids[3]], cards[1])
    machine_says(0.6, 0.3, 0.1)
    session.label([ids[0]], cards[1])
    session.label([ids[1]], cards[0], audit=True)
    assert session.judgements == {
        ids[0]: Judgement(ids[0], cards[0], pytest.approx(0.6), False),
        ids[1]: Judgement(ids[1], cards[0], pytest.approx(0.6), True),
    }
    noted = dict(session.judgements)
    machine_says(0.1, 0.8, 0.1)
    session.label(ids[:2], cards[2])
    assert session.judgements == noted
    session.close()
    again = Session.open(file)
    assert again.judgements == noted
    again.close()


def test_of_a_stranger_it_is_noted_as_none_of_these(
    session: Session, ids: list[int], cards: list[int], machine_says: Says
) -> None:
    machine_says(0.6, 0.3, 0.1, known=False)
    session.label([ids[0]], NONE_OF_THESE)
    assert session.judgements[ids[0]] == Judgement(ids[0], NONE_OF_THESE, pytest.approx(0.8), False)


def test_rejecting_is_a_judgement_too_and_the_first_one_counts(
    session: Session, ids: list[int], cards: list[int], machine_says: Says
) -> None:
    machine_says(0.6, 0.3, 0.1)
    session.reject([ids[0]])
    session.label([ids[0]], cards[1])
    assert session.judgements == {ids[0]: Judgement(ids[0], cards[0], pytest.approx(0.6), False)}


def test_taking_the_label_back_takes_the_judgement_with_it(
    session: Session, ids: list[int], cards: list[int], machine_says: Says
) -> None:
    machine_says(0.6, 0.3, 0.1)
    session.label(ids[:2], cards[1])
    noted = dict(session.judgements)
    session.label([ids[0]], None)
    assert session.judgements.keys() == {ids[1]}
    session.undo()
    assert session.judgements == noted
    session.undo()
    assert session.judgements == {}
    session.redo()
    assert session.judgements == noted
    session.delete_class(cards[1])
    assert session.judgements == {}
