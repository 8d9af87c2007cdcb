"""What earlier runs sorted into a folder: copies and links they made, and files they moved."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from fewshot_gui.sorting import files
from fewshot_gui.sorting.sets import Action


@dataclass(frozen=True, slots=True)
class Sorted:
    """A file that an earlier run put where it is. size and mtime_ns are those its origin had then; digest None where
    none was taken."""

    origin: Path
    place: Path
    label: str
    action: Action
    size: int
    mtime_ns: int
    digest: str | None

    def is_there(self) -> bool:
        """Whether something has its name still."""
        return os.path.lexists(self.place)

    def is_unchanged(self, cancelled: Callable[[], bool]) -> bool:
        """Whether it is still what was put there, by its bytes. Reads the file."""
        try:
            if self.action is Action.SYMLINK:
                return files.link_text(self.place) == str(self.origin)
            if files.link_text(self.place) is not None or not self.place.is_file():
                return False
            if self.digest is not None:
                return files.digest(self.place, cancelled) == self.digest
            if files.linked(self.origin, self.place):
                return True
            return files.common_digest(self.origin, self.place, cancelled) is not None
        except OSError:
            return False


@dataclass(frozen=True)
class History:
    """made: copies and links by their origin, which is still in its place. moved: moved files by where they are now."""

    made: Mapping[Path, Sorted] = field(default_factory=dict)
    moved: Mapping[Path, Sorted] = field(default_factory=dict)


NOTHING_SORTED = History()
