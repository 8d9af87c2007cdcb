"""Ridge regression on class labels, whose leave-one-out and what-if answers are exact and cost no second fit.

The stand-in for the adapted network wherever an answer needs hundreds of refits. Regularised least-squares
classification (Rifkin et al. 2003) in its dual form: with K = E E^T + 1 (the one is a bias) and H = (K + lambda I)^-1,
the coefficients are A = H Y. To leave i out, or to give it another label, is a correction of rank one (Allen's PRESS,
1974).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

RIDGE = 0.5


@dataclass(frozen=True)
class Ridge:
    """A fit to m examples of K classes: embeddings E [m, D], labels [m], inverse H [m, m], coefficients A [m, K]."""

    embeddings: np.ndarray
    labels: np.ndarray
    inverse: np.ndarray
    coefficients: np.ndarray

    def left_out(self) -> np.ndarray:
        """Scores [m, K] of each example by a fit to all the others; about 1 for its class and 0 for the rest."""
        targets = np.eye(self.coefficients.shape[1])[self.labels]
        scores: np.ndarray = targets - self.coefficients / np.diag(self.inverse)[:, None]
        return scores

    def scores(self, embedding: np.ndarray) -> np.ndarray:
        """Scores [K] of one embedding [D]."""
        scores: np.ndarray = self._to_examples(embedding) @ self.coefficients
        return scores

    def scores_without(self, embedding: np.ndarray) -> np.ndarray:
        """Scores [m, K] of one embedding [D]: row i by a fit to all examples but i."""
        reach = self._to_examples(embedding) @ self.inverse
        scores: np.ndarray = self.scores(embedding) - (reach / np.diag(self.inverse))[:, None] * self.coefficients
        return scores

    def relabelling_gains(self) -> np.ndarray:
        """How much less the squared leave-one-out error of all examples would be were example i of class k [m, K].

        In units of one example's mean error; 0 for the class it has. An example explained badly by the others, that
        also makes them explained badly, gains most.
        """
        diagonal = np.diag(self.inverse)
        weighted = self.coefficients / diagonal[:, None] ** 2
        slope = self.inverse @ weighted
        rows = np.arange(len(self.labels))
        curve = (self.inverse**2 / diagonal[:, None] ** 2).sum(0)
        gains = -2 * (slope - slope[rows, self.labels][:, None]) - 2 * curve[:, None]
        gains[rows, self.labels] = 0
        error = (self.coefficients * weighted).sum() / len(rows)
        return gains / error if error > 0 else np.zeros_like(gains)

    def _to_examples(self, embedding: np.ndarray) -> np.ndarray:
        return self.embeddings @ embedding.astype(np.float64) + 1


def fit_ridge(embeddings: np.ndarray, labels: np.ndarray, way: int, ridge: float = RIDGE) -> Ridge:
    """Fit to embeddings [m, D] of unit length and labels [m] in 0..way-1, m at least 1. Takes m^2 (m + D) steps."""
    examples = embeddings.astype(np.float64)
    inverse = np.linalg.inv(examples @ examples.T + 1 + ridge * np.eye(len(examples)))
    return Ridge(examples, labels, inverse, inverse @ np.eye(way)[labels])
