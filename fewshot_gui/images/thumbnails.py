"""Small pictures for the eye."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from fewshot_gui.images.decode import decode


def thumbnail(source: Path | bytes, side: int) -> NDArray[np.uint8]:
    """The picture upright and in its own shape, within side x side: [h, w, 3] RGB 0..255, contiguous.

    Smaller pictures are not enlarged. Raises UnreadableError.
    """
    image = decode(source, at_least=(side, side))
    image.thumbnail((side, side), Image.Resampling.BICUBIC, reducing_gap=2.0)
    return np.array(image)
