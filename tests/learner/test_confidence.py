"""Leave-one-out against the plain way of doing it, and the fitted confidence on made-up episodes."""

import numpy as np
import pytest
import torch
from torch.nn.functional import cross_entropy, normalize

from fewshot_gui.learner.confidence import LOO_SCALE, LeaveOneOut, Outcome, fit_confidence, leave_one_out
from fewshot_gui.learner.evaluate import expected_calibration_error
from fewshot_gui.learner.inner_loop import Task


def test_leave_one_out_equals_leaving_each_one_out() -> None:
    torch.manual_seed(0)
    labels = torch.tensor([0, 0, 0, 1, 1, 2, 2, 2, 2])
    embeddings = normalize(torch.randn(9, 6) + 2 * torch.eye(6)[labels], dim=1)
    loo = leave_one_out(embeddings, Task(torch.empty(9, 0), labels, 3))
    losses, nearest = [], []
    for i in range(9):
        others = torch.arange(9) != i
        means = normalize(torch.stack([embeddings[others & (labels == k)].mean(0) for k in range(3)]), dim=1)
        # the other classes' means hold all of their examples; only the own class lacks one
        losses.append(cross_entropy(LOO_SCALE * embeddings[i : i + 1] @ means.T, labels[i : i + 1]))
        nearest.append((embeddings[others & (labels == labels[i])] @ embeddings[i]).max())
    assert float(loo.facts[3]) == pytest.approx(float(torch.stack(losses).mean()), abs=1e-5)
    assert float(loo.facts[4]) == pytest.approx(float(torch.stack(nearest).mean()), abs=1e-5)


def test_one_example_each_still_gives_finite_facts() -> None:
    embeddings = normalize(torch.randn(4, 6), dim=1)
    loo = leave_one_out(embeddings, Task(torch.empty(4, 0), torch.arange(4), 4))
    assert torch.isfinite(loo.facts).all()
    assert float(loo.facts[2]) == 0.0


def outcomes(overconfident_by: float) -> list[Outcome]:
    rng = np.random.default_rng(0)
    made = []
    for _ in range(60):
        way, n = int(rng.integers(2, 8)), 80
        labels = rng.integers(way, size=n)
        logits = rng.normal(0, 1, (n, way)) + 1.5 * np.eye(way)[labels]
        facts = torch.tensor([np.log(way), 1.0, 1.0, 0.5, 0.6], dtype=torch.float32)
        made.append(
            Outcome(
                LeaveOneOut(facts),
                torch.tensor(logits * overconfident_by, dtype=torch.float32),
                torch.tensor(labels),
                torch.tensor(rng.normal(0.7, 0.1, n), dtype=torch.float32),
                torch.tensor(rng.normal(0, 1, (n, way)) * overconfident_by, dtype=torch.float32),
                torch.tensor(rng.normal(0.5, 0.1, n), dtype=torch.float32),
            )
        )
    return made


def calibration_error(made: list[Outcome], log_temperatures: list[float]) -> float:
    chances = [torch.softmax(o.logits / np.exp(t), 1).numpy() for o, t in zip(made, log_temperatures, strict=True)]
    confidence = np.concatenate([c.max(1) for c in chances])
    hit = np.concatenate([c.argmax(1) == o.labels.numpy() for c, o in zip(chances, made, strict=True)])
    return expected_calibration_error(confidence, hit)


def test_the_fitted_temperature_undoes_overconfidence() -> None:
    made = outcomes(overconfident_by=4.0)
    fitted = fit_confidence(made)
    after = calibration_error(made, [float(fitted.log_temperature(o.loo)) for o in made])
    assert calibration_error(made, [0.0] * len(made)) > 0.1
    assert after < 0.04


def test_strangers_are_told_from_known_ones_and_few_known_are_refused() -> None:
    made = outcomes(overconfident_by=1.0)
    fitted = fit_confidence(made, refused_known=0.05)
    heat = [fitted.log_temperature(o.loo).exp() for o in made]
    known = torch.cat(
        [fitted.known_probability(o.loo, o.logits / t, o.similarity) for o, t in zip(made, heat, strict=True)]
    )
    strange = torch.cat(
        [
            fitted.known_probability(o.loo, o.stranger_logits / t, o.stranger_similarity)
            for o, t in zip(made, heat, strict=True)
        ]
    )
    assert float((known < fitted.known_threshold).float().mean()) == pytest.approx(0.05, abs=0.02)
    assert float((strange < fitted.known_threshold).float().mean()) > 0.4


def test_calibration_error_of_an_honest_and_of_a_boasting_machine() -> None:
    rng = np.random.default_rng(0)
    confidence = rng.uniform(0.5, 1.0, 20_000)
    honest = rng.uniform(size=20_000) < confidence
    assert expected_calibration_error(confidence, honest) < 0.02
    assert expected_calibration_error(np.full(1000, 0.99), np.arange(1000) % 2 == 0) == pytest.approx(0.49, abs=1e-6)
