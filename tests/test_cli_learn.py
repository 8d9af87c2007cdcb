"""fewshot-gui evaluate, textbook, meta-train and weights."""

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from fewshot_gui.learner.backbone import TINY
from fewshot_gui.learner.collection import held_for_episodes
from fewshot_gui.learner.methods import METHODS
from fewshot_gui.learner.pretrain import PretrainSettings, _Pool
from fewshot_gui.learner.training import TrainingSettings
from fewshot_gui.learner.weights import load_weights

Command = Callable[..., Any]
Paint = Callable[..., Path]
FIGURES = {"accuracy", "accuracy_ci95", "macro_f1", "ece", "unknown_auroc", "adapt_seconds"}


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory, paint: Paint) -> Path:
    """Six colours of twelve pictures each."""
    top = tmp_path_factory.mktemp("dataset")
    for n in range(6):
        for k in range(12):
            paint(top / f"colour {n}" / f"{k}.png", tuple(225 * (n + 1 >> bit & 1) for bit in range(3)))
    return top


@pytest.fixture
def evaluate(command: Command, dataset: Path) -> Command:
    return lambda *more: command("evaluate", "--dataset", dataset, *more, tiny=True)


def test_evaluate_measures_the_learner_beside_plain_methods(evaluate: Command, dataset: Path) -> None:
    outcome = evaluate("--way", 3, "--shot", 2, "--episodes", 4, "--json")
    assert (outcome.code, outcome.err) == (0, "")
    result = outcome.json
    assert result.keys() == FIGURES | {
        "dataset", "way", "shot", "episodes", "seed", "method", "baselines", "unreadable"
    }  # fmt: skip
    assert (result["dataset"], result["way"], result["shot"], result["method"]) == (str(dataset), 3, 2, "maml")
    assert result["baselines"].keys() == {"prototypes", "logistic", "logistic-metric"}
    for figures in (result, *result["baselines"].values()):
        assert figures.keys() >= FIGURES
        assert 0.6 < figures["accuracy"] <= 1 and 0 <= figures["ece"] <= 1
        assert 0 <= figures["unknown_auroc"] <= 1 and figures["adapt_seconds"] >= 0


def test_the_same_seed_draws_the_same_tasks_and_another_others(evaluate: Command) -> None:
    def figures(seed: int) -> dict[str, Any]:
        result = evaluate("--way", 5, "--shot", 1, "--episodes", 3, "--seed", seed, "--json").json
        return {name: result["baselines"]["logistic"][name] for name in FIGURES - {"adapt_seconds"}}

    assert figures(1) == figures(1)
    assert figures(1) != figures(2)


def test_another_method_changes_places_with_the_learner(evaluate: Command) -> None:
    small = ("--way", 2, "--shot", 1, "--episodes", 2, "--json")
    first, other = evaluate(*small).json, evaluate(*small, "--method", "logistic").json
    assert other["method"] == "logistic"
    assert other["baselines"].keys() == {"maml", "prototypes", "logistic-metric"}
    assert other["accuracy"] == first["baselines"]["logistic"]["accuracy"]


def test_all_classes_at_once_leave_no_strangers_to_measure(evaluate: Command) -> None:
    outcome = evaluate("--way", 6, "--shot", 11, "--episodes", 1)
    assert outcome.code == 0
    assert "strangers" not in outcome.out
    assert evaluate("--way", 6, "--shot", 11, "--episodes", 1, "--json").json["unknown_auroc"] is None
    assert "6-way, 11 examples each, 1 tasks" in outcome.out


@pytest.mark.parametrize(("way", "shot"), [(7, 1), (2, 12), (50, 50)])
def test_more_than_the_collection_holds_is_refused_before_anything_is_read(
    evaluate: Command, monkeypatch: pytest.MonkeyPatch, way: int, shot: int
) -> None:
    monkeypatch.setattr("fewshot_gui.cli.learning.open_engine", lambda *_: 1 / 0)
    outcome = evaluate("--way", way, "--shot", shot)
    assert (outcome.code, outcome.out) == (2, "")
    assert f"classes have more than {shot} pictures; {way} are asked for" in outcome.err


