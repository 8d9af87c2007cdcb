"""A project on a disc that can't be written, or in a folder of somebody else: work goes on in a copy."""

import hashlib
import os
import shutil
from pathlib import Path

from fewshot_gui.images.errors import printable, reason_of
from fewshot_gui.paths import data_folder
from fewshot_gui.project.backups import with_backups
from fewshot_gui.project.errors import DamagedProject, ProjectError, ReadOnlyProject, in_words
from fewshot_gui.project.opening import beside, examine
from fewshot_gui.project.store import Store

COPY_OF = "working_copy_of"
"""The setting that says, in a working copy, where the project is that can't be changed."""


def open_or_copy(project: Path, locks: Path, or_copy: bool) -> Store:
    """Open a project, or, where it can't be changed and `or_copy`, its working copy. Raises ProjectError."""
    try:
        return Store.open(project, locks)
    except DamagedProject as error:
        raise with_backups(error, project) from error
    except ReadOnlyProject:
        if not or_copy:
            raise
    if not beside(project, "-wal").exists():  # with a log, a file can only be read where it can be written
        with in_words(project):
            examine(project)
    copy = working_copy(project)
    store = Store.open(copy, locks)
    if store.meta(COPY_OF) is None:
        store.set_meta(COPY_OF, str(project.resolve()))
    return store


def working_copy(project: Path) -> Path:
    """The copy in the user's data folder; made where there is none yet of the project as it is now.

    A project that was changed since gets a new copy; the earlier one stays. Raises ProjectError.
    """
    project = project.resolve()
    try:
        status = project.stat()
        key = hashlib.sha256(os.fsencode(f"{project} {status.st_size} {status.st_mtime_ns}")).hexdigest()[:12]
        copy = data_folder() / "working copies" / key / project.name
        if copy.exists():
            return copy
        copy.parent.mkdir(parents=True, exist_ok=True)
        log = beside(project, "-wal")
        if log.exists():  # first: where the copy is, the log is whole
            shutil.copyfile(log, beside(copy, "-wal"))
        unfinished = beside(copy, ".part")
        shutil.copyfile(project, unfinished)
        return unfinished.rename(copy)
    except OSError as error:
        raise ProjectError(
            f"The project \"{printable(project)}\" can't be changed where it is, and can't be copied to "
            f'"{printable(data_folder())}" either. {reason_of(error)}'
        ) from error
