"""The inner and outer loop against an independent library, and the invariants that MAML promises here."""

import higher
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression
from torch import nn
from torch.nn.functional import cross_entropy, linear

from fewshot_gui.learner.inner_loop import (
    HEAD_STEPS,
    LEAN,
    MOVING,
    Cancelled,
    Start,
    Task,
    adapt,
    balanced_loss,
    class_means,
    scores,
    settle_head,
    start_head,
)

BLOCKS = (5, 8, 7)
D = sum(BLOCKS)


def random_start(seed: int = 0, dtype: torch.dtype = torch.float64) -> Start:
    """A start in which every part matters: nothing is zero."""
    generator = torch.Generator().manual_seed(seed)
    fresh = Start.fresh(BLOCKS).tensors()
    tensors = {k: (v + 0.1 * torch.randn(v.shape, generator=generator)).to(dtype) for k, v in fresh.items()}
    return Start.fresh(BLOCKS).with_tensors(tensors | {"gamma": torch.tensor(0.6, dtype=dtype)})


def changed(start: Start, **tensors: torch.Tensor) -> Start:
    return start.with_tensors({**start.tensors(), **tensors})


def random_task(shots: list[int], seed: int = 0, dtype: torch.dtype = torch.float64) -> tuple[Task, torch.Tensor]:
    generator = torch.Generator().manual_seed(seed)
    labels = torch.repeat_interleave(torch.arange(len(shots)), torch.tensor(shots))
    centres = torch.randn(len(shots), D, generator=generator)
    features = centres[labels] + 0.5 * torch.randn(len(labels), D, generator=generator)
    queries = centres + 0.5 * torch.randn(len(shots), D, generator=generator)
    return Task(features.to(dtype), labels, len(shots)), queries.to(dtype)


class TailAndHead(nn.Module):
    """The same network as a module, for the library to adapt in its own way."""

    def __init__(self, start: Start, head: dict[str, torch.Tensor]) -> None:
        super().__init__()
        for name, tensor in {"tail.weight": start.tail, **head}.items():
            self.register_parameter(name.replace(".", "__"), nn.Parameter(tensor.detach().clone()))

    def forward(self, joined: torch.Tensor) -> torch.Tensor:
        return scores({name: getattr(self, name.replace(".", "__")) for name in MOVING}, joined)


def library_gradients(start: Start, task: Task, query: torch.Tensor, second_order: bool) -> dict[str, torch.Tensor]:
    """d(query loss)/d(tail and head before the steps), through all joint steps, as `higher` computes it."""
    net = TailAndHead(start, start_head(start, start.embed(task.features), task.labels, task.way))
    parameters = list(net.parameters())
    optimiser = torch.optim.SGD([{"params": [p], "lr": 1.0} for p in parameters])
    joined, asked = start.join(task.features), start.join(query)
    with higher.innerloop_ctx(net, optimiser, copy_initial_weights=False, track_higher_grads=second_order) as (f, opt):
        for rates in start.log_rates.exp().T:
            opt.step(balanced_loss(f(joined), task.labels, task.way), override={"lr": list(rates)})
        final = cross_entropy(f(asked), torch.arange(task.way))
        gradients = torch.autograd.grad(final, parameters if second_order else list(f.parameters()))
    return dict(zip(MOVING, gradients, strict=True))


def our_gradients(start: Start, task: Task, query: torch.Tensor, second_order: bool) -> dict[str, torch.Tensor]:
    """The same, by our own steps, without those of the head alone; its start enters as a leaf."""
    tail = start.tail.clone().requires_grad_()
    head = start_head(start, start.embed(task.features), task.labels, task.way)
    head = {k: v.clone().requires_grad_() for k, v in head.items()}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("fewshot_gui.learner.inner_loop.start_head", lambda *_: head)
        patch.setattr("fewshot_gui.learner.inner_loop.MOST_GAIN", torch.inf)
        _, fast = adapt(changed(start, tail=tail), task, head_steps=0, second_order=second_order)
    loss = cross_entropy(scores(fast, start.join(query)), torch.arange(task.way))
    return dict(zip(MOVING, torch.autograd.grad(loss, [tail, *head.values()]), strict=True))


@pytest.mark.parametrize("second_order", [False, True])
@pytest.mark.parametrize("shots", [[1, 1], [3, 1, 2], [5, 5, 5, 5, 5]])
def test_meta_gradients_agree_with_an_independent_library(shots: list[int], second_order: bool) -> None:
    start = random_start()
    task, query = random_task(shots)
    theirs = library_gradients(start, task, query, second_order)
    ours = our_gradients(start, task, query, second_order)
    for name, gradient in theirs.items():
        assert torch.allclose(ours[name], gradient, rtol=1e-5, atol=1e-8), name
    assert max(float(g.abs().max()) for g in theirs.values()) > 1e-3


