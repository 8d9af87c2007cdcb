"""The diagnostic report: to read, to copy, to save. Nothing is sent."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from fewshot_gui.ui import theme

FILE_NAME = "fewshot-gui-report.txt"


class ReportDialog(QDialog):
    """Waits for show_report(); until then it says that the report is being made."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._report = ""
        self._about = QLabel(self)
        self._about.setWordWrap(True)
        self.text = QPlainTextEdit(self)
        self.text.setReadOnly(True)
        self.text.setTabChangesFocus(True)
        self.text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.copy_button = QPushButton(theme.icon("copy"), "", self)
        self.copy_button.clicked.connect(lambda: QGuiApplication.clipboard().setText(self._report))
        self.save_button = QPushButton(self)
        self.save_button.clicked.connect(self._choose_file)
        self._close = QPushButton(self)
        self._close.clicked.connect(self.accept)
        foot = QHBoxLayout()
        foot.setSpacing(theme.SPACE)
        for button in (self.copy_button, self.save_button):
            button.setAutoDefault(False)
            button.setEnabled(False)
            foot.addWidget(button)
        foot.addStretch()
        foot.addWidget(self._close)
        column = QVBoxLayout(self)
        column.setContentsMargins(*[2 * theme.SPACE] * 4)
        column.setSpacing(2 * theme.SPACE)
        column.addWidget(self._about)
        column.addWidget(self.text, 1)
        column.addLayout(foot)
        self.resize(96 * theme.SPACE, 64 * theme.SPACE)
        self._retranslate()

    def show_report(self, report: str) -> None:
        """The report is made."""
        self._report = report
        self.copy_button.setEnabled(True)
        self.save_button.setEnabled(True)
        self._retranslate()

    def show_failure(self, sentence: str) -> None:
        """It could not be made or saved."""
        self._about.setText(sentence)

    def save(self, file: Path) -> None:
        """Write the report; where that fails, the dialog says why."""
        try:
            file.write_text(self._report, "utf-8")
        except OSError as error:
            wrong = self.tr("The report can't be saved there ({reason}). Choose another place.")
            self.show_failure(wrong.format(reason=error.strerror))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    def _choose_file(self) -> None:
        suggested = str(Path.home() / FILE_NAME)
        file, _ = QFileDialog.getSaveFileName(self, self.windowTitle(), suggested)
        if file:
            self.save(Path(file))

    def _retranslate(self) -> None:
        self.setWindowTitle(self.tr("Diagnostic report"))
        about = self.tr("For those who are to help you. It holds no pictures, and no names of files or classes.")
        self._about.setText(about)
        self.text.setPlainText(self._report or self.tr("Looking at everything…"))
        self.text.setAccessibleName(self.windowTitle())
        self.copy_button.setText(self.tr("Copy"))
        self.save_button.setText(self.tr("Save…"))
        self._close.setText(self.tr("Close"))
