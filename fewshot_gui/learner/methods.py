"""The methods that can be measured, by name. To add one, write its ``fit`` in a file of its own and list it here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from fewshot_gui.learner.algorithms import ALGORITHMS
from fewshot_gui.learner.algorithms.mixture import MIXTURE
from fewshot_gui.learner.folder import spread
from fewshot_gui.learner.learner import Learner
from fewshot_gui.learner.rivals.fine_tuning import fine_tuning
from fewshot_gui.learner.rivals.logistic import logistic, logistic_on_metric
from fewshot_gui.learner.rivals.prototypes import prototypes, prototypes_on_metric
from fewshot_gui.learner.rivals.textbook import textbook

Predictor = Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]
"""Features [n, D], or pictures, to (probabilities [n, K] with rows that sum to one, known score [n]: the higher, the
likelier a picture is of any of the classes). Each is judged alone, but by the method that says otherwise."""


class Fit(Protocol):
    """Learn one episode: support [m, ...] is features or pictures, labels [m] in 0..way-1, every class with one."""

    def __call__(self, learner: Learner, support: np.ndarray, labels: np.ndarray, way: int) -> Predictor: ...


@dataclass(frozen=True)
class Method:
    """A name for the command line, the paper behind it, and what it does with an episode. ``sees_pictures``: it takes
    pictures uint8 [m, side, side, 3] where the others take features [m, D]. ``refusal``: why it can't be measured with
    a learner on tasks of so many classes, as a sentence, or None."""

    name: str
    paper: str
    fit: Fit
    sees_pictures: bool = False
    refusal: Callable[[Learner, int], str | None] = lambda learner, way: None


def maml(learner: Learner, support: np.ndarray, labels: np.ndarray, way: int) -> Predictor:
    """The shipped learner, just as the window uses it."""
    adapted = learner.adapt(support, labels, way)

    def predict(features: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        prediction = adapted.predict(features)
        return prediction.probabilities, prediction.known

    return predict


def maml_with_folder(learner: Learner, support: np.ndarray, labels: np.ndarray, way: int) -> Predictor:
    """The shipped learner with the folder's help: the pictures of one call are the folder (transductive)."""
    adapted = learner.adapt(support, labels, way)

    def predict(features: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        alone = adapted.predict(features)
        return spread(alone.probabilities, alone.known, learner.embeddings(np.concatenate([features, support])), labels)

    return predict


SHIPPED = MIXTURE.name
METHODS = {
    method.name: method
    for method in (
        Method(SHIPPED, MIXTURE.paper, maml),
        Method(f"{SHIPPED}-folder", "Ziko et al. 2020, arXiv:2006.15486; transductive", maml_with_folder),
        Method("prototypes", "Snell et al. 2017, arXiv:1703.05175", prototypes),
        Method("logistic", "Tian et al. 2020, arXiv:2003.11539", logistic),
        Method("prototypes-metric", "Snell et al. 2017, arXiv:1703.05175", prototypes_on_metric),
        Method("logistic-metric", "Tian et al. 2020, arXiv:2003.11539", logistic_on_metric),
        Method("fine-tuning", "Chen et al. 2019, arXiv:1904.04232", fine_tuning),
        Method("textbook", "LeCun et al. 1998; Kingma & Ba 2015, arXiv:1412.6980", textbook, sees_pictures=True),
        *(Method(a.name, a.paper, a.fit, refusal=a.refusal) for a in ALGORITHMS.values() if a is not MIXTURE),
    )
}
