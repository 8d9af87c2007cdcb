"""Chips in little room."""

import pytest
from PySide6.QtWidgets import QHBoxLayout, QWidget

from fewshot_gui.ui.chip import Chip


def icon_chip(qtbot, count, chosen=False):
    chip = Chip()
    qtbot.addWidget(chip)
    chip.setCheckable(True)
    chip.setChecked(chosen)
    chip.set_icon_name("none")
    chip.set_name("以上都不是")
    chip.set_count(count)
    chip.set_without_name(True)
    return chip


def test_the_chosen_chip_keeps_its_name_and_number(qtbot):
    chip = icon_chip(qtbot, 9, chosen=True)
    assert chip.minimumSizeHint() == chip.sizeHint()


def test_a_row_of_chips_makes_room_for_the_name_of_the_one_that_is_chosen(qtbot):
    row = QWidget()
    qtbot.addWidget(row)
    chips = [icon_chip(qtbot, 9), icon_chip(qtbot, 9)]
    layout = QHBoxLayout(row)
    for chip in chips:
        layout.addWidget(chip)
    layout.addStretch()
    row.resize(400, 40)
    row.show()
    narrow = chips[0].width()
    chips[0].setChecked(True)
    qtbot.waitUntil(lambda: chips[0].width() >= chips[0].sizeHint().width() > narrow)
    chips[0].setChecked(False)
    qtbot.waitUntil(lambda: chips[0].width() == narrow)


def test_a_chip_with_an_icon_gives_up_a_long_number_but_no_short_one(qtbot):
    short, long, longer = (icon_chip(qtbot, count) for count in (999, 9_999, 100_000))
    assert short.minimumSizeHint() == short.sizeHint()
    assert long.minimumSizeHint().width() == longer.minimumSizeHint().width() < short.minimumSizeHint().width()
    assert "9,999" in long.accessibleName() or "9999" in long.accessibleName()


@pytest.mark.parametrize("width", [10, 20, 40, 80])
def test_any_width_can_be_painted(qtbot, width):
    chip = icon_chip(qtbot, 100_000)
    chip.set_dot(1)
    chip.resize(width, 24)
    assert not chip.grab().isNull()
