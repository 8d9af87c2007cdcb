"""Adapting against full-network MAML: the same backbone, the same number of steps that move more than the head."""

import os
import time
from collections.abc import Callable
from pathlib import Path

import higher
import numpy as np
import pytest
import torch
from torch.nn.functional import cross_entropy

from fewshot_gui.images.decode import read_square
from fewshot_gui.images.samples import make_samples
from fewshot_gui.learner.inner_loop import JOINT_STEPS
from fewshot_gui.learner.learner import Learner, use_threads
from fewshot_gui.learner.weights import load_weights

pytestmark = pytest.mark.benchmark
SHOTS = 5
RATES = (1e-3, 1e-2, 1e-1)
"""For the whole network's steps; the best one's accuracy is shown."""


class WholeNetwork(torch.nn.Module):
    """Backbone, tail's start and a head that begins at the class means: all of it moves."""

    def __init__(self, features: np.ndarray, labels: np.ndarray, way: int) -> None:
        super().__init__()
        weights = load_weights()
        self.backbone = weights.backbone.requires_grad_(True)
        self.start = weights.start
        self.tail = torch.nn.Parameter(weights.start.tail.clone())
        self.head = torch.nn.Linear(len(self.tail), way)
        with torch.no_grad():
            embeddings = weights.start.embed(torch.from_numpy(features).float())
            means = torch.stack([embeddings[labels == k].mean(0) for k in range(way)])
            self.head.weight.copy_(10 * means)
            self.head.bias.copy_(-5 * means.square().sum(1))

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        joined = self.start.join(self.backbone(pictures))
        scores: torch.Tensor = self.head(torch.nn.functional.normalize(joined @ self.tail, dim=1))
        return scores


def test_adapting_against_the_whole_network_by_an_independent_library(
    tmp_path: Path, figures: Callable[[str], None]
) -> None:
    use_threads(os.cpu_count() or 1)
    learner = Learner("embedded", "cpu")
    samples = make_samples(tmp_path / "samples", per_class=10, examples=SHOTS)
    classes = sorted(p for p in samples.examples.iterdir())[:5]
    shown = np.stack([read_square(p, learner.side) for c in classes for p in sorted(c.iterdir())[:SHOTS]])
    asked = [
        (k, p) for k, c in enumerate(classes) for p in samples.pictures.iterdir() if samples.truth[p.name] == c.name
    ]
    labels, truth = np.repeat(np.arange(len(classes)), SHOTS), np.array([k for k, _ in asked])
    queries = np.stack([read_square(p, learner.side) for _, p in asked])
    support, query = learner.features(shown), learner.features(queries)
    learner.warm_up()

    began = time.perf_counter()
    adapted = learner.adapt(support, labels, len(classes))
    ours = time.perf_counter() - began
    hits = float((adapted.predict(query).probabilities.argmax(1) == truth).mean())

    x = torch.from_numpy(shown).permute(0, 3, 1, 2).float()
    q = torch.from_numpy(queries).permute(0, 3, 1, 2).float()
    best, theirs = 0.0, np.inf
    for rate in RATES:
        network = WholeNetwork(support, labels, len(classes))
        began = time.perf_counter()
        with higher.innerloop_ctx(network, torch.optim.SGD(network.parameters(), rate), track_higher_grads=False) as (
            fast,
            optimiser,
        ):
            for _ in range(JOINT_STEPS):
                optimiser.step(cross_entropy(fast(x), torch.from_numpy(labels)))
            theirs = min(theirs, time.perf_counter() - began)
            with torch.no_grad():
                best = max(best, float((fast(q).argmax(1).numpy() == truth).mean()))
    figures(
        f"5 classes x 5 examples: {ours:.3f} s, {100 * hits:.1f} % right; the whole network, {JOINT_STEPS} steps by "
        f"higher: {theirs:.2f} s, at best {100 * best:.1f} % right: {theirs / ours:.0f} times our time"
    )
    assert hits > 1.5 / len(classes)
