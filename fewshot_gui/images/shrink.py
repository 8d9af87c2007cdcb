"""Make a picture upright, RGB and small without ever having it whole a second time.

A large picture fills the memory once by being decoded. Turned, converted and reduced whole, as pillow does it, it would
take two to eight times as much. Here it goes that way in strips, to the same pixels.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Size = tuple[int, int]
"""Width and height."""

LARGE = 120_000_000
"""Pixels from which on memory counts for more than the last bit of sharpness."""
_STRIP = 1 << 20  # pixels at least that are worked on at once
_GAP = 2.0  # as often the size wanted is left by box averages for the smoother filter that does the rest

# How EXIF tag 274 says the stored pixels must be turned; 1 is upright already.
_ORIENTATION = 0x0112
_TURN = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_SIDEWAYS = (5, 6, 7, 8)
_BACKWARDS = (3, 4, 6, 7)  # the stored first row comes last: lowest, or rightmost


def is_sideways(image: Image.Image) -> bool:
    """Whether its stored height is the width of the upright picture. A PNG tells only once it is loaded."""
    return _orientation(image) in _SIDEWAYS


def upright_size(image: Image.Image) -> Size:
    """The size that it has set upright. A PNG tells only once it is loaded."""
    return image.size[::-1] if is_sideways(image) else image.size


@dataclass(frozen=True)
class Reduced:
    """A picture upright, in RGB, transparent parts on white, and made smaller by whole numbers.

    box: which part of ``image`` is the picture (its last row or column may stand for less). size: the one wanted.
    """

    image: Image.Image
    box: tuple[float, float, float, float]
    size: Size

    def resized(self, resample: Image.Resampling) -> Image.Image:
        """The picture in the size wanted."""
        small = self.image.resize(self.size, resample, box=self.box)
        small.info.clear()  # the EXIF in it would have the picture turned a second time
        return small


def reduce(image: Image.Image, fit: Callable[[Size], Size]) -> Reduced:
    """The first step to the size that ``fit`` makes of the picture's upright size; `resized` is the second.

    Both together give the pixels that turning, converting and then resizing with a reducing_gap of 2 would give. In
    between a large picture can be let go of. Raises whatever pillow does for what it can't load or convert.
    """
    image.load()
    orientation = _orientation(image)
    whole = upright_size(image)
    size = fit(whole)
    across, down = factors(whole, size)
    box = (0.0, 0.0, whole[0] / across, whole[1] / down)
    is_plain = image.mode == "RGB" and orientation not in _TURN and not image.has_transparency_data
    if is_plain and (across, down) == (1, 1):
        return Reduced(image, box, size)
    small = Image.new("RGB", (-(-whole[0] // across), -(-whole[1] // down)))
    for strip, begin in _strips(image, orientation, across if orientation in _SIDEWAYS else down):
        reduced = strip if (across, down) == (1, 1) else strip.reduce((across, down))
        small.paste(reduced, (begin // across, 0) if orientation in _SIDEWAYS else (0, begin // down))
    return Reduced(small, box, size)


def factors(whole: Size, size: Size) -> tuple[int, int]:
    """By how much to reduce the picture each way before it is resized."""

    def with_gap(gap: float) -> tuple[int, int]:
        across, down = (int(full / part / gap) or 1 for full, part in zip(whole, size, strict=True))
        return across, down

    across, down = with_gap(_GAP)
    too_much = whole[0] * whole[1] > LARGE and whole[0] // across * (whole[1] // down) > LARGE // 8
    return with_gap(1.0) if too_much else (across, down)


def strip_pixels(stored: Size, factor: int) -> int:
    """How many pixels are worked on at once, of a picture that is reduced by that factor along its stored height."""
    return min(stored[1], _rows(stored[0], factor)) * stored[0]


def _rows(width: int, factor: int) -> int:
    return factor * max(1, _STRIP // (width * factor))


def _strips(image: Image.Image, orientation: int, factor: int) -> Iterator[tuple[Image.Image, int]]:
    """The upright picture in strips, in RGB or grey, with where each begins; each holds whole multiples of ``factor``
    but the last."""
    convert = _to_rgb_or_grey(image)
    width, height = image.size
    rows = _rows(width, factor)
    for begin in range(0, height, rows):
        end = min(begin + rows, height)
        stored = (height - end, height - begin) if orientation in _BACKWARDS else (begin, end)
        strip = convert(image if (begin, end) == (0, height) else image.crop((0, stored[0], width, stored[1])))
        yield strip if orientation not in _TURN else strip.transpose(_TURN[orientation]), begin


def _parts(image: Image.Image) -> Iterator[NDArray[np.generic]]:
    """The picture's values, strip by strip."""
    rows = _rows(image.width, 1)
    for begin in range(0, image.height, rows):
        yield np.asarray(image.crop((0, begin, image.width, min(begin + rows, image.height))))


def _to_rgb_or_grey(image: Image.Image) -> Callable[[Image.Image], Image.Image]:
    """How to convert a part of this picture."""
    if image.mode.startswith("I;16"):
        # Cameras of 12 bit and less leave the upper bits empty; shifted by 8, their pictures would be black.
        shift = 8 if any(int(part.max()) >= 1 << 12 for part in _parts(image)) else 4
        return lambda part: Image.fromarray((np.asarray(part) >> shift).astype(np.uint8))
    if image.mode in ("I", "F"):
        low, high = _extremes(image)
        return lambda part: Image.fromarray(_stretched(np.asarray(part, dtype=np.float64), low, high))
    if image.has_transparency_data:
        return _on_white
    if image.mode in ("1", "L"):
        return lambda part: part.convert("L")
    return lambda part: part if part.mode == "RGB" else part.convert("RGB")


def _on_white(part: Image.Image) -> Image.Image:
    rgba = part.convert("RGBA")
    white = Image.new("RGB", part.size, "white")
    white.paste(rgba, mask=rgba)
    return white


def _extremes(image: Image.Image) -> tuple[float, float]:
    """The least and the greatest finite value."""
    low, high = np.inf, -np.inf
    for part in _parts(image):
        finite = part[np.isfinite(part)]
        if finite.size:
            low, high = min(low, float(finite.min())), max(high, float(finite.max()))
    return (low, high) if low <= high else (0.0, 0.0)


def _stretched(values: NDArray[np.float64], low: float, high: float) -> NDArray[np.uint8]:
    """Grey values of unknown range to 0..255: ``low`` is black, ``high`` white; NaN is black."""
    with np.errstate(invalid="ignore", over="ignore"):  # infinities and NaN are seen to below
        scaled = (values - low) * (255 / (high - low) if high > low else 0.0)
    return np.clip(np.nan_to_num(scaled, nan=0.0, posinf=255.0, neginf=0.0), 0, 255).astype(np.uint8)


def _orientation(image: Image.Image) -> int:
    """How it must be turned. pillow turns a TIFF itself as it loads, and tells the size of the turned one before."""
    if image.format == "TIFF":
        return 1
    try:
        value = image.getexif().get(_ORIENTATION, 1)
    except Exception:  # broken EXIF does not make the pixels unreadable
        return 1
    return value if isinstance(value, int) else 1
