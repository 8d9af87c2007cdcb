"""Connections to project files, and the examination that a file must pass before anything of it is used."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

from fewshot_gui.project import contents, errors, schema
from fewshot_gui.project.errors import project_error

LONGEST_SQL = 100_000  # characters; ours are far shorter, also those in a file's table of contents
PAGES_UNCHECKED = 10_000
"""How long the log may grow, in pages, until whoever writes has to wait for a checkpoint: only where nobody syncs."""
BESIDE = ("-wal", "-shm", "-journal")
"""What SQLite may keep beside a database: NAME.fewshot-wal and so on."""


def connect(path: Path) -> sqlite3.Connection:
    """A connection for work on a file that is there: any thread may use it.

    What was committed survives a kill at once, and a power cut once a checkpoint has been made: see Store.sync.
    """
    connection = sqlite3.connect(
        _address(path, "mode=rw"), uri=True, timeout=5, isolation_level=None, check_same_thread=False
    )
    with closed_on_error(connection):
        guard(connection)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute(f"PRAGMA wal_autocheckpoint = {PAGES_UNCHECKED}")
        connection.execute("PRAGMA foreign_keys = ON")
    return connection


def connect_to_read(path: Path) -> sqlite3.Connection:
    """A connection that changes nothing, neither the file nor its folder."""
    # Without a log left by a killed window, "immutable" keeps SQLite from making one beside the file.
    alone = not any(beside(path, end).exists() for end in BESIDE)
    connection = sqlite3.connect(_address(path, "immutable=1" if alone else "mode=ro"), uri=True, timeout=5)
    with closed_on_error(connection):
        guard(connection)
    return connection


def _address(path: Path, how: str) -> str:
    posix = path.as_posix()
    return f"{'file://' if posix.startswith('/') else 'file:///'}{quote(os.fsencode(posix))}?{how}"


def guard(connection: sqlite3.Connection) -> None:
    """Before anything is read: what a stranger wrote into the file can't run functions or fill the memory."""
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, contents.LARGEST_VALUE)
    connection.setlimit(sqlite3.SQLITE_LIMIT_SQL_LENGTH, LONGEST_SQL)
    connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA cell_size_check = ON")


def examine(path: Path) -> int:
    """The schema version of a sound project that we can read; the file stays as it is.

    Raises ProjectError: not a project, of a newer version, damaged, or holding what this program never writes.
    """
    with closing(connect_to_read(path)) as connection:
        version = schema.version_of(connection)
        if version is None:
            raise project_error(errors.NOT_A_PROJECT, path)
        if version > schema.SCHEMA_VERSION:
            raise project_error(errors.NEWER, path)
        if version < 1:
            raise project_error(errors.DAMAGED, path)
        contents.refuse_strange_tables(connection, version, path)
        if not is_sound(connection):
            raise project_error(errors.DAMAGED, path)
        contents.refuse_strange_rows(connection, version, path)
    return version


def is_sound(connection: sqlite3.Connection) -> bool:
    """Whether every page can be read and is where it belongs, and the indexes say what the tables do."""
    return bool(connection.execute("PRAGMA integrity_check(1)").fetchone() == ("ok",))


def beside(path: Path, end: str) -> Path:
    """The file that SQLite keeps beside a database; see BESIDE."""
    return path.with_name(path.name + end)


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Commit at the end, or roll back."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:  # a full disk may have rolled back already
            connection.execute("ROLLBACK")
        raise


@contextmanager
def closed_on_error(connection: sqlite3.Connection) -> Iterator[None]:
    """Close the connection if the block fails."""
    try:
        yield
    except BaseException:
        connection.close()
        raise


@contextmanager
def new_file(path: Path) -> Iterator[None]:
    """Make an empty file where nothing was, to be filled inside the block; gone again if that fails."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o666))
    except FileExistsError as error:
        raise project_error(errors.EXISTS, path) from error
    except OSError as error:
        raise project_error(errors.READ_ONLY, path) from error
    try:
        yield
    except BaseException:
        path.unlink(missing_ok=True)
        raise
