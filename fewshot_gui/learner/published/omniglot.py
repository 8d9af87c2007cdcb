"""Omniglot, 20-way with 1 and 5 examples: the table of MAML (Finn et al. 2017, arXiv:1703.03400) and MAML++ (Antoniou
et al. 2019, arXiv:1810.09502), measured without statistics shared between queries.

1,200 characters, drawn by lot, train, each turned by quarter turns into four; all others test, unturned. Each task
draws 20 test characters from anywhere, and its examples and queries from different drawers.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from fewshot_gui.learner.collection import CollectionError
from fewshot_gui.learner.published.drawings import DRAWERS, EpisodeSettings, Glyphs, Warps, read_drawing
from fewshot_gui.learner.published.glyphs import GlyphNetwork, GlyphSettings, Progress, train
from fewshot_gui.learner.published.matching import METHODS, Inner, MatchSettings, all_scores, learn_rates, look
from fewshot_gui.learner.published.results import figure, write_results

PUBLISHED = {
    "MAML (Finn et al. 2017)": {"20-way 1-shot": 95.8, "20-way 5-shot": 98.9},
    "MAML++ (Antoniou et al. 2019)": {"20-way 1-shot": 97.7, "20-way 5-shot": 99.3},
}
HEADLINE = "nearest"
PROTOCOL = (
    "Inductive: every query is judged alone, with frozen statistics. Characters split by lot, training characters "
    "turned by quarter turns into four, test characters unturned; episodes and drawings bent at random in training. "
    "Every drawing is centred and scaled by its bounding box. 95 % intervals over the tasks."
)


@dataclass(frozen=True)
class OmniglotSettings:
    """training_characters: as in Vinyals et al. 2016. seed: of the split, the network and the tasks."""

    training_characters: int = 1200
    way: int = 20
    shots: tuple[int, ...] = (1, 5)
    queries: int = 5
    tasks: int = 600
    seed: int = 0
    glyphs: GlyphSettings = field(
        default_factory=lambda: GlyphSettings(
            side=28,
            steps=6000,
            episode=EpisodeSettings(symmetries=4, within=0.7),
            warps=Warps(turn=0.15, stretch=0.1, shift=0.06, bend=0.06),
        )
    )
    matching: MatchSettings = field(
        default_factory=lambda: MatchSettings(looks=5, warps=Warps(turn=0.15, stretch=0.1, shift=0.06, bend=0.06))
    )

    @property
    def source_side(self) -> int:
        """Drawings are kept somewhat larger than the network sees them, so that warps lose nothing."""
        return self.glyphs.side * 3 // 2


def read_characters(folder: Path, side: int, progress: Progress = lambda *_: None) -> tuple[Glyphs, list[str]]:
    """All characters with twenty drawings, in the order of their names, and the names of those with fewer.

    ``folder`` holds one folder per character, ALPHABET_characterNN, with drawings SOMETHING_DRAWER.png. Raises
    CollectionError where that is not so.
    """
    there = folder.iterdir() if folder.is_dir() else ()
    folders = sorted(path for path in there if path.is_dir() and "_character" in path.name)
    drawings = {path: sorted(path.glob("*.png"), key=lambda png: png.stem[-2:]) for path in folders}
    whole = [path for path in folders if len(drawings[path]) == DRAWERS]
    if not whole:
        raise CollectionError(
            f'"{folder}" holds no Omniglot characters. It needs one folder for each, called ALPHABET_characterNN, '
            f"with {DRAWERS} drawings in it."
        )
    ink = np.zeros((len(whole), DRAWERS, side, side), np.uint8)
    for row, path in enumerate(whole):
        for drawer, png in enumerate(drawings[path]):
            try:
                ink[row, drawer] = read_drawing(png, side)
            except OSError as error:
                raise CollectionError(f'"{png}" can\'t be read as a picture: {error}') from error
        progress("Reading characters", row + 1, len(whole))
    names = [path.name.rsplit("_character", 1)[0] for path in whole]
    alphabets = sorted(set(names))
    numbers = torch.tensor([alphabets.index(name) for name in names])
    return Glyphs(torch.from_numpy(ink), numbers), [path.name for path in folders if path not in whole]


def split_characters(n: int, training: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Training and test characters, drawn by lot: two sorted sets of rows that share none."""
    if n <= training:
        raise CollectionError(f"{training} characters train, and {n} are there: none is left to test on.")
    order = np.random.default_rng(seed).permutation(n)
    return np.sort(order[:training]), np.sort(order[training:])


