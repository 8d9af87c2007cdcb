"""fewshot-gui export: what a saved project holds, as other programs read it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from fewshot_gui.cli.options import AsJson
from fewshot_gui.console import listed, progress, say, told
from fewshot_gui.exports.export import Exported, Format
from fewshot_gui.exports.export import export as export_project
from fewshot_gui.images.errors import printable


def export(
    project: Annotated[Path, typer.Option(help="The saved project; it may be open in a window.")],
    format: Annotated[Format, typer.Option(help="xmp and label-studio make a folder, the others a file.")],
    out: Annotated[Path, typer.Option(help="The file or folder to make. Nothing is ever replaced.")],
    as_json: AsJson = False,
) -> None:
    """Write a project's labels for other programs: a table, keywords for photos, or tasks for Label Studio.

    What you said and what the machine says stay apart. The project and the pictures are only read.
    """
    with progress() as report:
        done = export_project(project, out, format, lambda n, total: report("Exporting", n, total))
    unreadable = list(done.unreadable)
    say(as_json, _result(done), "\n".join([*_lines(done), *told(unreadable)]))
    raise typer.Exit(1 if unreadable else 0)


def _result(done: Exported) -> dict[str, object]:
    """For JSON."""
    return {
        "out": os.fsdecode(done.out),
        "format": str(done.format),
        "pictures": done.pictures,
        "by_person": done.by_person,
        "by_machine": done.by_machine,
        "unclassified": done.unclassified,
        "notes": list(done.notes),
        "unreadable": listed(done.unreadable),
    }


def _lines(done: Exported) -> list[str]:
    """For a person."""
    said = f"{done.by_person} by you, {done.by_machine} by the machine, {done.unclassified} not classified"
    return [f"{done.pictures} pictures are in {printable(done.out)}: {said}.", *done.notes]
