"""Pretraining: the whole backbone learns to tell all training classes apart, by plain cross-entropy.

Few-shot accuracy rests on this step ("A Closer Look at Few-shot Classification Again", Luo et al. 2023,
arXiv:2301.12246); the episodes that follow teach the tail to adapt.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from fewshot_gui.learner.augment import random_views
from fewshot_gui.learner.backbone import Architecture, Backbone, normalise
from fewshot_gui.learner.collection import Collection, held_for_episodes

Log = Callable[[dict[str, float]], None]


@dataclass(frozen=True)
class PretrainSettings:
    """Rising sizes (Tan & Le 2021, arXiv:2104.00298): most steps are spent on small, cheap pictures."""

    steps: int = 12_000
    batch: int = 128
    rate: float = 0.15
    momentum: float = 0.9
    decay: float = 2e-4
    warmup: int = 400
    sides: tuple[tuple[float, int], ...] = ((0.3, 48), (0.7, 64), (1.0, 80))
    """(until this share of the steps, train at this side)"""
    checkpoint_every: int = 250

    def side_at(self, step: int) -> int:
        return next(side for share, side in self.sides if step < share * self.steps or share == 1.0)

    def rate_at(self, step: int) -> float:
        """Linear warm-up, then a half cosine to zero."""
        if step < self.warmup:
            return self.rate * (step + 1) / self.warmup
        return self.rate * 0.5 * (1 + math.cos(math.pi * (step - self.warmup) / (self.steps - self.warmup)))


class _Pool:
    """Every training picture of every collection, under one numbering of classes by name."""

    def __init__(self, collections: Sequence[Collection]) -> None:
        names = sorted({c for col in collections for c in col.classes if not held_for_episodes(c)})
        self.number = {name: i for i, name in enumerate(names)}
        self.collections = list(collections)
        self.colour = [c.has_colour for c in collections]
        where, labels = [], []
        for i, collection in enumerate(collections):
            number = np.array([self.number.get(name, -1) for name in collection.classes])[collection.labels]
            rows = np.flatnonzero(number >= 0)
            where.append(np.stack([np.full(len(rows), i), rows], 1))
            labels.append(number[rows])
        self.where, self.labels = np.concatenate(where), np.concatenate(labels)

    def batch(self, settings: PretrainSettings, step: int, seed: int) -> tuple[Tensor, Tensor]:
        """The step's pictures and labels; a function of the step and the seed alone, so that a resumed run agrees."""
        rng = np.random.default_rng((seed, step))
        generator = torch.Generator().manual_seed(seed * 1_000_003 + step)
        chosen = rng.integers(len(self.where), size=settings.batch)
        views, labels = [], []
        for i, collection in enumerate(self.collections):
            mine = chosen[self.where[chosen, 0] == i]
            if len(mine):
                pictures = collection.pictures[np.sort(self.where[mine, 1])]
                mine = mine[np.argsort(self.where[mine, 1])]
                views.append(random_views(pictures, settings.side_at(step), generator, mirror=self.colour[i]))
                labels.append(self.labels[mine])
        return torch.cat(views), torch.from_numpy(np.concatenate(labels))


def pretrain(
    architecture: Architecture,
    collections: Sequence[Collection],
    checkpoint: Path,
    settings: PretrainSettings,
    seed: int = 0,
    device: str = "cpu",
    progress: Callable[[str, int, int], None] = lambda *_: None,
    log: Log = lambda _: None,
) -> Backbone:
    """Train a backbone on the classes that are not held for episodes; resume from ``checkpoint`` where it exists.

    16-bit floats (bfloat16) in the convolutions. Returns the backbone in 32-bit floats on the CPU.
    """
    pool = _Pool(collections)
    torch.manual_seed(seed)
    backbone = Backbone(architecture).to(device)
    backbone.trunk.to(memory_format=torch.channels_last)
    head = nn.Linear(architecture.channels, len(pool.number)).to(device)
    parameters = [*backbone.parameters(), *head.parameters()]
    optimiser = torch.optim.SGD(
        parameters, settings.rate, settings.momentum, weight_decay=settings.decay, nesterov=True
    )
    first = 0
    if checkpoint.exists():
        state = torch.load(checkpoint, map_location=device, weights_only=True)
        backbone.load_state_dict(state["backbone"])
        head.load_state_dict(state["head"])
        optimiser.load_state_dict(state["optimiser"])
        first = state["step"]
    backbone.train()
    running = 0.0
    for step in range(first, settings.steps):
        for group in optimiser.param_groups:
            group["lr"] = settings.rate_at(step)
        views, labels = pool.batch(settings, step, seed)
        x = normalise(views).to(device=device, memory_format=torch.channels_last)
        with torch.autocast(torch.device(device).type, torch.bfloat16):
            scores = head(backbone(x))
        loss = cross_entropy(scores.float(), labels.to(device))
        optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        running += loss.item()
        if (step + 1) % settings.checkpoint_every == 0 or step + 1 == settings.steps:
            done = step + 1
            _save(checkpoint, backbone, head, optimiser, done)
            log({"step": done, "side": settings.side_at(step), "loss": running / settings.checkpoint_every})
            running = 0.0
        progress("Pretraining", step + 1, settings.steps)
    backbone.cpu().eval()
    return backbone


def _save(checkpoint: Path, backbone: Backbone, head: nn.Linear, optimiser: torch.optim.Optimizer, step: int) -> None:
    """Written aside and renamed: a kill leaves the previous checkpoint whole."""
    state = {
        "backbone": backbone.state_dict(),
        "head": head.state_dict(),
        "optimiser": optimiser.state_dict(),
        "step": step,
    }
    scratch = checkpoint.with_suffix(".part")
    torch.save(state, scratch)
    scratch.replace(checkpoint)
