"""The check-promise command: is "at most e % wrong" kept in collections that nothing was fitted on?"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from fewshot_gui.cli.learning import features_of, labelled
from fewshot_gui.cli.options import AsJson, DeviceChoice, DeviceOption, WeightsName
from fewshot_gui.console import listed, progress, say, told
from fewshot_gui.session import SessionError


def check_promise(
    dataset: Annotated[list[Path], typer.Option(help="A collection, one folder per class. Give three or more.")],
    folders: Annotated[int, typer.Option(min=1, help="Folders to simulate for each.")] = 500,
    episodes: Annotated[int, typer.Option(min=10, help="Tasks that the confidence is fitted on.")] = 500,
    seed: int = 0,
    weights: WeightsName = "embedded",
    device: DeviceOption = DeviceChoice.auto,
    as_json: AsJson = False,
) -> None:
    """Simulate folders of several collections, and see how often at most e % of the filed pictures were wrong.

    Each collection is judged by a confidence and a promise that were fitted on the others.
    """
    import numpy as np

    from fewshot_gui.learner import calibration
    from fewshot_gui.learner.outer_loop import FeatureSet

    if len(dataset) < 3:
        raise SessionError("Each collection is judged by what the others taught: give --dataset three times or more.")
    sets, unreadable = [], []
    with progress() as report:
        for folder in dataset:
            paths, label, names = labelled(folder)
            if len(names) < 2:
                raise SessionError(f'"{folder}" needs at least two sub-folders with pictures, one folder per class.')
            learner, features, kept, lost = features_of(paths, weights, device, report)
            rows = tuple(np.flatnonzero(label[kept] == k) for k in range(len(names)))
            sets.append(FeatureSet(folder.resolve().name, features[None], rows))
            unreadable += lost
        start = learner.start
        found = calibration.check_promise(start, sets, episodes, folders, seed, report)
    lines = ["promise  confirmed  kept in      filed      collection"]
    lines += [
        f"{100 * k.target:5.0f} %  {k.confirmations:9}  {100 * k.kept:5.1f} %  {100 * k.filed:6.1f} %     {k.domain}"
        for k in found
    ]
    result = {"folders": folders, "seed": seed, "figures": [asdict(k) for k in found], "unreadable": listed(unreadable)}
    say(as_json, result, "\n".join([*lines, *told(unreadable)]))
    raise typer.Exit(1 if unreadable else 0)
