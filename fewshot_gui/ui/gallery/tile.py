"""How one picture looks in the gallery: the picture, its class, how sure, and who said so."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Final

from PySide6.QtCore import (
    QCoreApplication,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetrics, QIcon, QPainter, QPen, QPixmap, QPolygonF, QTransform
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from fewshot_gui.session import ClassInfo, Decision, State
from fewshot_gui.ui import theme
from fewshot_gui.ui.gallery.painted import Painted
from fewshot_gui.ui.shell.keys import KEYS
from fewshot_gui.ui.shell.language import listed

translate = QCoreApplication.translate

TILE_ROLE: Final = Qt.ItemDataRole.UserRole + 1
"""Model role under which the delegate finds a Tile."""

_PAD = theme.SPACE  # around the content of a tile
CHIP: Final = 18  # side of the chip with a class's key
_BAR = 4
_TURN = 10  # length of the arrow from the old class to the new one
_BROKEN: Final[tuple[str, theme.Token]] = ("warning", "danger")
_BADGE = 24
_BADGE_ICON = 16
_PARTS = 128  # twice as many parts that tiles have in common are kept painted
_UNDECIDED = (State.WAITING, State.UNREADABLE)
_MARKED = QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_HasFocus | QStyle.StateFlag.State_MouseOver


@dataclass(frozen=True, slots=True)
class Tile:
    """All there is to show of a picture.

    info: the class of the decision, None for none. pixmap: None until it is loaded. broken: it can't be loaded.
    turned: it was in another class, old, before the latest correction.
    """

    name: str
    decision: Decision
    info: ClassInfo | None = None
    pixmap: QPixmap | None = None
    broken: bool = False
    turned: bool = False
    old: ClassInfo | None = None


def class_key(position: int) -> str:
    """The key of the class card at `position` (from 0), as short as a chip needs it: "1", "⇧1"; "" for none, and for
    one that has no room there."""
    return _short_key(f"class-{position + 1}")


def _short_key(entry: str) -> str:
    keys = KEYS.keys(entry) if entry in KEYS else ()
    short = keys[0].replace("Shift+", "⇧") if keys else ""
    return short if len(short) <= 2 else ""


def percent(share: float) -> str:
    """0..1 as whole per cent, rounded down: what is not certain is never called 100 %."""
    return f"{_whole(share)} %"


def _whole(share: float) -> int:
    return int(share * 100 + 1e-6)


def answer(tile: Tile) -> str:
    """The picture's class, or what stands in its place, in words."""
    match tile.decision.state:
        case State.WAITING:
            return translate("Tile", "Not classified yet")
        case State.UNREADABLE:
            return translate("Tile", "Can't be read")
        case _:
            return class_name(tile.info)


def class_name(info: ClassInfo | None) -> str:
    """The class's name; None stands for none of the classes."""
    return info.name if info else translate("Tile", "None of these")


def class_chip(info: ClassInfo | None) -> tuple[str, QColor]:
    """Key and colour that stand for a class; None stands for none of the classes."""
    if info is None:
        return _short_key("none"), theme.colour("muted")
    return class_key(info.position), theme.class_colour(info.colour)


def description(tile: Tile) -> str:
    """The whole tile in words, for those who hear it."""
    parts = [tile.name, answer(tile)]
    if tile.decision.confidence is not None:
        parts.append(percent(tile.decision.confidence))
    if tile.turned:
        parts.append(translate("Tile", "before: {name}").format(name=class_name(tile.old)))
    if tile.decision.state is State.HUMAN:
        parts.append(translate("Tile", "you said so"))
    if tile.decision.needs_review:
        parts.append(translate("Tile", "needs review"))
    return listed(parts)


def state_sign(decision: Decision) -> tuple[str, theme.Token] | None:
    """Icon name and colour of the sign that goes with a decision; None for an ordinary answer."""
    if decision.state is State.HUMAN:
        return "pin", "accent"
    if decision.state is State.UNREADABLE:
        return _BROKEN
    if decision.state is State.UNKNOWN or decision.needs_review:
        return "question", "warning"
    return None


