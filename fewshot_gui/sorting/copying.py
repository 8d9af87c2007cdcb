"""Copies that get their name last: made under a half-done name, synced, read again, and only then named.

Each function here is one stage, so that a batch of files can go through them together; copy_new is all for one file.
"""

import errno
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from fewshot_gui.sorting import files, kernel
from fewshot_gui.sorting.errors import StepFailed, shown
from fewshot_gui.sorting.volumes import file_system

_SYNCED_WHOLE = frozenset(
    {"ext2", "ext3", "ext4", "xfs", "btrfs", "f2fs", "bcachefs", "zfs", "overlay", "tmpfs", "vfat", "exfat", "ntfs3"}
)
"""File systems whose volumes can be synced. FUSE and the network's say that they did while the bytes are on the way."""

OPEN_FILES = 1024  # that a process must be allowed, for a batch of copies and all else that is open

_NO_CLONE = frozenset({errno.EOPNOTSUPP, errno.ENOTSUP, errno.ENOTTY, errno.EINVAL, errno.ENOSYS, errno.EXDEV})
_NO_FREE_RENAME = frozenset({errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP})


def finish_copy(temporary: Path | str, target: Path | str) -> None:
    """Give a half-done copy its name, which must be free: else FileExistsError.

    One call where the system has it; a link and the taking away of the old name elsewhere.
    """
    try:
        files.rename_free(temporary, target)
    except OSError as error:
        if error.errno not in _NO_FREE_RENAME:
            raise
        files.give_name(Path(temporary), Path(target))
        files.discard(temporary)


class Half:
    """A copy that has no name of its own yet: its open file, the digest of its bytes, what its disk could not hold.

    lost names times, permissions and extended attributes in words for a person. A clone, whose bytes were never
    read, has no digest. copied: size and time of change (in ns) that the source had once all of it was read.
    """

    __slots__ = ("_bytes", "copied", "digest", "file", "lost", "source", "temporary")

    def __init__(self, source: Path | str, temporary: Path | str) -> None:
        """Creates the file; FileExistsError when its half-done name is taken."""
        self.source = source
        self.temporary = temporary
        self.file = files.create(temporary)
        self.digest: str | None = None
        self.lost: set[str] = set()
        self.copied = (-1, -1)
        self._bytes: bytes | None = None  # if it was read in one piece

    def copy_bytes(self, cancelled: Callable[[], bool], size: int) -> None:
        """Copy the source's bytes, of which there should be so many, times, permissions and extended attributes."""
        with _opened(self.source) as old:
            total, pieces = files.new_hash(), 0
            for chunk in files.chunks(old, size, cancelled):
                total.update(chunk)
                files.write(self.file, chunk)
                pieces += 1
                self._bytes = chunk
            if pieces != 1:
                self._bytes = None
            self.digest = total.hexdigest()
            self._copy_metadata(old)

    def clone_bytes(self) -> None:
        """As copy_bytes, but sharing the bytes. StepFailed where the disk cannot do that."""
        with _opened(self.source) as old:
            try:
                files.clone(old, self.file)
            except OSError as error:
                if error.errno not in _NO_CLONE:
                    raise
                raise StepFailed(
                    f"{shown(self.source)} could not be cloned: that needs one disk whose files can share their bytes "
                    "(such as Btrfs or XFS). Choose copy."
                ) from error
            self._copy_metadata(old)

    def _copy_metadata(self, old: int) -> None:
        now = os.fstat(old)
        self.copied = (now.st_size, now.st_mtime_ns)
        if sys.platform == "linux":
            self.lost = files.copy_metadata(old, now, self.file)
        else:
            files.copy_metadata_by_name(self.source, self.temporary)

    def forget(self) -> None:
        """Let the next reading come from the disk; and begin it, so that many files are read at once.

        What was just written would else be read from memory, which proves nothing. Reading from the disk finds bad
        cables, sticks that lie, and writes that failed after the program had gone on. Only Linux can be told so.
        """
        if sys.platform == "linux":
            os.posix_fadvise(self.file, 0, 0, os.POSIX_FADV_DONTNEED)
            os.posix_fadvise(self.file, 0, 0, os.POSIX_FADV_WILLNEED)

    def compare(self, cancelled: Callable[[], bool]) -> None:
        """Read the synced file again. StepFailed when its bytes are not those that were copied."""
        if self.digest is None:
            return
        os.lseek(self.file, 0, os.SEEK_SET)
        equal = self._bytes is not None and os.read(self.file, len(self._bytes) + 1) == self._bytes
        if not equal:  # It is large; or came in pieces, as from a network.
            os.lseek(self.file, 0, os.SEEK_SET)
            equal = files.digest_of_open(self.file, cancelled) == self.digest
        self._bytes = None
        if not equal:
            raise StepFailed(f"{shown(self.source)} did not arrive unchanged. Check the disk and its cable.")

    def close(self) -> None:
        """Close the file. May be called again."""
        if self.file >= 0:
            os.close(self.file)
            self.file = -1


