"""What is dropped or pasted on class cards."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QApplication

from fewshot_gui.ui.drops import Drop

Key = Qt.Key
Copy = Qt.DropAction.CopyAction


def test_files_dropped_on_a_card_are_examples_of_its_class(panel, told, tmp_path, hand):
    event = hand.drop(hand.column(panel), hand.files(tmp_path), hand.middle_of(panel, 2))
    assert told == [("drop_received", 2, Drop(paths=(tmp_path,)))]
    assert event.isAccepted()


def test_a_drop_on_the_card_itself_goes_the_same_way(panel, told, tmp_path, hand):
    hand.drop(panel.card(2), hand.files(tmp_path))
    assert told == [("drop_received", 2, Drop(paths=(tmp_path,)))]


def test_tiles_dropped_on_a_card_come_as_ids(panel, told, hand):
    hand.drop(hand.column(panel), hand.tiles(b"7,8"), hand.middle_of(panel, 3))
    assert told == [("drop_received", 3, Drop(tiles=(7, 8)))]


def test_a_drop_below_makes_a_new_class(panel, told, tmp_path, hand):
    hand.drop(panel.new_card, hand.files(tmp_path))
    assert told == [("drop_received", None, Drop(paths=(tmp_path,)))]


def test_files_are_copied_never_moved_out_of_a_file_manager(panel, tmp_path, hand):
    for widget, where in ((hand.column(panel), hand.middle_of(panel, 1)), (panel.new_card, None)):
        assert hand.send_drag(QDragEnterEvent, widget, hand.files(tmp_path), where).dropAction() == Copy
        assert hand.send_drag(QDragMoveEvent, widget, hand.files(tmp_path), where).dropAction() == Copy
        assert hand.send_drag(QDropEvent, widget, hand.files(tmp_path), where).dropAction() == Copy


def test_a_web_address_is_refused_with_the_reason_before_it_is_dropped(panel, told, hand):
    event = hand.send_drag(QDragEnterEvent, hand.column(panel), hand.web_link(), hand.middle_of(panel, 1))
    assert not event.isAccepted()
    assert not hand.send_drag(
        QDragMoveEvent, hand.column(panel), hand.web_link(), hand.middle_of(panel, 1)
    ).isAccepted()
    assert [name for name, *_ in told] == ["refused"]
    assert "offline" in told[0][1]


def test_the_card_under_a_drag_is_marked_and_no_other(panel, tmp_path, hand):
    plain = [panel.card(number).grab().toImage() for number in (1, 2, 3)]
    hand.send_drag(QDragEnterEvent, hand.column(panel), hand.files(tmp_path), hand.middle_of(panel, 2))
    assert [panel.card(n).grab().toImage() == plain[n - 1] for n in (1, 2, 3)] == [True, False, True]
    hand.send_drag(QDragMoveEvent, hand.column(panel), hand.files(tmp_path), hand.middle_of(panel, 3))
    assert [panel.card(n).grab().toImage() == plain[n - 1] for n in (1, 2, 3)] == [True, True, False]
    QApplication.sendEvent(hand.column(panel), QDragLeaveEvent())
    assert [panel.card(n).grab().toImage() == plain[n - 1] for n in (1, 2, 3)] == [True, True, True]


def test_a_drag_at_the_lower_edge_scrolls_and_drops_on_the_card_then_under_it(qtbot, panel, told, tmp_path, hand):
    panel.refresh(hand.FakeSession(**{f"class {number}": [] for number in range(30)}))
    column = panel.card(1).parentWidget()
    viewport = column.parentWidget()
    qtbot.waitUntil(lambda: column.height() > viewport.height())
    edge = QPoint(50, viewport.height() - 4)
    hand.send_drag(QDragEnterEvent, column, hand.files(tmp_path), column.mapFrom(viewport, edge))
    qtbot.waitUntil(lambda: column.mapFrom(viewport, edge).y() > viewport.height() + panel.card(1).height() * 3)
    here = column.mapFrom(viewport, edge)
    hand.send_drag(QDropEvent, column, hand.files(tmp_path), here)
    under = column.childAt(here)
    assert told[0][1] == next(n for n in range(1, 31) if panel.card(n) is under or panel.card(n).isAncestorOf(under))


def test_pasting_goes_to_the_focused_card(qtbot, panel, told, tmp_path, hand):
    QGuiApplication.clipboard().setMimeData(hand.files(tmp_path))
    for widget in (panel.card(2), panel.card(1).strip, panel.new_card):
        qtbot.keyClick(widget, Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    dropped = Drop(paths=(tmp_path,))
    assert told == [("drop_received", 2, dropped), ("drop_received", 1, dropped), ("drop_received", None, dropped)]
    QGuiApplication.clipboard().clear()  # or Qt destroys it when Python has ended, and crashes


def test_pasting_what_is_no_picture_says_why_not(qtbot, panel, told):
    QGuiApplication.clipboard().setText("hello")
    qtbot.keyClick(panel.card(1), Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert [name for name, *_ in told] == ["refused"]