@pytest.mark.parametrize(("make", "words"), [(Path.mkdir, "0 classes"), (Path.touch, "file"), (None, "not exist")])
def test_a_dataset_without_classes_is_refused(
    command: Command, tmp_path: Path, make: Callable[[Path], None] | None, words: str
) -> None:
    if make:
        make(tmp_path / "dataset")
    outcome = command("evaluate", "--dataset", tmp_path / "dataset", tiny=True)
    assert outcome.code == 2 and words in outcome.err.replace("Only ", "")


def test_pictures_that_cannot_be_read_are_listed_and_no_longer_count(
    command: Command, tmp_path: Path, paint: Paint
) -> None:
    for colour in ("red", "blue"):
        for n in range(4):
            paint(tmp_path / "dataset" / colour / f"{n}.png", colour)
    arguments = ("evaluate", "--dataset", tmp_path / "dataset", "--way", 2, "--episodes", 1, "--shot")
    (tmp_path / "dataset" / "red" / "0.png").write_bytes(b"no picture")
    outcome = command(*arguments, 2, "--json", tiny=True)
    assert outcome.code == 1
    assert [Path(entry["path"]).name for entry in outcome.json["unreadable"]] == ["0.png"]
    assert command(*arguments, 3, tiny=True).code == 2


def test_any_method_is_measured_beside_the_learner_and_the_plain_ones(evaluate: Command) -> None:
    small = ("--way", 2, "--shot", 1, "--episodes", 2, "--json")
    first, tuned, eye = (evaluate(*small, "--method", name).json for name in ("maml", "fine-tuning", "textbook"))
    assert (tuned["method"], eye["method"]) == ("fine-tuning", "textbook")
    assert tuned["baselines"].keys() == eye["baselines"].keys() == {"maml", "prototypes", "logistic", "logistic-metric"}
    for result in (tuned, eye):
        assert result["baselines"]["maml"]["accuracy"] == first["accuracy"]
        assert result.keys() >= FIGURES and result["accuracy"] > 0.6


def test_an_unknown_method_is_refused_with_the_names_of_all(evaluate: Command) -> None:
    outcome = evaluate("--method", "magic")
    assert (outcome.code, outcome.out) == (2, "")
    assert 'There is no method "magic", but: maml, maml-folder, prototypes, logistic' in outcome.err


@pytest.fixture
def few_methods(monkeypatch: pytest.MonkeyPatch) -> None:
    """A comparison of a few methods, so that it is quick."""
    few = {name: METHODS[name] for name in ("maml", "prototypes", "logistic", "textbook")}
    monkeypatch.setattr("fewshot_gui.learner.methods.METHODS", few)


@pytest.mark.usefixtures("few_methods")
def test_a_comparison_is_a_table_and_a_plot_of_methods_and_shots(evaluate: Command, tmp_path: Path) -> None:
    given = ("--compare", "--way", 3, "--episodes", 2)
    outcome = evaluate(*given, "--plot", tmp_path / "plot.png")
    assert outcome.code == 0
    _, head, *rows = outcome.out.splitlines()
    assert head.split() == ["1", "shot", "2", "shots", "5", "shots", "10", "shots"]
    assert [row.split()[0] for row in rows[:3]] == ["maml", "prototypes", "logistic"]
    assert all(row.count("±") == 4 for row in rows[:3])
    assert "Snell et al. 2017" in outcome.out
    assert (tmp_path / "plot.png").read_bytes().startswith(b"\x89PNG")
    result = evaluate(*given, "--json").json
    assert result["methods"].keys() == {"maml", "prototypes", "logistic"}
    assert result["methods"]["maml"]["shots"].keys() == {"1", "2", "5", "10"}
    assert result["methods"]["maml"]["shots"]["5"].keys() == FIGURES


