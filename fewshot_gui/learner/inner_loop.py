"""The inner loop: from the meta-learned start to a network adapted to one task.

MAML (Finn et al. 2017, arXiv:1703.03400) over tail and head, on features that are computed once per picture:

    features [n, D] --join--> [n, D] --tail--> embedding [n, D] --head--> scores [n, K]

Joining takes off a mean, scales every block (mean or spread of a stage of the trunk) to length one and weighs it. The
tail is a linear map whose start is a learned metric; embeddings are scaled to length one. Row k of the head starts at w
+ gamma * s * c_k, c_k the mean embedding of class k: gamma = 0 is UNICORN-MAML (Ye & Chao 2022, arXiv:2106.16245), w =
0 Proto-MAML (Triantafillou et al. 2020, arXiv:1903.03096); any number of classes, no order among them.

The head goes first, to its optimum ("linear probing, then fine-tuning", Kumar et al. 2022, arXiv:2202.10054), held by a
spring of learned strength (as in Rajeswaran et al. 2019, arXiv:1909.04630); then tail and head move together, with
learned rates per layer and step (MAML++, Antoniou et al. 2019, arXiv:1810.09502). Every call starts at theta_0 with the
full support: the order of corrections does not matter and nothing drifts.

Symbols: S support of m examples, K classes (way), D features in B blocks, J joint steps.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy, linear, normalize

HEAD_STEPS = 60
"""Accelerated steps of the head alone; a test compares the result with the optimum."""
JOINT_STEPS = 5
LEAN = 0.2
"""How far a task's own centre is followed, 0 to 1: few examples say little of what the others share."""
MOST_GAIN = 0.25
"""A joint step that promises, to first order, to take off more than this share of the loss is made shorter (compare
Polyak's step, 1969). The learned rates suit most tasks; on a hard one whose classes lie close together they
overshoot."""

Parameters = dict[str, Tensor]
"""Named tensors: the part of the network that an inner loop moves, passed in rather than held."""
MOVING = ("tail.weight", "head.weight", "head.bias")


class Cancelled(Exception):
    """The person, or a newer request, stopped the adaptation."""


@dataclass(frozen=True)
class Task:
    """A support set: features [m, D], labels [m] in 0..way-1, each class with one example or more."""

    features: Tensor
    labels: Tensor
    way: int


@dataclass(frozen=True)
class Start:
    """theta_0 and what steers the steps: all that the outer loop moves.

    blocks: lengths of the blocks, sum D. centre [D]; log_weights [B]: the blocks' weights. tail [D, D]. w [D], gamma
    and log_scale []: the head's start. log_ridge []: strength of the head's spring. log_rates [3, J]: rates of tail,
    head's weight and head's bias at each joint step.
    """

    blocks: tuple[int, ...]
    centre: Tensor
    log_weights: Tensor
    tail: Tensor
    w: Tensor
    gamma: Tensor
    log_scale: Tensor
    log_ridge: Tensor
    log_rates: Tensor

    @classmethod
    def fresh(cls, blocks: tuple[int, ...]) -> Start:
        """A start that has learned nothing: the joined features as they are, a head that begins at nothing."""
        size = sum(blocks)
        return cls(
            blocks=blocks,
            centre=torch.zeros(size),
            log_weights=torch.zeros(len(blocks)),
            tail=torch.zeros(size, size).fill_diagonal_(1),  # see frozen_shape for why not eye
            w=torch.zeros(size),
            gamma=torch.zeros(()),
            log_scale=torch.tensor(2.3),
            log_ridge=torch.tensor(-2.3),
            log_rates=torch.tensor([[rate] * JOINT_STEPS for rate in (-3.0, -1.0, -4.0)]),
        )

    def tensors(self) -> Parameters:
        """All tensors by name, as a weights file holds them."""
        return {name: value for name, value in vars(self).items() if name != "blocks"}

    def with_tensors(self, tensors: Mapping[str, Tensor]) -> Start:
        """A start of the same blocks with these tensors; raises KeyError for one that is missing."""
        return Start(self.blocks, **{name: tensors[name] for name in self.tensors()})

    def to(self, device: torch.device) -> Start:
        return self.with_tensors({name: value.to(device) for name, value in self.tensors().items()})

    def for_task(self, task: Task) -> Start:
        """This start with its centre moved towards the task's: what all its classes share tells none of them apart."""
        own = class_means(task.features, task.labels, task.way).mean(0)
        return replace(self, centre=torch.lerp(self.centre, own, LEAN))

    def join(self, features: Tensor) -> Tensor:
        """Features [n, D] to joined features [n, D] of length one: what the backbone alone has to say of a picture."""
        pieces = torch.split(features - self.centre, list(self.blocks), dim=1)
        weighed = [w * normalize(piece, dim=1) for w, piece in zip(self.log_weights.exp(), pieces, strict=True)]
        return normalize(torch.cat(weighed, 1), dim=1)

    def embed(self, features: Tensor) -> Tensor:
        """Features [n, D] to embeddings [n, D] of length one under the tail's start."""
        return through(self.tail, self.join(features))


def through(tail: Tensor, joined: Tensor) -> Tensor:
    """Joined features [n, D] to embeddings [n, D] of length one."""
    return normalize(joined @ tail, dim=1)


def scores(fast: Parameters, joined: Tensor) -> Tensor:
    """Scores [n, K] of joined features [n, D] under adapted tail and head."""
    return linear(through(fast["tail.weight"], joined), fast["head.weight"], fast["head.bias"])


def class_means(embeddings: Tensor, labels: Tensor, way: int) -> Tensor:
    """[K, D] means of embeddings [m, D] by class."""
    sums = embeddings.new_zeros(way, embeddings.shape[1]).index_add(0, labels, embeddings)
    return sums / labels.bincount(minlength=way).clamp(min=1).unsqueeze(1)


