"""A process that copies batches of files, so that copying many small ones uses more than one processor.

Python runs one thread at a time, and a small file costs it more than the disk. The process does stages 2 to 4 of
apply.py, by batch_copy.py: it makes half-done files, and names them once they are proven and the program has been sent
their digests. So if it dies among the names, the program can tell its files from all others, and names the rest. The
journal stays with the program, which has written there what the process may touch before it asks for it.

It never works on for a program that has died: it holds the run's lock too, through a descriptor that it inherited, so
that nobody recovers, undoes or reads the run before it has ended; and it ends when the program does (Linux), or at the
latest before the next file, when its pipe ends. Where it cannot be started, the program's threads copy by themselves.
"""

import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from fewshot_gui.sorting import kernel
from fewshot_gui.sorting.batch_copy import Copied, Job, copy_batch, name_on

LOOK_SECONDS = 0.05  # how often somebody who cancels is heard, and progress told
SILENT_SECONDS = 120.0  # without a word, after which the process is ended; a slow disk may take long to sync a batch

_PROGRAM = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); from fewshot_gui.sorting.copier import main; "
    "main(int(sys.argv[2]))"
)
_STOP = b"stop"


class Copier:
    """One copying process and our end of its pipe. Use from one thread at a time."""

    def __init__(self, lock: int) -> None:
        """lock: the descriptor that the run's lock hangs on. OSError when the process cannot be started."""
        self._connection, theirs = Pipe()
        with theirs:
            path = json.dumps([str(Path(entry).absolute()) for entry in sys.path])
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-c", _PROGRAM, path, str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=[theirs.fileno(), lock],
            )

    def run(
        self, jobs: Sequence[Job], action: str, cancelled: Callable[[], bool], tell: Callable[[int], None]
    ) -> Copied | None:
        """copy_batch in the process. None when it died or hung before anything was named: then it has ended, and the
        batch is to be done anew."""
        stopping = False
        proven: Copied | None = None
        heard = time.monotonic()
        try:
            self._connection.send_bytes(json.dumps([action, jobs]).encode())
            while time.monotonic() - heard < SILENT_SECONDS:
                if not stopping and cancelled():
                    stopping = True
                    self._connection.send_bytes(_STOP)
                if self._connection.poll(LOOK_SECONDS):
                    heard = time.monotonic()
                    answer = json.loads(self._connection.recv_bytes())
                    if isinstance(answer, int):
                        tell(answer)
                    elif proven is None:
                        proven = _copied(answer)
                        tell(len(jobs))
                    else:
                        return _copied(answer)
        except (OSError, EOFError, ValueError):
            pass
        except BaseException:
            self.end()  # Nobody would wait for it.
            raise
        self.end()
        return None if proven is None else name_on(jobs, action, proven)

    def end(self) -> None:
        """End the process, and wait until it has ended."""
        self._connection.close()
        self._process.kill()
        self._process.wait()


@contextmanager
def copiers(count: int, lock: int) -> Iterator[list[Copier]]:
    """So many processes; fewer, or none, where they cannot be started or cannot hold the lock (Windows)."""
    with ExitStack() as stack:
        found: list[Copier] = []
        with suppress(OSError):
            for _ in range(count if sys.platform != "win32" else 0):
                found.append(Copier(lock))
                stack.callback(found[-1].end)
        yield found


def _message(copied: Copied) -> bytes:
    done = [list(copied.proven.items()), copied.named, list(copied.failed.items()), sorted(copied.lost)]
    return json.dumps([*done, copied.disk_full, copied.cancelled]).encode()


def _copied(answer: list[Any]) -> Copied:
    proven, named, failed, lost, disk_full, cancelled = answer
    return Copied(dict(proven), named, dict(failed), set(lost), disk_full, cancelled)


# ---- in the process


def main(handle: int) -> None:
    """Serve over the pipe of that number until its other end is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the program to answer
    if kernel.die_with_parent is not None:
        kernel.die_with_parent()
    connection = Connection(handle)
    with suppress(EOFError, OSError):
        while True:
            _serve(connection)


def _serve(connection: Connection) -> None:
    """One batch."""
    message = connection.recv_bytes()
    if message == _STOP:  # It was sent when the batch before was just done.
        return
    action, rows = json.loads(message)
    stopping = False
    told = time.monotonic()

    def cancelled() -> bool:
        nonlocal stopping
        if not stopping and select.select([connection], [], [], 0)[0]:
            try:
                connection.recv_bytes()  # "stop"
            except (EOFError, OSError):  # The program is gone.
                os._exit(1)
            stopping = True
        return stopping

    def tell(handled: int) -> None:
        nonlocal told
        if time.monotonic() - told > LOOK_SECONDS:
            told = time.monotonic()
            connection.send_bytes(json.dumps(handled).encode())

    def send(copied: Copied) -> None:
        connection.send_bytes(_message(copied))

    send(copy_batch([Job(*row) for row in rows], action, cancelled, tell, proven=send))
