"""Every call that changes the disk stands here, so that a test can let any of them fail or kill the program at it.

The first half are single calls; the second half are made of them and never replace what is already there.
"""

import errno
import hashlib
import os
import shutil
import stat
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from fewshot_gui.sorting import kernel
from fewshot_gui.sorting.errors import SortCancelled
from fewshot_gui.sorting.names import fold

CHUNK = 1 << 20

_BINARY = getattr(os, "O_BINARY", 0)  # Windows changes line ends else

_NO_HARD_LINKS = frozenset({errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK})
_NO_FOLDER_SYNC = frozenset({errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS})
_NO_METADATA = _NO_FOLDER_SYNC | {errno.EPERM}
_NOT_HELD = _NO_METADATA | {errno.EACCES, errno.ENODATA, errno.ENOSPC, errno.EDQUOT, errno.E2BIG, errno.ERANGE}
_OF_THE_PICTURE = ("user.", "system.posix_acl_")  # others are labels and keys of the disk itself
_FINEST_TIME = 2_000_000_000  # ns; that FAT rounds to even seconds is not worth a word
_SET_ID = stat.S_ISUID | stat.S_ISGID  # not kept, as the copy may belong to somebody else, who may read it


# ---- single calls that change the disk


def make_folder(path: Path) -> None:
    """Create one folder; FileExistsError when the name is taken."""
    path.mkdir()


def create(path: Path | str) -> int:
    """A new, empty file, open, that only its owner may read so far; FileExistsError when the name is taken."""
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | _BINARY, 0o600)


def open_to_add(path: Path) -> int:
    """An existing file, opened so that all writing goes to its end."""
    return os.open(path, os.O_WRONLY | os.O_APPEND | _BINARY)


def write(file: int, data: bytes) -> None:
    """Write all of data."""
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(file, rest) :]


def sync(file: int) -> None:
    """Wait until the file's bytes are on the disk itself."""
    os.fsync(file)


def sync_folder(path: Path) -> None:
    """Wait until the folder's names are on the disk itself, where the system offers that."""
    if sys.platform == "win32":
        return
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    except OSError as error:
        if error.errno not in _NO_FOLDER_SYNC:
            raise
    finally:
        os.close(number)


def sync_volume(number: int) -> None:
    """Wait until all that was written to the volume of this open folder is on the disk itself. Not on every system."""
    if kernel.sync_volume is None:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))
    kernel.sync_volume(number)


def copy_metadata(old: int, now: os.stat_result, new: int) -> set[str]:
    """Give the file new the times, permissions and extended attributes of old, which looks so now.

    Both are open. Returns which of them the disk of new cannot hold. For Linux.
    """
    lost: set[str] = set()
    try:
        for name in _attributes(old):
            os.setxattr(new, name, os.getxattr(old, name))
    except OSError as error:
        _note_lost(error, "extended attributes", lost)
    mode = stat.S_IMODE(now.st_mode) & ~_SET_ID | stat.S_IRUSR
    try:
        os.fchmod(new, mode)
    except OSError as error:
        _note_lost(error, "permissions", lost)
    try:
        os.utime(new, ns=(now.st_atime_ns, now.st_mtime_ns))
    except OSError as error:
        _note_lost(error, "times", lost)
    held = os.fstat(new)  # Some disks, as exFAT, take all of it without a word and forget.
    if stat.S_IMODE(held.st_mode) != mode:
        lost.add("permissions")
    if abs(held.st_mtime_ns - now.st_mtime_ns) > _FINEST_TIME:
        lost.add("times")
    return lost


def set_time(path: Path, mtime_ns: int) -> None:
    """Let the file have been changed at that time."""
    os.utime(path, ns=(path.stat().st_atime_ns, mtime_ns))


def copy_metadata_by_name(source: Path | str, target: Path | str) -> None:
    """The same for other systems than Linux, as far as they can be asked."""
    shutil.copystat(source, target)


def _attributes(number: int) -> list[str]:
    if sys.platform != "linux":
        return []
    try:
        return [name for name in os.listxattr(number) if name.startswith(_OF_THE_PICTURE)]
    except OSError:
        return []


def _note_lost(error: OSError, what: str, lost: set[str]) -> None:
    if error.errno not in _NOT_HELD:
        raise error
    lost.add(what)


