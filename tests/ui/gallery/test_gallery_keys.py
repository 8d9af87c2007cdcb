"""The gallery by keyboard: what keys ask for, moving, selecting, zooming."""

import numpy as np
import pytest
from PySide6.QtCore import Qt

from fewshot_gui.ui.gallery.gallery import LARGEST_SIDE, SMALLEST_SIDE

Key, Modifier = Qt.Key, Qt.KeyboardModifier


@pytest.mark.parametrize(("key", "position"), [(Key.Key_1, 0), (Key.Key_5, 4), (Key.Key_9, 8), (Key.Key_0, 9)])
def test_a_digit_asks_to_label_the_selected_pictures_with_the_class_at_its_place(gallery, key, position, told):
    heard = told(gallery.view.label_requested)
    gallery.select(4, 2)
    gallery.bot.keyClick(gallery.view, key)
    assert heard == [([3, 5], position)]


def test_digits_of_the_number_pad_label_too(gallery, told):
    heard = told(gallery.view.label_requested)
    gallery.select(0)
    gallery.bot.keyClick(gallery.view, Key.Key_3, Modifier.KeypadModifier)
    assert heard == [([1], 2)]


@pytest.mark.parametrize(
    ("key", "signal"),
    [
        (Key.Key_U, "none_requested"),
        (Key.Key_Space, "accept_requested"),
        (Key.Key_X, "reject_requested"),
        (Key.Key_Delete, "unlabel_requested"),
    ],
)
def test_the_other_keys_ask_for_their_operation(gallery, key, signal, told):
    heard = told(getattr(gallery.view, signal))
    gallery.select(7, 8)
    gallery.bot.keyClick(gallery.view, key)
    assert heard == [([8, 9],)]


def test_backspace_asks_for_undo_also_where_nothing_is_selected(gallery, told):
    heard = told(gallery.view.undo_requested)
    gallery.view.clearSelection()
    gallery.bot.keyClick(gallery.view, Key.Key_Backspace)
    assert heard == [()]


def test_a_digit_with_shift_means_the_second_ten_classes(gallery, told):
    heard = told(gallery.view.label_requested)
    gallery.select(0)
    gallery.bot.keyClick(gallery.view, Key.Key_2, Modifier.ShiftModifier)
    assert heard == [([1], 11)]


@pytest.mark.parametrize(("key", "goes_on"), [(Key.Key_1, True), (Key.Key_X, True), (Key.Key_Delete, False)])
def test_after_a_judgement_the_next_picture_is_chosen(gallery, key, goes_on):
    gallery.view.auto_advance = True
    gallery.select(3)
    gallery.bot.keyClick(gallery.view, key)
    assert gallery.view.selected_ids() == [5 if goes_on else 4]


def test_after_several_were_judged_at_once_they_stay_selected(gallery):
    gallery.view.auto_advance = True
    gallery.select(3, 4)
    gallery.bot.keyClick(gallery.view, Key.Key_1)
    assert gallery.view.selected_ids() == [4, 5]


def test_without_a_selection_keys_mean_the_current_picture(gallery, told):
    heard = told(gallery.view.none_requested)
    gallery.select(3)
    gallery.view.clearSelection()
    gallery.bot.keyClick(gallery.view, Key.Key_U)
    assert heard == [([4],)]


def test_an_empty_gallery_asks_for_nothing(gallery, told):
    heard = told(gallery.view.label_requested)
    gallery.model.set_rows(np.empty(0, np.int64))
    for key in (Key.Key_1, Key.Key_Down, Key.Key_End):
        gallery.bot.keyClick(gallery.view, key)
    assert heard == []


def test_a_digit_with_ctrl_is_not_a_label(gallery, told):
    heard = told(gallery.view.label_requested)
    gallery.select(0)
    gallery.bot.keyClick(gallery.view, Key.Key_1, Modifier.ControlModifier)
    assert heard == []


@pytest.mark.parametrize(
    ("start", "key", "end"),
    [
        (7, Key.Key_Left, 6),
        (7, Key.Key_Right, 8),
        (4, Key.Key_Right, 5),
        (7, Key.Key_Up, 2),
        (2, Key.Key_Up, 2),
        (7, Key.Key_Down, 12),
        (97, Key.Key_Down, 97),
        (7, Key.Key_Home, 0),
        (7, Key.Key_End, 99),
        (0, Key.Key_Left, 0),
        (99, Key.Key_Right, 99),
        (2, Key.Key_PageDown, 17),
        (17, Key.Key_PageUp, 2),
    ],
)
def test_the_arrows_move_by_tiles_and_lines(gallery, start, key, end):
    gallery.select(start)
    gallery.bot.keyClick(gallery.view, key)
    assert gallery.view.currentIndex().row() == end
    assert gallery.view.selected_ids() == [end + 1]
    assert gallery.view.viewport().rect().contains(gallery.view.visualRect(gallery.view.currentIndex()))


def test_down_from_the_last_full_line_reaches_the_last_picture(gallery):
    gallery.model.set_rows(np.arange(1, 13))
    gallery.select(9)
    gallery.bot.keyClick(gallery.view, Key.Key_Down)
    assert gallery.view.current_id() == 12


def test_shift_and_arrows_select_in_reading_order(gallery):
    gallery.select(3)
    for key in (Key.Key_Down, Key.Key_Right):
        gallery.bot.keyClick(gallery.view, key, Modifier.ShiftModifier)
    assert gallery.view.selected_ids() == list(range(4, 11))
    gallery.bot.keyClick(gallery.view, Key.Key_Up, Modifier.ShiftModifier)
    assert gallery.view.selected_ids() == [4, 5]


def test_ctrl_a_selects_everything(gallery, told):
    heard = told(gallery.view.selected_changed)
    gallery.bot.keyClick(gallery.view, Key.Key_A, Modifier.ControlModifier)
    assert gallery.view.selected_ids() == list(range(1, 101))
    assert heard[-1] == (100,)


def test_letters_do_not_search(gallery):
    gallery.select(0)
    gallery.bot.keyClick(gallery.view, Key.Key_9, Modifier.ShiftModifier)
    gallery.bot.keyClick(gallery.view, Key.Key_X)
    assert gallery.view.current_id() == 1


def test_ctrl_plus_and_minus_and_the_wheel_zoom_within_bounds(gallery, told):
    heard = told(gallery.view.side_changed)
    gallery.bot.keyClick(gallery.view, Key.Key_Plus, Modifier.ControlModifier)
    gallery.bot.keyClick(gallery.view, Key.Key_Minus, Modifier.ControlModifier)
    for _ in range(4):
        gallery.turn_wheel(30, Modifier.ControlModifier)
    assert heard == [(192,), (160,), (192,)]
    gallery.view.zoom(50)
    assert gallery.view.side == LARGEST_SIDE
    gallery.view.zoom(-50)
    assert gallery.view.side == SMALLEST_SIDE


def test_zooming_keeps_the_pictures_at_the_top_in_sight(gallery):
    gallery.view.verticalScrollBar().setValue(2000)
    first = gallery.view.visible_rows().start
    gallery.view.zoom(2)
    assert first in gallery.view.visible_rows()
