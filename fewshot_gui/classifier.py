"""The learner for Python programs, in scikit-learn's habits."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Self

import numpy as np
from PIL import Image
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file

from fewshot_gui.engine import BATCH
from fewshot_gui.images import isolated
from fewshot_gui.images.decode import square
from fewshot_gui.learner.errors import WeightsError
from fewshot_gui.learner.folder import spread
from fewshot_gui.learner.learner import Adapted, Learner, Prediction

Pictures = Sequence[str | Path | Image.Image]
Labels = Sequence[str] | Sequence[int] | np.ndarray
FORMAT = "fewshot-gui-examples-1"


class FewShotClassifier:
    """Learns classes from a handful of pictures each.

    weights: embedded weights by name, or a .safetensors file; device: auto, cpu or cuda. Pictures are paths or PIL
    images, labels are text or whole numbers. After ``fit``, ``classes_`` holds the labels in the order of the columns.
    Files are read in processes of their own, as by the window: one that hangs, crashes or needs too much memory ends in
    UnreadableError. A PIL image is loaded in this process: its pixels are counted first, but nothing bounds the time.
    folder_helps: look-alikes among the pictures of one call lend each other their answers; else each is judged alone.

        clf = FewShotClassifier().fit(paths, labels)
        clf.predict(more_paths)
    """

    def __init__(self, weights: str | Path = "embedded", device: str = "auto", folder_helps: bool = False) -> None:
        self.folder_helps = folder_helps
        self._learner = Learner(weights, device)
        self._features = np.empty((0, *self._learner.feature_shape), np.float16)
        self._labels = np.empty(0)
        self._adapted: Adapted | None = None

    def fit(self, pictures: Pictures, labels: Labels) -> Self:
        """Forget earlier examples and learn these.

        Raises ValueError for fewer than two classes, unequal lengths, or labels that are neither text nor whole
        numbers; UnreadableError for a picture that can't be read. Earlier examples are kept then.
        """
        known = _checked(pictures, labels)
        return self._learn(self._extract(pictures), known)

    def partial_fit(self, pictures: Pictures, labels: Labels) -> Self:
        """Learn from these examples too. The order in which examples come makes no difference. Raises as ``fit``."""
        if self._adapted is None:
            return self.fit(pictures, labels)
        new = _checked(pictures, labels)
        if len(new) and (new.dtype.kind == "U") != (self._labels.dtype.kind == "U"):
            raise ValueError("Text and numbers can't be labels at once.")
        features = np.concatenate([self._features, self._extract(pictures)])
        return self._learn(features, np.concatenate([self._labels, new]) if len(new) else self._labels)

    def _learn(self, features: np.ndarray, labels: np.ndarray) -> Self:
        classes, numbers = np.unique(labels, return_inverse=True)
        if len(classes) < 2:
            raise ValueError("Learning needs pictures of at least two classes.")
        # In a canonical order sums round alike, so that the same examples give the same answers, bit by bit.
        order = sorted(range(len(numbers)), key=lambda i: (numbers[i], features[i].tobytes()))
        self._adapted = self._learner.adapt(features[order], numbers[order], len(classes))
        self._features, self._labels, self.classes_ = features, labels, classes
        return self

    def _extract(self, pictures: Pictures) -> np.ndarray:
        parts = [np.empty((0, *self._learner.feature_shape), np.float16)]
        for begin in range(0, len(pictures), BATCH):
            squares = [self._square(picture) for picture in pictures[begin : begin + BATCH]]
            parts.append(self._learner.features(np.stack(squares)))
        return np.concatenate(parts)

    def _square(self, picture: str | Path | Image.Image) -> np.ndarray:
        side = self._learner.side
        return square(picture, side) if isinstance(picture, Image.Image) else isolated.square(Path(picture), side)

    def _predict(self, pictures: Pictures) -> Prediction:
        if self._adapted is None:
            raise RuntimeError("Call fit first: the classifier knows no classes yet.")
        features = self._extract(pictures)
        alone = self._adapted.predict(features)
        if not self.folder_helps:
            return alone
        embeddings = self._learner.embeddings(np.concatenate([features, self._features]))
        columns = np.searchsorted(self.classes_, self._labels)
        helped = spread(alone.probabilities, alone.known, embeddings, columns)
        return replace(alone, probabilities=helped.probabilities, known=helped.known)

    def predict(self, pictures: Pictures) -> np.ndarray:
        """The most likely label of each picture [n]. Raises RuntimeError before ``fit``."""
        best = self._predict(pictures).probabilities.argmax(1)
        answers: np.ndarray = self.classes_[best]
        return answers

    def predict_proba(self, pictures: Pictures) -> np.ndarray:
        """Calibrated probabilities [n, classes], columns as in ``classes_``."""
        return self._predict(pictures).probabilities

    def is_known(self, pictures: Pictures) -> np.ndarray:
        """False [n] for pictures that are unlike all examples."""
        return self._predict(pictures).is_known

    def score(self, pictures: Pictures, labels: Labels) -> float:
        """Share of pictures that ``predict`` gets right, 0..1. Raises ValueError for unequal lengths."""
        known = _checked(pictures, labels)
        return float(np.mean(self.predict(pictures) == known))

    def save(self, path: str | Path) -> None:
        """Keep the examples' features and labels in a small .safetensors file: numbers and text, nothing that can
        run."""
        if self._adapted is None:
            raise RuntimeError("Call fit first: there is nothing to save yet.")
        header = {"format": FORMAT, "weights": self._learner.digest, "labels": json.dumps(self._labels.tolist())}
        scratch = Path(path).with_suffix(".part")
        save_file({"features": self._features}, scratch, header)
        scratch.replace(path)

    @classmethod
    def load(
        cls, path: str | Path, weights: str | Path = "embedded", device: str = "auto", folder_helps: bool = False
    ) -> Self:
        """A classifier that answers as the saved one did.

        Raises WeightsError for another kind of file, and for one that was saved with other weights.
        """
        try:
            with safe_open(path, framework="numpy") as file:
                header, features = file.metadata() or {}, file.get_tensor("features")
        except (OSError, SafetensorError, TypeError, AttributeError) as error:  # the last two: numbers numpy lacks
            raise WeightsError(f"{path} can't be read as saved examples: {error}") from error
        classifier = cls(weights, device, folder_helps)
        if header.get("format") != FORMAT or header.get("weights") != classifier._learner.digest:
            raise WeightsError(f"{path} was saved with other weights, or is another kind of file.")
        labels = _saved_labels(header.get("labels", ""))
        sound = features.dtype.kind == "f" and np.isfinite(features).all()
        shape = (-1 if labels is None else len(labels), *classifier._learner.feature_shape)
        if labels is None or features.shape != shape or not sound or len(set(labels.tolist())) < 2:
            raise WeightsError(f"{path} is damaged: its examples and labels don't fit.")
        return classifier._learn(features, labels)


def _saved_labels(text: str) -> np.ndarray | None:
    """Labels as ``save`` wrote them; None for anything else, for the file may come from a stranger."""
    try:
        found = json.loads(text)
        if not isinstance(found, list) or {type(label) for label in found} not in ({str}, {int}):
            return None
        labels = np.array(found)
    except (ValueError, RecursionError, OverflowError):
        return None
    return labels if labels.ndim == 1 and labels.dtype.kind in "Uiu" else None


def _checked(pictures: Pictures, labels: Labels) -> np.ndarray:
    """The labels as an array [n]. Raises ValueError."""
    known = np.asarray(labels)
    if known.ndim != 1 or len(known) != len(pictures):
        raise ValueError(f"There are {len(pictures)} pictures but {known.size} labels.")
    if len(known) and known.dtype.kind not in "Uiu":
        raise ValueError("Labels are text or whole numbers.")
    return known
