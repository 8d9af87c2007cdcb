"""Commands that make and measure weights: evaluate, textbook and meta-train."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fewshot_gui.cli.options import AsJson, DeviceChoice, DeviceOption, WeightsName, open_engine
from fewshot_gui.console import listed, progress, say, told
from fewshot_gui.images import isolated
from fewshot_gui.images.decode import UnreadableError
from fewshot_gui.images.errors import printable, reason_of
from fewshot_gui.images.find import class_folders
from fewshot_gui.session import SessionError

if TYPE_CHECKING:
    import numpy as np

    from fewshot_gui.learner.evaluate import Figures
    from fewshot_gui.learner.learner import Learner

Unreadable = list[tuple[Path, str]]


def evaluate(
    dataset: Annotated[Path, typer.Option(help="One folder per class.")],
    way: Annotated[int, typer.Option(min=2, max=50, help="Classes of a task.")] = 5,
    shot: Annotated[int, typer.Option(min=1, max=50, help="Examples of each class.")] = 5,
    episodes: Annotated[int, typer.Option(min=1, help="Tasks to draw.")] = 200,
    method: Annotated[str, typer.Option(help="What to measure; a wrong name lists them all.")] = "maml",
    compare: Annotated[
        bool, typer.Option("--compare", help="Measure all methods with 1, 2, 5 and 10 examples.")
    ] = False,
    with_pictures: Annotated[
        bool, typer.Option("--with-pictures", help="Compare those that see pictures too.")
    ] = False,
    plot: Annotated[Path | None, typer.Option(help="Draw the comparison: a .png or .svg file to make.")] = None,
    reliability_plot: Annotated[Path | None, typer.Option(help="Draw accuracy against confidence: .png, .svg.")] = None,
    seed: int = 0,
    weights: WeightsName = "embedded",
    device: DeviceOption = DeviceChoice.auto,
    as_json: AsJson = False,
) -> None:
    """Measure accuracy and calibration on random tasks from a labelled collection, beside other methods."""
    import numpy as np

    from fewshot_gui.learner import evaluate as measuring
    from fewshot_gui.learner.episodes import draw_episode
    from fewshot_gui.learner.methods import METHODS
    from fewshot_gui.learner.plots import plot_accuracy, plot_reliability
    from fewshot_gui.learner.rivals.textbook import SIDE

    if method not in METHODS:
        raise SessionError(f'There is no method "{method}", but: {", ".join(METHODS)}.')
    if reliability_plot if compare else plot or with_pictures:
        raise SessionError("--plot and --with-pictures go with --compare; --reliability-plot goes without it.")
    _check_plot(plot or reliability_plot)
    methods = measuring.with_baselines(method)
    if compare:
        methods = tuple(m.name for m in METHODS.values() if with_pictures or not m.sees_pictures)
    paths, label, names = labelled(dataset)
    task: dict[str, Any] = {"way": way, "episodes": episodes, "seed": seed}

    def rows_by_class(labels: np.ndarray) -> list[np.ndarray]:
        rows = [np.flatnonzero(labels == k) for k in range(len(names))]
        try:
            draw_episode(rows, np.random.default_rng(0), way=way, shots=1 if compare else shot, queries=1)
        except ValueError as error:
            raise SessionError(str(error)) from error
        return rows

    rows_by_class(label)  # refuse before reading what would be refused afterwards
    pictures = None
    with progress() as report:
        learner, features, kept, unreadable = features_of(paths, weights, device, report)
        refusals = {name: METHODS[name].refusal(learner, way) for name in methods}
        if not compare and (refusal := refusals[method]):
            raise SessionError(refusal)
        methods = tuple(name for name in methods if refusals[name] is None)
        if any(METHODS[name].sees_pictures for name in methods):
            pictures, again, lost = _read([paths[i] for i in kept], SIDE, report)
            features, kept, unreadable = features[again], kept[again], unreadable + lost
        bench = measuring.Bench(learner, features, rows_by_class(label[kept]), pictures)
        shown = {**task, "progress": lambda n, total: report("Tasks", n, total)}
        if compare:
            compared = measuring.compare(bench, methods, **shown)
        else:
            tallies = measuring.tally(bench, methods, shot=shot, **shown)
    result: dict[str, Any] = {"dataset": os.fsdecode(dataset), **task}
    title = f"{printable(Path(dataset.resolve().name))}: {way}-way, {episodes} tasks"
    if compare:
        result["methods"] = {
            name: {"paper": METHODS[name].paper, "shots": {s: asdict(f[name]) for s, f in compared.items()}}
            for name in methods
        }
        papers = [f"  {name}: {METHODS[name].paper}" for name in methods]
        papers += [f"  left out: {refusal}" for refusal in refusals.values() if refusal]
        lines = [f"{title}; accuracy in %", *measuring.as_table(compared), *papers]
    else:
        figures = {name: tally.figures() for name, tally in tallies.items()}
        result |= {"shot": shot, **measuring.as_json(figures, method)}
        lines = [f"{printable(dataset)}: {way}-way, {shot} examples each, {episodes} tasks", *_told_figures(figures)]
    say(as_json, {**result, "unreadable": listed(unreadable)}, "\n".join([*lines, *told(unreadable)]))
    try:
        if plot:
            plot_accuracy(compared, title, plot)
        if reliability_plot:
            title = f"{method}, {title}, {shot} examples each"
            plot_reliability(tallies[method].reliability(), title, reliability_plot)
    except OSError as error:
        raise SessionError(f"The plot can't be written. {reason_of(error)}") from error
    raise typer.Exit(1 if unreadable else 0)


def textbook(
    data: Annotated[Path, typer.Option(help="One folder per class, to train on.")],
    test: Annotated[Path | None, typer.Option(help="The same folders to test on; else a fifth of --data.")] = None,
    epochs: Annotated[int, typer.Option(min=1, help="Passes over the training pictures.")] = 10,
    seed: int = 0,
    device: DeviceOption = DeviceChoice.auto,
    as_json: AsJson = False,
) -> None:
    """Train the traditional learner of the textbooks: a small network, from scratch, with Adam."""
    import numpy as np

    from fewshot_gui.learner.device import DeviceError, choose_device
    from fewshot_gui.learner.rivals.textbook import SIDE, Epoch, split, train_textbook

    try:
        chosen = choose_device(device).torch
    except DeviceError as error:
        raise SessionError(str(error)) from error
    paths, label, names = labelled(data)
    if len(np.unique(label)) < 2:
        raise SessionError(f'"{printable(data)}" needs at least two sub-folders with pictures, one folder per class.')
    train_count = len(paths)
    if test is not None:
        test_paths, test_label, test_names = labelled(test)
        if strange := sorted(set(test_names) - set(names)):
            raise SessionError(f'"{printable(test)}" has classes that --data has not: {", ".join(strange)}.')
        paths = [*paths, *test_paths]
        label = np.concatenate([label, np.array([names.index(name) for name in test_names], np.int64)[test_label]])
    with progress() as report:
        pictures, kept, unreadable = _read(paths, SIDE, report)
    label = label[kept]
    train, tested = split(label, seed=seed) if test is None else (kept < train_count, kept >= train_count)
    if len(np.unique(label[train])) < 2 or not len(label[tested]):
        raise SessionError(
            "Too few pictures can be read: two classes to train on and one picture to test on are needed."
        )

    def on_epoch(e: Epoch) -> None:
        if not as_json:
            figures = f"test accuracy {100 * e.accuracy:.2f} %, macro F1 {100 * e.macro_f1:.2f}"
            typer.echo(f"epoch {e.epoch}: {figures}, training loss {e.loss:.4f}")

    data_sets = (pictures[train], label[train], pictures[tested], label[tested])
    history = train_textbook(*data_sets, way=len(names), epochs=epochs, device=chosen, seed=seed, on_epoch=on_epoch)
    counts = {"classes": len(names), "train_pictures": len(label[train]), "test_pictures": len(label[tested])}
    result = {"data": os.fsdecode(data), **counts, "seed": seed, **asdict(history[-1])}
    result |= {"history": [asdict(e) for e in history], "unreadable": listed(unreadable)}
    summary = "{train_pictures} pictures of {classes} classes trained it, {test_pictures} tested it.".format(**counts)
    say(as_json, result, "\n".join([summary, *told(unreadable)]))
    raise typer.Exit(1 if unreadable else 0)


def labelled(folder: Path) -> tuple[list[Path], np.ndarray, list[str]]:
    """The pictures of a folder of class folders, their classes' numbers [n], and the classes' names."""
    import numpy as np

    by_class = class_folders(folder)
    paths = [path for group in by_class.values() for path in group]
    return paths, np.repeat(np.arange(len(by_class)), [len(group) for group in by_class.values()]), list(by_class)


def features_of(
    paths: Sequence[Path], weights: str, device: str, report: Callable[[str, int, int], None]
) -> tuple[Learner, np.ndarray, np.ndarray, Unreadable]:
    """The learner, features [k, D], which of the paths [k] they are of, and why the others can't be read."""
    import numpy as np

    from fewshot_gui.engine import Item

    unreadable: Unreadable = []
    done = 0
    with open_engine(weights, device) as engine:
        for read in engine.read([Item(i, path) for i, path in enumerate(paths)]):
            done += len(read)
            unreadable += [(paths[r.id], r.problem) for r in read if r.problem]
            report("Reading", done, len(paths))
        kept = [i for i in range(len(paths)) if i in engine.features]
        return engine.learner, engine.features.take(kept), np.array(kept, np.int64), unreadable


