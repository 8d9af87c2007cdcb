"""The main job on real photographs: FEWSHOT_PHOTOS names a folder that holds collections, one folder per class in
each."""

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from fewshot_gui import FewShotClassifier
from fewshot_gui.engine import Engine, Item
from fewshot_gui.images.find import class_folders
from fewshot_gui.learner.backbone import Architecture
from fewshot_gui.learner.evaluate import Figures, evaluate
from fewshot_gui.learner.learner import Learner
from fewshot_gui.learner.weights import untrained

PHOTOS = os.environ.get("FEWSHOT_PHOTOS", "")
pytestmark = [
    pytest.mark.photos,
    pytest.mark.skipif(not Path(PHOTOS).is_dir() or not PHOTOS, reason="set FEWSHOT_PHOTOS to a folder of collections"),
]


def collections() -> list[Path]:
    return sorted(p for p in Path(PHOTOS).iterdir() if p.is_dir()) if PHOTOS and Path(PHOTOS).is_dir() else []


@pytest.fixture(params=collections(), ids=lambda p: p.name)
def collection(request: pytest.FixtureRequest) -> Iterator[Path]:
    yield request.param


def measured(learner: Learner, collection: Path) -> dict[str, Figures]:
    paths = [(k, p) for k, group in enumerate(class_folders(collection).values()) for p in group]
    engine = Engine(learner)
    for batch in engine.read([Item(i, p) for i, (_, p) in enumerate(paths)]):
        assert not [r.problem for r in batch if r.problem]
    label = np.array([k for k, _ in paths])
    rows = [np.flatnonzero(label == k) for k in range(label.max() + 1)]
    features = engine.features.take(range(len(paths)))
    return evaluate(learner, features, rows, way=5, shot=5, episodes=40, queries=7)


def test_it_beats_prototypes_on_the_untrained_backbone_by_far(collection: Path) -> None:
    trained = measured(Learner("embedded", "cpu"), collection)
    bare = measured(Learner(untrained(Architecture()), "cpu"), collection)
    assert trained["maml"].accuracy > bare["prototypes"].accuracy + 0.1
    assert trained["maml"].accuracy >= trained["prototypes"].accuracy - 0.02


def test_confidence_means_what_it_says(collection: Path) -> None:
    assert measured(Learner("embedded", "cpu"), collection)["maml"].ece < 0.2


def test_more_examples_help(collection: Path) -> None:
    groups = [paths for paths in class_folders(collection).values() if len(paths) >= 10][:5]
    rest = [(k, p) for k, paths in enumerate(groups) for p in paths[6:]]
    scores = []
    for shots in (1, 6):
        shown = [(k, p) for k, paths in enumerate(groups) for p in paths[:shots]]
        classifier = FewShotClassifier(device="cpu").fit([p for _, p in shown], [k for k, _ in shown])
        scores.append(classifier.score([p for _, p in rest], [k for k, _ in rest]))
    assert scores[1] >= scores[0]
    assert scores[1] > 1.5 / len(groups)
