"""Load small pictures in the background: newest request first, nothing twice, within a bound of memory."""

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QImage, QPixmap

from fewshot_gui.images.decode import UnreadableError
from fewshot_gui.images.isolated import Stopped, thumbnail
from fewshot_gui.workers.priority import give_way

_READY_EVERY_MS = 30
STALLED_SECONDS = 0.5
"""So long does stop() wait for threads, which may be waiting for a disk that never answers."""


@dataclass(frozen=True)
class _Request:
    picture_id: int
    source: Path | bytes
    side: int
    round: int  # clear() begins a new one, in which the results of the old are dropped


@dataclass(frozen=True)
class _Result:
    request: _Request
    image: QImage | None  # None: it can't be read


@dataclass(frozen=True)
class _Kept:
    side: int  # as requested
    pixmap: QPixmap
    bytes: int


class ThumbnailLoader(QObject):
    """Thumbnails by picture id: ask with request(), wait for `ready`, take with pixmap(). Call stop() before the end.

    Of each picture one thumbnail is kept, the last loaded; those looked at longest ago go when more than `max_bytes`
    are held.
    """

    ready = Signal(list)  # ids whose thumbnail arrived or turned out to be unreadable, some milliseconds' worth at once
    _arrived = Signal()

    def __init__(
        self,
        parent: QObject | None = None,
        *,
        max_bytes: int = 128 * 2**20,
        threads: int = 2,
        load: Callable[[Path | bytes, int], NDArray[np.uint8]] = thumbnail,
    ) -> None:
        super().__init__(parent)
        self._max_bytes, self._load = max_bytes, load
        self._pixmaps: OrderedDict[int, _Kept] = OrderedDict()  # looked at longest ago first
        self._bytes = 0
        self._round = 0
        self._unreadable: set[int] = set()

        self._most_threads = threads
        self._threads: list[threading.Thread] = []  # not Qt's: those can't be left to themselves
        self._lock = threading.Condition()  # guards what the threads share: the next four; told of what they wait for
        self._waiting: OrderedDict[int, _Request] = OrderedDict()  # newest last
        self._begun: dict[int, _Request] = {}  # until what they come to is handed out
        self._loading = 0
        self._results: list[_Result] = []
        self._stopped = False

        self._timer = QTimer(self, interval=_READY_EVERY_MS, singleShot=True)
        self._timer.timeout.connect(self._hand_out)
        self._arrived.connect(self._timer.start, Qt.ConnectionType.QueuedConnection)

    def pixmap(self, picture_id: int) -> QPixmap | None:
        """The thumbnail, if it has been loaded, in whatever size it has been loaded last."""
        kept = self._pixmaps.get(picture_id)
        if kept is None:
            return None
        self._pixmaps.move_to_end(picture_id)
        return kept.pixmap

    def side(self, picture_id: int) -> int:
        """The side that the thumbnail was requested for, 0 where there is none."""
        kept = self._pixmaps.get(picture_id)
        return kept.side if kept else 0

    def is_unreadable(self, picture_id: int) -> bool:
        """Whether loading has failed. It is not tried again until retry()."""
        return picture_id in self._unreadable

    def request(self, picture_id: int, source: Path | bytes, side: int) -> None:
        """Load the picture to fit side x side device pixels, before everything asked for earlier.

        Nothing happens if it is there already in that size or larger, is being loaded, or has failed.
        """
        kept = self._pixmaps.get(picture_id)
        if (kept is not None and kept.side >= side) or picture_id in self._unreadable:
            return
        with self._lock:
            begun = self._begun.get(picture_id)
            if self._stopped or (begun is not None and begun.side >= side and begun.round == self._round):
                return
            self._waiting[picture_id] = _Request(picture_id, source, side, self._round)
            self._waiting.move_to_end(picture_id)
            self._lock.notify()
            needed = min(self._most_threads, len(self._waiting) + self._loading)
        while len(self._threads) < needed:
            self._threads.append(threading.Thread(target=self._work, name="thumbnails", daemon=True))
            self._threads[-1].start()

    def forget_except(self, picture_ids: Collection[int]) -> None:
        """Drop every request that has not been started but those for `picture_ids`."""
        with self._lock:
            for picture_id in [one for one in self._waiting if one not in picture_ids]:
                del self._waiting[picture_id]

    def retry(self) -> None:
        """Have whoever shows pictures that could not be read request them again: a disk may have been away."""
        ids, self._unreadable = list(self._unreadable), set()
        if ids:
            self.ready.emit(ids)

    def clear(self) -> None:
        """Forget everything, because the ids will mean other pictures from now on."""
        self.forget_except(())
        self._round += 1
        self._pixmaps.clear()
        self._bytes = 0
        self._unreadable.clear()

    def stop(self) -> None:
        """Drop all requests and wait for the threads, but not for a disk. Afterwards nothing more is loaded."""
        with self._lock:
            self._stopped = True
            self._waiting.clear()
            self._lock.notify_all()
        until = time.monotonic() + STALLED_SECONDS
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))
        self._timer.stop()
        self._results.clear()

    def _work(self) -> None:
        """Runs in a thread of its own until stop()."""
        give_way()
        while True:
            with self._lock:
                while not self._waiting:
                    if self._stopped:
                        return
                    self._lock.wait()
                _, request = self._waiting.popitem()
                self._begun[request.picture_id] = request
                self._loading += 1
            result = _Result(request, self._image(request))
            with self._lock:
                if self._stopped:
                    return
                self._loading -= 1
                self._results.append(result)
                first = len(self._results) == 1
            if first:
                self._arrived.emit()

    def _image(self, request: _Request) -> QImage | None:
        try:
            pixels = self._load(request.source, request.side)
        except (UnreadableError, Stopped):
            return None
        except Exception:  # a defect in the loader must not leave the picture waiting for ever
            logging.getLogger(__name__).exception("loading a thumbnail failed")
            return None
        height, width, _ = pixels.shape
        image = QImage(pixels.data, width, height, pixels.strides[0], QImage.Format.Format_RGB888)
        return image.convertToFormat(QImage.Format.Format_RGB32)  # a copy, in the format the screen wants

    def _hand_out(self) -> None:
        with self._lock:
            results, self._results = self._results, []
            for result in results:
                if self._begun.get(result.request.picture_id) is result.request:
                    del self._begun[result.request.picture_id]
        results = [result for result in results if result.request.round == self._round]
        for result in results:
            self._keep(result)
        if results:
            self.ready.emit(list(dict.fromkeys(result.request.picture_id for result in results)))

    def _keep(self, result: _Result) -> None:
        request = result.request
        if result.image is None:
            self._unreadable.add(request.picture_id)
            return
        kept = self._pixmaps.get(request.picture_id)
        if kept is not None:
            if kept.side > request.side:
                return
            self._bytes -= kept.bytes
        self._pixmaps[request.picture_id] = _Kept(
            request.side, QPixmap.fromImage(result.image), result.image.sizeInBytes()
        )
        self._pixmaps.move_to_end(request.picture_id)
        self._bytes += result.image.sizeInBytes()
        while self._bytes > self._max_bytes and len(self._pixmaps) > 1:
            _, oldest = self._pixmaps.popitem(last=False)
            self._bytes -= oldest.bytes
