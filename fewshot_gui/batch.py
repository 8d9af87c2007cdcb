"""A whole folder in one go, without a window: teach from class folders, classify, write results.csv."""

from __future__ import annotations

import csv
import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from fewshot_gui.engine import Engine
from fewshot_gui.images.errors import printable
from fewshot_gui.images.find import PictureFile, Skipped, class_folders, find_pictures
from fewshot_gui.session import Session, SessionError, State

COLUMNS = ("path", "label", "confidence", "second_label", "second_confidence", "decision", "reason")
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


def teach(session: Session, examples: Path) -> None:
    """Make the classes from one folder per class. Raises FolderError or SessionError: too few classes, or an empty
    one."""
    by_class = class_folders(examples)
    empty = [name for name, paths in by_class.items() if not paths]
    if empty:
        folder = printable(examples / empty[0])
        raise SessionError(f'The class folder "{folder}" holds no picture. Add one, or remove it.')
    if len(by_class) < 2:
        found = "one class folder" if by_class else "no class folder"
        raise SessionError(f'There is {found} in "{printable(examples)}". Make one folder per class, two at least.')
    session.import_class_folders(examples)


def classify(session: Session, engine: Engine, folder: Path, progress: Progress = lambda *_: None) -> list[str]:
    """Read and classify every picture below ``folder`` with the session's examples; returns what was passed over, in
    words.

    Raises FolderError, SessionError (no pictures, the same picture in two classes, an example that can't be read
    leaves a class empty). Answers lie in the session afterwards.
    """
    session.open_folder(folder)
    notes: list[str] = []
    files: list[PictureFile] = []
    for found in find_pictures(session.folder or folder):
        if isinstance(found, Skipped):
            notes.append(f"{printable(found.path)}: {found.reason}")
        else:
            files.append(found)
    if not files:
        raise SessionError(f'There are no pictures in "{printable(folder)}".')
    session.add_pictures(files)
    session.scan_finished(f.path for f in files)
    items = session.items()
    done = 0
    for batch in engine.read(items):
        session.record(batch)
        done += len(batch)
        progress("Reading", done, len(items))
    if contradictions := session.contradictions():
        raise SessionError(contradictions[0])
    for info in session.classes:
        if not any(session.picture(i).problem is None for i in session.examples(info.id)):
            raise SessionError(f'None of the examples of "{info.name}" can be read. Add another picture to it.')
    request = session.request()
    if request is None:
        raise SessionError("Two classes need an example each.")
    engine.adapt(request, lambda step, steps, _: progress("Adapting", step, steps))
    session.accept(engine.score())
    return notes


def answers(session: Session) -> list[Answer]:
    """The session's answers for every picture in the folder, in the order they were found."""
    found = []
    for picture_id in session.answers.ids.tolist():
        decision = session.decision(picture_id)
        ranked = [(session.class_name(c) or "unknown", p) for c, p in session.scores(picture_id)]
        first, second = ([*ranked, ("", None), ("", None)])[:2]
        said = {State.UNKNOWN: "unknown", State.UNREADABLE: "unreadable"}.get(decision.state)
        if decision.state is State.HUMAN:
            name = session.class_name(decision.class_id)
            second = next(((n, p) for n, p in ranked if n != name), ("", None))
            first, said = (name, 1.0), name or "unknown"
        if decision.state is State.UNREADABLE:
            first = second = ("", None)
        path = session.picture(picture_id).path
        found.append(Answer(path, *first, *second, said or first[0], decision.reason))
    return found


def write_results(out: Path, rows: list[Answer]) -> None:
    """Write results.csv: UTF-8 with a mark that spreadsheets need, whole or not at all.

    Raises SessionError rather than replace a file that is no earlier result, or where the disk refuses.
    """
    if out.exists() and not _is_results(out):
        raise SessionError(f'"{printable(out)}" exists and is no results file of this program. Choose another name.')
    scratch = None
    try:
        with tempfile.NamedTemporaryFile(
            "w",
            dir=out.parent,
            suffix=".part",
            delete=False,
            encoding="utf-8-sig",
            errors="backslashreplace",
            newline="",
        ) as file:
            scratch = Path(file.name)
            writer = csv.writer(file)
            writer.writerow(COLUMNS)
            for row in rows:
                numbers = ["" if p is None else f"{p:.4f}" for p in (row.confidence, row.second_confidence)]
                path = os.fsdecode(row.path)
                writer.writerow([path, row.label, numbers[0], row.second_label, numbers[1], row.decision, row.reason])
        scratch.replace(out)
    except OSError as error:
        if scratch is not None:
            scratch.unlink(missing_ok=True)
        raise SessionError(f'"{printable(out)}" can\'t be written: {error.strerror}.') from error


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


def promise_threshold(session: Session, wrong: float) -> float:
    """The lowest confidence to file at so that, by the calibrated confidences, at most this share of the filed is
    wrong.

    An expectation over the folder, not a guarantee for it. 1.0 or more where nothing qualifies.
    """
    decisions = (session.decision(i) for i in session.answers.ids.tolist())
    sure = np.sort([d.confidence for d in decisions if d.state is State.PREDICTED and d.confidence is not None])[::-1]
    expected = np.cumsum(1 - sure) / np.arange(1, len(sure) + 1)
    kept = int((expected <= wrong).sum())
    return float(sure[kept - 1]) if kept else 1.01
