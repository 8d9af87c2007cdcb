"""Whatever lies in a picture folder ends as pixels or as a sentence: read as the program reads, in its processes."""

import io
import os
import re
import socket
import struct
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from fewshot_gui.images import decode as decoding
from fewshot_gui.images.decode import UnreadableError, read_file
from fewshot_gui.images.find import PictureFile, Skipped, find_pictures
from fewshot_gui.images.isolated import Readers, Reading, read

posix = pytest.mark.skipif(os.name != "posix", reason="POSIX only")


def encoded(kind: str, mode: str = "RGB", **options: object) -> bytes:
    file = io.BytesIO()
    Image.new(mode, (48, 32), options.pop("colour", "red")).save(file, kind, **options)  # type: ignore[arg-type]
    return file.getvalue()


def look(source: Path | bytes) -> Reading:
    """What comes of it; a refusal is one sentence or two."""
    reading = read(source, "square", 16)
    if reading.pixels is None:
        assert re.fullmatch(r"[A-Z][^\n]*\.", reading.problem or ""), reading.problem
    else:
        assert reading.pixels.shape == (16, 16, 3)
    return reading


def is_red(reading: Reading) -> bool:
    assert reading.problem is None, reading.problem
    assert reading.pixels is not None
    red, green, blue = reading.pixels.reshape(-1, 3).mean(0)
    return bool(red > 240 and green < 15 and blue < 15)


