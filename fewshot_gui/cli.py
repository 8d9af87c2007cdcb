"""The command line. Results on stdout, progress on stderr; exit 0 done, 1 done with unreadable pictures, 2 refused."""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from fewshot_gui import batch
from fewshot_gui.images.errors import printable
from fewshot_gui.images.find import FolderError, class_folders
from fewshot_gui.project.errors import ProjectError
from fewshot_gui.project.schema import SUFFIX
from fewshot_gui.session import Session, SessionError, State

if TYPE_CHECKING:
    from fewshot_gui.engine import Engine

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, rich_markup_mode=None)
stderr = Console(stderr=True, highlight=False, soft_wrap=True)

Examples = Annotated[Path, typer.Option(help="One folder per class, with a few pictures in each.")]
Pictures = Annotated[Path, typer.Option(help="The folder to classify, with all below it.")]
Project = Annotated[Path | None, typer.Option(help="Keep classes, labels and answers in this project file.")]
WeightsName = Annotated[str, typer.Option("--weights", help="Embedded weights by name, or a .safetensors file.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


class DeviceChoice(StrEnum):
    auto = "auto"
    cpu = "cpu"
    cuda = "cuda"


class ActionChoice(StrEnum):
    copy = "copy"
    move = "move"
    hardlink = "hardlink"
    symlink = "symlink"


class MethodChoice(StrEnum):
    maml = "maml"
    prototypes = "prototypes"
    logistic = "logistic"


DeviceOption = Annotated[DeviceChoice, typer.Option(help="Where to compute.")]


def run(arguments: list[str]) -> None:
    """Run one command line and exit. Whatever is refused ends in a sentence on stderr and exit code 2."""
    from fewshot_gui.sorting.errors import SortRefused

    try:
        app(arguments, prog_name="fewshot-gui")
    except (SessionError, FolderError, ProjectError, SortRefused) as error:
        refuse(str(error))
    except KeyboardInterrupt:
        refuse("Stopped.")


def refuse(sentence: str) -> None:
    stderr.print(sentence, style="red", markup=False)
    sys.exit(2)


@app.callback()
def about() -> None:
    """Teach picture classes from a few examples, classify folders, sort them safely.

    Without a command it opens the window: fewshot-gui [FOLDER | FILE.fewshot], or fewshot-gui demo.
    """


@contextmanager
def _progress() -> Iterator[Callable[[str, int, int], None]]:
    """A progress bar on stderr for a function that reports (what, done, total)."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=stderr, transient=True, disable=not stderr.is_terminal) as bar:
        tasks: dict[str, Any] = {}

        def report(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = bar.add_task(what, total=total)
            bar.update(tasks[what], completed=done, total=total)

        yield report


def _say(as_json: bool, result: dict[str, Any], text: str) -> None:
    if as_json:
        sys.stdout.write(json.dumps(result, ensure_ascii=True) + "\n")
    else:
        sys.stdout.write(text.encode("utf-8", "backslashreplace").decode() + "\n")


def _engine(weights: str, device: str) -> Engine:
    from fewshot_gui.engine import Engine
    from fewshot_gui.feature_cache import FeatureCache
    from fewshot_gui.learner.device import DeviceError
    from fewshot_gui.learner.learner import Learner, use_threads
    from fewshot_gui.learner.weights import WeightsError

    use_threads(os.cpu_count() or 1)
    try:
        return Engine(Learner(weights, device), FeatureCache())
    except (WeightsError, DeviceError) as error:
        raise SessionError(str(error)) from error


@contextmanager
def _session(project: Path | None) -> Iterator[Session]:
    """The named project, or one that is thrown away afterwards."""
    if project is not None and project.suffix != SUFFIX:
        raise SessionError(f'A project file is called NAME{SUFFIX}; "{printable(project)}" is not.')
    with tempfile.TemporaryDirectory(prefix="fewshot-") as scratch:
        session = Session.open(project or Path(scratch) / f"once{SUFFIX}")
        try:
            yield session
        finally:
            session.close()


def _classified(session: Session, examples: Path, pictures: Path, weights: str, device: str) -> list[str]:
    batch.teach(session, examples)
    with _progress() as report:
        return batch.classify(session, _engine(weights, device), pictures, report)


def _unreadable(session: Session) -> list[dict[str, str]]:
    decisions = ((session.picture(i).path, session.decision(i)) for i in session.answers.ids.tolist())
    return [{"path": os.fsdecode(p), "reason": d.reason} for p, d in decisions if d.state is State.UNREADABLE]


@app.command()
def classify(
    examples: Examples,
    pictures: Pictures,
    out: Annotated[Path, typer.Option(help="The results file, a .csv.")],
    project: Project = None,
    weights: WeightsName = "embedded",
    device: DeviceOption = DeviceChoice.auto,
    as_json: AsJson = False,
) -> None:
    """Classify every picture below a folder and write results.csv."""
    batch.check_writable(out)
    began = time.perf_counter()
    with _session(project) as session:
        notes = _classified(session, examples, pictures, weights, device)
        rows = batch.answers(session)
        batch.write_results(out, rows)
        unreadable = _unreadable(session)
    decisions = Counter(row.decision for row in rows)
    seconds = time.perf_counter() - began
    result = {"out": os.fsdecode(out), "pictures": len(rows), "decisions": dict(decisions), "seconds": seconds}
    lines = [f"{len(rows)} pictures classified in {seconds:.1f} s; the results are in {printable(out)}."]
    lines += [f"  {name}: {count}" for name, count in decisions.most_common()]
    lines += [f"  {row['path']}: {row['reason']}" for row in unreadable] + notes
    _say(as_json, {**result, "unreadable": unreadable, "notes": notes}, "\n".join(lines))
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
    project: Project = None,
    weights: WeightsName = "embedded",
    device: DeviceOption = DeviceChoice.auto,
    as_json: AsJson = False,
) -> None:
    """Classify a folder and sort its pictures into one folder per class. Every run can be undone."""
    from fewshot_gui.sorting.apply import apply
    from fewshot_gui.sorting.errors import SortRefused
    from fewshot_gui.sorting.plan import Action, plan_sort

    if min_confidence is not None and promise is not None:
        raise SessionError("Give --min-confidence or --promise, not both.")
    with _session(project) as session:
        notes = _classified(session, examples, pictures, weights, device)
        least = batch.promise_threshold(session, promise) if promise is not None else (min_confidence or 0.0)
        plan = plan_sort(session.sort_items(least), to, Action(action), session.folder)
        unreadable = _unreadable(session)
    result: dict[str, Any] = {
        "plan": [{"from": os.fsdecode(s.source), "to": os.fsdecode(s.target), "note": s.note} for s in plan.steps],
        "counts": dict(plan.counts),
        "left_alone": plan.left_alone,
        "already_there": len(plan.already_there),
        "needed_bytes": plan.needed_bytes,
        "free_bytes": plan.free_bytes,
        "min_confidence": least,
        "unreadable": unreadable,
        "notes": notes,
        "run": None,
    }
    if plan.refusals:
        raise SortRefused(" ".join(plan.refusals))
    lines = [f"{name}: {count} to {printable(plan.folders[name])}" for name, count in sorted(plan.counts.items())]
    lines.append(f"{plan.left_alone} left where they are, {len(plan.already_there)} there already.")
    if dry_run:
        lines += [f"{printable(s.source)} -> {printable(s.target)} {s.note}".rstrip() for s in plan.steps]
        _say(as_json, result, "\n".join([*lines, "Nothing was changed: this was a dry run."]))
        raise typer.Exit(1 if unreadable else 0)
    with _progress() as report:
        done = apply(plan, None, lambda n, total: report("Sorting", n, total), lambda: False)
    result |= {"run": done.run_id, "done": done.done, "failed": [[os.fsdecode(p), why] for p, why in done.failed]}
    lines.append(f"{done.done} files sorted. Take it back with: fewshot-gui undo {done.run_id}")
    lines += [f"{printable(path)}: {why}" for path, why in done.failed] + ([done.stopped] if done.stopped else [])
    _say(as_json, result, "\n".join(lines))
    raise typer.Exit(1 if unreadable or done.failed or done.stopped else 0)


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
    _say(as_json, {"runs": rows}, "\n".join(lines) or "Nothing has been sorted yet.")


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
    with _progress() as report:
        result = undo_run(run, None, lambda n, total: report("Undoing", n, total), lambda: False)
    lines = [f"{result.restored} files are back.", *(f"{printable(path)}: {why}" for path, why in result.left)]
    left = [[os.fsdecode(path), why] for path, why in result.left]
    _say(as_json, {"run": run, "restored": result.restored, "left": left}, "\n".join(lines))
    raise typer.Exit(1 if left else 0)


@app.command()
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
    from fewshot_gui.engine import Item
    from fewshot_gui.learner.evaluate import as_json as figures_as_json
    from fewshot_gui.learner.evaluate import evaluate as measure

    paths = class_folders(dataset)
    engine = _engine(weights, device)
    items = [Item(i, path) for i, path in enumerate(path for group in paths.values() for path in group)]
    label = [name for name, group in paths.items() for _ in group]
    unreadable = []
    with _progress() as report:
        done = 0
        for read in engine.read(items):
            done += len(read)
            unreadable += [r for r in read if r.problem]
            report("Reading", done, len(items))
        kept = [i for i in range(len(items)) if i in engine.features]
        rows: dict[str, list[int]] = {}
        for row, i in enumerate(kept):
            rows.setdefault(label[i], []).append(row)
        import numpy as np

        groups = [np.array(group) for group in rows.values()]
        count = {"way": way, "shot": shot, "episodes": episodes, "seed": seed}
        try:
            figures = measure(
                engine.learner,
                engine.features.take(kept),
                groups,
                **count,
                progress=lambda n, t: report("Episodes", n, t),
            )
        except ValueError as error:
            raise SessionError(str(error)) from error
    result = {"dataset": os.fsdecode(dataset), **count, **figures_as_json(figures, method)}
    lines = [f"{dataset.name}: {way}-way, {shot} examples each, {episodes} tasks"]
    for name, f in figures.items():
        auroc = "" if f.unknown_auroc is None else f", strangers {f.unknown_auroc:.3f} AUROC"
        interval = f"{100 * f.accuracy:.1f} % ± {100 * f.accuracy_ci95:.1f}"
        lines.append(
            f"  {name:11} {interval}, F1 {100 * f.macro_f1:.1f}, ECE {f.ece:.3f}{auroc}, {f.adapt_seconds:.3f} s"
        )
    lines += [f"  {len(unreadable)} pictures could not be read."] if unreadable else []
    _say(as_json, {**result, "unreadable": len(unreadable)}, "\n".join(lines))


@app.command("meta-train")
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
    start = TrainingSettings(seed=seed)
    settings = replace(
        start,
        pretrain=replace(start.pretrain, steps=steps, warmup=min(start.pretrain.warmup, steps // 4)),
        outer=replace(start.outer, episodes=episodes, second_order=second_order),
    )
    try:
        with _progress() as report:
            weights = train(data, out, validation or [], settings, str(choose_device(device).torch), report)
    except (CollectionError, DeviceError) as error:
        raise SessionError(str(error)) from error
    _say(as_json, {"out": os.fsdecode(out), **weights.about}, f"{printable(out)} is ready: {weights.about}")


@app.command()
def doctor(as_json: AsJson = False) -> None:
    """Check that everything the program needs is there and works."""
    from fewshot_gui.doctor import examine

    findings = examine()
    lines = [f"{'ok ' if f.ok else 'BAD'} {f.what}: {f.found}" for f in findings]
    _say(as_json, {"ok": all(f.ok for f in findings), "findings": [asdict(f) for f in findings]}, "\n".join(lines))
    raise typer.Exit(0 if all(f.ok for f in findings) else 1)


@app.command()
def weights(as_json: AsJson = False) -> None:
    """List the weights inside the program, and what made them."""
    from fewshot_gui.learner.weights import load_weights
    from fewshot_gui.paths import resource

    found = {path.stem: load_weights(path.stem).about for path in sorted(resource("weights").glob("*.safetensors"))}
    lines = [f"{name}: {about}" for name, about in found.items()]
    _say(as_json, {"weights": found}, "\n".join(lines))
