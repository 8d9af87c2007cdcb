"""Files and folders that appear whole or not at all, and never in the place of what is there."""

from __future__ import annotations

import errno
import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from fewshot_gui.sorting import kernel
from fewshot_gui.sorting.files import discard, exists, give_name, rename_free, sync_folder

_CANNOT_PROMISE = frozenset({errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP})


@contextmanager
def new_file(out: Path, encoding: str = "utf-8") -> Iterator[TextIO]:
    """A text file to be written inside the block; afterwards it is on the disk and has its name.

    Raises FileExistsError where the name is taken, now or at the end, and other OSErrors of the disk. Characters that
    are no text are written as backslash escapes.
    """
    if exists(out):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))
    part = _part(out)
    try:
        with part.open("x", encoding=encoding, newline="", errors="backslashreplace") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        give_name(part, out)
    finally:
        discard(part)
    sync_folder(out.parent)


@contextmanager
def new_folder(out: Path) -> Iterator[Path]:
    """A folder to be filled inside the block, with ``make_file`` and ``new_file``; otherwise as ``new_file``."""
    if exists(out):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))
    part = _part(out)
    part.mkdir()
    try:
        yield part
        _sync_all(part)
        try:
            rename_free(part, out)
        except OSError as error:
            if error.errno not in _CANNOT_PROMISE or exists(out):
                raise
            part.rename(out)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    sync_folder(out.parent)


def make_file(path: Path, data: bytes) -> None:
    """One file of a new folder; FileExistsError where two have the same name."""
    with path.open("xb") as file:
        file.write(data)
        if kernel.sync_volume is None:
            os.fsync(file.fileno())


def _sync_all(folder: Path) -> None:
    """Wait until the files of a new folder are on the disk: one wait for all of them, where the system offers that."""
    if kernel.sync_volume is not None:
        number = os.open(folder, os.O_RDONLY)
        try:
            kernel.sync_volume(number)
        finally:
            os.close(number)
    else:
        for inner, _, _ in os.walk(folder):
            sync_folder(Path(inner))


def _part(out: Path) -> Path:
    """The name while it is being written, beside the final one: on the same disk."""
    return out.with_name(f".fewshot-export-{uuid.uuid4().hex}.part")
