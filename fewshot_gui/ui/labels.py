"""Kinds of label: an icon that follows the theme, a line of text that is cut where it must be, titles, quiet text."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from fewshot_gui.ui import theme
from fewshot_gui.ui.icons import paint_icon

_NARROWEST = 3 * theme.SPACE


class IconLabel(QWidget):
    """resources/icons/NAME.svg at side x side pixels, in the colour that `tint` has in the theme of the moment."""

    def __init__(self, name: str, tint: theme.Token, side: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name, self._tint = name, tint
        self.setFixedSize(side, side)

    def set_icon(self, name: str) -> None:
        """Show another icon."""
        self._name = name
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        paint_icon(QPainter(self), self._name, QRectF(self.rect()), theme.colour(self._tint))


class ElidedLabel(QWidget):
    """One line of plain text; where there is not enough room it ends with "…" and the tool tip says it in full."""

    def __init__(self, parent: QWidget | None = None, tint: theme.Token = "text") -> None:
        super().__init__(parent)
        self._text, self._tint = "", tint
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def text(self) -> str:
        """The whole text."""
        return self._text

    def set_text(self, text: str) -> None:
        """Show another text."""
        if text != self._text:
            before, self._text = self.sizeHint(), text
            self.setAccessibleName(text)
            self._explain()
            if self.sizeHint() != before:
                self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        return QSize(metrics.horizontalAdvance(self._text) + 1, metrics.height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint().boundedTo(QSize(_NARROWEST, self.fontMetrics().height()))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(theme.colour(self._tint))
        text = self.fontMetrics().elidedText(self._text, Qt.TextElideMode.ElideRight, self.width())
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)

    def resizeEvent(self, event: object) -> None:
        self._explain()

    def _explain(self) -> None:
        self.setToolTip(self._text if self.sizeHint().width() > self.width() + 1 else "")


def title_label(parent: QWidget) -> QLabel:
    """What a page or a dialog says first: larger and bold, never markup."""
    label = QLabel(parent)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    font = label.font()
    font.setPointSizeF(font.pointSizeF() * 1.25)
    font.setBold(True)
    label.setFont(font)
    return label


def heading_label(parent: QWidget) -> QLabel:
    """What stands over a part of a page: bold, never markup."""
    label = QLabel(parent)
    label.setTextFormat(Qt.TextFormat.PlainText)
    font = label.font()
    font.setBold(True)
    label.setFont(font)
    return label


def muted_label(parent: QWidget) -> QLabel:
    """What explains, in as many lines as it takes; never markup."""
    label = QLabel(parent)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
    return label
