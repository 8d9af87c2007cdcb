"""The outer loop: episodes move theta_0 and the rates until a few steps on a handful of examples generalise.

First-order MAML by default, second order on request; the loss looks at the scores after the head's steps and after all
steps (multi-step loss, Antoniou et al. 2019). The trunk rests, so features are computed once and an episode costs
milliseconds. Episodes come from classes that the trunk was not trained on: else the tail learns to trust the trunk too
much.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy, linear

from fewshot_gui.learner.backbone import apply_tail
from fewshot_gui.learner.confidence import Outcome, leave_one_out
from fewshot_gui.learner.episodes import draw_episode, random_shape
from fewshot_gui.learner.inner_loop import Start, Task, adapt, embed, scores


@dataclass(frozen=True)
class FeatureSet:
    """Features of one collection: [views, n, C, 3, 3] float16, view 0 the plain picture, the rest random views.

    rows_by_class: for each class the rows along n.
    """

    name: str
    views: np.ndarray
    rows_by_class: tuple[np.ndarray, ...]

    def take(self, rows: np.ndarray, rng: np.random.Generator | None) -> Tensor:
        """Features [m, C, 3, 3] of rows: the plain view, or with ``rng`` a random view of each."""
        view = np.zeros(len(rows), int) if rng is None else rng.integers(len(self.views), size=len(rows))
        return torch.from_numpy(self.views[view, rows].astype(np.float32))


@dataclass(frozen=True)
class OuterSettings:
    episodes: int = 6_000
    per_update: int = 4
    tail_rate: float = 1e-4
    head_rate: float = 3e-3
    rates_rate: float = 2e-2
    head_share: float = 0.3
    """Share of the loss that looks at the head before the tail moves."""
    queries: int = 8
    most_shots: int = 30
    second_order: bool = False
    validate_every: int = 500


def mean_embedding(start: Start, sets: Sequence[FeatureSet]) -> Tensor:
    """Mean of the tail's output over all plain views, each collection weighing the same: the embedding's centre."""
    means = []
    with torch.no_grad():
        for feature_set in sets:
            rows = np.concatenate(feature_set.rows_by_class)[:: max(1, len(feature_set.views[0]) // 4000)]
            means.append(apply_tail(start.tail, feature_set.take(rows, None)).mean(0))
    return torch.stack(means).mean(0)


def episode_loss(start: Start, task: Task, query: Tensor, labels: Tensor, settings: OuterSettings) -> Tensor:
    """Loss of one episode, differentiable in ``start``."""
    head, fast = adapt(start, task, second_order=settings.second_order)
    after_head = linear(embed(start.tail, start.centre, query), head["head.weight"], head["head.bias"])
    loss = (1 - settings.head_share) * cross_entropy(scores(fast, start.centre, query), labels)
    return loss + settings.head_share * cross_entropy(after_head, labels)


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
    leaves = {k: v.detach().clone().requires_grad_(k != "centre") for k, v in start.flat().items()}
    current = Start.from_flat(leaves)
    moving = [v for v in leaves.values() if v.requires_grad]
    optimiser = torch.optim.Adam(
        [
            {"params": [v for k, v in leaves.items() if k.startswith("tail.")], "lr": settings.tail_rate},
            {"params": [v for k, v in leaves.items() if k.startswith("head.")], "lr": settings.head_rate},
            {"params": [v for k, v in leaves.items() if "rates" in k], "lr": settings.rates_rate},
        ]
    )
    updates = settings.episodes // settings.per_update
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, updates)
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
    return Start.from_flat({k: v.detach().clone() for k, v in start.flat().items()})


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
    _, fast = adapt(start, task)
    with torch.no_grad():
        frozen = embed(start.tail, start.centre, task.features)

        def score(rows: np.ndarray) -> tuple[Tensor, Tensor]:
            features = feature_set.take(rows, None)
            similarity = embed(start.tail, start.centre, features) @ frozen.T
            return scores(fast, start.centre, features), similarity.amax(1)

        logits, similarity = score(episode.query)
        outside, outside_similarity = score(episode.strangers)
        labels = torch.from_numpy(episode.query_labels)
        return Outcome(leave_one_out(frozen, task), logits, labels, similarity, outside, outside_similarity)


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
