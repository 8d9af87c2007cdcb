"""One picture over the whole window: its neighbours, zoom and pan, labels by key, and the way back."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QLabel, QVBoxLayout, QWidget

from fewshot_gui.images.decode import UnreadableError
from fewshot_gui.session import Decision, State
from fewshot_gui.ui.gallery.preview import FULL_SIDE, Preview
from fewshot_gui.ui.gallery.thumbnails import ThumbnailLoader

Key, Button, Modifier = Qt.Key, Qt.MouseButton, Qt.KeyboardModifier
WIDE, HIGH = 3000, 2000


class Disk:
    """Pictures of 3,000 x 2,000 pixels: red on the left, blue on the right; the ninth is broken."""

    def __init__(self):
        self.read = []

    def load(self, source, side):
        self.read.append((source.stem, side))
        if source.stem == "9":
            raise UnreadableError(source, "It is cut short.")
        share = min(1, side / WIDE)
        pixels = np.zeros((round(HIGH * share), round(WIDE * share), 3), np.uint8)
        pixels[:, : pixels.shape[1] // 2, 0] = 255
        pixels[:, pixels.shape[1] // 2 :, 2] = 255
        return pixels


@pytest.fixture
def disk():
    return Disk()


@pytest.fixture
def preview(gallery, disk, qtbot):
    window = QWidget()
    QVBoxLayout(window).addWidget(gallery.view)
    loader = ThumbnailLoader(threads=1, load=disk.load)
    preview = Preview(loader, gallery.view, gallery.model, gallery.loader, window)
    preview.show_session(gallery.session)
    gallery.view.preview_requested.connect(preview.look_at)
    qtbot.addWidget(window)
    window.resize(1000, 800)
    window.show()
    window.activateWindow()
    gallery.view.setFocus()
    qtbot.waitUntil(gallery.view.hasFocus)
    yield preview
    loader.stop()


def look_at(preview, gallery, row):
    gallery.select(row)
    gallery.bot.keyClick(gallery.view, Key.Key_Return)
    assert preview.isVisible() and preview.hasFocus()


def colour(preview, x, y):
    """Red, blue, or something else at a place of the window."""
    return {(255, 0, 0): "red", (0, 0, 255): "blue"}.get(preview.grab().toImage().pixelColor(x, y).getRgb()[:3])


def said(preview):
    return [label.text() for label in preview.findChildren(QLabel)]


def test_it_covers_the_window_and_shows_the_picture_and_its_answer(preview, gallery):
    gallery.session.decided[4] = Decision(State.PREDICTED, 2, 0.6)
    look_at(preview, gallery, 3)
    assert preview.geometry() == preview.parentWidget().rect()
    gallery.bot.waitUntil(lambda: colour(preview, 100, 350) == "red" and colour(preview, 900, 350) == "blue")
    assert preview.accessibleDescription() == "4.jpg, class 2, 60 %"
    assert "4 of 100" in said(preview) and "Whole picture" in said(preview)


def test_the_neighbours_are_loaded_beforehand_and_nothing_twice(preview, gallery, disk):
    look_at(preview, gallery, 3)
    gallery.bot.waitUntil(lambda: len(disk.read) == 3)
    assert disk.read[0][0] == "4"
    gallery.bot.keyClick(preview, Key.Key_Right)
    gallery.bot.waitUntil(lambda: "6" in [name for name, _ in disk.read])
    gallery.bot.waitUntil(lambda: gallery.view.current_id() == 5 and preview._loader.pixmap(6) is not None)
    assert sorted(name for name, _ in disk.read) == ["3", "4", "5", "6"]


@pytest.mark.parametrize(("key", "id_"), [(Key.Key_Right, 5), (Key.Key_Left, 3), (Key.Key_Down, 5), (Key.Key_Up, 3)])
def test_arrows_go_to_the_neighbours_in_the_gallery_too(preview, gallery, key, id_):
    look_at(preview, gallery, 3)
    gallery.bot.keyClick(preview, key)
    assert gallery.view.selected_ids() == [id_]
    assert f"{id_} of 100" in said(preview)


def test_at_the_last_picture_right_stays(preview, gallery):
    look_at(preview, gallery, 99)
    gallery.bot.keyClick(preview, Key.Key_Right)
    assert "100 of 100" in said(preview)


def test_digits_label_the_shown_picture_alone(preview, gallery, told):
    heard = told(gallery.view.label_requested)
    gallery.select(4, 5, 6)
    preview.look_at(7)
    gallery.bot.keyClick(preview, Key.Key_3)
    assert heard == [([7], 2)]


def test_when_the_picture_leaves_the_gallery_the_next_is_shown(preview, gallery):
    look_at(preview, gallery, 3)
    gallery.model.set_rows(np.delete(np.arange(1, 101), 3))
    preview.refresh()
    assert preview.accessibleDescription().startswith("5.jpg")
    gallery.model.set_rows(np.empty(0, np.int64))
    assert not preview.isVisible()


@pytest.mark.parametrize("key", [Key.Key_Escape, Key.Key_Return])
def test_escape_and_return_go_back_to_the_gallery(preview, gallery, key):
    look_at(preview, gallery, 3)
    gallery.bot.keyClick(preview, key)
    assert not preview.isVisible()
    assert gallery.view.hasFocus()


def test_z_shows_every_pixel_and_dragging_moves_the_picture_within_its_edges(preview, gallery, disk):
    look_at(preview, gallery, 3)
    gallery.bot.keyClick(preview, Key.Key_Z)
    gallery.bot.waitUntil(lambda: "100 %" in said(preview))
    assert ("4", FULL_SIDE) in disk.read
    assert (colour(preview, 490, 350), colour(preview, 510, 350)) == ("red", "blue")
    gallery.bot.mousePress(preview, Button.LeftButton, pos=QPoint(200, 300))
    gallery.bot.mouseMove(preview, QPoint(700, 300))
    gallery.bot.mouseRelease(preview, Button.LeftButton, pos=QPoint(700, 300))
    assert (colour(preview, 980, 350), colour(preview, 5, 350)) == ("red", "red")
    for _ in range(60):
        gallery.bot.keyClick(preview, Key.Key_Right, Modifier.ShiftModifier)
    assert (colour(preview, 5, 350), colour(preview, 995, 350)) == ("blue", "blue")
    gallery.bot.keyClick(preview, Key.Key_Z)
    assert "Whole picture" in said(preview)


def test_plus_minus_and_the_wheel_zoom_between_the_whole_picture_and_eight_times(preview, gallery):
    look_at(preview, gallery, 3)
    gallery.bot.keyClick(preview, Key.Key_Plus)
    gallery.bot.waitUntil(lambda: "100 %" in said(preview))
    gallery.bot.keyClick(preview, Key.Key_Plus)
    assert "125 %" in said(preview)
    for _ in range(30):
        turn(preview, 120)
    assert "800 %" in said(preview)
    for _ in range(40):
        turn(preview, -120)
    assert "Whole picture" in said(preview)


def test_the_next_picture_is_shown_whole_again(preview, gallery):
    look_at(preview, gallery, 3)
    gallery.bot.keyClick(preview, Key.Key_Z)
    gallery.bot.waitUntil(lambda: "100 %" in said(preview))
    gallery.bot.keyClick(preview, Key.Key_Right)
    assert "Whole picture" in said(preview)


def test_a_broken_picture_shows_a_sign_and_zooming_it_does_no_harm(preview, gallery):
    look_at(preview, gallery, 8)
    gallery.bot.waitUntil(lambda: preview._loader.is_unreadable(9))
    for key in (Key.Key_Plus, Key.Key_Z, Key.Key_Minus):
        gallery.bot.keyClick(preview, key)
    assert preview.isVisible()
    preview.grab()


def test_another_session_closes_it(preview, gallery):
    look_at(preview, gallery, 3)
    preview.show_session(gallery.session)
    assert not preview.isVisible()


def turn(preview, angle):
    centre = QPointF(preview.rect().center())
    place, turned, phase = preview.mapToGlobal(centre), QPoint(0, angle), Qt.ScrollPhase.NoScrollPhase
    event = QWheelEvent(centre, place, QPoint(), turned, Button.NoButton, Modifier.NoModifier, phase, False)
    QApplication.sendEvent(preview, event)
