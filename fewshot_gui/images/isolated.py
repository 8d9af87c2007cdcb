"""Read pictures in processes of their own: one that hangs, crashes or eats memory costs its picture, not the program.

A decoder is C code at work on files from anywhere, and a network folder may never answer. A thread with such trouble
can't be ended; a process can. Each thread that reads has one of the processes for as long as its picture takes. They
are started when first needed, stay for the next picture, and end with the program, however that ends.
"""

import atexit
import json
import os
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import Pipe
from pathlib import Path
from typing import Any, Literal, TypeVar

import numpy as np
from numpy.typing import NDArray

from fewshot_gui.images.child import GOOD, SHAPE
from fewshot_gui.images.decode import UnreadableError
from fewshot_gui.images.room import ROOM

SECONDS = 20.0
"""So long may a file take to arrive from its disk, and so long again its pixels to be decoded."""
DAY_SECONDS = 5.0
"""So long may it take to say when a picture was taken."""
SHORT = 0.1
"""The share of this time that a file gets while nothing has arrived since another was given up: a folder that stalls
may hold thousands."""
START_SECONDS = 60.0
END_SECONDS = 1.0
MEMORY = ROOM + 50_000_000
"""Bytes that reading a picture may take, where the system can hold a process to that: a little over what is reckoned
before."""
LOOK_SECONDS = 0.1
"""How often a waiting thread asks whether its picture is still wanted."""

TOO_LONG = "It takes more than {:g} seconds to open, so it was given up. It is damaged, or too large for this machine."
STALLED = "The disk or the network did not deliver it within {:g} seconds. Check the connection, then look again."
DIED = "It is damaged in a way that ends the reading, or needs more memory than there is."
NO_PROCESS = "The process that reads pictures can't be started. Close other programs, then look again."

_PROGRAM = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); from fewshot_gui.images.child import main; "
    "main(*map(int, sys.argv[2:]))"
)
Task = Literal["square", "thumbnail"]
T = TypeVar("T")


class Stopped(Exception):
    """The picture is not wanted any more."""


@dataclass(frozen=True)
class Reading:
    """What came of a picture: pixels uint8 [h, w, 3], or else problem, a sentence. digest: of its content, None where
    that could not be read."""

    digest: str | None
    pixels: NDArray[np.uint8] | None
    problem: str | None = None


