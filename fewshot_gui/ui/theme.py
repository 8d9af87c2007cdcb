"""How the window looks: spacing, colours, light and dark, icons. No other file names a colour."""

import functools
from typing import Final, Literal

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QColor, QGuiApplication, QIcon, QPalette
from PySide6.QtWidgets import QAbstractButton, QApplication

from fewshot_gui.paths import resource
from fewshot_gui.ui.icons import drawn_icon

SPACE: Final = 8  # pixels; distances are multiples of half of it
RADIUS: Final = 8  # pixels; corners of cards and pictures

Mode = Literal["system", "light", "dark"]
Token = Literal[
    "window",  # behind everything
    "card",  # cards, tiles, lists, text fields
    "picture",  # behind a picture that does not fill its place
    "hover",
    "selected",
    "border",  # of cards, between parts
    "outline",  # of what can be pressed or filled in, at 3:1 against all behind it
    "track",  # the empty part of a bar
    "text",
    "muted",
    "accent",
    "on_accent",
    "success",
    "warning",
    "danger",
]

_LIGHT: dict[Token, str] = {
    "window": "#f4f5f7",
    "card": "#ffffff",
    "picture": "#e9ebef",
    "hover": "#eceff4",
    "selected": "#d9e5ff",
    "border": "#d3d8df",
    "outline": "#7a828f",
    "track": "#dfe3e9",
    "text": "#1b1f26",
    "muted": "#565e6b",
    "accent": "#2257d0",
    "on_accent": "#ffffff",
    "success": "#14692d",
    "warning": "#855300",
    "danger": "#b3231f",
}
_DARK: dict[Token, str] = {
    "window": "#1b1d21",
    "card": "#24272c",
    "picture": "#15171a",
    "hover": "#2e3238",
    "selected": "#2a3c61",
    "border": "#3c424b",
    "outline": "#7f8897",
    "track": "#3a4048",
    "text": "#e9ebee",
    "muted": "#a9b1bd",
    "accent": "#84adff",
    "on_accent": "#0c1424",
    "success": "#6bd08a",
    "warning": "#ebbd5c",
    "danger": "#ff938a",
}

# Found by a search: each pair as far apart as possible to normal, red-blind, green-blind and blue-blind eyes alike,
# each colour at 3:1 against the background. (on light, on dark)
_CLASS_COLOURS: list[tuple[str, str]] = [
    ("#1933bb", "#6666d9"),
    ("#d27f04", "#d9931f"),
    ("#469d82", "#3cfdd5"),
    ("#7a0080", "#ff9bfe"),
    ("#aa0000", "#bb522a"),
    ("#a58f53", "#ffe25a"),
    ("#1d83ff", "#0491ad"),
    ("#794069", "#a85d67"),
    ("#7b88c5", "#c9ef8b"),
    ("#85142c", "#b1aa6e"),
]

# What the icons in use were made from: QIcon.cacheKey() -> name and colour.
_icons: dict[int, tuple[str, Token]] = {}


def is_dark() -> bool:
    """Whether the window is shown light on dark at the moment."""
    return QGuiApplication.palette().color(QPalette.ColorRole.Window).lightness() < 128


def colour(token: Token) -> QColor:
    """The colour of a token in the theme shown at the moment."""
    return QColor((_DARK if is_dark() else _LIGHT)[token])


def class_colour(index: int) -> QColor:
    """The colour of a class (ClassInfo.colour, from 0): at least 3:1 against cards in the theme shown at the moment.

    The first ten stay apart for colour-blind eyes; any number of further ones is generated.
    """
    if index < len(_CLASS_COLOURS):
        return QColor(_CLASS_COLOURS[index][is_dark()])
    # Golden angle: each new hue falls into the widest gap between those before.
    hue = round((index - len(_CLASS_COLOURS)) * 137.508) % 360
    lightness, step = (150, 4) if is_dark() else (110, -4)
    made = QColor.fromHsl(hue, 150, lightness)
    while contrast(made, colour("card")) < 3:
        lightness += step
        made = QColor.fromHsl(hue, 150, lightness)
    return made


def heat_colours() -> tuple[QColor, QColor]:
    """What speaks for a class, and what against it: orange and blue, which all eyes tell apart (Okabe & Ito 2008)."""
    return QColor("#e69f00"), QColor("#0072b2")


def text_on(background: QColor) -> QColor:
    """Black or white, whichever reads better on `background`."""
    return QColor(_text_on(background.rgb()))


