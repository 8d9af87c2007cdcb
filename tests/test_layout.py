"""The map's places: neighbours stay neighbours, and the same pictures give the same map."""

import numpy as np
import pytest
from sklearn.manifold import trustworthiness

from fewshot_gui.questions import layout
from fewshot_gui.questions.layout import pair_likeness, principal, project


def clusters(count: int, seed: int = 0) -> np.ndarray:
    """Embeddings [count, 64] of length one in five groups."""
    rng = np.random.default_rng(seed)
    points = rng.normal(size=(5, 64))[np.arange(count) % 5] + rng.normal(size=(count, 64)) * 0.5
    return (points / np.linalg.norm(points, axis=1, keepdims=True)).astype(np.float32)


def test_neighbours_stay_neighbours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layout, "STEPS", 250)
    embeddings = clusters(150)
    places = project(embeddings)
    assert places is not None and places.shape == (150, 2) and np.abs(places).max() == pytest.approx(1)
    assert trustworthiness(embeddings, places, n_neighbors=10) > 0.85
    assert (project(embeddings) == places).all()


def test_pictures_beyond_the_sample_go_beside_their_look_alikes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layout, "SAMPLE", 60)
    places = project(clusters(300))
    assert places is not None
    away = np.linalg.norm(places[:, None] - places[None], axis=2)
    np.fill_diagonal(away, np.inf)
    assert (away.argmin(1) % 5 == np.arange(300) % 5).mean() > 0.95


def test_likenesses_are_those_of_scikit_learn() -> None:
    from sklearn.manifold._t_sne import _joint_probabilities

    points = clusters(40)
    squared = np.square(points[:, None] - points[None]).sum(2).astype(np.float32)
    expected = np.zeros((40, 40))
    expected[np.triu_indices(40, 1)] = _joint_probabilities(squared, 10.0, 0)
    assert pair_likeness(points, 10.0) == pytest.approx(expected + expected.T, abs=1e-5)


def test_the_main_components_come_in_order_and_never_mirrored() -> None:
    embeddings = clusters(40)
    components = principal(embeddings, 5)
    assert (np.diff(components.var(0)) <= 1e-6).all()
    assert np.allclose(components, principal(embeddings[::-1], 5)[::-1], atol=1e-4)


@pytest.mark.parametrize("count", [0, 1, 2, 5, 13])
def test_few_pictures_have_places_too(count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layout, "STEPS", 20)
    places = project(clusters(count))
    assert places is not None and places.shape == (count, 2) and np.isfinite(places).all()


def test_the_same_picture_many_times_is_no_trouble(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layout, "STEPS", 20)
    places = project(np.repeat(clusters(1), 20, axis=0))
    assert places is not None and np.isfinite(places).all()


def test_it_stops_at_once_and_tells_how_far_it_is() -> None:
    told: list[tuple[int, int]] = []
    assert project(clusters(50), lambda: len(told) > 2, lambda done, total: told.append((done, total))) is None
    assert len(told) == 3 and told[0][1] == layout.STEPS
