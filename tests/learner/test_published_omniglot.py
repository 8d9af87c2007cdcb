"""The published Omniglot tables: what is read, what is refused, and that the measuring is honest."""

import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image, ImageDraw

from fewshot_gui.learner.collection import CollectionError
from fewshot_gui.learner.published import omniglot, omniglot_challenge
from fewshot_gui.learner.published.drawings import EpisodeSettings, Glyphs, Warps, draw_batch, read_drawing
from fewshot_gui.learner.published.glyphs import GlyphNetwork, GlyphSettings, train
from fewshot_gui.learner.published.matching import METHODS, Inner, MatchSettings, all_scores, look
from fewshot_gui.learner.published.omniglot import OmniglotSettings, read_characters, split_characters
from fewshot_gui.learner.published.omniglot_challenge import (
    ChallengeSettings,
    error_percent,
    hausdorff,
    read_background,
    read_runs,
)
from fewshot_gui.learner.published.results import figure

TINY = GlyphSettings(
    side=12,
    channels=(4, 4),
    strides=(2, 2),
    embedding=4,
    steps=2,
    episodes=1,
    half=False,
    episode=EpisodeSettings(way=3, drawings=2),
)
FEW_LOOKS = MatchSettings(looks=2, steps=2, episodes=2)
CPU = torch.device("cpu")


def drawing(character: int, drawer: int = 0) -> bytes:
    """A PNG of 105 x 105, black on white as the official ones: a polygon of its own for every character."""
    rng = np.random.default_rng(character)
    corners = rng.integers(15, 90, (4, 2)) + np.random.default_rng(1000 + drawer).integers(-3, 4, (4, 2))
    picture = Image.new("1", (105, 105), 1)
    ImageDraw.Draw(picture).line([tuple(corner) for corner in corners.tolist()], fill=0, width=3)
    stream = io.BytesIO()
    picture.save(stream, "PNG")
    return stream.getvalue()


def zipped(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def runs_zip(path: Path, runs: int = 2, way: int = 3) -> Path:
    """all_runs.zip in small: test drawing i shows character i, training drawing i shows character i + 1 (round)."""
    files: dict[str, bytes] = {}
    for run in range(1, runs + 1):
        lines = []
        for i in range(way):
            query, example = f"run{run:02}/test/item{i + 1:02}.png", f"run{run:02}/training/class{i + 1:02}.png"
            files[query], files[example] = drawing(10 * run + i, 1), drawing(10 * run + (i + 1) % way)
            lines.append(f"{query} run{run:02}/training/class{(i - 1) % way + 1:02}.png")
        files[f"run{run:02}/class_labels.txt"] = "\n".join(lines).encode()
    return zipped(path, files)


def background_zip(path: Path) -> Path:
    return zipped(
        path,
        {
            f"{path.stem}/{alphabet}/character{c:02}/{c:04}_{drawer:02}.png": drawing(100 * len(alphabet) + c, drawer)
            for alphabet in ("Latin", "Tagalog")
            for c in range(1, 5)
            for drawer in range(1, 6)
        },
    )


@pytest.fixture
def official(tmp_path: Path) -> Path:
    runs_zip(tmp_path / "all_runs.zip")
    for name in omniglot_challenge.SETS:
        background_zip(tmp_path / f"{name}.zip")
    return tmp_path


@pytest.fixture
def characters(tmp_path: Path) -> Path:
    """Twelve characters of two alphabets by twenty drawers, and a thirteenth that lacks a drawing."""
    folder = tmp_path / "omniglot"
    for c in range(13):
        own = folder / f"{'Latin' if c % 2 else 'Greek'}_character{c:02}"
        own.mkdir(parents=True)
        for drawer in range(1, 21 - (c == 12)):
            (own / f"abc_{c:04}_{drawer:02}.png").write_bytes(drawing(c, drawer))
    return folder


def random_glyphs(characters: int = 6, drawers: int = 3, side: int = 18) -> Glyphs:
    ink = [[read_drawing(drawing(c, d), side) for d in range(drawers)] for c in range(characters)]
    return Glyphs(torch.from_numpy(np.array(ink)), torch.arange(characters) // (characters // 2))


def small_challenge() -> ChallengeSettings:
    return ChallengeSettings(seeds=(0, 1), glyphs=TINY, matching=FEW_LOOKS)


def small_omniglot() -> OmniglotSettings:
    return OmniglotSettings(
        training_characters=8, way=3, shots=(1, 2), queries=2, tasks=3, glyphs=TINY, matching=FEW_LOOKS
    )


def test_runs_are_read_with_their_truth(tmp_path: Path) -> None:
    runs = read_runs(runs_zip(tmp_path / "all_runs.zip"))
    assert [run.truth for run in runs] == [(2, 0, 1), (2, 0, 1)]
    assert [len(run.examples) for run in runs] == [3, 3]
    assert runs[1].queries[0] == drawing(20, 1)
    assert runs[1].examples[2] == drawing(20)


def test_the_error_is_the_share_of_wrong_answers() -> None:
    scores = torch.tensor([[0.9, 0.1, 0.0], [0.2, 0.3, 0.1], [0.1, 0.5, 0.2], [0.0, 0.1, 0.2]])
    assert error_percent(scores, (0, 1, 1, 0)) == 25.0


def test_the_same_drawing_has_no_hausdorff_distance_from_itself() -> None:
    drawings = [drawing(c) for c in range(4)]
    scores = hausdorff(drawings, drawings)
    assert torch.equal(scores.argmax(1), torch.arange(4))
    assert torch.equal(scores.diagonal(), torch.zeros(4))


@pytest.mark.parametrize("name", ["../climbs.png", "/absolute.png", "run01/../../x.png", "C:/x.png", "run01\\..\\x"])
def test_a_zip_with_a_name_that_leads_out_of_it_is_refused(tmp_path: Path, name: str) -> None:
    path = zipped(tmp_path / "all_runs.zip", {name: b"x"})
    with pytest.raises(CollectionError, match="leads out of it"):
        read_runs(path)


def test_what_is_no_zip_or_missing_or_empty_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "no.zip").write_bytes(b"not a zip")
    with pytest.raises(CollectionError, match="can't be read as a zip"):
        read_runs(tmp_path / "no.zip")
    with pytest.raises(CollectionError, match="is missing"):
        read_runs(tmp_path / "nowhere.zip")
    with pytest.raises(CollectionError, match="holds no runs"):
        read_runs(zipped(tmp_path / "empty.zip", {}))
    with pytest.raises(CollectionError, match="too large"):
        read_runs(zipped(tmp_path / "large.zip", {"run01/a.png": bytes(omniglot_challenge.LARGEST_FILE + 1)}))


def test_labels_that_name_no_drawing_are_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path / "all_runs.zip", {"run01/class_labels.txt": b"run01/test/a.png run01/training/b.png"})
    with pytest.raises(CollectionError, match="not there"):
        read_runs(path)


