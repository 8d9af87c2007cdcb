"""Whatever is wrong with a file, the answer is UnreadableError and a sentence a person understands."""

import io
import os
import pickle
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, features

from fewshot_gui.images import decode as decoding
from fewshot_gui.images.decode import UnreadableError, decode, read_file, read_square
from fewshot_gui.images.thumbnails import thumbnail

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:PIL.TiffImagePlugin")  # pytest undoes the program's own

JARGON = re.compile(r"Error|Exception|Errno|Traceback|0x|NoneType|BytesIO|decoder|\bPIL\b|None", re.IGNORECASE)


def picture(kind: str, mode: str = "RGB", **options: object) -> bytes:
    image = Image.linear_gradient("L").resize((48, 32)).convert(mode)
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


PICTURES = {
    "jpeg": picture("JPEG"),
    "progressive jpeg": picture("JPEG", progressive=True),
    "cmyk jpeg": picture("JPEG", "CMYK"),
    "jpeg with exif": picture("JPEG", exif=b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0"),
    "png": picture("PNG", "RGBA"),
    "palette png": picture("PNG", "P"),
    "16 bit png": picture("PNG", "I;16"),
    "gif": picture("GIF"),
    "webp": picture("WEBP"),
    "lossless webp": picture("WEBP", "RGBA", lossless=True),
    "bmp": picture("BMP"),
    "tiff": picture("TIFF"),
    "lzw tiff": picture("TIFF", compression="tiff_lzw"),
    "deflate tiff": picture("TIFF", compression="tiff_deflate"),
    "jpeg tiff": picture("TIFF", compression="jpeg"),
    "float tiff": picture("TIFF", "F"),
} | ({"avif": picture("AVIF")} if features.check("avif") else {})


def refusal(source: Path | bytes) -> UnreadableError:
    with pytest.raises(UnreadableError) as refused:
        read_square(source, 16)
    error = refused.value
    assert re.fullmatch(r"[A-Z].*\.", error.reason), error.reason
    assert not JARGON.search(error.reason), error.reason
    assert error.reason in str(error)
    return error


HEIC = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(100)


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"", "empty"),
        (b"\0" * 4096, "not a picture"),
        (b"<html><body>Not found</body></html>", "not a picture"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "not a picture"),
        (b"PK\x03\x04 a zip file", "not a picture"),
        (b"GIF89a", "damaged"),
        (b"BM", "damaged"),
        (b"II*\0", "damaged"),
        (b"GIF89a" + bytes(4) + b"\x80\0\0" + bytes(6) + b"," + bytes(9) + b"\x02\x02D\x01\0;", "damaged"),  # 0 x 0
        (b"\xff\xd8\xff", "damaged"),
        (b"\x89PNG\r\n\x1a\n", "damaged"),
        (PICTURES["jpeg"][:40], "damaged"),
        (PICTURES["jpeg"][: len(PICTURES["jpeg"]) * 2 // 3], "damaged"),
        (PICTURES["progressive jpeg"][:-40], "damaged"),
        (PICTURES["png"][:-30], "damaged"),
        (PICTURES["gif"][:-200], "damaged"),
        (PICTURES["webp"][:-20], "damaged"),
        (PICTURES["bmp"][:-20], "damaged"),
        (PICTURES["tiff"][:60], "damaged"),
        (PICTURES["png"][:60] + b"\xff" * 20 + PICTURES["png"][80:], "damaged"),
    ],
)
def test_a_broken_picture_is_refused_with_its_reason(tmp_path: Path, data: bytes, word: str) -> None:
    path = tmp_path / "holiday.jpg"
    path.write_bytes(data)
    assert word in refusal(data).reason
    told = refusal(path)
    assert word in told.reason
    assert told.path == path
    assert "holiday.jpg" in str(told)


