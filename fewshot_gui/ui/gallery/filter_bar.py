"""The row above the gallery: which pictures are shown, and the search by file name."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QBoxLayout, QButtonGroup, QHBoxLayout, QLineEdit, QSizePolicy, QToolButton, QWidget

from fewshot_gui.session import Filter
from fewshot_gui.ui import theme
from fewshot_gui.ui.chip import Chip

if TYPE_CHECKING:
    from fewshot_gui.session import ClassInfo, Counts

_SEARCH_WAIT_MS = 150  # so that a fast typist starts one search, not ten
_WIDEST_SEARCH, _UNLIMITED = 28 * theme.SPACE, 16777215
_WIDEST_VIEW, _NARROWEST = 18 * theme.SPACE, 50 * theme.SPACE


_ICONS = {
    Filter.ALL: "grid",
    Filter.REVIEW: "question",
    Filter.UNKNOWN: "none",
    Filter.CORRECTED: "pin",
    Filter.UNREADABLE: "warning",
}


class FilterBar(QWidget):
    """Chips that choose what the gallery shows, one at a time, a button for order and groups, and a search field.

    In little room the search goes below; in less the chips show their icon and number only.
    """

    filter_changed = Signal(Filter)
    class_filter_cleared = Signal()
    search_changed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._chips = {kind: Chip(self) for kind in Filter}
        self._group = QButtonGroup(self)
        for kind, chip in self._chips.items():
            self._group.addButton(chip)
            chip.setCheckable(True)
            chip.clicked.connect(lambda _checked, kind=kind: self._choose(kind))
        for kind, icon in _ICONS.items():
            self._chips[kind].set_icon_name(icon)
            self._chips[kind].toggled.connect(self.updateGeometry)
        self.view_button = QToolButton(self, popupMode=QToolButton.ToolButtonPopupMode.InstantPopup)
        self.view_button.setIcon(theme.icon("view"))
        self.view_button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.view_button.setStyleSheet("QToolButton::menu-indicator { image: none; }")
        self.view_button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._view_name = self._view_text = ""
        self._filter = Filter.ALL
        self._chips[Filter.ALL].setChecked(True)
        self._class_chip = Chip(self, closable=True)
        self._class_chip.hide()
        self._class_chip.clicked.connect(lambda: self.class_filter_cleared.emit())
        self._class_name = ""

        self._search = _SearchField(self)
        self._search.textChanged.connect(self._search_later)
        self._wait = QTimer(self, singleShot=True)
        self._wait.timeout.connect(lambda: self.search_changed.emit(self._search.text().strip()))
        find = QAction(self)
        find.setShortcuts(QKeySequence.StandardKey.Find)
        find.triggered.connect(self._focus_search)
        self.addAction(find)

        self._row = QHBoxLayout()
        self._row.setSpacing(theme.SPACE // 2)
        for chip in (*self._chips.values(), self._class_chip):
            self._row.addWidget(chip)
        self._row.addStretch()
        self._row.addWidget(self.view_button)
        self._whole = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._whole.setContentsMargins(theme.SPACE, theme.SPACE, theme.SPACE, theme.SPACE)
        self._whole.setSpacing(theme.SPACE)
        self._whole.addLayout(self._row, 1)
        self._whole.addWidget(self._search)
        self._name_everything()

    @property
    def filter(self) -> Filter:
        """The chosen filter."""
        return self._filter

    @property
    def search(self) -> str:
        """The text that is searched for."""
        return self._search.text().strip()

    def set_filter(self, kind: Filter) -> None:
        """Choose a filter, as a click does."""
        self._chips[kind].setChecked(True)
        self._choose(kind)

    def set_counts(self, counts: "Counts") -> None:
        """Show how many pictures each filter lets through."""
        for kind, chip in self._chips.items():
            chip.set_count(getattr(counts, kind.value))

    def show_class(self, shown: "ClassInfo | None") -> None:
        """Show a chip, to be closed, for the class that the gallery is limited to; None hides it."""
        had_focus = self._class_chip.hasFocus()
        self._class_chip.setVisible(shown is not None)
        if shown is not None:
            self._class_name = shown.name
            self._class_chip.set_dot(shown.colour)
            self._name_class_chip()
        elif had_focus:
            self._chips[self._filter].setFocus()

    def clear_search(self) -> None:
        """Empty the search field."""
        self._search.clear()

    def set_search(self, text: str) -> None:
        """Search for this, at once."""
        if text != self._search.text():
            self._search.setText(text)
            self._wait.stop()
            self.search_changed.emit(self.search)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._name_everything()
        super().changeEvent(event)

    def event(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest):
            self._arrange()
        return super().event(event)

    def minimumSizeHint(self) -> QSize:
        """What the chips without their names need: the arrangement of the moment must not keep the window wide."""
        return super().minimumSizeHint().boundedTo(QSize(_NARROWEST, _UNLIMITED))

    def _arrange(self) -> None:
        """Search beside the chips, or below them where all of it does not fit into one line; then chips without names
        where these don't fit."""
        chips = [chip for chip in (*self._chips.values(), self._class_chip) if not chip.isHidden()]
        gaps = len(chips) * self._row.spacing()
        names = sum(chip.wide_hint().width() for chip in chips) + gaps
        advance = self.fontMetrics().horizontalAdvance
        button = self.view_button.sizeHint().width() + advance(self._view_text) - advance(self.view_button.text())
        fits = names + button + 3 * theme.SPACE + self._search.minimumWidth() <= self.width()
        crowded = names + button + 2 * theme.SPACE > self.width()
        for chip in self._chips.values():
            chip.set_without_name(crowded)
        least = sum(chip.minimumSizeHint().width() for chip in chips) + gaps + button
        self.view_button.setText("▾" if crowded and least + 2 * theme.SPACE > self.width() else self._view_text)
        directions = QBoxLayout.Direction
        self._whole.setDirection(directions.LeftToRight if fits else directions.TopToBottom)
        self._search.setMaximumWidth(_WIDEST_SEARCH if fits else _UNLIMITED)

    def tell_view(self, ways: str) -> None:
        """Say on the button how the gallery is grouped and ordered; "" where that is as usual."""
        self._view_name = ways
        self._name_view()

    def _name_view(self) -> None:
        name, metrics = self.tr("View"), self.fontMetrics()
        text = metrics.elidedText(self._view_name, Qt.TextElideMode.ElideRight, _WIDEST_VIEW)
        self._view_text = f"{text or name} ▾"
        tip = self.tr("In which order and in which groups the pictures are shown")
        self.view_button.setToolTip(f"{tip}: {self._view_name}" if self._view_name else tip)
        self.view_button.setAccessibleName(f"{name}: {self._view_name}" if self._view_name else name)
        self._arrange()

    def _choose(self, kind: Filter) -> None:
        if kind != self._filter:
            self._filter = kind
            self.filter_changed.emit(kind)

    def _focus_search(self) -> None:
        self._search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._search.selectAll()

    def _search_later(self, text: str) -> None:
        self._wait.start(_SEARCH_WAIT_MS if text else 0)

    def _name_everything(self) -> None:
        names = {
            Filter.ALL: self.tr("All"),
            Filter.REVIEW: self.tr("Needs review"),
            Filter.UNKNOWN: self.tr("None of these"),
            Filter.CORRECTED: self.tr("Corrected"),
            Filter.UNREADABLE: self.tr("Unreadable"),
        }
        tips = {
            Filter.ALL: self.tr("All pictures of the folder"),
            Filter.REVIEW: self.tr("Pictures the program is unsure about"),
            Filter.UNKNOWN: self.tr("Pictures that belong to none of your classes"),
            Filter.CORRECTED: self.tr("Pictures you have given a class yourself"),
            Filter.UNREADABLE: self.tr("Files that could not be opened as pictures"),
        }
        for kind, chip in self._chips.items():
            chip.set_name(names[kind])
            chip.setToolTip(tips[kind])
            chip.setAccessibleDescription(tips[kind])
        self._name_class_chip()
        self._name_view()
        self._search.setPlaceholderText(self.tr("Search file names"))
        self._search.setAccessibleName(self.tr("Search file names"))

    def _name_class_chip(self) -> None:
        self._class_chip.set_name(self._class_name)
        tip = self.tr("Only pictures in the class {name} are shown. Click to show all classes.")
        self._class_chip.setToolTip(tip.format(name=self._class_name))
        self._class_chip.setAccessibleDescription(tip.format(name=self._class_name))


class _SearchField(QLineEdit):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setClearButtonEnabled(True)
        self.addAction(theme.icon("search"), QLineEdit.ActionPosition.LeadingPosition)
        self.setMinimumWidth(20 * theme.SPACE)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        # The buttons inside are tool buttons, but without the room around that others have.
        self.setStyleSheet("QToolButton { border: none; padding: 0; min-height: 0; }")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        else:
            super().keyPressEvent(event)
