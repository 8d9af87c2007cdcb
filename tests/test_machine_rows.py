"""What is saved of the machine's answers: the class, how sure, and the class that comes next."""

from collections.abc import Sequence

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from fewshot_gui.machine_rows import machine_rows
from fewshot_gui.project.rows import MachineLabel

CAT, DOG, FOX = 1, 2, 3


def saved(best: int, scores: Sequence[float], class_ids: Sequence[int] = (CAT, DOG, FOX)) -> MachineLabel:
    columns = np.array([7]), np.array([best]), np.array([0.5], np.float32), np.array([True]), np.array([True])
    (row,) = machine_rows(*columns, class_ids, np.array([scores], np.float32))
    return row


def test_the_class_that_comes_next_is_saved_with_its_score() -> None:
    assert saved(CAT, [0.5, 0.125, 0.375]) == MachineLabel(7, CAT, 0.5, FOX, 0.375, needs_review=True)


def test_where_two_are_as_likely_the_second_is_the_other_one() -> None:
    assert saved(CAT, [0.5, 0.5, 0.0]).second_id == DOG


def test_there_is_no_second_where_all_others_are_ruled_out_or_unknown() -> None:
    assert saved(CAT, [1.0, 0.0, 0.0]).second_id is None
    assert saved(CAT, [0.0, 0.0, 0.0]).second_id is None
    assert saved(CAT, [1.0], [CAT]).second_id is None
    assert saved(CAT, [], []).second_id is None


def test_what_the_machine_has_not_looked_at_has_no_answer() -> None:
    assert saved(-1, [0.0, 0.0, 0.0]) == MachineLabel(7, None, None)


@given(st.lists(st.floats(0.0, 1.0, width=32), min_size=2, max_size=6))
def test_the_second_is_never_likelier_than_the_first_nor_less_likely_than_the_rest(scores: list[float]) -> None:
    row = saved(int(np.argmax(scores)), scores, range(len(scores)))
    first, second = sorted(scores, reverse=True)[:2]
    assert row.second_confidence == (second or None)
    assert row.second_id is None or (row.second_id != row.class_id and scores[row.second_id] <= first)
