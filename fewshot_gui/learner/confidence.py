"""How sure: a temperature for the scores, and the chance that a picture belongs to none of the classes.

Both are small models fitted on validation episodes (never on the support's own scores, which adaptation has pushed to
certainty) and fed with leave-one-out results on the person's own examples, so that a hard task lowers the confidence
and close-knit examples sharpen the border to strangers.

The stranger score follows the finding that distance to the nearest example is the strongest plain detector in few-shot
tasks (Boudiaf et al. 2022, arXiv:2206.09236), joined with the energy of the scores (Liu et al. 2020, arXiv:2010.03759).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from fewshot_gui.learner.inner_loop import Task, class_means

LOO_SCALE = 10.0


@dataclass(frozen=True)
class LeaveOneOut:
    """What the support says of itself on the frozen embedding, each example scored without itself.

    facts [5]: log way, log mean shots, share of examples with company in their class, their mean loss under
    prototypes, and their mean similarity to the nearest other example of their class.
    """

    facts: Tensor


def leave_one_out(embeddings: Tensor, task: Task) -> LeaveOneOut:
    """Closed form for prototypes: the mean without x is (n c - x) / (n - 1). embeddings: [m, C], frozen, length one."""
    counts = task.labels.bincount(minlength=task.way)
    means = class_means(embeddings, task.labels, task.way)
    own = counts[task.labels].unsqueeze(1).to(embeddings.dtype)
    company = own.squeeze(1) > 1
    without = (own * means[task.labels] - embeddings) / (own - 1).clamp(min=1)
    similarity = torch.nn.functional.normalize(means, dim=1)
    logits = LOO_SCALE * embeddings @ similarity.T
    own_logit = LOO_SCALE * (embeddings * torch.nn.functional.normalize(without, dim=1)).sum(1)
    logits = logits.scatter(1, task.labels.unsqueeze(1), own_logit.unsqueeze(1))
    pairwise = embeddings @ embeddings.T
    same = task.labels.unsqueeze(0) == task.labels.unsqueeze(1)
    same.fill_diagonal_(False)
    nearest = pairwise.masked_fill(~same, -1.0).amax(1)
    if company.any():
        loss = cross_entropy(logits[company], task.labels[company])
        near = nearest[company].mean()
    else:  # one example each: the classes' distance from each other is all there is
        loss = torch.logsumexp(LOO_SCALE * pairwise, 1).mean() - LOO_SCALE
        near = pairwise.fill_diagonal_(0).amax(1).mean()
    shots = len(task.labels) / task.way
    facts = [np.log(task.way), np.log(shots), float(company.float().mean()), float(loss), float(near)]
    return LeaveOneOut(torch.tensor(facts, dtype=torch.float32, device=embeddings.device))


def temperature_inputs(loo: LeaveOneOut) -> Tensor:
    """[1, log way, log shots, company, company * loss, (1 - company) * loss]."""
    way, shots, company, loss, _ = loo.facts
    return torch.stack([torch.ones_like(way), way, shots, company, company * loss, (1 - company) * loss])


def known_inputs(loo: LeaveOneOut, logits: Tensor, similarity: Tensor) -> Tensor:
    """Per picture [n, 8], from calibrated logits [n, K] and similarity [n] to the nearest example."""
    way, shots, company, _, near = loo.facts
    top = logits.topk(2, dim=1).values
    energy = torch.logsumexp(logits, 1)
    columns = [similarity, company * (similarity - near), (1 - company) * (similarity - near)]
    columns += [energy - way, (top[:, 0] - top[:, 1]).clamp(max=10), shots.expand_as(similarity)]
    columns += [way.expand_as(similarity), torch.ones_like(similarity)]
    return torch.stack(columns, 1)


@dataclass(frozen=True)
class Confidence:
    """temperature [6]: log T = temperature . inputs. known [8]: logit of P(known). known_threshold []: refuse below
    it."""

    temperature: Tensor
    known: Tensor
    known_threshold: Tensor

    @classmethod
    def fresh(cls) -> Confidence:
        known = torch.zeros(8)
        known[0], known[7] = 1.0, 3.0
        return cls(torch.zeros(6), known, torch.tensor(0.0))

    def log_temperature(self, loo: LeaveOneOut) -> Tensor:
        """Log of the temperature that this task's scores are divided by."""
        return (temperature_inputs(loo) @ self.temperature.to(loo.facts.device)).clamp(-2.0, 3.0)

    def known_probability(self, loo: LeaveOneOut, logits: Tensor, similarity: Tensor) -> Tensor:
        """P(belongs to one of the classes) [n]."""
        return torch.sigmoid(known_inputs(loo, logits, similarity) @ self.known.to(logits.device))


@dataclass(frozen=True)
class Outcome:
    """One validation episode after adaptation: raw logits and nearest similarity of queries and of strangers."""

    loo: LeaveOneOut
    logits: Tensor
    labels: Tensor
    similarity: Tensor
    stranger_logits: Tensor
    stranger_similarity: Tensor


def fit_confidence(outcomes: Sequence[Outcome], refused_known: float = 0.05) -> Confidence:
    """Fit temperature (lowest negative log-likelihood) and stranger model (logistic regression) on validation episodes.

    The threshold refuses ``refused_known`` of the queries that do belong to a class.
    """
    temperature = torch.zeros(6, requires_grad=True)
    inputs = torch.stack([temperature_inputs(o.loo) for o in outcomes])
    ridge = 1e-3

    def closure() -> Tensor:
        optimiser.zero_grad()
        log_t = (inputs @ temperature).clamp(-2.0, 3.0)
        losses = [cross_entropy(o.logits / t.exp(), o.labels) for o, t in zip(outcomes, log_t, strict=True)]
        loss = torch.stack(losses).mean() + ridge * temperature.square().sum()
        loss.backward()  # type: ignore[no-untyped-call]
        return loss

    optimiser = torch.optim.LBFGS([temperature], max_iter=60, line_search_fn="strong_wolfe")
    optimiser.step(closure)  # type: ignore[no-untyped-call]
    fitted = Confidence(temperature.detach(), torch.zeros(8), torch.tensor(0.0))
    known, unknown = [], []
    for o in outcomes:
        t = fitted.log_temperature(o.loo).exp()
        known.append(known_inputs(o.loo, o.logits / t, o.similarity))
        unknown.append(known_inputs(o.loo, o.stranger_logits / t, o.stranger_similarity))
    weights = _logistic_regression(torch.cat(known), torch.cat(unknown))
    threshold = torch.quantile(torch.sigmoid(torch.cat(known) @ weights)[:1_000_000], refused_known)
    return Confidence(fitted.temperature, weights, threshold)


def _logistic_regression(positive: Tensor, negative: Tensor) -> Tensor:
    """Weights [d] that tell positive rows from negative ones; both sides weigh the same."""
    weights = torch.zeros(positive.shape[1], requires_grad=True)
    optimiser = torch.optim.LBFGS([weights], max_iter=100, line_search_fn="strong_wolfe")

    def closure() -> Tensor:
        optimiser.zero_grad()
        loss = torch.nn.functional.softplus(-positive @ weights).mean()
        loss = loss + torch.nn.functional.softplus(negative @ weights).mean() + 1e-4 * weights.square().sum()
        loss.backward()  # type: ignore[no-untyped-call]
        return loss

    optimiser.step(closure)  # type: ignore[no-untyped-call]
    return weights.detach()
