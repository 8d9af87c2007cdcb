"""What a person did, and can take back: each operation with every row it changed, before and after."""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

from fewshot_gui.project.rows import COLUMNS, Change, Operation, Row

HISTORY_LIMIT = 1000  # operations that can be undone

_SOME_PIECES = 1_000_000
_PIECES_OF_A_ROW = 100  # "[", "{" and "," of the changes of a picture's labels are at most half of that

_NEWEST_DONE = "WHERE NOT undone ORDER BY id DESC LIMIT 1"
_OLDEST_UNDONE = "WHERE undone ORDER BY id LIMIT 1"
_KINDS: dict[str, tuple[type, ...]] = {
    "name": (str,),
    "colour": (int,),
    "position": (int,),
    "class_id": (int, type(None)),
    "made_at": (int, float),
    "machine_id": (int,),
    "confidence": (int, float),
    "audit": (int,),
    "class_ids": (str,),
}


class HistoryError(ValueError):
    """An operation in the file is not one that this program wrote; nothing was changed."""


def commit(connection: sqlite3.Connection, kind: str, count: int, subject: str, changes: Sequence[Change]) -> None:
    """Do an operation and remember it. Run inside a transaction."""
    _put(connection, ((change, change.after) for change in changes))
    connection.execute("DELETE FROM history WHERE undone")
    connection.execute(
        "INSERT INTO history (kind, count, subject, changes, undone) VALUES (?, ?, ?, ?, 0)",
        (kind, count, subject, json.dumps([(x.table, x.key, x.before, x.after) for x in changes])),
    )
    connection.execute(
        "DELETE FROM history WHERE id NOT IN (SELECT id FROM history ORDER BY id DESC LIMIT ?)", (HISTORY_LIMIT,)
    )


def undo(connection: sqlite3.Connection) -> Operation | None:
    """Take back the newest operation that stands. Run inside a transaction. Raises HistoryError."""
    operation = _mark(connection, _NEWEST_DONE, undone=True)
    _put(connection, ((change, change.before) for change in reversed(operation.changes if operation else ())))
    return operation


def redo(connection: sqlite3.Connection) -> Operation | None:
    """Do again what was undone last. Run inside a transaction. Raises HistoryError."""
    operation = _mark(connection, _OLDEST_UNDONE, undone=False)
    _put(connection, ((change, change.after) for change in (operation.changes if operation else ())))
    return operation


def undo_name(connection: sqlite3.Connection) -> tuple[str, int, str] | None:
    """Kind, count and subject of what undo() would take back."""
    return _name(connection, _NEWEST_DONE)


def redo_name(connection: sqlite3.Connection) -> tuple[str, int, str] | None:
    """Kind, count and subject of what redo() would do again."""
    return _name(connection, _OLDEST_UNDONE)


def _name(connection: sqlite3.Connection, which: str) -> tuple[str, int, str] | None:
    row: tuple[str, int, str] | None = connection.execute(
        f"SELECT kind, count, subject FROM history {which}"
    ).fetchone()
    return row


def _mark(connection: sqlite3.Connection, which: str, undone: bool) -> Operation | None:
    row = connection.execute(f"SELECT id, kind, count, subject, changes FROM history {which}").fetchone()
    if row is None:
        return None
    key, kind, count, subject, images = row
    connection.execute("UPDATE history SET undone = ? WHERE id = ?", (undone, key))
    try:
        if sum(map(images.count, "[{,")) > _most_pieces(connection):
            raise ValueError("more than all rows")
        loaded = json.loads(images)
        if not isinstance(loaded, list):
            raise TypeError("not a list of changes")
        return Operation(kind, count, subject, tuple(_change(image) for image in loaded))
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise HistoryError from error


def _most_pieces(connection: sqlite3.Connection) -> int:
    """More than the changes of all rows can hold: a text of so many, from a stranger, would fill the memory."""
    tables = ("classes", "pictures", "history")
    rows = sum(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables)
    return _SOME_PIECES + int(rows) * _PIECES_OF_A_ROW


def _change(image: Any) -> Change:
    """A change as the file has it. The file may come from a stranger: everything is looked at."""
    table, key, before, after = image
    fits = all(row is None or _fits(row, COLUMNS[table][1:]) for row in (before, after))
    if table not in COLUMNS or type(key) is not int or not fits:
        raise ValueError(f"not a row of {table}")
    return Change(table, key, before, after)


def _fits(row: Any, columns: Sequence[str]) -> bool:
    return isinstance(row, dict) and set(row) == set(columns) and all(isinstance(row[c], _KINDS[c]) for c in columns)


def _put(connection: sqlite3.Connection, rows: Iterable[tuple[Change, Row | None]]) -> None:
    """Write these rows in order, neighbours of one table at once; None deletes. Raises ValueError."""
    for (table, deleted), group in groupby(rows, lambda item: (item[0].table, item[1] is None)):
        key, *columns = COLUMNS[table]
        if deleted:
            connection.executemany(f"DELETE FROM {table} WHERE {key} = ?", [(change.key,) for change, _ in group])
            continue
        updates = ", ".join(f"{column} = excluded.{column}" for column in columns)
        connection.executemany(
            f"INSERT INTO {table} ({key}, {', '.join(columns)}) VALUES (?{', ?' * len(columns)})"
            f" ON CONFLICT ({key}) DO UPDATE SET {updates}",
            [(change.key, *_values(change, row or {}, columns)) for change, row in group],
        )


def _values(change: Change, row: Row, columns: Sequence[str]) -> list[Any]:
    if len(row) != len(columns) or not all(column in row for column in columns):
        raise ValueError(f"A row of {change.table} needs {columns}, not {sorted(row)}")
    return [row[column] for column in columns]
