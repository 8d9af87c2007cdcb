"""Working in strips changes no pixel, and what a picture claims is reckoned before it is believed."""

import io
import struct
import zlib
from itertools import product

import numpy as np
import pytest
from PIL import Image, ImageOps

from fewshot_gui.images import room, shrink
from fewshot_gui.images import thumbnails as thumbnailing
from fewshot_gui.images.decode import UnreadableError, read_square
from fewshot_gui.images.room import ROOM, memory_for
from fewshot_gui.images.shrink import factors
from fewshot_gui.images.thumbnails import thumbnail

ORIENTATION = 0x0112


def picture(mode: str, size: tuple[int, int] = (301, 203)) -> Image.Image:
    """One in which every pixel counts."""
    rng = np.random.default_rng(3)
    across, down = np.meshgrid(np.linspace(0, 255, size[0]), np.linspace(0, 255, size[1]))
    colour = np.dstack([across, down, 255 - across]) * rng.uniform(0.6, 1, (size[1], size[0], 1))
    rgb = Image.fromarray(colour.astype(np.uint8))
    if mode == "I;16":
        return Image.fromarray(np.asarray(rgb.convert("L")).astype(np.uint16) << 8)
    if mode == "12 bit":
        return Image.fromarray(np.asarray(rgb.convert("L")).astype(np.uint16) << 4)
    if mode == "F":
        return Image.fromarray(np.asarray(rgb.convert("L"), dtype=np.float32) / 7 - 11)
    if mode in ("RGBA", "LA"):
        image = rgb.convert(mode)
        image.putalpha(rgb.getchannel(1))
        return image
    return rgb.quantize(40) if mode == "P" else rgb.convert(mode)


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def whole(data: bytes) -> Image.Image:
    """Upright and in RGB, all at once and as pillow does it."""
    image = Image.open(io.BytesIO(data))
    image.load()
    if image.mode.startswith("I;16"):
        grey = np.asarray(image)
        image = Image.fromarray((grey >> (8 if grey.max() >= 4096 else 4)).astype(np.uint8))
    elif image.mode == "F":
        values = np.asarray(image, dtype=np.float64)
        image = Image.fromarray(((values - values.min()) * (255 / (values.max() - values.min()))).astype(np.uint8))
    turned = ImageOps.exif_transpose(image)
    if turned.has_transparency_data:
        white = Image.new("RGB", turned.size, "white")
        white.paste(turned.convert("RGBA"), mask=turned.convert("RGBA"))
        return white
    return turned.convert("RGB")


def at_once(data: bytes, side: int) -> np.ndarray:
    return np.array(whole(data).resize((side, side), Image.Resampling.BILINEAR, reducing_gap=2.0))


FILES = [
    *product(["PNG"], ["1", "L", "LA", "P", "RGB", "RGBA", "I;16", "12 bit"]),
    *product(["TIFF"], ["1", "L", "P", "RGB", "RGBA", "CMYK", "I;16", "F"]),
    *product(["BMP"], ["1", "L", "RGB"]),
    *product(["WEBP"], ["RGB", "RGBA"]),
    ("GIF", "P"),
]


@pytest.mark.parametrize(("kind", "mode"), FILES)
@pytest.mark.parametrize("strip", [1, 5_000, 1 << 20])
def test_a_square_made_in_strips_is_the_one_made_at_once(
    monkeypatch: pytest.MonkeyPatch, kind: str, mode: str, strip: int
) -> None:
    monkeypatch.setattr(shrink, "_STRIP", strip)
    data = encoded(picture(mode), kind, **({"lossless": True} if kind == "WEBP" else {}))
    for side in (7, 32, 90, 160, 400):
        assert (read_square(data, side) == at_once(data, side)).all()


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize(("kind", "mode"), [("PNG", "RGB"), ("PNG", "LA"), ("WEBP", "RGB"), ("TIFF", "RGB")])
@pytest.mark.parametrize("strip", [1, 5_000, 1 << 20])
def test_a_turned_picture_is_turned_in_strips_to_the_same_pixels(
    monkeypatch: pytest.MonkeyPatch, kind: str, mode: str, orientation: int, strip: int
) -> None:
    monkeypatch.setattr(shrink, "_STRIP", strip)
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    data = encoded(picture(mode), kind, exif=exif, **({"lossless": True} if kind == "WEBP" else {}))
    for side in (7, 32, 90, 400):
        assert (read_square(data, side) == at_once(data, side)).all()


@pytest.mark.parametrize("orientation", [1, 6])
@pytest.mark.parametrize("side", [1, 50, 128, 256])
def test_squares_and_thumbnails_of_a_jpeg_are_as_pillow_makes_them(orientation: int, side: int) -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    data = encoded(picture("RGB", (1203, 805)), "JPEG", exif=exif)
    image = Image.open(io.BytesIO(data))
    image.draft("RGB", (side, side))
    upright = ImageOps.exif_transpose(image)
    wanted = np.array(upright.resize((side, side), Image.Resampling.BILINEAR, reducing_gap=2.0))
    assert (read_square(data, side) == wanted).all()
    upright.thumbnail((side, side), Image.Resampling.BICUBIC, reducing_gap=2.0)
    assert (thumbnail(data, side) == np.array(upright)).all()


@pytest.mark.parametrize("side", [9, 64, 200])
def test_thumbnails_are_as_pillow_makes_them(side: int) -> None:
    data = encoded(picture("RGB", (900, 700)), "PNG")
    image = whole(data)
    image.thumbnail((side, side), Image.Resampling.BICUBIC, reducing_gap=2.0)
    assert (thumbnail(data, side) == np.array(image)).all()


