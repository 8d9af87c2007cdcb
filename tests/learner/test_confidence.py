"""Leave-one-out against the plain way of doing it, likeness of strangers, and confidence fitted on made-up tasks."""

from collections.abc import Sequence

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy, normalize

from fewshot_gui.learner.confidence import (
    LOO_SCALE,
    RIDGE,
    Confidence,
    LeaveOneOut,
    Outcome,
    fit_confidence,
    leave_one_out,
)
from fewshot_gui.learner.evaluate import Reliability
from fewshot_gui.learner.inner_loop import Task, class_means


class World:
    """Gaussian classes around the mean of a domain, on the unit sphere."""

    def __init__(self, seed: int, classes: int = 12, size: int = 24, noise: float = 0.15) -> None:
        self.generator = torch.Generator().manual_seed(seed)
        self.noise = noise
        self.centres = normalize(self._normal(classes, size) + 0.7 * self._normal(1, size), dim=1)

    def _normal(self, *shape: int) -> Tensor:
        return torch.randn(*shape, generator=self.generator)

    def pictures(self, labels: Sequence[int] | Tensor) -> Tensor:
        centres = self.centres[torch.as_tensor(labels)]
        return normalize(centres + self.noise * self._normal(*centres.shape), dim=1)

    def task(self, shots: Sequence[int]) -> tuple[Tensor, Task]:
        labels = torch.repeat_interleave(torch.arange(len(shots)), torch.tensor(shots))
        return self.pictures(labels), Task(torch.empty(len(labels), 0), labels, len(shots))


def plain_scores(examples: Tensor, targets: Tensor, noise: Tensor, pictures: Tensor) -> Tensor:
    return pictures @ examples.T @ torch.linalg.solve(examples @ examples.T + torch.diag(noise), targets)


def test_leave_one_out_equals_leaving_each_one_out() -> None:
    embeddings, task = World(0).task([3, 2, 4])
    loo = leave_one_out(embeddings, task)
    own = normalize(embeddings - class_means(embeddings, task.labels, 3).sum(0) / 4, dim=1)
    targets, noise = torch.eye(3)[task.labels], RIDGE * task.labels.bincount()[task.labels]
    losses = []
    for i in range(9):
        others = torch.arange(9) != i
        left_out = plain_scores(own[others], targets[others], noise[others], own[i : i + 1])
        losses.append(cross_entropy(LOO_SCALE * left_out, task.labels[i : i + 1]))
    assert float(loo.facts[3]) == pytest.approx(float(torch.stack(losses).mean()) - np.log(3), abs=1e-4)
    assert loo.likeness(embeddings) == pytest.approx(plain_scores(own, targets, noise, own).amax(1), abs=1e-5)


def test_an_example_without_company_is_not_scored_without_itself() -> None:
    embeddings, task = World(0).task([1, 4])
    assert float(leave_one_out(embeddings, task).facts[2]) == pytest.approx(0.8)
    embeddings, task = World(0).task([1, 1, 1, 1])
    loo = leave_one_out(embeddings, task)
    assert loo.facts.tolist() == pytest.approx([np.log(4), 0.0, 0.0, 0.0, 0.0], abs=1e-6)
    assert torch.isfinite(loo.likeness(World(1).pictures([0, 1, 2]))).all()


def test_the_contrast_is_the_likeness_within_classes_less_that_between_them() -> None:
    embeddings, task = World(1).task([1, 3, 2])
    within, between = [], []
    for i in range(6):
        for j in range(i):
            alike = task.labels[i] == task.labels[j]
            (within if alike else between).append(float(embeddings[i] @ embeddings[j]))
    facts = leave_one_out(embeddings, task).facts
    assert float(facts[4]) == pytest.approx(np.mean(within) - np.mean(between), abs=1e-5)


def test_a_single_class_has_no_contrast() -> None:
    facts = leave_one_out(*World(1).task([4])).facts
    assert torch.isfinite(facts).all()
    assert float(facts[4]) == 0


def test_neither_the_order_of_examples_nor_of_classes_matters() -> None:
    world = World(3)
    embeddings, task = world.task([2, 5, 1, 3])
    pictures = world.pictures([0, 1, 2, 3, 7, 8])
    order = torch.randperm(11, generator=world.generator)
    renamed = torch.tensor([2, 0, 3, 1])[task.labels[order]]
    one = leave_one_out(embeddings, task)
    other = leave_one_out(embeddings[order], Task(torch.empty(11, 0), renamed, 4))
    assert torch.allclose(one.facts, other.facts, atol=1e-5)
    assert torch.allclose(one.likeness(pictures), other.likeness(pictures), atol=1e-5)


def test_an_example_given_twice_is_no_trouble() -> None:
    embeddings, task = World(4).task([2, 2])
    loo = leave_one_out(embeddings[[0, 0, 2, 2]], task)
    assert torch.isfinite(loo.facts).all()
    assert torch.isfinite(loo.likeness(embeddings)).all()


@pytest.mark.parametrize("shots", [[1, 1, 1, 1, 1], [5, 5, 5, 5, 5], [1, 9, 2, 4, 3]])
def test_strangers_are_less_alike_than_the_known(shots: list[int]) -> None:
    world = World(5)
    loo = leave_one_out(*world.task(shots))
    known, strange = (loo.likeness(world.pictures(torch.arange(*ends).repeat(40))) for ends in ((0, 5), (5, 12)))
    assert float((known[:, None] > strange).float().mean()) > 0.85


def test_likeness_of_a_picture_does_not_depend_on_the_others() -> None:
    world = World(6)
    loo = leave_one_out(*world.task([3, 3]))
    pictures = world.pictures([0, 1, 5, 6])
    alone = torch.cat([loo.likeness(pictures[i : i + 1]) for i in range(4)])
    assert torch.allclose(loo.likeness(pictures), alone, atol=1e-6)


