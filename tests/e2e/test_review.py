"""Deciding in the real window: the queue, groups in one gesture, what a correction changes, strangers made a class."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from fewshot_gui.app import Application
from fewshot_gui.engine import Scored
from fewshot_gui.questions.review import Queue
from fewshot_gui.session import NONE_OF_THESE, Change, Filter
from fewshot_gui.ui.drops import Drop
from fewshot_gui.ui.gallery.tile import TILE_ROLE
from fewshot_gui.ui.review.review import is_finished
from tests.made_up import answer

WAIT = 60_000
Key = Qt.Key


def machine_says(program: Application, pictures: list[int], class_ids: list[int], sure: list[float]) -> Change:
    """Let the machine answer as a test needs it: of each picture the class and how sure; class 0 is a stranger."""
    session = program.desk.session
    columns = tuple(info.id for info in session.classes)
    rows = np.full((len(pictures), len(columns)), 0.0, np.float32)
    for row, class_id, p in zip(rows, class_ids, sure, strict=True):
        row[:] = (1 - p) / (len(columns) - 1)
        row[columns.index(class_id) if class_id else 0] = p
    known = [c != NONE_OF_THESE for c in class_ids]
    change = answer(session, columns, pictures, rows, known)
    program.desk.changed.emit(change)
    while not program.window.turns.is_empty:
        QApplication.processEvents()
    return change


def adapted(program: Application, qtbot: QtBot, action: Callable[[], object]) -> None:
    """Do it, and wait until the network that is adapted to it has answered."""
    scored: list[int] = []
    program.compute.scored.connect(lambda number, _: scored.append(number))
    action()
    qtbot.waitUntil(lambda: program.desk._number in scored, timeout=WAIT)


def shown(program: Application) -> list[int]:
    return program.window.model.ids.tolist()


def show(program: Application, qtbot: QtBot, which: Filter, count: int) -> list[int]:
    program.window.filters.set_filter(which)
    qtbot.waitUntil(lambda: len(shown(program)) == count, timeout=WAIT)
    return shown(program)


def in_doubt(program: Application, count: int = 6) -> list[int]:
    """Make these pictures of the first class doubtful and all others sure."""
    session = program.desk.session
    red, green, blue = (info.id for info in session.classes)
    everything = [i for i in session.view().tolist() if session.decision(i).class_id]
    name = {"red": red, "gree": green, "blue": blue}
    classes = [name[session.picture(i).path.stem.split("_")[1][:4]] for i in everything]
    doubtful = [i for i, c in zip(everything, classes, strict=True) if c == red][:count]
    sure = [0.4 + 0.02 * doubtful.index(i) if i in doubtful else 0.99 for i in everything]
    machine_says(program, everything, classes, sure)
    return doubtful


def unsure(accept: Callable[[Scored], np.ndarray], scored: Scored) -> np.ndarray:
    """The machine's answers, with half of the sureness."""
    even = np.full_like(scored.probabilities, 1 / len(scored.class_ids))
    return accept(replace(scored, probabilities=(scored.probabilities + even) / 2))


# --- the queue


def test_what_needs_review_comes_in_the_queues_order_and_what_is_looked_at_stays(
    program: Application, qtbot: QtBot
) -> None:
    doubtful = in_doubt(program)
    window = program.window
    window.menu.action("review").trigger()
    qtbot.waitUntil(lambda: sorted(shown(program)) == sorted(doubtful), timeout=WAIT)
    qtbot.waitUntil(lambda: window.gallery.current_id() == shown(program)[0], timeout=WAIT)
    looked_at = window.gallery.current_id()
    assert looked_at is not None
    wanted = [i for i in reversed(doubtful) if i != looked_at]
    window.review.take(Queue(np.array([*wanted, looked_at])))
    assert shown(program) == [looked_at, *wanted]
    assert window.gallery.current_id() == looked_at


