from dataclasses import replace

import pytest
from PySide6.QtCore import QAbstractListModel, QModelIndex, QRect, Qt
from PySide6.QtGui import QImage, QPainter, QPixmap
from PySide6.QtWidgets import QStyle, QStyleOptionViewItem

from fewshot_gui.session import ClassInfo, Decision, State
from fewshot_gui.ui import theme
from fewshot_gui.ui.gallery.tile import TILE_ROLE, Tile, TileDelegate, class_chip, class_key, description, percent
from fewshot_gui.ui.shell.keys import KEYS

CAT = ClassInfo(1, "cat", 0, 0)
DOG = ClassInfo(2, "dog", 1, 1)
SURE = Tile("a.jpg", Decision(State.PREDICTED, 1, 0.87, reason="It is like your examples."), CAT)
TILES = {
    "sure": SURE,
    "unsure": replace(SURE, decision=replace(SURE.decision, confidence=0.51, needs_review=True)),
    "other class": replace(SURE, info=DOG),
    "person": replace(SURE, decision=Decision(State.HUMAN, 1)),
    "person: none": replace(SURE, decision=Decision(State.HUMAN), info=None),
    "unknown": replace(SURE, decision=Decision(State.UNKNOWN, None, 0.87), info=None),
    "waiting": replace(SURE, decision=Decision(State.WAITING), info=None),
    "unreadable": replace(SURE, decision=Decision(State.UNREADABLE, reason="It is empty."), info=None),
    "broken": replace(SURE, broken=True),
}


class OneTile(QAbstractListModel):
    def __init__(self, tile):
        super().__init__()
        self.tile = tile

    def rowCount(self, parent=QModelIndex()):  # noqa: B008
        return 1

    def data(self, index, role=Qt.ItemDataRole.DisplayRole):
        return self.tile if role == TILE_ROLE else None


@pytest.fixture(params=["light", "dark"])
def themed(request, qapp):
    theme.apply_theme(qapp, request.param)
    yield
    theme.apply_theme(qapp, "light")


def painted(tile, state=QStyle.StateFlag.State_Enabled, side=160, ratio=1.0):
    """The bytes of a painted tile."""
    delegate, model = TileDelegate(side=side), OneTile(tile)
    option = QStyleOptionViewItem()
    option.state = state
    size = delegate.sizeHint(option, model.index(0, 0))
    option.rect = QRect(0, 0, size.width(), size.height())
    image = QImage(size * ratio, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(ratio)
    image.fill(theme.colour("window"))
    painter = QPainter(image)
    delegate.paint(painter, option, model.index(0, 0))
    painter.end()
    return image


def test_every_state_looks_different(themed):
    looks = {bytes(painted(tile).constBits()) for tile in TILES.values()}
    assert len(looks) == len(TILES)


def test_states_differ_in_shape_and_not_in_colour_alone(qapp):
    greys = {bytes(painted(tile).convertToFormat(QImage.Format.Format_Mono).constBits()) for tile in TILES.values()}
    assert len(greys) == len(TILES)


def test_selected_hovered_and_focused_look_different_and_so_do_their_combinations(themed):
    flag = QStyle.StateFlag
    looks = [
        flag.State_Enabled | selected | hovered | focused
        for selected in (flag.State_None, flag.State_Selected)
        for hovered in (flag.State_None, flag.State_MouseOver)
        for focused in (flag.State_None, flag.State_HasFocus)
    ]
    different = {bytes(painted(SURE, look).constBits()) for look in looks}
    assert len(different) >= 6  # a selected tile need not change under the mouse


def test_the_thumbnail_is_shown_whole_and_centred(qapp):
    pixmap = QPixmap(40, 80)
    pixmap.fill(Qt.GlobalColor.red)
    image = painted(replace(SURE, pixmap=pixmap))
    reds = [
        (x, y)
        for x in range(image.width())
        for y in range(image.height())
        if image.pixelColor(x, y).getRgb()[:3] == (255, 0, 0)
    ]
    left, right = min(x for x, _ in reds), max(x for x, _ in reds)
    top, bottom = min(y for _, y in reds), max(y for _, y in reds)
    assert abs((left + right + 1) / 2 - image.width() / 2) <= 1
    assert (bottom - top + 1) == pytest.approx(2 * (right - left + 1), abs=3)


def test_a_tile_is_drawn_finer_on_a_screen_of_double_density(qapp):
    once, twice = painted(SURE), painted(SURE, ratio=2.0)
    assert twice.width() == 2 * once.width()
    assert twice.scaled(once.size()) != once


def test_larger_pictures_make_larger_tiles(qapp):
    assert painted(SURE, side=96).width() < painted(SURE, side=256).width()


def test_the_keys_are_1_to_9_then_0_and_the_same_with_shift():
    assert [class_key(position) for position in range(21)] == [*"1234567890", *(f"⇧{n}" for n in "1234567890"), ""]


def test_chips_show_the_keys_that_a_person_chose():
    KEYS.assign("none", "O")
    try:
        assert class_chip(None)[0] == "O"
    finally:
        KEYS.reset()


def test_only_certainty_is_called_100_per_cent():
    assert [percent(share) for share in (0.0, 0.29, 0.874, 0.9999, 1.0)] == ["0 %", "29 %", "87 %", "99 %", "100 %"]


def test_a_tile_can_be_heard():
    assert description(TILES["unsure"]) == "a.jpg, cat, 51 %, needs review"
    assert description(TILES["person"]) == "a.jpg, cat, you said so"
    assert description(TILES["unknown"]) == "a.jpg, None of these, 87 %"
    assert description(TILES["waiting"]) == "a.jpg, Not classified yet"
    assert description(TILES["unreadable"]) == "a.jpg, Can't be read"
