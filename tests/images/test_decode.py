"""Every kind of picture comes out upright, RGB and the right way up, once."""

import io
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageOps, features

from fewshot_gui.images.decode import UnreadableError, content_hash, decode, read_file, read_square, square
from fewshot_gui.images.thumbnails import thumbnail

ORIENTATION = 0x0112
TURNED_BACK = {  # what a camera held so has stored, given the upright picture
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}
RED, GREEN, BLUE, YELLOW = (220, 30, 30), (30, 200, 30), (30, 30, 220), (230, 220, 40)


def four_corners(width: int = 96, height: int = 64) -> Image.Image:
    """A picture in which every way of turning or mirroring it shows."""
    image = Image.new("RGB", (width, height), RED)
    image.paste(GREEN, (width // 2, 0, width, height // 2))
    image.paste(BLUE, (0, height // 2, width // 2, height))
    image.paste(YELLOW, (width // 2, height // 2, width, height))
    return image


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def stored_turned(kind: str, orientation: int, image: Image.Image, **options: object) -> bytes:
    back = TURNED_BACK[orientation]
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    return encoded(image if back is None else image.transpose(back), kind, exif=exif, **options)


def off(a: object, b: object) -> float:
    """The mean difference of two pictures, 0..255."""
    first, second = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    assert first.shape == second.shape
    return float(abs(first - second).mean())


needs_avif = pytest.mark.skipif(not features.check("avif"), reason="pillow was built without AVIF")


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("JPEG", {"quality": 95, "subsampling": 0}),
        ("PNG", {}),
        ("WEBP", {"lossless": True}),
        ("TIFF", {}),
        ("TIFF", {"compression": "tiff_lzw"}),
        pytest.param("AVIF", {"quality": 95}, marks=needs_avif),
    ],
)
def test_a_turned_picture_is_set_upright_once(kind: str, options: dict[str, object], orientation: int) -> None:
    upright = four_corners()
    data = stored_turned(kind, orientation, upright, **options)
    got = decode(data)
    assert got.mode == "RGB"
    assert off(got, upright) < 4
    assert off(ImageOps.exif_transpose(got), upright) < 4, "the orientation is still in the picture"
    assert off(read_square(data, 32), upright.resize((32, 32), Image.Resampling.BOX)) < 8
    assert off(thumbnail(data, 48), upright.resize((48, 32), Image.Resampling.BOX)) < 8
    with Image.open(io.BytesIO(data)) as opened:
        assert off(square(opened, 32), read_square(data, 32)) < 8


@pytest.mark.parametrize("orientation", [1, 6])
def test_the_reduced_decoding_of_a_big_jpeg_shows_the_same_picture(orientation: int) -> None:
    upright = four_corners(960, 640)
    data = stored_turned("JPEG", orientation, upright)
    assert off(decode(data, at_least=(100, 60)).resize((30, 20)), upright.resize((30, 20))) < 4
    assert off(read_square(data, 32), upright.resize((32, 32), Image.Resampling.BOX)) < 4


@pytest.mark.parametrize("orientation", [0, 9, 77])
def test_an_orientation_that_does_not_exist_is_ignored(orientation: int) -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    assert off(decode(encoded(four_corners(), "PNG", exif=exif)), four_corners()) == 0


@pytest.mark.filterwarnings("ignore::UserWarning:PIL.TiffImagePlugin")
def test_broken_exif_does_not_hide_a_good_picture() -> None:
    data = encoded(four_corners(), "JPEG", quality=95, exif=b"Exif\0\0II*\0\xff\xff\xff\xff broken")
    assert off(decode(data), four_corners()) < 4


@pytest.mark.parametrize("orientation", [1, 5, 6])
@pytest.mark.parametrize(
    "at_least", [(1, 1), (50, 50), (51, 10), (10, 77), (200, 150), (401, 301), (400, 2), (9000, 1)]
)
def test_neither_side_of_a_reduced_jpeg_falls_under_what_was_asked(orientation: int, at_least: tuple[int, int]) -> None:
    whole = (401, 301)
    got = decode(stored_turned("JPEG", orientation, four_corners(*whole)), at_least=at_least)
    for side, asked, full in zip(got.size, at_least, whole, strict=True):
        assert min(asked, full) <= side <= full


def test_a_jpeg_is_decoded_smaller_where_that_is_enough() -> None:
    assert decode(encoded(four_corners(800, 800), "JPEG"), at_least=(96, 96)).size == (100, 100)


MODES = {
    "PNG": ["1", "L", "LA", "P", "RGB", "RGBA"],
    "JPEG": ["L", "RGB", "CMYK", "YCbCr"],
    "GIF": ["1", "L", "P", "RGB", "RGBA"],
    "BMP": ["1", "L", "P", "RGB", "RGBA"],
    "DIB": ["L", "RGB"],
    "WEBP": ["L", "RGB", "RGBA"],
    "TIFF": ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "YCbCr"],
    "AVIF": ["L", "RGB", "RGBA"] if features.check("avif") else [],
}


@pytest.mark.parametrize(("kind", "mode"), [(kind, mode) for kind, modes in MODES.items() for mode in modes])
def test_every_kind_and_mode_becomes_rgb_of_the_same_look(kind: str, mode: str) -> None:
    original = four_corners().convert(mode)
    got = decode(encoded(original, kind))
    assert got.mode == "RGB"
    assert off(got, original.convert("RGB")) < 12
    assert read_square(encoded(original, kind), 16).shape == (16, 16, 3)


@pytest.mark.parametrize("compression", ["raw", "tiff_lzw", "tiff_deflate", "packbits", "jpeg"])
def test_tiff_compressions(compression: str) -> None:
    assert off(decode(encoded(four_corners(), "TIFF", compression=compression)), four_corners()) < 5


def test_a_progressive_jpeg() -> None:
    data = encoded(four_corners(800, 600), "JPEG", progressive=True)
    assert off(read_square(data, 48), read_square(encoded(four_corners(800, 600), "JPEG"), 48)) < 2


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG", "TIFF", "MPO", pytest.param("AVIF", marks=needs_avif)])
def test_of_several_frames_the_first_counts(kind: str) -> None:
    second = Image.new("RGB", (96, 64), "black")
    data = encoded(four_corners(), kind, save_all=True, append_images=[second])
    assert off(decode(data), four_corners()) < 12
    assert off(read_square(data, 16), four_corners().resize((16, 16), Image.Resampling.BOX)) < 12


@pytest.mark.parametrize("mode", ["RGBA", "LA"])
@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_transparent_parts_lie_on_white(kind: str, mode: str) -> None:
    image = Image.new(mode, (4, 4), (0, 0, 0, 0) if mode == "RGBA" else (0, 0))
    image.putpixel((0, 0), (0, 0, 0, 255) if mode == "RGBA" else (0, 255))
    image.putpixel((1, 0), (0, 0, 0, 128) if mode == "RGBA" else (0, 128))
    got = decode(encoded(image, kind))
    assert got.getpixel((3, 3)) == (255, 255, 255)
    assert got.getpixel((0, 0)) == (0, 0, 0)
    assert got.getpixel((1, 0)) == pytest.approx((127, 127, 127), abs=1)


@pytest.mark.parametrize(("kind", "transparency"), [("GIF", 1), ("PNG", 1), ("PNG", b"\xff\x00")])
def test_a_transparent_colour_of_a_palette_lies_on_white(kind: str, transparency: int | bytes) -> None:
    image = Image.new("P", (8, 4), 0)
    image.putpalette([10, 20, 30, 200, 0, 0])
    image.paste(1, (4, 0, 8, 4))
    got = decode(encoded(image, kind, transparency=transparency))
    assert got.getpixel((0, 0)) == (10, 20, 30)
    assert got.getpixel((7, 0)) == (255, 255, 255)


@pytest.mark.parametrize(("mode", "key"), [("L", 9), ("RGB", (9, 9, 9)), ("1", 0)])
def test_a_transparent_colour_without_a_palette_lies_on_white(mode: str, key: object) -> None:
    image = Image.new(mode, (4, 4), key)
    assert decode(encoded(image, "PNG", transparency=key)).getpixel((0, 0)) == (255, 255, 255)


def test_pa_made_by_hand_lies_on_white() -> None:
    image = Image.new("PA", (8, 8))
    image.putpalette([10, 20, 30])
    assert square(image, 4).min() == 255


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_16_bit_grey_is_scaled_from_its_full_range(kind: str) -> None:
    ramp = np.linspace(0, 65535, 256, dtype=np.uint16).reshape(16, 16)
    got = np.asarray(decode(encoded(Image.fromarray(ramp), kind)))
    assert got.shape == (16, 16, 3)
    assert (got[..., 0] == ramp >> 8).all()


def test_12_bit_grey_in_16_bits_is_not_black() -> None:
    ramp = np.linspace(0, 4095, 256, dtype=np.uint16).reshape(16, 16)
    assert (np.asarray(decode(encoded(Image.fromarray(ramp), "TIFF")))[..., 0] == ramp >> 4).all()


def test_big_endian_16_bit_grey() -> None:
    image = Image.frombytes("I;16B", (2, 1), b"\x80\x00\xff\xff")
    assert [p[0] for p in decode(encoded(image, "TIFF")).get_flattened_data()] == [0x80, 0xFF]


@pytest.mark.parametrize("dtype", [np.int32, np.float32])
def test_32_bit_grey_is_stretched_from_its_least_to_its_greatest(dtype: type) -> None:
    values = np.linspace(-1000, 3000, 64).reshape(8, 8).astype(dtype)
    got = np.asarray(decode(encoded(Image.fromarray(values), "TIFF")))[..., 0]
    assert (got.min(), got.max()) == (0, 255)
    assert (np.diff(got.ravel().astype(int)) >= 0).all()


@pytest.mark.filterwarnings("error")
def test_float_pictures_with_nan_and_infinities() -> None:
    values = np.array([[np.nan, np.inf, -np.inf], [0.0, 0.5, 1.0]], dtype=np.float32)
    got = np.asarray(decode(encoded(Image.fromarray(values), "TIFF")))[..., 0]
    assert got.tolist() == [[0, 255, 0], [0, 127, 255]]


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("value", [0.0, 5.0, float("nan"), float("inf"), 3e38])
def test_a_float_picture_of_one_value_is_readable(value: float) -> None:
    data = encoded(Image.fromarray(np.full((4, 4), value, dtype=np.float32)), "TIFF")
    assert decode(data).size == (4, 4)


def test_a_colour_profile_is_ignored() -> None:
    plain = encoded(four_corners(), "PNG")
    assert off(decode(encoded(four_corners(), "PNG", icc_profile=b"no profile at all")), decode(plain)) == 0


def test_a_mislabelled_picture_simply_decodes(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(encoded(four_corners(), "PNG"))
    assert off(decode(tmp_path / "a.jpg"), four_corners()) == 0


def test_the_whole_picture_is_squeezed_so_that_nothing_at_the_edge_is_lost() -> None:
    wide = Image.new("RGB", (400, 50), "black")
    wide.paste("white", (0, 0, 40, 50))
    got = read_square(encoded(wide, "PNG"), 20)
    assert got.shape == (20, 20, 3)
    assert got.dtype == np.uint8
    assert (got[:, 0] == 255).all()
    assert (got[:, -1] == 0).all()


@pytest.mark.parametrize("size", [(1, 1), (1, 3000), (3000, 1), (7, 5), (96, 96), (97, 95)])
@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_square_of_any_picture_keeps_its_colour(size: tuple[int, int], kind: str) -> None:
    got = read_square(encoded(Image.new("RGB", size, (200, 100, 50)), kind), 96)
    assert got.shape == (96, 96, 3)
    assert got.flags.c_contiguous
    assert off(got, np.full((96, 96, 3), (200, 100, 50))) < 4


def test_a_small_picture_is_enlarged_smoothly() -> None:
    two = Image.new("L", (2, 1), 0)
    two.putpixel((1, 0), 255)
    row = read_square(encoded(two, "PNG"), 32)[16, :, 0].astype(int)
    assert (np.diff(row) >= 0).all()
    assert len(set(row)) > 10


def test_squares_do_not_alias_fine_patterns() -> None:
    checks = np.indices((960, 960)).sum(0) % 2 * 255
    got = read_square(encoded(Image.fromarray(checks.astype(np.uint8)), "PNG"), 96)
    assert abs(got.astype(int) - 127).max() <= 3


@pytest.mark.parametrize(("size", "want"), [((400, 300), (160, 120)), ((300, 400), (120, 160)), ((5000, 10), (160, 1))])
@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_thumbnail_keeps_its_shape_within_the_square(kind: str, size: tuple[int, int], want: tuple[int, int]) -> None:
    got = thumbnail(encoded(four_corners(*size), kind), 160)
    assert got.shape == (want[1], want[0], 3)
    assert got.dtype == np.uint8
    assert got.flags.c_contiguous


def test_a_small_picture_stays_small_as_a_thumbnail() -> None:
    assert thumbnail(encoded(four_corners(30, 20), "PNG"), 160).shape == (20, 30, 3)


def test_a_path_its_bytes_and_an_open_picture_give_the_same_square(tmp_path: Path) -> None:
    data = encoded(four_corners(), "PNG")
    (tmp_path / "a.png").write_bytes(data)
    from_path = read_square(tmp_path / "a.png", 24)
    assert (read_square(data, 24) == from_path).all()
    with Image.open(tmp_path / "a.png") as image:
        assert (square(image, 24) == from_path).all()


def test_a_broken_picture_opened_elsewhere_is_refused_in_words() -> None:
    data = encoded(four_corners(), "PNG")
    with Image.open(io.BytesIO(data[: len(data) - 60])) as image, pytest.raises(UnreadableError, match="damaged"):
        square(image, 24)


def test_content_is_told_apart_by_its_hash() -> None:
    assert content_hash(b"a") == content_hash(b"a")
    assert content_hash(b"a") != content_hash(b"b")
    assert len(content_hash(b"")) == 32


def test_a_file_is_read_whole(tmp_path: Path) -> None:
    data = os.urandom(100_000)
    (tmp_path / "a.jpg").write_bytes(data)
    assert read_file(tmp_path / "a.jpg") == data


def test_many_threads_get_the_same_pixels_as_one() -> None:
    files = [encoded(four_corners(120 + i, 90), kind) for i in range(4) for kind in ("JPEG", "PNG", "GIF", "TIFF")]
    alone = [read_square(data, 32) for data in files]
    together = threading.Barrier(4)

    def work(_: int) -> bool:
        together.wait(10)
        return all((read_square(data, 32) == want).all() for data, want in zip(files, alone, strict=True))

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(work, range(4)))
