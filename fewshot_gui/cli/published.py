"""The published command: tables from the literature, measured again with this program's own learner."""

from __future__ import annotations

import os
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from fewshot_gui.cli.options import AsJson, DeviceChoice, DeviceOption
from fewshot_gui.console import progress, say
from fewshot_gui.images.errors import printable
from fewshot_gui.session import SessionError


class TableChoice(StrEnum):
    mini_imagenet = "mini-imagenet"
    omniglot = "omniglot"
    omniglot_challenge = "omniglot-challenge"


def published(
    table: Annotated[TableChoice, typer.Argument(help="Which table.")],
    data: Annotated[Path, typer.Option(help="One folder per class; for the challenge, the folder of its zip files.")],
    out: Annotated[Path, typer.Option(help="The results file to write, a .json.")],
    device: DeviceOption = DeviceChoice.auto,
    as_json: AsJson = False,
) -> None:
    """Train on a benchmark's own classes and measure it. Goes on where it was stopped: progress is in OUT.work."""
    import json

    from fewshot_gui.learner.collection import CollectionError
    from fewshot_gui.learner.device import DeviceError, choose_device
    from fewshot_gui.learner.published import mini_imagenet, omniglot, omniglot_challenge

    if out.suffix != ".json" or not out.parent.is_dir():
        raise SessionError("--out must be a .json file in a folder that exists.")
    work = out.with_name(out.name + ".work")
    if out.exists() and not work.is_dir():
        raise SessionError(f'"{printable(out)}" exists and was not made by this command. Choose another name.')
    runs: dict[TableChoice, Callable[..., dict[str, Any]]] = {
        TableChoice.mini_imagenet: mini_imagenet.run,
        TableChoice.omniglot: omniglot.run,
        TableChoice.omniglot_challenge: omniglot_challenge.run,
    }
    work.mkdir(exist_ok=True)
    try:
        with progress() as report:
            result = runs[table](data, out, work, progress=report, device=choose_device(device).torch)
    except (CollectionError, DeviceError) as error:
        raise SessionError(str(error)) from error
    say(as_json, {"out": os.fsdecode(out), **result}, json.dumps(result, indent=2))
