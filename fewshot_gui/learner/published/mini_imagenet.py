"""miniImageNet, 5-way with 1 and 5 examples: the table of MAML (Finn et al. 2017, arXiv:1703.03400), MAML++ (Antoniou
et al. 2019, arXiv:1810.09502) and UNICORN-MAML (Ye & Chao 2022, arXiv:2106.16245), measured without statistics shared
between queries.

Ravi & Larochelle's split (2017): 64 classes train, 16 validate, 20 test. The trunk is pretrained on the 64 and rests;
the start is measured on them; what is left to choose is chosen on the 16. The shipped inner loop then learns tasks of
the 20, which nothing has looked at before.
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch.nn.functional import interpolate

from fewshot_gui.images.find import class_folders
from fewshot_gui.learner.backbone import Architecture, EmbeddedBackbone, Trunk, freeze
from fewshot_gui.learner.collection import Collection, CollectionError, Progress, open_collection
from fewshot_gui.learner.confidence import Confidence
from fewshot_gui.learner.episodes import draw_episode
from fewshot_gui.learner.inner_loop import Task, adapt, scores
from fewshot_gui.learner.learner import Learner
from fewshot_gui.learner.outer_loop import FeatureSet, OuterSettings, measured_start
from fewshot_gui.learner.pretrain import PretrainSettings, pretrain
from fewshot_gui.learner.published.results import figure, write_results
from fewshot_gui.learner.rivals.logistic import logistic, logistic_on_metric
from fewshot_gui.learner.rivals.prototypes import prototypes, prototypes_on_metric
from fewshot_gui.learner.weights import Weights
from fewshot_gui.paths import resource

PUBLISHED = {
    "MAML (Finn et al. 2017)": {"5-way 1-shot": 48.7, "5-way 5-shot": 63.1},
    "MAML++ (Antoniou et al. 2019)": {"5-way 1-shot": 52.2, "5-way 5-shot": 68.3},
    "UNICORN-MAML, ResNet-12 (Ye & Chao 2022)": {"5-way 1-shot": 65.2, "5-way 5-shot": 84.3},
}
SHIPPED = "maml"
RIVALS = {
    "logistic": logistic,
    "prototypes": prototypes,
    "logistic-metric": logistic_on_metric,
    "prototypes-metric": prototypes_on_metric,
}
"""On what the backbone alone makes of pictures, and on the metric that was measured on the training classes."""
PROTOCOL = (
    "Inductive: every query is judged alone, with frozen statistics. The trunk and the start learn from the 64 "
    "training classes alone; scale, weights of the stages, shrinkage and the inner loop's strengths are chosen on "
    "tasks of the 16 validation classes, one after another, for each number of examples. A picture's features are the "
    "mean of its own and its mirror image's. All methods stand on the same features and the same tasks. 95 % intervals "
    "over the tasks."
)
PARTS = ("train", "validation", "test")
FEATURE_BATCH = 64


@dataclass(frozen=True)
class GrowingSides(PretrainSettings):
    """Each of ``sides`` for an equal share of the steps, one after another: most of what there is to learn shows in
    small pictures, which cost less (Tan & Le 2021, arXiv:2104.00298)."""

    def side_at(self, step: int) -> int:
        return self.sides[step * len(self.sides) // self.steps]


@dataclass(frozen=True)
class Choice:
    """What is chosen on the validation classes.

    scales: those of the backbone, in pixels. fade: weight of a stage over that of the stage after it. spread: weight of
    a stage's spread over that of its mean. shrinkage: see ``OuterSettings``. ridge: strength of the head's spring.
    joint: log of a factor on the rates of the joint steps of tail and head, None for no such steps.
    """

    scales: tuple[int, ...]
    fade: float
    spread: float
    shrinkage: float
    ridge: float
    joint: float | None


@dataclass(frozen=True)
class Candidates:
    """For every part of a Choice what it may be, first the value that holds while the parts before it are chosen."""

    scales: tuple[tuple[int, ...], ...] = ((112,), (96,), (128,))
    fade: tuple[float, ...] = (0.5, 0.75, 0.3, 0.1)
    spread: tuple[float, ...] = (1.0, 0.5, 0.1)
    shrinkage: tuple[float, ...] = (1.0, 0.1, 0.3, 3.0, 10.0)
    ridge: tuple[float, ...] = (0.1, 0.01, 0.03, 0.3, 1.0)
    joint: tuple[float | None, ...] = (None, -2.0, -1.0, 0.0, 1.0)

    def first(self) -> Choice:
        return Choice(**{part.name: getattr(self, part.name)[0] for part in fields(self)})


@dataclass(frozen=True)
class MiniImageNetSettings:
    """per_class: pictures of each training and validation class that the start and the choices are measured on. seed:
    of the network and of the tasks."""

    architecture: Architecture = field(default_factory=lambda: Architecture(blocks=(2, 2, 2)))
    pretrain: PretrainSettings = field(
        default_factory=lambda: GrowingSides(
            steps=6000,
            decay=5e-4,
            warmup=300,
            falling=0.8,
            sides=(48, 48, 48, 48, 48, 64, 64, 64, 80, 80),
        )
    )
    candidates: Candidates = field(default_factory=Candidates)
    per_class: int = 60
    validation_tasks: int = 150
    way: int = 5
    shots: tuple[int, ...] = (1, 5)
    queries: int = 15
    tasks: int = 600
    seed: int = 0


def read_split() -> dict[str, tuple[str, ...]]:
    """The classes of each of PARTS, by their names in WordNet."""
    with resource("splits", "mini_imagenet.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return {part: tuple(row["class"] for row in rows if row["part"] == part) for part in PARTS}


def open_data(
    folder: Path, work: Path, split: dict[str, tuple[str, ...]], least: int, progress: Progress = lambda *_: None
) -> Collection:
    """The collection with all classes of the split, ``least`` readable pictures in each; others may be there too.

    Raises CollectionError that names the classes for which it is not so.
    """
    names = [name for part in PARTS for name in split[part]]
    there = class_folders(folder)
    missing = [name for name in names if not there.get(name)]
    if missing:
        raise CollectionError(
            f'"{folder}" lacks pictures of {len(missing)} of the {len(names)} classes of miniImageNet: '
            f"{', '.join(missing)}. It needs one folder for each, called by that name."
        )
    collection = open_collection(folder, work, progress)
    counts = np.bincount(collection.labels, minlength=len(collection.classes))
    few = [name for name in names if counts[collection.classes.index(name)] < least]
    if few:
        raise CollectionError(
            f'"{folder}" has fewer than {least} readable pictures of some classes of miniImageNet: {", ".join(few)}. '
            f"Each has 600."
        )
    return collection


def only(collection: Collection, names: Sequence[str], per_class: int | None = None) -> Collection:
    """Some classes, or the first pictures of each, in memory: random reads of a file on disk are slow."""
    rows = [collection.of_class(collection.classes.index(name))[:per_class] for name in names]
    pictures = np.array(collection.pictures[np.concatenate(rows)])
    return Collection(collection.name, pictures, np.repeat(np.arange(len(rows)), [len(r) for r in rows]), tuple(names))


class Bench:
    """A frozen trunk, what was measured of the training classes, and learners built of both."""

    def __init__(self, architecture: Architecture, trunk: Trunk, training: Collection, device: torch.device) -> None:
        self.architecture = architecture
        self.trunk = freeze(trunk).to(device)
        self.training = training
        self.device = device
        self._features: dict[tuple[tuple[str, ...], tuple[int, ...]], FeatureSet] = {}

    def backbone(self, scales: tuple[int, ...]) -> EmbeddedBackbone:
        looks = tuple(side for side in scales for _ in ("plain", "mirrored"))
        return EmbeddedBackbone(replace(self.architecture, looks=looks, spans=(100,) * len(looks)), self.trunk)

    def features(self, part: Collection, scales: tuple[int, ...], progress: Progress) -> FeatureSet:
        """Features of all pictures of a collection, each the mean of the picture's own and its mirror image's."""
        if (found := self._features.get((part.classes, scales))) is not None:
            return found
        backbone = self.backbone(scales)
        views = np.empty((1, len(part.labels), sum(backbone.blocks)), np.float16)
        for begin in range(0, len(part.labels), FEATURE_BATCH):
            batch = torch.from_numpy(part.pictures[begin : begin + FEATURE_BATCH]).to(self.device)
            x = interpolate(batch.permute(0, 3, 1, 2).float(), (backbone.side,) * 2, mode="bilinear", antialias=True)
            with torch.inference_mode():
                views[0, begin : begin + len(batch)] = backbone(x).half().cpu().numpy()
            progress(f"Features at {' and '.join(map(str, scales))} pixels", begin + len(batch), len(part.labels))
        rows = tuple(part.of_class(k) for k in range(len(part.classes)))
        self._features[part.classes, scales] = FeatureSet(part.name, views, rows)
        return self._features[part.classes, scales]

    def learner(self, choice: Choice, progress: Progress) -> Learner:
        """The shipped learner with the start that the training classes give under a choice."""
        backbone = self.backbone(choice.scales)
        training = self.features(self.training, choice.scales, progress)
        weights = [choice.fade**i * w for i in range(len(self.architecture.widths)) for w in (choice.spread, 1.0)][::-1]
        measured = OuterSettings(shrinkage=choice.shrinkage, rates=0.0)
        start = measured_start(backbone.blocks, weights, [training], measured)
        rates = start.log_rates[:, :0] if choice.joint is None else start.log_rates + choice.joint
        start = replace(start, log_ridge=torch.tensor(choice.ridge).log(), log_rates=rates)
        network, about = backbone.architecture, {"data": self.training.name}
        return Learner(
            Weights(network, backbone, start, Confidence.fresh(), about, digest="measured"), self.device.type
        )


def accuracies(
    learner: Learner,
    features: FeatureSet,
    settings: MiniImageNetSettings,
    shots: int,
    tasks: int,
    seed: int,
    rivals: Sequence[str] = tuple(RIVALS),
    progress: Progress = lambda *_: None,
) -> dict[str, list[float]]:
    """For the shipped inner loop and each rival the accuracy of every task, in per cent; the tasks depend on seed and
    shots alone."""
    rng, device = np.random.default_rng([seed, shots]), learner.start.centre.device
    found: dict[str, list[float]] = {method: [] for method in (SHIPPED, *rivals)}
    for task in range(tasks):
        episode = draw_episode(features.rows_by_class, rng, way=settings.way, shots=shots, queries=settings.queries)
        examples, queries = features.take(episode.support, None), features.take(episode.query, None)
        labels = torch.from_numpy(episode.support_labels).to(device)
        _, fast = adapt(learner.start, Task(examples.to(device), labels, episode.way))
        with torch.no_grad():
            answers = {SHIPPED: scores(fast, learner.start.join(queries.to(device))).cpu().numpy()}
        for name in rivals:
            predict = RIVALS[name](learner, examples.numpy(), episode.support_labels, episode.way)
            answers[name] = predict(queries.numpy())[0]
        for name, answer in answers.items():
            found[name].append(100.0 * float((answer.argmax(1) == episode.query_labels).mean()))
        progress(f"Tasks with {shots} examples of a class", task + 1, tasks)
    return found


def choose(
    bench: Bench, validation: Collection, settings: MiniImageNetSettings, shots: int, progress: Progress
) -> tuple[Choice, list[dict[str, Any]]]:
    """One part of the choice after another, each at its best on tasks of the validation classes; and all that was
    tried, with its mean accuracy in per cent."""
    choice = settings.candidates.first()
    scored: dict[Choice, float] = {}

    def score(candidate: Choice) -> float:
        if candidate not in scored:
            learner = bench.learner(candidate, progress)
            features = bench.features(validation, candidate.scales, progress)
            seed = settings.seed + 1
            found = accuracies(learner, features, settings, shots, settings.validation_tasks, seed, rivals=())
            scored[candidate] = float(np.mean(found[SHIPPED]))
        return scored[candidate]

    parts = fields(settings.candidates)
    for done, part in enumerate(parts):
        values = getattr(settings.candidates, part.name)
        choice = max((replace(choice, **{part.name: value}) for value in values), key=score)
        progress(f"Choosing on the validation classes, {shots} examples of a class", done + 1, len(parts))
    return choice, [{**asdict(tried), "accuracy": round(accuracy, 2)} for tried, accuracy in scored.items()]


def run(
    data: Path,
    out: Path,
    work: Path,
    settings: MiniImageNetSettings | None = None,
    progress: Progress = lambda *_: None,
    device: torch.device | None = None,
) -> dict[str, Any]:
    """Train, choose, measure, write the results file and return what stands in it.

    ``data`` holds one folder of pictures per class, called by its WordNet name; ``work`` keeps the decoded pictures,
    unfinished training and its log. Raises CollectionError where the data is not what it should be.
    """
    settings = settings or MiniImageNetSettings()
    device = device or torch.device("cpu")
    split = read_split()
    collection = open_data(data, work / "pictures", split, max(settings.shots) + settings.queries, progress)
    trunk = _pretrained(only(collection, split["train"]), settings, work, progress, device)
    bench = Bench(settings.architecture, trunk, only(collection, split["train"], settings.per_class), device)
    validation = only(collection, split["validation"], settings.per_class)
    chosen = {shots: choose(bench, validation, settings, shots, progress) for shots in settings.shots}
    test = only(collection, split["test"])
    accuracy: dict[str, dict[str, Any]] = {}
    for shots, (choice, _) in chosen.items():
        features = bench.features(test, choice.scales, progress)
        learner = bench.learner(choice, progress)
        found = accuracies(learner, features, settings, shots, settings.tasks, settings.seed, progress=progress)
        accuracy[f"{settings.way}-way {shots}-shot"] = {method: figure(values) for method, values in found.items()}
    results: dict[str, Any] = {
        "benchmark": "miniImageNet: accuracy in per cent",
        "protocol": PROTOCOL,
        "headline": {"method": SHIPPED, **{task: by[SHIPPED] for task, by in accuracy.items()}},
        "accuracy": accuracy,
        "published": PUBLISHED,
        "classes": {part: len(names) for part, names in split.items()},
        "pictures of the test classes": len(test.labels),
        "tasks": settings.tasks,
        "seeds": [settings.seed],
        "chosen on the validation classes": {
            f"{settings.way}-way {shots}-shot": {"choice": asdict(choice), "tried": tried}
            for shots, (choice, tried) in chosen.items()
        },
        "settings": asdict(settings),
        "pictures seen in training": settings.pretrain.steps * settings.pretrain.batch,
        "parameters of the network": sum(p.numel() for p in bench.trunk.parameters()),
        "torch": torch.__version__,
    }
    write_results(out, results)
    return results


def _pretrained(
    training: Collection, settings: MiniImageNetSettings, work: Path, progress: Progress, device: torch.device
) -> Trunk:
    """The trunk that has learned to tell all training classes apart, going on from where the same training stopped."""
    what = f"{settings.architecture} {settings.pretrain} {settings.seed} {len(training.labels)}"
    file = work / f"pretrain-{hashlib.blake2b(what.encode(), digest_size=6).hexdigest()}.pt"

    def log(record: dict[str, float]) -> None:
        with file.with_suffix(".jsonl").open("a", encoding="utf-8") as lines:
            lines.write(json.dumps(record) + "\n")

    return pretrain(
        settings.architecture,
        [training],
        file,
        settings.pretrain,
        settings.seed,
        device.type,
        held=lambda _: False,
        progress=progress,
        log=log,
    )
