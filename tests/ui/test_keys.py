"""The table of keys, the page that changes them, and the overlay that shows them."""

import itertools

import pytest
from PySide6.QtCore import QEvent, QPoint, QSettings, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QLabel, QWidget

from fewshot_gui.ui.shell import keys
from fewshot_gui.ui.shell.help import KeyCap, KeysOverlay
from fewshot_gui.ui.shell.keys import KEYS, Entry, KeyTable, key_of, portable
from fewshot_gui.ui.shell.keys_page import KeysPage

Key, Modifier = Qt.Key, Qt.KeyboardModifier


@pytest.fixture
def settings(tmp_path):
    return QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)


@pytest.fixture
def table(settings):
    table = KeyTable()
    table.add(Entry("sort", lambda: "File", lambda: "Sort", ("Ctrl+Return",)))
    table.add(Entry("undo", lambda: "Edit", lambda: "Undo", ("Ctrl+Z", "Alt+Backspace")))
    table.load(settings)
    return table


@pytest.fixture
def page(qtbot, settings):
    KEYS.load(settings)
    page = KeysPage()
    qtbot.addWidget(page)
    page.show()
    yield page
    KEYS.reset()


def press(key, modifiers=Modifier.NoModifier, text="", scan=0):
    return QKeyEvent(QEvent.Type.KeyPress, key, modifiers, scan, 0, 0, text)


# --- the table


@pytest.mark.parametrize(
    ("event", "written"),
    [
        (press(Key.Key_U, text="u"), "U"),
        (press(Key.Key_3, Modifier.KeypadModifier, "3"), "3"),
        (press(Key.Key_1, Modifier.ShiftModifier, "1"), "Shift+1"),
        (press(Key.Key_Question, Modifier.ShiftModifier, "?"), "?"),
        (press(Key.Key_X, Modifier.ShiftModifier, "X"), "Shift+X"),
        (press(Key.Key_Space, Modifier.ShiftModifier, " "), "Shift+Space"),
        (press(Key.Key_Z, Modifier.ControlModifier), "Ctrl+Z"),
        (press(Key.Key_Shift, Modifier.ShiftModifier), ""),
        (press(Key.Key_F1), "F1"),
    ],
)
def test_a_pressed_key_is_written_as_the_table_writes_it(event, written):
    assert key_of(event) == written


@pytest.mark.parametrize(("platform", "first"), [("xcb", 10), ("wayland", 10), ("windows", 2)])
def test_shift_and_the_digit_row_is_a_digit_on_every_keyboard(monkeypatch, platform, first):
    monkeypatch.setattr(keys.QGuiApplication, "platformName", lambda: platform)
    german_shift_2 = press(Key.Key_QuoteDbl, Modifier.ShiftModifier, '"', scan=first + 1)
    french_1 = press(Key.Key_Ampersand, text="&", scan=first)
    zero = press(Key.Key_ParenRight, Modifier.ShiftModifier, ")", scan=first + 9)
    assert [key_of(event) for event in (german_shift_2, french_1, zero)] == ["Shift+2", "1", "Shift+0"]


def test_a_key_is_found_by_what_it_does(table):
    assert table.action_for(press(Key.Key_U, text="u")) == "none"
    assert table.action_for(press(Key.Key_0, text="0")) == "class-10"
    assert table.action_for(press(Key.Key_0, Modifier.ShiftModifier)) == "class-20"
    assert table.action_for(press(Key.Key_Q, text="q")) == ""


def test_a_new_key_replaces_the_old_ones_and_is_remembered(table, settings):
    assert table.assign("none", "J") == ""
    assert table.action_for(press(Key.Key_J, text="j")) == "none"
    assert table.action_for(press(Key.Key_U, text="u")) == ""
    again = KeyTable()
    again.load(settings)
    assert again.keys("none") == ("J",)


def test_a_key_that_is_taken_is_refused_with_who_has_it(table):
    refusal = table.assign("none", "Ctrl+Return")
    assert "Sort" in refusal and "first" in refusal
    assert table.keys("none") == ("U",)


def test_a_key_that_judges_pictures_on_the_map_too_can_not_be_the_map_s_own(table):
    assert "None of these" in table.assign("neighbours", "U")
    assert table.assign("neighbours", "J") == ""
    assert "neighbours" in table.assign("class-1", "J")
    assert table.keys("neighbours") == ("J",) and table.keys("class-1") == ("1",)


def test_a_key_that_is_not_heard_on_the_map_may_be_the_map_s_own(table):
    assert table.assign("neighbours", "X") == ""
    assert table.action_for(press(Key.Key_X, text="x"), "map") == "neighbours"
    assert table.action_for(press(Key.Key_X, text="x")) == "reject"
    assert table.action_for(press(Key.Key_U, text="u"), "map") == "none"


def test_a_key_that_was_given_up_can_be_given_to_another(table):
    table.assign("none", "J")
    assert table.assign("reject", "U") == ""


@pytest.mark.parametrize("key", ["Up", "Tab", "Esc", "Return", "Ctrl+C"])
def test_keys_that_move_through_the_window_stay_as_they_are(table, key):
    assert table.assign("none", key) != ""


