"""The window's thread comes first."""

import os
import sys
import threading
from contextlib import suppress


def give_way() -> None:
    """Run the calling thread, and those it starts, only when the window's thread has nothing to do (Linux only)."""
    if sys.platform == "linux":
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 10)
