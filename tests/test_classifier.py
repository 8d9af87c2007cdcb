"""The class for Python programs: scikit-learn's habits, and answers that depend on nothing but the examples."""

import pickle
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from safetensors import safe_open
from safetensors.numpy import save_file

from fewshot_gui import FewShotClassifier
from fewshot_gui.images.decode import UnreadableError
from fewshot_gui.learner.errors import WeightsError

Paint = Callable[..., Path]
COLOURS = ["blue", "green", "red"]


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory, paint: Paint) -> tuple[list[Path], list[str]]:
    """Four examples of each colour, in turn."""
    folder = tmp_path_factory.mktemp("shown")
    labels = [COLOURS[n % 3] for n in range(12)]
    return [paint(folder / f"{n}.png", label) for n, label in enumerate(labels)], labels


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory, paint: Paint) -> tuple[list[Path], list[str]]:
    folder = tmp_path_factory.mktemp("asked")
    labels = [COLOURS[n % 3] for n in range(40)]
    return [paint(folder / f"{n}.png", label) for n, label in enumerate(labels)], labels


@pytest.fixture
def new(tiny_weights: Path) -> Callable[[], FewShotClassifier]:
    return lambda: FewShotClassifier(tiny_weights, "cpu")


New = Callable[[], FewShotClassifier]
Labelled = tuple[list[Path], list[str]]


def test_it_learns_colours_from_four_examples_each(new: New, shown: Labelled, asked: Labelled) -> None:
    classifier = new()
    assert classifier.fit(*shown) is classifier
    assert classifier.classes_.tolist() == COLOURS
    assert classifier.predict(asked[0]).tolist() == asked[1]
    assert classifier.score(*asked) == 1.0
    assert classifier.score(asked[0], ["red"] * 40) == pytest.approx(13 / 40)


def test_probabilities_stand_in_the_order_of_the_classes_and_sum_to_one(
    new: New, shown: Labelled, asked: Labelled
) -> None:
    classifier = new().fit(*shown)
    probabilities = classifier.predict_proba(asked[0])
    assert probabilities.shape == (40, 3)
    assert np.allclose(probabilities.sum(1), 1, atol=1e-5)
    assert np.array_equal(classifier.classes_[probabilities.argmax(1)], classifier.predict(asked[0]))
    assert classifier.is_known(asked[0]).dtype == bool


def test_a_picture_is_judged_alone(new: New, shown: Labelled, asked: Labelled) -> None:
    classifier = new().fit(*shown)
    alone = np.concatenate([classifier.predict_proba([path]) for path in asked[0]])
    assert np.allclose(classifier.predict_proba(asked[0]), alone, atol=1e-4)


def test_text_paths_and_open_images_are_the_same_pictures(new: New, shown: Labelled, asked: Labelled) -> None:
    classifier = new().fit(*shown)
    expected = classifier.predict_proba(asked[0][:3])
    assert np.allclose(classifier.predict_proba([str(path) for path in asked[0][:3]]), expected, atol=1e-6)
    images = [Image.open(path) for path in asked[0][:3]]
    assert np.allclose(classifier.predict_proba(images), expected, atol=1e-6)
    assert [image.size for image in images] == [(24, 24)] * 3
    grey = Image.new("L", (5, 400), 128)
    assert classifier.predict([grey, Image.new("RGBA", (3, 3))]).shape == (2,)


def test_numbers_can_be_labels(new: New, shown: Labelled, asked: Labelled) -> None:
    numbers = [{"blue": -1, "green": 20, "red": 3}[label] for label in shown[1]]
    classifier = new().fit(shown[0], np.array(numbers))
    assert classifier.classes_.tolist() == [-1, 3, 20]
    assert set(classifier.predict(asked[0]).tolist()) == {-1, 3, 20}


@settings(max_examples=4)
@given(data=st.data())
def test_neither_the_order_of_examples_nor_that_of_classes_matters(
    new: New, shown: Labelled, asked: Labelled, data: st.DataObject
) -> None:
    expected = new().fit(*shown).predict_proba(asked[0])
    order = data.draw(st.permutations(range(12)))
    names = dict(zip(COLOURS, data.draw(st.permutations(["a", "b", "c"])), strict=True))
    classifier = new().fit([shown[0][i] for i in order], [names[shown[1][i]] for i in order])
    columns = [classifier.classes_.tolist().index(names[colour]) for colour in COLOURS]
    assert np.allclose(classifier.predict_proba(asked[0])[:, columns], expected, atol=1e-4)


