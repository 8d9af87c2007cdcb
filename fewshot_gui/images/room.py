"""How much memory a picture takes, from what its file says of it, so that what is too large is refused unopened.

A file of a few bytes may claim any size. Linux holds a reading process to its memory besides; other systems don't, so
there this alone keeps the bound. The figures were measured with pillow 13.
"""

from collections.abc import Callable

from PIL import BmpImagePlugin, Image, JpegImagePlugin, TiffImagePlugin

from fewshot_gui.images.shrink import Size, factors, strip_pixels

ROOM = 1_400_000_000
"""Bytes that reading one picture may take: its file and all that is made of it."""

_BYTES = {"1": 1, "L": 1, "P": 1, "I;16": 2, "I;16L": 2, "I;16B": 2, "I;16N": 2}
"""A pixel of each mode, where it is not 4."""
_BYTES_WHILE_DECODED = {"WEBP": 20, "AVIF": 20, "HEIF": 20}
"""A pixel of formats that are decoded whole, in several copies."""
_WORK, _GREY_WORK = 16, 64
"""A pixel of the strip that is being converted; of wide grey values."""
_BITS, _ORIENTATION, _SAMPLES, _ROWS_PER_STRIP, _TILE_WIDTH, _TILE_HEIGHT, _XMP = 258, 274, 277, 278, 322, 323, 700
"""Numbers of TIFF's tags."""
_START_OF_SCAN, _FILL, _PROGRESSIVE, _ALONE = 0xDA, 0xFF, (0xC2, 0xC6, 0xCA, 0xCE), (0x01, *range(0xD0, 0xD9))
"""Markers of JPEG; those alone are followed by no length."""


def memory_for(image: Image.Image, whole: Size, data: bytes, fit: Callable[[Size], Size]) -> int:
    """The bytes at most that it takes to open this picture and give it the size that ``fit`` makes of its upright size.

    image: opened, not loaded; of a JPEG in the size in which it is to be decoded. whole: its stored size before that.
    data: its file.
    """
    size = fit(image.size)  # whether it must be turned some formats tell only once they are loaded: all is counted so
    across, down = factors(image.size, size)  # that this makes no difference
    small = (image.width // across + 1, image.height // down + 1)
    strip = strip_pixels(image.size, max(across, down)) * (_GREY_WORK if image.mode in ("I", "F") else _WORK)
    reducing = _pixels(image) + strip + 4 * small[0] * small[1]
    resizing = 4 * (small[0] * small[1] + max(size[0] * small[1], size[1] * small[0]) + size[0] * size[1])
    handing_on = 13 * size[0] * size[1]
    return len(data) + max(_while_decoded(image, whole, data), reducing, resizing, handing_on)


def _pixels(image: Image.Image) -> int:
    return image.width * image.height * _BYTES.get(image.mode, 4)


def _while_decoded(image: Image.Image, whole: Size, data: bytes) -> int:
    pixels = _pixels(image)
    if isinstance(image, JpegImagePlugin.JpegImageFile):
        return pixels + (0 if _comes_in_one_scan(data, image.layers) else _coefficients(image, whole))
    if isinstance(image, TiffImagePlugin.TiffImageFile):
        is_upright = image.tag_v2.get(_ORIENTATION, None if _XMP in image.tag_v2 else 1) == 1
        return pixels + max(0 if is_upright else pixels, _tiff_block(image))
    if isinstance(image, BmpImagePlugin.BmpImageFile) and image.tile and image.tile[0].codec_name == "bmp_rle":
        return 3 * pixels
    return max(pixels, image.width * image.height * _BYTES_WHILE_DECODED.get(image.format or "", 0))


def _comes_in_one_scan(data: bytes, layers: int) -> bool:
    """Whether a JPEG can be decoded as it is read: it is not progressive, and its first scan has all its colours."""
    at = 2
    while data[at : at + 1] == b"\xff" and at + 4 < len(data):
        marker = data[at + 1]
        if marker == _START_OF_SCAN:
            return data[at + 4] == layers
        if marker in _PROGRESSIVE:
            return False
        length = 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        at += 1 if marker == _FILL else 2 if marker in _ALONE else length
    return False


def _coefficients(image: JpegImagePlugin.JpegImageFile, whole: Size) -> int:
    """Other JPEGs are held whole as numbers of 2 bytes, of which thinned out colours have fewer."""
    most = max(layer[1] for layer in image.layer) * max(layer[2] for layer in image.layer)
    return int(2 * whole[0] * whole[1] * sum(layer[1] * layer[2] for layer in image.layer) / max(1, most))


def _tiff_block(image: TiffImagePlugin.TiffImageFile) -> int:
    """Compressed TIFFs are unpacked a strip or a tile at a time, which may be the whole picture, or larger."""
    if not image.tile or image.tile[0].codec_name != "libtiff":
        return 0

    def most(tag: int, otherwise: int) -> int:
        said = image.tag_v2.get(tag, otherwise)
        numbers = said if isinstance(said, tuple) else (said,)
        return max((int(number) for number in numbers if isinstance(number, int)), default=otherwise)

    width = most(_TILE_WIDTH, image.width)
    height = most(_TILE_HEIGHT, min(image.height, most(_ROWS_PER_STRIP, image.height)))
    return width * height * max(4, most(_SAMPLES, 1) * -(-most(_BITS, 1) // 8))