@functools.lru_cache(maxsize=256)
def _text_on(rgb: int) -> str:
    return max(("#ffffff", "#000000"), key=lambda text: contrast(QColor(text), QColor(rgb)))


def contrast(one: QColor, other: QColor) -> float:
    """The contrast of two colours as WCAG defines it: 1 (none) to 21."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def icon(name: str, tint: Token = "text") -> QIcon:
    """The icon resources/icons/NAME.svg in the colour of `tint`. Raises FileNotFoundError for an unknown name.

    Buttons and actions that show it are given the new theme's colour when the theme changes.
    """
    made = drawn_icon(name, colour(tint).rgba(), _faint(colour("muted")).rgba())
    _icons[made.cacheKey()] = (name, tint)
    return made


def apply_theme(app: QApplication, mode: Mode) -> None:
    """Give the application its look. "system" follows the desktop, also when it changes later. May be called again."""
    follower = app.findChild(_SystemFollower) or _SystemFollower(app)
    follower.mode = mode
    if app.style().name().lower() != "fusion":
        app.setStyle("Fusion")
    schemes = {"system": Qt.ColorScheme.Unknown, "light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark}
    app.styleHints().setColorScheme(schemes[mode])
    follower.show_colours()


class _SystemFollower(QObject):
    """Lives as long as the application and repaints it when the desktop turns dark or light."""

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self.mode: Mode = "system"
        self._app = app
        app.styleHints().colorSchemeChanged.connect(self.show_colours)

    def show_colours(self) -> None:
        dark = self.mode == "dark" or (self.mode == "system" and _desktop_is_dark())
        tokens = _DARK if dark else _LIGHT
        self._app.setPalette(_palette(tokens))
        boxes = _palette(tokens)  # Fusion draws their frame by a half darker than this: unseen on a dark window
        boxes.setColor(QPalette.ColorRole.Window, QColor(tokens["muted"]).lighter(140))
        for kind in ("QCheckBox", "QMenu"):
            self._app.setPalette(boxes, kind)  # type: ignore[arg-type]  # the stubs say bytes, PySide takes str
        self._app.setStyleSheet(_style_sheet(tokens))
        self._tint_icons()

    def _tint_icons(self) -> None:
        widgets = self._app.allWidgets()
        shown: list[QAction | QAbstractButton] = [action for widget in widgets for action in widget.actions()]
        shown += [widget for widget in widgets if isinstance(widget, QAbstractButton)]  # last: some show an action's
        for target in shown:
            if made_from := _icons.get(target.icon().cacheKey()):
                target.setIcon(icon(*made_from))


def _desktop_is_dark() -> bool:
    return QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark


def _luminance(of: QColor) -> float:
    def linear(part: float) -> float:
        return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4

    return 0.2126 * linear(of.redF()) + 0.7152 * linear(of.greenF()) + 0.0722 * linear(of.blueF())


def _palette(tokens: dict[Token, str]) -> QPalette:
    role = QPalette.ColorRole
    roles: dict[QPalette.ColorRole, Token] = {
        role.Window: "window",
        role.WindowText: "text",
        role.Base: "card",
        role.AlternateBase: "hover",
        role.Text: "text",
        role.PlaceholderText: "muted",
        role.Button: "card",
        role.ButtonText: "text",
        role.BrightText: "danger",
        role.ToolTipBase: "card",
        role.ToolTipText: "text",
        role.Highlight: "accent",
        role.HighlightedText: "on_accent",
        role.Accent: "accent",
        role.Link: "accent",
        role.LinkVisited: "accent",
        role.Light: "hover",
        role.Midlight: "hover",
        role.Mid: "border",
        role.Dark: "border",
    }
    palette = QPalette()
    for one, token in roles.items():
        palette.setColor(one, QColor(tokens[token]))
    for one in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, one, _faint(QColor(tokens["muted"])))
    return palette


def _faint(of: QColor) -> QColor:
    return QColor(of.red(), of.green(), of.blue(), 150)


def _style_sheet(tokens: dict[Token, str]) -> str:
    # Only what Fusion draws heavier than we want; everything else comes from the palette.
    sheet = """
    QPushButton, QToolButton, QLineEdit {
        border: 1px solid @outline; border-radius: 6px; padding: 4px 12px; background: @card; min-height: 20px;
    }
    QLineEdit { padding: 4px 8px; }
    QToolButton { padding: 4px 8px; border-color: transparent; background: transparent; }
    QComboBox, QSpinBox, QDoubleSpinBox {
        border: 1px solid @outline; border-radius: 6px; padding: 4px 8px; background: @card; min-height: 20px;
    }
    QComboBox:focus, QSpinBox:focus, QDoubleSpinBox:focus { border: 1px solid @accent; }
    QComboBox:disabled, QSpinBox:disabled, QDoubleSpinBox:disabled { color: @muted; background: @window; }
    QSpinBox, QDoubleSpinBox { min-height: 17px; }
    QComboBox::drop-down { border: none; width: 24px; }
    QAbstractSpinBox::up-button, QAbstractSpinBox::down-button { border: none; width: 24px; }
    QComboBox::down-arrow, QAbstractSpinBox::down-arrow { image: url("@down"); width: 12px; height: 12px; }
    QAbstractSpinBox::up-arrow { image: url("@up"); width: 12px; height: 12px; }
    QPushButton:hover, QToolButton:hover { background: @hover; }
    QPushButton:pressed, QToolButton:pressed { background: @selected; }
    QToolButton:checked { background: @selected; }
    QPushButton:default { background: @accent; color: @on_accent; border-color: @accent; }
    QPushButton:default:disabled { background: @track; color: @muted; border-color: @border; }
    QPushButton:focus, QToolButton:focus, QLineEdit:focus { border: 1px solid @accent; }
    QPushButton:default:focus { border: 2px solid @text; padding: 3px 11px; }
    QRadioButton::indicator {
        width: 14px; height: 14px; border: 1px solid @outline; border-radius: 8px; background: @card;
    }
    QRadioButton::indicator:checked {
        border-color: @accent;
        background: qradialgradient(cx: 0.5, cy: 0.5, radius: 0.5, fx: 0.5, fy: 0.5,
            stop: 0 @accent, stop: 0.52 @accent, stop: 0.62 @card, stop: 1 @card);
    }
    QRadioButton::indicator:focus { border: 2px solid @text; width: 12px; height: 12px; }
    QRadioButton::indicator:disabled { border-color: @border; }
    QTabWidget::pane { border: none; top: 8px; }
    QTabBar { font-weight: normal; }
    QTabBar::tab {
        background: transparent; border: none; border-bottom: 2px solid transparent; padding: 6px 4px;
        margin-right: 16px;
    }
    QTabBar::tab:hover { border-bottom-color: @border; }
    QTabBar::tab:selected { border-bottom-color: @accent; }
    QTabBar::tab:focus { color: @accent; }
    QPlainTextEdit { border: 1px solid @outline; border-radius: 6px; padding: 4px; background: @card; }
    QPlainTextEdit:focus { border: 1px solid @accent; }
    QToolTip { background: @card; color: @text; border: 1px solid @border; padding: 4px; }
    QToolBar { border: none; spacing: 4px; padding: 4px; }
    QStatusBar::item { border: none; }
    QProgressBar { border: none; border-radius: 3px; background: @track; max-height: 6px; min-height: 6px; }
    QProgressBar::chunk { border-radius: 3px; background: @accent; }
    QScrollBar { background: transparent; border: none; }
    QScrollBar:vertical { width: 12px; }
    QScrollBar:horizontal { height: 12px; }
    QScrollBar::handle { background: @outline; border-radius: 4px; margin: 2px; }
    QScrollBar::handle:hover { background: @muted; }
    QScrollBar::handle:vertical { min-height: 32px; }
    QScrollBar::handle:horizontal { min-width: 32px; }
    QAbstractScrollArea::corner { background: transparent; border: none; }
    QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
    QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
    QSlider { min-height: 20px; }
    QSlider::groove:horizontal { height: 4px; border-radius: 2px; background: @track; }
    QSlider::sub-page:horizontal { height: 4px; border-radius: 2px; background: @accent; }
    QSlider::handle:horizontal {
        width: 12px; height: 12px; margin: -6px 0; border: 2px solid @accent; border-radius: 8px; background: @card;
    }
    QSlider::handle:horizontal:hover { background: @hover; }
    QSlider::handle:horizontal:focus { background: @accent; }
    QSplitter::handle { background: transparent; }
    """
    for way in ("down", "up"):  # in a grey that is seen on light and dark: the sheet can't tint
        sheet = sheet.replace(f"@{way}", resource("icons", f"arrow-{way}.svg").as_posix())
    # Longest names first, so that "@on_accent" is not read as something shorter.
    for token in sorted(tokens, key=len, reverse=True):
        sheet = sheet.replace(f"@{token}", tokens[token])
    return sheet