class Readers:
    """The reading processes: as many as threads read at once. Use from any thread.

    program: what each process runs, as Python source. Its arguments are the module path as JSON, the number of its end
    of the pipe, the seconds after which to end itself, and its bytes of memory. seconds: as SECONDS.
    """

    def __init__(self, program: str = _PROGRAM, seconds: float = SECONDS, memory: int = MEMORY) -> None:
        self._program, self._seconds, self._memory = program, seconds, memory
        self._nothing_arrives = False
        self.forget()

    def forget(self) -> None:
        """Begin without processes and leave those there are alone: after a fork they belong to the parent."""
        self._lock = threading.Lock()  # guards the next three
        self._idle: list[_Process] = []
        self._all: set[_Process] = set()
        self._interrupts = 0

    def read(
        self, source: Path | bytes, task: Task, side: int, cancelled: Callable[[], bool] = lambda: False
    ) -> Reading:
        """The picture as decode.read_square (task "square") or thumbnails.thumbnail makes it of ``side``.

        Comes back within the time set, whatever the file does. Raises Stopped soon after ``cancelled()`` or an
        interrupt().
        """
        return self._have(
            lambda process: self._ask(process, source, task, side, cancelled),
            lambda problem: Reading(None, None, problem),
            cancelled,
        )

    def day(self, path: Path, cancelled: Callable[[], bool] = lambda: False) -> str:
        """As taken.day_in_exif; "" too where that can't be told within DAY_SECONDS. Raises Stopped as ``read``."""
        return self._have(lambda process: self._ask_day(process, path, cancelled), lambda _: "", cancelled)

    def _have(
        self, ask: Callable[["_Process"], tuple[T, bool]], failed: Callable[[str], T], cancelled: Callable[[], bool]
    ) -> T:
        """What ``ask(process)`` says, besides whether it can be asked again; else failed(problem)."""
        interrupts = self._interrupts
        for _ in range(2):  # the system, too, may end a process, in want of memory: once says nothing of the picture
            process = self._take(cancelled)
            if process is None:
                return failed(NO_PROCESS)
            usable = False
            try:
                answer, usable = ask(process)
                return answer
            except (EOFError, OSError, ValueError, struct.error) as died:  # the last two: what it says makes no sense
                if self._interrupts != interrupts:
                    raise Stopped from died
            finally:
                self._put_back(process, usable)
        return failed(DIED)

    def start(self, count: int) -> None:
        """See to it that there are ``count`` processes at least; returns before they are ready."""
        with suppress(OSError):
            while len(self._all) < count:
                self._put_back(self._new(), usable=True)

    def interrupt(self) -> None:
        """Give up every picture being read now: whoever waits for one gets Stopped."""
        with self._lock:
            self._interrupts += 1
            busy = self._all - set(self._idle)
        for process in busy:
            process.kill()

    def close(self) -> None:
        """End all processes. Whoever waits for a picture gets Stopped."""
        self.interrupt()
        with self._lock:
            idle, self._idle = self._idle, []
            self._all.difference_update(idle)
        for process in idle:
            process.end()

    def _take(self, cancelled: Callable[[], bool]) -> "_Process | None":
        """A process that is ready for a picture; None: it can't be started. Raises Stopped."""
        with self._lock:
            process = self._idle.pop() if self._idle else None
        ready = False
        try:
            process = process or self._new()
            ready = process.is_ready or process.receive(START_SECONDS, cancelled, 1) == GOOD
            process.is_ready = ready
            return process if ready else None
        except (EOFError, OSError):
            return None
        finally:
            if process is not None and not ready:
                self._put_back(process, usable=False)

    def _new(self) -> "_Process":
        process = _Process(self._program, 2 * self._seconds + 5, self._memory)
        with self._lock:
            self._all.add(process)
        return process

    def _put_back(self, process: "_Process", usable: bool) -> None:
        with self._lock:
            if usable:
                self._idle.append(process)
            else:
                self._all.discard(process)
        if not usable:
            process.end()

    def _ask(
        self, process: "_Process", source: Path | bytes, task: Task, side: int, cancelled: Callable[[], bool]
    ) -> tuple[Reading, bool]:
        """What the process says of the picture, and whether it can be asked again. Raises EOFError or OSError: it died,
        Stopped: it is still at it."""
        process.send(source, task, side)
        patience, arrived = self._arriving(process, self._seconds, cancelled)
        if arrived is None:
            return Reading(None, None, STALLED.format(patience)), False
        if not arrived.startswith(GOOD):
            return Reading(None, None, arrived[1:].decode()), True
        digest = arrived[1:].decode()
        decoded = process.receive(self._seconds, cancelled, _SENTENCE + side * side * 3)
        if decoded is None:
            return Reading(digest, None, TOO_LONG.format(self._seconds)), False
        if not decoded.startswith(GOOD):
            return Reading(digest, None, decoded[1:].decode()), True
        height, width = SHAPE.unpack_from(decoded, 1)
        pixels = np.frombuffer(decoded, np.uint8, offset=1 + SHAPE.size)
        return Reading(digest, pixels.reshape(height, width, 3)), True

    def _ask_day(self, process: "_Process", path: Path, cancelled: Callable[[], bool]) -> tuple[str, bool]:
        process.send(path, "day", 0)
        _, arrived = self._arriving(process, DAY_SECONDS, cancelled)
        return ("", False) if arrived is None else (arrived[1:].decode(), True)

    def _arriving(
        self, process: "_Process", seconds: float, cancelled: Callable[[], bool]
    ) -> tuple[float, bytes | None]:
        """How many seconds the file was given, and the first message; None: it did not come."""
        patience = seconds * (SHORT if self._nothing_arrives else 1)
        arrived = process.receive(patience, cancelled, _SENTENCE)
        self._nothing_arrives = arrived is None
        return patience, arrived


