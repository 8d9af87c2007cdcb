"""Calls of the operating system that Python does not offer. Each is None where the system has no such call."""

import ctypes
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

_FICLONE = 0x40049409  # linux/fs.h
_AT_FDCWD = -100
_RENAME_NOREPLACE = 1  # linux/fs.h
_RENAME_EXCL = 4  # macOS, sys/stdio.h
_PR_SET_PDEATHSIG = 1  # linux/prctl.h

sync_volume: Callable[[int], None] | None = None
"""Wait until all that was written to the volume of this open folder is on the disk itself."""

rename_free: Callable[[Path | str, Path | str], None] | None = None
"""Rename unless the new name is taken: then FileExistsError. EINVAL where the file system cannot promise that."""

clone: Callable[[int, int], None] | None = None
"""Let the second, empty file share the blocks of the first, each keeping its own from the first change on."""

die_with_parent: Callable[[], None] | None = None
"""Have this process killed at once when the thread that started it ends, be it by a kill of its whole process."""


def _checked(result: int) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


if sys.platform == "linux":
    import fcntl

    _libc = ctypes.CDLL(None, use_errno=True)

    if hasattr(_libc, "syncfs"):

        def _sync_volume(number: int) -> None:
            _checked(_libc.syncfs(number))

        sync_volume = _sync_volume

    if hasattr(_libc, "renameat2"):  # glibc 2.28, musl 1.2.5
        _renameat2 = _libc.renameat2
        _renameat2.argtypes = (ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_uint)

        def _rename_free(old: Path | str, new: Path | str) -> None:
            _checked(_renameat2(_AT_FDCWD, os.fsencode(old), _AT_FDCWD, os.fsencode(new), _RENAME_NOREPLACE))

        rename_free = _rename_free

    def _clone(source: int, target: int) -> None:
        fcntl.ioctl(target, _FICLONE, source)

    clone = _clone

    def _die_with_parent() -> None:
        _checked(_libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0))

    die_with_parent = _die_with_parent

elif sys.platform == "darwin":
    _libc = ctypes.CDLL(None, use_errno=True)

    def _rename_free(old: Path | str, new: Path | str) -> None:
        _checked(_libc.renamex_np(os.fsencode(old), os.fsencode(new), _RENAME_EXCL))

    rename_free = _rename_free
