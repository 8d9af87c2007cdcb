"""Backbones with torchvision's own ImageNet weights: what there is, where it lies, and their frozen features.

Name, source, size, accuracy, hash and preprocessing come from torchvision's weights entries; nothing is fetched here
(see download.py), and a file is only ever read as plain tensors. Sources of the networks: ResNet (He et al. 2016,
arXiv:1512.03385), EfficientNetV2 (Tan and Le 2021, arXiv:2104.00298), ConvNeXt (Liu et al. 2022, arXiv:2201.03545),
Swin V2 (Liu et al. 2022, arXiv:2111.09883), ViT (Dosovitskiy et al. 2021, arXiv:2010.11929).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

import torch
from safetensors.torch import load_file
from torch import Tensor, nn

from fewshot_gui.images.errors import printable, reason_of
from fewshot_gui.learner.download import has_hash
from fewshot_gui.learner.errors import WeightsError
from fewshot_gui.paths import data_folder

LICENSE = (
    "Torchvision notes that pre-trained models may have their own licenses or terms, derived from the data they were "
    "trained on (here ImageNet-1K); whether your use is permitted is for you to find out."
)


def _map(x: Tensor) -> Tensor:  # [n, C, h, w]
    return x.mean((2, 3))


def _map_channels_last(x: Tensor) -> Tensor:  # [n, h, w, C]
    return x.mean((1, 2))


def _class_token(x: Tensor) -> Tensor:  # [n, 1 + patches, C]
    return x[:, 0]


def _patches(x: Tensor) -> Tensor:
    return x[:, 1:].mean(1)


@dataclass(frozen=True)
class _Stage:
    """A place in the network, how to pool what is there, and the length of the pooled vector."""

    node: str
    pool: Callable[[Tensor], Tensor]
    length: int


# The stage before the last knows less of ImageNet's own classes and more of parts and surfaces, so it is joined to the
# last. Where the network itself normalises an output before use, it is taken after that: its scale is even only then.
_STAGES = {
    "resnet50": (_Stage("layer3", _map, 1024), _Stage("layer4", _map, 2048)),
    "efficientnet_v2_s": (_Stage("features.5", _map, 160), _Stage("features.7", _map, 1280)),
    "convnext_tiny": (_Stage("features.6.0", _map, 384), _Stage("classifier.0", _map, 768)),
    "swin_v2_t": (_Stage("features.5", _map_channels_last, 384), _Stage("norm", _map_channels_last, 768)),
    "vit_b_16": (_Stage("encoder.ln", _patches, 768), _Stage("encoder.ln", _class_token, 768)),
}
NAMES = tuple(_STAGES)
"""What the backbones are called, by torchvision and by us."""


@dataclass(frozen=True)
class BackboneEntry:
    """What torchvision says of a backbone and its weights.

    size: bytes, to a thousand. sha256_prefix: the hexadecimal digits in the file's name. accuracy: top-1 in percent on
    ImageNet-1K. side: pictures go in as side x side pixels. mean, std: per channel, of pixels 0..1. license: an address
    where torchvision names one, else its note for all weights.
    """

    name: str
    url: str
    sha256_prefix: str
    size: int
    parameters: int
    accuracy: float
    side: int
    mean: tuple[float, ...]
    std: tuple[float, ...]
    recipe: str
    license: str

    @property
    def host(self) -> str:
        """Where the download comes from."""
        return urlsplit(self.url).hostname or ""

    @property
    def megabytes(self) -> str:
        """The size for a person."""
        return f"{self.size / 1e6:.1f} MB"


def find_entry(name: str) -> BackboneEntry:
    """The entry of that name, for the weights that torchvision takes by default. Raises WeightsError for no name."""
    if name not in _STAGES:
        raise WeightsError(f"There is no backbone called {name}. There are: {', '.join(NAMES)}.")
    from torchvision.models import get_model_weights  # type: ignore[import-untyped]

    weights = get_model_weights(name)["DEFAULT"]
    transforms, meta = weights.transforms(), weights.meta
    digits = re.search(r"-([0-9a-f]{8,})\.", weights.url)
    assert digits, weights.url  # torch.hub's convention, which torchvision's own downloads rely on
    return BackboneEntry(
        name=name,
        url=weights.url,
        sha256_prefix=digits[1],
        size=round(meta["_file_size"] * 2**20),
        parameters=meta["num_params"],
        accuracy=meta["_metrics"]["ImageNet-1K"]["acc@1"],
        side=transforms.crop_size[0],
        mean=tuple(transforms.mean),
        std=tuple(transforms.std),
        recipe=meta["recipe"],
        license=meta.get("license", LICENSE),
    )


def weights_file(name: str) -> Path:
    """Where the weights of that name lie once they are downloaded. Raises WeightsError: there is no such name."""
    return data_folder() / "backbones" / Path(urlsplit(find_entry(name).url).path).name


class TorchvisionBackbone(nn.Module):
    """Frozen features of a torchvision network: the pooled outputs of its last two stages, joined.

    side: pictures go in as side x side. blocks: the lengths of the joined vectors. The given model is consumed.
    """

    mean: Tensor
    std: Tensor

    def __init__(self, entry: BackboneEntry, model: nn.Module) -> None:
        from torchvision.models.feature_extraction import create_feature_extractor  # type: ignore[import-untyped]

        super().__init__()
        self.side = entry.side
        self.stages = _STAGES[entry.name]
        self.blocks = tuple(stage.length for stage in self.stages)
        self.weights = (1.0,) * len(self.blocks)
        nodes = {stage.node: stage.node for stage in self.stages}
        self.network = create_feature_extractor(model.eval(), nodes, suppress_diff_warning=True)
        self.register_buffer("mean", 255 * torch.tensor(entry.mean).view(3, 1, 1), persistent=False)
        self.register_buffer("std", 255 * torch.tensor(entry.std).view(3, 1, 1), persistent=False)
        self.requires_grad_(False)
        self.eval()

    def train(self, mode: bool = True) -> Self:
        """Stays as it is: with running statistics a picture's features would depend on the others in the batch."""
        return super().train(False)

    def forward(self, x: Tensor) -> Tensor:
        """Pixels 0..255, float32 [n, 3, side, side], to features, float32 [n, sum of blocks]."""
        found = self.network((x - self.mean) / self.std)
        return torch.cat([stage.pool(found[stage.node]) for stage in self.stages], 1)


