"""What is wrong with the examples the network is adapted to, by picture and class."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection
from dataclasses import dataclass

from fewshot_gui.engine import Engine
from fewshot_gui.learner.advice.doctor import Kind

__all__ = ["Health", "Kind", "Symptom", "examine_examples"]


@dataclass(frozen=True)
class Symptom:
    """One finding of the example doctor (see learner.advice.doctor.Finding), in picture ids and class ids.

    MISLABELLED: one picture; its class, then the class it looks like. NEAR_COPIES: two pictures or more of one class.
    SAME_PICTURE: two or more in two or more classes. SAME_THING: two classes, no picture. Class 0 is none of these.
    """

    kind: Kind
    pictures: tuple[int, ...]
    classes: tuple[int, ...]
    severity: float

    @property
    def key(self) -> str:
        """The same for the same finding, however often the examples are examined."""
        what = f"{self.kind.value} {sorted(self.pictures)} {list(self.classes)}"
        return hashlib.blake2b(what.encode(), digest_size=8).hexdigest()


@dataclass(frozen=True)
class Health:
    """All symptoms of the examples, the gravest first."""

    symptoms: tuple[Symptom, ...] = ()

    def without(self, keys: Collection[str]) -> Health:
        """All but the symptoms of these keys."""
        return Health(tuple(s for s in self.symptoms if s.key not in keys))

    def of_class(self, class_id: int) -> tuple[Symptom, ...]:
        """What a class suffers from: of a mislabelled example only the class it stands in."""
        return tuple(
            s for s in self.symptoms if class_id in (s.classes[:1] if s.kind is Kind.MISLABELLED else s.classes)
        )


def examine_examples(engine: Engine, overtaken: Callable[[], bool]) -> Health:
    """The example doctor's findings about what the network is adapted to. A question for the compute thread."""
    from fewshot_gui.learner.advice.doctor import examine
    from fewshot_gui.learner.inner_loop import Cancelled

    support = engine.support
    embeddings = engine.embeddings(support.ids.tolist())
    if overtaken():
        raise Cancelled
    found = examine(embeddings, support.labels, len(support.class_ids))
    return Health(
        tuple(
            Symptom(
                finding.kind,
                tuple(support.ids[list(finding.examples)].tolist()),
                tuple(support.class_ids[k] for k in finding.classes),
                finding.severity,
            )
            for finding in found
        )
    )