def run(
    data: Path,
    out: Path,
    work: Path,
    settings: OmniglotSettings | None = None,
    progress: Progress = lambda *_: None,
    device: torch.device | None = None,
) -> dict[str, Any]:
    """Train, measure, write the results file and return what stands in it.

    ``data`` holds one folder per character (see ``read_characters``); ``work`` keeps unfinished training. Raises
    CollectionError where the data is not what it should be.
    """
    settings = settings or OmniglotSettings()
    device = device or torch.device("cpu")
    work.mkdir(parents=True, exist_ok=True)
    glyphs, left_out = read_characters(data, settings.source_side, progress)
    training, test = split_characters(len(glyphs.alphabet), settings.training_characters, settings.seed)
    known = glyphs.only(training)
    trained = train(known, settings.glyphs, work / "omniglot.pt", settings.seed, device, progress)
    ink = glyphs.ink[test]
    features = look(trained.network, ink.flatten(0, 1), settings.glyphs.side, settings.matching, device)
    features = features.view(*ink.shape[:2], *features.shape[1:])
    accuracy = {}
    for shots in settings.shots:
        inner = learn_rates(trained.network, known, settings.glyphs, settings.matching, shots, settings.seed, progress)
        accuracy[f"{settings.way}-way {shots}-shot"] = {
            method: figure(values)
            for method, values in measure(trained.network, inner, features, shots, settings, progress).items()
        }
    results: dict[str, Any] = {
        "benchmark": "Omniglot: accuracy in per cent",
        "protocol": PROTOCOL,
        "headline": {"method": HEADLINE, **{task: by[HEADLINE] for task, by in accuracy.items()}},
        "accuracy": accuracy,
        "published": PUBLISHED,
        "training characters": len(training),
        "test characters": len(test),
        "left out, for want of drawings": left_out,
        "seeds": [settings.seed],
        "settings": asdict(settings),
        "parameters of a network": trained.parameters,
        "processor seconds of training": round(trained.seconds),
        "torch": torch.__version__,
    }
    write_results(out, results)
    return results


def measure(
    network: GlyphNetwork,
    inner: Inner,
    features: Tensor,
    shots: int,
    settings: OmniglotSettings,
    progress: Progress = lambda *_: None,
) -> dict[str, list[float]]:
    """For each of METHODS the accuracy of every task, in per cent.

    features: of all looks at all drawings of the test characters, [characters, drawers, looks, F].
    """
    rng = np.random.default_rng([settings.seed, shots])
    truth = torch.arange(settings.way).repeat_interleave(settings.queries)
    found: dict[str, list[float]] = {method: [] for method in METHODS}
    for task in range(settings.tasks):
        characters = torch.from_numpy(rng.permutation(len(features))[: settings.way])
        # For every character its own drawers, none of them on both sides.
        drawers = torch.from_numpy(np.stack([rng.permutation(features.shape[1]) for _ in range(settings.way)]))
        examples = features[characters[:, None], drawers[:, :shots]].flatten(1, 2)
        queries = features[characters[:, None], drawers[:, shots : shots + settings.queries]].flatten(0, 1)
        for method, scores in all_scores(network, inner, examples, queries, settings.matching).items():
            found[method].append(100.0 * float((scores.argmax(1).cpu() == truth).float().mean()))
        progress(f"Tasks with {shots} examples of a class", task + 1, settings.tasks)
    return found
