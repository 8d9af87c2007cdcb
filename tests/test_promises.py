"""What a project says for its machine and against it, and what is promised of it."""

import math
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from fewshot_gui.engine import Scored
from fewshot_gui.learner.promise import PromiseModel
from fewshot_gui.promises import AUDIT, TARGETS, audit, evidence_of, promised
from fewshot_gui.session import MOST_KEPT, NONE_OF_THESE, Session
from tests.made_up import session_of

HONEST = PromiseModel(np.array([0.0, 1.0]), np.diag([0.05, 0.01]))
"""Of a machine that is about as often right as it says."""
PICTURES = 200
Says = Callable[..., None]


@pytest.fixture
def session(quick_path: Path) -> Iterator[Session]:
    session = session_of(quick_path / "a.fewshot", quick_path, range(PICTURES))
    for name in ("cat", "dog"):
        session.add_class(name)
    yield session
    session.close()


@pytest.fixture
def ids(session: Session) -> list[int]:
    return session.answers.ids.tolist()


@pytest.fixture
def machine_says(session: Session, ids: list[int]) -> Says:
    """machine_says(0.9): cat of every picture, so sure; of those in ``strange`` that they are none of these."""

    def says(sure: float, strange: int = 0) -> None:
        rows = np.tile(np.array([sure, 1 - sure], np.float32), (len(ids), 1))
        known = np.arange(len(ids)) >= strange
        session.accept(Scored(tuple(c.id for c in session.classes), np.array(ids), rows, np.ones(len(ids)), known))

    return says


def classes(session: Session) -> tuple[int, int]:
    cat, dog = (info.id for info in session.classes)
    return cat, dog


def test_only_open_pictures_that_the_machine_names_a_class_for_are_on_offer(
    session: Session, ids: list[int], machine_says: Says
) -> None:
    machine_says(0.9, strange=3)
    session.label([ids[10]], classes(session)[0])
    evidence = evidence_of(session)
    assert evidence.ids.tolist() == [*ids[3:10], *ids[11:]]
    assert evidence.without_class == 3
    assert evidence.confidences == pytest.approx(np.full(PICTURES - 4, 0.9))


def test_a_judgement_counts_at_the_confidence_of_its_time(session: Session, ids: list[int], machine_says: Says) -> None:
    cat, dog = classes(session)
    machine_says(0.6)
    session.label([ids[0]], cat, audit=True)
    session.label([ids[1]], dog)
    machine_says(0.99)
    evidence = evidence_of(session)
    assert evidence.confirmed == pytest.approx([0.6, 0.6])
    assert evidence.right.tolist() == [True, False]
    assert evidence.audited.tolist() == [True, False]
    assert evidence.answers == 1


def test_what_is_called_none_of_these_and_what_is_taken_back_says_nothing(
    session: Session, ids: list[int], machine_says: Says
) -> None:
    cat, _ = classes(session)
    machine_says(0.9, strange=1)
    session.label(ids[:2], cat, audit=True)
    session.label([ids[1]], None)
    assert evidence_of(session).answers == 0
    session.label([ids[2]], NONE_OF_THESE, audit=True)
    assert evidence_of(session).right.tolist() == [False]


def test_a_rejected_answer_counts_against_the_machine(session: Session, ids: list[int], machine_says: Says) -> None:
    machine_says(0.9)
    session.reject([ids[0]])
    assert evidence_of(session).right.tolist() == [False]
    session.undo()
    assert len(evidence_of(session).right) == 0


def test_nothing_is_promised_before_enough_answers_and_then_what_they_bear_out(
    session: Session, ids: list[int], machine_says: Says
) -> None:
    machine_says(0.999, strange=5)
    asked = audit(evidence_of(session)).tolist()
    session.confirm(asked[:-1], audit=True)
    before = promised(HONEST, evidence_of(session), 0.1)
    assert (before.filed, before.threshold, before.confirmations_wanted) == (0, math.inf, 1)
    assert before.for_person == PICTURES - (AUDIT - 1)
    session.confirm(asked[-1:], audit=True)
    after = promised(HONEST, evidence_of(session), 0.1)
    assert after.filed == PICTURES - 5 - AUDIT
    assert after.for_person == 5


def test_answers_to_pictures_that_a_person_chose_do_not_earn_a_promise(
    session: Session, ids: list[int], machine_says: Says
) -> None:
    machine_says(0.999)
    session.confirm(ids[: 3 * AUDIT])
    assert promised(HONEST, evidence_of(session), 0.1).filed == 0


def test_sorting_at_the_threshold_files_what_was_promised(session: Session, ids: list[int], machine_says: Says) -> None:
    rng = np.random.default_rng(0)
    sure = (1 - 0.5 * rng.random(PICTURES) ** 3).astype(np.float32)
    cat, dog = classes(session)
    both = np.stack([sure, 1 - sure], 1)
    known = np.ones(PICTURES, bool)
    session.accept(Scored((cat, dog), np.array(ids), both, known.astype(np.float32), known))
    session.confirm(audit(evidence_of(session)).tolist(), audit=True)
    promise = promised(HONEST, evidence_of(session), 0.05)
    machine = [item for item in session.sort_items(promise.threshold) if not item.said]
    assert 0 < promise.filed < PICTURES - AUDIT
    assert sum(item.label is not None for item in machine) == promise.filed


def test_an_audit_cannot_be_drawn_again_until_it_pleases(session: Session, ids: list[int], machine_says: Says) -> None:
    machine_says(0.9)
    first = audit(evidence_of(session))
    assert len(set(first.tolist())) == AUDIT
    assert audit(evidence_of(session)).tolist() == first.tolist()
    session.confirm(first.tolist(), audit=True)
    assert not set(audit(evidence_of(session)).tolist()) & set(first.tolist())


def test_a_project_without_pictures_promises_nothing_and_asks_for_nothing(session: Session) -> None:
    promise = promised(HONEST, evidence_of(session), 0.01)
    assert (promise.filed, promise.for_person, promise.confirmations_wanted) == (0, 0, 0)
    assert audit(evidence_of(session)).tolist() == []


@pytest.mark.parametrize("target", [*TARGETS, 0.0])
def test_a_project_remembers_the_promise_and_the_findings_that_are_kept(quick_path: Path, target: float) -> None:
    file = quick_path / "b.fewshot"
    with closing(Session.open(file)) as session:
        assert (session.promise, session.kept_findings) == (0, frozenset())
        session.choose_promise(target)
        session.keep_findings({"a1", "b2"})
        assert (session.promise, session.kept_findings) == (target, {"a1", "b2"})
    with closing(Session.open(file)) as again:
        assert (again.promise, again.kept_findings) == (target, {"a1", "b2"})


def test_however_many_findings_are_kept_the_project_opens_again(quick_path: Path) -> None:
    file = quick_path / "b.fewshot"
    with closing(Session.open(file)) as session:
        session.keep_findings({f"{n:016x}" for n in range(10_000)})
    with closing(Session.open(file)) as again:
        assert len(again.kept_findings) == MOST_KEPT
