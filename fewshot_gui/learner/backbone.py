"""Backbones: from a picture to one vector of features, the part that rests while a task is learned.

    picture [n, 3, S, S] --at every look: trunk, mean and spread of each stage's output--> features [n, D]

The embedded trunk is a plain residual network (He et al. 2016, arXiv:1512.03385) with BatchNorm; at use its statistics
are frozen and folded into the convolutions, so that a picture's features never depend on what else is in the batch.
Early stages see surfaces, late ones objects, and a task finds both in the vector. The spread of a map over the picture
tells what its mean does not, as in style (Huang & Belongie 2017, arXiv:1703.06868) and texture. Square roots tame the
long tail of the activations (Yang et al. 2021, arXiv:2101.06395). Averaged over looks of other sizes, at the mirror
image and closer at the middle, what is accidental in each cancels out (as the views of a test picture in Krizhevsky et
al. 2012).
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor, nn
from torch.nn.functional import interpolate
from torch.nn.utils.fusion import fuse_conv_bn_eval


class FeatureNetwork(Protocol):
    """What a backbone is to the rest of the learner.

    side: pictures go in squeezed whole to side x side pixels. blocks: lengths of the vectors that are joined to a
    picture's features, D in all; weights: what each counts before anything is learned. Called with pictures [n, 3,
    side, side], 32-bit floats in 0..255, it gives features [n, D]; statistics are frozen.
    """

    side: int
    blocks: tuple[int, ...]
    weights: tuple[float, ...]

    def __call__(self, pictures: Tensor) -> Tensor: ...


@dataclass(frozen=True)
class Architecture:
    """What fixes the embedded backbone's shape.

    looks: the sides, in pixels, to which what is seen is squeezed, the largest first; every second look is at the
    mirror image. spans: how much of the picture's sides each look sees, about the middle, in per cent. Features are the
    mean over looks. widths and blocks: channels and residual blocks of each stage.
    """

    name: str = "embedded"
    looks: tuple[int, ...] = (128, 80, 96)
    spans: tuple[int, ...] = (100, 100, 70)
    stem: int = 32
    widths: tuple[int, ...] = (64, 160, 384)
    blocks: tuple[int, ...] = (2, 3, 3)

    @property
    def channels(self) -> int:
        """Channels of the last stage."""
        return self.widths[-1]

    @property
    def side(self) -> int:
        """Pictures go in as squares of this side, in pixels."""
        return self.looks[0]


TINY = Architecture(name="tiny", looks=(32, 24), spans=(100, 75), stem=8, widths=(8, 16, 24), blocks=(1, 1, 1))
"""A backbone for tests: milliseconds on any machine."""


FLAT = 1e-6
"""Added under square roots, whose slope at nothing has no bound."""


def stage_weights(architecture: Architecture) -> tuple[float, ...]:
    """What each block of features counts before anything is learned: an earlier stage three quarters of the next."""
    last = len(architecture.widths) - 1
    return tuple(0.75 ** (last - i) for i in range(last + 1) for _ in range(2))


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
    """Pictures [n, 3, s, s], scaled to about -2..2, to the last stage's maps [n, C, s / 16, s / 16]."""

    def __init__(self, architecture: Architecture) -> None:
        super().__init__()
        stem = architecture.stem
        layers: list[nn.Module] = [_conv_bn(3, stem, stride=2), nn.ReLU(), _conv_bn(stem, stem), nn.ReLU()]
        inputs, ends = stem, []
        for width, blocks in zip(architecture.widths, architecture.blocks, strict=True):
            for block in range(blocks):
                layers.append(ResidualBlock(inputs, width, stride=2 if block == 0 else 1))
                inputs = width
            ends.append(len(layers) - 1)
        self.layers = nn.Sequential(*layers)
        self.stage_ends = tuple(ends)

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.layers(x)
        return out

    def stages(self, x: Tensor) -> list[Tensor]:
        """Mean and standard deviation over the picture of each stage's output: [n, width] each, first stage first."""
        pooled: list[Tensor] = []
        for i, layer in enumerate(self.layers):
            x = layer(x)
            if i in self.stage_ends:
                mean = x.mean((2, 3), dtype=torch.float32)  # maps may come in 16-bit floats
                variance = x.square().mean((2, 3), dtype=torch.float32) - mean.square()  # far faster than torch.std
                pooled += [mean, variance.clamp(min=FLAT).sqrt()]
        return pooled

    def features(self, x: Tensor) -> Tensor:
        """Square roots [n, 2 * widths] of what the stages give, joined."""
        return (torch.cat(self.stages(x), 1) + FLAT).sqrt()


class EmbeddedBackbone(nn.Module):
    """The embedded FeatureNetwork: a frozen trunk that looks at a picture once or more."""

    def __init__(self, architecture: Architecture, trunk: Trunk) -> None:
        super().__init__()
        self.architecture = architecture
        self.side = architecture.side
        self.blocks = tuple(w for w in architecture.widths for _ in range(2))
        self.weights = stage_weights(architecture)
        self.trunk = trunk

    def forward(self, pictures: Tensor) -> Tensor:
        seen = []
        for i, (side, span) in enumerate(zip(self.architecture.looks, self.architecture.spans, strict=True)):
            x = middle(pictures.flip(3) if i % 2 else pictures, span)
            if side != x.shape[-1]:
                x = interpolate(x, (side, side), mode="bilinear", antialias=True)
            seen.append(self.trunk.features(normalise(x)))
        return torch.stack(seen).mean(0)


def middle(pictures: Tensor, span: int) -> Tensor:
    """The middle of square pictures [n, 3, s, s]: ``span`` per cent of their sides."""
    side = pictures.shape[-1]
    edge = round(side * (100 - span) / 200)
    return pictures[:, :, edge : side - edge, edge : side - edge]


def normalise(pictures: Tensor) -> Tensor:
    """Pixels 0..255 [n, 3, s, s], any dtype, to the trunk's range, in 32-bit floats and the order convolutions like."""
    return ((pictures.float() - 127.5) / 63.75).contiguous(memory_format=torch.channels_last)


def freeze(trunk: Trunk, fold: Callable[[nn.Conv2d, nn.BatchNorm2d], nn.Conv2d] = fuse_conv_bn_eval) -> Trunk:
    """The trunk for use: statistics frozen and folded into the convolutions. The given trunk is consumed."""
    trunk.eval().requires_grad_(False)
    for name, module in list(trunk.named_modules()):
        if isinstance(module, nn.Sequential) and len(module) == 2 and isinstance(module[1], nn.BatchNorm2d):
            conv = module[0]
            assert isinstance(conv, nn.Conv2d)
            trunk.set_submodule(name, fold(conv, module[1]))
    return trunk.to(memory_format=torch.channels_last)


def frozen_shape(architecture: Architecture) -> Trunk:
    """A frozen trunk whose tensors have shapes but no content yet, to be filled from a file.

    Nothing is computed: to fold tensors without content torch would import its compiler, 250 MB that nobody needs.
    """

    def fold(conv: nn.Conv2d, _: nn.BatchNorm2d) -> nn.Conv2d:
        folded = copy.deepcopy(conv)
        folded.bias = nn.Parameter(torch.empty(conv.out_channels), requires_grad=False)
        return folded

    with torch.device("meta"):
        return freeze(Trunk(architecture), fold)
