"""A dialog that does something slow: its progress, and that closing it asks for the work to stop first."""

from collections.abc import Callable

from PySide6.QtCore import QLocale, Signal
from PySide6.QtWidgets import QDialog, QProgressBar, QPushButton, QVBoxLayout, QWidget

from fewshot_gui.ui import theme
from fewshot_gui.ui.labels import muted_label, title_label
from fewshot_gui.ui.shell.language import Spoken


class WorkingDialog(QDialog):
    """Has a view of progress. Whoever makes it lays that out, makes the button that closes, and sets ``_working``."""

    cancel_requested = Signal()
    close_button: QPushButton

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._working = False
        self._progress = ProgressView(self)

    def reject(self) -> None:
        """Close; while something is under way, ask for it to stop instead."""
        if self._working:
            self._progress.show_stopping()
            self.close_button.setEnabled(False)
            self.cancel_requested.emit()
        else:
            self._leave()

    def _leave(self) -> None:
        """Nothing is under way, and the person wants to go."""
        super().reject()


class ProgressView(QWidget):
    """A sentence, a bar and the numbers."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text: Callable[[], str] = str
        self._title = title_label(self)
        self._bar = QProgressBar(self)
        self._bar.setTextVisible(False)
        self._bar.setRange(0, 0)
        self._numbers = muted_label(self)
        Spoken(self).say(self._tell)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.SPACE)
        column.addStretch()
        for widget in (self._title, self._bar, self._numbers):
            column.addWidget(widget)
        column.addStretch()

    def begin(self, text: Callable[[], str], total: int) -> None:
        """Something begins, called so in the language of the moment; total 0 means that nobody knows yet how much there
        is to do."""
        self._text = text
        self.show_progress(0, total)

    def show_progress(self, done: int, total: int) -> None:
        """So many files of so many are done."""
        self._bar.setRange(0, total)
        self._bar.setValue(done)
        self._tell()

    def show_stopping(self) -> None:
        """The person asked to stop."""
        self._text = lambda: self.tr("Stopping after the file at hand…")
        self._tell()

    def _tell(self) -> None:
        done, total = self._bar.value(), self._bar.maximum()
        numbers = self.tr("{done} of %Ln files", "", total).format(done=QLocale().toString(done))
        self._title.setText(self._text())
        self._numbers.setText(numbers if total else "")
        self._bar.setAccessibleName(self.tr("Progress"))
