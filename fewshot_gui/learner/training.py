"""What ``meta-train`` does, from folders of pictures to a weights file: decode, pretrain or distil, cache features,
episodes, confidence.

Everything unfinished lies in FILE.work beside the output; starting again goes on from there.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import torch

from fewshot_gui.learner.algorithms import learn_algorithms
from fewshot_gui.learner.augment import random_views
from fewshot_gui.learner.backbone import Architecture, EmbeddedBackbone, Trunk, freeze
from fewshot_gui.learner.calibration import calibrate
from fewshot_gui.learner.collection import Collection, CollectionError, held_for_episodes, open_collection
from fewshot_gui.learner.device import half_where_fast
from fewshot_gui.learner.distil import DistilSettings, distil, grown
from fewshot_gui.learner.outer_loop import (
    FeatureSet,
    OuterSettings,
    measured_start,
    meta_train,
    validation_accuracy,
)
from fewshot_gui.learner.pretrain import Log, PretrainSettings, pretrain
from fewshot_gui.learner.teachers import Opinion, Teachers, ask, choose_pictures, kept_lessons, load_trunk
from fewshot_gui.learner.weights import Backbone, Weights, on_torchvision, save_weights

Progress = Callable[[str, int, int], None]
LEAST_PER_CLASS = 4
"""Pictures that a class needs to take part in episodes."""
FEATURE_BATCH = 64


@dataclass(frozen=True)
class TrainingSettings:
    """backbone: one of torchvision's to meta-train on top of; without one the embedded architecture is pretrained,
    from ``begin_with``, the checkpoint of an earlier pretraining, where that is given. teachers: checkpoints of earlier
    pretrainings; with these the trunk is distilled from their trunks instead, beginning as the last."""

    architecture: Architecture = field(default_factory=Architecture)
    backbone: str | None = None
    begin_with: Path | None = None
    teachers: tuple[Path, ...] = ()
    pretrain: PretrainSettings = field(default_factory=PretrainSettings)
    distil: DistilSettings = field(default_factory=DistilSettings)
    outer: OuterSettings = field(default_factory=OuterSettings)
    views: int = 2
    most_per_class: int = 100
    confidence_episodes: int = 500
    folders: int = 200
    """Simulated for each validation collection, to fit the promise."""
    seed: int = 0


def train(
    data: Sequence[Path],
    out: Path,
    validation: Sequence[Path] = (),
    settings: TrainingSettings | None = None,
    device: str = "cpu",
    progress: Progress = lambda *_: None,
) -> Weights:
    """Make a weights file from collections (one folder per class each); see the module's first lines.

    ``validation`` collections train nothing: they choose the best moment and fit the confidence. Without any, the
    classes held for episodes serve for that too. Raises CollectionError for folders that can't serve, WeightsError for
    a torchvision backbone that is not here.
    """
    settings = settings or TrainingSettings()
    work = out.with_name(out.name + ".work")
    work.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    blank = on_torchvision(settings.backbone) if settings.backbone else None
    collections = [open_collection(folder, work / "pictures", progress) for folder in data]
    if not any(_episode_classes(c) >= 2 for c in collections) or all(
        held_for_episodes(name) for c in collections for name in c.classes
    ):
        raise CollectionError("These collections have too few classes to train on; about twenty is the least.")

    def log(record: dict[str, float]) -> None:
        with (work / "log.jsonl").open("a") as file:
            file.write(json.dumps({**record, "seconds": round(time.monotonic() - began)}) + "\n")

    if settings.teachers:
        trunk = _distilled(settings, collections, device, work, progress, log)
        backbone: Backbone = EmbeddedBackbone(settings.architecture, freeze(trunk))
        pretraining = (
            f"distilled from {len(settings.teachers)}, {settings.distil.steps} steps of {settings.distil.batch}"
        )
    elif blank is None:
        trunk = pretrain(
            settings.architecture,
            collections,
            work / "pretrain.pt",
            settings.pretrain,
            settings.seed,
            device,
            settings.begin_with,
            progress=progress,
            log=log,
        )
        backbone = EmbeddedBackbone(settings.architecture, freeze(trunk))
        pretraining = f"{settings.pretrain.steps} steps of {settings.pretrain.batch}"
    else:
        backbone, pretraining = blank.backbone, blank.about["source"]
    backbone = backbone.to(device)
    training = [
        s for c in collections if (s := _features(backbone, c, settings, device, work, progress, held_only=True))
    ]
    validated = [open_collection(folder, work / "pictures", progress) for folder in validation]
    one_view = replace(settings, views=1)
    checks = [s for c in validated if (s := _features(backbone, c, one_view, device, work, progress, held_only=False))]
    start = meta_train(
        measured_start(backbone.blocks, backbone.weights, training, settings.outer),
        training,
        settings.outer,
        settings.seed,
        (lambda s: validation_accuracy(s, checks)) if checks else None,
        progress,
        log,
    )
    confidence, promise = calibrate(
        start, checks or training, settings.confidence_episodes, settings.folders, settings.seed, progress
    )
    algorithms = learn_algorithms(start, training, settings.outer, settings.seed, progress)
    about = {
        "data": ", ".join(c.name for c in collections),
        "validation": ", ".join(c.name for c in validated),
        "pretraining": pretraining,
        "episodes": str(settings.outer.episodes),
        "seconds": str(round(time.monotonic() - began)),
        "torch": torch.__version__,
    }
    network = settings.backbone or settings.architecture
    weights = Weights(network, backbone.cpu(), start, confidence, about, "fresh", promise, algorithms)
    save_weights(out, weights)
    return weights


def _distilled(
    settings: TrainingSettings,
    collections: Sequence[Collection],
    device: str,
    work: Path,
    progress: Progress,
    log: Log,
) -> Trunk:
    """The trunk that the teachers' trunks teach what they see in the classes that are not held for episodes."""
    shape, size = settings.architecture, 2 * sum(settings.architecture.widths)
    trunks = [load_trunk(checkpoint, shape) for checkpoint in settings.teachers]
    student = grown(trunks[-1], shape)
    if (lessons := kept_lessons(work)) is None:
        teachers = Teachers([freeze(trunk) for trunk in trunks], shape).to(device)
        plain = replace(settings, views=1)
        sets = [s for c in collections if (s := _features(teachers, c, plain, device, work, progress, held_only=True))]
        start = measured_start(teachers.blocks, teachers.weights, sets, settings.outer)
        opinion = Opinion.of(teachers, start, sets, size, device)
        chosen = choose_pictures(collections, settings.distil.pictures, held_for_episodes, settings.seed)
        ask(opinion, chosen, size, max(settings.distil.sides), work, settings.seed, progress)
        lessons = kept_lessons(work)
        assert lessons is not None
    checkpoint = work / "distil.pt"
    return distil(student, shape, lessons, checkpoint, settings.distil, settings.seed, device, progress, log)