def png_of(width: int, height: int, colour: bool = False) -> bytes:
    """Black, in one bit or in RGB, and a thousand times as small as what it unpacks to."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8 if colour else 1, 2 if colour else 0, 0, 0, 0)
    packer, row = zlib.compressobj(9), bytes(1 + (3 * width if colour else width // 8))
    packed = b"".join(packer.compress(row * 100) for _ in range(height // 100)) + packer.flush()
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def test_a_scan_of_thirty_thousand_squared_is_read_within_its_memory() -> None:
    data = png_of(30_000, 30_000)
    assert len(data) < 1_000_000  # it unpacks to a hundred million bytes
    patient = Readers(seconds=300)
    reading = patient.read(data, "square", 16)
    assert reading.problem is None
    assert reading.pixels is not None
    assert not reading.pixels.any()
    patient.close()


def test_a_bomb_of_thirty_thousand_squared_is_refused_by_its_size() -> None:
    data = png_of(30_000, 900, colour=True)
    header = b"IHDR" + struct.pack(">II", 30_000, 30_000) + data[24:29]
    claimed = data[:12] + header + struct.pack(">I", zlib.crc32(header)) + data[33:]
    assert "30000 x 30000 pixels and would take 4.0 GB" in str(look(claimed).problem)


def test_a_bomb_hidden_in_a_text_beside_the_picture_is_refused_or_passed_over() -> None:
    bomb = zlib.compress(bytes(200 << 20), 9)
    text = b"comment\0\0" + bomb
    chunk = struct.pack(">I", len(text)) + b"zTXt" + text + struct.pack(">I", zlib.crc32(b"zTXt" + text))
    data = encoded("PNG")
    look(data[:33] + chunk + data[33:])


@pytest.mark.parametrize(
    "data",
    [
        encoded("GIF", save_all=True, append_images=[Image.new("RGB", (48, 32), "blue")]),
        encoded("WEBP", save_all=True, append_images=[Image.new("RGB", (48, 32), "blue")], lossless=True),
        encoded("PNG", save_all=True, append_images=[Image.new("RGB", (48, 32), "blue")]),
        encoded("TIFF", save_all=True, append_images=[Image.new("RGB", (90, 10), "blue")]),
        encoded("MPO", save_all=True, append_images=[Image.new("RGB", (48, 32), "blue")]),
    ],
    ids=["gif", "webp", "png", "tiff", "mpo"],
)
def test_of_moving_pictures_and_of_pages_the_first_counts(data: bytes) -> None:
    assert is_red(look(data))


@pytest.mark.parametrize(
    "profile", [b"", b"not a profile", b"\xff" * 5000, struct.pack(">I", 0xFFFFFFFF) + b"acspMSFT" * 40]
)
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "WEBP"])
def test_a_broken_colour_profile_hides_no_picture(kind: str, profile: bytes) -> None:
    assert is_red(look(encoded(kind, icc_profile=profile)))


@pytest.mark.parametrize(
    "exif", [b"Exif\0\0", b"Exif\0\0MM\0*\xff\xff\xff\xff", b"Exif\0\0II*\0\x08\0\0\0\xff\xff" + b"\x12\x01" * 600]
)
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_broken_exif_hides_no_picture(kind: str, exif: bytes) -> None:
    assert is_red(look(encoded(kind, exif=exif)))


def test_a_tiff_of_nothing_but_nan_is_black() -> None:
    file = io.BytesIO()
    Image.fromarray(np.full((32, 48), np.nan, np.float32)).save(file, "TIFF")
    assert not np.asarray(look(file.getvalue()).pixels).any()


@pytest.mark.parametrize("kind", ["PNG", "GIF", "WEBP", "BMP", "TIFF"])
def test_a_name_that_lies_about_the_format_changes_nothing(tmp_path: Path, kind: str) -> None:
    (tmp_path / "a.jpg").write_bytes(encoded(kind))
    assert is_red(look(tmp_path / "a.jpg"))


def test_an_empty_file_is_said_to_be_empty(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").touch()
    assert "empty" in str(look(tmp_path / "a.jpg").problem)


@posix
@pytest.mark.parametrize("device", ["/dev/zero", "/dev/null", "/dev/tty", "/dev/stdin", "/dev/random"])
def test_a_link_to_a_device_is_never_opened(tmp_path: Path, device: str) -> None:
    if not Path(device).exists():
        pytest.skip("there is no such device here")
    (tmp_path / "a.jpg").symlink_to(device)
    (told,) = find_pictures(tmp_path)
    assert isinstance(told, Skipped) or device == "/dev/stdin"  # which may be a file
    if isinstance(told, Skipped):
        assert "not an ordinary file" in str(look(tmp_path / "a.jpg").problem)


@posix
def test_pipes_and_sockets_are_refused_without_waiting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(tmp_path / "pipe.jpg")
    monkeypatch.chdir(tmp_path)  # a socket's path must be short
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket.jpg")
        for name in ("pipe.jpg", "socket.jpg"):
            assert "not an ordinary file" in str(look(Path(name)).problem)


@posix
def test_a_pipe_that_takes_a_pictures_place_while_it_is_opened_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ordinary = (tmp_path / "a.jpg", tmp_path / "b.jpg")
    ordinary[0].write_bytes(encoded("JPEG"))
    os.mkfifo(ordinary[1])
    real = decoding._require_ordinary

    def swap_after_the_first_look(path: Path, status: os.stat_result) -> None:
        real(path, status)
        monkeypatch.setattr(decoding, "_require_ordinary", real)
        ordinary[1].replace(ordinary[0])

    monkeypatch.setattr(decoding, "_require_ordinary", swap_after_the_first_look)
    with pytest.raises(UnreadableError, match="not an ordinary file"):
        read_file(ordinary[0])


NAMES = {
    "chinese": "照片 二〇二四年.jpg",
    "arabic": "صورة القطة.jpg",
    "emoji": "🐈‍⬛ katze 😀.jpg",
    "combining": "cafe\u0301 caf\u00e9.jpg",
    "right to left override": "gpj.\u202efoto.jpg",
    "quotes": "a \"b\" 'c' `d` $(e).jpg",
    "newline": "line\nbreak\ttab.jpg",
    "looks like an option": "--help.jpg",
    "percent": "%s {0} {name}.jpg",
    "backslash": "back\\slash.jpg",
    "raw bytes": os.fsdecode(b"caf\xe9 \xff\xfe.jpg"),
    "lone surrogate": os.fsdecode(b"\xed\xa0\x80 half.jpg"),
}


@posix
@pytest.mark.parametrize("kind", NAMES)
def test_pictures_of_any_name_are_found_and_read(tmp_path: Path, kind: str) -> None:
    path = tmp_path / NAMES[kind]
    try:
        path.write_bytes(encoded("JPEG"))
    except OSError:
        pytest.skip("this file system can't hold such a name")
    (found,) = find_pictures(tmp_path)
    assert isinstance(found, PictureFile)
    assert is_red(look(found.path))
    found.path.write_bytes(b"")
    assert str(UnreadableError(found.path, look(found.path).problem or "")).encode()  # it can be printed


@pytest.fixture
def deep(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[int], Path]]:
    """deep(length): a folder whose absolute path has about that many bytes, with a picture in it."""
    monkeypatch.chdir(tmp_path)

    def make(length: int) -> Path:
        folder = tmp_path
        while len(os.fsencode(folder)) + 101 < length:
            folder = folder / ("d" * 100)
            Path("d" * 100).mkdir()  # step by step: the whole path is too long for one call
            os.chdir("d" * 100)
        Path("a.jpg").write_bytes(encoded("JPEG"))
        return folder

    yield make
    with suppress(OSError):
        while Path.cwd() != tmp_path:  # deleted from the bottom, for the same reason
            Path("a.jpg").unlink(missing_ok=True)
            os.chdir("..")
            Path("d" * 100).rmdir()


@posix
@pytest.mark.parametrize("length", [300, 2000])
def test_long_paths_are_read(tmp_path: Path, deep: Callable[[int], Path], length: int) -> None:
    folder = deep(length)
    assert [found.path for found in find_pictures(tmp_path)] == [folder / "a.jpg"]
    assert is_red(look(folder / "a.jpg"))


@posix
def test_a_path_that_is_too_long_for_the_system_is_told_in_a_sentence(
    tmp_path: Path, deep: Callable[[int], Path]
) -> None:
    folder = deep(4300)
    found = list(find_pictures(tmp_path))
    assert found
    assert all(isinstance(one, Skipped) and "too long" in one.reason for one in found)
    assert "too long" in str(look(folder / "a.jpg").problem)


def test_a_name_over_the_systems_limit_is_told_in_a_sentence(tmp_path: Path) -> None:
    assert look(tmp_path / ("a" * 300 + ".jpg")).pixels is None


def test_a_picture_that_vanished_since_it_was_found_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(encoded("JPEG"))
    (found,) = find_pictures(tmp_path)
    found.path.unlink()
    assert "no longer there" in str(look(found.path).problem)


def changing(monkeypatch: pytest.MonkeyPatch, change: Callable[[], object]) -> None:
    """Do this to the file just after it is opened."""
    real, looks = decoding._require_ordinary, iter((lambda: None, change))

    def look_and_change(path: Path, status: os.stat_result) -> None:
        real(path, status)
        next(looks)()

    monkeypatch.setattr(decoding, "_require_ordinary", look_and_change)


@pytest.mark.parametrize("size", [0, 100, 1_000_000])
def test_a_picture_that_is_written_while_it_is_read_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(encoded("JPEG"))
    changing(monkeypatch, lambda: os.truncate(path, size))
    with pytest.raises(UnreadableError, match="being changed while it was read"):
        read_file(path)


@posix
def test_a_picture_deleted_or_replaced_while_it_is_read_is_read_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, data = tmp_path / "a.jpg", encoded("JPEG")
    path.write_bytes(data)
    changing(monkeypatch, path.unlink)
    assert read_file(path) == data


def test_a_file_that_grows_without_end_takes_no_more_memory_than_it_had_bytes(tmp_path: Path) -> None:
    path, stop = tmp_path / "a.jpg", threading.Event()
    path.write_bytes(encoded("JPEG"))

    def grow() -> None:
        with path.open("ab") as file:
            while not stop.is_set():
                file.write(bytes(1000))
                file.flush()

    thread = threading.Thread(target=grow)
    thread.start()
    try:
        for _ in range(20):
            look(path)
    finally:
        stop.set()
        thread.join()


def test_a_sparse_file_of_a_terabyte_is_refused_by_its_size(tmp_path: Path) -> None:
    with (tmp_path / "a.tif").open("wb") as file:
        try:
            file.truncate(1 << 40)
        except OSError:
            pytest.skip("this file system can't hold it")
    assert "larger than 512 MB" in str(look(tmp_path / "a.tif").problem)


@pytest.mark.parametrize(
    "data",
    [
        b"PK\x03\x04" + bytes(500),
        b"Rar!\x1a\x07\0" + bytes(500),
        b"\x1f\x8b\x08" + bytes(500),
        b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>',
        b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;">]><svg>&c;</svg>',
        b"%PDF-1.7\n",
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(/etc/passwd) (r) file",
        b"8BPS\0\x01" + bytes(500),
        b"MZ" + bytes(500),
        b"\x7fELF" + bytes(500),
        b"\x80\x04c" + b"os\nsystem\n" + bytes(50),
        b"\0\0\x01\0\x01\0" + bytes(500),
    ],
    ids=["zip", "rar", "gzip", "svg", "laughs", "pdf", "eps", "psd", "exe", "elf", "pickle", "ico"],
)
def test_what_is_no_picture_is_refused_whatever_its_name(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.jpg").write_bytes(data)
    assert "not a picture in any format" in str(look(tmp_path / "a.jpg").problem)
