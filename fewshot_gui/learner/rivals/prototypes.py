"""Prototypical networks (Snell et al. 2017, arXiv:1703.05175), with cosine similarity on the frozen embedding."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from fewshot_gui.learner.learner import Learner
    from fewshot_gui.learner.methods import Predictor

SCALE = 10.0
"""Scores are the cosines times this: a softmax over plain cosines would hardly tell classes apart."""


def prototypes(learner: Learner, support: np.ndarray, labels: np.ndarray, way: int) -> Predictor:
    """The class whose mean is nearest in what the backbone alone makes of pictures: nothing meta-learned is in it.

    support: features [m, D]; labels [m] in 0..way-1, none missing. Known score: cosine to the nearest example.
    """
    return _nearest_mean(learner.joined, support, labels, way)


def prototypes_on_metric(learner: Learner, support: np.ndarray, labels: np.ndarray, way: int) -> Predictor:
    """The same on the embedding under the meta-learned metric."""
    return _nearest_mean(learner.embeddings, support, labels, way)


def _nearest_mean(
    embed: Callable[[np.ndarray], np.ndarray], support: np.ndarray, labels: np.ndarray, way: int
) -> Predictor:
    shown = embed(support)
    means = np.stack([shown[labels == k].mean(0) for k in range(way)])
    means /= np.linalg.norm(means, axis=1, keepdims=True)

    def predict(features: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        query = embed(features)
        scores = SCALE * query @ means.T
        odds = np.exp(scores - scores.max(1, keepdims=True))
        return odds / odds.sum(1, keepdims=True), (query @ shown.T).max(1)

    return predict
