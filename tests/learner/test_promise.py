"""The promise on folders whose error rates are known: kept, never broken by strange input, and never generous."""

import math
from dataclasses import astuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fewshot_gui.learner.episodes import Episode
from fewshot_gui.learner.promise import RISK, Promise, PromiseModel, Run, audit_sample, fit_promise, keep_promise
from fewshot_gui.learner.promise_check import check, draw_folder, leave_one_domain_out, simulate

HONEST = PromiseModel(np.array([0.0, 1.0]), np.diag([0.09, 0.0025]))
UNSURE = PromiseModel.fresh()
percent = st.integers(0, 1000).map(lambda n: n / 1000)
folders = st.lists(percent, max_size=60)
answers = st.lists(st.tuples(percent, st.booleans(), st.booleans()), max_size=30)


def made_up(rng: np.random.Generator, domain: str, shift: float, pictures: int = 300) -> Run:
    """A task whose log odds of wrong lie ``shift`` above what the confidences say."""
    odds = rng.normal(-2.5, 2.0, pictures)
    wrong = rng.random(pictures) < 1 / (1 + np.exp(-odds - shift))
    return Run(domain, 1 / (1 + np.exp(odds)), ~wrong)


def domain(rng: np.random.Generator, name: str, shift: float, runs: int = 60) -> list[Run]:
    return [made_up(rng, name, rng.normal(shift, 0.5)) for _ in range(runs)]


def promised(
    model: PromiseModel, folder: list[float], target: float, judged: list[tuple[float, bool, bool]]
) -> Promise:
    confirmed, right, audited = (list(column) for column in zip(*judged, strict=True)) if judged else ([], [], [])
    return keep_promise(model, folder, target, confirmed, right, audited)


def test_it_is_kept_in_95_percent_of_the_folders_of_a_domain_never_seen() -> None:
    rng = np.random.default_rng(0)
    seen = [run for name, shift in [("a", -0.4), ("b", 0.0), ("c", 0.5)] for run in domain(rng, name, shift)]
    for shift in (-0.5, 0.7):
        for figure in check(fit_promise(seen), domain(rng, "new", shift, 100), (0.01, 0.1), (0, 50)):
            assert figure.kept >= 0.95, figure
            assert figure.runs == 100


def test_honest_confidences_get_much_filed_without_any_confirmation() -> None:
    rng = np.random.default_rng(1)
    figures = {f.target: f for f in check(HONEST, [made_up(rng, "new", 0.0) for _ in range(100)], confirmations=(0,))}
    assert figures[0.05].filed > 0.15
    assert all(figure.kept >= 0.95 for figure in figures.values())


def test_confirmations_that_bear_the_machine_out_get_more_filed() -> None:
    rng = np.random.default_rng(2)
    runs = [made_up(rng, "new", -0.5) for _ in range(20)]
    without, with_them = check(UNSURE, runs, (0.1,), (0, 50))
    assert with_them.filed > without.filed + 0.1


def test_an_over_confident_machine_is_found_out() -> None:
    rng = np.random.default_rng(3)
    (figure,) = check(UNSURE, [made_up(rng, "new", 3.0) for _ in range(100)], (0.05,), (50,))
    assert figure.kept >= 0.95


def test_the_figures_of_a_promise_agree_with_each_other() -> None:
    confidences = made_up(np.random.default_rng(4), "new", 0.0, 1000).confidences
    for target in (0.0, 0.01, 0.1, 1.0):
        promise = keep_promise(HONEST, confidences, target)
        assert promise.filed == (confidences >= promise.threshold).sum()
        assert promise.filed + promise.for_person == 1000
        assert promise.low - 1 < promise.expected_wrong < promise.high + 1
        assert promise.low <= promise.high <= target * promise.filed


def test_a_threshold_means_the_same_in_single_precision() -> None:
    confidences = np.random.default_rng(5).beta(8, 1, 5000).astype(np.float32)
    promise = keep_promise(HONEST, confidences, 0.05)
    assert promise.filed == (confidences >= np.float32(promise.threshold)).sum() > 0


@given(folders, answers, percent, percent)
@settings(max_examples=60)
def test_a_laxer_promise_never_files_less(folder, judged, one, other) -> None:
    strict, lax = sorted((one, other))
    assert promised(UNSURE, folder, strict, judged).filed <= promised(UNSURE, folder, lax, judged).filed


@given(folders, answers, percent, st.data())
@settings(max_examples=60)
def test_a_wrong_confirmation_never_files_more(folder, judged, target, data) -> None:
    index = data.draw(st.integers(0, len(judged)))
    confidence, chance = data.draw(percent), data.draw(st.booleans())
    right, wrong = ([*judged[:index], (confidence, hit, chance), *judged[index:]] for hit in (True, False))
    assert promised(UNSURE, folder, target, wrong).filed <= promised(UNSURE, folder, target, right).filed
    assert promised(UNSURE, folder, target, wrong).filed <= promised(UNSURE, folder, target, judged).filed


