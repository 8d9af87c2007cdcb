"""Which pictures in doubt to judge first: those whose answer settles most."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from fewshot_gui.engine import Engine
from fewshot_gui.questions.look_alikes import looks

MOST = 1000
"""So many pictures in doubt are put in order, and as many others of the folder help to say how doubtful they are."""
AHEAD = 40
"""So many are compared one by one; the answers to them change what comes after."""


@dataclass(frozen=True)
class Queue:
    """ids: the pictures to judge first, the one worth most first."""

    ids: np.ndarray


def review_queue(ids: np.ndarray, folder: np.ndarray) -> Callable[[Engine, Callable[[], bool]], Queue]:
    """A question for the compute thread: in which order to judge pictures ids [n], the least sure first.

    folder [m]: ids of all pictures there are. Pictures that no answer would settle, or that have not been read, are
    left out of the queue.
    """

    def ask(engine: Engine, overtaken: Callable[[], bool]) -> Queue:
        wanted = [i for i in ids.tolist() if i in engine.features][:MOST]
        around = _some_of(folder[~np.isin(folder, ids) & ~np.isin(folder, engine.support.ids)])
        others = [i for i in around.tolist() if i in engine.features]
        if not wanted:
            return Queue(np.empty(0, np.int64))
        return _ask(engine, np.array(wanted, np.int64), np.array(others, np.int64), overtaken)

    return ask


def _ask(engine: Engine, wanted: np.ndarray, others: np.ndarray, overtaken: Callable[[], bool]) -> Queue:
    from fewshot_gui.learner.advice.queue import next_pictures, shared_doubt
    from fewshot_gui.learner.folder import spread
    from fewshot_gui.learner.inner_loop import Cancelled

    pictures = np.concatenate([wanted, others])
    mine = looks(engine, pictures, overtaken).embeddings
    settled = looks(engine, engine.support.ids, overtaken).embeddings
    scored = engine.score(pictures.tolist(), overtaken)
    if overtaken():
        raise Cancelled
    alone = scored.probabilities
    everyone = np.ones(len(alone), np.float32)
    labels = engine.support.labels[: len(settled)]
    helped = spread(alone, everyone, np.concatenate([mine, settled]), labels, overtaken)
    count = len(wanted)
    doubts = shared_doubt(alone[:count], helped.probabilities[:count])
    first = next_pictures(mine[:count], doubts, settled, AHEAD)
    order = np.argsort(-doubts, kind="stable")
    rest = order[~np.isin(order, first)]
    return Queue(wanted[np.concatenate([first, rest])])


def _some_of(ids: np.ndarray) -> np.ndarray:
    """At most MOST of them, evenly spread."""
    return ids[:: max(1, -(-len(ids) // MOST))]
