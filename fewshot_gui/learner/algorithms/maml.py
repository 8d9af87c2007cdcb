"""Model-agnostic meta-learning, as published (Finn et al. 2017, arXiv:1703.03400).

    theta' = theta - a grad L_S(theta), some times over;    theta <- theta - b grad_theta L_Q(theta')

To first order (FOMAML, section 5.2 there) the second gradient is taken at theta'.

The published head has a learned row for every class of a fixed number, though classes have no order: whichever class
comes first gets the first row, and another order gives other answers (Ye & Chao 2022, arXiv:2106.16245). Here ROWS rows
are learned on classes in random order, and a task of fewer classes takes the first ones.
"""

from __future__ import annotations

from dataclasses import replace

import torch

from fewshot_gui.learner.algorithms.algorithm import Algorithm, rates
from fewshot_gui.learner.inner_loop import Parameters, Start

ROWS = 20


def rows(common: Start) -> Parameters:
    """Small random rows, the same at every call, as PyTorch begins a linear layer; and the rates."""
    size = len(common.w)
    weight = torch.rand(ROWS, size, generator=torch.Generator().manual_seed(0)) * 2 - 1
    return {"head.weight": weight / size**0.5, "head.bias": torch.zeros(ROWS), "log_rates": rates()}


ORIGINAL_MAML = Algorithm("original-maml", "Finn et al. 2017, arXiv:1703.03400", rows, second_order=True)
FOMAML = replace(ORIGINAL_MAML, name="fomaml", second_order=False)
