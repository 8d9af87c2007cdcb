"""What class cards show, and how they follow the session."""

import pytest
from PySide6.QtCore import Qt

from fewshot_gui.session import ClassInfo


def test_a_card_tells_its_examples_and_pictures(panel, session):
    session.predicted = {1: 312}
    panel.refresh(session)
    card = panel.card(1)
    assert "cat" in card.accessibleName() and "key 1" in card.accessibleName()
    assert "5 " in card.accessibleDescription() and "312" in card.accessibleDescription()


def test_a_class_without_examples_says_that_it_needs_one(panel):
    assert panel.card(3).hint.text() == "No example yet: add three"
    assert "One example only: add two more" in panel.card(2).accessibleDescription()
    assert not panel.card(1).hint.isVisible()


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
