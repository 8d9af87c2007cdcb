"""A rounded button that shows what is chosen: a filter, a class, one of a few ways."""

from PySide6.QtCore import QLocale, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from fewshot_gui.ui import theme
from fewshot_gui.ui.icons import paint_icon

_NARROWEST_NAME, _WIDEST_NAME = 3 * theme.SPACE, 20 * theme.SPACE
_NARROWEST_CHOSEN = 9 * theme.SPACE  # five Chinese characters: what is chosen must be read
_DOT, _ICON, _CROSS, _GAP = 8, 14, 12, 6
_SHORT_COUNT = 3  # digits that there is always room for


class Chip(QAbstractButton):
    """A rounded button with a name and, muted, a number.

    In little room the name is cut, but not that of the chosen one. One that has an icon can do without the name, and
    in very little room without a long number, which a screen reader still tells.
    """

    def __init__(self, parent: QWidget | None = None, closable: bool = False, widest_name: int = _WIDEST_NAME) -> None:
        super().__init__(parent)
        self._widest_name = widest_name
        self._count = ""
        self._dot: int | None = None
        self._icon = ""
        self._without_name = False
        self._closable = closable
        self._sizes: tuple[QSize, ...] = ()  # as the layout knows them
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.toggled.connect(self._tell)  # the chosen one shows its name

    def set_name(self, name: str) -> None:
        """What the chip stands for."""
        self.setText(name)
        self._tell()

    def set_count(self, count: int) -> None:
        """The number beside the name."""
        text = QLocale().toString(count)
        if text != self._count:
            self._count = text
            self._tell()

    def set_dot(self, class_colour: int) -> None:
        """Show a dot in the colour of a class (ClassInfo.colour) before the name."""
        if class_colour != self._dot:
            self._dot = class_colour
            self._tell()

    def set_icon_name(self, name: str) -> None:
        """What to show in place of the name where that is left out: resources/icons/NAME.svg."""
        self._icon = name
        self._tell()

    def set_without_name(self, without: bool) -> None:
        """Leave the name out, or show it again; the chosen chip keeps it."""
        if without != self._without_name:
            self._without_name = without
            self._tell()

    def wide_hint(self) -> QSize:
        """The size with the whole name, whether it is shown or not."""
        width = min(self.fontMetrics().horizontalAdvance(self.text()) + 1, self._widest_name)
        return QSize(self._width(width, False), self.sizeHint().height())

    def _name(self) -> str:
        return "" if self._without_name and not self.isChecked() else self.text()

    def sizeHint(self) -> QSize:
        return self._size(min(self.fontMetrics().horizontalAdvance(self._name()) + 1, self._widest_name))

    def minimumSizeHint(self) -> QSize:
        narrowest = _NARROWEST_CHOSEN if self.isChecked() else 0 if self._dot is not None else _NARROWEST_NAME
        size = self._size(min(self.fontMetrics().horizontalAdvance(self._name()) + 1, narrowest))
        if self._icon and not self._name() and len(self._count) > _SHORT_COUNT:
            size.setWidth(size.width() - self.fontMetrics().horizontalAdvance(self._count) - _GAP)
        return size

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_pill(painter)
        left, right = self._margin(), self.width() - self._margin()
        if self._dot is not None:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.class_colour(self._dot))
            painter.drawEllipse(QPointF(left + _DOT / 2, self.height() / 2), _DOT / 2, _DOT / 2)
            left += _DOT + _GAP
        if self._icon and not self._name():
            icon = QRectF(left, (self.height() - _ICON) / 2, _ICON, _ICON)
            paint_icon(painter, self._icon, icon, theme.colour("text"))
            left += _ICON + _GAP
        if self._closable:
            cross = QRectF(right - _CROSS, (self.height() - _CROSS) / 2, _CROSS, _CROSS)
            paint_icon(painter, "close", cross, theme.colour("text" if self.underMouse() else "muted"))
            right -= _CROSS + _GAP
        count_width = self.fontMetrics().horizontalAdvance(self._count)
        count = self._count if count_width <= right - left else ""
        name_right = right - (count_width + _GAP if count else 0)
        name = self.fontMetrics().elidedText(
            self._name(), Qt.TextElideMode.ElideRight, max(round(name_right - left), 0)
        )
        name = "" if name == "…" else name
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setPen(theme.colour("text"))
        painter.drawText(QRectF(left, 0, name_right - left, self.height()), middle, name)
        painter.setPen(theme.colour("text" if self.isChecked() else "muted"))
        painter.drawText(QRectF(right - count_width, 0, count_width + 1, self.height()), middle, count)

    def _paint_pill(self, painter: QPainter) -> None:
        edge = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        fill: theme.Token = (
            "selected" if self.isChecked() or self.isDown() else "hover" if self.underMouse() else "card"
        )
        outline: theme.Token = "accent" if self.isChecked() or self.hasFocus() else "outline"
        painter.setBrush(theme.colour(fill))
        painter.setPen(QPen(theme.colour(outline), 1))
        painter.drawRoundedRect(edge, edge.height() / 2, edge.height() / 2)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            inner = edge.adjusted(1, 1, -1, -1)
            painter.drawRoundedRect(inner, inner.height() / 2, inner.height() / 2)

    def _size(self, name_width: int) -> QSize:
        icon = bool(self._icon) and not self._name()
        width = self._width(0 if icon else name_width, icon)
        return QSize(width, self.fontMetrics().height() + theme.SPACE + 2)

    def _width(self, name_width: int, icon: bool) -> int:
        width = 2 * self._margin() + name_width
        width += self.fontMetrics().horizontalAdvance(self._count) + _GAP if self._count else 0
        width += _DOT + _GAP if self._dot is not None else 0
        width += _CROSS + _GAP if self._closable else 0
        width += _ICON if icon else 0
        return width

    def _margin(self) -> int:
        return theme.SPACE if self._icon and not self._name() else theme.SPACE + theme.SPACE // 2

    def _tell(self) -> None:
        self.setAccessibleName(f"{self.text()} {self._count}".strip())
        sizes = (self.sizeHint(), self.wide_hint(), self.minimumSizeHint())
        if sizes != self._sizes:
            self._sizes = sizes
            self.updateGeometry()
        self.update()
