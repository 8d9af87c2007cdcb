"""The left column: a card for each class, and below them the one that makes a new class."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QLocale, QMimeData, QObject, QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFont, QGuiApplication, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from fewshot_gui.questions.health import Health, Symptom
from fewshot_gui.session import NONE_OF_THESE
from fewshot_gui.ui import theme
from fewshot_gui.ui.cards.class_card import Card, CardContent, ClassCard, NewClassCard
from fewshot_gui.ui.cards.class_menu import class_menu, example_menu
from fewshot_gui.ui.cards.example_strip import MOST
from fewshot_gui.ui.cards.health_hints import class_hint
from fewshot_gui.ui.drops import Drop, DropTarget, read_drop
from fewshot_gui.ui.gallery.thumbnails import ThumbnailLoader
from fewshot_gui.ui.labels import ElidedLabel

if TYPE_CHECKING:
    from fewshot_gui.session import ClassInfo, Counts, Session

_NARROWEST = 26 * theme.SPACE
_SCROLL_EVERY_MS, _SCROLL_EDGE, _SCROLL_STEP = 30, 4 * theme.SPACE, theme.SPACE


class ClassPanel(QWidget):
    """Shows a session's classes. What the person wants done with them is only told; None stands for a new class.

    A card that is dragged goes between two others; dropped on one with Ctrl it is merged into it.
    """

    drop_received = Signal(object, object)  # class id or None, Drop
    rename_requested = Signal(int, str)
    delete_requested = Signal(int)
    move_requested = Signal(int, int)  # class id, new position
    add_files_requested = Signal(object)  # class id or None
    show_requested = Signal(int)
    examples_requested = Signal(int)
    hint_requested = Signal(object)  # Hint
    merge_requested = Signal(int, int)  # class id, the class it is to become part of
    split_requested = Signal(int)
    recolour_requested = Signal(int, QPoint)  # class id, where the palette may open
    unlabel_requested = Signal(list)  # of picture ids
    label_requested = Signal(list, int)  # picture ids, class id
    refused = Signal(str)

    def __init__(self, loader: ThumbnailLoader, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._loader = loader
        self._cards: dict[int, ClassCard] = {}  # by class id, in the order shown
        self._classes: list[ClassInfo] = []
        self._examples: dict[int, int] = {}  # how many, by class id
        self._health = Health()
        self._title = ElidedLabel(self)
        bold = QFont(self.font())
        bold.setBold(True)
        self._title.setFont(bold)
        self._count = ElidedLabel(self, tint="muted")
        self._content = QWidget()
        self._column = QVBoxLayout(self._content)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(theme.SPACE)
        self._scroll = _Scroll(self._content)
        self._new = NewClassCard(self)
        self._new.add_files_requested.connect(lambda: self.add_files_requested.emit(None))
        self._wire(self._new, None)

        heading = QHBoxLayout()
        heading.setContentsMargins(theme.SPACE // 2, theme.SPACE, theme.SPACE, 0)
        heading.setSpacing(theme.SPACE)
        heading.addWidget(self._title)
        heading.addWidget(self._count)
        heading.addStretch()
        whole = QVBoxLayout(self)
        whole.setContentsMargins(theme.SPACE, theme.SPACE, theme.SPACE, theme.SPACE)
        whole.setSpacing(theme.SPACE)
        whole.addLayout(heading)
        whole.addWidget(self._scroll)
        whole.addWidget(self._new)
        whole.addStretch()
        self.setMinimumWidth(_NARROWEST)

        # One target for all cards, so that a drop goes to the card under the pointer even after scrolling.
        self._target = DropTarget(self._content, cards=True)
        self._target.hovered.connect(self._on_hovered)
        self._target.dropped.connect(self._on_dropped)
        self._target.refused.connect(self.refused)
        self._gap = _Gap(self._content)
        self._drag_at = QPoint()  # in the viewport
        self._drag_scroll = QTimer(self, interval=_SCROLL_EVERY_MS)
        self._drag_scroll.timeout.connect(self._scroll_at_edge)
        new_target = DropTarget(self._new)
        new_target.hovered.connect(self._new.set_hovered)
        new_target.dropped.connect(lambda drop: self.drop_received.emit(None, drop))
        new_target.refused.connect(self.refused)
        self._name_everything()

    def refresh(self, session: "Session") -> None:
        """Show the session's classes as they are now. Cheap where little or nothing changed."""
        counts = session.counts()
        self._classes = list(session.classes)
        wanted = [info.id for info in session.classes]
        before = list(self._cards)
        for class_id in before:
            if class_id not in wanted:
                self._remove(class_id)
        for info in session.classes:
            if info.id not in self._cards:
                self._cards[info.id] = self._make_card(info.id)
            content = self._content_of(session, info, counts)
            self._examples[info.id] = content.examples
            self._cards[info.id].show_content(content, session)
        if before != wanted:
            self._put_in_order(wanted)
        self._count.set_text(QLocale().toString(len(wanted)))
        self._new.set_classes(len(wanted))

    def set_health(self, health: Health, session: "Session") -> None:
        """What is wrong with the examples, as far as it is known."""
        self._health = health
        self.refresh(session)

    def focused_class(self) -> int | None:
        """The class whose card has the focus."""
        return next((class_id for class_id, card in self._cards.items() if _has_focus(card)), None)

    def edit_name(self, class_id: int) -> None:
        """Let the person type a name for the class."""
        self._scroll.show_whole(self._cards[class_id])
        self._cards[class_id].edit_name()

    def card(self, class_id: int) -> ClassCard:
        """The card of a class. Raises KeyError."""
        return self._cards[class_id]

    @property
    def new_card(self) -> NewClassCard:
        """The card that makes a new class."""
        return self._new

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._name_everything()
        super().changeEvent(event)

    def _make_card(self, class_id: int) -> ClassCard:
        card = ClassCard(self._loader, self._content)
        card.rename_requested.connect(partial(self.rename_requested.emit, class_id))
        card.delete_requested.connect(partial(self.delete_requested.emit, class_id))
        card.add_files_requested.connect(partial(self.add_files_requested.emit, class_id))
        card.show_requested.connect(partial(self.show_requested.emit, class_id))
        card.examples_requested.connect(partial(self.examples_requested.emit, class_id))
        card.merge_requested.connect(partial(self.merge_requested.emit, class_id))
        card.split_requested.connect(partial(self.split_requested.emit, class_id))
        card.recolour_requested.connect(partial(self.recolour_requested.emit, class_id))
        card.hint_requested.connect(self.hint_requested)
        card.menu_requested.connect(partial(self._open_menu, class_id))
        card.example_menu_requested.connect(partial(self._open_example_menu, class_id))
        card.unlabel_requested.connect(self.unlabel_requested)
        card.move_requested.connect(partial(self._move, class_id))
        self._wire(card, class_id)
        return card

    def _wire(self, card: Card, class_id: int | None) -> None:
        card.stepped.connect(partial(self._step, card))
        card.paste_requested.connect(partial(self._paste, class_id))

    def _remove(self, class_id: int) -> None:
        card = self._cards[class_id]
        if _has_focus(card):
            self._step(card, 1)
        del self._cards[class_id]
        self._column.removeWidget(card)
        card.hide()
        card.deleteLater()

    def _put_in_order(self, wanted: list[int]) -> None:
        self._cards = {class_id: self._cards[class_id] for class_id in wanted}
        previous: QWidget | None = None
        for place, card in enumerate(self._cards.values()):
            self._column.insertWidget(place, card)
            card.show()  # at once, so that it can have the focus
            if previous is not None:
                QWidget.setTabOrder(previous, card)
            QWidget.setTabOrder(card, card.strip)
            QWidget.setTabOrder(card.strip, card.hint)
            previous = card.hint
        if previous is not None:
            QWidget.setTabOrder(previous, self._new)
        self._scroll.setVisible(bool(wanted))

    def _open_menu(self, class_id: int, where: QPoint) -> None:
        class_menu(self._cards[class_id], self._others(class_id), self._examples[class_id]).popup(where)

    def _open_example_menu(self, class_id: int, picture_id: int, where: QPoint) -> None:
        example_menu(
            self,
            self._others(class_id),
            partial(self.unlabel_requested.emit, [picture_id]),
            partial(self.label_requested.emit, [picture_id]),
        ).popup(where)

    def _others(self, class_id: int) -> "list[ClassInfo]":
        return [info for info in self._classes if info.id != class_id]

    def _content_of(self, session: "Session", info: "ClassInfo", counts: "Counts") -> CardContent:
        examples = session.examples(info.id)
        hint = class_hint(info.id, len(examples), self._known_symptoms(info.id), self._name_of)
        newest = tuple(reversed(examples[-MOST:]))
        return CardContent(info, newest, len(examples), counts.predicted.get(info.id, 0), hint)

    def _known_symptoms(self, class_id: int) -> list[Symptom]:
        """Those about classes that are still there."""
        there = {NONE_OF_THESE, *(info.id for info in self._classes)}
        return [s for s in self._health.of_class(class_id) if there.issuperset(s.classes)]

    def _name_of(self, class_id: int) -> str:
        none = self.tr("none of these")
        return next((info.name for info in self._classes if info.id == class_id), none)

    def _move(self, class_id: int, down: int) -> None:
        places = list(self._cards)
        position = places.index(class_id) + down
        if 0 <= position < len(places):
            self.move_requested.emit(class_id, position)

    def _step(self, card: Card, down: int) -> None:
        cards: list[Card] = [*self._cards.values(), self._new]
        position = cards.index(card) + down
        if 0 <= position < len(cards):
            cards[position].setFocus(Qt.FocusReason.TabFocusReason)
            self._scroll.show_whole(cards[position])

    def _paste(self, class_id: int | None) -> None:
        self._take(class_id, read_drop(QGuiApplication.clipboard().mimeData() or QMimeData()))

    def _take(self, class_id: int | None, drop: Drop) -> None:
        if drop.refused:
            self.refused.emit(drop.refused)
        else:
            self.drop_received.emit(class_id, drop)

    def _on_hovered(self, inside: bool) -> None:
        if inside:
            self._drag_at = self._content.mapTo(self._scroll.viewport(), self._target.position.toPoint())
            self._mark_card_under_drag()
            if not self._drag_scroll.isActive():
                self._drag_scroll.start()
        else:
            self._drag_scroll.stop()
            self._gap.hide()
            self._title.set_text(self.tr("Classes"))
            for card in self._cards.values():
                card.set_hovered(False)

    def _on_dropped(self, drop: Drop) -> None:
        where = self._target.position.toPoint()
        class_id = self._class_at(where)
        if class_id is None:
            return
        if drop.card is None:
            self.drop_received.emit(class_id, drop)
        elif drop.card in self._cards and self._merging():
            if class_id != drop.card:
                self.merge_requested.emit(drop.card, class_id)
        elif drop.card in self._cards:
            before = list(self._cards).index(drop.card)
            place = self._place_at(where)
            position = place - (place > before)
            if position != before:
                self.move_requested.emit(drop.card, position)

    def _merging(self) -> bool:
        """Whether the card that is dragged would be merged, not moved."""
        return bool(self._target.modifiers & Qt.KeyboardModifier.ControlModifier)

    def _place_at(self, where: QPoint) -> int:
        """How many cards stand above a place in the column."""
        return sum(card.geometry().center().y() < where.y() for card in self._cards.values())

    def _class_at(self, where: QPoint) -> int | None:
        """The class whose card is at, or nearest to, a place in the column."""

        def distance(class_id: int) -> int:
            card = self._cards[class_id].geometry()
            return max(card.top() - where.y(), where.y() - card.bottom(), 0)

        return min(self._cards, key=distance, default=None)

    def _mark_card_under_drag(self) -> None:
        where = self._content.mapFrom(self._scroll.viewport(), self._drag_at)
        under = self._class_at(where)
        if self._target.card is not None:
            merging = self._merging()
            under = under if merging and under != self._target.card else None
            self._gap.show_between(list(self._cards.values()), None if merging else self._place_at(where))
            offer = self.tr("Merge into {name}").format(name=self._name_of(under)) if under is not None else ""
            self._title.set_text(offer or self.tr("Hold Ctrl to merge"))
        for class_id, card in self._cards.items():
            card.set_hovered(class_id == under)

    def _scroll_at_edge(self) -> None:
        above = self._drag_at.y() < _SCROLL_EDGE
        below = self._drag_at.y() > self._scroll.viewport().height() - _SCROLL_EDGE
        bar = self._scroll.verticalScrollBar()
        bar.setValue(bar.value() + (_SCROLL_STEP if below else -_SCROLL_STEP if above else 0))
        self._mark_card_under_drag()

    def _name_everything(self) -> None:
        self._title.set_text(self.tr("Classes"))
        self._content.setAccessibleName(self.tr("Classes"))


