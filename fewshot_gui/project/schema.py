"""The tables of a project file, and how an older file becomes a current one."""

import sqlite3
from collections.abc import Callable

SUFFIX = ".fewshot"
APPLICATION_ID = 0x46657753  # "FewS" in the file's header: what `file` and we know it by
SCHEMA_VERSION = 2  # the file's user_version

TABLES = (  # of version 1; what came later is in MIGRATIONS
    "CREATE TABLE meta (key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID",
    # AUTOINCREMENT: an id is never given twice, so that what was undone or deleted is never taken for something new.
    """CREATE TABLE classes (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        name TEXT NOT NULL,
        colour INTEGER NOT NULL,
        position INTEGER NOT NULL)""",
    # path: os.fsencode'd, with "/"; relative to the opened folder if in_folder, else absolute; of a pasted picture
    # (data holds it as PNG) only a name, so the same name may come twice.
    """CREATE TABLE pictures (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        path BLOB NOT NULL,
        in_folder INTEGER NOT NULL,
        size INTEGER NOT NULL,
        mtime_ns INTEGER NOT NULL,
        digest TEXT,
        problem TEXT,
        data BLOB)""",
    "CREATE UNIQUE INDEX pictures_path ON pictures (path, in_folder) WHERE data IS NULL",
    # What a person said; class_id NULL: none of these. Deferred, so that undo may restore rows in any order.
    """CREATE TABLE human_labels (
        picture_id INTEGER PRIMARY KEY REFERENCES pictures,
        class_id INTEGER REFERENCES classes DEFERRABLE INITIALLY DEFERRED,
        made_at REAL NOT NULL)""",
    "CREATE INDEX human_labels_class ON human_labels (class_id)",
    # What the machine said last, which may name a class deleted since.
    """CREATE TABLE machine_labels (
        picture_id INTEGER PRIMARY KEY REFERENCES pictures,
        class_id INTEGER,
        confidence REAL,
        second_id INTEGER,
        second_confidence REAL,
        unknown INTEGER NOT NULL,
        needs_review INTEGER NOT NULL,
        reason TEXT NOT NULL)""",
    # changes: JSON list of [table, key, before, after]. The undone ones are always the newest.
    """CREATE TABLE history (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        kind TEXT NOT NULL,
        count INTEGER NOT NULL,
        subject TEXT NOT NULL,
        changes TEXT NOT NULL,
        undone INTEGER NOT NULL)""",
)

ADDED_IN_2 = (
    # What the machine had said of a picture when the person judged it: how its promises are measured. machine_id 0:
    # none of these. audit: the picture was asked about by chance, so that it speaks for the rest.
    """CREATE TABLE judgements (
        picture_id INTEGER PRIMARY KEY REFERENCES pictures,
        machine_id INTEGER NOT NULL,
        confidence REAL NOT NULL,
        audit INTEGER NOT NULL)""",
    # Classes that a person said a picture is not of: ids with blanks between.
    """CREATE TABLE rejections (
        picture_id INTEGER PRIMARY KEY REFERENCES pictures,
        class_ids TEXT NOT NULL)""",
)


def _to_2(connection: sqlite3.Connection) -> None:
    for statement in ADDED_IN_2:
        connection.execute(statement)


MIGRATIONS: dict[int, Callable[[sqlite3.Connection], None]] = {1: _to_2}
"""MIGRATIONS[v] brings a file of version v to v + 1; it runs inside a transaction and must not end it."""


def make_tables(connection: sqlite3.Connection, version: int | None = None) -> None:
    """Turn an empty database into an empty project of a version (None: the current one).

    It goes the way an old file goes, so that new and migrated files have the same tables to the letter.
    """
    for statement in TABLES:
        connection.execute(statement)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    migrate(connection, 1, version)


def version_of(connection: sqlite3.Connection) -> int | None:
    """The schema version of an open database; None if it is not a project."""
    (application_id,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return int(version) if application_id == APPLICATION_ID else None


def migrate(connection: sqlite3.Connection, version: int, to: int | None = None) -> None:
    """Bring a project of an older version to `to` (None: SCHEMA_VERSION); run it inside a transaction."""
    to = to or SCHEMA_VERSION
    for step in range(version, to):
        MIGRATIONS[step](connection)
    connection.execute(f"PRAGMA user_version = {to}")
