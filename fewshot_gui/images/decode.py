"""Turn a picture file into upright RGB pixels, or say in a sentence why it can't be read.

Every picture the program looks at, for the network or for the eye, comes through `read`.
"""

import hashlib
import importlib
import io
import logging
import os
import stat
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import (
    AvifImagePlugin,
    BmpImagePlugin,  # noqa: F401  (importing a plugin teaches pillow its format)
    GifImagePlugin,  # noqa: F401
    Image,
    JpegImagePlugin,  # noqa: F401
    MpoImagePlugin,  # noqa: F401
    PngImagePlugin,  # noqa: F401
    TiffImagePlugin,  # noqa: F401
    UnidentifiedImageError,
    WebPImagePlugin,  # noqa: F401
)

from fewshot_gui.images.errors import printable, reason_of
from fewshot_gui.images.find import NEEDS_HEIF
from fewshot_gui.images.room import ROOM, memory_for
from fewshot_gui.images.shrink import Reduced, Size, is_sideways, reduce, upright_size

MAX_PIXELS = 1_000_000_000
"""Of a picture in the smallest kind of pixels. Of most others fewer find room in memory: room.py."""
MAX_FILE_BYTES = 512 * 2**20

# Several pictures are read at once anyway: threads below one would only take their memory.
AvifImagePlugin.DEFAULT_MAX_THREADS = 1
FORMATS = ["JPEG", "PNG", "WEBP", "GIF", "BMP", "DIB", "TIFF", "AVIF"]
"""Only these: pillow would hand others, such as EPS, to outside programs."""
try:
    _heif = importlib.import_module("pillow_heif")
    _heif.register_heif_opener()
    _heif.options.DECODE_THREADS = 1
    FORMATS.append("HEIF")
except ImportError:
    pass

# pillow's limit only warns; ours (MAX_PIXELS) is checked on every picture before its pixels are decoded.
Image.MAX_IMAGE_PIXELS = None
# What pillow has to say about a file is said by UnreadableError, not on stderr.
warnings.filterwarnings("ignore", module=r"PIL\.")
logging.getLogger("PIL").addHandler(logging.NullHandler())

_EMPTY = "It is empty (0 bytes). Copy it again from where it came from."
_NOT_A_PICTURE = "Its content is not a picture in any format this program reads."
_DAMAGED = "It is cut short or damaged. Copy it again from where it came from."
_DAMAGED_OR_UNUSUAL = "It is cut short or damaged, or stored in an unusual way this program can't read."
_CHANGING = "It was being changed while it was read. Look again once it is finished."
NO_MEMORY = "There is not enough memory to open it. Close other programs, or save a smaller copy of it."
_TOO_LARGE = (
    "It has {} x {} pixels and would take {:.1f} GB of memory to open; {:.1f} GB are the most. "
    "Save a smaller copy of it, or a JPEG that is not progressive."
)
_NOT_A_FILE = "It is not an ordinary file."


class UnreadableError(Exception):
    """A picture can't be read. `reason` says why in a sentence; `str()` also names the file, if there is one."""

    def __init__(self, path: Path | None, reason: str) -> None:
        super().__init__(path, reason)
        self.path = path
        self.reason = reason

    def __str__(self) -> str:
        name = "the picture" if self.path is None else f'"{printable(self.path)}"'
        return f"Can't read {name}. {self.reason}"


def read_file(path: Path) -> bytes:
    """The bytes of a regular file of at most MAX_FILE_BYTES. Raises UnreadableError."""
    try:
        with open_ordinary(path) as (file, before):
            data = file.read(before.st_size + 1)
            after = os.fstat(file.fileno())
        if len(data) != after.st_size or before.st_mtime_ns != after.st_mtime_ns:
            raise UnreadableError(path, _CHANGING)
        return data
    except OSError as error:
        raise UnreadableError(path, reason_of(error)) from error
    except ValueError as error:  # a NUL in the name
        raise UnreadableError(path, "No file can have this name.") from error
    except MemoryError as error:
        raise UnreadableError(path, NO_MEMORY) from error


@contextmanager
def open_ordinary(path: Path) -> Iterator[tuple[BinaryIO, os.stat_result]]:
    """A regular file of at most MAX_FILE_BYTES, open for reading, and what it was when it was opened.

    Raises UnreadableError for another, OSError, and ValueError for a name that no file can have.
    """
    _require_ordinary(path, path.stat())  # before it is opened: devices may act on that, and pipes wait for ever
    with open(path, "rb", opener=_without_waiting) as file:
        status = os.fstat(file.fileno())
        _require_ordinary(path, status)  # another may have taken its place
        yield file, status


