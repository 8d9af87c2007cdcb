"""Class cards by keyboard, mouse and menu."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QApplication

from fewshot_gui.session import ClassInfo
from fewshot_gui.ui.shell.keys import KEYS

Key, Alt = Qt.Key, Qt.KeyboardModifier.AltModifier


def test_f2_edits_the_name_and_enter_accepts_it(qtbot, panel, told):
    card = panel.card(1)
    card.setFocus()
    qtbot.keyClick(card, Key.Key_F2)
    assert card.editor.isVisible() and card.editor.selectedText() == "cat"
    card.editor.insert(" tabby 猫 ")
    qtbot.keyClick(card.editor, Key.Key_Return)
    assert told == [("rename_requested", 1, "tabby 猫")]
    assert not card.editor.isVisible() and card.hasFocus()


def test_escape_leaves_the_name_as_it_was(qtbot, panel, told):
    panel.edit_name(1)
    qtbot.keyClicks(panel.card(1).editor, "tabby")
    qtbot.keyClick(panel.card(1).editor, Key.Key_Escape)
    assert told == []
    assert not panel.card(1).editor.isVisible()


@pytest.mark.parametrize("text", ["cat", "  "])
def test_the_same_or_no_name_is_no_renaming(qtbot, panel, told, text):
    panel.edit_name(1)
    panel.card(1).editor.setText(text)
    qtbot.keyClick(panel.card(1).editor, Key.Key_Return)
    assert told == []


def test_going_elsewhere_accepts_the_name_once(qtbot, panel, told):
    panel.edit_name(1)
    qtbot.keyClicks(panel.card(1).editor, "tabby")
    panel.card(2).setFocus()
    assert told == [("rename_requested", 1, "tabby")]


def test_a_double_click_on_the_name_edits_it(qtbot, panel):
    card = panel.card(1)
    qtbot.mouseDClick(card, Qt.MouseButton.LeftButton, pos=QPoint(50, 18))
    assert card.editor.isVisible()


def test_delete_is_asked_for_by_the_card_but_not_while_its_name_is_edited(qtbot, panel, told):
    panel.edit_name(1)
    qtbot.keyClick(panel.card(1).editor, Key.Key_Delete)
    assert told == []
    qtbot.keyClick(panel.card(1).editor, Key.Key_Escape)
    qtbot.keyClick(panel.card(1), Key.Key_Delete)
    assert told == [("delete_requested", 1)]


def test_arrows_go_from_card_to_card_and_on_to_new_class(qtbot, panel):
    panel.card(1).setFocus()
    for below in (panel.card(2), panel.card(3), panel.new_card):
        qtbot.keyClick(QApplication.focusWidget(), Key.Key_Down)
        assert below.hasFocus()
    qtbot.keyClick(panel.new_card, Key.Key_Down)
    assert panel.new_card.hasFocus()
    qtbot.keyClick(panel.new_card, Key.Key_Up)
    assert panel.card(3).hasFocus()


def test_the_focused_card_is_seen_however_long_the_list(qtbot, panel, hand):
    panel.refresh(hand.FakeSession(**{f"class {number}": [1] for number in range(30)}))
    panel.new_card.setFocus()
    qtbot.keyClick(panel.new_card, Key.Key_Up)
    last = panel.card(30)
    assert last.hasFocus()
    qtbot.waitUntil(lambda: last.visibleRegion().boundingRect() == last.rect())


def test_tab_visits_cards_in_their_order(qtbot, panel):
    panel.card(1).setFocus()
    visited = []
    for _ in range(7):
        qtbot.keyClick(QApplication.focusWidget(), Key.Key_Tab)
        visited.append(QApplication.focusWidget())
    second, third = panel.card(2), panel.card(3)
    expected = [panel.card(1).strip, second, second.strip, second.hint, third, third.hint, panel.new_card]
    assert visited == expected


def test_alt_and_an_arrow_move_a_card(qtbot, panel, told):
    qtbot.keyClick(panel.card(2), Key.Key_Up, Alt)
    qtbot.keyClick(panel.card(2), Key.Key_Down, Alt)
    qtbot.keyClick(panel.card(1), Key.Key_Up, Alt)  # it is the first already
    assert told == [("move_requested", 2, 0), ("move_requested", 2, 2)]


def test_the_keys_of_cards_are_those_of_the_table(qtbot, panel, told, hand):
    try:
        for name, key in (("rename-class", "F8"), ("lower-class", "J"), ("delete-class", "X")):
            assert KEYS.assign(name, key) == ""
        panel.card(1).setFocus()
        qtbot.keyClick(panel.card(1), Key.Key_Delete)
        qtbot.keyClick(panel.card(1), Key.Key_J)
        qtbot.keyClick(panel.card(1), Key.Key_X)
        assert told == [("move_requested", 1, 1), ("delete_requested", 1)]
        opened = hand.menu(panel.card(1))
        assert "Rename\tF8" in [action.text() for action in opened.actions()]
        opened.close()
        qtbot.keyClick(panel.card(1), Key.Key_F8)
        qtbot.keyClicks(panel.card(1).editor, "jx")
        assert panel.card(1).editor.text() == "jx" and len(told) == 2, "a name may hold these letters"
    finally:
        KEYS.reset()


def test_the_menu_holds_all_that_a_card_can_do(qtbot, panel, told, hand):
    card = panel.card(2)
    texts = ["Add pictures…", "Show its examples…", "Show its pictures", "Move up", "Move down", "Delete the class"]
    for text in texts:
        hand.choose(hand.menu(card), text)
    assert told == [
        ("add_files_requested", 2),
        ("examples_requested", 2),
        ("show_requested", 2),
        ("move_requested", 2, 0),
        ("move_requested", 2, 2),
        ("delete_requested", 2),
    ]
    hand.choose(hand.menu(card), "Rename")
    assert card.editor.isVisible()


def test_enter_shows_the_class_s_pictures_and_on_the_last_card_asks_for_files(qtbot, panel, told):
    panel.card(1).setFocus()
    qtbot.keyClick(panel.card(1), Key.Key_Return)
    qtbot.keyClick(panel.new_card, Key.Key_Return)
    qtbot.mouseClick(panel.new_card, Qt.MouseButton.LeftButton)
    assert told == [("show_requested", 1), ("add_files_requested", None), ("add_files_requested", None)]


def test_an_example_is_taken_back_from_its_menu(qtbot, panel, told, hand):
    hand.choose(hand.menu(panel.card(1).strip, QContextMenuEvent.Reason.Mouse, QPoint(5, 5)), "Take back")
    assert told == [("unlabel_requested", [5])]  # the newest stands first


def test_an_example_is_taken_back_by_keyboard(qtbot, panel, told):
    strip = panel.card(1).strip
    strip.setFocus()
    for key in (Key.Key_Left, Key.Key_Right, Key.Key_Right, Key.Key_Delete):
        qtbot.keyClick(strip, key)
    assert told == [("unlabel_requested", [3])]
    assert "Example 3 of 5" in strip.accessibleName()


def test_the_name_of_a_class_just_made_can_be_typed_at_once(qtbot, panel, session):
    session.classes.append(ClassInfo(4, "Class 4", 3, 3))
    session.by_class[4] = []
    panel.refresh(session)
    panel.edit_name(4)
    assert panel.card(4).editor.hasFocus()


def test_the_focused_class_is_known_also_while_its_name_is_edited(qtbot, panel):
    panel.card(2).setFocus()
    assert panel.focused_class() == 2
    panel.edit_name(3)
    assert panel.focused_class() == 3
    panel.new_card.setFocus()
    assert panel.focused_class() is None


def test_a_class_is_merged_or_split_from_its_menu(panel, told, hand):
    opened = hand.menu(panel.card(1))
    merge = next(action.menu() for action in opened.actions() if action.text() == "Merge into")
    assert [action.text() for action in merge.actions()] == ["dog", "fish"]
    merge.actions()[1].trigger()
    hand.choose(opened, "Split…")
    assert told == [("merge_requested", 1, 3), ("split_requested", 1)]


def test_a_class_of_one_example_can_not_be_split(panel, hand):
    opened = hand.menu(panel.card(2))
    (split,) = [action for action in opened.actions() if action.text() == "Split…"]
    opened.close()
    assert not split.isEnabled()


def test_an_example_is_moved_to_another_class_from_its_menu(panel, told, hand):
    opened = hand.menu(panel.card(1).strip, QContextMenuEvent.Reason.Mouse, QPoint(5, 5))
    move = next(action.menu() for action in opened.actions() if action.text() == "Move to")
    move.actions()[0].trigger()
    opened.close()
    assert told == [("label_requested", [5], 2)]


def test_a_hint_is_followed_by_keyboard(qtbot, panel, told):
    panel.card(2).hint.setFocus()
    qtbot.keyClick(panel.card(2).hint, Key.Key_Space)
    assert told == [("add_files_requested", 2)]
