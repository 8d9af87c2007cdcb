"""What an adaptation did to the folder, and to what a person had confirmed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fewshot_gui.engine import Scored


@dataclass(frozen=True)
class Ripple:
    """Pictures ids [n] that no person has judged and that the machine puts into another class than before: old and new
    [n], 0 for none of these; confidence [n] in the new one, 0..1. The doubtful first."""

    ids: NDArray[np.int64]
    old: NDArray[np.int64]
    new: NDArray[np.int64]
    confidence: NDArray[np.float32]

    def transitions(self) -> list[tuple[int, int, int]]:
        """(how many, old class, new class), the most frequent first."""
        span = int(self.new.max(initial=0)) + 1
        pairs, counts = np.unique(self.old * span + self.new, return_counts=True)
        rows = zip(counts.tolist(), (pairs // span).tolist(), (pairs % span).tolist(), strict=True)
        return sorted(rows, key=lambda row: (-row[0], row[1:]))


def ripple(
    ids: NDArray[np.int64], old: NDArray[np.int64], new: NDArray[np.int64], confidence: NDArray[np.float32]
) -> Ripple:
    """Of pictures ids [n] those that had an answer before and have another now; an answer below 0 is none."""
    moved = np.flatnonzero((old >= 0) & (new >= 0) & (old != new))
    moved = moved[np.argsort(confidence[moved], kind="stable")]
    return Ripple(ids[moved], old[moved], new[moved], confidence[moved])


def own_answers(scored: Scored, labelled: Mapping[int, int]) -> dict[int, int]:
    """The class that the network itself gives each picture that a person has labelled, 0 for none of these; of those
    that were scored."""
    wanted = np.fromiter(labelled, np.int64, len(labelled))
    rows = np.flatnonzero(np.isin(scored.ids, wanted))
    best = np.array(scored.class_ids, np.int64)[scored.best[rows]]
    classes = np.where(scored.is_known[rows], best, 0)
    return dict(zip(scored.ids[rows].tolist(), classes.tolist(), strict=True))


def unlearned(labelled: Mapping[int, int], before: Mapping[int, int], now: Mapping[int, int]) -> tuple[int, ...]:
    """Pictures that a person has labelled and that the network had right ``before`` but has wrong ``now``."""
    return tuple(
        picture
        for picture, answer in now.items()
        if picture in labelled and before.get(picture) == labelled[picture] != answer
    )