def clone(source: int, new: int) -> None:
    """Let the new, empty file share the bytes of the source on the disk. OSError where that is not possible."""
    if kernel.clone is None:
        raise OSError(errno.ENOTSUP, os.strerror(errno.ENOTSUP))
    kernel.clone(source, new)


def rename_free(old: Path | str, new: Path | str) -> None:
    """Rename; FileExistsError when the new name is taken. EINVAL where the system cannot promise that."""
    if sys.platform == "win32":
        os.rename(old, new)  # noqa: PTH104 - which never replaces there
    elif kernel.rename_free is None:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))
    else:
        kernel.rename_free(old, new)


def hard_link(old: Path, new: Path) -> None:
    """A second name for a file; FileExistsError when the name is taken."""
    os.link(old, new)


def soft_link(old: Path, new: Path) -> None:
    """A symbolic link new that points to old; FileExistsError when the name is taken."""
    new.symlink_to(old)


def rename(old: Path, new: Path) -> None:
    """os.rename: replaces new on everything but Windows, so give_name alone may call it."""
    old.rename(new)


def remove(path: Path | str) -> None:
    """Take one name of a file or link away."""
    os.unlink(path)  # noqa: PTH108 - many half-done copies are known by text


def remove_folder(path: Path) -> None:
    """Take an empty folder away; OSError when it is not empty."""
    path.rmdir()


# ---- made of the calls above


def make_folders(path: Path) -> None:
    """Create the folder and its missing parents, each lasting before the next."""
    if path.is_dir():
        return
    make_folders(path.parent)
    with suppress(FileExistsError):
        make_folder(path)
    sync_folder(path.parent)


def give_name(old: Path, new: Path) -> None:
    """Let the file old have the name new. Afterwards old may still be there as a second name of the same file.

    Never replaces: FileExistsError when new is taken. EXDEV when new is on another volume.
    """
    if sys.platform == "win32":
        rename(old, new)
        return
    try:
        hard_link(old, new)
    except OSError as error:
        if error.errno not in _NO_HARD_LINKS:
            raise
        _rename_onto_reservation(old, new)


def _rename_onto_reservation(old: Path, new: Path) -> None:
    """For file systems without hard links (exFAT): take the name with an empty file that the rename then replaces."""
    file = create(new)
    ours = os.fstat(file)
    os.close(file)

    def still_ours() -> bool:
        now = new.lstat()
        return os.path.samestat(now, ours) and now.st_size == 0

    try:
        if not still_ours():
            raise FileExistsError(errno.EEXIST, "the name was taken meanwhile")
        rename(old, new)
    except OSError:
        if still_ours():
            remove(new)
        raise


def discard(path: Path | str) -> None:
    """Remove a temporary file; what resists is found and removed by sweep."""
    with suppress(OSError):
        if exists(path):
            remove(path)


def temporary_name(run_id: str, number: int) -> str:
    """The name of the half-done copy of one step of a run."""
    return f".fewshot-{run_id}-{number}.part"


def sweep(run_id: str, folders: Iterable[Path]) -> int:
    """Remove the half-done copies that this run left in the folders; returns how many. Touches no others."""
    removed = 0
    for folder in sorted(set(folders)):
        with suppress(OSError):
            for name in os.listdir(folder):  # noqa: PTH208
                if name.startswith(f".fewshot-{run_id}-") and name.endswith(".part"):
                    remove(folder / name)
                    removed += 1
    return removed


def remove_empty_folders(folders: Iterable[Path]) -> None:
    """Remove those folders that are there and empty; folders are listed parents first."""
    for folder in reversed(list(folders)):
        with suppress(OSError):  # It holds something, or is gone: either way it stays as it is.
            remove_folder(folder)


# ---- looking only


def exists(path: Path | str) -> bool:
    """Whether the name is taken, be it by a dangling link."""
    return os.path.lexists(path)


def link_text(path: Path) -> str | None:
    """What a symbolic link says; None for everything else."""
    try:
        return os.readlink(path).removeprefix("\\\\?\\")  # noqa: PTH115 - Windows puts this before the path
    except OSError:
        return None


def only_reserved(path: Path, other: Path) -> bool:
    """Whether path holds nothing but the name that the file other was about to get; see _rename_onto_reservation."""
    try:
        now, then = path.lstat(), other.stat()
    except OSError:
        return False
    return stat.S_ISREG(now.st_mode) and now.st_size == 0 and not os.path.samestat(now, then)


