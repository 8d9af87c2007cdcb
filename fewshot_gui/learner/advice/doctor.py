"""What is wrong with the examples: each finding names rows and classes; the sentences are made by the window."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np

from fewshot_gui.learner.advice.ridge import fit_ridge

LEAST_TO_JUDGE = 3
"""Examples a class needs before one of them can be called a stranger among them."""
RIDGE = 2.0
"""Firmer than for an answer: with a handful of examples the bad one itself must not bend the fit to its side."""
SUSPECT_GAIN = 0.65
"""Relabelling gain, in units of one example's mean error, from which a suspicion is told: nine in ten bad examples, one
among five each of five classes of mixed kinds, and half a suspicion for as many sound examples."""
SURE_MARGIN = 0.5
"""By so much more like another class, in cosine, than like its own is an example of severity 1."""
MOST_SUSPECTS = 0.12
"""Share of all examples that may be called suspects; one class in doubt is not cured by doubting everything."""
NEAR_COPY = 0.95
SAME_PICTURE = 0.98
LEAST_TO_COMPARE = 5
"""Examples each of two classes needs before the two can be called the same thing."""
SAME_THING = 0.02
"""Share of two classes' scatter that lies between them, at or below which they are called the same thing."""


class Kind(Enum):
    """What a finding is about."""

    MISLABELLED = "mislabelled"
    NEAR_COPIES = "near_copies"
    SAME_THING = "same_thing"
    SAME_PICTURE = "same_picture"


@dataclass(frozen=True)
class Finding:
    """One thing to look at. examples: rows of the support; classes: those it is about; severity 0..1.

    MISLABELLED: one example; its class, then the class it looks like. NEAR_COPIES: two or more of one class.
    SAME_PICTURE: two or more in two or more classes. SAME_THING: two classes, no example.
    """

    kind: Kind
    examples: tuple[int, ...]
    classes: tuple[int, ...]
    severity: float


def examine(embeddings: np.ndarray, labels: np.ndarray, way: int) -> list[Finding]:
    """All findings about a support, the gravest first: embeddings [m, D] of unit length, labels [m] in 0..way-1."""
    if len(labels) == 0:
        return []
    found = [
        *same_pictures(embeddings, labels),
        *mislabelled(embeddings, labels, way),
        *same_things(embeddings, labels, way),
        *near_copies(embeddings, labels),
    ]
    return sorted(found, key=lambda finding: -finding.severity)


def mislabelled(embeddings: np.ndarray, labels: np.ndarray, way: int) -> list[Finding]:
    """Examples that hurt: had they another label, all examples' leave-one-out error would be much less. Worst first.

    A likelihood-ratio test of each label, in the manner of Cook's distance (1977), exact for a ridge regression, says
    which; how much more they are like another class than like their own, which of them is the worst.
    Classes of fewer than LEAST_TO_JUDGE examples are neither doubted nor proposed.
    """
    judged = np.bincount(labels, minlength=way) >= LEAST_TO_JUDGE
    gains = fit_ridge(embeddings, labels, way, RIDGE).relabelling_gains()
    gains[~judged[labels]] = 0
    gains[:, ~judged] = 0
    suspects = np.flatnonzero(gains.max(1) > SUSPECT_GAIN)
    margins = _margins(embeddings, labels, way)
    margins[:, ~judged] = -np.inf
    most = max(LEAST_TO_JUDGE, int(MOST_SUSPECTS * len(labels)))
    worst = suspects[np.argsort(-margins[suspects].max(1), kind="stable")[:most]]
    return [
        Finding(
            Kind.MISLABELLED,
            (int(i),),
            (int(labels[i]), int(margins[i].argmax())),
            float(np.clip(margins[i].max() / SURE_MARGIN, 0, 1)),
        )
        for i in worst
    ]


def _margins(embeddings: np.ndarray, labels: np.ndarray, way: int) -> np.ndarray:
    """How much more like each class than like its own an example is [m, K], -inf for its own and for empty classes.

    In cosines to the classes' means, seen from the middle between them; an example has no part in the mean of its own
    class (nearest class mean, left out: Mensink et al. 2013).
    """
    counts = np.bincount(labels, minlength=way)
    members = np.eye(way)[labels]
    means = members.T @ embeddings / np.maximum(counts, 1)[:, None]
    away = embeddings - means[counts > 0].mean(0)
    away = away / np.maximum(np.linalg.norm(away, axis=1, keepdims=True), 1e-9)
    sums = members.T @ away
    dots = away @ sums.T - members
    others = np.maximum(counts - members, 1)
    lengths = np.maximum(np.linalg.norm(sums, axis=1) / np.maximum(counts, 1), 1e-9)
    likeness = dots / others / lengths
    margins: np.ndarray = likeness - likeness[np.arange(len(labels)), labels][:, None]
    margins[:, counts == 0] = -np.inf
    margins[np.arange(len(labels)), labels] = -np.inf
    return margins


def near_copies(embeddings: np.ndarray, labels: np.ndarray) -> list[Finding]:
    """Examples of one class that are nearly the same picture: all but one teach nothing."""
    found = []
    for class_ in np.unique(labels):
        own = np.flatnonzero(labels == class_)
        for copies in _linked(embeddings[own] @ embeddings[own].T >= NEAR_COPY):
            severity = 0.5 * (len(copies) - 1) / len(own)
            found.append(Finding(Kind.NEAR_COPIES, tuple(map(int, own[copies])), (int(class_),), severity))
    return found


def same_pictures(embeddings: np.ndarray, labels: np.ndarray) -> list[Finding]:
    """Pictures that stand in two classes or more: one of them is wrong, and both classes suffer."""
    found = []
    for copies in _linked(embeddings @ embeddings.T >= SAME_PICTURE):
        classes = np.unique(labels[copies])
        if len(classes) > 1:
            found.append(Finding(Kind.SAME_PICTURE, tuple(map(int, copies)), tuple(map(int, classes)), 1.0))
    return found


def same_things(embeddings: np.ndarray, labels: np.ndarray, way: int) -> list[Finding]:
    """Pairs of classes whose examples are no more like each other than like the other class's.

    By the share of the pair's scatter that lies between the two: (within - between) / (1 - within), of mean cosine
    similarities without self-pairs, an unbiased estimate in the manner of MMD (Gretton et al. 2012).
    """
    counts = np.bincount(labels, minlength=way)
    members = np.eye(way)[labels]
    pairs = members.T @ (embeddings @ embeddings.T) @ members
    found = []
    compared = np.flatnonzero(counts >= LEAST_TO_COMPARE)
    within = (np.diag(pairs) - counts) / np.maximum(counts * (counts - 1), 1)
    for n, a in enumerate(compared):
        for b in compared[n + 1 :]:
            inside = (within[a] + within[b]) / 2
            apart = (inside - pairs[a, b] / (counts[a] * counts[b])) / max(1 - inside, 1e-6)
            if apart <= SAME_THING:
                found.append(Finding(Kind.SAME_THING, (), (int(a), int(b)), 0.6))
    return found


def _linked(alike: np.ndarray) -> list[np.ndarray]:
    """Groups of two or more joined by a chain of true entries of a symmetric [m, m] matrix, each in rising order."""
    free = np.ones(len(alike), bool)
    groups = []
    for i in range(len(alike)):
        if not free[i]:
            continue
        group = np.zeros(len(alike), bool)
        group[i] = True
        reached = group | alike[i]
        while (reached != group).any():
            group, reached = reached, alike[reached].any(0) | reached
        free &= ~group
        if group.sum() > 1:
            groups.append(np.flatnonzero(group))
    return groups
