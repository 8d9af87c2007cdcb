"""Pictures grouped by look, so that one gesture judges many."""

from __future__ import annotations

import numpy as np

ALIKE = 0.6
"""Least cosine similarity, on the mean, between the pictures of two groups that become one."""
AT_ONCE = 1500
"""More pictures than this are first cut into parts: agglomerative clustering keeps all distances in memory."""


def look_alikes(embeddings: np.ndarray, alike: float = ALIKE) -> list[np.ndarray]:
    """Groups of look-alikes as arrays of rows, the largest first, of equal ones the tightest; singles are left out.

    embeddings [n, D] of unit length. Agglomerative clustering with average linkage: two groups become one while their
    pictures have on the mean at least the cosine similarity ``alike``. Within a group the most typical comes first.
    Deterministic. Up to AT_ONCE pictures the order of the input makes no difference but for ties; with more it may, and
    a group may be cut in two.
    """
    groups = [rows[group] for rows in _parts(embeddings) for group in _agglomerate(embeddings[rows], alike)]
    return _largest_first(embeddings, [group for group in groups if len(group) > 1])


def looks_apart(embeddings: np.ndarray, count: int) -> list[np.ndarray]:
    """All rows in ``count`` groups as far apart as can be, the largest first, the most typical of each first.

    embeddings [n, D] of unit length, n at least ``count``; of copies fewer groups may come. Ward's linkage: other than
    average or complete linkage it seldom parts one odd picture from all others. Of more than AT_ONCE pictures every
    second, third... makes the groups, and the others join the nearest.
    """
    from sklearn.cluster import AgglomerativeClustering

    some = embeddings[:: -(-len(embeddings) // AT_ONCE)]
    labels = AgglomerativeClustering(count, linkage="ward").fit_predict(some)
    if len(some) < len(embeddings):
        means = np.stack([some[labels == label].mean(0) for label in range(count)])
        labels = (embeddings @ means.T - (means**2).sum(1) / 2).argmax(1)
    groups = [np.flatnonzero(labels == label) for label in range(count)]
    return _largest_first(embeddings, [group for group in groups if len(group)])


def _agglomerate(embeddings: np.ndarray, alike: float) -> list[np.ndarray]:
    if len(embeddings) < 2:
        return []
    from sklearn.cluster import AgglomerativeClustering  # takes a second, which only those pay who make groups

    distances = np.clip(1 - embeddings @ embeddings.T, 0, 2)
    np.fill_diagonal(distances, 0)
    labels = AgglomerativeClustering(
        n_clusters=None, distance_threshold=1 - alike, metric="precomputed", linkage="average"
    ).fit_predict(distances)
    return [np.flatnonzero(labels == label) for label in range(labels.max() + 1)]


def _parts(embeddings: np.ndarray) -> list[np.ndarray]:
    """All rows in parts of at most AT_ONCE that look alike, by k-means; where it can't part them, in order."""
    if len(embeddings) <= AT_ONCE:
        return [np.arange(len(embeddings))]
    from sklearn.cluster import KMeans

    whole = np.arange(len(embeddings))
    parts, waiting = [], [whole]
    while waiting:
        rows = waiting.pop()
        if len(rows) <= AT_ONCE:
            parts.append(rows)
            continue
        pieces = -(-2 * len(rows) // AT_ONCE)
        labels = KMeans(pieces, n_init=1, max_iter=10, random_state=0).fit_predict(embeddings[rows])
        found = [rows[labels == label] for label in range(pieces)]
        stuck = max(map(len, found)) == len(rows)
        waiting += np.array_split(rows, pieces) if stuck else found
    return parts


def _largest_first(embeddings: np.ndarray, groups: list[np.ndarray]) -> list[np.ndarray]:
    sized = [_typical_first(embeddings, group) for group in groups]
    return [group for group, _ in sorted(sized, key=lambda sized: (-len(sized[0]), -sized[1]))]


def _typical_first(embeddings: np.ndarray, group: np.ndarray) -> tuple[np.ndarray, float]:
    """The group's rows, nearest to its mean first, and its tightness: the length of its mean, 1 for copies."""
    mean = embeddings[group].mean(0)
    order = np.argsort(-(embeddings[group] @ mean), kind="stable")
    return group[order], float(np.linalg.norm(mean))
