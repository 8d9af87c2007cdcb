"""Looking at pictures in the real window: groups, order, the large picture, and why a picture was decided so."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QApplication, QLabel, QMenu
from pytestqt.qtbot import QtBot

from fewshot_gui.app import Application
from fewshot_gui.engine import Scored
from fewshot_gui.session import Change, State
from fewshot_gui.ui.gallery.arrangement import Section
from fewshot_gui.ui.inspector.explanation import ExampleButton
from tests.e2e.conftest import COLOURS, drop

WAIT = 60_000
Key = Qt.Key


@pytest.fixture
def program(program: Application) -> Application:
    """The same, with the keys going to the gallery."""
    program.window.gallery.setFocus()
    return program


def choose(program: Application, name: str) -> None:
    program.window.menu.action(name).trigger()


def sections(program: Application) -> tuple[Section, ...]:
    found = program.window.model.sections
    assert found is not None
    return found


def names(program: Application) -> list[str]:
    session = program.desk.session
    return [session.picture(int(i)).path.name for i in program.window.model.ids]


def test_grouped_by_class_one_key_judges_a_whole_group_and_one_undo_takes_it_back(
    program: Application, qtbot: QtBot
) -> None:
    choose(program, "group-class")
    groups = sections(program)
    assert [group.title for group in groups[:3]] == list(COLOURS) and groups[-1].title == "Without an answer"
    assert sum(len(group.ids) for group in groups) == 37
    gallery, session = program.window.gallery, program.desk.session
    gallery.select_id(int(groups[1].ids[0]))
    choose(program, "groups")
    assert sorted(gallery.selected_ids()) == sorted(groups[1].ids.tolist())
    qtbot.keyClick(gallery, Key.Key_2)
    mine = {int(i) for i in groups[1].ids}
    assert {i for i in mine if session.decision(i).state is State.HUMAN} == mine
    program.window.menu.undo.trigger()
    assert not any(session.decision(i).state is State.HUMAN for i in mine)


def header_of(program: Application, number: int) -> QPoint:
    """The middle of a group's header, in the gallery's viewport."""
    gallery = program.window.gallery
    return gallery.grid.header_rect(number).translated(0, -gallery.verticalOffset()).center()


def ask_for_menu(program: Application, where: QPoint, reason: QContextMenuEvent.Reason) -> QMenu:
    """The menu that a right click, or the Menu key, opens."""
    viewport = program.window.gallery.viewport()
    QApplication.sendEvent(viewport, QContextMenuEvent(reason, where, viewport.mapToGlobal(where)))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    return menu


@pytest.mark.parametrize("by_key", [False, True])
def test_the_menu_of_a_group_judges_all_of_it(program: Application, qtbot: QtBot, by_key: bool) -> None:
    choose(program, "group-class")
    group = sections(program)[2]
    gallery, session = program.window.gallery, program.desk.session
    gallery.select_id(int(group.ids[0]))
    if by_key:
        choose(program, "groups")
        menu = ask_for_menu(program, QPoint(), QContextMenuEvent.Reason.Keyboard)
    else:
        menu = ask_for_menu(program, header_of(program, 2), QContextMenuEvent.Reason.Mouse)
    assert sorted(gallery.selected_ids()) == sorted(group.ids.tolist())
    assert menu.actions()[0].text() == group.title
    (label,) = [action for action in menu.actions() if action.text().startswith("green")]
    label.trigger()
    menu.close()
    mine = {int(i) for i in group.ids}
    assert mine <= set(session.examples(session.classes[1].id))
    program.window.menu.undo.trigger()
    assert not mine & set(session.examples(session.classes[1].id))


def test_the_menu_of_a_group_folds_and_unfolds_it(program: Application, qtbot: QtBot) -> None:
    choose(program, "group-class")
    for folded in (True, False):
        menu = ask_for_menu(program, header_of(program, 0), QContextMenuEvent.Reason.Mouse)
        menu.actions()[-1].trigger()
        menu.close()
        assert sections(program)[0].closed is folded


def test_a_header_is_dragged_onto_a_card(program: Application, qtbot: QtBot) -> None:
    choose(program, "group-class")
    group, window = sections(program)[0], program.window
    qtbot.mouseClick(window.gallery.viewport(), Qt.MouseButton.LeftButton, pos=header_of(program, 0))
    target = program.desk.session.classes[2].id
    card = window.panel.card(target)
    assert drop(card.parentWidget(), window.model.mime_data(window.gallery.selected_ids()), card.geometry().center())
    assert {int(i) for i in group.ids} <= set(program.desk.session.examples(target))


def test_folded_groups_stay_folded_until_all_are_unfolded(program: Application, qtbot: QtBot) -> None:
    choose(program, "group-class")
    groups = sections(program)
    program.window.gallery.select_id(int(groups[0].ids[0]))
    choose(program, "close-group")
    assert sections(program)[0].closed
    assert program.window.model.rowCount() == 37 - len(groups[0].ids)
    choose(program, "open-groups")
    assert program.window.model.rowCount() == 37


def test_look_alikes_are_grouped_and_those_like_no_other_come_last(program: Application, qtbot: QtBot) -> None:
    choose(program, "group-look")
    qtbot.waitUntil(lambda: len(sections(program)) > 1, timeout=WAIT)
    groups = sections(program)
    assert groups[0].title.startswith("Look-alikes 1")
    assert all(len(group.ids) >= 2 for group in groups if group.key != "rest")
    assert sum(len(group.ids) for group in groups) == 37
    choose(program, "group-none")
    assert program.window.model.sections is None


def test_pictures_are_sorted_by_doubt_name_and_date(program: Application, qtbot: QtBot, folder: Path) -> None:
    usual = names(program)
    choose(program, "order-doubt")
    session = program.desk.session
    sure = [session.decision(int(i)).confidence for i in program.window.model.ids][:36]
    assert sure == sorted(sure, key=lambda share: share or 0.0)
    assert names(program)[-1] == "broken.jpg"
    choose(program, "order-name")
    qtbot.waitUntil(lambda: names(program) == sorted(usual), timeout=WAIT)
    choose(program, "order-date")
    assert names(program)[-1] == "broken.jpg"  # written last
    choose(program, "order-usual")
    assert names(program) == usual


def test_the_large_picture_is_labelled_and_left_by_keys(program: Application, qtbot: QtBot) -> None:
    window, session = program.window, program.desk.session
    first, second = int(window.model.ids[0]), int(window.model.ids[1])
    window.gallery.select_id(first)
    qtbot.keyClick(window.gallery, Key.Key_Return)
    preview = window.seeing.preview
    assert preview.isVisible()
    qtbot.keyClick(preview, Key.Key_Right)
    qtbot.keyClick(preview, Key.Key_3)
    assert session.human_label(second) == session.classes[2].id and session.human_label(first) is None
    qtbot.keyClick(preview, Key.Key_Escape)
    assert not preview.isVisible() and window.gallery.hasFocus()


def test_pictures_that_a_disk_did_not_give_are_shown_once_the_folder_is_looked_through_again(
    program: Application, qtbot: QtBot
) -> None:
    window = program.window
    choose(program, "watch")  # off: else it is told that the picture is gone
    picture = int(window.model.ids[5])
    path = program.desk.session.picture(picture).path
    away = path.rename(path.with_suffix(".away"))
    window.gallery.select_id(picture)
    qtbot.waitUntil(lambda: window.large.is_unreadable(picture), timeout=WAIT)
    away.rename(path)
    choose(program, "look-again")
    qtbot.waitUntil(lambda: window.large.pixmap(picture) is not None, timeout=WAIT)


def buttons(program: Application) -> list[ExampleButton]:
    return program.window.inspector.explanation.findChildren(ExampleButton)


def test_the_inspector_shows_the_nearest_examples_and_a_click_goes_to_one(program: Application, qtbot: QtBot) -> None:
    window, session = program.window, program.desk.session
    red = next(int(i) for i in window.model.ids if session.class_name(session.decision(int(i)).class_id) == "red")
    window.gallery.select_id(red)
    qtbot.waitUntil(lambda: any(b.example is not None for b in buttons(program)), timeout=WAIT)
    nearest = [b.example for b in buttons(program)][:3]
    assert set(nearest) <= set(session.examples(session.classes[0].id))
    height = window.inspector.explanation.height()
    example = next(b for b in buttons(program) if b.example is not None)
    shown = example.example
    assert shown is not None
    qtbot.mouseClick(example, Qt.MouseButton.LeftButton)
    assert window.inspector.picture_id == shown
    assert window.inspector.explanation.height() == height


def test_whether_one_example_decides_is_said_and_it_can_be_taken_back(program: Application, qtbot: QtBot) -> None:
    window = program.window
    window.gallery.select_id(int(window.model.ids[0]))
    labels = window.inspector.explanation.findChildren(QLabel)

    def sentence() -> str:
        return " ".join(label.text() for label in labels if "decides" in label.text() or "Without" in label.text())

    qtbot.waitUntil(lambda: sentence() != "", timeout=WAIT)
    example = program.desk.session.examples(program.desk.session.classes[0].id)[0]
    window.inspector.explanation.take_back_requested.emit(example)
    assert program.desk.session.human_label(example) is None


def test_h_lays_a_heat_map_over_the_picture_and_takes_it_away(program: Application, qtbot: QtBot) -> None:
    window = program.window
    view = window.inspector.picture
    window.gallery.select_id(int(window.model.ids[0]))
    choose(program, "heat-map")
    qtbot.waitUntil(lambda: view.has_heat, timeout=WAIT)
    assert "speaks for" in view.accessibleDescription()
    window.gallery.select_id(int(window.model.ids[1]))
    assert not view.has_heat
    qtbot.waitUntil(lambda: view.has_heat, timeout=WAIT)
    choose(program, "heat-map")
    assert not view.has_heat


def test_a_class_that_is_renamed_has_its_new_name_beside_the_picture_at_once(
    program: Application, qtbot: QtBot
) -> None:
    window, desk = program.window, program.desk
    first = desk.session.classes[0]
    window.gallery.select_id(
        next(i for i in desk.session.view().tolist() if desk.session.decision(i).class_id == first.id)
    )
    qtbot.waitUntil(lambda: window.inspector.picture_id is not None)
    titles = [row._title for row in window.inspector.explanation._rows]
    qtbot.waitUntil(lambda: first.name in [title.accessibleName() for title in titles], timeout=WAIT)
    desk.rename_class(first.id, "grebe")
    qtbot.waitUntil(lambda: "grebe" in window.inspector._answer.accessibleName())
    qtbot.waitUntil(lambda: "grebe" in [title.accessibleName() for title in titles], timeout=WAIT)
    window.undo()
    assert first.name in window.inspector._answer.accessibleName()


def test_the_lesser_scores_of_the_picture_that_is_shown_keep_up_with_the_machine(
    program: Application, qtbot: QtBot
) -> None:
    window, session = program.window, program.desk.session
    picture = next(i for i in session.view().tolist() if session.decision(i).state is State.PREDICTED)
    window.gallery.select_id(picture)
    bars = window.inspector._scores
    ids = tuple(class_id for class_id, _ in session.scores(picture))
    for shares in ((0.9, 0.06, 0.04), (0.9, 0.01, 0.09)):  # the answer stays the same
        session.answers.accept(
            Scored(ids, np.array([picture]), np.array([shares], np.float32), np.ones(1, np.float32), np.ones(1, bool))
        )
        program.desk.changed.emit(Change(rows=True))
        shown = session.class_name(ids[1]) + f" {round(100 * shares[1])} %"
        qtbot.waitUntil(lambda shown=shown: shown in bars.accessibleDescription(), timeout=WAIT)  # type: ignore[misc]
