"""fewshot-gui runs and undo: what was sorted, and taking it back; and what every command does first."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any

import typer

from fewshot_gui.cli.options import AsJson
from fewshot_gui.console import listed, progress, say, stderr, stoppable, told
from fewshot_gui.images.errors import printable
from fewshot_gui.session import SessionError
from fewshot_gui.sorting.again import undo_what_stands
from fewshot_gui.sorting.journal import Run, RunState, list_runs
from fewshot_gui.sorting.recover import recover_all
from fewshot_gui.sorting.run_files import RunFile, run_files


def tidy_up() -> None:
    """Finish the runs that died, and say on stderr what was found."""
    for report in recover_all():
        stderr.print(f"Run {report.run_id}:", *report.sentences, style="yellow", markup=False)


def runs(
    run: Annotated[str | None, typer.Argument(help="List the files of this run.")] = None,
    as_json: AsJson = False,
) -> None:
    """List the sorting runs, the latest first, or the files of one run."""
    if run is not None:
        found = run_files(run)
        files = [_file(one) for one in found]
        say(as_json, {"run": run, "files": files}, "\n".join(_file_line(one) for one in found))
        return
    rows = [_row(one) for one in list_runs()]
    lines = [
        f"{r['run']}  {r['action']:8} {r['done']} of {r['files']} files to {r['to']}  ({r['state']})" for r in rows
    ]
    say(as_json, {"runs": rows}, "\n".join(lines) or "Nothing has been sorted yet.")


def undo(
    run: Annotated[str | None, typer.Argument(help="The run's name; without one, the latest.")] = None,
    file: Annotated[
        list[Path] | None,
        typer.Option(help="Take only this file back, named by its old or its new place; may be given again."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Take a sorting run back, file by file. Files that were changed since are left and named."""
    if run is None:
        open_runs = [r for r in list_runs() if r.state not in (RunState.UNDONE, RunState.ROLLED_BACK)]
        if not open_runs:
            raise SessionError("There is nothing to undo.")
        run = open_runs[0].id
    with progress() as report, stoppable() as stop:
        done = undo_what_stands(run, None, lambda n, total: report("Undoing", n, total), stop, only=file or None)
    stopped = done.stopped or ("It was stopped; undo again for the rest." if done.cancelled else None)
    lines = [f"{done.restored} files are back.", *told(done.left), *([stopped] if stopped else [])]
    result = {"run": run, "restored": done.restored, "left": listed(done.left), "stopped": stopped}
    say(as_json, result, "\n".join(lines))
    raise typer.Exit(1 if done.left or stopped else 0)


def _row(run: Run) -> dict[str, Any]:
    return {
        "run": run.id,
        "started": run.started.isoformat(timespec="seconds"),
        "action": str(run.action),
        "from": None if run.source is None else os.fsdecode(run.source),
        "to": os.fsdecode(run.target),
        "files": run.steps,
        "done": run.done,
        "failed": run.failed,
        "undone": run.undone,
        "state": str(run.state),
    }


def _file(file: RunFile) -> dict[str, Any]:
    return {
        "from": os.fsdecode(file.source),
        "to": os.fsdecode(file.target),
        "class": file.label,
        "state": str(file.state),
        "reason": file.reason,
    }


def _file_line(file: RunFile) -> str:
    return f"{printable(file.source)} -> {printable(file.target)}  ({file.reason or file.state})"