@given(folders, answers, percent, st.randoms())
@settings(max_examples=40)
def test_the_order_of_pictures_and_of_answers_does_not_matter(folder, judged, target, random) -> None:
    before = promised(HONEST, folder, target, judged)
    assert promised(HONEST, random.sample(folder, len(folder)), target, random.sample(judged, len(judged))) == before


def test_right_answers_the_person_chose_by_eye_are_no_evidence() -> None:
    folder = [0.97] * 200
    by_eye = [(0.97, True, False)] * 80
    by_chance = [(0.97, True, True)] * 80
    assert promised(UNSURE, folder, 0.1, by_eye) == promised(UNSURE, folder, 0.1, [])
    assert promised(UNSURE, folder, 0.1, by_chance).filed > promised(UNSURE, folder, 0.1, []).filed


@pytest.mark.parametrize("judged", [[], [(0.9, True, True)] * 20, [(0.9, False, True)] * 20])
def test_an_empty_folder_and_one_labelled_to_the_end_promise_nothing(judged: list[tuple[float, bool, bool]]) -> None:
    assert astuple(promised(HONEST, [], 0.05, judged)) == (math.inf, 0, 0.0, 0, 0, 0, 0, 0)


def test_no_confirmations_on_an_unknown_domain_file_nothing_and_ask_for_some() -> None:
    confidences = made_up(np.random.default_rng(6), "new", 0.0, 600).confidences
    promise = keep_promise(UNSURE, confidences, 0.05)
    assert promise.filed < 60
    assert promise.confirmations_wanted > 0
    assert promise.filed_then > promise.filed


def test_nobody_is_asked_where_all_can_be_filed() -> None:
    promise = keep_promise(HONEST, [0.999] * 100, 0.1)
    assert (promise.filed, promise.confirmations_wanted, promise.filed_then) == (100, 0, 100)


def test_nonsense_is_refused() -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        keep_promise(HONEST, [1.2], 0.1)
    with pytest.raises(ValueError, match="between 0 and 1"):
        keep_promise(HONEST, [math.nan], 0.1)
    with pytest.raises(ValueError, match="between 0 and 1"):
        keep_promise(HONEST, [0.5], 5)
    with pytest.raises(ValueError, match="came with"):
        keep_promise(HONEST, [0.5], 0.1, [0.5, 0.6], [True])
    with pytest.raises(ValueError, match="two kinds"):
        fit_promise(domain(np.random.default_rng(0), "a", 0.0, 3))
    with pytest.raises(ValueError, match="three kinds"):
        leave_one_domain_out(domain(np.random.default_rng(0), "a", 0.0, 3))


def test_an_audit_asks_mostly_about_doubtful_pictures_and_about_none_twice() -> None:
    confidences = np.repeat([0.5, 0.99], 500)
    rows = audit_sample(confidences, 200, np.random.default_rng(0))
    assert len(set(rows.tolist())) == 200
    assert 0 < (confidences[rows] > 0.9).sum() < 50
    assert sorted(audit_sample([0.2, 1.0, 0.0], 10, np.random.default_rng(0)).tolist()) == [0, 1, 2]


def test_the_fit_finds_how_over_confident_domains_are_and_survives_being_stored() -> None:
    rng = np.random.default_rng(7)
    model = fit_promise(domain(rng, "a", 0.5) + domain(rng, "b", 1.5))
    assert model.mean == pytest.approx([1.0, 1.0], abs=0.2)
    assert 0.5 < model.spread[0, 0] < 2.0  # 0.25 within, and 1.5 times 0.5 between
    again = PromiseModel.from_arrays(model.to_arrays())
    assert again.mean == pytest.approx(model.mean, abs=1e-6)
    assert again.spread == pytest.approx(model.spread, abs=1e-6)
    assert RISK < 0.05


def test_simulated_folders_are_judged_without_the_examples_and_strangers_count_as_wrong() -> None:
    rows = np.split(np.arange(1200), 6)
    seen = []

    def oracle(folder: Episode) -> tuple[np.ndarray, np.ndarray]:
        assert not set(folder.support) & set(folder.query)
        assert not set(folder.query) & set(folder.strangers)
        assert set(folder.support_labels) == set(range(folder.way))
        seen.append(len(folder.strangers))
        answers = np.concatenate([folder.query_labels, np.zeros(len(folder.strangers), np.int64)])
        answers[0] = -1
        return np.full(len(answers), 0.9), answers

    runs = simulate("six", rows, oracle, runs=20)
    assert [int((~run.hits).sum()) for run in runs] == seen
    assert any(seen) and not all(seen)
    folder = draw_folder(rows, np.random.default_rng(0))
    assert 2 <= folder.way <= 6
