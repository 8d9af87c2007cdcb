"""The MAML family: what sets each algorithm apart, and that each learns what is its own."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from fewshot_gui.learner.algorithms import ALGORITHMS, learn, learn_algorithms
from fewshot_gui.learner.algorithms.algorithm import Algorithm, query_gradients
from fewshot_gui.learner.algorithms.anil import ANIL
from fewshot_gui.learner.algorithms.maml import FOMAML, ORIGINAL_MAML, ROWS
from fewshot_gui.learner.algorithms.mixture import MIXTURE
from fewshot_gui.learner.algorithms.proto_maml import PROTO_MAML
from fewshot_gui.learner.algorithms.reptile import REPTILE, away_from_adapted
from fewshot_gui.learner.algorithms.unicorn import UNICORN_MAML
from fewshot_gui.learner.backbone import TINY
from fewshot_gui.learner.errors import WeightsError
from fewshot_gui.learner.inner_loop import Parameters, Start, Task, adapt, scores
from fewshot_gui.learner.learner import Learner
from fewshot_gui.learner.methods import METHODS, SHIPPED
from fewshot_gui.learner.outer_loop import FeatureSet, OuterSettings, draw_task
from fewshot_gui.learner.weights import load_weights, save_weights, untrained

BLOCKS = (5, 7)
D = sum(BLOCKS)
FEW = OuterSettings(episodes=8, per_update=2, queries=3)
LEARNING = [a for a in ALGORITHMS.values() if a is not MIXTURE]
BY_QUERIES = [a for a in LEARNING if a is not REPTILE]


def named(algorithm: Algorithm) -> str:
    return algorithm.name


def common_start() -> Start:
    """A tail that turns and stretches a little, in double precision."""
    generator = torch.Generator().manual_seed(0)
    fresh = {k: v.double() for k, v in Start.fresh(BLOCKS).tensors().items()}
    tail = torch.eye(D).double() + 0.1 * torch.randn(D, D, generator=generator).double()
    return Start.fresh(BLOCKS).with_tensors({**fresh, "tail": tail})


def begun(algorithm: Algorithm, **tensors: Tensor) -> Parameters:
    """What the algorithm begins with, in double precision."""
    return {name: value.double() for name, value in algorithm.begin(common_start()).items()} | tensors


def toy_task(shots: list[int], seed: int = 0) -> tuple[Task, Tensor, Tensor]:
    generator = torch.Generator().manual_seed(seed)
    labels = torch.repeat_interleave(torch.arange(len(shots)), torch.tensor(shots))
    centres = torch.randn(len(shots), D, generator=generator).double()
    features = centres[labels] + 0.5 * torch.randn(len(labels), D, generator=generator).double()
    queries = centres + 0.5 * torch.randn(len(shots), D, generator=generator).double()
    return Task(features, labels, len(shots)), queries, torch.arange(len(shots))


def toy_collection(seed: int = 0, classes: int = 6, each: int = 12) -> FeatureSet:
    rng = np.random.default_rng(seed)
    features = np.repeat(rng.normal(size=(classes, D)), each, axis=0) + rng.normal(size=(classes * each, D))
    rows = np.split(np.arange(classes * each), classes)
    return FeatureSet("toy", features[None].astype(np.float16), tuple(rows))


def probabilities(algorithm: Algorithm, own: Parameters, task: Task, query: Tensor) -> Tensor:
    start = common_start()
    return scores(algorithm.adapt(start, own, task), start.join(query)).softmax(1)


def after_renumbering(algorithm: Algorithm) -> tuple[Tensor, Tensor]:
    """Probabilities of the same queries, with classes as given and numbered anew; both in the first order."""
    task, query, _ = toy_task([3, 1, 2])
    renumber = torch.tensor([2, 0, 1])
    again = Task(task.features, renumber[task.labels], task.way)
    own = begun(algorithm)
    return probabilities(algorithm, own, task, query), probabilities(algorithm, own, again, query)[:, renumber]


@pytest.mark.parametrize("algorithm", [UNICORN_MAML, PROTO_MAML], ids=named)
def test_without_rows_of_their_own_the_order_of_classes_does_not_matter(algorithm: Algorithm) -> None:
    one, two = after_renumbering(algorithm)
    assert torch.allclose(one, two, atol=1e-9)


@pytest.mark.parametrize("algorithm", [ORIGINAL_MAML, FOMAML, ANIL, REPTILE], ids=named)
def test_with_a_row_for_every_class_the_order_of_classes_matters(algorithm: Algorithm) -> None:
    one, two = after_renumbering(algorithm)
    assert not torch.allclose(one, two, atol=1e-3)


def test_anil_moves_the_head_alone_where_maml_moves_the_tail_too() -> None:
    start, (task, _, _) = common_start(), toy_task([2, 2, 2])
    for algorithm, tail_moves in ((ANIL, False), (FOMAML, True), (ORIGINAL_MAML, True)):
        own = begun(algorithm)
        fast = algorithm.adapt(start, own, task)
        assert torch.equal(fast["tail.weight"], start.tail) is not tail_moves
        assert not torch.equal(fast["head.weight"], own["head.weight"][:3])


def test_the_shared_vector_of_unicorn_changes_no_probability() -> None:
    task, query, _ = toy_task([3, 1, 2])
    free = replace(UNICORN_MAML, fixed={"gamma": 0.0})
    w = torch.randn(D, generator=torch.Generator().manual_seed(1)).double()
    one, two = (probabilities(free, begun(free, w=vector), task, query) for vector in (w, 0 * w))
    assert torch.allclose(one, two, atol=1e-9)


def test_proto_maml_without_steps_answers_the_nearest_class_mean() -> None:
    start, (task, query, _) = common_start(), toy_task([3, 1, 2])
    still = begun(PROTO_MAML, log_rates=torch.full((3, 5), -50.0).double())
    shown = start.embed(task.features)
    means = torch.stack([shown[task.labels == k].mean(0) for k in range(3)])
    distances = torch.cdist(start.embed(query), means).square()
    expected = (-0.5 * still["log_scale"].exp() * distances).softmax(1)
    assert torch.allclose(probabilities(PROTO_MAML, still, task, query), expected, atol=1e-6)


@pytest.fixture
def whole_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """No step is made shorter: how much shorter counts as a constant in gradients."""
    monkeypatch.setattr("fewshot_gui.learner.inner_loop.MOST_GAIN", torch.inf)


@pytest.mark.usefixtures("whole_steps")
@pytest.mark.parametrize("algorithm", [ORIGINAL_MAML, ANIL], ids=named)
def test_second_order_gradients_are_those_of_finite_differences(algorithm: Algorithm) -> None:
    start, (task, query, labels), own = common_start(), toy_task([2, 1, 3]), begun(algorithm)
    generator = torch.Generator().manual_seed(2)
    for name, gradient in query_gradients(algorithm, start, own, task, query, labels).items():
        direction = 1e-5 * torch.randn(own[name].shape, generator=generator).double()
        ahead, behind = (
            float(cross_entropy(scores(algorithm.adapt(start, moved, task), start.join(query)), labels).detach())
            for moved in ({**own, name: own[name] + direction}, {**own, name: own[name] - direction})
        )
        assert (ahead - behind) / 2 == pytest.approx(float((gradient * direction).sum()), rel=1e-5), name


@pytest.mark.usefixtures("whole_steps")
def test_first_order_gradients_are_those_at_the_adapted_head_and_differ_from_second_order_ones() -> None:
    start, (task, query, labels), own = common_start(), toy_task([2, 1, 3]), begun(FOMAML)
    first, second = (
        query_gradients(a, start, own, task, query, labels)["head.weight"][:3] for a in (FOMAML, ORIGINAL_MAML)
    )
    fast = {name: value.detach().requires_grad_() for name, value in FOMAML.adapt(start, own, task).items()}
    cross_entropy(scores(fast, start.join(query)), labels).backward()
    assert torch.allclose(first, fast["head.weight"].grad)
    assert not torch.allclose(first, second, rtol=0.1)


@pytest.mark.parametrize("algorithm", BY_QUERIES, ids=named)
def test_all_that_is_learned_receives_gradients_and_every_rate_that_steps_use(algorithm: Algorithm) -> None:
    gradients = query_gradients(algorithm, common_start(), begun(algorithm), *toy_task([2, 1, 3]))
    assert gradients.keys() == algorithm.begin(common_start()).keys()
    assert all(float(g.abs().sum()) > 0 for g in gradients.values())
    moved = [name in algorithm.moving for name in ("tail.weight", "head.weight", "head.bias")]
    assert gradients["log_rates"].abs().sum(1).gt(0).tolist() == moved


def test_reptile_moves_to_the_mean_of_what_tasks_adapted_to() -> None:
    start, own = common_start(), begun(REPTILE)
    tasks = [toy_task([2, 1, 3], seed=1), toy_task([1, 4, 2], seed=2)]
    away = [away_from_adapted(REPTILE, start, own, *task) for task in tasks]
    for name in ("head.weight", "head.bias"):
        adapted = [REPTILE.adapt(start, own, task)[name] for task, _, _ in tasks]
        moved = own[name] - torch.stack([a[name] for a in away]).mean(0)
        assert torch.allclose(moved[:3], torch.stack(adapted).mean(0))
        assert torch.equal(moved[3:], own[name][3:])
    assert float(away[0]["log_rates"].abs().sum()) == 0


def test_the_shipped_learner_is_the_mixture() -> None:
    start, (task, _, _) = common_start(), toy_task([3, 1, 2])
    shipped = adapt(start, task)[1]
    assert all(torch.equal(value, shipped[name]) for name, value in MIXTURE.adapt(start, {}, task).items())
    assert MIXTURE.name == SHIPPED


@pytest.mark.parametrize("algorithm", [PROTO_MAML, FOMAML], ids=named)
def test_learning_lowers_the_loss_on_queries(algorithm: Algorithm) -> None:
    start, collection, rng = Start.fresh(BLOCKS), toy_collection(), np.random.default_rng(1)

    def timid(common: Start) -> Parameters:
        return {name: v - 3 if name.startswith("log_") else v for name, v in algorithm.begin(common).items()}

    slow = replace(algorithm, begin=timid)
    learned = learn(slow, start, [collection], replace(FEW, episodes=80))
    before = after = 0.0
    for _ in range(10):
        task, query, labels = draw_task(collection, rng, FEW)
        losses = [
            cross_entropy(scores(slow.adapt(start, own, task), start.join(query)), labels)
            for own in (timid(start), learned)
        ]
        before, after = before + float(losses[0].detach()), after + float(losses[1].detach())
    assert after < 0.9 * before


def test_every_algorithm_but_the_shipped_one_learns_tensors_of_its_own_and_the_start_rests() -> None:
    start = Start.fresh(BLOCKS)
    before = {name: value.clone() for name, value in start.tensors().items()}
    told: list[tuple[str, int, int]] = []
    learned = learn_algorithms(start, [toy_collection()], FEW, progress=lambda *t: told.append(t))
    assert list(learned) == [a.name for a in LEARNING] == list(METHODS)[-len(LEARNING) :]
    for algorithm in LEARNING:
        still = [k for k, v in algorithm.begin(start).items() if torch.equal(v, learned[algorithm.name][k])]
        assert still == (["log_rates"] if algorithm is REPTILE else []), algorithm.name
    assert all(torch.equal(before[name], value) for name, value in start.tensors().items())
    assert told[-1] == ("Learning reptile", 4, 4) and len(told) == 4 * len(LEARNING)
    again = learn(FOMAML, start, [toy_collection()], FEW)
    assert all(torch.equal(again[name], value) for name, value in learned["fomaml"].items())


@pytest.mark.parametrize("episodes", [0, 1])
def test_what_has_learned_nothing_is_not_kept(episodes: int) -> None:
    assert learn_algorithms(Start.fresh(BLOCKS), [toy_collection()], replace(FEW, episodes=episodes)) == {}


@pytest.fixture(scope="module")
def learner(tmp_path_factory: pytest.TempPathFactory) -> Learner:
    """A tiny one whose weights were written and read, with what every algorithm begins with in place of learned."""
    path: Path = tmp_path_factory.mktemp("weights") / "tiny.safetensors"
    weights = untrained(TINY)
    save_weights(path, replace(weights, algorithms={a.name: a.begin(weights.start) for a in LEARNING}))
    return Learner(load_weights(path), "cpu")


@pytest.mark.parametrize("algorithm", LEARNING, ids=named)
def test_it_is_measured_like_any_method_each_query_alone(algorithm: Algorithm, learner: Learner) -> None:
    rng = np.random.default_rng(0)
    centres = rng.normal(size=(3, *learner.feature_shape))
    labels = np.array([0, 0, 1, 2, 2])
    noisy = centres[[*labels, 0, 1, 2]] + 0.1 * rng.normal(size=(8, *learner.feature_shape))
    support, queries = noisy[:5].astype(np.float16), noisy[5:].astype(np.float16)
    assert METHODS[algorithm.name].refusal(learner, 3) is None
    predict = METHODS[algorithm.name].fit(learner, support, labels, 3)
    answers, known = predict(queries)
    assert answers.argmax(1).tolist() == [0, 1, 2] and known.shape == (3,)
    assert np.allclose(answers.sum(1), 1, atol=1e-5)
    assert np.allclose(predict(queries[1:2])[0], answers[1:2], atol=1e-5)


def test_with_the_folder_the_shipped_learner_lets_the_pictures_of_one_call_help_each_other(learner: Learner) -> None:
    rng = np.random.default_rng(0)
    truth = np.repeat([0, 1], 30)
    centres = rng.normal(size=(2, *learner.feature_shape))
    noisy = (centres[[0, 1, *truth]] + 1.8 * rng.normal(size=(62, *learner.feature_shape))).astype(np.float16)
    predict, alone = (METHODS[n].fit(learner, noisy[:2], np.arange(2), 2) for n in (f"{SHIPPED}-folder", SHIPPED))
    answers, known = predict(noisy[2:])
    assert answers.shape == (60, 2) and known.shape == (60,)
    assert (answers.argmax(1) == truth).mean() > (alone(noisy[2:])[0].argmax(1) == truth).mean() + 0.05
    assert np.array_equal(predict(noisy[2:12])[0], alone(noisy[2:12])[0])  # too few to be a folder


@pytest.mark.parametrize("algorithm", LEARNING, ids=named)
def test_weights_in_which_it_has_learned_nothing_are_refused_in_words(algorithm: Algorithm) -> None:
    bare = Learner(untrained(TINY), "cpu")
    support = np.zeros((2, *bare.feature_shape), np.float16)
    assert METHODS[SHIPPED].refusal(bare, 2) is None
    with pytest.raises(WeightsError, match=f"hold nothing that {algorithm.name} has learned"):
        METHODS[algorithm.name].fit(bare, support, np.arange(2), 2)


def test_more_classes_than_rows_are_refused_in_words(learner: Learner) -> None:
    way = ROWS + 1
    assert UNICORN_MAML.refusal(learner, way) is None
    assert REPTILE.refusal(learner, way) == f"reptile has learned rows for {ROWS} classes at most, not {way}."
    with pytest.raises(WeightsError, match="rows for 20 classes at most, not 21"):
        FOMAML.adapt(common_start(), begun(FOMAML), toy_task([1] * way)[0])
