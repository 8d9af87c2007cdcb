"""Garbage is looked for where nobody waits."""

import gc
import weakref

import pytest
from PySide6.QtCore import Qt

from fewshot_gui.workers.garbage import NEVER, Garbage


class Ring:
    """Something that only a look for garbage can find."""

    def __init__(self):
        self.itself = self


@pytest.fixture
def garbage(qapp):
    usual = gc.get_threshold()
    watch = Garbage(qapp)
    yield watch
    watch.stop()
    assert gc.get_threshold() == usual


def test_all_objects_are_never_looked_through_of_itself(garbage):
    assert gc.get_threshold()[2] == NEVER


def test_young_garbage_still_goes(garbage):
    ring = weakref.ref(Ring())
    kept = [[] for _ in range(100_000)]
    assert ring() is None
    assert len(kept) == 100_000


@pytest.mark.parametrize("state", [Qt.ApplicationState.ApplicationInactive, Qt.ApplicationState.ApplicationHidden])
def test_old_garbage_goes_when_the_person_turns_to_another_window(garbage, qapp, state):
    ring = Ring()
    gc.collect()  # it is old now
    gone = weakref.ref(ring)
    del ring
    qapp.applicationStateChanged.emit(state)
    assert gone() is None


def test_nothing_is_looked_for_when_the_person_comes_back(garbage, qapp):
    ring = Ring()
    gc.collect()
    still = weakref.ref(ring)
    del ring
    qapp.applicationStateChanged.emit(Qt.ApplicationState.ApplicationActive)
    assert still() is not None


def test_stopping_twice_does_nothing(garbage):
    garbage.stop()
    garbage.stop()
    assert gc.get_threshold()[2] != NEVER
