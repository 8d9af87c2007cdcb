"""How a trained glyph network answers a task of few examples: two plain ways, and MAML's inner loop.

Every drawing is looked at several times, as it is and bent a little, always by the same warps: what is found depends on
that drawing alone. ``nearest`` compares all looks at an example with all looks at a query, ``prototypes`` their means
(Snell et al. 2017, arXiv:1703.05175). ``Inner`` starts a head at the prototypes and takes a few gradient steps on the
examples' looks, moving the head and the last layer, with a learned rate for each step (MAML, Finn et al. 2017,
arXiv:1703.03400; the rates: Antoniou et al. 2019, arXiv:1810.09502; the start: Triantafillou et al. 2020,
arXiv:1903.03096). No method sees more than one query at a time.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy, linear, normalize

from fewshot_gui.learner.published.drawings import (
    EpisodeSettings,
    Glyphs,
    Warps,
    draw_batch,
    random_affine,
    random_bend,
    seen_through,
)
from fewshot_gui.learner.published.glyphs import GlyphNetwork, GlyphSettings, Progress

METHODS = ("prototypes", "nearest", "adapted")
LOOKS_SEED = 1
BATCH = 256


@dataclass(frozen=True)
class MatchSettings:
    """looks: at each drawing, bent by ``warps`` from the second on. sharpness: of ``nearest``, how much the closest
    pair of looks outweighs the rest. steps: of the inner loop; its rates are learned on ``episodes`` episodes."""

    looks: int = 20
    warps: Warps = field(default_factory=Warps)
    sharpness: float = 40.0
    steps: int = 5
    episodes: int = 200


def look(network: GlyphNetwork, ink: Tensor, side: int, settings: MatchSettings, device: torch.device) -> Tensor:
    """Features [n, looks, F] of drawings uint8 [n, s, s]."""
    generator = torch.Generator().manual_seed(LOOKS_SEED)
    warps = settings.warps
    matrices = random_affine(settings.looks, warps, generator)
    shifts = torch.randn(settings.looks, 2, generator=generator) * warps.shift
    bends = random_bend(settings.looks, warps.bend, side, generator)
    matrices[0], shifts[0], bends[0] = torch.eye(2), 0.0, 0.0
    found = []
    with torch.no_grad():
        for begin in range(0, len(ink), BATCH):
            part = ink[begin : begin + BATCH]
            seen = [
                seen_through(part, m.expand(len(part), 2, 2), t.expand(len(part), 2), b, side)
                for m, t, b in zip(matrices, shifts, bends, strict=True)
            ]
            found.append(torch.stack([network.trunk(x.to(device)) for x in seen], 1))
    return torch.cat(found)


def embeddings(network: GlyphNetwork, features: Tensor) -> Tensor:
    """Features [..., F] to embeddings [..., D] of length one."""
    return normalize(network.project(features), dim=-1)


def nearest(examples: Tensor, queries: Tensor, sharpness: float) -> Tensor:
    """Scores [n, K]: embeddings of K classes' looks [K, m, D] with those of queries [n, V, D], the closest pairs
    weighing most."""
    cosines = torch.einsum("kmd,nvd->nkmv", examples, queries).flatten(2)
    return (sharpness * cosines).logsumexp(2) / sharpness


def prototypes(examples: Tensor, queries: Tensor) -> Tensor:
    """Scores [n, K]: the cosine of a query's mean embedding [n, V, D] with each class's [K, m, D]."""
    return normalize(queries.mean(1), dim=1) @ normalize(examples.mean(1), dim=1).T


@dataclass(frozen=True)
class Inner:
    """What is learned of the inner loop: log_rates [3, J] (last layer's weight and bias, head), log_scale []."""

    log_rates: Tensor
    log_scale: Tensor

    def adapt(self, network: GlyphNetwork, examples: Tensor) -> list[Tensor]:
        """From features of K classes' looks [K, m, F] to the adapted [weight, bias, head [K, D]].

        To first order differentiable in the rates: the steps' gradients are constants.
        """
        way, looks, _ = examples.shape
        labels = torch.arange(way, device=examples.device).repeat_interleave(looks)
        head = normalize(embeddings(network, examples).mean(1), dim=1)
        fast: list[Tensor] = [network.project.weight, network.project.bias, head]
        with torch.enable_grad():
            for rates in self.log_rates.exp().T:
                moving = [tensor.detach().requires_grad_() for tensor in fast]
                loss = cross_entropy(self.scores(moving, examples.flatten(0, 1)), labels)
                gradients = torch.autograd.grad(loss, moving)
                fast = [v - rate * g for v, rate, g in zip(fast, rates, gradients, strict=True)]
        return fast

    def scores(self, fast: list[Tensor], features: Tensor) -> Tensor:
        """Scores [..., K] of features [..., F] under adapted layers."""
        weight, bias, head = fast
        return self.log_scale.exp() * linear(normalize(linear(features, weight, bias), dim=-1), head)


def adapted(network: GlyphNetwork, inner: Inner, examples: Tensor, queries: Tensor) -> Tensor:
    """Scores [n, K]: adapt to the features of K classes' looks [K, m, F], then ask each query's looks [n, V, F]."""
    with torch.no_grad():
        return inner.scores(inner.adapt(network, examples), queries).mean(1)


def all_scores(
    network: GlyphNetwork, inner: Inner, examples: Tensor, queries: Tensor, settings: MatchSettings
) -> dict[str, Tensor]:
    """Scores [n, K] by each of METHODS: features of K classes' looks [K, m, F], of queries' looks [n, V, F]."""
    with torch.no_grad():
        known, asked = embeddings(network, examples), embeddings(network, queries)
        return {
            "prototypes": prototypes(known, asked),
            "nearest": nearest(known, asked, settings.sharpness),
            "adapted": adapted(network, inner, examples, queries),
        }


def learn_rates(
    network: GlyphNetwork,
    glyphs: Glyphs,
    glyph_settings: GlyphSettings,
    settings: MatchSettings,
    shots: int = 1,
    seed: int = 0,
    progress: Progress = lambda *_: None,
) -> Inner:
    """The outer loop: rates and scale that make the steps on a few bent drawings help with other drawers' drawings.

    Episodes are training episodes; the network itself stays as it was trained.
    """
    device = network.project.weight.device
    log_rates = torch.tensor([[-3.0], [-3.0], [-1.0]]).repeat(1, settings.steps).to(device).requires_grad_()
    log_scale = torch.tensor(2.3, device=device, requires_grad=True)
    inner = Inner(log_rates, log_scale)
    optimiser = torch.optim.Adam([log_rates, log_scale], lr=0.05)
    generator = torch.Generator().manual_seed(seed)
    episode = EpisodeSettings(
        glyph_settings.episode.way, shots + 3, glyph_settings.episode.symmetries, glyph_settings.episode.within
    )
    for done in range(settings.episodes):
        x, (way,) = draw_batch(glyphs, 1, episode, settings.warps, glyph_settings.side, generator)
        with torch.no_grad():
            features = network.trunk(x.to(device)).view(way, shots + 3, -1)
        fast = inner.adapt(network, features[:, :shots])
        logits = inner.scores(fast, features[:, shots:].flatten(0, 1))
        loss = cross_entropy(logits, torch.arange(way, device=device).repeat_interleave(3))
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        progress("Learning the rates", done + 1, settings.episodes)
    return Inner(log_rates.detach(), log_scale.detach())
