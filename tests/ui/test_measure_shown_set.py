"""A set of pictures that the gallery is limited to for a while."""

import numpy as np
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from fewshot_gui.ui.gallery.shown_set import ShownSet


class Knows:
    """A project that knows pictures 1 to 9."""

    def knows(self, picture_id: int) -> bool:
        return 1 <= picture_id <= 9


def test_a_set_is_shown_with_its_name_until_its_chip_is_closed(qtbot: QtBot) -> None:
    shown = ShownSet()
    qtbot.addWidget(shown)
    assert not shown.is_on and shown.isHidden()
    with qtbot.waitSignal(shown.changed):
        shown.show_set(np.array([3, 1, 12]), lambda: "dog → cat")
    assert shown.is_on and "dog → cat" in shown.chip.text()
    assert shown.ids(Knows()).tolist() == [3, 1]  # type: ignore[arg-type]
    with qtbot.waitSignal(shown.changed):
        qtbot.mouseClick(shown.chip, Qt.MouseButton.LeftButton)
    assert not shown.is_on and shown.isHidden()
