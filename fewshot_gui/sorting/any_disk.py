"""Give a file another name, on whatever disk that is."""

import errno
from collections.abc import Callable
from pathlib import Path

from fewshot_gui.sorting import copying, files


def name_or_copy(source: Path, target: Path, temporary: Path, mtime_ns: int, cancelled: Callable[[], bool]) -> None:
    """Give the file the new name, or, on another disk, copy it there by way of the file temporary.

    mtime_ns: when its bytes were last changed, which the disk that it comes from may not hold as finely (FAT).

    The old name may stay; take it away once the new one is known to be on the disk. FileExistsError when target is
    taken; otherwise raises as files.give_name and copying.copy_new do.
    """
    try:
        files.give_name(source, target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        copying.copy_new(source, target, temporary, mtime_ns, cancelled)
