"""What every test relies on: folders of its own, no network, no threads left behind; and small coloured pictures."""

import itertools
import json
import os
import socket
import sys
import tempfile
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, settings
from PIL import Image

# Tiny networks lose more by waiting for other cores than they win; also in programs that tests start.
os.environ.setdefault("OMP_NUM_THREADS", "1")

# A busy machine must not fail a test; and no fixture used with it holds what one example would leave to the next.
settings.register_profile(
    "busy", deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
settings.load_profile("busy")

COLOURS = {"red": (225, 0, 0), "green": (0, 225, 0), "blue": (0, 0, 225)}
Paint = Callable[..., Path]
NUMBERS = itertools.count()
PATIENCE = 5.0
"""Seconds that a thread may take to end after its test."""


@pytest.fixture(autouse=True)
def own_folders(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """The program's data and cache lie in folders that no other test and no person uses; made when first used."""
    top = tmp_path_factory.getbasetemp() / f"program {next(NUMBERS)}"
    monkeypatch.setenv("FEWSHOT_GUI_DATA", str(top / "data"))
    monkeypatch.setenv("FEWSHOT_GUI_CACHE", str(top / "cache"))


@pytest.fixture(autouse=True)
def no_network(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nothing may call out, not even where the caller would survive a refusal; marked loopback, this machine may."""
    here = request.node.get_closest_marker("loopback") is not None
    attempts: list[object] = []

    def guarded(name: str) -> Callable[..., Any]:
        allowed = getattr(socket.socket, name)

        def connect(self: socket.socket, address: object) -> Any:
            loopback = here and isinstance(address, tuple) and address[0] == "127.0.0.1"
            if self.family != getattr(socket, "AF_UNIX", None) and not loopback:
                attempts.append(address)
                raise OSError(f"A test called out to {address}.")
            return allowed(self, address)

        return connect

    for name in ("connect", "connect_ex"):
        monkeypatch.setattr(socket.socket, name, guarded(name))
    yield
    assert not attempts, f"the test called out to {attempts}"


@pytest.fixture(autouse=True)
def no_threads_left(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every thread that a test starts has ended when the test has, Qt's own threads included."""
    before = set(threading.enumerate())
    qt_threads: list[Any] = []
    core = sys.modules.get("PySide6.QtCore")
    if core is not None:
        start = core.QThread.start

        def noted(self: Any, *arguments: Any) -> None:
            qt_threads.append(self)
            start(self, *arguments)

        monkeypatch.setattr(core.QThread, "start", noted)
    yield
    until = time.monotonic() + PATIENCE
    # threading makes a dummy of each foreign thread that ever ran Python, and keeps it.
    mine = [t for t in set(threading.enumerate()) - before if not isinstance(t, threading._DummyThread)]
    for thread in mine:
        thread.join(max(0.0, until - time.monotonic()))
    assert not [t.name for t in mine if t.is_alive()]
    assert not [t for t in qt_threads if t.isRunning()]


@pytest.fixture
def quick_path(tmp_path: Path) -> Iterator[Path]:
    """A folder in memory, where the system has one, for what waits for the disk at every step: project files."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else tmp_path) as top:
        yield Path(top).resolve()


@pytest.fixture
def file(quick_path: Path) -> Path:
    """Where the test's project is."""
    return quick_path / "a.fewshot"


@pytest.fixture
def session(file: Path) -> Iterator[Any]:
    """A new, empty project at work: a Session."""
    from fewshot_gui.session import Session

    session = Session.open(file)
    yield session
    session.close()


@pytest.fixture(scope="session")
def tiny_weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A weights file of an untrained network that takes milliseconds."""
    from fewshot_gui.learner.backbone import TINY
    from fewshot_gui.learner.weights import save_weights, untrained

    path = tmp_path_factory.mktemp("weights") / "tiny.safetensors"
    save_weights(path, untrained(TINY))
    return path


@pytest.fixture(scope="session")
def paint() -> Paint:
    """paint(path, colour): a small picture of coloured noise, another for every name. Returns the path."""

    def paint(path: Path, colour: str | tuple[int, int, int] = "red", side: int = 24) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        rng = np.random.default_rng(zlib.crc32(os.fsencode(f"{path.parent.name}/{path.name}")))
        pixels = rng.integers(0, 30, (side, side, 3)) + np.array(COLOURS[colour] if isinstance(colour, str) else colour)
        Image.fromarray(pixels.clip(0, 255).astype(np.uint8)).save(path)
        return path

    return paint


@pytest.fixture
def examples(tmp_path: Path, paint: Paint) -> Path:
    """One folder for each of red, green and blue, with three pictures in each."""
    for colour in COLOURS:
        for number in range(3):
            paint(tmp_path / "examples" / colour / f"{colour} example {number}.png", colour)
    return tmp_path / "examples"


@pytest.fixture
def pictures(tmp_path: Path, paint: Paint) -> Path:
    """A folder with four pictures of each colour, some of them in a sub-folder; their names begin with the colour."""
    for colour in COLOURS:
        for number in range(4):
            folder = tmp_path / "pictures" if number else tmp_path / "pictures" / "deeper"
            paint(folder / f"{colour} {number}.png", colour)
    return tmp_path / "pictures"


@dataclass(frozen=True)
class Outcome:
    """How a command line ended: its exit code, and what it wrote."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one JSON object on stdout."""
        assert self.out.count("\n") == 1
        return json.loads(self.out)


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str], tiny_weights: Path) -> Callable[..., Outcome]:
    """command("classify", "--examples", folder, ...) runs it here; tiny=True adds the tiny network."""
    from fewshot_gui.cli import run

    def command(*arguments: object, tiny: bool = False) -> Outcome:
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            run([str(argument) for argument in [*arguments, *(["--weights", tiny_weights] if tiny else [])]])
        written = capsys.readouterr()
        return Outcome(int(ended.value.code or 0), written.out, written.err)

    return command
