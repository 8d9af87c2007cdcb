"""The palette of class colours."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from fewshot_gui.ui.cards.class_palette import COLOURS, Palette, colour_name
from fewshot_gui.ui.theme import apply_theme

Key = Qt.Key


@pytest.fixture
def chosen():
    return []


@pytest.fixture
def palette(qtbot, chosen):
    window = QWidget()
    qtbot.addWidget(window)
    palette = Palette(1, {1: "cat", 4: "dog"}, window)
    palette.chosen.connect(chosen.append)
    palette.show()
    yield palette


@pytest.fixture
def gone(palette):
    """Filled once the palette is gone."""
    gone = []
    palette.destroyed.connect(lambda *_: gone.append(True))
    return gone


def test_every_colour_has_a_name_of_its_own_in_both_themes(qapp):
    for mode in ("light", "dark"):
        apply_theme(qapp, mode)
        assert len({colour_name(colour) for colour in range(COLOURS)}) == COLOURS
    apply_theme(qapp, "light")


def test_the_swatches_say_their_colour_and_who_has_it(palette):
    names = [swatch.accessibleName() for swatch in palette.swatches]
    assert names[0] == colour_name(0)
    assert names[1] == f"{colour_name(1)}, as it is now"
    assert names[4].startswith(f"{colour_name(4)}, the colour of dog")


def test_a_click_chooses_a_colour(qtbot, palette, chosen, gone):
    qtbot.mouseClick(palette.swatches[7], Qt.MouseButton.LeftButton)
    assert chosen == [7]
    qtbot.waitUntil(lambda: bool(gone))


def test_arrows_and_enter_choose_a_colour(qtbot, palette, chosen):
    for key in (Key.Key_Right, Key.Key_Down, Key.Key_Down, Key.Key_Left):  # down from the last line leads nowhere
        qtbot.keyClick(palette, key)
    qtbot.keyClick(palette, Key.Key_Return)
    assert chosen == [6]


def test_escape_leaves_the_colour(qtbot, palette, chosen, gone):
    qtbot.keyClick(palette, Key.Key_Escape)
    qtbot.waitUntil(lambda: bool(gone))
    assert chosen == []
