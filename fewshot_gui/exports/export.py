"""Export a saved project: which formats there are, what is refused, and what became of it."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Any

from fewshot_gui.exports import csv_table, json_list, label_studio, xmp
from fewshot_gui.exports.records import MACHINE, PERSON, UNREADABLE, Saved, Step
from fewshot_gui.exports.saved import read_saved
from fewshot_gui.exports.target import new_file, new_folder
from fewshot_gui.images.errors import printable
from fewshot_gui.session import SessionError
from fewshot_gui.sorting.errors import reason
from fewshot_gui.sorting.files import exists, inside


class Format(StrEnum):
    """By the name that the command line knows it by."""

    CSV = "csv"
    JSON = "json"
    XMP = "xmp"
    LABEL_STUDIO = "label-studio"

    @property
    def is_folder(self) -> bool:
        """Whether it is a folder of files, not one file."""
        return _WRITERS[self].is_folder

    @property
    def suffix(self) -> str:
        """What its file's name ends with; "" for a folder."""
        return "" if self.is_folder else f".{self}"


@dataclass(frozen=True)
class _Writer:
    """How a format is written: into what ``target`` opens, by ``write(saved, opened, step)``."""

    target: Callable[[Path], AbstractContextManager[Any]]
    write: Callable[[Saved, Any, Step], None]
    is_folder: bool = False


_WRITERS = {
    Format.CSV: _Writer(partial(new_file, encoding=csv_table.ENCODING), csv_table.write),
    Format.JSON: _Writer(new_file, json_list.write),
    Format.XMP: _Writer(new_folder, xmp.write, is_folder=True),
    Format.LABEL_STUDIO: _Writer(new_folder, label_studio.write, is_folder=True),
}


class ExportCancelled(Exception):
    """The person asked to stop; nothing was written."""


@dataclass(frozen=True)
class Exported:
    """What was written. Counts of pictures: all that are in the export, those with a person's word, those with the
    machine's alone, and those of which neither has spoken. unreadable: pictures, and why. notes: sentences to heed."""

    out: Path
    format: Format
    pictures: int
    by_person: int
    by_machine: int
    unclassified: int
    unreadable: tuple[tuple[Path, str], ...]
    notes: tuple[str, ...]


def refuse(out: Path, folder: Path | None = None) -> None:
    """Refuse what could not be written, or would lie among the pictures of ``folder``. Raises SessionError."""
    shown = printable(out)
    if exists(out):
        raise _taken(out)
    if not out.parent.is_dir() or not os.access(out.parent, os.W_OK):
        raise SessionError(f'"{shown}" can\'t be written: choose a place in a folder that exists.')
    if folder is not None and inside(out, folder):
        raise SessionError(
            f'"{shown}" lies among your pictures, where nothing is ever written. Choose a place outside that folder.'
        )


def export(
    project: Path,
    out: Path,
    format: Format,
    progress: Callable[[int, int], None] = lambda *_: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Exported:
    """Write what the saved project holds to ``out``, which must not exist: the whole of it, or nothing.

    progress(done, total) counts pictures. Raises SessionError, ProjectError, ExportCancelled.
    """

    def go_on(done: int, total: int = 0) -> None:
        if cancelled():
            raise ExportCancelled
        if done:
            progress(done, total)

    refuse(out)
    saved = read_saved(project, go_on)
    refuse(out, saved.folder)
    step = partial(go_on, total=len(saved.records))
    writer = _WRITERS[format]
    try:
        with writer.target(out) as opened:
            writer.write(saved, opened, step)
    except FileExistsError as error:
        raise _taken(out) from error
    except OSError as error:
        raise SessionError(f'"{printable(out)}" can\'t be written: {reason(error)}.') from error
    return _told(out, format, saved)


def _taken(out: Path) -> SessionError:
    return SessionError(f'"{printable(out)}" exists already and is left as it is. Choose another name.')


def _told(out: Path, format: Format, saved: Saved) -> Exported:
    is_xmp = format is Format.XMP
    written = [record for record in saved.records if not is_xmp or xmp.has_sidecar(record)]
    said = Counter(record.said_by for record in written)
    unreadable = [(record.path, record.problem) for record in saved.records if record.decision == UNREADABLE]
    notes = []
    if is_xmp:
        notes.append("Your own sidecars were not changed. To use these, copy them beside your pictures.")
        if clashing := xmp.clashes(saved):
            notes.append(f"Pictures that have a sidecar already: {clashing}. Don't replace theirs by these.")
        if too_long := sum(bool(record.label) for record in saved.records) - len(written):
            notes.append(f"Pictures whose names are too long for a sidecar: {too_long}. They got none.")
    if format is Format.LABEL_STUDIO:
        root = printable(saved.folder.parent)
        notes.append(f'Let the document root of Label Studio\'s local storage be "{root}", then import the tasks.')
    return Exported(
        out,
        format,
        len(written),
        said[PERSON],
        said[MACHINE],
        said[""],
        tuple(unreadable),
        tuple(notes),
    )
