"""Weights files: safetensors with the backbone's shape and origin in their header. Nothing in them can run code."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file

from fewshot_gui.learner.backbone import Architecture, Parameters, Trunk, freeze, start_tail
from fewshot_gui.learner.confidence import Confidence
from fewshot_gui.learner.inner_loop import Start
from fewshot_gui.paths import resource

FORMAT = "fewshot-gui-1"
EMBEDDED = "embedded"


class WeightsError(ValueError):
    """A weights file can't be used; the message says which and why."""


@dataclass(frozen=True)
class Weights:
    """All that a meta-trained learner consists of. ``digest`` names these very weights in the feature cache."""

    architecture: Architecture
    trunk: Trunk
    start: Start
    confidence: Confidence
    about: dict[str, str]
    digest: str


def untrained(architecture: Architecture, seed: int = 0) -> Weights:
    """Random weights: for tests, and as the bottom line to measure against."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        trunk = freeze(Trunk(architecture))
        tail = start_tail(architecture.channels)
    digest = f"untrained-{architecture.name}-{seed}"
    return Weights(architecture, trunk, Start.fresh(tail), Confidence.fresh(), {"data": "none"}, digest)


def find_weights(name: str | Path) -> Path:
    """A name of embedded weights, or a file, to a path. Raises WeightsError where there is no such thing."""
    path = Path(name)
    embedded = resource("weights", f"{name}.safetensors")
    if path.suffix != ".safetensors" and embedded.is_file():
        return embedded
    if path.is_file():
        return path
    names = ", ".join(sorted(p.stem for p in resource("weights").glob("*.safetensors")))
    raise WeightsError(f"There are no weights called {name}. Give a .safetensors file, or one of: {names}.")


def load_weights(name: str | Path = EMBEDDED) -> Weights:
    """Load embedded weights by name, or a file. Raises WeightsError for files that are damaged or of another kind."""
    path = find_weights(name)
    try:
        digest = hashlib.blake2b(path.read_bytes(), digest_size=8).hexdigest()
        with safe_open(path, framework="pt") as file:
            header = file.metadata() or {}
            tensors: Parameters = {key: file.get_tensor(key).float() for key in file.keys()}  # noqa: SIM118
    except (OSError, SafetensorError) as error:
        raise WeightsError(f"{path} can't be read as weights: {error}") from error
    if header.get("format") != FORMAT:
        raise WeightsError(f"{path} holds other weights than this program's ({FORMAT}).")
    try:
        shape = json.loads(header["architecture"])
        architecture = Architecture(**{**shape, "widths": tuple(shape["widths"])})
        trunk = freeze(Trunk(architecture))
        trunk.load_state_dict(_part(tensors, "trunk."))
        start = Start.from_flat(_part(tensors, "start."))
        confidence = Confidence(**_part(tensors, "confidence."))
        about = json.loads(header.get("about", "{}"))
    except (KeyError, TypeError, ValueError, RuntimeError) as error:
        raise WeightsError(f"{path} is damaged: {error}") from error
    return Weights(architecture, trunk, start, confidence, about, digest)


def save_weights(path: Path, weights: Weights) -> None:
    """Write the weights, the trunk in 16-bit floats. The file appears whole or not at all."""
    tensors = {f"trunk.{k}": v.half() for k, v in weights.trunk.state_dict().items()}
    tensors |= {f"start.{k}": v.float() for k, v in weights.start.flat().items()}
    tensors |= {f"confidence.{k}": v for k, v in vars(weights.confidence).items()}
    header = {
        "format": FORMAT,
        "architecture": json.dumps(asdict(weights.architecture)),
        "about": json.dumps(weights.about, ensure_ascii=False),
    }
    scratch = path.with_suffix(".part")
    save_file({k: v.detach().cpu().contiguous() for k, v in tensors.items()}, scratch, header)
    scratch.replace(path)


def _part(tensors: Parameters, prefix: str) -> Parameters:
    return {k.removeprefix(prefix): v for k, v in tensors.items() if k.startswith(prefix)}