def _episode_classes(collection: Collection) -> int:
    """How many classes can play in episodes: held for them, and of LEAST_PER_CLASS pictures or more."""
    sizes = np.bincount(collection.labels, minlength=len(collection.classes))
    return sum(
        held_for_episodes(name) and size >= LEAST_PER_CLASS
        for name, size in zip(collection.classes, sizes, strict=True)
    )


def _features(
    backbone: Backbone | Teachers,
    collection: Collection,
    settings: TrainingSettings,
    device: str,
    work: Path,
    progress: Progress,
    held_only: bool,
) -> FeatureSet | None:
    """Features of a collection's classes, or of those held for episodes; None where fewer than two are left."""
    rng = np.random.default_rng(settings.seed)
    generator = torch.Generator().manual_seed(settings.seed)
    rows_by_class: list[np.ndarray] = []
    chosen: list[int] = []
    for label, name in enumerate(collection.classes):
        rows = collection.of_class(label)
        if len(rows) >= LEAST_PER_CLASS and (not held_only or held_for_episodes(name)):
            rows = np.sort(rng.permutation(rows)[: settings.most_per_class])
            rows_by_class.append(np.arange(len(chosen), len(chosen) + len(rows)))
            chosen.extend(rows.tolist())
    if len(rows_by_class) < 2:
        return None
    side, mirror = backbone.side, collection.has_colour
    kept = work / f"features-{collection.name}-{settings.views}-{settings.seed}-{_fingerprint(backbone, chosen)}.npy"
    if kept.exists():
        return FeatureSet(collection.name, np.load(kept), tuple(rows_by_class))
    views = np.empty((settings.views, len(chosen), sum(backbone.blocks)), np.float16)
    for begin in range(0, len(chosen), FEATURE_BATCH):
        pictures = collection.pictures[chosen[begin : begin + FEATURE_BATCH]]
        for view in range(settings.views):
            x = (
                random_views(pictures, side, generator, mirror=mirror, least_area=0.35)
                if view
                else _plain(pictures, side)
            )
            with torch.inference_mode(), half_where_fast(torch.device(device)):
                views[view, begin : begin + len(pictures)] = backbone(x.to(device)).half().cpu().numpy()
        progress(f"Features of {collection.name}", begin + len(pictures), len(chosen))
    scratch = kept.with_suffix(".part.npy")
    np.save(scratch, views)
    scratch.replace(kept)
    return FeatureSet(collection.name, views, tuple(rows_by_class))


def _fingerprint(backbone: Backbone | Teachers, chosen: Sequence[int]) -> str:
    """Tells the features of these very weights and pictures from all others."""
    digest = hashlib.blake2b(np.array(chosen).tobytes(), digest_size=6)
    digest.update(repr(getattr(backbone, "architecture", None)).encode())  # how often and how closely it looks
    for tensor in backbone.state_dict().values():
        digest.update(tensor.cpu().numpy().tobytes())
    return digest.hexdigest()


def _plain(pictures: np.ndarray, side: int) -> torch.Tensor:
    x = torch.from_numpy(np.ascontiguousarray(pictures)).permute(0, 3, 1, 2).float()
    return torch.nn.functional.interpolate(x, (side, side), mode="bilinear", antialias=True)
