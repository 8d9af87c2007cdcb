"""Read what can still be read of a damaged project into a new one: table by table, row by row."""

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fewshot_gui.paths import data_folder
from fewshot_gui.project import contents, schema
from fewshot_gui.project.errors import ProjectError, in_words
from fewshot_gui.project.opening import BESIDE, beside, guard, new_file, transaction

PAGE = 4096  # bytes, SQLite's default, in which all our files are made
_SMALLEST_ROW = 12  # bytes: more rows than its size over this can't be in a file
_ROOT_OF_TABLE = (b"\x05", b"\x0d")  # how a page of a table begins in SQLite's format: inner, leaf
_TABLES = {
    "classes": ("id", "name", "colour", "position"),
    "pictures": ("id", "path", "in_folder", "size", "mtime_ns", "digest", "problem", "data"),
    "human_labels": ("picture_id", "class_id", "made_at"),
    "judgements": ("picture_id", "machine_id", "confidence", "audit"),
    "rejections": ("picture_id", "class_ids"),
}
_INDEXES = {
    "human_labels": "SELECT picture_id, class_id, 0.0 FROM human_labels INDEXED BY human_labels_class"
    " ORDER BY class_id {0}, picture_id {0}",
    "pictures": "SELECT id, path, in_folder, 0, 0, NULL, NULL, NULL FROM pictures INDEXED BY pictures_path"
    " WHERE data IS NULL ORDER BY path {0}, in_folder {0}",
}
"""An index holds the most important columns a second time, in other pages."""

Row = tuple[Any, ...]
Progress = Callable[[int, int], None]


class SalvageCancelled(Exception):
    """The person did not want to wait; nothing was made."""


@dataclass(frozen=True)
class Salvaged:
    """What the new project holds, and by table at most how many rows are lost."""

    classes: int
    examples: int
    pictures: int
    lost: Mapping[str, int]


