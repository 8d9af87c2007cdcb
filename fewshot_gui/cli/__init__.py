"""The command line. Results on stdout, progress on stderr; exit 0 done, 1 done with unreadable pictures, 2 refused."""

from __future__ import annotations

import os
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from enum import StrEnum
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated, Any

import typer

from fewshot_gui import batch
from fewshot_gui.cli.learning import evaluate, meta_train, textbook
from fewshot_gui.cli.options import AsJson, DeviceChoice, DeviceOption, WeightsName, open_engine
from fewshot_gui.cli.promise import check_promise
from fewshot_gui.cli.published import published
from fewshot_gui.cli.weights import weights
from fewshot_gui.console import listed, progress, refuse, say, stoppable, told
from fewshot_gui.images.errors import printable
from fewshot_gui.images.find import FolderError, Skipped
from fewshot_gui.project.errors import ProjectError
from fewshot_gui.project.schema import SUFFIX
from fewshot_gui.session import Session, SessionError

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, rich_markup_mode=None)

Examples = Annotated[Path, typer.Option(help="One folder per class, with a few pictures in each.")]
Pictures = Annotated[Path, typer.Option(help="The folder to classify, with all below it.")]
Project = Annotated[Path | None, typer.Option(help="Keep classes, labels and answers in this project file.")]
FolderHelps = Annotated[
    bool, typer.Option("--folder-helps", help="Look-alike pictures lend each other their answers; else each is alone.")
]


class ActionChoice(StrEnum):
    copy = "copy"
    move = "move"
    hardlink = "hardlink"
    symlink = "symlink"


def run(arguments: list[str]) -> None:
    """Run one command line and exit. Whatever is refused ends in a sentence on stderr and exit code 2; a mistake in the
    program itself in a traceback and 3."""
    from fewshot_gui.sorting.errors import SortRefused

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # no name may end a run that is done
    try:
        app(arguments, prog_name="fewshot-gui")
    except (SessionError, FolderError, ProjectError, SortRefused) as error:
        refuse(str(error))
    except Exception:
        traceback.print_exc()
        sys.exit(3)


@app.callback()
def about() -> None:
    """Teach picture classes from a few examples, classify folders, sort them safely.

    Without a command it opens the window: fewshot-gui [FOLDER | FILE.fewshot], or fewshot-gui demo.
    """


@contextmanager
def _session(project: Path | None) -> Iterator[Session]:
    """The named project, or one that is thrown away afterwards. One that is new goes again if the work fails."""
    if project is not None and project.suffix != SUFFIX:
        raise SessionError(f'A project file is called NAME{SUFFIX}; "{printable(project)}" is not.')
    with tempfile.TemporaryDirectory(prefix="fewshot-") as scratch:
        file = project or Path(scratch) / f"once{SUFFIX}"
        is_new = not file.exists()
        session = Session.open(file)
        try:
            yield session
        except BaseException:
            session.close()
            if is_new:
                file.unlink(missing_ok=True)
            raise
        session.close()


@contextmanager
def _classified(
    examples: Path, pictures: Path, project: Path | None, weights: str, device: str, folder_helps: bool
) -> Iterator[tuple[Session, list[Skipped]]]:
    """A session with all answers, and what was passed over in the folder."""
    batch.class_names(examples)
    files, skipped = batch.find(pictures)
    with _session(project) as session:
        with open_engine(weights, device) as engine, progress() as report:
            batch.teach(session, engine, examples, report)
            batch.classify(session, engine, pictures, files, report, folder_helps)
        yield session, skipped


@app.command()
def classify(
    examples: Examples,
    pictures: Pictures,
    out: Annotated[Path, typer.Option(help="The results file, a .csv.")],
    folder_helps: FolderHelps = False,
    project: Project = None,
    weights: WeightsName = "embedded",
    device: DeviceOption = DeviceChoice.auto,
    as_json: AsJson = False,
) -> None:
    """Classify every picture below a folder and write results.csv."""
    batch.check_writable(out)
    began = time.perf_counter()
    with _classified(examples, pictures, project, weights, device, folder_helps) as (session, skipped):
        rows = batch.answers(session, skipped)
        batch.write_results(out, rows)
        unreadable = batch.unreadable(session, skipped)
    decisions = Counter(row.decision for row in rows)
    seconds = time.perf_counter() - began
    result = {"out": os.fsdecode(out), "pictures": len(rows), "decisions": dict(decisions), "seconds": seconds}
    lines = [f"{len(rows)} pictures classified in {seconds:.1f} s; the results are in {printable(out)}."]
    lines += [f"  {name}: {count}" for name, count in decisions.most_common()]
    say(as_json, {**result, "unreadable": listed(unreadable)}, "\n".join([*lines, *told(unreadable)]))
    raise typer.Exit(1 if unreadable else 0)


