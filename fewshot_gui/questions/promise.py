"""The learner's model of what its confidences are worth."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fewshot_gui.engine import Engine
    from fewshot_gui.learner.promise import PromiseModel


def promise_model(engine: Engine, _: Callable[[], bool]) -> PromiseModel:
    """The model that came with the weights. A question for the compute thread."""
    return engine.learner.promise
