"""Proto-MAML (Triantafillou et al. 2020, arXiv:1903.03096): the head begins as a prototype classifier.

    W_k = s c_k,  b_k = -s |c_k|^2 / 2,  c_k the mean embedding of class k; then MAML's steps, to first order

There s = 2; here embeddings have length one, so s is learned from where a softmax over them tells classes apart.
"""

from __future__ import annotations

import torch

from fewshot_gui.learner.algorithms.algorithm import Algorithm, rates

PROTO_MAML = Algorithm(
    "proto-maml",
    "Triantafillou et al. 2020, arXiv:1903.03096",
    lambda common: {"log_scale": torch.tensor(2.3), "log_rates": rates()},
    fixed={"gamma": 1.0, "w": 0.0},
)
