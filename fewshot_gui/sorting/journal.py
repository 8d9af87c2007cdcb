"""The journal: what a run meant to do and what it did, to tidy up after a crash and to undo it months later.

One file of JSON lines per run. The first line describes the run, the second holds all steps, each further line is an
event. A line counts once it is synced; a last line torn by a crash is ignored. Lines are only ever added.
"""

import json
import os
import re
import secrets
import sys
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from io import FileIO
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from fewshot_gui.paths import data_folder
from fewshot_gui.sorting import files
from fewshot_gui.sorting.errors import SortRefused, reason, shown
from fewshot_gui.sorting.plan import SortPlan, Step
from fewshot_gui.sorting.sets import Action

VERSION = 1
SUFFIX = ".jsonl"


class JournalError(SortRefused):
    """The journal cannot be written, so nothing more may be done."""


class RunState(StrEnum):
    """How a run stands."""

    RUNNING = "running"  # another window or program is at work on it
    DONE = "done"
    INTERRUPTED = "interrupted"  # it died, while sorting or while undoing: recover it
    UNDONE = "undone"
    PARTLY_UNDONE = "partly undone"
    ROLLED_BACK = "rolled back"  # nothing of it remains


@dataclass(frozen=True)
class Run:
    """A run for a list of runs; steps, done, failed and undone count files, companions included."""

    id: str
    started: datetime  # in UTC
    action: Action
    source: Path | None
    target: Path
    steps: int
    done: int
    failed: int
    undone: int
    state: RunState


@dataclass
class Record:
    """What the lines of a journal add up to. Steps are known by their number; a digest is None where none was taken."""

    id: str
    started: datetime
    action: Action
    source: Path | None
    target: Path
    step_count: int
    folders: tuple[Path, ...]  # that did not exist before the run, parents first
    steps: tuple[Step, ...] = ()
    intended: int = 0  # the steps before this number may have been begun
    placed: dict[int, str | None] = field(default_factory=dict)  # moved files that are in both places, verified
    done: dict[int, str | None] = field(default_factory=dict)
    failed: dict[int, str] = field(default_factory=dict)
    undone: set[int] = field(default_factory=set)
    ended: bool = False
    undoing: bool = False
    undoing_only: tuple[int, ...] | None = None  # the steps that the latest undo was asked for, None for all

    @property
    def interrupted(self) -> bool:
        """Whether the run was begun, or its undo was, and not ended."""
        return not self.ended or self.undoing

    @property
    def uncertain(self) -> list[int]:
        """The steps that may or may not have been done when the run died."""
        return [n for n in range(self.intended) if n not in self.done and n not in self.failed]

    @property
    def state(self) -> RunState:
        """The state, as far as the journal alone can tell."""
        if self.interrupted:
            return RunState.INTERRUPTED
        if not self.done:
            return RunState.ROLLED_BACK
        if not self.undone:
            return RunState.DONE
        return RunState.UNDONE if self.undone >= self.done.keys() else RunState.PARTLY_UNDONE

    def add(self, event: dict[str, Any]) -> None:
        """Take one more line into account."""
        match event["event"]:
            case "intend":
                self.intended = event["before"]
            case "placed":
                self.placed.update(_numbered(event["digests"]))
            case "outcome":
                self.done.update(_numbered(event["done"]))
                self.failed.update(_numbered(event["failed"]))
            case "end":
                self.ended = True
            case "undo":
                self.undoing = True
                self.undoing_only = tuple(event["only"]) if "only" in event else None
            case "undone":
                self.undone.update(event["steps"])
            case "undo-end":
                self.undoing = False


class Journal:
    """The open journal of one run, locked against other programs as long as it is open."""

    def __init__(self, file: FileIO, record: Record, torn: bool) -> None:
        self.record = record
        self._file = file
        self._torn = torn

    def write(self, event: str, **fields: Any) -> None:
        """Add a line and wait until it is on the disk. JournalError when it is not: then write no more."""
        line = {"event": event, **fields}
        data = json.dumps(line).encode() + b"\n"
        try:
            files.write(self.fileno(), b"\n" + data if self._torn else data)
            files.sync(self.fileno())
        except OSError as error:
            raise JournalError(
                f"The journal of this run could not be written: {reason(error)}. No file is lost; start the program "
                "again to tidy up."
            ) from error
        self._torn = False
        self.record.add(line)

    def fileno(self) -> int:
        """The descriptor that the lock hangs on; a process that inherits it holds the lock too, until it has ended."""
        return self._file.fileno()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._file.close()


def runs_folder() -> Path:
    """Where the journals are: in the user's data folder, or in $FEWSHOT_GUI_DATA."""
    return data_folder() / "runs"


