"""What the machine says, as rows for the project file."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from fewshot_gui.project.rows import MachineLabel

Ids = NDArray[np.int64]
Mask = NDArray[np.bool_]
Floats = NDArray[np.float32]


def machine_rows(
    ids: Ids, best: Ids, confidence: Floats, known: Mask, review: Mask, class_ids: Sequence[int], scores: Floats
) -> list[MachineLabel]:
    """One row for each picture of ids [n]. best [n]: its class, below 0 where the machine has not spoken; scores
    [n, K]: of every class of class_ids, from which the second comes; all 0 where they are not known."""
    columns = (ids.tolist(), best.tolist(), confidence.tolist(), known.tolist(), review.tolist())
    return [
        MachineLabel(i, None, None)
        if b < 0
        else MachineLabel(i, b, c, second, second_confidence, unknown=not k, needs_review=r)
        for i, b, c, k, r, (second, second_confidence) in zip(*columns, _seconds(class_ids, scores), strict=True)
    ]


def _seconds(class_ids: Sequence[int], scores: Floats) -> list[tuple[int | None, float | None]]:
    """Of each row the class that comes next and its score; None where there is none."""
    if len(class_ids) < 2:
        return [(None, None)] * len(scores)
    rows = np.arange(len(scores))
    rest = scores.copy()
    rest[rows, rest.argmax(1)] = 0.0
    place = rest.argmax(1)
    pairs = zip(place.tolist(), rest[rows, place].tolist(), strict=True)
    return [(class_ids[k], score) if score > 0 else (None, None) for k, score in pairs]
