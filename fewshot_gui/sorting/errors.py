"""What can go wrong while sorting, in sentences for a person."""

import errno
import os
from pathlib import Path

DISK_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})

_REASONS = {
    errno.ENOSPC: "the disk is full. Free some space and try again",
    errno.EDQUOT: "your share of the disk is full. Free some space and try again",
    errno.EROFS: "the disk is read-only. Choose another folder or make the disk writable",
    errno.EACCES: "you have no permission. Check who may write to the folder",
    errno.EPERM: "the system does not permit it. Check who may write to the folder, or choose copy",
    errno.ENOENT: "it is no longer there",
    errno.EEXIST: "something of this name is there already, and nothing is ever overwritten. Plan again",
    errno.EIO: "the disk reported an error. Check the disk and its cable",
    errno.ENAMETOOLONG: "the name is too long for this disk",
    errno.EFBIG: "it is larger than this disk can hold. Choose a folder on another disk",
    errno.EILSEQ: "this disk cannot hold its name. Rename it",
    errno.EINVAL: "this disk does not take it, perhaps because of its name. Choose a folder on another disk",
    errno.ENOSYS: "this disk cannot do that. Choose copy",
    errno.ENOTSUP: "this disk cannot do that. Choose copy",
    errno.EXDEV: "it is on another disk, which a hard link cannot reach. Choose copy",
}


class SortRefused(Exception):
    """Nothing was begun, or nothing more can be done; the text says why and what to do."""


class SortCancelled(Exception):
    """The person asked to stop."""


class StepFailed(Exception):
    """One file could not be handled; the text is a whole sentence."""


def reason(error: OSError) -> str:
    """The end of a sentence ("... could not be moved: <reason>.") for an error of the operating system."""
    return _REASONS.get(error.errno or 0) or error.strerror or str(error)


def shown(path: Path | str) -> str:
    """The path as text that can be printed: bytes that are not UTF-8 become question marks."""
    return os.fsencode(path).decode("utf-8", "replace")


def megabytes(size: int) -> str:
    """A number of bytes as "12.3 MB"."""
    return f"{size / 1e6:,.1f} MB"


def gigabytes(size: int) -> str:
    """A number of bytes as "4 GB", in whole powers of two, rounded."""
    return f"{size / (1 << 30):,.0f} GB"
