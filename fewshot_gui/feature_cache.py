"""Features on disk, by content and backbone: a picture that was seen once is never decoded again.

One SQLite file in the user's cache folder, bounded in size; deleting it costs time and nothing else. Whatever goes
wrong with it (a full disk, another process, damage) is survived by doing without.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import platformdirs

LIMIT_BYTES = 2 << 30


def cache_folder() -> Path:
    """The user's cache folder for this program; FEWSHOT_GUI_CACHE overrides it."""
    chosen = os.environ.get("FEWSHOT_GUI_CACHE")
    return Path(chosen) if chosen else platformdirs.user_cache_path("fewshot-gui", appauthor=False)


class FeatureCache:
    """Use from one thread; several processes may share the folder. ``limit`` bounds the file, in bytes: the oldest
    features go first."""

    def __init__(self, folder: Path | None = None, limit: int = LIMIT_BYTES) -> None:
        self._limit = limit
        self._file = (folder or cache_folder()) / "features.sqlite"
        self._connection: sqlite3.Connection | None = None
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            self._connection = _connect(self._file)
        except sqlite3.DatabaseError as error:
            self._survive(error)
        except OSError:
            pass

    def get(self, backbone: str, digests: Sequence[str], shape: tuple[int, ...]) -> dict[str, np.ndarray]:
        """Features float16 of those contents that are here."""
        if self._connection is None:
            return {}
        found: dict[str, np.ndarray] = {}
        size = 2 * int(np.prod(shape))
        try:
            for begin in range(0, len(digests), 500):
                part = list(digests[begin : begin + 500])
                marks = ",".join("?" * len(part))
                rows = self._connection.execute(
                    f"SELECT digest, data FROM features WHERE backbone = ? AND digest IN ({marks})", [backbone, *part]
                )
                found |= {d: np.frombuffer(data, np.float16).reshape(shape) for d, data in rows if len(data) == size}
        except sqlite3.DatabaseError as error:
            self._survive(error)
        return found

    def put(self, backbone: str, features: Mapping[str, np.ndarray]) -> None:
        """Keep features float16 by content."""
        if self._connection is None:
            return
        rows = [(backbone, digest, array.tobytes()) for digest, array in features.items()]
        try:
            with self._connection as connection:
                connection.executemany("INSERT OR REPLACE INTO features VALUES (?, ?, ?)", rows)
                if _bytes_used(connection) > self._limit:
                    connection.execute(
                        "DELETE FROM features WHERE rowid IN (SELECT rowid FROM features ORDER BY rowid LIMIT "
                        "(SELECT COUNT(*) / 4 + 1 FROM features))"
                    )
        except sqlite3.DatabaseError as error:
            self._survive(error)

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _survive(self, error: sqlite3.DatabaseError) -> None:
        """Begin a new file in place of a damaged one; go on without what else could not be read or written."""
        if getattr(error, "sqlite_errorcode", 0) & 0xFF not in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            return
        self.close()
        try:
            for name in (self._file.name, self._file.name + "-wal", self._file.name + "-shm"):
                self._file.with_name(name).unlink(missing_ok=True)
            self._connection = _connect(self._file)
        except (OSError, sqlite3.DatabaseError):
            pass


def _connect(file: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(file, timeout=1, check_same_thread=False)
    try:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=OFF")  # a cache: speed before safety
        with connection:
            connection.execute(
                "CREATE TABLE IF NOT EXISTS features"
                " (backbone TEXT, digest TEXT, data BLOB, PRIMARY KEY (backbone, digest))"
            )
    except BaseException:
        connection.close()
        raise
    return connection


def _bytes_used(connection: sqlite3.Connection) -> int:
    """Bytes of the file that hold something; what was deleted leaves room that is filled again."""
    size, pages, free = (
        int(connection.execute(f"PRAGMA {name}").fetchone()[0])
        for name in ("page_size", "page_count", "freelist_count")
    )
    return size * (pages - free)
