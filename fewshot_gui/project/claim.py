"""One project, one window: a lock the operating system gives up by itself when the program ends or is killed."""

import hashlib
import os
import sys
from pathlib import Path

from fewshot_gui.paths import data_folder
from fewshot_gui.project.errors import CLAIMED, ProjectError, project_error

if sys.platform == "win32":
    import msvcrt

    def _lock(file: int) -> None:
        msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(file: int) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def locks_folder() -> Path:
    """Where the lock files lie: with the user's data, so that nothing appears beside the project."""
    return data_folder() / "locks"


def claim(project: Path, locks: Path) -> int:
    """Take the project (a resolved path) for this window: a file descriptor; closing it gives the project free.

    The empty lock file stays: removing it would let a third window lock a new file of the same name.
    Raises ProjectError if another window, of this program or another process, has it.
    """
    key = hashlib.sha256(os.fsencode(os.path.normcase(project))).hexdigest()[:32]
    try:
        locks.mkdir(parents=True, exist_ok=True)
        file = os.open(locks / f"{key}.lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise ProjectError(
            f"Can't write to the program's own folder \"{locks}\" ({error.strerror}). Make it writable and try again."
        ) from error
    try:
        _lock(file)
    except OSError as error:
        os.close(file)
        raise project_error(CLAIMED, project) from error
    return file
