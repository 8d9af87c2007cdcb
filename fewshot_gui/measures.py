"""How often the machine was right: everything the Measures window shows as a number. Pure functions, no Qt.

Symbols: n pictures that a person judged, K classes (NONE_OF_THESE is one of them).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike, NDArray

from fewshot_gui.answers import NONE_OF_THESE
from fewshot_gui.state import ProjectState

Ids = NDArray[np.int64]
Numbers = NDArray[np.float64]
Z = NormalDist().inv_cdf(0.975)
"""Standard errors to either side of a 95 % interval."""


@dataclass(frozen=True)
class Verdicts:
    """Of pictures ids [n]: the class that a person said [n], the one the machine had said [n], and how sure it had
    been [n], 0..1."""

    ids: Ids
    said: Ids
    predicted: Ids
    confidence: Numbers

    def __len__(self) -> int:
        return len(self.ids)

    def where(self, mask: NDArray[np.bool_]) -> Verdicts:
        """Only those where mask [n] holds."""
        return Verdicts(self.ids[mask], self.said[mask], self.predicted[mask], self.confidence[mask])

    @property
    def is_right(self) -> NDArray[np.bool_]:
        return self.said == self.predicted

    @property
    def is_filed(self) -> NDArray[np.bool_]:
        """Where the machine had named a class; what it called none of these it would have left alone."""
        return self.predicted != NONE_OF_THESE


NO_VERDICTS = Verdicts(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0))


@dataclass(frozen=True)
class Population:
    """The folder as the curve needs it: how sure the machine is of each picture it would file [m], and how many
    pictures there are with those it would leave alone."""

    confidence: Numbers
    total: int


@dataclass(frozen=True)
class Filed:
    """What comes of filing only what the machine is sure enough of: ``share`` of the pictures is filed, and of
    ``answers`` judged ones among them ``wrong`` were wrong."""

    share: float
    answers: int
    wrong: int


@dataclass(frozen=True)
class Coverage:
    """Filed, for every confidence in ``least`` [m], falling: share [m], answers [m] and wrong [m]; error [m] = wrong /
    answers with its interval low [m], high [m]."""

    least: Numbers
    share: Numbers
    answers: Ids
    wrong: Ids
    error: Numbers
    low: Numbers
    high: Numbers


@dataclass(frozen=True)
class Reliability:
    """Judged pictures in groups of like confidence: its mean [b], the share that was right [b] with its interval low
    [b], high [b], and how many pictures [b]."""

    confidence: Numbers
    right: Numbers
    low: Numbers
    high: Numbers
    count: Ids


@dataclass(frozen=True)
class Share:
    """``part`` of ``whole`` pictures; value and interval are None and 0..1 where there is none."""

    part: int
    whole: int

    @property
    def value(self) -> float | None:
        return self.part / self.whole if self.whole else None

    @property
    def interval(self) -> tuple[float, float]:
        low, high = wilson(self.part, self.whole)
        return float(low), float(high)


@dataclass(frozen=True)
class ClassMeasure:
    """One class. precision: of the pictures that the machine had called so, those that are. recall: of those that are,
    the ones that it had called so."""

    class_id: int
    precision: Share
    recall: Share


def verdicts_of(state: ProjectState) -> Verdicts:
    """The machine's answers that a person has judged, of classes that are still there."""
    classes = {NONE_OF_THESE, *(info.id for info in state.classes)}
    rows = [
        (j.picture_id, said, j.machine_id, j.confidence)
        for j in state.judgements.values()
        if (said := state.human_label(j.picture_id)) in classes and j.machine_id in classes
    ]
    table = np.array(rows, float).reshape(-1, 4)
    ids, human, machine = table[:, :3].astype(np.int64).T
    return Verdicts(ids, human, machine, table[:, 3])


def population_of(state: ProjectState, verdicts: Verdicts) -> Population:
    """The folder's pictures that the machine has spoken of; those judged count as it had called them before."""
    columns = state.answers.columns()
    open_ = (columns.human < NONE_OF_THESE) & (columns.machine >= NONE_OF_THESE)
    filed = open_ & (columns.machine > NONE_OF_THESE)
    confidence = np.concatenate([columns.confidence[filed], verdicts.confidence[verdicts.is_filed]])
    return Population(confidence.astype(float), int(open_.sum()) + len(verdicts))


def population_of_verdicts(verdicts: Verdicts) -> Population:
    """The judged pictures alone."""
    return Population(verdicts.confidence[verdicts.is_filed], len(verdicts))


def classes_now(state: ProjectState, ids: Ids) -> tuple[Ids, NDArray[np.bool_]]:
    """The class [n] that pictures ids [n] have now, NONE_OF_THESE, or below that where nobody has spoken; and where a
    person said so [n]."""
    columns = state.answers.columns()
    order = np.argsort(columns.ids, kind="stable")
    rows = np.searchsorted(columns.ids, ids, sorter=order).clip(max=max(len(order) - 1, 0))
    rows = order[rows] if len(order) else np.zeros(len(ids), np.int64)
    here = columns.ids[rows] == ids if len(order) else np.zeros(len(ids), bool)
    now, human = np.full(len(ids), -1, np.int64), np.zeros(len(ids), bool)
    now[here] = np.where(columns.human >= NONE_OF_THESE, columns.human, columns.machine)[rows[here]]
    human[here] = (columns.human >= NONE_OF_THESE)[rows[here]]
    for row in np.flatnonzero(~here).tolist():  # examples from outside the folder: not many
        label = state.human_label(int(ids[row]))
        if label is not None:
            now[row], human[row] = label, True
    return now, human


