"""How a class could be split: its examples in two, three or four groups of look-alikes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from fewshot_gui.engine import Engine

MOST_GROUPS = 4
_COPIES = 0.98
"""Cosine similarity from which pictures are as good as the same."""


@dataclass(frozen=True)
class SplitProposal:
    """groups: for each number of groups, 2 to MOST_GROUPS, the picture ids of each, the largest first. Empty where all
    look the same."""

    groups: Mapping[int, tuple[tuple[int, ...], ...]]


def propose_split(ids: Sequence[int]) -> Callable[[Engine, Callable[[], bool]], SplitProposal]:
    """A question for the compute thread: these examples grouped by look. Those without features are left out."""

    def ask(engine: Engine, overtaken: Callable[[], bool]) -> SplitProposal:
        known = [i for i in ids if i in engine.features]
        groups = group_by_look(engine.embeddings(known), overtaken)
        return SplitProposal({n: tuple(tuple(known[row] for row in group) for group in g) for n, g in groups.items()})

    return ask


def group_by_look(
    embeddings: np.ndarray, overtaken: Callable[[], bool] = lambda: False
) -> dict[int, tuple[tuple[int, ...], ...]]:
    """Rows of embeddings [n, D] of unit length in 2 to MOST_GROUPS groups. Raises Cancelled."""
    from fewshot_gui.learner.advice.groups import looks_apart
    from fewshot_gui.learner.inner_loop import Cancelled

    found: dict[int, tuple[tuple[int, ...], ...]] = {}
    if len(embeddings) < 2 or (embeddings @ embeddings[0]).min() >= _COPIES:
        return found
    for count in range(2, min(MOST_GROUPS, len(embeddings)) + 1):
        if overtaken():
            raise Cancelled
        groups = looks_apart(embeddings, count)
        found[len(groups)] = tuple(tuple(group.tolist()) for group in groups)
    return found
