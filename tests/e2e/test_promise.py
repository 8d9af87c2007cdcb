"""The promise in the real window: chosen in the strip, earned by an audit, kept when sorting."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from fewshot_gui.app import Application
from fewshot_gui.learner.promise import PromiseModel

WAIT = 60_000
HONEST = PromiseModel(np.array([0.0, 1.0]), np.diag([0.01, 0.001]))
"""Of a machine that is as often right as it says, and in every folder."""


@pytest.fixture
def program(program: Application, qtbot: QtBot) -> Application:
    """The same, when it knows what it can promise."""
    qtbot.waitUntil(lambda: bool(program.window.promise.promises), timeout=WAIT)
    return program


def choose(program: Application, qtbot: QtBot, target: float) -> None:
    program.window.promise.bar.choices[target].trigger()
    qtbot.waitUntil(lambda: program.window.promise.target == target)


def test_the_strip_says_what_the_chosen_promise_files(program: Application, qtbot: QtBot) -> None:
    flow = program.window.promise
    assert not flow.bar.said.isVisible()
    choose(program, qtbot, 0.1)
    qtbot.waitUntil(flow.bar.said.isVisible, timeout=WAIT)
    assert flow.bar.said.text() == "Nothing can be promised yet: it takes about 20 answer(s)"
    assert flow.bar.button.text() == "At most 10 % wrong ▾"
    choose(program, qtbot, 0.0)
    assert not flow.bar.said.isVisible()


def test_a_project_remembers_its_promise(program: Application, qtbot: QtBot) -> None:
    choose(program, qtbot, 0.05)
    path = program.desk.session.path
    program.desk.open_project(None)
    assert program.window.promise.target == 0
    program.desk.open_project(path)
    assert program.window.promise.target == 0.05
    assert program.window.promise.bar.button.text() == "At most 5 % wrong ▾"


def test_an_audit_asks_about_pictures_one_after_another_and_its_answers_count(
    program: Application, qtbot: QtBot
) -> None:
    window, session = program.window, program.desk.session
    choose(program, qtbot, 0.1)
    window.promise.start_audit()
    asked = window.shown_set.ids(session).tolist()
    assert len(asked) == 20 == len(set(asked))
    assert window.gallery.current_id() == asked[0]
    for n in range(3):
        qtbot.waitUntil(lambda n=n: window.gallery.current_id() == asked[n], timeout=WAIT)
        qtbot.keyClick(window.gallery, Qt.Key.Key_Space)
        qtbot.waitUntil(lambda n=n: session.human_label(asked[n]) is not None, timeout=WAIT)
    assert all(session.judgements[i].audit for i in asked[:3])
    assert window.promise.bar.said.text() == "3 of 20 checked"
    window.menu.undo.trigger()
    assert asked[2] not in session.judgements
    window.shown_set.chip.click()
    assert window.promise.bar.said.text() != "2 of 20 checked"
    other = next(i for i in session.view().tolist() if session.human_label(i) is None)
    program.desk.accept_answers([other])
    assert not session.judgements[other].audit


def test_an_audit_that_is_done_shows_all_pictures_again(program: Application, qtbot: QtBot) -> None:
    window, session = program.window, program.desk.session
    choose(program, qtbot, 0.1)
    window.promise.start_audit()
    asked = window.shown_set.ids(session).tolist()
    program.desk.accept_answers(asked)
    qtbot.waitUntil(lambda: not window.shown_set.is_on, timeout=WAIT)
    assert sum(j.audit for j in session.judgements.values()) == 20


def test_sorting_files_what_the_promise_covers_and_leaves_the_rest(program: Application, qtbot: QtBot) -> None:
    window, session = program.window, program.desk.session
    flow = window.promise
    flow._model = HONEST
    choose(program, qtbot, 0.1)
    flow.start_audit()
    program.desk.accept_answers(window.shown_set.ids(session).tolist())
    qtbot.waitUntil(lambda: flow.promises[0.1].confirmations_wanted != 20, timeout=WAIT)
    window.sorting.start()
    dialog = window.sorting.dialog
    assert dialog is not None and dialog.promise() == 0.1
    qtbot.waitUntil(lambda: dialog._plan is not None, timeout=WAIT)
    promise = flow.promises[0.1]
    assert dialog._plan is not None
    filed = [step for step in dialog._plan.all_steps if not step.said]
    assert len(filed) == promise.filed
    assert len(dialog._plan.all_steps) == promise.filed + 20
    dialog.close()
    flow.promises = {0.1: replace(promise, filed=promise.filed - 1)}
    flow.changed.emit()
    assert not dialog._soon.isActive()  # a closed dialog asks for no plan
