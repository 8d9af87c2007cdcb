import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QProgressBar, QPushButton, QToolButton

from fewshot_gui.ui import status_strip
from fewshot_gui.ui.labels import ElidedLabel
from fewshot_gui.ui.status_strip import StatusStrip, pictures_text

Left = Qt.MouseButton.LeftButton
pytestmark = pytest.mark.usefixtures("english_numbers")


@pytest.fixture
def clock(monkeypatch):
    """Seconds that the strip believes have gone by; to be set."""

    class Clock:
        now = 0.0

    monkeypatch.setattr(status_strip.time, "monotonic", lambda: Clock.now)
    return Clock


@pytest.fixture
def strip(qtbot):
    strip = StatusStrip()
    qtbot.addWidget(strip)
    strip.resize(900, 50)
    strip.show()
    qtbot.waitExposed(strip)
    return strip


def visible_text(strip):
    """All that can be read."""
    texts = [one.text() for one in strip.findChildren(ElidedLabel) if one.isVisible()]
    texts += [one.text() for one in strip.findChildren(QAbstractButton) if one.isVisible()]
    texts += [one.text() for one in strip.findChildren(status_strip.QLabel) if one.isVisible()]
    return " | ".join(filter(None, texts))


def button(strip, text):
    return next(one for one in strip.findChildren(QPushButton) if one.text() == text)


def dismiss(strip):
    return strip.findChild(QToolButton)


def test_at_rest_it_says_only_what_it_runs_on(strip):
    strip.set_device("CPU")
    assert visible_text(strip) == "CPU"


def test_an_activity_shows_its_text_and_how_far_it_is(qtbot, strip):
    strip.set_activity("Adapting · loss 0.21", 3, 10)
    bar = strip.findChild(QProgressBar)
    assert "Adapting · loss 0.21" in visible_text(strip)
    assert (bar.value(), bar.maximum()) == (3, 10)
    strip.clear_activity()
    assert visible_text(strip) == ""
    assert not bar.isVisible()


def test_where_the_end_is_unknown_the_bar_just_moves(strip):
    strip.set_activity("Looking for pictures")
    bar = strip.findChild(QProgressBar)
    assert (bar.minimum(), bar.maximum()) == (0, 0)


def test_cancel_is_passed_on(qtbot, strip):
    strip.set_activity("Looking for pictures")
    with qtbot.waitSignal(strip.cancel_requested):
        qtbot.mouseClick(button(strip, "Cancel"), Left)


@pytest.mark.parametrize(
    ("done", "total", "per_second", "text"),
    [
        (1240, 8000, 310.0, "1,240 / 8,000 · 310 pictures/s · 22 s left"),
        (10, 8000, 2.5, "10 / 8,000 · 2.5 pictures/s · 53 min left"),
        (0, 80_000, 2.0, "0 / 80,000 · 2.0 pictures/s · 11 h left"),
        (0, 8000, 0.0, "0 / 8,000"),
    ],
)
def test_numbers_speed_and_time_left_are_written_as_the_person_is_used_to(done, total, per_second, text):
    assert pictures_text(done, total, per_second) == text


def test_speed_is_measured_from_where_the_work_began(strip, clock):
    strip.set_pictures("Classifying", 500, 1000)
    assert "500 / 1,000" in visible_text(strip) and "pictures/s" not in visible_text(strip)
    clock.now = 2.0
    strip.set_pictures("Classifying", 600, 1000)
    assert "600 / 1,000 · 50 pictures/s · 8 s left" in visible_text(strip)


def test_a_new_piece_of_work_is_measured_anew(strip, clock):
    strip.set_pictures("Classifying", 0, 1000)
    clock.now = 100.0
    strip.set_pictures("Classifying", 1000, 1000)
    strip.clear_activity()
    strip.set_pictures("Classifying", 0, 1000)
    clock.now = 102.0
    strip.set_pictures("Classifying", 200, 1000)
    assert "100 pictures/s" in visible_text(strip)
    strip.set_pictures("Classifying", 0, 500)  # another folder, without a rest
    clock.now = 104.0
    strip.set_pictures("Classifying", 20, 500)
    assert "10 pictures/s" in visible_text(strip)


def test_a_message_offers_its_action_and_goes_once_it_is_taken(qtbot, strip):
    strip.say("12 pictures moved to cat.", "Undo")
    assert "12 pictures moved to cat." in visible_text(strip)
    with qtbot.waitSignal(strip.action_triggered):
        qtbot.mouseClick(button(strip, "Undo"), Left)
    assert visible_text(strip) == ""


def test_a_message_without_action_has_no_button(strip):
    strip.say("12 pictures moved to cat.", "Undo")
    strip.say("There is no class with this key yet.")
    assert visible_text(strip) == "There is no class with this key yet."


def test_a_message_fades_away_by_itself(qtbot, strip, monkeypatch):
    monkeypatch.setattr(status_strip, "_STAYS_MS", 1)
    strip.say("Done.")
    qtbot.waitUntil(lambda: visible_text(strip) == "")
    strip.say("Once more.")
    assert visible_text(strip) == "Once more."


def test_a_message_stays_while_its_button_has_the_focus(qtbot, strip, monkeypatch):
    monkeypatch.setattr(status_strip, "_STAYS_MS", 1)
    strip.activateWindow()
    qtbot.waitUntil(strip.isActiveWindow)
    strip.say("12 pictures moved to cat.", "Undo")
    button(strip, "Undo").setFocus()
    stay = strip._message._stay
    for _ in range(3):
        with qtbot.waitSignal(stay.timeout):
            pass
    assert "12 pictures moved to cat." in visible_text(strip)
    strip.setFocus()
    button(strip, "Undo").clearFocus()
    qtbot.waitUntil(lambda: visible_text(strip) == "")


def test_a_warning_stays_until_it_is_dismissed_and_hides_no_message(qtbot, strip, monkeypatch):
    monkeypatch.setattr(status_strip, "_STAYS_MS", 1)
    strip.warn("The disk is full.")
    strip.say("Done.")
    assert "The disk is full." in visible_text(strip) and "Done." in visible_text(strip)
    qtbot.waitUntil(lambda: "Done." not in visible_text(strip))
    assert "The disk is full." in visible_text(strip)
    qtbot.mouseClick(dismiss(strip), Left)
    assert visible_text(strip) == ""


def test_further_warnings_wait_in_line_and_none_is_said_twice(qtbot, strip):
    for sentence in ("one", "two", "one", "three"):
        strip.warn(sentence)
    assert "one" in visible_text(strip) and "2 more" in visible_text(strip)
    seen = []
    while strip.findChild(QToolButton).isVisible():
        seen.append(visible_text(strip).split(" | ")[0])
        qtbot.mouseClick(dismiss(strip), Left)
    assert seen == ["one", "two", "three"]


def test_the_strip_keeps_its_height_whatever_goes_on(strip):
    strip.set_device("CPU")
    at_rest = strip.sizeHint().height()
    strip.set_activity("Adapting", 1, 2)
    strip.say("Done.", "Undo")
    assert strip.sizeHint().height() == at_rest


def test_long_texts_do_not_make_the_window_wider(strip):
    strip.set_activity("a very long activity " * 10, 1, 2)
    strip.say("a very long message " * 10, "Undo")
    strip.warn("a very long warning " * 10)
    assert strip.minimumSizeHint().width() < 700


def test_every_button_has_a_name_for_those_who_hear_it(strip):
    strip.set_activity("Adapting", 1, 2)
    strip.warn("The disk is full.")
    for one in strip.findChildren(QAbstractButton):
        if one.isVisible():
            assert one.accessibleName() or one.text(), one
