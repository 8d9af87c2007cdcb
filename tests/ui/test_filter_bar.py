import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QLineEdit

from fewshot_gui.session import ClassInfo, Counts, Filter
from fewshot_gui.ui.gallery.filter_bar import FilterBar

COUNTS = Counts(all=8000, review=88, unknown=12, corrected=7, unreadable=3, waiting=0, predicted={})
Key, Left = Qt.Key, Qt.MouseButton.LeftButton
pytestmark = pytest.mark.usefixtures("english_numbers")


@pytest.fixture
def bar(qtbot):
    bar = FilterBar()
    qtbot.addWidget(bar)
    bar.resize(1000, 60)
    bar.set_counts(COUNTS)
    bar.show()
    bar.activateWindow()
    qtbot.waitUntil(bar.isActiveWindow)
    return bar


@pytest.fixture
def told(bar):
    told = []
    for name in ("filter_changed", "search_changed", "class_filter_cleared"):
        getattr(bar, name).connect(lambda *arguments, name=name: told.append((name, *arguments)))
    return told


def chip(bar, beginning):
    return next(one for one in bar.findChildren(QAbstractButton) if one.text().startswith(beginning))


def field(bar):
    return bar.findChild(QLineEdit)


def test_chips_tell_how_many_pictures_they_show(bar):
    names = [one.accessibleName() for one in bar.findChildren(QAbstractButton) if one.isVisible() and one.text()]
    assert names == ["All 8,000", "Needs review 88", "None of these 12", "Corrected 7", "Unreadable 3", "View"]


def test_one_filter_is_chosen_at_a_time(qtbot, bar, told):
    assert bar.filter is Filter.ALL
    qtbot.mouseClick(chip(bar, "Needs review"), Left)
    qtbot.mouseClick(chip(bar, "Corrected"), Left)
    assert told == [("filter_changed", Filter.REVIEW), ("filter_changed", Filter.CORRECTED)]
    assert bar.filter is Filter.CORRECTED
    assert [one.text() for one in bar.findChildren(QAbstractButton) if one.isChecked()] == ["Corrected"]


def test_choosing_the_same_filter_again_changes_nothing(qtbot, bar, told):
    qtbot.mouseClick(chip(bar, "All"), Left)
    bar.set_filter(Filter.ALL)
    assert told == []
    assert chip(bar, "All").isChecked()


def test_filters_are_chosen_by_arrow_keys(qtbot, bar, told):
    chip(bar, "All").setFocus()
    qtbot.keyClick(chip(bar, "All"), Key.Key_Right)
    assert told == [("filter_changed", Filter.REVIEW)]
    assert chip(bar, "Needs review").hasFocus()


def test_ctrl_f_goes_to_the_search_and_escape_empties_it(qtbot, bar, told):
    qtbot.keyClick(bar, Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert field(bar).hasFocus()
    with qtbot.waitSignal(bar.search_changed):
        qtbot.keyClicks(field(bar), "img 7")
    with qtbot.waitSignal(bar.search_changed):
        qtbot.keyClick(field(bar), Key.Key_Escape)
    assert told == [("search_changed", "img 7"), ("search_changed", "")]
    assert bar.search == ""


def test_fast_typing_starts_one_search(qtbot, bar, told):
    with qtbot.waitSignal(bar.search_changed):
        qtbot.keyClicks(field(bar), "cat")
        assert told == []
    assert told == [("search_changed", "cat")]


def test_the_search_can_be_cleared_from_outside(qtbot, bar, told):
    field(bar).setText("cat")
    with qtbot.waitSignal(bar.search_changed):
        bar.clear_search()
    assert told == [("search_changed", "")]


def test_the_chip_of_a_shown_class_takes_the_limit_away(qtbot, bar, told):
    assert not any(one.text() == "猫" for one in bar.findChildren(QAbstractButton))
    bar.show_class(ClassInfo(4, "猫", 2, 0))
    assert chip(bar, "猫").isVisible()
    qtbot.mouseClick(chip(bar, "猫"), Left)
    assert told == [("class_filter_cleared",)]
    bar.show_class(None)
    assert not chip(bar, "猫").isVisible()


def test_the_focus_is_not_lost_when_the_class_chip_goes(qtbot, bar):
    bar.show_class(ClassInfo(4, "cat", 2, 0))
    chip(bar, "cat").setFocus()
    qtbot.keyClick(chip(bar, "cat"), Key.Key_Space)
    bar.show_class(None)
    assert chip(bar, "All").hasFocus()


def test_in_little_room_the_search_goes_below_and_nothing_is_cut_off(qtbot, bar):
    assert field(bar).y() < chip(bar, "All").geometry().bottom()
    bar.show_class(ClassInfo(4, "a very long name " * 5, 2, 0))
    bar.resize(bar.minimumSizeHint().width(), 120)
    qtbot.waitUntil(lambda: field(bar).y() > chip(bar, "All").geometry().bottom())
    for one in (*bar.findChildren(QAbstractButton), field(bar)):
        if one.isVisible() and one.parent() is bar:
            assert bar.rect().contains(one.geometry()), one
    bar.resize(1400, 60)
    qtbot.waitUntil(lambda: field(bar).y() < chip(bar, "All").geometry().bottom())


def test_everything_has_a_name_for_those_who_hear_it(bar):
    bar.show_class(ClassInfo(4, "cat", 2, 0))
    for one in (*bar.findChildren(QAbstractButton), field(bar)):
        if one.isVisible() and one.focusPolicy() != Qt.FocusPolicy.NoFocus:
            assert one.accessibleName(), one


def test_in_a_narrow_window_chips_show_icon_and_number_and_the_chosen_one_its_name(qtbot, bar):
    wide = chip(bar, "None of these").width()
    bar.resize(440, 120)
    qtbot.waitUntil(lambda: chip(bar, "None of these").width() < wide)
    for one in bar.findChildren(QAbstractButton):
        if one.isVisible() and one.parent() is bar:
            assert bar.rect().contains(one.geometry()), one.text()
            assert one.width() >= one.sizeHint().width(), one.text()  # nothing is cut
    narrow = chip(bar, "None of these").width()
    qtbot.mouseClick(chip(bar, "None of these"), Left)
    qtbot.waitUntil(lambda: chip(bar, "None of these").width() > narrow)
    assert chip(bar, "None of these").accessibleName() == "None of these 12"
    bar.resize(1400, 60)
    qtbot.waitUntil(lambda: chip(bar, "Corrected").width() > 60)


def test_the_view_button_says_how_the_gallery_is_arranged(bar):
    bar.tell_view("By class · By name")
    assert bar.view_button.text().startswith("By class")
    assert bar.view_button.accessibleName() == "View: By class · By name"
    bar.tell_view("")
    assert bar.view_button.text() == "View ▾"
