"""The reading process: reads and decodes one picture after the other for the program, which outlives whatever it does.

Started by isolated.py, with one pipe between the two. A request is a JSON object {task, side, path} and, where path is
null, a second message with the picture's bytes. The answer is two messages: the digest of the content as soon as the
file is read, then the pixels. Either may be a problem instead, which ends the answer. The task "day" needs a path, and
its answer is one message. Nothing is ever unpickled.
"""

import json
import os
import signal
import struct
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from fewshot_gui.images.decode import NO_MEMORY, UnreadableError, content_hash, read_file, read_square
from fewshot_gui.images.taken import day_in_exif
from fewshot_gui.images.thumbnails import thumbnail

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

TASKS: dict[str, Callable[[bytes, int], NDArray[np.uint8]]] = {"square": read_square, "thumbnail": thumbnail}
GOOD, BAD = b"+", b"-"
"""How an answer begins: what was asked for follows, or a sentence in UTF-8."""
SHAPE = struct.Struct("<II")
"""Height and width, before the pixels."""


def main(handle: int, seconds: int, memory: int) -> None:
    """Serve over the pipe of that number until its other end is closed.

    A picture that takes more than ``seconds`` ends the process, even where nobody is left to end it (but on Windows).
    memory: bytes that it may take besides the program itself; only Linux holds it to that.
    """
    if sys.platform == "win32":
        from multiprocessing.connection import PipeConnection

        serve(PipeConnection(handle), lambda: None, lambda: None)
        return
    import resource
    from multiprocessing.connection import Connection

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the program to answer
    with suppress(ValueError, OSError):  # macOS refuses
        resource.setrlimit(resource.RLIMIT_AS, (memory + _mapped(), memory + _mapped()))
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    serve(Connection(handle), lambda: signal.alarm(seconds), lambda: signal.alarm(0))


def _mapped() -> int:
    """Bytes of address space that are taken from the start; most of them never become memory."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError):
        return 1 << 28


def serve(connection: "Connection", begin: Callable[[], object], end: Callable[[], object]) -> None:
    """Answer until the other end is closed; ``begin`` and ``end`` are called around each picture."""
    with suppress(EOFError, OSError):  # the program has ended
        connection.send_bytes(GOOD)  # everything is imported
        while True:
            request = json.loads(connection.recv_bytes())
            path = request["path"]
            data = connection.recv_bytes() if path is None else None
            begin()
            if request["task"] == "day":
                connection.send_bytes(GOOD + day_in_exif(Path(path)).encode())
            else:
                _answer(connection, TASKS[request["task"]], request["side"], Path(path) if data is None else data)
            end()


def _answer(
    connection: "Connection", task: Callable[[bytes, int], NDArray[np.uint8]], side: int, source: Path | bytes
) -> None:
    try:
        data = source if isinstance(source, bytes) else read_file(source)
        connection.send_bytes(GOOD + content_hash(data).encode())
        pixels = task(data, side)
        connection.send_bytes(GOOD + SHAPE.pack(*pixels.shape[:2]) + pixels.tobytes())
    except UnreadableError as error:
        connection.send_bytes(BAD + error.reason.encode("utf-8", "replace"))
    except MemoryError:
        connection.send_bytes(BAD + NO_MEMORY.encode())
