"""Keys that cards name: always those of the table of keys, on the chip, in menus and for a screen reader."""

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QFont

from fewshot_gui.session import ClassInfo
from fewshot_gui.ui.cards.class_menu import class_icon
from fewshot_gui.ui.gallery.tile import class_key
from fewshot_gui.ui.shell.key_name import key_name
from fewshot_gui.ui.shell.keys import KEYS


@pytest.fixture(autouse=True)
def standard_keys():
    yield
    KEYS.reset()


def test_the_first_twenty_classes_have_a_key_on_their_chip():
    assert [class_key(place) for place in (0, 8, 9, 10, 18, 19, 20)] == ["1", "9", "0", "⇧1", "⇧9", "⇧0", ""]


def test_a_screen_reader_says_the_key_in_full():
    assert [key_name(f"class-{place + 1}") for place in (0, 10, 20)] == ["1", "Shift+1", ""]


def test_a_chip_shows_the_key_that_a_person_chose_where_there_is_room():
    KEYS.assign("class-3", "J")
    assert class_key(2) == "J"
    KEYS.assign("class-3", "Ctrl+Shift+J")
    assert (class_key(2), key_name("class-3")) == ("", "Ctrl+Shift+J")
    KEYS.assign("class-3", "")
    assert (class_key(2), key_name("class-3")) == ("", "")


def test_menus_show_the_key_of_the_eleventh_class_on_its_colour(qapp):
    images = [class_icon(ClassInfo(1, "owl", 3, place), QFont()).pixmap(QSize(16, 16)).toImage() for place in (10, 30)]
    assert images[0] != images[1], "the one has a key in it, the other none"


def test_a_card_says_its_new_key_at_once(panel):
    KEYS.assign("class-1", "J")
    assert "key J" in panel.card(1).accessibleName()
    KEYS.assign("class-1", "")
    assert "key" not in panel.card(1).accessibleName()


def test_an_example_says_the_key_that_takes_it_back_as_it_is_now(panel):
    strip = panel.card(1).strip
    assert key_name("unlabel") in strip.accessibleName()
    KEYS.assign("unlabel", "F8")
    assert "Press F8 " in strip.accessibleName()
    KEYS.assign("unlabel", "")
    assert f"Press {key_name('take-back')} " in strip.accessibleName()
    KEYS.assign("take-back", "")
    assert strip.accessibleName().endswith(".jpg.")
