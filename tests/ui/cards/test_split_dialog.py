"""The dialogs that show examples: splitting a class, and looking at some closely."""

from pathlib import Path

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QApplication

from fewshot_gui.questions.split import SplitProposal
from fewshot_gui.ui.cards.examples_dialog import ExamplesDialog
from fewshot_gui.ui.cards.split_dialog import SplitDialog
from fewshot_gui.ui.drops import example_mime
from tests.made_up import session_of

Key, Ctrl = Qt.Key, Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def project(quick_path: Path):
    """cat with pictures 1 to 6, dog with 7."""
    session = session_of(quick_path / "a.fewshot", quick_path, range(8))
    cat, _ = session.add_class("cat")
    dog, _ = session.add_class("dog")
    session.label(range(1, 7), cat)
    session.label([7], dog)
    yield session
    session.close()


@pytest.fixture
def dialog(qtbot, project, loader):
    dialog = SplitDialog(project, 1, loader)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


@pytest.fixture
def asked(dialog):
    asked = []
    dialog.split_requested.connect(asked.append)
    return asked


PROPOSAL = SplitProposal({2: ((1, 2, 3, 4), (5, 6)), 3: ((1, 2), (3, 4), (5, 6))})


def test_the_dialog_shows_all_at_once_and_groups_when_they_are_found(dialog):
    assert dialog.groups == [[1, 2, 3, 4, 5, 6], []]
    assert not dialog.split_button.isEnabled()
    dialog.propose(PROPOSAL)
    assert dialog.groups == [[1, 2, 3, 4], [5, 6]]
    assert dialog.columns[1].pictures.ids() == [5, 6]
    assert [column.isVisible() for column in dialog.columns] == [True, True, False, False]
    assert dialog.split_button.isEnabled()


def test_the_groups_are_named_and_made_with_one_click(dialog, asked):
    dialog.propose(PROPOSAL)
    assert [column.name.text() for column in dialog.columns[:2]] == ["cat", "cat 2"]
    dialog.columns[1].name.setText("lion ")
    dialog.split_button.click()
    assert asked == [[("cat", [1, 2, 3, 4]), ("lion", [5, 6])]]
    assert not dialog.isVisible()


def test_more_groups_are_a_click_away_and_fewer_again(dialog):
    dialog.propose(PROPOSAL)
    dialog.counts[3].click()
    assert dialog.groups == [[1, 2], [3, 4], [5, 6]]
    dialog.counts[4].click()
    assert dialog.groups == [[1, 2], [3, 4], [5, 6], []]
    assert not dialog.split_button.isEnabled()
    dialog.counts[2].click()
    assert dialog.groups == [[1, 2, 3, 4], [5, 6]]


def test_pictures_that_could_not_be_compared_stay_in_the_first_group(dialog):
    dialog.propose(SplitProposal({2: ((4, 5), (1, 2))}))
    assert dialog.groups == [[4, 5, 3, 6], [1, 2]]


def test_ctrl_and_an_arrow_move_pictures_to_the_next_group(qtbot, dialog):
    dialog.propose(PROPOSAL)
    first, second = (column.pictures for column in dialog.columns[:2])
    first.setFocus()
    first.choose([2, 3])
    qtbot.keyClick(first, Key.Key_Right, Ctrl)
    assert dialog.groups == [[1, 4], [5, 6, 2, 3]]
    assert sorted(second.chosen_ids()) == [2, 3]
    qtbot.keyClick(second, Key.Key_Right, Ctrl)  # there is no group further to the right
    assert dialog.groups == [[1, 4], [5, 6, 2, 3]]
    qtbot.keyClick(second, Key.Key_Left, Ctrl)
    assert dialog.groups == [[1, 4, 2, 3], [5, 6]]


def test_pictures_are_dragged_from_group_to_group(dialog):
    dialog.propose(PROPOSAL)
    target = dialog.columns[1].pictures
    mime = example_mime([1])
    keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    event = QDropEvent(QPointF(10, 10), Qt.DropAction.CopyAction, mime, *keys)
    target.dropEvent(event)
    assert event.isAccepted()
    assert dialog.groups == [[2, 3, 4], [5, 6, 1]]


def test_what_the_person_moved_is_not_arranged_anew(dialog):
    dialog.move_to(1, [1])
    dialog.propose(PROPOSAL)
    assert dialog.groups == [[2, 3, 4, 5, 6], [1]]
    dialog.counts[2].click()
    assert dialog.groups == [[1, 2, 3, 4], [5, 6]]


@pytest.mark.parametrize("name", ["", "CAT", "dog"])
def test_each_group_needs_a_name_that_no_other_class_has(dialog, name):
    dialog.propose(PROPOSAL)
    dialog.columns[1].name.setText(name)
    assert not dialog.split_button.isEnabled()
    assert "name" in dialog.problem.text()


def test_where_all_look_alike_the_person_is_told_to_do_it_by_hand(dialog):
    dialog.propose(SplitProposal({}))
    assert dialog.groups == [[1, 2, 3, 4, 5, 6], []]
    assert "Each group needs a picture" in dialog.problem.text()


def test_every_control_of_the_dialog_has_a_name(dialog):
    for widget in dialog.findChildren(type(dialog.columns[0].name)) + [c.pictures for c in dialog.columns]:
        assert widget.accessibleName()


# --- looking at examples


@pytest.fixture
def examples(qtbot, project, loader):
    dialog = ExamplesDialog(lambda: "Examples of cat", lambda: project.examples(1), project, loader)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(dialog)
    dialog.label_requested.connect(project.label)
    dialog.show()
    return dialog


def test_all_examples_of_a_class_are_shown(examples):
    assert examples.pictures.ids() == [1, 2, 3, 4, 5, 6]


def test_an_example_is_taken_back_with_delete(qtbot, examples, project):
    examples.pictures.choose([2])
    qtbot.keyClick(examples.pictures, Key.Key_Delete)
    examples.refresh()
    assert examples.pictures.ids() == [1, 3, 4, 5, 6]
    assert project.human_label(2) is None
    project.undo()
    examples.refresh()
    assert examples.pictures.ids() == [1, 2, 3, 4, 5, 6]


def test_examples_are_moved_to_another_class(examples, project):
    examples.pictures.choose([2, 3])
    move = next(a for a in examples.move_button.menu().actions() if a.text() == "dog")
    move.trigger()
    assert project.examples(2) == [7, 2, 3]


def test_buttons_wait_for_a_choice(examples):
    examples.pictures.clearSelection()
    QApplication.processEvents()
    assert not examples.take_back.isEnabled()
    examples.pictures.choose([1])
    assert examples.take_back.isEnabled()
