"""Downloads, from a server on this very machine: whole, cut, changed on the way, and led elsewhere."""

import hashlib
import random
import shutil
import socket
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest

from fewshot_gui.learner.download import DownloadError, download, part_file, take

pytestmark = pytest.mark.loopback
CONTENT = random.Random(0).randbytes(300_000)
DIGITS = hashlib.sha256(CONTENT).hexdigest()[:8]


class Answer(BaseHTTPRequestHandler):
    """What the server is told to do wrong stands in its attributes."""

    server: "Server"

    def do_GET(self) -> None:
        asked = self.headers.get("Range")
        self.server.asked.append(asked)
        if self.path == "/elsewhere":
            self.send_response(302)
            self.send_header("Location", self.server.location)
            self.end_headers()
            return
        begin = int(asked.removeprefix("bytes=")[:-1]) if asked and self.server.ranges else 0
        if self.path != "/file" or begin >= len(CONTENT):
            self.send_error(416 if begin else 404)
            return
        self.send_response(206 if begin else 200)
        if begin:
            self.send_header("Content-Range", f"bytes {begin}-{len(CONTENT) - 1}/{self.server.total}")
        self.send_header("Content-Length", str(len(CONTENT) - begin))
        self.end_headers()
        with suppress(OSError):  # who asked may have gone
            self.wfile.write(CONTENT[begin:][: self.server.cut])
        if self.server.cut is not None:
            self.server.silent.wait()

    def log_message(self, *_: Any) -> None:
        pass


class Server(HTTPServer):
    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.asked: list[str | None] = []
        self.ranges = True
        self.total = len(CONTENT)
        self.cut: int | None = None
        self.location = ""
        self.silent = Event()
        self.silent.set()

    def url(self, name: str = "file") -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/{name}"


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as server:
        thread = Thread(target=partial(server.serve_forever, 0.01))
        thread.start()
        yield server
        server.silent.set()
        server.shutdown()
        thread.join()


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "backbones" / "net.pth"


@pytest.fixture
def get(server: Server, target: Path) -> Callable[..., None]:
    """Download the file, or what else the server has."""

    def get(name: str = "file", **changes: Any) -> None:
        download(server.url(name), target, **{"sha256_prefix": DIGITS, "size": len(CONTENT), **changes})

    return get


@pytest.fixture
def cut(get: Callable[..., None], server: Server, target: Path) -> None:
    """A first try, of which the server sent 100,000 bytes."""
    server.cut = 100_000
    with pytest.raises(DownloadError, match="goes on from there"):
        get()
    assert not target.exists()
    assert part_file(target).read_bytes() == CONTENT[:100_000]
    server.cut = None
    server.asked.clear()


def test_a_file_arrives_whole_and_nothing_else_is_left(get: Callable[..., None], target: Path) -> None:
    seen: list[tuple[int, int]] = []
    get(progress=lambda *at: seen.append(at))
    assert target.read_bytes() == CONTENT
    assert list(target.parent.iterdir()) == [target]
    assert seen == sorted(set(seen))
    assert seen[0] == (0, len(CONTENT)) and seen[-1] == (len(CONTENT), len(CONTENT))


@pytest.mark.usefixtures("cut")
def test_a_download_that_was_cut_goes_on_where_it_was(get: Callable[..., None], server: Server, target: Path) -> None:
    get()
    assert server.asked == ["bytes=100000-"]
    assert target.read_bytes() == CONTENT
    assert not part_file(target).exists()


@pytest.mark.usefixtures("cut")
def test_a_server_that_knows_no_ranges_starts_over(get: Callable[..., None], server: Server, target: Path) -> None:
    server.ranges = False
    get()
    assert target.read_bytes() == CONTENT


@pytest.mark.usefixtures("cut")
def test_a_file_that_changed_its_size_starts_over(get: Callable[..., None], server: Server, target: Path) -> None:
    server.total *= 2
    get()
    assert server.asked == ["bytes=100000-", None]
    assert target.read_bytes() == CONTENT


def test_a_part_that_does_not_fit_starts_over(get: Callable[..., None], server: Server, target: Path) -> None:
    target.parent.mkdir()
    part_file(target).write_bytes(b"x" * 400_000)
    get()
    assert server.asked == ["bytes=400000-", None]
    assert target.read_bytes() == CONTENT


def test_a_part_that_is_whole_only_gets_its_name(get: Callable[..., None], server: Server, target: Path) -> None:
    target.parent.mkdir()
    part_file(target).write_bytes(CONTENT)
    get()
    assert server.asked == []
    assert target.read_bytes() == CONTENT


