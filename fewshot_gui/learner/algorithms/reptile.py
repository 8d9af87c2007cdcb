"""Reptile (Nichol et al. 2018, arXiv:1803.02999): no queries, no gradients through gradients.

    theta <- theta + b mean over tasks of (theta' - theta),    theta' adapted to the task as in MAML

As section 2 there allows, theta - theta' is handed to Adam in a gradient's place. What has no adapted value, the rates,
stays as it begins.
"""

from __future__ import annotations

from dataclasses import replace

import torch
from torch import Tensor

from fewshot_gui.learner.algorithms.algorithm import Algorithm
from fewshot_gui.learner.algorithms.maml import FOMAML
from fewshot_gui.learner.inner_loop import Parameters, Start, Task


def away_from_adapted(
    algorithm: Algorithm, common: Start, own: Parameters, task: Task, query: Tensor, labels: Tensor
) -> Parameters:
    """Start minus adapted, for the rows that the task used; nothing for all else."""
    fast = algorithm.adapt(common, own, task)
    found = {name: torch.zeros_like(value) for name, value in own.items()}
    for name in found.keys() & fast.keys():
        found[name][: task.way] = (own[name][: task.way] - fast[name]).detach()
    return found


REPTILE = replace(
    FOMAML,
    name="reptile",
    paper="Nichol et al. 2018, arXiv:1803.02999",
    outer=away_from_adapted,
)
