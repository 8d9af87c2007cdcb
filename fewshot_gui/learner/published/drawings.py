"""Drawings of characters, and the warps that make new drawings and new characters of them.

A drawing is ink = 1 on paper = 0, its bounding box centred and scaled. A training episode takes one alphabet, turned or
mirrored as a whole, and the same few drawers for every character; each drawing is bent anew.
"""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor
from torch.nn.functional import affine_grid, grid_sample, interpolate, max_pool2d

DRAWERS = 20
"""Every Omniglot character was drawn by twenty people, the same twenty for all of an alphabet."""
MARGIN = 1.3
"""Width of the frame around a drawing, over the longer side of its bounding box."""
LEAST_BOX = 20
"""A drawing smaller than this many pixels (of 105) is a dot, and is not blown up further."""
SYMMETRIES = torch.tensor(
    [
        [[1, 0], [0, 1]],
        [[0, -1], [1, 0]],
        [[-1, 0], [0, -1]],
        [[0, 1], [-1, 0]],
        [[-1, 0], [0, 1]],
        [[0, 1], [1, 0]],
        [[1, 0], [0, -1]],
        [[0, -1], [-1, 0]],
    ],
    dtype=torch.float32,
)
"""The four quarter turns of a square, then its four mirrorings."""


@dataclass(frozen=True)
class Glyphs:
    """Characters: ink uint8 [characters, drawers, s, s], 255 = ink; alphabet [characters], a number for each."""

    ink: Tensor
    alphabet: Tensor

    def only(self, characters: Sequence[int] | np.ndarray) -> Glyphs:
        """Some of the characters."""
        rows = torch.as_tensor(characters)
        return Glyphs(self.ink[rows], self.alphabet[rows])


@dataclass(frozen=True)
class Warps:
    """How drawings vary. Standard deviations: turn (radians), stretch (log of width and height, and shear), shift and
    bend (half widths of the picture). thicken: up to this share of a drawing's dilation is added; gain: range of a
    factor on the ink."""

    turn: float = 0.2
    stretch: float = 0.12
    shift: float = 0.08
    bend: float = 0.08
    thicken: float = 0.6
    gain: tuple[float, float] = (0.7, 1.6)


@dataclass(frozen=True)
class EpisodeSettings:
    """way characters by ``drawings`` drawers make an episode; an alphabet of fewer characters plays with all it has.
    symmetries: of the eight, the first so many are used. within: share of episodes inside one alphabet."""

    way: int = 20
    drawings: int = 4
    symmetries: int = 8
    within: float = 1.0


def read_ink(source: bytes | Path) -> np.ndarray:
    """Where a drawing is inked: bool [height, width]. Raises OSError where it is no picture.

    Read in this process: for the files of a published collection, not for just any.
    """
    with Image.open(io.BytesIO(source) if isinstance(source, bytes) else source) as opened:
        return np.asarray(opened.convert("L")) < 128


def read_drawing(source: bytes | Path, side: int) -> np.ndarray:
    """One drawing as uint8 [side, side], 255 = ink, its bounding box centred and scaled, proportions kept.

    Raises OSError where it is no picture.
    """
    ink = read_ink(source)
    rows, columns = np.flatnonzero(ink.any(1)), np.flatnonzero(ink.any(0))
    if not len(rows):
        return np.zeros((side, side), np.uint8)
    top, bottom, left, right = rows[0], rows[-1] + 1, columns[0], columns[-1] + 1
    half = max(bottom - top, right - left, LEAST_BOX) * MARGIN / 2
    pad = math.ceil(half)
    x, y = (left + right) / 2 + pad, (top + bottom) / 2 + pad
    canvas = Image.fromarray(np.pad(ink, pad).astype(np.uint8) * 255)
    return np.array(
        canvas.resize((side, side), Image.Resampling.BILINEAR, box=(x - half, y - half, x + half, y + half))
    )


