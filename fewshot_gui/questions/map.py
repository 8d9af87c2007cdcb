"""What the map of all pictures is made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from fewshot_gui.engine import Engine

MOST = 10_000
"""So many pictures are put on the map at the most: more would be one blot."""
AT_ONCE = 512


@dataclass(frozen=True)
class Embedded:
    """Pictures ids [n], ascending, their embeddings [n, D] of length one; left_out: pictures there is no room for."""

    ids: np.ndarray
    embeddings: np.ndarray
    left_out: int


def embedded(engine: Engine, overtaken: Callable[[], bool]) -> Embedded | None:
    """A question: the embeddings of all pictures read; of more than MOST, all examples and an even choice of the rest.

    None where it was overtaken.
    """
    ids = np.sort(engine.features.ids())
    chosen = ids
    if len(ids) > MOST:
        examples = np.sort(engine.support.ids)
        others = np.setdiff1d(ids, examples)
        places = np.linspace(0, len(others) - 1, max(MOST - len(examples), 0)).round().astype(int)
        chosen = np.union1d(examples, others[places])
    embeddings = np.empty((len(chosen), *engine.learner.feature_shape), np.float32)
    for begin in range(0, len(chosen), AT_ONCE):
        if overtaken():
            return None
        part = slice(begin, begin + AT_ONCE)
        embeddings[part] = engine.embeddings(chosen[part].tolist())
    return Embedded(chosen, embeddings, len(ids) - len(chosen))
