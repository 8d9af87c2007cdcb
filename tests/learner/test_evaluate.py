"""Measuring methods on episodes: figures against sums done by hand, and who is given what."""

from collections.abc import Callable
from dataclasses import fields
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from sklearn.metrics import f1_score

from fewshot_gui.learner import evaluate as measuring
from fewshot_gui.learner.evaluate import Bench, Figures, Reliability, Tally
from fewshot_gui.learner.methods import METHODS, Method

NO_LEARNER: Any = SimpleNamespace(embeddings=lambda features: features, joined=lambda features: features)
ROWS = [np.arange(10 * k, 10 * k + 10) for k in range(6)]
FEATURES = np.arange(60, dtype=np.float32)[:, None]
"""Each picture's feature is its own row number: ten pictures to a class."""


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[np.ndarray]]:
    """Three methods that only note what they are shown: two are given features, "eye" pictures."""
    noted: dict[str, list[np.ndarray]] = {"one": [], "two": [], "eye": []}

    def noting(name: str) -> Callable[..., Any]:
        def fit(learner: Any, support: np.ndarray, labels: np.ndarray, way: int) -> Any:
            noted[name] += [support, labels]

            def predict(queries: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
                noted[name].append(queries)
                return np.full((len(queries), way), 1 / way), np.linspace(1, 0, len(queries))

            return predict

        return fit

    for name in noted:
        monkeypatch.setitem(METHODS, name, Method(name, "nobody 2000", noting(name), sees_pictures=name == "eye"))
    return noted


def test_all_methods_get_the_same_episodes_and_those_with_eyes_the_pictures(seen: dict[str, list[np.ndarray]]) -> None:
    pictures = np.arange(60, dtype=np.uint8)[:, None, None, None] * np.ones((1, 4, 4, 3), np.uint8)
    bench = Bench(NO_LEARNER, FEATURES, ROWS, pictures)
    measuring.tally(bench, ["one", "two", "eye"], way=3, shot=2, episodes=4, queries=3)
    assert len(seen["one"]) == len(seen["eye"]) == 4 * 3
    for one, two, eye in zip(seen["one"], seen["two"], seen["eye"], strict=True):
        assert np.array_equal(one, two)
        assert np.array_equal(one.ravel(), eye.reshape(len(eye), -1)[:, 0])
        assert eye.shape[1:] in ((4, 4, 3), ())


def test_an_episode_shows_the_shots_and_asks_for_as_many_strangers_as_queries(
    seen: dict[str, list[np.ndarray]],
) -> None:
    measuring.tally(Bench(NO_LEARNER, FEATURES, ROWS), ["one"], way=3, shot=2, episodes=1, queries=3)
    support, labels, asked = seen["one"]
    assert labels.tolist() == [0, 0, 1, 1, 2, 2]
    assert len(asked) == 2 * 3 * 3
    shown_classes, query_classes, stranger_classes = (set((a // 10).ravel()) for a in (support, asked[:9], asked[9:]))
    assert shown_classes == query_classes and not shown_classes & stranger_classes
    assert not set(support.ravel()) & set(asked.ravel())


def test_where_all_classes_are_shown_nobody_is_a_stranger(seen: dict[str, list[np.ndarray]]) -> None:
    found = measuring.tally(Bench(NO_LEARNER, FEATURES, ROWS), ["one"], way=6, shot=2, episodes=1, queries=3)
    assert len(seen["one"][2]) == 6 * 3
    assert found["one"].figures().unknown_auroc is None


def test_the_seed_decides_the_episodes(seen: dict[str, list[np.ndarray]]) -> None:
    for seed in (1, 1, 2):
        measuring.tally(Bench(NO_LEARNER, FEATURES, ROWS), ["one"], way=3, shot=2, episodes=1, seed=seed)
    first, again, other = seen["one"][0::3]
    assert np.array_equal(first, again) and not np.array_equal(first, other)


def test_a_method_that_sees_pictures_is_not_run_without_them(seen: dict[str, list[np.ndarray]]) -> None:
    with pytest.raises(ValueError, match="eye needs the pictures"):
        measuring.tally(Bench(NO_LEARNER, FEATURES, ROWS), ["eye"], way=3, shot=2, episodes=1)
    assert seen["eye"] == []


def test_the_figures_are_what_sums_by_hand_give() -> None:
    tally = Tally()
    labels = np.array([0, 0, 1, 1])
    sure = np.array([[0.9, 0.1], [0.8, 0.2], [0.3, 0.7], [0.4, 0.6], [0.5, 0.5], [0.5, 0.5]])
    unsure = np.array([[0.6, 0.4], [0.4, 0.6], [0.6, 0.4], [0.4, 0.6]])
    tally.add(labels, sure, np.array([0.9, 0.8, 0.7, 0.3, 0.5, 0.1]), 0.1)
    tally.add(labels, unsure, np.ones(4), 0.3)
    figures = tally.figures()
    assert figures.accuracy == 0.75
    assert figures.accuracy_ci95 == pytest.approx(1.96 * np.std([1, 0.5], ddof=1) / 2**0.5)
    assert figures.macro_f1 == pytest.approx((1 + f1_score(labels, [0, 1, 0, 1], average="macro")) / 2)
    assert figures.unknown_auroc == 7 / 8
    assert figures.adapt_seconds == pytest.approx(0.2)


def test_confidence_in_bins_shows_counts_and_the_gap_to_accuracy() -> None:
    confidence, hit = np.array([0.95, 0.97, 0.55, 1.0]), np.array([True, False, True, True])
    found = Reliability.of(confidence, hit, bins=10)
    assert found.counts.tolist() == [0, 0, 0, 0, 0, 1, 0, 0, 0, 3]
    assert found.accuracy[5] == 1 and found.accuracy[9] == pytest.approx(2 / 3)
    assert found.confidence[9] == pytest.approx(2.92 / 3)
    assert found.ece == pytest.approx((abs(0.55 - 1) + abs(2.92 - 2)) / 4)
    assert len(Reliability.of(confidence, hit).counts) == 15


def test_a_perfect_embedding_is_classified_perfectly_by_the_plain_methods() -> None:
    features = np.repeat(np.eye(6, dtype=np.float32), 10, axis=0)
    names = ["prototypes", "logistic", "fine-tuning"]
    for tally in measuring.tally(Bench(NO_LEARNER, features, ROWS), names, way=4, shot=1, episodes=2).values():
        figures = tally.figures()
        assert figures.accuracy == figures.macro_f1 == figures.unknown_auroc == 1
        assert figures.accuracy_ci95 == 0


@pytest.mark.parametrize(
    ("sizes", "shots"), [([11] * 5, (1, 2, 5, 10)), ([6] * 3 + [20] * 2, (1, 2, 5)), ([1] * 9, ())]
)
def test_only_shots_that_the_collection_allows_are_compared(sizes: list[int], shots: tuple[int, ...]) -> None:
    rows = np.split(np.arange(sum(sizes)), np.cumsum(sizes)[:-1])
    assert measuring.possible_shots(rows, 5) == shots


def test_a_comparison_runs_every_method_at_every_shot(seen: dict[str, list[np.ndarray]]) -> None:
    reports: list[tuple[int, int]] = []
    bench = Bench(NO_LEARNER, FEATURES, ROWS)
    found = measuring.compare(bench, ["one", "two"], way=3, episodes=2, progress=lambda *r: reports.append(r))
    assert {shot: list(figures) for shot, figures in found.items()} == {shot: ["one", "two"] for shot in (1, 2, 5)}
    assert [len(support) for support in seen["two"][0::3]] == [3, 3, 6, 6, 15, 15]
    assert reports == [(n, 6) for n in range(1, 7)]


def test_the_table_has_methods_down_and_shots_across() -> None:
    def figures(accuracy: float) -> Figures:
        return Figures(accuracy, 0.0123, 0.5, 0.1, None, 0.0)

    lines = measuring.as_table(
        {1: {"a": figures(0.5), "long": figures(0.6)}, 5: {"a": figures(0.7), "long": figures(1)}}
    )
    assert [line.split() for line in lines] == [
        ["1", "shot", "5", "shots"],
        ["a", "50.0", "±", "1.2", "70.0", "±", "1.2"],
        ["long", "60.0", "±", "1.2", "100.0", "±", "1.2"],
    ]
    assert len({len(line) for line in lines}) == 1


def test_the_chosen_method_stands_before_its_baselines() -> None:
    assert measuring.with_baselines("maml") == ("maml", "prototypes", "logistic", "logistic-metric")
    assert measuring.with_baselines("textbook") == ("textbook", "maml", "prototypes", "logistic", "logistic-metric")
    assert measuring.with_baselines("logistic") == ("logistic", "maml", "prototypes", "logistic-metric")
    same = Figures(1, 0, 1, 0, None, 0)
    result = measuring.as_json(dict.fromkeys(("maml", "logistic"), same), "logistic")
    assert result.keys() == {"method", "baselines"} | {f.name for f in fields(Figures)}
    assert result["method"] == "logistic" and result["baselines"].keys() == {"maml"}  # type: ignore[attr-defined]


def test_every_method_names_its_paper() -> None:
    assert all(any(c.isdigit() for c in method.paper) and method.name == name for name, method in METHODS.items())
