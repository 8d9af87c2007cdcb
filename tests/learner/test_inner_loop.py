"""The inner and outer loop against an independent library, and the invariants that MAML promises here."""

import higher
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.nn.functional import cross_entropy, linear

from fewshot_gui.learner.backbone import TINY, apply_tail, start_tail
from fewshot_gui.learner.inner_loop import (
    Cancelled,
    Start,
    Task,
    adapt,
    balanced_loss,
    class_means,
    embed,
    scores,
    start_head,
)

C = TINY.channels


def random_start(seed: int = 0, dtype: torch.dtype = torch.float64) -> Start:
    """A start in which every part matters: nothing is zero."""
    generator = torch.Generator().manual_seed(seed)
    start = Start.fresh(start_tail(C, generator))
    flat = {k: (v + 0.1 * torch.randn(v.shape, generator=generator)).to(dtype) for k, v in start.flat().items()}
    flat |= {k: (v - 1.0).to(dtype) for k, v in flat.items() if "rates" in k}
    return Start.from_flat(flat)


def random_task(shots: list[int], seed: int = 0, dtype: torch.dtype = torch.float64) -> tuple[Task, torch.Tensor]:
    generator = torch.Generator().manual_seed(seed)
    labels = torch.repeat_interleave(torch.arange(len(shots)), torch.tensor(shots))
    centres = torch.randn(len(shots), C, 3, 3, generator=generator)
    features = centres[labels] + 0.7 * torch.randn(len(labels), C, 3, 3, generator=generator)
    queries = centres + 0.7 * torch.randn(len(shots), C, 3, 3, generator=generator)
    return Task(features.to(dtype), labels, len(shots)), queries.to(dtype)


class TailAndHead(nn.Module):
    """The same network as a module, for the library to adapt in its own way."""

    def __init__(self, start: Start, head: dict[str, torch.Tensor]) -> None:
        super().__init__()
        self.names = [*start.tail, *head]
        for name, tensor in {**start.tail, **head}.items():
            self.register_parameter(name.replace(".", "__"), nn.Parameter(tensor.detach().clone()))
        self.centre = start.centre

    def forward(self, features: torch.Tensor, frozen_embedding: torch.Tensor | None = None) -> torch.Tensor:
        own = {name: getattr(self, name.replace(".", "__")) for name in self.names}
        if frozen_embedding is None:
            return scores(own, self.centre, features)
        return linear(frozen_embedding, own["head.weight"], own["head.bias"])


def library_gradients(start: Start, task: Task, query: torch.Tensor, second_order: bool) -> dict[str, torch.Tensor]:
    """d(query loss)/d(tail and head before the steps), through all joint steps, as `higher` computes it."""
    embeddings = embed(start.tail, start.centre, task.features)
    net = TailAndHead(start, start_head(start, embeddings, task.labels, task.way))
    parameters = list(net.parameters())
    optimiser = torch.optim.SGD([{"params": [p], "lr": 1.0} for p in parameters])
    rates = {name: log.exp() for name, log in start.log_joint_rates.items()}
    steps = len(rates["head.weight"])
    with higher.innerloop_ctx(net, optimiser, copy_initial_weights=False, track_higher_grads=second_order) as (f, opt):
        for j in range(steps):
            loss = balanced_loss(f(task.features), task.labels, task.way)
            opt.step(loss, override={"lr": [rates[name][j] for name in net.names]})
        final = cross_entropy(f(query), torch.arange(task.way))
        wanted = parameters if second_order else list(f.parameters())
        gradients = torch.autograd.grad(final, wanted)
    return dict(zip(net.names, gradients, strict=True))


def our_gradients(start: Start, task: Task, query: torch.Tensor, second_order: bool) -> dict[str, torch.Tensor]:
    """The same, by our own steps: the head's start enters as a leaf by way of zero head steps."""
    no_head_steps = Start.from_flat({**start.flat(), "head_rates": start.log_head_rates[:, :0]})
    tail = {k: v.clone().requires_grad_() for k, v in start.tail.items()}
    leaves = Start.from_flat({**no_head_steps.flat(), **{f"tail.{k}": v for k, v in tail.items()}})
    embeddings = embed(start.tail, start.centre, task.features)
    head = {k: v.clone().requires_grad_() for k, v in start_head(start, embeddings, task.labels, task.way).items()}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("fewshot_gui.learner.inner_loop.start_head", lambda *_: head)
        _, fast = adapt(leaves, task, second_order=second_order)
    loss = cross_entropy(scores(fast, start.centre, query), torch.arange(task.way))
    names = [*tail, *head]
    return dict(zip(names, torch.autograd.grad(loss, [*tail.values(), *head.values()]), strict=True))


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
    assert not torch.allclose(first["expand.weight"], second["expand.weight"], rtol=1e-3)


