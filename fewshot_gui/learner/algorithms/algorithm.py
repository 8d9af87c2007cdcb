"""What an algorithm of the MAML family is here, so that each file beside this one says only what is its own.

All of them share the trunk, the tail's start and the metric, which rest; they run the same inner loop over tail and
head with learned rates per layer and step (MAML++, Antoniou et al. 2019, arXiv:1810.09502; a coarser Meta-SGD, Li et
al. 2017, arXiv:1707.09835). They differ in how the head begins, in what the steps move, in the order of the gradients
and in what the outer loop follows. All learn on the same episodes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from fewshot_gui.learner.errors import WeightsError
from fewshot_gui.learner.inner_loop import JOINT_STEPS, MOVING, Parameters, Start, Task, adapt, scores

if TYPE_CHECKING:
    from fewshot_gui.learner.learner import Learner
    from fewshot_gui.learner.methods import Predictor

Outer = Callable[["Algorithm", Start, Parameters, Task, Tensor, Tensor], Parameters]
"""(algorithm, common start, what it has learned, task, query features [q, D], query labels [q]) to what one episode
says of every learned tensor: a gradient, to go against."""


def query_gradients(
    algorithm: Algorithm, common: Start, own: Parameters, task: Task, query: Tensor, labels: Tensor
) -> Parameters:
    """Gradients of the loss on the queries after all steps: what MAML follows."""
    leaves = {name: value.detach().requires_grad_() for name, value in own.items()}
    loss = cross_entropy(scores(algorithm.adapt(common, leaves, task), common.join(query)), labels)
    return dict(zip(leaves, torch.autograd.grad(loss, list(leaves.values())), strict=True))


@dataclass(frozen=True)
class Algorithm:
    """One algorithm. ``begin`` makes the tensors that are its own, before it has learned anything, from the common
    start: tensors of `Start` by name, or "head.weight" [rows, D] and "head.bias" [rows], a row for every class.

    fixed: tensors of `Start` that it holds at one value. head_steps: steps of the head alone, before the joint ones.
    moving: what the joint steps move. second_order: gradients through the steps. outer: what the outer loop follows.
    """

    name: str
    paper: str
    begin: Callable[[Start], Parameters]
    fixed: Mapping[str, float] = field(default_factory=dict)
    head_steps: int = 0
    moving: tuple[str, ...] = MOVING
    second_order: bool = False
    outer: Outer = query_gradients

    def adapt(self, common: Start, own: Parameters, task: Task) -> Parameters:
        """Tail and head after all steps; differentiable in ``own``. Raises WeightsError for more classes than rows."""
        tensors = common.tensors()
        tensors |= {name: torch.full_like(tensors[name], value) for name, value in self.fixed.items()}
        tensors |= {name: value for name, value in own.items() if name in tensors}
        rows = {name: value for name, value in own.items() if name not in tensors}
        if refused := self._too_many(own, task.way):
            raise WeightsError(refused)
        _, fast = adapt(
            common.with_tensors(tensors),
            task,
            head={name: value[: task.way] for name, value in rows.items()} or None,
            head_steps=self.head_steps,
            moving=self.moving,
            second_order=self.second_order,
        )
        return fast

    def refusal(self, learner: Learner, way: int) -> str | None:
        """Why it can't be measured with this learner, as a sentence; None where it can."""
        expected, own = self.begin(learner.start), learner.algorithms.get(self.name, {})
        if {k: v.shape for k, v in expected.items()} != {k: v.shape for k, v in own.items()}:
            return f"These weights hold nothing that {self.name} has learned. meta-train makes weights that do."
        return self._too_many(own, way)

    def fit(self, learner: Learner, support: np.ndarray, labels: np.ndarray, way: int) -> Predictor:
        """Adapt to features [m, D] with labels [m] in 0..way-1, none missing. Raises WeightsError: see `refusal`.

        Known score: cosine to the nearest example on the embedding before any step.
        """
        if refused := self.refusal(learner, way):
            raise WeightsError(refused)
        device, common = learner.device.torch, learner.start

        def tensor(features: np.ndarray) -> Tensor:
            return torch.from_numpy(np.ascontiguousarray(features)).to(device).float()

        own = {name: value.to(device) for name, value in learner.algorithms.get(self.name, {}).items()}
        task = Task(tensor(support), torch.from_numpy(labels.astype(np.int64)).to(device), way)
        fast = {name: value.detach() for name, value in self.adapt(common, own, task).items()}
        shown = learner.embeddings(support)

        @torch.no_grad()
        def predict(features: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
            probabilities = scores(fast, common.join(tensor(features))).softmax(1)
            return probabilities.cpu().numpy(), (learner.embeddings(features) @ shown.T).max(1)

        return predict

    def _too_many(self, own: Parameters, way: int) -> str | None:
        rows = len(own["head.weight"]) if "head.weight" in own else way
        return f"{self.name} has learned rows for {rows} classes at most, not {way}." if way > rows else None


def rates() -> Tensor:
    """[3, J] logarithms of the rates that an algorithm begins with whose head has no steps of its own."""
    return torch.tensor([[-2.0], [2.5], [-3.0]]).repeat(1, JOINT_STEPS)
