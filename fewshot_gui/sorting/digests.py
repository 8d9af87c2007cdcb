"""The digests of files, each read once."""

from collections.abc import Callable
from pathlib import Path

from fewshot_gui.sorting import files


class Digests:
    """Answers digests(path) from memory when it is asked again."""

    def __init__(self, cancelled: Callable[[], bool]) -> None:
        self._cancelled = cancelled
        self._known: dict[Path, str] = {}

    def __call__(self, path: Path) -> str:
        """The file's digest, or "" when it cannot be read, which is equal to nothing. SortCancelled when cancelled."""
        if path not in self._known:
            try:
                self._known[path] = files.digest(path, self._cancelled)
            except OSError:
                self._known[path] = ""
        return self._known[path]
