"""What is known of each picture, as every export writes it: what a person said and what the machine says, kept
apart."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

UNKNOWN, UNREADABLE = "unknown", "unreadable"
PERSON, MACHINE = "person", "machine"
Step = Callable[[int], None]
"""Called by every format with the number of records that are done; it may raise to stop the work."""


@dataclass(frozen=True)
class MachineSaid:
    """label: the likeliest class. confidence: how sure the machine is of what it decides, 0..1. is_none: it decides
    for none of the classes. second: the class that comes next, "" where that is not known, and how likely, 0..1."""

    label: str
    confidence: float
    is_none: bool = False
    second: str = ""
    second_confidence: float | None = None


@dataclass(frozen=True)
class Record:
    """One picture. path: absolute; place: the same below the project's folder.

    person: the class a person gave, "" for none of these; None where nobody said anything. problem: a sentence why the
    picture can't be read. reason: a sentence for the decision.
    """

    path: Path
    place: Path
    person: str | None = None
    machine: MachineSaid | None = None
    problem: str = ""
    reason: str = ""

    @property
    def said_by(self) -> str:
        """Whose word counts: PERSON, MACHINE, or "" where neither has spoken."""
        return PERSON if self.person is not None else MACHINE if self.machine is not None else ""

    @property
    def label(self) -> str:
        """The class the picture is of, whoever said so; "" for none of these, and where nobody has spoken."""
        if self.person is not None:
            return self.person
        return self.machine.label if self.machine and not self.machine.is_none else ""

    @property
    def decision(self) -> str:
        """The class, UNKNOWN, or UNREADABLE; "" where nobody has spoken."""
        if self.problem:
            return UNREADABLE
        return self.label or (UNKNOWN if self.said_by else "")


@dataclass(frozen=True)
class Saved:
    """What a project holds: its folder of pictures, its classes in the order of their cards, and every picture of the
    folder in the order they were found."""

    folder: Path
    classes: tuple[str, ...]
    records: tuple[Record, ...]
