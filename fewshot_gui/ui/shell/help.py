"""Help: all keys at a glance, and about the program."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from importlib.metadata import PackageNotFoundError, metadata, version
from itertools import combinations, pairwise

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from fewshot_gui.ui import theme
from fewshot_gui.ui.shell.keys import KEYS, Entry, shown

_COLUMN = 32 * theme.SPACE
_PARTS = ("PySide6-Essentials", "torch", "torchvision", "numpy", "pillow", "safetensors", "scikit-learn", "pyqtgraph")


class KeysOverlay(QWidget):
    """All keys, over the whole window. Esc, the key that showed it, and a click beside it take it away."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._before: QWidget | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._card = QFrame(self)
        self._card.setAutoFillBackground(True)
        self._card.setFrameShape(QFrame.Shape.NoFrame)
        self._title = QLabel(self._card)
        font = self._title.font()
        font.setPointSizeF(font.pointSizeF() * 1.3)
        font.setBold(True)
        self._title.setFont(font)
        self.close_button = QToolButton(self._card)
        self.close_button.setIcon(theme.icon("close"))
        self.close_button.clicked.connect(self.leave)
        self._area = QScrollArea(self._card)
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(self.close_button)
        column = QVBoxLayout(self._card)
        column.setContentsMargins(3 * theme.SPACE, 2 * theme.SPACE, 2 * theme.SPACE, 2 * theme.SPACE)
        column.setSpacing(2 * theme.SPACE)
        column.addLayout(head)
        column.addWidget(self._area, 1)
        self._name()
        window.installEventFilter(self)
        KEYS.changed.connect(self._fill)
        self.hide()

    def toggle(self) -> None:
        """Show it, or take it away again."""
        if self.isVisible():
            self.leave()
            return
        self._before = self.window().focusWidget()
        self.show()
        self._fill()
        self.raise_()
        self.setFocus()

    def leave(self) -> None:
        """Take it away; the focus returns to where it was."""
        self.hide()
        if self._before is not None:
            self._before.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._fill()
        return False

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._name()
            self._fill()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        bar = self._area.verticalScrollBar()
        if event.key() == Qt.Key.Key_Escape or KEYS.action_for(event) == "keys":
            self.leave()
        elif event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            bar.setValue(bar.value() + (bar.singleStep() if event.key() == Qt.Key.Key_Down else -bar.singleStep()))
        # nothing else: what cannot be seen now must not be judged by a key

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if not self._card.geometry().contains(event.position().toPoint()):
            self.leave()

    def paintEvent(self, event: QPaintEvent) -> None:
        veil = QColor(theme.colour("picture"))
        veil.setAlphaF(0.75)
        painter = QPainter(self)
        painter.fillRect(self.rect(), veil)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.colour("border"), 1))
        painter.setBrush(theme.colour("window"))
        edge = theme.RADIUS / 2
        painter.drawRoundedRect(QRectF(self._card.geometry()).adjusted(-edge, -edge, edge, edge), edge * 2, edge * 2)

    def _name(self) -> None:
        self._title.setText(self.tr("Keys"))
        self.setAccessibleName(self.tr("Keys"))
        self.close_button.setAccessibleName(self.tr("Close"))
        self.close_button.setToolTip(self.tr("Close"))

    def _fill(self) -> None:
        if not self.isVisible():
            return
        self.setGeometry(self.window().rect())
        lines: list[Entry | str] = []
        for entry in KEYS.entries():
            if not KEYS.keys(entry.name):
                continue
            heading = entry.group()
            if heading not in lines:
                lines.append(heading)
            lines.append(entry)
        lines = in_short(lines)
        room = self.rect().adjusted(3 * theme.SPACE, 3 * theme.SPACE, -3 * theme.SPACE, -3 * theme.SPACE)
        columns = max(1, min(3, (room.width() - 5 * theme.SPACE) // _COLUMN))
        inner = _columns(lines, columns)
        self._area.setWidget(inner)
        wanted = inner.sizeHint() + QSize(8 * theme.SPACE, 13 * theme.SPACE)
        self._card.resize(wanted.boundedTo(room.size()))
        self._card.move(self.rect().center() - self._card.rect().center())


def in_short(lines: list[Entry | str]) -> list[Entry | str]:
    """Ten lines in a row about ten classes, all with their standard keys, become one: "To class 1–10"."""
    short: list[Entry | str] = []
    named = {line.name: line for line in lines if isinstance(line, Entry)}
    for line in lines:
        number = int(line.name.removeprefix("class-")) if isinstance(line, Entry) and line.name[:6] == "class-" else 0
        first = (number - 1) // 10 * 10 + 1
        ten = [named.get(f"class-{n}") for n in range(first, first + 10)]
        if isinstance(line, str) or not number or any(e is None or KEYS.keys(e.name) != e.standard for e in ten):
            short.append(line)
        elif number == first:
            title = partial(_span, line.title(), first)
            short.append(replace(line, name=_TEN + line.name, title=title))
    return short


_TEN = "ten-from-"
"""Begins the name of a line that stands for ten classes."""


def _span(title: str, first: int) -> str:
    return title.replace(str(first), f"{first}–{first + 9}")


def _cap(line: Entry) -> str:
    if not line.name.startswith(_TEN):
        return shown(KEYS.keys(line.name)[0])
    first = line.name.removeprefix(_TEN)
    last = f"class-{int(first.removeprefix('class-')) + 9}"
    return f"{shown(KEYS.keys(first)[0])} – {shown(KEYS.keys(last)[0]).rpartition('+')[2]}"


def shared_out(lines: list[Entry | str], count: int) -> list[list[Entry | str]]:
    """The lines in so many columns, as equally long as they can be with every group in one piece."""
    begins = [place for place, line in enumerate(lines) if isinstance(line, str)]
    splits = [(0, *rest, len(lines)) for rest in combinations(begins[1:], min(count, len(begins)) - 1)]
    best = min(splits, key=lambda split: max(end - begin for begin, end in pairwise(split)))
    return [lines[begin:end] for begin, end in pairwise(best)]


def _columns(lines: list[Entry | str], count: int) -> QWidget:
    """Headings and keys, in so many columns."""
    inner = QWidget()
    row = QHBoxLayout(inner)
    row.setContentsMargins(0, 0, theme.SPACE, 0)
    row.setSpacing(4 * theme.SPACE)
    for column in shared_out(lines, count):
        part = QWidget()
        part.setFixedWidth(_COLUMN - 4 * theme.SPACE)
        grid = QGridLayout(part)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(theme.SPACE // 2)
        grid.setColumnStretch(0, 1)
        for place, line in enumerate(column):
            if isinstance(line, str):
                heading = QLabel(line)
                heading.setContentsMargins(0, theme.SPACE if place else 0, 0, 0)
                heading.setForegroundRole(QPalette.ColorRole.Accent)
                grid.addWidget(heading, place, 0, 1, 2)
            else:
                what = QLabel(line.title())
                what.setWordWrap(True)
                grid.addWidget(what, place, 0)
                grid.addWidget(KeyCap(_cap(line)), place, 1, Qt.AlignmentFlag.AlignRight)
        grid.setRowStretch(grid.rowCount(), 1)
        row.addWidget(part)
    row.addStretch()
    return inner


class KeyCap(QWidget):
    """A key as it looks on the keyboard."""

    def __init__(self, key: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._key = key
        self.setAccessibleName(key)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        width = metrics.horizontalAdvance(self._key) + 2 * theme.SPACE
        return QSize(max(width, 3 * theme.SPACE), metrics.height() + theme.SPACE // 2)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.colour("muted"), 1))
        painter.setBrush(theme.colour("card"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), theme.RADIUS / 2, theme.RADIUS / 2)
        painter.setPen(theme.colour("text"))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._key)


class AboutDialog(QDialog):
    """The program's version and licence, and those of what it is made of."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = QLabel(self)
        font = self._title.font()
        font.setPointSizeF(font.pointSizeF() * 1.25)
        font.setBold(True)
        self._title.setFont(font)
        self._text = QLabel(self)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self._close = QPushButton(self)
        self._close.clicked.connect(self.accept)
        foot = QHBoxLayout()
        foot.addStretch()
        foot.addWidget(self._close)
        column = QVBoxLayout(self)
        column.setContentsMargins(*[3 * theme.SPACE] * 4)
        column.setSpacing(2 * theme.SPACE)
        column.addWidget(self._title)
        column.addWidget(self._text)
        column.addLayout(foot)
        self._retranslate()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    def _retranslate(self) -> None:
        self.setWindowTitle(self.tr("About Fewshot GUI"))
        self._close.setText(self.tr("Close"))
        self._title.setText(f"Fewshot GUI {_version('fewshot-gui')}".strip())
        lines = [
            self.tr(
                "Teach picture classes from a handful of examples, classify a folder, correct, and sort it safely."
            ),
            self.tr("Everything stays on this computer. Licence: MIT."),
            "",
            self.tr("Made with:"),
            *(
                " – ".join(filter(None, (f"{name} {_version(name)}", _licence(name))))
                for name in _PARTS
                if _version(name)
            ),
        ]
        self._text.setText("\n".join(lines))
        self._text.setAccessibleName(self.windowTitle())


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:  # a checkout that was never installed
        return ""


def _licence(name: str) -> str:
    """The licence's name as the package gives it: a name, not the whole text."""
    about = metadata(name)
    told = [one for field in ("License-Expression", "License") for one in about.get_all(field) or []]
    told += [one.rpartition(" :: ")[2] for one in about.get_all("Classifier") or [] if one.startswith("License ::")]
    return next((one for one in told if one and "\n" not in one and len(one) < 80), "")
