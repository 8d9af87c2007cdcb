"""Options that several commands share, and the engine they ask for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from fewshot_gui.session import SessionError

if TYPE_CHECKING:
    from fewshot_gui.engine import Engine

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
