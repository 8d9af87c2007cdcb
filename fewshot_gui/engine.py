"""From picture files to scores: read and decode in a small pool, features in batches, adapt, score. No Qt.

An engine belongs to one thread, the compute thread; only decoding runs beside it. Each picture is decoded once in its
life: features are kept in memory by picture id, and on disk by content and backbone.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Generator, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from fewshot_gui.feature_cache import FeatureCache
from fewshot_gui.images import isolated

if TYPE_CHECKING:
    from fewshot_gui.learner.learner import Adapted, Learner, Prediction

BATCH = 32
"""Pictures per forward pass: large enough for speed, small enough to stop within a fifth of a second."""
AHEAD = 3 * BATCH
"""Decoded pictures that may wait for the network: decoding never stops for it, memory stays bounded."""
GROUP = 512
"""Pictures looked up in the cache at a time."""


class NotEnoughExamples(ValueError):
    """Adapting needs two classes with a readable example each; the message says what is missing."""


@dataclass(frozen=True)
class Item:
    """A picture to read. digest: hash of its content where known and its size and time have not changed since."""

    id: int
    source: Path | bytes
    digest: str | None = None


@dataclass(frozen=True)
class Read:
    """One picture is read, or can't be: then ``problem`` is a sentence and digest may be None."""

    id: int
    digest: str | None
    problem: str | None = None


@dataclass(frozen=True)
class Request:
    """What to adapt to: (picture id, class id) of every example. Column k of the scores is the k-th class that
    occurs. folder_helps: where all pictures are scored, look-alikes lend each other their answers."""

    examples: tuple[tuple[int, int], ...]
    folder_helps: bool = False


@dataclass(frozen=True)
class Scored:
    """ids [n]; probabilities [n, K] over class_ids; known [n]: the chance that a picture is of any class at all;
    is_known [n]: False for pictures unlike all examples."""

    class_ids: tuple[int, ...]
    ids: np.ndarray
    probabilities: np.ndarray
    known: np.ndarray
    is_known: np.ndarray

    @cached_property
    def best(self) -> np.ndarray:
        """The column of each picture's likeliest class [n]."""
        return self.probabilities.argmax(1)

    @cached_property
    def top(self) -> np.ndarray:
        """How likely that class is [n], 0..1."""
        return self.probabilities.max(1, initial=0.0)


@dataclass(frozen=True)
class Support:
    """The examples that the network is adapted to: ids [m], labels [m] as columns of the scores, and what class each
    column is (0: none of these)."""

    ids: np.ndarray
    labels: np.ndarray
    class_ids: tuple[int, ...]


class Features:
    """Features of many pictures in one growing array, found by picture id."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        self._array = np.empty((1024, *shape), np.float16)
        self._row: dict[int, int] = {}

    def __contains__(self, picture_id: int) -> bool:
        return picture_id in self._row

    def __len__(self) -> int:
        return len(self._row)

    def put(self, picture_id: int, features: np.ndarray) -> None:
        """Keep one picture's features, in place of earlier ones."""
        row = self._row.setdefault(picture_id, len(self._row))
        if row == len(self._array):
            grown = np.empty((2 * row, *self._array.shape[1:]), np.float16)
            grown[:row] = self._array
            self._array = grown
        self._array[row] = features

    def ids(self) -> np.ndarray:
        return np.fromiter(self._row, np.int64, len(self._row))

    def take(self, ids: Iterable[int]) -> np.ndarray:
        """Features [n, ...] of these pictures, in this order; KeyError for one that is not here."""
        return self._array[[self._row[i] for i in ids]]

    def everything(self) -> np.ndarray:
        """All features in the order of ``ids()``: a view, nothing is copied."""
        return self._array[: len(self._row)]


