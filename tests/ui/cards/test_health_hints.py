"""The line about a class's examples."""

import pytest

from fewshot_gui.questions.health import Health, Kind, Symptom
from fewshot_gui.ui.cards.health_hints import Hint, class_hint

NAMES = {1: "cat", 2: "dog", 3: "fish"}
MISLABELLED = Symptom(Kind.MISLABELLED, (4,), (1, 2), 0.9)
COPIES = Symptom(Kind.NEAR_COPIES, (1, 2), (1,), 0.2)
TWINS = Symptom(Kind.SAME_THING, (), (1, 2), 0.6)
SAME = Symptom(Kind.SAME_PICTURE, (1, 6), (1, 2), 1.0)


def hint(examples, *symptoms):
    return class_hint(1, examples, symptoms, NAMES.__getitem__)


@pytest.mark.parametrize(
    ("examples", "text"),
    [(0, "No example yet: add three"), (1, "One example only: add two more"), (2, "Two examples only: add one more")],
)
def test_too_few_examples_ask_for_more(examples, text):
    assert hint(examples) == Hint(text)


def test_enough_sound_examples_need_no_word():
    assert hint(3) is None


def test_each_symptom_has_its_line_and_names_its_pictures():
    assert hint(5, SAME) == Hint("Same picture in “dog”", (1, 6))
    assert hint(5, MISLABELLED) == Hint("One looks like “dog”", (4,))
    assert hint(5, MISLABELLED, Symptom(Kind.MISLABELLED, (5,), (1, 3), 0.5)) == Hint("Examples look mixed", (4, 5))
    assert hint(5, TWINS) == Hint("Looks like “dog”", classes=(1, 2))
    assert hint(5, COPIES) == Hint("2 near-copies", (1, 2))


def test_the_gravest_comes_first():
    assert hint(5, COPIES, TWINS, MISLABELLED, SAME).text.startswith("Same picture")
    assert hint(1, COPIES, SAME).text.startswith("Same picture")
    assert hint(5, COPIES, TWINS, MISLABELLED).text.startswith("One looks")
    assert hint(2, COPIES).text.startswith("Two examples")


def test_a_card_shows_its_hint_and_a_click_asks_for_its_pictures(qtbot, panel, session, told):
    panel.set_health(Health((MISLABELLED, COPIES)), session)
    assert panel.card(1).hint.text() == "One looks like “dog”"
    assert "One looks like “dog”" in panel.card(1).accessibleDescription()
    panel.card(1).hint.click()
    assert told == [("hint_requested", Hint("One looks like “dog”", (4,)))]
    panel.set_health(Health(), session)
    assert not panel.card(1).hint.isVisible()


def test_symptoms_that_name_a_class_which_is_gone_are_not_shown(panel, session):
    panel.set_health(Health((MISLABELLED,)), session)
    session.classes = [session.classes[0]]
    panel.refresh(session)
    assert not panel.card(1).hint.isVisible()