def outcomes(seeds: range, overconfident_by: float = 1.0) -> list[Outcome]:
    """Tasks of all sizes; the scores say how sure one can be, times ``overconfident_by``."""
    made = []
    for seed in seeds:
        rng = np.random.default_rng(seed)
        world = World(seed, noise=float(rng.uniform(0.1, 0.3)))
        way = int(rng.integers(2, 9))
        loo = leave_one_out(*world.task([int(rng.integers(1, 9))] * way))
        labels = torch.arange(way).repeat(20)
        chances = torch.softmax(1.5 * torch.from_numpy(rng.normal(0, 1, (len(labels), way))).float(), 1)
        drawn = torch.multinomial(chances, 1, generator=world.generator).squeeze(1)
        raw = overconfident_by * chances.log()
        known, strange = (
            loo.likeness(world.pictures(labels)),
            loo.likeness(world.pictures(torch.arange(9, 12).repeat(40))),
        )
        made.append(Outcome(loo, raw, drawn, known, strange))
    return made


def calibration_error(made: list[Outcome], log_temperatures: list[float]) -> float:
    chances = [torch.softmax(o.logits / np.exp(t), 1).numpy() for o, t in zip(made, log_temperatures, strict=True)]
    confidence = np.concatenate([c.max(1) for c in chances])
    hit = np.concatenate([c.argmax(1) == o.labels.numpy() for c, o in zip(chances, made, strict=True)])
    return Reliability.of(confidence, hit).ece


def test_the_fitted_temperature_undoes_overconfidence_also_on_other_tasks() -> None:
    fitted = fit_confidence(outcomes(range(30), overconfident_by=4.0))
    new = outcomes(range(100, 130), overconfident_by=4.0)
    temperatures = [float(fitted.log_temperature(o.loo)) for o in new]
    assert np.mean(temperatures) == pytest.approx(np.log(4.0), abs=0.1)
    assert calibration_error(new, [0.0] * len(new)) > 0.1
    assert calibration_error(new, temperatures) < 0.04


def refused(fitted: Confidence, made: list[Outcome]) -> tuple[float, float]:
    """Shares of the known and of the strangers that the default threshold refuses."""
    known = torch.cat([fitted.known_probability(o.loo, o.likeness) for o in made])
    strange = torch.cat([fitted.known_probability(o.loo, o.stranger_likeness) for o in made])
    return tuple(float((p < fitted.known_threshold).float().mean()) for p in (known, strange))  # type: ignore[return-value]


@pytest.mark.parametrize("share", [0.02, 0.05, 0.2])
def test_the_threshold_refuses_as_many_known_as_asked_for_and_more_strangers(share: float) -> None:
    fitted = fit_confidence(outcomes(range(60)), refused_known=share)
    known, strange = refused(fitted, outcomes(range(100, 160)))
    assert known == pytest.approx(share, abs=0.6 * share)
    assert strange > 3 * known


def test_by_default_at_most_a_twentieth_of_the_known_are_refused_at_one_shot_and_at_many() -> None:
    fitted = fit_confidence(outcomes(range(80)))
    for few in (True, False):
        tasks = [o for o in outcomes(range(100, 200)) if (float(o.loo.facts[1]) < 1.0) == few]
        assert refused(fitted, tasks)[0] < 0.06


def test_more_likeness_is_never_less_known() -> None:
    fitted = fit_confidence(outcomes(range(20)))
    loo = outcomes(range(1))[0].loo
    chances = fitted.known_probability(loo, torch.linspace(-0.5, 1.5, 50))
    assert (chances.diff() > 0).all()
    assert float(chances.min()) >= 0 and float(chances.max()) <= 1


def test_without_strangers_to_learn_from_there_is_still_a_border() -> None:
    alone = [Outcome(o.loo, o.logits, o.labels, o.likeness, o.likeness[:0]) for o in outcomes(range(20))]
    fitted = fit_confidence(alone)
    assert torch.isfinite(torch.cat([fitted.temperature, fitted.floor, fitted.known])).all()
    assert refused(fitted, alone)[0] == pytest.approx(0.05, abs=0.02)


def test_where_strangers_are_no_less_alike_the_border_still_spares_the_known() -> None:
    made = outcomes(range(20))
    odd = [Outcome(o.loo, o.logits, o.labels, o.likeness, o.likeness + 0.1) for o in made]
    assert refused(fit_confidence(odd), odd)[0] == pytest.approx(0.05, abs=0.02)


def test_before_any_fit_scores_stay_as_they_are_and_nobody_is_refused() -> None:
    made = outcomes(range(5))
    assert all(float(Confidence.fresh().log_temperature(o.loo)) == 0.0 for o in made)
    assert refused(Confidence.fresh(), made) == (0.0, 0.0)


def test_the_temperature_stays_in_bounds_however_odd_the_task() -> None:
    fitted = Confidence(torch.full((6,), 50.0), torch.zeros(4), torch.tensor([0.0, 1.0]), torch.tensor(0.0))
    odd = LeaveOneOut(torch.tensor([9.0, 9.0, 1.0, 9.0, 1.0]), torch.zeros(2), torch.zeros(2, 2))
    assert 0 < float(fitted.log_temperature(odd).exp()) < 30


def test_calibration_error_of_an_honest_and_of_a_boasting_machine() -> None:
    rng = np.random.default_rng(0)
    confidence = rng.uniform(0.5, 1.0, 20_000)
    honest = rng.uniform(size=20_000) < confidence
    assert Reliability.of(confidence, honest).ece < 0.02
    assert Reliability.of(np.full(1000, 0.99), np.arange(1000) % 2 == 0).ece == pytest.approx(0.49, abs=1e-6)
