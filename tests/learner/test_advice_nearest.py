"""The closed-form what-ifs against plain refits, and the examples named for a decision."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fewshot_gui.learner.advice.nearest import flip, flip_candidates, nearest_examples, runner_up
from fewshot_gui.learner.advice.ridge import fit_ridge


def unit(vectors: np.ndarray) -> np.ndarray:
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def task(seed: int, shots: tuple[int, ...] = (3, 4, 2)) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    labels = np.repeat(np.arange(len(shots)), shots)
    return unit(rng.normal(size=(1, 8)))[0], unit(rng.normal(size=(len(labels), 8)) + 2 * np.eye(8)[labels]), labels


@given(st.integers(0, 10_000))
@settings(max_examples=20)
def test_leaving_out_in_closed_form_equals_fitting_without(seed: int) -> None:
    picture, support, labels = task(seed)
    fit = fit_ridge(support, labels, 3)
    for i in range(len(labels)):
        kept = np.arange(len(labels)) != i
        refit = fit_ridge(support[kept], labels[kept], 3)
        assert fit.left_out()[i] == pytest.approx(refit.scores(support[i]), abs=1e-6)
        assert fit.scores_without(picture)[i] == pytest.approx(refit.scores(picture), abs=1e-6)


def test_a_relabelling_gain_equals_the_fall_of_the_error_after_relabelling() -> None:
    _, support, labels = task(3)

    def error(labels: np.ndarray) -> float:
        return float(np.square(fit_ridge(support, labels, 3).left_out() - np.eye(3)[labels]).sum())

    gains = fit_ridge(support, labels, 3).relabelling_gains()
    for i in range(len(labels)):
        for k in range(3):
            other = labels.copy()
            other[i] = k
            fall = (error(labels) - error(other)) / (error(labels) / len(labels))
            assert gains[i, k] == pytest.approx(fall, abs=1e-6)


def test_the_nearest_examples_of_a_class_come_nearest_first() -> None:
    support = unit(np.array([[1, 0.0], [1, 0.5], [1, 1], [0, 1], [1, 0.1]]))
    labels = np.array([0, 0, 0, 1, 1])
    found = nearest_examples(support[0], support, labels, 0, 2)
    assert found.examples.tolist() == [0, 1]
    assert found.similarities == pytest.approx([1, 1 / np.sqrt(1.25)])
    assert nearest_examples(support[0], support, labels, 1, 5).examples.tolist() == [4, 3]


def test_the_runner_up_is_the_second_most_probable_class() -> None:
    assert runner_up(np.array([0.2, 0.5, 0.3])) == 2
    assert runner_up(np.array([0.5, 0.5])) == 1


@given(st.integers(0, 10_000), st.randoms(use_true_random=False))
@settings(max_examples=20)
def test_the_order_of_the_examples_does_not_change_the_candidates(seed: int, shuffler: object) -> None:
    picture, support, labels = task(seed)
    order = np.random.default_rng(seed + 1).permutation(len(labels))
    plain = flip_candidates(picture, support, labels, 0)
    assert order[flip_candidates(picture, support[order], labels[order], 0)].tolist() == plain.tolist()


def prototype_answers(pictures: np.ndarray, support: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """A stand-in for the adapted network: softmax over likeness to class means."""
    means = np.stack([support[labels == k].mean(0) for k in range(labels.max() + 1)])
    scores = np.exp(10 * pictures @ unit(means).T)
    return scores / scores.sum(1, keepdims=True)


def test_the_example_that_carries_a_decision_is_named() -> None:
    # class 0's second example lies beside the picture; without it class 1 is nearer
    support = unit(np.array([[1, 0, 0], [0.2, 1, 0.3], [0, 0.3, 1], [0, 0.35, 1]]))
    labels = np.array([0, 0, 1, 1])
    picture = unit(np.array([[0.1, 1, 0.35]]))
    tried: list[int] = []

    def adapt_without(i: int) -> tuple[np.ndarray, np.ndarray]:
        tried.append(i)
        kept = np.arange(4) != i
        both = prototype_answers(np.concatenate([picture, support]), support[kept], labels[kept])
        return both[0], both[1:]

    assert prototype_answers(picture, support, labels)[0].argmax() == 0
    found = flip(picture[0], support, labels, 0, adapt_without, prototype_answers(support, support, labels))
    assert found is not None
    assert (found.example, found.to) == (1, 1)
    assert 0 < found.elsewhere <= 1
    assert tried[0] == 1


def test_no_example_is_named_where_none_turns_the_decision() -> None:
    support = unit(np.array([[1, 0, 0], [1, 0.1, 0], [0, 0, 1], [0, 0.1, 1]]))
    labels = np.array([0, 0, 1, 1])
    sure = np.array([0.99, 0.01])
    answers = np.tile(sure, (4, 1))
    assert flip(support[0], support, labels, 0, lambda i: (sure, answers), answers) is None


def test_the_only_example_of_a_class_is_never_taken_away() -> None:
    support = unit(np.array([[1.0, 0], [0, 1]]))
    assert flip_candidates(support[0], support, np.array([0, 1]), 0).tolist() == []
    assert flip(support[0], support, np.array([0, 1]), 0, lambda i: pytest.fail("asked"), np.eye(2)) is None


def test_of_several_examples_the_one_that_changes_least_elsewhere_is_named() -> None:
    _, support, labels = task(5, (3, 3))
    answers = np.tile([0.6, 0.4], (6, 1))
    candidates = flip_candidates(support[0], support, labels, 0)[:3]

    def adapt_without(i: int) -> tuple[np.ndarray, np.ndarray]:
        moved = 0.1 if i == candidates[1] else 0.3
        return np.array([0.4, 0.6]), answers + np.array([moved, -moved])

    found = flip(support[0], support, labels, 0, adapt_without, answers)
    assert found is not None
    assert found.example == candidates[1]
    assert found.elsewhere == pytest.approx(0.1)
