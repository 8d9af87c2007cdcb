"""The files of one run, for a person who wants to look at them or take single ones back."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from fewshot_gui.sorting.journal import open_run


class FileState(StrEnum):
    """What became of one file of a run."""

    SORTED = "sorted"
    UNDONE = "undone"
    FAILED = "failed"
    NOT_SORTED = "not sorted"


@dataclass(frozen=True, slots=True)
class RunFile:
    """One file of a run; reason is why it failed, else ""."""

    source: Path
    target: Path
    label: str
    companion: bool
    state: FileState
    reason: str = ""


def run_files(run_id: str, folder: Path | None = None) -> list[RunFile]:
    """All files of a run in their order. SortRefused when there is no such run or somebody is at work on it.

    folder is where journals are kept, None for the usual place.
    """
    with open_run(run_id, folder) as journal:
        record = journal.record
    found = []
    for number, step in enumerate(record.steps):
        if number in record.undone:
            state = FileState.UNDONE
        elif number in record.done:
            state = FileState.SORTED
        else:
            state = FileState.FAILED if number in record.failed else FileState.NOT_SORTED
        why = record.failed.get(number, "")
        found.append(RunFile(step.source, step.target, step.label, step.companion, state, why))
    return found
