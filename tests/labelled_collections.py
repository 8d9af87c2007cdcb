"""Collections of real pictures to measure on: FEWSHOT_COLLECTIONS names folders, with the system's path separator
between; each holds one folder per class."""

import os
from pathlib import Path

import numpy as np

from fewshot_gui.images.decode import UnreadableError, read_square
from fewshot_gui.images.find import class_folders
from fewshot_gui.learner.learner import Learner

COLLECTIONS = [Path(place) for place in os.environ.get("FEWSHOT_COLLECTIONS", "").split(os.pathsep) if place]


def collection(learner: Learner, folder: Path, cache: Path) -> tuple[np.ndarray, list[np.ndarray]]:
    """Features of all pictures, and the rows of each class."""
    file = cache / f"{folder.name}-{learner.features_digest}.npz"
    if not file.exists():
        features, labels = [], []
        for k, paths in enumerate(class_folders(folder).values()):
            for path in paths:
                try:
                    features.append(learner.features(read_square(path, learner.side)[None])[0])
                    labels.append(k)
                except UnreadableError:
                    continue
        cache.mkdir(parents=True, exist_ok=True)
        np.savez(file, features=np.stack(features), labels=np.array(labels))
    kept = np.load(file)
    labels = kept["labels"]
    return kept["features"], [np.flatnonzero(labels == k) for k in range(labels.max() + 1)]
