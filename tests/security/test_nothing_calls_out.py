"""Nothing is ever asked of the network but a download that a person asked for; its processes are watched, too."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

WATCH = """
import os, sys
folder = os.environ["FEWSHOT_WATCH"]
open(os.path.join(folder, f"watched {os.getpid()}"), "w").close()

def hook(event, arguments):
    if not event.startswith(("socket.", "urllib.", "http.", "ftplib.", "smtplib.")):
        return
    if event == "socket.__new__":
        if arguments[1] in (-1, 1):  # AF_UNIX: between processes of this machine
            return
    elif event in ("socket.gethostname",) or (event.startswith("socket.") and getattr(arguments[0], "family", 0) == 1):
        return
    with open(os.path.join(folder, f"called {os.getpid()}"), "a") as file:
        file.write(f"{event} {arguments}\\n")
    raise OSError(f"{event} {arguments}")

sys.addaudithook(hook)
"""
FLOW = """
import sys
from fewshot_gui.cli import run
for arguments in json.loads(sys.argv[1]):
    try:
        run(arguments)
    except SystemExit as ended:
        if ended.code not in (0, 1, None):  # 1: done, and the broken picture told
            sys.exit(f"{arguments[0]} ended with {ended.code}")
"""


@pytest.fixture
def watched(tmp_path: Path) -> Callable[..., tuple[int, str, list[str]]]:
    """watched(program, arguments): runs it with every one of its processes watched for calls to the network.

    Returns how many processes there were, what was written on stderr, and the calls.
    """
    folder = tmp_path / "watch"
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(WATCH)

    def watched(program: str, *arguments: str) -> tuple[int, str, list[str]]:
        path = os.pathsep.join([str(folder), *sys.path])
        environment = os.environ | {"PYTHONPATH": path, "FEWSHOT_WATCH": str(folder)}
        command = [sys.executable, "-c", f"import json\n{program}", *arguments]
        done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=500)
        calls = [line for file in folder.glob("called *") for line in file.read_text().splitlines()]
        return len(list(folder.glob("watched *"))), done.stderr if done.returncode else "", calls

    return watched


@pytest.mark.parametrize(
    "program",
    [
        "import socket; socket.create_connection(('127.0.0.1', 9))",
        "import socket; socket.getaddrinfo('example.org', 80)",
        "import socket; socket.socket().connect_ex(('127.0.0.1', 9))",
        "import urllib.request; urllib.request.urlopen('http://127.0.0.1:9/')",
        "import subprocess, sys; subprocess.run([sys.executable, '-c', 'import socket; socket.socket()'])",
    ],
)
def test_the_watch_would_see_it(watched: Callable[..., tuple[int, str, list[str]]], program: str) -> None:
    assert watched(program)[2]


def test_classifying_and_sorting_call_nobody(
    watched: Callable[..., tuple[int, str, list[str]]],
    examples: Path,
    pictures: Path,
    tiny_weights: Path,
    tmp_path: Path,
) -> None:
    (pictures / "broken.jpg").write_bytes(b"\xff\xd8\xff https://example.org/")
    (pictures / "linked.svg").write_text(
        '<svg xmlns:x="http://www.w3.org/1999/xlink"><image x:href="http://a/b"/></svg>'
    )
    (pictures / "red 1.xmp").write_text('<!DOCTYPE x SYSTEM "http://example.org/x.dtd"><x:xmpmeta/>')
    common = ["--examples", str(examples), "--pictures", str(pictures), "--weights", str(tiny_weights)]
    flow = [
        ["classify", *common, "--out", str(tmp_path / "results.csv")],
        ["sort", *common, "--to", str(tmp_path / "sorted"), "--action", "copy"],
        ["runs"],
        ["undo"],
    ]
    processes, said, calls = watched(FLOW, json.dumps(flow))
    assert calls == []
    assert said == ""
    assert processes >= 2  # the program, and one that reads pictures
    assert (tmp_path / "results.csv").exists()
