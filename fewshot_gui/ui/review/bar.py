"""What the bars above the gallery have in common."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QToolButton, QWidget

from fewshot_gui.ui import theme


class Bar(QFrame):
    """A tinted strip that has something to say, with a button at its end that closes it, as Esc does. Hidden at first.

    Subclasses fill ``row`` from the left, and name what they show in ``name_everything``, which is called again when
    the language changes; ``tint`` is the colour of the moment.
    """

    left = Signal()
    """The person is done with it."""
    tint: theme.Token = "accent"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.close_button = QToolButton(self)
        self.close_button.setIcon(theme.icon("close"))
        self.close_button.clicked.connect(lambda: self.left.emit())
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(theme.SPACE * 3 // 2, theme.SPACE // 2, theme.SPACE, theme.SPACE // 2)
        self.row.setSpacing(theme.SPACE)
        self.hide()

    def name_everything(self) -> None:
        """Give every control its text and its name in the language of the moment."""

    def announce(self, sentence: str) -> None:
        """Have a screen reader say it."""
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, sentence))

    def give_focus_to(self, widget: QWidget) -> None:
        """Where the keyboard is in the bar, which is about to be hidden, and the widget is there to take it."""
        focus = QApplication.focusWidget()
        if focus is not None and self.isAncestorOf(focus) and widget.isVisible():
            widget.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.name_everything()

    def paintEvent(self, event: QPaintEvent) -> None:
        tint = theme.colour(self.tint)
        painter = QPainter(self)
        painter.fillRect(0, 0, theme.SPACE // 2, self.height(), tint)
        tint.setAlphaF(0.1)
        painter.fillRect(self.rect(), tint)
