"""Which parts of a picture speak for a class, and which against it.

Sliding occlusion (Zeiler & Fergus 2014, arXiv:1311.2901) with soft-edged patches as in RISE (Petsiuk et al. 2018,
arXiv:1806.07421), read as weight of evidence: the fall of the log-odds (Robnik-Sikonja & Kononenko 2008). It asks
only for scores, so it works for every backbone, and there is no randomness in it.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from fewshot_gui.learner.inner_loop import Cancelled

GRID = 7
BATCH = 8
LEAST_EVIDENCE = 0.05
"""In log-odds. Where no patch matters more than this, the map stays as faint as the evidence is."""
SURE = 1e-6
"""Probabilities are read within SURE and 1 - SURE: beyond, rounding would be taken for evidence."""


def heat_map(
    picture: np.ndarray,
    score: Callable[[np.ndarray], np.ndarray],
    on_step: Callable[[int, int], None] | None = None,
    cancelled: Callable[[], bool] = lambda: False,
    grid: int = GRID,
) -> np.ndarray:
    """Evidence for a class, float32 [side, side] in -1..1: 1 speaks most for it, below 0 speaks against it.

    picture uint8 [side, side, 3]; ``score`` gives the class's probability [n] for pictures uint8 [n, side, side, 3] and
    is asked grid^2 + 1 times, at most BATCH at once. ``on_step`` gets (pictures done, pictures). Raises Cancelled
    between two batches.
    """
    patches = soft_patches(len(picture), grid)
    colour = picture.mean((0, 1))
    log_odds: list[np.ndarray] = []
    masks = np.concatenate([np.zeros((1, *patches.shape[1:]), np.float32), patches])
    for start in range(0, len(masks), BATCH):
        if cancelled():
            raise Cancelled
        mask = masks[start : start + BATCH, :, :, None]
        hidden = np.rint(picture * (1 - mask) + colour * mask).astype(np.uint8)
        p = np.clip(score(hidden).astype(np.float64), SURE, 1 - SURE)
        log_odds.append(np.log(p) - np.log1p(-p))
        if on_step is not None:
            on_step(start + len(mask), len(masks))
    evidence = np.concatenate(log_odds)
    fall = evidence[0] - evidence[1:]
    weights = patches / patches.sum(0)
    heat = np.tensordot(fall, weights, 1)
    return (heat / max(np.abs(heat).max(), LEAST_EVIDENCE)).astype(np.float32)


def soft_patches(side: int, grid: int) -> np.ndarray:
    """Masks float32 [grid^2, side, side] in 0..1, row by row: 1 at a cell's centre, fading over its neighbours."""
    cell = side / grid
    pixels = np.arange(side) + 0.5
    centres = (np.arange(grid) + 0.5) * cell
    away = np.abs(pixels - centres[:, None]) / cell
    bumps = np.where(away < 1, 0.5 + 0.5 * np.cos(np.pi * np.clip(away, 0, 1)), 0)
    return (bumps[:, None, :, None] * bumps[None, :, None, :]).reshape(grid * grid, side, side).astype(np.float32)
