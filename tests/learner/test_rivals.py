"""The methods that the learner is measured against, on made-up embeddings and on plain coloured pictures."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from sklearn.metrics import f1_score
from torch.nn.functional import cross_entropy, linear, softmax

from fewshot_gui.learner.methods import METHODS
from fewshot_gui.learner.rivals.fine_tuning import RATE, STEPS, fine_tuning
from fewshot_gui.learner.rivals.prototypes import SCALE, prototypes
from fewshot_gui.learner.rivals.textbook import Epoch, split, textbook, train_textbook

WAY, D = 3, 12
ON_EMBEDDINGS = pytest.mark.parametrize(
    "fit", [METHODS[name].fit for name in ("prototypes", "logistic", "fine-tuning")]
)


def length_one(features: np.ndarray) -> np.ndarray:
    rows = features.astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


LEARNER: Any = SimpleNamespace(
    embeddings=length_one, joined=length_one, device=SimpleNamespace(torch=torch.device("cpu"))
)
"""A learner whose embedding of a feature vector is the vector itself, at length one."""


def clouds(labels: list[int], seed: int = 0, noise: float = 0.15) -> np.ndarray:
    """Features [n, D] near a corner of their own for each class."""
    rng = np.random.default_rng(seed)
    return np.eye(D)[labels] + rng.normal(0, noise, (len(labels), D))


LABELS = np.array([0, 0, 0, 0, 0, 1, 2, 2])
SUPPORT = clouds(LABELS.tolist())
TRUTH = [0, 1, 2] * 10
QUERY = clouds(TRUTH, seed=1)


@ON_EMBEDDINGS
def test_classes_that_lie_apart_are_told_apart_from_unequal_examples(fit: Any) -> None:
    probabilities, known = fit(LEARNER, SUPPORT, LABELS, WAY)(QUERY)
    assert probabilities.shape == (30, WAY) and known.shape == (30,)
    assert np.allclose(probabilities.sum(1), 1, atol=1e-5)
    assert (probabilities.argmax(1) == TRUTH).mean() > 0.9


@ON_EMBEDDINGS
def test_pictures_unlike_all_examples_are_known_less(fit: Any) -> None:
    predict = fit(LEARNER, SUPPORT, LABELS, WAY)
    strangers = clouds([7, 8, 9] * 5, seed=2)
    assert np.median(predict(QUERY)[1]) > predict(strangers)[1].max()


@ON_EMBEDDINGS
def test_each_query_is_judged_alone(fit: Any) -> None:
    predict = fit(LEARNER, SUPPORT, LABELS, WAY)
    alone = [predict(QUERY[i : i + 1]) for i in range(len(QUERY))]
    together = predict(QUERY)
    for part in (0, 1):
        assert np.allclose(np.concatenate([a[part] for a in alone]), together[part], atol=1e-5)


@ON_EMBEDDINGS
def test_the_order_of_the_examples_makes_no_difference(fit: Any) -> None:
    turned = np.random.default_rng(0).permutation(len(LABELS))
    one, two = (fit(LEARNER, SUPPORT[rows], LABELS[rows], WAY)(QUERY)[0] for rows in (slice(None), turned))
    assert np.allclose(one, two, atol=2e-3)


def test_prototypes_are_a_softmax_over_cosines_to_class_means() -> None:
    shown, query = length_one(SUPPORT), length_one(QUERY)
    means = length_one(np.stack([shown[k == LABELS].mean(0) for k in range(WAY)]))
    expected = softmax(torch.from_numpy(SCALE * query @ means.T), 1).numpy()
    assert np.allclose(prototypes(LEARNER, SUPPORT, LABELS, WAY)(QUERY)[0], expected, atol=1e-6)


@pytest.mark.parametrize("rows", [slice(0, 8), slice(3, 6)])
def test_fine_tuning_equals_the_same_descent_over_all_dimensions(rows: slice) -> None:
    labels = LABELS[rows]
    way = int(labels.max()) + 1
    x, y = torch.from_numpy(length_one(SUPPORT[rows])), torch.from_numpy(labels)
    tail, weight, bias = (torch.zeros(*s, requires_grad=True) for s in ((D, D), (way, D), (way,)))
    optimiser = torch.optim.SGD([tail, weight, bias], lr=RATE, momentum=0.9, weight_decay=1e-3)
    for _ in range(STEPS):
        optimiser.zero_grad()
        cross_entropy(linear(x + x @ tail, weight, bias), y).backward()
        optimiser.step()
    q = torch.from_numpy(length_one(QUERY))
    with torch.no_grad():
        expected = softmax(linear(q + q @ tail, weight, bias), 1).numpy()
    assert tail.abs().max() > 1e-3
    assert np.allclose(fine_tuning(LEARNER, SUPPORT[rows], labels, way)(QUERY)[0], expected, atol=1e-4)


# --- the traditional learner


def coloured(labels: np.ndarray, seed: int = 0, side: int = 20) -> np.ndarray:
    """Pictures uint8 [n, side, side, 3]: reddish, greenish or bluish noise."""
    rng = np.random.default_rng(seed)
    base = 120 * np.eye(3)[labels][:, None, None, :] + 60
    return (base + rng.normal(0, 30, (len(labels), side, side, 3))).clip(0, 255).astype(np.uint8)


def test_the_textbook_learner_learns_colours_from_pictures_of_any_side() -> None:
    labels, truth = np.arange(6) % 3, np.arange(12) % 3
    predict = textbook(LEARNER, coloured(labels, side=40), labels, 3)
    probabilities, known = predict(coloured(truth, seed=1, side=40))
    assert (probabilities.argmax(1) == truth).all()
    assert np.allclose(known, probabilities.max(1))


def test_the_textbook_learner_gives_the_same_answers_twice_and_judges_each_alone() -> None:
    labels = np.arange(4) % 2
    pictures = coloured(np.arange(5) % 3, seed=1)
    before = torch.get_rng_state()
    first, second = (textbook(LEARNER, coloured(labels), labels, 2) for _ in range(2))
    assert torch.equal(torch.get_rng_state(), before)
    assert np.array_equal(first(pictures)[0], second(pictures)[0])
    alone = np.concatenate([first(pictures[i : i + 1])[0] for i in range(5)])
    assert np.allclose(alone, first(pictures)[0], atol=1e-5)


def test_every_epoch_tells_loss_test_accuracy_and_macro_f1() -> None:
    labels, truth = np.arange(60) % 3, np.repeat([0, 1, 2], [6, 2, 1])
    told: list[Epoch] = []
    data = (coloured(labels), labels, coloured(truth, seed=1), truth)
    history = train_textbook(*data, way=3, epochs=12, on_epoch=told.append)
    assert history == told and [e.epoch for e in history] == list(range(1, 13))
    assert history[-1].loss < history[0].loss
    assert history[-1].accuracy == history[-1].macro_f1 == 1.0
    assert train_textbook(*data, way=3, epochs=2) == history[:2]


def test_macro_f1_weighs_rare_classes_like_common_ones() -> None:
    """Trained on one class alone it answers that class to everything."""
    labels, truth = np.zeros(64, np.int64), np.repeat([0, 1], [9, 1])
    (last,) = train_textbook(coloured(labels), labels, coloured(truth), truth, way=2, epochs=1)
    assert last.accuracy == 0.9
    assert last.macro_f1 == pytest.approx(f1_score(truth, np.zeros(10), average="macro"))


def test_a_fifth_of_every_class_is_held_for_testing() -> None:
    labels = np.repeat([0, 1, 2, 3], [10, 25, 2, 1])
    train, test = split(labels)
    assert sorted([*train, *test]) == list(range(38))
    assert np.bincount(labels[test], minlength=4).tolist() == [2, 5, 1, 0]
    assert np.array_equal(split(labels)[1], test)
    assert not np.array_equal(split(labels, seed=1)[1], test)
