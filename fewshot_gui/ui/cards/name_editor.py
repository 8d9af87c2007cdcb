"""The field on a card in which a class is given its name."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QLineEdit, QWidget


class NameEditor(QLineEdit):
    """Takes a name: Enter or going elsewhere accepts it, Esc does not. Nothing typed: undo is the window's."""

    done = Signal(str)  # the new name; "" if it is to stay as it was

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._editing = False
        self._before = ""
        self.setAcceptDrops(False)  # a drop here is meant for the card

    def begin(self) -> None:
        """Let the person type over the text."""
        self._editing, self._before = True, self.text()
        self.selectAll()
        self.setFocus()

    def event(self, event: QEvent) -> bool:
        undo = isinstance(event, QKeyEvent) and event.matches(QKeySequence.StandardKey.Undo)
        if undo and event.type() == QEvent.Type.ShortcutOverride and not self.isUndoAvailable():
            event.ignore()  # a class made by mistake is taken back at once
            return False
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._end("")
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):  # not for the card, where it means something else
            self._end(self.text())
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() not in (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason):
            self._end(self.text())

    def _end(self, name: str) -> None:
        if self._editing:
            self._editing = False
            self.done.emit("" if name == self._before else name.strip())
