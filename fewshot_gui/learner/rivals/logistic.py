"""Logistic regression on the frozen embedding, the strong plain baseline of Tian et al. 2020 (arXiv:2003.11539)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from sklearn.linear_model import LogisticRegression

if TYPE_CHECKING:
    from fewshot_gui.learner.learner import Learner
    from fewshot_gui.learner.methods import Predictor


def logistic(learner: Learner, support: np.ndarray, labels: np.ndarray, way: int) -> Predictor:
    """scikit-learn's, classes weighed alike (C = 10), on what the backbone alone makes of pictures: nothing that was
    meta-learned is in it.

    support: features [m, D]; labels [m] in 0..way-1, none missing. Known score: cosine to the nearest example.
    """
    return _regression(learner.joined, support, labels)


def logistic_on_metric(learner: Learner, support: np.ndarray, labels: np.ndarray, way: int) -> Predictor:
    """The same on the embedding under the meta-learned metric: what the inner loop adds to its start shows here."""
    return _regression(learner.embeddings, support, labels)


def _regression(embed: Callable[[np.ndarray], np.ndarray], support: np.ndarray, labels: np.ndarray) -> Predictor:
    shown = embed(support)
    model = LogisticRegression(C=10.0, class_weight="balanced", max_iter=500).fit(shown, labels)

    def predict(features: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        query = embed(features)
        return np.asarray(model.predict_proba(query)), (query @ shown.T).max(1)

    return predict
