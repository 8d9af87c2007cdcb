"""The example doctor's panel: what is wrong with the examples, in sentences, each with what can be done about it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QRectF, Qt
from PySide6.QtGui import QBrush, QPainter, QPaintEvent, QPen, QPixmap, QResizeEvent
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from fewshot_gui.project.errors import ProjectError
from fewshot_gui.questions.health import Kind, Symptom
from fewshot_gui.session import NONE_OF_THESE, Session
from fewshot_gui.ui import theme
from fewshot_gui.ui.cards.health_hints import Hint
from fewshot_gui.ui.cards.teaching import Teaching
from fewshot_gui.ui.desk import Desk
from fewshot_gui.ui.dialog_frame import frame
from fewshot_gui.ui.gallery.thumbnails import ThumbnailLoader
from fewshot_gui.ui.shell.language import Spoken, Words, listed

Symptoms = Words("Symptoms")
translate = QCoreApplication.translate
_SIDE = 10 * theme.SPACE
MOST_SHOWN = 5
"""So many pictures of a finding are shown."""


@dataclass(frozen=True)
class Remedy:
    """One click. text: on the button; cure: what it does."""

    text: str
    cure: Callable[[], None]


def still_holds(symptom: Symptom, session: Session) -> bool:
    """Whether the examples still stand where the finding says; until the next examination, what is cured goes."""
    if any(c != NONE_OF_THESE and not session.class_name(c) for c in symptom.classes):
        return False
    labels = [session.human_label(i) for i in symptom.pictures]
    match symptom.kind:
        case Kind.MISLABELLED | Kind.NEAR_COPIES:
            return all(label == symptom.classes[0] for label in labels)
        case Kind.SAME_PICTURE:
            return len(set(labels) - {None}) > 1
        case Kind.SAME_THING:
            return all(session.examples(c) for c in symptom.classes if c != NONE_OF_THESE)


def symptom_text(symptom: Symptom, name_of: Callable[[int], str]) -> str:
    """The finding as a sentence."""
    names = [name_of(c) for c in symptom.classes]
    match symptom.kind:
        case Kind.MISLABELLED:
            text = translate("Doctor", "This example of {name} looks like {other}: it hurts.")
            return text.format(name=names[0], other=names[1])
        case Kind.NEAR_COPIES:
            text = Symptoms.tr(
                "%Ln examples of {name} are nearly the same picture: one of them is enough.", "", len(symptom.pictures)
            )
            return text.format(name=names[0])
        case Kind.SAME_PICTURE:
            text = translate("Doctor", "The same picture is an example of {names}: both suffer.")
            return text.format(names=listed(names))
        case Kind.SAME_THING:
            text = translate("Doctor", "{name} and {other} look like the same thing.")
            return text.format(name=names[0], other=names[1])


class FindingCard(QWidget):
    """One finding: its sentence, its pictures, and a button for each remedy."""

    def __init__(
        self,
        text: str,
        pictures: Sequence[tuple[int, str]],
        remedies: Sequence[Remedy],
        loader: ThumbnailLoader,
        source: Callable[[int], Path | bytes],
        parent: QWidget,
    ) -> None:
        """pictures: id, and what is said of it."""
        super().__init__(parent)
        self._loader, self._source = loader, source
        self.text = QLabel(text, self, wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self._thumbs: dict[int, QLabel] = {}
        row = QHBoxLayout()
        row.setSpacing(theme.SPACE)
        for picture_id, said in pictures:
            thumb = self._thumbs[picture_id] = QLabel(self)
            thumb.setFixedSize(_SIDE, _SIDE)
            thumb.setAlignment(Qt.AlignmentFlag.AlignCenter)
            thumb.setAccessibleName(said)
            thumb.setToolTip(said)
            row.addWidget(thumb)
        row.addStretch()
        buttons = QHBoxLayout()
        buttons.setSpacing(theme.SPACE)
        self.buttons: list[QPushButton] = []
        for remedy in remedies:
            button = QPushButton(remedy.text.replace("&", "&&"), self)
            button.setAutoDefault(False)
            button.setAccessibleDescription(text)
            button.clicked.connect(partial(_call, remedy.cure))
            buttons.addWidget(button)
            self.buttons.append(button)
        buttons.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(*[theme.SPACE * 3 // 2] * 4)
        column.setSpacing(theme.SPACE)
        column.addWidget(self.text)
        if pictures:
            column.addLayout(row)
        column.addLayout(buttons)
        loader.ready.connect(self._show_pictures)
        self._show_pictures()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.setFixedHeight(self.heightForWidth(self.width()))  # a scroll area knows nothing of wrapped text

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(theme.colour("card"))
        painter.setPen(QPen(theme.colour("border"), 1))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), theme.RADIUS, theme.RADIUS)

    def _show_pictures(self, _: object = None) -> None:
        scale = self.devicePixelRatioF()
        for picture_id, thumb in self._thumbs.items():
            pixmap = self._loader.pixmap(picture_id)
            if pixmap is not None:
                thumb.setPixmap(_square(pixmap, scale))
            elif self._loader.is_unreadable(picture_id):
                thumb.setText("?")
            else:
                self._loader.request(picture_id, self._source(picture_id), round(_SIDE * scale))


class DoctorDialog(QDialog):
    """All findings, the gravest first. Stays open beside the window's work."""

    def __init__(self, loader: ThumbnailLoader, forget_kept: Callable[[], None], parent: QWidget) -> None:
        super().__init__(parent)
        self._loader = loader
        self.cards: list[FindingCard] = []
        self.sound = QLabel(self)
        self.sound.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._list = QWidget(self)
        self._column = QVBoxLayout(self._list)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(theme.SPACE)
        self._column.addWidget(self.sound)
        self._column.addStretch()
        self._area = QScrollArea(self)
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setWidget(self._list)
        self._kept = 0
        self.kept_button = QPushButton(self)
        self.kept_button.clicked.connect(lambda: forget_kept())
        self.close_button = QPushButton(self)
        self.close_button.clicked.connect(self.close)
        frame(self, self._area, (self.kept_button,), (self.close_button,))
        self.resize(70 * theme.SPACE, 60 * theme.SPACE)
        self._write()

    def show_findings(self, make: Sequence[Callable[[QWidget], FindingCard]], kept: int, has_enough: bool) -> None:
        """Show these; kept: how many more the person has kept; has_enough: whether there was something to examine."""
        focus = next((n for n, card in enumerate(self.cards) if card.isAncestorOf(self.focusWidget() or self)), None)
        for card in self.cards:
            self._column.removeWidget(card)
            card.hide()
            card.deleteLater()
        self.cards = [one(self._list) for one in make]
        for place, card in enumerate(self.cards):
            self._column.insertWidget(place, card)
            card.show()
        self._kept, self._has_enough = kept, has_enough
        self.sound.setVisible(not self.cards)
        self._write()
        if focus is not None and self.cards:  # go on with the finding that took the place of the one just cured
            self.cards[min(focus, len(self.cards) - 1)].buttons[0].setFocus()

    def show_at(self, place: int) -> None:
        """Bring a finding into sight and put the focus on its first remedy."""
        if place < len(self.cards):
            self.cards[place].buttons[0].setFocus()
            self._area.ensureWidgetVisible(self.cards[place])

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._write()
        super().changeEvent(event)

    _has_enough = False

    def _write(self) -> None:
        self.setWindowTitle(self.tr("Example doctor"))
        sound = self.tr("Your examples look sound.")
        self.sound.setText(sound if self._has_enough else self.tr("Give two classes examples, and they are examined."))
        self.kept_button.setText(self.tr("Show %Ln kept again", "", self._kept))
        self.kept_button.setVisible(self._kept > 0)
        self.close_button.setText(self.tr("Close"))


