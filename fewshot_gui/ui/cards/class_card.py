"""The cards of the left column: one for each class, and one that makes a new class."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QRectF, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFont,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QStackedLayout, QToolButton, QVBoxLayout, QWidget

from fewshot_gui.ui import drops, theme
from fewshot_gui.ui.cards.example_strip import ExampleStrip
from fewshot_gui.ui.cards.health_hints import Hint
from fewshot_gui.ui.cards.hint_button import HintButton
from fewshot_gui.ui.cards.name_editor import NameEditor
from fewshot_gui.ui.gallery.thumbnails import ThumbnailLoader
from fewshot_gui.ui.gallery.tile import CHIP, class_chip, paint_chip
from fewshot_gui.ui.labels import ElidedLabel, IconLabel
from fewshot_gui.ui.shell.key_name import key_name
from fewshot_gui.ui.shell.keys import KEYS

if TYPE_CHECKING:
    from fewshot_gui.session import ClassInfo, Session


@dataclass(frozen=True)
class CardContent:
    """All that a class card shows: the newest examples' ids, how many there are in all, pictures now in the class, and
    what is to be said of the examples' health."""

    info: "ClassInfo"
    newest: tuple[int, ...]
    examples: int
    pictures: int
    hint: Hint | None = None


class Card(QFrame):
    """A rounded area that can have the focus and shows when something is about to be dropped on it."""

    stepped = Signal(int)  # the person goes to the card so many places further down
    paste_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._hovered = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def set_hovered(self, hovered: bool) -> None:
        """Whether a drop that it would take is over it."""
        if hovered != self._hovered:
            self._hovered = hovered
            self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        if event.matches(QKeySequence.StandardKey.Paste):
            self.paste_requested.emit()
        elif plain and event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.stepped.emit(1 if event.key() == Qt.Key.Key_Down else -1)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        marked = self._hovered or self.hasFocus()
        pen = QPen(theme.colour("accent" if marked else "border"), 2 if marked else 1)
        painter.setPen(self._outline(pen))
        painter.setBrush(theme.colour("selected" if self._hovered else self._ground()))
        inset = pen.widthF() / 2
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(inset, inset, -inset, -inset), theme.RADIUS, theme.RADIUS)

    def _outline(self, pen: QPen) -> QPen:
        return pen

    def _ground(self) -> theme.Token:
        return "card"


