"""Daily copies of a project in the user's data folder, and putting one in the place of a damaged file."""

import hashlib
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from fewshot_gui.images.errors import printable, reason_of
from fewshot_gui.paths import data_folder
from fewshot_gui.project import errors, schema
from fewshot_gui.project.claim import claim, locks_folder
from fewshot_gui.project.errors import DamagedProject, ProjectError, in_words, project_error
from fewshot_gui.project.opening import BESIDE, beside, connect, connect_to_read, examine, is_sound

KEPT = 5  # days with work on the project, not days of the calendar


@dataclass(frozen=True)
class Backup:
    """A copy of a project as it was: made_at in seconds since 1970; examples are all that a person labelled."""

    path: Path
    made_at: float
    classes: int
    examples: int
    pictures: int


def backups_folder(project: Path) -> Path:
    """Where the copies of this project lie: never beside the project or the pictures, which may share its fate."""
    project = project.resolve()
    key = hashlib.sha256(os.fsencode(os.path.normcase(project))).hexdigest()[:12]
    return data_folder() / "backups" / f"{project.stem[:40]} {key}"


def back_up(project: Path, today: date | None = None) -> Path | None:
    """Copy the project as it is now, if that was not done today and it holds anything a person said; the copy.

    Any thread may run it, also while the project is being changed. The copy is complete and was checked before it
    gets its name, and only then an older one goes. Raises ProjectError: no space, no permission, damaged.
    """
    folder = backups_folder(project)
    copy = folder / f"{today or date.today():%Y-%m-%d}{schema.SUFFIX}"
    if copy.exists():
        return None
    unfinished = copy.with_suffix(".part")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        unfinished.unlink(missing_ok=True)
        with _gone_on_error(unfinished), in_words(project), closing(connect(project)) as source:
            if not source.execute(
                "SELECT EXISTS (SELECT 1 FROM classes) OR EXISTS (SELECT 1 FROM human_labels)"
            ).fetchone()[0]:
                return None
            with closing(sqlite3.connect(unfinished, isolation_level=None)) as target:
                source.backup(target)
                if not is_sound(target):
                    raise project_error(errors.DAMAGED, project)
            _sync(unfinished)
            unfinished.replace(copy)
        for old in _copies(folder)[KEPT:]:
            old.unlink(missing_ok=True)
    except OSError as error:
        raise ProjectError(f'No backup could be made in "{printable(folder)}". {reason_of(error)}') from error
    return copy


def backups_of(project: Path) -> list[Backup]:
    """The copies that can be read, the newest first."""
    found = []
    for copy in _copies(backups_folder(project)):
        try:
            examine(copy)
            with closing(connect_to_read(copy)) as connection:
                tables = ("classes", "human_labels", "pictures")
                counts = [connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables]
            found.append(Backup(copy, copy.stat().st_mtime, *counts))
        except (ProjectError, sqlite3.Error, OSError):
            continue  # one that is damaged itself is no help
    return found


def with_backups(error: DamagedProject, project: Path) -> DamagedProject:
    """The same error, which says where the backups are too."""
    folder = backups_folder(project)
    if not _copies(folder):
        return error
    hint = f'There are backups of it in "{printable(folder)}"; open the project in the window to restore one.'
    return DamagedProject(f"{error} {hint}")


def restore(copy: Path, project: Path, locks: Path | None = None) -> Path:
    """Put a sound copy in the place of a damaged project; the damaged file's new name beside it.

    The copy stays where it is. Raises ProjectError with nothing changed.
    """
    project = project.resolve()
    with _claimed(project, locks), in_words(project):
        fresh = beside(project, ".part")
        try:
            with _gone_on_error(fresh):
                shutil.copyfile(copy, fresh)
                examine(fresh)
                _sync(fresh)
                aside = _set_aside(project)
                fresh.rename(project)
        except OSError as error:
            raise ProjectError(f'The project "{printable(project)}" can\'t be replaced. {reason_of(error)}') from error
    return aside


def set_aside(project: Path, locks: Path | None = None) -> Path:
    """Give a damaged project another name, so that a new one can be made in its place; the new name.

    Raises ProjectError with nothing changed.
    """
    project = project.resolve()
    with _claimed(project, locks):
        try:
            return _set_aside(project)
        except OSError as error:
            raise ProjectError(f'The project "{printable(project)}" can\'t be renamed. {reason_of(error)}') from error


def _set_aside(project: Path) -> Path:
    stem = f"{project.stem} damaged {datetime.now():%Y-%m-%d %H.%M.%S}"
    names = (project.with_name(f"{stem}{f' {n}' if n else ''}{project.suffix}") for n in range(1000))
    aside = next(name for name in names if not name.exists())
    for end in BESIDE:  # first: left alone beside a new project they would be taken for its own
        if beside(project, end).exists():
            beside(project, end).rename(beside(aside, end))
    return project.rename(aside)


def _copies(folder: Path) -> list[Path]:
    """By date, which is their name; the newest first."""
    return sorted(folder.glob(f"????-??-??{schema.SUFFIX}"), reverse=True)


def _sync(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


@contextmanager
def _claimed(project: Path, locks: Path | None) -> Iterator[None]:
    claimed = claim(project, locks or locks_folder())
    try:
        yield
    finally:
        claimed.close()


@contextmanager
def _gone_on_error(path: Path) -> Iterator[None]:
    try:
        yield
    except BaseException:
        path.unlink(missing_ok=True)
        raise
