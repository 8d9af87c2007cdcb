"""The plain methods that adaptation has to beat, on the same frozen embedding."""

from __future__ import annotations

import numpy as np
from sklearn.linear_model import LogisticRegression


def prototypes(support: np.ndarray, labels: np.ndarray, query: np.ndarray, way: int) -> np.ndarray:
    """Scores [n, way]: ten times the cosine to each class mean (Snell et al. 2017, arXiv:1703.05175, with cosine).

    support [m, C] and query [n, C] are centred embeddings of length one.
    """
    means = np.stack([support[labels == k].mean(0) for k in range(way)])
    means /= np.linalg.norm(means, axis=1, keepdims=True)
    return 10.0 * query @ means.T


def logistic(support: np.ndarray, labels: np.ndarray, query: np.ndarray, way: int) -> np.ndarray:
    """Log-probabilities [n, way] of scikit-learn's logistic regression, classes weighed alike (C = 10)."""
    model = LogisticRegression(C=10.0, class_weight="balanced", max_iter=500).fit(support, labels)
    return np.asarray(model.predict_log_proba(query))
