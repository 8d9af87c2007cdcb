"""Asks why the selected picture was decided so, once the selection rests, and shows the answers in the inspector."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QWidget

from fewshot_gui.questions.explain import Heat, Reasons, Turning, heat, reasons, turning
from fewshot_gui.session import NONE_OF_THESE
from fewshot_gui.ui.desk import Desk
from fewshot_gui.ui.gallery.gallery import GalleryView
from fewshot_gui.ui.gallery.tile import class_name
from fewshot_gui.ui.inspector.explanation import EXAMPLES
from fewshot_gui.ui.inspector.inspector import Inspector
from fewshot_gui.workers.compute import Compute

REST_MS = 200
"""Nothing is asked of pictures that only fly by."""
_KINDS = ("reasons", "turning", "heat")


class Explainer(QObject):
    """Joins the inspector with the compute thread."""

    def __init__(
        self, desk: Desk, compute: Compute, inspector: Inspector, gallery: GalleryView, window: QWidget
    ) -> None:
        super().__init__(window)
        self._desk, self._compute = desk, compute
        self._inspector, self._gallery = inspector, gallery
        self._picture: int | None = None
        self._rest = QTimer(self, interval=REST_MS, singleShot=True)
        self._rest.timeout.connect(self._ask)
        inspector.shown.connect(self._look)
        inspector.picture.heat_button.toggled.connect(lambda on: self._ask_for_heat() if on else None)
        inspector.explanation.example_chosen.connect(self.show_example)
        inspector.explanation.take_back_requested.connect(lambda example: desk.label([example], None))
        compute.scored.connect(self._on_scored)
        desk.changed.connect(lambda change: self._on_scored() if change.classes else None)  # a new name

    def toggle_heat(self) -> None:
        """Lay the heat map over the large picture, or take it away."""
        self._inspector.picture.heat_button.toggle()

    def show_example(self, example: int) -> None:
        """Select an example where the gallery shows it; otherwise show it in the inspector."""
        self._gallery.select_id(example)
        if self._gallery.current_id() != example and self._desk.session.knows(example):
            self._inspector.show_picture(self._desk.session, example)

    def _look(self, picture: int | None) -> None:
        """Another picture is shown, or more is known of the same one."""
        if picture == self._picture:
            return
        self._picture = picture
        for kind in _KINDS:
            self._compute.forget_question(kind)
        self._inspector.explanation.wait(self._desk.session)
        self._rest.start()

    def _on_scored(self) -> None:
        """The network is another now, or knows more pictures: what stands there is replaced when the answer arrives."""
        if not self._rest.isActive():
            self._rest.start()

    def _ask(self) -> None:
        picture = self._picture
        if picture is None or not self._desk.session.scores(picture):
            return
        self._compute.ask("reasons", lambda engine, _: reasons(engine, picture, EXAMPLES), self._on_reasons)
        if self._inspector.picture.heat_button.isChecked():
            self._ask_for_heat()
        self._compute.ask("turning", lambda engine, overtaken: turning(engine, picture, overtaken), self._on_turning)

    def _ask_for_heat(self) -> None:
        session, picture = self._desk.session, self._picture
        scores = session.scores(picture) if picture is not None else []
        if picture is None or not scores:
            return
        # The decision's class; of a picture that is none of these, the one it comes nearest to.
        class_id = next((c for c, _ in scores if c == session.decision(picture).class_id), scores[0][0])
        source, view = session.source(picture), self._inspector.picture
        if not view.has_heat:
            view.wait_for_heat()
        question = lambda engine, overtaken: heat(engine, picture, source, class_id, overtaken)  # noqa: E731
        self._compute.ask("heat", question, self._on_heat)

    def _on_reasons(self, answer: Reasons) -> None:
        if answer.picture == self._picture:
            self._inspector.explanation.show_reasons(self._desk.session, answer)

    def _on_turning(self, answer: Turning) -> None:
        if answer.picture == self._picture:
            self._inspector.explanation.show_turning(self._desk.session, answer)

    def _on_heat(self, answer: Heat) -> None:
        view, session = self._inspector.picture, self._desk.session
        if answer.picture != self._picture or not view.heat_button.isChecked():
            return
        gone = answer.class_id != NONE_OF_THESE and not session.class_name(answer.class_id)
        if not gone:
            name = class_name(session.class_info(answer.class_id) if answer.class_id else None)
            view.set_heat(
                answer.evidence,
                self.tr("speaks for {name}").format(name=name),
                self.tr("speaks against {name}").format(name=name),
            )
