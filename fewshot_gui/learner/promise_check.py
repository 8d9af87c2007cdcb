"""Does the promise hold? Simulated folders from labelled collections, and the share of them in which it was kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from fewshot_gui.learner.episodes import Episode
from fewshot_gui.learner.promise import PromiseModel, Run, audit_sample, fit_promise, keep_promise

TARGETS = (0.01, 0.02, 0.05, 0.1)
CONFIRMATIONS = (0, 20, 50, 100)
Judge = Callable[[Episode], tuple[np.ndarray, np.ndarray]]
"""Adapts to an episode's support. Returns, for query and strangers joined, confidences [q] in 0..1 and answers [q]:
a class 0..way-1, or -1 for what the machine would not file."""


@dataclass(frozen=True)
class Kept:
    """Over the runs of one domain: kept, the share of runs in which at most ``target`` of the pictures the machine
    filed were wrong (a run that files nothing keeps it); filed, the mean share of the pictures on offer that the
    machine filed, the person's own confirmations not counted."""

    domain: str
    target: float
    confirmations: int
    runs: int
    kept: float
    filed: float


def draw_folder(rows_by_class: Sequence[np.ndarray], rng: np.random.Generator) -> Episode:
    """A folder as people have them: 2..10 classes, 1..10 examples each, 200..1,000 pictures in unequal classes (fewer
    where the collection has fewer), and in every other one 5 to 30 % strangers, where a class is left over."""
    classes = len(rows_by_class)
    way = min(int(np.exp(rng.uniform(np.log(2), np.log(min(10, classes) + 1)))), classes)
    typical = np.exp(rng.uniform(0, np.log(11)))
    shots = np.clip(typical * np.exp(rng.normal(0, 0.3, way)), 1, 10).astype(int)
    size = np.exp(rng.uniform(np.log(200), np.log(1000)))
    strange = rng.uniform(0.05, 0.3) if rng.random() < 0.5 and way < classes else 0.0
    queries = np.round(rng.dirichlet(np.full(way, 3.0)) * size * (1 - strange)).astype(int)
    order = rng.permutation(classes)
    drawn = [rng.permutation(rows_by_class[k]) for k in order[:way]]
    query = [rows[s : s + q] for rows, s, q in zip(drawn, shots, queries, strict=True)]
    outside = np.concatenate([rows_by_class[k] for k in order[way:]]) if strange else np.empty(0, np.int64)
    known = sum(map(len, query))
    return Episode(
        support=np.concatenate([rows[:s] for rows, s in zip(drawn, shots, strict=True)]),
        support_labels=np.concatenate(
            [np.full(len(r[:s]), k) for k, (r, s) in enumerate(zip(drawn, shots, strict=True))]
        ),
        query=np.concatenate(query),
        query_labels=np.repeat(np.arange(way), [len(q) for q in query]),
        strangers=rng.permutation(outside)[: round(known * strange / (1 - strange))],
        way=way,
    )


def simulate(
    domain: str,
    rows_by_class: Sequence[np.ndarray],
    judge: Judge,
    runs: int = 500,
    seed: int = 0,
    progress: Callable[[int, int], None] = lambda *_: None,
) -> list[Run]:
    """Folders of one domain, judged."""
    rng = np.random.default_rng(seed)
    made = []
    for i in range(runs):
        folder = draw_folder(rows_by_class, rng)
        confidences, answers = judge(folder)
        truth = np.concatenate([folder.query_labels, np.full(len(folder.strangers), -1)])
        offered = answers >= 0
        made.append(Run(domain, confidences[offered], (answers == truth)[offered]))
        progress(i + 1, runs)
    return made


def check(
    model: PromiseModel,
    runs: Sequence[Run],
    targets: Sequence[float] = TARGETS,
    confirmations: Sequence[int] = CONFIRMATIONS,
    seed: int = 0,
) -> list[Kept]:
    """Make the promise in every run and look whether it was kept. All runs are of one domain, which the model must not
    have seen."""
    rng = np.random.default_rng(seed)
    kept = np.zeros((len(confirmations), len(targets)))
    filed = np.zeros_like(kept)
    for run in runs:
        for i, answers in enumerate(confirmations):
            asked = np.zeros(len(run.hits), bool)
            asked[audit_sample(run.confidences, answers, rng)] = True
            rest, hits = run.confidences[~asked], run.hits[~asked]
            for j, target in enumerate(targets):
                promise = keep_promise(model, rest, target, run.confidences[asked], run.hits[asked])
                wrong = (~hits[rest >= promise.threshold]).sum()
                kept[i, j] += wrong <= target * promise.filed + 1e-9
                filed[i, j] += promise.filed / max(1, len(run.hits))
    return [
        Kept(runs[0].domain, target, answers, len(runs), float(kept[i, j] / len(runs)), float(filed[i, j] / len(runs)))
        for i, answers in enumerate(confirmations)
        for j, target in enumerate(targets)
    ]


def leave_one_domain_out(runs: Sequence[Run]) -> list[Kept]:
    """Each domain's promise by a model fitted on the others. Raises ValueError for fewer than three domains."""
    domains = list(dict.fromkeys(run.domain for run in runs))
    if len(domains) < 3:
        raise ValueError("To leave a domain out and learn from the others takes at least three kinds of collections.")
    figures = []
    for domain in domains:
        model = fit_promise([run for run in runs if run.domain != domain])
        figures += check(model, [run for run in runs if run.domain == domain])
    return figures
