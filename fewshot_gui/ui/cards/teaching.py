"""Teaching as the person meets it: what is done with class cards and examples, and what their health is."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QObject, QPoint, QTimer, Signal
from PySide6.QtWidgets import QWidget

from fewshot_gui.questions.health import Health, examine_examples
from fewshot_gui.questions.split import SplitProposal, propose_split
from fewshot_gui.session import Change
from fewshot_gui.ui.cards.class_palette import Palette
from fewshot_gui.ui.cards.class_panel import ClassPanel
from fewshot_gui.ui.cards.examples_dialog import ExamplesDialog
from fewshot_gui.ui.cards.split_dialog import SplitDialog
from fewshot_gui.ui.desk import Desk
from fewshot_gui.ui.gallery.thumbnails import ThumbnailLoader
from fewshot_gui.workers.compute import Compute

ASK_AFTER_MS = 300
"""The examples are examined when no adaptation came for so long: nobody waits for it."""
LOOKED_AT = 500
"""Of so many selected pictures the menu looks at the answers: it opens at once whatever is selected."""


class Teaching(QObject):
    """Wires the class cards to the desk, and owns their palette and dialogs."""

    examined = Signal()
    """The examples were examined: see examined_health."""
    doctor_requested = Signal(object)  # the Hint that was clicked

    def __init__(
        self, desk: Desk, compute: Compute, panel: ClassPanel, loader: ThumbnailLoader, window: QWidget
    ) -> None:
        super().__init__(window)
        self._desk, self._compute, self._panel = desk, compute, panel
        self._loader, self._window = loader, window
        self.examined_health = Health()
        """All that was found; ``health`` is without what the person keeps."""
        self.health = Health()
        self.split_dialog: SplitDialog | None = None
        self.examples_dialog: ExamplesDialog | None = None
        self.palette: Palette | None = None
        self._ask = QTimer(self, interval=ASK_AFTER_MS, singleShot=True)
        self._ask.timeout.connect(lambda: compute.ask("health", examine_examples, self._take_health))
        compute.adapted.connect(lambda *_: self._ask.start())
        compute.not_enough.connect(lambda _: self._take_health(Health()))
        desk.replaced.connect(self._on_replaced)
        desk.changed.connect(self._on_changed)
        panel.drop_received.connect(desk.take_drop)
        panel.rename_requested.connect(desk.rename_class)
        panel.delete_requested.connect(desk.delete_class)
        panel.move_requested.connect(desk.move_class)
        panel.unlabel_requested.connect(self.take_back)
        panel.label_requested.connect(self._label)
        panel.recolour_requested.connect(self.choose_colour)
        panel.merge_requested.connect(self.merge)
        panel.split_requested.connect(self.split)
        panel.examples_requested.connect(self.show_examples)
        panel.hint_requested.connect(self.doctor_requested)

    # --- cards

    def choose_colour(self, class_id: int, where: QPoint) -> None:
        """Open the palette of class colours."""
        session = self._desk.session
        used = {info.colour: info.name for info in session.classes}
        self.palette = Palette(session.class_info(class_id).colour, used, self._window)
        self.palette.chosen.connect(
            lambda colour: self._desk.do(lambda: self._desk.session.recolour_class(class_id, colour))
        )
        self.palette.open_at(where)

    def merge(self, class_id: int, into: int) -> None:
        """Make one class part of another; a message offers to undo it."""
        session = self._desk.session
        self._desk.tell_done(self._desk.do(lambda: session.merge_classes(class_id, into)))

    def split(self, class_id: int) -> None:
        """Show the class's examples in groups; look-alikes are found meanwhile."""
        session = self._desk.session
        dialog = self.split_dialog = SplitDialog(session, class_id, self._loader, self._window)
        dialog.split_requested.connect(partial(self._split, class_id))
        dialog.finished.connect(lambda _: self._end_split())
        dialog.open()
        if session.request() is None:  # nothing is adapted to, so nothing can say what looks alike
            dialog.propose(SplitProposal({}))
        else:
            self._compute.ask("split", propose_split(session.examples(class_id)), self._propose)

    def _propose(self, proposal: SplitProposal) -> None:
        if self.split_dialog is not None:
            self.split_dialog.propose(proposal)

    def _end_split(self) -> None:
        self._compute.forget_question("split")
        self.split_dialog = None

    def _split(self, class_id: int, parts: list[tuple[str, list[int]]]) -> None:
        name = self._desk.session.class_name(class_id)
        if self._desk.do(lambda: self._desk.session.split_class(class_id, parts)) is not None:
            text = self.tr("{name} was split into {count} classes.")
            self._desk.said.emit(text.format(name=name, count=len(parts)), True)

    # --- examples

    def _label(self, picture_ids: Sequence[int], class_id: int | None) -> None:
        if class_id is None:
            self.take_back(picture_ids)
        else:
            self._desk.label(picture_ids, class_id)

    def take_back(self, picture_ids: Sequence[int]) -> None:
        """These are no examples any more."""
        change = self._desk.do(lambda: self._desk.session.label(picture_ids, None))
        if change is not None and change.pictures:
            self._desk.said.emit(self.tr("%Ln example(s) taken back.", "", len(change.pictures)), True)

    def show_examples(self, class_id: int) -> None:
        """All examples of a class, to take back or move."""
        session = self._desk.session

        def title() -> str:
            return self.tr("Examples of {name}").format(name=session.class_name(class_id))

        def ids() -> list[int]:
            return session.examples(class_id)

        if self.examples_dialog is not None:
            self.examples_dialog.close()
        dialog = self.examples_dialog = ExamplesDialog(title, ids, session, self._loader, self._window)
        dialog.label_requested.connect(self._label)
        dialog.finished.connect(lambda _: self._forget_dialog(dialog))
        dialog.show()

    def _forget_dialog(self, dialog: ExamplesDialog) -> None:
        if self.examples_dialog is dialog:
            self.examples_dialog = None

    # --- not this

    def reject(self, picture_ids: Sequence[int]) -> None:
        """The pictures are not of the class each is in now."""
        session = self._desk.session
        change = self._desk.do(lambda: session.reject(picture_ids))
        if change is not None and not change.pictures:
            self._desk.said.emit(self.tr("There is no answer to reject."), False)
        self._desk.tell_done(change)

    def not_this(self, picture_ids: Sequence[int]) -> str:
        """What the menu of these tiles calls it; "" where none of them is in a class."""
        session = self._desk.session
        decided = {session.decision(i).class_id for i in picture_ids[:LOOKED_AT]} - {None}
        if not decided:
            return ""
        (one, *others) = decided
        return self.tr("Not the answer") if others else self.tr("Not {name}").format(name=session.class_name(one))

    # --- health

    def _take_health(self, health: Health) -> None:
        self.examined_health = health
        self.tell_health()
        self.examined.emit()

    def tell_health(self) -> None:
        """Let the cards show what was found and is not kept."""
        health = self.examined_health.without(self._desk.session.kept_findings)
        if health != self.health:
            self.health = health
            self._panel.set_health(health, self._desk.session)

    def _on_replaced(self) -> None:
        self._ask.stop()
        self.health = self.examined_health = Health()
        self._panel.set_health(self.health, self._desk.session)
        for dialog in (self.split_dialog, self.examples_dialog):
            if dialog is not None:
                dialog.close()

    def _on_changed(self, change: Change) -> None:
        if change.classes and self.examples_dialog is not None:
            self.examples_dialog.refresh()
