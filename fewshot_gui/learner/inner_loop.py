"""The inner loop: from the meta-learned start to a network adapted to one task, in a few gradient steps.

MAML (Finn et al. 2017, arXiv:1703.03400) over tail and head, with learned rates per layer and step (MAML++, Antoniou et
al. 2019, arXiv:1810.09502). Row k of the head starts at w + gamma * s * c_k, c_k the mean embedding of class k: gamma
= 0 is UNICORN-MAML (Ye & Chao 2022, arXiv:2106.16245), w = 0 is Proto-MAML (Triantafillou et al. 2020,
arXiv:1903.03096). Any number of classes, no order among them. The head moves first and alone, then tail and head
together ("linear probing, then fine-tuning", Kumar et al. 2022, arXiv:2202.10054). Every call starts at theta_0 with
the full support: the order of corrections does not matter and nothing drifts.

Symbols: S support of m examples, K classes (way), C channels, H head steps, J joint steps.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy, linear, normalize

from fewshot_gui.learner.backbone import Parameters, apply_tail, start_tail

HEAD_STEPS = 20
JOINT_STEPS = 5
MOST_GAIN = 0.25
"""A joint step that promises, to first order, to take off more than this share of the loss is made shorter (compare
Polyak's step, 1969). The learned rates suit most tasks; on a hard one whose classes lie close together they
overshoot."""


class Cancelled(Exception):
    """The person, or a newer request, stopped the adaptation."""


@dataclass(frozen=True)
class Task:
    """A support set: features [m, C, 3, 3], labels [m] in 0..way-1, each class with one example or more."""

    features: Tensor
    labels: Tensor
    way: int


@dataclass(frozen=True)
class Start:
    """theta_0 and the learned rates: all that the outer loop moves.

    tail: start of the tail. w [C], gamma and log_scale []: the head's start. centre [C]: mean embedding, taken off
    before embeddings are scaled to length one. log_head_rates [2, H] (weight, bias); log_joint_rates: name -> [J].
    """

    tail: Parameters
    w: Tensor
    gamma: Tensor
    log_scale: Tensor
    centre: Tensor
    log_head_rates: Tensor
    log_joint_rates: Parameters

    @classmethod
    def fresh(cls, tail: Parameters) -> Start:
        """An untrained start around the given tail: prototypes, and modest equal rates."""
        channels = len(tail["norm.weight"])
        joint = {name: torch.full((JOINT_STEPS,), -6.0) for name in tail}
        joint |= {"head.weight": torch.full((JOINT_STEPS,), 0.0), "head.bias": torch.full((JOINT_STEPS,), -3.0)}
        return cls(
            tail=tail,
            w=torch.zeros(channels),
            gamma=torch.ones(()),
            log_scale=torch.tensor(2.3),
            centre=torch.zeros(channels),
            log_head_rates=torch.stack([torch.full((HEAD_STEPS,), 0.0), torch.full((HEAD_STEPS,), -3.0)]),
            log_joint_rates=joint,
        )

    def flat(self) -> Parameters:
        """All tensors under unique names, as a weights file holds them."""
        flat = {f"tail.{k}": v for k, v in self.tail.items()}
        flat |= {f"rates.{k}": v for k, v in self.log_joint_rates.items()}
        return flat | {
            "head.w": self.w,
            "head.gamma": self.gamma,
            "head.log_scale": self.log_scale,
            "centre": self.centre,
            "head_rates": self.log_head_rates,
        }

    @classmethod
    def from_flat(cls, flat: Parameters) -> Start:
        """The inverse of ``flat``; raises KeyError where a tensor is missing."""
        names = start_tail(len(flat["centre"]))
        return cls(
            tail={k: flat[f"tail.{k}"] for k in names},
            w=flat["head.w"],
            gamma=flat["head.gamma"],
            log_scale=flat["head.log_scale"],
            centre=flat["centre"],
            log_head_rates=flat["head_rates"],
            log_joint_rates={k: flat[f"rates.{k}"] for k in [*names, "head.weight", "head.bias"]},
        )

    def to(self, device: torch.device) -> Start:
        return Start.from_flat({k: v.to(device) for k, v in self.flat().items()})


def embed(tail: Parameters, centre: Tensor, features: Tensor) -> Tensor:
    """Features [n, C, 3, 3] to embeddings [n, C]: through the tail, centred, of length one."""
    return normalize(apply_tail(tail, features) - centre, dim=1)


def class_means(embeddings: Tensor, labels: Tensor, way: int) -> Tensor:
    """Mean embedding of each class [K, C]; shots may differ between classes."""
    sums = embeddings.new_zeros(way, embeddings.shape[1]).index_add(0, labels, embeddings)
    return sums / labels.bincount(minlength=way).clamp(min=1).unsqueeze(1)


def start_head(start: Start, embeddings: Tensor, labels: Tensor, way: int) -> Parameters:
    """The head before any step: scores are those of the nearest class mean, scaled.

    The bias -gamma * s * |c_k|^2 / 2 makes classes with unequal shots comparable (Snell et al. 2017, eq. 8). A row
    that all classes share, w, leaves a softmax as it is; it is kept because the design names it and costs nothing.
    """
    means = class_means(embeddings, labels, way)
    scale = start.gamma * start.log_scale.exp()
    return {"head.weight": start.w + scale * means, "head.bias": -0.5 * scale * means.square().sum(1)}


def scores(fast: Parameters, centre: Tensor, features: Tensor) -> Tensor:
    """Scores [n, K] of features [n, C, 3, 3] under adapted tail and head."""
    return linear(embed(fast, centre, features), fast["head.weight"], fast["head.bias"])


def balanced_loss(logits: Tensor, labels: Tensor, way: int) -> Tensor:
    """Cross-entropy, mean over classes of the mean over a class's examples: many shots don't drown few."""
    weight = 1.0 / (labels.bincount(minlength=way)[labels] * way)
    return (cross_entropy(logits, labels, reduction="none") * weight).sum()


def adapt(
    start: Start,
    task: Task,
    *,
    second_order: bool = False,
    on_step: Callable[[int, int, float], None] | None = None,
    cancelled: Callable[[], bool] = lambda: False,
) -> tuple[Parameters, Parameters]:
    """Run the inner loop. Returns (head after its own steps, tail and head after all steps).

    Differentiable in ``start`` where its tensors require gradients: with ``second_order`` through every step, else to
    first order (the steps' gradients are constants). ``on_step`` gets (steps done, steps, loss); raises Cancelled
    between steps.
    """
    steps = start.log_head_rates.shape[1] + len(start.log_joint_rates["head.weight"])
    done = 0

    def step(fast: Parameters, rates: Parameters, score: Callable[[Parameters], Tensor], most: float) -> Parameters:
        nonlocal done
        if cancelled():
            raise Cancelled
        moving = fast if second_order else {k: v.detach().requires_grad_() for k, v in fast.items()}
        loss = balanced_loss(score(moving), task.labels, task.way)
        gradients = torch.autograd.grad(loss, list(moving.values()), create_graph=second_order)
        done += 1
        if on_step is not None:
            on_step(done, steps, float(loss.detach()))
        shorter = 1.0
        if most < torch.inf:
            gain = sum(float((rates[k] * g * g).detach().sum()) for k, g in zip(fast, gradients, strict=True))
            shorter = min(1.0, most * float(loss.detach()) / gain) if gain > 0 else 1.0
        return {k: v - shorter * rates[k] * g for (k, v), g in zip(fast.items(), gradients, strict=True)}

    with torch.enable_grad():
        tail = {k: v if v.requires_grad else v.detach().requires_grad_() for k, v in start.tail.items()}
        embeddings = embed(tail, start.centre, task.features)
        head = start_head(start, embeddings, task.labels, task.way)
        fixed = embeddings if second_order else embeddings.detach()
        for weight_rate, bias_rate in start.log_head_rates.exp().T:
            rates = {"head.weight": weight_rate, "head.bias": bias_rate}
            head = step(head, rates, lambda h: linear(fixed, h["head.weight"], h["head.bias"]), torch.inf)
        fast = tail | head
        joint_rates = {name: log.exp() for name, log in start.log_joint_rates.items()}
        for j in range(len(joint_rates["head.weight"])):
            rates = {name: rate[j] for name, rate in joint_rates.items()}
            fast = step(fast, rates, lambda f: scores(f, start.centre, task.features), MOST_GAIN)
    return head, fast
