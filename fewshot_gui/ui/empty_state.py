"""What stands in the middle of the window while there are no pictures to show."""

from PySide6.QtCore import QEvent, QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from fewshot_gui.sentences import together
from fewshot_gui.ui import theme
from fewshot_gui.ui.drops import Drop, DropTarget
from fewshot_gui.ui.labels import IconLabel

_WIDEST = 90 * theme.SPACE
_ICON = 6 * theme.SPACE
_DISC = 3 * theme.SPACE


class EmptyState(QWidget):
    """Invites to open a folder, or says that no picture matches the filter."""

    open_requested = Signal()
    sort_requested = Signal()
    samples_requested = Signal()
    show_all_requested = Signal()
    paths_dropped = Signal(list)  # of Path
    unlabel_requested = Signal(list)  # ids of examples that were dragged out of their card
    refused = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._welcome = _Welcome(self)
        self._no_match = _NoMatch(self)
        self.finished = _Finished(self)
        self._pages = QStackedLayout(self)
        self._pages.addWidget(self._welcome)
        self.setFocusProxy(self._welcome.open)
        self._pages.addWidget(self._no_match)
        self._pages.addWidget(self.finished)
        self.finished.sort.clicked.connect(lambda: self.sort_requested.emit())
        self.finished.show_all.clicked.connect(lambda: self.show_all_requested.emit())
        self._welcome.open.clicked.connect(lambda: self.open_requested.emit())
        self._welcome.samples.clicked.connect(lambda: self.samples_requested.emit())
        self._no_match.show_all.clicked.connect(lambda: self.show_all_requested.emit())
        target = DropTarget(self)
        target.dropped.connect(self._take)
        target.refused.connect(self.refused)
        target.hovered.connect(self._welcome.zone.set_hovered)

    def show_welcome(self, without_pictures: str = "") -> None:
        """No folder has been opened yet, or one of this name in which there are no pictures."""
        self._welcome.tell(without_pictures)
        self._pages.setCurrentWidget(self._welcome)

    def show_no_match(self) -> None:
        """A folder is open, but the filter or the search leaves none of its pictures."""
        self._pages.setCurrentWidget(self._no_match)

    def show_finished(self, strangers: int) -> None:
        """Nothing is left to review. strangers: so many pictures are none of the classes."""
        self.finished.tell(strangers)
        self._pages.setCurrentWidget(self.finished)

    def _take(self, drop: Drop) -> None:
        if drop.paths:
            self.paths_dropped.emit(list(drop.paths))
        elif drop.from_card:
            self.unlabel_requested.emit(list(drop.tiles))
        else:
            self.refused.emit(self.tr("Drop a folder or files here. A single picture belongs on a class on the left."))


class _Welcome(QWidget):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.zone = _DropZone(self)
        self._without_pictures = ""
        self._title = _title(self)
        self._sentence = _line(self)
        self._promise = _line(self)
        self.open = QPushButton(theme.icon("folder-open", "on_accent"), "", self)
        self.open.setDefault(True)
        self.samples = QPushButton(self)
        self._steps = [_Step(number, self) for number in (1, 2, 3)]

        inside = QVBoxLayout(self.zone)
        inside.setContentsMargins(*[4 * theme.SPACE] * 4)
        inside.setSpacing(theme.SPACE)
        inside.addStretch()
        inside.addWidget(IconLabel("folder-open", "accent", _ICON, self.zone), 0, Qt.AlignmentFlag.AlignHCenter)
        inside.addSpacing(theme.SPACE)
        inside.addWidget(self._title)
        inside.addWidget(self._sentence)
        inside.addSpacing(2 * theme.SPACE)
        inside.addLayout(_row_of(self.open, self.samples))
        inside.addSpacing(2 * theme.SPACE)
        inside.addWidget(self._promise)
        inside.addStretch()

        steps = QHBoxLayout()
        steps.setSpacing(3 * theme.SPACE)
        for step in self._steps:
            steps.addWidget(step, 1)
        column = QVBoxLayout()
        column.setSpacing(3 * theme.SPACE)
        column.addStretch()
        column.addWidget(self.zone)
        column.addLayout(steps)
        column.addStretch()
        middle = QWidget(self)
        middle.setMaximumWidth(_WIDEST)
        middle.setLayout(column)
        row = QHBoxLayout(self)
        row.addStretch(1)
        row.addWidget(middle, 1000)
        row.addStretch(1)
        self._name_everything()

    def tell(self, without_pictures: str) -> None:
        if without_pictures != self._without_pictures:
            self._without_pictures = without_pictures
            self._name_everything()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._name_everything()
        super().changeEvent(event)

    def _name_everything(self) -> None:
        if self._without_pictures:
            title = self.tr("There are no pictures in “{folder}”")
            self._title.setText(title.format(folder=self._without_pictures))
            kinds = self.tr("Pictures end in .jpg, .png, .webp, .gif, .bmp, .tif or .avif. Drop another folder here.")
            self._sentence.setText(kinds)
        else:
            self._title.setText(self.tr("Drop a folder of pictures here"))
            self._sentence.setText(self.tr("Show a few examples of each class, and the program finds all the others."))
        self._promise.setText(self.tr("Your pictures stay on this computer, and nothing is moved until you say so."))
        self.open.setText(self.tr("Open folder…"))
        self.open.setAccessibleName(self.tr("Open a folder of pictures"))
        self.samples.setText(self.tr("Try it on sample pictures"))
        self.samples.setAccessibleName(self.tr("Try it on sample pictures"))
        self._steps[0].set_text(self.tr("Drop a few examples of each class on the left."))
        self._steps[1].set_text(self.tr("Drop the folder with all your pictures here."))
        self._steps[2].set_text(self.tr("Correct what is wrong, then sort."))


