"""Thumbnails on disk: a large picture that was seen once is shown at once the next time."""

from __future__ import annotations

import hashlib
import io
import os
import sqlite3
import threading
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from fewshot_gui.cache_file import CacheFile, bytes_used, cache_folder
from fewshot_gui.images.isolated import read, thumbnail

LIMIT_BYTES = 1 << 30
LARGEST_SIDE = 512
"""Larger ones are made anew each time: few are looked at, and each takes the room of many."""
LEAST_BYTES = 32 << 10
"""Files under this size are as quick to read as their thumbnail would be."""
_QUALITY = 85
_NOTE_EVERY = 256
"""After so many look-ups it is written down which thumbnails were used."""
_TABLE = "CREATE TABLE IF NOT EXISTS thumbnails (key BLOB PRIMARY KEY, used REAL, data BLOB) WITHOUT ROWID"


class ThumbnailCache:
    """One file in the cache folder, for any number of threads and windows. ``limit`` bounds it, in bytes: what was
    looked at longest ago goes first."""

    def __init__(self, folder: Path | None = None, limit: int = LIMIT_BYTES) -> None:
        self._limit = limit
        self._file = CacheFile((folder or cache_folder()) / "thumbnails.sqlite", _TABLE)
        self._noting = threading.Lock()
        self._used: dict[bytes, float] = {}

    def thumbnail(self, source: Path | bytes, side: int) -> NDArray[np.uint8]:
        """As images.thumbnails.thumbnail, from the cache where it is there and the file is the same as then.

        Raises UnreadableError.
        """
        key = _key(source, side) if isinstance(source, Path) and side <= LARGEST_SIDE else None
        if key is None:
            return thumbnail(source, side)
        data = self._file.use(lambda c: c.execute("SELECT data FROM thumbnails WHERE key = ?", [key]).fetchone(), None)
        if data is not None:
            kept = read(data[0], "thumbnail", side).pixels  # in a process, too: anyone can write into the cache
            if kept is not None:  # else damaged: made anew below
                self._note(key)
                return kept
        pixels = thumbnail(source, side)
        packed = io.BytesIO()
        Image.fromarray(pixels).save(packed, "JPEG", quality=_QUALITY)
        self._file.use(lambda c: self._insert(c, key, packed.getvalue()), None)
        return pixels

    def set_limit(self, limit: int) -> None:
        """Bound the file anew, in bytes: it shrinks when the next thumbnail is kept."""
        self._limit = limit

    def close(self) -> None:
        """Write down what was used. Afterwards every thumbnail is made from its picture."""
        self._write_used()
        self._file.close()

    def _insert(self, connection: sqlite3.Connection, key: bytes, data: bytes) -> None:
        connection.execute("INSERT OR REPLACE INTO thumbnails VALUES (?, ?, ?)", [key, time.time(), data])
        if bytes_used(connection) > self._limit:
            self._put_down(connection)
            connection.execute(
                "DELETE FROM thumbnails WHERE key IN (SELECT key FROM thumbnails ORDER BY used LIMIT "
                "(SELECT COUNT(*) / 4 + 1 FROM thumbnails))"
            )

    def _note(self, key: bytes) -> None:
        with self._noting:
            self._used[key] = time.time()
            full = len(self._used) >= _NOTE_EVERY
        if full:
            self._write_used()

    def _write_used(self) -> None:
        self._file.use(self._put_down, None)

    def _put_down(self, connection: sqlite3.Connection) -> None:
        with self._noting:
            used, self._used = self._used, {}
        connection.executemany("UPDATE thumbnails SET used = ? WHERE key = ?", [(t, key) for key, t in used.items()])


def _key(path: Path, side: int) -> bytes | None:
    """What tells this file, as it is now, from all others; None where a thumbnail of it is not worth keeping."""
    try:
        now = path.stat()
    except (OSError, ValueError):
        return None
    if now.st_size < LEAST_BYTES:
        return None
    name = b"\0".join([os.fsencode(path), b"%d %d %d" % (now.st_size, now.st_mtime_ns, side)])
    return hashlib.blake2b(name, digest_size=16).digest()
