"""The official Omniglot one-shot challenge in its minimal setting (Lake et al. 2015, Science 350:1332; the three-year
report, Lake et al. 2019, arXiv:1902.03477): 20 runs, in each 20 drawings to find again among 20 characters of one
alphabet, one example each, drawn by somebody else; learnt from background_small1 alone, or background_small2 alone.

Every query is judged alone: that each character is asked for just once in a run is not made use of.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
import torch
from torch import Tensor

from fewshot_gui.learner.collection import CollectionError
from fewshot_gui.learner.published.drawings import Glyphs, read_drawing, read_ink
from fewshot_gui.learner.published.glyphs import GlyphNetwork, GlyphSettings, Progress, train
from fewshot_gui.learner.published.matching import METHODS, Inner, MatchSettings, all_scores, learn_rates, look
from fewshot_gui.learner.published.results import figure, write_results

HEADLINE = "nearest"
"""Chosen, as all settings were, on alphabets of background_small1 that the network had not seen (Greek, Korean)."""
MEAN = "mean of both sets"
PROTOCOL = (
    "Inductive: every query is judged alone, with frozen statistics. One network set per background set, nothing else "
    "learnt from. Training: one-shot episodes within an alphabet, alphabets turned and mirrored, drawings bent at "
    "random. Every drawing is centred and scaled by its bounding box. Settings were chosen by training on three "
    "alphabets of background_small1 and testing on its other two, never on the runs. 95 % intervals over the 20 runs."
)
SETS = ("images_background_small1", "images_background_small2")
RUNS = "all_runs"
PUBLISHED = {
    "people": 4.5,
    "BPL (Lake et al. 2015)": 4.2,
    "ConvNet (Lake et al. 2019)": 23.2,
    "Prototypical network (Lake et al. 2019)": 30.1,
    "no learning, modified Hausdorff distance": 38.8,
}
LARGEST_FILE = 1_000_000
MOST_FILES = 100_000


@dataclass(frozen=True)
class ChallengeSettings:
    """seeds: one network each; together they are asked as one, their scores averaged."""

    seeds: tuple[int, ...] = (0,)
    glyphs: GlyphSettings = field(default_factory=GlyphSettings)
    matching: MatchSettings = field(default_factory=MatchSettings)

    @property
    def source_side(self) -> int:
        """Drawings are kept somewhat larger than the network sees them, so that warps lose nothing."""
        return self.glyphs.side * 3 // 2


@dataclass(frozen=True)
class Run:
    """Examples and queries, one drawing for each of K characters (PNG), and for each query the example it matches."""

    examples: tuple[bytes, ...]
    queries: tuple[bytes, ...]
    truth: tuple[int, ...]


def read_archive(path: Path) -> dict[str, bytes]:
    """All files of a zip, by name, in memory: nothing is written anywhere.

    Raises CollectionError where the zip can't be read, or a name in it climbs out, or a file in it is too large.
    """
    files: dict[str, bytes] = {}
    try:
        with zipfile.ZipFile(path) as archive:
            if len(archive.infolist()) > MOST_FILES:
                raise CollectionError(f'"{path}" holds more files than any Omniglot set. Take the official zip.')
            for entry in archive.infolist():
                name = PurePosixPath(entry.filename)
                if name.is_absolute() or ".." in name.parts or "\\" in entry.filename or ":" in entry.filename:
                    raise CollectionError(
                        f'"{path}" holds "{entry.filename}", a name that leads out of it. Take the official zip.'
                    )
                if entry.is_dir():
                    continue
                if entry.file_size > LARGEST_FILE:
                    raise CollectionError(f'"{entry.filename}" in "{path}" is too large for a drawing.')
                files[str(name)] = archive.read(entry)
    except FileNotFoundError as error:
        raise CollectionError(f'"{path}" is missing. It is part of the official Omniglot data.') from error
    except (OSError, zipfile.BadZipFile, RuntimeError) as error:  # encrypted, or packed in a way not known here
        raise CollectionError(f'"{path}" can\'t be read as a zip: {error}') from error
    return files


def read_background(path: Path, side: int) -> Glyphs:
    """The characters of SET/ALPHABET/characterNN/NNNN_DRAWER.png in a zip."""
    drawings: dict[tuple[str, str], dict[str, bytes]] = {}
    for name, png in read_archive(path).items():
        if found := re.fullmatch(r"[^/]+/([^/]+)/(character\d+)/\d+_(\d+)\.png", name):
            alphabet, character, drawer = found.groups()
            drawings.setdefault((alphabet, character), {})[drawer] = png
    drawers = sorted({drawer for drawn in drawings.values() for drawer in drawn})
    if not drawings or any(sorted(drawn) != drawers for drawn in drawings.values()):
        raise CollectionError(f'"{path}" does not hold the same drawers for every character. Take the official zip.')
    keys = sorted(drawings)
    alphabets = sorted({alphabet for alphabet, _ in keys})
    ink = np.stack([np.stack([_drawing(path, drawings[key][drawer], side) for drawer in drawers]) for key in keys])
    return Glyphs(torch.from_numpy(ink), torch.tensor([alphabets.index(alphabet) for alphabet, _ in keys]))


def read_runs(path: Path) -> tuple[Run, ...]:
    """The runs of all_runs.zip: runNN/training/, runNN/test/ and runNN/class_labels.txt, in order.

    Each line of the labels names a test drawing and the training drawing of the same character.
    """
    files = read_archive(path)
    runs = []
    for labels in sorted(name for name in files if name.endswith("class_labels.txt")):
        pairs = [line.split() for line in files[labels].decode("utf-8", "replace").splitlines() if line.strip()]
        if not all(len(pair) == 2 and pair[0] in files and pair[1] in files for pair in pairs):
            raise CollectionError(f'"{labels}" in "{path}" names drawings that are not there. Take the official zip.')
        folder = labels.rsplit("/", 1)[0] + "/training/"
        examples = sorted(name for name in files if name.startswith(folder) and name.endswith(".png"))
        if not pairs or not {example for _, example in pairs} <= set(examples):
            raise CollectionError(f'"{labels}" in "{path}" names no training drawings. Take the official zip.')
        runs.append(
            Run(
                tuple(files[name] for name in examples),
                tuple(files[query] for query, _ in pairs),
                tuple(examples.index(example) for _, example in pairs),
            )
        )
    if not runs:
        raise CollectionError(f'"{path}" holds no runs. Take the official all_runs.zip.')
    return tuple(runs)


def error_percent(scores: Tensor, truth: Sequence[int]) -> float:
    """Share of queries whose best score [n, K] is another character's, in per cent."""
    wrong = scores.argmax(1).cpu() != torch.as_tensor(truth)
    return 100.0 * float(wrong.float().mean())