def random_affine(n: int, warps: Warps, generator: torch.Generator) -> Tensor:
    """[n, 2, 2]: shear and unequal scaling, then a rotation."""
    angle, x, y, shear = torch.randn(4, n, generator=generator)
    angle, x, y, shear = angle * warps.turn, x * warps.stretch, y * warps.stretch, shear * warps.stretch
    rotation = torch.stack([angle.cos(), -angle.sin(), angle.sin(), angle.cos()], 1).view(n, 2, 2)
    return rotation @ torch.stack([x.exp(), shear, torch.zeros(n), y.exp()], 1).view(n, 2, 2)


def random_bend(n: int, size: float, side: int, generator: torch.Generator) -> Tensor:
    """A smooth displacement field [n, side, side, 2] (elastic deformation, Simard et al. 2003)."""
    coarse = torch.randn(n, 2, 5, 5, generator=generator) * size
    return interpolate(coarse, (side, side), mode="bicubic", align_corners=True).permute(0, 2, 3, 1)


def seen_through(ink: Tensor, matrix: Tensor, shift: Tensor, bend: Tensor | float, side: int) -> Tensor:
    """Drawings uint8 [n, s, s] where the picture's point p shows the drawing's point matrix p + shift + bend(p).

    matrix [n, 2, 2], shift [n, 2], bend [n, side, side, 2]; returns float [n, 1, side, side] in 0..1.
    """
    grid = affine_grid(torch.cat([matrix, shift.unsqueeze(2)], 2), [len(ink), 1, side, side], align_corners=False)
    return grid_sample(ink.unsqueeze(1).float() / 255, grid + bend, align_corners=False)


def plain(ink: Tensor, side: int) -> Tensor:
    """Drawings uint8 [n, s, s] as they are: float [n, 1, side, side] in 0..1."""
    return seen_through(ink, torch.eye(2).expand(len(ink), 2, 2), torch.zeros(len(ink), 2), 0.0, side)


def draw_episode(
    glyphs: Glyphs, settings: EpisodeSettings, generator: torch.Generator
) -> tuple[Tensor, Tensor, Tensor]:
    """Choose an episode: characters [way], drawers [drawings], and one symmetry [2, 2] for all."""

    def pick(pool: Tensor, n: int) -> Tensor:
        return pool[torch.randperm(len(pool), generator=generator)[:n]]

    pool = torch.arange(len(glyphs.alphabet))
    if torch.rand((), generator=generator) < settings.within:
        alphabet = glyphs.alphabet[torch.randint(len(pool), (), generator=generator)]
        pool = pool[glyphs.alphabet == alphabet]
    characters = pick(pool, settings.way)
    drawers = pick(torch.arange(glyphs.ink.shape[1]), settings.drawings)
    return characters, drawers, SYMMETRIES[torch.randint(settings.symmetries, (), generator=generator)]


def draw_batch(
    glyphs: Glyphs,
    episodes: int,
    settings: EpisodeSettings,
    warps: Warps,
    side: int,
    generator: torch.Generator,
) -> tuple[Tensor, list[int]]:
    """Several episodes, one after the other: pictures [n, 1, side, side], and the number of characters of each.

    Within an episode the pictures stand character by character, and of a character drawer by drawer.
    """
    drawn = [draw_episode(glyphs, settings, generator) for _ in range(episodes)]
    ways = [len(characters) for characters, *_ in drawn]
    characters = torch.cat([c.repeat_interleave(settings.drawings) for c, *_ in drawn])
    drawers = torch.cat([d.repeat(len(c)) for c, d, _ in drawn])
    symmetry = torch.stack([s for *_, s in drawn]).repeat_interleave(torch.tensor(ways) * settings.drawings, 0)
    n = len(characters)
    matrix = symmetry @ random_affine(n, warps, generator)
    shift = torch.randn(n, 2, generator=generator) * warps.shift
    bend = random_bend(n, warps.bend, side, generator)
    x = seen_through(glyphs.ink[characters, drawers], matrix, shift, bend, side)
    thicker = torch.rand(n, 1, 1, 1, generator=generator) * warps.thicken
    least, most = warps.gain
    gain = least + (most - least) * torch.rand(n, 1, 1, 1, generator=generator)
    return ((x + thicker * (max_pool2d(x, 3, 1, 1) - x)) * gain).clamp(max=1), ways
