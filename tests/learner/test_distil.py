"""Several trunks teach one: what it begins as, what it is shown and told, and that it learns."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from fewshot_gui.learner.backbone import TINY, Trunk, freeze, normalise
from fewshot_gui.learner.collection import Collection
from fewshot_gui.learner.distil import DistilSettings, distil, grown
from fewshot_gui.learner.inner_loop import Start
from fewshot_gui.learner.outer_loop import FeatureSet
from fewshot_gui.learner.teachers import Opinion, Teachers, ask, choose_pictures, kept_lessons, load_trunk

SIZE = 2 * sum(TINY.widths)


def trunk(seed: int, blocks: tuple[int, ...] = TINY.blocks) -> Trunk:
    torch.manual_seed(seed)
    return Trunk(replace(TINY, blocks=blocks))


def pictures(count: int, side: int = 32, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (count, side, side, 3), np.uint8)


def as_tensor(given: np.ndarray) -> Tensor:
    return torch.from_numpy(given).permute(0, 3, 1, 2).float()


@pytest.mark.parametrize("blocks", [(1, 1, 1), (1, 2, 2), (3, 1, 2)])
def test_a_grown_trunk_computes_what_the_small_one_did(blocks: tuple[int, ...]) -> None:
    small = trunk(1)
    small.train()(normalise(as_tensor(pictures(8))))  # statistics of its own
    large = grown(small, replace(TINY, blocks=blocks))
    seen = normalise(as_tensor(pictures(4, seed=1)))
    with torch.no_grad():
        before, after = small.eval().features(seen), large.eval().features(seen)
    assert torch.allclose(before, after, atol=1e-6)
    learning = torch.autograd.grad(large(seen).square().sum(), list(large.parameters()), allow_unused=True)
    assert all(g is not None for g in learning)  # the new blocks can learn


@pytest.mark.parametrize("blocks", [(1, 1, 1), (2, 3, 1)])
def test_a_checkpoint_tells_how_many_blocks_its_stages_have(tmp_path: Path, blocks: tuple[int, ...]) -> None:
    known = trunk(3, blocks)
    network = {f"trunk.{k}": v for k, v in known.state_dict().items()} | {"head.bias": torch.zeros(3)}
    torch.save({"network": network}, tmp_path / "pretrain.pt")
    found = load_trunk(tmp_path / "pretrain.pt", TINY)
    assert found.stage_ends == known.stage_ends
    assert all(v.equal(found.state_dict()[k]) for k, v in known.state_dict().items())


def opinion_of(trunks: list[Trunk]) -> Opinion:
    teachers = Teachers([freeze(t) for t in trunks], TINY)
    with torch.inference_mode():
        features = teachers(as_tensor(pictures(40, seed=5)))
    known = FeatureSet("known", features.half().numpy()[None], (np.arange(20), np.arange(20, 40)))
    start = replace(Start.fresh(teachers.blocks), centre=features.mean(0).clone())
    return Opinion.of(teachers, start, [known], SIZE, "cpu")


def test_teachers_say_the_same_of_a_picture_and_its_mirror_image_unless_it_is_a_glyph() -> None:
    opinion = opinion_of([trunk(1), trunk(2)])
    seen = as_tensor(pictures(6, seed=2))
    assert torch.allclose(opinion(seen, True), opinion(seen.flip(3), True), atol=1e-2)
    assert not torch.allclose(opinion(seen, False), opinion(seen.flip(3), False), atol=3e-2)
    assert torch.allclose(opinion(seen, True)[:1], opinion(seen[:1], True), atol=1e-2)  # the batch doesn't matter


def test_held_classes_are_not_shown_and_every_other_row_at_most_once() -> None:
    labels = np.repeat(np.arange(4), 30)
    collections = [Collection(name, pictures(120), labels, ("a", "b", "held", "c")) for name in ("one", "two")]
    chosen = choose_pictures(collections, 1_000, lambda name: name == "held")
    for collection in collections:
        rows = np.concatenate([r for c, r in chosen if c is collection])
        assert sorted(rows) == list(np.flatnonzero(labels != 2))
    assert sum(len(rows) for _, rows in choose_pictures(collections, 50, lambda _: False)) == 50


def test_a_student_comes_closer_to_its_teachers_and_goes_on_where_it_was_stopped(tmp_path: Path) -> None:
    collection = Collection("colours", pictures(96), np.repeat(np.arange(2), 48), ("a", "b"))
    chosen = choose_pictures([collection], 96, lambda _: False)
    assert kept_lessons(tmp_path) is None
    ask(opinion_of([trunk(1), trunk(2)]), chosen, SIZE, 32, tmp_path)
    lessons = kept_lessons(tmp_path)
    assert lessons is not None
    assert lessons.views.shape == (96, 3, 32, 32) and lessons.targets.shape == (96, SIZE) and lessons.colour.all()
    losses: list[float] = []
    settings = DistilSettings(steps=30, batch=32, warmup=2, sides=(32,), checkpoint_every=5, average=0.5)

    def learn(checkpoint: Path, most: int) -> dict[str, Tensor]:
        stopped = replace(settings, steps=most)
        stopped_at = distil(
            grown(trunk(2), TINY), TINY, lessons, checkpoint, stopped, log=lambda r: losses.append(r["loss"])
        )
        return stopped_at.state_dict()

    whole = learn(tmp_path / "whole.pt", 30)
    assert losses[-1] < losses[0]
    again = learn(tmp_path / "whole.pt", 30)  # nothing is left to do
    assert all(v.equal(again[k]) for k, v in whole.items())
    assert len(losses) == 6


def test_lessons_know_which_pictures_have_no_colour_and_count_only_when_all_is_said(tmp_path: Path) -> None:
    grey = pictures(8).mean(-1, keepdims=True).repeat(3, -1).astype(np.uint8)
    collection = Collection("greys", grey, np.arange(8) // 4, ("a", "b"))
    chosen = choose_pictures([collection], 8, lambda _: False)

    def stopped(*_: object) -> Tensor:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ask(stopped, chosen, SIZE, 32, tmp_path)  # type: ignore[arg-type]
    assert kept_lessons(tmp_path) is None
    ask(opinion_of([trunk(1)]), chosen, SIZE, 32, tmp_path)
    lessons = kept_lessons(tmp_path)
    assert lessons is not None and not lessons.colour.any()
