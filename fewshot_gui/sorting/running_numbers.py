"""The running numbers that a name template gives out."""

import os
import re
from pathlib import Path

from fewshot_gui.sorting.names import split


class RunningNumbers:
    """The running numbers of one folder, going on after those that are there."""

    def __init__(self, made: re.Pattern[str], folder: Path, count: int) -> None:
        """made: group 1 of it is the number in a stem; count: how many are going to be asked for."""
        self._last = 0
        for paths in by_size(folder).values():
            for path in paths:
                if match := made.fullmatch(split(path.name)[0]):
                    self._last = max(self._last, int(match[1]))
        self._digits = len(str(self._last + count))

    def next(self) -> str:
        """The next number, with as many digits as the largest will have."""
        self._last += 1
        return f"{self._last:0{self._digits}d}"


def by_size(folder: Path) -> dict[int, list[Path]]:
    """The regular files of a folder by their size; nothing if it is not there."""
    found: dict[int, list[Path]] = {}
    try:
        with os.scandir(folder) as listing:
            for entry in listing:
                if entry.is_file(follow_symlinks=False):
                    found.setdefault(entry.stat().st_size, []).append(folder / entry.name)
    except OSError:
        return {}
    return found
