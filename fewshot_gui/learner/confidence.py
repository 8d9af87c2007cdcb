"""How sure: a temperature for the scores, and the chance that a picture belongs to none of the classes.

Both are small models fitted on validation episodes, never on the support's own scores, which adaptation has pushed to
certainty.

What a picture has of the classes, its likeness, is told by a regularised least-squares classifier on the embeddings
(Rifkin & Klautau 2004, "In defense of one-vs-all classification"): a stranger resembles no class much, where a softmax
would have to choose one. What all examples share, the domain, is taken off first, since a stranger of that domain has
it too. The border is the likeness that all but a few of the known reach, learned from episodes with strangers as in
open-set few-shot recognition (Liu et al. 2020, PEELER, arXiv:2005.13713).

Symbols: m examples, K classes, D features of an embedding, n pictures.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy, normalize, one_hot, softplus

from fewshot_gui.learner.inner_loop import Task, class_means

RIDGE = 0.1
"""Noise variance that least squares allows an example, times the examples of its class: classes weigh the same."""
LOO_SCALE = 10.0
"""Turns likenesses, which lie around 0..1, into scores for the leave-one-out loss."""
LOG_TEMPERATURES = (-2.5, 3.0)
LOG_FIVE = math.log(5)
USUAL_CONTRAST = 0.08
CORNER = 0.02
"""Likeness over which the quantile loss bends, so that it is smooth."""


@dataclass(frozen=True)
class LeaveOneOut:
    """What the support says of itself, and how to measure how much of its classes another picture has.

    facts [5]: log way; log mean shots; share of examples with company in their class; the mean loss of these, each
    scored without itself, less log way (0 is chance); and the contrast, the mean cosine of two examples of one class
    less that of two of different classes. Both are 0 where nobody has company. common [D]: what all examples share.
    weight [D, K].
    """

    facts: Tensor
    common: Tensor
    weight: Tensor

    def likeness(self, embeddings: Tensor) -> Tensor:
        """Likeness [n] of embeddings [n, D] to the class most like them: about 0 for a stranger, 1 for an example."""
        return (normalize(embeddings - self.common, dim=1) @ self.weight).amax(1)


def leave_one_out(embeddings: Tensor, task: Task) -> LeaveOneOut:
    """Least squares on the support, embeddings [m, D] of length one, and its leave-one-out results in closed form.

    The shared part is the mean of the class means and the origin: few classes say little of what a domain has in common
    (shrinkage, James & Stein 1961). Row i of the left-out scores is t_i - a_i / (G^-1)_ii with coefficients a = G^-1 t
    (Rifkin & Lippert 2007, MIT-CSAIL-TR-2007-025); only the shared part has seen all examples.
    """
    shots = task.labels.bincount(minlength=task.way)[task.labels].to(embeddings.dtype)
    common = class_means(embeddings, task.labels, task.way).sum(0) / (task.way + 1)
    own = normalize(embeddings - common, dim=1)
    target = one_hot(task.labels, task.way).to(embeddings.dtype)
    inverse = torch.linalg.inv(own @ own.T + torch.diag(RIDGE * shots))
    coefficients = inverse @ target
    left_out = target - coefficients / inverse.diagonal().unsqueeze(1)
    way = torch.tensor(task.way, dtype=embeddings.dtype, device=embeddings.device).log()
    mean_shots = torch.tensor(len(shots) / task.way, dtype=embeddings.dtype, device=embeddings.device).log()
    company = shots > 1
    loss = contrast = torch.zeros_like(way)
    if company.any():
        loss = cross_entropy(LOO_SCALE * left_out[company], task.labels[company]) - way
        contrast = _contrast(embeddings, task.labels)
    facts = torch.stack([way, mean_shots, company.to(way.dtype).mean(), loss, contrast])
    return LeaveOneOut(facts, common, own.T @ coefficients)


def _contrast(embeddings: Tensor, labels: Tensor) -> Tensor:
    """Mean cosine [] of two examples of one class less that of two of different classes; at least one class has two."""
    likeness = embeddings @ embeddings.T
    alike = labels.unsqueeze(1) == labels
    if alike.all():
        return torch.zeros_like(likeness[0, 0])
    pairs = alike & ~torch.eye(len(labels), dtype=torch.bool, device=labels.device)
    return likeness[pairs].mean() - likeness[~alike].mean()


def temperature_inputs(loo: LeaveOneOut) -> Tensor:
    """[6]: 1; log way and log shots, less those of 5-way 5-shot; company * loss; 1 - company, for without company
    nothing is known of the loss; company * (contrast - usual), in tenths."""
    way, shots, company, loss, contrast = loo.facts
    shape = [torch.ones_like(way), way - LOG_FIVE, shots - LOG_FIVE]
    return torch.stack([*shape, company * loss, 1 - company, 10 * company * (contrast - USUAL_CONTRAST)])


def floor_inputs(loo: LeaveOneOut) -> Tensor:
    """[4]: 1; log way and log shots, less those of 5-way 5-shot; their product."""
    way, shots = loo.facts[:2] - LOG_FIVE
    return torch.stack([torch.ones_like(way), way, shots, way * shots])


@dataclass(frozen=True)
class Confidence:
    """temperature [6]: log T = temperature . inputs. floor [4]: floor . inputs is the likeness that all but a few of
    the known reach. known [2]: logit of P(known) = known[0] + known[1] * (likeness - floor). known_threshold []: that
    chance at the floor; refuse below it.
    """

    temperature: Tensor
    floor: Tensor
    known: Tensor
    known_threshold: Tensor

    @classmethod
    def fresh(cls) -> Confidence:
        """Fitted on nothing: scores as they are, and no picture is refused."""
        return cls(torch.zeros(6), torch.zeros(4), torch.tensor([0.0, 1.0]), torch.tensor(0.0))

    def log_temperature(self, loo: LeaveOneOut) -> Tensor:
        """Log [] of the temperature that this task's scores are divided by."""
        return (temperature_inputs(loo) @ self.temperature.to(loo.facts.device)).clamp(*LOG_TEMPERATURES)

    def known_probability(self, loo: LeaveOneOut, likeness: Tensor) -> Tensor:
        """P(belongs to one of the classes) [n], where half of all pictures do, from likeness [n]."""
        floor, known = self.floor.to(likeness.device), self.known.to(likeness.device)
        return torch.sigmoid(known[0] + known[1] * (likeness - floor_inputs(loo) @ floor))