def load_backbone(name: str, file: Path | None = None) -> TorchvisionBackbone:
    """The backbone with the weights that were downloaded, or with those in ``file`` (.pth or .safetensors).

    Raises WeightsError for weights that are not there, are damaged, of another network, or more than plain tensors.
    """
    entry = find_entry(name)
    path = file or weights_file(name)
    if file is None:
        _check_downloaded(entry, path)
    state = _read(path)
    from torchvision.models import get_model

    with torch.device("meta"):  # no time lost on random numbers that are overwritten
        model = get_model(name, weights=None)
    try:
        odd = model.load_state_dict(state, strict=False, assign=True)
    except RuntimeError as error:
        detail = str(error).strip().splitlines()[-1].strip().rstrip(".")
        raise WeightsError(f'"{printable(path)}" does not hold {name}: {detail}.') from error
    if wrong := [*odd.missing_keys, *odd.unexpected_keys]:
        raise WeightsError(
            f'"{printable(path)}" does not hold {name}: {len(wrong)} tensors are missing or are too many, '
            f"{wrong[0]} for one."
        )
    return TorchvisionBackbone(entry, model)


def _check_downloaded(entry: BackboneEntry, path: Path) -> None:
    get = f"fewshot-gui weights get {entry.name}"
    if not path.is_file():
        raise WeightsError(f"{entry.name} is not downloaded. Get it with: {get} ({entry.megabytes} from {entry.host})")
    try:
        if not has_hash(path, entry.sha256_prefix):
            raise WeightsError(f'"{printable(path)}" is damaged. Get it again with: {get}')
    except OSError as error:
        raise WeightsError(f'"{printable(path)}" can\'t be read. {reason_of(error)}') from error


def _read(path: Path) -> dict[str, Tensor]:
    """Named tensors from a file of which nothing is trusted."""
    try:
        path.open("rb").close()  # safetensors does not say what the system has against a file
        if path.suffix == ".safetensors":
            found = load_file(path)
        else:
            found = torch.load(path, map_location="cpu", weights_only=True)
        return {str(name): tensor.float() if tensor.is_floating_point() else tensor for name, tensor in found.items()}
    except OSError as error:
        raise WeightsError(f'"{printable(path)}" can\'t be read. {reason_of(error)}') from error
    except Exception as error:  # whatever a foreign file trips over; torch's own words advise to trust it
        raise WeightsError(
            f'"{printable(path)}" is not used: it is not a file of plain tensors, but damaged, of another kind, '
            "or a pickle with code in it. None of it was run."
        ) from error
