"""The project file: one SQLite database that holds classes, pictures, labels and what can be undone.

Every method is one transaction (save_machine_labels: several short ones), so a kill at any moment loses at most the
change that had not returned yet, and a power cut at most what came after the last sync(). Any thread may call any
method.
"""

import os
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from fewshot_gui.images.errors import GONE
from fewshot_gui.project import errors, history, schema
from fewshot_gui.project.claim import Claim, claim, locks_folder
from fewshot_gui.project.errors import in_words, project_error
from fewshot_gui.project.opening import closed_on_error, connect, examine, new_file, transaction
from fewshot_gui.project.rows import (
    Change,
    ClassRow,
    HumanLabel,
    Judgement,
    MachineColumns,
    MachineLabel,
    NewPicture,
    Operation,
    PictureColumns,
    PictureRow,
)

MACHINE_BATCH = 500  # machine labels per transaction: a person's change never waits long


class Store:
    """One open project, this window's alone until close()."""

    def __init__(self, path: Path, connection: sqlite3.Connection, claimed: Claim) -> None:
        """Use Store.create or Store.open."""
        self.path = path
        self._connection = connection
        self._claimed: Claim | None = claimed
        self._lock = threading.RLock()
        self._unsynced = False
        self._names: tuple[tuple[str, int, str] | None, tuple[str, int, str] | None] | None = None

    @classmethod
    def create(cls, path: Path, locks: Path | None = None) -> Self:
        """Make a new, empty project and open it. Raises ProjectError, also if `path` exists, whatever it is."""
        path = path.resolve()
        claimed = claim(path, locks or locks_folder())
        try:
            with new_file(path), in_words(path):
                connection = connect(path)
                with closed_on_error(connection), transaction(connection):
                    schema.make_tables(connection)
        except BaseException:
            claimed.close()
            raise
        return cls(path, connection, claimed)

    @classmethod
    def open(cls, path: Path, locks: Path | None = None) -> Self:
        """Open an existing project, brought to the current schema.

        Raises ProjectError, with the file as it was, if it is missing, not a project, damaged, of a newer version,
        read-only, or open in another window.
        """
        path = path.resolve()
        if not path.is_file():
            raise project_error(errors.NOT_A_PROJECT if path.exists() else errors.MISSING, path)
        if not (os.access(path, os.R_OK | os.W_OK) and os.access(path.parent, os.W_OK)):
            raise project_error(errors.READ_ONLY, path)
        claimed = claim(path, locks or locks_folder())
        try:
            with in_words(path):
                version = examine(path)
                connection = connect(path)
                if version < schema.SCHEMA_VERSION:
                    with closed_on_error(connection), transaction(connection):
                        schema.migrate(connection, version)
        except BaseException:
            claimed.close()
            raise
        return cls(path, connection, claimed)

    def close(self) -> None:
        """Give the project free. Closing twice does nothing."""
        with self._lock:
            if self._claimed is not None:
                self._connection.close()
                self._claimed.close()
                self._claimed = None

    def sync(self) -> None:
        """Make what was committed outlast a power cut, by a checkpoint; nobody who writes meanwhile waits for it.

        Raises ProjectError. Nothing to do where nothing was committed since.
        """
        with self._lock:
            if self._claimed is None or not self._unsynced:
                return
            self._unsynced = False
        try:
            with in_words(self.path), closing(connect(self.path)) as connection:
                connection.execute("PRAGMA wal_checkpoint(PASSIVE)")
        except BaseException:
            self._unsynced = True
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def copy_to(self, path: Path) -> None:
        """Write a copy of the whole project to `path`. Raises ProjectError, also if `path` exists."""
        path = path.resolve()
        with (
            self._lock,
            new_file(path),
            in_words(path),
            closing(sqlite3.connect(path, isolation_level=None)) as target,
        ):
            self._connection.backup(target)

    # --- what the project holds

    def meta(self, key: str) -> str | None:
        """A setting of the project, or None."""
        with self._reading() as connection:
            row = connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return None if row is None else row[0].decode("utf-8", "surrogateescape")

    def set_meta(self, key: str, value: str) -> None:
        """Keep a setting; a path's text may be any that os.fsdecode gives."""
        with self._writing() as connection:
            _set_meta(connection, key, value)

    def classes(self) -> list[ClassRow]:
        """All classes in the order of their cards."""
        with self._reading() as connection:
            rows = connection.execute("SELECT id, name, colour, position FROM classes ORDER BY position, id")
            return [ClassRow(*row) for row in rows]

    def next_class_id(self) -> int:
        """The smallest id that no class has ever had: for a Change that adds a class."""
        with self._reading() as connection:
            row = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'classes'").fetchone()
        return 1 if row is None else int(row[0]) + 1

    def pictures(self) -> list[PictureRow]:
        """All pictures by id."""
        with self._reading() as connection:
            rows = connection.execute(
                "SELECT id, path, in_folder, size, mtime_ns, digest, problem, data IS NOT NULL"
                " FROM pictures ORDER BY id"
            )
            return [
                PictureRow(key, Path(os.fsdecode(path)), bool(inside), size, mtime_ns, digest, problem, bool(pasted))
                for key, path, inside, size, mtime_ns, digest, problem, pasted in rows
            ]

    def picture_columns(self) -> PictureColumns:
        """The same in lists: quicker by far where there are many."""
        with self._reading() as connection:
            rows = connection.execute(
                "SELECT id, path, in_folder, size, mtime_ns, digest, problem, data IS NOT NULL"
                " FROM pictures ORDER BY id"
            ).fetchall()
        ids, paths, inside, sizes, times, digests, problems, pasted = map(
            list, zip(*rows, strict=True) if rows else [()] * 8
        )
        texts = list(map(os.fsdecode, paths))
        return PictureColumns(
            ids, texts, list(map(bool, inside)), sizes, times, digests, problems, list(map(bool, pasted))
        )

    def data(self, picture_id: int) -> bytes | None:
        """The PNG bytes of a pasted picture; None for one that is a file."""
        with self._reading() as connection:
            row = connection.execute("SELECT data FROM pictures WHERE id = ?", (picture_id,)).fetchone()
        return None if row is None else row[0]

    def human_labels(self) -> list[HumanLabel]:
        """All that a person said, oldest first."""
        with self._reading() as connection:
            rows = connection.execute(
                "SELECT picture_id, class_id, made_at FROM human_labels ORDER BY made_at, picture_id"
            )
            return [HumanLabel(*row) for row in rows]

    def judgements(self) -> list[Judgement]:
        """What the machine had said of each picture when a person judged it, by picture id."""
        with self._reading() as connection:
            rows = connection.execute(
                "SELECT picture_id, machine_id, confidence, audit FROM judgements ORDER BY picture_id"
            )
            return [Judgement(key, machine, sure, bool(audit)) for key, machine, sure, audit in rows]

    def rejections(self) -> dict[int, frozenset[int]]:
        """By picture id the classes that a person said it is not of."""
        with self._reading() as connection:
            rows = connection.execute("SELECT picture_id, class_ids FROM rejections ORDER BY picture_id")
            return {key: frozenset(map(int, classes.split())) for key, classes in rows}

    def machine_labels(self) -> list[MachineLabel]:
        """All that the machine said last, by picture id."""
        with self._reading() as connection:
            rows = connection.execute(
                "SELECT picture_id, class_id, confidence, second_id, second_confidence, unknown, needs_review, reason"
                " FROM machine_labels ORDER BY picture_id"
            )
            return [
                MachineLabel(key, first, sure, second, less_sure, bool(unknown), bool(review), reason)
                for key, first, sure, second, less_sure, unknown, review, reason in rows
            ]

    def machine_columns(self) -> MachineColumns:
        """Its answers alone, in lists: quicker by far where there are many."""
        with self._reading() as connection:
            rows = connection.execute(
                "SELECT picture_id, class_id, confidence, unknown FROM machine_labels"
                " WHERE class_id IS NOT NULL AND confidence IS NOT NULL ORDER BY picture_id"
            ).fetchall()
        ids, classes, sure, unknown = map(list, zip(*rows, strict=True) if rows else [()] * 4)
        return MachineColumns(ids, classes, sure, list(map(bool, unknown)))

    # --- what the program finds out: not undoable

    def add_pictures(self, pictures: Iterable[NewPicture]) -> list[int]:
        """Make pictures known; their ids, in order.

        A file known already keeps its id and its human label. If its size or time differ, its digest, problem and
        machine label are forgotten, for they speak of the old content. A pasted picture always gets a new id.
        """
        with self._writing() as connection:
            return [_add_picture(connection, picture) for picture in pictures]

    def change_folder(self, folder: str, moves: Iterable[tuple[int, Path, bool]]) -> None:
        """Note the opened folder, and pictures that lie inside it or outside it now: (id, path, in_folder).

        A picture known twice after the move, inside and outside, stays known by the path it had.
        """
        rows = [(os.fsencode(path.as_posix()), inside, key) for key, path, inside in moves]
        with self._writing() as connection:
            connection.executemany("UPDATE OR IGNORE pictures SET path = ?, in_folder = ? WHERE id = ?", rows)
            _set_meta(connection, "folder", folder)

    def move_pictures(self, places: Sequence[tuple[int, Path, bool, int, int, str | None]]) -> None:
        """Note, one after the other, that known contents have other places: (id, path, in_folder, size, mtime_ns,
        digest). Nothing else that is known of them changes."""
        rows = [(os.fsencode(path.as_posix()), *rest, key) for key, path, *rest in places]
        with self._writing() as connection:
            connection.executemany(
                "UPDATE OR IGNORE pictures SET path = ?, in_folder = ?, size = ?, mtime_ns = ?, digest = ?"
                " WHERE id = ?",
                rows,
            )
            connection.executemany(
                "UPDATE pictures SET problem = NULL WHERE id = ? AND problem = ?", [(row[-1], GONE) for row in rows]
            )

    def set_digests(self, digests: Iterable[tuple[int, str | None]]) -> None:
        """Note content digests by picture id."""
        with self._writing() as connection:
            connection.executemany("UPDATE pictures SET digest = ?2 WHERE id = ?1", digests)

    def set_problems(self, problems: Iterable[tuple[int, str | None]]) -> None:
        """Note by picture id why a picture can't be read (a sentence), or None that it can."""
        with self._writing() as connection:
            connection.executemany("UPDATE pictures SET problem = ?2 WHERE id = ?1", problems)

    def save_machine_labels(self, labels: Sequence[MachineLabel]) -> None:
        """Note what the machine says, in place of what it said of the same pictures. Human labels stay as they are."""
        for start in range(0, len(labels), MACHINE_BATCH):
            with self._writing() as connection:
                connection.executemany(
                    "INSERT OR REPLACE INTO machine_labels VALUES (:picture_id, :class_id, :confidence, :second_id,"
                    " :second_confidence, :unknown, :needs_review, :reason)",
                    [vars(label) for label in labels[start : start + MACHINE_BATCH]],
                )

    # --- what a person does: undoable

    def commit(self, kind: str, count: int, subject: str, changes: Sequence[Change]) -> None:
        """Do an operation and remember it; what had been undone can't be done again after it.

        Each change's `before` must be the row as it is now: undo puts it back.
        """
        with self._writing() as connection:
            history.commit(connection, kind, count, subject, changes)
        self._names = None

    def undo(self) -> Operation | None:
        """Take back the newest operation that stands; what it was, or None if there is none. Raises ProjectError."""
        with self._turning_back() as connection:
            return history.undo(connection)

    def redo(self) -> Operation | None:
        """Do again what was undone last; what it was, or None if there is nothing. Raises ProjectError."""
        with self._turning_back() as connection:
            return history.redo(connection)

    def undo_name(self) -> tuple[str, int, str] | None:
        """Kind, count and subject of what undo() would take back."""
        return self._next_names()[0]

    def redo_name(self) -> tuple[str, int, str] | None:
        """Kind, count and subject of what redo() would do again."""
        return self._next_names()[1]

    def _next_names(self) -> tuple[tuple[str, int, str] | None, tuple[str, int, str] | None]:
        """Kept until the history changes: the window asks all the time, and must not wait for another thread's disk."""
        names = self._names
        if names is None:
            with self._reading() as connection:
                names = self._names = (history.undo_name(connection), history.redo_name(connection))
        return names

    @contextmanager
    def _turning_back(self) -> Iterator[sqlite3.Connection]:
        try:
            with self._writing() as connection:
                yield connection
            self._names = None
        except (history.HistoryError, sqlite3.IntegrityError, OverflowError) as error:  # a stranger wrote into the file
            raise project_error(errors.BAD_HISTORY, self.path) from error

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with self._lock, in_words(self.path):
            yield self._connection

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._lock, in_words(self.path), transaction(self._connection):
            yield self._connection
            self._unsynced = True


