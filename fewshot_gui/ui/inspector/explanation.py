"""Why the picture was decided so: the person's own nearest examples, and the one that would turn the decision."""

from __future__ import annotations

import html
from pathlib import Path
from typing import Final

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from fewshot_gui.images.errors import printable
from fewshot_gui.questions.explain import Like, Reasons, Turning
from fewshot_gui.session import ClassInfo, Session
from fewshot_gui.ui import theme
from fewshot_gui.ui.gallery.thumbnails import ThumbnailLoader
from fewshot_gui.ui.gallery.tile import CHIP, class_chip, class_name, paint_picture, percent
from fewshot_gui.ui.inspector.inspector_parts import paint_line

EXAMPLES: Final = 4
"""So many examples of a class are shown."""
_PICTURE, _THUMBNAIL = 48, 128  # height on the screen; what is loaded, in device pixels


class Explanation(QWidget):
    """Two rows of examples and a sentence. Its height never depends on what is known yet."""

    example_chosen = Signal(int)  # the id of an example to look at
    take_back_requested = Signal(int)

    def __init__(self, loader: ThumbnailLoader, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._loader = loader
        self._session: Session | None = None
        self._turning: Turning | None = None
        self._rows = (_Row(loader), _Row(loader))
        self._heading = QLabel(textFormat=Qt.TextFormat.PlainText)
        self._heading.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._example = ExampleButton(loader)
        self._example.setFixedWidth(_PICTURE)
        self._sentence = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self._sentence.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self._sentence.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._take_back = QToolButton()
        self._take_back.setIcon(theme.icon("undo"))

        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)  # the bars above it end with a space
        column.setSpacing(theme.SPACE)
        column.addWidget(self._heading)
        for row in self._rows:
            column.addWidget(row)
            for button in row.buttons:
                button.clicked.connect(lambda _=False, button=button: self._choose(button))
        line = QHBoxLayout()
        line.setSpacing(theme.SPACE)
        line.addWidget(self._example, 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(self._sentence, 1)
        line.addWidget(self._take_back)
        column.addLayout(line)
        self._example.clicked.connect(lambda: self._choose(self._example))
        self._take_back.clicked.connect(self._ask_to_take_back)
        loader.ready.connect(self.update_pictures)
        self._translate()
        self.wait(None)

    def wait(self, session: Session | None) -> None:
        """Empty places until the answers arrive."""
        self._session, self._turning = session, None
        for row in self._rows:
            row.show_examples(None, "", ())
        self._show_turning()

    def show_reasons(self, session: Session, reasons: Reasons) -> None:
        """Show the nearest examples for the decision and for the runner-up."""
        self._session = session
        known = {info.id: info for info in session.classes}
        for row, class_id, likes in zip(
            self._rows,
            (reasons.decision, reasons.runner_up),
            (reasons.for_decision, reasons.for_runner_up),
            strict=True,
        ):
            info = known.get(class_id)
            row.show_examples(info, class_name(info), [(like, _name(session, like.example)) for like in likes])
            for like in reversed(likes):
                self._loader.request(like.example, session.source(like.example), _THUMBNAIL)

    def show_turning(self, session: Session, turning: Turning) -> None:
        """Show the example that would turn the decision, or that there is none."""
        self._session, self._turning = session, turning
        if turning.example is not None:
            self._loader.request(turning.example, session.source(turning.example), _THUMBNAIL)
        self._show_turning()

    def update_pictures(self, _ids: object = None) -> None:
        """Thumbnails arrived."""
        for button in (*self._rows[0].buttons, *self._rows[1].buttons, self._example):
            button.update()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._translate()
            self._show_turning()

    def _translate(self) -> None:
        self._heading.setText(self.tr("Your examples most like it"))
        self.setAccessibleName(self._heading.text())
        line = self.fontMetrics().size(Qt.TextFlag.TextSingleLine, self._heading.text()).height()
        self._sentence.setFixedHeight(3 * line)  # Chinese lines are higher
        self._take_back.setToolTip(self.tr("Take this example back"))
        self._take_back.setAccessibleName(self._take_back.toolTip())

    def _show_turning(self) -> None:
        turning, session = self._turning, self._session
        example = None if turning is None else turning.example
        there = example is not None and session is not None and session.knows(example)
        keep_room = self._take_back.sizePolicy()
        keep_room.setRetainSizeWhenHidden(True)
        self._take_back.setSizePolicy(keep_room)
        self._take_back.setVisible(there)
        self._example.setVisible(there or turning is None)
        if turning is None:
            self._example.show_example(None, "")
            self._sentence.setText("")
        elif not there or session is None or example is None:
            self._sentence.setText(self.tr("No single one of your examples decides this."))
        else:
            name = class_name(next((info for info in session.classes if info.id == turning.to), None))
            self._sentence.setText(self.tr("Without this example it would be {name}.").format(name=name))
            self._example.show_example(Like(example, float("nan")), _name(session, example))

    def _choose(self, button: ExampleButton) -> None:
        if button.example is not None:
            self.example_chosen.emit(button.example)

    def _ask_to_take_back(self) -> None:
        if self._turning is not None and self._turning.example is not None:
            self.take_back_requested.emit(self._turning.example)


def _name(session: Session, picture_id: int) -> str:
    return printable(Path(session.picture(picture_id).path.name)) if session.knows(picture_id) else ""


class ExampleButton(QAbstractButton):
    """A small picture of an example, its likeness in the corner; to be pressed. Empty until it is known."""

    def __init__(self, loader: ThumbnailLoader, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._loader = loader
        self._like: Like | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    @property
    def example(self) -> int | None:
        """The id of the example that is shown."""
        return self._like.example if self._like else None

    def show_example(self, like: Like | None, name: str) -> None:
        """None for an empty place. A similarity of NaN is not written."""
        self._like = like
        self.setEnabled(like is not None)
        self.setAccessibleName(f"{name} {self._number()}".strip())
        self.setToolTip(f"<p style='white-space:pre-wrap'>{html.escape(name)}</p>" if name else "")
        self.setCursor(Qt.CursorShape.PointingHandCursor if like else Qt.CursorShape.ArrowCursor)
        self.update()

    def _number(self) -> str:
        known = self._like is not None and self._like.similarity == self._like.similarity
        return percent(max(self._like.similarity, 0.0)) if self._like and known else ""

    def sizeHint(self) -> QSize:
        return QSize(_PICTURE, _PICTURE)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("picture"))
        painter.drawRoundedRect(area, 4, 4)
        if self._like is None:
            return
        pixmap = self._loader.pixmap(self._like.example)
        if pixmap is not None:
            paint_picture(painter, pixmap, area, 4)
        if number := self._number():
            metrics = self.fontMetrics()
            badge = QRectF(0, 0, metrics.horizontalAdvance(number) + 6, metrics.height())
            badge.moveBottomRight(area.bottomRight())
            ground = theme.colour("card")
            ground.setAlpha(225)
            painter.setBrush(ground)
            painter.drawRoundedRect(badge, 4, 4)
            painter.setPen(theme.colour("text"))
            painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, number)
        if self.hasFocus() or self.underMouse():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.colour("accent"), 2))
            painter.drawRoundedRect(area.adjusted(1, 1, -1, -1), 4, 4)


