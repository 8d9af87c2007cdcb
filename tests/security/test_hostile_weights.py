"""Weights from a stranger: whatever the file claims, it is refused in a sentence, runs nothing and takes no memory."""

import io
import json
import os
import pickle
import struct
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import save_file

from fewshot_gui.learner import weights as module
from fewshot_gui.learner.backbone import TINY
from fewshot_gui.learner.errors import WeightsError
from fewshot_gui.learner.weights import load_weights

resource = pytest.importorskip("resource")  # POSIX tells how much memory was taken

GIGABYTE = 1 << 30


@pytest.fixture
def refused(tmp_path: Path) -> Callable[[bytes], str]:
    """refused(content): the sentence with which a weights file of this content is refused."""

    def refused(content: bytes) -> str:
        file = tmp_path / "stranger.safetensors"
        file.write_bytes(content)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        with pytest.raises(WeightsError, match=r"stranger\.safetensors") as error:
            load_weights(file)
        assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024 < GIGABYTE / 4
        return str(error.value)

    return refused


def raw(header: object, data: bytes = b"", length: int | None = None) -> bytes:
    """A file in the format of safetensors: the header's length, the header, the tensors."""
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text) if length is None else length) + text + data


def tensor(shape: list[int], begin: int, end: int, kind: str = "F32") -> dict[str, object]:
    return {"dtype": kind, "shape": shape, "data_offsets": [begin, end]}


