"""The settings' page of keys: every entry of the table with its key, changed by pressing another."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPalette
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from fewshot_gui.ui import theme
from fewshot_gui.ui.shell.keys import KEYS, Entry, key_of, shown


class KeysPage(QWidget):
    """A list of all that keys do. A key that is taken already is refused with a sentence, at once."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._area = QScrollArea(self)
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QScrollArea.Shape.NoFrame)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # its buttons are gone through one by one
        self._explained = QLabel(self)
        self._explained.setWordWrap(True)
        self._explained.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._reset = QPushButton(theme.icon("undo"), "", self)
        self._reset.setAutoDefault(False)
        self._reset.clicked.connect(self._reset_all)
        self.buttons: dict[str, KeyButton] = {}
        foot = QHBoxLayout()
        foot.setSpacing(2 * theme.SPACE)
        foot.addWidget(self._explained, 1)
        foot.addWidget(self._reset)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, theme.SPACE, 0, 0)
        whole.setSpacing(theme.SPACE)
        whole.addWidget(self._area, 1)
        whole.addLayout(foot)
        KEYS.changed.connect(self._show_keys)
        self._fill()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._fill()

    def _fill(self) -> None:
        """Make the list, in the language of the moment."""
        inner = QWidget()
        grid = QGridLayout(inner)
        grid.setContentsMargins(0, 0, 2 * theme.SPACE, 0)
        grid.setVerticalSpacing(theme.SPACE // 2)
        grid.setColumnStretch(0, 1)
        grid.setColumnMinimumWidth(1, 20 * theme.SPACE)
        self.buttons.clear()
        group = ""
        for entry in KEYS.entries():
            if entry.group() != group:
                heading = QLabel(entry.group())
                heading.setContentsMargins(0, 2 * theme.SPACE if group else 0, 0, 0)
                group = entry.group()
                font = heading.font()
                font.setBold(True)
                heading.setFont(font)
                grid.addWidget(heading, grid.rowCount(), 0, 1, 2)
            row = grid.rowCount()
            button = self.buttons[entry.name] = KeyButton(entry)
            button.pressed_key.connect(self._assign)
            grid.addWidget(QLabel(entry.title()), row, 0)
            grid.addWidget(button, row, 1)
        grid.setRowStretch(grid.rowCount(), 1)
        self._area.setWidget(inner)
        self._reset.setText(self.tr("Standard keys"))
        self._reset.setAccessibleName(self.tr("Give everything its standard keys again"))
        self._explain("")

    def _assign(self, name: str, key: str) -> None:
        self._explain(KEYS.assign(name, key))

    def _explain(self, refusal: str) -> None:
        self._explained.setText(
            refusal or self.tr("Press the button beside a line, then the new key. Esc keeps the old.")
        )
        self._explained.setForegroundRole(
            QPalette.ColorRole.BrightText if refusal else QPalette.ColorRole.PlaceholderText
        )

    def _reset_all(self) -> None:
        KEYS.reset()
        self._explain("")

    def _show_keys(self) -> None:
        for button in self.buttons.values():
            button.show_key()


class KeyButton(QPushButton):
    """Shows an entry's keys; once pressed, takes the next key."""

    pressed_key = Signal(str, str)
    """The entry's name and the key."""

    def __init__(self, entry: Entry, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._entry = entry
        self._listens = False
        self.setAutoDefault(False)
        self.clicked.connect(self._listen)
        self.show_key()

    def show_key(self) -> None:
        """Show what the table says now."""
        self._listens = False
        keys = " · ".join(map(shown, KEYS.keys(self._entry.name))) or self.tr("no key")
        self.setText(keys)
        self.setAccessibleName(self.tr("{title}: {keys}").format(title=self._entry.title(), keys=keys))
        self.setAccessibleDescription(self.tr("Press it, then the new key."))

    def event(self, event: QEvent) -> bool:
        if self._listens and isinstance(event, QKeyEvent):
            if event.type() == QEvent.Type.KeyPress:
                self._take(event)
            event.accept()  # also where it is about to become somebody's shortcut, or moves the focus
            return True
        return super().event(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.show_key()
        super().focusOutEvent(event)

    def _listen(self) -> None:
        self._listens = True
        self.setText(self.tr("Press a key…"))

    def _take(self, event: QKeyEvent) -> None:
        key = key_of(event)
        if not key:
            return
        self.show_key()
        if key != "Esc":
            self.pressed_key.emit(self._entry.name, key)