_SENTENCE = 10_000  # bytes that an answer may have besides pixels


class _Process:
    """One reading process and our end of its pipe. Use from one thread at a time, but for end()."""

    def __init__(self, program: str, seconds: float, memory: int) -> None:
        self.is_ready = False
        self._connection, theirs = Pipe()
        with theirs:
            handle = theirs.fileno()
            path = json.dumps([str(Path(entry).absolute()) for entry in sys.path])
            command = [sys.executable, "-P", "-c", program, path, str(handle), str(int(seconds)), str(memory)]
            # Nothing is gained by threads below a decoder, and libtiff's words would only disturb the terminal.
            options: dict[str, Any] = {
                "env": os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
                "stdin": subprocess.DEVNULL,
                "stdout": subprocess.DEVNULL,
                "stderr": subprocess.DEVNULL,
            }
            if sys.platform == "win32":
                os.set_handle_inheritable(handle, True)
                startup = subprocess.STARTUPINFO(lpAttributeList={"handle_list": [handle]})
                options |= {"startupinfo": startup, "creationflags": subprocess.CREATE_NO_WINDOW}
            else:
                options["pass_fds"] = [handle]
            self._process = subprocess.Popen(command, **options)

    def send(self, source: Path | bytes, task: Task | Literal["day"], side: int) -> None:
        """Ask for a picture. The process has its own current folder, so the path goes as an absolute one."""
        path = str(source.absolute()) if isinstance(source, Path) else None
        self._connection.send_bytes(json.dumps({"task": task, "side": side, "path": path}).encode())
        if isinstance(source, bytes):
            self._connection.send_bytes(source)

    def receive(self, seconds: float, cancelled: Callable[[], bool], limit: int) -> bytes | None:
        """The next message, of at most ``limit`` bytes; None: it did not come in time. Raises Stopped, EOFError and
        OSError."""
        until = time.monotonic() + seconds
        while not self._connection.poll(min(LOOK_SECONDS, max(0.0, until - time.monotonic()))):
            if cancelled():
                raise Stopped
            if time.monotonic() >= until:
                return None
        return self._connection.recv_bytes(limit)

    def kill(self) -> None:
        """From any thread."""
        self._process.kill()

    def end(self) -> None:
        """Kill the process. One that the system holds, as a stalled network can, ends later; nobody waits for it."""
        self._connection.close()
        self._process.kill()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(END_SECONDS)


_readers = Readers()
read, day, start, interrupt, close = _readers.read, _readers.day, _readers.start, _readers.interrupt, _readers.close
atexit.register(close)
if sys.platform != "win32":
    os.register_at_fork(after_in_child=_readers.forget)


def square(source: Path | bytes, side: int) -> NDArray[np.uint8]:
    """As decode.read_square, in a process of its own. Raises UnreadableError, and Stopped after interrupt()."""
    return _pixels(source, read(source, "square", side))


def thumbnail(source: Path | bytes, side: int, cancelled: Callable[[], bool] = lambda: False) -> NDArray[np.uint8]:
    """As thumbnails.thumbnail, in a process of its own. Raises UnreadableError, and Stopped soon after
    ``cancelled()``."""
    return _pixels(source, read(source, "thumbnail", side, cancelled))


def _pixels(source: Path | bytes, reading: Reading) -> NDArray[np.uint8]:
    if reading.pixels is None:
        raise UnreadableError(source if isinstance(source, Path) else None, reading.problem or DIED)
    return reading.pixels
