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
    """Use from one thread. ``limit`` bounds the features kept, in bytes; the oldest go first, when closing."""

    def __init__(self, folder: Path | None = None, limit: int = LIMIT_BYTES) -> None:
        self._limit = limit
        self._connection: sqlite3.Connection | None = None
        file = (folder or cache_folder()) / "features.sqlite"
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            self._connection = _connect(file)
        except sqlite3.DatabaseError:
            self._connection = _start_anew(file)
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
        except sqlite3.DatabaseError:
            pass
        return found

    def put(self, backbone: str, features: Mapping[str, np.ndarray]) -> None:
        """Keep features float16 by content."""
        if self._connection is None:
            return
        rows = [(backbone, digest, array.tobytes()) for digest, array in features.items()]
        try:
            with self._connection:
                self._connection.executemany("INSERT OR REPLACE INTO features VALUES (?, ?, ?)", rows)
        except sqlite3.DatabaseError:
            pass

    def close(self) -> None:
        """Shrink to the limit and close."""
        if self._connection is None:
            return
        try:
            with self._connection:
                total = self._connection.execute("SELECT SUM(LENGTH(data)) FROM features").fetchone()[0] or 0
                if total > self._limit:
                    share = 1 - 0.8 * self._limit / total
                    self._connection.execute(
                        "DELETE FROM features WHERE rowid IN (SELECT rowid FROM features ORDER BY rowid LIMIT "
                        "(SELECT CAST(COUNT(*) * ? AS INTEGER) FROM features))",
                        (share,),
                    )
        except sqlite3.DatabaseError:
            pass
        self._connection.close()
        self._connection = None


def _connect(file: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(file, timeout=1, check_same_thread=False)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=OFF")  # a cache: speed before safety
    with connection:
        connection.execute(
            "CREATE TABLE IF NOT EXISTS features"
            " (backbone TEXT, digest TEXT, data BLOB, PRIMARY KEY (backbone, digest))"
        )
    return connection


def _start_anew(file: Path) -> sqlite3.Connection | None:
    try:
        for name in (file.name, file.name + "-wal", file.name + "-shm"):
            file.with_name(name).unlink(missing_ok=True)
        return _connect(file)
    except (OSError, sqlite3.DatabaseError):
        return None
