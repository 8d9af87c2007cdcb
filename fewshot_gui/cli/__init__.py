"""The command line. Results on stdout, progress on stderr; exit 0 done, 1 done with unreadable pictures, 2 refused."""

from __future__ import annotations

import os
import sys
import time
import traceback
from collections import Counter
from dataclasses import asdict
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated

import typer

from fewshot_gui import batch
from fewshot_gui.cli.export import export
from fewshot_gui.cli.learning import evaluate, meta_train, textbook
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
from fewshot_gui.cli.promise import check_promise
from fewshot_gui.cli.published import published
from fewshot_gui.cli.runs import runs, tidy_up, undo
from fewshot_gui.cli.sorting import sort
from fewshot_gui.cli.weights import weights
from fewshot_gui.console import listed, refuse, say, told
from fewshot_gui.images.errors import printable
from fewshot_gui.images.find import FolderError
from fewshot_gui.project.errors import ProjectError
from fewshot_gui.session import SessionError

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, rich_markup_mode=None)


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
    tidy_up()


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
    with classified(examples, pictures, project, weights, device, folder_helps) as (session, skipped):
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
def doctor(
    as_json: AsJson = False,
    report_to: Annotated[
        Path | None,
        typer.Option("--report", help="Write a report here, to send to others: no pictures, paths and names masked."),
    ] = None,
) -> None:
    """Check that everything the program needs is there and works."""
    from fewshot_gui.doctor import examine, report

    findings = examine()
    lines = [f"{'ok ' if f.ok else 'BAD'} {f.what}: {f.found}" for f in findings]
    if report_to is not None:
        try:
            with report_to.open("x", encoding="utf-8", errors="backslashreplace") as file:
                file.write(report(findings))
        except OSError as error:
            raise SessionError(f'"{printable(report_to)}" can\'t be written: {error.strerror}.') from error
    say(as_json, {"ok": all(f.ok for f in findings), "findings": [asdict(f) for f in findings]}, "\n".join(lines))
    raise typer.Exit(0 if all(f.ok for f in findings) else 1)


app.command()(sort)
app.command()(runs)
app.command()(undo)
app.command()(export)
app.command()(evaluate)
app.command()(textbook)
app.command("meta-train")(meta_train)
app.add_typer(weights, name="weights")
app.command("published")(published)
app.command("check-promise")(check_promise)