class ExampleDoctor(QObject):
    """Opens the panel, keeps it up to date, and carries out the remedies: each is one step of undo."""

    def __init__(self, desk: Desk, teaching: Teaching, loader: ThumbnailLoader, window: QWidget) -> None:
        super().__init__(window)
        self._desk, self._teaching, self._loader, self._window = desk, teaching, loader, window
        self.dialog: DoctorDialog | None = None
        self._shown: list[Symptom] = []
        teaching.examined.connect(self.refresh)
        teaching.doctor_requested.connect(self.start)
        desk.changed.connect(lambda change: self.refresh() if change.classes else None)
        desk.replaced.connect(self._on_replaced)

    def start(self, hint: Hint | None = None) -> None:
        """Show the panel; hint: at the finding that a card's hint is about."""
        if self.dialog is None:
            self.dialog = DoctorDialog(self._loader, self._forget_kept, self._window)
            Spoken(self.dialog).say(self.refresh)
        self.dialog.show()
        self.refresh()
        self.dialog.raise_()
        self.dialog.activateWindow()
        if hint is not None:
            about = set(hint.pictures) or set(hint.classes)
            places = [n for n, s in enumerate(self._shown) if about & set(s.pictures or s.classes)]
            self.dialog.show_at(min(places, default=0))

    def refresh(self) -> None:
        """Show what is wrong now."""
        dialog = self.dialog
        if dialog is None or not dialog.isVisible() or self._desk.is_closed:
            return
        session = self._desk.session
        holding = [s for s in self._teaching.examined_health.symptoms if still_holds(s, session)]
        self._shown = [s for s in holding if s.key not in session.kept_findings]
        makers = [partial(self._card, symptom) for symptom in self._shown]
        dialog.show_findings(makers, len(holding) - len(self._shown), session.request() is not None)

    def _card(self, symptom: Symptom, parent: QWidget) -> FindingCard:
        session = self._desk.session
        pictures = symptom.pictures
        if symptom.kind is Kind.SAME_THING:  # two of each, to see for oneself
            of = [session.examples(c)[:2] for c in symptom.classes if c != NONE_OF_THESE]
            pictures = tuple(i for ids in of for i in ids)
        said = [(i, self._said(i)) for i in pictures[:MOST_SHOWN]]
        text = symptom_text(symptom, self._name)
        return FindingCard(text, said, self._remedies(symptom), self._loader, session.source, parent)

    def _said(self, picture_id: int) -> str:
        session = self._desk.session
        label = session.human_label(picture_id)
        return f"{session.picture(picture_id).path.name}, {self._name(label or NONE_OF_THESE)}"

    def _name(self, class_id: int) -> str:
        return self._desk.session.class_name(class_id) or self.tr("None of these")

    def _remedies(self, symptom: Symptom) -> list[Remedy]:
        session, teaching = self._desk.session, self._teaching
        keep = Remedy(self.tr("Keep"), partial(self._keep, symptom))
        pictures, classes = symptom.pictures, symptom.classes
        match symptom.kind:
            case Kind.MISLABELLED:
                move = self.tr("Move to {name}").format(name=self._name(classes[1]))
                return [
                    Remedy(move, partial(self._desk.label, pictures, classes[1])),
                    Remedy(self.tr("Take back"), partial(teaching.take_back, pictures)),
                    keep,
                ]
            case Kind.NEAR_COPIES:
                return [Remedy(self.tr("Take back all but one"), partial(teaching.take_back, pictures[1:])), keep]
            case Kind.SAME_PICTURE:
                only = []
                for class_id in classes:
                    others = [i for i in pictures if session.human_label(i) != class_id]
                    text = self.tr("Only in {name}").format(name=self._name(class_id))
                    only.append(Remedy(text, partial(teaching.take_back, others)))
                return [*only, Remedy(self.tr("Take back"), partial(teaching.take_back, pictures)), keep]
            case Kind.SAME_THING:
                if NONE_OF_THESE in classes:
                    return [keep]
                text = self.tr("Merge {name} into {other}").format(
                    name=self._name(classes[1]), other=self._name(classes[0])
                )
                return [Remedy(text, partial(teaching.merge, classes[1], classes[0])), keep]

    def _keep(self, symptom: Symptom) -> None:
        session = self._desk.session
        self._note_kept(session.kept_findings | {symptom.key})

    def _forget_kept(self) -> None:
        self._note_kept(frozenset())

    def _note_kept(self, keys: frozenset[str]) -> None:
        try:
            self._desk.session.keep_findings(keys)
        except ProjectError as error:
            self._desk.warned.emit(str(error))
        self._teaching.tell_health()
        self.refresh()

    def _on_replaced(self) -> None:
        self._shown = []
        if self.dialog is not None:
            self.dialog.close()


def _call(cure: Callable[[], None], *_: object) -> None:
    cure()


def _square(pixmap: QPixmap, scale: float) -> QPixmap:
    """The middle of a picture with rounded corners, as the cards show their examples."""
    side = round(_SIDE * scale)
    filled = Qt.AspectRatioMode.KeepAspectRatioByExpanding
    large = pixmap.scaled(side, side, filled, Qt.TransformationMode.SmoothTransformation)
    large.setDevicePixelRatio(1)
    middle = large.copy((large.width() - side) // 2, (large.height() - side) // 2, side, side)
    made = QPixmap(side, side)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QBrush(middle))
    painter.drawRoundedRect(0, 0, side, side, theme.RADIUS * scale, theme.RADIUS * scale)
    painter.end()
    made.setDevicePixelRatio(scale)
    return made
