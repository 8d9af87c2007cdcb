"""The embedded backbone: a residual trunk whose features are cached, and a small tail that adapts to each task.

    picture [n, 3, S, S] --trunk--> features [n, C, 3, 3] --tail--> embedding [n, C]

The trunk is a plain residual network (He et al. 2016, arXiv:1512.03385) with BatchNorm; at use its statistics are
frozen and folded into the convolutions, so that a picture's features never depend on what else is in the batch. The
tail is one residual block in the manner of ConvNeXt (Liu et al. 2022, arXiv:2201.03545) with GroupNorm over one group.
It sees a 3 x 3 grid only: ten thousand cached pictures pass through an adapted tail in well under a second on two
cores.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.functional import adaptive_avg_pool2d, conv2d, gelu, group_norm
from torch.nn.utils.fusion import fuse_conv_bn_eval

GRID = 3
"""Side of the grid of features that is cached for each picture."""

Parameters = dict[str, Tensor]
"""Named tensors: the part of the network that an inner loop moves, passed in rather than held."""


@dataclass(frozen=True)
class Architecture:
    """What fixes a backbone's shape. Pictures are squeezed whole to side x side pixels."""

    name: str = "embedded"
    side: int = 96
    stem: int = 32
    widths: tuple[int, ...] = (64, 160, 384)
    blocks: int = 2

    @property
    def channels(self) -> int:
        """Length of the embedding."""
        return self.widths[-1]

    @property
    def feature_shape(self) -> tuple[int, int, int]:
        """Shape of one picture's cached features; they are kept as 16-bit floats."""
        return (self.channels, GRID, GRID)


TINY = Architecture(name="tiny", side=32, stem=8, widths=(8, 16, 24), blocks=1)
"""A backbone for tests: milliseconds on any machine."""


def _conv_bn(inputs: int, outputs: int, stride: int = 1, size: int = 3) -> nn.Sequential:
    conv = nn.Conv2d(inputs, outputs, size, stride, size // 2, bias=False)
    return nn.Sequential(conv, nn.BatchNorm2d(outputs))


class ResidualBlock(nn.Module):
    """Two 3 x 3 convolutions and a shortcut."""

    def __init__(self, inputs: int, outputs: int, stride: int) -> None:
        super().__init__()
        self.first = _conv_bn(inputs, outputs, stride)
        self.second = _conv_bn(outputs, outputs)
        self.shortcut = _conv_bn(inputs, outputs, stride, size=1) if stride > 1 else nn.Identity()

    def forward(self, x: Tensor) -> Tensor:
        residual = self.second(torch.relu(self.first(x)))
        out: Tensor = torch.relu(residual + self.shortcut(x))
        return out


class Trunk(nn.Module):
    """Pictures [n, 3, S, S], scaled to about -2..2, to features [n, C, 3, 3]."""

    def __init__(self, architecture: Architecture) -> None:
        super().__init__()
        stem = architecture.stem
        layers: list[nn.Module] = [_conv_bn(3, stem, stride=2), nn.ReLU(), _conv_bn(stem, stem), nn.ReLU()]
        inputs = stem
        for width in architecture.widths:
            for block in range(architecture.blocks):
                layers.append(ResidualBlock(inputs, width, stride=2 if block == 0 else 1))
                inputs = width
        self.layers = nn.Sequential(*layers)

    def forward(self, x: Tensor) -> Tensor:
        return adaptive_avg_pool2d(self.layers(x), GRID)


def start_tail(channels: int, generator: torch.Generator | None = None) -> Parameters:
    """Fresh tail parameters. The last layer starts at zero: an untrained tail is the mean of the features."""

    def normal(*shape: int, fan_in: int) -> Tensor:
        return torch.randn(*shape, generator=generator) * (2.0 / fan_in) ** 0.5

    return {
        "mix.weight": torch.zeros(channels, 1, GRID, GRID),
        "norm.weight": torch.ones(channels),
        "norm.bias": torch.zeros(channels),
        "expand.weight": normal(channels, channels, 1, 1, fan_in=channels),
        "expand.bias": torch.zeros(channels),
        "project.weight": torch.zeros(channels, channels, 1, 1),
        "project.bias": torch.zeros(channels),
    }


def apply_tail(tail: Mapping[str, Tensor], features: Tensor) -> Tensor:
    """Features [n, C, 3, 3] to embeddings [n, C]. A pure function of the parameters, one picture at a time."""
    channels = features.shape[1]
    mixed = features + conv2d(features, tail["mix.weight"], padding=GRID // 2, groups=channels)
    hidden = group_norm(mixed, 1, tail["norm.weight"], tail["norm.bias"])
    hidden = gelu(conv2d(hidden, tail["expand.weight"], tail["expand.bias"]))
    # The projection is linear, so it commutes with the mean over the grid: a ninth of the work.
    pooled = hidden.mean((2, 3), keepdim=True)
    return (mixed.mean((2, 3), keepdim=True) + conv2d(pooled, tail["project.weight"], tail["project.bias"])).flatten(1)


class Backbone(nn.Module):
    """Trunk and tail's start as one module: what pretraining moves and a weights file holds."""

    def __init__(self, architecture: Architecture) -> None:
        super().__init__()
        self.architecture = architecture
        self.trunk = Trunk(architecture)
        self.tail = nn.ParameterDict({_key(k): nn.Parameter(v) for k, v in start_tail(architecture.channels).items()})

    def tail_parameters(self) -> Parameters:
        """The tail's start, by the names that ``apply_tail`` uses."""
        return {_name(k): v for k, v in self.tail.items()}

    def forward(self, x: Tensor) -> Tensor:
        return apply_tail(self.tail_parameters(), self.trunk(x))


def _key(name: str) -> str:
    return name.replace(".", "__")  # ParameterDict refuses dots


def _name(key: str) -> str:
    return key.replace("__", ".")


def normalise(pictures: Tensor) -> Tensor:
    """Pixels 0..255 [n, 3, S, S], any dtype, to the trunk's range, in 32-bit floats."""
    return pictures.float().sub_(127.5).div_(63.75)


def freeze(trunk: Trunk) -> Trunk:
    """The trunk for use: statistics frozen and folded into the convolutions. The given trunk is consumed."""
    trunk.eval().requires_grad_(False)
    for name, module in list(trunk.named_modules()):
        if isinstance(module, nn.Sequential) and len(module) == 2 and isinstance(module[1], nn.BatchNorm2d):
            conv, norm = module[0], module[1]
            assert isinstance(conv, nn.Conv2d)
            trunk.set_submodule(name, fuse_conv_bn_eval(conv, norm))
    return trunk.to(memory_format=torch.channels_last)