def _require_ordinary(path: Path, status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise UnreadableError(path, _NOT_A_FILE)
    if status.st_size > MAX_FILE_BYTES:
        raise UnreadableError(path, f"It is larger than {MAX_FILE_BYTES // 2**20} MB. Save a smaller copy of it.")


def _without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def content_hash(data: bytes) -> str:
    """32 hexadecimal digits that tell one file's content from another's."""
    return hashlib.blake2b(data, digest_size=16).hexdigest()


def decode(source: Path | bytes, at_least: Size | None = None) -> Image.Image:
    """The picture, upright, in mode RGB: of several frames the first, transparent parts on white, no colour profile.

    `at_least` (width, height) allows a JPEG to be decoded at a half, a quarter or an eighth of its size, which is much
    faster, as long as neither side of the upright picture falls under it.

    Raises UnreadableError for whatever is wrong with the file.
    """
    return read(source, lambda size: at_least or size, lambda size: size, Image.Resampling.BOX)


def read(
    source: Path | bytes, at_least: Callable[[Size], Size], fit: Callable[[Size], Size], resample: Image.Resampling
) -> Image.Image:
    """As decode, in the size that ``fit`` makes of its upright size, without having it whole twice.

    at_least: as of decode, made of the size of the whole. Raises UnreadableError for whatever is wrong with the file.
    """
    path, data = (None, source) if isinstance(source, bytes) else (source, read_file(source))
    try:
        return _reduced(path, data, at_least, fit).resized(resample)  # a large picture is gone between the two
    except UnreadableError:
        raise
    except Exception as error:  # pillow's plugins raise nearly anything on broken files
        raise UnreadableError(path, _reason(error, data)) from error


def _reduced(path: Path | None, data: bytes, at_least: Callable[[Size], Size], fit: Callable[[Size], Size]) -> Reduced:
    with Image.open(io.BytesIO(data), formats=FORMATS) as image:
        _require_few_pixels(path, image)
        whole = image.size
        if image.format in ("JPEG", "MPO"):
            least = at_least(upright_size(image))
            image.draft("RGB", least[::-1] if is_sideways(image) else least)
        needed = memory_for(image, whole, data, fit)
        if needed > ROOM:
            raise UnreadableError(path, _TOO_LARGE.format(*whole, needed / 1e9, ROOM / 1e9))
        return reduce(image, fit)


def read_square(source: Path | bytes, side: int) -> NDArray[np.uint8]:
    """The whole picture squeezed to a square, [side, side, 3] RGB 0..255, which is what the network sees.

    The aspect is given up on purpose: cropping would lose what is at the edge. Raises UnreadableError.
    """
    return np.array(read(source, lambda _: (side, side), lambda _: (side, side), Image.Resampling.BILINEAR))


def square(image: Image.Image, side: int) -> NDArray[np.uint8]:
    """As read_square, for a picture of any mode that pillow has opened or made; one with EXIF is set upright. Raises
    UnreadableError."""
    _require_few_pixels(None, image)
    try:
        return np.array(reduce(image, lambda _: (side, side)).resized(Image.Resampling.BILINEAR))
    except Exception as error:  # it may not be loaded yet, and its file broken
        raise UnreadableError(None, NO_MEMORY if isinstance(error, MemoryError) else _DAMAGED) from error


def _require_few_pixels(path: Path | None, image: Image.Image) -> None:
    if image.width * image.height > MAX_PIXELS:
        raise UnreadableError(
            path,
            f"It has {image.width} x {image.height} pixels; more than {MAX_PIXELS // 10**6} million are refused. "
            "Save a smaller copy of it.",
        )


def _reason(error: Exception, data: bytes) -> str:
    if not data:
        return _EMPTY
    if isinstance(error, MemoryError):
        return NO_MEMORY
    if not isinstance(error, UnidentifiedImageError | ValueError):  # ValueError: also colours of an odd kind
        return _DAMAGED
    brands = data[8:64] if data[4:8] == b"ftyp" else b""
    if "HEIF" not in FORMATS and b"avi" not in brands and any(b in brands for b in (b"hei", b"hev", b"mif1")):
        return NEEDS_HEIF
    known = data.startswith((b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"BM", b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"))
    if known or brands or (data[:4] == b"RIFF" and data[8:12] == b"WEBP"):
        return _DAMAGED_OR_UNUSUAL
    return _NOT_A_PICTURE
