"""What is decided of a picture, as it is handed around: frozen, without a thought of where it comes from."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ids = NDArray[np.int64]


class State(enum.Enum):
    """Who has said what of a picture."""

    WAITING = "waiting"
    PREDICTED = "predicted"
    UNKNOWN = "unknown"
    HUMAN = "human"
    UNREADABLE = "unreadable"


@dataclass(frozen=True)
class Decision:
    """class_id: None for none of these. confidence: the machine's, 0..1; None where it has not spoken. reason: a
    sentence."""

    state: State
    class_id: int | None = None
    confidence: float | None = None
    second_id: int | None = None
    second_confidence: float | None = None
    reason: str = ""
    needs_review: bool = False


class Filter(enum.Enum):
    """Which pictures the gallery shows."""

    ALL = "all"
    REVIEW = "review"
    UNKNOWN = "unknown"
    CORRECTED = "corrected"
    UNREADABLE = "unreadable"


@dataclass(frozen=True)
class Counts:
    """How many pictures each filter shows; predicted: per class, by machine or person."""

    all: int
    review: int
    unknown: int
    corrected: int
    unreadable: int
    waiting: int
    predicted: Mapping[int, int]


@dataclass(frozen=True)
class Columns:
    """Copies of what is known of the folder's pictures ids [n]. human [n]: the class a person said, NONE_OF_THESE, or
    below that; machine [n]: what the machine would decide, likewise; confidence [n]: how sure it is, 0..1."""

    ids: Ids
    human: Ids
    machine: Ids
    confidence: NDArray[np.float32]