def test_everything_can_have_its_standard_keys_again(table, settings):
    table.assign("undo", "F9")
    table.assign("none", "J")
    table.reset()
    assert table.keys("undo") == ("Ctrl+Z", "Alt+Backspace")
    assert table.keys("none") == ("U",)
    again = KeyTable()
    again.load(settings)
    assert again.keys("none") == ("U",)


def test_a_menu_shows_the_key_of_the_moment(table):
    assert table.hint("none") == "\tU"
    table.assign("none", "J")
    assert table.hint("none") == "\tJ"


def test_standard_commands_have_the_systems_keys(qapp):
    assert "Ctrl+Z" in portable(QKeySequence.StandardKey.Undo)
    assert portable("F5") == ("F5",)
    assert portable(None) == ()


def test_no_two_things_have_the_same_key(page):
    for place in ("pictures", "cards"):
        heard = [entry for entry in KEYS.entries() if entry.place in (place, "window")]
        taken = [key for entry in heard for key in KEYS.keys(entry.name)]
        assert [key for key, same in itertools.groupby(sorted(taken)) if len(list(same)) > 1] == []


def test_a_key_may_do_one_thing_on_pictures_and_another_on_cards(table):
    delete = press(Key.Key_Delete)
    assert (table.action_for(delete), table.action_for(delete, "cards")) == ("unlabel", "delete-class")
    assert table.assign("raise-class", "X") == ""
    assert "Sort" in table.assign("raise-class", "Ctrl+Return")
    assert "Rename" in table.assign("sort", "F2")


# --- the page


def test_a_key_is_changed_by_pressing_another(qtbot, page):
    button = page.buttons["none"]
    assert button.text() == "U"
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.keyClick(button, Key.Key_J)
    assert button.text() == "J"
    assert KEYS.keys("none") == ("J",)


def test_by_keyboard_too_and_space_itself_can_be_the_key(qtbot, page):
    KEYS.assign("accept", "A")
    button = page.buttons["none"]
    qtbot.keyClick(button, Key.Key_Space)
    qtbot.keyClick(button, Key.Key_Space)
    assert button.text() == "Space"
    qtbot.keyClick(button, Key.Key_M)
    assert button.text() == "Space", "it listens only once"


def test_escape_keeps_the_old_key(qtbot, page):
    button = page.buttons["none"]
    button.click()
    qtbot.keyClick(button, Key.Key_Escape)
    qtbot.keyClick(button, Key.Key_J)
    assert button.text() == "U"


def test_a_conflict_is_said_and_nothing_changes(qtbot, page):
    button = page.buttons["none"]
    button.click()
    qtbot.keyClick(button, Key.Key_X)
    assert button.text() == "U"
    assert any("Not this class" in label.text() and "X" in label.text() for label in page.findChildren(QLabel))


def test_one_press_brings_back_all_standard_keys(qtbot, page):
    KEYS.assign("none", "J")
    page._reset.click()
    assert page.buttons["none"].text() == "U"


def test_every_button_says_what_its_key_does(page):
    assert page.buttons["class-12"].accessibleName() == "To class 12: Shift+2"


# --- the overlay


@pytest.fixture
def overlay(qtbot, settings):
    KEYS.load(settings)
    window = QWidget()
    window.resize(960, 640)
    qtbot.addWidget(window)
    overlay = KeysOverlay(window)
    window.show()
    window.activateWindow()
    yield overlay
    KEYS.reset()


def test_the_overlay_shows_every_key_as_it_is_now(overlay):
    KEYS.assign("none", "J")
    overlay.toggle()
    caps = [cap.accessibleName() for cap in overlay.findChildren(KeyCap)]
    assert "J" in caps and "U" not in caps
    assert len(caps) == sum(1 for entry in KEYS.entries() if KEYS.keys(entry.name)) - 18  # ten classes in one line
    assert {"1 – 0", "Shift+1 – 0"} <= set(caps)
    assert "Not this class" in {label.text() for label in overlay.findChildren(QLabel)}


def test_classes_with_keys_of_their_own_have_a_line_each(overlay):
    KEYS.assign("class-3", "J")
    overlay.toggle()
    caps = [cap.accessibleName() for cap in overlay.findChildren(KeyCap)]
    assert {"1", "2", "J", "4", "Shift+1 – 0"} <= set(caps)


def test_escape_takes_the_overlay_away(qtbot, overlay):
    overlay.toggle()
    qtbot.keyClick(overlay, Key.Key_Escape)
    assert not overlay.isVisible()


def test_no_picture_is_judged_behind_the_overlay(qtbot, overlay):
    heard = []
    overlay.parentWidget().keyPressEvent = lambda event: heard.append(event.key())
    overlay.toggle()
    qtbot.keyClick(overlay, Key.Key_1)
    assert overlay.isVisible() and heard == []


def test_a_click_beside_the_keys_takes_the_overlay_away(qtbot, overlay):
    overlay.toggle()
    qtbot.mouseClick(overlay, Qt.MouseButton.LeftButton, pos=QPoint(4, 4))
    assert not overlay.isVisible()
