"""Distillation: one trunk learns to see at one look what several trunks see at many.

    picture --student, one look--> joined features --a matrix, thrown away afterwards--> what the teachers say of it

For few-shot embeddings: Tian et al. 2020, arXiv:2003.11539. The student begins as the last teacher; blocks that it has
more begin as the identity (Net2Net, Chen et al. 2016, arXiv:1511.05641).
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import normalize, pad

from fewshot_gui.learner.backbone import Architecture, ResidualBlock, Trunk, normalise, stage_weights
from fewshot_gui.learner.inner_loop import Start
from fewshot_gui.learner.pretrain import Log
from fewshot_gui.learner.teachers import Lessons, resized

SHIFT = 6
"""Pixels by which a batch is moved at most."""
FIRST = 6_400
"""Pictures from which the student's matrix begins."""


@dataclass(frozen=True)
class DistilSettings:
    """pictures: how many the teachers are asked about, once each. sides: those of the student's looks, in turn.
    average: decay of the mean of the student's weights (Polyak & Juditsky 1992), which is what remains."""

    pictures: int = 40_000
    steps: int = 3621
    batch: int = 128
    rate: float = 1e-3
    decay: float = 1e-2
    warmup: int = 200
    sides: tuple[int, ...] = (128, 128, 96)
    average: float = 0.998
    checkpoint_every: int = 250

    def rate_at(self, step: int) -> float:
        """Linear warm-up, then half a cosine to zero."""
        return float(self.rate * min(1.0, (step + 1) / self.warmup) * 0.5 * (1 + np.cos(np.pi * step / self.steps)))


def grown(small: Trunk, architecture: Architecture) -> Trunk:
    """A trunk of this architecture that computes what ``small`` does: it has the same stem and widths, and in every
    stage as many blocks or more."""
    trunk = Trunk(architecture)
    old, new = _parts(small), _parts(trunk)
    for layers, more in zip(old, new, strict=True):
        for layer, twin in zip(layers, more[: len(layers)], strict=True):
            twin.load_state_dict(layer.state_dict())
        for block in more[len(layers) :]:
            assert isinstance(block, ResidualBlock)
            nn.init.zeros_(block.second[1].weight)  # type: ignore[arg-type]
    return trunk


def _parts(trunk: Trunk) -> list[list[nn.Module]]:
    """The layers of the stem and of each stage."""
    layers = list(trunk.layers)
    first = next(i for i, layer in enumerate(layers) if isinstance(layer, ResidualBlock))
    bounds = [0, first, *(end + 1 for end in trunk.stage_ends)]
    return [layers[begin:end] for begin, end in pairwise(bounds)]


def distil(
    student: Trunk,
    architecture: Architecture,
    lessons: Lessons,
    checkpoint: Path,
    settings: DistilSettings,
    seed: int = 0,
    device: str = "cpu",
    progress: Callable[[str, int, int], None] = lambda *_: None,
    log: Log = lambda _: None,
) -> Trunk:
    """Teach a trunk of this architecture; resume from ``checkpoint`` where it exists.

    16-bit floats (bfloat16) in the convolutions. Returns the mean of its weights, in 32-bit floats on the CPU.
    """
    student.to(device).to(memory_format=torch.channels_last)
    start, matrix = _first_guess(student, architecture, lessons, device)
    average = copy.deepcopy(student).requires_grad_(False)
    matrix.requires_grad_()
    groups: list[dict[str, Any]] = [{"params": list(student.parameters())}, {"params": [matrix], "weight_decay": 0.0}]
    optimiser = torch.optim.AdamW(groups, settings.rate, weight_decay=settings.decay)
    first, running = 0, 0.0
    if checkpoint.exists():
        state = torch.load(checkpoint, map_location=device, weights_only=True)
        student.load_state_dict(state["student"])
        average.load_state_dict(state["average"])
        optimiser.load_state_dict(state["optimiser"])
        matrix.data.copy_(state["matrix"])
        first = state["step"]
    student.train()
    for step in range(first, settings.steps):
        for group in optimiser.param_groups:
            group["lr"] = settings.rate_at(step)
        rng = np.random.default_rng((seed, step))
        rows = np.sort(rng.integers(len(lessons.views), size=settings.batch))
        shown = _shown(lessons.views[rows], lessons.colour[rows], settings.sides[step % len(settings.sides)], rng)
        told = normalize(torch.from_numpy(lessons.targets[rows]).float(), dim=1).to(device)
        loss = 1 - (_guess(student, start, matrix, shown.to(device)) * told).sum(1).mean()
        optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(student.parameters(), 1.0)
        optimiser.step()
        _follow(average, student, min(settings.average, (step + 1) / (step + 10)))
        running += loss.item()
        if (step + 1) % settings.checkpoint_every == 0 or step + 1 == settings.steps:
            state = {"student": student.state_dict(), "average": average.state_dict(), "matrix": matrix.detach()}
            _save(checkpoint, {**state, "optimiser": optimiser.state_dict(), "step": step + 1})
            log({"step": step + 1, "rate": settings.rate_at(step), "loss": running / settings.checkpoint_every})
            running = 0.0
        progress("Distilling", step + 1, settings.steps)
    return average.cpu().eval()


