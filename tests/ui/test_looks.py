"""What a good eye asks of texts and signs: cut where they must be, in line, and each said once."""

import itertools

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter, QPixmap
from PySide6.QtWidgets import QWidget

from fewshot_gui.session import ClassInfo, Counts
from fewshot_gui.state import OperationName
from fewshot_gui.ui.gallery.filter_bar import FilterBar
from fewshot_gui.ui.gallery.tile import CHIP
from fewshot_gui.ui.inspector.inspector_parts import PictureView, paint_line
from fewshot_gui.ui.operation_text import operation_text
from fewshot_gui.ui.shell.help import shared_out
from fewshot_gui.ui.shell.keys import Entry

ENTRY = Entry("undo", lambda: "Edit", lambda: "Undo", ("Ctrl+Z",))


@pytest.mark.parametrize("columns", [1, 2, 3])
@pytest.mark.parametrize("lengths", [(8, 4, 9, 5, 11, 1), (1,), (3, 3), (30, 1, 1, 1)])
def test_a_group_of_keys_stays_in_one_piece_under_its_heading(columns, lengths):
    lines = [line for number, length in enumerate(lengths) for line in (f"group {number}", *[ENTRY] * length)]
    shared = shared_out(lines, columns)
    assert list(itertools.chain(*shared)) == lines
    assert len(shared) == min(columns, len(lengths))
    assert all(isinstance(column[0], str) for column in shared)


def test_columns_of_keys_are_as_equal_as_groups_allow():
    lines = [line for length in (8, 4, 9, 5, 11, 1) for line in (f"{length}", *[ENTRY] * length)]
    assert [len(column) for column in shared_out(lines, 3)] == [14, 16, 14]


def test_a_long_class_name_does_not_widen_the_edit_menu(qapp):
    name = "Great crested grebe (Podiceps cristatus), in winter plumage"
    text = operation_text(OperationName("merge-classes", 0, f"{name}\ncat"))
    assert text == "merge Great crested grebe (Podiceps c… into cat"
    assert operation_text(OperationName("split-class", 0, "cat")) == "split cat"


def test_a_crowded_filter_bar_keeps_the_name_of_the_chosen_filter(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    bar = FilterBar(window)
    bar.set_counts(Counts(all=8000, review=88, unknown=12, corrected=7, unreadable=3, waiting=0, predicted={}))
    bar.show_class(ClassInfo(1, "Great crested grebe", 0, 0))
    window.show()
    bar.resize(424, 100)
    qtbot.waitUntil(lambda: bar.view_button.text() == "▾")
    bar.resize(1400, 100)
    qtbot.waitUntil(lambda: bar.view_button.text() == "View ▾")


def test_a_sign_stands_between_the_name_and_the_number(qtbot):
    def painted(room):
        image = QImage(200, 20, QImage.Format.Format_RGB32)
        image.fill(0)
        painter = QPainter(image)
        paint_line(painter, QRectF(0, 0, 200, 20), None, "A name that is far too long for its line", "41 %", room)
        number = painter.fontMetrics().horizontalAdvance("41 %")
        painter.end()
        pixels = np.frombuffer(image.constBits(), np.uint8).reshape(20, 200, 4)[..., :3].copy()
        return pixels, number

    with_room, number = painted(CHIP)
    assert np.array_equal(with_room[:, -number:], painted(0)[0][:, -number:])
    assert not with_room[:, 200 - number - CHIP - 8 : 200 - number - 1].any()


def test_the_corners_of_a_heat_map_are_as_round_as_the_pictures(qtbot):
    view = PictureView()
    qtbot.addWidget(view)
    view.heat_button.hide()
    view.resize(200, 200)
    picture = QPixmap(200, 200)
    picture.fill("white")
    view.show_pixmap(picture, broken=False)

    def corner():
        return view.grab().toImage().pixelColor(0, 0)

    before = corner()
    view.set_heat(np.ones((7, 7), np.float32))
    assert corner() == before
