"""One file's way in a plan."""

import os
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class Renaming(StrEnum):
    """Why a file gets another name than it has."""

    TAKEN = "taken"  # another file has the name, or it is to match a picture of which that is true
    UNFIT = "unfit"  # the target's disk cannot hold the name
    MATCH = "match"  # a companion gets its picture's stem
    TEMPLATE = "template"  # the person asked for it


@dataclass(frozen=True, slots=True)
class Step:
    """One file's way. size in bytes and mtime_ns are those of the source when planned; note is "" or for the person.

    picture: the picture that a companion goes with. confidence: the machine's, 0..1; said: a person gave the class.
    was: the class under which an earlier run had sorted the picture, "" if none did. replaces: the symbolic link which
    that run made, to be removed once the file is in its new place.
    """

    source: Path
    target: Path
    label: str
    size: int
    mtime_ns: int
    note: str = ""
    companion: bool = False
    picture: Path | None = None
    confidence: float | None = None
    said: bool = False
    was: str = ""
    renaming: Renaming | None = None
    replaces: Path | None = None

    @property
    def folder(self) -> str:
        """The folder it goes into: as text, since it is asked several times for each of very many files."""
        return os.path.dirname(self.target)  # noqa: PTH120

    @property
    def renamed(self) -> bool:
        """Whether the file gets another name than it has."""
        return self.source.name != self.target.name

    @property
    def why(self) -> str:
        """Why it goes there, such as "cat, 97 %" or "cat, you said so"."""
        if self.said:
            return f"{self.label}, you said so"
        return self.label if self.confidence is None else f"{self.label}, {100 * self.confidence:.0f} %"
