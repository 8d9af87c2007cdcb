"""The folder helps: pictures that look alike lend each other their answers.

Which class: LaplacianShot (Ziko et al. 2020, arXiv:2006.15486) on calibrated probabilities, fix point of

    Y_i  <-  softmax(log P_i + lambda * sum_j w_ij Y_j)

P_i what the adapted network says of picture i alone, j its k nearest neighbours in the folder and among the examples,
whose Y are their labels. Nothing assumes classes of equal size: the sum runs over neighbours, not over classes.

Known at all: local and global consistency (Zhou et al. 2004) on the log odds u_i of being of any class, fix point of

    z_i  <-  (1 - alpha) u_i + alpha * sum_j v_ij z_j

with the examples known. Afterwards the folder's log odds get back their mean and their spread: help tells who the
strangers are, not how many.

Strangers do not pull: where classes are told, a neighbour counts as much as it is known by itself (w). Three more
departures, each kept because it won or lost less on folders of classes that were never trained on: similarities are
those around the folder's own mean, a picture that is everybody's neighbour (a hub; Radovanović et al. 2010) counts less
with each, and a temperature gives the folder back its mean confidence, for neighbours agree more often than they are
right.

Symbols: n pictures, m examples, D features, K classes, k neighbours.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import normalize, one_hot

from fewshot_gui.learner.inner_loop import Cancelled

NEIGHBOURS = 10
PULL = 6.0
"""lambda: how much a neighbourhood that is all known and of one mind adds to the score of its class."""
FALL = 0.1
"""By so much less similarity than the nearest has, a neighbour counts a factor e less."""
SHARE = 0.5
"""alpha: how much of whether a picture is known its neighbours tell."""
EXAMPLE = 2.0
"""Log odds with which an example tells its neighbours that they are known."""
STEPS = 15
LEAST_FOLDER = 20
"""Fewer pictures are judged alone: in folders of 5 and of 10 help did not win, in folders of 20 it did."""
CHUNK = 1024
"""Pictures that are worked on at a time."""
BLOCK = 2**24
"""Similarities that are in memory at a time."""
MANY, AXES = 4096, 256
"""Among more pictures than MANY, neighbours are sought on so many principal axes: several times faster."""


class Helped(NamedTuple):
    """probabilities [n, K], rows summing to one; known [n], the chance of being of any class, 0..1."""

    probabilities: np.ndarray
    known: np.ndarray


def spread(
    probabilities: np.ndarray,
    known: np.ndarray,
    embeddings: np.ndarray,
    labels: np.ndarray,
    cancelled: Callable[[], bool] = lambda: False,
) -> Helped:
    """What the folder's pictures are after they have helped each other.

    probabilities [n, K] and known [n] in 0..1: each picture's own; embeddings [n + m, D] of length one: the folder's,
    then the examples', whose labels [m] are in 0..K-1. The order of the pictures makes no difference; fewer than
    LEAST_FOLDER come back as they are. Memory grows with n, not with its square; runs on the processor. Raises
    Cancelled.
    """
    if len(probabilities) < LEAST_FOLDER:
        return Helped(probabilities, known)
    own = torch.from_numpy(np.ascontiguousarray(probabilities, np.float32))
    own_known = torch.from_numpy(np.ascontiguousarray(known, np.float32))
    nodes = _around_the_mean(torch.from_numpy(embeddings.astype(np.float32, copy=False)), cancelled)
    similarity, neighbour = nearest(nodes, len(own), cancelled)
    weight = torch.softmax(similarity / FALL, 1) * _hub_share(neighbour, len(nodes))
    examples = one_hot(torch.from_numpy(labels.astype(np.int64)), own.shape[1]).float()
    counts = torch.cat([own_known, torch.ones(len(examples))])
    classes = _classes(own, examples, weight * counts[neighbour], neighbour, cancelled)
    return Helped(classes.numpy(), _known(own_known, len(examples), weight, neighbour, cancelled).numpy())


def _classes(own: Tensor, examples: Tensor, weight: Tensor, neighbour: Tensor, cancelled: Callable[[], bool]) -> Tensor:
    """Probabilities [n, K] of pictures whose own are [n, K], with the examples' labels [m, K]."""
    alone = own.clamp(min=1e-12).log()
    scores, answers = alone, own
    for _ in range(STEPS):
        _stop_if(cancelled)
        scores = alone + PULL * _neighbours_sum(weight, neighbour, torch.cat([answers, examples]))
        answers = torch.softmax(scores, 1)
    return _as_sure_as(scores, float(own.amax(1).mean()))


