"""Class cards and examples that are dragged: into another order, into another class, out of the cards."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent
from PySide6.QtWidgets import QApplication

from fewshot_gui.ui import drops
from fewshot_gui.ui.drops import Drop, card_mime, example_mime, read_drop
from fewshot_gui.ui.empty_state import EmptyState

Ctrl = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def carried(monkeypatch):
    """What was dragged out of a widget."""
    carried = []
    monkeypatch.setattr(drops, "carry", lambda source, mime, pixmap: carried.append(read_drop(mime)))
    return carried


def drag_from(qtbot, widget, start):
    qtbot.mousePress(widget, Qt.MouseButton.LeftButton, pos=start)
    qtbot.mouseMove(widget, start + QPoint(QApplication.startDragDistance(), 4))
    qtbot.mouseMove(widget, start + QPoint(QApplication.startDragDistance() + 9, 9))
    qtbot.mouseRelease(widget, Qt.MouseButton.LeftButton)


def top_of(panel, class_id):
    return panel.card(class_id).geometry().topLeft() + QPoint(20, 4)


def bottom_of(panel, class_id):
    return panel.card(class_id).geometry().bottomLeft() + QPoint(20, -4)


def test_a_card_is_dragged_by_its_ground(qtbot, panel, carried):
    drag_from(qtbot, panel.card(2), QPoint(60, 14))
    assert carried == [Drop(card=2)]


def test_a_click_is_no_drag(qtbot, panel, carried):
    qtbot.mouseClick(panel.card(2), Qt.MouseButton.LeftButton, pos=QPoint(60, 14))
    qtbot.mouseMove(panel.card(2), QPoint(100, 30))
    assert carried == []


def test_an_example_is_dragged_out_of_the_strip(qtbot, panel, carried):
    drag_from(qtbot, panel.card(1).strip, QPoint(50, 10))
    assert carried == [Drop(tiles=(4,), from_card=True)]


@pytest.mark.parametrize(
    ("card", "where", "position"), [(1, bottom_of, 2), (3, top_of, 0), (2, top_of, None), (2, bottom_of, None)]
)
def test_a_dropped_card_goes_between_the_others(panel, told, hand, card, where, position):
    target = {1: 3, 3: 1, 2: 2}[card]
    hand.drop(hand.column(panel), card_mime(card), where(panel, target))
    assert told == ([] if position is None else [("move_requested", card, position)])


def test_a_card_dropped_on_the_one_above_or_below_changes_places_at_its_middle(panel, told, hand):
    hand.drop(hand.column(panel), card_mime(1), top_of(panel, 2))
    assert told == []
    hand.drop(hand.column(panel), card_mime(1), bottom_of(panel, 2))
    assert told == [("move_requested", 1, 1)]


def test_with_ctrl_a_card_is_merged_and_never_without(panel, told, hand):
    hand.drop(hand.column(panel), card_mime(1), hand.middle_of(panel, 3), held=Ctrl)
    assert told == [("merge_requested", 1, 3)]
    told.clear()
    hand.drop(hand.column(panel), card_mime(1), hand.middle_of(panel, 3))
    assert all(name == "move_requested" for name, *_ in told)


def test_a_card_is_not_merged_into_itself(panel, told, hand):
    hand.drop(hand.column(panel), card_mime(2), hand.middle_of(panel, 2), held=Ctrl)
    assert told == []


def test_while_a_card_is_dragged_it_is_said_what_would_happen(panel, hand):
    def title():
        return panel.findChild(type(panel._title)).text()

    before = title()
    hand.send_drag(QDragEnterEvent, hand.column(panel), card_mime(1), hand.middle_of(panel, 3))
    assert panel._gap.isVisible() and "Ctrl" in title()
    hand.send_drag(QDragMoveEvent, hand.column(panel), card_mime(1), hand.middle_of(panel, 3), held=Ctrl)
    assert not panel._gap.isVisible() and title() == "Merge into fish"
    QApplication.sendEvent(hand.column(panel), QDragLeaveEvent())
    assert not panel._gap.isVisible() and title() == before


def test_a_card_can_not_be_dropped_where_pictures_belong(panel, told, hand):
    assert not hand.send_drag(QDragEnterEvent, panel.new_card, card_mime(1)).isAccepted()
    assert told == []


def test_an_example_dropped_on_another_card_moves_there(panel, told, hand):
    hand.drop(hand.column(panel), example_mime([5]), hand.middle_of(panel, 2))
    assert told == [("drop_received", 2, Drop(tiles=(5,), from_card=True))]


def test_an_example_dropped_where_the_pictures_are_is_taken_back(qtbot, hand):
    empty = EmptyState()
    qtbot.addWidget(empty)
    taken = []
    empty.unlabel_requested.connect(taken.append)
    hand.drop(empty, example_mime([5, 6]))
    assert taken == [[5, 6]]
