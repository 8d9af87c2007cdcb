"""Find the pictures below a folder, in a natural order, while the search is still running."""

import importlib.util
import os
import re
import stat
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from fewshot_gui.images.errors import GONE, printable, reason_of

_HEIF_SUFFIXES = frozenset({".heic", ".heif"})
_HEIF_READABLE = importlib.util.find_spec("pillow_heif") is not None
NEEDS_HEIF = 'It is a HEIC picture, and reading those needs an extra: pip install "fewshot-gui[heif]".'

PICTURE_SUFFIXES = frozenset(
    {".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".gif", ".bmp", ".dib", ".tif", ".tiff", ".avif"}
) | (_HEIF_SUFFIXES if _HEIF_READABLE else frozenset())
"""A file is taken for a picture if its name ends so (in any case of letters)."""


class FolderError(Exception):
    """A folder can't be searched at all; `str()` is a sentence for a person."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(path, reason)
        self.path = path
        self.reason = reason

    def __str__(self) -> str:
        return f'Can\'t open the folder "{printable(self.path)}". {self.reason}'


@dataclass(frozen=True)
class PictureFile:
    """A regular file with a picture's name: its size in bytes and time of last change in ns since 1970."""

    path: Path
    size: int
    mtime_ns: int


@dataclass(frozen=True)
class Skipped:
    """A folder or file that was left out, and the reason as a sentence."""

    path: Path
    reason: str


Found = PictureFile | Skipped


def find_pictures(folder: Path, cancelled: Callable[[], bool] = lambda: False) -> Iterator[Found]:
    """Yield every picture below `folder`, recursively, as it is found.

    A folder's own pictures come before those of its sub-folders, both in natural order (2 before 10). Hidden names are
    passed over. Each real folder is searched once, however many links lead to it, and those around `folder` never;
    linked folders come last, so that a picture is found under its real path if it has one below `folder`. What can't be
    read is yielded as Skipped. Ends early, without a word, once `cancelled()` is true.

    Raises FolderError (at the call) if `folder` is missing or is not a folder. If it vanishes later, the last thing
    yielded is a Skipped that says so.
    """
    _require_folder(folder)
    return _walk(folder, cancelled)


def class_folders(folder: Path, cancelled: Callable[[], bool] = lambda: False) -> dict[str, list[Path]]:
    """The pictures of a folder of class folders: {sub-folder's name: its pictures, searched recursively}.

    In natural order; a sub-folder without pictures has an empty list. Raises FolderError as find_pictures does.
    """
    return {sub.name: list(_pictures(sub, cancelled)) for sub in sub_folders(folder, cancelled)}


def sub_folders(folder: Path, cancelled: Callable[[], bool] = lambda: False) -> list[Path]:
    """The folders in this one, in natural order, without hidden ones. Raises FolderError."""
    _require_folder(folder)
    try:
        return [found for entry in _entries(folder, cancelled) if isinstance(found := _look(entry), Path)]
    except OSError as error:
        raise FolderError(folder, reason_of(error)) from error


def looks_like_class_folders(folder: Path) -> bool:
    """Whether `folder` holds no picture itself but two or more sub-folders that do. False if it can't be read."""
    try:
        _require_folder(folder)
        if any(isinstance(_look(entry), PictureFile) for entry in _entries(folder, lambda: False)):
            return False
        with_pictures = (sub for sub in sub_folders(folder) if next(_pictures(sub), None) is not None)
        return next(with_pictures, None) is not None and next(with_pictures, None) is not None
    except (FolderError, OSError):
        return False


def natural_key(name: str) -> tuple[list[str | int], str]:
    """Sort key: numbers by value, letters in either case alike ("img2" < "IMG10"); the name itself breaks ties."""
    parts = re.split(r"([0-9]+)", name.casefold())
    return [int(part) if i % 2 else part for i, part in enumerate(parts)], name


def _walk(top: Path, cancelled: Callable[[], bool]) -> Iterator[Found]:
    waiting = [top]  # a stack: the next folder is last
    linked: list[Path] = []
    seen = set(_around(top))  # a link to a folder around this one would lead through the whole disk
    while waiting or linked:
        folder = waiting.pop() if waiting else linked.pop(0)
        try:
            status = folder.stat()
            if (status.st_dev, status.st_ino) in seen:
                continue
            seen.add((status.st_dev, status.st_ino))
            entries = _entries(folder, cancelled)
        except OSError as error:
            if not _is_folder(top):
                yield Skipped(top, GONE)
                return
            yield Skipped(folder, reason_of(error))
            continue
        sub_folders: list[Path] = []
        for entry in entries:
            if cancelled():
                return
            found = _look(entry)
            if isinstance(found, Path):
                (linked if entry.is_symlink() else sub_folders).append(found)
            elif isinstance(found, Skipped) and not _is_folder(top):
                yield Skipped(top, GONE)
                return
            elif found is not None:
                yield found
        waiting.extend(reversed(sub_folders))


def _around(folder: Path) -> Iterator[tuple[int, int]]:
    """What tells the folders around this one from others, as far as they can be asked."""
    for parent in folder.resolve().parents:
        with suppress(OSError):
            status = parent.stat()
            yield status.st_dev, status.st_ino


def _entries(folder: Path, cancelled: Callable[[], bool]) -> list[os.DirEntry[str]]:
    """What `folder` holds and does not hide, in natural order. Incomplete once cancelled."""
    entries = []
    with os.scandir(folder) as scan:
        for entry in scan:
            if cancelled():
                break
            if not entry.name.startswith("."):
                entries.append(entry)
    return sorted(entries, key=lambda entry: natural_key(entry.name))


def _look(entry: os.DirEntry[str]) -> Found | Path | None:
    """What an entry is: a picture, something to leave out with a reason, a sub-folder (its Path), or nothing to us."""
    path = Path(entry.path)
    suffix = path.suffix.lower()
    try:
        if entry.is_dir():
            return path
        if suffix not in PICTURE_SUFFIXES | _HEIF_SUFFIXES:
            return None
        status = entry.stat()
    except OSError as error:
        return Skipped(path, reason_of(error))
    if not stat.S_ISREG(status.st_mode):
        return Skipped(path, "It is not an ordinary file.")
    if suffix not in PICTURE_SUFFIXES:
        return Skipped(path, NEEDS_HEIF)
    return PictureFile(path, status.st_size, status.st_mtime_ns)


def _pictures(folder: Path, cancelled: Callable[[], bool] = lambda: False) -> Iterator[Path]:
    return (found.path for found in find_pictures(folder, cancelled) if isinstance(found, PictureFile))


def _require_folder(folder: Path) -> None:
    try:
        status = folder.stat()
    except FileNotFoundError as error:
        raise FolderError(folder, "It does not exist.") from error
    except OSError as error:
        raise FolderError(folder, reason_of(error)) from error
    except ValueError as error:  # a NUL in the name
        raise FolderError(folder, "It does not exist.") from error
    if not stat.S_ISDIR(status.st_mode):
        raise FolderError(folder, "It is a file, not a folder.")


def _is_folder(path: Path) -> bool:
    try:
        return stat.S_ISDIR(path.stat().st_mode)
    except OSError:
        return False
