"""Read the journals of earlier runs, so that sorting again moves only what has changed since."""

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from fewshot_gui.sorting.errors import SortRefused, shown
from fewshot_gui.sorting.history import History, Sorted
from fewshot_gui.sorting.journal import Record, Run, list_runs, open_run
from fewshot_gui.sorting.sets import Action
from fewshot_gui.sorting.steps import Step


def earlier(target: Path, folder: Path | None = None) -> History:
    """What all runs into the target have left there, the latest word on each file; undone files do not count.

    folder is where journals are kept, None for the usual place. SortRefused while another program is at work there.
    """
    target = Path(os.path.abspath(target))  # noqa: PTH100 - as plan_sort does
    made: dict[Path, Sorted] = {}
    moved: dict[Path, Sorted] = {}
    origins: dict[Path, Path] = {}  # of made files, by their place
    for run in reversed(list_runs(folder)):
        if run.done > run.undone and run.target == target:
            with open_run(run.id, folder) as journal:
                _take_in(journal.record, made, moved, origins)
    return History(made, moved)


def _take_in(record: Record, made: dict[Path, Sorted], moved: dict[Path, Sorted], origins: dict[Path, Path]) -> None:
    for number in sorted(record.done.keys() - record.undone):
        step = record.steps[number]
        digest = record.done[number]
        new = Sorted(step.source, step.target, step.label, record.action, step.size, step.mtime_ns, digest)
        if step.replaces is not None:
            origins.pop(step.replaces, None)
        if record.action is not Action.MOVE:
            made[step.source] = new
            origins[step.target] = step.source
        elif origin := origins.pop(step.source, None):
            made[origin] = replace(made[origin], place=step.target, label=step.label)
            origins[step.target] = origin
        else:
            before = moved.pop(step.source, None)
            moved[step.target] = replace(new, origin=before.origin) if before else new


def moved_on(run_id: str, folder: Path | None = None) -> Run | None:
    """The latest run that moved on or replaced what this run had copied or linked, and was not undone since: undo that
    first."""
    runs = list_runs(folder)
    this = next((run for run in runs if run.id == run_id), None)
    if this is None or this.action is Action.MOVE:
        return None
    later = [run for run in runs if run.id > run_id and run.done > run.undone]
    if this.action is not Action.SYMLINK:  # only links are replaced, which any kind of run may do
        later = [run for run in later if run.action is Action.MOVE]
    if not later:
        return None
    with open_run(run_id, folder) as journal:
        mine = {step.target for step in _standing(journal.record)}
    for run in later:
        with open_run(run.id, folder) as journal:
            if any(step.source in mine or step.replaces in mine for step in _standing(journal.record)):
                return run
    return None


def refuse_if_moved_on(run_id: str, folder: Path | None = None) -> None:
    """SortRefused when a later run moved on what this run had put in place: its undo would miss those files."""
    if run := moved_on(run_id, folder):
        raise SortRefused(
            f"Run {run.id} sorted some of these files again into {shown(run.target)}. Undo that run first, then this "
            "one."
        )


def _standing(record: Record) -> Iterator[Step]:
    return (record.steps[number] for number in record.done.keys() - record.undone)