def linked(one: Path, other: Path) -> bool:
    """Whether these are two separate names of one file, so that taking away either keeps its bytes."""
    try:
        first, second = one.lstat(), other.lstat()
        same_folder = os.path.samestat(one.parent.stat(), other.parent.stat())
    except OSError:
        return False
    # One name seen twice, by way of a linked folder or in upper and lower case, is not two names.
    one_name = first.st_nlink < 2 or (same_folder and fold(one.name) == fold(other.name))
    return stat.S_ISREG(first.st_mode) and os.path.samestat(first, second) and not one_name


def digest(path: Path, cancelled: Callable[[], bool]) -> str:
    """The digest of a file's bytes."""
    file = open_to_read(path)
    try:
        return digest_of_open(file, cancelled)
    finally:
        os.close(file)


def digest_of_open(file: int, cancelled: Callable[[], bool]) -> str:
    """The digest of an open file's bytes, from where it stands."""
    total = new_hash()
    for chunk in chunks(file, os.fstat(file).st_size, cancelled):
        total.update(chunk)
    return total.hexdigest()


def common_digest(source: Path, target: Path, cancelled: Callable[[], bool]) -> str | None:
    """The digest if these are two separate files of equal bytes, else None. Only the source may be a symbolic link."""
    try:
        first, second = source.stat(), target.lstat()
    except OSError:
        return None
    if not (stat.S_ISREG(first.st_mode) and stat.S_ISREG(second.st_mode)) or os.path.samestat(first, second):
        return None
    if first.st_size != second.st_size:
        return None
    found = digest(source, cancelled)
    return found if found == digest(target, cancelled) else None


def unchanged(path: Path | str, size: int, mtime_ns: int) -> bool:
    """Whether the file is there with this size and time of change (of the file a link points to)."""
    try:
        now = os.stat(path)  # noqa: PTH116 - asked twice for each of very many files
    except OSError:
        return False
    return (now.st_size, now.st_mtime_ns) == (size, mtime_ns)


def link_below(top: Path, folder: Path) -> Path | None:
    """The symbolic link below top, by name, that the way to this folder goes through; None where there is none."""
    way = (folder, *folder.parents)
    return next((part for part in way if top in part.parents and part.is_symlink()), None)


def volume(path: Path) -> int:
    """A number for the volume that path is on, or would be on once made."""
    return existing(path).stat().st_dev


def existing(path: Path) -> Path:
    """The path itself or the nearest parent that exists."""
    while not os.path.exists(path):  # noqa: PTH110 - Path.exists raises where a parent may not be searched
        path = path.parent
    return path


def missing(folders: Iterable[Path]) -> list[Path]:
    """Those of the folders and of the ones above them that are not there, parents first."""
    found: set[Path] = set()
    for folder in folders:
        while folder not in found and not exists(folder):
            found.add(folder)
            folder = folder.parent
    return sorted(found)


def writable(path: Path) -> bool:
    """Whether this folder can be listed, and files be made in it and taken out of it."""
    return os.access(path, os.R_OK | os.W_OK | os.X_OK)


def inside(inner: Path, outer: Path) -> bool:
    """Whether inner is outer or lies below it, however the two are spelled or linked."""
    if not outer.exists():
        return False
    found = existing(inner.resolve())
    return any(folder.samefile(outer) for folder in (found, *found.parents))


def open_to_read(path: Path | str) -> int:
    """An existing file, open."""
    return os.open(path, os.O_RDONLY | _BINARY)


def chunks(file: int, size: int, cancelled: Callable[[], bool]) -> Iterator[bytes]:
    """The bytes of an open file, which has about this size, from where it stands to its end.

    cancelled() is asked after each full chunk, so a small file is never left half read.
    """
    step = min(CHUNK, size + 1)  # Room for a MiB costs more than reading a small file.
    read = 0
    while chunk := os.read(file, step):
        yield chunk
        read += len(chunk)
        if read == size and len(chunk) < step:
            return  # One byte more was asked for, and there is none.
        if len(chunk) == CHUNK and cancelled():
            raise SortCancelled


def new_hash() -> "hashlib.blake2b":
    return hashlib.blake2b(digest_size=32)
