"""Menus in the program's own look."""

import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QMenu

from fewshot_gui.ui import theme
from fewshot_gui.ui.menu_look import dressed


@pytest.fixture(params=["light", "dark"])
def themed(request, qapp):
    theme.apply_theme(qapp, request.param)
    yield request.param
    theme.apply_theme(qapp, "light")


@pytest.fixture
def menu(qtbot):
    menu = QMenu()
    qtbot.addWidget(menu)
    menu.addSection("Group")
    menu.addAction("one")
    menu.addSeparator()
    menu.addMenu("more").addAction("two")
    return dressed(menu)


def painted(menu):
    menu.resize(menu.sizeHint())
    return menu.grab().toImage()


def colours(image, area):
    return {
        image.pixelColor(x, y).rgb()
        for x in range(area.left(), area.right())
        for y in range(area.top(), area.bottom() + 1)
    }


def test_a_heading_is_written_and_has_room(themed, menu):
    heading, entry = menu.actionGeometry(menu.actions()[0]), menu.actionGeometry(menu.actions()[1])
    assert heading.height() > entry.height()
    assert theme.colour("muted").rgb() in colours(painted(menu), heading)


def test_a_separator_is_seen_on_dark_and_light(themed, menu):
    seen = colours(painted(menu), menu.actionGeometry(menu.actions()[2]))
    assert max(theme.contrast(QColor(rgb), theme.colour("card")) for rgb in seen) > 1.5


def test_menus_in_a_menu_look_the_same(menu):
    inner = menu.actions()[3].menu()
    separator = inner.addSeparator()
    inner.addAction("three")
    inner.resize(inner.sizeHint())
    assert inner.actionGeometry(separator).height() == menu.actionGeometry(menu.actions()[2]).height() > 2
