"""What the learner says of itself is fitted on collections that trained nothing, and tested on ones it never saw."""

from collections.abc import Sequence

import numpy as np
import pytest
import torch

from fewshot_gui.learner import calibration
from fewshot_gui.learner.calibration import calibrate, check_promise, judge
from fewshot_gui.learner.confidence import Confidence, Outcome
from fewshot_gui.learner.episodes import draw_episode
from fewshot_gui.learner.inner_loop import Start
from fewshot_gui.learner.outer_loop import FeatureSet, OuterSettings, measured_start, meta_train
from fewshot_gui.learner.promise import PromiseModel

BLOCKS = (6, 10)


def collection(name: str, seed: int, classes: int = 6, per_class: int = 30, views: int = 1) -> FeatureSet:
    """Classes around random centres, with noise that lies mostly along a few directions that all collections share."""
    rng = np.random.default_rng(seed)
    nuisance = np.random.default_rng(99).normal(size=(3, sum(BLOCKS)))
    centres = rng.normal(size=(classes, 1, sum(BLOCKS)))
    noise = rng.normal(size=(views, classes, per_class, 3)) @ nuisance
    features = centres + 1.5 * noise + 0.3 * rng.normal(size=(views, classes, per_class, sum(BLOCKS)))
    rows = tuple(np.arange(k * per_class, (k + 1) * per_class) for k in range(classes))
    return FeatureSet(name, features.reshape(views, -1, sum(BLOCKS)).astype(np.float16), rows)


def sets() -> list[FeatureSet]:
    return [collection(name, seed) for seed, name in enumerate(("one", "two", "three"))]


def silent(*_: object) -> None:
    pass


def accuracy(start: Start, one: FeatureSet) -> float:
    rng = np.random.default_rng(0)
    hits = []
    for _ in range(30):
        episode = draw_episode(one.rows_by_class, rng, way=4, shots=2, queries=10)
        sure, answers = judge(start, Confidence.fresh(), one)(episode)
        assert ((sure >= 0) & (sure <= 1)).all()
        hits.append((answers == episode.query_labels).mean())
    return float(np.mean(hits))


def test_the_measured_metric_finds_what_collections_share_and_helps_one_that_it_never_saw() -> None:
    measured = measured_start(BLOCKS, (1.0, 1.0), sets(), OuterSettings())
    unseen = collection("unseen", 7)
    assert accuracy(measured, unseen) > accuracy(Start.fresh(BLOCKS), unseen) + 0.05


def test_shrinkage_without_bound_leaves_the_directions_as_they_are() -> None:
    tail = measured_start(BLOCKS, (1.0, 1.0), sets(), OuterSettings(shrinkage=1e8)).tail
    assert torch.allclose(tail / tail[0, 0], torch.eye(sum(BLOCKS)), atol=1e-3)


def test_the_outer_loop_keeps_the_start_that_validated_best() -> None:
    start = measured_start(BLOCKS, (1.0, 1.0), sets(), OuterSettings())
    seen: list[float] = []

    def validate(candidate: Start) -> float:
        seen.append(float(candidate.log_ridge))
        return -float(len(seen))  # the first one is best

    best = meta_train(start, sets(), OuterSettings(episodes=8, validate_every=4), validate=validate)
    assert len(seen) == 3 and len(set(seen)) == 3
    assert all(torch.equal(best.tensors()[k], v) for k, v in start.tensors().items())


def test_episodes_move_rates_and_spring_but_not_the_metric() -> None:
    start = measured_start(BLOCKS, (1.0, 1.0), sets(), OuterSettings())
    moved = meta_train(start, sets(), OuterSettings(episodes=8))
    assert torch.equal(moved.tail, start.tail)
    assert not torch.equal(moved.log_rates, start.log_rates)
    assert not torch.equal(moved.log_ridge, start.log_ridge)


def test_fewer_than_three_collections_promise_nothing_in_particular() -> None:
    _, promise = calibrate(Start.fresh(BLOCKS), sets()[:2], 12, 5, 0, silent)
    assert np.array_equal(promise.spread, PromiseModel.fresh().spread)


def test_a_collection_is_judged_by_what_the_others_taught(monkeypatch: pytest.MonkeyPatch) -> None:
    fitted_on: list[int] = []
    original = calibration.fit_confidence

    def noted(outcomes: Sequence[Outcome]) -> Confidence:
        fitted_on.append(len(outcomes))
        return original(outcomes)

    monkeypatch.setattr(calibration, "fit_confidence", noted)
    _, promise = calibrate(Start.fresh(BLOCKS), sets(), 30, 4, 0, silent)
    assert fitted_on == [30, 20, 20, 20]
    assert not np.array_equal(promise.spread, PromiseModel.fresh().spread)


def test_the_check_of_the_promise_covers_every_collection() -> None:
    found = check_promise(Start.fresh(BLOCKS), sets(), 30, 6, 0, silent)
    assert {k.domain for k in found} == {"one", "two", "three"}
    assert all(0 <= k.kept <= 1 and 0 <= k.filed <= 1 and k.runs == 6 for k in found)
