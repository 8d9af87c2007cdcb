"""The example doctor's panel: findings as sentences, remedies that can be undone, and findings that are kept."""

from types import SimpleNamespace

import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from fewshot_gui.questions.health import Health, Kind, Symptom
from fewshot_gui.session import Session
from fewshot_gui.ui.cards.example_doctor import ExampleDoctor
from fewshot_gui.ui.cards.health_hints import Hint
from fewshot_gui.ui.desk import Desk
from fewshot_gui.ui.gallery.thumbnails import ThumbnailLoader
from fewshot_gui.workers.compute import Compute
from fewshot_gui.workers.tasks import Tasks


class Teaching(QObject):
    """As much of ui.teaching as the doctor needs."""

    examined = Signal()
    doctor_requested = Signal(object)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.examined_health = Health()
        self.told = 0

    def take_back(self, ids):
        self._desk.do(lambda: self._desk.session.label(ids, None))

    def merge(self, class_id, into):
        self._desk.do(lambda: self._desk.session.merge_classes(class_id, into))

    def tell_health(self):
        self.told += 1


@pytest.fixture
def clinic(qtbot, tmp_path, paint):
    """Cat with examples 1, 2, 3 and dog with 4, 5, 6, and the doctor; nothing is adapted."""
    for name in ("cat", "dog"):
        for number in range(3):
            paint(tmp_path / "examples" / name / f"{name}{number}.png", "red" if name == "cat" else "blue")
    compute, tasks = Compute(), Tasks()
    desk = Desk(Session.open(tmp_path / "p.fewshot"), compute, tasks)
    desk.do(lambda: desk.session.import_class_folders(tmp_path / "examples"))
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    loader = ThumbnailLoader(threads=1)
    teaching = Teaching(desk)
    doctor = ExampleDoctor(desk, teaching, loader, window)

    def find(*symptoms):
        teaching.examined_health = Health(symptoms)
        teaching.examined.emit()

    doctor.start()
    yield SimpleNamespace(doctor=doctor, desk=desk, session=desk.session, find=find, teaching=teaching)
    doctor.dialog.close()
    loader.stop()
    desk.close()
    tasks.stop()


def texts(clinic):
    return [card.text.text() for card in clinic.doctor.dialog.cards]


def press(clinic, text, card=0):
    (button,) = (b for b in clinic.doctor.dialog.cards[card].buttons if b.text() == text)
    button.click()


STRAY = Symptom(Kind.MISLABELLED, (2,), (1, 2), 0.9)
COPIES = Symptom(Kind.NEAR_COPIES, (4, 5, 6), (2,), 0.3)
TWINS = Symptom(Kind.SAME_THING, (), (1, 2), 0.6)
DOUBLE = Symptom(Kind.SAME_PICTURE, (1, 4), (1, 2), 1.0)


def test_sound_examples_are_called_sound(clinic):
    assert clinic.doctor.dialog.sound.text() == "Your examples look sound."
    assert clinic.doctor.dialog.sound.isVisible()
    clinic.find(STRAY)
    assert not clinic.doctor.dialog.sound.isVisible()


def test_every_kind_of_finding_is_a_sentence_with_its_pictures(clinic):
    clinic.find(DOUBLE, STRAY, TWINS, COPIES)
    assert texts(clinic) == [
        "The same picture is an example of cat, dog: both suffer.",
        "This example of cat looks like dog: it hurts.",
        "cat and dog look like the same thing.",
        "3 examples of dog are nearly the same picture: one of them is enough.",
    ]
    cards = clinic.doctor.dialog.cards
    assert [len(card._thumbs) for card in cards] == [2, 1, 4, 3]
    assert cards[1]._thumbs[2].accessibleName() == "cat1.png, cat"


@pytest.mark.parametrize(
    ("symptom", "button", "cat", "dog"),
    [
        (STRAY, "Move to dog", [1, 3], [2, 4, 5, 6]),
        (STRAY, "Take back", [1, 3], [4, 5, 6]),
        (COPIES, "Take back all but one", [1, 2, 3], [4]),
        (DOUBLE, "Only in cat", [1, 2, 3], [5, 6]),
        (DOUBLE, "Only in dog", [2, 3], [4, 5, 6]),
        (DOUBLE, "Take back", [2, 3], [5, 6]),
        (TWINS, "Merge dog into cat", [1, 2, 3, 4, 5, 6], []),
    ],
)
def test_a_remedy_is_one_click_and_one_undo(clinic, symptom, button, cat, dog):
    clinic.find(symptom)
    press(clinic, button)
    assert (sorted(clinic.session.examples(1)), sorted(clinic.session.examples(2))) == (cat, dog)
    assert texts(clinic) == []
    clinic.desk.undo()
    assert clinic.session.examples(1) == [1, 2, 3] and clinic.session.examples(2) == [4, 5, 6]
    assert len(texts(clinic)) == 1


def test_a_finding_that_is_kept_is_not_told_again_until_it_is_asked_for(clinic):
    clinic.find(STRAY, COPIES)
    press(clinic, "Keep")
    assert len(texts(clinic)) == 1 and clinic.teaching.told == 1
    clinic.find(STRAY, COPIES)
    assert texts(clinic) == ["3 examples of dog are nearly the same picture: one of them is enough."]
    assert clinic.session.kept_findings == {STRAY.key}
    clinic.doctor.dialog.kept_button.click()
    assert len(texts(clinic)) == 2
    assert not clinic.doctor.dialog.kept_button.isVisible()


def test_another_finding_about_a_kept_picture_is_told(clinic):
    clinic.find(STRAY)
    press(clinic, "Keep")
    clinic.find(DOUBLE)
    assert len(texts(clinic)) == 1


def test_a_hint_leads_to_its_finding(qtbot, clinic):
    clinic.find(STRAY, COPIES)
    clinic.doctor.dialog.activateWindow()
    clinic.teaching.doctor_requested.emit(Hint("3 near-copies", (4, 5, 6)))
    qtbot.waitUntil(lambda: clinic.doctor.dialog.focusWidget() is clinic.doctor.dialog.cards[1].buttons[0])


def test_after_a_remedy_the_keyboard_is_at_the_next_finding(clinic):
    clinic.find(STRAY, COPIES)
    clinic.doctor.dialog.cards[0].buttons[1].setFocus()
    press(clinic, "Take back")
    dialog = clinic.doctor.dialog
    assert dialog.focusWidget() is dialog.cards[0].buttons[0]


def test_nothing_merges_into_none_of_these(clinic):
    clinic.desk.label([6], 0)
    clinic.find(Symptom(Kind.SAME_THING, (), (1, 0), 0.6))
    assert [button.text() for button in clinic.doctor.dialog.cards[0].buttons] == ["Keep"]
