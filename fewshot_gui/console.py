"""What every command shares: results on stdout, progress and refusals on stderr, Ctrl-C."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from signal import SIGINT, signal
from threading import Event
from typing import Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from fewshot_gui.images.errors import printable

stderr = Console(stderr=True, highlight=False, soft_wrap=True)


def refuse(sentence: str) -> None:
    """Say why nothing was done, and exit with 2."""
    stderr.print(sentence, style="red", markup=False)
    sys.exit(2)


@contextmanager
def progress() -> Iterator[Callable[[str, int, int], None]]:
    """A progress bar on stderr for a function that reports (what, done, total)."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=stderr, transient=True, disable=not stderr.is_terminal) as bar:
        tasks: dict[str, Any] = {}

        def report(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = bar.add_task(what, total=total)
            bar.update(tasks[what], completed=done, total=total)

        yield report


@contextmanager
def stoppable() -> Iterator[Callable[[], bool]]:
    """A function that tells whether Ctrl-C was pressed, for work that has to end a step before it stops."""
    pressed = Event()
    before = signal(SIGINT, lambda *_: pressed.set())
    try:
        yield pressed.is_set
    finally:
        signal(SIGINT, before)


def say(as_json: bool, result: dict[str, Any], text: str) -> None:
    """The outcome of a command, for a program or for a person."""
    typer.echo(json.dumps(result) if as_json else text)


def listed(found: Sequence[tuple[Path, str]]) -> list[dict[str, str]]:
    """Paths and what there is to say of each, for JSON."""
    return [{"path": os.fsdecode(path), "reason": reason} for path, reason in found]


def told(found: Sequence[tuple[Path, str]]) -> list[str]:
    """The same, for a person."""
    return [f"{printable(path)}: {reason}" for path, reason in found]
