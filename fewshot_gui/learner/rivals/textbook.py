"""The traditional learner of the textbooks: a small convolutional network (LeCun et al. 1998, "Gradient-based learning
applied to document recognition"), trained from scratch with Adam (Kingma & Ba 2015, arXiv:1412.6980).

It knows nothing but the pictures it is shown. With a whole collection that is enough; with five pictures it is not.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch
from sklearn.metrics import f1_score
from torch import Tensor, nn
from torch.nn.functional import adaptive_avg_pool2d, cross_entropy, softmax

if TYPE_CHECKING:
    from fewshot_gui.learner.learner import Learner
    from fewshot_gui.learner.methods import Predictor

SIDE = 32
BATCH = 64
EPISODE_EPOCHS = 60


@dataclass(frozen=True)
class Epoch:
    """After one pass over the training pictures: its number from 1, the mean training loss, and accuracy and macro F1
    (0..1) on the test pictures."""

    epoch: int
    loss: float
    accuracy: float
    macro_f1: float


def textbook(learner: Learner, support: np.ndarray, labels: np.ndarray, way: int) -> Predictor:
    """A network trained on the support alone. support: pictures uint8 [m, side, side, 3]; labels [m] in 0..way-1.

    Known score: the highest probability (Hendrycks & Gimpel 2017, arXiv:1610.02136).
    """
    training = _Training(way, learner.device.torch, seed=0)
    for _ in range(EPISODE_EPOCHS):
        training.epoch(support, labels)

    def predict(pictures: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        probabilities = training.probabilities(pictures)
        return probabilities, probabilities.max(1)

    return predict


def train_textbook(
    pictures: np.ndarray,
    labels: np.ndarray,
    test_pictures: np.ndarray,
    test_labels: np.ndarray,
    *,
    way: int,
    epochs: int = 10,
    device: torch.device | None = None,
    seed: int = 0,
    on_epoch: Callable[[Epoch], None] = lambda _: None,
) -> list[Epoch]:
    """Train on a whole collection and test after every epoch, telling ``on_epoch``.

    Pictures uint8 [n, side, side, 3]; labels [n] in 0..way-1. The same seed trains the same network.
    """
    training = _Training(way, device or torch.device("cpu"), seed)
    history = []
    for number in range(1, epochs + 1):
        loss = training.epoch(pictures, labels)
        answers = training.probabilities(test_pictures).argmax(1)
        macro_f1 = float(f1_score(test_labels, answers, average="macro", zero_division=0))
        history.append(Epoch(number, loss, float((answers == test_labels).mean()), macro_f1))
        on_epoch(history[-1])
    return history


def split(labels: np.ndarray, *, share: int = 5, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Rows to train on and rows to test on: of every class one picture in ``share`` is for testing, and one at least
    wherever a class has two."""
    rng = np.random.default_rng(seed)
    train, test = [], []
    for k in np.unique(labels):
        rows = rng.permutation(np.flatnonzero(labels == k))
        held = max(len(rows) // share, min(1, len(rows) - 1))
        test.append(rows[:held])
        train.append(rows[held:])
    return np.concatenate(train), np.concatenate(test)


class _Training:
    """A network, its optimiser and the order of its batches."""

    def __init__(self, way: int, device: torch.device, seed: int) -> None:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            self._network = _network(way).to(device)
        self._device = device
        self._optimiser = torch.optim.Adam(self._network.parameters(), lr=1e-3)
        self._rng = np.random.default_rng(seed)

    @torch.enable_grad()
    def epoch(self, pictures: np.ndarray, labels: np.ndarray) -> float:
        """One pass in random order; returns the mean loss."""
        total = 0.0
        order = self._rng.permutation(len(pictures))
        for rows in (order[i : i + BATCH] for i in range(0, len(order), BATCH)):
            y = torch.from_numpy(labels[rows].astype(np.int64)).to(self._device)
            loss = cross_entropy(self._network(self._pixels(pictures[rows])), y)
            self._optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            self._optimiser.step()
            total += float(loss.detach()) * len(rows)
        return total / len(order)

    @torch.no_grad()
    def probabilities(self, pictures: np.ndarray) -> np.ndarray:
        """[n, K], rows sum to one."""
        parts = [self._network(self._pixels(pictures[i : i + 512])) for i in range(0, len(pictures), 512)]
        return softmax(torch.cat(parts), 1).cpu().numpy()

    def _pixels(self, pictures: np.ndarray) -> Tensor:
        x = torch.from_numpy(np.ascontiguousarray(pictures)).to(self._device).permute(0, 3, 1, 2).float() / 127.5 - 1
        return adaptive_avg_pool2d(x, SIDE)


def _network(way: int) -> nn.Sequential:
    """Three times convolution, ReLU, max pooling: 32 -> 16 -> 8 -> 4 pixels. Then two dense layers."""
    layers: list[nn.Module] = []
    for before, after in ((3, 32), (32, 64), (64, 64)):
        layers += [nn.Conv2d(before, after, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)]
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(64 * 4 * 4, 128), nn.ReLU(), nn.Linear(128, way))
