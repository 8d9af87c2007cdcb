"""Weights files: safetensors with the backbone's shape and origin in their header. Nothing in them can run code."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from fewshot_gui.images.errors import printable
from fewshot_gui.learner import torchvision_backbones
from fewshot_gui.learner.backbone import Architecture, EmbeddedBackbone, Trunk, freeze, frozen_shape
from fewshot_gui.learner.confidence import Confidence
from fewshot_gui.learner.errors import WeightsError
from fewshot_gui.learner.inner_loop import MOVING, Parameters, Start
from fewshot_gui.learner.promise import PromiseModel
from fewshot_gui.paths import resource

FORMAT = "fewshot-gui-5"
EMBEDDED = "embedded"
MAX_BYTES = 512 << 20
MAX_STEPS = 100
"""Joint steps that a file may ask for: each costs time with every adaptation."""
_BOUNDS = {"looks": (16, 256), "spans": (10, 100), "stem": (1, 4096), "widths": (1, 8192), "blocks": (1, 64)}
_MOST_PARTS = 8
Backbone = EmbeddedBackbone | torchvision_backbones.TorchvisionBackbone


@dataclass(frozen=True)
class Weights:
    """All that a meta-trained learner consists of. ``digest`` names the backbone in the feature cache.

    network: the shape of an embedded backbone, or the name of one of torchvision's, which has its own file.
    """

    network: Architecture | str
    backbone: Backbone
    start: Start
    confidence: Confidence
    about: dict[str, str]
    digest: str
    promise: PromiseModel = field(default_factory=PromiseModel.fresh)
    algorithms: Mapping[str, Parameters] = field(default_factory=dict)
    """What other algorithms than the shipped one have learned, for comparisons: those of the start's tensors that are
    their own."""


def untrained(architecture: Architecture, seed: int = 0) -> Weights:
    """Random weights: for tests, and as the bottom line to measure against."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        backbone = EmbeddedBackbone(architecture, freeze(Trunk(architecture)))
    digest = f"untrained-{architecture.name}-{seed}"
    start = Start.fresh(backbone.blocks)
    return Weights(architecture, backbone, start, Confidence.fresh(), {"data": "none"}, digest)


def find_weights(name: str | Path) -> Path:
    """A name of embedded weights, or a file, to a path. Raises WeightsError where there is no such thing."""
    path = Path(name)
    embedded = resource("weights", f"{name}.safetensors")
    if path.suffix != ".safetensors" and embedded.is_file():
        return embedded
    if path.is_file():
        return path
    names = ", ".join(
        [*sorted(p.stem for p in resource("weights").glob("*.safetensors")), *torchvision_backbones.NAMES]
    )
    raise WeightsError(f"There are no weights called {name}. Give a .safetensors file, or one of: {names}.")


def load_weights(name: str | Path = EMBEDDED) -> Weights:
    """Load embedded weights by name, a torchvision backbone that was downloaded, or a file.

    Raises WeightsError for files that are damaged or of another kind, and for a backbone that is not here yet.
    """
    if str(name) in torchvision_backbones.NAMES:
        return on_torchvision(str(name))
    path = find_weights(name)
    try:
        header, tensors, digest = _read(path)
    except (OSError, SafetensorError) as error:
        raise WeightsError(f"{printable(path)} can't be read as weights: {error}") from error
    if header.get("format") != FORMAT:
        raise WeightsError(f"{printable(path)} holds other weights than this program's ({FORMAT}).")
    try:
        if odd := [key for key, tensor in tensors.items() if not tensor.isfinite().all()]:
            raise ValueError(f"{odd[0]} holds numbers that are none")
        network: object = json.loads(header["network"])
        if isinstance(network, str):
            weights = on_torchvision(network)
        else:
            backbone = _embedded(_architecture(network), _part(tensors, "trunk."))
            # What a fresh start would take is not taken: the file may claim to be of any size.
            with torch.device("meta"):
                start = Start.fresh(backbone.blocks)
            weights = Weights(backbone.architecture, backbone, start, Confidence.fresh(), {}, digest)
        start = weights.start.with_tensors(_checked_start(weights.start, _part(tensors, "start.")))
        fitted = Confidence(**_same_shapes(vars(Confidence.fresh()), _part(tensors, "confidence."), "confidence"))
        promise = PromiseModel.from_arrays({k: v.numpy() for k, v in tensors.items() if k.startswith("promise.")})
        if promise.mean.shape != (2,) or promise.spread.shape != (2, 2):
            raise ValueError("promise has another shape than [2] and [2, 2]")
        about = _about(json.loads(header.get("about", "{}")))
    except (KeyError, TypeError, ValueError, RuntimeError) as error:
        if isinstance(error, WeightsError):
            raise
        raise WeightsError(f"{printable(path)} is damaged: {error}") from error
    algorithms = _by_algorithm(tensors)
    return replace(weights, start=start, confidence=fitted, about=about, promise=promise, algorithms=algorithms)


