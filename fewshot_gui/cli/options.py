"""Options that several commands share, the engine they ask for, and a classified folder."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fewshot_gui import batch
from fewshot_gui.console import progress
from fewshot_gui.images.errors import printable
from fewshot_gui.images.find import Skipped
from fewshot_gui.project.schema import SUFFIX
from fewshot_gui.session import Session, SessionError

if TYPE_CHECKING:
    from fewshot_gui.engine import Engine

Examples = Annotated[Path, typer.Option(help="One folder per class, with a few pictures in each.")]
Pictures = Annotated[Path, typer.Option(help="The folder to classify, with all below it.")]
Project = Annotated[Path | None, typer.Option(help="Keep classes, labels and answers in this project file.")]
FolderHelps = Annotated[
    bool, typer.Option("--folder-helps", help="Look-alike pictures lend each other their answers; else each is alone.")
]
WeightsName = Annotated[str, typer.Option("--weights", help="Embedded weights by name, or a .safetensors file.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


class DeviceChoice(StrEnum):
    auto = "auto"
    cpu = "cpu"
    cuda = "cuda"


DeviceOption = Annotated[DeviceChoice, typer.Option(help="Where to compute.")]


@contextmanager
def open_engine(weights: str, device: str) -> Iterator[Engine]:
    """An engine with these weights and the cache of features; a SessionError where they can't be used."""
    from fewshot_gui.engine import Engine
    from fewshot_gui.feature_cache import FeatureCache
    from fewshot_gui.learner.device import DeviceError
    from fewshot_gui.learner.errors import WeightsError
    from fewshot_gui.learner.learner import Learner

    try:
        learner = Learner(weights, device)
    except (WeightsError, DeviceError) as error:
        raise SessionError(str(error)) from error
    with closing(FeatureCache()) as cache:
        yield Engine(learner, cache)


@contextmanager
def _session(project: Path | None) -> Iterator[Session]:
    """The named project, or one that is thrown away afterwards. One that is new goes again if the work fails."""
    if project is not None and project.suffix != SUFFIX:
        raise SessionError(f'A project file is called NAME{SUFFIX}; "{printable(project)}" is not.')
    with tempfile.TemporaryDirectory(prefix="fewshot-") as scratch:
        file = project or Path(scratch) / f"once{SUFFIX}"
        is_new = not file.exists()
        session = Session.open(file)
        try:
            yield session
        except BaseException:
            session.close()
            if is_new:
                file.unlink(missing_ok=True)
            raise
        session.close()


@contextmanager
def classified(
    examples: Path, pictures: Path, project: Path | None, weights: str, device: str, folder_helps: bool
) -> Iterator[tuple[Session, list[Skipped]]]:
    """A session with all answers, and what was passed over in the folder."""
    batch.class_names(examples)
    files, skipped = batch.find(pictures)
    with _session(project) as session:
        with open_engine(weights, device) as engine, progress() as report:
            batch.teach(session, engine, examples, report)
            batch.classify(session, engine, pictures, files, report, folder_helps)
        yield session, skipped
