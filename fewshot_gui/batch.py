"""A whole folder in one go, without a window: teach from class folders, classify, write results.csv."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, wait
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from fewshot_gui.engine import Engine, Item
from fewshot_gui.exports.csv_table import ENCODING, RESULT_COLUMNS, write_table
from fewshot_gui.exports.records import UNREADABLE
from fewshot_gui.images.errors import printable
from fewshot_gui.images.find import PictureFile, Skipped, class_folders, find_pictures
from fewshot_gui.session import Session, SessionError, State

COLUMNS = RESULT_COLUMNS
PATIENCE = 20.0
"""Seconds that a disk may take for the next entry of a folder."""
T = TypeVar("T")
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Answer:
    """One line of results.csv. label: the most likely class, also where the decision is ``unknown``."""

    path: Path
    label: str
    confidence: float | None
    second_label: str
    second_confidence: float | None
    decision: str
    reason: str


def class_names(examples: Path) -> list[str]:
    """The classes that ``teach`` would make of this folder: one for each sub-folder.

    Raises FolderError, and SessionError for too few classes, one without a picture, or a disk that doesn't answer.
    """
    by_class = _if_it_answers(examples, lambda cancelled: class_folders(examples, cancelled))
    empty = [name for name, paths in by_class.items() if not paths]
    if empty:
        folder = printable(examples / empty[0])
        raise SessionError(f'The class folder "{folder}" holds no picture. Add one, or remove it.')
    if len(by_class) < 2:
        found = "one class folder" if by_class else "no class folder"
        raise SessionError(f'There is {found} in "{printable(examples)}". Make one folder per class, two at least.')
    return list(by_class)


def find(folder: Path) -> tuple[list[PictureFile], list[Skipped]]:
    """All pictures below ``folder``, and what was passed over.

    Raises FolderError, and SessionError where there are none, or the disk doesn't answer.
    """
    files: list[PictureFile] = []
    skipped: list[Skipped] = []
    for found in _if_it_answers(folder, lambda cancelled: list(find_pictures(folder.resolve(), cancelled))):
        if isinstance(found, Skipped):
            skipped.append(found)
        else:
            files.append(found)
    if not files:
        reasons = "".join(f" {printable(s.path)}: {s.reason}" for s in skipped[:3])
        raise SessionError(f'There are no pictures in "{printable(folder)}".{reasons}')
    return files, skipped


def _if_it_answers(folder: Path, search: Callable[[Callable[[], bool]], T]) -> T:
    """What search(cancelled) returns; SessionError once it no longer asks whether it is cancelled, which it then is.

    A network folder that stalls can't be waited for in the thread that would have to tell of it.
    """
    last = time.monotonic()
    over: Future[T] = Future()
    given_up = threading.Event()

    def cancelled() -> bool:
        nonlocal last
        last = time.monotonic()
        return given_up.is_set()

    def work() -> None:
        try:
            result = search(cancelled)
        except Exception as error:
            over.set_exception(error)
        else:
            over.set_result(result)

    threading.Thread(target=work, name="searching", daemon=True).start()
    while time.monotonic() - last < PATIENCE:
        if wait([over], timeout=0.2).done:
            return over.result()
    given_up.set()
    raise SessionError(
        f'The folder "{printable(folder)}" has not answered for {PATIENCE:.0f} seconds. Check its disk or connection, '
        "then try again. Nothing was changed."
    )


def teach(session: Session, engine: Engine, examples: Path, progress: Progress = lambda *_: None) -> None:
    """Make the classes from one folder per class, beside those that the project has, and read all examples.

    Raises SessionError, with the classes as they were, for the same picture in two classes, and for a class of which no
    example can be read. Check the folder with ``class_names`` first.
    """
    change = session.import_class_folders(examples)
    try:
        _read(session, engine, session.items(_examples(session)), progress)
        if contradictions := session.contradictions():
            raise SessionError(contradictions[0])
        for info in session.classes:
            problems = [session.picture(i).problem for i in session.examples(info.id)]
            if problems and all(problems):
                raise SessionError(f'No example of "{info.name}" can be read. {problems[0]} Add another picture to it.')
    except BaseException:
        if change.rows:
            session.undo()
        raise


def classify(
    session: Session,
    engine: Engine,
    folder: Path,
    files: list[PictureFile],
    progress: Progress = lambda *_: None,
    folder_helps: bool = False,
) -> None:
    """Read and classify the pictures found below ``folder`` with the session's examples; the answers lie in the session
    afterwards. Call ``teach`` first. folder_helps: look-alikes lend each other their answers."""
    session.open_folder(folder)
    session.take_found(session.note_found(*session.relinker().find(files)))
    session.scan_finished(f.path for f in files)
    _read(session, engine, [item for item in session.items() if item.id not in engine.features], progress)
    request = session.request()
    if request is None:
        raise SessionError("Two classes need an example each.")
    request = replace(request, folder_helps=folder_helps)
    engine.adapt(request, lambda step, steps, _: progress("Adapting", step, steps))
    session.accept(engine.score())


def _examples(session: Session) -> list[int]:
    return [picture for info in session.classes for picture in session.examples(info.id)]


def _read(session: Session, engine: Engine, items: Sequence[Item], progress: Progress) -> None:
    done = 0
    for batch in engine.read(items):
        session.record(batch)
        done += len(batch)
        progress("Reading", done, len(items))


def unreadable(session: Session, skipped: Sequence[Skipped]) -> list[tuple[Path, str]]:
    """What could not be read, and why: pictures of the folder, examples, and what looking through the folder passed
    over."""
    pictures = (session.picture(i) for i in dict.fromkeys([*session.answers.ids.tolist(), *_examples(session)]))
    return [*((p.path, p.problem) for p in pictures if p.problem), *((s.path, s.reason) for s in skipped)]


def answers(session: Session, skipped: Sequence[Skipped] = ()) -> list[Answer]:
    """The session's answers for every picture in the folder, in the order they were found; then what was passed
    over."""
    found = []
    for picture_id in session.answers.ids.tolist():
        decision = session.decision(picture_id)
        ranked = [(session.class_name(c) or "unknown", p) for c, p in session.scores(picture_id)]
        first, second = ([*ranked, ("", None), ("", None)])[:2]
        said = {State.UNKNOWN: "unknown", State.UNREADABLE: UNREADABLE}.get(decision.state)
        if decision.state is State.HUMAN:
            name = session.class_name(decision.class_id)
            second = next(((n, p) for n, p in ranked if n != name), ("", None))
            first, said = (name, 1.0), name or "unknown"
        if decision.state is State.UNREADABLE:
            first = second = ("", None)
        path = session.picture(picture_id).path
        found.append(Answer(path, *first, *second, said or first[0], decision.reason))
    return found + [Answer(s.path, "", None, "", None, UNREADABLE, s.reason) for s in skipped]


def write_results(out: Path, rows: list[Answer]) -> None:
    """Write results.csv, as exports.csv_table says, whole or not at all.

    Raises SessionError rather than replace a file that is no earlier result, or where the disk refuses.
    """
    check_writable(out)
    scratch = out.with_name(f".results-{os.getpid()}.part")
    try:
        # A name that is no valid text is written as \\xNN.
        with scratch.open("w", encoding=ENCODING, newline="") as file:
            write_table(file, COLUMNS, map(_line, rows))
        scratch.replace(out)
    except OSError as error:
        raise SessionError(f'"{printable(out)}" can\'t be written: {error.strerror}.') from error
    finally:
        scratch.unlink(missing_ok=True)


def _line(row: Answer) -> tuple[str | float | None, ...]:
    second = (row.second_label, row.second_confidence)
    return (printable(row.path), row.label, row.confidence, *second, row.decision, row.reason)


def check_writable(out: Path) -> None:
    """Refuse early, before an hour of work, what ``write_results`` would refuse late. Raises SessionError."""
    if out.is_dir() or not out.parent.is_dir() or not os.access(out.parent, os.W_OK):
        raise SessionError(f'"{printable(out)}" can\'t be written: choose a file in a folder that exists.')
    if out.exists() and not _is_results(out):
        raise SessionError(f'"{printable(out)}" exists and is no results file of this program. Choose another name.')


def _is_results(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.readline(200).decode("utf-8-sig", "replace").strip() == ",".join(COLUMNS)
    except OSError:
        return False
