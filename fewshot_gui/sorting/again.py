"""Read the journals of other runs: sorting again moves only the difference, and undo takes back what still stands."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from fewshot_gui.sorting import files
from fewshot_gui.sorting.errors import shown
from fewshot_gui.sorting.history import History, Sorted
from fewshot_gui.sorting.journal import Record, list_runs, open_run
from fewshot_gui.sorting.recover import finish
from fewshot_gui.sorting.sets import Action
from fewshot_gui.sorting.steps import Step
from fewshot_gui.sorting.undo import UndoResult, undo


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


def moved_on(run_id: str, folder: Path | None = None) -> Mapping[Path, str]:
    """Of the files that this run put in place, those that later runs took on from there: place -> the later run's id.

    A later run counts until it is undone; it had moved the file to another class, or had replaced a symbolic link.
    """
    runs = list_runs(folder)
    later = [run for run in runs if run.id > run_id and run.done > run.undone]
    if not later:
        return {}
    with open_run(run_id, folder) as journal:
        gone = {step.target for step in _standing(journal.record) if not files.exists(step.target)}
    found: dict[Path, str] = {}
    for run in later if gone else ():
        with open_run(run.id, folder) as journal:
            for step in _standing(journal.record):
                taken = step.source if run.action is Action.MOVE and step.source in gone else step.replaces
                if taken in gone:
                    found.setdefault(taken, run.id)
    return found


def undo_what_stands(
    run_id: str,
    folder: Path | None,
    progress: Callable[[int, int], None],
    cancelled: Callable[[], bool],
    only: Iterable[Path] | None = None,
) -> UndoResult:
    """undo(), but for files that a later run sorted again from where this run had put them: they are left and named."""
    with open_run(run_id, folder) as journal:
        if journal.record.interrupted:
            finish(journal)
        steps = list(_standing(journal.record))
    taken = moved_on(run_id, folder)
    if not taken:
        return undo(run_id, folder, progress, cancelled, only)
    by_place = {place: step.target for step in steps for place in (step.source, step.target)}
    wanted = [step.target for step in steps] if only is None else [Path(os.path.abspath(path)) for path in only]  # noqa: PTH100
    left = tuple(
        (by_place[path], f"{shown(by_place[path])} was sorted again by run {run}. Undo that run first, then this one.")
        for path in wanted
        if (run := taken.get(by_place.get(path, path)))
    )
    rest = [path for path in wanted if by_place.get(path, path) not in taken]
    if not rest:
        return UndoResult(0, left, False)
    result = undo(run_id, folder, progress, cancelled, rest)
    return replace(result, left=result.left + left)


def _standing(record: Record) -> Iterator[Step]:
    return (record.steps[number] for number in record.done.keys() - record.undone)
