"""What is shown of each picture: filters, their order and counts, and what the machine may change."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fewshot_gui.answers import NONE_OF_THESE, REVIEW_BELOW, Answers, Filter, State
from fewshot_gui.engine import Scored
from fewshot_gui.project.rows import MachineColumns

CAT, DOG, FOX = 1, 2, 3


def scored(
    ids: Sequence[int], class_ids: Sequence[int], rows: Sequence[Sequence[float]], known: Sequence[bool] | None = None
) -> Scored:
    probabilities = np.array(rows, np.float32).reshape(len(ids), len(class_ids))
    is_known = np.array(known or [True] * len(ids), bool)
    chance = np.where(is_known, 0.9, 0.1).astype(np.float32)
    return Scored(tuple(class_ids), np.array(ids, np.int64), probabilities, chance, is_known)


@pytest.fixture
def answers() -> Answers:
    """10 to 15: surely a cat, perhaps a dog, unlike all, a cat as a person says, unreadable, not yet looked at."""
    answers = Answers()
    answers.add([10, 11, 12, 13, 14, 15])
    rows = [[0.9, 0.1], [0.4, 0.6], [0.7, 0.3], [0.2, 0.8]]
    answers.accept(scored([10, 11, 12, 13], [CAT, DOG], rows, [True, True, False, True]))
    answers.set_human(13, CAT)
    answers.set_unreadable(14, True)
    return answers


def view(answers: Answers, which: Filter, class_id: int | None = None) -> list[int]:
    return answers.view(which, class_id, None, "").tolist()


def test_each_picture_is_in_the_state_that_counts_most(answers: Answers) -> None:
    states = [answers.decision(i).state for i in range(10, 16)]
    assert states == [
        State.PREDICTED,
        State.PREDICTED,
        State.UNKNOWN,
        State.HUMAN,
        State.UNREADABLE,
        State.WAITING,
    ]
    assert answers.decision(99).state is State.WAITING


def test_a_decision_says_how_sure_and_what_else_it_could_be(answers: Answers) -> None:
    sure, unsure, unlike, told = (answers.decision(i) for i in (10, 11, 12, 13))
    assert (sure.class_id, sure.second_id, sure.needs_review) == (CAT, DOG, False)
    assert sure.confidence == pytest.approx(0.9)
    assert sure.second_confidence == pytest.approx(0.1)
    assert (unsure.class_id, unsure.needs_review) == (DOG, True)
    assert (unlike.class_id, unlike.needs_review) == (None, False)
    assert (told.class_id, told.confidence) == (CAT, None)


def test_every_filter_shows_its_pictures(answers: Answers) -> None:
    assert view(answers, Filter.ALL) == [10, 11, 12, 13, 14, 15]
    assert view(answers, Filter.REVIEW) == [11]
    assert view(answers, Filter.UNKNOWN) == [12]
    assert view(answers, Filter.CORRECTED) == [13]
    assert view(answers, Filter.UNREADABLE) == [14]


def test_a_class_shows_what_would_be_sorted_into_it(answers: Answers) -> None:
    assert view(answers, Filter.ALL, CAT) == [10, 13]
    assert view(answers, Filter.ALL, DOG) == [11]
    assert view(answers, Filter.REVIEW, DOG) == [11]
    assert view(answers, Filter.REVIEW, CAT) == []
    assert view(answers, Filter.ALL, FOX) == []


def test_none_of_these_shows_what_the_machine_and_the_person_say_so_of(answers: Answers) -> None:
    answers.set_human(10, NONE_OF_THESE)
    assert sorted(view(answers, Filter.UNKNOWN)) == [10, 12]
    answers.set_unreadable(10, True)
    assert view(answers, Filter.UNKNOWN) == [12]


def test_those_to_review_come_least_sure_first_and_equals_in_the_order_of_the_folder() -> None:
    answers = Answers()
    answers.add([5, 4, 3, 2, 1])
    rows = [[0.7, 0.3], [0.55, 0.45], [0.45, 0.55], [0.51, 0.49], [0.99, 0.01]]
    answers.accept(scored([5, 4, 3, 2, 1], [CAT, DOG], rows))
    assert view(answers, Filter.REVIEW) == [2, 4, 3, 5]


def test_search_finds_parts_of_names_in_any_case(answers: Answers) -> None:
    names = [name.casefold() for name in ("IMG_1.png", "STRASSE.jpg", "straße.jpg", "猫.png", "img_2.PNG", "x")]
    assert answers.view(Filter.ALL, None, names, "img").tolist() == [10, 14]
    assert answers.view(Filter.ALL, None, names, "straße").tolist() == [11, 12]
    assert answers.view(Filter.ALL, None, names, "猫").tolist() == [13]
    assert answers.view(Filter.REVIEW, None, names, "img").tolist() == []
    assert answers.view(Filter.ALL, None, names, "").tolist() == [10, 11, 12, 13, 14, 15]


def test_whole_per_cent_look_different_and_they_are_rounded_down(answers: Answers) -> None:
    answers.accept(scored([10, 11], [CAT, DOG], [[0.318, 0.682], [0.312, 0.688]]))
    again = answers.accept(scored([10, 11], [CAT, DOG], [[0.321, 0.679], [0.317, 0.683]]))
    assert again.tolist() == [10]  # shown as 68 % and now as 67 %; the other one as 68 % both times


def test_accepting_tells_only_what_looks_different(answers: Answers) -> None:
    answers.accept(scored([10], [CAT, DOG], [[0.903, 0.097]]))
    rows = [[0.9034, 0.0966], [0.8, 0.2], [0.7, 0.3]]
    assert answers.accept(scored([10, 11, 12], [CAT, DOG], rows, [True, True, False])).tolist() == [11]
    assert answers.accept(scored([10, 11, 12], [CAT, DOG], rows, [True, True, True])).tolist() == [12]


def test_accepting_never_changes_what_a_person_said(answers: Answers) -> None:
    answers.accept(scored([13], [CAT, DOG], [[0.0, 1.0]]))
    assert answers.decision(13).state is State.HUMAN
    assert answers.decision(13).class_id == CAT
    answers.set_human(13, None)
    assert answers.decision(13).class_id == DOG


def test_pictures_that_are_not_in_the_folder_are_passed_over(answers: Answers) -> None:
    assert answers.accept(scored([99, 10], [CAT, DOG], [[0.0, 1.0], [0.0, 1.0]])).tolist() == [10]
    assert answers.decision(10).class_id == DOG
    assert 99 not in answers


def test_an_empty_answer_changes_nothing(answers: Answers) -> None:
    before = answers.counts()
    assert answers.accept(scored([], [CAT, DOG], [])).tolist() == []
    assert answers.counts() == before


def test_answers_for_other_classes_may_come_at_any_time(answers: Answers) -> None:
    answers.accept(scored([10, 12], [CAT, FOX, NONE_OF_THESE], [[0.1, 0.8, 0.1], [0.1, 0.1, 0.8]]))
    assert [c for c, _ in answers.scores(10)] == [FOX, CAT, NONE_OF_THESE]
    assert answers.scores(11) == []  # its scores were for other classes; the answer stands until a new one comes
    assert answers.decision(11).class_id == DOG
    assert answers.decision(12).state is State.UNKNOWN


def test_none_of_these_as_the_best_class_is_unknown(answers: Answers) -> None:
    answers.accept(scored([10], [CAT, NONE_OF_THESE], [[0.2, 0.8]]))
    assert answers.decision(10).state is State.UNKNOWN
    assert answers.decision(10).class_id is None
    assert answers.counts().predicted == {CAT: 1, DOG: 1}


def test_a_deleted_class_takes_its_answers_with_it(answers: Answers) -> None:
    assert answers.keep_classes([CAT]).tolist() == [11, 13]
    assert answers.decision(11).state is State.WAITING
    assert answers.decision(13).state is State.HUMAN
    assert answers.scores(10) == [(CAT, pytest.approx(0.9))]
    assert answers.counts().predicted == {CAT: 2}


def test_forgetting_a_picture_leaves_the_others(answers: Answers) -> None:
    answers.forget([11, 99])
    assert answers.decision(11).state is State.WAITING
    assert answers.scores(11) == []
    assert answers.decision(10).state is State.PREDICTED


def test_clearing_forgets_the_machine_and_keeps_the_person(answers: Answers) -> None:
    assert answers.clear().tolist() == [10, 11, 12, 13]
    assert [answers.decision(i).state for i in (10, 12, 13, 14)] == [
        State.WAITING,
        State.WAITING,
        State.HUMAN,
        State.UNREADABLE,
    ]
    assert answers.counts().waiting == 4


def test_only_what_changed_is_saved_and_only_once(answers: Answers) -> None:
    make = answers.labels()
    answers.accept(scored([10], [CAT, DOG], [[0.05, 0.95]]))
    first = {label.picture_id: label for label in make()}
    assert sorted(first) == [10, 11, 12, 13]
    assert (first[10].class_id, first[11].needs_review, first[12].unknown) == (CAT, True, True)
    (second,) = answers.labels()()
    assert (second.picture_id, second.class_id) == (10, DOG)
    assert answers.labels()() == []
    answers.clear()
    assert {label.picture_id: label.confidence for label in answers.labels()()} == dict.fromkeys([10, 11, 12, 13])


def test_what_was_saved_can_be_put_back(answers: Answers) -> None:
    again = Answers()
    again.add([10, 11, 12, 13, 14, 15])
    for label in answers.labels()():
        assert label.class_id is not None and label.confidence is not None
        one = MachineColumns([label.picture_id], [label.class_id], [label.confidence], [label.unknown])
        again.restore(one)
    for picture in (10, 11, 12):
        one, two = answers.decision(picture), again.decision(picture)
        assert (two.state, two.class_id, two.confidence) == (one.state, one.class_id, one.confidence)
        assert again.scores(picture) == []
    assert again.labels()() == []


def test_ten_thousand_pictures_are_one_table() -> None:
    answers = Answers()
    count = 10_000
    for begin in range(0, count, 200):
        answers.add(range(begin, begin + 200))
    rng = np.random.default_rng(0)
    probabilities = rng.dirichlet(np.ones(5), count).astype(np.float32)
    known = rng.random(count).astype(np.float32)
    answers.accept(Scored((1, 2, 3, 4, 5), np.arange(count), probabilities, known, known > 0.1))
    for picture in range(0, count, 7):
        answers.set_human(picture, 1 + picture % 5)
    counts = answers.counts()
    assert (counts.all, counts.corrected, counts.waiting) == (count, len(range(0, count, 7)), 0)
    review = answers.view(Filter.REVIEW, None, None, "")
    confidence = probabilities.max(1)[review]
    assert (np.diff(confidence) >= 0).all() and confidence.max() < REVIEW_BELOW
    assert len(review) == counts.review > 1000


steps = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.lists(st.integers(1, 30), max_size=8)),
        st.tuples(st.just("human"), st.integers(1, 30), st.sampled_from([None, NONE_OF_THESE, CAT, DOG])),
        st.tuples(st.just("unreadable"), st.integers(1, 30), st.booleans()),
        st.tuples(
            st.just("accept"),
            st.lists(st.integers(1, 30), unique=True, max_size=10),
            st.sampled_from([(CAT, DOG), (CAT, FOX), (CAT, DOG, NONE_OF_THESE)]),
            st.integers(0, 2**32 - 1),
        ),
        st.tuples(st.just("restore"), st.integers(1, 30), st.sampled_from([NONE_OF_THESE, CAT, DOG]), st.booleans()),
        st.tuples(st.just("keep"), st.sampled_from([(CAT,), (CAT, DOG), (CAT, DOG, FOX), ()])),
        st.tuples(st.just("forget"), st.lists(st.integers(1, 30), max_size=5)),
        st.tuples(st.just("clear")),
        st.tuples(st.just("save")),
    ),
    max_size=30,
)


@settings(max_examples=80)
@given(steps)
def test_counts_views_and_decisions_always_tell_the_same(steps: list[tuple]) -> None:
    answers = Answers()
    saved: dict[int, tuple] = {}
    for kind, *values in steps:
        match kind:
            case "add":
                answers.add(values[0])
            case "human":
                answers.set_human(values[0], values[1])
            case "unreadable":
                answers.set_unreadable(values[0], values[1])
            case "accept":
                ids, class_ids, seed = values
                rng = np.random.default_rng(seed)
                rows = rng.dirichlet(np.ones(len(class_ids)), len(ids))
                answers.accept(scored(ids, class_ids, rows, (rng.random(len(ids)) > 0.3).tolist()))
            case "restore":
                if values[0] in answers:
                    unknown = not values[2] or values[1] == NONE_OF_THESE
                    answers.restore(MachineColumns([values[0]], [values[1]], [0.6], [unknown]))
                    saved[values[0]] = (values[1], pytest.approx(0.6), unknown)
            case "keep":
                answers.keep_classes(values[0])
            case "forget":
                answers.forget(values[0])
            case "clear":
                answers.clear()
            case "save":
                saved |= {m.picture_id: (m.class_id, m.confidence, m.unknown) for m in answers.labels()()}
    ids = answers.ids.tolist()
    decisions = {i: answers.decision(i) for i in ids}
    counts = answers.counts()
    views = {which: view(answers, which) for which in Filter}
    shown = (counts.all, counts.review, counts.unknown, counts.corrected, counts.unreadable)
    assert shown == tuple(len(views[which]) for which in Filter)
    assert views[Filter.ALL] == ids and len(set(ids)) == len(ids)
    assert sorted(views[Filter.REVIEW]) == sorted(i for i in ids if decisions[i].needs_review)
    assert sorted(views[Filter.UNKNOWN]) == sorted(
        i for i, d in decisions.items() if d.state is State.UNKNOWN or (d.state is State.HUMAN and d.class_id is None)
    )
    assert views[Filter.UNREADABLE] == [i for i in ids if decisions[i].state is State.UNREADABLE]
    assert counts.waiting == sum(d.state is State.WAITING for d in decisions.values())
    for class_id in (CAT, DOG, FOX):
        here = [i for i in ids if decisions[i].class_id == class_id]
        assert view(answers, Filter.ALL, class_id) == here
        assert counts.predicted.get(class_id, 0) == len(here)
    # What was saved at any time, and what would be saved now, add up to what is shown.
    saved |= {m.picture_id: (m.class_id, m.confidence, m.unknown) for m in answers.labels()()}
    for i, d in decisions.items():
        if d.state is State.PREDICTED:
            assert saved[i] == (d.class_id, d.confidence, False)
        elif d.state is State.WAITING:
            assert saved.get(i, (None, None, False))[1] is None


def test_answers_find_their_pictures_again_after_others_came_and_in_another_order() -> None:
    answers = Answers()
    answers.add([11, 12])
    answers.accept(scored([10, 11, 12], [CAT, DOG], [[0.9, 0.1], [0.8, 0.2], [0.7, 0.3]]))
    assert [answers.decision(i).class_id for i in (10, 11, 12)] == [None, CAT, CAT]
    answers.add([10])
    answers.accept(scored([10, 11, 12], [CAT, DOG], [[0.1, 0.9], [0.8, 0.2], [0.3, 0.7]]))
    assert [answers.decision(i).class_id for i in (10, 11, 12)] == [DOG, CAT, DOG]
    answers.accept(scored([12, 10, 11], [CAT, DOG], [[0.9, 0.1], [0.8, 0.2], [0.2, 0.8]]))
    assert [answers.decision(i).class_id for i in (10, 11, 12)] == [CAT, DOG, CAT]


@given(st.lists(st.sampled_from([(), (CAT,), (CAT, DOG), (CAT, DOG, FOX)]), min_size=6, max_size=6))
def test_rejections_mean_the_same_before_and_after_the_scores_arrive(rejected: list[tuple[int, ...]]) -> None:
    rows = np.random.default_rng(0).dirichlet([0.5] * 3, 6).astype(np.float32).tolist()
    early, late = Answers(), Answers()
    for answers in (early, late):
        answers.add(range(6))
        for picture, classes in enumerate(rejected):
            if answers is early:
                answers.set_rejected(picture, classes)
        answers.accept(scored(range(6), [CAT, DOG, FOX], rows))
        for picture, classes in enumerate(rejected):
            answers.set_rejected(picture, classes)
    assert [early.decision(i) for i in range(6)] == [late.decision(i) for i in range(6)]