def chip_of(tile: Tile) -> tuple[str, QColor] | None:
    """Key and colour of the class chip; None where nothing has been decided."""
    return None if tile.decision.state in _UNDECIDED else class_chip(tile.info)


def paint_chip(painter: QPainter, rect: QRectF, key: str, colour: QColor, font: QFont) -> None:
    """A rounded square in a class's colour with its key in it; two signs are smaller than one. font: that of one."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawRoundedRect(rect, 4, 4)
    if key:
        if len(key) > 1:
            font = QFont(font)
            font.setPixelSize(font.pixelSize() - 2)
        painter.setPen(theme.text_on(colour))
        painter.setFont(font)
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, key)


def paint_bar(painter: QPainter, rect: QRectF, share: float, colour: QColor, track: QColor) -> None:
    """A slim horizontal bar, filled to `share` (0..1)."""
    radius = rect.height() / 2
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(track)
    painter.drawRoundedRect(rect, radius, radius)
    if share >= 0.005:
        painter.setBrush(colour)
        filled = max(rect.width() * min(share, 1.0), rect.height())
        painter.drawRoundedRect(QRectF(rect.x(), rect.y(), filled, rect.height()), radius, radius)


def picture_area(size: QSize, area: QRectF) -> QRectF:
    """Where a picture of `size` stands that fills `area` as far as it can without being cut."""
    scale = min(area.width() / size.width(), area.height() / size.height())
    target = QRectF(0, 0, size.width() * scale, size.height() * scale)
    target.moveCenter(area.center())
    return target


def paint_picture(painter: QPainter, pixmap: QPixmap, area: QRectF, radius: float) -> None:
    """The whole picture as large as it fits into `area`, with rounded corners."""
    target = picture_area(pixmap.size(), area)
    scale = target.width() / pixmap.width()
    # A brush, because a clip path would leave the corners jagged.
    brush = QBrush(pixmap)
    brush.setTransform(QTransform.fromTranslate(target.x(), target.y()).scale(scale, scale))
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(brush)
    painter.drawRoundedRect(target, radius, radius)


class TileDelegate(QStyledItemDelegate):
    """Paints a Tile. Its size follows from set_side() and the font alone."""

    def __init__(self, parent: QObject | None = None, side: int = 160) -> None:
        super().__init__(parent)
        self._side = side
        self._look = _Look(False, QFont())
        self._parts, self._pictures = Painted(), Painted()
        self._chips: dict[ClassInfo | None, tuple[str, QColor]] = {}

    def set_side(self, side: int) -> None:
        """The width of the picture in pixels."""
        self._side = side

    def tile_size(self, font: QFont) -> QSize:
        """The size of every tile, in pixels."""
        line = max(QFontMetrics(font).height(), CHIP)
        height = _PAD + self._picture_height() + theme.SPACE // 2 + line + theme.SPACE // 2 + _BAR + _PAD
        return QSize(self._side + 2 * _PAD, height)

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return self.tile_size(option.font)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        tile = index.data(TILE_ROLE)
        if tile is not None:
            self.paint_tile(painter, option.rect, option.state, option.font, tile)

    def paint_tile(self, painter: QPainter, rect: QRect, state: QStyle.StateFlag, font: QFont, tile: Tile) -> None:
        """Draw a tile into `rect`; of `state` it matters whether it is selected, has the focus, is under the mouse."""
        if (self._look.dark, self._look.font) != (theme.is_dark(), font):
            self._look = _Look(theme.is_dark(), QFont(font))
            self.forget_painted()
        outer = QRectF(rect).adjusted(1, 1, -1, -1)
        inner = outer.adjusted(_PAD - 1, _PAD - 1, 1 - _PAD, 1 - _PAD)
        picture = QRectF(inner.x(), inner.y(), inner.width(), self._picture_height())

        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_background(painter, outer, state)
        self._paint_picture(painter, picture, tile)
        self._paint_answer(
            painter, QRectF(inner.x(), picture.bottom(), inner.width(), inner.bottom() - picture.bottom()), tile
        )
        painter.restore()

    def forget_painted(self) -> None:
        """Paint all anew: language, colours or fonts have changed."""
        self._parts.clear()
        self._pictures.clear()
        self._chips.clear()

    def keep_painted(self, in_sight: int) -> None:
        """Of what has been painted keep so much that as many tiles, and those near them, can be shown again at once."""
        self._parts.keep(_PARTS)
        self._pictures.keep(in_sight)

    def _paint_part(
        self, painter: QPainter, area: QRectF, key: Hashable, draw: Callable[[QPainter, QRectF], None]
    ) -> None:
        """Draw what many tiles have in common; under the same key it is always the same."""
        self._parts.paint(painter, area.toRect(), key, draw)

    def _picture_height(self) -> int:
        return round(self._side * 0.8)

    def _paint_background(self, painter: QPainter, outer: QRectF, state: QStyle.StateFlag) -> None:
        if not state & _MARKED:
            return
        look = self._look
        selected = bool(state & QStyle.StateFlag.State_Selected)
        focused = bool(state & QStyle.StateFlag.State_HasFocus)
        hovered = bool(state & QStyle.StateFlag.State_MouseOver)
        painter.setBrush(look.selected if selected else look.hover if hovered else Qt.BrushStyle.NoBrush)
        painter.setPen(look.focus_pen if focused else look.selected_pen if selected else Qt.PenStyle.NoPen)
        painter.drawRoundedRect(outer, theme.RADIUS, theme.RADIUS)

    def _paint_picture(self, painter: QPainter, area: QRectF, tile: Tile) -> None:
        broken = tile.pixmap is None and (tile.broken or tile.decision.state is State.UNREADABLE)
        if tile.pixmap is not None:
            pixmap, place = tile.pixmap, area.toRect()
            self._pictures.paint(
                painter, place, pixmap.cacheKey(), lambda painter, area: self._paint_pixmap(painter, area, pixmap)
            )
        else:
            self._paint_part(painter, area, broken, lambda painter, area: self._paint_empty(painter, area, broken))
        sign = state_sign(tile.decision)
        if sign and not (broken and sign == _BROKEN):  # said in the middle already
            badge = QRectF(area.right() - _BADGE - 5, area.top() + 3, _BADGE + 2, _BADGE + 2)
            self._paint_part(painter, badge, sign, lambda painter, area: self._paint_badge(painter, area, sign))

    def _paint_ground(self, painter: QPainter, area: QRectF) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._look.picture)
        painter.drawRoundedRect(area, theme.RADIUS - 2, theme.RADIUS - 2)

    def _paint_pixmap(self, painter: QPainter, area: QRectF, pixmap: QPixmap) -> None:
        self._paint_ground(painter, area)
        paint_picture(painter, pixmap, area, theme.RADIUS - 2)

    def _paint_empty(self, painter: QPainter, area: QRectF, broken: bool) -> None:
        """What stands in the place of a picture that is not there."""
        self._paint_ground(painter, area)
        placeholder = QRectF(0, 0, 32, 32)
        placeholder.moveCenter(area.center())
        painter.setOpacity(1.0 if broken else 0.35)
        self._look.icon(*_BROKEN if broken else ("picture", "muted")).paint(painter, placeholder.toRect())
        painter.setOpacity(1.0)

    def _paint_badge(self, painter: QPainter, area: QRectF, sign: tuple[str, theme.Token]) -> None:
        painter.setPen(self._look.badge_pen)
        painter.setBrush(self._look.card)
        painter.drawEllipse(area.adjusted(1, 1, -1, -1))
        inset = 1 + (_BADGE - _BADGE_ICON) / 2
        self._look.icon(*sign).paint(painter, area.adjusted(inset, inset, -inset, -inset).toRect())

    def _paint_answer(self, painter: QPainter, area: QRectF, tile: Tile) -> None:
        """The line below the picture: chip, class, per cent; and the bar below that, as exact as the number."""
        decision = tile.decision
        chip = None if decision.state in _UNDECIDED else self._chip(tile.info)
        number = "" if decision.confidence is None else percent(decision.confidence)
        old = self._chip(tile.old) if tile.turned else None
        chips = [(key, colour.rgba()) for key, colour in filter(None, (chip, old))]
        shown = (answer(tile), number, decision.state, decision.needs_review, *chips, area.width())
        self._paint_part(
            painter, area, shown, lambda painter, area: self._paint_line(painter, area, tile, chip, number)
        )

    def _chip(self, info: ClassInfo | None) -> tuple[str, QColor]:
        if info not in self._chips:
            self._chips[info] = class_chip(info)
        return self._chips[info]

    def _paint_line(
        self, painter: QPainter, area: QRectF, tile: Tile, chip: tuple[str, QColor] | None, number: str
    ) -> None:
        look, decision = self._look, tile.decision
        line = QRectF(area.x(), area.y() + theme.SPACE // 2, area.width(), max(look.metrics.height(), CHIP))
        left, right = line.left(), line.right()
        if chip:
            top = line.center().y() - CHIP / 2
            if tile.turned:
                left = self._paint_turn(painter, QRectF(left, top, CHIP, CHIP), tile)
            paint_chip(painter, QRectF(left, top, CHIP, CHIP), *chip, look.key_font)
            left += CHIP + 6
        painter.setFont(look.font)
        if number:
            width = look.metrics.horizontalAdvance(number)
            painter.setPen(look.warning if decision.needs_review else look.muted)
            painter.drawText(QRectF(right - width, line.y(), width + 1, line.height()), _LEFT, number)
            right -= width + 6
        painter.setPen(look.danger if decision.state is State.UNREADABLE else look.text if chip else look.muted)
        text = look.metrics.elidedText(answer(tile), Qt.TextElideMode.ElideRight, int(right - left))
        painter.drawText(QRectF(left, line.y(), right - left, line.height()), _LEFT, text)
        if chip:
            share = 1.0 if decision.state is State.HUMAN else _whole(decision.confidence or 0.0) / 100
            bar = QRectF(area.x(), area.bottom() - _BAR, area.width(), _BAR)
            paint_bar(painter, bar, share, chip[1], look.track)

    def _paint_turn(self, painter: QPainter, area: QRectF, tile: Tile) -> float:
        """The chip of the class that the picture was in before, pale, and an arrow; returns where it ends."""
        painter.setOpacity(0.6)
        paint_chip(painter, area, *class_chip(tile.old), self._look.key_font)
        painter.setOpacity(1.0)
        x, y = area.right() + 3, area.center().y()
        painter.setPen(self._look.arrow_pen)
        painter.drawPolyline(QPolygonF([QPointF(x, y), QPointF(x + _TURN, y)]))
        painter.drawPolyline(
            QPolygonF([QPointF(x + _TURN - 3, y - 3), QPointF(x + _TURN, y), QPointF(x + _TURN - 3, y + 3)])
        )
        return x + _TURN + 3


_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine


@dataclass
class _Look:
    """Colours, fonts and icons for one theme and font, made once instead of at every paint."""

    dark: bool
    font: QFont
    _icons: dict[tuple[str, theme.Token], QIcon] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.metrics = QFontMetrics(self.font)
        self.key_font = QFont(self.font)
        self.key_font.setBold(True)
        self.key_font.setPixelSize(12)
        self.selected, self.hover = theme.colour("selected"), theme.colour("hover")
        self.picture, self.card, self.track = theme.colour("picture"), theme.colour("card"), theme.colour("track")
        self.text, self.muted = theme.colour("text"), theme.colour("muted")
        self.warning, self.danger = theme.colour("warning"), theme.colour("danger")
        self.selected_pen = QPen(theme.colour("accent"), 1)
        self.focus_pen = QPen(theme.colour("accent"), 2)
        self.arrow_pen = QPen(self.muted, 1.5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
        self.badge_pen = QPen(theme.colour("border"), 1)

    def icon(self, name: str, token: theme.Token) -> QIcon:
        if (name, token) not in self._icons:
            self._icons[name, token] = theme.icon(name, token)
        return self._icons[name, token]