@dataclass(frozen=True)
class Outcome:
    """One validation episode after adaptation: raw logits [n, K], labels [n] in 0..K-1 and likeness [n] of queries, and
    likeness of strangers (there may be none)."""

    loo: LeaveOneOut
    logits: Tensor
    labels: Tensor
    likeness: Tensor
    stranger_likeness: Tensor


def fit_confidence(outcomes: Sequence[Outcome], refused_known: float = 0.05) -> Confidence:
    """Fit temperature, floor and P(known) on validation episodes.

    The default threshold refuses ``refused_known`` of the queries that do belong to a class.
    """
    floor = _fit_floor(outcomes, refused_known)
    known = _fit_known(outcomes, floor)
    return Confidence(_fit_temperature(outcomes), floor, known, torch.sigmoid(known[0]))


def _fit_temperature(outcomes: Sequence[Outcome], ridge: float = 1e-2) -> Tensor:
    """Weights [6]. The ridge keeps the slopes small: episodes are many, but the domains they come from few."""
    inputs = torch.stack([temperature_inputs(o.loo) for o in outcomes])
    temperature = torch.zeros(inputs.shape[1], requires_grad=True)

    def loss() -> Tensor:
        heat = (inputs @ temperature).clamp(*LOG_TEMPERATURES).exp()
        losses = [cross_entropy(o.logits / t, o.labels) for o, t in zip(outcomes, heat, strict=True)]
        return torch.stack(losses).mean() + ridge * temperature[1:].square().sum()

    return _minimum(loss, temperature)


def _fit_floor(outcomes: Sequence[Outcome], quantile: float) -> Tensor:
    """Weights [4] by quantile regression (Koenker & Bassett 1978), the loss's corner rounded off."""
    inputs = torch.stack([floor_inputs(o.loo) for o in outcomes])
    floor = torch.zeros(inputs.shape[1], requires_grad=True)

    def loss() -> Tensor:
        over = [o.likeness - low for o, low in zip(outcomes, inputs @ floor, strict=True)]
        losses = [(quantile * x + CORNER * softplus(-x / CORNER)).mean() for x in over]
        return torch.stack(losses).mean() + 1e-4 * floor[1:].square().sum()

    return _minimum(loss, floor)


def _fit_known(outcomes: Sequence[Outcome], floor: Tensor) -> Tensor:
    """Offset and slope [2] by logistic regression; known ones and strangers weigh the same.

    The slope is positive, or the floor would be a ceiling: that is why its logarithm is fitted.
    """
    known, strange = [], []
    for o in outcomes:
        if len(o.stranger_likeness):
            low = floor_inputs(o.loo) @ floor
            known.append(o.likeness - low)
            strange.append(o.stranger_likeness - low)
    if not known:
        return Confidence.fresh().known
    inside, outside = torch.cat(known), torch.cat(strange)
    fitted = torch.zeros(2, requires_grad=True)

    def loss() -> Tensor:
        offset, slope = fitted[0], fitted[1].exp()
        sides = softplus(-offset - slope * inside).mean() + softplus(offset + slope * outside).mean()
        return sides + 1e-4 * fitted.square().sum()

    offset, log_slope = _minimum(loss, fitted)
    return torch.stack([offset, log_slope.exp()])


def _minimum(loss: Callable[[], Tensor], parameter: Tensor) -> Tensor:
    """The parameter where a smooth loss is lowest, by L-BFGS."""
    optimiser = torch.optim.LBFGS([parameter], max_iter=100, line_search_fn="strong_wolfe")

    def closure() -> Tensor:
        optimiser.zero_grad()
        value = loss()
        value.backward()  # type: ignore[no-untyped-call]
        return value

    optimiser.step(closure)  # type: ignore[no-untyped-call]
    return parameter.detach()