@pytest.mark.parametrize("kind", PICTURES)
def test_a_picture_cut_in_half_is_never_shown_half(kind: str) -> None:
    data = PICTURES[kind]
    assert "damaged" in refusal(data[: len(data) // 2]).reason


@pytest.mark.skipif("HEIF" in decoding.FORMATS, reason="HEIC can be read here")
def test_a_heic_picture_under_any_name_is_told_to_need_an_extra() -> None:
    assert "fewshot-gui[heif]" in refusal(HEIC).reason


def test_colours_that_cant_be_converted_are_told_to_be_unusual(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object) -> None:
        raise ValueError("conversion from LAB to RGB not supported")

    monkeypatch.setattr(decoding, "reduce", unknown)
    assert "unusual" in refusal(PICTURES["tiff"]).reason


def test_a_decompression_bomb_is_refused_before_its_pixels_are_made(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = bytearray(PICTURES["bmp"])
    bomb[18:26] = (20_000).to_bytes(4, "little") + (20_000).to_bytes(4, "little")

    def never(*_: object) -> None:
        raise AssertionError("the pixels were decoded")

    monkeypatch.setattr(decoding, "reduce", never)
    reason = refusal(bytes(bomb)).reason
    assert "20000 x 20000 pixels and would take 1.8 GB of memory" in reason
    assert "Save a smaller copy" in reason
    bomb[18:26] = (40_000).to_bytes(4, "little") + (40_000).to_bytes(4, "little")
    assert "40000 x 40000 pixels; more than 1000 million are refused" in refusal(bytes(bomb)).reason


def test_a_picture_of_exactly_the_limit_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoding, "MAX_PIXELS", 48 * 32)
    for kind in ("png", "jpeg", "gif"):
        assert decode(PICTURES[kind]).size == (48, 32)
    monkeypatch.setattr(decoding, "MAX_PIXELS", 48 * 32 - 1)
    for kind in ("png", "jpeg", "gif"):
        refusal(PICTURES[kind])


def test_a_lack_of_memory_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def hungry(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(decoding, "reduce", hungry)
    assert "memory" in refusal(PICTURES["png"]).reason


def test_a_vanished_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"x")
    assert "no longer there" in refusal(tmp_path / "nowhere.jpg").reason
    assert "no longer there" in refusal(tmp_path / "file" / "below.jpg").reason


def test_a_lack_of_permission_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.jpg").write_bytes(PICTURES["jpeg"])

    def locked(path: object, *_: object) -> int:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(os, "open", locked)
    assert "permission" in refusal(tmp_path / "a.jpg").reason


def test_a_disk_error_is_told_with_what_the_system_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.jpg").write_bytes(PICTURES["jpeg"])

    def failing(*_: object) -> int:
        raise OSError(5, "Input/output fault")

    monkeypatch.setattr(os, "open", failing)
    assert "Input/output fault" in refusal(tmp_path / "a.jpg").reason


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_is_refused_without_waiting_on_it(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.jpg")
    assert "ordinary file" in refusal(tmp_path / "pipe.jpg").reason


def test_a_folder_is_no_picture(tmp_path: Path) -> None:
    assert "ordinary file" in refusal(tmp_path).reason


def test_a_file_over_the_limit_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoding, "MAX_FILE_BYTES", 2**20)
    big = tmp_path / "big.tif"
    with big.open("wb") as file:
        file.truncate(2**20 + 1)
    assert "larger than 1 MB" in refusal(big).reason


def test_a_name_no_file_can_have_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match="name"):
        read_file(tmp_path / "a\0b.jpg")


@pytest.mark.skipif(os.name != "posix", reason="names are bytes on POSIX only")
def test_the_sentence_about_an_odd_name_can_be_printed() -> None:
    error = UnreadableError(Path(os.fsdecode(b"caf\xe9.jpg")), "It is empty.")
    assert str(error).encode() == rb"""Can't read "caf\xe9.jpg". It is empty."""


def test_the_error_travels_between_processes() -> None:
    error = pickle.loads(pickle.dumps(UnreadableError(Path("a.jpg"), "It is empty.")))
    assert (error.path, error.reason) == (Path("a.jpg"), "It is empty.")


def damaged(data: bytes, cut: int | None, changes: list[tuple[int, int]]) -> bytes:
    broken = bytearray(data[:cut] if cut is None else data[: cut % (len(data) + 1)])
    for place, byte in changes:
        if broken:
            broken[place % len(broken)] = byte
    return bytes(broken)


def answers_or_refuses(read: Callable[[bytes], object], data: bytes) -> None:
    try:
        read(data)
    except UnreadableError as error:
        assert re.fullmatch(r"[A-Z].*\.", error.reason)
        assert not JARGON.search(error.reason)


places = st.one_of(st.integers(0, 80), st.integers(0, 10_000))  # headers break in more ways than pixels do


@settings(max_examples=400)
@given(
    kind=st.sampled_from(sorted(PICTURES)),
    cut=st.none() | st.integers(0, 10_000),
    changes=st.lists(st.tuples(places, st.integers(0, 255)), max_size=6),
)
def test_any_damage_gives_a_picture_or_a_sentence(
    monkeypatch: pytest.MonkeyPatch, kind: str, cut: int | None, changes: list[tuple[int, int]]
) -> None:
    monkeypatch.setattr(decoding, "MAX_PIXELS", 1_000_000)  # a flipped bit may ask for gigabytes
    data = damaged(PICTURES[kind], cut, changes)
    answers_or_refuses(lambda d: decode(d).convert("RGB").tobytes(), data)
    answers_or_refuses(lambda d: read_square(d, 16), data)
    answers_or_refuses(lambda d: thumbnail(d, 16), data)


@settings(max_examples=100)
@given(st.binary(max_size=300))
def test_any_bytes_give_a_sentence_or_a_picture(data: bytes) -> None:
    answers_or_refuses(lambda d: read_square(d, 16), data)


NOISY = """
import sys
from pathlib import Path
from fewshot_gui.images.decode import UnreadableError, read_square
for path in sorted(Path(sys.argv[1]).iterdir()):
    try:
        read_square(path, 16)
    except UnreadableError:
        pass
"""


def test_broken_pictures_leave_no_noise_on_the_terminal(tmp_path: Path) -> None:
    # Compressed TIFFs are left out: libtiff itself, below Python, complains of their damaged pixels.
    quiet = {name: data for name, data in PICTURES.items() if not name.endswith(" tiff")}
    tiff = PICTURES["tiff"]
    cases = [data[: len(data) * part // 10] for data in quiet.values() for part in (1, 5, 9, 10)]
    cases += [damaged(tiff, None, [(place, 255)]) for place in range(0, 200, 4)]
    samples_per_pixel = tiff.index(b"\x15\x01\x03\0") + 8
    cases += [damaged(tiff, None, [(samples_per_pixel + 1, 255)])]
    cases += [picture("PNG", "P", transparency=b"\0\x80")]
    for number, data in enumerate(cases):
        (tmp_path / f"{number:03}").write_bytes(data)
    done = subprocess.run([sys.executable, "-c", NOISY, str(tmp_path)], capture_output=True, text=True, check=True)
    assert done.stdout == ""
    assert done.stderr == ""
