"""When a picture was taken."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from fewshot_gui.images import isolated


def day_taken(path: Path, mtime_ns: int, cancelled: Callable[[], bool] = lambda: False) -> str:
    """The day as "2024-05-31": EXIF DateTimeOriginal, else of the file's last change (ns since 1970), in local time.

    The file is looked at in a process of its own, so whatever is wrong with it, there is a day: that of its last change
    too where it takes more than a few seconds, and soon after ``cancelled()``.
    """
    try:
        return isolated.day(path, cancelled) or _day_of_change(mtime_ns)
    except isolated.Stopped:
        return _day_of_change(mtime_ns)


def _day_of_change(mtime_ns: int) -> str:
    try:
        return f"{datetime.fromtimestamp(mtime_ns / 1e9):%Y-%m-%d}"
    except (OverflowError, ValueError, OSError):  # a time before year 1 or after 9999
        return "0000-00-00"
