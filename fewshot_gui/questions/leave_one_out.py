"""What would the network say of each example, had it not been shown it?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from fewshot_gui.engine import Engine

NONE_OF_THESE = 0


@dataclass(frozen=True)
class LeftOut:
    """Examples ids [m], the class ids that a person said [m] and that the network says without them [m] (0: none of
    these), and how sure it is [m]. alone: so many more are the only one of their class and can't be left out."""

    ids: np.ndarray
    said: np.ndarray
    predicted: np.ndarray
    confidence: np.ndarray
    alone: int


def leave_one_out(
    progress: Callable[[int, int], None],
) -> Callable[[Engine, Callable[[], bool]], LeftOut]:
    """A question: adapt once for each example, to all the others, and judge it. ``progress(done, total)`` is called on
    the compute thread. The question raises the learner's Cancelled."""

    def question(engine: Engine, overtaken: Callable[[], bool]) -> LeftOut:
        support = engine.support
        features = engine.features.take(support.ids.tolist())
        way = len(support.class_ids)
        rows = np.flatnonzero(np.bincount(support.labels, minlength=way)[support.labels] > 1)
        predicted, confidence = np.zeros(len(rows), np.int64), np.zeros(len(rows))
        for done, row in enumerate(rows.tolist()):
            progress(done, len(rows))
            others = np.arange(len(support.labels)) != row
            adapted = engine.learner.adapt(features[others], support.labels[others], way, cancelled=overtaken)
            answer = adapted.predict(features[row : row + 1])
            is_known = bool(answer.is_known[0])
            best = support.class_ids[int(answer.probabilities[0].argmax())]
            predicted[done] = best if is_known else NONE_OF_THESE
            confidence[done] = answer.probabilities[0].max() if is_known else 1 - answer.known[0]
        progress(len(rows), len(rows))
        said = np.array(support.class_ids, np.int64)[support.labels[rows]]
        return LeftOut(support.ids[rows], said, predicted, confidence, len(support.labels) - len(rows))

    return question