def hausdorff(examples: Sequence[bytes], queries: Sequence[bytes]) -> Tensor:
    """Scores [n, K] without learning: minus the modified Hausdorff distance (Dubuisson & Jain 1994) between the inked
    points about their mean, as the challenge's own demonstration has it."""

    def points(png: bytes) -> Tensor:
        inked = torch.from_numpy(read_ink(png)).nonzero().float()
        return inked - inked.mean(0)

    known = [points(png) for png in examples]
    scores = []
    for query in (points(png) for png in queries):
        apart = [torch.cdist(query, example, compute_mode="donot_use_mm_for_euclid_dist") for example in known]
        scores.append([-max(float(d.min(0).values.mean()), float(d.min(1).values.mean())) for d in apart])
    return torch.tensor(scores)


def run(
    data: Path,
    out: Path,
    work: Path,
    settings: ChallengeSettings | None = None,
    progress: Progress = lambda *_: None,
    device: torch.device | None = None,
) -> dict[str, Any]:
    """Train on each background set, answer all runs, write the results file and return what stands in it.

    ``data`` holds the official all_runs.zip, images_background_small1.zip and images_background_small2.zip; ``work``
    keeps unfinished training. Raises CollectionError where the data is not what it should be.
    """
    settings = settings or ChallengeSettings()
    device = device or torch.device("cpu")
    work.mkdir(parents=True, exist_ok=True)
    runs = read_runs(data / f"{RUNS}.zip")
    errors: dict[str, dict[str, np.ndarray]] = {}
    alone: dict[str, list[float]] = {}
    seconds, parameters = 0.0, 0
    for name in SETS:
        glyphs = read_background(data / f"{name}.zip", settings.source_side)
        scores: list[list[dict[str, Tensor]]] = []
        for seed in settings.seeds:
            file = work / f"{name}-{seed}.pt"
            trained = train(glyphs, settings.glyphs, file, seed, device, progress)
            seconds, parameters = seconds + trained.seconds, trained.parameters
            inner = learn_rates(trained.network, glyphs, settings.glyphs, settings.matching, 1, seed, progress)
            scores.append(answer(trained.network, inner, runs, settings, device, progress))
        errors[name] = {
            method: np.array(
                [
                    error_percent(torch.stack([s[i][method] for s in scores]).mean(0), one.truth)
                    for i, one in enumerate(runs)
                ]
            )
            for method in METHODS
        }
        alone[name] = [
            round(float(np.mean([error_percent(a[HEADLINE], r.truth) for a, r in zip(s, runs, strict=True)])), 2)
            for s in scores
        ]
    errors[MEAN] = {method: np.mean([errors[name][method] for name in SETS], axis=0) for method in METHODS}
    unlearned = [error_percent(hausdorff(r.examples, r.queries), r.truth) for r in runs]
    results: dict[str, Any] = {
        "benchmark": "Omniglot one-shot challenge, minimal setting: error in per cent, 20 runs, 20-way, one example",
        "protocol": PROTOCOL,
        "headline": {"method": HEADLINE, "error": figure(errors[MEAN][HEADLINE])},
        "error": {name: {m: figure(values) for m, values in by.items()} for name, by in errors.items()},
        "error of each network alone": alone,
        "error without learning (modified Hausdorff distance)": figure(unlearned),
        "published": PUBLISHED,
        "seeds": list(settings.seeds),
        "settings": asdict(settings),
        "parameters of a network": parameters,
        "processor seconds of training": round(seconds),
        "torch": torch.__version__,
    }
    write_results(out, results)
    return results


def answer(
    network: GlyphNetwork,
    inner: Inner,
    runs: Sequence[Run],
    settings: ChallengeSettings,
    device: torch.device,
    progress: Progress = lambda *_: None,
) -> list[dict[str, Tensor]]:
    """For each run and each of METHODS the scores [queries, K]."""
    answers = []
    for done, one in enumerate(runs):
        examples, queries = (
            look(
                network,
                torch.from_numpy(np.stack([read_drawing(png, settings.source_side) for png in pngs])),
                settings.glyphs.side,
                settings.matching,
                device,
            )
            for pngs in (one.examples, one.queries)
        )
        answers.append(all_scores(network, inner, examples, queries, settings.matching))
        progress("Answering the runs", done + 1, len(runs))
    return answers


def _drawing(path: Path, png: bytes, side: int) -> np.ndarray:
    try:
        return read_drawing(png, side)
    except OSError as error:
        raise CollectionError(f'A drawing in "{path}" can\'t be read as a picture: {error}') from error