class ClassCard(Card):
    """One class: its key, name and newest examples, and how many pictures are in it."""

    rename_requested = Signal(str)
    delete_requested = Signal()
    move_requested = Signal(int)  # so many places further down
    add_files_requested = Signal()
    show_requested = Signal()
    examples_requested = Signal()
    merge_requested = Signal(int)  # the class it is to become part of
    split_requested = Signal()
    recolour_requested = Signal(QPoint)  # where the palette may open, global
    hint_requested = Signal(object)  # Hint
    menu_requested = Signal(QPoint)  # global
    example_menu_requested = Signal(int, QPoint)  # picture id, global position
    unlabel_requested = Signal(list)

    def __init__(self, loader: ThumbnailLoader, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._content: CardContent | None = None
        self._pressed: QPoint | None = None  # where a drag may begin
        self._chip = _Chip(self)
        self._name = ElidedLabel(self)
        bold = QFont(self.font())
        bold.setBold(True)
        self._name.setFont(bold)
        self._editor = NameEditor(self)
        self._editor.done.connect(self._end_editing)
        self._menu_button = QToolButton(self)
        self._menu_button.setIcon(theme.icon("more"))
        self._menu_button.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the Menu key opens the same
        self._menu_button.clicked.connect(lambda: self.menu_requested.emit(self._below_button()))
        self._strip = ExampleStrip(loader, self)
        self._strip.unlabel_requested.connect(self.unlabel_requested)
        self._strip.menu_requested.connect(self.example_menu_requested)
        self._hint = HintButton(self)
        self._hint.clicked.connect(self._follow_hint)
        self._numbers = ElidedLabel(self, tint="muted")

        self._name_or_editor = QStackedLayout()
        self._name_or_editor.addWidget(self._name)
        self._name_or_editor.addWidget(self._editor)
        top = QHBoxLayout()
        top.setSpacing(theme.SPACE)
        top.addWidget(self._chip)
        top.addLayout(self._name_or_editor, 1)
        top.addWidget(self._menu_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.SPACE * 3 // 2, theme.SPACE // 2, theme.SPACE // 2, theme.SPACE)
        column.setSpacing(theme.SPACE // 2)
        column.addLayout(top)
        column.addWidget(self._strip)
        column.addWidget(self._numbers)
        column.addWidget(self._hint)
        KEYS.changed.connect(self._take_keys)

    @property
    def strip(self) -> ExampleStrip:
        """The row of examples."""
        return self._strip

    @property
    def hint(self) -> HintButton:
        """The line about the examples' health; hidden where there is nothing to say."""
        return self._hint

    @property
    def editor(self) -> QLineEdit:
        """The field in which the name is edited; visible only meanwhile."""
        return self._editor

    def show_content(self, content: CardContent, session: "Session") -> None:
        """Show a class; nothing is redrawn if it looks the same."""
        self._strip.show_examples(
            content.newest,
            content.examples - len(content.newest),
            session.source,
            lambda picture_id: session.picture(picture_id).path.name,
        )
        if content != self._content:
            self._content = content
            self._chip.show_class(content.info)
            self._name.set_text(content.info.name)
            self._write()

    def edit_name(self) -> None:
        """Let the person change the name."""
        if self._content is not None:
            self._editor.setText(self._content.info.name)
            self._name_or_editor.setCurrentWidget(self._editor)
            self._editor.begin()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers()
        match KEYS.action_for(event, "cards"):
            case "rename-class" if not self._editor.hasFocus():
                self.edit_name()
            case "delete-class" if self.hasFocus():
                self.delete_requested.emit()
            case "raise-class":
                self.move_requested.emit(-1)
            case "lower-class":
                self.move_requested.emit(1)
            case _ if enter and self.hasFocus():
                self.show_requested.emit()
            case _:
                super().keyPressEvent(event)

    def open_palette(self) -> None:
        """The person wants another colour."""
        self.recolour_requested.emit(self._chip.mapToGlobal(self._chip.rect().bottomLeft()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed = event.position().toPoint() if event.button() == Qt.MouseButton.LeftButton else None
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        now = event.position().toPoint()
        if self._pressed is not None and self._content is not None and drops.far_enough(self._pressed, now):
            self._pressed = None
            drops.carry(self, drops.card_mime(self._content.info.id), self.grab())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self._name.geometry().contains(event.position().toPoint()):
            self.edit_name()
        elif self._chip.geometry().contains(event.position().toPoint()):
            self.open_palette()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        self.menu_requested.emit(self._below_button() if by_key else event.globalPos())

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange and self._content is not None:
            self._write()
        super().changeEvent(event)

    def _take_keys(self) -> None:
        if self._content is not None:
            self._write()
            self._chip.update()

    def _end_editing(self, name: str) -> None:
        had_focus = self._editor.hasFocus()
        self._name_or_editor.setCurrentWidget(self._name)
        if had_focus:
            self.setFocus()
        if self._content is not None and name and name != self._content.info.name:
            self.rename_requested.emit(name)

    def _write(self) -> None:
        assert self._content is not None
        content = self._content
        examples = self.tr("%Ln example(s)", "", content.examples)
        pictures = self.tr("%Ln picture(s)", "", content.pictures)
        self._numbers.set_text(f"{examples} · {pictures}")
        self._strip.setVisible(content.examples > 0)
        self._hint.set_text(content.hint.text if content.hint else "")
        key = key_name(f"class-{content.info.position + 1}")
        spoken = self.tr("Class {name}, key {key}") if key else self.tr("Class {name}")
        self.setAccessibleName(spoken.format(name=content.info.name, key=key))
        told = self.tr("{examples}, {pictures}. {hint}.") if content.hint else self.tr("{examples}, {pictures}.")
        hint = content.hint.text if content.hint else ""
        self.setAccessibleDescription(told.format(examples=examples, pictures=pictures, hint=hint))
        self._editor.setAccessibleName(self.tr("Name of the class"))
        self._menu_button.setAccessibleName(self.tr("Menu of {name}").format(name=content.info.name))
        self._menu_button.setToolTip(self.tr("Rename, colour, add pictures, merge, split, delete"))

    def _below_button(self) -> QPoint:
        return self._menu_button.mapToGlobal(self._menu_button.rect().bottomLeft())

    def _follow_hint(self) -> None:
        assert self._content is not None and self._content.hint is not None
        hint = self._content.hint
        if hint.pictures or hint.classes:
            self.hint_requested.emit(hint)
        else:
            self.add_files_requested.emit()


class NewClassCard(Card):
    """Takes the first examples of a class that does not exist yet."""

    add_files_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._classes = 0
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._title = ElidedLabel(self)
        bold = QFont(self.font())
        bold.setBold(True)
        self._title.setFont(bold)
        self._line = ElidedLabel(self, tint="muted")
        text = QVBoxLayout()
        text.setSpacing(2)
        text.addWidget(self._title)
        text.addWidget(self._line)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.SPACE * 3 // 2, theme.SPACE * 3 // 2, theme.SPACE * 3 // 2, theme.SPACE * 3 // 2)
        row.setSpacing(theme.SPACE)
        row.addWidget(IconLabel("plus", "accent", CHIP, self))
        row.addLayout(text, 1)
        self._write()

    def set_classes(self, count: int) -> None:
        """How many classes there are: for the first two it says what to do."""
        if count != self._classes:
            self._classes = count
            self._write()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and not event.modifiers():
            self.add_files_requested.emit()
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.add_files_requested.emit()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._write()
        super().changeEvent(event)

    def _outline(self, pen: QPen) -> QPen:
        pen.setDashPattern([4 / pen.widthF(), 3 / pen.widthF()])
        if pen.color() == theme.colour("border"):
            pen.setColor(theme.colour("outline"))  # it is a button
        return pen

    def _ground(self) -> theme.Token:
        return "window"

    def _write(self) -> None:
        self._title.set_text(self.tr("New class"))
        first = (self.tr("Drag a few of one kind here"), self.tr("Drag another kind here"))
        self._line.set_text(first[self._classes] if self._classes < len(first) else self.tr("Drop examples here"))
        self.setAccessibleName(self.tr("New class"))
        tip = self.tr("Drop or paste the first examples of a class, or a folder with one sub-folder per class.")
        self.setToolTip(tip)
        self.setAccessibleDescription(tip)


class _Chip(QWidget):
    """The key of the class on its colour."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._info: ClassInfo | None = None
        self.setFixedSize(CHIP, CHIP)

    def show_class(self, info: "ClassInfo") -> None:
        self._info = info
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._info is not None:
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            font = QFont(self.font())
            font.setBold(True)
            font.setPixelSize(12)
            paint_chip(painter, QRectF(self.rect()), *class_chip(self._info), font)
