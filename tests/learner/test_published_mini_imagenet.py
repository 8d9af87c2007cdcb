from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from fewshot_gui.learner.backbone import TINY
from fewshot_gui.learner.collection import Collection, CollectionError
from fewshot_gui.learner.published import mini_imagenet
from fewshot_gui.learner.published.mini_imagenet import (
    PARTS,
    Candidates,
    GrowingSides,
    MiniImageNetSettings,
    read_split,
)

SMALL = MiniImageNetSettings(
    architecture=TINY,
    pretrain=GrowingSides(steps=3, batch=8, warmup=1, sides=(16, 32), checkpoint_every=1),
    candidates=Candidates(
        scales=((32,), (24,)), fade=(0.5,), spread=(1.0,), shrinkage=(1.0, 0.1), ridge=(0.1,), joint=(None, 0.0)
    ),
    per_class=4,
    validation_tasks=2,
    shots=(1, 2),
    queries=3,
    tasks=4,
)
SPLIT = read_split()


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All hundred classes, five noisy pictures of a class's own colour in each."""
    folder = tmp_path_factory.mktemp("mini")
    rng = np.random.default_rng(0)
    for name in (name for part in PARTS for name in SPLIT[part]):
        (folder / name).mkdir()
        colour = rng.integers(40, 216, 3)
        for i in range(5):
            pixels = np.clip(colour + rng.normal(0, 20, (12, 12, 3)), 0, 255).astype(np.uint8)
            Image.fromarray(pixels).save(folder / name / f"{i}.png")
    return folder


@pytest.fixture(scope="module")
def measured(data: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], Path, list[Collection]]:
    """What a small run found, the folder that it wrote to, and all that the trunk was trained on."""
    folder = tmp_path_factory.mktemp("run")
    given: list[Collection] = []

    def spy(architecture: Any, collections: list[Collection], *args: Any, **more: Any) -> Any:
        given.extend(collections)
        return real(architecture, collections, *args, **more)

    real = mini_imagenet.pretrain
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(mini_imagenet, "pretrain", spy)
        results = mini_imagenet.run(data, folder / "results" / "mini.json", folder / "work", SMALL)
    return results, folder, given


def test_the_split_has_64_16_and_20_classes_that_share_none() -> None:
    assert [len(SPLIT[part]) for part in PARTS] == [64, 16, 20]
    assert len({name for part in PARTS for name in SPLIT[part]}) == 100


def test_the_trunk_is_trained_on_all_training_classes_and_sees_no_other(
    measured: tuple[dict[str, Any], Path, list[Collection]], data: Path
) -> None:
    (training,) = measured[2]
    assert training.classes == SPLIT["train"]

    def pixels(part: str) -> set[bytes]:
        return {np.asarray(Image.open(p)).tobytes() for name in SPLIT[part] for p in (data / name).glob("*.png")}

    seen = {picture.tobytes() for picture in training.pictures}
    assert seen == pixels("train")
    assert not seen & (pixels("validation") | pixels("test"))
    (checkpoint,) = (measured[1] / "work").glob("pretrain-*.pt")
    assert torch.load(checkpoint, weights_only=True)["classes"] == sorted(SPLIT["train"])


def test_choices_are_made_without_the_test_classes(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen_while_choosing: list[str] = []
    choosing = [False]

    def only(collection: Collection, names: Any, per_class: int | None = None) -> Collection:
        if set(names) & set(SPLIT["test"]):
            assert choosing == [True]  # all choices were made
        else:
            seen_while_choosing.extend(names)
        return real_only(collection, names, per_class)

    def choose(*args: Any) -> Any:
        assert not set(args[1].classes) & set(SPLIT["test"])
        found = real_choose(*args)
        choosing[0] = args[3] == SMALL.shots[-1]
        return found

    real_only, real_choose = mini_imagenet.only, mini_imagenet.choose
    monkeypatch.setattr(mini_imagenet, "only", only)
    monkeypatch.setattr(mini_imagenet, "choose", choose)
    mini_imagenet.run(data, tmp_path / "mini.json", tmp_path / "work", SMALL)
    assert set(seen_while_choosing) == {*SPLIT["train"], *SPLIT["validation"]}


def test_the_results_have_intervals_seeds_and_what_was_tried(
    measured: tuple[dict[str, Any], Path, list[Collection]],
) -> None:
    results, folder, _ = measured
    written = json.loads((folder / "results" / "mini.json").read_text())
    assert written["accuracy"] == results["accuracy"]
    assert set(results["accuracy"]) == {"5-way 1-shot", "5-way 2-shot"}
    for by_method in results["accuracy"].values():
        assert set(by_method) == {"maml", "logistic", "prototypes", "logistic-metric", "prototypes-metric"}
        assert all(set(found) == {"mean", "ci95"} and 0 <= found["mean"] <= 100 for found in by_method.values())
    assert results["headline"]["5-way 1-shot"] == results["accuracy"]["5-way 1-shot"]["maml"]
    assert results["seeds"] == [0] and results["tasks"] == 4 and results["torch"] == torch.__version__
    assert results["classes"] == {"train": 64, "validation": 16, "test": 20}
    for found in results["chosen on the validation classes"].values():
        best = max(tried["accuracy"] for tried in found["tried"])
        assert {**found["choice"], "accuracy": best} in found["tried"]


def test_the_same_settings_give_the_same_table_from_nothing_and_from_what_is_left(
    measured: tuple[dict[str, Any], Path, list[Collection]], data: Path, tmp_path: Path
) -> None:
    results, folder, _ = measured
    anew = mini_imagenet.run(data, tmp_path / "mini.json", tmp_path / "work", SMALL)
    assert anew["accuracy"] == results["accuracy"]
    resumed = mini_imagenet.run(data, tmp_path / "mini.json", folder / "work", SMALL)
    assert resumed["accuracy"] == results["accuracy"]


def test_the_side_grows_and_each_side_has_its_share_of_the_steps() -> None:
    settings = GrowingSides(steps=10, sides=(48, 48, 64, 64, 80))
    assert [settings.side_at(step) for step in range(10)] == [48] * 4 + [64] * 4 + [80] * 2


def test_another_training_does_not_go_on_from_this_one(
    measured: tuple[dict[str, Any], Path, list[Collection]], data: Path
) -> None:
    work = measured[1] / "work"
    mini_imagenet.run(data, work / "other.json", work, replace(SMALL, seed=1))
    assert len(list(work.glob("pretrain-*.pt"))) == 2


def test_missing_classes_are_refused_and_named(tmp_path: Path) -> None:
    for name in SPLIT["train"]:
        (tmp_path / "data" / name).mkdir(parents=True)
        (tmp_path / "data" / name / "a.png").touch()
    with pytest.raises(CollectionError, match="lacks pictures of 36 of the 100 classes") as refusal:
        mini_imagenet.run(tmp_path / "data", tmp_path / "mini.json", tmp_path / "work", SMALL)
    assert all(name in str(refusal.value) for name in (*SPLIT["validation"], *SPLIT["test"]))


def test_classes_of_too_few_pictures_are_refused_and_named(data: Path, tmp_path: Path) -> None:
    with pytest.raises(CollectionError, match="fewer than 6 readable pictures") as refusal:
        mini_imagenet.run(data, tmp_path / "mini.json", tmp_path / "work", replace(SMALL, queries=4))
    assert SPLIT["test"][0] in str(refusal.value)
