"""Reads a saved project as it is now, also one that is open in a window: nothing of it is changed or claimed."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from fewshot_gui.exports.records import MachineSaid, Record, Saved, Step
from fewshot_gui.images.errors import printable
from fewshot_gui.project import errors
from fewshot_gui.project.errors import in_words, project_error
from fewshot_gui.project.opening import connect_to_read, examine
from fewshot_gui.project.rows import MachineLabel
from fewshot_gui.project.schema import SUFFIX
from fewshot_gui.project.store import Store
from fewshot_gui.session import NONE_OF_THESE, Session, SessionError


def read_saved(project: Path, step: Step = lambda done: None) -> Saved:
    """What the project file holds. Raises ProjectError, and SessionError where it has no folder of pictures.

    step may raise to stop the work: it is called with 0 between the parts of it and for every picture.
    """
    project = project.resolve()
    if not project.is_file():
        raise project_error(errors.NOT_A_PROJECT if project.exists() else errors.MISSING, project)
    with tempfile.TemporaryDirectory(prefix="fewshot-") as scratch:
        copy = Path(scratch).resolve() / f"copy{SUFFIX}"
        with in_words(project):
            examine(project)
            with closing(connect_to_read(project)) as source, closing(sqlite3.connect(copy)) as target:
                source.backup(target)
        step(0)
        with Store.open(copy) as store:
            machine = {row.picture_id: row for row in store.machine_labels()}
        step(0)
        with closing(Session.open(copy)) as session:
            if session.folder is None or not len(session.answers):
                raise SessionError(
                    f'The project "{printable(project)}" has no folder of pictures yet. Open a folder in it first.'
                )
            ids = session.answers.ids.tolist()
            names = {NONE_OF_THESE: "", **{info.id: info.name for info in session.classes}}
            records = []
            for picture_id in ids:
                step(0)
                records.append(_record(session, picture_id, machine.get(picture_id), names))
            return Saved(session.folder, tuple(info.name for info in session.classes), tuple(records))


def _record(session: Session, picture_id: int, row: MachineLabel | None, names: Mapping[int, str]) -> Record:
    picture = session.picture(picture_id)
    label = session.human_label(picture_id)
    return Record(
        picture.path,
        picture.path.relative_to(session.folder or picture.path.parent),
        None if label is None else names[label],
        _machine(session, picture_id, row, names),
        picture.problem or "",
        session.decision(picture_id).reason,
    )


def _machine(
    session: Session, picture_id: int, row: MachineLabel | None, names: Mapping[int, str]
) -> MachineSaid | None:
    """What the machine says; None where it has not spoken, or of a class deleted or ruled out since."""
    answer = session.answers.machine_answer(picture_id)
    if answer is None or row is None:
        return None
    is_none, confidence = answer[0] == NONE_OF_THESE, answer[1]
    ruled_out = session.rejections.get(picture_id, frozenset())
    likeliest, second = (
        "" if c in ruled_out else names.get(c or NONE_OF_THESE, "") for c in (row.class_id, row.second_id)
    )
    return MachineSaid(likeliest, confidence, is_none, second, row.second_confidence if second else None)