def salvage(
    damaged: Path,
    result: Path,
    progress: Progress = lambda done, total: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Salvaged:
    """Make a new project at ``result`` of what can still be read of ``damaged``, which stays as it is.

    The machine's answers and the list of what can be undone are left out: the one is made anew, the other could not be
    trusted. progress(tables done, tables). Raises ProjectError where nothing at all can be read, and SalvageCancelled.
    """
    work = data_folder()
    work.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="salvage-", dir=work) as scratch, new_file(result), in_words(damaged):
        copy = Path(scratch) / "copy.fewshot"
        _copy_mended(damaged, copy)
        lost: dict[str, int] = {}
        with (
            closing(sqlite3.connect(copy)) as source,
            closing(sqlite3.connect(result, isolation_level=None)) as target,
        ):
            guard(source)
            source.text_factory = lambda data: data.decode("utf-8", "replace")
            with transaction(target):
                schema.make_tables(target)
                for done, table in enumerate(_TABLES):
                    progress(done, len(_TABLES))
                    lost[table] = _take(source, target, table, copy.stat().st_size // _SMALLEST_ROW, cancelled)
                _take_meta(source, target)
                _make_whole(target, lost)
            classes, examples, pictures = (_count(target, t) for t in ("classes", "human_labels", "pictures"))
        if not classes + examples + pictures:
            raise ProjectError("Nothing of the project can be read any more. Restore a backup, or start a new project.")
    progress(len(_TABLES), len(_TABLES))
    return Salvaged(classes, examples, pictures, {table: count for table, count in lost.items() if count})


def _copy_mended(damaged: Path, copy: Path) -> None:
    """A copy with a first page that leads to our tables: its own where that is sound, or that of a new project."""
    shutil.copyfile(damaged, copy)
    if beside(damaged, "-wal").exists():
        shutil.copyfile(beside(damaged, "-wal"), beside(copy, "-wal"))
        with suppress(sqlite3.DatabaseError), closing(sqlite3.connect(copy)) as connection:
            guard(connection)
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        for end in BESIDE:
            beside(copy, end).unlink(missing_ok=True)
    pages = max(1, -(-copy.stat().st_size // PAGE))
    os.truncate(copy, pages * PAGE)
    _give_first_page(copy, copy.read_bytes()[:PAGE], pages)
    if not _leads_to_tables(copy):
        new = copy.with_name("new.fewshot")
        with closing(sqlite3.connect(new, isolation_level=None)) as connection:
            schema.make_tables(connection)  # all projects have the same tables on the same pages
        _give_first_page(copy, new.read_bytes()[:PAGE], pages)


def _give_first_page(copy: Path, page: bytes, pages: int) -> None:
    """Write a first page that says how many pages there really are, in the places and the way of SQLite's format."""
    counter = page[24:28]
    page = page[:28] + pages.to_bytes(4, "big") + page[32:92] + counter + page[96:]
    with copy.open("rb+") as file:
        file.write(page)


def _leads_to_tables(copy: Path) -> bool:
    """Whether the file's own table of contents can be read and is ours to the letter."""
    try:
        with closing(sqlite3.connect(copy)) as connection:
            guard(connection)
            version = schema.version_of(connection)
            if version is None or not 1 <= version <= schema.SCHEMA_VERSION:
                return False
            contents.refuse_strange_tables(connection, version, copy)
            return connection.execute("PRAGMA page_size").fetchone() == (PAGE,)
    except (sqlite3.DatabaseError, ProjectError):
        return False


def _take(
    source: sqlite3.Connection, target: sqlite3.Connection, table: str, most: int, cancelled: Callable[[], bool]
) -> int:
    """Put all rows of a table that can be read into the new one; at most how many could not be."""
    columns = _TABLES[table]
    insert = f"INSERT OR IGNORE INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"
    lost = 0
    highest = min(most, _highest_key(source, table, most))
    ranges = [(1, highest)]
    if _has_no_root(source, table):
        lost, ranges = highest, []
    while ranges:
        if cancelled():
            raise SalvageCancelled
        low, high = ranges.pop()
        first, complete = low, True
        rows = _rows(source, f"SELECT {', '.join(columns)} FROM {table} WHERE {columns[0]} BETWEEN ? AND ?", low, high)
        for row in rows:
            if row is None:
                complete = False
                break
            lost += not target.execute(insert, row).rowcount  # made up by a damaged page: it has no place in the table
            first = row[0] + 1
        if complete:
            continue
        if low == high:
            lost += 1
        elif first > low:
            ranges.append((first, high))
        else:  # a row among these can't be read: look on both sides of the middle
            middle = (low + high) // 2
            ranges += [(middle + 1, high), (low, middle)]
    if lost and table in _INDEXES:
        before = _count(target, table)
        for order in ("ASC", "DESC"):  # from both ends up to what can't be read
            for row in _rows(source, _INDEXES[table].format(order)):
                if row is not None:
                    target.execute(insert, row)
        lost = max(lost - (_count(target, table) - before), 0)
    return lost


def _has_no_root(source: sqlite3.Connection, table: str) -> bool:
    """Whether the table's root page is damaged: then no row can be found, and looking for each would take for ever."""
    pages = [row[0] for row in _rows(source, f"SELECT rootpage FROM sqlite_master WHERE name = '{table}'") if row]
    if len(pages) != 1:
        return True
    with Path(source.execute("PRAGMA database_list").fetchone()[2]).open("rb") as file:
        file.seek((pages[0] - 1) * PAGE)
        return file.read(1) not in _ROOT_OF_TABLE


def _highest_key(source: sqlite3.Connection, table: str, most: int) -> int:
    """The highest id that the table's rows may have, as far as the file still says."""
    name = table if table in ("classes", "pictures") else "pictures"
    for query in (f"SELECT seq FROM sqlite_sequence WHERE name = '{name}'", f"SELECT max(id) FROM {name}"):
        for row in _rows(source, query):
            if row is not None and isinstance(row[0], int) and row[0] > 0:
                return row[0]
    return most


def _rows(source: sqlite3.Connection, query: str, *values: int) -> Iterator[Row | None]:
    """The rows of a query as far as they can be read; None once where they can't."""
    try:
        yield from source.execute(query, values)
    except (sqlite3.DatabaseError, OverflowError):
        yield None


def _take_meta(source: sqlite3.Connection, target: sqlite3.Connection) -> None:
    for order in ("ASC", "DESC"):
        for row in _rows(source, f"SELECT key, value FROM meta ORDER BY key {order}"):
            if row is not None:
                target.execute("INSERT OR IGNORE INTO meta VALUES (?, ?)", row)


def _make_whole(target: sqlite3.Connection, lost: dict[str, int]) -> None:
    """Leave out what a damaged page made up, and what speaks of rows that are lost; lost classes get a number."""
    for table, dropped in contents.drop_strange_rows(target).items():
        lost[table] = lost.get(table, 0) + dropped
    without_class = "SELECT DISTINCT class_id FROM human_labels WHERE class_id NOT IN (SELECT id FROM classes)"
    for (class_id,) in target.execute(f"{without_class} AND class_id > 0 LIMIT 50").fetchall():
        row = (class_id, f"Class {class_id}", class_id, class_id)
        target.execute("INSERT INTO classes (id, name, colour, position) VALUES (?, ?, ?, ?)", row)
    target.execute("DELETE FROM human_labels WHERE class_id IS NOT NULL AND class_id NOT IN (SELECT id FROM classes)")
    for table in ("human_labels", "judgements", "rejections"):
        gone = target.execute(f"DELETE FROM {table} WHERE picture_id NOT IN (SELECT id FROM pictures)").rowcount
        lost[table] += gone


def _count(connection: sqlite3.Connection, table: str) -> int:
    return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])