def _guess(student: Trunk, start: Start, matrix: Tensor, pictures: Tensor) -> Tensor:
    """What the student says of pictures [n, 3, s, s]: embeddings [n, size] of length one."""
    return normalize(start.join(_features(student, pictures)) @ matrix, dim=1)


def _features(student: Trunk, pictures: Tensor) -> Tensor:
    with torch.autocast(pictures.device.type, torch.bfloat16):
        return student.features(normalise(pictures)).float()


def _first_guess(student: Trunk, architecture: Architecture, lessons: Lessons, device: str) -> tuple[Start, Tensor]:
    """Centre and weights that join the student's features, and the matrix [D, size] that leads from there to what the
    teachers say, by least squares: one that knows nothing would shake the trunk."""
    student.eval()
    chunks = [torch.from_numpy(np.array(lessons.views[i : i + 128])) for i in range(0, FIRST, 128)]
    with torch.no_grad():
        features = torch.cat([_features(student, chunk.to(device)) for chunk in chunks if len(chunk)])
    blocks = tuple(w for w in architecture.widths for _ in range(2))
    weights = torch.tensor(stage_weights(architecture)).log()
    start = replace(Start.fresh(blocks), centre=features.mean(0).cpu(), log_weights=weights).to(torch.device(device))
    joined = start.join(features)
    told = torch.from_numpy(lessons.targets[:FIRST].astype(np.float32)).to(device)
    ridge = 0.01 * len(joined) / joined.shape[1] * torch.eye(joined.shape[1], device=device)
    return start, torch.linalg.solve(joined.T @ joined + ridge, joined.T @ told)


def _shown(views: np.ndarray, colour: np.ndarray, side: int, rng: np.random.Generator) -> Tensor:
    """Views of a batch at a side, moved a little and mirrored at random, glyphs never."""
    x = torch.from_numpy(views).float()
    flip = torch.from_numpy((rng.random(len(x)) < 0.5) & colour)
    x[flip] = x[flip].flip(3)
    size = x.shape[-1]
    left, top = rng.integers(0, 2 * SHIFT + 1, 2)
    x = pad(x, (SHIFT,) * 4, mode="reflect")[:, :, top : top + size, left : left + size]
    return x if side == size else resized(x, side)


def _follow(average: Trunk, student: Trunk, decay: float) -> None:
    """Move the mean of the weights towards the student's."""
    with torch.no_grad():
        for mean, now in zip(average.state_dict().values(), student.state_dict().values(), strict=True):
            if mean.is_floating_point():
                mean.lerp_(now, 1 - decay)
            else:
                mean.copy_(now)


def _save(checkpoint: Path, state: dict[str, object]) -> None:
    """Written aside and renamed: a kill leaves the previous checkpoint whole."""
    scratch = checkpoint.with_suffix(".part")
    torch.save(state, scratch)
    scratch.replace(checkpoint)