def test_a_background_set_is_read_by_alphabet_character_and_drawer(tmp_path: Path) -> None:
    glyphs = read_background(background_zip(tmp_path / "images_background_small1.zip"), 18)
    assert glyphs.ink.shape == (8, 5, 18, 18)
    assert glyphs.alphabet.tolist() == [0, 0, 0, 0, 1, 1, 1, 1]
    assert np.array_equal(glyphs.ink[1, 2].numpy(), read_drawing(drawing(502, 3), 18))


def test_a_background_character_without_all_drawers_is_refused(tmp_path: Path) -> None:
    files = {f"s/Latin/character01/0001_{d:02}.png": drawing(1, d) for d in (1, 2)}
    path = zipped(tmp_path / "s.zip", files | {"s/Latin/character02/0002_01.png": drawing(2)})
    with pytest.raises(CollectionError, match="same drawers"):
        read_background(path, 18)


def test_a_drawing_is_centred_wherever_it_was_drawn() -> None:
    def square(left: int, top: int) -> bytes:
        picture = Image.new("1", (105, 105), 1)
        ImageDraw.Draw(picture).rectangle([left, top, left + 30, top + 20], outline=0, width=3)
        stream = io.BytesIO()
        picture.save(stream, "PNG")
        return stream.getvalue()

    assert np.array_equal(read_drawing(square(5, 70), 42), read_drawing(square(60, 10), 42))


def test_an_empty_drawing_is_empty_paper() -> None:
    stream = io.BytesIO()
    Image.new("1", (105, 105), 1).save(stream, "PNG")
    assert not read_drawing(stream.getvalue(), 18).any()


def test_an_episode_within_an_alphabet_takes_no_other_characters() -> None:
    glyphs = random_glyphs()
    ink = torch.zeros_like(glyphs.ink)
    ink[:3] = 255  # the first alphabet is all ink, the second blank
    settings, warps = EpisodeSettings(way=5, drawings=2), Warps(shift=0.0, bend=0.0)
    for seed in range(8):
        x, ways = draw_batch(Glyphs(ink, glyphs.alphabet), 1, settings, warps, 12, torch.Generator().manual_seed(seed))
        assert ways == [3]
        filled = x.amax((1, 2, 3)) > 0
        assert filled.all() or not filled.any()


