"""What somebody dropped or pasted: files, a picture's own data, tiles of our gallery, examples or a class card."""

import base64
import binascii
import os
import re
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, unquote_to_bytes, urlsplit

from PySide6.QtCore import (
    QCoreApplication,
    QEvent,
    QMimeData,
    QObject,
    QPoint,
    QPointF,
    Qt,
    QUrl,
    Signal,
)
from PySide6.QtGui import QDrag, QDropEvent, QImage, QPixmap
from PySide6.QtWidgets import QApplication, QWidget

from fewshot_gui.images.decode import UnreadableError, read_file
from fewshot_gui.sentences import translated
from fewshot_gui.ui.pasted import fitting

PICTURES_MIME = "application/x-fewshot-pictures"
"""Mime type of tiles dragged out of our own gallery: picture ids as text, with commas between."""
EXAMPLES_MIME = "application/x-fewshot-examples"
"""Beside PICTURES_MIME: these pictures were dragged out of a class card."""
CARD_MIME = "application/x-fewshot-card"
"""Mime type of a class card that is dragged: the class's id as text."""

translate = QCoreApplication.translate

_COPIED_FILES = ("x-special/gnome-copied-files", "x-special/mate-copied-files", "x-special/nautilus-clipboard")
_PICTURE_KINDS = ("image/png", "image/jpeg", "image/webp", "image/bmp", "image/tiff", "image/gif", "image/avif")
_EMBEDDED = re.compile(r"""<img[^>]*?\ssrc\s*=\s*["']?(data:image/[^"'\s>]+)""", re.IGNORECASE)


@dataclass(frozen=True)
class Drop:
    """What a drop or a paste holds: one of paths, image, tiles and card, or else `refused`, which says why not.

    `from_card`: the tiles are examples dragged out of a class card. `card` is the class of a dragged card.
    `image` is a picture's own data as it came, for pasted.as_png; `name` a file name to show, or "" if none is known.
    """

    paths: tuple[Path, ...] = ()
    image: bytes | QImage | None = None
    name: str = ""
    tiles: tuple[int, ...] = ()
    from_card: bool = False
    card: int | None = None
    refused: str = ""


class DropTarget(QObject):
    """Lets a widget take drops, always as copies; class cards only where it says so."""

    dropped = Signal(object)  # a Drop that is not refused
    refused = Signal(str)  # why not, as soon as the drag reaches the widget
    hovered = Signal(bool)  # whether something that can be dropped is over the widget; again whenever it moves

    def __init__(self, widget: QWidget, cards: bool = False) -> None:
        super().__init__(widget)
        self.position = QPointF()  # of the latest drag, in the widget
        self.modifiers = Qt.KeyboardModifier.NoModifier  # held during it
        self.card: int | None = None  # the class whose card it carries
        self.own_tiles = False  # whether it carries pictures of the gallery
        self._cards = cards
        self._refusing = False
        widget.setAcceptDrops(True)
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind == QEvent.Type.DragLeave:
            self.hovered.emit(False)
        elif isinstance(event, QDropEvent):  # entering and moving are drops, too
            self.position, self.modifiers = event.position(), event.modifiers()
            if kind == QEvent.Type.DragEnter:
                self._enter(event)
            if self._refusing:
                event.ignore()
            else:
                event.setDropAction(Qt.DropAction.CopyAction)
                event.accept()
                if kind == QEvent.Type.Drop:
                    self._take(event)
                else:
                    self.hovered.emit(True)
            return True
        return False

    def _enter(self, event: QDropEvent) -> None:
        self.card = _card(event.mimeData())
        self.own_tiles = bool(_tiles(event.mimeData())) and not event.mimeData().hasFormat(EXAMPLES_MIME)
        if self.card is not None:
            self._refusing = not self._cards
            return
        reason = why_refused(event.mimeData())
        self._refusing = bool(reason)
        if reason:
            self.refused.emit(reason)

    def _take(self, event: QDropEvent) -> None:
        self.hovered.emit(False)
        drop = read_drop(event.mimeData())
        if drop.refused:
            self.refused.emit(drop.refused)
        else:
            self.dropped.emit(drop)


def read_drop(mime: QMimeData) -> Drop:
    """What `mime` holds. Our own tiles come first, then files and folders that exist, then a picture's own data.

    A browser's temporary file is read at once, because it may be gone a moment later.
    """
    if tiles := _tiles(mime):
        return Drop(tiles=tiles, from_card=mime.hasFormat(EXAMPLES_MIME))
    if (card := _card(mime)) is not None:
        return Drop(card=card)
    named = _local_paths(mime)
    paths = tuple(path for path in named if _exists(path))
    if len(paths) == 1 and _from_browser(mime) and _is_temporary(paths[0]):
        return _read_temporary(paths[0])
    if paths:
        return Drop(paths=paths)
    try:
        if (image := _image_data(mime)) is not None:
            return Drop(image=image, name=_name_on_the_web(mime))
    except UnreadableError as error:
        return Drop(refused=unreadable(error))
    return Drop(refused=_reason(mime, named))


def unreadable(error: UnreadableError) -> str:
    """The sentence for a picture's own data that can't be read."""
    return translate("drops", "The picture can't be read. {reason}").format(reason=translated(error.reason))


def why_refused(mime: QMimeData) -> str:
    """A sentence why `mime` would be refused, "" if it looks fine. Quick: for a drag that is still moving."""
    if mime.hasFormat(PICTURES_MIME) or _holds_image(mime):
        return ""
    named = _local_paths(mime)
    return "" if any(_exists(path) for path in named) else _reason(mime, named)


