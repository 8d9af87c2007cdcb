"""Which pictures that a person called "none of these" look like a class that was made since."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

import numpy as np

from fewshot_gui.engine import Engine

_LEAST = 0.5
"""How sure the network has to be: of less, every second picture is one of another kind."""


@dataclass(frozen=True)
class Alike:
    """Pictures ids that look like the class, the surest first; at least one."""

    class_id: int
    ids: tuple[int, ...]


def second_look(none: Sequence[int], new: Collection[int]) -> Callable[[Engine, Callable[[], bool]], Alike | None]:
    """A question for the compute thread: what the network would say of the pictures ``none`` had the person not called
    them so; the class among ``new`` that gets most of them. None where no picture looks like one of these classes.

    As examples of "none of these" the network knows them by heart: it is adapted once more without them. The question
    raises Cancelled.
    """

    def ask(engine: Engine, overtaken: Callable[[], bool]) -> Alike | None:
        support = engine.support
        class_ids = np.array([c for c in support.class_ids if c], np.int64)  # "none of these" is 0 and comes last
        here = np.array([i for i in none if i in engine.features], np.int64)
        if len(class_ids) < 2 or not len(here):
            return None
        kept = support.labels < len(class_ids)
        features = engine.features.take(support.ids[kept].tolist())
        adapted = engine.learner.adapt(features, support.labels[kept], len(class_ids), None, overtaken)
        prediction = adapted.predict(engine.features.take(here.tolist()))
        sure = prediction.probabilities.max(1)
        said = np.where(prediction.is_known & (sure > _LEAST), class_ids[prediction.probabilities.argmax(1)], 0)
        counts = {class_id: int((said == class_id).sum()) for class_id in sorted(new)}
        most = max(counts, key=lambda class_id: counts[class_id], default=0)
        if not counts.get(most):
            return None
        order = np.argsort(-sure, kind="stable")
        return Alike(most, tuple(here[order][said[order] == most].tolist()))

    return ask
