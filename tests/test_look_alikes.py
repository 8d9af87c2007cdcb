"""Groups of look-alikes: bounded in number, and as strict as the pictures allow."""

from types import SimpleNamespace

import numpy as np
import pytest

from fewshot_gui.learner.inner_loop import Cancelled
from fewshot_gui.questions import look_alikes
from fewshot_gui.questions.look_alikes import ANSWERED, STRANGERS, Looks, alike, groups_of, looks


def embedded(groups: int, each: int, spread: float, seed: int = 0) -> np.ndarray:
    """Pictures around as many directions as there are groups, group after group."""
    rng = np.random.default_rng(seed)
    made = np.repeat(np.eye(groups, 32), each, 0) + rng.normal(0, spread, (groups * each, 32))
    return (made / np.linalg.norm(made, axis=1, keepdims=True)).astype(np.float32)


class FakeEngine(SimpleNamespace):
    """All even ids have been read."""

    def __init__(self) -> None:
        learner = SimpleNamespace(feature_shape=(32,))
        super().__init__(features=range(0, 100_000, 2), learner=learner)

    def embeddings(self, ids: list[int]) -> np.ndarray:
        return np.array([[i] * 32 for i in ids], np.float32)


@pytest.mark.parametrize("spread", [0.03, 0.1])
def test_the_same_groups_are_found_whether_pictures_are_much_alike_or_little(spread: float) -> None:
    found = groups_of(Looks(np.arange(100, 140), embedded(4, 10, spread)))
    assert all(len({(int(i) - 100) // 10 for i in group}) == 1 for group in found)
    assert sum(map(len, found)) >= 36


def test_the_bound_follows_how_alike_neighbours_are() -> None:
    assert alike(embedded(4, 10, 0.03)) > alike(embedded(4, 10, 0.1)) > alike(embedded(4, 10, 0.2)) >= 0.2
    assert alike(np.eye(1, 32, dtype=np.float32)) == 1.0


def test_strangers_of_one_kind_come_in_one_group_where_answered_pictures_come_in_several() -> None:
    shown = Looks(np.arange(60), embedded(1, 60, 0.17))
    answered, strangers = groups_of(shown, ANSWERED), groups_of(shown, STRANGERS)
    assert len(strangers[0]) >= 50 > 25 > len(answered[0])


def test_nothing_to_compare_gives_no_groups() -> None:
    for count in (0, 1):
        assert groups_of(Looks(np.arange(count), np.eye(count, 32, dtype=np.float32))) == []


def test_only_so_many_pictures_are_compared_and_only_those_that_were_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(look_alikes, "MOST", 700)
    found = looks(FakeEngine(), np.arange(5000), lambda: False)  # type: ignore[arg-type]
    assert found.ids.tolist() == list(range(0, 1400, 2))
    assert found.embeddings[:, 0].tolist() == found.ids.tolist()


def test_it_gives_up_when_it_is_overtaken() -> None:
    with pytest.raises(Cancelled):
        looks(FakeEngine(), np.arange(5000), lambda: True)  # type: ignore[arg-type]