def test_learning_bit_by_bit_is_learning_at_once(new: New, shown: Labelled, asked: Labelled) -> None:
    paths, labels = shown
    at_once = new().fit(paths, labels).predict_proba(asked[0])
    bit_by_bit = new().partial_fit(paths[:2], labels[:2])
    assert bit_by_bit.classes_.tolist() == ["blue", "green"]
    bit_by_bit.partial_fit(paths[7:], labels[7:]).partial_fit([], []).partial_fit(paths[2:7], labels[2:7])
    assert np.allclose(bit_by_bit.predict_proba(asked[0]), at_once, atol=1e-4)


def test_fitting_anew_forgets_what_was_learned_before(new: New, shown: Labelled, asked: Labelled) -> None:
    paths, labels = shown
    classifier = new().fit(paths, ["x"] * 6 + ["y"] * 6).fit(paths, labels)
    assert np.array_equal(classifier.predict_proba(asked[0]), new().fit(paths, labels).predict_proba(asked[0]))


def test_a_saved_classifier_answers_as_before(
    new: New, shown: Labelled, asked: Labelled, tmp_path: Path, tiny_weights: Path
) -> None:
    classifier = new().fit(*shown)
    classifier.save(tmp_path / "colours.safetensors")
    assert [path.name for path in tmp_path.iterdir()] == ["colours.safetensors"]
    again = FewShotClassifier.load(tmp_path / "colours.safetensors", tiny_weights, "cpu")
    assert again.classes_.tolist() == COLOURS
    assert np.array_equal(again.predict_proba(asked[0]), classifier.predict_proba(asked[0]))
    again.partial_fit(asked[0][:1], ["yellow"])
    assert again.classes_.tolist() == [*COLOURS, "yellow"]


def test_a_saved_file_holds_nothing_that_can_run(new: New, shown: Labelled, tmp_path: Path) -> None:
    new().fit(*shown).save(tmp_path / "x.safetensors")
    with pytest.raises(pickle.UnpicklingError):
        pickle.loads((tmp_path / "x.safetensors").read_bytes())


def test_files_that_are_no_saved_examples_are_refused(
    new: New, shown: Labelled, tmp_path: Path, tiny_weights: Path
) -> None:
    saved = tmp_path / "x.safetensors"
    new().fit(*shown).save(saved)
    cut = tmp_path / "cut.safetensors"
    cut.write_bytes(saved.read_bytes()[:-10])
    for path, words in ((cut, "can't be read"), (tmp_path / "none", "can't be read"), (tiny_weights, "can't be read")):
        with pytest.raises(WeightsError, match=words):
            FewShotClassifier.load(path, tiny_weights, "cpu")


@pytest.mark.parametrize(
    "labels",
    [None, "", "[", "7", "{}", "[[1], [2]]", '["red"]', '["red", 1]', '[true, false]', "[1.5, 2.5]", '["red", "red"]',
     "[1, 1e400]", f"[1, {2**70}]", "[" * 100_000],
)  # fmt: skip
def test_damaged_labels_are_refused_in_words(
    new: New, shown: Labelled, tmp_path: Path, tiny_weights: Path, labels: str | None
) -> None:
    saved = tmp_path / "x.safetensors"
    new().fit(*shown).save(saved)
    with safe_open(saved, framework="numpy") as file:
        header, features = file.metadata(), file.get_tensor("features")[:2]
    save_file({"features": features}, saved, {k: v for k, v in (header | {"labels": labels}).items() if v is not None})
    with pytest.raises(WeightsError, match="is damaged"):
        FewShotClassifier.load(saved, tiny_weights, "cpu")


def test_examples_that_are_no_numbers_are_refused(
    new: New, shown: Labelled, tmp_path: Path, tiny_weights: Path
) -> None:
    saved = tmp_path / "x.safetensors"
    new().fit(*shown).save(saved)
    with safe_open(saved, framework="numpy") as file:
        header, features = file.metadata(), file.get_tensor("features")
    for broken in (np.full_like(features, np.nan), features.astype(np.int16), features[1:]):
        save_file({"features": broken}, saved, header)
        with pytest.raises(WeightsError, match="is damaged"):
            FewShotClassifier.load(saved, tiny_weights, "cpu")