def _read(path: Path) -> tuple[dict[str, str], Parameters, str]:
    """Header, tensors and digest of a file of which nothing is trusted; safetensors sees to it that all its tensors lie
    in the file, side by side. Raises WeightsError, OSError, SafetensorError."""
    size = path.stat().st_size
    if size > MAX_BYTES:
        raise WeightsError(
            f"{printable(path)} has {size >> 20} MB; weights of this program have {MAX_BYTES >> 20} at most."
        )
    with path.open("rb") as content:
        digest = hashlib.file_digest(content, lambda: hashlib.blake2b(digest_size=8)).hexdigest()
    tensors: Parameters = {}
    with safe_open(path, framework="pt") as file:
        header = file.metadata() or {}
        for key in file.keys():  # noqa: SIM118
            tensor = file.get_tensor(key)
            if not tensor.is_floating_point():
                raise WeightsError(f"{printable(path)} is damaged: {key} holds {tensor.dtype}, not broken numbers.")
            tensors[key] = tensor.float()
    return header, tensors, digest


def _architecture(network: object) -> Architecture:
    """Raises ValueError for a description of no network, or of one that no picture would need."""
    names = {field.name for field in fields(Architecture)}
    if not isinstance(network, dict) or set(network) != names or not isinstance(network["name"], str):
        raise ValueError("the network is not described as it should be")
    shape: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in network.items()}
    for key, (low, high) in _BOUNDS.items():
        numbers = (shape[key],) if key == "stem" else shape[key]
        if not isinstance(numbers, tuple) or not 1 <= len(numbers) <= _MOST_PARTS:
            raise ValueError(f"{key} of the network is not one to {_MOST_PARTS} numbers")
        if not all(type(number) is int and low <= number <= high for number in numbers):
            raise ValueError(f"{key} of the network does not lie between {low} and {high}")
    if len(shape["widths"]) != len(shape["blocks"]):
        raise ValueError("the network's stages have other numbers of widths than of blocks")
    if len(shape["looks"]) != len(shape["spans"]):
        raise ValueError("the network's looks have other numbers of sides than of spans")
    if max(shape["looks"]) > shape["looks"][0]:
        raise ValueError("a later look is closer than the first")
    return Architecture(**shape)


def _embedded(architecture: Architecture, tensors: Parameters) -> EmbeddedBackbone:
    """The backbone with these tensors. Raises RuntimeError where they do not fit."""
    trunk = frozen_shape(architecture)  # no memory before it is known that the file holds it all
    trunk.load_state_dict(tensors, assign=True)
    return EmbeddedBackbone(architecture, trunk.to(memory_format=torch.channels_last))


def _checked_start(expected: Start, found: Parameters) -> Parameters:
    rates = found["log_rates"].shape
    if len(rates) != 2 or rates[0] != len(MOVING) or not 1 <= rates[1] <= MAX_STEPS:
        raise ValueError(f"start.log_rates has the shape {tuple(rates)}")
    return _same_shapes({k: v for k, v in expected.tensors().items() if k != "log_rates"}, found, "start")


def _about(found: object) -> dict[str, str]:
    if not isinstance(found, dict) or not all(isinstance(text, str) for text in found.values()):
        raise ValueError("what it says about itself is not text")
    return found


def on_torchvision(name: str) -> Weights:
    """One of torchvision's backbones with a start that has learned nothing. Raises WeightsError: not downloaded."""
    backbone = torchvision_backbones.load_backbone(name)
    entry = torchvision_backbones.find_entry(name)
    about = {"data": "ImageNet-1k", "source": entry.url}
    digest = f"{name}-{entry.sha256_prefix}"
    return Weights(name, backbone, Start.fresh(backbone.blocks), Confidence.fresh(), about, digest)


def save_weights(path: Path, weights: Weights) -> None:
    """Write the weights, trunk and tail in 16-bit floats. The file appears whole or not at all.

    A torchvision backbone is named, not written: whoever uses the file needs the backbone's own.
    """
    tensors: Parameters = {}
    if isinstance(weights.backbone, EmbeddedBackbone):
        tensors |= {f"trunk.{k}": v.half() for k, v in weights.backbone.trunk.state_dict().items()}
    tensors |= {f"start.{k}": v.half() if k == "tail" else v.float() for k, v in weights.start.tensors().items()}
    tensors |= {f"confidence.{k}": v for k, v in vars(weights.confidence).items()}
    tensors |= {k: torch.from_numpy(v) for k, v in weights.promise.to_arrays().items()}
    for name, own in weights.algorithms.items():
        tensors |= {f"algorithm.{name}.{k}": v.float() for k, v in own.items()}
    network = weights.network if isinstance(weights.network, str) else asdict(weights.network)
    header = {
        "format": FORMAT,
        "network": json.dumps(network),
        "about": json.dumps(weights.about, ensure_ascii=False),
    }
    scratch = path.with_suffix(".part")
    save_file({k: v.detach().cpu().contiguous() for k, v in tensors.items()}, scratch, header)
    scratch.replace(path)


def _part(tensors: Parameters, prefix: str) -> Parameters:
    return {k.removeprefix(prefix): v for k, v in tensors.items() if k.startswith(prefix)}


def _by_algorithm(tensors: Parameters) -> dict[str, Parameters]:
    found: dict[str, Parameters] = {}
    for key, tensor in _part(tensors, "algorithm.").items():
        name, _, own = key.partition(".")
        found.setdefault(name, {})[own] = tensor
    return found


def _same_shapes(expected: Mapping[str, Tensor], found: Parameters, part: str) -> Parameters:
    """``found``; raises KeyError or ValueError where a tensor is missing or has another shape than expected."""
    for name, tensor in expected.items():
        if found[name].shape != tensor.shape:
            raise ValueError(f"{part}.{name} has the shape {tuple(found[name].shape)}, not {tuple(tensor.shape)}")
    return found
