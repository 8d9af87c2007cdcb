"""Carry out a whole plan: first what moves on from an earlier run, then what is new. Each is a run of its own."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from fewshot_gui.sorting.apply import RunResult, apply
from fewshot_gui.sorting.errors import SortRefused
from fewshot_gui.sorting.plan import Action, SortPlan


@dataclass(frozen=True)
class Outcome:
    """What became of a plan. run_ids: the runs that did something, the newest first; undo them in this order.

    moved: files that are no longer at their old place, old place -> new place.
    """

    result: RunResult
    run_ids: tuple[str, ...]
    moved: Mapping[Path, Path]


def carry_out(
    plan: SortPlan,
    journal_folder: Path | None,
    progress: Callable[[int, int], None],
    cancelled: Callable[[], bool],
) -> Outcome:
    """apply() for the plan's moves and for its own steps. progress counts the files of both.

    SortRefused, before anything is touched, when the plan has refusals or no journal can be written.
    """
    if plan.refusals:
        raise SortRefused(" ".join(plan.refusals))
    total = len(plan.all_steps)
    results: list[RunResult] = []
    moved: dict[Path, Path] = {}
    stopped = None
    for part in filter(None, (plan.moves, plan)):
        if not part.steps:
            continue
        before = total - len(part.steps) if results else 0
        try:
            results.append(apply(part, journal_folder, _counting(progress, before, total), cancelled))
        except SortRefused as error:
            if not results:
                raise
            stopped = str(error)
        if part.action is Action.MOVE:
            moved |= {s.source: s.target for s in part.steps if s.target.exists() and not s.source.exists()}
        if stopped or results[-1].cancelled or results[-1].stopped:
            break
    result = RunResult(
        run_id=results[-1].run_id,
        done=sum(result.done for result in results),
        skipped=len(plan.already_there),
        failed=tuple(failure for result in results for failure in result.failed),
        cancelled=results[-1].cancelled,
        stopped=stopped or results[-1].stopped,
        notes=tuple(dict.fromkeys(note for result in results for note in result.notes)),
    )
    return Outcome(result, tuple(result.run_id for result in reversed(results) if result.done), moved)


def _counting(progress: Callable[[int, int], None], before: int, total: int) -> Callable[[int, int], None]:
    return lambda done, _: progress(before + done, total)
