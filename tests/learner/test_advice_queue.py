"""The review queue and look-alike groups on planted structure."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fewshot_gui.learner.advice import groups, queue
from fewshot_gui.learner.advice.groups import look_alikes, looks_apart
from fewshot_gui.learner.advice.queue import doubt, next_groups, next_pictures, shared_doubt


def clusters(seed: int, sizes: tuple[int, ...], spread: float = 0.1) -> tuple[np.ndarray, np.ndarray]:
    """Clusters around orthogonal directions: embeddings [n, 32] of unit length, and each one's cluster."""
    rng = np.random.default_rng(seed)
    which = np.repeat(np.arange(len(sizes)), sizes)
    vectors = np.eye(32)[which] + spread * rng.normal(size=(len(which), 32)) / np.sqrt(32)
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32), which


NOTHING_SETTLED = np.empty((0, 32), np.float32)


def test_doubt_is_none_where_one_answer_is_sure_and_full_where_two_are_equal() -> None:
    probabilities = np.array([[1, 0, 0], [0.5, 0.5, 0], [0.9, 0.1, 0]])
    assert doubt(probabilities, np.ones(3)) == pytest.approx([0, 1, 0.2])


def test_where_look_alikes_disagree_with_the_network_there_is_more_doubt_than_where_it_is_unsure_itself() -> None:
    alone = np.array([[0.9, 0.1], [0.6, 0.4], [0.9, 0.1]])
    helped = np.array([[0.1, 0.9], [0.6, 0.4], [0.9, 0.1]])
    wrong = shared_doubt(alone, helped)
    assert wrong[0] > wrong[1] > wrong[2]
    assert wrong == pytest.approx([0.7, 0.4, 0.1])


def test_none_of_these_is_an_answer_like_the_others() -> None:
    probabilities = np.array([[1.0, 0], [1.0, 0], [0.5, 0.5]])
    assert doubt(probabilities, np.array([0.5, 0.0, 0.0])) == pytest.approx([1, 0, 0])


def test_of_equal_doubts_the_picture_with_most_look_alikes_is_asked_about_first() -> None:
    embeddings, which = clusters(0, (3, 10, 5))
    order = next_pictures(embeddings, np.full(18, 0.8), NOTHING_SETTLED, 3)
    assert which[order].tolist() == [1, 2, 0]


def test_of_equal_pictures_the_more_doubtful_comes_first() -> None:
    embeddings = np.eye(32, dtype=np.float32)[:3]
    assert next_pictures(embeddings, np.array([0.2, 0.9, 0.5]), NOTHING_SETTLED, 3).tolist() == [1, 2, 0]


def test_what_is_like_a_judged_picture_comes_last() -> None:
    embeddings, which = clusters(0, (10, 4))
    order = next_pictures(embeddings, np.full(14, 0.8), np.eye(32, dtype=np.float32)[:1], 14)
    assert which[order[0]] == 1


def test_near_copies_are_not_asked_about_in_a_row() -> None:
    embeddings, which = clusters(1, (10, 10, 10, 10))
    order = next_pictures(embeddings, np.random.default_rng(0).uniform(0.5, 1, 40), NOTHING_SETTLED, 8)
    assert sorted(which[order[:4]]) == [0, 1, 2, 3]
    assert len(set(order)) == len(order)


def test_pictures_without_doubt_are_never_asked_about() -> None:
    embeddings, _ = clusters(0, (4,))
    assert next_pictures(embeddings, np.array([0, 0.5, 0, 0]), NOTHING_SETTLED, 4).tolist() == [1]
    assert next_pictures(embeddings, np.zeros(4), NOTHING_SETTLED, 4).tolist() == []
    assert next_pictures(NOTHING_SETTLED, np.empty(0), NOTHING_SETTLED, 4).tolist() == []


@given(st.integers(0, 10_000))
@settings(max_examples=20)
def test_the_order_of_the_pictures_does_not_change_the_queue(seed: int) -> None:
    embeddings, _ = clusters(seed, (6, 5, 4), spread=0.8)
    rng = np.random.default_rng(seed)
    doubts, order = rng.uniform(0.1, 1, 15), rng.permutation(15)
    plain = next_pictures(embeddings, doubts, embeddings[:1], 5)
    assert order[next_pictures(embeddings[order], doubts[order], embeddings[:1], 5)].tolist() == plain.tolist()


