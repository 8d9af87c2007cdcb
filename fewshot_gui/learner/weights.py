"""Weights files: safetensors with the backbone's shape and origin in their header. Nothing in them can run code."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file

from fewshot_gui.learner import torchvision_backbones
from fewshot_gui.learner.backbone import Architecture, EmbeddedBackbone, Trunk, freeze
from fewshot_gui.learner.confidence import Confidence
from fewshot_gui.learner.errors import WeightsError
from fewshot_gui.learner.inner_loop import Parameters, Start
from fewshot_gui.learner.promise import PromiseModel
from fewshot_gui.paths import resource

FORMAT = "fewshot-gui-2"
EMBEDDED = "embedded"
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
        digest = hashlib.blake2b(path.read_bytes(), digest_size=8).hexdigest()
        with safe_open(path, framework="pt") as file:
            header = file.metadata() or {}
            tensors: Parameters = {key: file.get_tensor(key).float() for key in file.keys()}  # noqa: SIM118
    except (OSError, SafetensorError) as error:
        raise WeightsError(f"{path} can't be read as weights: {error}") from error
    if header.get("format") != FORMAT:
        raise WeightsError(f"{path} holds other weights than this program's ({FORMAT}).")
    try:
        network: Any = json.loads(header["network"])
        if isinstance(network, str):
            weights = on_torchvision(network)
        else:
            shape: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in network.items()}
            architecture = Architecture(**shape)
            trunk = freeze(Trunk(architecture))
            trunk.load_state_dict(_part(tensors, "trunk."))
            backbone = EmbeddedBackbone(architecture, trunk)
            start = Start.fresh(backbone.blocks)
            weights = Weights(architecture, backbone, start, Confidence.fresh(), {}, digest)
        fitting = _same_shapes(weights.start.tensors(), _part(tensors, "start."))
        start = weights.start.with_tensors(fitting)
        confidence = Confidence(**_part(tensors, "confidence."))
        promise = PromiseModel.from_arrays({k: v.numpy() for k, v in tensors.items() if k.startswith("promise.")})
        about = json.loads(header.get("about", "{}"))
    except (KeyError, TypeError, ValueError, RuntimeError) as error:
        if isinstance(error, WeightsError):
            raise
        raise WeightsError(f"{path} is damaged: {error}") from error
    algorithms = _by_algorithm(tensors)
    return replace(weights, start=start, confidence=confidence, about=about, promise=promise, algorithms=algorithms)


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


def _same_shapes(expected: Parameters, found: Parameters) -> Parameters:
    """``found``; raises ValueError where a tensor has another shape than expected."""
    for name, tensor in expected.items():
        if name != "log_rates" and found[name].shape != tensor.shape:
            raise ValueError(f"start.{name} has the shape {tuple(found[name].shape)}, not {tuple(tensor.shape)}")
    return found