def _read(
    paths: Sequence[Path], side: int, report: Callable[[str, int, int], None]
) -> tuple[np.ndarray, np.ndarray, Unreadable]:
    """Pictures uint8 [k, side, side, 3], which of the paths [k] they are, and why the others can't be read."""
    import numpy as np

    def read(path: Path) -> np.ndarray | str:
        try:
            return isolated.square(path, side)
        except UnreadableError as error:
            return error.reason

    pictures = np.empty((len(paths), side, side, 3), np.uint8)
    kept: list[int] = []
    unreadable: Unreadable = []
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for i, found in enumerate(pool.map(read, paths)):
            if isinstance(found, str):
                unreadable.append((paths[i], found))
            else:
                pictures[len(kept)] = found
                kept.append(i)
            report("Reading pictures", i + 1, len(paths))
    return pictures[: len(kept)], np.array(kept, np.int64), unreadable


def _told_figures(figures: dict[str, Figures]) -> list[str]:
    lines = []
    for name, f in figures.items():
        auroc = "" if f.unknown_auroc is None else f", strangers {f.unknown_auroc:.3f} AUROC"
        interval = f"{100 * f.accuracy:.1f} % ± {100 * f.accuracy_ci95:.1f}"
        lines.append(
            f"  {name:17} {interval}, F1 {100 * f.macro_f1:.1f}, ECE {f.ece:.3f}{auroc}, {f.adapt_seconds:.3f} s"
        )
    return lines


