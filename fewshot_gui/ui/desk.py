"""The desk: what the window does, without the window. It joins the session with the compute thread and the tasks.

All its methods and signals belong to the window's thread. Every change of the session passes through ``_after``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from fewshot_gui.engine import Read, Scored
from fewshot_gui.images.errors import GONE
from fewshot_gui.images.find import FolderError, PictureFile
from fewshot_gui.pictures import Found
from fewshot_gui.project.errors import DamagedProject, ProjectError
from fewshot_gui.session import Change, Session, SessionError
from fewshot_gui.sorting.recover import RecoveryReport, recover_all
from fewshot_gui.ui.bringing import Bringing
from fewshot_gui.ui.drops import Drop
from fewshot_gui.ui.operation_text import done_sentence
from fewshot_gui.ui.project.opening import FolderOpening
from fewshot_gui.ui.project.scan import FolderScan, Stamps
from fewshot_gui.ui.shell.key_name import key_name
from fewshot_gui.workers.compute import Compute
from fewshot_gui.workers.tasks import Tasks

WRITE_EVERY_MS = 2000


class Desk(QObject):
    """One window's work. Owns the session; the compute thread and the tasks belong to the application."""

    changed = Signal(object)
    """Change: what looks different now."""
    replaced = Signal()
    """Another project, or another folder, is open."""
    said = Signal(str, bool)
    """A sentence for the person, and whether undo takes back what it tells of."""
    warned = Signal(str)
    """A sentence about something that went wrong."""
    damaged = Signal(Path)
    """A project that was to be opened is there and broken."""
    class_made = Signal(int)
    """A class was made of pictures; it wants a name."""
    leaving = Signal()
    """The session is about to be closed."""
    scanning = Signal(bool)
    looked_through = Signal(object, object)
    """The folder (Path), and Stamps of all that was found in it."""

    def __init__(self, session: Session, compute: Compute, tasks: Tasks) -> None:
        super().__init__()
        self.session = session
        self._compute = compute
        self._tasks = tasks
        self._scan = FolderScan(self, tasks)
        self._scan.found.connect(self._on_found)
        self.bringing = Bringing(self, tasks)
        self._opening = FolderOpening(self, tasks)
        self._number = 0
        self._epoch = 0
        self._closed = False
        self.folder_helps = False
        self.audited: frozenset[int] = frozenset()
        """Pictures that are asked about by chance now: see Session.label."""
        compute.read.connect(self._on_read)
        compute.scored.connect(self._on_scored)
        compute.not_enough.connect(self._on_not_enough)
        compute.failed.connect(self.warned)
        compute.idle.connect(self._write)
        self._writer = QTimer(self, interval=WRITE_EVERY_MS)
        self._writer.timeout.connect(self._write)
        self._writer.start()

    @property
    def is_closed(self) -> bool:
        """Whether the window has gone, and with it the session."""
        return self._closed

    # --- projects and folders

    def begin(self) -> None:
        """Start to work on the session as it was opened: adapt to its examples, look through its folder."""
        self._adapt()
        if self.session.folder is not None:
            self._scan.start(self.session.folder)
        self._tasks.run(lambda _: recover_all(), self._tell_recovered)

    def _tell_recovered(self, reports: Sequence[RecoveryReport]) -> None:
        for report in reports:
            for sentence in report.sentences:
                self.warned.emit(sentence)

    def open_project(self, path: Path | None) -> bool:
        """Open another project, or a new one; the old one stays where it fails. Returns whether it worked."""
        self._opening.finish()
        try:
            session = Session.open(path, or_copy=True)
        except DamagedProject as error:
            self.warned.emit(str(error))
            self.damaged.emit(path)
            return False
        except ProjectError as error:
            self.warned.emit(str(error))
            return False
        self._replace(session)
        return True

    def _replace(self, session: Session) -> None:
        self._scan.stop()
        self.bringing.stop()
        self._epoch = self._compute.start_over()
        self.leaving.emit()
        old, self.session = self.session, session
        old.close()
        self.replaced.emit()
        self.begin()

    def save_as(self, path: Path) -> None:
        """Go on in a copy of the project at ``path``; the old file stays as it is."""
        self._opening.finish()
        try:
            self.session.copy_to(path)
        except ProjectError as error:
            self.warned.emit(str(error))
            return
        if self.open_project(path):
            self.said.emit(self.tr("The project is now {path}.").format(path=path), False)

    def open_folder(self, folder: Path) -> None:
        """Show and classify the pictures below ``folder``."""
        if not folder.is_dir():
            self.warned.emit(self.tr("“{path}” is no folder that can be opened.").format(path=folder))
            return
        self._opening.finish()
        self._scan.stop()
        self._epoch = self._compute.start_over()
        self._opening.start(folder, self._on_opened)

    def _on_opened(self) -> None:
        self.replaced.emit()
        self.look_again()

    def look_again(self) -> None:
        """Look through the folder once more, for what is new, changed or gone; go on reading where it was stopped."""
        self._opening.finish()
        if self.session.folder is not None:
            self._scan.stop()
            self._adapt()
            self._scan.start(self.session.folder)

    def scan_finished(self, folder: Path, found: Stamps, gone: Sequence[int]) -> None:
        """The whole folder was seen; these pictures are no longer there."""
        self._after(self.session.note_gone(gone))
        self.looked_through.emit(folder, found)

    def _on_found(self, found: Found) -> None:
        self._after(self.session.take_found(found))
        paths = [f.path for f in found.files] + [move.path for move in found.moves if move.file is not None]
        self._compute.read_pictures(self.session.items(self.session.ids_of(paths)))

    def take_arrived(self, files: Sequence[PictureFile]) -> None:
        """Pictures came into the folder, or changed there: show them, read them, classify them."""
        self._opening.finish()
        self._scan.take_arrived(files)

    def set_aside(self, paths: Sequence[Path]) -> None:
        """Pictures of the folder were deleted."""
        ids = self.session.ids_of(paths)
        self._after(self.session.record([Read(picture_id, None, GONE) for picture_id in ids]))

    def compute_anew(self) -> None:
        """The compute thread has another engine, which knows nothing yet: have everything read again."""
        self._scan.stop()
        self._epoch = self._compute.start_over()
        if self.session.folder is None:
            self._adapt()
        self.look_again()

    def let_folder_help(self, on: bool) -> None:
        """Whether look-alikes lend each other their answers (Request.folder_helps)."""
        if on != self.folder_helps:
            self.folder_helps = on
            self._adapt()

    # --- teaching and correcting

    def take_drop(self, class_id: int | None, drop: Drop) -> None:
        """Something was dropped or pasted on a class card, or (None) where new classes are made."""
        if class_id is None and drop.tiles:
            self.make_class_of(drop.tiles)
            return
        if drop.image is not None:
            self.bringing.bring_image(class_id, drop.image, drop.name or self.tr("Pasted picture"))
        elif drop.paths:
            self.bringing.bring(class_id, drop.paths)
        elif class_id is not None and drop.tiles:
            self.label(drop.tiles, class_id)
        elif drop.refused:
            self.said.emit(drop.refused, False)

    def import_class_folders(self, folder: Path) -> None:
        """One class for each sub-folder."""
        self.bringing.bring_class_folders(folder)

    def make_class(self, make: Callable[[str], tuple[int | None, Change]], name: str = "") -> int | None:
        """Have a class made, under this name or, where there is none or it is taken, under a free one. Returns its id.

        One that was not named wants a name.
        """
        self._opening.finish()
        try:
            try:
                class_id, change = make(name or self._free_name())
            except SessionError:
                name = ""
                class_id, change = make(self._free_name())
        except (SessionError, FolderError, ProjectError) as error:
            self.warned.emit(str(error))
            return None
        self._after(change)
        self.tell_done(change)
        if class_id is not None and not name:
            self.class_made.emit(class_id)
        return class_id

    def tell_done(self, change: Change | None) -> None:
        """Say what the latest operation did, and offer to take it back."""
        name = self.session.undo_name
        if change is not None and change.done and name is not None:
            self.said.emit(done_sentence(name), True)

    def _free_name(self) -> str:
        """What a class is called that the person has not named yet, in their language."""
        taken = {info.name.casefold() for info in self.session.classes}
        names = (self.tr("Class {number}").format(number=number) for number in range(len(taken) + 1, 1000))
        return next(name for name in names if name.casefold() not in taken)

    def new_class(self) -> int | None:
        """An empty card; its id."""
        return self.make_class(self.session.add_class)

    def make_class_of(self, picture_ids: Sequence[int]) -> None:
        """A new class with these pictures as its examples."""
        self.make_class(lambda name: self.session.new_class_of(picture_ids, name))

    def rename_class(self, class_id: int, name: str) -> None:
        self.do(lambda: self.session.rename_class(class_id, name))

    def move_class(self, class_id: int, position: int) -> None:
        self.do(lambda: self.session.move_class(class_id, position))

    def delete_class(self, class_id: int) -> None:
        self.tell_done(self.do(lambda: self.session.delete_class(class_id)))

    def label(self, picture_ids: Sequence[int], class_id: int | None) -> None:
        """The person says what pictures are: a class, NONE_OF_THESE, or None to take it back."""
        by_chance = self.audited.issuperset(picture_ids)
        self.tell_done(self.do(lambda: self.session.label(picture_ids, class_id, audit=by_chance)))

    def label_by_position(self, picture_ids: Sequence[int], position: int) -> None:
        """A digit key was pressed: the class of the card at that position."""
        if position < len(self.session.classes):
            self.label(picture_ids, self.session.classes[position].id)
        else:
            self.said.emit(self.tr("There is no class with this key yet."), False)

    def accept_answers(self, picture_ids: Sequence[int]) -> None:
        """The person agrees with what the machine says of these."""
        by_chance = self.audited.issuperset(picture_ids)
        self.tell_done(self.do(lambda: self.session.confirm(picture_ids, audit=by_chance)))

    def undo(self) -> None:
        self.do(self.session.undo)

    def redo(self) -> None:
        self.do(self.session.redo)

    def do(self, operation: Callable[[], Change]) -> Change | None:
        """Carry out an operation of the session; what it changed, None where it was refused, which is said."""
        self._opening.finish()
        try:
            change = operation()
        except (SessionError, FolderError, ProjectError) as error:
            self.warned.emit(str(error))
            return None
        self._after(change)
        return change

    def _after(self, change: Change) -> None:
        if change.support:
            self._adapt()
        if change.done or change.undone:
            self._behind(self.session.sync)
        self.changed.emit(change)
        for sentence in change.sentences:
            self.warned.emit(sentence)

    # --- the compute thread

    def _adapt(self) -> None:
        request = self.session.request()
        if request is not None:
            request = replace(request, folder_helps=self.folder_helps)
        examples = self.session.items([i for i, _ in request.examples]) if request else []
        self._number = self._compute.adapt_to(request, examples)

    def _on_read(self, epoch: int, batch: list[Read]) -> None:
        if self._closed or epoch != self._epoch:
            return
        known = [r for r in batch if self.session.knows(r.id)]
        change = self.session.record(known)
        if change != Change():
            self._after(change)

    def _on_scored(self, number: int, scored: Scored) -> None:
        if number == self._number and not self._closed:
            self._after(self.session.accept(scored))

    def _on_not_enough(self, number: int) -> None:
        if number == self._number and not self._closed:
            self._after(self.session.clear_answers())

    def cancel(self) -> None:
        """Stop whatever is under way: scanning, reading, adapting."""
        self._scan.stop()
        if self.bringing.stop():
            self.said.emit(self.tr("The search was stopped: no examples were added."), False)
        left = self._compute.cancel()
        if left:
            key = key_name("look-again") or self.tr("“Look through the folder again”")
            text = self.tr("Stopped. {key} goes on with the %Ln picture(s) left.", "", left)
            self.said.emit(text.format(key=key), False)

    def _write(self) -> None:
        if self._closed:
            return
        self._behind(self.session.writing())

    def _behind(self, write: Callable[[], None]) -> None:
        """Have the project written to while the window goes on."""
        session = self.session

        def failed(error: Exception) -> None:
            if session is self.session and not self._closed:  # one that was closed meanwhile wrote it all in closing
                self.warned.emit(str(error))

        self._tasks.run(lambda _: write(), failed=failed)

    # --- sorting

    def relocate(self, moved: dict[Path, Path]) -> None:
        """Sorting, or undoing it, moved these files: old place -> new place."""
        self._opening.finish()
        if moved:
            self.session.relocate(moved)
            self.replaced.emit()
            self.look_again()

    def close(self) -> None:
        """Stop everything of this window; what was said is in the project."""
        if self._closed:
            return
        self._writer.stop()
        self._opening.give_up()
        self._closed = True  # results still on their way have nowhere to go
        self._scan.stop()
        self.bringing.stop()
        self._compute.start_over()  # answers to questions that are still on their way are dropped too
        self.leaving.emit()
        self.session.close()
