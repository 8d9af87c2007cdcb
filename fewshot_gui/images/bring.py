"""What a person brings as examples, looked up on the disk: picture files, and folders with all below them."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from fewshot_gui.images.errors import printable, reason_of
from fewshot_gui.images.find import (
    NEEDS_HEIF,
    PICTURE_SUFFIXES,
    FolderError,
    Found,
    PictureFile,
    find_pictures,
    sub_folders,
)

MOST_TOLD = 5
"""So many things that can't be used are named; further ones are counted."""


@dataclass(frozen=True)
class Brought:
    """Pictures in the order they were brought, and sentences about what can't be used."""

    files: tuple[PictureFile, ...]
    sentences: tuple[str, ...]


@dataclass(frozen=True)
class BroughtClasses:
    """A folder of class folders, and the pictures of each sub-folder that has some, by the sub-folder's name."""

    folder: Path
    by_class: Mapping[str, Brought]


def bring(
    paths: Sequence[Path],
    folder: Path | None,
    cancelled: Callable[[], bool] = lambda: False,
    count: Callable[[int], None] = lambda _: None,
) -> Brought:
    """Look up files, and folders with all below them. ``folder`` is the one that is open: within it, paths stay as they
    are; elsewhere links are resolved, so that one file has one path.

    ``count`` is told now and then how many pictures were found. Incomplete once ``cancelled()``. What can't be read is
    told in a sentence; nothing is raised.
    """
    files: dict[Path, PictureFile] = {}
    sentences: list[str] = []
    for path in dict.fromkeys(_placed(path, folder) for path in paths):
        if cancelled():
            break
        try:
            status = path.stat()
            found = find_pictures(path, cancelled) if stat.S_ISDIR(status.st_mode) else None
        except OSError as error:
            sentences.append(f'"{printable(path)}" can\'t be used. {reason_of(error)}')
            continue
        except FolderError as error:
            sentences.append(str(error))
            continue
        if found is not None:
            sentences += _take_folder(path, found, files, count)
        elif reason := _no_picture(path, status):
            sentences.append(f'"{printable(path)}" can\'t be used. {reason}')
        else:
            files[path] = PictureFile(path, status.st_size, status.st_mtime_ns)
            count(len(files))
    if len(sentences) > MOST_TOLD:
        sentences[MOST_TOLD:] = [f"And {len(sentences) - MOST_TOLD} more can't be used."]
    return Brought(tuple(files.values()), tuple(sentences))


def bring_classes(
    top: Path,
    folder: Path | None,
    cancelled: Callable[[], bool] = lambda: False,
    count: Callable[[int], None] = lambda _: None,
) -> BroughtClasses:
    """Look up a folder of class folders; as ``bring``. Raises FolderError where it can't be read."""
    top = _placed(top, folder)
    by_class: dict[str, Brought] = {}
    before = 0
    for sub in sub_folders(top, cancelled):
        found = bring([sub], folder, cancelled, partial(_count_on, count, before))
        before += len(found.files)
        if found.files:
            by_class[sub.name] = found
    return BroughtClasses(top, by_class)


def _count_on(count: Callable[[int], None], before: int, more: int) -> None:
    count(before + more)


def _placed(path: Path, folder: Path | None) -> Path:
    """The path by which the picture is known, or would be: without links or "..", so that one file has one path."""
    if folder is not None and path.is_relative_to(folder) and ".." not in path.parts:
        return path
    return path.resolve() if os.path.isdir(path) else path.parent.resolve() / path.name  # noqa: PTH112


def _take_folder(
    folder: Path, found: Iterator[Found], files: dict[Path, PictureFile], count: Callable[[int], None]
) -> list[str]:
    """Add what is found to the files; sentences about the rest."""
    sentences: list[str] = []
    empty = True
    for entry in found:
        empty = False
        if isinstance(entry, PictureFile):
            files[entry.path] = entry
            count(len(files))
        else:
            sentences.append(f"{printable(entry.path)}: {entry.reason}")
    return [f'There are no pictures in "{printable(folder)}".'] if empty else sentences


def _no_picture(path: Path, status: os.stat_result) -> str:
    """Why a file that a person names can't be a picture; "" where it may be one: no ending says nothing."""
    if not stat.S_ISREG(status.st_mode):
        return "It is not an ordinary file."
    suffix = path.suffix.lower()
    if not suffix or suffix in PICTURE_SUFFIXES:
        return ""
    return NEEDS_HEIF if suffix in (".heic", ".heif") else "Its name does not end as that of a picture does."