@app.command()
def sort(
    examples: Examples,
    pictures: Pictures,
    to: Annotated[Path, typer.Option(help="Where the class folders are made.")],
    action: Annotated[ActionChoice, typer.Option(help="What to do with each picture.")],
    min_confidence: Annotated[float | None, typer.Option(min=0, max=1, help="Leave less certain pictures.")] = None,
    promise: Annotated[float | None, typer.Option(min=0, max=1, help="File so that about this share is wrong.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the plan, change nothing.")] = False,
    folder_helps: FolderHelps = False,
    project: Project = None,
    weights: WeightsName = "embedded",
    device: DeviceOption = DeviceChoice.auto,
    as_json: AsJson = False,
) -> None:
    """Classify a folder and sort its pictures into one folder per class. Every run can be undone."""
    from fewshot_gui.sorting.apply import apply
    from fewshot_gui.sorting.errors import SortRefused
    from fewshot_gui.sorting.plan import Action, place_refusals, plan_sort

    if min_confidence is not None and promise is not None:
        raise SessionError("Give --min-confidence or --promise, not both.")
    if refusals := place_refusals(to, pictures, batch.class_names(examples)):
        raise SortRefused(" ".join(refusals))
    with _classified(examples, pictures, project, weights, device, folder_helps) as (session, skipped):
        least = batch.promise_threshold(session, promise) if promise is not None else (min_confidence or 0.0)
        plan = plan_sort(session.sort_items(least), to, Action(action), session.folder)
        if plan.refusals:
            raise SortRefused(" ".join(plan.refusals))
        unreadable = [*batch.unreadable(session, skipped), *plan.problems]
    result: dict[str, Any] = {
        "plan": [{"from": os.fsdecode(s.source), "to": os.fsdecode(s.target), "note": s.note} for s in plan.steps],
        "counts": dict(plan.counts),
        "left_alone": plan.left_alone,
        "already_there": len(plan.already_there),
        "needed_bytes": plan.needed_bytes,
        "free_bytes": plan.free_bytes,
        "min_confidence": least,
        "unreadable": listed(unreadable),
        "run": None,
    }
    lines = [f"{name}: {count} to {printable(plan.folders[name])}" for name, count in sorted(plan.counts.items())]
    lines.append(f"{plan.left_alone} left where they are, {len(plan.already_there)} there already.")
    lines += told(unreadable)
    if dry_run:
        lines += [f"{printable(s.source)} -> {printable(s.target)} {s.note}".rstrip() for s in plan.steps]
        say(as_json, result, "\n".join([*lines, "Nothing was changed: this was a dry run."]))
        raise typer.Exit(1 if unreadable else 0)
    with progress() as report, stoppable() as stop:
        done = apply(plan, None, lambda n, total: report("Sorting", n, total), stop)
    stopped = done.stopped or ("It was stopped; what is left was not touched." if done.cancelled else None)
    result |= {"run": done.run_id, "done": done.done, "failed": listed(done.failed), "stopped": stopped}
    lines.append(f"{done.done} files sorted. Take it back with: fewshot-gui undo {done.run_id}")
    say(as_json, result, "\n".join([*lines, *told(done.failed), *([stopped] if stopped else [])]))
    raise typer.Exit(1 if unreadable or done.failed or stopped else 0)


@app.command()
def runs(as_json: AsJson = False) -> None:
    """List the sorting runs, the latest first."""
    from fewshot_gui.sorting.journal import list_runs

    found = list_runs()
    rows = [
        {
            "run": r.id,
            "started": r.started.isoformat(timespec="seconds"),
            "action": str(r.action),
            "to": os.fsdecode(r.target),
            "files": r.steps,
            "done": r.done,
            "undone": r.undone,
            "state": str(r.state),
        }
        for r in found
    ]
    lines = [
        f"{r['run']}  {r['action']:8} {r['done']} of {r['files']} files to {r['to']}  ({r['state']})" for r in rows
    ]
    say(as_json, {"runs": rows}, "\n".join(lines) or "Nothing has been sorted yet.")


@app.command()
def undo(
    run: Annotated[str | None, typer.Argument(help="The run's name; without one, the latest.")] = None,
    as_json: AsJson = False,
) -> None:
    """Take a sorting run back, file by file. Files that were changed since are left and named."""
    from fewshot_gui.sorting.journal import RunState, list_runs
    from fewshot_gui.sorting.undo import undo as undo_run

    if run is None:
        open_runs = [r for r in list_runs() if r.state not in (RunState.UNDONE, RunState.ROLLED_BACK)]
        if not open_runs:
            raise SessionError("There is nothing to undo.")
        run = open_runs[0].id
    with progress() as report, stoppable() as stop:
        done = undo_run(run, None, lambda n, total: report("Undoing", n, total), stop)
    stopped = done.stopped or ("It was stopped; undo again for the rest." if done.cancelled else None)
    lines = [f"{done.restored} files are back.", *told(done.left), *([stopped] if stopped else [])]
    result = {"run": run, "restored": done.restored, "left": listed(done.left), "stopped": stopped}
    say(as_json, result, "\n".join(lines))
    raise typer.Exit(1 if done.left or stopped else 0)


@app.command()
def doctor(as_json: AsJson = False) -> None:
    """Check that everything the program needs is there and works."""
    from fewshot_gui.doctor import examine

    findings = examine()
    lines = [f"{'ok ' if f.ok else 'BAD'} {f.what}: {f.found}" for f in findings]
    say(as_json, {"ok": all(f.ok for f in findings), "findings": [asdict(f) for f in findings]}, "\n".join(lines))
    raise typer.Exit(0 if all(f.ok for f in findings) else 1)


app.command()(evaluate)
app.command()(textbook)
app.command("meta-train")(meta_train)
app.add_typer(weights, name="weights")
app.command("published")(published)
app.command("check-promise")(check_promise)
