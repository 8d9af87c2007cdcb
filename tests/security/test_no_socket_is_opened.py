"""No socket to a network is ever opened, by Python or by a library: the system itself forbids it here, to the death.

A filter of system calls (seccomp, Linux) ends any process of the program that asks for such a socket. It cannot be
taken off again, and is inherited by the processes that read pictures. Sockets between processes of this machine pass.
"""

import os
import platform
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from fewshot_gui.session import Session

SOCKET_CALL = {"x86_64": 41, "aarch64": 198}.get(platform.machine())
pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or SOCKET_CALL is None, reason="only Linux forbids sockets to a process by itself"
)

FORBID = f"""
import ctypes, struct

def instruction(code, yes, no, value):
    return struct.pack("HBBI", code, yes, no, value)

LOAD, EQUAL, ANSWER = 0x20, 0x15, 0x06  # BPF_LD|BPF_W|BPF_ABS, BPF_JMP|BPF_JEQ|BPF_K, BPF_RET|BPF_K
filters = b"".join([
    instruction(LOAD, 0, 0, 0),               # the number of the call
    instruction(EQUAL, 0, 4, {SOCKET_CALL}),  # socket()
    instruction(LOAD, 0, 0, 16),              # its first argument, the family
    instruction(EQUAL, 1, 0, 2),              # AF_INET
    instruction(EQUAL, 0, 1, 10),             # AF_INET6
    instruction(ANSWER, 0, 0, 0x80000000),    # the whole process is killed
    instruction(ANSWER, 0, 0, 0x7FFF0000),    # else it may go on
])
held = ctypes.create_string_buffer(filters, len(filters))
program = struct.pack("HxxxxxxP", len(filters) // 8, ctypes.addressof(held))
libc = ctypes.CDLL(None, use_errno=True)
assert libc.prctl(38, 1, 0, 0, 0) == 0        # PR_SET_NO_NEW_PRIVS
if libc.prctl(22, 2, program, 0, 0) != 0:     # PR_SET_SECCOMP, SECCOMP_MODE_FILTER
    raise SystemExit(77)
"""

CLASSIFY = """
import sys
from fewshot_gui.cli import run
run(sys.argv[1:])
"""

WINDOW = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
import fewshot_gui.app as app
from fewshot_gui.workers.compute import make_engine

def start(self):
    def look():
        counts = self.desk.session.counts()
        if counts.all and not counts.waiting:
            print("answered", counts.all)
            timer.stop()
            self.window.close()

    timer = self.timer = QTimer(interval=50)
    timer.timeout.connect(look)
    timer.start()
    begin(self)

begin, app.Application.start = app.Application.start, start
app.engine_on = lambda device: make_engine(sys.argv[2])
sys.exit(app.run_window([sys.argv[1]]))
"""


@pytest.fixture
def forbidden() -> Callable[..., subprocess.CompletedProcess[str]]:
    """forbidden(program, arguments): runs it where no process may open a socket to a network."""

    def forbidden(program: str, *arguments: object) -> subprocess.CompletedProcess[str]:
        environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "QT_QPA_PLATFORM": "offscreen"}
        command = [sys.executable, "-c", FORBID + program, *map(str, arguments)]
        done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=500)
        if done.returncode == 77:
            pytest.skip("this system lets nobody set a filter")
        return done

    return forbidden


@pytest.mark.parametrize(
    "program",
    [
        "import socket; socket.socket()",
        "import socket; socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)",
        "libc.socket(2, 1, 0)",
        "import PySide6.QtNetwork as n; s = n.QTcpSocket(); s.connectToHost('127.0.0.1', 9); s.waitForConnected(500)",
    ],
)
def test_the_filter_ends_whoever_tries(
    forbidden: Callable[..., subprocess.CompletedProcess[str]], program: str
) -> None:
    assert forbidden(program).returncode == -signal.SIGSYS


def test_a_socket_between_processes_passes(forbidden: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    assert forbidden("import socket; socket.socketpair()").returncode == 0


def test_the_command_line_opens_none(
    forbidden: Callable[..., subprocess.CompletedProcess[str]],
    examples: Path,
    pictures: Path,
    tiny_weights: Path,
    tmp_path: Path,
) -> None:
    given = ("--examples", examples, "--pictures", pictures, "--weights", tiny_weights)
    done = forbidden(CLASSIFY, "classify", *given, "--out", tmp_path / "results.csv")
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "results.csv").read_text("utf-8-sig").count("\n") == 13


def test_the_window_opens_none(
    forbidden: Callable[..., subprocess.CompletedProcess[str]],
    examples: Path,
    pictures: Path,
    tiny_weights: Path,
    tmp_path: Path,
) -> None:
    """It opens a project, reads its folder, shows and classifies all pictures, and closes."""
    project = tmp_path / "mine.fewshot"
    session = Session.open(project)
    session.import_class_folders(examples)
    session.open_folder(pictures)
    session.close()
    done = forbidden(WINDOW, project, tiny_weights)
    assert (done.returncode, done.stdout) == (0, "answered 12\n"), done.stderr
