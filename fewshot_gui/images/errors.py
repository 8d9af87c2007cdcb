"""What went wrong with a file, in words for a person."""

import errno
import os
from pathlib import Path

GONE = "It is no longer there: it was moved, renamed or deleted."

_WORDS = {
    errno.ENOENT: GONE,
    errno.ENOTDIR: GONE,
    errno.EACCES: "You have no permission to read it.",
    errno.EPERM: "You have no permission to read it.",
    errno.ELOOP: "It is a link that leads back to itself.",
    errno.ENAMETOOLONG: "Its path is too long for this system.",
    errno.ENOMEM: "There is not enough memory to read it.",
}


def reason_of(error: OSError) -> str:
    """The sentence for an error the operating system reported on a file or folder."""
    detail = error.strerror or "no reason given"
    return _WORDS.get(error.errno or 0, f"The disk or the network could not deliver it ({detail}).")


def printable(path: Path | str) -> str:
    """The path as text that any terminal or file can take: bytes that are not valid text are shown as \\xNN."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")
