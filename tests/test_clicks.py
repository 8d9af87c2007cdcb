"""A simulated person needs fewer clicks with the queue than in random order (real pictures: benchmarks)."""

from pathlib import Path

import numpy as np

from fewshot_gui.learner.learner import Learner
from tests.simulated_person import at_random, by_queue, clicks_to, share_right_after_each


def test_the_queue_takes_fewer_clicks_than_random_order(tiny_weights: Path) -> None:
    learner = Learner(tiny_weights, "cpu")
    rng = np.random.default_rng(0)
    labels = np.arange(60) % 3
    size = learner.feature_shape[0]
    spread = np.where(np.arange(60) % 4 == 0, 2.5, 0.7)[:, None]  # a quarter of the pictures is hard
    features = (0.3 * rng.normal(size=(3, size))[labels] + spread * rng.normal(size=(60, size))).astype(np.float16)
    needed = {
        order: clicks_to(0.97, share_right_after_each(learner, features, labels, order, 0, shots=1, clicks=57))
        for order in (by_queue, at_random)
    }
    assert 0 < needed[by_queue] < needed[at_random]