def begin(plan: SortPlan, folders: Iterable[Path], folder: Path | None) -> Journal:
    """Write a new journal for the plan; folders are those that the run is going to create, parents first.

    folder is where journals are kept, None for the usual place. SortRefused when it cannot be written.
    """
    folder = folder or runs_folder()
    now = datetime.now(UTC)
    run_id = f"{now:%Y%m%d-%H%M%S-%f}-{secrets.token_hex(2)}"
    header = {
        "version": VERSION,
        "run": run_id,
        "started": now.isoformat(),
        "action": plan.action.value,
        "source": None if plan.source is None else str(plan.source),
        "target": str(plan.target),
        "steps": len(plan.steps),
        "folders": [str(path) for path in folders],
    }
    # json writes bytes that are not UTF-8, which Python keeps as lone surrogates, as \udcXX, and reads them back.
    steps = [_row(step) for step in plan.steps]
    path = folder / (run_id + SUFFIX)
    try:
        files.make_folders(folder)
        file = FileIO(files.create(path), "w")
        try:
            _lock(file, wait=True)
            files.write(file.fileno(), json.dumps(header).encode() + b"\n" + json.dumps(steps).encode() + b"\n")
            files.sync(file.fileno())
            files.sync_folder(folder)
        except BaseException:
            file.close()
            files.discard(path)
            raise
    except OSError as error:
        raise SortRefused(
            f"Nothing was sorted: the journal in {shown(folder)} could not be written: {reason(error)}."
        ) from error
    return Journal(file, _record(header, plan.steps), torn=False)


def open_run(run_id: str, folder: Path | None) -> Journal:
    """Open a run's journal to add to it. SortRefused when there is none or when somebody else is at work on it."""
    path = (folder or runs_folder()) / (run_id + SUFFIX)
    if not re.fullmatch(r"[0-9a-f-]+", run_id) or not path.is_file():
        raise SortRefused(f"There is no run named {run_id}. Look at the list of runs.")
    try:
        file = FileIO(files.open_to_add(path), "a")
        try:
            if not _lock(file):
                raise SortRefused(f"Another window or program is at work on run {run_id}. Wait until it is done.")
            record = _read(path, with_steps=True)
            if record is None:
                raise SortRefused(f"{shown(path)} is not a journal that this version can read. Nothing was changed.")
            with path.open("rb") as again:
                again.seek(-1, os.SEEK_END)
                torn = again.read() != b"\n"
        except BaseException:
            file.close()
            raise
    except OSError as error:
        raise SortRefused(f"The journal {shown(path)} could not be opened: {reason(error)}.") from error
    return Journal(file, record, torn)


def list_runs(folder: Path | None = None) -> list[Run]:
    """All runs, the newest first. Journals that cannot be read, such as of a run that never began, are left out."""
    folder = folder or runs_folder()
    runs = []
    for path in sorted(folder.glob("*" + SUFFIX), reverse=True):
        with suppress(OSError):
            record = _read(path, with_steps=False)
            if record is not None:
                state = RunState.RUNNING if record.interrupted and _is_locked(path) else record.state
                runs.append(
                    Run(
                        record.id,
                        record.started,
                        record.action,
                        record.source,
                        record.target,
                        record.step_count,
                        len(record.done),
                        len(record.failed),
                        len(record.undone),
                        state,
                    )
                )
    return runs


def _read(path: Path, with_steps: bool) -> Record | None:
    """What the journal says; None when its first two lines are not whole: then nothing was ever begun."""
    with path.open("rb") as lines:
        try:
            header = json.loads(lines.readline())
            steps = lines.readline()
            if header["version"] != VERSION or not steps.endswith(b"\n"):
                return None
            record = _record(header, _steps(json.loads(steps)) if with_steps else ())
        except (ValueError, KeyError, TypeError):
            return None
        for line in lines:
            with suppress(ValueError):  # a line torn by a crash
                record.add(json.loads(line))
    return record


def _record(header: dict[str, Any], steps: tuple[Step, ...]) -> Record:
    return Record(
        id=header["run"],
        started=datetime.fromisoformat(header["started"]),
        action=Action(header["action"]),
        source=None if header["source"] is None else Path(header["source"]),
        target=Path(header["target"]),
        step_count=header["steps"],
        folders=tuple(map(Path, header["folders"])),
        steps=steps,
    )


def _row(s: Step) -> list[Any]:
    row = [str(s.source), str(s.target), s.label, s.size, s.mtime_ns, s.note, int(s.companion)]
    return row if s.replaces is None else [*row, str(s.replaces)]


def _steps(rows: list[list[Any]]) -> tuple[Step, ...]:
    return tuple(_step(*row) for row in rows)


def _step(
    source: str,
    target: str,
    label: str,
    size: int,
    mtime_ns: int,
    note: str,
    companion: int,
    replaces: str | None = None,
) -> Step:
    old = None if replaces is None else Path(replaces)
    return Step(Path(source), Path(target), label, size, mtime_ns, note, bool(companion), replaces=old)


def _numbered(numbered: dict[str, Any]) -> dict[int, Any]:
    """JSON makes text of every key."""
    return {int(number): value for number, value in numbered.items()}


def _is_locked(path: Path) -> bool:
    with path.open("r+b", buffering=0) as file:
        return not _lock(file)


if sys.platform == "win32":
    import msvcrt

    def _lock(file: FileIO, wait: bool = False) -> bool:
        """Lock one byte far behind the end, so that others may still read."""
        place = file.tell()
        file.seek(1 << 40)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        finally:
            file.seek(place)
        return True

else:
    import fcntl

    def _lock(file: FileIO, wait: bool = False) -> bool:
        """Whether the file is ours now, until it is closed or the process dies."""
        try:
            fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            return False
        except OSError:  # The file system has no locks; go on without.
            return True
        return True
