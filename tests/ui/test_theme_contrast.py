"""Contrast of all that the theme puts on each other, as WCAG 2.2 computes and asks for it: 4.5:1 for text (1.4.3), 3:1
for the outlines of controls and for what shows the focus (1.4.11). What is disabled is exempt there."""

import re

import pytest
from PySide6.QtGui import QColor, QPalette

from fewshot_gui.ui import theme

TEXT, GRAPHIC = 4.5, 3.0
TEXTS = ("text", "muted", "accent", "success", "warning", "danger")
GROUNDS = ("window", "card", "picture", "hover", "selected")
BEHIND = ("window", "card")
"""What controls stand on."""


@pytest.fixture(params=["light", "dark"])
def themed(request, qapp):
    theme.apply_theme(qapp, request.param)
    yield request.param
    theme.apply_theme(qapp, "light")


def between(one, other):
    return theme.contrast(theme.colour(one), theme.colour(other))


@pytest.mark.parametrize("ground", [*GROUNDS, "track"])
@pytest.mark.parametrize("text", TEXTS)
def test_text_is_read_on_every_background(themed, text, ground):
    assert between(text, ground) >= TEXT


@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("line", ["outline", "accent", "text"])
def test_outlines_of_controls_and_the_focus_are_seen_on_every_background(themed, line, ground):
    assert between(line, ground) >= GRAPHIC


def test_text_on_the_accent_is_read_and_a_bar_is_told_from_its_empty_part(themed):
    assert between("on_accent", "accent") >= TEXT
    assert between("accent", "track") >= GRAPHIC


def test_a_colour_that_is_laid_thinly_over_a_background_leaves_its_text_readable(themed):
    for tint in ("accent", "warning", "danger"):  # as in the bars that tell of a ripple or warn
        mixed = QColor.fromRgbF(
            *(
                0.9 * ground + 0.1 * over
                for ground, over in zip(
                    theme.colour("window").getRgbF()[:3], theme.colour(tint).getRgbF()[:3], strict=True
                )
            )
        )
        for text in ("text", "muted"):
            assert theme.contrast(theme.colour(text), mixed) >= TEXT, (tint, text)


@pytest.mark.parametrize(
    ("text", "ground"),
    [
        ("WindowText", "Window"),
        ("PlaceholderText", "Window"),
        ("Link", "Window"),
        ("LinkVisited", "Window"),
        ("Text", "Base"),
        ("PlaceholderText", "Base"),
        ("BrightText", "Base"),
        ("Link", "Base"),
        ("Text", "AlternateBase"),
        ("ButtonText", "Button"),
        ("HighlightedText", "Highlight"),
        ("ToolTipText", "ToolTipBase"),
    ],
)
def test_text_of_the_palette_is_read(themed, qapp, text, ground):
    role, palette = QPalette.ColorRole, qapp.palette()
    assert theme.contrast(palette.color(role[text]), palette.color(role[ground])) >= TEXT


def rules(sheet):
    """Each rule of a style sheet that concerns something enabled: its selector, and its declarations by name."""
    for selector, body in re.findall(r"([^{}]+)\{([^{}]*)\}", sheet):
        if "disabled" not in selector:
            yield selector.strip(), dict(re.findall(r"([\w-]+):\s*([^;]+);", body))


def colours(value):
    return [QColor(found) for found in re.findall(r"#[0-9a-f]{6}", value)]


def test_text_of_the_style_sheet_is_read_on_its_background(themed, qapp):
    checked = 0
    for selector, told in rules(qapp.styleSheet()):
        text = (colours(told.get("color", "")) or [theme.colour("text")])[0]
        if "::" in selector and "color" not in told:
            continue  # a part without a text
        grounds = colours(told.get("background", ""))
        if not grounds and "color" in told:
            grounds = [theme.colour(name) for name in BEHIND]
        for ground in grounds:
            assert theme.contrast(text, ground) >= TEXT, selector
            checked += 1
    assert checked > 5


def test_every_control_of_the_style_sheet_has_an_outline_that_is_seen(themed, qapp):
    checked = 0
    for selector, told in rules(qapp.styleSheet()):
        if "QToolTip" in selector or "QTabBar::tab:hover" in selector:
            continue  # the one is no control, the other one's text is brighter already
        drawn = " ".join(value for name, value in told.items() if name.startswith("border") and "radius" not in name)
        drawn += told.get("background", "") if selector.startswith("QScrollBar::handle") else ""
        for line in colours(drawn):
            for ground in BEHIND:
                assert theme.contrast(line, theme.colour(ground)) >= GRAPHIC, selector
                checked += 1
    assert checked > 10


def test_whatever_takes_the_focus_shows_it(themed, qapp):
    shown = {part.strip() for selector, told in rules(qapp.styleSheet()) if told for part in selector.split(",")}
    fields = {"QLineEdit", "QComboBox", "QSpinBox", "QDoubleSpinBox", "QPlainTextEdit"}
    assert {f"{kind}:focus" for kind in {"QPushButton", "QToolButton"} | fields} <= shown
    assert {"QRadioButton::indicator:focus", "QSlider::handle:horizontal:focus", "QTabBar::tab:focus"} <= shown
