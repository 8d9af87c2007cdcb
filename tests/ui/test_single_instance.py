"""A later start hands over to the running window. Local sockets are no network."""

import getpass
import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QDir
from PySide6.QtNetwork import QLocalSocket

from fewshot_gui.ui.shell.single_instance import Door, door_name, knock

ROOT = Path(__file__).parents[2]
CODE = "import sys; from fewshot_gui.ui.shell.single_instance import knock; sys.exit(0 if knock(sys.argv[1]) else 3)"


@pytest.fixture
def door(qapp):
    door = Door()
    assert door.claim()
    yield door
    door.close()


def later_start(target, **environment):
    """knock() in another process, which this one answers meanwhile."""
    own = os.environ | {"QT_QPA_PLATFORM": "offscreen"} | environment
    return subprocess.Popen([sys.executable, "-c", CODE, target], cwd=ROOT, env=own)


def test_a_later_start_hands_over_what_it_was_to_open(qtbot, door):
    heard = []
    door.knocked.connect(heard.append)
    second = later_start("/pictures/猫 and dog")
    try:
        qtbot.waitUntil(lambda: second.poll() is not None, timeout=30_000)
    finally:
        second.kill()
        second.wait()
    assert (second.returncode, heard) == (0, ["/pictures/猫 and dog"])


def test_nobody_is_there_to_answer_the_first_start():
    assert not knock("", wait_ms=100)


def test_the_second_cannot_become_the_first(door):
    assert not Door().claim()


def test_after_the_first_has_ended_the_next_is_first(door):
    door.close()
    following = Door()
    assert following.claim()
    following.close()


def test_what_a_crash_left_behind_is_replaced(qtbot):
    dying = (
        "import os, signal\nfrom PySide6.QtCore import QCoreApplication\n"
        "from fewshot_gui.ui.shell.single_instance import Door\n"
        "app = QCoreApplication([])\ndoor = Door()\nassert door.claim()\nos.abort()\n"
    )
    crashed = subprocess.run([sys.executable, "-c", dying], cwd=ROOT, env=dict(os.environ), capture_output=True)
    assert crashed.returncode != 0
    door = Door()
    assert door.claim()
    heard = []
    door.knocked.connect(heard.append)
    visitor = QLocalSocket()
    visitor.connectToServer(door_name())
    visitor.write(json.dumps({"open": "demo", "token": ""}).encode() + b"\n")
    qtbot.waitUntil(lambda: heard == ["demo"])
    door.close()


def test_another_data_folder_is_another_program(monkeypatch, tmp_path, door):
    first = door_name()
    monkeypatch.setenv("FEWSHOT_GUI_DATA", str(tmp_path / "other"))
    assert door_name() != first
    other = Door()
    assert other.claim()
    other.close()


def test_another_user_has_another_door(monkeypatch):
    first = door_name()
    monkeypatch.setattr(getpass, "getuser", lambda: "somebody else")
    assert door_name() != first


@pytest.mark.skipif(os.name == "nt", reason="pipes have other rights there")
def test_only_this_user_may_knock(door):
    mode = Path(QDir.tempPath(), door_name()).stat().st_mode
    assert stat.S_IMODE(mode) & 0o077 == 0


@pytest.mark.parametrize("nonsense", [b"nonsense\n", b"[1]\n", b'{"open": "x"}\n', b"\xff\xfe\n"])
def test_nonsense_at_the_door_opens_nothing(qtbot, door, nonsense):
    heard = []
    door.knocked.connect(heard.append)
    visitor = QLocalSocket()
    visitor.connectToServer(door_name())
    visitor.write(nonsense)
    qtbot.waitUntil(lambda: visitor.state() == QLocalSocket.LocalSocketState.UnconnectedState)
    assert heard == []
