"""Why this decision: the person's own nearest examples, and the single example that would turn it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from fewshot_gui.learner.advice.ridge import fit_ridge

CANDIDATES = 3
"""So many examples are tried on the real network; each costs one adaptation."""


@dataclass(frozen=True)
class Nearest:
    """Examples [c] as rows of the support, nearest first, and their cosine similarities [c]."""

    examples: np.ndarray
    similarities: np.ndarray


@dataclass(frozen=True)
class Flip:
    """Without example ``example`` the decision would be ``to``. ``elsewhere``: by how much this moves the answers to
    the other examples, as a mean total variation in 0..1."""

    example: int
    to: int
    elsewhere: float


def nearest_examples(embedding: np.ndarray, support: np.ndarray, labels: np.ndarray, label: int, count: int) -> Nearest:
    """The ``count`` examples of class ``label`` that a picture is most like, fewer where the class has fewer.

    embedding [D] and support [m, D] of unit length, labels [m]. Equal similarities keep the examples' order.
    """
    own = np.flatnonzero(labels == label)
    similarities = support[own] @ embedding
    order = np.argsort(-similarities, kind="stable")[:count]
    return Nearest(own[order], similarities[order])


def runner_up(probabilities: np.ndarray) -> int:
    """The second most probable class of probabilities [K], K at least 2; the first of equals."""
    return int(np.argsort(-probabilities, kind="stable")[1])


def flip_candidates(embedding: np.ndarray, support: np.ndarray, labels: np.ndarray, decision: int) -> np.ndarray:
    """All examples [m], the one whose removal does most for another class than ``decision`` first.

    embedding [D] and support [m, D] of unit length, labels [m]. By exact leave-one-out of a ridge regression: an order
    in which to ask the adapted network, not an answer by itself. The only example of a class is never a candidate:
    without it the class would be gone.
    """
    way = max(int(labels.max()), decision) + 1
    without = fit_ridge(support, labels, way).scores_without(embedding)
    lead = without[:, decision].copy()
    without[:, decision] = -np.inf
    lead -= without.max(1)
    removable = np.flatnonzero(np.bincount(labels)[labels] > 1)
    return removable[np.argsort(lead[removable], kind="stable")]


def flip(
    embedding: np.ndarray,
    support: np.ndarray,
    labels: np.ndarray,
    decision: int,
    adapt_without: Callable[[int], tuple[np.ndarray, np.ndarray]],
    answers: np.ndarray,
    candidates: int = CANDIDATES,
) -> Flip | None:
    """The example without which the adapted network would decide otherwise, or None where none of those tried does.

    embedding [D], support [m, D] of unit length, labels [m]; ``decision``: the class the network gives the picture.
    ``adapt_without(i)`` adapts the real network to all examples but i and returns its probabilities for the picture [K]
    and for all m examples [m, K]; ``answers`` [m, K] are those of the network as it is. It is called for the
    ``candidates`` likeliest examples, and may raise Cancelled. Among several the one that changes the answers
    elsewhere least is named.
    """
    found: list[Flip] = []
    for example in flip_candidates(embedding, support, labels, decision)[:candidates]:
        picture, others = adapt_without(int(example))
        to = int(np.argmax(picture))
        if to != decision:
            moved = 0.5 * np.abs(np.delete(others - answers, example, axis=0)).sum(1)
            found.append(Flip(int(example), to, float(moved.mean())))
    return min(found, key=lambda flip: flip.elsewhere, default=None)
