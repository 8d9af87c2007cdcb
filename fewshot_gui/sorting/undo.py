"""Take a run back, file by file from the last to the first, any time later and in any other process.

Only what is still as the run made it is taken back; everything else is left and named. Like sorting, undoing takes a
name away only while another name of the same bytes is known to be on the disk. Nothing of it depends on how far an
earlier undo came: each file is judged anew from what is on the disk.
"""

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from fewshot_gui.sorting import files, old_links
from fewshot_gui.sorting.any_disk import name_or_copy
from fewshot_gui.sorting.batches import companions
from fewshot_gui.sorting.errors import SortCancelled, SortRefused, StepFailed, reason, shown
from fewshot_gui.sorting.journal import Journal, JournalError, Record, open_run
from fewshot_gui.sorting.plan import Action, Step
from fewshot_gui.sorting.recover import finish

BATCH_STEPS = 256


@dataclass(frozen=True)
class UndoResult:
    """How many files were restored (moved back, or their copy or link removed), and (path, sentence) for each left.

    stopped is a sentence when the undo ended early for another reason than cancelling.
    """

    restored: int
    left: tuple[tuple[Path, str], ...]
    cancelled: bool
    stopped: str | None = None


def undo(
    run_id: str,
    folder: Path | None,
    progress: Callable[[int, int], None],
    cancelled: Callable[[], bool],
    only: Iterable[Path] | None = None,
) -> UndoResult:
    """Take a run back. progress(files handled, files in all); cancelled() is asked every MiB.

    only: take back just these files of it, each named by its old or its new place; a picture's companions go with it.

    folder is where journals are kept, None for the usual place. A run that died is recovered first. May be called again
    after a crash, after cancelling, or once the reason why a file was left is gone. SortRefused when there is
    no such run or somebody is at work on it, and when it has no such file.
    """
    with open_run(run_id, folder) as journal:
        if journal.record.interrupted:
            finish(journal)
        numbers = None if only is None else _chosen(journal.record, only)
        return _Undoing(journal, progress, cancelled).run(numbers)


def _chosen(record: Record, only: Iterable[Path]) -> list[int]:
    """The numbers of these files and of the companions that travelled with them."""
    by_place: dict[Path, int] = {}
    for number in sorted(record.done):
        by_place[record.steps[number].source] = by_place[record.steps[number].target] = number
    chosen: set[int] = set()
    for path in only:
        picture = by_place.get(Path(os.path.abspath(path)))  # noqa: PTH100 - resolve() would follow what was linked
        if picture is None:
            raise SortRefused(
                f"{shown(path)} is not among the files that run {record.id} sorted. Name a file by its old or its new "
                "place."
            )
        chosen.add(picture)
        if not record.steps[picture].companion:
            chosen.update(number for number in companions(record.steps, picture) if number in record.done)
    return sorted(chosen)


# What a file looked like when it was found to be safe elsewhere: it is removed only if it still looks so.
_Look = tuple[int, int, int, int]


