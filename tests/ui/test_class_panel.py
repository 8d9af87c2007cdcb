from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QGuiApplication,
)
from PySide6.QtWidgets import QApplication, QMenu

from fewshot_gui.images.decode import UnreadableError
from fewshot_gui.session import ClassInfo, Counts
from fewshot_gui.ui.class_panel import ClassPanel
from fewshot_gui.ui.drops import PICTURES_MIME, Drop
from fewshot_gui.ui.thumbnails import ThumbnailLoader

Key, Alt = Qt.Key, Qt.KeyboardModifier.AltModifier
_NO_KEYS = (Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
Copy, Move = Qt.DropAction.CopyAction, Qt.DropAction.MoveAction


class FakeSession:
    """Classes with ids 1, 2, ...; the examples of each are given."""

    def __init__(self, **examples):
        self.classes = [ClassInfo(number, name, number - 1, number - 1) for number, name in enumerate(examples, 1)]
        self.by_class = dict(zip((info.id for info in self.classes), examples.values(), strict=True))
        self.predicted = {}

    def examples(self, class_id):
        return self.by_class[class_id]

    def counts(self):
        return Counts(all=0, review=0, unknown=0, corrected=0, unreadable=0, waiting=0, predicted=self.predicted)

    def source(self, picture_id):
        return Path(f"{picture_id}.jpg")

    def picture(self, picture_id):
        return SimpleNamespace(path=self.source(picture_id))


def red(source, side):
    if source.stem == "13":
        raise UnreadableError(source, "It is empty.")
    return np.full((side, side, 3), (255, 0, 0), np.uint8)


@pytest.fixture
def loader(qapp):
    loader = ThumbnailLoader(load=red)
    yield loader
    loader.stop()


@pytest.fixture
def session():
    return FakeSession(cat=[1, 2, 3, 4, 5], dog=[6], fish=[])


@pytest.fixture
def panel(qtbot, loader, session):
    panel = ClassPanel(loader)
    qtbot.addWidget(panel)
    panel.resize(240, 700)
    panel.refresh(session)
    panel.show()
    panel.activateWindow()
    qtbot.waitUntil(panel.isActiveWindow)
    return panel


@pytest.fixture
def told(panel):
    """What the panel asks for, as (signal's name, arguments...)."""
    told = []
    for name in (
        "drop_received",
        "rename_requested",
        "delete_requested",
        "move_requested",
        "add_files_requested",
        "show_requested",
        "unlabel_requested",
        "refused",
    ):
        getattr(panel, name).connect(lambda *arguments, name=name: told.append((name, *arguments)))
    return told


def files(*paths):
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return mime


def tiles(text):
    mime = QMimeData()
    mime.setData(PICTURES_MIME, text)
    return mime


def web_link():
    mime = QMimeData()
    mime.setUrls([QUrl("https://example.org/cat.jpg")])
    return mime


def send_drag(kind, widget, mime, where=None):
    where = where or widget.rect().center()
    event = kind(QPointF(where) if kind is QDropEvent else where, Copy | Move, mime, *_NO_KEYS)
    event.setDropAction(Move)  # what a file manager would like best
    QApplication.sendEvent(widget, event)
    return event


def drop(widget, mime, where=None):
    send_drag(QDragEnterEvent, widget, mime, where)
    return send_drag(QDropEvent, widget, mime, where)


def column(panel):
    """The widget that takes the drops for all cards, and the middle of a card in it."""
    return panel.card(1).parentWidget()


def middle_of(panel, class_id):
    return panel.card(class_id).geometry().center()


def menu(widget, reason=QContextMenuEvent.Reason.Keyboard, where=None):
    """The menu that the Menu key or a right click opens."""
    where = where or widget.rect().center()
    QApplication.sendEvent(widget, QContextMenuEvent(reason, where, widget.mapToGlobal(where)))
    return QApplication.activePopupWidget()


def choose(opened, text):
    assert isinstance(opened, QMenu)
    next(action for action in opened.actions() if action.text().split("\t")[0] == text).trigger()
    opened.close()


def test_a_card_tells_its_examples_and_pictures(panel, session):
    session.predicted = {1: 312}
    panel.refresh(session)
    card = panel.card(1)
    assert "cat" in card.accessibleName() and "key 1" in card.accessibleName()
    assert "5 " in card.accessibleDescription() and "312" in card.accessibleDescription()


def test_a_class_without_examples_says_that_it_needs_one(panel):
    assert "Needs an example" in panel.card(3).accessibleDescription()
    assert "Add a few more" in panel.card(2).accessibleDescription()
    assert "Needs" not in panel.card(1).accessibleDescription()


def test_files_dropped_on_a_card_are_examples_of_its_class(panel, told, tmp_path):
    event = drop(column(panel), files(tmp_path), middle_of(panel, 2))
    assert told == [("drop_received", 2, Drop(paths=(tmp_path,)))]
    assert event.isAccepted()


def test_a_drop_on_the_card_itself_goes_the_same_way(panel, told, tmp_path):
    drop(panel.card(2), files(tmp_path))
    assert told == [("drop_received", 2, Drop(paths=(tmp_path,)))]


def test_tiles_dropped_on_a_card_come_as_ids(panel, told):
    drop(column(panel), tiles(b"7,8"), middle_of(panel, 3))
    assert told == [("drop_received", 3, Drop(tiles=(7, 8)))]


def test_a_drop_below_makes_a_new_class(panel, told, tmp_path):
    drop(panel.new_card, files(tmp_path))
    assert told == [("drop_received", None, Drop(paths=(tmp_path,)))]


def test_files_are_copied_never_moved_out_of_a_file_manager(panel, tmp_path):
    for widget, where in ((column(panel), middle_of(panel, 1)), (panel.new_card, None)):
        assert send_drag(QDragEnterEvent, widget, files(tmp_path), where).dropAction() == Copy
        assert send_drag(QDragMoveEvent, widget, files(tmp_path), where).dropAction() == Copy
        assert send_drag(QDropEvent, widget, files(tmp_path), where).dropAction() == Copy


def test_a_web_address_is_refused_with_the_reason_before_it_is_dropped(panel, told):
    event = send_drag(QDragEnterEvent, column(panel), web_link(), middle_of(panel, 1))
    assert not event.isAccepted()
    assert not send_drag(QDragMoveEvent, column(panel), web_link(), middle_of(panel, 1)).isAccepted()
    assert [name for name, *_ in told] == ["refused"]
    assert "offline" in told[0][1]


def test_the_card_under_a_drag_is_marked_and_no_other(panel, tmp_path):
    plain = [panel.card(number).grab().toImage() for number in (1, 2, 3)]
    send_drag(QDragEnterEvent, column(panel), files(tmp_path), middle_of(panel, 2))
    assert [panel.card(n).grab().toImage() == plain[n - 1] for n in (1, 2, 3)] == [True, False, True]
    send_drag(QDragMoveEvent, column(panel), files(tmp_path), middle_of(panel, 3))
    assert [panel.card(n).grab().toImage() == plain[n - 1] for n in (1, 2, 3)] == [True, True, False]
    QApplication.sendEvent(column(panel), QDragLeaveEvent())
    assert [panel.card(n).grab().toImage() == plain[n - 1] for n in (1, 2, 3)] == [True, True, True]


def test_a_drag_at_the_lower_edge_scrolls_and_drops_on_the_card_then_under_it(qtbot, panel, told, tmp_path):
    panel.refresh(FakeSession(**{f"class {number}": [] for number in range(30)}))
    column = panel.card(1).parentWidget()
    viewport = column.parentWidget()
    qtbot.waitUntil(lambda: column.height() > viewport.height())
    edge = QPoint(50, viewport.height() - 4)
    send_drag(QDragEnterEvent, column, files(tmp_path), column.mapFrom(viewport, edge))
    qtbot.waitUntil(lambda: column.mapFrom(viewport, edge).y() > viewport.height() + panel.card(1).height() * 3)
    here = column.mapFrom(viewport, edge)
    send_drag(QDropEvent, column, files(tmp_path), here)
    under = column.childAt(here)
    assert told[0][1] == next(n for n in range(1, 31) if panel.card(n) is under or panel.card(n).isAncestorOf(under))


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


def test_the_focused_card_is_seen_however_long_the_list(qtbot, panel):
    panel.refresh(FakeSession(**{f"class {number}": [1] for number in range(30)}))
    panel.new_card.setFocus()
    qtbot.keyClick(panel.new_card, Key.Key_Up)
    last = panel.card(30)
    assert last.hasFocus()
    qtbot.waitUntil(lambda: last.visibleRegion().boundingRect() == last.rect())


def test_tab_visits_cards_in_their_order(qtbot, panel):
    panel.card(1).setFocus()
    visited = []
    for _ in range(5):
        qtbot.keyClick(QApplication.focusWidget(), Key.Key_Tab)
        visited.append(QApplication.focusWidget())
    assert visited == [panel.card(1).strip, panel.card(2), panel.card(2).strip, panel.card(3), panel.new_card]


def test_alt_and_an_arrow_move_a_card(qtbot, panel, told):
    qtbot.keyClick(panel.card(2), Key.Key_Up, Alt)
    qtbot.keyClick(panel.card(2), Key.Key_Down, Alt)
    qtbot.keyClick(panel.card(1), Key.Key_Up, Alt)  # it is the first already
    assert told == [("move_requested", 2, 0), ("move_requested", 2, 2)]


def test_the_menu_holds_all_that_a_card_can_do(qtbot, panel, told):
    card = panel.card(2)
    texts = ["Add pictures…", "Show its pictures", "Move up", "Move down", "Delete the class"]
    for text in texts:
        choose(menu(card), text)
    assert told == [
        ("add_files_requested", 2),
        ("show_requested", 2),
        ("move_requested", 2, 0),
        ("move_requested", 2, 2),
        ("delete_requested", 2),
    ]
    choose(menu(card), "Rename")
    assert card.editor.isVisible()


def test_enter_shows_the_class_s_pictures_and_on_the_last_card_asks_for_files(qtbot, panel, told):
    panel.card(1).setFocus()
    qtbot.keyClick(panel.card(1), Key.Key_Return)
    qtbot.keyClick(panel.new_card, Key.Key_Return)
    qtbot.mouseClick(panel.new_card, Qt.MouseButton.LeftButton)
    assert told == [("show_requested", 1), ("add_files_requested", None), ("add_files_requested", None)]


def test_pasting_goes_to_the_focused_card(qtbot, panel, told, tmp_path):
    QGuiApplication.clipboard().setMimeData(files(tmp_path))
    for widget in (panel.card(2), panel.card(1).strip, panel.new_card):
        qtbot.keyClick(widget, Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    dropped = Drop(paths=(tmp_path,))
    assert told == [("drop_received", 2, dropped), ("drop_received", 1, dropped), ("drop_received", None, dropped)]


def test_pasting_what_is_no_picture_says_why_not(qtbot, panel, told):
    QGuiApplication.clipboard().setText("hello")
    qtbot.keyClick(panel.card(1), Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert [name for name, *_ in told] == ["refused"]


def test_an_example_is_taken_back_from_its_menu(qtbot, panel, told):
    choose(menu(panel.card(1).strip, QContextMenuEvent.Reason.Mouse, QPoint(5, 5)), "Take back")
    assert told == [("unlabel_requested", [5])]  # the newest stands first


def test_an_example_is_taken_back_by_keyboard(qtbot, panel, told):
    strip = panel.card(1).strip
    strip.setFocus()
    for key in (Key.Key_Left, Key.Key_Right, Key.Key_Right, Key.Key_Delete):
        qtbot.keyClick(strip, key)
    assert told == [("unlabel_requested", [3])]
    assert "Example 3 of 5" in strip.accessibleName()


def test_examples_appear_once_they_are_loaded_and_say_if_they_can_not_be_read(qtbot, panel, session):
    session.by_class[3] = [13, 20]
    panel.refresh(session)
    strip = panel.card(3).strip
    qtbot.waitUntil(lambda: strip.grab().toImage().pixelColor(10, 10).red() == 255)
    assert strip.grab().toImage().pixelColor(10, 10).blue() == 0
    with_sign = strip.grab().toImage().copy(40, 0, 36, 36)
    assert len({with_sign.pixel(x, y) for x in range(5, 31) for y in range(5, 31)}) > 1


def test_a_request_that_the_gallery_dropped_is_made_again(qtbot, panel, session, loader):
    qtbot.waitUntil(lambda: all(loader.pixmap(picture_id) for picture_id in range(1, 7)))
    asked = []
    loader.request = lambda picture_id, source, side: asked.append(picture_id)
    session.by_class[3] = [30]
    panel.refresh(session)
    assert asked == [30]
    loader.ready.emit([99])
    assert asked == [30, 30]


def test_of_many_examples_the_newest_are_shown(panel, session):
    session.by_class[2] = list(range(100, 140))
    panel.refresh(session)
    assert panel.card(2).strip.id_at(0) == 139
    assert "40 " in panel.card(2).accessibleDescription()


def test_refreshing_keeps_the_cards_and_redraws_none_that_looks_the_same(qtbot, panel, session):
    cards = [panel.card(number) for number in (1, 2, 3)]
    repainted = []

    for card in cards:
        card.show_content = lambda content, session, card=card, show=card.show_content: show(content, session)
        card.update = lambda card=card: repainted.append(card)
        card.strip.update = lambda card=card: repainted.append(card)
    panel.refresh(session)
    assert [panel.card(number) for number in (1, 2, 3)] == cards
    assert repainted == []


def test_deleted_moved_and_new_classes_are_followed(qtbot, panel, session):
    cat = panel.card(1)
    panel.card(2).setFocus()
    session.classes = [ClassInfo(3, "fish", 2, 0), ClassInfo(1, "tabby", 0, 1), ClassInfo(7, "bird", 5, 2)]
    session.by_class = {3: [], 1: [1, 2], 7: [9]}
    panel.refresh(session)
    assert panel.card(1) is cat and "tabby" in cat.accessibleName() and "key 2" in cat.accessibleName()
    qtbot.waitUntil(lambda: panel.card(3).y() < panel.card(1).y() < panel.card(7).y())
    assert panel.card(3).hasFocus()  # the one below the deleted card
    with pytest.raises(KeyError):
        panel.card(2)


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


def test_nothing_is_wider_than_the_panel(panel, session):
    session.classes[0] = ClassInfo(1, "a name that is much too long for a narrow panel " * 3, 0, 0)
    panel.refresh(session)
    assert panel.minimumSizeHint().width() <= 240
    assert panel.card(1).width() <= panel.width()


def test_every_control_has_a_name_for_those_who_hear_it(panel):
    for card in (panel.card(1), panel.card(3), panel.new_card):
        assert card.accessibleName()
        for child in card.findChildren(type(card.parentWidget())):
            if child.focusPolicy() != Qt.FocusPolicy.NoFocus:
                assert child.accessibleName(), child
