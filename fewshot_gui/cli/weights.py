"""The weights command: what the program can adapt, where it comes from, and the downloads that the user asks for."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from fewshot_gui.cli.options import AsJson
from fewshot_gui.console import progress, say, stderr, stoppable
from fewshot_gui.images.errors import printable
from fewshot_gui.session import SessionError

weights = typer.Typer(invoke_without_command=True)

Name = Annotated[str, typer.Argument(help="A backbone, as listed by: fewshot-gui weights")]


@contextmanager
def _refusals() -> Iterator[None]:
    """What the learner refuses, as the command line says it."""
    from fewshot_gui.learner.download import DownloadError
    from fewshot_gui.learner.errors import WeightsError

    try:
        yield
    except (WeightsError, DownloadError) as error:
        raise SessionError(str(error)) from error
    except OSError as error:
        raise SessionError(f"{printable(Path(error.filename or '.'))}: {error.strerror or error}.") from error


@weights.callback()
def list_weights(context: typer.Context, as_json: AsJson = False) -> None:
    """List the weights inside the program and torchvision's, which can be downloaded; get or remove the latter."""
    if context.invoked_subcommand:
        return
    from fewshot_gui.learner.weights import load_weights
    from fewshot_gui.paths import resource

    with _refusals():
        files = sorted(resource("weights").glob("*.safetensors"))
        inside = {path.stem: (load_weights(path).about, path.stat().st_size) for path in files}
        backbones = _backbones()
    lines = [f"{name}: {about}, {size / 1e6:.1f} MB" for name, (about, size) in inside.items()]
    lines = lines or ["There are none inside the program: give the file of your own with --weights."]
    lines += ["", "From torchvision, downloaded with: fewshot-gui weights get NAME"]
    for name, b in backbones.items():
        lines.append(
            f"  {name:18} {b['bytes'] / 1e6:6.1f} MB  {b['accuracy']:.1f} % of ImageNet-1K  {b['host']}  "
            f"{'downloaded' if b['downloaded'] else 'not downloaded'}"
        )
    lines += sorted({b["license"] for b in backbones.values()})
    embedded = {name: {**about, "bytes": size} for name, (about, size) in inside.items()}
    say(as_json, {"weights": embedded, "backbones": backbones}, "\n".join(lines))


def _backbones() -> dict[str, dict[str, Any]]:
    from fewshot_gui.learner.torchvision_backbones import NAMES, find_entry, weights_file

    found = {}
    for entry in map(find_entry, NAMES):
        found[entry.name] = {
            "bytes": entry.size,
            "parameters": entry.parameters,
            "accuracy": entry.accuracy,
            "url": entry.url,
            "host": entry.host,
            "sha256_prefix": entry.sha256_prefix,
            "recipe": entry.recipe,
            "license": entry.license,
            "downloaded": weights_file(entry.name).is_file(),
        }
    return found


@weights.command()
def get(
    name: Name,
    file: Annotated[Path | None, typer.Option("--from", help="Take this file instead of downloading it.")] = None,
    as_json: AsJson = False,
) -> None:
    """Download a backbone's weights, or take them from a file. A download that was cut goes on where it was."""
    from fewshot_gui.learner import download
    from fewshot_gui.learner.torchvision_backbones import find_entry, weights_file

    with _refusals():
        entry, target = find_entry(name), weights_file(name)
        was_here = download.has_hash(target, entry.sha256_prefix)
        if not was_here and file is not None:
            download.take(file, target, entry.sha256_prefix)
        elif not was_here:
            stderr.print(f"{name}: {entry.megabytes} from {entry.url}. {entry.license}", markup=False)
            with progress() as report, stoppable() as stop:

                def show(done: int, total: int) -> None:
                    report(f"{name}, MB", done // 10**6, total // 10**6)

                download.download(entry.url, target, entry.sha256_prefix, entry.size, show, stop)
    result = {"name": name, "file": os.fsdecode(target), "was_here": was_here}
    say(as_json, result, f"{name} is {'here already' if was_here else 'ready'}: {printable(target)}")


@weights.command()
def remove(name: Name, as_json: AsJson = False) -> None:
    """Delete a backbone's downloaded weights, also those of a download that was cut."""
    from fewshot_gui.learner.download import part_file
    from fewshot_gui.learner.torchvision_backbones import weights_file

    with _refusals():
        target = weights_file(name)
        found = [path for path in (target, part_file(target)) if path.exists()]
        if not found:
            raise SessionError(f"{name} is not downloaded: there is nothing to remove.")
        for path in found:
            path.unlink()
    say(as_json, {"name": name, "removed": [os.fsdecode(path) for path in found]}, f"{name} is removed.")