class _Row(QWidget):
    """A class and the examples of it."""

    def __init__(self, loader: ThumbnailLoader) -> None:
        super().__init__()
        self._title = _Title()
        self.buttons = [ExampleButton(loader) for _ in range(EXAMPLES)]
        line = QHBoxLayout()
        line.setSpacing(theme.SPACE // 2)
        for button in self.buttons:
            line.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.SPACE // 2)
        column.addWidget(self._title)
        column.addLayout(line)

    def show_examples(self, info: ClassInfo | None, name: str, likes: list[tuple[Like, str]] | tuple[()]) -> None:
        """An empty name: nothing is known yet."""
        self._title.show_class(info, name)
        for k, button in enumerate(self.buttons):
            button.show_example(*(likes[k] if k < len(likes) else (None, "")))


class _Title(QWidget):
    """A class's chip and name on one line; empty until it is known."""

    def __init__(self) -> None:
        super().__init__()
        self._info: ClassInfo | None = None
        self._name = ""
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def show_class(self, info: ClassInfo | None, name: str) -> None:
        self._info, self._name = info, name
        self.setAccessibleName(name)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(20 * theme.SPACE, max(CHIP, self.fontMetrics().height()))

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._name:
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            paint_line(painter, QRectF(self.rect()), class_chip(self._info), self._name, "")
