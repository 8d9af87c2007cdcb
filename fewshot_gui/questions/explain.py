"""Why a picture was decided as it was: the examples it is most like, the one that would turn it, the parts that speak.

Pictures and examples are named by their ids, classes by theirs (0: none of these).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from fewshot_gui.engine import Engine
from fewshot_gui.images import isolated

MOST_EXAMPLES = 600
"""With more examples than this none is looked for that would turn the decision: it would take seconds."""


@dataclass(frozen=True)
class Like:
    """An example and its cosine similarity to the picture, -1..1."""

    example: int
    similarity: float


@dataclass(frozen=True)
class Reasons:
    """The two most probable classes, and of each the person's examples that the picture is most like, nearest first.
    The picture itself is not among them."""

    picture: int
    decision: int
    runner_up: int
    for_decision: tuple[Like, ...]
    for_runner_up: tuple[Like, ...]


@dataclass(frozen=True)
class Turning:
    """Without this example the picture would be of class ``to``; None where no example that was tried turns it."""

    picture: int
    example: int | None
    to: int | None


@dataclass(frozen=True)
class Heat:
    """evidence float32 [side, side] in -1..1 over the whole picture: above 0 speaks for the class, below against."""

    picture: int
    class_id: int
    evidence: np.ndarray


def reasons(engine: Engine, picture: int, count: int) -> Reasons | None:
    """The ``count`` nearest examples for the decision and for the runner-up; None for a picture not read yet."""
    from fewshot_gui.learner.advice.nearest import nearest_examples, runner_up

    if picture not in engine.features:
        return None
    support = engine.support
    probabilities = engine.adapted.predict(engine.features.take([picture])).probabilities[0]
    best, second = int(probabilities.argmax()), runner_up(probabilities)
    others = support.ids != picture
    ids, labels = support.ids[others], support.labels[others]
    embeddings, embedding = engine.embeddings(ids.tolist()), engine.embeddings([picture])[0]

    def near(label: int) -> tuple[Like, ...]:
        found = nearest_examples(embedding, embeddings, labels, label, count)
        pairs = zip(ids[found.examples].tolist(), found.similarities.tolist(), strict=True)
        return tuple(Like(example, similarity) for example, similarity in pairs)

    return Reasons(picture, support.class_ids[best], support.class_ids[second], near(best), near(second))


def turning(engine: Engine, picture: int, overtaken: Callable[[], bool]) -> Turning:
    """The example without which the picture would be decided otherwise: the network is adapted anew without each of a
    few candidates. Of a picture that is an example itself none is named. Raises Cancelled when overtaken."""
    from fewshot_gui.learner.advice.nearest import flip

    support = engine.support
    none = Turning(picture, None, None)
    if picture not in engine.features or picture in support.ids or len(support.ids) > MOST_EXAMPLES:
        return none
    examples, mine = engine.features.take(support.ids.tolist()), engine.features.take([picture])
    way = len(support.class_ids)

    def adapt_without(example: int) -> tuple[np.ndarray, np.ndarray]:
        kept = np.arange(len(support.ids)) != example
        adapted = engine.learner.adapt(examples[kept], support.labels[kept], way, cancelled=overtaken)
        return adapted.predict(mine).probabilities[0], adapted.predict(examples).probabilities

    found = flip(
        engine.embeddings([picture])[0],
        engine.embeddings(support.ids.tolist()),
        support.labels,
        int(engine.adapted.predict(mine).probabilities[0].argmax()),
        adapt_without,
        engine.adapted.predict(examples).probabilities,
    )
    if found is None:
        return none
    return Turning(picture, int(support.ids[found.example]), support.class_ids[found.to])


def heat(
    engine: Engine, picture: int, source: Path | bytes, class_id: int, overtaken: Callable[[], bool]
) -> Heat | None:
    """What in the picture speaks for a class and what against; None where the file can't be read or the class is gone.

    Raises Cancelled when overtaken.
    """
    from fewshot_gui.learner.advice.heat_map import heat_map
    from fewshot_gui.learner.inner_loop import Cancelled

    if class_id not in engine.support.class_ids:
        return None
    column, adapted = engine.support.class_ids.index(class_id), engine.adapted

    def score(pictures: np.ndarray) -> np.ndarray:
        return adapted.predict(engine.learner.features(pictures)).probabilities[:, column]

    try:
        square = isolated.read(source, "square", engine.learner.side, overtaken).pixels
    except isolated.Stopped as stopped:
        raise Cancelled from stopped
    return None if square is None else Heat(picture, class_id, heat_map(square, score, cancelled=overtaken))
