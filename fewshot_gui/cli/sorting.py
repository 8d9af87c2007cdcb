"""fewshot-gui sort: the plan, which --dry-run only shows, and what became of it."""

from __future__ import annotations

import os
from collections import defaultdict
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from fewshot_gui import batch
from fewshot_gui.answers import REVIEW_BELOW
from fewshot_gui.cli.options import (
    AsJson,
    DeviceChoice,
    DeviceOption,
    Examples,
    FolderHelps,
    Pictures,
    Project,
    WeightsName,
    classified,
)
from fewshot_gui.console import listed, progress, say, stoppable, told
from fewshot_gui.images.errors import printable
from fewshot_gui.learner.promise import Promise
from fewshot_gui.promises import AUDIT, evidence_of, promised
from fewshot_gui.session import Session, SessionError
from fewshot_gui.sorting.again import earlier
from fewshot_gui.sorting.carry_out import Outcome, carry_out
from fewshot_gui.sorting.errors import SortRefused, megabytes
from fewshot_gui.sorting.history import History
from fewshot_gui.sorting.options import SortOptions
from fewshot_gui.sorting.plan import Action, SortPlan, place_refusals, plan_sort, sorts_in_place

HOW_TO_CHECK = (
    "Keep the project with: fewshot-gui classify --project FILE.fewshot; open it in the window, choose a promise and "
    '"Check some". Or use --min-confidence.'
)


def sort(
    examples: Examples,
    pictures: Pictures,
    to: Annotated[Path, typer.Option(help="Where the class folders are made.")],
    action: Annotated[Action, typer.Option(help="What to do with each picture.")],
    min_confidence: Annotated[float | None, typer.Option(min=0, max=1, help="Leave less certain pictures.")] = None,
    promise: Annotated[
        float | None,
        typer.Option(
            min=0,
            max=1,
            help=f"File only as many that at most this share is wrong; takes a --project in which {AUDIT} pictures "
            'were checked ("Check some" in the window).',
        ),
    ] = None,
    keep_subfolders: Annotated[
        bool, typer.Option("--keep-subfolders", help="Keep the sub-folders, below the class folder.")
    ] = False,
    name: Annotated[
        str, typer.Option(metavar="TEMPLATE", help="New names, of {class} {confidence} {name} {date} {n}.")
    ] = "",
    unsure: Annotated[
        str,
        typer.Option(
            metavar="FOLDERNAME",
            help=f"A folder for pictures not certain enough (below {REVIEW_BELOW:.0%} if you don't say).",
        ),
    ] = "",
    none: Annotated[str, typer.Option(metavar="FOLDERNAME", help="A folder for pictures of none of the classes.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the plan, change nothing.")] = False,
    folder_helps: FolderHelps = False,
    project: Project = None,
    weights: WeightsName = "embedded",
    device: DeviceOption = DeviceChoice.auto,
    as_json: AsJson = False,
) -> None:
    """Classify a folder and sort its pictures into one folder per class. Every run can be undone.

    Sorting again into the same folder moves only what has changed its class since.
    """
    if min_confidence is not None and promise is not None:
        raise SessionError("Give --min-confidence or --promise, not both.")
    if promise is not None and (project is None or not project.exists()):
        raise SessionError(f"A promise counts on your answers, and there are none without a --project. {HOW_TO_CHECK}")
    options = SortOptions(keep_subfolders, name, unsure, none)
    classes = batch.class_names(examples)
    history = earlier(to)
    in_place = sorts_in_place(to, pictures.resolve(), action, history)
    folders = [*classes, *filter(None, (unsure, none))]
    if refusals := [*options.refusals(classes), *place_refusals(to, None if in_place else pictures, folders)]:
        raise SortRefused(" ".join(refusals))
    with classified(examples, pictures, project, weights, device, folder_helps) as (session, skipped):
        kept = None if promise is None else _kept(session, promise, weights)
        least = kept.threshold if kept else _least(min_confidence, unsure)
        plan = _plan(session, least, to, action, options, history)
        unreadable = [*batch.unreadable(session, skipped), *plan.problems]
        outcome = None if dry_run else _carried_out(plan, session)
    result = {**_result(plan), "min_confidence": least, "unreadable": listed(unreadable), "run": None}
    lines = [*_lines(plan), *told(unreadable)]
    if kept:
        result["promise"] = {"target": promise, **asdict(kept)}
        lines.append(
            f"{kept.filed} filed by the machine, of which about {kept.expected_wrong:.0f} are wrong "
            f"({kept.low} to {kept.high}); {kept.for_person} for you."
        )
    if outcome is None:
        lines += [*_ways(plan), "Nothing was changed: this was a dry run."]
        say(as_json, result, "\n".join(lines))
        raise typer.Exit(1 if unreadable else 0)
    done = outcome.result
    stopped = done.stopped or ("It was stopped; what is left was not touched." if done.cancelled else None)
    result |= {"run": done.run_id, "runs": list(outcome.run_ids)}
    result |= {"done": done.done, "failed": listed(done.failed), "stopped": stopped}
    undoing = ", then ".join(f"fewshot-gui undo {run}" for run in outcome.run_ids or [done.run_id])
    lines.append(f"{done.done} files sorted. Take it back with: {undoing}")
    result["notes"] = list(done.notes)
    say(as_json, result, "\n".join([*lines, *done.notes, *told(done.failed), *([stopped] if stopped else [])]))
    raise typer.Exit(1 if unreadable or done.failed or stopped else 0)


