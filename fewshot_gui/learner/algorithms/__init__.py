"""The MAML family, one small file each, behind the interface in `algorithm`; and the outer loop that teaches them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

import numpy as np
import torch

from fewshot_gui.learner.algorithms.algorithm import Algorithm
from fewshot_gui.learner.algorithms.anil import ANIL
from fewshot_gui.learner.algorithms.maml import FOMAML, ORIGINAL_MAML
from fewshot_gui.learner.algorithms.mixture import MIXTURE
from fewshot_gui.learner.algorithms.proto_maml import PROTO_MAML
from fewshot_gui.learner.algorithms.reptile import REPTILE
from fewshot_gui.learner.algorithms.unicorn import UNICORN_MAML
from fewshot_gui.learner.inner_loop import Parameters, Start
from fewshot_gui.learner.outer_loop import FeatureSet, OuterSettings, draw_task

ALGORITHMS = {a.name: a for a in (MIXTURE, ORIGINAL_MAML, FOMAML, PROTO_MAML, UNICORN_MAML, ANIL, REPTILE)}
MOST_EPISODES = 400
"""A comparison is to cost minutes, not the hour of the shipped learner's own episodes."""
STEERING_RATE, ROWS_RATE = 5e-2, 1e-3
"""Adam's: of logarithms of rates and scale, which are far from home with so few episodes; and of a head's rows."""


def learn(
    algorithm: Algorithm,
    common: Start,
    training: Sequence[FeatureSet],
    settings: OuterSettings,
    seed: int = 0,
    progress: Callable[[int, int], None] = lambda *_: None,
) -> Parameters:
    """What is the algorithm's own, after settings.episodes: Adam with a cosine schedule. The seed decides the episodes,
    whatever the algorithm."""
    rng = np.random.default_rng(seed)
    own = {name: value.detach().clone() for name, value in algorithm.begin(common).items()}
    groups = [
        {"params": [value], "lr": ROWS_RATE if name.startswith("head.") else STEERING_RATE}
        for name, value in own.items()
    ]
    optimiser = torch.optim.Adam(groups)
    updates = settings.episodes // settings.per_update
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, max(1, updates))
    for update in range(updates):
        optimiser.zero_grad()
        for _ in range(settings.per_update):
            feature_set = training[int(rng.integers(len(training)))]
            task, query, labels = draw_task(feature_set, rng, settings)
            for name, gradient in algorithm.outer(algorithm, common, own, task, query, labels).items():
                share, so_far = gradient / settings.per_update, own[name].grad
                own[name].grad = share if so_far is None else so_far + share
        optimiser.step()
        schedule.step()
        progress(update + 1, updates)
    return {name: value.detach() for name, value in own.items()}


def learn_algorithms(
    start: Start,
    training: Sequence[FeatureSet],
    settings: OuterSettings,
    seed: int = 0,
    progress: Callable[[str, int, int], None] = lambda *_: None,
) -> dict[str, Parameters]:
    """What every algorithm learns on top of the finished ``start``, by name, as `Weights.algorithms` stores it: nothing
    for the shipped one, whose start it is, and nothing at all without enough episodes for one update."""
    if settings.episodes < settings.per_update:
        return {}
    settings = replace(settings, episodes=min(settings.episodes, MOST_EPISODES))
    learning = [a for a in ALGORITHMS.values() if a.begin(start)]
    return {
        a.name: learn(a, start, training, settings, seed, partial(progress, f"Learning {a.name}")) for a in learning
    }
