"""Plain fine-tuning, "Baseline" of Chen et al. 2019 (arXiv:1904.04232): gradient descent from a zero head, nothing
meta-learned.

As there, 100 steps of momentum 0.9 and weight decay 0.001; here every step sees the whole support, and a residual
linear tail z = x + x A, A = 0 at first, moves with the head.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch
from torch.nn.functional import cross_entropy, linear, softmax

if TYPE_CHECKING:
    from fewshot_gui.learner.learner import Learner
    from fewshot_gui.learner.methods import Predictor

STEPS = 100
RATE = 0.1
"""Ten times the paper's: embeddings have length one here."""


def fine_tuning(learner: Learner, support: np.ndarray, labels: np.ndarray, way: int) -> Predictor:
    """Head and tail descended on the support. support: features [m, D]; labels [m] in 0..way-1, none missing.

    Known score: cosine to the nearest example on the embedding before any step.
    """
    shown = learner.joined(support)
    # From zero, every gradient stays in the span of the support: the same descent in r <= m coordinates, not D.
    basis = np.linalg.qr(shown.T)[0]
    x, y = torch.from_numpy(shown @ basis), torch.from_numpy(labels.astype(np.int64))
    r = x.shape[1]
    tail, weight, bias = (torch.zeros(*shape, requires_grad=True) for shape in ((r, r), (way, r), (way,)))
    optimiser = torch.optim.SGD([tail, weight, bias], lr=RATE, momentum=0.9, weight_decay=1e-3)
    for _ in range(STEPS):
        optimiser.zero_grad()
        cross_entropy(linear(x + x @ tail, weight, bias), y).backward()  # type: ignore[no-untyped-call]
        optimiser.step()

    @torch.no_grad()
    def predict(features: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        query = learner.joined(features)
        q = torch.from_numpy(query @ basis)
        return softmax(linear(q + q @ tail, weight, bias), 1).numpy(), (query @ shown.T).max(1)

    return predict
