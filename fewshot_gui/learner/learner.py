"""The learner as the rest of the program sees it: arrays in, arrays out. The one door to torch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import linear, softmax

from fewshot_gui.learner.confidence import Confidence, LeaveOneOut, leave_one_out
from fewshot_gui.learner.device import Device, choose_device, computes_in_half, half_where_fast
from fewshot_gui.learner.inner_loop import Parameters, Start, Task, adapt, through
from fewshot_gui.learner.weights import EMBEDDED, Weights, load_weights

SCORE_BATCH = 512
OnStep = Callable[[int, int, float], None]


@dataclass(frozen=True)
class Prediction:
    """probabilities [n, K], rows sum to one; known [n]: the chance that the picture belongs to any of the classes;
    threshold: refuse a picture whose chance is below."""

    probabilities: np.ndarray
    known: np.ndarray
    threshold: float

    @property
    def is_known(self) -> np.ndarray:
        """False [n] for pictures that are refused."""
        return self.known >= self.threshold


@dataclass(frozen=True)
class Adapted:
    """A network adapted to one task. Predicts each picture by itself: what else is in the batch makes no difference."""

    start: Start
    fast: Parameters
    loo: LeaveOneOut
    confidence: Confidence

    def predict(self, features: np.ndarray, cancelled: Callable[[], bool] = lambda: False) -> Prediction:
        """Classify features [n, D] (16-bit floats). A cancelled call returns the rows done so far."""
        probabilities, known = [np.empty((0, len(self.fast["head.bias"])), np.float32)], [np.empty(0, np.float32)]
        for first in range(0, len(features), SCORE_BATCH):
            if cancelled():
                break
            logits, likeness = self.logits(_to_tensor(features[first : first + SCORE_BATCH], self.loo.weight.device))
            logits = logits / self.confidence.log_temperature(self.loo).exp()
            probabilities.append(softmax(logits, 1).cpu().numpy())
            known.append(self.confidence.known_probability(self.loo, likeness).cpu().numpy())
        threshold = float(self.confidence.known_threshold)
        return Prediction(np.concatenate(probabilities), np.concatenate(known), threshold)

    @torch.inference_mode()
    def logits(self, features: Tensor) -> tuple[Tensor, Tensor]:
        """Raw scores [n, K], and likeness [n] to the class most like each picture."""
        embeddings = through(self.fast["tail.weight"], self.start.join(features))
        return linear(embeddings, self.fast["head.weight"], self.fast["head.bias"]), self.loo.likeness(embeddings)


class Learner:
    """Backbone, start and confidence on one device.

    weights: a name of embedded weights, of a torchvision backbone, or a file; device: auto, cpu or cuda. Raises
    WeightsError, DeviceError. Everything is deterministic: there is no randomness at use. ``digest`` names the
    weights, ``features_digest`` also how exactly features are computed from them here.
    """

    def __init__(self, weights: str | Path | Weights = EMBEDDED, device: str = "auto") -> None:
        loaded = weights if isinstance(weights, Weights) else load_weights(weights)
        self.device: Device = choose_device(device)
        self.digest = loaded.digest
        self.features_digest = f"{loaded.digest}-16" if computes_in_half(self.device.torch) else loaded.digest
        self.about = loaded.about
        self._backbone = loaded.backbone.to(self.device.torch)
        self._start: Start = loaded.start.to(self.device.torch)
        self.algorithms = loaded.algorithms
        self.promise = loaded.promise
        self._confidence = loaded.confidence

    @property
    def side(self) -> int:
        """Pictures go in as squares of this side, in pixels."""
        return self._backbone.side

    @property
    def feature_shape(self) -> tuple[int]:
        """Shape of one picture's features, kept as 16-bit floats."""
        return (sum(self._backbone.blocks),)

    @torch.inference_mode()
    def features(self, pictures: np.ndarray) -> np.ndarray:
        """Pictures uint8 [n, side, side, 3] to features float16 [n, D]. The slow part: once per picture.

        What else is in the batch makes no difference. Convolutions compute in 16-bit floats where the hardware does.
        """
        x = torch.from_numpy(np.ascontiguousarray(pictures)).to(self.device.torch).permute(0, 3, 1, 2).float()
        with half_where_fast(self.device.torch):
            features: np.ndarray = self._backbone(x).half().cpu().numpy()
        return features

    @property
    def start(self) -> Start:
        """theta_0, for the algorithms that are compared with the shipped one."""
        return self._start

    def joined(self, features: np.ndarray) -> np.ndarray:
        """What the backbone alone makes of pictures, float32 [n, D] of length one: the plain rivals' ground."""
        return self._in_parts(self._start.join, features)

    def embeddings(self, features: np.ndarray) -> np.ndarray:
        """Embeddings float32 [n, D] of length one under the tail's learned start: look-alikes have a high product."""
        return self._in_parts(self._start.embed, features)

    @torch.inference_mode()
    def _in_parts(self, function: Callable[[Tensor], Tensor], features: np.ndarray) -> np.ndarray:
        out = np.empty((len(features), *self.feature_shape), np.float32)
        for i in range(0, len(features), SCORE_BATCH):
            part = features[i : i + SCORE_BATCH]
            out[i : i + len(part)] = function(_to_tensor(part, self.device.torch)).cpu().numpy()
        return out

    def adapt(
        self,
        features: np.ndarray,
        labels: np.ndarray,
        way: int,
        on_step: OnStep | None = None,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> Adapted:
        """Adapt to a support set: features [m, D], labels [m] in 0..way-1, every class with an example.

        Starts at theta_0 always. Raises ValueError for fewer than two classes or an empty one, Cancelled when stopped.
        """
        if way < 2:
            raise ValueError("Adapting needs at least two classes with an example each.")
        if len(np.unique(labels)) < way or len(labels) != len(features):
            raise ValueError("Every class needs at least one example.")
        device = self.device.torch
        task = Task(_to_tensor(features, device), torch.from_numpy(labels.astype(np.int64)).to(device), way)
        start = self._start.for_task(task)
        _, fast = adapt(start, task, on_step=on_step, cancelled=cancelled)
        with torch.no_grad():
            fixed = {k: v.detach() for k, v in fast.items()}
            loo = leave_one_out(start.embed(task.features), task)
        return Adapted(start, fixed, loo, self._confidence)

    def warm_up(self) -> None:
        """Run everything once on nothing, so that the person's first adaptation doesn't pay for first-time set-up."""
        pictures = np.zeros((2, self.side, self.side, 3), np.uint8)
        pictures[1] = 255
        features = self.features(pictures)
        self.adapt(features, np.arange(2), 2).predict(features)


def use_threads(count: int) -> None:
    """How many processor cores torch may use; for the compute thread, before its first work."""
    torch.set_num_threads(count)


def _to_tensor(features: np.ndarray, device: torch.device) -> Tensor:
    return torch.from_numpy(np.ascontiguousarray(features)).to(device).float()
