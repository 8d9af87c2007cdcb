"""The network behind both published Omniglot tables: small, trained by one-shot episodes, used without statistics.

A drawing becomes a point on the unit sphere. Training episodes (Vinyals et al. 2016, arXiv:1606.04080) make each
drawer's row of characters the support once and ask the other drawers' drawings (compare Snell et al. 2017,
arXiv:1703.05175, with one example per prototype). BatchNorm's statistics are the training's, frozen at use: what is
said of a drawing never depends on what else is asked.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, normalize

from fewshot_gui.learner.published.drawings import (
    EpisodeSettings,
    Glyphs,
    Warps,
    draw_batch,
)

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done, and how much there is."""
WARM_UP = 100
SAVE_EVERY = 100


@dataclass(frozen=True)
class GlyphSettings:
    """side: of a picture in pixels. channels and strides: of the convolutions. embedding: its length D.

    steps of ``episodes`` episodes each; rate: the peak of AdamW's. half: convolve in bfloat16 while training.
    """

    side: int = 42
    channels: tuple[int, ...] = (32, 64, 64, 128)
    strides: tuple[int, ...] = (2, 1, 2, 2)
    embedding: int = 256
    steps: int = 2000
    episodes: int = 2
    rate: float = 2e-3
    weight_decay: float = 0.05
    half: bool = True
    episode: EpisodeSettings = field(default_factory=EpisodeSettings)
    warps: Warps = field(default_factory=Warps)


class Convolution(nn.Sequential):
    """3 x 3 convolution, BatchNorm, ReLU."""

    def __init__(self, incoming: int, channels: int, stride: int = 1) -> None:
        convolution = nn.Conv2d(incoming, channels, 3, stride=stride, padding=1, bias=False)
        super().__init__(convolution, nn.BatchNorm2d(channels), nn.ReLU(inplace=True))


class Residual(nn.Module):
    """x + convolution(x)."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.convolution = Convolution(channels, channels)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.convolution(x)


class GlyphNetwork(nn.Module):
    """Drawings [n, 1, side, side] in 0..1 to features [n, F] (``trunk``), to embeddings [n, D] of length one."""

    def __init__(self, settings: GlyphSettings) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        incoming, side = 1, settings.side
        for channels, stride in zip(settings.channels, settings.strides, strict=True):
            layers.append(Convolution(incoming, channels, stride))
            if stride == 2 and incoming > 1:
                layers.append(Residual(channels))
            incoming, side = channels, math.ceil(side / stride)
        self.trunk = nn.Sequential(*layers, nn.Flatten())
        self.project = nn.Linear(incoming * side * side, settings.embedding)
        self.log_scale = nn.Parameter(torch.tensor(2.3))

    def forward(self, x: Tensor) -> Tensor:
        features = self.trunk(x.contiguous(memory_format=torch.channels_last))
        return normalize(self.project(features).float(), dim=1)


def one_shot_loss(embeddings: Tensor, ways: Sequence[int], drawings: int, scale: Tensor) -> Tensor:
    """Mean cross-entropy of episodes as ``draw_batch`` orders them [n, D], each drawer's row being the support once."""
    losses = []
    other = ~torch.eye(drawings, dtype=torch.bool, device=embeddings.device)
    begin = 0
    for way in ways:
        by_drawer = embeddings[begin : begin + way * drawings].view(way, drawings, -1)
        begin += way * drawings
        # [s, q, j, k]: is drawer q's character j the support drawer s's character k?
        logits = scale * torch.einsum("kse,jqe->sqjk", by_drawer, by_drawer)[other]
        labels = torch.arange(way, device=embeddings.device).expand(len(logits), way)
        losses.append(cross_entropy(logits.flatten(0, 1), labels.flatten()))
    return torch.stack(losses).mean()


@dataclass(frozen=True)
class Trained:
    """A network, frozen, and the processor seconds that its training took, over all sittings."""

    network: GlyphNetwork
    seconds: float

    @property
    def parameters(self) -> int:
        return sum(p.numel() for p in self.network.parameters())


def train(
    glyphs: Glyphs,
    settings: GlyphSettings,
    file: Path,
    seed: int = 0,
    device: torch.device | None = None,
    progress: Progress = lambda *_: None,
) -> Trained:
    """Train on ``glyphs`` with AdamW and a cosine schedule, going on from ``file`` where the same training left it.

    ``file`` is written every SAVE_EVERY steps; one of another training is begun anew.
    """
    device = device or torch.device("cpu")
    identity = f"{settings} {seed} {len(glyphs.alphabet)}"
    generator = torch.Generator().manual_seed(seed)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        network = GlyphNetwork(settings).to(device).to(memory_format=torch.channels_last)
    optimiser = torch.optim.AdamW(network.parameters(), lr=settings.rate, weight_decay=settings.weight_decay)
    begin, seconds = 0, 0.0
    if file.exists():
        left: dict[str, Any] = torch.load(file, map_location=device, weights_only=True)
        if left["identity"] == identity:
            begin, seconds = left["step"], left["seconds"]
            network.load_state_dict(left["network"])
            optimiser.load_state_dict(left["optimiser"])
            generator.set_state(left["generator"].cpu())
    began = time.process_time() - seconds
    network.train()
    for step in range(begin, settings.steps):
        rate = min((step + 1) / WARM_UP, 0.5 + 0.5 * math.cos(math.pi * step / settings.steps))
        optimiser.param_groups[0]["lr"] = settings.rate * rate
        x, ways = draw_batch(glyphs, settings.episodes, settings.episode, settings.warps, settings.side, generator)
        with torch.autocast(device.type, torch.bfloat16, enabled=settings.half):
            embeddings = network(x.to(device))
        loss = one_shot_loss(embeddings, ways, settings.episode.drawings, network.log_scale.exp())
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(network.parameters(), 5.0)
        optimiser.step()
        progress("Training", step + 1, settings.steps)
        if (step + 1) % SAVE_EVERY == 0 or step + 1 == settings.steps:
            scratch = file.with_suffix(".part")
            torch.save(
                {
                    "identity": identity,
                    "step": step + 1,
                    "seconds": time.process_time() - began,
                    "network": network.state_dict(),
                    "optimiser": optimiser.state_dict(),
                    "generator": generator.get_state(),
                },
                scratch,
            )
            scratch.replace(file)
    return Trained(network.eval().requires_grad_(False), time.process_time() - began)