class _opened:  # noqa: N801 - used as a function; contextlib's way costs more than opening a file
    """with _opened(path) as number: the file is open for reading."""

    __slots__ = ("_number",)

    def __init__(self, path: Path | str) -> None:
        self._number = files.open_to_read(path)

    def __enter__(self) -> int:
        return self._number

    def __exit__(self, *_: object) -> None:
        os.close(self._number)


def supports_reflink(source_folder: Path, target_folder: Path) -> bool:
    """Whether files of one folder can be cloned into the other: only on some disks (Btrfs, XFS), and only on Linux.

    Tries it with two tiny files beside the target that have no name, so that nothing can be left behind. The target
    folder need not exist yet; then the nearest one above it is asked.
    """
    place = files.existing(target_folder)
    if kernel.clone is None or sys.platform != "linux" or files.volume(source_folder) != files.volume(place):
        return False
    try:
        with _nameless(place) as first, _nameless(place) as second:
            os.write(first, b"probe")
            files.clone(first, second)
    except OSError:
        return False
    return True


@contextmanager
def _nameless(folder: Path) -> Iterator[int]:
    if sys.platform != "linux":
        raise OSError(errno.ENOTSUP, os.strerror(errno.ENOTSUP))
    number = os.open(folder, os.O_TMPFILE | os.O_RDWR, 0o600)
    try:
        yield number
    finally:
        os.close(number)


def copy_new(source: Path, target: Path, temporary: Path, mtime_ns: int, cancelled: Callable[[], bool]) -> None:
    """Copy source to target by way of the file temporary beside it, and let it have been changed at that time.

    The copy is synced, read again and compared; only then does it get its name, which must be free. If anything is
    raised, neither target nor temporary stays behind.
    """
    try:
        half = Half(source, temporary)
        with closing(half):
            half.copy_bytes(cancelled, source.stat().st_size)
            files.set_time(temporary, mtime_ns)
            files.sync(half.file)
            half.forget()
            half.compare(cancelled)
        finish_copy(temporary, target)
    finally:
        files.discard(temporary)


@contextmanager
def open_volumes(folders: Iterable[Path | str]) -> Iterator[list[int]]:
    """One open folder for each volume that the folders are on, for sync_volume; an empty list where that is no way.

    It is no way either where a process may not have many files open, as a batch of copies then has to be.
    Open them before writing: Linux (5.8 and later) tells of writes that failed to those who had the volume open then.
    """
    numbers: dict[int, int] = {}
    with ExitStack() as stack:
        try:
            for folder in folders if _many_may_be_open() else ():
                number = os.open(folder, os.O_RDONLY)
                stack.callback(os.close, number)
                volume = os.fstat(number).st_dev
                if volume not in numbers and file_system(Path(folder)) not in _SYNCED_WHOLE:
                    numbers.clear()
                    break
                numbers[volume] = number
        except OSError:
            numbers.clear()
        yield list(numbers.values())


def _many_may_be_open() -> bool:
    if kernel.sync_volume is None:
        return False
    import resource

    return resource.getrlimit(resource.RLIMIT_NOFILE)[0] >= OPEN_FILES