def start_head(start: Start, embeddings: Tensor, labels: Tensor, way: int) -> Parameters:
    """The head before any step: with gamma = 1, scores are those of the nearest class mean, scaled.

    The bias -gamma * s * |c_k|^2 / 2 makes classes with unequal shots comparable (Snell et al. 2017, eq. 8).
    """
    means = class_means(embeddings, labels, way)
    scale = start.gamma * start.log_scale.exp()
    return {"head.weight": start.w + scale * means, "head.bias": -0.5 * scale * means.square().sum(1)}


def class_weights(labels: Tensor, way: int) -> Tensor:
    """[m] weights that sum to one, every class having the same sum: many shots don't drown few."""
    return 1.0 / (labels.bincount(minlength=way)[labels] * way)


def balanced_loss(logits: Tensor, labels: Tensor, way: int) -> Tensor:
    """Cross-entropy, mean over classes of the mean over a class's examples."""
    return (cross_entropy(logits, labels, reduction="none") * class_weights(labels, way)).sum()


def settle_head(
    head: Parameters,
    embeddings: Tensor,
    labels: Tensor,
    way: int,
    ridge: Tensor,
    on_step: Callable[[float], None] = lambda _: None,
    steps: int = HEAD_STEPS,
) -> Parameters:
    """The head at the optimum of loss + ridge / 2m * |weight - its start|^2: logistic regression around the start.

    Nesterov's accelerated gradient with a step that the curvature allows; the loss is convex, so there is one optimum.
    Differentiable in the head's start, the embeddings [m, D] and ridge []. ``on_step`` gets the loss.
    """
    weights = class_weights(labels, way).unsqueeze(1)
    target = torch.nn.functional.one_hot(labels, way).to(embeddings.dtype)
    pull = ridge / len(labels)
    with torch.no_grad():  # the loss's curvature is at most half that of the squared error (Böhning 1992)
        gram = weights.sqrt() * (embeddings @ embeddings.T) * weights.sqrt().T
        constant = torch.linalg.matrix_norm(gram, 2)  # the bias sees an input of this size, squared
        curvature = 0.5 * torch.linalg.matrix_norm(gram + constant * weights.sqrt() * weights.sqrt().T, 2) + pull
    origin, moving_bias = head["head.weight"], head["head.bias"]
    weight, ahead, bias, bias_ahead = origin, origin, moving_bias, moving_bias
    for step in range(steps):
        probabilities = torch.softmax(linear(embeddings, ahead, bias_ahead), 1)
        error = weights * (probabilities - target)
        weight_next = ahead - (error.T @ embeddings + pull * (ahead - origin)) / curvature
        bias_next = bias_ahead - constant * error.sum(0) / curvature
        momentum = step / (step + 3)
        ahead = weight_next + momentum * (weight_next - weight)
        bias_ahead = bias_next + momentum * (bias_next - bias)
        weight, bias = weight_next, bias_next
        own = probabilities.detach()[torch.arange(len(labels)), labels].clamp(min=1e-12)
        on_step(float(-(weights.squeeze(1) * own.log()).sum()))
    return {"head.weight": weight, "head.bias": bias}


def adapt(
    start: Start,
    task: Task,
    *,
    head: Parameters | None = None,
    head_steps: int = HEAD_STEPS,
    moving: tuple[str, ...] = MOVING,
    second_order: bool = False,
    on_step: Callable[[int, int, float], None] | None = None,
    cancelled: Callable[[], bool] = lambda: False,
) -> tuple[Parameters, Parameters]:
    """Run the inner loop. Returns (tail and head after the head's own steps, tail and head after all steps).

    ``head``: where the head begins, if not as `start_head` says. ``moving``: the parameters that the joint steps move.
    Differentiable in ``start`` where its tensors require gradients: with ``second_order`` through every step, else to
    first order (the joint steps' gradients are constants).
    ``on_step`` gets (steps done, steps, loss); raises Cancelled between steps.
    """
    joint_steps = start.log_rates.shape[1]
    done = 0

    def told(loss: float) -> None:
        nonlocal done
        if cancelled():
            raise Cancelled
        done += 1
        if on_step is not None:
            on_step(done, head_steps + joint_steps, loss)

    joined = start.join(task.features)
    embeddings = through(start.tail, joined)
    if head is None:
        head = start_head(start, embeddings, task.labels, task.way)
    head = settle_head(head, embeddings, task.labels, task.way, start.log_ridge.exp(), told, head_steps)
    settled = {"tail.weight": start.tail, **head}
    fast = settled
    for rates in start.log_rates.exp().T:
        fast = _joint_step(fast, joined, task, dict(zip(MOVING, rates, strict=True)), moving, second_order, told)
    return settled, fast


def _joint_step(
    fast: Parameters,
    joined: Tensor,
    task: Task,
    rates: Parameters,
    moving: tuple[str, ...],
    second_order: bool,
    told: Callable[[float], None],
) -> Parameters:
    with torch.enable_grad():
        at = {k: v if second_order and v.requires_grad else v.detach().requires_grad_() for k, v in fast.items()}
        known = joined if second_order else joined.detach()
        loss = balanced_loss(scores(at, known), task.labels, task.way)
        gradients = dict(
            zip(moving, torch.autograd.grad(loss, [at[k] for k in moving], create_graph=second_order), strict=True)
        )
    told(float(loss.detach()))
    gain = sum(float((rates[k] * g * g).detach().sum()) for k, g in gradients.items())
    shorter = min(1.0, MOST_GAIN * float(loss.detach()) / gain) if gain > 0 else 1.0
    return {k: v - shorter * rates[k] * gradients[k] if k in gradients else v for k, v in fast.items()}
