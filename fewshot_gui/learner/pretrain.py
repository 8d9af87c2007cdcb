"""Pretraining: the trunk learns to tell all training classes apart, by plain cross-entropy.

Few-shot accuracy rests on this step ("A Closer Look at Few-shot Classification Again", Luo et al. 2023,
arXiv:2301.12246); the episodes that follow teach the tail's start.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import adaptive_avg_pool2d, cross_entropy, gelu

from fewshot_gui.learner.augment import random_views
from fewshot_gui.learner.backbone import Architecture, Trunk, normalise
from fewshot_gui.learner.collection import Collection, held_for_episodes

Log = Callable[[dict[str, float]], None]
GRID = 3
"""Side of the grid of features that the neck sees."""


@dataclass(frozen=True)
class PretrainSettings:
    """The rate is held and then falls to zero (warm-up, stable, decay: Hu et al. 2024, arXiv:2404.06395).

    Sizes take turns from one step to the next: the trunk learns to see at several scales, and at use it is asked at
    several (Touvron et al. 2019, arXiv:1906.06423).
    """

    steps: int = 12_000
    batch: int = 128
    rate: float = 0.15
    momentum: float = 0.9
    decay: float = 2e-4
    warmup: int = 400
    falling: float = 0.4
    """Share of the steps over which the rate falls to zero."""
    sides: tuple[int, ...] = (64, 64, 80, 96)
    checkpoint_every: int = 250

    def side_at(self, step: int) -> int:
        return self.sides[step % len(self.sides)]

    def rate_at(self, step: int) -> float:
        """Linear warm-up, a plateau, and a linear fall to zero."""
        rising = (step + 1) / max(1, self.warmup)
        left = (self.steps - step) / max(1.0, self.falling * self.steps)
        return self.rate * min(1.0, rising, left)


class _Pool:
    """Every training picture of every collection, under one numbering of classes by name.

    A glyph turned by a quarter is another glyph: every class of a collection without colour counts four times (Vinyals
    et al. 2016, arXiv:1606.04080).
    """

    def __init__(self, collections: Sequence[Collection], held: Callable[[str], bool]) -> None:
        self.collections = list(collections)
        self.colour = [c.has_colour for c in collections]
        plain = {c for col in collections for c in col.classes if not held(c)}
        glyphs = {c for col, colour in zip(collections, self.colour, strict=True) if not colour for c in col.classes}
        turned = {f"{c} turned {turn}" for c in glyphs & plain for turn in (1, 2, 3)}
        self.names = [*sorted(plain), *sorted(turned)]
        number = {name: i for i, name in enumerate(self.names)}
        self.turned = np.array([[number.get(f"{c} turned {t}", i) for t in (1, 2, 3)] for c, i in number.items()])
        where, labels = [], []
        for i, collection in enumerate(collections):
            of_class = np.array([number.get(name, -1) for name in collection.classes])[collection.labels]
            rows = np.flatnonzero(of_class >= 0)
            where.append(np.stack([np.full(len(rows), i), rows], 1))
            labels.append(of_class[rows])
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
                pictures = collection.pictures[self.where[mine, 1]]
                own = self.labels[mine]
                if not self.colour[i]:
                    turns = rng.integers(4, size=len(mine))
                    pictures = np.stack([np.rot90(p, t) for p, t in zip(pictures, turns, strict=True)])
                    own = np.where(turns == 0, own, self.turned[own, turns - 1])
                views.append(random_views(pictures, settings.side_at(step), generator, mirror=self.colour[i]))
                labels.append(own)
        return torch.cat(views), torch.from_numpy(np.concatenate(labels))


class PretrainNetwork(nn.Module):
    """Trunk, neck and a linear classifier. Neck and classifier are thrown away: what bends the embedding to the
    training classes stays out of the trunk (Wang et al. 2022, arXiv:2112.00496)."""

    def __init__(self, architecture: Architecture, classes: int) -> None:
        super().__init__()
        channels = architecture.channels
        self.trunk = Trunk(architecture)
        self.mix = nn.Conv2d(channels, channels, GRID, padding=GRID // 2, groups=channels, bias=False)
        self.norm = nn.GroupNorm(1, channels)
        self.expand = nn.Conv2d(channels, channels, 1)
        self.project = nn.Conv2d(channels, channels, 1)
        self.head = nn.Linear(channels, classes)
        nn.init.zeros_(self.mix.weight)
        nn.init.zeros_(self.project.weight)

    def forward(self, x: Tensor) -> Tensor:
        features = adaptive_avg_pool2d(self.trunk(x), GRID)
        mixed = features + self.mix(features)
        hidden = gelu(self.expand(self.norm(mixed)))
        neck = mixed.mean((2, 3)) + self.project(hidden.mean((2, 3), keepdim=True)).flatten(1)
        out: Tensor = self.head(neck)
        return out


def pretrain(
    architecture: Architecture,
    collections: Sequence[Collection],
    checkpoint: Path,
    settings: PretrainSettings,
    seed: int = 0,
    device: str = "cpu",
    begin_with: Path | None = None,
    held: Callable[[str], bool] = held_for_episodes,
    progress: Callable[[str, int, int], None] = lambda *_: None,
    log: Log = lambda _: None,
) -> Trunk:
    """Train a trunk on the classes that are not held for episodes; resume from ``checkpoint`` where it exists.

    ``held`` says of a class's name whether it is held.
    ``begin_with``: the checkpoint of an earlier pretraining, to go on from its network with other data or settings.
    16-bit floats (bfloat16) in the convolutions. Returns the trunk in 32-bit floats on the CPU.
    """
    pool = _Pool(collections, held)
    torch.manual_seed(seed)
    network = PretrainNetwork(architecture, len(pool.names)).to(device)
    network.trunk.to(memory_format=torch.channels_last)
    optimiser = torch.optim.SGD(
        network.parameters(), settings.rate, settings.momentum, weight_decay=settings.decay, nesterov=True
    )
    first = 0
    if checkpoint.exists():
        state = torch.load(checkpoint, map_location=device, weights_only=True)
        network.load_state_dict(state["network"])
        optimiser.load_state_dict(state["optimiser"])
        first = state["step"]
    elif begin_with is not None:
        _take_over(torch.load(begin_with, map_location=device, weights_only=True), network, pool.names)
    network.train()
    running = 0.0
    for step in range(first, settings.steps):
        for group in optimiser.param_groups:
            group["lr"] = settings.rate_at(step)
        views, labels = pool.batch(settings, step, seed)
        x = normalise(views).to(device=device, memory_format=torch.channels_last)
        with torch.autocast(torch.device(device).type, torch.bfloat16):
            scores = network(x)
        loss = cross_entropy(scores.float(), labels.to(device))
        optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        running += loss.item()
        if (step + 1) % settings.checkpoint_every == 0 or step + 1 == settings.steps:
            done = step + 1
            _save(checkpoint, network, pool.names, optimiser, done)
            log({"step": done, "rate": settings.rate_at(step), "loss": running / settings.checkpoint_every})
            running = 0.0
        progress("Pretraining", step + 1, settings.steps)
    return network.cpu().eval().trunk


def _take_over(state: dict[str, Any], network: PretrainNetwork, names: Sequence[str]) -> None:
    """The network of an earlier pretraining; the classifier's rows of those classes that were there already."""
    row = {name: i for i, name in enumerate(state["classes"])}
    known = [i for i, name in enumerate(names) if name in row]
    earlier = [row[names[i]] for i in known]
    tensors = dict(state["network"])
    with torch.no_grad():
        for name, fresh in (("head.weight", network.head.weight), ("head.bias", network.head.bias)):
            fresh[known] = tensors[name][earlier]
            tensors[name] = fresh.detach().clone()
    network.load_state_dict(tensors)


def _save(
    checkpoint: Path, network: PretrainNetwork, names: Sequence[str], optimiser: torch.optim.Optimizer, step: int
) -> None:
    """Written aside and renamed: a kill leaves the previous checkpoint whole."""
    state = {
        "network": network.state_dict(),
        "classes": list(names),
        "optimiser": optimiser.state_dict(),
        "step": step,
    }
    scratch = checkpoint.with_suffix(".part")
    torch.save(state, scratch)
    scratch.replace(checkpoint)