class Engine:
    """A learner at work on one project's pictures."""

    def __init__(self, learner: Learner, cache: FeatureCache | None = None) -> None:
        self.learner = learner
        self.features = Features(learner.feature_shape)
        self.cache = cache
        self._adapted: Adapted | None = None
        self._class_ids: tuple[int, ...] = ()
        self._examples, self._labels = np.empty(0, np.int64), np.empty(0, np.int64)
        self.folder_helps = False

    def read(
        self, items: Sequence[Item], cancelled: Callable[[], bool] = lambda: False
    ) -> Generator[list[Read], None, None]:
        """Read pictures and keep their features; yields what has been read, a batch at a time.

        In order, but that of each GROUP those known by content, here or in the cache, come first. Stops early, between
        batches, when cancelled.
        """
        items = list(items)
        for begin in range(0, len(items), GROUP):
            if cancelled():
                return
            group = items[begin : begin + GROUP]
            here = {item.id for item in group if item.digest and item.id in self.features}
            stored = self._cached([item.digest for item in group if item.digest and item.id not in here])
            known = [item for item in group if item.id in here or item.digest in stored]
            for item in known:
                if item.id not in here:
                    self.features.put(item.id, stored[item.digest or ""])
            if known:
                yield [Read(item.id, item.digest) for item in known]
            done = {item.id for item in known}
            yield from self._decode([item for item in group if item.id not in done], cancelled)

    def _decode(self, items: Sequence[Item], cancelled: Callable[[], bool]) -> Generator[list[Read], None, None]:
        waiting = deque(items)
        ahead: deque[Future[tuple[Read, np.ndarray | None]]] = deque()
        pool = ThreadPoolExecutor(max(2, (os.cpu_count() or 2) // 2), "decode")  # several times faster than the trunk
        ended = False

        def send_ahead() -> None:
            while waiting and len(ahead) < AHEAD:
                ahead.append(pool.submit(_square, waiting.popleft(), self.learner.side, lambda: ended or cancelled()))

        try:
            send_ahead()
            while ahead and not cancelled():
                done = [ahead.popleft().result() for _ in range(min(BATCH, len(ahead)))]
                send_ahead()
                self._keep([(read, square) for read, square in done if square is not None])
                yield [read for read, _ in done]
        except isolated.Stopped:  # cancelled while it waited for a picture
            pass
        finally:  # also when nobody asks for the rest
            ended = True
            pool.shutdown(cancel_futures=True)

    def _keep(self, squares: Sequence[tuple[Read, np.ndarray]]) -> None:
        if not squares:
            return
        features = self.learner.features(np.stack([square for _, square in squares]))
        fresh: dict[str, np.ndarray] = {}
        for (read, _), row in zip(squares, features, strict=True):
            self.features.put(read.id, row)
            if read.digest is not None:
                fresh[read.digest] = row
        if self.cache is not None:
            self.cache.put(self.learner.features_digest, fresh)

    def _cached(self, digests: Sequence[str]) -> dict[str, np.ndarray]:
        if self.cache is None or not digests:
            return {}
        return self.cache.get(self.learner.features_digest, digests, self.learner.feature_shape)

    def adapt(
        self,
        request: Request,
        on_step: Callable[[int, int, float], None] | None = None,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> tuple[int, ...]:
        """Adapt to the examples whose features are here; returns the classes, in the order of the scores' columns.

        Raises NotEnoughExamples, and the learner's Cancelled.
        """
        examples = [(picture, label) for picture, label in request.examples if picture in self.features]
        class_ids = tuple(dict.fromkeys(sorted((c for _, c in examples), key=lambda c: (c == 0, c))))
        if len(class_ids) < 2:
            raise NotEnoughExamples("Two classes need an example that can be read. Add one to each.")
        column = {class_id: k for k, class_id in enumerate(class_ids)}
        features = self.features.take(picture for picture, _ in examples)
        labels = np.array([column[c] for _, c in examples])
        self._adapted = self.learner.adapt(features, labels, len(class_ids), on_step, cancelled)
        self._class_ids = class_ids
        self._examples, self._labels = np.array([picture for picture, _ in examples], np.int64), labels
        self.folder_helps = request.folder_helps
        return class_ids

    @property
    def is_adapted(self) -> bool:
        return self._adapted is not None

    @property
    def support(self) -> Support:
        """What the network is adapted to; of no examples before it is."""
        return Support(self._examples, self._labels, self._class_ids)

    @property
    def adapted(self) -> Adapted:
        """The network as it is adapted now; ``adapt`` first."""
        assert self._adapted is not None, "adapt first"
        return self._adapted

    def embeddings(self, ids: Sequence[int]) -> np.ndarray:
        """Embeddings float32 [n, D] of length one under the learned metric: look-alikes have a high product.

        KeyError for a picture without features.
        """
        embeddings = np.empty((len(ids), *self.learner.feature_shape), np.float32)
        for begin in range(0, len(ids), GROUP):
            part = slice(begin, begin + GROUP)
            embeddings[part] = self.learner.embeddings(self.features.take(ids[part]))
        return embeddings

    def forget(self) -> None:
        """Give up the adapted network: there are too few examples now."""
        self._adapted, self._class_ids, self.folder_helps = None, (), False
        self._examples, self._labels = np.empty(0, np.int64), np.empty(0, np.int64)

    def score(self, ids: Sequence[int] | None = None, cancelled: Callable[[], bool] = lambda: False) -> Scored:
        """Score these pictures, or all that have features, with the adapted network. A cancelled call scores fewer.

        Pictures asked for by id are judged alone; the folder helps, where the request said so, when all are scored.
        """
        assert self._adapted is not None, "adapt first"
        if ids is None:
            rows, features = self.features.ids(), self.features.everything()
        else:
            rows = np.array([i for i in ids if i in self.features], np.int64)
            features = self.features.take(rows.tolist())
        prediction = self._adapted.predict(features, cancelled)
        done = len(prediction.known)
        if self.folder_helps and ids is None and done == len(rows):
            from fewshot_gui.learner.inner_loop import Cancelled

            try:
                prediction = self._helped(rows, prediction, cancelled)
            except Cancelled:
                done = 0
        probabilities, known, is_known = prediction.probabilities, prediction.known, prediction.is_known
        scored = Scored(self._class_ids, rows[:done], probabilities[:done], known[:done], is_known[:done])
        _ = scored.best, scored.top  # found here, so that who takes the answers need not
        return scored

    def _helped(self, ids: np.ndarray, alone: Prediction, cancelled: Callable[[], bool]) -> Prediction:
        """The prediction with the folder's help; an example lends its label and is itself judged alone.

        Raises the learner's Cancelled.
        """
        from fewshot_gui.learner.folder import spread
        from fewshot_gui.learner.inner_loop import Cancelled

        others = np.flatnonzero(~np.isin(ids, self._examples))
        nodes = [*ids[others].tolist(), *self._examples.tolist()]
        embeddings = np.empty((len(nodes), *self.learner.feature_shape), np.float32)
        for begin in range(0, len(nodes), GROUP):
            if cancelled():
                raise Cancelled
            part = slice(begin, begin + GROUP)
            embeddings[part] = self.learner.embeddings(self.features.take(nodes[part]))
        probabilities, known = alone.probabilities.copy(), alone.known.copy()
        helped = spread(probabilities[others], known[others], embeddings, self._labels, cancelled)
        probabilities[others], known[others] = helped
        return replace(alone, probabilities=probabilities, known=known)


def _square(item: Item, side: int, cancelled: Callable[[], bool]) -> tuple[Read, np.ndarray | None]:
    """Have one picture read and decoded, in a pool thread. Raises Stopped."""
    reading = isolated.read(item.source, "square", side, cancelled)
    return Read(item.id, reading.digest, reading.problem), reading.pixels
