"""Features on disk, by content and backbone: a picture that was seen once is never decoded again."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from fewshot_gui.cache_file import CacheFile, bytes_used, cache_folder

__all__ = ["LIMIT_BYTES", "FeatureCache", "cache_folder"]
LIMIT_BYTES = 2 << 30
_TABLE = "CREATE TABLE IF NOT EXISTS features (backbone TEXT, digest TEXT, data BLOB, PRIMARY KEY (backbone, digest))"


class FeatureCache:
    """Several processes may share the folder. ``limit`` bounds the file, in bytes: the oldest features go first."""

    def __init__(self, folder: Path | None = None, limit: int = LIMIT_BYTES) -> None:
        self._limit = limit
        self._file = CacheFile((folder or cache_folder()) / "features.sqlite", _TABLE)

    def get(self, backbone: str, digests: Sequence[str], shape: tuple[int, ...]) -> dict[str, np.ndarray]:
        """Features float16 of those contents that are here."""
        found: dict[str, np.ndarray] = {}
        size = 2 * int(np.prod(shape))

        def look_up(connection: sqlite3.Connection) -> None:
            for begin in range(0, len(digests), 500):
                part = list(digests[begin : begin + 500])
                marks = ",".join("?" * len(part))
                rows = connection.execute(
                    f"SELECT digest, data FROM features WHERE backbone = ? AND digest IN ({marks})", [backbone, *part]
                )
                for digest, data in rows:
                    if len(data) == size:
                        found[digest] = np.frombuffer(data, np.float16).reshape(shape)

        self._file.use(look_up, None)
        return found

    def put(self, backbone: str, features: Mapping[str, np.ndarray]) -> None:
        """Keep features float16 by content."""
        rows = [(backbone, digest, array.tobytes()) for digest, array in features.items()]

        def insert(connection: sqlite3.Connection) -> None:
            connection.executemany("INSERT OR REPLACE INTO features VALUES (?, ?, ?)", rows)
            if bytes_used(connection) > self._limit:
                connection.execute(
                    "DELETE FROM features WHERE rowid IN (SELECT rowid FROM features ORDER BY rowid LIMIT "
                    "(SELECT COUNT(*) / 4 + 1 FROM features))"
                )

        self._file.use(insert, None)

    def close(self) -> None:
        self._file.close()
