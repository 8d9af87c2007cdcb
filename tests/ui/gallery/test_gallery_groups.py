"""The gallery in groups: headers, whole groups selected in one gesture, folded and unfolded, moved through by keys."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt

from fewshot_gui.session import ClassInfo
from fewshot_gui.ui.gallery.arrangement import Section
from fewshot_gui.ui.gallery.section_header import ARROW

Key, Modifier = Qt.Key, Qt.KeyboardModifier
SIZES = (7, 12, 3)


def sections(*closed):
    """Pictures 1 to 7, 8 to 19 and 20 to 22; those named are folded."""
    ends = np.cumsum(SIZES)
    return [
        Section(
            k, f"group {k}", np.arange(end - size + 1, end + 1), ClassInfo(k, f"class {k}", k, k), True, k in closed
        )
        for k, (size, end) in enumerate(zip(SIZES, ends, strict=True))
    ]


def show(gallery, *closed):
    groups = sections(*closed)
    gallery.model.set_rows(np.concatenate([g.ids for g in groups if not g.closed]), groups)


@pytest.fixture
def grouped(gallery):
    """A gallery of three groups in five columns, that folds and unfolds them when asked to."""
    gallery.view.resize(1000, 1400)
    show(gallery)
    closed = set()

    def close(key, on):
        (closed.add if on else closed.discard)(key)
        show(gallery, *closed)

    gallery.view.close_requested.connect(close)
    return gallery


def header(gallery, section, x):
    rect = gallery.view.grid.header_rect(section)
    return QPoint(rect.left() + x, rect.center().y() - gallery.view.verticalOffset())


def press(gallery, section, x=ARROW + 20, modifier=Modifier.NoModifier):
    gallery.bot.mouseClick(gallery.view.viewport(), Qt.MouseButton.LeftButton, modifier, header(gallery, section, x))


def test_each_group_begins_a_line_below_its_header(grouped):
    view = grouped.view
    rects = [view.visualRect(grouped.model.index(row, 0)) for row in range(22)]
    assert rects[7].left() == rects[0].left() and rects[7].top() > rects[6].bottom()
    for section, first in enumerate((0, 7, 19)):
        place = view.grid.header_rect(section)
        assert place.bottom() < rects[first].top()
        assert not any(place.intersects(rect) for rect in rects)
    for row, rect in enumerate(rects):
        assert view.indexAt(rect.center()).row() == row


def test_a_click_on_a_header_selects_the_whole_group_for_one_key_to_judge(grouped, told):
    labelled = told(grouped.view.label_requested)
    press(grouped, 1)
    assert grouped.view.selected_ids() == list(range(8, 20))
    grouped.bot.keyClick(grouped.view, Key.Key_2)
    assert labelled == [(list(range(8, 20)), 1)]


def test_ctrl_and_a_click_on_a_header_adds_the_group(grouped):
    press(grouped, 0)
    press(grouped, 2, modifier=Modifier.ControlModifier)
    assert grouped.view.selected_ids() == [*range(1, 8), 20, 21, 22]


def test_the_arrow_folds_a_group_and_unfolds_it(grouped):
    press(grouped, 1, x=ARROW // 2)
    assert grouped.model.ids.tolist() == [*range(1, 8), 20, 21, 22]
    assert grouped.view.grid.header_rect(2).top() > grouped.view.grid.header_rect(1).bottom()
    press(grouped, 1, x=ARROW // 2)
    assert len(grouped.model.ids) == 22


def test_a_folded_group_is_unfolded_to_be_selected(grouped):
    press(grouped, 1, x=ARROW // 2)
    press(grouped, 1)
    assert grouped.view.selected_ids() == list(range(8, 20))


def test_the_group_of_the_current_picture_is_selected_and_folded_without_a_mouse(grouped):
    grouped.select(20)
    grouped.view.select_group()
    assert grouped.view.selected_ids() == [20, 21, 22]
    grouped.view.close_group()
    assert grouped.model.ids.tolist() == list(range(1, 20))


@pytest.mark.parametrize(
    ("start", "key", "end"),
    [
        (6, Key.Key_Down, 8),  # from the unfinished line of the first group into the second
        (3, Key.Key_Down, 6),
        (8, Key.Key_Up, 6),
        (11, Key.Key_Up, 6),  # above it the line is shorter
        (16, Key.Key_Down, 18),
        (18, Key.Key_Down, 20),
        (21, Key.Key_Down, 21),
        (6, Key.Key_Right, 7),
    ],
)
def test_the_arrows_go_from_group_to_group(grouped, start, key, end):
    grouped.select(start)
    grouped.bot.keyClick(grouped.view, key)
    assert grouped.view.currentIndex().row() == end


def test_a_rubber_band_across_groups_selects_what_it_touches(grouped):
    start, end = grouped.gap_before(6), grouped.place(8)
    grouped.stretch_band(start, end)
    assert grouped.view.selected_ids() == [7, 9]


def test_selection_and_current_picture_outlive_a_new_arrangement(grouped):
    grouped.select(8, 9)
    grouped.model.set_rows(np.arange(1, 23))
    assert grouped.view.selected_ids() == [9, 10]
    show(grouped)
    assert (grouped.view.selected_ids(), grouped.view.current_id()) == ([9, 10], 10)


def test_headers_are_painted(grouped):
    def look():
        return grouped.view.grab().toImage()

    before = look()
    groups = sections()
    groups[0] = Section(0, "another name", groups[0].ids, groups[0].info, True)
    grouped.model.set_rows(np.arange(1, 23), groups)
    assert look() != before


def test_return_and_a_double_click_ask_for_the_large_picture(gallery, told):
    heard = told(gallery.view.preview_requested)
    gallery.select(3)
    gallery.bot.keyClick(gallery.view, Key.Key_Return)
    gallery.click(5)
    gallery.bot.mouseDClick(gallery.view.viewport(), Qt.MouseButton.LeftButton, pos=gallery.place(5))
    assert heard == [(4,), (6,)]
