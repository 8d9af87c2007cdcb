"""The right-hand side: one picture large, what is thought of it, and how every class scores."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFont, QPalette, QPixmap, QResizeEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from fewshot_gui.images.errors import printable
from fewshot_gui.sentences import translated
from fewshot_gui.session import NONE_OF_THESE, ClassInfo, Decision, Session, State
from fewshot_gui.ui import theme
from fewshot_gui.ui.gallery.thumbnails import ThumbnailLoader
from fewshot_gui.ui.gallery.tile import Tile
from fewshot_gui.ui.inspector.explanation import Explanation
from fewshot_gui.ui.inspector.inspector_parts import AnswerLine, Details, PathLabel, PictureView, ScoreBars

MOST_SCORES: Final = 8
_Scores = list[tuple[ClassInfo | None, float]]
_SIDE_STEP, _LARGEST_SIDE = 256, 1536  # device pixels; steps, so that resizing seldom decodes again


class Inspector(QWidget):
    """Shows one picture and all that is known of it. `loader` is its own, since each picture is kept at one size only.

    preview: a small version to show until the large one is there, such as the gallery's loader's pixmap().
    examples: loads the small pictures of the person's own examples.
    """

    shown = Signal(object)  # the id of the picture that is shown now, or None; also when more is known of it

    def __init__(
        self,
        loader: ThumbnailLoader,
        examples: ThumbnailLoader,
        parent: QWidget | None = None,
        *,
        preview: Callable[[int], QPixmap | None] = lambda picture_id: None,
    ) -> None:
        super().__init__(parent)
        self._loader, self._preview = loader, preview
        self._session: Session | None = None
        self._picture_id: int | None = None
        self._thought: tuple[Decision, _Scores] | None = None  # as it is shown

        self.picture = PictureView()
        self.explanation = Explanation(examples)
        self._name = PathLabel()
        self._answer = AnswerLine()
        self._reason = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self._heading = QLabel(textFormat=Qt.TextFormat.PlainText)
        self._scores = ScoreBars()
        self._hint = QLabel(wordWrap=True, alignment=Qt.AlignmentFlag.AlignCenter)
        for quiet in (self._reason, self._heading, self._hint):
            quiet.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._heading.setContentsMargins(0, theme.SPACE, 0, 0)
        bold = QFont(self.font())
        bold.setBold(True)
        self._name.setFont(bold)

        details = Details()
        for widget in (self._name, self._answer, self._reason, self._heading, self._scores, self.explanation):
            details.column.addWidget(widget)
        details.column.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.SPACE, theme.SPACE, theme.SPACE, theme.SPACE)
        column.setSpacing(theme.SPACE)
        column.addWidget(self.picture, 100)
        column.addWidget(details, 1)
        column.addWidget(self._hint, 1)
        self._filled = (self.picture, details)

        self.setMinimumWidth(24 * theme.SPACE)
        loader.ready.connect(self._on_ready)
        self._translate()
        self.show_picture(None, None)

    def show_picture(self, session: Session | None, picture_id: int | None) -> None:
        """Show a picture of the session, as it is thought of now; None for no picture. Call again when that changes."""
        if session is not self._session:
            self._loader.clear()  # ids have a new meaning
        if picture_id != self._picture_id:
            self.picture.set_heat(None)
        self._session, self._picture_id = session, picture_id
        shown = session is not None and picture_id is not None
        self._hint.setVisible(not shown)
        for widget in self._filled:
            widget.setVisible(shown)
        if session is None or picture_id is None:
            self._loader.forget_except(())
            self.shown.emit(None)
            return
        picture, decision = session.picture(picture_id), session.decision(picture_id)
        info = session.class_info(decision.class_id) if decision.class_id else None
        tile = Tile(printable(Path(picture.path.name)), decision, info)
        self._name.set_text(tile.name, str(printable(picture.path)))
        self._answer.show_tile(tile)
        self._reason.setText(translated(decision.reason))
        self._reason.setVisible(bool(decision.reason))
        scores = _score_rows(session, picture_id)
        self._thought = decision, scores
        self._scores.show_scores(scores)
        self._heading.setVisible(bool(scores))
        self._scores.setVisible(bool(scores))
        self.explanation.setVisible(len(scores) > 1)
        self.picture.setAccessibleName(self.tr("Picture {name}").format(name=tile.name))
        self._load()
        self.shown.emit(picture_id)

    def refresh(self) -> None:
        """The machine has spoken again: show what it thinks of this picture, if that is anything else than before."""
        session, picture_id = self._session, self._picture_id
        if session is None or picture_id is None:
            return
        if (session.decision(picture_id), _score_rows(session, picture_id)) != self._thought:
            self.show_picture(session, picture_id)

    @property
    def picture_id(self) -> int | None:
        """The picture that is shown."""
        return self._picture_id

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._translate()
            self.show_picture(self._session, self._picture_id)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # Not all the height there is: the text below keeps its place for the next picture, and much of it is in sight.
        self.picture.setMaximumHeight(max(self.picture.minimumHeight(), min(self.width(), self.height() * 2 // 5)))
        self._load()

    def _translate(self) -> None:
        self.setAccessibleName(self.tr("Selected picture"))
        self._heading.setText(self.tr("What the program thinks"))
        self._scores.setAccessibleName(self._heading.text())
        self._hint.setText(self.tr("Select a picture to see it large and to see how each class scores."))

    def _load(self) -> None:
        """Ask for the picture in the size it is shown at, and show what is there of it so far."""
        if self._session is None or self._picture_id is None:
            return
        wanted = max(self.picture.width(), self.picture.height()) * self.devicePixelRatioF()
        side = min(-(-round(wanted) // _SIDE_STEP) * _SIDE_STEP, _LARGEST_SIDE)
        self._loader.forget_except((self._picture_id,))
        broken = self._session.picture(self._picture_id).problem is not None
        if not broken:
            self._loader.request(self._picture_id, self._session.source(self._picture_id), side)
        self._show_pixmap()

    def _on_ready(self, ids: list[int]) -> None:
        if self._picture_id in ids:
            self._load()

    def _show_pixmap(self) -> None:
        assert self._session is not None and self._picture_id is not None
        broken = self._session.picture(self._picture_id).problem is not None
        pixmap = self._loader.pixmap(self._picture_id) or self._preview(self._picture_id)
        self.picture.show_pixmap(pixmap, broken or self._loader.is_unreadable(self._picture_id))


def _score_rows(session: Session, picture_id: int) -> _Scores:
    """Class (None: none of them) and share, best first; classes that have been deleted since are left out.

    The scores of a picture unlike all examples say which class it is if it is of one. It hardly is: so "none of these"
    gets the share that the answer gives it, and the classes divide the rest among them as they score.
    """
    known: dict[int, ClassInfo | None] = {info.id: info for info in session.classes}
    known[NONE_OF_THESE] = None
    scores, decision = session.scores(picture_id), session.decision(picture_id)
    if scores and decision.state is State.UNKNOWN and decision.confidence is not None:
        classes = [(class_id, share) for class_id, share in scores if class_id != NONE_OF_THESE]
        rest = (1 - decision.confidence) / max(sum(share for _, share in classes), 1e-9)
        scores = [(NONE_OF_THESE, decision.confidence), *((class_id, share * rest) for class_id, share in classes)]
    return [(known[class_id], share) for class_id, share in scores if class_id in known][:MOST_SCORES]
