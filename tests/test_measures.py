"""Every number of the Measures window: against scikit-learn, and by what must hold of any answers."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.path import Path as Outline
from sklearn.metrics import confusion_matrix, precision_score, recall_score

from fewshot_gui.measures import (
    Population,
    Verdicts,
    confusion,
    coverage,
    filed_at,
    inside,
    per_class,
    population_of_verdicts,
    reliability,
    wilson,
)

quickly = settings(max_examples=50)
CLASSES = (1, 2, 3, 0)
LABELS = st.sampled_from(CLASSES)
SURE = st.integers(0, 100).map(lambda percent: percent / 100)


@st.composite
def verdicts(draw: st.DrawFn, least: int = 0) -> Verdicts:
    rows = draw(st.lists(st.tuples(LABELS, LABELS, SURE), min_size=least, max_size=40))
    said, predicted, confidence = (np.array([row[k] for row in rows]) for k in range(3))
    return Verdicts(np.arange(len(rows)), said.astype(np.int64), predicted.astype(np.int64), confidence.astype(float))


def population(confidence: list[float], others: int) -> Population:
    return Population(np.array(confidence, float), len(confidence) + others)


@quickly
@given(verdicts())
def test_the_matrix_holds_every_judged_picture_once_and_is_scikit_learns(judged: Verdicts) -> None:
    matrix = confusion(judged, CLASSES)
    assert matrix.sum() == len(judged)
    if len(judged):
        assert (matrix == confusion_matrix(judged.said, judged.predicted, labels=CLASSES)).all()


@quickly
@given(verdicts(least=1))
def test_precision_and_recall_are_scikit_learns(judged: Verdicts) -> None:
    rows = per_class(judged, CLASSES)
    options = {"labels": CLASSES, "average": None, "zero_division": np.nan}
    precision = precision_score(judged.said, judged.predicted, **options)
    recall = recall_score(judged.said, judged.predicted, **options)
    for row, p, r in zip(rows, precision, recall, strict=True):
        assert (row.precision.value is None) == bool(np.isnan(p)) and (row.recall.value is None) == bool(np.isnan(r))
        assert row.precision.value is None or row.precision.value == pytest.approx(p)
        assert row.recall.value is None or row.recall.value == pytest.approx(r)
    assert sum(row.recall.whole for row in rows) == len(judged) == sum(row.precision.whole for row in rows)


@quickly
@given(st.integers(0, 5000), st.integers(0, 5000))
def test_the_interval_holds_the_estimate_and_stays_between_none_and_all(part: int, more: int) -> None:
    low, high = wilson(part, part + more)
    assert 0 <= low <= high <= 1
    if part + more:
        assert low <= part / (part + more) <= high


def test_the_interval_is_wilsons() -> None:
    low, high = wilson([0, 1, 8], [10, 10, 10])
    assert low == pytest.approx([0, 0.01787, 0.49016], abs=1e-4)  # Newcombe 1998 gives the formula
    assert high == pytest.approx([0.27753, 0.40415, 0.94332], abs=1e-4)


@quickly
@given(st.integers(0, 50), st.integers(1, 50))
def test_more_answers_of_the_same_kind_make_the_interval_narrower(part: int, more: int) -> None:
    low, high = wilson([part, 10 * part], [part + more, 10 * (part + more)])
    assert high[1] - low[1] < high[0] - low[0]


@quickly
@given(verdicts(), st.lists(SURE, max_size=40), st.integers(0, 9))
def test_the_less_sure_it_need_be_the_more_is_filed(judged: Verdicts, open_: list[float], others: int) -> None:
    curve = coverage(judged, population(open_, others))
    assert (np.diff(curve.least) < 0).all()
    assert (np.diff(curve.share) >= 0).all() and ((curve.share >= 0) & (curve.share <= 1)).all()
    assert (np.diff(curve.answers) > 0).all() and (np.diff(curve.wrong) >= 0).all()
    assert ((curve.low <= curve.error) & (curve.error <= curve.high)).all()


@quickly
@given(verdicts(), SURE)
def test_the_curve_and_the_sentence_say_the_same(judged: Verdicts, least: float) -> None:
    everything = population_of_verdicts(judged)
    curve, filed = coverage(judged, everything), filed_at(judged, everything, least)
    reached = np.flatnonzero(curve.least >= least)
    if len(reached):
        at = reached[-1]
        assert (filed.share, filed.answers, filed.wrong) == (curve.share[at], curve.answers[at], curve.wrong[at])
    else:
        assert (filed.share, filed.answers, filed.wrong) == (0, 0, 0)


@quickly
@given(verdicts())
def test_filing_everything_files_all_that_was_given_a_class(judged: Verdicts) -> None:
    filed = filed_at(judged, population_of_verdicts(judged), 0)
    named = judged.predicted != 0
    assert filed.answers == named.sum() and filed.wrong == (named & (judged.said != judged.predicted)).sum()


@quickly
@given(verdicts(), st.integers(1, 8))
def test_groups_of_like_confidence_hold_every_filed_picture_once(judged: Verdicts, groups: int) -> None:
    found = reliability(judged, groups)
    assert found.count.sum() == judged.is_filed.sum()
    assert (np.diff(found.confidence) >= -1e-9).all() and (
        (found.low <= found.right) & (found.right <= found.high)
    ).all()
    assert (found.right * found.count).sum() == pytest.approx((judged.is_filed & judged.is_right).sum())


@quickly
@given(st.lists(st.tuples(st.floats(-1, 1), st.floats(-1, 1)), min_size=3, max_size=12), st.integers(0, 1000))
def test_a_lasso_catches_what_lies_inside_it(corners: list[tuple[float, float]], seed: int) -> None:
    points = np.random.default_rng(seed).uniform(-1.2, 1.2, (200, 2))
    star = np.round(np.array(corners), 3)
    away = star - star.mean(0)
    star = star[np.argsort(np.arctan2(away[:, 1], away[:, 0]))]  # an outline that does not cross itself
    expected = Outline(np.vstack([star, star[:1]]), closed=True).contains_points(points)
    assert (inside(star, points) == expected).mean() > 0.99


def test_a_lasso_around_nothing_catches_nothing() -> None:
    assert not inside(np.zeros((2, 2)), np.zeros((3, 2))).any()
