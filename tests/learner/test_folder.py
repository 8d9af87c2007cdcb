"""The folder helps: along its own shape, whatever the classes' sizes, and never at a stranger's word."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from fewshot_gui.learner import folder
from fewshot_gui.learner.folder import nearest
from fewshot_gui.learner.inner_loop import Cancelled


def spread(*args: object) -> np.ndarray:
    """The probabilities with the folder's help."""
    return folder.spread(*args).probabilities  # type: ignore[arg-type]


def unit(x: np.ndarray) -> np.ndarray:
    return (x / np.linalg.norm(x, axis=1, keepdims=True)).astype(np.float32)


def lifted(points: np.ndarray, width: float = 0.35, size: int = 256) -> np.ndarray:
    """Embeddings of points in the plane whose product falls with their distance (random Fourier features)."""
    rng = np.random.default_rng(5)
    turned = points @ rng.normal(size=(2, size)) / width
    return unit(np.concatenate([np.cos(turned), np.sin(turned)], 1))


def moons(rng: np.random.Generator, counts: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    """Two interlocking half circles: points [n, 2], labels [n]."""
    angle = [np.sort(rng.uniform(0, np.pi, n)) for n in counts]
    upper = np.stack([np.cos(angle[0]), np.sin(angle[0])], 1)
    lower = np.stack([1 - np.cos(angle[1]), 0.5 - np.sin(angle[1])], 1)
    points = np.concatenate([upper, lower])
    return points + rng.normal(0, 0.06, points.shape), np.repeat([0, 1], counts)


def task(counts: tuple[int, int], seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Moons with five examples of each: what a network that is often misled says of each point [n, 2], embeddings with
    the examples' last, the examples' labels, the truth."""
    rng = np.random.default_rng(seed)
    points, truth = moons(rng, counts)
    examples, labels = moons(np.random.default_rng(1), (5, 5))
    apart = ((points[:, None] - examples[None]) ** 2).sum(2)
    logits = -np.stack([apart[:, labels == c].min(1) for c in (0, 1)], 1) + rng.normal(0, 0.5, (len(points), 2))
    probabilities = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    return probabilities.astype(np.float32), lifted(np.concatenate([points, examples])), labels, truth


def blobs(
    seed: int, counts: tuple[int, ...], noise: float = 0.9
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Clusters around axes, of which the network is unsure: as ``task``."""
    rng = np.random.default_rng(seed)
    truth = np.repeat(np.arange(len(counts)), counts)
    centres = np.eye(len(counts), 24)
    embeddings = unit(np.concatenate([centres[truth], centres]) + rng.normal(0, 0.12, (len(truth) + len(counts), 24)))
    logits = np.eye(len(counts))[truth] + rng.normal(0, noise, (len(truth), len(counts)))
    probabilities = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    return probabilities.astype(np.float32), embeddings, np.arange(len(counts)), truth


@pytest.mark.parametrize("counts", [(150, 150), (270, 30)])
def test_along_moons_the_folder_knows_better_than_each_picture_alone(counts: tuple[int, int]) -> None:
    probabilities, embeddings, labels, truth = task(counts)
    alone = (probabilities.argmax(1) == truth).mean()
    helped = spread(probabilities, np.ones(300), embeddings, labels)
    assert (helped.argmax(1) == truth).mean() > alone + 0.05


@pytest.mark.parametrize("counts", [(180, 20), (20, 180), (90, 8, 2), (300, 40, 40, 40)])
def test_classes_of_unequal_size_are_not_evened_out(counts: tuple[int, ...]) -> None:
    probabilities, embeddings, labels, truth = blobs(1, counts)
    helped = spread(probabilities, np.ones(len(truth)), embeddings, labels).argmax(1)
    assert (helped == truth).mean() > (probabilities.argmax(1) == truth).mean() + 0.1
    assert np.abs(np.bincount(helped, minlength=len(counts)) - counts).max() <= 0.05 * len(truth)


def test_a_class_that_the_folder_does_not_hold_gets_no_pictures() -> None:
    probabilities, embeddings, labels, _ = blobs(2, (80, 0, 80))
    helped = spread(probabilities, np.ones(160), embeddings, labels).argmax(1)
    assert (helped == 1).sum() < (probabilities.argmax(1) == 1).sum() / 4


def crowd(known_strangers: float) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """40 pictures of class 1 amid 120 look-alikes that all say class 0, and are as known as given."""
    rng = np.random.default_rng(3)
    centres = np.eye(3, 24)
    of = np.repeat([0, 1, 1], [40, 40, 120])
    embeddings = unit(np.concatenate([centres[of], centres[:2]]) + rng.normal(0, 0.12, (202, 24)))
    said = np.repeat([[0.8, 0.2], [0.3, 0.7], [0.9, 0.1]], [40, 40, 120], axis=0).astype(np.float32)
    return said, np.repeat([1.0, known_strangers], [80, 120]), embeddings, np.array([0, 1])


def test_strangers_pull_no_one() -> None:
    assert (spread(*crowd(0.0))[40:80].argmax(1) == 1).all()
    assert (spread(*crowd(1.0))[40:80].argmax(1) == 0).mean() > 0.5  # the same pictures, were they no strangers


def test_the_folder_as_a_whole_gets_no_surer_and_no_less_sure() -> None:
    for seed, counts in ((1, (180, 20)), (2, (30, 30, 30)), (3, (12, 12))):
        probabilities, embeddings, labels, truth = blobs(seed, counts)
        helped = spread(probabilities, np.ones(len(truth)), embeddings, labels)
        assert helped.dtype == np.float32
        assert np.allclose(helped.sum(1), 1, atol=1e-5)
        assert helped.max(1).mean() == pytest.approx(probabilities.max(1).mean(), abs=1e-3)


@settings(max_examples=15)
@given(seed=st.integers(0, 1000), way=st.integers(2, 5), size=st.integers(20, 60))
def test_neither_the_order_of_pictures_nor_that_of_classes_matters(seed: int, way: int, size: int) -> None:
    rng = np.random.default_rng(seed)
    probabilities, embeddings, labels, truth = blobs(seed, (size, *[3] * (way - 1)))
    n = len(truth)
    known = rng.uniform(0, 1, n)
    helped = spread(probabilities, known, embeddings, labels)
    order, classes = rng.permutation(n), rng.permutation(way)
    turned = spread(
        probabilities[order][:, classes],
        known[order],
        np.concatenate([embeddings[:n][order], embeddings[n:][classes]]),
        labels,
    )
    assert np.allclose(turned, helped[order][:, classes], atol=1e-3)


def test_too_small_a_folder_is_left_as_it_was() -> None:
    probabilities, embeddings, labels, _ = task((150, 150))
    for n in (0, 1, folder.LEAST_FOLDER - 1):
        nodes = np.concatenate([embeddings[:n], embeddings[-10:]])
        assert np.array_equal(spread(probabilities[:n], np.ones(n), nodes, labels), probabilities[:n])


@pytest.mark.parametrize("n", [2, 3, 9])
def test_a_handful_of_pictures_or_one_and_the_same_many_times_gets_whole_answers(
    n: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folder, "LEAST_FOLDER", 2)
    probabilities, embeddings, labels, _ = blobs(4, (20, 20))
    for folder_embeddings in (embeddings[:n], np.repeat(embeddings[:1], n, 0)):
        nodes = np.concatenate([folder_embeddings, embeddings[-2:]])
        helped = spread(probabilities[:n], np.ones(n), nodes, labels)
        assert np.isfinite(helped).all()
        assert np.allclose(helped.sum(1), 1, atol=1e-5)


def test_certain_answers_and_unknown_folders_stay_finite() -> None:
    _, embeddings, labels, truth = blobs(5, (20, 20))
    certain = np.eye(2, dtype=np.float32)[truth]
    assert np.array_equal(spread(certain, np.ones(40), embeddings, labels).argmax(1), truth)
    assert np.isfinite(spread(certain, np.zeros(40), embeddings, labels)).all()


def test_neighbours_are_the_nearest_in_every_block(monkeypatch: pytest.MonkeyPatch) -> None:
    import torch

    _, embeddings, _, _ = blobs(6, (70, 50))
    nodes = torch.from_numpy(embeddings)
    monkeypatch.setattr(folder, "BLOCK", 7 * len(nodes))
    values, numbers = nearest(nodes, 120)
    similarity = embeddings @ embeddings.T
    np.fill_diagonal(similarity, -np.inf)
    assert np.allclose(values.numpy(), -np.sort(-similarity[:120], 1)[:, : folder.NEIGHBOURS], atol=1e-6)
    assert np.allclose(np.take_along_axis(similarity[:120], numbers.numpy(), 1), values.numpy(), atol=1e-6)


def test_on_principal_axes_the_answers_are_the_same_where_the_axes_hold_everything(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    probabilities, embeddings, labels, _ = blobs(7, (100, 60))
    wide = np.concatenate([embeddings, np.zeros((len(embeddings), 40), np.float32)], 1)
    expected = spread(probabilities, np.ones(160), wide, labels)
    monkeypatch.setattr(folder, "MANY", 100)
    monkeypatch.setattr(folder, "AXES", 24)
    assert np.allclose(spread(probabilities, np.ones(160), wide, labels), expected, atol=1e-3)


def test_it_stops_when_asked_to_wherever_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    probabilities, embeddings, labels, _ = task((150, 150))
    monkeypatch.setattr(folder, "MANY", 100)
    monkeypatch.setattr(folder, "CHUNK", 100)
    asked = 0

    def count() -> bool:
        nonlocal asked
        asked += 1
        return False

    spread(probabilities, np.ones(300), embeddings, labels, count)
    assert asked >= 4 + 3 + 2 * folder.STEPS
    for at in (1, 4, 7, asked):
        answers = iter([False] * (at - 1) + [True])
        with pytest.raises(Cancelled):
            spread(probabilities, np.ones(300), embeddings, labels, answers.__next__)


def test_what_goes_in_is_not_changed() -> None:
    probabilities, embeddings, labels, _ = task((150, 150))
    before = probabilities.copy(), embeddings.copy()
    spread(probabilities, np.ones(300), embeddings, labels)
    assert np.array_equal(probabilities, before[0])
    assert np.array_equal(embeddings, before[1])


def strangers(seed: int, known: int = 60, strange: int = 60, noise: float = 1.0) -> tuple[np.ndarray, ...]:
    """Two classes, and strangers of two other kinds, last; how known each is, is told with noise."""
    rng = np.random.default_rng(seed)
    of = np.concatenate([rng.integers(0, 2, known), rng.integers(2, 4, strange)])
    centres = np.eye(4, 24)
    embeddings = unit(np.concatenate([centres[of], centres[:2]]) + rng.normal(0, 0.12, (len(of) + 2, 24)))
    odds = np.where(of < 2, 0.7, -0.7) + rng.normal(0, noise, len(of))
    probabilities = np.full((len(of), 2), 0.5, np.float32)
    return probabilities, (1 / (1 + np.exp(-odds))).astype(np.float32), embeddings, np.array([0, 1])


def log_odds(chance: np.ndarray) -> np.ndarray:
    return np.log(chance / (1 - chance))


@pytest.mark.parametrize(("known", "strange"), [(60, 60), (100, 20), (20, 100)])
def test_look_alikes_tell_each_other_whether_they_are_strangers(known: int, strange: int) -> None:
    told = strangers(0, known, strange)
    truth = np.arange(known + strange) < known
    assert roc_auc_score(truth, folder.spread(*told).known) > roc_auc_score(truth, told[1]) + 0.1


@pytest.mark.parametrize("strange", [0, 60])
def test_help_tells_who_is_strange_not_how_many(strange: int) -> None:
    told = strangers(1, 60, strange)
    before, after = log_odds(told[1]), log_odds(folder.spread(*told).known)
    assert after.mean() == pytest.approx(before.mean(), abs=1e-3)
    assert after.std() == pytest.approx(before.std(), abs=1e-3)


def test_what_looks_like_the_examples_is_known_the_sooner() -> None:
    probabilities, _, embeddings, labels = strangers(2, 60, 60)
    undecided = np.random.default_rng(0).normal(0, 0.1, 120)
    known = folder.spread(probabilities, 1 / (1 + np.exp(-undecided)), embeddings[:120], labels[:0])
    beside = folder.spread(probabilities, 1 / (1 + np.exp(-undecided)), embeddings, labels)
    truth = np.arange(120) < 60
    assert roc_auc_score(truth, beside.known) > roc_auc_score(truth, known.known) + 0.1


@settings(max_examples=15)
@given(seed=st.integers(0, 1000))
def test_the_order_of_pictures_does_not_matter_to_who_is_known(seed: int) -> None:
    probabilities, known, embeddings, labels = strangers(seed)
    order = np.random.default_rng(seed).permutation(len(known))
    turned = folder.spread(
        probabilities[order], known[order], np.concatenate([embeddings[: len(known)][order], embeddings[-2:]]), labels
    )
    assert np.allclose(turned.known, folder.spread(probabilities, known, embeddings, labels).known[order], atol=1e-3)


@pytest.mark.parametrize("chance", [0.0, 0.3, 1.0])
def test_where_all_are_as_known_as_each_other_they_stay_so(chance: float) -> None:
    probabilities, _, embeddings, labels = strangers(3)
    after = folder.spread(probabilities, np.full(120, chance), embeddings, labels).known
    assert np.allclose(after, chance, atol=1e-4)
