"""The promise "at most 1 % wrong" about a project: from what the machine says, and what people found it right in.

The learner's model (learner.promise) knows what confidences are worth on average; a person's judgements tell what they
are worth in this folder. Numpy alone: no torch, no Qt.

A judgement keeps the confidence of the moment it was made, which later adaptations change. That is meant. The picture
is an example since, and the machine has seen the answer: only what it said before is evidence. And the evidence is on
how far this machine over-rates itself in this folder, which an adaptation to a few more examples leaves as it is, near
enough; the pictures that are filed are counted at the confidences of today.

The confidences are those that people see and sort by. The model in the weights was fitted on others: weighed with the
chance that a picture is of any class at all, and so lower. For the shown ones it is too bold as long as nobody has
answered, which is why AUDIT answers come first. tests/benchmarks/test_promise_kept.py measures the two together.
"""

from __future__ import annotations

import math
import zlib
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from fewshot_gui.answers import NONE_OF_THESE
from fewshot_gui.learner.promise import Promise, PromiseModel, audit_sample, keep_promise
from fewshot_gui.state import ProjectState

TARGETS = (0.01, 0.02, 0.05, 0.1)
"""Shares of wrong pictures that one can choose from."""
AUDIT = 20
"""Pictures that are asked about at a time, and the fewest answers of which anything is promised: the model alone is too
bold about the confidences that are shown."""


@dataclass(frozen=True)
class Evidence:
    """What a promise is drawn from.

    ids [n] and confidences [n], 0..1: the open pictures that the machine names a class for. without_class: how many
    open ones it calls none of these. confirmed [c]: its confidences, at the time, in pictures that a person has judged;
    right [c]: whether it had them right; audited [c]: whether chance had chosen them. seed: see ``audit``.
    """

    ids: NDArray[np.int64]
    confidences: NDArray[np.float64]
    without_class: int
    confirmed: NDArray[np.float64]
    right: NDArray[np.bool_]
    audited: NDArray[np.bool_]
    seed: tuple[int, int]

    @property
    def answers(self) -> int:
        """How many answers of a person count for the machine: those to pictures that chance had chosen."""
        return int(self.audited.sum())


def evidence_of(state: ProjectState) -> Evidence:
    """What a project says for and against its machine now.

    Judgements of pictures that the machine called none of these say nothing: those are not filed. A picture of which a
    person only said what it is not counts where that was the machine's class.
    """
    columns = state.answers.columns()
    open_ = columns.human < 0
    offered = open_ & (columns.machine > NONE_OF_THESE)
    confirmed: list[tuple[float, bool, bool]] = []
    for judgement in state.judgements.values():
        said = state.human_label(judgement.picture_id)
        refuted = judgement.machine_id in state.rejections.get(judgement.picture_id, ())
        if judgement.machine_id != NONE_OF_THESE and (said is not None or refuted):
            confirmed.append((judgement.confidence, said == judgement.machine_id, judgement.audit))
    sure, right, audited = zip(*confirmed, strict=True) if confirmed else ((), (), ())
    return Evidence(
        columns.ids[offered],
        columns.confidence[offered].astype(np.float64),
        int((open_ & (columns.machine == NONE_OF_THESE)).sum()),
        np.array(sure, np.float64),
        np.array(right, bool),
        np.array(audited, bool),
        (zlib.crc32(str(state.folder).encode("utf-8", "surrogatepass")), len(state.judgements)),
    )


def promised(model: PromiseModel, evidence: Evidence, target: float) -> Promise:
    """The most pictures to file with at most a share ``target`` (0..1) of them wrong, in 95 % of folders.

    Nothing as long as there are fewer than AUDIT answers. for_person counts those the machine names no class for too.
    """
    promise = keep_promise(model, evidence.confidences, target, evidence.confirmed, evidence.right, evidence.audited)
    if evidence.answers < AUDIT:
        expected = max(promise.filed, promise.filed_then)
        first = Promise(math.inf, 0, 0.0, 0, 0, len(evidence.ids), AUDIT - evidence.answers, expected)
        promise = first if len(evidence.ids) else promise
    return replace(promise, for_person=promise.for_person + evidence.without_class)


def audit(evidence: Evidence, count: int = AUDIT) -> NDArray[np.int64]:
    """Ids of up to ``count`` pictures to ask about, in the order drawn.

    The draw hangs on the folder and on how much was judged: nobody can draw again until the pictures please.
    """
    rows = audit_sample(evidence.confidences, count, np.random.default_rng(evidence.seed))
    return evidence.ids[rows]
