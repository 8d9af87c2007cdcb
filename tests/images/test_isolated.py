"""A picture that hangs, crashes or starves its decoder costs itself; the next one is read as if nothing had been."""

import io
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from fewshot_gui.images import isolated
from fewshot_gui.images.decode import UnreadableError, content_hash, read_square
from fewshot_gui.images.isolated import DIED, NO_PROCESS, Readers, Stopped
from fewshot_gui.images.thumbnails import thumbnail

SECONDS = 3.0
"""How long these readers wait: enough for a small picture on a busy machine, not too long to wait for."""

ODD = """
import json, sys
sys.path[:] = json.loads(sys.argv[1])
import ctypes, os, time
import numpy as np
from fewshot_gui.images import child

def wait(seconds):
    while True:
        time.sleep(seconds)

def spin():
    while True:
        pass

deeds = {
    b"hang": lambda: wait(1),
    b"spin": spin,
    b"leave": lambda: os._exit(0),
    b"crash": lambda: ctypes.string_at(0),
    b"starve": lambda: bytearray(64 << 30),
    b"misshapen": lambda: np.zeros((7, 7), np.uint8),
    b"endless": lambda: np.zeros((500, 500, 3), np.uint8),
}
square, read = child.TASKS["square"], child.read_file
child.TASKS["square"] = lambda data, side: deeds[data]() if data in deeds else square(data, side)
child.read_file = lambda path: wait(1) if "stalled" in path.parts else read(path)
child.main(*map(int, sys.argv[2:]))
"""


@pytest.fixture(scope="module")
def readers() -> Iterator[Readers]:
    made = Readers(ODD, SECONDS)
    yield made
    made.close()


@pytest.fixture(scope="module")
def good() -> bytes:
    file = io.BytesIO()
    Image.linear_gradient("L").resize((48, 32)).convert("RGB").save(file, "PNG")
    return file.getvalue()


def processes(readers: Readers) -> list[int]:
    return [process._process.pid for process in readers._all]