def test_a_large_folder_is_judged_by_a_sample_that_keeps_the_proportions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "POOL", 50)
    embeddings, which = clusters(2, (600, 300, 100))
    order = next_pictures(embeddings, np.random.default_rng(1).uniform(0, 1, 1000), NOTHING_SETTLED, 3)
    assert which[order].tolist() == [0, 1, 2]


@given(st.integers(0, 10_000))
@settings(max_examples=15)
def test_well_separated_looks_are_found_whatever_the_order(seed: int) -> None:
    embeddings, which = clusters(seed, (7, 5, 3, 1))
    order = np.random.default_rng(seed).permutation(16)
    plain, turned = look_alikes(embeddings), look_alikes(embeddings[order])
    assert [sorted(group) for group in plain] == [np.flatnonzero(which == k).tolist() for k in range(3)]
    assert [order[group].tolist() for group in turned] == [group.tolist() for group in plain]


def test_the_pictures_of_a_group_are_on_the_mean_as_alike_as_asked() -> None:
    embeddings, _ = clusters(3, (20, 20), spread=1.0)
    found = look_alikes(embeddings, alike=0.7)
    assert found
    for group in found:
        assert (embeddings[group] @ embeddings[group].T)[np.triu_indices(len(group), 1)].mean() >= 0.7 - 1e-6


def test_a_look_that_varies_is_one_group_and_not_many() -> None:
    embeddings, which = clusters(7, (20, 6), spread=1.2)
    nearest = np.sort(embeddings @ embeddings.T, axis=1)[:, -2]
    first = look_alikes(embeddings, alike=0.6 * float(np.median(nearest)))[0]
    assert len(first) >= 15 and set(which[first]) == {0}


@pytest.mark.parametrize("at_once", [1500, 20])
def test_two_looks_are_told_apart_though_one_picture_is_like_no_other(
    monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr(groups, "AT_ONCE", at_once)
    embeddings, which = clusters(8, (20, 12, 1), spread=1.0)
    larger, smaller = looks_apart(embeddings, 2)
    assert sorted(which[larger[:10]]) == [0] * 10 and sorted(which[smaller[:10]]) == [1] * 10
    assert sorted([*larger, *smaller]) == list(range(33))


def test_of_equal_groups_the_tighter_comes_first() -> None:
    loose, _ = clusters(0, (5,), spread=0.5)
    tight, _ = clusters(0, (0, 5), spread=0.1)
    assert [sorted(group) for group in look_alikes(np.concatenate([loose, tight]))] == [[*range(5, 10)], [*range(5)]]


def test_the_most_typical_picture_of_a_group_comes_first() -> None:
    embeddings, _ = clusters(4, (9,), spread=0.8)
    group = look_alikes(embeddings, alike=0.1)[0]
    likeness = embeddings[group] @ embeddings.mean(0)
    assert (np.diff(likeness) <= 1e-6).all()


def test_many_pictures_are_grouped_in_parts_and_none_is_in_two_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(groups, "AT_ONCE", 60)
    embeddings, which = clusters(5, (50, 40, 30, 20))
    found = look_alikes(embeddings)
    rows = np.concatenate(found)
    assert len(set(rows)) == len(rows) >= 135
    assert all(len(set(which[group])) == 1 for group in found)


def test_pictures_that_cannot_be_parted_are_grouped_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(groups, "AT_ONCE", 10)
    with pytest.warns(UserWarning, match="distinct clusters"):
        found = look_alikes(np.tile(np.eye(4, dtype=np.float32)[:1], (40, 1)))
    assert sum(map(len, found)) == 40
    assert max(map(len, found)) <= 10


def test_none_and_one_make_no_group() -> None:
    assert look_alikes(NOTHING_SETTLED) == []
    assert look_alikes(np.eye(32, dtype=np.float32)[:1]) == []


def test_groups_to_ask_about_hold_pictures_in_doubt_alone_and_most_doubt_comes_first() -> None:
    embeddings, which = clusters(6, (8, 4, 6))
    doubts = np.where(which == 0, 0.1, np.where(which == 1, 1.0, 0.6))
    found = next_groups(embeddings, doubts, 5)
    assert [sorted(group) for group in found] == [[*range(8, 12)], [*range(12, 18)]]
    assert len(next_groups(embeddings, doubts, 1)) == 1
