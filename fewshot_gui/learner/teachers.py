"""Teachers: several trunks, each looking at a picture several times, and what they say of it together.

    picture --every trunk and side, plain and mirrored--> joined features --their metric--> embedding

What is in a picture several networks and several looks agree on, what is accidental they do not (ensembles as teachers:
Hinton et al. 2015, arXiv:1503.02531). In the embedding of their own within-class whitening counts what tells classes
apart.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import interpolate, normalize

from fewshot_gui.learner.augment import random_views
from fewshot_gui.learner.backbone import Architecture, Trunk, normalise, stage_weights
from fewshot_gui.learner.collection import Collection
from fewshot_gui.learner.device import half_where_fast
from fewshot_gui.learner.inner_loop import Start
from fewshot_gui.learner.outer_loop import FeatureSet

SIDES = (96, 128, 160)
"""At these the last teacher looks; the others look at the middle one."""
PLAIN = 0.4
"""Share of the pictures that is shown as it is; the others are cropped and recoloured."""
CHUNK = 50
_FILES = ("views.npy", "targets.npy", "colour.npy")
"""In the order of Lessons' parts; the last is written when all is said."""


class Teachers(nn.Module):
    """Frozen trunks as one FeatureNetwork: per trunk and side the stages' blocks, the mean over a picture and its
    mirror image."""

    def __init__(self, trunks: Sequence[Trunk], architecture: Architecture) -> None:
        super().__init__()
        self.trunks = nn.ModuleList(trunks)
        last = len(trunks) - 1
        self.looks = [(i, SIDES[1]) for i in range(last)] + [(last, side) for side in SIDES]
        self.side = SIDES[-1]
        self.blocks = tuple(w for w in architecture.widths for _ in range(2)) * len(self.looks)
        self.weights = stage_weights(architecture) * len(self.looks)

    def forward(self, pictures: Tensor, mirror: bool = True) -> Tensor:
        seen = []
        for i, side in self.looks:
            x, trunk = resized(pictures, side), self.trunks[i]
            assert isinstance(trunk, Trunk)
            views = (x, x.flip(3)) if mirror else (x,)
            seen.append(torch.stack([trunk.features(normalise(view)) for view in views]).mean(0))
        return torch.cat(seen, 1)


def load_trunk(checkpoint: Path, architecture: Architecture) -> Trunk:
    """The trunk of a pretraining's checkpoint; how many blocks its stages have is told by its tensors."""
    state = torch.load(checkpoint, map_location="cpu", weights_only=True)["network"]
    tensors = {k.removeprefix("trunk."): v for k, v in state.items() if k.startswith("trunk.")}
    blocks: list[int] = []
    for layer in sorted(int(k.split(".")[1]) for k in tensors if k.endswith(".first.0.weight")):
        if f"layers.{layer}.shortcut.0.weight" in tensors:  # a stage begins
            blocks.append(0)
        blocks[-1] += 1
    trunk = Trunk(replace(architecture, blocks=tuple(blocks)))
    trunk.load_state_dict(tensors)
    return trunk


@dataclass(frozen=True)
class Opinion:
    """What the teachers together make of a picture: pictures [n, 3, s, s], 0..255, to embeddings [n, size] of length
    one, in the directions [D, size] in which their embeddings reach farthest."""

    teachers: Teachers
    start: Start
    directions: Tensor
    device: torch.device

    @classmethod
    def of(cls, teachers: Teachers, start: Start, sets: Sequence[FeatureSet], size: int, device: str) -> Opinion:
        """start: measured on ``sets``, features that the teachers gave."""
        moment = torch.zeros_like(start.tail)
        for known in sets:
            embeddings = start.embed(torch.from_numpy(known.views[0].astype(np.float32)))
            moment += embeddings.T @ embeddings / len(embeddings)
        directions = torch.linalg.eigh(moment)[1].flip(1)[:, :size].contiguous()
        where = torch.device(device)
        return cls(teachers, start.to(where), directions.to(where), where)

    def __call__(self, pictures: Tensor, mirror: bool) -> Tensor:
        with torch.inference_mode():
            with half_where_fast(self.device):
                features = self.teachers(pictures.to(self.device), mirror)
            return normalize(self.start.embed(features.float()) @ self.directions, dim=1).cpu()


def choose_pictures(
    collections: Sequence[Collection], pictures: int, held: Callable[[str], bool], seed: int = 0
) -> list[tuple[Collection, np.ndarray]]:
    """About ``pictures`` rows of classes that are not held, in shuffled chunks; large collections give more, by the
    root of their size."""
    rng = np.random.default_rng(seed)
    free = [np.flatnonzero(np.array([not held(name) for name in c.classes])[c.labels]) for c in collections]
    share = np.sqrt([len(rows) for rows in free])
    chunks = []
    for collection, rows, part in zip(collections, free, share / share.sum(), strict=True):
        rows = rng.permutation(rows)[: max(1, round(pictures * part))]
        chunks += [(collection, np.sort(rows[i : i + CHUNK])) for i in range(0, len(rows), CHUNK)]
    return [chunks[i] for i in rng.permutation(len(chunks))]


@dataclass(frozen=True)
class Lessons:
    """views: uint8 [n, 3, side, side]. targets: float16 [n, size], what the teachers say of them. colour: bool [n];
    what has none is never mirrored."""

    views: np.ndarray
    targets: np.ndarray
    colour: np.ndarray


def ask(
    opinion: Opinion,
    chosen: Sequence[tuple[Collection, np.ndarray]],
    size: int,
    side: int,
    folder: Path,
    seed: int = 0,
    progress: Callable[[str, int, int], None] = lambda *_: None,
) -> None:
    """Write lessons on the chosen pictures, shown at ``side``, to files in ``folder``."""
    total = sum(len(rows) for _, rows in chosen)
    views, targets, colour = (folder / name for name in _FILES)
    shown = np.lib.format.open_memmap(views, mode="w+", dtype=np.uint8, shape=(total, 3, side, side))
    said = np.lib.format.open_memmap(targets, mode="w+", dtype=np.float16, shape=(total, size))
    coloured = np.zeros(total, bool)
    rng, generator = np.random.default_rng(seed), torch.Generator().manual_seed(seed)
    at = 0
    for collection, rows in chosen:
        pictures, here, mirror = collection.pictures[rows], slice(at, at + len(rows)), collection.has_colour
        seen = random_views(pictures, SIDES[-1], generator, mirror=mirror, least_area=0.4)
        plain = torch.from_numpy(rng.random(len(rows)) < PLAIN)
        whole = torch.from_numpy(np.ascontiguousarray(pictures)).permute(0, 3, 1, 2).float()
        seen[plain] = resized(whole, SIDES[-1])[plain]
        shown[here] = resized(seen, side).round().clamp(0, 255).byte().numpy()
        said[here] = opinion(seen, mirror).half().numpy()
        coloured[here] = mirror
        at += len(rows)
        progress("Asking the teachers", at, total)
    shown.flush()
    said.flush()
    np.save(colour, coloured)


def kept_lessons(folder: Path) -> Lessons | None:
    """The lessons of an earlier call of `ask`, mapped from their files; None where it did not come to its end."""
    paths = [folder / name for name in _FILES]
    return Lessons(*(np.load(path, mmap_mode="r") for path in paths)) if paths[-1].exists() else None


def resized(pictures: Tensor, side: int) -> Tensor:
    """Pictures [n, c, h, w] squeezed to [n, c, side, side]."""
    return interpolate(pictures, (side, side), mode="bilinear", antialias=True)
