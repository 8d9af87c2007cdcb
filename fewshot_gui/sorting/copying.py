"""Copies that get their name last: made under a half-done name, synced, read again, and only then named.

Each function here is one stage, so that a batch of files can go through them together; copy_new is all for one file.
"""

import errno
import os
import secrets
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from fewshot_gui.sorting import files, kernel
from fewshot_gui.sorting.errors import StepFailed, shown

_NO_FREE_RENAME = frozenset({errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP})


def finish_copy(temporary: Path, target: Path) -> None:
    """Give a half-done copy its name, which must be free: else FileExistsError. The half-done name may still be there.

    One call where the system has it; a link and the taking away of the old name elsewhere.
    """
    try:
        files.rename_free(temporary, target)
    except OSError as error:
        if error.errno not in _NO_FREE_RENAME:
            raise
        files.give_name(temporary, target)


def copy_to(source: Path, temporary: Path, cancelled: Callable[[], bool], synced: bool) -> tuple[str, set[str]]:
    """Copy source to the new file temporary, with times, permissions and extended attributes.

    Returns the digest of the bytes and what the target's disk could not hold. synced: wait until they are on the disk
    itself; else the volume is to be synced afterwards. A file that fails half-way is left for discard.
    """
    with source.open("rb", buffering=0) as old, files.create(temporary) as new:
        total = files.new_hash()
        for chunk in files.chunks(old, cancelled):
            total.update(chunk)
            files.write(new, chunk)
        lost = files.copy_metadata(old, new)
        if synced:
            files.sync(new)
        return total.hexdigest(), lost


def clone_to(source: Path, temporary: Path, synced: bool) -> set[str]:
    """As copy_to, but sharing the bytes. OSError (EOPNOTSUPP, EXDEV, EINVAL) where the disk cannot do that."""
    with source.open("rb", buffering=0) as old, files.create(temporary) as new:
        files.clone(source, new)
        lost = files.copy_metadata(old, new)
        if synced:
            files.sync(new)
        return lost


def supports_reflink(source_folder: Path, target_folder: Path) -> bool:
    """Whether files of one folder can be cloned into the other. Tries it with a tiny file beside the target.

    The target folder need not exist yet; then the nearest one above it is asked. Nothing is left behind.
    """
    place = files.existing(target_folder)
    if kernel.clone is None or files.volume(source_folder) != files.volume(place):
        return False
    first, second = (place / f".fewshot-probe-{secrets.token_hex(4)}.part" for _ in range(2))
    try:
        with files.create(first) as file:
            files.write(file, b"probe")
        with files.create(second) as file:
            files.clone(first, file)
    except OSError:
        return False
    finally:
        files.discard(first)
        files.discard(second)
    return True


def sync_copy(temporary: Path) -> None:
    """Wait until this one file is on the disk itself."""
    with temporary.open("rb", buffering=0) as file:
        files.sync(file)


def check_copy(source: Path, copy: Path, copied: str, cancelled: Callable[[], bool]) -> None:
    """Read a synced copy again and compare its digest. StepFailed when it is not what was copied.

    What was just written would be read from memory, which proves nothing; so Linux is told to forget those pages first,
    and then the disk itself is read. That is worth its time: it finds bad cables, sticks that lie, and writes that
    failed after the program had gone on.
    """
    with copy.open("rb", buffering=0) as file:
        if sys.platform == "linux":
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        total = files.new_hash()
        for chunk in files.chunks(file, cancelled):
            total.update(chunk)
        if total.hexdigest() != copied:
            raise StepFailed(f"{shown(source)} did not arrive unchanged. Check the disk and its cable.")


def copy_new(source: Path, target: Path, temporary: Path, cancelled: Callable[[], bool]) -> str:
    """Copy source to target by way of the file temporary beside it; returns the digest of the bytes.

    The copy is synced, read again and compared; only then does it get its name, which must be free. If anything is
    raised, neither target nor temporary stays behind.
    """
    try:
        copied, _ = copy_to(source, temporary, cancelled, synced=True)
        check_copy(source, temporary, copied, cancelled)
        finish_copy(temporary, target)
        return copied
    finally:
        files.discard(temporary)


@contextmanager
def open_volumes(folders: Iterable[Path]) -> Iterator[list[int]]:
    """One open folder for each volume that the folders are on, for sync_volume; an empty list where that is no way.

    Open them before writing: Linux (5.8 and later) tells of writes that failed to those who had the volume open then.
    """
    numbers: dict[int, int] = {}
    with ExitStack() as stack:
        try:
            for folder in folders if kernel.sync_volume is not None else ():
                number = os.open(folder, os.O_RDONLY)
                stack.callback(os.close, number)
                numbers[os.fstat(number).st_dev] = number
        except OSError:
            numbers.clear()
        yield list(numbers.values())
