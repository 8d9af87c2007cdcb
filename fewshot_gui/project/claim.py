"""One project, one window: a lock the operating system gives up by itself when the program ends or is killed."""

import errno
import hashlib
import os
import sys
from contextlib import suppress
from pathlib import Path

from fewshot_gui import disks
from fewshot_gui.paths import data_folder
from fewshot_gui.project.errors import CLAIMED, UNREACHABLE, ProjectError, project_error

_HELD = frozenset({errno.EWOULDBLOCK, errno.EAGAIN, errno.EACCES, errno.EDEADLK})
_NO_LOCKS = frozenset({errno.ENOLCK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL})

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


class Claim:
    """A project that is this window's alone until ``close``."""

    def __init__(self, files: list[int]) -> None:
        self._files = files

    def close(self) -> None:
        """Give the project free. Closing twice does nothing."""
        while self._files:
            os.close(self._files.pop())


def claim(project: Path, locks: Path) -> Claim:
    """Take the project (a resolved path) for this window.

    On a network's disk a lock file beside the project keeps other machines out too. Empty lock files stay: removing one
    would let a third window lock a new file of the same name. Where a disk has no locks, nothing is kept out.
    Raises ProjectError if another window, of this program or another process, has it.
    """
    key = hashlib.sha256(os.fsencode(os.path.normcase(project))).hexdigest()[:32]
    claimed = Claim([])
    try:
        locks.mkdir(parents=True, exist_ok=True)
        claimed._files.append(_open(locks / f"{key}.lock"))
    except OSError as error:
        raise ProjectError(
            f"Can't write to the program's own folder \"{locks}\" ({error.strerror}). Make it writable and try again."
        ) from error
    if disks.is_shared(project.parent):
        with suppress(OSError):  # a folder of others: then the project is opened as a copy, or not at all
            claimed._files.append(_open(project.with_name(f".{project.name}.lock"), 0o666))
    for file in claimed._files:
        try:
            _lock(file)
        except OSError as error:
            if error.errno not in _NO_LOCKS:
                claimed.close()
                raise project_error(CLAIMED if error.errno in _HELD else UNREACHABLE, project) from error
    return claimed


def _open(path: Path, mode: int = 0o600) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT, mode)
