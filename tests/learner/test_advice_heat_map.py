"""Heat maps of made-up scores whose evidence is known."""

from collections.abc import Callable

import numpy as np
import pytest

from fewshot_gui.learner.advice.heat_map import BATCH, heat_map, soft_patches
from fewshot_gui.learner.inner_loop import Cancelled

SIDE = 56


def picture(**spots: tuple[int, int, int]) -> np.ndarray:
    """Grey, with a spot of 12 x 12 pixels at (top, left) of the brightness given."""
    made = np.full((SIDE, SIDE, 3), 128, np.uint8)
    for top, left, brightness in spots.values():
        made[top : top + 12, left : left + 12] = brightness
    return made


def brightness_at(top: int, left: int) -> Callable[[np.ndarray], np.ndarray]:
    def score(pictures: np.ndarray) -> np.ndarray:
        return pictures[:, top : top + 12, left : left + 12].mean((1, 2, 3)) / 255

    return score


def test_the_part_that_the_score_looks_at_is_hottest() -> None:
    heat = heat_map(picture(spot=(8, 32, 255)), brightness_at(8, 32))
    row, column = np.unravel_index(heat.argmax(), heat.shape)
    assert (heat.shape, heat.dtype) == ((SIDE, SIDE), np.float32)
    assert 8 <= row < 20 and 32 <= column < 44
    assert heat.max() == 1 and heat.min() >= -1
    assert np.abs(heat[36:, :20]).max() < 0.05


def test_a_part_that_speaks_against_the_class_is_below_zero() -> None:
    heat = heat_map(picture(dark=(8, 8, 0), light=(36, 36, 255)), lambda x: brightness_at(8, 8)(x) * 0.9 + 0.05)
    row, column = np.unravel_index(heat.argmin(), heat.shape)
    assert 8 <= row < 20 and 8 <= column < 20
    assert heat.min() == -1
    assert heat[42, 42] > -0.05


def test_where_nothing_matters_the_map_is_empty() -> None:
    assert not heat_map(picture(spot=(8, 8, 255)), lambda x: np.full(len(x), 0.7)).any()


def test_rounding_of_a_sure_score_is_not_taken_for_evidence() -> None:
    rng = np.random.default_rng(0)
    heat = heat_map(picture(spot=(8, 8, 255)), lambda x: 1 - rng.random(len(x)) * 1e-7)
    assert not heat.any()


def test_the_same_picture_gives_the_same_map_twice() -> None:
    made = np.random.default_rng(1).integers(0, 256, (SIDE, SIDE, 3)).astype(np.uint8)
    assert np.array_equal(heat_map(made, brightness_at(8, 8)), heat_map(made, brightness_at(8, 8)))


def test_scores_are_asked_in_small_batches_and_progress_is_told() -> None:
    sizes: list[int] = []
    steps: list[tuple[int, int]] = []

    def score(pictures: np.ndarray) -> np.ndarray:
        assert pictures.dtype == np.uint8 and pictures.shape[1:] == (SIDE, SIDE, 3)
        sizes.append(len(pictures))
        return np.full(len(pictures), 0.5)

    heat_map(picture(), score, on_step=lambda done, all_: steps.append((done, all_)))
    assert max(sizes) <= BATCH and sum(sizes) == 50
    assert steps[-1] == (50, 50) and len(steps) == len(sizes)


def test_a_cancelled_map_stops_before_the_next_batch() -> None:
    asked: list[int] = []

    def score(pictures: np.ndarray) -> np.ndarray:
        asked.append(len(pictures))
        return np.full(len(pictures), 0.5)

    with pytest.raises(Cancelled):
        heat_map(picture(), score, cancelled=lambda: len(asked) == 2)
    assert len(asked) == 2


def test_soft_patches_reach_every_pixel_and_hide_their_centre_wholly() -> None:
    patches = soft_patches(35, 5)
    assert patches.shape == (25, 35, 35)
    assert patches.min() >= 0 and patches.max() == 1
    assert patches.sum(0).min() > 0.2
    assert patches[0][3, 3] == 1 and patches[0][11, 3] == 0
