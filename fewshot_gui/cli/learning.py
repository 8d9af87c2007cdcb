"""Commands that make and measure weights: evaluate and meta-train."""

from __future__ import annotations

import os
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from fewshot_gui.cli.options import AsJson, DeviceChoice, DeviceOption, WeightsName, open_engine
from fewshot_gui.console import listed, progress, say, told
from fewshot_gui.images.errors import printable
from fewshot_gui.images.find import class_folders
from fewshot_gui.session import SessionError


class MethodChoice(StrEnum):
    maml = "maml"
    prototypes = "prototypes"
    logistic = "logistic"


def evaluate(
    dataset: Annotated[Path, typer.Option(help="One folder per class.")],
    way: Annotated[int, typer.Option(min=2, max=50)] = 5,
    shot: Annotated[int, typer.Option(min=1, max=50)] = 5,
    episodes: Annotated[int, typer.Option(min=1)] = 200,
    method: MethodChoice = MethodChoice.maml,
    seed: int = 0,
    weights: WeightsName = "embedded",
    device: DeviceOption = DeviceChoice.auto,
    as_json: AsJson = False,
) -> None:
    """Measure accuracy and calibration on random tasks from a labelled collection."""
    import numpy as np

    from fewshot_gui.engine import Item
    from fewshot_gui.learner import evaluate as measuring
    from fewshot_gui.learner.episodes import draw_episode

    by_class = class_folders(dataset)
    paths = [path for group in by_class.values() for path in group]
    label = np.repeat(np.arange(len(by_class)), [len(group) for group in by_class.values()])
    unreadable: list[tuple[Path, str]] = []
    count = {"way": way, "shot": shot, "episodes": episodes, "seed": seed}

    def rows_by_class(labels: np.ndarray) -> list[np.ndarray]:
        rows = [np.flatnonzero(labels == k) for k in range(len(by_class))]
        try:
            draw_episode(rows, np.random.default_rng(0), way=way, shots=shot, queries=1)
        except ValueError as error:
            raise SessionError(str(error)) from error
        return rows

    rows_by_class(label)  # refuse before reading what would be refused afterwards
    with open_engine(weights, device) as engine, progress() as report:
        done = 0
        for read in engine.read([Item(i, path) for i, path in enumerate(paths)]):
            done += len(read)
            unreadable += [(paths[r.id], r.problem) for r in read if r.problem]
            report("Reading", done, len(paths))
        kept = [i for i in range(len(paths)) if i in engine.features]
        figures = measuring.evaluate(
            engine.learner,
            engine.features.take(kept),
            rows_by_class(label[kept]),
            **count,
            progress=lambda n, total: report("Episodes", n, total),
        )
    result = {"dataset": os.fsdecode(dataset), **count, **measuring.as_json(figures, method)}
    lines = [f"{printable(dataset)}: {way}-way, {shot} examples each, {episodes} tasks"]
    for name, f in figures.items():
        auroc = "" if f.unknown_auroc is None else f", strangers {f.unknown_auroc:.3f} AUROC"
        interval = f"{100 * f.accuracy:.1f} % ± {100 * f.accuracy_ci95:.1f}"
        lines.append(
            f"  {name:11} {interval}, F1 {100 * f.macro_f1:.1f}, ECE {f.ece:.3f}{auroc}, {f.adapt_seconds:.3f} s"
        )
    say(as_json, {**result, "unreadable": listed(unreadable)}, "\n".join([*lines, *told(unreadable)]))
    raise typer.Exit(1 if unreadable else 0)


def meta_train(
    data: Annotated[list[Path], typer.Option(help="A collection: one folder per class. Give several.")],
    out: Annotated[Path, typer.Option(help="The weights file to make, .safetensors.")],
    validation: Annotated[list[Path] | None, typer.Option(help="A collection to choose by, never trained on.")] = None,
    steps: Annotated[int, typer.Option(min=1, help="Pretraining steps of 128 pictures.")] = 12_000,
    episodes: Annotated[int, typer.Option(min=4)] = 6_000,
    second_order: Annotated[bool, typer.Option("--second-order", help="Second-order MAML.")] = False,
    seed: int = 0,
    device: DeviceOption = DeviceChoice.auto,
    as_json: AsJson = False,
) -> None:
    """Pretrain and meta-train weights. Goes on where it was stopped: progress is kept in OUT.work."""
    from dataclasses import replace

    from fewshot_gui.learner.collection import CollectionError
    from fewshot_gui.learner.device import DeviceError, choose_device
    from fewshot_gui.learner.training import TrainingSettings, train

    if out.suffix != ".safetensors" or not out.parent.is_dir():
        raise SessionError("--out must be a .safetensors file in a folder that exists.")
    if out.exists() and not out.with_name(out.name + ".work").is_dir():
        raise SessionError(f'"{printable(out)}" exists and was not made by this command. Choose another name.')
    start = TrainingSettings(seed=seed)
    settings = replace(
        start,
        pretrain=replace(start.pretrain, steps=steps, warmup=min(start.pretrain.warmup, steps // 4)),
        outer=replace(start.outer, episodes=episodes, second_order=second_order),
    )
    try:
        with progress() as report:
            weights = train(data, out, validation or [], settings, str(choose_device(device).torch), report)
    except (CollectionError, DeviceError) as error:
        raise SessionError(str(error)) from error
    say(as_json, {"out": os.fsdecode(out), **weights.about}, f"{printable(out)} is ready: {weights.about}")