@pytest.mark.usefixtures("few_methods")
def test_methods_that_see_pictures_are_compared_when_asked_for(
    evaluate: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fewshot_gui.learner.rivals.textbook.EPISODE_EPOCHS", 1)
    result = evaluate("--compare", "--with-pictures", "--way", 6, "--episodes", 1, "--json").json
    assert list(result["methods"]) == ["maml", "prototypes", "logistic", "textbook"]


def test_the_reliability_diagram_is_drawn_on_request(evaluate: Command, tmp_path: Path) -> None:
    small = ("--way", 2, "--shot", 1, "--episodes", 2, "--reliability-plot", tmp_path / "plot.svg")
    outcome = evaluate(*small, "--json")
    assert outcome.code == 0
    drawn = (tmp_path / "plot.svg").read_text()
    assert f"<!-- ECE {outcome.json['ece']:.3f} -->" in drawn and "maml, dataset" in drawn


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (("--plot", "plot.png"), "go with --compare"),
        (("--with-pictures",), "go with --compare"),
        (("--compare", "--reliability-plot", "plot.png"), "goes without it"),
        (("--compare", "--plot", "plot.pdf"), "choose a .png or .svg file"),
        (("--compare", "--plot", "missing/plot.png"), "in a folder that exists"),
        (("--reliability-plot", "cat.png"), "no picture is written over"),
    ],
)
def test_plots_that_cannot_be_made_are_refused_before_anything_is_read(
    evaluate: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: tuple[str, ...], words: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "cat.png").write_bytes(b"a cat")
    monkeypatch.setattr("fewshot_gui.cli.learning.open_engine", lambda *_: 1 / 0)
    outcome = evaluate(*given)
    assert (outcome.code, outcome.out) == (2, "")
    assert words in outcome.err
    assert (tmp_path / "cat.png").read_bytes() == b"a cat"


# --- textbook


def test_the_textbook_learner_prints_accuracy_and_macro_f1_each_epoch(command: Command, dataset: Path) -> None:
    outcome = command("textbook", "--data", dataset, "--epochs", 2)
    assert (outcome.code, outcome.err) == (0, "")
    first, second, summary = outcome.out.splitlines()
    assert first.startswith("epoch 1: test accuracy ") and "macro F1" in first and second.startswith("epoch 2: ")
    assert summary == "60 pictures of 6 classes trained it, 12 tested it."


def test_the_textbook_learner_learns_colours(command: Command, dataset: Path) -> None:
    outcome = command("textbook", "--data", dataset, "--epochs", 30, "--json")
    result = outcome.json
    assert (outcome.code, result["classes"], result["train_pictures"], result["test_pictures"]) == (0, 6, 60, 12)
    assert [e["epoch"] for e in result["history"]] == list(range(1, 31))
    assert result["accuracy"] == result["history"][-1]["accuracy"] > 0.6
    assert result["macro_f1"] == result["history"][-1]["macro_f1"]


def test_a_test_folder_is_tested_on_whole_and_by_its_classes_names(
    command: Command, dataset: Path, tmp_path: Path, paint: Paint
) -> None:
    paint(tmp_path / "test" / "colour 4" / "1.png", (225, 0, 225))  # the fifth class of six, and the only one here
    (tmp_path / "test" / "colour 4" / "2.png").write_bytes(b"no picture")
    outcome = command("textbook", "--data", dataset, "--test", tmp_path / "test", "--epochs", 15, "--json")
    result = outcome.json
    assert (outcome.code, result["train_pictures"], result["test_pictures"]) == (1, 72, 1)
    assert result["accuracy"] == 1
    assert [Path(entry["path"]).name for entry in result["unreadable"]] == ["2.png"]
    paint(tmp_path / "test" / "sunset" / "1.png")
    outcome = command("textbook", "--data", dataset, "--test", tmp_path / "test")
    assert outcome.code == 2 and "classes that --data has not: sunset" in outcome.err


@pytest.mark.parametrize("classes", [[], ["one"]])
def test_the_textbook_learner_refuses_fewer_than_two_classes(
    command: Command, tmp_path: Path, paint: Paint, classes: list[str]
) -> None:
    (tmp_path / "data").mkdir()
    for name in classes:
        paint(tmp_path / "data" / name / "1.png")
    outcome = command("textbook", "--data", tmp_path / "data")
    assert outcome.code == 2 and "at least two sub-folders" in outcome.err


