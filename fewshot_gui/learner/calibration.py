"""What the learner says of itself, fitted on episodes of collections that trained nothing: confidence and promise."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import torch

from fewshot_gui.learner.confidence import Confidence, Outcome, fit_confidence, leave_one_out
from fewshot_gui.learner.episodes import Episode
from fewshot_gui.learner.inner_loop import Start, Task, adapt
from fewshot_gui.learner.learner import Adapted
from fewshot_gui.learner.outer_loop import FeatureSet, run_episode
from fewshot_gui.learner.promise import PromiseModel, Run, fit_promise
from fewshot_gui.learner.promise_check import Judge, Kept, leave_one_domain_out, simulate

Progress = Callable[[str, int, int], None]


def calibrate(
    start: Start, sets: Sequence[FeatureSet], episodes: int, folders: int, seed: int, progress: Progress
) -> tuple[Confidence, PromiseModel]:
    """Confidence from ``episodes`` of all sets together, and the promise from ``folders`` simulated ones of each.

    Fewer than three sets say nothing of what a new domain is like; then the promise expects anything.
    """
    outcomes = {s.name: outcomes_of(start, s, episodes // len(sets), seed, progress) for s in sets}
    confidence = fit_confidence([o for group in outcomes.values() for o in group])
    if len(sets) < 3 or not folders:
        return confidence, PromiseModel.fresh()
    return confidence, fit_promise(_strange_runs(start, sets, outcomes, folders, seed, progress))


def check_promise(
    start: Start, sets: Sequence[FeatureSet], episodes: int, folders: int, seed: int, progress: Progress
) -> list[Kept]:
    """Is the promise kept in domains that neither confidence nor promise have seen? Each set is judged by what was
    fitted on the others. Raises ValueError for fewer than three sets."""
    outcomes = {s.name: outcomes_of(start, s, episodes // len(sets), seed, progress) for s in sets}
    return leave_one_domain_out(_strange_runs(start, sets, outcomes, folders, seed, progress))


def _strange_runs(
    start: Start,
    sets: Sequence[FeatureSet],
    outcomes: Mapping[str, Sequence[Outcome]],
    folders: int,
    seed: int,
    progress: Progress,
) -> list[Run]:
    """Simulated folders of each set, judged by a confidence fitted on the other sets."""
    runs: list[Run] = []
    for one in sets:
        strange = fit_confidence([o for name, group in outcomes.items() if name != one.name for o in group])
        report = _named(progress, f"Folders of {one.name}")
        runs += simulate(one.name, one.rows_by_class, judge(start, strange, one), folders, seed, report)
    return runs


def _named(progress: Progress, what: str) -> Callable[[int, int], None]:
    return lambda done, total: progress(what, done, total)


def outcomes_of(start: Start, one: FeatureSet, episodes: int, seed: int, progress: Progress) -> list[Outcome]:
    """Episodes of all sizes from one collection, with strangers wherever a class can be left out."""
    rng = np.random.default_rng((seed, len(one.rows_by_class)))
    classes = len(one.rows_by_class)
    found = []
    for i in range(episodes):
        way = int(rng.integers(2, max(3, min(12, classes))))
        shots = int(np.exp(rng.uniform(0, np.log(16))))
        least = sorted((len(r) for r in one.rows_by_class), reverse=True)[way - 1]
        found.append(run_episode(start, one, rng, way=way, shots=max(1, min(shots, least - 2)), queries=10))
        progress(f"Confidence on {one.name}", i + 1, episodes)
    return found


def judge(start: Start, confidence: Confidence, one: FeatureSet) -> Judge:
    """Adapts to an episode's support and answers for its queries and strangers, as the program would; sure of it by
    the chance that a picture is of any class at all, and of this one."""

    def answer(episode: Episode) -> tuple[np.ndarray, np.ndarray]:
        features = one.take(episode.support, None)
        task = Task(features, torch.from_numpy(episode.support_labels), episode.way)
        own = start.for_task(task)
        _, fast = adapt(own, task)
        with torch.no_grad():
            fixed = {k: v.detach() for k, v in fast.items()}
            adapted = Adapted(own, fixed, leave_one_out(own.embed(features), task), confidence)
        prediction = adapted.predict(one.views[0][np.concatenate([episode.query, episode.strangers])])
        answers = np.where(prediction.is_known, prediction.probabilities.argmax(1), -1)
        return prediction.probabilities.max(1) * prediction.known, answers

    return answer
