"""Logistic regression on the frozen embedding, the strong plain baseline of Tian et al. 2020 (arXiv:2003.11539)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from sklearn.linear_model import LogisticRegression

if TYPE_CHECKING:
    from fewshot_gui.learner.learner import Learner
    from fewshot_gui.learner.methods import Predictor


def logistic(learner: Learner, support: np.ndarray, labels: np.ndarray, way: int) -> Predictor:
    """scikit-learn's, classes weighed alike (C = 10). support: features [m, D]; labels [m] in 0..way-1, none missing.

    Known score: cosine to the nearest example.
    """
    shown = learner.embeddings(support)
    model = LogisticRegression(C=10.0, class_weight="balanced", max_iter=500).fit(shown, labels)

    def predict(features: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        query = learner.embeddings(features)
        return np.asarray(model.predict_proba(query)), (query @ shown.T).max(1)

    return predict