def has_ended(pid: int) -> bool:
    """Whether no process of that number runs (one that nobody has asked after yet has ended, too)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except OSError:
        return True


def wait_until(true: Callable[[], bool], seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until
        time.sleep(0.02)


def test_a_picture_comes_back_as_it_is_decoded_here(readers: Readers, good: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(good)
    for source in (good, tmp_path / "a.png"):
        reading = readers.read(source, "square", 16)
        assert (reading.digest, reading.problem) == (content_hash(good), None)
        assert reading.pixels is not None
        assert (reading.pixels == read_square(good, 16)).all()
        small = readers.read(source, "thumbnail", 24).pixels
        assert small is not None
        assert (small == thumbnail(good, 24)).all()


@pytest.mark.parametrize(
    ("content", "word", "is_known"),
    [(b"", "empty", True), (b"text", "not a picture", True), (None, "no longer", False)],
)
def test_an_unreadable_picture_comes_back_with_its_sentence(
    readers: Readers, tmp_path: Path, content: bytes | None, word: str, is_known: bool
) -> None:
    if content is not None:
        (tmp_path / "a.jpg").write_bytes(content)
    reading = readers.read(tmp_path / "a.jpg", "square", 16)
    assert reading.pixels is None
    assert word in str(reading.problem)
    assert (reading.digest is not None) is is_known


@pytest.mark.parametrize("deed", [b"leave", b"crash", b"misshapen", b"endless"])
def test_a_decoder_that_dies_takes_one_picture_with_it(readers: Readers, good: bytes, deed: bytes) -> None:
    assert readers.read(deed, "square", 16).problem == DIED
    assert readers.read(good, "square", 16).problem is None


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux holds a process to its memory")
def test_a_decoder_that_wants_more_memory_than_it_may_have_is_refused_it(readers: Readers, good: bytes) -> None:
    assert "memory" in str(readers.read(b"starve", "square", 16).problem)
    assert readers.read(good, "square", 16).problem is None


@pytest.mark.parametrize("deed", [b"hang", b"spin"])
def test_a_decoder_that_hangs_is_given_up_and_its_process_ended(readers: Readers, good: bytes, deed: bytes) -> None:
    readers.read(good, "square", 16)
    before = processes(readers)
    reading = readers.read(deed, "square", 16)
    assert reading.digest == content_hash(deed)
    assert "more than 3 seconds" in str(reading.problem)
    wait_until(lambda: all(map(has_ended, before)))
    assert readers.read(good, "square", 16).problem is None


def test_a_folder_that_stalls_is_told_from_a_picture_that_hangs(good: bytes) -> None:
    readers = Readers(ODD, SECONDS)
    first = readers.read(Path("/stalled/a.jpg"), "square", 16)
    assert first.digest is None
    assert "the network did not deliver it within 3 seconds" in str(first.problem)
    assert "within 0.3 seconds" in str(readers.read(Path("/stalled/b.jpg"), "square", 16).problem)
    readers._seconds = 60
    assert readers.read(good, "square", 16).problem is None  # it arrives: from now on there is time again
    readers._seconds = SECONDS
    assert "within 3 seconds" in str(readers.read(Path("/stalled/c.jpg"), "square", 16).problem)
    readers.close()


def test_who_no_longer_wants_a_picture_need_not_wait_for_it(readers: Readers) -> None:
    asked = threading.Event()

    def cancelled() -> bool:
        asked.set()
        return True

    with pytest.raises(Stopped):
        readers.read(b"hang", "square", 16, cancelled)
    assert asked.is_set()


def test_an_interrupt_ends_all_waiting_and_later_pictures_are_read(good: bytes) -> None:
    readers = Readers(ODD, 600)
    with ThreadPoolExecutor(2) as pool:
        waiting = [pool.submit(readers.read, b"hang", "square", 16) for _ in range(2)]
        wait_until(lambda: sum(process.is_ready for process in readers._all) == 2)
        readers.interrupt()
        for future in waiting:
            with pytest.raises(Stopped):
                future.result()
    assert readers.read(good, "square", 16).problem is None
    readers.close()


def test_a_process_killed_between_two_pictures_is_replaced(readers: Readers, good: bytes) -> None:
    assert readers.read(good, "square", 16).problem is None
    for pid in processes(readers):
        os.kill(pid, signal.SIGTERM)
    wait_until(lambda: all(map(has_ended, processes(readers))))
    assert readers.read(good, "square", 16).problem is None


def test_the_processes_are_kept_for_the_next_picture(readers: Readers, good: bytes) -> None:
    readers.read(good, "square", 16)
    before = processes(readers)
    for _ in range(5):
        readers.read(good, "square", 16)
    assert processes(readers) == before


def test_closing_ends_the_processes_and_leaves_no_zombies(good: bytes) -> None:
    readers = Readers()
    readers.start(2)
    readers.read(good, "square", 16)
    started = processes(readers)
    assert len(started) == 2
    readers.close()
    for pid in started:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def test_a_process_that_cannot_start_is_told(good: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = Readers("raise SystemExit(1)")
    assert broken.read(good, "square", 16).problem == NO_PROCESS
    monkeypatch.setattr(sys, "executable", "/no/such/python")
    assert Readers().read(good, "square", 16).problem == NO_PROCESS


def test_a_thumbnail_in_a_process_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(b"")
    with pytest.raises(UnreadableError, match=r'a\.jpg"\. It is empty'):
        isolated.thumbnail(tmp_path / "a.jpg", 16)


def test_nothing_is_imported_from_the_current_folder(
    tmp_path: Path, good: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("json", "PIL", "numpy"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('a stranger was imported')")
    monkeypatch.chdir(tmp_path)
    readers = Readers()
    assert readers.read(good, "square", 16).problem is None
    readers.close()


PROGRAM = """
import sys, time
from fewshot_gui.images import isolated
isolated.read(b"", "square", 16)
print(*(process._process.pid for process in isolated._readers._all), flush=True)
if sys.argv[1:] == ["stay"]:
    time.sleep(600)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")
@pytest.mark.parametrize("how", ["stay", "leave"])
def test_a_program_that_ends_or_is_killed_leaves_no_process_behind(how: str) -> None:
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", PROGRAM, how]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as program:
        assert program.stdout is not None
        child = int(program.stdout.readline())
        if how == "stay":
            assert not has_ended(child)
            program.kill()
    wait_until(lambda: has_ended(child))


def test_a_reading_process_knows_neither_torch_nor_qt() -> None:
    ask = "import sys, json; from fewshot_gui.images import child; print(json.dumps(sorted(sys.modules)))"
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True, env=environment)
    assert not {"torch", "PySide6", "sklearn", "matplotlib"} & set(json.loads(done.stdout))


def test_many_threads_at_once_get_their_own_pictures() -> None:
    def picture(number: int) -> bytes:
        file = io.BytesIO()
        Image.new("RGB", (20, 20), (number, 0, 0)).save(file, "PNG")
        return file.getvalue()

    readers = Readers()
    with ThreadPoolExecutor(3) as pool:
        readings = pool.map(lambda n: readers.read(picture(n), "square", 8), range(60))
        assert [int(np.asarray(r.pixels)[0, 0, 0]) for r in readings] == list(range(60))
    assert len(processes(readers)) <= 3
    readers.close()