class _Undoing:
    """One undo at work."""

    def __init__(
        self,
        journal: Journal,
        progress: Callable[[int, int], None],
        cancelled: Callable[[], bool],
    ) -> None:
        self.journal = journal
        self.record = journal.record
        self.progress = progress
        self.cancelled = cancelled
        self.was_cancelled = False
        self.restored = 0
        self.left: dict[int, str] = {}

    def run(self, only: list[int] | None) -> UndoResult:
        wanted = self.record.done if only is None else only
        pending = [number for number in sorted(wanted, reverse=True) if number not in self.record.undone]
        folders: set[Path] = set()
        stopped = None
        try:
            self.journal.write("undo", **({} if only is None else {"only": only}))
            for first in range(0, len(pending), BATCH_STEPS):
                self._batch(pending[first : first + BATCH_STEPS], first, len(pending))
                if self.was_cancelled:
                    break
            for number in pending:
                folders |= {self.record.steps[number].source.parent, self.record.steps[number].target.parent}
            files.sweep(self.record.id, folders)
            files.remove_empty_folders(self.record.folders)
            self.journal.write("undo-end")
        except JournalError as error:
            stopped = str(error)
        left = tuple((self.record.steps[number].target, sentence) for number, sentence in self.left.items())
        return UndoResult(self.restored, left, self.was_cancelled, stopped)

    def _batch(self, numbers: list[int], before: int, total: int) -> None:
        restored: dict[int, _Look | None] = {}
        for handled, number in enumerate(numbers, before + 1):
            try:
                if self.cancelled():
                    raise SortCancelled
                restored[number] = self._restore(number)
            except SortCancelled:
                self.was_cancelled = True
                break
            except StepFailed as error:
                self.left[number] = str(error)
            except OSError as error:
                self._leave(number, error)
            self.progress(handled, total)
        self._sync_folders(restored)
        self._finish(restored, self._put_link_back)  # of all files before the first of them goes
        self._finish(restored, self._take_target_away)
        self.restored += len(restored)
        self.journal.write("undone", steps=list(restored))

    def _restore(self, number: int) -> _Look | None:
        """See to it that the old place holds the file; returns the look of the target that may then be removed.

        None when there is nothing to remove. StepFailed says why the file is left as it is.
        """
        step = self.record.steps[number]
        digest = self.record.done[number]
        if not files.exists(step.target):
            if self.record.action is not Action.MOVE and not files.exists(self.record.target):
                raise StepFailed(
                    f"{shown(step.target)} is not there, and neither is {shown(self.record.target)}. If it is on a "
                    "disk that is not connected, connect it and undo again."
                )
            if self.record.action is not Action.MOVE or self._is_moved_file(step.source, step, digest):
                return None  # An earlier undo came this far, or somebody did it by hand.
            raise StepFailed(f"{shown(step.target)} is no longer there, so it cannot be moved back.")
        look = _look(step.target)
        match self.record.action:
            case Action.COPY | Action.REFLINK:
                self._check_copy(step, digest)
            case Action.HARDLINK:
                if not files.linked(step.source, step.target):
                    raise StepFailed(
                        f"{shown(step.target)} is kept: it was changed, or its original {shown(step.source)} is gone."
                    )
            case Action.SYMLINK:
                if files.link_text(step.target) != str(step.source):
                    raise StepFailed(f"{shown(step.target)} is kept: it is no longer the link that was made.")
            case Action.MOVE:
                self._move_back(number, step, digest)
        return look

    def _check_copy(self, step: Step, digest: str | None) -> None:
        """A copy may go if it is still what was copied and the original still holds the same bytes."""
        common = files.common_digest(step.source, step.target, self.cancelled)
        if common is not None and digest in (common, None):  # None: a clone, whose bytes were never read
            return
        original_is_the_same = digest is None and files.unchanged(step.source, step.size, step.mtime_ns)
        differs = original_is_the_same or digest not in (files.digest(step.target, self.cancelled), None)
        if files.link_text(step.target) or differs:
            raise StepFailed(f"{shown(step.target)} was changed after sorting and is kept.")
        raise StepFailed(
            f"{shown(step.target)} is kept: its original {shown(step.source)} was changed or is gone, so this is the "
            "only copy."
        )

    def _move_back(self, number: int, step: Step, digest: str | None) -> None:
        """Give a moved file its old name again; the new one stays for now, unless the file system has no links."""
        if files.exists(step.source):
            if files.linked(step.source, step.target) or files.common_digest(step.source, step.target, self.cancelled):
                return  # An earlier undo came this far.
            raise StepFailed(
                f"{shown(step.target)} stays: its old place {shown(step.source)} is taken by another file. Rename that "
                "and undo again."
            )
        if not self._is_moved_file(step.target, step, digest):
            raise StepFailed(f"{shown(step.target)} was changed after sorting and stays where it is.")
        files.make_folders(step.source.parent)
        temporary = step.source.parent / files.temporary_name(self.record.id, number)
        name_or_copy(step.target, step.source, temporary, step.mtime_ns, self.cancelled)

    def _is_moved_file(self, path: Path, step: Step, digest: str | None) -> bool:
        """A copy across disks is known by its bytes; a renamed file, which was never read, by its size and time."""
        if path.is_symlink() or not path.is_file():
            return False
        if digest is None:
            return files.unchanged(path, step.size, step.mtime_ns)
        return files.digest(path, self.cancelled) == digest

    def _sync_folders(self, restored: dict[int, _Look | None]) -> None:
        """Make names that were given back last before the other ones are taken away."""
        if self.record.action is not Action.MOVE:
            return
        broken: dict[Path, OSError] = {}
        for folder in sorted({self.record.steps[number].source.parent for number in restored}):
            try:
                files.sync_folder(folder)
            except OSError as error:
                broken[folder] = error
        for number in list(restored):
            if cause := broken.get(self.record.steps[number].source.parent):
                self._leave(number, cause)
                del restored[number]

    def _finish(self, restored: dict[int, _Look | None], work: Callable[[Step, _Look | None], None]) -> None:
        """Do this for each restored file; one for which it fails is left."""
        for number, look in list(restored.items()):
            try:
                work(self.record.steps[number], look)
                continue
            except StepFailed as error:
                self.left[number] = str(error)
            except OSError as error:
                self._leave(number, error)
            del restored[number]

    def _put_link_back(self, step: Step, _: _Look | None) -> None:
        """Make the link of an earlier run again that this one had replaced."""
        if old_links.put_back(step) and step.replaces is not None:
            files.sync_folder(step.replaces.parent)

    def _take_target_away(self, step: Step, look: _Look | None) -> None:
        if look is None or not files.exists(step.target):
            return  # An earlier undo came this far, or it was renamed back, on a file system without hard links.
        if _look(step.target) != look:
            raise StepFailed(f"{shown(step.target)} was changed while undoing and is kept.")
        if self.record.action is not Action.SYMLINK and not files.exists(step.source):
            raise StepFailed(f"{shown(step.target)} is kept: {shown(step.source)} has just been removed.")
        files.remove(step.target)

    def _leave(self, number: int, error: OSError) -> None:
        step = self.record.steps[number]
        self.left[number] = f"{shown(step.target)} could not be taken back: {reason(error)}."


def _look(path: Path) -> _Look:
    now = os.lstat(path)
    return now.st_dev, now.st_ino, now.st_size, now.st_mtime_ns
