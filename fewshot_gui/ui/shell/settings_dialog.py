"""The settings. What is changed here holds at once; there is nothing to confirm."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QLocale, Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSpinBox,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from fewshot_gui.sentences import together
from fewshot_gui.ui import theme
from fewshot_gui.ui.shell.keys_page import KeysPage
from fewshot_gui.ui.shell.language import VARIABLE
from fewshot_gui.ui.shell.preferences import Preferences

Text = Callable[[], str]


class SettingsDialog(QDialog):
    """Shows the preferences and changes them."""

    clear_requested = Signal()
    """The caches are to be emptied; answered by show_cache()."""

    def __init__(self, preferences: Preferences, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._preferences = preferences
        self._said: list[Callable[[], None]] = []
        self._cache_bytes: int | None = None
        self.controls: dict[str, QWidget] = {}
        self._general = QWidget()
        self._grid = QGridLayout(self._general)
        self._grid.setContentsMargins(0, theme.SPACE, 2 * theme.SPACE, 0)
        self._grid.setHorizontalSpacing(3 * theme.SPACE)
        self._grid.setVerticalSpacing(theme.SPACE // 2)
        self._grid.setColumnStretch(1, 1)
        self._add_look()
        self._add_work()
        self._add_storage()
        self._grid.setRowStretch(self._grid.rowCount(), 1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # what is in it takes the focus, and is scrolled to
        area.setWidget(self._general)
        self.keys = KeysPage()
        self._tabs = QTabWidget(self)
        self._tabs.setDocumentMode(True)
        self._tabs.tabBar().setDrawBase(False)
        self._tabs.addTab(area, "")
        self._tabs.addTab(self.keys, "")
        self._close = QPushButton(self)
        self._close.setDefault(True)
        self._close.clicked.connect(self.accept)
        foot = QHBoxLayout()
        foot.addStretch()
        foot.addWidget(self._close)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(*[2 * theme.SPACE] * 4)
        whole.setSpacing(2 * theme.SPACE)
        whole.addWidget(self._tabs, 1)
        whole.addLayout(foot)
        self.resize(80 * theme.SPACE, 80 * theme.SPACE)
        self._retranslate()

    def show_cache(self, size: int) -> None:
        """Say how much the caches hold, in bytes."""
        self._cache_bytes = size
        self._clear.setEnabled(True)
        self._say_cache()

    def offer_gpu(self, has_gpu: bool) -> None:
        """Let a graphics card be chosen where there is one."""
        if has_gpu and self._device.findData("cuda") < 0:
            self._devices.append(("cuda", lambda: self.tr("Graphics card")))
            self._device.blockSignals(True)
            self._device.addItem("", "cuda")
            self._device.setCurrentIndex(max(0, self._device.findData(self._preferences.text("device"))))
            self._device.blockSignals(False)
            self._retranslate()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    # --- the pages

    def _add_look(self) -> None:
        language = self._choice(
            "language",
            [("system", lambda: self.tr("As the system")), ("en", lambda: "English"), ("zh_CN", lambda: "简体中文")],
            lambda: self.tr("Language"),
            lambda: self.tr("Of the window, with its numbers and dates."),
        )
        language.setEnabled(VARIABLE not in os.environ)  # which goes before what is chosen here
        self._choice(
            "theme",
            [
                ("system", lambda: self.tr("As the system")),
                ("light", lambda: self.tr("Light")),
                ("dark", lambda: self.tr("Dark")),
            ],
            lambda: self.tr("Colours"),
            lambda: self.tr("As the system: they change when the desktop's change."),
        )

    def _add_work(self) -> None:
        self._devices: list[tuple[str, Text]] = [
            ("auto", lambda: self.tr("Automatic")),
            ("cpu", lambda: self.tr("Processor")),
        ]
        self._device = self._choice(
            "device",
            self._devices,
            lambda: self.tr("Compute on"),
            lambda: self.tr("Automatic takes a graphics card that passes its self-test, else the processor."),
        )
        self._switch(
            "folder_helps",
            lambda: self.tr("The folder helps"),
            lambda: self.tr("Pictures that look alike lend each other their answers. Good where each class is a pile."),
        )
        self._switch(
            "watch",
            lambda: self.tr("Follow the folder"),
            lambda: self.tr("New pictures are classified as they arrive, deleted ones are set aside."),
        )
        self._switch(
            "auto_advance",
            lambda: self.tr("Go on by itself"),
            lambda: self.tr("After a key has judged a picture, the next one is chosen."),
        )

    def _add_storage(self) -> None:
        spin = QSpinBox()
        spin.lineEdit().setTextMargins(theme.SPACE - 2, 0, 0, 0)  # the style sheet's padding does not reach it
        spin.setRange(64, 65536)
        spin.setSingleStep(256)
        spin.setSuffix(" MB")
        spin.setKeyboardTracking(False)  # only what is finished counts
        spin.setValue(self._preferences.number("thumbnail_megabytes"))
        spin.valueChanged.connect(lambda value: self._preferences.set("thumbnail_megabytes", value))
        self._row(
            "thumbnail_megabytes",
            spin,
            lambda: self.tr("Thumbnails on disk"),
            lambda: self.tr("At most so much; those looked at longest ago go first."),
        )
        self._clear = QPushButton()
        self._clear.setAutoDefault(False)
        self._clear.clicked.connect(self._ask_to_clear)
        self._said.append(lambda: self._clear.setText(self.tr("Clear caches")))
        self._cache_hint = self._row("clear", self._clear, lambda: self.tr("Caches"), lambda: "")
        self._said.append(self._say_cache)

    def _choice(self, name: str, choices: Sequence[tuple[str, Text]], title: Text, hint: Text) -> QComboBox:
        box = QComboBox()
        for value, _ in choices:
            box.addItem("", value)
        box.setCurrentIndex(max(0, box.findData(self._preferences.text(name))))
        box.currentIndexChanged.connect(lambda place: self._preferences.set(name, box.itemData(place)))
        self._preferences.changed.connect(
            lambda changed: box.setCurrentIndex(box.findData(self._preferences.text(name))) if changed == name else None
        )

        def say() -> None:
            for place, (_, text) in enumerate(choices):
                box.setItemText(place, text())

        self._said.append(say)
        self._row(name, box, title, hint)
        return box

    def _switch(self, name: str, title: Text, hint: Text) -> None:
        box = QCheckBox()
        box.setChecked(self._preferences.is_on(name))
        box.toggled.connect(lambda on: self._preferences.set(name, on))
        self._preferences.changed.connect(
            lambda changed: box.setChecked(self._preferences.is_on(name)) if changed == name else None
        )
        self._row(name, box, title, hint)

    def _row(self, name: str, control: QWidget, title: Text, hint: Text) -> QLabel:
        """A name, its control, and one line that explains it."""
        label, explained = QLabel(), QLabel()
        label.setBuddy(control)
        explained.setWordWrap(True)
        explained.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        row = self._grid.rowCount()
        self._grid.addWidget(label, row, 0)
        control.setMinimumHeight(3 * theme.SPACE)
        if not isinstance(control, QCheckBox):
            control.setFixedWidth(32 * theme.SPACE)
        self._grid.addWidget(control, row, 1, Qt.AlignmentFlag.AlignLeft)
        self._grid.addWidget(explained, row + 1, 1)
        self._grid.setRowMinimumHeight(row + 2, theme.SPACE)
        self.controls[name] = control

        def say() -> None:
            label.setText(title())
            explained.setText(hint())
            control.setAccessibleName(title())
            control.setAccessibleDescription(hint())

        self._said.append(say)
        return explained

    def _retranslate(self) -> None:
        self.setWindowTitle(self.tr("Settings"))
        self._tabs.setTabText(0, self.tr("General"))
        self._tabs.setTabText(1, self.tr("Keys"))
        self._close.setText(self.tr("Close"))
        for say in self._said:
            say()

    def _ask_to_clear(self) -> None:
        self._clear.setEnabled(False)
        self.clear_requested.emit()

    def _say_cache(self) -> None:
        text = self.tr("Thumbnails and what was read of pictures; made anew when needed.")
        if self._cache_bytes is not None:
            text = together(text, self.tr("Now {size}.").format(size=_size(self._cache_bytes)))
        self._cache_hint.setText(text)
        self._clear.setAccessibleDescription(text)


def _size(number: int) -> str:
    return QLocale().formattedDataSize(number, 1, QLocale.DataSizeFormat.DataSizeSIFormat)