def wilson(part: ArrayLike, whole: ArrayLike) -> tuple[Numbers, Numbers]:
    """The 95 % interval of a share (Wilson 1927), low and high in 0..1, for any shape; 0..1 where ``whole`` is 0."""
    k, n = np.asarray(part, float), np.asarray(whole, float)
    many = np.maximum(n, 1)
    p = k / many
    centre = p + Z**2 / (2 * many)
    spread = Z * np.sqrt(p * (1 - p) / many + Z**2 / (4 * many**2))
    low, high = (centre - spread) / (1 + Z**2 / many), (centre + spread) / (1 + Z**2 / many)
    # At 0 and 1 rounding may miss the estimate by the last digit.
    low, high = np.clip(np.minimum(low, p), 0, 1), np.clip(np.maximum(high, p), 0, 1)
    return np.where(n > 0, low, 0.0), np.where(n > 0, high, 1.0)


def confusion(verdicts: Verdicts, class_ids: Sequence[int]) -> NDArray[np.int64]:
    """[K, K]: how many pictures a person said to be class_ids[row] and the machine had called class_ids[column]."""
    column = {class_id: k for k, class_id in enumerate(class_ids)}
    matrix = np.zeros((len(class_ids), len(class_ids)), np.int64)
    rows, columns = ([column[c] for c in side.tolist()] for side in (verdicts.said, verdicts.predicted))
    np.add.at(matrix, (rows, columns), 1)
    return matrix


def per_class(verdicts: Verdicts, class_ids: Sequence[int]) -> list[ClassMeasure]:
    """Precision and recall of each class."""
    matrix = confusion(verdicts, class_ids)
    right, called, are = matrix.diagonal().tolist(), matrix.sum(0).tolist(), matrix.sum(1).tolist()
    rows = zip(class_ids, right, called, are, strict=True)
    return [ClassMeasure(class_id, Share(hit, c), Share(hit, a)) for class_id, hit, c, a in rows]


def filed_at(verdicts: Verdicts, population: Population, least: float) -> Filed:
    """Filing what the machine is sure of by ``least`` or more."""
    sure = verdicts.where(verdicts.is_filed & (verdicts.confidence >= least))
    share = float((population.confidence >= least).sum()) / max(population.total, 1)
    return Filed(share, len(sure), int((~sure.is_right).sum()))


def coverage(verdicts: Verdicts, population: Population) -> Coverage:
    """Filed at each confidence among the judged pictures: the risk-coverage curve (El-Yaniv & Wiener 2010)."""
    filed = verdicts.where(verdicts.is_filed)
    order = np.argsort(-filed.confidence, kind="stable")
    confidence, is_wrong = filed.confidence[order], ~filed.is_right[order]
    last = np.flatnonzero(np.append(confidence[1:] != confidence[:-1], [True] * (len(confidence) > 0)))
    least, answers, wrong = confidence[last], last + 1, np.cumsum(is_wrong)[last].astype(np.int64)
    ascending = np.sort(population.confidence)
    share = (len(ascending) - np.searchsorted(ascending, least, side="left")) / max(population.total, 1)
    low, high = wilson(wrong, answers)
    return Coverage(least, share, answers, wrong, wrong / np.maximum(answers, 1), low, high)


def reliability(verdicts: Verdicts, groups: int = 5) -> Reliability:
    """Judged pictures that the machine had named a class for, in at most ``groups`` groups of equal size by confidence
    (Nguyen & O'Connor 2015): how often it was right, against how sure it was."""
    filed = verdicts.where(verdicts.is_filed)
    order = np.argsort(filed.confidence, kind="stable")
    parts = [part for part in np.array_split(order, groups) if len(part)]
    count = np.array([len(part) for part in parts], np.int64)
    right = np.array([filed.is_right[part].sum() for part in parts], np.int64)
    low, high = wilson(right, count)
    mean = np.array([filed.confidence[part].mean() for part in parts], float)
    return Reliability(mean, right / np.maximum(count, 1), low, high, count)


def inside(polygon: Numbers, points: Numbers) -> NDArray[np.bool_]:
    """Which of points [n, 2] lie inside a closed polygon [m, 2], by the even-odd rule."""
    within = np.zeros(len(points), bool)
    if len(polygon) < 3:
        return within
    near = np.flatnonzero(((points >= polygon.min(0)) & (points <= polygon.max(0))).all(1))
    x, y = points[near].T
    crossed = np.zeros(len(near), bool)
    for (x0, y0), (x1, y1) in zip(polygon, np.roll(polygon, -1, axis=0), strict=True):
        if y0 != y1:
            crossed ^= ((y0 > y) != (y1 > y)) & (x < x0 + (y - y0) * (x1 - x0) / (y1 - y0))
    within[near] = crossed
    return within
