"""Export: for which program and where to, then the progress, then what was written."""

from __future__ import annotations

import os
from pathlib import Path

from PySide6.QtCore import QEvent, QLocale, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QButtonGroup,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QStackedWidget,
    QStyle,
    QVBoxLayout,
    QWidget,
)

from fewshot_gui.exports.export import Exported, Format
from fewshot_gui.images.errors import printable
from fewshot_gui.sentences import translated
from fewshot_gui.ui import theme
from fewshot_gui.ui.dialog_frame import frame
from fewshot_gui.ui.labels import IconLabel, muted_label, title_label
from fewshot_gui.ui.sort.sort_plan_view import Sentences
from fewshot_gui.ui.typed_path import typed_path
from fewshot_gui.ui.working_dialog import WorkingDialog


class ExportDialog(WorkingDialog):
    """Asks for an export and shows what became of it. Each export_requested is to be answered by show_result(),
    show_failure() or show_cancelled()."""

    export_requested = Signal(object, object)  # Path that does not exist, Format

    def __init__(self, folder: Path, parent: QWidget | None = None) -> None:
        """folder: the pictures' folder; what is suggested lies beside it."""
        super().__init__(parent)
        self._folder = folder
        self._suggested = Path()
        self._done: Exported | None = None
        self.formats = {format: QRadioButton(self) for format in Format}
        self._explained = {format: muted_label(self) for format in Format}
        self._group = QButtonGroup(self)
        self._format_caption, self._to_caption = QLabel(self), QLabel(self)
        self.place = QLineEdit(self)
        self.place.setAcceptDrops(False)
        self.place.textChanged.connect(lambda: self._on_place())
        self.browse = QPushButton(theme.icon("folder-open"), "", self)
        self.browse.setAutoDefault(False)
        self.browse.clicked.connect(self._browse)
        self._said = muted_label(self)
        self._refused = Sentences(self)
        self._title = title_label(self)
        self._counts, self._notes = QLabel(self, wordWrap=True), muted_label(self)
        self._unreadable = Sentences(self)
        self._pages = QStackedWidget(self)
        self._choices_page, self._result_page = self._choices(), self._result()
        for page in (self._choices_page, self._progress, self._result_page):
            self._pages.addWidget(page)
        self.show_button = QPushButton(theme.icon("folder-open"), "", self)
        self.show_button.clicked.connect(self._show_in_folder)
        self.close_button = QPushButton(self)
        self.close_button.clicked.connect(self.reject)
        self.export_button = QPushButton(self)
        self.export_button.clicked.connect(self._export)
        frame(self, self._pages, (self.show_button,), (self.close_button, self.export_button))
        self.formats[Format.CSV].setChecked(True)
        self._group.buttonToggled.connect(lambda _, checked: self._suggest() if checked else None)
        self._retranslate()
        self._suggest()
        self._show_page(self._choices_page)
        self.formats[Format.CSV].setFocus()
        self.resize(84 * theme.SPACE, self.sizeHint().height())

    def format(self) -> Format:
        """What is chosen."""
        return next(format for format, button in self.formats.items() if button.isChecked())

    def target(self) -> Path | None:
        """Where to; None while there is no whole path."""
        return typed_path(self.place.text(), self._suggested)

    def show_progress(self, done: int, total: int) -> None:
        """So many pictures of so many are done."""
        self._progress.show_progress(done, total)

    def show_result(self, done: Exported) -> None:
        """It is written."""
        self._working, self._done = False, done
        self._tell()
        self._show_page(self._result_page)

    def show_failure(self, sentence: str) -> None:
        """Nothing was written; the person may choose again."""
        self._working = False
        self._show_page(self._choices_page)
        self._refused.show_sentences((sentence,))
        self.place.setFocus()

    def show_cancelled(self) -> None:
        """It was stopped, and nothing was written."""
        self._working = False
        self._leave()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    # --- made once

    def _choices(self) -> QWidget:
        page = QWidget(self)
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.SPACE)
        column.addWidget(self._format_caption)
        metric = self.style().pixelMetric
        indent = metric(QStyle.PixelMetric.PM_ExclusiveIndicatorWidth)
        indent += metric(QStyle.PixelMetric.PM_RadioButtonLabelSpacing)
        for format, button in self.formats.items():
            self._group.addButton(button)
            explained = self._explained[format]
            explained.setContentsMargins(indent, 0, 0, 0)
            both = QVBoxLayout()
            both.setSpacing(theme.SPACE // 4)
            both.addWidget(button)
            both.addWidget(explained)
            column.addLayout(both)
        column.addSpacing(theme.SPACE)
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.SPACE)
        grid.addWidget(self._to_caption, 0, 0)
        grid.addWidget(self.place, 0, 1)
        grid.addWidget(self.browse, 0, 2)
        grid.setColumnStretch(1, 1)
        column.addLayout(grid)
        column.addWidget(self._said)
        column.addWidget(self._refused)
        column.addStretch()
        return page

    def _result(self) -> QWidget:
        page = QWidget(self)
        top = QHBoxLayout()
        top.setSpacing(theme.SPACE)
        top.addWidget(IconLabel("check", "success", 3 * theme.SPACE, page))
        top.addWidget(self._title, 1)
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.SPACE)
        column.addLayout(top)
        for widget in (self._counts, self._notes, self._unreadable):
            column.addWidget(widget)
        column.addStretch()
        return page

    # --- said in the language of the moment

    def _retranslate(self) -> None:
        self.setWindowTitle(self.tr("Export"))
        self._format_caption.setText(self.tr("What is it for?"))
        texts = {
            Format.CSV: (
                self.tr("Table (CSV)"),
                self.tr("For spreadsheets: one line per picture, with its class, how sure, and who said so."),
            ),
            Format.JSON: (
                self.tr("Data (JSON)"),
                self.tr("For programs: one object per picture; your word and the machine's stand apart."),
            ),
            Format.XMP: (
                self.tr("Keywords (XMP)"),
                self.tr("For photo programs: a sidecar with the class as keyword for each picture, in a new folder."),
            ),
            Format.LABEL_STUDIO: (
                self.tr("Label Studio"),
                self.tr("To go on labelling there: your labels as annotations, the machine's as predictions."),
            ),
        }
        for format, (name, explained) in texts.items():
            self.formats[format].setText(name)
            self.formats[format].setAccessibleDescription(explained)
            self._explained[format].setText(explained)
        self._to_caption.setText(self.tr("Write to"))
        self.place.setAccessibleName(self.tr("File or folder to make"))
        self.browse.setText(self.tr("Browse…"))
        self.browse.setAccessibleName(self.tr("Choose where to write"))
        self._said.setText(self.tr("Your pictures and what lies beside them stay as they are; nothing is replaced."))
        self.show_button.setText(self.tr("Show in folder"))
        self.export_button.setText(self.tr("Export"))
        self._name_close()
        self._tell()

    def _name_close(self) -> None:
        on_result = self._pages.currentWidget() is self._result_page
        self.close_button.setText(self.tr("Close") if on_result else self.tr("Cancel"))

    def _tell(self) -> None:
        done = self._done
        if done is None:
            return
        number = QLocale().toString
        self._title.setText(self.tr("%Ln picture(s) exported", "", done.pictures))
        counts = self.tr("{person} by you, {machine} by the machine, {rest} without a class.")
        self._counts.setText(
            counts.format(
                person=number(done.by_person), machine=number(done.by_machine), rest=number(done.unclassified)
            )
        )
        self._notes.setText("\n".join([printable(done.out), *map(translated, done.notes)]))
        unreadable = self.tr("%Ln picture(s) could not be read.", "", len(done.unreadable))
        self._unreadable.show_sentences((unreadable,) if done.unreadable else ())

    # --- what is done

    def _suggest(self) -> None:
        """A name beside the pictures' folder that is free; one that the person wrote is kept."""
        written = self.place.text()
        if written and written != printable(self._suggested):
            return
        format = self.format()
        names = {
            Format.CSV: self.tr("{folder} classes"),
            Format.JSON: self.tr("{folder} classes"),
            Format.XMP: self.tr("{folder} sidecars"),
            Format.LABEL_STUDIO: self.tr("{folder} for Label Studio"),
        }
        stem = names[format].format(folder=self._folder.name)
        beside = (self._folder.with_name(f"{stem}{f' {n}' if n > 1 else ''}{format.suffix}") for n in range(1, 1000))
        self._suggested = next(path for path in beside if not os.path.lexists(path))
        self.place.setText(printable(self._suggested))

    def _on_place(self) -> None:
        self._refused.show_sentences(())
        ready = self.target() is not None
        self.export_button.setEnabled(ready)
        self.export_button.setDefault(ready)

    def _browse(self) -> None:
        kinds = {Format.CSV: "CSV (*.csv)", Format.JSON: "JSON (*.json)"}
        chosen, _ = QFileDialog.getSaveFileName(
            self,
            self.tr("Export"),
            self.place.text(),
            kinds.get(self.format(), ""),
            options=QFileDialog.Option.DontConfirmOverwrite,  # nothing is replaced anyway
        )
        if chosen:
            path = Path(chosen)
            self.place.setText(str(path if path.suffix else path.with_suffix(self.format().suffix)))

    def _export(self) -> None:
        target = self.target()
        if target is not None:
            self._working = True
            self._progress.begin(lambda: self.tr("Exporting…"), 0)
            self._show_page(self._progress)
            self.export_requested.emit(target, self.format())

    def _show_in_folder(self) -> None:
        if self._done is not None:
            out = self._done.out
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(out if self._done.format.is_folder else out.parent)))

    def _show_page(self, page: QWidget) -> None:
        self._pages.setCurrentWidget(page)
        self.export_button.setVisible(page is self._choices_page)
        self.show_button.setVisible(page is self._result_page)
        self.close_button.setEnabled(True)
        self.close_button.setDefault(page is self._result_page)
        if page is not self._choices_page:
            self.close_button.setFocus()
        self._name_close()
