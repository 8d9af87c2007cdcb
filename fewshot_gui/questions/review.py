"""Which pictures in doubt to judge first: those whose answer settles most."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from fewshot_gui.engine import Engine
from fewshot_gui.questions.look_alikes import looks

MOST = 1000
"""So many of the pictures most in doubt are compared with each other."""
AHEAD = 40
"""So many are put in order; the answers to them change what comes after."""


@dataclass(frozen=True)
class Queue:
    """ids: the pictures to judge first, the one worth most first."""

    ids: np.ndarray


def review_queue(ids: np.ndarray, probabilities: np.ndarray) -> Callable[[Engine, Callable[[], bool]], Queue]:
    """A question for the compute thread: in which order to judge pictures ids [n], given the chance of each class
    [n, K]. Those that no answer would settle, or that have not been read, are left out."""
    def ask(engine: Engine, overtaken: Callable[[], bool]) -> Queue:
        from fewshot_gui.learner.advice.queue import doubt, next_pictures

        doubts = doubt(probabilities, np.ones(len(ids)))
        order = np.argsort(-doubts, kind="stable")[:MOST]
        mine = looks(engine, ids[order], overtaken)
        doubt_of = dict(zip(ids[order].tolist(), doubts[order].tolist(), strict=True))
        settled = looks(engine, engine.support.ids, overtaken)
        kept = np.array([doubt_of[i] for i in mine.ids.tolist()])
        return Queue(mine.ids[next_pictures(mine.embeddings, kept, settled.embeddings, AHEAD)])

    return ask
