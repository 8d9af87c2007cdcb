"""Two questions about the examples: what is wrong with them, and how a class could be split."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from fewshot_gui.engine import Support
from fewshot_gui.learner.inner_loop import Cancelled
from fewshot_gui.questions.health import Kind, examine_examples
from fewshot_gui.questions.split import MOST_GROUPS, group_by_look, propose_split


def around(centre: int, count: int, spread: float = 0.25, seed: int = 0) -> np.ndarray:
    """Unit vectors near one of eight corners."""
    points = np.eye(8)[[centre] * count] + np.random.default_rng(seed).normal(0, spread, (count, 8))
    return (points / np.linalg.norm(points, axis=1, keepdims=True)).astype(np.float32)


def engine_with(embeddings: np.ndarray, labels: list[int], class_ids: tuple[int, ...]) -> Any:
    """An engine adapted to pictures 100, 101, ... with these embeddings; it has no features of others."""
    ids = np.arange(100, 100 + len(embeddings))
    return SimpleNamespace(
        support=Support(ids, np.array(labels), class_ids),
        embeddings=lambda wanted: embeddings[[i - 100 for i in wanted]],
        features=set(ids.tolist()),
    )


def never() -> bool:
    return False


def test_symptoms_name_pictures_and_classes_not_rows() -> None:
    embeddings = np.concatenate([around(0, 6, seed=1), around(1, 6, seed=2)])
    embeddings[5] = embeddings[11]  # the same picture stands in both
    health = examine_examples(engine_with(embeddings, [0] * 6 + [1] * 6, (7, 9)), never)
    same = next(s for s in health.symptoms if s.kind is Kind.SAME_PICTURE)
    assert (same.pictures, same.classes) == ((105, 111), (7, 9))
    assert same in health.of_class(7) and same in health.of_class(9)


def test_a_stranger_among_the_examples_is_the_trouble_of_its_own_class() -> None:
    embeddings = np.concatenate([around(0, 7, seed=1), around(1, 8, seed=2)])
    health = examine_examples(engine_with(embeddings, [0] * 7 + [1] * 7 + [0], (7, 9)), never)
    (wrong,) = [s for s in health.symptoms if s.kind is Kind.MISLABELLED]
    assert (wrong.pictures, wrong.classes) == ((114,), (7, 9))
    assert wrong in health.of_class(7) and wrong not in health.of_class(9)


def test_sound_examples_have_no_symptoms() -> None:
    embeddings = np.concatenate([around(0, 6, seed=1), around(1, 6, seed=2)])
    assert examine_examples(engine_with(embeddings, [0] * 6 + [1] * 6, (7, 9)), never).symptoms == ()


def test_a_class_of_two_looks_is_split_into_them() -> None:
    embeddings = np.concatenate([around(0, 3, seed=1), around(1, 4, seed=2)])
    proposal = propose_split([999, *range(100, 107)])(engine_with(embeddings, [0] * 7, (7,)), never)
    larger, smaller = proposal.groups[2]
    assert (set(larger), set(smaller)) == ({103, 104, 105, 106}, {100, 101, 102})


def test_three_looks_are_offered_as_three_groups_too() -> None:
    embeddings = np.concatenate([around(n, 4, 0.1, seed=n) for n in range(3)])
    groups = group_by_look(embeddings)
    assert {frozenset(group) for group in groups[3]} == {
        frozenset(range(4)),
        frozenset(range(4, 8)),
        frozenset(range(8, 12)),
    }
    for count, parts in groups.items():
        assert 2 <= count <= MOST_GROUPS
        assert sorted(row for part in parts for row in part) == list(range(12))


@pytest.mark.parametrize("count", [0, 1, 4])
def test_copies_of_one_picture_are_not_split(count: int) -> None:
    assert group_by_look(np.tile(around(0, 1), (count, 1))) == {}


def test_both_give_up_when_they_are_overtaken() -> None:
    engine = engine_with(around(0, 4), [0] * 4, (7,))
    with pytest.raises(Cancelled):
        examine_examples(engine, lambda: True)
    with pytest.raises(Cancelled):
        propose_split([100, 101])(engine, lambda: True)