def test_the_queue_is_asked_for_after_an_adaptation(program: Application, qtbot: QtBot) -> None:
    session = program.desk.session
    taken: list[Queue] = []
    program.window.review.take = taken.append  # type: ignore[method-assign]
    session.answers.accept = partial(unsure, session.answers.accept)  # type: ignore[method-assign]
    adapted(program, qtbot, lambda: program.desk.label(session.view().tolist()[:1], session.classes[0].id))
    qtbot.waitUntil(lambda: bool(taken), timeout=WAIT)
    assert len(taken[0].ids) and set(taken[0].ids.tolist()) <= set(session.view(Filter.REVIEW).tolist())


def test_a_judging_key_leads_to_the_next_undecided_picture_and_undo_leads_back(
    program: Application, qtbot: QtBot
) -> None:
    session, gallery = program.desk.session, program.window.gallery
    first, second, third, fourth = session.view().tolist()[:4]
    program.desk.label([second], session.classes[1].id)
    gallery.select_id(first)
    qtbot.keyClick(gallery, Key.Key_1)
    assert gallery.current_id() == third  # the second one is decided
    qtbot.keyClick(gallery, Key.Key_U)
    assert gallery.current_id() == fourth
    assert session.human_label(third) == NONE_OF_THESE
    qtbot.keyClick(gallery, Key.Key_Backspace)
    assert session.human_label(third) is None
    qtbot.waitUntil(lambda: gallery.selected_ids() == [third], timeout=WAIT)
    qtbot.keyClick(gallery, Key.Key_X)
    assert session.rejections.get(third)
    assert gallery.current_id() == fourth


def test_judging_all_that_needs_review_ends_with_what_to_do_next(program: Application, qtbot: QtBot) -> None:
    window, session = program.window, program.desk.session
    doubtful = in_doubt(program, 3)
    window.menu.action("review").trigger()
    qtbot.waitUntil(lambda: len(shown(program)) == 3 and window.gallery.current_id() is not None, timeout=WAIT)
    program.compute.cancel()
    program.desk._adapt = lambda: None  # type: ignore[method-assign]  # the answers stay as this test has them
    for _ in doubtful:
        qtbot.keyClick(window.gallery, Key.Key_Space)
    assert all(session.human_label(i) == session.classes[0].id for i in doubtful)
    qtbot.waitUntil(lambda: window.empty.isVisible(), timeout=WAIT)
    assert is_finished(program.desk, window.filters, None)
    assert window.empty.finished.isVisible()
    assert window.empty.finished.sort.isVisible() and window.empty.finished.sort.text() == "Sort…"


# --- groups