def test_first_and_second_order_differ() -> None:
    start = random_start()
    task, query = random_task([3, 1, 2])
    first, second = (our_gradients(start, task, query, order) for order in (False, True))
    assert not torch.allclose(first["tail.weight"], second["tail.weight"], rtol=1e-3)


def test_everything_that_the_outer_loop_moves_receives_gradients() -> None:
    tensors = {k: v.clone().requires_grad_() for k, v in random_start().tensors().items()}
    task, query = random_task([2, 2, 2])
    start = random_start().with_tensors(tensors)
    _, fast = adapt(start, task)
    cross_entropy(scores(fast, start.join(query)), torch.arange(3)).backward()
    for name, tensor in tensors.items():
        assert tensor.grad is not None, name
        if name != "w":  # a row that all classes share leaves a softmax as it is
            assert tensor.grad.abs().sum() > 0, name


def test_rows_of_the_head_start_at_w_plus_scaled_class_means() -> None:
    start = random_start()
    task, _ = random_task([3, 1, 2])
    embeddings = start.embed(task.features)
    head = start_head(start, embeddings, task.labels, 3)
    expected = start.w + start.gamma * start.log_scale.exp() * embeddings[:3].mean(0)
    assert torch.allclose(head["head.weight"][0], expected)


def test_with_gamma_zero_all_rows_start_alike_whatever_the_examples() -> None:
    start = changed(random_start(), gamma=torch.tensor(0.0, dtype=torch.float64))
    task, _ = random_task([3, 1, 2])
    head = start_head(start, start.embed(task.features), task.labels, 3)
    assert torch.allclose(head["head.weight"], start.w.expand(3, -1))


@pytest.mark.parametrize("shots", [[1, 1, 1], [5, 5, 5, 5, 5], [40, 3, 1]])
def test_the_settled_head_is_logistic_regression(shots: list[int]) -> None:
    task, query = random_task(shots)
    start = Start.fresh(BLOCKS).with_tensors({k: v.double() for k, v in Start.fresh(BLOCKS).tensors().items()})
    x, asked = start.embed(task.features), start.embed(query)
    nothing = {"head.weight": torch.zeros(task.way, D).double(), "head.bias": torch.zeros(task.way).double()}
    head = settle_head(nothing, x, task.labels, task.way, torch.tensor(0.1), steps=2000)
    ours = linear(asked, head["head.weight"], head["head.bias"]).softmax(1)
    plain = LogisticRegression(C=10.0, class_weight="balanced", max_iter=5000, tol=1e-9)
    theirs = plain.fit(x.numpy(), task.labels.numpy()).predict_proba(asked.numpy())
    assert np.allclose(ours, theirs, atol=0.02)
    shipped = settle_head(nothing, x, task.labels, task.way, torch.tensor(0.1))
    near = linear(asked, shipped["head.weight"], shipped["head.bias"]).softmax(1)
    assert torch.allclose(near, ours, atol=0.02)


@pytest.mark.parametrize("spread", [1e-4, 1.0])
def test_the_head_settles_without_overshooting_even_where_all_examples_look_alike(spread: float) -> None:
    task, _ = random_task([5, 5, 5])
    x = torch.nn.functional.normalize(torch.ones(D) + spread * task.features, dim=1)
    losses: list[float] = []
    nothing = {"head.weight": torch.zeros(3, D).double(), "head.bias": torch.zeros(3).double()}
    settle_head(nothing, x, task.labels, 3, torch.tensor(0.1), losses.append)
    assert all(loss <= losses[0] + 1e-9 for loss in losses)


@settings(max_examples=20)
@given(st.lists(st.integers(1, 50), min_size=2, max_size=8), st.randoms(use_true_random=False))
def test_neither_the_order_of_examples_nor_of_classes_matters(shots: list[int], random: object) -> None:
    start = random_start()
    task, query = random_task(shots)
    order = list(range(len(task.labels)))
    random.shuffle(order)  # type: ignore[attr-defined]
    renumber = list(range(task.way))
    random.shuffle(renumber)  # type: ignore[attr-defined]
    shuffled = Task(task.features[order], torch.tensor(renumber)[task.labels[order]], task.way)
    _, fast = adapt(start, task)
    _, other = adapt(start, shuffled)
    before = scores(fast, start.join(query)).softmax(1)
    after = scores(other, start.join(query)).softmax(1)[:, renumber]
    assert torch.allclose(before, after, atol=1e-6)