def test_a_picture_in_memory_that_is_too_large_is_refused_before_it_is_loaded(
    new: New, shown: Labelled, monkeypatch: pytest.MonkeyPatch
) -> None:
    classifier = new().fit(*shown)
    monkeypatch.setattr("fewshot_gui.images.decode.MAX_PIXELS", 99)
    with pytest.raises(UnreadableError, match="10 x 10 pixels"):
        classifier.predict([Image.new("RGB", (10, 10))])


def test_examples_of_other_weights_are_refused(new: New, shown: Labelled, tmp_path: Path, tiny_weights: Path) -> None:
    from fewshot_gui.learner.backbone import TINY
    from fewshot_gui.learner.weights import save_weights, untrained

    save_weights(tmp_path / "other.safetensors", untrained(TINY, seed=1))
    new().fit(*shown).save(tmp_path / "x.safetensors")
    with pytest.raises(WeightsError, match="other weights"):
        FewShotClassifier.load(tmp_path / "x.safetensors", tmp_path / "other.safetensors", "cpu")


@pytest.mark.parametrize(
    ("labels", "words"),
    [
        (["red"] * 12, "at least two classes"),
        (["red", "blue"], "12 pictures but 2 labels"),
        ([1.5] * 6 + [2.5] * 6, "text or whole numbers"),
        ([["red"]] * 12, "labels"),
        ([None, "red"] * 6, "text or whole numbers"),
    ],
)
def test_labels_that_cannot_be_learned_are_refused_and_change_nothing(
    new: New, shown: Labelled, asked: Labelled, labels: list, words: str
) -> None:
    classifier = new().fit(*shown)
    before = classifier.predict_proba(asked[0])
    with pytest.raises(ValueError, match=words):
        classifier.fit(shown[0], labels)
    assert np.array_equal(classifier.predict_proba(asked[0]), before)


def test_text_and_numbers_do_not_mix(new: New, shown: Labelled) -> None:
    classifier = new().fit(*shown)
    with pytest.raises(ValueError, match="at once"):
        classifier.partial_fit(shown[0][:2], [1, 2])
    assert classifier.classes_.tolist() == COLOURS


def test_a_picture_that_cannot_be_read_is_named_and_changes_nothing(
    new: New, shown: Labelled, asked: Labelled, tmp_path: Path
) -> None:
    (tmp_path / "broken.png").write_bytes(b"no picture")
    classifier = new().fit(*shown)
    before = classifier.predict_proba(asked[0])
    for learn in (classifier.fit, classifier.partial_fit):
        with pytest.raises(UnreadableError, match=r"broken\.png"):
            learn([*shown[0][:2], tmp_path / "broken.png"], ["red", "green", "blue"])
    assert np.array_equal(classifier.predict_proba(asked[0]), before)


def test_before_fitting_it_says_so(new: New, asked: Labelled, tmp_path: Path) -> None:
    classifier = new()
    for ask in (classifier.predict, classifier.predict_proba, classifier.is_known):
        with pytest.raises(RuntimeError, match="Call fit first"):
            ask(asked[0])
    with pytest.raises(RuntimeError, match="Call fit first"):
        classifier.save(tmp_path / "x.safetensors")


def test_no_pictures_get_no_answers(new: New, shown: Labelled) -> None:
    classifier = new().fit(*shown)
    assert classifier.predict([]).tolist() == []
    assert classifier.predict_proba([]).shape == (0, 3)


def test_look_alikes_help_each_other_only_where_that_was_asked_for(
    new: New, shown: Labelled, asked: Labelled, tiny_weights: Path, tmp_path: Path
) -> None:
    alone = new().fit(*shown)
    helped = FewShotClassifier(tiny_weights, "cpu", folder_helps=True).fit(*shown)
    probabilities = helped.predict_proba(asked[0])
    assert not np.allclose(probabilities, alone.predict_proba(asked[0]), atol=1e-3)
    assert np.allclose(probabilities.sum(1), 1, atol=1e-5)
    assert helped.predict(asked[0]).tolist() == asked[1]
    assert helped.predict([]).tolist() == []
    order = np.random.default_rng(0).permutation(40)
    assert np.allclose(helped.predict_proba([asked[0][i] for i in order]), probabilities[order], atol=1e-3)
    helped.save(tmp_path / "x.safetensors")
    again = FewShotClassifier.load(tmp_path / "x.safetensors", tiny_weights, "cpu", folder_helps=True)
    assert np.array_equal(again.predict_proba(asked[0]), probabilities)
