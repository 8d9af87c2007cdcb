"""Small pictures for the eye."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from fewshot_gui.images.decode import read
from fewshot_gui.images.shrink import LARGE, Size

LARGEST_OF_LARGE = 4096
"""Pictures of over LARGE pixels come no larger."""


def thumbnail(source: Path | bytes, side: int) -> NDArray[np.uint8]:
    """The picture upright and in its own shape, within side x side: [h, w, 3] RGB 0..255, contiguous.

    Smaller pictures are not enlarged. Raises UnreadableError.
    """

    def fit(size: Size) -> Size:
        return _within(size, min(side, LARGEST_OF_LARGE) if _is_large(size) else side)

    def at_least(size: Size) -> Size:
        return fit(size) if _is_large(size) else (side, side)

    return np.array(read(source, at_least, fit, Image.Resampling.BICUBIC))


def _is_large(size: Size) -> bool:
    return size[0] * size[1] > LARGE


def _within(size: Size, side: int) -> Size:
    """As much of side x side as a picture of this shape fills."""
    longest = max(size)
    if longest <= side:
        return size
    width, height = (max(1, round(length * side / longest)) for length in size)
    return width, height