def test_learned_rates_receive_gradients() -> None:
    flat = {k: v.clone().requires_grad_() for k, v in random_start().flat().items()}
    task, query = random_task([2, 2, 2])
    _, fast = adapt(Start.from_flat(flat), task)
    cross_entropy(scores(fast, flat["centre"], query), torch.arange(3)).backward()
    for name in ("head_rates", "rates.expand.weight", "rates.head.weight", "head.log_scale", "head.gamma"):
        assert flat[name].grad is not None and flat[name].grad.abs().sum() > 0, name


def test_rows_of_the_head_start_at_w_plus_scaled_class_means() -> None:
    start = random_start()
    task, _ = random_task([3, 1, 2])
    embeddings = embed(start.tail, start.centre, task.features)
    head = start_head(start, embeddings, task.labels, 3)
    expected = start.w + start.gamma * start.log_scale.exp() * embeddings[:3].mean(0)
    assert torch.allclose(head["head.weight"][0], expected)


def test_with_gamma_zero_all_rows_start_alike_whatever_the_examples() -> None:
    start = Start.from_flat({**random_start().flat(), "head.gamma": torch.tensor(0.0, dtype=torch.float64)})
    task, _ = random_task([3, 1, 2])
    head = start_head(start, embed(start.tail, start.centre, task.features), task.labels, 3)
    assert torch.allclose(head["head.weight"], start.w.expand(3, -1))


@settings(max_examples=20, deadline=None)
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
    before = scores(fast, start.centre, query).softmax(1)
    after = scores(other, start.centre, query).softmax(1)[:, renumber]
    assert torch.allclose(before, after, atol=1e-6)


@pytest.mark.parametrize("way", [2, 50])
def test_any_number_of_classes_and_shots_is_learned(way: int) -> None:
    start = Start.from_flat({k: v.double() for k, v in Start.fresh(start_tail(C)).flat().items()})
    task, query = random_task([1 + (7 * k) % 50 for k in range(way)])
    _, fast = adapt(start, task)
    assert (scores(fast, start.centre, query).argmax(1) == torch.arange(way)).double().mean() > 0.9


def test_many_examples_of_one_class_do_not_drown_the_single_one_of_another() -> None:
    logits = torch.zeros(51, 2, requires_grad=True)
    labels = torch.tensor([0] * 50 + [1])
    balanced_loss(logits, labels, 2).backward()
    assert torch.allclose(logits.grad[:50, 0].sum(), logits.grad[50:, 1].sum())


def test_adapting_lowers_the_loss_on_the_examples() -> None:
    losses: list[float] = []
    start = Start.fresh(start_tail(C))
    task, _ = random_task([5, 5, 5], dtype=torch.float32)
    adapt(start, task, on_step=lambda done, steps, loss: losses.append(loss))
    assert losses[-1] < losses[0]
    assert len(losses) == start.log_head_rates.shape[1] + len(start.log_joint_rates["head.weight"])


def test_adapting_stops_between_two_steps_when_cancelled() -> None:
    seen: list[int] = []
    task, _ = random_task([2, 2], dtype=torch.float32)
    with pytest.raises(Cancelled):
        start = Start.fresh(start_tail(C))
        adapt(start, task, on_step=lambda done, *_: seen.append(done), cancelled=lambda: len(seen) == 3)
    assert seen == [1, 2, 3]


def test_rates_that_are_far_too_large_do_not_blow_a_hard_task_up() -> None:
    task, _ = random_task([5, 5, 5, 5, 5], dtype=torch.float32)
    background = 5 * torch.rand(1, C, 3, 3, generator=torch.Generator().manual_seed(0))
    alike = Task(0.2 * task.features + background, task.labels, task.way)
    start = Start.fresh(start_tail(C, torch.Generator().manual_seed(0)))
    wild = {f"rates.{k}": v + 6.0 for k, v in start.log_joint_rates.items()}
    losses: list[float] = []
    wild_start = Start.from_flat({**start.flat(), **wild})
    _, fast = adapt(wild_start, alike, on_step=lambda done, steps, loss: losses.append(loss))
    with torch.no_grad():
        after = float(balanced_loss(scores(fast, start.centre, alike.features), alike.labels, alike.way))
    assert after < 1.5 * losses[-6]  # the loss when the head had made its own steps


def test_adapting_leaves_the_start_as_it_was() -> None:
    start = random_start()
    before = {k: v.clone() for k, v in start.flat().items()}
    task, _ = random_task([2, 3])
    first = adapt(start, task)[1]
    adapt(start, random_task([1, 1], seed=5)[0])
    again = adapt(start, task)[1]
    assert all(torch.equal(before[k], v) for k, v in start.flat().items())
    assert all(torch.equal(first[k], again[k]) for k in first)


def test_an_untrained_tail_is_the_mean_of_the_features() -> None:
    features = torch.randn(4, C, 3, 3)
    assert torch.allclose(apply_tail(start_tail(C), features), features.mean((2, 3)), atol=1e-6)


def test_class_means_take_unequal_shots() -> None:
    embeddings = torch.tensor([[1.0, 0.0], [3.0, 0.0], [0.0, 5.0]])
    means = class_means(embeddings, torch.tensor([0, 0, 1]), 2)
    assert np.allclose(means, [[2.0, 0.0], [0.0, 5.0]])
