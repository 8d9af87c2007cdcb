"""One SQLite file in the user's cache folder; deleting it costs time and nothing else.

Whatever goes wrong with it (a full disk, another process, damage) is survived by doing without.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import TypeVar

import platformdirs

T = TypeVar("T")


def cache_folder() -> Path:
    """The user's cache folder for this program; FEWSHOT_GUI_CACHE overrides it."""
    chosen = os.environ.get("FEWSHOT_GUI_CACHE")
    return Path(chosen) if chosen else platformdirs.user_cache_path("fewshot-gui", appauthor=False)


class CacheFile:
    """A file with one table, made by the statement ``table``. Threads take turns; processes may share it."""

    def __init__(self, file: Path, table: str) -> None:
        self._file, self._table = file, table
        self._turn = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            self._connection = self._connect()
        except sqlite3.DatabaseError as error:
            self._survive(error)
        except OSError:
            pass

    def use(self, work: Callable[[sqlite3.Connection], T], otherwise: T) -> T:
        """What ``work(connection)`` returns; ``otherwise`` where there is no file or something is wrong with it."""
        with self._turn:
            if self._connection is None:
                return otherwise
            try:
                with self._connection as connection:
                    return work(connection)
            except sqlite3.DatabaseError as error:
                self._survive(error)
                return otherwise

    def close(self) -> None:
        """Afterwards it is as if there were no file."""
        with self._turn:
            self._close()

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _survive(self, error: sqlite3.DatabaseError) -> None:
        """Begin a new file in place of a damaged one; go on without what else could not be read or written."""
        if getattr(error, "sqlite_errorcode", 0) & 0xFF not in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            return
        self._close()
        try:
            for name in (self._file.name, self._file.name + "-wal", self._file.name + "-shm"):
                self._file.with_name(name).unlink(missing_ok=True)
            self._connection = self._connect()
        except (OSError, sqlite3.DatabaseError):
            pass

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._file, timeout=1, check_same_thread=False)
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=OFF")  # a cache: speed before safety
            with connection:
                connection.execute(self._table)
        except BaseException:
            connection.close()
            raise
        return connection


def bytes_used(connection: sqlite3.Connection) -> int:
    """Bytes of the file that hold something; what was deleted leaves room that is filled again."""
    size, pages, free = (
        int(connection.execute(f"PRAGMA {name}").fetchone()[0])
        for name in ("page_size", "page_count", "freelist_count")
    )
    return size * (pages - free)


def caches_bytes(folder: Path | None = None) -> int:
    """How much all caches in the cache folder take up on the disk, in bytes."""
    files = (folder or cache_folder()).glob("*.sqlite*")
    sizes = []
    for file in files:
        with suppress(OSError):  # a write-ahead log may go at any moment
            sizes.append(file.stat().st_size)
    return sum(sizes)


def clear_caches(folder: Path | None = None) -> None:
    """Empty all caches in the cache folder, also while they are in use; one that is busy for long is left alone."""
    for file in (folder or cache_folder()).glob("*.sqlite"):
        with suppress(sqlite3.DatabaseError), closing(sqlite3.connect(file, timeout=5, isolation_level=None)) as cache:
            tables = cache.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
            for (table,) in tables:
                cache.execute(f'DELETE FROM "{table}"')
            cache.execute("VACUUM")
            cache.execute("PRAGMA wal_checkpoint(TRUNCATE)")
