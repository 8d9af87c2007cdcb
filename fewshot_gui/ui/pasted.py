"""A picture's own data, as somebody dropped or pasted it, made into a PNG to keep."""

import io
from collections.abc import Callable

from PIL import Image
from PySide6.QtCore import QBuffer, QByteArray, QCoreApplication, QIODevice
from PySide6.QtGui import QImage, QImageWriter

from fewshot_gui.images.decode import UnreadableError
from fewshot_gui.images.isolated import thumbnail

LARGEST_SIDE = 4096
"""Pixels; a larger picture is kept smaller."""
LARGEST_BYTES = 200 << 20
"""More does not fit into a project."""
translate = QCoreApplication.translate
_PNG = b"\x89PNG\r\n\x1a\n"


def as_png(image: bytes | QImage, cancelled: Callable[[], bool] = lambda: False) -> bytes:
    """The picture as PNG, upright. Takes long, so not for the window's thread; strangers' data are decoded in a process
    of their own. A PNG stays as it is. Raises UnreadableError, and Stopped soon after ``cancelled()``."""
    if isinstance(image, QImage):
        return _of_qt(image)
    if image.startswith(_PNG):
        return image
    pixels = thumbnail(image, LARGEST_SIDE, cancelled)
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG", compress_level=1)
    return fitting(buffer.getvalue())


def _of_qt(image: QImage) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    if not QImageWriter(buffer, QByteArray(b"png")).write(image):
        raise UnreadableError(None, translate("drops", "Its data are damaged."))
    return fitting(bytes(buffer.data().data()))


def fitting(data: bytes) -> bytes:
    """The same. Raises UnreadableError where there is too much of it."""
    if len(data) > LARGEST_BYTES:
        sentence = translate("drops", "It is larger than {size} MB. Save it as a file first, then drop the file.")
        raise UnreadableError(None, sentence.format(size=LARGEST_BYTES >> 20))
    return data
