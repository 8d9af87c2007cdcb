"""Pictures that look alike, so that one gesture judges many.

Clustering can't be stopped half-way, so it is not done on the compute thread: the question fetches embeddings, and
``groups_of`` may run anywhere.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from fewshot_gui.engine import GROUP, Engine

MOST = 4000
"""So many pictures at most are compared with each other: clustering takes seconds beyond."""

ANSWERED = 0.8
"""How alike the pictures of a group are on the mean, as a share of how alike a picture and its nearest usually are.
For pictures that have an answer: one key judges a group, so it should hold one kind."""
STRANGERS = 0.6
"""The same for pictures of none of the classes: a group is to become a class with one drag, so it should be large."""
_SAMPLE = 2000
_LEAST, _ENOUGH = 0.2, 0.95


@dataclass(frozen=True)
class Looks:
    """ids [n] of pictures and their embeddings float32 [n, D] of length one."""

    ids: np.ndarray
    embeddings: np.ndarray


def looks(engine: Engine, ids: np.ndarray, overtaken: Callable[[], bool]) -> Looks:
    """How the first MOST of these pictures look; those not read yet are left out. Raises Cancelled when overtaken."""
    from fewshot_gui.learner.inner_loop import Cancelled

    here = [i for i in ids.tolist() if i in engine.features][:MOST]
    parts = [np.empty((0, *engine.learner.feature_shape), np.float32)]
    for begin in range(0, len(here), GROUP):
        if overtaken():
            raise Cancelled
        parts.append(engine.embeddings(here[begin : begin + GROUP]))
    return Looks(np.array(here, np.int64), np.concatenate(parts))


def groups_of(looks: Looks, share: float = ANSWERED) -> list[np.ndarray]:
    """Ids of look-alikes, a group each, the largest first; the most typical of a group comes first. Singles are left
    out. share: ANSWERED or STRANGERS."""
    from fewshot_gui.learner.advice.groups import look_alikes

    return [looks.ids[rows] for rows in look_alikes(looks.embeddings, alike(looks.embeddings, share))]


def alike(embeddings: np.ndarray, share: float = ANSWERED) -> float:
    """How alike the pictures of a group have to be on the mean: this share of how alike a picture and its nearest
    usually are here.

    Photographs of clothes are less alike, pair by pair, than hand signs before one wall; a fixed bound puts next to
    none of the former into groups, and nearly all of the latter.
    """
    sample = embeddings[:: 1 + len(embeddings) // _SAMPLE]
    if len(sample) < 2:
        return 1.0
    likeness = sample @ sample.T
    np.fill_diagonal(likeness, -1)
    return float(np.clip(share * np.median(likeness.max(1)), _LEAST, _ENOUGH))
