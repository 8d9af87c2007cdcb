"""The outer loop: what theta_0 and the rates should be, learned from classes that the trunk was not trained on.

First the tail's start, in closed form: the metric under which pictures of one class lie as close together as the noise
allows (within-class whitening, shrunk; Bartlett's and Fisher's linear discriminant, as in Ioffe 2006's PLDA). Then
episodes move the head's start and the rates by gradients, first-order MAML by default, second order on request; the
loss looks at the scores after the head's steps and after all steps (multi-step loss, Antoniou et al. 2019,
arXiv:1810.09502). The trunk rests, so features are computed once and an episode costs milliseconds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy, linear

from fewshot_gui.learner.confidence import Outcome, leave_one_out
from fewshot_gui.learner.episodes import draw_episode, random_shape
from fewshot_gui.learner.inner_loop import Parameters, Start, Task, adapt, scores, through

LEARNED = ("log_rates", "log_ridge", "gamma", "log_scale")
"""What episodes move. The metric and the weights of blocks under which it was measured rest: episodes that moved them
too lost two points on the validation collections within 500, while their own loss fell."""


@dataclass(frozen=True)
class FeatureSet:
    """Features of one collection: [views, n, D] float16, view 0 the plain picture, the rest random views.

    rows_by_class: for each class the rows along n.
    """

    name: str
    views: np.ndarray
    rows_by_class: tuple[np.ndarray, ...]

    def take(self, rows: np.ndarray, rng: np.random.Generator | None) -> Tensor:
        """Features [m, D] of rows: the plain view, or with ``rng`` a random view of each."""
        view = np.zeros(len(rows), int) if rng is None else rng.integers(len(self.views), size=len(rows))
        return torch.from_numpy(self.views[view, rows].astype(np.float32))


@dataclass(frozen=True)
class OuterSettings:
    episodes: int = 4_000
    per_update: int = 4
    rates_rate: float = 5e-3
    """Adam's, for what episodes move: rates, spring, gamma and scale."""
    head_share: float = 0.3
    """Share of the loss that looks at the head before the tail moves."""
    queries: int = 8
    most_shots: int = 30
    second_order: bool = False
    validate_every: int = 500
    shrinkage: float = 1.0
    """Of the within-class scatter: this many times its mean eigenvalue is added to each."""
    rates: float = -1.0
    """Logarithm of a factor on the joint steps' rates at the start."""


def measured_start(
    blocks: tuple[int, ...], weights: Sequence[float], sets: Sequence[FeatureSet], settings: OuterSettings
) -> Start:
    """A start from the statistics of the training features: centre and metric, each collection weighing the same.

    blocks and weights: lengths of the features' blocks, and what each counts at first.
    """
    start = Start.fresh(blocks)
    centre = torch.stack([_plain(s).mean(0) for s in sets]).mean(0)
    log_weights, log_rates = torch.tensor(weights).log(), start.log_rates + settings.rates
    start = replace(start, centre=centre, log_weights=log_weights, log_rates=log_rates)
    scatter = torch.stack([_within_class_scatter(start, s) for s in sets]).mean(0)
    values, directions = torch.linalg.eigh(scatter)
    values = values.clamp(min=0)
    metric = (directions / (values / values.mean() + settings.shrinkage).sqrt()) @ directions.T
    return replace(start, tail=metric)


def _plain(feature_set: FeatureSet) -> Tensor:
    return feature_set.take(np.concatenate(feature_set.rows_by_class), None)


def _within_class_scatter(start: Start, feature_set: FeatureSet) -> Tensor:
    """[D, D] mean outer product of joined features around their class's mean, all views counting."""
    total, count = torch.zeros_like(start.tail), 0
    for view in feature_set.views:
        for rows in feature_set.rows_by_class:
            joined = start.join(torch.from_numpy(view[rows].astype(np.float32)))
            off = joined - joined.mean(0)
            total += off.T @ off
            count += len(rows) - 1
    return total / max(1, count)


def episode_loss(start: Start, task: Task, query: Tensor, labels: Tensor, settings: OuterSettings) -> Tensor:
    """Loss of one episode, differentiable in ``start``."""
    start = start.for_task(task)
    settled, fast = adapt(start, task, second_order=settings.second_order)
    joined = start.join(query)
    after_all = cross_entropy(scores(fast, joined), labels)
    return (1 - settings.head_share) * after_all + settings.head_share * cross_entropy(scores(settled, joined), labels)