def _set_meta(connection: sqlite3.Connection, key: str, value: str) -> None:
    connection.execute(
        "INSERT INTO meta VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value",
        (key, value.encode("utf-8", "surrogateescape")),
    )


def _add_picture(connection: sqlite3.Connection, picture: NewPicture) -> int:
    path = os.fsencode(picture.path.as_posix())
    known = None
    if picture.data is None:
        known = connection.execute(
            "SELECT id, size, mtime_ns FROM pictures WHERE path = ? AND in_folder = ? AND data IS NULL",
            (path, picture.in_folder),
        ).fetchone()
    if known is None:
        added = connection.execute(
            "INSERT INTO pictures (path, in_folder, size, mtime_ns, data) VALUES (?, ?, ?, ?, ?) RETURNING id",
            (path, picture.in_folder, picture.size, picture.mtime_ns, picture.data),
        ).fetchone()
        return int(added[0])
    key, *stamp = known
    if stamp != [picture.size, picture.mtime_ns]:
        connection.execute(
            "UPDATE pictures SET size = ?, mtime_ns = ?, digest = NULL, problem = NULL WHERE id = ?",
            (picture.size, picture.mtime_ns, key),
        )
        connection.execute("DELETE FROM machine_labels WHERE picture_id = ?", (key,))
    return int(key)
