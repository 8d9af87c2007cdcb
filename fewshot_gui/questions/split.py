"""How a class could be split: its examples in two, three or four groups of look-alikes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from fewshot_gui.engine import Engine

MOST_GROUPS = 4
_LEVELS = np.arange(0.98, -1.0, -0.02)  # cosine similarities, from copies to opposites


@dataclass(frozen=True)
class SplitProposal:
    """groups: for each number of groups that the looks suggest (2 to MOST_GROUPS) the picture ids of each group, the
    largest group first. Empty where all look the same."""

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
    """Rows of embeddings [n, D] of unit length in 2 to MOST_GROUPS groups, by cutting one tree of likeness
    (agglomerative, complete linkage) at different heights. Raises Cancelled."""
    from fewshot_gui.learner.advice.groups import look_alikes
    from fewshot_gui.learner.inner_loop import Cancelled

    found: dict[int, tuple[tuple[int, ...], ...]] = {}
    for alike in _LEVELS if len(embeddings) > 1 else ():
        if overtaken():
            raise Cancelled
        groups = look_alikes(embeddings, float(alike), smallest=1)
        if 2 <= len(groups) <= MOST_GROUPS:
            found.setdefault(len(groups), tuple(tuple(map(int, group)) for group in groups))
        if len(groups) <= 2:
            break
    return found
