"""What a project of ours may hold. A file from a stranger that holds anything else is refused before it is used."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from fewshot_gui.images.errors import printable
from fewshot_gui.project import errors, schema
from fewshot_gui.project.errors import STRANGE, ProjectError, project_error

LARGEST_VALUE = 256 << 20  # bytes: no single text or picture in a project is larger
LONGEST_PATH = 65_536  # bytes; no system takes longer ones
LONGEST_TEXT = 10_000  # characters of a name, a reason, a setting
MOST_CLASSES = 1_000  # a window with more cards would stand still

_TEXT = "typeof({0}) = 'text' AND length({0}) <= " + str(LONGEST_TEXT)
_WHOLE = "typeof({0}) = 'integer'"
_ROWS = {
    "meta": (_TEXT.format("key"), f"typeof(value) = 'blob' AND length(value) <= {LONGEST_PATH}"),
    "classes": ("id > 0", _TEXT.format("name"), _WHOLE.format("colour"), _WHOLE.format("position")),
    "pictures": (
        "id > 0",
        f"typeof(path) = 'blob' AND length(path) <= {LONGEST_PATH}",
        "instr(path, x'00') = 0",
        *(_WHOLE.format(column) for column in ("in_folder", "size", "mtime_ns")),
        *(f"({column} IS NULL OR {_TEXT.format(column)})" for column in ("digest", "problem")),
        "(data IS NULL OR typeof(data) = 'blob')",
    ),
    "human_labels": ("typeof(made_at) = 'real'",),
    "machine_labels": (
        *(f"typeof({column}) IN ('null', 'integer')" for column in ("class_id", "second_id")),
        *(f"typeof({column}) IN ('null', 'real')" for column in ("confidence", "second_confidence")),
        *(_WHOLE.format(column) for column in ("unknown", "needs_review")),
        _TEXT.format("reason"),
    ),
    "history": (_TEXT.format("kind"), _WHOLE.format("count"), _TEXT.format("subject"), "typeof(changes) = 'text'"),
    "judgements": (*(_WHOLE.format(column) for column in ("machine_id", "audit")), "typeof(confidence) = 'real'"),
    "rejections": ("typeof(class_ids) = 'text' AND class_ids NOT GLOB '*[^0-9 ]*' AND length(class_ids) <= 100000",),
}
"""Per table what is true of every row that this program writes, in SQL that is never NULL."""

_SUSPECT = "instr(path, x'2E2E') OR substr(path, 1, 1) IN (x'2F', x'5C') OR instr(path, x'3A')"  # ..  /  \  :


def refuse_strange_tables(connection: sqlite3.Connection, version: int, path: Path) -> None:
    """Raise ProjectError unless the file has the tables of its version, to the letter: no view, no trigger, no more.

    Run this before any other statement on the file's tables, so that nothing hidden in them can run.
    """
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as fresh:
        schema.make_tables(fresh, version)
        expected = _tables(fresh)
    found = _tables(connection)
    if strange := found - expected:
        names = ", ".join(sorted(f"{kind} {name}"[:60] for kind, name, *_ in strange)[:3])
        raise _strange(path, names.encode(errors="replace").decode())
    if found != expected:
        raise project_error(errors.DAMAGED, path)


def _tables(connection: sqlite3.Connection) -> set[tuple[str, str, str, str]]:
    rows = connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_schema").fetchall()
    found = {(str(kind), str(name), str(of), " ".join(str(sql).split())) for kind, name, of, sql in rows}
    return {row for row in found if row[:2] not in {("table", "sqlite_stat1"), ("table", "sqlite_stat4")}}


def refuse_strange_rows(connection: sqlite3.Connection, version: int, path: Path) -> None:
    """Raise ProjectError if a row has a value of a kind or length that this program never writes."""
    for table, rules in _ROWS.items():
        if table in ("judgements", "rejections") and version < 2:
            continue
        if connection.execute(f"SELECT 1 FROM {table} WHERE NOT ({' AND '.join(rules)}) LIMIT 1").fetchone():
            raise _strange(path, f"in the table {table}")
    if connection.execute("SELECT 1 FROM pictures WHERE length(data) > ? LIMIT 1", (LARGEST_VALUE,)).fetchone():
        raise project_error(errors.TOO_LARGE, path)
    if connection.execute("SELECT count(*) FROM classes").fetchone()[0] > MOST_CLASSES:
        raise _strange(path, "too many classes")
    if connection.execute("PRAGMA foreign_key_check").fetchone():
        raise _strange(path, "labels of nothing")
    if _leading_out(connection):
        raise _strange(path, "paths that lead out of its folder")


def drop_strange_rows(connection: sqlite3.Connection) -> dict[str, int]:
    """Delete the rows that refuse_strange_rows would refuse, but for labels of nothing; how many, by table.

    The project must be of the current version.
    """
    dropped = {}
    for table, rules in _ROWS.items():
        dropped[table] = connection.execute(f"DELETE FROM {table} WHERE NOT ({' AND '.join(rules)})").rowcount
    outside = _leading_out(connection)
    connection.executemany("DELETE FROM pictures WHERE id = ?", [(key,) for key in outside])
    return {**dropped, "pictures": dropped["pictures"] + len(outside)}


def _leading_out(connection: sqlite3.Connection) -> list[int]:
    suspects = connection.execute(f"SELECT id, path FROM pictures WHERE in_folder AND data IS NULL AND ({_SUSPECT})")
    return [key for key, suspect in suspects if leads_out(os.fsdecode(suspect))]


def _strange(path: Path, what: str) -> ProjectError:
    return ProjectError(STRANGE.format(printable(path), what))


def leads_out(relative: str) -> bool:
    """Whether a path that should lie inside the folder would lead out of it, on this system."""
    path = Path(relative)
    return path.is_absolute() or bool(path.drive or path.root) or ".." in path.parts
