"""Episodes: small tasks drawn from a labelled collection, to train on and to measure with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Episode:
    """Row numbers into the collection's features. Labels are 0..way-1; ``strangers`` belong to none of the classes."""

    support: np.ndarray
    support_labels: np.ndarray
    query: np.ndarray
    query_labels: np.ndarray
    strangers: np.ndarray
    way: int


def draw_episode(
    rows_by_class: Sequence[np.ndarray],
    rng: np.random.Generator,
    *,
    way: int,
    shots: int | Sequence[int],
    queries: int,
    strangers: int = 0,
) -> Episode:
    """One episode: ``way`` random classes, ``shots`` examples each (one number, or one per class), ``queries`` others
    each.

    Classes too small give fewer queries, never shared with the support. ``strangers`` pictures come from classes left
    out, where there are any. Raises ValueError where the collection has fewer than ``way`` classes of shots + 1
    pictures.
    """
    shots = [shots] * way if isinstance(shots, int) else list(shots)
    order = [k for k in rng.permutation(len(rows_by_class)) if len(rows_by_class[k]) > max(shots)]
    if len(order) < way:
        raise ValueError(f"Only {len(order)} classes have more than {max(shots)} pictures; {way} are asked for.")
    support, query = [], []
    for k, shot in zip(order[:way], shots, strict=True):
        rows = rng.permutation(rows_by_class[k])[: shot + queries]
        support.append(rows[:shot])
        query.append(rows[shot:])
    others = [rows_by_class[k] for k in order[way:]]
    outside = np.concatenate(others) if others and strangers else np.empty(0, dtype=np.int64)
    return Episode(
        support=np.concatenate(support),
        support_labels=np.repeat(np.arange(way), shots),
        query=np.concatenate(query),
        query_labels=np.repeat(np.arange(way), [len(q) for q in query]),
        strangers=rng.permutation(outside)[:strangers],
        way=way,
    )


def random_shape(rng: np.random.Generator, classes: int, most_shots: int, most_support: int = 250) -> list[int]:
    """Random way 2..20 and unequal shots, both log-uniform, as people bring them; their number is the way."""
    way = int(np.exp(rng.uniform(np.log(2), np.log(min(20, classes) + 1))))
    typical = np.exp(rng.uniform(0, np.log(min(most_shots, most_support / way) + 1)))
    shots = np.exp(np.log(typical) + rng.normal(0, 0.3, way))
    return np.clip(shots, 1, most_shots).astype(int).tolist()