def test_only_a_very_large_picture_is_reduced_further_than_for_the_best_look() -> None:
    assert factors((10_000, 10_000), (6_000, 6_000)) == (1, 1)
    assert factors((10_000, 10_000), (128, 128)) == (39, 39)
    assert factors((20_000, 15_000), (128, 128)) == (78, 58)
    assert factors((20_000, 15_000), (4096, 3072)) == (4, 4)


def test_a_large_picture_comes_no_larger_than_its_bound_as_a_thumbnail(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(thumbnailing, "LARGE", 300 * 200)
    monkeypatch.setattr(thumbnailing, "LARGEST_OF_LARGE", 100)
    assert thumbnail(encoded(picture("RGB", (301, 203)), "PNG"), 200).shape == (67, 100, 3)
    assert thumbnail(encoded(picture("RGB", (299, 200)), "PNG"), 200).shape == (134, 200, 3)
    assert thumbnail(encoded(picture("RGB", (1200, 800)), "JPEG"), 200).shape == (100, 150, 3)


def claiming(data: bytes, size: tuple[int, int]) -> bytes:
    """This JPEG, PNG or BMP, of which the head says that it has another size."""
    width, height = size
    if data.startswith(b"\xff\xd8"):
        at = max(data.find(b"\xff\xc0"), data.find(b"\xff\xc2"))
        return data[: at + 5] + struct.pack(">HH", height, width) + data[at + 9 :]
    if data.startswith(b"BM"):
        return data[:18] + struct.pack("<II", width, height) + data[26:]
    head = b"IHDR" + struct.pack(">II", width, height) + data[24:29]
    return data[:12] + head + struct.pack(">I", zlib.crc32(head)) + data[33:]


def needed(data: bytes, side: int = 128) -> int:
    with Image.open(io.BytesIO(data)) as image:
        size = image.size
        image.draft("RGB", (side, side))
        return memory_for(image, size, data, lambda _: (side, side))


@pytest.mark.parametrize(
    ("mode", "size"),
    [("RGB", (20_000, 15_000)), ("RGBA", (20_000, 15_000)), ("L", (33_000, 30_000)), ("1", (30_000, 30_000))],
)
def test_the_largest_png_that_there_is_room_for(mode: str, size: tuple[int, int]) -> None:
    assert needed(claiming(encoded(picture(mode), "PNG"), size)) < ROOM
    assert needed(claiming(encoded(picture(mode), "PNG"), (size[0], size[1] * 2))) > ROOM


def test_there_is_room_for_a_panorama_of_three_hundred_million_pixels_as_a_jpeg() -> None:
    data = encoded(picture("RGB"), "JPEG")
    assert needed(claiming(data, (60_000, 5_000))) < ROOM // 10
    assert needed(claiming(encoded(picture("RGB"), "JPEG", progressive=True), (60_000, 5_000))) < ROOM


def test_a_progressive_jpeg_is_reckoned_with_all_its_colours() -> None:
    plain, finer = (
        encoded(picture("RGB"), "JPEG", progressive=True, subsampling=subsampling) for subsampling in (2, 0)
    )
    assert needed(claiming(finer, (16_000, 16_000))) > ROOM > needed(claiming(plain, (16_000, 16_000)))
    with pytest.raises(UnreadableError, match="not progressive"):
        read_square(claiming(finer, (16_000, 16_000)), 128)


def test_a_jpeg_whose_colours_come_one_after_the_other_is_reckoned_like_a_progressive_one() -> None:
    data = claiming(encoded(picture("RGB"), "JPEG", subsampling=0), (16_000, 16_000))
    at = data.index(b"\xff\xda")
    assert data[at + 4] == 3
    assert needed(data) < ROOM
    assert needed(data[: at + 2] + b"\0\x08\x01" + data[at + 5 : at + 7] + data[at + 11 :]) > ROOM
    assert needed(data[:2] + b"\xff\xfe\0\x09" + b"\xff\xda\0\x0c\x03ab" + data[2:]) < ROOM  # a comment is no scan


@pytest.mark.parametrize(("tag", "claim"), [(322, 100_000), (323, 400_000), (277, 60_000)])
def test_a_tiff_is_reckoned_with_the_tiles_it_claims(tag: int, claim: int) -> None:
    tiled = {322: 4096, 323: 4096, tag: claim}
    with Image.open(io.BytesIO(encoded(picture("RGB"), "TIFF", compression="tiff_lzw"))) as image:
        for number, value in tiled.items():
            image.tag_v2[number] = value
        assert memory_for(image, image.size, b"", lambda _: (8, 8)) > ROOM


def test_a_turned_tiff_and_a_run_length_bitmap_need_their_pixels_more_than_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(shrink, "_STRIP", 1)
    size = (13_000, 13_000)
    plain = claiming(encoded(picture("P"), "BMP"), size)
    packed = plain[:30] + b"\1" + plain[31:]
    assert needed(packed) - needed(plain) > 300_000_000
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    turned = encoded(picture("RGB", (2_000, 1_000)), "TIFF", exif=exif)
    assert needed(turned) - needed(encoded(picture("RGB", (2_000, 1_000)), "TIFF")) > 3_000_000


def test_formats_that_are_decoded_in_several_copies_have_a_smaller_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    data = encoded(picture("RGB", (1_000, 1_000)), "WEBP")
    assert 20_000_000 < needed(data) < 30_000_000
    monkeypatch.setattr("fewshot_gui.images.decode.ROOM", 20_000_000)
    with pytest.raises(UnreadableError, match=r"1000 x 1000 pixels and would take 0\.0 GB of memory"):
        read_square(data, 16)
    assert set(room._BYTES_WHILE_DECODED) == {"WEBP", "AVIF", "HEIF"}