def card_mime(class_id: int) -> QMimeData:
    """A class card as it is dragged."""
    mime = QMimeData()
    mime.setData(CARD_MIME, str(class_id).encode())
    return mime


def example_mime(picture_ids: Iterable[int]) -> QMimeData:
    """Examples as they are dragged out of a class card."""
    mime = QMimeData()
    mime.setData(PICTURES_MIME, ",".join(map(str, picture_ids)).encode())
    mime.setData(EXAMPLES_MIME, b"1")
    return mime


def carry(source: QWidget, mime: QMimeData, pixmap: QPixmap) -> None:
    """Drag this out of a widget until the person lets go."""
    drag = QDrag(source)
    drag.setMimeData(mime)
    drag.setPixmap(pixmap)
    drag.exec(Qt.DropAction.CopyAction)


def far_enough(pressed: QPoint, now: QPoint) -> bool:
    """Whether the mouse went so far from where it was pressed that a drag is meant, not a click."""
    return (now - pressed).manhattanLength() >= QApplication.startDragDistance()


def _card(mime: QMimeData) -> int | None:
    text = bytes(mime.data(CARD_MIME).data()).decode("ascii", "replace")
    return int(text) if text.isdecimal() else None


def _tiles(mime: QMimeData) -> tuple[int, ...]:
    text = bytes(mime.data(PICTURES_MIME).data()).decode("ascii", "replace")
    return tuple(int(part) for part in text.split(",") if part.strip().isdecimal())


def _local_paths(mime: QMimeData) -> list[Path]:
    """The local files and folders named in `mime`, in order and each once, whether they exist or not."""
    lines: list[bytes] = []
    for kind in ("text/uri-list", *_COPIED_FILES):
        lines += bytes(mime.data(kind).data()).splitlines()
    if not lines and mime.hasText():  # some file managers copy files as text only
        lines = [_as_url(line.strip()) for line in mime.text().splitlines()]
    paths = (_local_path(line.strip()) for line in lines)
    return list(dict.fromkeys(path for path in paths if path is not None))


def _as_url(text: str) -> bytes:
    url = QUrl.fromLocalFile(text) if Path(text).is_absolute() else QUrl(text)
    return bytes(url.toEncoded().data())


def _local_path(url: bytes) -> Path | None:
    """The path of a file:// address, None for anything else."""
    if not url.lower().startswith(b"file:"):
        return None
    if os.name == "nt":
        return Path(QUrl.fromEncoded(url).toLocalFile())
    rest = url[len(b"file:") :]
    if rest.startswith(b"//"):  # file://host/path; the host is empty, localhost or this machine
        rest = b"/" + rest[2:].partition(b"/")[2]
    # QUrl can't tell a name that isn't valid UTF-8; the file system can.
    return Path(os.fsdecode(unquote_to_bytes(rest)))


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):  # ValueError: a NUL in the name
        return False


def _from_browser(mime: QMimeData) -> bool:
    return mime.hasHtml() or any(kind.startswith(("text/x-moz-", "application/x-moz-")) for kind in mime.formats())


def _is_temporary(path: Path) -> bool:
    return path.is_file() and path.resolve().is_relative_to(Path(tempfile.gettempdir()).resolve())


def _read_temporary(path: Path) -> Drop:
    try:
        return Drop(image=fitting(read_file(path)), name=path.name)
    except UnreadableError as error:
        return Drop(refused=str(error))


def _holds_image(mime: QMimeData) -> bool:
    return mime.hasImage() or any(mime.hasFormat(kind) for kind in _PICTURE_KINDS) or bool(_embedded(mime))


def _image_data(mime: QMimeData) -> bytes | QImage | None:
    """The picture's data, None if there is none. Raises UnreadableError where there is too much of it."""
    for kind in _PICTURE_KINDS:
        if data := bytes(mime.data(kind).data()):
            return fitting(data)
    if mime.hasImage():
        image = QImage(mime.imageData())
        if not image.isNull():
            return image
    if embedded := _embedded(mime):
        return fitting(_decode_embedded(embedded))
    return None


def _embedded(mime: QMimeData) -> str:
    """A data: address of a picture, which search engines use for their previews; "" if there is none."""
    for url in mime.urls():
        if url.scheme() == "data" and url.path().startswith("image/"):
            return url.toString(QUrl.ComponentFormattingOption.FullyEncoded)
    found = _EMBEDDED.search(mime.html()) if mime.hasHtml() else None
    return found[1] if found else ""


def _decode_embedded(address: str) -> bytes:
    header, _, body = address.partition(",")
    if not header.endswith(";base64"):
        return unquote_to_bytes(body)
    try:
        return base64.b64decode(unquote(body))
    except binascii.Error:
        return b""  # as_png() says that it is empty


def _web_address(mime: QMimeData) -> str:
    addresses = [url.toString() for url in mime.urls()] or mime.text().split()[:1]
    return next((one for one in addresses if one.lower().startswith(("http:", "https:", "ftp:"))), "")


def _name_on_the_web(mime: QMimeData) -> str:
    try:
        return unquote(urlsplit(_web_address(mime)).path.rpartition("/")[2])
    except ValueError:
        return ""


def _reason(mime: QMimeData, missing: list[Path]) -> str:
    if missing:
        name = os.fsencode(missing[0].name).decode("utf-8", "backslashreplace")
        return translate("drops", "“{name}” is not there any more: it was moved, renamed or deleted.").format(name=name)
    if _web_address(mime):
        return translate(
            "drops",
            "This program works offline and never loads from the web. Save the picture first, then drop the file.",
        )
    return translate("drops", "There is no picture in this. Drop picture files, folders or a picture itself.")