def draw_task(
    feature_set: FeatureSet, rng: np.random.Generator, settings: OuterSettings
) -> tuple[Task, Tensor, Tensor]:
    """A random episode of random way and unequal shots: (task, query features, query labels)."""
    usual = np.median([len(rows) for rows in feature_set.rows_by_class])
    usable = [rows for rows in feature_set.rows_by_class if len(rows) >= max(4, usual / 2)]
    most = min(settings.most_shots, min(len(rows) for rows in usable) - 2)
    shots = random_shape(rng, len(usable), most)
    episode = draw_episode(usable, rng, way=len(shots), shots=shots, queries=settings.queries)
    task = Task(feature_set.take(episode.support, rng), torch.from_numpy(episode.support_labels), episode.way)
    return task, feature_set.take(episode.query, rng), torch.from_numpy(episode.query_labels)


def meta_train(
    start: Start,
    training: Sequence[FeatureSet],
    settings: OuterSettings,
    seed: int = 0,
    validate: Callable[[Start], float] | None = None,
    progress: Callable[[str, int, int], None] = lambda *_: None,
    log: Callable[[dict[str, float]], None] = lambda _: None,
) -> Start:
    """Run the outer loop with Adam and a cosine schedule; return the start that validated best (else the last)."""
    rng = np.random.default_rng(seed)
    leaves: Parameters = {k: v.detach().clone().requires_grad_(k in LEARNED) for k, v in start.tensors().items()}
    current = start.with_tensors(leaves)
    moving = [v for v in leaves.values() if v.requires_grad]
    optimiser = torch.optim.Adam(moving, settings.rates_rate)
    updates = settings.episodes // settings.per_update
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, max(1, updates))
    weight = np.array([len(s.rows_by_class) ** 0.5 for s in training])
    best, best_score, running = detached(current), -np.inf, 0.0
    if validate is not None:
        best_score = validate(best)
        log({"episodes": 0, "validation": best_score})
    for update in range(updates):
        optimiser.zero_grad()
        for _ in range(settings.per_update):
            feature_set = training[rng.choice(len(training), p=weight / weight.sum())]
            task, query, labels = draw_task(feature_set, rng, settings)
            loss = episode_loss(current, task, query, labels, settings) / settings.per_update
            loss.backward()  # type: ignore[no-untyped-call]
            running += loss.item()
        torch.nn.utils.clip_grad_norm_(moving, 10.0)
        optimiser.step()
        schedule.step()
        done = (update + 1) * settings.per_update
        progress("Meta-training", done, updates * settings.per_update)
        if done % settings.validate_every < settings.per_update or update + 1 == updates:
            record = {"episodes": float(done), "loss": running * settings.per_update / settings.validate_every}
            running = 0.0
            if validate is not None:
                record["validation"] = validate(detached(current))
            if validate is None or record["validation"] > best_score:
                best, best_score = detached(current), record.get("validation", 0.0)
            log(record)
    return best


def detached(start: Start) -> Start:
    """A copy that remembers no gradients."""
    return start.with_tensors({k: v.detach().clone() for k, v in start.tensors().items()})


def run_episode(
    start: Start,
    feature_set: FeatureSet,
    rng: np.random.Generator,
    *,
    way: int,
    shots: int | Sequence[int],
    queries: int,
) -> Outcome:
    """Adapt to one plain episode and score its queries and as many strangers: to validate, and to fit confidence."""
    episode = draw_episode(
        feature_set.rows_by_class, rng, way=way, shots=shots, queries=queries, strangers=way * queries
    )
    task = Task(feature_set.take(episode.support, None), torch.from_numpy(episode.support_labels), way)
    start = start.for_task(task)
    _, fast = adapt(start, task)
    with torch.no_grad():
        loo = leave_one_out(start.embed(task.features), task)

        def score(rows: np.ndarray) -> tuple[Tensor, Tensor]:
            embeddings = through(fast["tail.weight"], start.join(feature_set.take(rows, None)))
            return linear(embeddings, fast["head.weight"], fast["head.bias"]), loo.likeness(embeddings)

        logits, likeness = score(episode.query)
        _, outside = score(episode.strangers)
        return Outcome(loo, logits, torch.from_numpy(episode.query_labels), likeness, outside)


def validation_accuracy(start: Start, sets: Sequence[FeatureSet], episodes: int = 30, seed: int = 1) -> float:
    """Mean accuracy over 5-way (or all-way) episodes of 1 and 5 shots, the same ones at every call."""
    hits = []
    for feature_set in sets:
        rng = np.random.default_rng(seed)
        way = min(5, len(feature_set.rows_by_class))
        for i in range(episodes):
            outcome = run_episode(start, feature_set, rng, way=way, shots=(1, 5)[i % 2], queries=10)
            hits.append(float((outcome.logits.argmax(1) == outcome.labels).float().mean()))
    return float(np.mean(hits))