def _least(min_confidence: float | None, unsure: str) -> float:
    """The confidence from which on a picture is filed, where nothing is promised."""
    return min_confidence if min_confidence is not None else REVIEW_BELOW if unsure else 0.0


def _kept(session: Session, target: float, weights: str) -> Promise:
    """What the promise files. Raises SessionError where it is nothing."""
    from fewshot_gui.learner.weights import load_weights

    evidence = evidence_of(session)
    kept = promised(load_weights(weights).promise, evidence, target)
    if kept.filed:
        return kept
    offered = len(evidence.ids) + evidence.without_class
    missing = max(AUDIT - evidence.answers, 0)
    so_far = f"{evidence.answers} of {AUDIT} pictures are checked." if missing else "More answers may help."
    raise SessionError(
        f"At most {100 * target:g} % wrong can be promised of 0 of {offered} pictures. {so_far} {HOW_TO_CHECK}"
    )


def _plan(session: Session, least: float, to: Path, action: Action, options: SortOptions, history: History) -> SortPlan:
    """The plan for the folder's pictures and for those that earlier runs moved. SortRefused when there can be none."""
    items = session.sort_items(least) + [item for item in session.outside_items() if item.path in history.moved]
    with progress() as report:
        plan = plan_sort(
            items,
            to,
            action,
            session.folder,
            options=options,
            history=history,
            progress=lambda n, total: report("Planning", n, total),
        )
    if plan.refusals:
        raise SortRefused(" ".join(plan.refusals))
    return plan


def _carried_out(plan: SortPlan, session: Session) -> Outcome:
    """Sort, and let the project know the pictures where they are now."""
    with progress() as report, stoppable() as stop:
        outcome = carry_out(plan, None, lambda n, total: report("Sorting", n, total), stop)
    session.relocate(outcome.moved)
    return outcome


def _result(plan: SortPlan) -> dict[str, Any]:
    """The plan for JSON."""
    going_along = _going_along(plan)
    return {
        "plan": [
            {
                "from": os.fsdecode(s.source),
                "to": os.fsdecode(s.target),
                "action": str(Action.MOVE if plan.moves and n < len(plan.moves.steps) else plan.action),
                "class": s.label,
                "confidence": s.confidence,
                "said": s.said,
                "why": s.why,
                "with": [os.fsdecode(path) for path in going_along.get(n, ())],
                "goes_with": None if s.picture is None else os.fsdecode(s.picture),
                "renamed": s.renaming and str(s.renaming),
                "note": s.note,
            }
            for n, s in enumerate(plan.all_steps)
        ],
        "counts": dict(plan.counts),
        "files": len(plan.all_steps),
        "total_bytes": sum(s.size for s in plan.all_steps),
        "folders": {label: os.fsdecode(folder) for label, folder in plan.folders.items()},
        "renamed_folders": {label: os.fsdecode(name) for label, name in plan.renamed_folders.items()},
        "collisions": len(plan.collisions),
        "unfit": len(plan.unfit),
        "moved_on": [{"from": old, "to": new, "pictures": n} for (old, new), n in plan.moved_on.items()],
        "left_alone": plan.left_alone,
        "already_there": len(plan.already_there),
        "needed_bytes": plan.needed_bytes,
        "free_bytes": plan.free_bytes,
        "space": [{**asdict(volume), "folder": os.fsdecode(volume.folder)} for volume in plan.space],
    }


def _lines(plan: SortPlan) -> list[str]:
    """The plan in a few lines for a person."""
    lines = [f"{name}: {count} to {printable(plan.folders[name])}" for name, count in sorted(plan.counts.items())]
    moved_on = [f"{n} move{'s' * (n == 1)} from {old} to {new}" for (old, new), n in sorted(plan.moved_on.items())]
    lines.append(", ".join([f"{len(plan.already_there)} already there", *moved_on]) + ".")
    lines.append(f"{plan.left_alone} left where they are.")
    lines += [f'The class "{label}" gets the folder "{name}".' for label, name in plan.renamed_folders.items()]
    if plan.collisions:
        lines.append(f"{len(plan.collisions)} get another name, because their own is taken.")
    if plan.unfit:
        lines.append(f"{len(plan.unfit)} get another name, because the disk cannot hold their own.")
    lines += [
        f"{megabytes(volume.needed)} of {megabytes(volume.free)} free are needed for {printable(volume.folder)}."
        for volume in plan.space
    ]
    total = sum(step.size for step in plan.all_steps)
    return [*lines, f"{len(plan.all_steps)} files in all, {megabytes(total)}."]


def _ways(plan: SortPlan) -> list[str]:
    """Every file's way, why, and what goes along."""
    going_along = _going_along(plan)
    lines = []
    for n, step in enumerate(plan.all_steps):
        along = ", ".join(printable(Path(path.name)) for path in going_along.get(n, ()))
        why = "" if step.picture else step.why
        said = "; ".join(filter(None, (why, step.note, f"with {along}" if along else "")))
        lines.append(f"{printable(step.source)} -> {printable(step.target)}" + (f" ({said})" if said else ""))
    return lines


def _going_along(plan: SortPlan) -> dict[int, list[Path]]:
    """What goes with each picture, by the number of the picture's step."""
    numbers = {step.source: number for number, step in enumerate(plan.all_steps)}
    found: dict[int, list[Path]] = defaultdict(list)
    for step in plan.all_steps:
        if step.picture in numbers:
            found[numbers[step.picture]].append(step.source)
    return found