def _has_focus(card: Card) -> bool:
    focus = QApplication.focusWidget()
    return focus is not None and (focus is card or card.isAncestorOf(focus))


class _Gap(QWidget):
    """A line where the card that is dragged would go."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def show_between(self, cards: list[ClassCard], place: int | None) -> None:
        """Stand above the card at this place, or below the last; None: nowhere."""
        self.setVisible(place is not None and bool(cards))
        if place is not None and cards:
            y = cards[place].y() if place < len(cards) else cards[-1].geometry().bottom() + theme.SPACE
            self.setGeometry(0, max(y - theme.SPACE // 2 - 2, 0), cards[0].width(), 4)
            self.raise_()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("accent"))
        painter.drawRoundedRect(self.rect(), 2, 2)


class _Scroll(QScrollArea):
    """As high as what is in it, if there is room for that."""

    def __init__(self, content: QWidget) -> None:
        super().__init__()
        self._content = content
        self.setWidget(content)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.hide()

    def sizeHint(self) -> QSize:
        return self._content.sizeHint()

    def minimumSizeHint(self) -> QSize:
        return QSize(0, 0)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._content and event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().eventFilter(watched, event)

    def show_whole(self, card: QWidget) -> None:
        """Scroll so far that all of a card can be seen."""
        layout = self._content.layout()
        if layout is not None and self._content.isAncestorOf(card):
            layout.activate()  # a new card has no place yet
            self.ensureWidgetVisible(card, 0, theme.SPACE)
