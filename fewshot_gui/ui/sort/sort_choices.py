"""What a person chooses about sorting: where to, how, from which confidence on, and what is rarely asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from PySide6.QtCore import QEvent, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QSpinBox,
    QToolButton,
    QWidget,
)

from fewshot_gui.answers import REVIEW_BELOW
from fewshot_gui.images.errors import printable
from fewshot_gui.sorting.options import SortOptions
from fewshot_gui.sorting.plan import Action
from fewshot_gui.sorting.templates import FIELDS
from fewshot_gui.ui import theme
from fewshot_gui.ui.chip import Chip
from fewshot_gui.ui.labels import muted_label
from fewshot_gui.ui.review.promise import choice_text
from fewshot_gui.ui.shell.language import Spoken
from fewshot_gui.ui.typed_path import typed_path

_MORE_ROW = 7


class SortChoices(QWidget):
    """Where to, how, and from which confidence on; and behind a button names, sub-folders and folders for the rest."""

    changed = Signal()
    more_shown = Signal()  # or hidden: it needs another height

    def __init__(self, suggested: Path, parent: QWidget) -> None:
        super().__init__(parent)
        self._suggested = suggested
        self._promised: Mapping[float, str] = {}
        self._say = Spoken(self).say
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(2 * theme.SPACE)
        self._grid.setVerticalSpacing(theme.SPACE // 2)
        self._grid.setColumnStretch(1, 1)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._make_where()
        self._make_how()
        self._make_sure()
        self._make_more()

    def event(self, event: QEvent) -> bool:
        handled = super().event(event)
        if event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.Resize):  # in little room the plan gives way
            self.setMinimumHeight(self._grid.heightForWidth(self.width()))
        return handled

    def target(self) -> Path | None:
        """The folder; None while there is no whole path."""
        return typed_path(self.folder.text(), self._suggested)

    def action(self) -> Action:
        return next(action for action, button in self.how.items() if button.isChecked())

    def least_confidence(self) -> float:
        """0..1."""
        return self.least.value() / 100

    def promise(self) -> float:
        """The share of wrong pictures by which is filed, 0..1; 0: least_confidence() says what is."""
        return float(self.by.currentData())

    def offer_promises(self, sentences: Mapping[float, str]) -> None:
        """Offer these promises, and say what each would file."""
        if sentences == self._promised:
            return
        before = self.promise()
        self._promised = dict(sentences)
        with QSignalBlocker(self.by):
            while self.by.count() > 1:
                self.by.removeItem(1)
            for target in sentences:
                self.by.addItem(choice_text(target), target)
            self.by.setCurrentIndex(max(0, self.by.findData(before)))
        self._tell_by()
        if before:
            self.changed.emit()  # it files others now

    def choose_promise(self, target: float) -> None:
        """Choose one of those offered; none for 0, or where it is not offered."""
        self.by.setCurrentIndex(max(0, self.by.findData(target)))

    def options(self) -> SortOptions:
        """What is set behind "More options"."""
        unsure = self.unsure_name.text().strip() if self.unsure.isChecked() else ""
        none = self.none_name.text().strip() if self.none.isChecked() else ""
        return SortOptions(self.subfolders.isChecked(), self.names.text().strip(), unsure, none)

    # ---- where, how, how sure

    def _make_where(self) -> None:
        self.folder = QLineEdit(printable(self._suggested), self)
        self.folder.setAcceptDrops(False)
        self._say(lambda: self.folder.setAccessibleName(self.tr("Folder to sort into")))
        self.folder.textChanged.connect(lambda: self.changed.emit())
        self.browse = QPushButton(theme.icon("folder-open"), "", self)
        self.browse.setAutoDefault(False)
        self._say(lambda: self.browse.setText(self.tr("Browse…")))
        self._say(lambda: self.browse.setAccessibleName(self.tr("Choose the folder to sort into")))
        self.browse.clicked.connect(self._browse)
        self._grid.addWidget(self._caption(lambda: self.tr("Sort into")), 0, 0)
        self._grid.addLayout(_row(self.folder, self.browse), 0, 1)
        self._grid.setRowMinimumHeight(1, theme.SPACE)

    def _caption(self, text: Callable[[], str]) -> QLabel:
        caption = QLabel(self)
        self._say(lambda: caption.setText(text()))
        return caption

    def _make_how(self) -> None:
        self._group = QButtonGroup(self)
        self.how = {action: Chip(self) for action in Action}
        row = QHBoxLayout()
        row.setSpacing(theme.SPACE // 2)
        for button in self.how.values():
            button.setCheckable(True)
            self._group.addButton(button)
            row.addWidget(button)
        row.addStretch()
        self.how[Action.COPY].setChecked(True)
        self._explanation = muted_label(self)
        self._say(self._name_actions)
        self._group.buttonToggled.connect(self._on_action)
        self._grid.addWidget(self._caption(lambda: self.tr("How")), 2, 0)
        self._grid.addLayout(row, 2, 1)
        self._grid.addWidget(self._explanation, 3, 1)
        self._grid.setRowMinimumHeight(4, theme.SPACE)

    def _name_actions(self) -> None:
        actions = {
            Action.COPY: (self.tr("Copy"), self.tr("Your folder stays as it is; copies go into the class folders.")),
            Action.MOVE: (self.tr("Move"), self.tr("The pictures leave your folder. You can take it back any time.")),
            Action.HARDLINK: (
                self.tr("Hard link"),
                self.tr("The same files under a second name, without using more space. Only on the same disk."),
            ),
            Action.SYMLINK: (
                self.tr("Symbolic link"),
                self.tr("Small links that point to the pictures where they are now."),
            ),
            Action.REFLINK: (
                self.tr("Clone"),
                self.tr("Copies that take no space until either is changed. Only on the same disk, and where it can."),
            ),
        }
        for action, (name, explanation) in actions.items():
            self.how[action].set_name(name)
            self.how[action].setAccessibleDescription(explanation)
        self._explanation.setText(self.how[self.action()].accessibleDescription())

    def _make_sure(self) -> None:
        self.by = QComboBox(self)
        self.by.addItem("", 0.0)
        self._say(lambda: self.by.setItemText(0, self.tr("At least this sure")))
        self._say(lambda: self.by.setAccessibleName(self.tr("What is filed")))
        self.by.setMinimumHeight(self.folder.sizeHint().height())
        self.by.currentIndexChanged.connect(lambda _: self._on_by())
        self.least = QSpinBox(self)
        self.least.lineEdit().setTextMargins(theme.SPACE - 2, 0, 0, 0)  # the style sheet's padding does not reach it
        self.least.setRange(0, 99)
        self.least.setSingleStep(5)
        self.least.setSuffix(" %")
        self.least.setMinimumSize(10 * theme.SPACE, self.folder.sizeHint().height())
        self._say(lambda: self.least.setAccessibleName(self.tr("Least confidence in per cent")))
        self.least.valueChanged.connect(lambda: self.changed.emit())
        self._grid.addWidget(self._caption(lambda: self.tr("Which")), 5, 0)
        self._said = muted_label(self)
        row = _row(self.by, self.least)
        row.addWidget(self._said, 1)
        self._grid.addLayout(row, 5, 1)
        self._say(self._tell_by)
        self._grid.setRowMinimumHeight(6, theme.SPACE)

    def _on_by(self) -> None:
        self._tell_by()
        self.changed.emit()

    def _tell_by(self) -> None:
        self.least.setVisible(not self.promise())
        said = self.tr("What you have said yourself is always sorted.")
        self._said.setText(f"{self._promised[self.promise()]}. {said}" if self.promise() else said)

    # ---- more

    def _make_more(self) -> None:
        self.more = QToolButton(self)
        self._say(lambda: self.more.setText(self.tr("More options")))
        self.more.setCheckable(True)
        self.more.setAutoRaise(True)
        self.more.setIconSize(QSize(12, 12))  # of the arrow, which stands in line with the captions
        self.more.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.more.setStyleSheet(
            f"QToolButton {{ padding: 4px {theme.SPACE}px 4px 0; }} QToolButton:checked {{ background: transparent; }}"
        )
        self.more.toggled.connect(self._show_more)
        self._grid.addWidget(self.more, _MORE_ROW, 0, 1, 2, Qt.AlignmentFlag.AlignLeft)

        self.names = QLineEdit(self)
        self.names.setAcceptDrops(False)
        self.names.textChanged.connect(lambda: self.changed.emit())
        self._fields = muted_label(self)
        self.subfolders = QCheckBox(self)
        self.subfolders.setMinimumHeight(4 * theme.SPACE)  # as high as the row of fields below it
        self.subfolders.toggled.connect(lambda: self.changed.emit())
        self.unsure, self.unsure_name = QCheckBox(self), self._name()
        self.unsure.toggled.connect(self._on_unsure)
        self.none, self.none_name = QCheckBox(self), self._name()
        self.none.toggled.connect(self.none_name.setEnabled)
        self.none.toggled.connect(lambda: self.changed.emit())
        rest = _row(self.unsure, self.unsure_name, self.none, self.none_name)

        self._say(self._name_more)
        texts = (lambda: self.tr("Names"), lambda: self.tr("Folders"), lambda: self.tr("The rest"))
        captions = [self._caption(text) for text in texts]
        for place, caption in zip((1, 3, 4), captions, strict=True):
            self._grid.addWidget(caption, _MORE_ROW + place, 0)
        self._grid.addWidget(self.names, _MORE_ROW + 1, 1)
        self._grid.addWidget(self._fields, _MORE_ROW + 2, 1)
        self._grid.addWidget(self.subfolders, _MORE_ROW + 3, 1)
        self._grid.addLayout(rest, _MORE_ROW + 4, 1)
        self._behind_more = [
            *captions, self.names, self._fields, self.subfolders, self.unsure, self.unsure_name, self.none,
            self.none_name,
        ]  # fmt: skip
        self._show_more(False)

    def _name_more(self) -> None:
        self.names.setPlaceholderText(self.tr("As they are; or for example {example}").format(example="{class} {n}"))
        self.names.setAccessibleName(self.tr("Template for new names"))
        fields = self.tr("May contain {fields}.").format(fields=" ".join(f"{{{field}}}" for field in FIELDS))
        self.names.setAccessibleDescription(fields)
        self._fields.setText(fields)
        self.subfolders.setText(self.tr("Keep sub-folders, below the class folder"))
        self.unsure.setText(self.tr("Unsure pictures into"))
        self.unsure_name.setAccessibleName(self.tr("Folder for unsure pictures"))
        self.none.setText(self.tr("None of these into"))
        self.none_name.setAccessibleName(self.tr("Folder for pictures that are none of these"))
        for name, text in ((self.unsure_name, self.tr("Unsure")), (self.none_name, self.tr("None of these"))):
            if not name.isModified():
                name.setText(text)

    def _name(self) -> QLineEdit:
        name = QLineEdit(self)
        name.setAcceptDrops(False)
        name.setEnabled(False)
        name.setMinimumWidth(10 * theme.SPACE)
        name.textChanged.connect(lambda: self.changed.emit() if name.isEnabled() else None)
        return name

    def _show_more(self, shown: bool) -> None:
        self.more.setArrowType(Qt.ArrowType.DownArrow if shown else Qt.ArrowType.RightArrow)
        for widget in self._behind_more:
            widget.setVisible(shown)
        self.more_shown.emit()

    def _on_unsure(self, wanted: bool) -> None:
        """Pictures are unsure below a border; there is one from now on."""
        self.unsure_name.setEnabled(wanted)
        if wanted and self.least.value() == 0:
            self.least.setValue(round(100 * REVIEW_BELOW))
        self.changed.emit()

    def _on_action(self, _button: object, checked: bool) -> None:
        if checked:
            self._explanation.setText(self.how[self.action()].accessibleDescription())
            self.changed.emit()

    def _browse(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, self.tr("Sort into"), self.folder.text())
        if chosen:
            self.folder.setText(chosen)


def _row(*widgets: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(theme.SPACE)
    for widget in widgets:
        row.addWidget(widget, 1 if isinstance(widget, QLineEdit) else 0)
    return row
