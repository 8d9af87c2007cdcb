from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QLabel, QWidget

from fewshot_gui.images.decode import UnreadableError
from fewshot_gui.session import ClassInfo, Decision, Picture, State
from fewshot_gui.ui.gallery.thumbnails import ThumbnailLoader
from fewshot_gui.ui.inspector.inspector import MOST_SCORES, Inspector

NAME = "a rather long name of a picture that will not fit into the width there is.jpg"


class FakeSession:
    def __init__(self, decision=None, scores=(), problem=None):
        self.classes = [ClassInfo(1, "cat", 0, 0), ClassInfo(2, "dog", 1, 1)]
        self.classes += [ClassInfo(i, f"class {i}", i - 1, i - 1) for i in range(3, 13)]
        self._decision = decision or Decision(State.WAITING)
        self._scores, self._problem = list(scores), problem

    def picture(self, picture_id):
        return Picture(picture_id, Path("folder") / NAME, True, self._problem)

    def source(self, picture_id):
        return b"%d" % picture_id

    def decision(self, picture_id):
        return self._decision

    def scores(self, picture_id):
        return self._scores

    def class_info(self, class_id):
        return self.classes[class_id - 1]


class Disk:
    def __init__(self):
        self.read = []

    def load(self, source, side):
        self.read.append((source, side))
        if source == b"13":
            raise UnreadableError(None, "It is cut short.")
        return np.full((side, side // 2, 3), (255, 0, 0), np.uint8)


@pytest.fixture
def disk():
    return Disk()


@pytest.fixture
def loader(qapp, disk):
    loader = ThumbnailLoader(load=disk.load, threads=1)
    yield loader
    loader.stop()


@pytest.fixture
def inspector(qtbot, loader):
    inspector = Inspector(loader, loader)
    qtbot.addWidget(inspector)
    inspector.resize(300, 700)
    inspector.show()
    return inspector


PREDICTED = Decision(State.PREDICTED, 1, 0.7, reason="Unsure: it could also be dog.", needs_review=True)


def said(inspector):
    """Every visible text and accessible description, joined."""
    labels = [label.text() for label in inspector.findChildren(QLabel) if label.isVisible()]
    heard = [w.accessibleName() + ": " + w.accessibleDescription() for w in shown(inspector)]
    return "\n".join(labels + heard)


def shown(inspector):
    return [widget for widget in inspector.findChildren(QWidget) if widget.isVisible()]


def is_red(inspector):
    """Whether the middle of the picture's place shows the loaded picture."""
    image = inspector.grab().toImage()
    return image.pixelColor(image.width() // 2, 100).getRgb()[:3] == (255, 0, 0)


def test_without_a_picture_it_says_what_to_do(inspector):
    assert "Select a picture to see it large" in said(inspector)


def test_it_says_name_class_confidence_and_reason(inspector):
    inspector.show_picture(FakeSession(PREDICTED), 1)
    assert f"{NAME}, cat, 70 %, needs review" in said(inspector)
    assert "Unsure: it could also be dog." in said(inspector)
    assert "Select a picture" not in said(inspector)


def test_the_whole_path_is_in_the_tooltip(inspector):
    inspector.show_picture(FakeSession(PREDICTED), 1)
    assert any(str(Path("folder") / NAME) in widget.toolTip() for widget in shown(inspector))


def test_the_picture_arrives_large_enough_for_its_place(inspector, disk, qtbot):
    inspector.show_picture(FakeSession(PREDICTED), 1)
    qtbot.waitUntil(lambda: is_red(inspector))
    source, side = disk.read[-1]
    assert source == b"1"
    assert side >= 300


def test_scores_are_shown_best_first_also_for_a_picture_labelled_by_hand(inspector):
    session = FakeSession(Decision(State.HUMAN, 2, reason="You said so."), [(1, 0.6), (0, 0.3), (2, 0.1)])
    inspector.show_picture(session, 1)
    assert "cat 60 %, None of these 30 %, dog 10 %" in said(inspector)
    assert "you said so" in said(inspector)


def test_the_bars_of_a_picture_unlike_all_examples_say_what_the_answer_says(inspector):
    session = FakeSession(Decision(State.UNKNOWN, confidence=0.75), [(1, 0.6), (2, 0.3), (0, 0.1)])
    inspector.show_picture(session, 1)
    assert "None of these 75 %, cat 16 %, dog 8 %" in said(inspector)


def test_of_many_classes_the_best_are_shown(inspector):
    inspector.show_picture(FakeSession(PREDICTED, [(i, 0.08) for i in range(1, 13)]), 1)
    assert said(inspector).count("8 %") == MOST_SCORES


def test_a_class_that_was_deleted_since_has_no_bar(inspector):
    inspector.show_picture(FakeSession(PREDICTED, [(99, 0.9), (1, 0.1)]), 1)
    assert "cat 10 %" in said(inspector)
    assert "90 %" not in said(inspector)


def test_without_scores_there_is_no_heading_for_them(inspector):
    inspector.show_picture(FakeSession(), 1)
    assert "Not classified yet" in said(inspector)
    assert "What the program thinks" not in said(inspector)


def test_an_unreadable_picture_is_not_tried_and_its_problem_is_said(inspector, disk):
    problem = "It is empty (0 bytes)."
    inspector.show_picture(FakeSession(Decision(State.UNREADABLE, reason=problem), problem=problem), 1)
    assert problem in said(inspector)
    assert disk.read == []


def test_a_file_that_broke_since_shows_a_sign_in_place_of_the_picture(inspector, loader, qtbot):
    inspector.show_picture(FakeSession(PREDICTED), 13)
    before = inspector.grab().toImage()
    qtbot.waitUntil(lambda: loader.is_unreadable(13))
    qtbot.waitUntil(lambda: inspector.grab().toImage() != before)


def test_the_preview_is_shown_until_the_picture_is_there(qtbot, loader):
    preview = QPixmap(10, 10)
    preview.fill("#ff0000")
    inspector = Inspector(loader, loader, preview=lambda picture_id: preview)
    qtbot.addWidget(inspector)
    inspector.resize(300, 700)
    inspector.show_picture(FakeSession(PREDICTED), 13)
    inspector.show()
    assert is_red(inspector)


def test_the_picture_and_its_answer_go_when_nothing_is_selected(inspector):
    session = FakeSession(PREDICTED)
    inspector.show_picture(session, 1)
    inspector.show_picture(session, None)
    assert NAME not in said(inspector)


def test_pictures_of_another_session_are_not_taken_for_those_of_this_one(inspector, loader, qtbot):
    inspector.show_picture(FakeSession(PREDICTED), 1)
    qtbot.waitUntil(lambda: loader.pixmap(1) is not None)
    inspector.show_picture(FakeSession(PREDICTED), None)
    assert loader.pixmap(1) is None


def test_lesser_scores_that_changed_are_shown_too(inspector):
    session = FakeSession(PREDICTED, [(1, 0.7), (2, 0.2), (3, 0.1)])
    inspector.show_picture(session, 1)
    session._scores = [(1, 0.7), (3, 0.25), (2, 0.05)]
    inspector.refresh()
    assert "class 3 25 %" in said(inspector) and "dog 5 %" in said(inspector)


def test_what_has_not_changed_is_not_drawn_anew(inspector, qtbot):
    session = FakeSession(PREDICTED, [(1, 0.7), (2, 0.3)])
    inspector.show_picture(session, 1)
    with qtbot.assertNotEmitted(inspector.shown):
        inspector.refresh()
    inspector.show_picture(None, None)
    with qtbot.assertNotEmitted(inspector.shown):
        inspector.refresh()
