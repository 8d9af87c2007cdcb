import itertools

import numpy as np
import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QColor, QPalette
from PySide6.QtWidgets import QPushButton, QWidget

from fewshot_gui.paths import resource
from fewshot_gui.ui import theme

ICONS = [
    "folder-open",
    "sort",
    "undo",
    "redo",
    "plus",
    "pin",
    "question",
    "warning",
    "check",
    "close",
    "cancel",
    "picture",
    "trash",
    "settings",
    "search",
    "move",
    "copy",
    "gpu",
    "cpu",
]

# How colours look to red-blind and green-blind eyes, in linear RGB (Machado, Oliveira and Fernandes 2009).
EYES = {
    "normal": np.eye(3),
    "red-blind": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "green-blind": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]]
    ),
}


@pytest.fixture(params=["light", "dark"])
def themed(request, qapp):
    theme.apply_theme(qapp, request.param)
    yield request.param
    theme.apply_theme(qapp, "light")


def test_every_text_colour_can_be_read_on_every_background(themed):
    for text in ("text", "muted", "accent", "success", "warning", "danger"):
        for background in ("window", "card", "hover", "selected"):
            assert theme.contrast(theme.colour(text), theme.colour(background)) >= 4.5, (text, background)


def test_text_on_the_accent_can_be_read(themed):
    assert theme.contrast(theme.colour("on_accent"), theme.colour("accent")) >= 4.5


def test_every_class_colour_stands_out_from_cards_and_carries_readable_text(themed):
    for colour in map(theme.class_colour, range(60)):
        assert theme.contrast(colour, theme.colour("card")) >= 3
        assert theme.contrast(theme.text_on(colour), colour) >= 4.5


@pytest.mark.parametrize("eyes", EYES)
def test_the_first_ten_class_colours_stay_apart_for_all_eyes(themed, eyes):
    seen = [lab(theme.class_colour(index), EYES[eyes]) for index in range(10)]
    assert min(float(np.linalg.norm(one - other)) for one, other in itertools.combinations(seen, 2)) > 20


def test_fifty_classes_have_fifty_colours(themed):
    assert len({theme.class_colour(index).rgb() for index in range(50)}) == 50


def test_the_contrast_of_black_and_white_is_21():
    assert theme.contrast(QColor("black"), QColor("white")) == pytest.approx(21)


def test_light_and_dark_differ_in_palette_and_tokens(qapp):
    theme.apply_theme(qapp, "dark")
    assert theme.is_dark()
    dark = theme.colour("window")
    theme.apply_theme(qapp, "light")
    assert not theme.is_dark()
    assert theme.colour("window") != dark
    assert qapp.palette().color(QPalette.ColorRole.Window) == theme.colour("window")


def test_every_icon_is_drawn_in_the_themes_text_colour(themed):
    for name in ICONS:
        assert resource("icons", f"{name}.svg").is_file()
        assert strongest(theme.icon(name).pixmap(QSize(24, 24)).toImage()) == theme.colour("text").rgb(), name


def test_an_icon_is_sharp_on_a_screen_of_double_density(qapp):
    pixmap = theme.icon("pin").pixmap(QSize(20, 20), 2.0)
    assert (pixmap.width(), pixmap.devicePixelRatio()) == (40, 2.0)


def test_an_unknown_icon_is_refused(qapp):
    with pytest.raises(FileNotFoundError):
        theme.icon("no-such-icon")


def test_buttons_and_actions_change_their_icons_colour_with_the_theme(qapp, qtbot):
    theme.apply_theme(qapp, "light")
    widget = QWidget()
    qtbot.addWidget(widget)
    button = QPushButton(theme.icon("plus"), "", widget)
    action = QAction(theme.icon("undo"), "", widget)
    widget.addAction(action)
    theme.apply_theme(qapp, "dark")
    for icon in (button.icon(), action.icon()):
        assert strongest(icon.pixmap(QSize(24, 24)).toImage()) == theme.colour("text").rgb()
    theme.apply_theme(qapp, "light")


def test_the_system_theme_follows_the_desktop_and_a_chosen_one_does_not(qapp, monkeypatch):
    desktop_turns = qapp.styleHints().colorSchemeChanged
    theme.apply_theme(qapp, "system")
    monkeypatch.setattr(theme, "_desktop_is_dark", lambda: True)
    desktop_turns.emit(Qt.ColorScheme.Dark)
    assert theme.is_dark()
    theme.apply_theme(qapp, "light")
    desktop_turns.emit(Qt.ColorScheme.Dark)
    assert not theme.is_dark()


def test_no_stylesheet_rule_keeps_the_name_of_a_token(themed, qapp):
    assert "@" not in qapp.styleSheet()


def strongest(image):
    """The colour of the most opaque pixel."""
    pixels = (image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height()))
    return max(pixels, key=lambda pixel: pixel.alpha()).rgb()


def lab(colour, eyes):
    """CIE Lab of a colour as some eyes see it."""
    srgb = np.array([colour.redF(), colour.greenF(), colour.blueF()])
    linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    linear = np.clip(eyes @ linear, 0, 1)
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    x, y, z = (np.cbrt(v) if v > 0.008856 else 7.787 * v + 16 / 116 for v in to_xyz @ linear / [0.95047, 1, 1.08883])
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])
