"""What went wrong with a project file, in words for a person."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fewshot_gui.images.errors import printable


class ProjectError(Exception):
    """A project can't be opened, made or saved; `str()` says why and what to do."""


class DamagedProject(ProjectError):
    """The file can't be read any more: there may be backups, and parts that can be saved."""


class ReadOnlyProject(ProjectError):
    """The file is there and can't be changed where it is."""


MISSING = 'There is no project "{}". If it was moved or renamed, choose it again where it is now.'
NOT_A_PROJECT = '"{}" is not a Fewshot GUI project. It was not changed: choose another file.'
DAMAGED = (
    'The project "{}" is damaged and can\'t be read. Your pictures are not affected. '
    "Keep the file, and go on with a copy of it if you have one, or start a new project."
)
STRANGE = (
    'The project "{}" holds what Fewshot GUI never writes ({}). It was not opened, for it may be meant to do harm. '
    "It was not changed: ask who gave it to you."
)
TOO_LARGE = (
    'A single entry of the project "{}" is too large. Nothing was changed. If you were adding a picture, save it '
    "as a file and add that."
)
BAD_HISTORY = (
    'What can be undone in the project "{}" was changed by another program; this step can\'t be taken. '
    "Nothing was changed, and your labels are as they were."
)
NEWER = '"{}" was made by a newer version of Fewshot GUI. Update the program; the file was not changed.'
CLAIMED = 'The project "{}" is already open in another window. Close it there first, or go on there.'
EXISTS = '"{}" exists already and was left as it is. Choose another name.'
READ_ONLY = (
    'The project "{}" can\'t be changed where it is: the file or its folder is read-only, or not there. '
    "Put it into a folder where you may write."
)
FULL = (
    'There is no space left for the project "{}". The last change was not saved; all that was saved before is safe. '
    "Free some space and try again."
)
BUSY = 'Another program is using the project "{}". Close that program and try again.'
UNREACHABLE = (
    'The disk or the network did not deliver the project "{}". The last change was not saved. '
    "Check the connection and open the project again."
)

_WORDS = {
    sqlite3.SQLITE_NOTADB: NOT_A_PROJECT,
    sqlite3.SQLITE_CORRUPT: DAMAGED,
    sqlite3.SQLITE_FULL: FULL,
    sqlite3.SQLITE_BUSY: BUSY,
    sqlite3.SQLITE_READONLY: READ_ONLY,
    sqlite3.SQLITE_CANTOPEN: READ_ONLY,
    sqlite3.SQLITE_PERM: READ_ONLY,
    sqlite3.SQLITE_IOERR: UNREACHABLE,
    sqlite3.SQLITE_TOOBIG: TOO_LARGE,
}
_KINDS = {DAMAGED: DamagedProject, READ_ONLY: ReadOnlyProject}


def project_error(sentence: str, path: Path) -> ProjectError:
    """The error that says one of this file's sentences of the project at `path`."""
    return _KINDS.get(sentence, ProjectError)(sentence.format(printable(path)))


@contextmanager
def in_words(path: Path) -> Iterator[None]:
    """Turn what SQLite reports of the disk or the file into a ProjectError; mistakes in our SQL pass as they are."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        code = getattr(error, "sqlite_errorcode", None)
        if code is not None:
            sentence = _WORDS.get(code & 0xFF)  # the low byte is the family: every SQLITE_IOERR_... is an IOERR
        else:  # Python's own: a text in the file that is not UTF-8
            sentence = DAMAGED if isinstance(error, sqlite3.OperationalError) else None
        if sentence is None:
            raise
        raise project_error(sentence, path) from error