def _check_plot(out: Path | None) -> None:
    """Refuse a plot's name before hours of work, not after them."""
    from fewshot_gui.learner.plots import SUFFIXES

    if out is None:
        return
    if out.suffix.lower() not in SUFFIXES or not out.parent.is_dir() or not os.access(out.parent, os.W_OK):
        raise SessionError(f'"{printable(out)}" can\'t be drawn: choose a .png or .svg file in a folder that exists.')
    if out.exists():
        raise SessionError(f'"{printable(out)}" exists. Choose another name: no picture is written over.')


def meta_train(
    data: Annotated[list[Path], typer.Option(help="A collection: one folder per class. Give several.")],
    out: Annotated[Path, typer.Option(help="The weights file to make, .safetensors.")],
    validation: Annotated[list[Path] | None, typer.Option(help="A collection to choose by, never trained on.")] = None,
    steps: Annotated[int, typer.Option(min=1, help="Pretraining steps of 128 pictures.")] = 12_000,
    rate: Annotated[float, typer.Option(min=0, help="Pretraining's highest rate.")] = 0.15,
    side: Annotated[
        list[int] | None,
        typer.Option(min=32, max=256, help="A side that pretraining shows pictures at, in turn. Give several."),
    ] = None,
    begin_with: Annotated[Path | None, typer.Option(help="The pretrain.pt of an earlier run.")] = None,
    teacher: Annotated[
        list[Path] | None,
        typer.Option(help="The pretrain.pt of an earlier run, to distil. Give several, the best last."),
    ] = None,
    distil_steps: Annotated[int, typer.Option(min=1, help="Steps of distillation, of 128 pictures.")] = 3621,
    distil_pictures: Annotated[int, typer.Option(min=1, help="Pictures that the teachers look at.")] = 40_000,
    backbone: Annotated[str | None, typer.Option(help="Meta-train on this torchvision backbone instead.")] = None,
    episodes: Annotated[int, typer.Option(min=0)] = 4_000,
    second_order: Annotated[bool, typer.Option("--second-order", help="Second-order MAML.")] = False,
    seed: int = 0,
    device: DeviceOption = DeviceChoice.auto,
    as_json: AsJson = False,
) -> None:
    """Pretrain and meta-train weights. Goes on where it was stopped: progress is kept in OUT.work."""
    from dataclasses import replace

    from fewshot_gui.learner.collection import CollectionError
    from fewshot_gui.learner.device import DeviceError, choose_device
    from fewshot_gui.learner.errors import WeightsError
    from fewshot_gui.learner.training import TrainingSettings, train

    if out.suffix != ".safetensors" or not out.parent.is_dir():
        raise SessionError("--out must be a .safetensors file in a folder that exists.")
    if out.exists() and not out.with_name(out.name + ".work").is_dir():
        raise SessionError(f'"{printable(out)}" exists and was not made by this command. Choose another name.')
    earlier = [begin_with] if begin_with is not None else []
    for checkpoint in [*earlier, *(teacher or [])]:
        if not checkpoint.is_file():
            raise SessionError(f'There is no file "{printable(checkpoint)}" to begin with.')
    if teacher and (backbone or begin_with):
        raise SessionError("Give --teacher, --begin-with or --backbone, not two of them.")
    start = TrainingSettings(seed=seed, backbone=backbone, begin_with=begin_with, teachers=tuple(teacher or ()))
    sides = tuple(side or start.pretrain.sides)
    warmup = min(start.pretrain.warmup, steps // 4)
    settings = replace(
        start,
        pretrain=replace(start.pretrain, steps=steps, rate=rate, warmup=warmup, sides=sides),
        distil=replace(start.distil, steps=distil_steps, pictures=distil_pictures),
        outer=replace(start.outer, episodes=episodes, second_order=second_order),
    )
    try:
        with progress() as report:
            weights = train(data, out, validation or [], settings, str(choose_device(device).torch), report)
    except (CollectionError, DeviceError, WeightsError) as error:
        raise SessionError(str(error)) from error
    say(as_json, {"out": os.fsdecode(out), **weights.about}, f"{printable(out)} is ready: {weights.about}")