# --- meta-train


def class_names() -> list[str]:
    """Twenty-four names, of which eight are held for episodes."""
    names = [f"shade {n}" for n in range(200)]
    held = [name for name in names if held_for_episodes(name)]
    others = [name for name in names if not held_for_episodes(name)]
    return held[:8] + others[:16]


@pytest.fixture
def collection(tmp_path: Path, paint: Paint) -> Path:
    rng = np.random.default_rng(0)
    for name in class_names():
        base = tuple(int(v) for v in rng.integers(0, 225, 3))
        for n in range(8):
            paint(tmp_path / "shades" / name / f"{n}.png", base, 16)
    return tmp_path / "shades"


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """A tiny network, tiny batches and few episodes to fit its confidence, so that training takes seconds."""
    pretrain = PretrainSettings(batch=16, sides=(32,))
    settings = partial(TrainingSettings, architecture=TINY, pretrain=pretrain, confidence_episodes=12)
    monkeypatch.setattr("fewshot_gui.learner.training.TrainingSettings", settings)


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The pretraining steps that were taken."""
    taken: list[int] = []
    original = _Pool.batch

    def noted(self: _Pool, settings: Any, step: int, seed: int) -> Any:
        taken.append(step)
        return original(self, settings, step, seed)

    monkeypatch.setattr(_Pool, "batch", noted)
    return taken


@pytest.fixture
def meta_train(command: Command, collection: Path, tmp_path: Path) -> Command:
    def meta_train(*more: object, steps: int = 4) -> Any:
        given = ("--data", collection, "--out", tmp_path / "mine.safetensors", "--steps", steps, "--episodes", 8)
        return command("meta-train", *given, "--device", "cpu", *more)

    return meta_train


@pytest.mark.usefixtures("small")
def test_meta_training_makes_weights_that_can_be_used(
    meta_train: Command, command: Command, tmp_path: Path, examples: Path, pictures: Path
) -> None:
    outcome = meta_train("--json")
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.json["out"] == str(tmp_path / "mine.safetensors")
    assert (outcome.json["data"], outcome.json["episodes"]) == ("shades", "8")
    weights = load_weights(tmp_path / "mine.safetensors")
    assert weights.network == TINY
    assert weights.about["pretraining"] == "4 steps of 16"
    given = ("--examples", examples, "--pictures", pictures, "--out", tmp_path / "results.csv")
    used = command("classify", *given, "--weights", tmp_path / "mine.safetensors", "--json")
    assert used.code == 0 and used.json["pictures"] == 12


@pytest.mark.usefixtures("small")
def test_meta_training_goes_on_where_it_was_stopped(
    meta_train: Command, tmp_path: Path, steps: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr("fewshot_gui.learner.training.meta_train", killed)
        assert meta_train().code not in (0, 1)
    assert steps == [0, 1, 2, 3]
    assert not (tmp_path / "mine.safetensors").exists()
    steps.clear()
    decoded: list[object] = []
    monkeypatch.setattr("fewshot_gui.learner.collection.isolated.read", lambda *_: decoded.append(_))
    assert meta_train(steps=6).code == 0
    assert steps == [4, 5]
    assert decoded == []
    log = [json.loads(line) for line in (tmp_path / "mine.safetensors.work" / "log.jsonl").read_text().splitlines()]
    assert [record["step"] for record in log if "step" in record] == [4, 6]
    assert log[-1]["episodes"] == 8


@pytest.mark.usefixtures("small")
def test_the_same_seed_trains_the_same_weights(command: Command, collection: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        given = ("--out", tmp_path / f"{name}.safetensors", "--steps", 2, "--episodes", 4, "--device", "cpu")
        assert command("meta-train", "--data", collection, *given).code == 0
    one, two = (load_weights(tmp_path / f"{name}.safetensors") for name in ("one", "two"))
    for name, tensor in one.start.tensors().items():
        assert tensor.equal(two.start.tensors()[name]), name


def test_meta_training_refuses_what_it_cannot_do(meta_train: Command, command: Command, tmp_path: Path) -> None:
    out = tmp_path / "mine.safetensors"
    out.write_bytes(b"the work of a week")
    assert "was not made by this command" in meta_train().err
    assert out.read_bytes() == b"the work of a week"
    for other in (tmp_path / "mine.pt", tmp_path / "missing" / "mine.safetensors"):
        outcome = command("meta-train", "--data", tmp_path, "--out", other)
        assert outcome.code == 2 and "must be a .safetensors file in a folder that exists" in outcome.err


@pytest.mark.usefixtures("small")
def test_meta_training_can_begin_with_an_earlier_pretraining(meta_train: Command, tmp_path: Path) -> None:
    assert meta_train().code == 0
    (tmp_path / "mine.safetensors").rename(tmp_path / "earlier.safetensors")
    work = tmp_path / "mine.safetensors.work"
    earlier = (work / "pretrain.pt").rename(tmp_path / "pretrain.pt")
    before = torch.load(earlier, weights_only=True)["network"]
    assert meta_train("--begin-with", earlier, "--rate", 0, steps=1).code == 0
    after = torch.load(work / "pretrain.pt", weights_only=True)["network"]
    for name in ("trunk.layers.0.0.weight", "expand.weight", "head.weight"):
        assert torch.equal(before[name], after[name]), name
    refused = meta_train("--begin-with", tmp_path / "nothing.pt")
    assert refused.code == 2 and "There is no file" in refused.err


@pytest.mark.usefixtures("small")
def test_pretraining_shows_pictures_at_the_sides_that_are_asked_for_in_turn(
    meta_train: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[int] = []
    original = _Pool.batch

    def noted(self: _Pool, *which: Any) -> Any:
        views, labels = original(self, *which)
        shown.append(views.shape[-1])
        return views, labels

    monkeypatch.setattr(_Pool, "batch", noted)
    assert meta_train("--side", 48, "--side", 32, "--side", 40).code == 0
    assert shown == [48, 32, 40, 48]


@pytest.mark.usefixtures("small")
def test_a_trunk_is_distilled_from_those_of_earlier_pretrainings(meta_train: Command, tmp_path: Path) -> None:
    assert meta_train().code == 0
    (tmp_path / "mine.safetensors").rename(tmp_path / "earlier.safetensors")
    work = tmp_path / "mine.safetensors.work"
    earlier = (work / "pretrain.pt").rename(tmp_path / "pretrain.pt")
    distilled = ("--teacher", earlier, "--teacher", earlier, "--distil-steps", 2, "--distil-pictures", 60)
    outcome = meta_train(*distilled)
    assert outcome.code == 0, outcome.err
    assert "distilled from 2" in load_weights(tmp_path / "mine.safetensors").about["pretraining"]
    assert not (work / "pretrain.pt").exists() and (work / "distil.pt").exists()
    refused = meta_train("--teacher", tmp_path / "nothing.pt")
    assert refused.code == 2 and "There is no file" in refused.err
    refused = meta_train("--teacher", earlier, "--begin-with", earlier)
    assert refused.code == 2 and "not two of them" in refused.err


@pytest.mark.usefixtures("small")
def test_meta_training_on_a_backbone_that_is_not_here_is_refused(meta_train: Command) -> None:
    outcome = meta_train("--backbone", "resnet50")
    assert outcome.code == 2 and "weights get resnet50" in outcome.err


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize(
    ("classes", "words"),
    [(None, "does not exist"), ([], "at least two sub-folders"), (["one"], "at least two sub-folders"),
     (["shade 0", "shade 1", "shade 2"], "too few classes to train on")],
)  # fmt: skip
def test_collections_that_are_too_small_are_refused(
    command: Command, tmp_path: Path, paint: Paint, classes: list[str] | None, words: str
) -> None:
    for name in classes or []:
        paint(tmp_path / "small" / name / "1.png")
    if classes is not None:
        (tmp_path / "small").mkdir(exist_ok=True)
    outcome = command("meta-train", "--data", tmp_path / "small", "--out", tmp_path / "x.safetensors")
    assert (outcome.code, outcome.out) == (2, "")
    assert words in outcome.err
    assert not (tmp_path / "x.safetensors").exists()
