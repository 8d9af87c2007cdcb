"""Points of many dimensions laid out on a plane, neighbours side by side. In numpy, to be stopped at once.

t-SNE (van der Maaten & Hinton 2008, JMLR 9:2579) of a sample, exactly; all other points go beside their neighbours in
it. scikit-learn's TSNE can't be stopped while it runs.

Symbols: P [n, n] likeness of pairs in the data, sum one; Q [n, n] their likeness on the plane; Y [n, 2] places.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

SAMPLE = 1_000
"""So many points are laid out by t-SNE, whose time grows with the square of their number."""
COMPONENTS = 50
FEW = 12
"""Below this there are no neighbourhoods to keep; the two main components do."""
PERPLEXITY = 30.0
STEPS = 400
EXAGGERATED = 100
"""In the first steps P counts EXAGGERATION times, which draws groups together, with less momentum."""
EXAGGERATION = 12.0
BESIDE = 3
"""A point that was not laid out lies between so many of its nearest that were."""
AT_ONCE = 512
BISECTIONS = 40


def project(
    embeddings: np.ndarray,
    cancelled: Callable[[], bool] = lambda: False,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> np.ndarray | None:
    """Places [n, 2] in -1..1 of embeddings [n, D]; None where it was cancelled. The same embeddings, the same places.

    ``progress(done, total)`` is called now and then.
    """
    count = len(embeddings)
    if count < 2:
        return np.zeros((count, 2))
    reduced = principal(embeddings, COMPONENTS)
    if count < FEW:
        return _fitted(reduced[:, :2])
    sample = np.unique(np.linspace(0, count - 1, min(count, SAMPLE)).round().astype(int))
    laid_out = tsne(reduced[sample], cancelled, progress)
    if laid_out is None:
        return None
    places = np.empty((count, 2))
    places[sample] = laid_out
    others = np.setdiff1d(np.arange(count), sample)
    for begin in range(0, len(others), AT_ONCE):
        if cancelled():
            return None
        part = others[begin : begin + AT_ONCE]
        places[part] = _beside(reduced[part], reduced[sample], laid_out)
    return _fitted(places)


def principal(embeddings: np.ndarray, most: int) -> np.ndarray:
    """The main components float32 [n, c] of embeddings [n, D], at least two, at most ``most``, largest first."""
    centred = embeddings - embeddings.mean(0)
    _, axes = np.linalg.eigh(centred.T @ centred)
    axes = axes[:, ::-1][:, :most]
    axes = axes * np.sign(axes[np.abs(axes).argmax(0), np.arange(axes.shape[1])])  # one of two mirror images, always
    components = centred @ axes
    return np.pad(components, ((0, 0), (0, max(0, 2 - components.shape[1])))).astype(np.float32)


def tsne(
    points: np.ndarray,
    cancelled: Callable[[], bool] = lambda: False,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> np.ndarray | None:
    """Places [n, 2] of points [n, c], begun at their first two columns; None where it was cancelled."""
    count = len(points)
    likeness = pair_likeness(points, min(PERPLEXITY, (count - 1) / 3), cancelled)
    if likeness is None:
        return None
    y = (points[:, :2] / max(float(points[:, 0].std()), 1e-12) * 1e-4).astype(np.float32)  # small, as its author begins
    moved, gains = np.zeros_like(y), np.ones_like(y)
    rate = max(count / EXAGGERATION / 4, 50.0)  # Belkina et al. 2019
    likeness *= EXAGGERATION
    for step in range(STEPS):
        if cancelled():
            return None
        if step % 10 == 0:
            progress(step, STEPS)
        if step == EXAGGERATED:
            likeness /= EXAGGERATION
        near = 1 / (1 + _squared_distances(y, y))
        np.fill_diagonal(near, 0)
        force = (likeness - near / near.sum()) * near
        gradient = 4 * (force.sum(1)[:, None] * y - force @ y)
        gains = np.where(gradient * moved < 0, gains + 0.2, gains * 0.8).clip(min=0.01)
        moved = (0.5 if step < EXAGGERATED else 0.8) * moved - rate * gains * gradient
        y = y + moved
    progress(STEPS, STEPS)
    return y


def pair_likeness(
    points: np.ndarray, perplexity: float, cancelled: Callable[[], bool] = lambda: False
) -> np.ndarray | None:
    """P float32 [n, n] of points [n, c]: each has about ``perplexity`` neighbours; None where it was cancelled.

    P(j | i) is a Gaussian around i, whose width is found by bisection; then made symmetric.
    """
    distances = _squared_distances(points, points)
    np.fill_diagonal(distances, np.inf)
    distances -= distances.min(1, keepdims=True)
    np.fill_diagonal(distances, 0)
    count = len(points)
    low, high = np.zeros(count), np.full(count, np.inf)
    beta = 1 / np.maximum(distances.mean(1), 1e-12)
    near = np.empty_like(distances)
    for _ in range(BISECTIONS):
        if cancelled():
            return None
        np.exp(-distances * beta[:, None].astype(np.float32), out=near)
        np.fill_diagonal(near, 0)
        total = near.sum(1)
        entropy = np.log(total) + beta * (distances * near).sum(1) / total
        wide = entropy > np.log(perplexity)
        low, high = np.where(wide, beta, low), np.where(wide, high, beta)
        if np.abs(entropy - np.log(perplexity)).max() < 1e-4:
            break
        beta = np.where(np.isinf(high), beta * 2, (low + np.where(np.isinf(high), 0, high)) / 2)
    near /= near.sum(1, keepdims=True)
    return (near + near.T) / np.float32(2 * count)


def _squared_distances(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return np.maximum(np.square(a).sum(1)[:, None] + np.square(b).sum(1)[None, :] - 2 * (a @ b.T), 0)


def _beside(points: np.ndarray, sample: np.ndarray, places: np.ndarray) -> np.ndarray:
    """Places [n, 2] of points [n, c]: between those places [s, 2] whose points in the sample [s, c] are nearest."""
    distances = _squared_distances(points, sample)
    nearest = np.argpartition(distances, BESIDE - 1, axis=1)[:, :BESIDE]
    weights = 1 / (np.sqrt(np.take_along_axis(distances, nearest, 1)) + 1e-6)
    weights /= weights.sum(1, keepdims=True)
    return (places[nearest] * weights[:, :, None]).sum(1)


def _fitted(places: np.ndarray) -> np.ndarray:
    """Moved and scaled into -1..1, one scale for both axes."""
    low, high = places.min(0), places.max(0)
    return (places - (low + high) / 2) / max(float((high - low).max()) / 2, 1e-12)
