"""The example doctor on supports with planted faults, and on sound ones."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fewshot_gui.learner.advice.doctor import (
    Finding,
    Kind,
    examine,
    mislabelled,
    near_copies,
    same_pictures,
    same_things,
)


def support(seed: int, way: int = 4, shots: int = 5, spread: float = 0.5) -> tuple[np.ndarray, np.ndarray]:
    """Classes around orthogonal directions: embeddings [way * shots, 64] of unit length, and labels."""
    rng = np.random.default_rng(seed)
    labels = np.repeat(np.arange(way), shots)
    vectors = np.eye(64)[labels] + spread * rng.normal(size=(len(labels), 64)) / 8 * 2
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32), labels


@given(st.integers(0, 10_000), st.integers(0, 19), st.integers(1, 3))
@settings(max_examples=20)
def test_an_example_put_in_the_wrong_class_is_the_first_suspect(seed: int, bad: int, turn: int) -> None:
    embeddings, labels = support(seed, spread=0.4)
    right = int(labels[bad])
    labels[bad] = (right + turn) % 4
    first = mislabelled(embeddings, labels, 4)[0]
    assert first.examples == (bad,)
    assert first.classes == (labels[bad], right)


def test_among_many_classes_that_scatter_the_bad_example_is_mostly_the_first_suspect() -> None:
    first = 0
    for bad in range(5, 65):
        embeddings, labels = support(bad, way=20, spread=1.0)
        labels[bad] = 0
        first += [finding.examples for finding in mislabelled(embeddings, labels, 20)][:1] == [(bad,)]
    assert first >= 40


def test_the_worse_an_example_fits_the_graver_the_finding() -> None:
    embeddings, labels = support(0, spread=0.4)
    away = np.eye(64, dtype=np.float32)[1]
    severities = []
    for share in (0.5, 0.7, 0.9):
        moved = embeddings.copy()
        moved[0] = (1 - share) * embeddings[0] + share * away
        moved[0] /= np.linalg.norm(moved[0])
        severities.append(max((f.severity for f in mislabelled(moved, labels, 4)), default=0.0))
    assert 0 <= severities[0] < severities[1] <= severities[2] == 1


@given(st.integers(0, 10_000))
@settings(max_examples=20)
def test_a_sound_support_has_no_findings(seed: int) -> None:
    assert examine(*support(seed, spread=0.4), 4) == []


@given(st.integers(0, 10_000))
@settings(max_examples=20)
def test_the_order_of_the_examples_does_not_change_the_suspects(seed: int) -> None:
    embeddings, labels = support(seed, spread=1.5)
    order = np.random.default_rng(seed + 1).permutation(len(labels))
    plain = mislabelled(embeddings, labels, 4)
    turned = mislabelled(embeddings[order], labels[order], 4)
    assert [int(order[f.examples[0]]) for f in turned] == [f.examples[0] for f in plain]
    assert [f.severity for f in turned] == pytest.approx([f.severity for f in plain], abs=1e-4)


def test_a_class_too_small_to_judge_is_neither_doubted_nor_proposed() -> None:
    embeddings, labels = support(0, shots=5)
    kept = np.flatnonzero((labels != 3) | (np.arange(len(labels)) >= 18))  # class 3 keeps two examples
    embeddings, labels = embeddings[kept], labels[kept].copy()
    labels[0] = 3
    labels[labels == 3] = np.where(np.arange((labels == 3).sum()) < 2, 3, 2)
    assert not any(3 in finding.classes for finding in mislabelled(embeddings, labels, 4))


def test_no_more_than_a_few_examples_are_suspects_however_mixed_up_all_is() -> None:
    embeddings, labels = support(0)
    shuffled = np.random.default_rng(0).permutation(labels)
    assert 1 <= len(mislabelled(embeddings, shuffled, 4)) <= 3


def test_near_copies_in_one_class_are_named_together() -> None:
    embeddings, labels = support(1)
    embeddings[[2, 4]] = embeddings[0]
    found = near_copies(embeddings, labels)
    assert [(f.kind, f.examples, f.classes) for f in found] == [(Kind.NEAR_COPIES, (0, 2, 4), (0,))]


def test_the_same_picture_in_two_classes_is_the_gravest_finding() -> None:
    embeddings, labels = support(2)
    embeddings[7] = embeddings[1]
    found = examine(embeddings, labels, 4)
    assert found[0] == Finding(Kind.SAME_PICTURE, (1, 7), (0, 1), 1.0)
    assert same_pictures(embeddings, np.zeros_like(labels)) == []


@given(st.integers(0, 10_000))
@settings(max_examples=20)
def test_one_class_dealt_out_to_two_cards_is_one_thing_while_others_stay_apart(seed: int) -> None:
    embeddings, labels = support(seed, way=3, shots=40)
    own = np.flatnonzero(labels == 0)
    # both cards hold the very same pictures: one thing by construction, not by luck
    embeddings[own[20:]] = embeddings[own[:20]]
    labels[own[20:]] = 3
    assert [f.classes for f in same_things(embeddings, labels, 4)] == [(0, 3)]


def test_classes_of_few_examples_are_not_compared() -> None:
    embeddings, labels = support(0, way=2, shots=4)
    assert same_things(np.tile(embeddings[:4], (2, 1)), labels, 2) == []


def test_one_example_or_none_is_no_trouble() -> None:
    assert examine(np.empty((0, 8), np.float32), np.empty(0, np.int64), 2) == []
    assert examine(np.eye(8, dtype=np.float32)[:2], np.arange(2), 3) == []