def test_undo_leads_back_to_a_picture_that_needs_review_again_only_when_the_network_has_unlearned_it(
    program: Application, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    doubtful = in_doubt(program)
    window, session = program.window, program.desk.session
    monkeypatch.setattr(program.compute, "adapt_to", lambda *_: -1)  # the test says what the machine answers
    window.menu.action("review").trigger()
    qtbot.waitUntil(lambda: window.gallery.current_id() in doubtful, timeout=WAIT)
    judged = window.gallery.current_id()
    assert judged is not None
    first = session.classes[0].id
    qtbot.keyClick(window.gallery, Key.Key_1)
    qtbot.waitUntil(lambda: judged not in shown(program), timeout=WAIT)
    machine_says(program, [judged], [first], [0.99])  # it is an example now
    program.window.undo()
    qtbot.waitUntil(lambda: not window.refreshing.is_due, timeout=WAIT)
    assert judged not in shown(program)
    machine_says(program, [judged], [first], [0.4])
    qtbot.waitUntil(lambda: judged in shown(program), timeout=WAIT)
    assert window.gallery.current_id() == judged


def test_look_alikes_are_judged_by_one_key_less_those_left_out_and_undone_as_one(
    program: Application, qtbot: QtBot
) -> None:
    window, session = program.window, program.desk.session
    doubtful = in_doubt(program)
    show(program, qtbot, Filter.REVIEW, len(doubtful))
    window.gallery.setFocus()
    window.menu.action("groups").trigger()
    qtbot.waitUntil(lambda: len(window.gallery.selected_ids()) > 1, timeout=WAIT)
    sections = window.model.sections
    assert sections is not None
    group = sections[0].ids.tolist()
    assert window.gallery.selected_ids() == group
    left_out = group[-1]
    row = int(window.model.rows_of([left_out])[0])
    window.gallery.scrollTo(window.model.index(row, 0))
    spot = window.gallery.visualRect(window.model.index(row, 0)).center()
    qtbot.mouseClick(window.gallery.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier, spot)
    qtbot.keyClick(window.gallery, Key.Key_2)
    green = session.classes[1].id
    assert [session.human_label(i) for i in group] == [green] * (len(group) - 1) + [None]
    name = session.undo_name
    assert name is not None and (name.kind, name.count, name.subject) == ("label", len(group) - 1, "green")
    program.desk.undo()
    assert [session.human_label(i) for i in group] == [None] * len(group)


# --- ripple and guard


def test_what_a_correction_changed_is_said_shown_old_to_new_and_taken_back_in_one_undo(
    program: Application, qtbot: QtBot
) -> None:
    window, session = program.window, program.desk.session
    red, green, _ = (info.id for info in session.classes)
    pictures = [i for i in session.view().tolist() if session.decision(i).class_id == red]
    before = {i: (session.decision(i), session.scores(i)) for i in session.view().tolist()}
    adapted(program, qtbot, lambda: program.desk.label(pictures[:1], green))
    others = pictures[1:4]
    machine_says(program, others, [green, green, 0], [0.9, 0.6, 0.9])
    bar = window.ripple.bar
    assert bar.isVisible()
    said = bar.changes.text.text().replace("\u00a0", " ")
    assert said.endswith("changed: 2 red → green, 1 red → None of these")
    assert not bar.guard.text.isVisible()
    bar.changes.show_button.click()
    assert shown(program) == [others[1], others[0], others[2]]  # the doubtful first
    tile = window.model.index(0, 0).data(TILE_ROLE)
    assert tile.turned and tile.old.name == "red" and tile.info.name == "green"
    assert "before: red" in window.model.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    adapted(program, qtbot, bar.changes.undo.click)
    assert not bar.isVisible()
    assert {i: (session.decision(i), session.scores(i)) for i in before} == before
    window.shown_set.leave()
    assert not window.model.old


def test_the_bar_goes_with_escape_and_with_the_next_correction(program: Application, qtbot: QtBot) -> None:
    window, session = program.window, program.desk.session
    red, green, _ = (info.id for info in session.classes)
    pictures = [i for i in session.view().tolist() if session.decision(i).class_id == red]
    adapted(program, qtbot, lambda: program.desk.label(pictures[:1], red))
    machine_says(program, pictures[1:3], [green, green], [0.9, 0.9])
    assert window.ripple.bar.isVisible()
    window.activateWindow()
    window.gallery.setFocus()
    qtbot.waitUntil(window.gallery.hasFocus, timeout=WAIT)
    qtbot.keyClick(window.gallery, Key.Key_Escape)
    assert not window.ripple.bar.isVisible() and not window.model.old
    machine_says(program, pictures[1:3], [red, red], [0.9, 0.9])
    assert window.ripple.bar.isVisible()
    adapted(program, qtbot, lambda: program.desk.label(pictures[3:4], red))
    machine_says(program, pictures[1:3], [red, red], [0.9, 0.9])
    assert not window.ripple.bar.isVisible()


def test_a_correction_that_breaks_confirmed_pictures_is_flagged_and_one_click_goes_back(
    program: Application, qtbot: QtBot, tmp_path: Path
) -> None:
    window, session = program.window, program.desk.session
    red, green, _ = (info.id for info in session.classes)
    confirmed = next(i for i in session.view().tolist() if session.decision(i).class_id == red)
    purple = [tmp_path / f"purple {n}.png" for n in range(8)]  # red is more than what looks like the picture
    for n, path in enumerate(purple):
        Image.new("RGB", (60, 80), (140 + n, 40, 190)).save(path)
    program.desk.do(lambda: session.add_examples(red, purple))
    program.desk.label([confirmed], red)
    qtbot.waitUntil(lambda: set(purple) <= {session.picture(i).path for i in session._own}, timeout=WAIT)
    qtbot.waitUntil(lambda: session._own.get(confirmed) == red, timeout=WAIT)
    copies = [tmp_path / f"the same as green {n}.png" for n in range(40)]
    for copy in copies:
        copy.write_bytes(session.picture(confirmed).path.read_bytes())
    before = {i: session.scores(i) for i in session.view().tolist()}
    program.desk.do(lambda: session.add_examples(green, copies))
    flagged = window.ripple.bar.guard
    qtbot.waitUntil(flagged.text.isVisible, timeout=WAIT)
    undone = session.undo_name
    assert "you had confirmed" in flagged.text.text()
    flagged.show_button.click()
    assert confirmed in shown(program)
    flagged.undo.click()
    assert not window.ripple.bar.isVisible()
    assert undone == session.redo_name
    qtbot.waitUntil(lambda: {i: session.scores(i) for i in before} == before, timeout=WAIT)
    assert session.human_label(confirmed) == red and len(session.examples(green)) == 3


# --- growing world


def test_strangers_are_grouped_by_look_and_a_dragged_group_becomes_a_class(program: Application, qtbot: QtBot) -> None:
    window, session = program.window, program.desk.session
    blue = session.classes[2].id
    strangers = [i for i in session.view().tolist() if session.decision(i).class_id == blue]
    machine_says(program, strangers, [0] * len(strangers), [0.9] * len(strangers))
    window.filters.set_filter(Filter.UNKNOWN)
    qtbot.waitUntil(lambda: bool(window.model.sections) and window.seeing.arrangement.has_looks, timeout=WAIT)
    sections = window.model.sections
    assert sections is not None
    group = sections[0].ids.tolist()
    assert set(group) <= set(strangers) and len(group) > 1
    header = window.gallery.grid.header_rect(0)
    dragged: list[list[int]] = []
    window.gallery.startDrag = lambda _: dragged.append(window.gallery.selected_ids())  # type: ignore[method-assign]
    grip = header.center()
    qtbot.mousePress(window.gallery.viewport(), Qt.MouseButton.LeftButton, pos=grip)
    qtbot.mouseMove(window.gallery.viewport(), grip + QPoint(-40, 0))
    qtbot.waitUntil(lambda: bool(dragged), timeout=WAIT)
    assert dragged == [group]
    qtbot.mouseRelease(window.gallery.viewport(), Qt.MouseButton.LeftButton, pos=grip)
    window.panel.drop_received.emit(None, Drop(tiles=tuple(group)))
    new = session.classes[-1]
    assert session.examples(new.id) == sorted(group) and len(session.classes) == 4
    name = session.undo_name
    assert name is not None and (name.kind, name.count) == ("class-of", len(group))
    assert window.panel.card(new.id).editor.isVisible()
    program.desk.undo()
    assert len(session.classes) == 3 and session.human_label(group[0]) is None


def test_n_makes_a_class_of_the_selected_pictures(program: Application, qtbot: QtBot) -> None:
    window, session = program.window, program.desk.session
    pictures = session.view().tolist()[:3]
    rows = window.model.rows_of(pictures)
    window.gallery.select_rows([(int(rows[0]), int(rows[-1]))])
    qtbot.keyClick(window.gallery, Key.Key_N)
    assert session.examples(session.classes[-1].id) == pictures