def _known(own: Tensor, examples: int, weight: Tensor, neighbour: Tensor, cancelled: Callable[[], bool]) -> Tensor:
    """Chances [n] of being known, of pictures whose own are [n]."""
    alone = torch.logit(own, eps=1e-6)
    weight = (SHARE * weight / weight.sum(1, keepdim=True)).unsqueeze(2)
    odds, sure = alone, torch.full((examples,), EXAMPLE)
    for _ in range(STEPS):
        _stop_if(cancelled)
        told = torch.cat([odds, sure])[neighbour].unsqueeze(1)
        odds = (1 - SHARE) * alone + torch.bmm(told, weight).flatten()
    return torch.sigmoid(alone.mean() + (odds - odds.mean()) * alone.std() / odds.std().clamp(min=1e-6))


def _stop_if(cancelled: Callable[[], bool]) -> None:
    if cancelled():
        raise Cancelled


def _around_the_mean(embeddings: Tensor, cancelled: Callable[[], bool]) -> Tensor:
    """Embeddings [N, D] less their mean, of length one; on their first AXES principal axes where there are MANY."""
    mean = embeddings.mean(0)
    if len(embeddings) <= MANY or embeddings.shape[1] <= AXES:
        return normalize(embeddings - mean, dim=1)
    scatter = torch.zeros(embeddings.shape[1], embeddings.shape[1])
    for part in torch.split(embeddings, CHUNK):
        _stop_if(cancelled)
        scatter += (part - mean).T @ (part - mean)
    axes = torch.linalg.eigh(scatter).eigenvectors[:, -AXES:]
    return normalize(torch.cat([(part - mean) @ axes for part in torch.split(embeddings, CHUNK)]), dim=1)


def nearest(nodes: Tensor, first: int, cancelled: Callable[[], bool] = lambda: False) -> tuple[Tensor, Tensor]:
    """Similarities and numbers, both [first, k], of the nearest other nodes of each of the first; the nearest first.

    nodes [N, D] of length one; k = NEIGHBOURS, or N - 1 where that is less. Exact. Raises Cancelled.
    """
    k = min(NEIGHBOURS, len(nodes) - 1)
    values, numbers = torch.empty(first, k), torch.empty(first, k, dtype=torch.long)
    for rows in torch.split(torch.arange(first), max(1, min(CHUNK, BLOCK // len(nodes)))):
        _stop_if(cancelled)
        similarity = nodes[rows] @ nodes.T
        similarity[torch.arange(len(rows)), rows] = -torch.inf
        values[rows], numbers[rows] = similarity.topk(k, 1)
    return values, numbers


def _hub_share(neighbour: Tensor, nodes: int) -> Tensor:
    """[n, k] at most 1: the neighbour counts in full while no more than k pictures call it near."""
    called = neighbour.flatten().bincount(minlength=nodes).clamp(min=neighbour.shape[1])
    return (neighbour.shape[1] / called).sqrt()[neighbour]


def _neighbours_sum(weight: Tensor, neighbour: Tensor, answers: Tensor) -> Tensor:
    """[n, K] sum over j of weight [n, k] times the answers [n + m, K] of neighbour j."""
    parts = [
        torch.einsum("nk,nkc->nc", w, answers[j])
        for w, j in zip(torch.split(weight, CHUNK), torch.split(neighbour, CHUNK), strict=True)
    ]
    return torch.cat(parts)


def _as_sure_as(scores: Tensor, confidence: float) -> Tensor:
    """Probabilities [n, K] of scores under the temperature that gives them this mean confidence: found by halving."""
    low, high = -3.0, 5.0
    for _ in range(25):
        middle = (low + high) / 2
        surer = float(torch.softmax(scores / np.exp(middle), 1).amax(1).mean()) > confidence
        low, high = (middle, high) if surer else (low, middle)
    return torch.softmax(scores / np.exp(low), 1)
