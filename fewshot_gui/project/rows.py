"""The rows of a project file as plain data."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal


@dataclass(frozen=True)
class ClassRow:
    """A class: `colour` is an index into the theme's class colours, `position` its place in the row of cards."""

    id: int
    name: str
    colour: int
    position: int


@dataclass(frozen=True)
class NewPicture:
    """A picture to add; see PictureRow. `data` (PNG bytes) only for a pasted picture."""

    path: Path
    in_folder: bool
    size: int
    mtime_ns: int
    data: bytes | None = None


@dataclass(frozen=True)
class PictureRow:
    """A known picture.

    `path` is relative to the opened folder if `in_folder`, else absolute; of a pasted picture only a name to show.
    `size` in bytes, `mtime_ns` since 1970, `digest` of the content if known, `problem` a sentence if it can't be read.
    """

    id: int
    path: Path
    in_folder: bool
    size: int
    mtime_ns: int
    digest: str | None
    problem: str | None
    pasted: bool


@dataclass(frozen=True)
class PictureColumns:
    """The same of all known pictures by id, one list each; paths are text with "/" between, as os.fsdecode gives."""

    ids: list[int]
    paths: list[str]
    in_folder: list[bool]
    sizes: list[int]
    mtimes_ns: list[int]
    digests: list[str | None]
    problems: list[str | None]
    pasted: list[bool]


@dataclass(frozen=True)
class MachineColumns:
    """Of all pictures with an answer, one list each: the machine's best class, how sure it is (0..1), and whether the
    picture is unlike all examples."""

    ids: list[int]
    class_ids: list[int]
    confidences: list[float]
    unknown: list[bool]


@dataclass(frozen=True)
class HumanLabel:
    """What a person said of a picture: its class (None: none of these), and when (seconds since 1970)."""

    picture_id: int
    class_id: int | None
    made_at: float


@dataclass(frozen=True)
class Judgement:
    """What the machine had said of a picture when a person judged it: its class (0: none of these), how sure (0..1).

    audit: the picture had been asked about by chance.
    """

    picture_id: int
    machine_id: int
    confidence: float
    audit: bool


@dataclass(frozen=True)
class MachineLabel:
    """What the machine said of a picture; confidences are 0..1. The classes may have been deleted since."""

    picture_id: int
    class_id: int | None
    confidence: float | None
    second_id: int | None = None
    second_confidence: float | None = None
    unknown: bool = False
    needs_review: bool = False
    reason: str = ""


Table = Literal["classes", "human_labels", "judgements", "rejections"]
Row = Mapping[str, str | int | float | None]

COLUMNS: Mapping[Table, tuple[str, ...]] = {
    "classes": ("id", "name", "colour", "position"),
    "human_labels": ("picture_id", "class_id", "made_at"),
    "judgements": ("picture_id", "machine_id", "confidence", "audit"),
    "rejections": ("picture_id", "class_ids"),
}
"""The tables that can be undone: the key first, then what a Change's images must hold, all of it."""


@dataclass(frozen=True)
class Change:
    """One row of a table before and after an operation (None: not there), without its key.

    `key` is the class id for "classes", else the picture id.
    """

    table: Table
    key: int
    before: Row | None
    after: Row | None


@dataclass(frozen=True)
class Operation:
    """What one undo or redo has taken back or done again."""

    kind: str
    count: int
    subject: str
    changes: tuple[Change, ...]
