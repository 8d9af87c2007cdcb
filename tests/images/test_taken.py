"""The day of a picture comes from its EXIF, read in a process of its own, else from the file's time."""

import io
import os
import zlib
from datetime import datetime
from pathlib import Path

import pytest
from PIL import Image, features

from fewshot_gui.images import isolated
from fewshot_gui.images.isolated import Readers, Stopped
from fewshot_gui.images.taken import day_in_exif
from fewshot_gui.sorting.dates import day_taken

AT_NOON = int(datetime(2021, 3, 4, 12).timestamp() * 1e9)

ODD = """
import json, sys
sys.path[:] = json.loads(sys.argv[1])
import os, time
from fewshot_gui.images import child

def read(path):
    if path.name == "hang.jpg":
        while True:
            time.sleep(1)
    if path.name == "crash.jpg":
        os._exit(1)
    return "2020-02-02"

child.day_in_exif = read
child.main(*map(int, sys.argv[2:]))
"""


def taken(said: str, kind: str = "JPEG") -> bytes:
    exif = Image.Exif()
    exif[0x0110] = "a camera"
    exif.get_ifd(0x8769)[0x9003] = said
    file = io.BytesIO()
    how = {"tiffinfo": {0x8769: {0x9003: said}}} if kind == "TIFF" else {"exif": exif}
    Image.new("RGB", (64, 48)).save(file, kind, **how)
    return file.getvalue()


KINDS = ["JPEG", "PNG", "TIFF", "WEBP", *(["AVIF"] if features.check("avif") else [])]


@pytest.mark.parametrize("kind", KINDS)
def test_the_day_is_the_one_the_camera_wrote_down(tmp_path: Path, kind: str) -> None:
    (tmp_path / "a.jpg").write_bytes(taken("2019:05:31 23:59:59", kind))
    assert day_in_exif(tmp_path / "a.jpg") == "2019-05-31"
    assert day_taken(tmp_path / "a.jpg", AT_NOON) == "2019-05-31"


@pytest.mark.parametrize("said", ["", "0000:00:00 00:00:00", "2019:13:31", "yesterday", "2019:05", "\0" * 20])
def test_a_day_that_is_none_is_passed_over(tmp_path: Path, said: str) -> None:
    (tmp_path / "a.jpg").write_bytes(taken(said))
    assert day_taken(tmp_path / "a.jpg", AT_NOON) == "2021-03-04"


@pytest.mark.parametrize("content", [b"", b"text", b"\xff\xd8\xff\xe1\xff\xff", taken("2019:05:31")[:60], None])
def test_whatever_is_wrong_with_the_file_there_is_a_day(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "a.jpg").write_bytes(content)
    assert day_taken(tmp_path / "a.jpg", AT_NOON) == "2021-03-04"
    assert day_taken(tmp_path / "a.jpg", 10**30) == "0000-00-00"


@pytest.mark.skipif(os.name != "posix", reason="named pipes")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.jpg")
    assert day_in_exif(tmp_path / "a.jpg") == ""


def test_the_pixels_of_a_png_without_a_day_are_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object) -> None:
        raise KeyboardInterrupt("the pixels were decoded")

    Image.new("RGB", (64, 48)).save(tmp_path / "a.png")
    monkeypatch.setattr("PIL.PngImagePlugin.PngImageFile.load_prepare", never)
    assert day_in_exif(tmp_path / "a.png") == ""


def test_exif_that_hangs_or_crashes_the_reading_costs_its_own_day(monkeypatch: pytest.MonkeyPatch) -> None:
    readers = Readers(ODD)
    monkeypatch.setattr(isolated, "DAY_SECONDS", 0.3)
    monkeypatch.setattr(isolated, "day", readers.day)
    assert day_taken(Path("hang.jpg"), AT_NOON) == "2021-03-04"
    assert day_taken(Path("crash.jpg"), AT_NOON) == "2021-03-04"
    monkeypatch.setattr(isolated, "DAY_SECONDS", 600)
    assert day_taken(Path("good.jpg"), AT_NOON) == "2020-02-02"
    with pytest.raises(Stopped):
        readers.day(Path("hang.jpg"), lambda: True)
    assert day_taken(Path("hang.jpg"), AT_NOON, lambda: True) == "2021-03-04"
    readers.close()


def test_a_picture_packed_to_a_thousandth_is_as_good_as_any(tmp_path: Path) -> None:
    bomb = b"comment\0\0" + zlib.compress(bytes(50 << 20), 9)
    data = taken("2019:05:31", "PNG")
    chunk = len(bomb).to_bytes(4, "big") + b"zTXt" + bomb + zlib.crc32(b"zTXt" + bomb).to_bytes(4, "big")
    (tmp_path / "a.png").write_bytes(data[:33] + chunk + data[33:])
    assert day_taken(tmp_path / "a.png", AT_NOON) in ("2019-05-31", "2021-03-04")