LIES = {
    "a header of 2^63 bytes": raw({}, length=1 << 63),
    "a header of 2^64 - 1 bytes": raw({}, length=(1 << 64) - 1),
    "a header of 4 GB": raw({}, length=4 * GIGABYTE),
    "a header longer than the file": raw({}, length=1000),
    "no header": raw(b""),
    "a header that is no text": raw(b"\xff\xfe{}"),
    "a header that is no object": raw([1, 2, 3]),
    "a header of a thousand brackets": raw(b'{"a":' + b"[" * 100_000),
    "offsets that overlap": raw({"a": tensor([2], 0, 8), "b": tensor([2], 4, 12)}, bytes(12)),
    "offsets that leave a hole": raw({"a": tensor([2], 0, 8), "b": tensor([2], 12, 20)}, bytes(20)),
    "offsets beyond the end": raw({"a": tensor([2], 0, 8)}, bytes(4)),
    "offsets the wrong way round": raw({"a": tensor([2], 8, 0)}, bytes(8)),
    "offsets over 64 bits": raw({"a": tensor([2], 0, 1 << 65)}, bytes(8)),
    "a shape of 2^60 numbers in 8 bytes": raw({"a": tensor([1 << 30, 1 << 30], 0, 8)}, bytes(8)),
    "a shape that overflows to 8 bytes": raw({"a": tensor([(1 << 62) + 1, 4], 0, 16)}, bytes(16)),
    "a negative shape": raw({"a": tensor([-2], 0, 8)}, bytes(8)),
    "an unknown kind of number": raw({"a": tensor([2], 0, 8, "F33")}, bytes(8)),
    "bytes after the end": raw({"a": tensor([2], 0, 8)}, bytes(800)),
    "metadata that is no text": raw({"__metadata__": {"format": 7}}),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_header_that_lies_is_refused(refused: Callable[[bytes], str], lie: str) -> None:
    assert "can't be read as weights" in refused(LIES[lie])


class Code:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, (str(self.folder),)


@pytest.mark.parametrize("kind", ["pickle", "torch", "torch of old", "zip"])
@pytest.mark.parametrize("suffix", [".safetensors", ".pt", ".pth", ".pkl"])
def test_code_in_a_file_by_any_name_is_not_run(tmp_path: Path, kind: str, suffix: str) -> None:
    ran, content = tmp_path / "it ran", io.BytesIO()
    if kind == "pickle":
        pickle.dump(Code(ran), content)
    elif kind == "zip":
        with zipfile.ZipFile(content, "w") as archive:
            archive.writestr("../../escaped.txt", "out of the folder")
    else:
        torch.save({"a": Code(ran)}, content, _use_new_zipfile_serialization=kind == "torch")
    file = tmp_path / f"stranger{suffix}"
    file.write_bytes(content.getvalue())
    with pytest.raises(WeightsError, match="can't be read as weights"):
        load_weights(file)
    assert sorted(tmp_path.iterdir()) == [file]


@pytest.fixture
def changed(tiny_weights: Path, tmp_path: Path) -> Callable[..., bytes]:
    """changed(tensors, header): good weights with these tensors and entries of the header instead."""

    def changed(tensors: dict[str, torch.Tensor] | None = None, header: dict[str, Any] | None = None) -> bytes:
        with safe_open(tiny_weights, framework="pt") as file:
            kept = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118
            told = file.metadata() | {k: v if isinstance(v, str) else json.dumps(v) for k, v in (header or {}).items()}
        save_file(kept | (tensors or {}), tmp_path / "changed", told)
        return (tmp_path / "changed").read_bytes()

    return changed


def test_the_unchanged_file_is_good(changed: Callable[..., bytes], tmp_path: Path) -> None:
    (tmp_path / "good.safetensors").write_bytes(changed())
    assert load_weights(tmp_path / "good.safetensors").about == {"data": "none"}


GOOD: dict[str, Any] = {
    "name": "tiny",
    "looks": [32],
    "spans": [100],
    "stem": 8,
    "widths": [8, 16, 24],
    "blocks": [1] * 3,
}
NETWORKS = [
    None,
    7,
    [],
    {},
    GOOD | {"name": ["tiny"]},
    GOOD | {"code": "import os"},
    GOOD | {"looks": []},
    GOOD | {"looks": 32},
    GOOD | {"looks": [1 << 40]},
    GOOD | {"looks": [0]},
    GOOD | {"looks": [32.5]},
    GOOD | {"looks": [True]},
    GOOD | {"looks": [32] * 100_000, "spans": [100] * 100_000},
    GOOD | {"looks": [1024]},
    GOOD | {"looks": [32, 64], "spans": [100, 100]},
    GOOD | {"looks": [32, 32]},
    GOOD | {"spans": [100, 50]},
    GOOD | {"spans": [0]},
    GOOD | {"spans": [101]},
    GOOD | {"stem": -8},
    GOOD | {"stem": 1 << 40},
    GOOD | {"widths": [8192, 8192, 8192]},
    GOOD | {"widths": [1 << 40, 16, 24]},
    GOOD | {"widths": [8, 16, "24"]},
    GOOD | {"blocks": 1},
    GOOD | {"blocks": [1, 1]},
    GOOD | {"blocks": [1, 1, 1 << 40]},
    GOOD | {"blocks": [64] * 8, "widths": [8192] * 8},
    GOOD | {"blocks": None},
]


def test_a_described_network_that_fits_its_tensors_is_built(changed: Callable[..., bytes], tmp_path: Path) -> None:
    (tmp_path / "good.safetensors").write_bytes(changed(header={"network": GOOD}))
    assert load_weights(tmp_path / "good.safetensors").network == replace(TINY, looks=(32,), spans=(100,))


@pytest.mark.parametrize("network", NETWORKS, ids=lambda network: json.dumps(network)[:60])
def test_a_network_that_no_file_can_hold_is_refused_before_it_is_built(
    refused: Callable[[bytes], str], changed: Callable[..., bytes], network: object
) -> None:
    assert "is damaged" in refused(changed(header={"network": network}))


@pytest.mark.parametrize("name", ["no/such/backbone", "../../etc/passwd", "https://example.org/weights"])
def test_a_file_can_name_no_backbone_but_those_there_are(
    changed: Callable[..., bytes], tmp_path: Path, name: str
) -> None:
    (tmp_path / "named.safetensors").write_bytes(changed(header={"network": json.dumps(name)}))
    with pytest.raises(WeightsError, match="There is no backbone called"):
        load_weights(tmp_path / "named.safetensors")


@pytest.mark.parametrize(
    "header",
    [
        {"network": "{"},
        {"network": "[" * 100_000},
        {"about": []},
        {"about": {"data": 7}},
        {"about": "nonsense"},
    ],
    ids=lambda header: str(header)[:40],
)
def test_descriptions_that_are_none_are_refused(
    refused: Callable[[bytes], str], changed: Callable[..., bytes], header: dict[str, object]
) -> None:
    assert "is damaged" in refused(changed(header=header))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("start.centre", torch.full((96,), float("nan"))),
        ("start.gamma", torch.tensor(float("inf"))),
        ("start.gamma", torch.zeros(96)),
        ("start.log_rates", torch.zeros(3, 1_000_000)),
        ("start.log_rates", torch.zeros(3, 0)),
        ("start.log_rates", torch.zeros(3)),
        ("start.log_scale", torch.zeros((), dtype=torch.int64)),
        ("start.tail", torch.zeros(96, 96, dtype=torch.bool)),
        ("start.tail", torch.zeros(96, 96, dtype=torch.complex64)),
        ("confidence.known", torch.zeros(200)),
        ("confidence.temperature", torch.zeros(0)),
        ("confidence.code", torch.zeros(4)),
        ("promise.mean", torch.zeros(3)),
        ("promise.spread", torch.zeros(2)),
        ("trunk.more", torch.zeros(2)),
    ],
)
def test_numbers_that_do_not_fit_are_refused(
    refused: Callable[[bytes], str], changed: Callable[..., bytes], name: str, value: torch.Tensor
) -> None:
    assert "is damaged" in refused(changed({name: value}))


def test_a_file_of_any_size_is_refused_before_it_is_read(tmp_path: Path) -> None:
    file = tmp_path / "stranger.safetensors"
    with file.open("wb") as opened:
        opened.truncate(module.MAX_BYTES + 1)
    with pytest.raises(WeightsError, match=r"stranger\.safetensors has 512 MB; .* at most"):
        load_weights(file)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
@pytest.mark.parametrize("kind", ["pipe", "device", "folder"])
def test_what_is_no_file_is_not_opened(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "stranger.safetensors"
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "device":
        path.symlink_to("/dev/zero")
    else:
        path.mkdir()
    with pytest.raises(WeightsError, match="There are no weights called"):
        load_weights(path)


def test_a_file_of_raw_bytes_in_its_name_is_refused_in_words_that_can_be_printed(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"caf\xe9.safetensors")
    try:
        path.write_bytes(b"nothing")
    except OSError:
        pytest.skip("this file system can't hold such a name")
    with pytest.raises(WeightsError) as error:
        load_weights(path)
    assert str(error.value).encode()