class _NoMatch(QWidget):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._title = _title(self)
        self._sentence = _line(self)
        self.show_all = QPushButton(self)
        icon = IconLabel("search", "muted", _ICON, self)
        _place_in_middle(self, icon, self._title, self._sentence, self.show_all)
        self._name_everything()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._name_everything()
        super().changeEvent(event)

    def _name_everything(self) -> None:
        self._title.setText(self.tr("No picture matches"))
        self._sentence.setText(self.tr("Choose another filter or clear the search."))
        self.show_all.setText(self.tr("Show all pictures"))
        self.show_all.setAccessibleName(self.tr("Show all pictures"))


class _Finished(QWidget):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._strangers = 0
        self._title = _title(self)
        self._sentence = _line(self)
        self.sort = QPushButton(theme.icon("sort", "on_accent"), "", self)
        self.sort.setDefault(True)
        self.show_all = QPushButton(self)
        icon = IconLabel("check", "success", _ICON, self)
        _place_in_middle(self, icon, self._title, self._sentence, self.sort, self.show_all)
        self._name_everything()

    def tell(self, strangers: int) -> None:
        self._strangers = strangers
        self._name_everything()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._name_everything()
        super().changeEvent(event)

    def _name_everything(self) -> None:
        self._title.setText(self.tr("Nothing is left to review"))
        sentence = self.tr("The program is sure of all other answers. Next: sort the pictures into folders.")
        if self._strangers:
            named = self.tr("%Ln picture(s) like no class wait under “None of these”.", "", self._strangers)
            sentence = together(sentence, named)
        self._sentence.setText(sentence)
        self.sort.setText(self.tr("Sort…"))
        self.sort.setAccessibleName(self.tr("Sort into folders"))
        self.show_all.setText(self.tr("Show all pictures"))
        self.show_all.setAccessibleName(self.tr("Show all pictures"))


class _DropZone(QFrame):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._hovered = False
        self.setMinimumHeight(36 * theme.SPACE)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)  # as high in a large window

    def set_hovered(self, hovered: bool) -> None:
        self._hovered = hovered
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(theme.colour("accent" if self._hovered else "outline"), 2, Qt.PenStyle.CustomDashLine)
        pen.setDashPattern([4, 3])
        painter.setPen(pen)
        painter.setBrush(theme.colour("selected" if self._hovered else "card"))
        edge = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.drawRoundedRect(edge, theme.RADIUS, theme.RADIUS)


class _Step(QWidget):
    """A number in a disc and what to do."""

    def __init__(self, number: int, parent: QWidget) -> None:
        super().__init__(parent)
        self._number = number
        self._text = QLabel(self)
        self._text.setWordWrap(True)
        self._text.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._text.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self._row = QHBoxLayout(self)
        self._row.addWidget(self._text, 1, Qt.AlignmentFlag.AlignTop)
        self.setMinimumHeight(_DISC)

    def set_text(self, text: str) -> None:
        self._text.setText(text)
        line = self.fontMetrics().size(Qt.TextFlag.TextSingleLine, text).height()  # Chinese lines are higher
        self._row.setContentsMargins(_DISC + theme.SPACE, (_DISC - line) // 2, 0, 0)
        self._text.setAccessibleName(f"{self._number}. {text}")

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        disc = QRectF(0, 0, _DISC, _DISC)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("selected"))
        painter.drawEllipse(disc)
        painter.setPen(theme.colour("accent"))
        painter.drawText(disc, Qt.AlignmentFlag.AlignCenter, str(self._number))


def _place_in_middle(page: QWidget, icon: QWidget, title: QLabel, sentence: QLabel, *buttons: QPushButton) -> None:
    """Fill the page: the icon above the title, the sentence, and the buttons in a row."""
    column = QVBoxLayout(page)
    column.setSpacing(theme.SPACE)
    column.addStretch()
    column.addWidget(icon, 0, Qt.AlignmentFlag.AlignHCenter)
    column.addSpacing(theme.SPACE)
    column.addWidget(title)
    column.addWidget(sentence)
    column.addSpacing(theme.SPACE)
    column.addLayout(_row_of(*buttons))
    column.addStretch()


def _row_of(*buttons: QPushButton) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(theme.SPACE)
    row.addStretch()
    for button in buttons:
        row.addWidget(button)
    row.addStretch()
    return row


def _title(parent: QWidget) -> QLabel:
    label = _line(parent)
    font = label.font()
    font.setPointSizeF(font.pointSizeF() * 1.5)
    font.setBold(True)
    label.setFont(font)
    label.setForegroundRole(QPalette.ColorRole.WindowText)
    return label


def _line(parent: QWidget) -> QLabel:
    label = QLabel(parent)
    label.setWordWrap(True)
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
    return label