@pytest.mark.parametrize("way", [2, 50])
def test_any_number_of_classes_and_shots_is_learned(way: int) -> None:
    start = changed(Start.fresh(BLOCKS), **{k: v.double() for k, v in Start.fresh(BLOCKS).tensors().items()})
    task, query = random_task([1 + (7 * k) % 50 for k in range(way)])
    _, fast = adapt(start, task)
    assert (scores(fast, start.join(query)).argmax(1) == torch.arange(way)).double().mean() > 0.9


def test_many_examples_of_one_class_do_not_drown_the_single_one_of_another() -> None:
    logits = torch.zeros(51, 2, requires_grad=True)
    labels = torch.tensor([0] * 50 + [1])
    balanced_loss(logits, labels, 2).backward()
    assert torch.allclose(logits.grad[:50, 0].sum(), logits.grad[50:, 1].sum())


def test_adapting_lowers_the_loss_on_the_examples() -> None:
    losses: list[float] = []
    start = Start.fresh(BLOCKS)
    task, _ = random_task([5, 5, 5], dtype=torch.float32)
    adapt(start, task, on_step=lambda done, steps, loss: losses.append(loss))
    assert losses[-1] < losses[0]
    assert len(losses) == HEAD_STEPS + start.log_rates.shape[1]


def test_adapting_stops_between_two_steps_when_cancelled() -> None:
    seen: list[int] = []
    task, _ = random_task([2, 2], dtype=torch.float32)
    with pytest.raises(Cancelled):
        start = Start.fresh(BLOCKS)
        adapt(start, task, on_step=lambda done, *_: seen.append(done), cancelled=lambda: len(seen) == 3)
    assert seen == [1, 2, 3]


def test_rates_that_are_far_too_large_do_not_blow_a_hard_task_up() -> None:
    task, _ = random_task([5, 5, 5, 5, 5], dtype=torch.float32)
    alike = Task(0.05 * task.features + 5, task.labels, task.way)
    fresh = Start.fresh(BLOCKS)
    losses: list[float] = []
    wild = changed(fresh, log_rates=fresh.log_rates + 6.0)
    _, fast = adapt(wild, alike, on_step=lambda done, steps, loss: losses.append(loss))
    with torch.no_grad():
        after = float(balanced_loss(scores(fast, fresh.join(alike.features)), alike.labels, alike.way))
    assert after < 1.5 * losses[HEAD_STEPS - 1]  # the loss when the head had made its own steps


def test_adapting_leaves_the_start_as_it_was() -> None:
    start = random_start()
    before = {k: v.clone() for k, v in start.tensors().items()}
    task, _ = random_task([2, 3])
    first = adapt(start, task)[1]
    adapt(start, random_task([1, 1], seed=5)[0])
    again = adapt(start, task)[1]
    assert all(torch.equal(before[k], v) for k, v in start.tensors().items())
    assert all(torch.equal(first[k], again[k]) for k in first)


def test_joined_features_weigh_every_block_alike_whatever_its_size() -> None:
    features = torch.cat([torch.randn(6, n) * scale for n, scale in zip(BLOCKS, (1, 100, 0.01), strict=True)], 1)
    joined = Start.fresh(BLOCKS).join(features)
    lengths = torch.stack([piece.norm(dim=1) for piece in joined.split(BLOCKS, 1)])
    assert torch.allclose(lengths, torch.full((3, 6), 3**-0.5), atol=1e-5)


def test_class_means_take_unequal_shots() -> None:
    embeddings = torch.tensor([[1.0, 0.0], [3.0, 0.0], [0.0, 5.0]])
    means = class_means(embeddings, torch.tensor([0, 0, 1]), 2)
    assert np.allclose(means, [[2.0, 0.0], [0.0, 5.0]])


def test_a_task_moves_the_centre_towards_what_its_classes_share_however_many_examples_they_have() -> None:
    start = random_start()
    task, _ = random_task([1, 1, 1])
    many = task.labels.repeat_interleave(torch.tensor([1, 6, 2]))
    again = Task(task.features[many], many, 3)
    moved = start.for_task(task)
    assert torch.allclose(moved.centre - start.centre, LEAN * (task.features.mean(0) - start.centre))
    assert torch.allclose(start.for_task(again).centre, moved.centre)
    assert all(v is start.tensors()[k] for k, v in moved.tensors().items() if k != "centre")


@given(seed=st.integers(0, 1_000))
@settings(max_examples=20, deadline=None)
def test_a_task_s_centre_depends_on_no_order(seed: int) -> None:
    start, (task, _) = random_start(), random_task([3, 1, 2], seed)
    order = torch.from_numpy(np.random.default_rng(seed).permutation(len(task.labels)))
    names = torch.from_numpy(np.random.default_rng(seed + 1).permutation(3))
    shuffled = Task(task.features[order], names[task.labels[order]], 3)
    assert torch.allclose(start.for_task(shuffled).centre, start.for_task(task).centre)
