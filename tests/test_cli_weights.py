"""fewshot-gui weights: the list, and downloads from a server on this very machine."""

import hashlib
import socket
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from http.server import HTTPServer, SimpleHTTPRequestHandler
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from fewshot_gui.learner import torchvision_backbones
from fewshot_gui.learner.torchvision_backbones import NAMES, find_entry, weights_file

Command = Callable[..., Any]
pytestmark = pytest.mark.loopback
CONTENT = b"weights" * 1000


@pytest.fixture(autouse=True)
def embedded(tiny_weights: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing but the tiny weights are inside the program."""
    monkeypatch.setattr("fewshot_gui.paths.resource", lambda *_: tiny_weights.parent)


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder with the one small file that stands for any backbone's weights, served on this machine."""
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "net-1.pth").write_bytes(CONTENT)
    with HTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder))) as server:
        thread = Thread(target=partial(server.serve_forever, 0.01))
        thread.start()
        entry = replace(
            find_entry("resnet50"),
            url=f"http://127.0.0.1:{server.server_address[1]}/net-1.pth",
            sha256_prefix=hashlib.sha256(CONTENT).hexdigest()[:8],
            size=len(CONTENT),
        )
        monkeypatch.setattr(torchvision_backbones, "find_entry", lambda _: entry)
        yield folder
        server.shutdown()
        thread.join()


def test_the_list_tells_of_each_backbone_and_opens_no_socket(
    command: Command, monkeypatch: pytest.MonkeyPatch, tiny_weights: Path
) -> None:
    def refused(*_: Any, **__: Any) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", refused)
    outcome = command("weights", "--json")
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.json["weights"] == {"tiny": {"data": "none", "bytes": tiny_weights.stat().st_size}}
    assert outcome.json["backbones"].keys() == set(NAMES)
    resnet = outcome.json["backbones"]["resnet50"]
    assert (resnet["bytes"], resnet["accuracy"], resnet["downloaded"]) == (102540247, 80.858, False)
    assert resnet["url"].startswith("https://download.pytorch.org/models/resnet50-")
    text = command("weights").out
    assert "tiny: {'data': 'none'}" in text
    for line in ("resnet50            102.5 MB  80.9 % of ImageNet-1K  download.pytorch.org  not downloaded",
                 "fewshot-gui weights get NAME", "licenses or terms"):  # fmt: skip
        assert line in text


@pytest.mark.usefixtures("shop")
def test_get_downloads_once_and_tells_size_and_source_first(command: Command) -> None:
    outcome = command("weights", "get", "resnet50", "--json")
    assert outcome.code == 0
    assert "resnet50: 0.0 MB from http://127.0.0.1" in outcome.err
    file = weights_file("resnet50")
    assert outcome.json == {"name": "resnet50", "file": str(file), "was_here": False}
    assert file.read_bytes() == CONTENT
    assert command("weights", "--json").json["backbones"]["resnet50"]["downloaded"]
    again = command("weights", "get", "resnet50")
    assert (again.code, again.err) == (0, "")
    assert "resnet50 is here already" in again.out


def test_what_the_server_has_wrong_is_refused(command: Command, shop: Path) -> None:
    (shop / "net-1.pth").write_bytes(CONTENT[::-1])
    outcome = command("weights", "get", "resnet50", "--json")
    assert (outcome.code, outcome.out) == (2, "")
    assert "its hash is wrong" in outcome.err
    (shop / "net-1.pth").unlink()
    outcome = command("weights", "get", "resnet50")
    assert outcome.code == 2 and "404" in outcome.err
    assert not weights_file("resnet50").exists()


def test_get_takes_a_file_instead(command: Command, shop: Path, tmp_path: Path) -> None:
    (tmp_path / "other.pth").write_bytes(b"x")
    outcome = command("weights", "get", "resnet50", "--from", tmp_path / "other.pth")
    assert outcome.code == 2 and "its hash does not begin with" in outcome.err
    (shop / "net-1.pth").rename(tmp_path / "mine.pth")
    outcome = command("weights", "get", "resnet50", "--from", tmp_path / "mine.pth")
    assert (outcome.code, outcome.err) == (0, "")
    assert weights_file("resnet50").read_bytes() == CONTENT


@pytest.mark.usefixtures("shop")
def test_remove_deletes_what_was_downloaded_whole_or_in_part(command: Command) -> None:
    assert command("weights", "get", "resnet50").code == 0
    file = weights_file("resnet50")
    part = file.with_name(f"{file.name}.part")
    part.write_bytes(b"x")
    outcome = command("weights", "remove", "resnet50", "--json")
    assert (outcome.code, outcome.json) == (0, {"name": "resnet50", "removed": [str(file), str(part)]})
    assert list(file.parent.iterdir()) == []
    outcome = command("weights", "remove", "resnet50")
    assert outcome.code == 2 and "there is nothing to remove" in outcome.err


def test_names_that_there_are_not_are_refused(command: Command) -> None:
    for verb in ("get", "remove"):
        outcome = command("weights", verb, "resnet51")
        assert (outcome.code, outcome.out) == (2, "")
        assert "There is no backbone called resnet51. There are: resnet50," in outcome.err