def test_a_query_is_answered_alike_alone_and_among_others() -> None:
    torch.manual_seed(0)
    network = GlyphNetwork(TINY).eval()
    glyphs = random_glyphs()
    inner = Inner(torch.full((3, 2), -1.0), torch.tensor(2.0))
    examples = look(network, glyphs.ink[:, 0], 12, FEW_LOOKS, CPU)
    together = all_scores(network, inner, examples, look(network, glyphs.ink[:, 1], 12, FEW_LOOKS, CPU), FEW_LOOKS)
    for row in range(6):
        query = look(network, glyphs.ink[row : row + 1, 1], 12, FEW_LOOKS, CPU)
        alone = all_scores(network, inner, examples, query, FEW_LOOKS)
        for method in METHODS:
            torch.testing.assert_close(alone[method][0], together[method][row], atol=1e-5, rtol=1e-4)


def test_the_inner_loop_fits_the_examples_and_leaves_the_network_alone() -> None:
    torch.manual_seed(0)
    network = GlyphNetwork(TINY).eval().requires_grad_(False)
    before = network.project.weight.clone()
    examples = look(network, random_glyphs().ink[:, 0], 12, FEW_LOOKS, CPU)
    labels = torch.arange(6).repeat_interleave(2)

    def loss(steps: int) -> float:
        inner = Inner(torch.full((3, steps), -6.0), torch.tensor(2.0))
        scores = inner.scores(inner.adapt(network, examples), examples.flatten(0, 1))
        return float(torch.nn.functional.cross_entropy(scores, labels))

    assert loss(20) < loss(5) < loss(0)
    assert torch.equal(network.project.weight, before)


def test_training_that_was_interrupted_ends_as_if_it_had_not_been(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fewshot_gui.learner.published.glyphs.SAVE_EVERY", 1)
    glyphs, settings = random_glyphs(), replace(TINY, steps=4)

    def interrupt(_: str, done: int, steps: int) -> None:
        if done == 3:
            raise KeyboardInterrupt

    whole = train(glyphs, settings, tmp_path / "whole.pt")
    with pytest.raises(KeyboardInterrupt):
        train(glyphs, settings, tmp_path / "broken.pt", progress=interrupt)
    resumed = train(glyphs, settings, tmp_path / "broken.pt")
    for name, tensor in whole.network.state_dict().items():
        assert torch.equal(tensor, resumed.network.state_dict()[name]), name


def test_no_character_both_trains_and_tests() -> None:
    for seed in range(5):
        training, test = split_characters(1623, 1200, seed)
        assert len(training) == 1200 and len(test) == 423
        assert sorted([*training, *test]) == list(range(1623))
    with pytest.raises(CollectionError, match="none is left"):
        split_characters(1200, 1200, 0)


def test_characters_lacking_drawings_are_left_out_and_named(characters: Path) -> None:
    glyphs, left_out = read_characters(characters, 18)
    assert glyphs.ink.shape == (12, 20, 18, 18)
    assert glyphs.alphabet.tolist() == [0] * 6 + [1] * 6
    assert left_out == ["Greek_character12"]


def test_a_folder_of_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "cats").mkdir()
    with pytest.raises(CollectionError, match="holds no Omniglot characters"):
        read_characters(tmp_path, 18)


def test_the_interval_of_a_figure_is_that_of_its_mean() -> None:
    assert figure([90.0, 100.0, 95.0, 95.0]) == {"mean": 95.0, "ci95": 4.0}
    assert figure([50.0]) == {"mean": 50.0, "ci95": 0.0}


def test_the_challenge_writes_errors_with_intervals_for_both_sets_and_the_same_again(
    official: Path, tmp_path: Path
) -> None:
    out = tmp_path / "results" / "challenge.json"
    first = omniglot_challenge.run(official, out, tmp_path / "work", small_challenge())
    assert json.loads(out.read_text())["error"] == first["error"]
    assert set(first["error"]) == {*omniglot_challenge.SETS, "mean of both sets"}
    for by_method in first["error"].values():
        assert set(by_method) == set(METHODS)
        assert all(set(found) == {"mean", "ci95"} and 0 <= found["mean"] <= 100 for found in by_method.values())
    assert first["seeds"] == [0, 1] and first["torch"] == torch.__version__ and first["parameters of a network"] > 0
    again = omniglot_challenge.run(official, out, tmp_path / "other work", small_challenge())
    assert again["error"] == first["error"]


def test_the_20_way_table_has_an_interval_for_every_shot_and_the_same_again(characters: Path, tmp_path: Path) -> None:
    out = tmp_path / "omniglot.json"
    first = omniglot.run(characters, out, tmp_path / "work", small_omniglot())
    assert json.loads(out.read_text())["accuracy"] == first["accuracy"]
    assert set(first["accuracy"]) == {"3-way 1-shot", "3-way 2-shot"}
    assert all(set(found) == {"mean", "ci95"} for by in first["accuracy"].values() for found in by.values())
    assert first["training characters"] == 8 and first["test characters"] == 4
    assert omniglot.run(characters, out, tmp_path / "other work", small_omniglot())["accuracy"] == first["accuracy"]