def test_a_wrong_hash_deletes_what_came(get: Callable[..., None], target: Path) -> None:
    with pytest.raises(DownloadError, match="its hash is wrong, and it was deleted"):
        get(sha256_prefix="00000000")
    assert list(target.parent.iterdir()) == []


def test_a_damaged_part_is_found_out_at_the_end(get: Callable[..., None], target: Path) -> None:
    target.parent.mkdir()
    part_file(target).write_bytes(b"x" * 100_000)
    with pytest.raises(DownloadError, match="its hash is wrong"):
        get()
    get()
    assert target.read_bytes() == CONTENT


def test_one_that_was_stopped_goes_on_the_next_time(get: Callable[..., None], server: Server, target: Path) -> None:
    seen: list[int] = []
    with pytest.raises(DownloadError, match="was stopped"):
        get(progress=lambda done, _: seen.append(done), cancelled=lambda: len(seen) == 3)
    assert 0 < part_file(target).stat().st_size == seen[-1] < len(CONTENT)
    get()
    assert server.asked == [None, f"bytes={seen[-1]}-"]
    assert target.read_bytes() == CONTENT


def test_a_server_that_falls_silent_is_given_up(
    get: Callable[..., None], server: Server, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fewshot_gui.learner.download.TIMEOUT", 0.1)
    server.cut = 1000
    server.silent.clear()
    with pytest.raises(DownloadError, match="goes on from there"):
        get()
    assert part_file(target).read_bytes() == CONTENT[:1000]


def test_a_server_that_has_no_such_file_is_told(get: Callable[..., None], target: Path) -> None:
    with pytest.raises(DownloadError, match="/nothing was refused by the server: 404"):
        get("nothing")
    assert not target.exists()


def test_a_page_instead_of_the_file_is_refused_before_it_is_read(get: Callable[..., None], target: Path) -> None:
    with pytest.raises(DownloadError, match="about 900000 bytes were expected, and the server offers 300000"):
        get(size=900_000)
    assert not target.exists()


def test_nobody_there_is_told(target: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/file"
    with pytest.raises(DownloadError, match=r"127\.0\.0\.1 can't be reached .* Check the connection"):
        download(url, target, DIGITS, len(CONTENT))


def test_a_server_may_lead_to_another_of_its_files(get: Callable[..., None], server: Server, target: Path) -> None:
    server.location = "/file"
    get("elsewhere")
    assert target.read_bytes() == CONTENT


@pytest.mark.parametrize("location", ["file:///etc/hostname", "ftp://127.0.0.1/file", "http://example.org/file"])
def test_a_server_never_leads_to_an_unsafe_address(
    get: Callable[..., None], server: Server, target: Path, location: str
) -> None:
    server.location = location
    with pytest.raises(DownloadError, match="files come over https only"):
        get("elsewhere")
    assert len(server.asked) == 1
    assert not target.exists()


@pytest.mark.parametrize(
    "url", ["http://example.org/x", "file:///etc/hostname", "ftp://127.0.0.1/x", "data:,x", "https://", "http://[x/y"]
)
def test_other_addresses_than_https_are_refused(url: str, target: Path) -> None:
    with pytest.raises(DownloadError, match="files come over https only"):
        download(url, target, DIGITS, 1)
    assert not target.parent.exists()


def test_too_little_room_is_told_before_anything_is_asked(
    get: Callable[..., None], server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10**9, 10**9, 100_000))
    with pytest.raises(DownloadError, match=r"There is no room .*0\.3 MB are needed, 0\.1 MB are free"):
        get()
    assert server.asked == []


def test_a_folder_that_cannot_be_made_is_told(get: Callable[..., None], target: Path) -> None:
    target.parent.write_bytes(b"a file")
    with pytest.raises(DownloadError, match="can't be written"):
        get()


# --- a file that the user has


def test_a_file_of_the_right_hash_is_copied(tmp_path: Path, target: Path) -> None:
    (tmp_path / "mine").write_bytes(CONTENT)
    take(tmp_path / "mine", target, DIGITS)
    assert target.read_bytes() == CONTENT == (tmp_path / "mine").read_bytes()
    assert list(target.parent.iterdir()) == [target]


def test_a_file_of_another_hash_is_refused(tmp_path: Path, target: Path) -> None:
    (tmp_path / "mine").write_bytes(b"x")
    with pytest.raises(DownloadError, match=r"mine\" is not net\.pth: its hash does not begin with"):
        take(tmp_path / "mine", target, DIGITS)
    assert list(target.parent.iterdir()) == []


def test_a_file_that_is_not_there_is_told(tmp_path: Path, target: Path) -> None:
    with pytest.raises(DownloadError, match="can't be copied"):
        take(tmp_path / "mine", target, DIGITS)
