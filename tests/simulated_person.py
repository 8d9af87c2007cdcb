"""A person who judges one picture after the other, truthfully; what is counted is how many it takes."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from fewshot_gui.engine import Engine, Request
from fewshot_gui.learner.learner import Learner
from fewshot_gui.questions.review import review_queue

Order = Callable[[Engine, np.ndarray, np.ndarray, np.random.Generator], np.ndarray]
"""(engine, ids [n], how sure the machine is of each [n], random numbers) -> ids in the order to judge them."""


def by_queue(engine: Engine, ids: np.ndarray, sure: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """As the window does."""
    order = ids[np.argsort(sure, kind="stable")]
    queue = review_queue(order, engine.features.ids())(engine, lambda: False).ids
    return np.concatenate([queue, order[~np.isin(order, queue)]])


def by_doubt(engine: Engine, ids: np.ndarray, sure: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Plain doubt: the least sure first."""
    return ids[np.argsort(sure, kind="stable")]


def at_random(engine: Engine, ids: np.ndarray, sure: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    return rng.permutation(ids)


def share_right_after_each(
    learner: Learner,
    features: np.ndarray,
    labels: np.ndarray,
    order: Order,
    seed: int,
    shots: int = 3,
    clicks: int = 130,
    each_time: int = 5,
    enough: float = 1.0,
) -> list[float]:
    """Features [n, D] and true classes [n] of a folder: the share that would be sorted right before and after each
    click. ``shots`` examples of each class are known at first and are not counted; the network adapts anew after
    every ``each_time`` answers. It ends with ``enough`` right."""
    rng = np.random.default_rng(seed)
    engine = Engine(learner)
    for picture, row in enumerate(features):
        engine.features.put(picture, row)
    judged = np.zeros(len(labels), bool)
    for label in np.unique(labels):
        judged[rng.permutation(np.flatnonzero(labels == label))[:shots]] = True
    count = int((~judged).sum())
    shares: list[float] = []
    queue: list[int] = []
    for click in range(clicks + 1):
        waiting = np.flatnonzero(~judged)
        if not len(waiting):
            break
        if click % each_time == 0:
            said = np.flatnonzero(judged)
            class_ids = engine.adapt(Request(tuple((int(i), int(labels[i]) + 1) for i in said)))
            scored = engine.score(waiting.tolist())
            best = np.array(class_ids)[scored.probabilities.argmax(1)] - 1
            answers = dict(zip(scored.ids.tolist(), best.tolist(), strict=True))
            queue = order(engine, scored.ids, scored.probabilities.max(1), rng).tolist()
        right = sum(answers[i] == labels[i] for i in waiting.tolist())
        shares.append((count - len(waiting) + right) / count)
        if shares[-1] >= enough:
            break
        judged[queue.pop(0)] = True
    return shares


def clicks_to(share: float, shares: list[float]) -> int:
    """The clicks after which this share is right; where it never is, one more than were tried."""
    return next((click for click, right in enumerate(shares) if right >= share), len(shares))
