"""Carry a plan out: file by file, never replacing anything, so that a crash at any moment can be tidied up and undone.

For speed the journal is synced per batch of steps, not per step. The invariant that makes this safe: a step is begun
only after the line that intends it is synced, and a name that holds bytes is only taken away while another name
of the same bytes is known to be on the disk. So after a crash only the steps of the last batch are uncertain, and each
of them can be decided from what is on the disk: its source, its target, and its half-done copy, whose name holds
the run's id.

    journal: intend | new names | sync folders | journal: placed | old names away (moves) | journal: outcome
"""

import errno
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from fewshot_gui.sorting import files
from fewshot_gui.sorting.errors import DISK_FULL, SortCancelled, SortRefused, StepFailed, reason, shown
from fewshot_gui.sorting.journal import Journal, JournalError, begin
from fewshot_gui.sorting.plan import Action, SortPlan, Step

BATCH_STEPS = 256
BATCH_BYTES = 256 << 20  # bounds what a crash can leave uncertain when files are large

_DONE_WORD = {Action.COPY: "copied", Action.MOVE: "moved", Action.HARDLINK: "linked", Action.SYMLINK: "linked"}


@dataclass(frozen=True)
class RunResult:
    """What became of a plan's files, companions included.

    skipped files had been in place before. failed names each file that could not be sorted, with a sentence; it
    stays where it was. stopped is a sentence when the run ended early for another reason than cancelling.
    """

    run_id: str
    done: int
    skipped: int
    failed: tuple[tuple[Path, str], ...]
    cancelled: bool
    stopped: str | None = None


def apply(
    plan: SortPlan,
    journal_folder: Path | None,
    progress: Callable[[int, int], None],
    cancelled: Callable[[], bool],
) -> RunResult:
    """Carry the plan out. progress(files handled, files in all) after each; cancelled() is asked every MiB.

    journal_folder is where journals are kept, None for the usual place. SortRefused, before anything is touched, when
    the plan has refusals or the journal cannot be written. Everything later is told in the result.
    """
    if plan.refusals:
        raise SortRefused(" ".join(plan.refusals))
    with begin(plan, _missing_folders(plan), journal_folder) as journal:
        return _Applying(plan, journal, progress, cancelled).run()


class _Applying:
    """One run at work."""

    def __init__(
        self, plan: SortPlan, journal: Journal, progress: Callable[[int, int], None], cancelled: Callable[[], bool]
    ) -> None:
        self.plan = plan
        self.journal = journal
        self.progress = progress
        self.cancelled = cancelled
        self.was_cancelled = False
        self.disk_full = False
        self.done = 0
        self.failed: dict[int, str] = {}

    def run(self) -> RunResult:
        stopped = None
        try:
            for numbers in _batches(self.plan.steps):
                self._batch(numbers)
                if self.was_cancelled or self.disk_full:
                    break
            if self.plan.action in (Action.COPY, Action.MOVE):
                files.sweep(self.journal.record.id, {step.target.parent for step in self.plan.steps})
            if not self.journal.record.done:
                files.remove_empty_folders(self.journal.record.folders)
            self.journal.write("end")
        except JournalError as error:
            stopped = str(error)
        if self.disk_full:
            stopped = (
                f"The disk is full: {self.done} of {len(self.plan.steps)} files were {_DONE_WORD[self.plan.action]}; "
                "nothing is lost. Free space and sort again."
            )
        return RunResult(
            run_id=self.journal.record.id,
            done=self.done,
            skipped=len(self.plan.already_there),
            failed=tuple((self.plan.steps[n].source, sentence) for n, sentence in sorted(self.failed.items())),
            cancelled=self.was_cancelled,
            stopped=stopped,
        )

    def _batch(self, numbers: range) -> None:
        self.journal.write("intend", before=numbers.stop)
        placed: dict[int, str | None] = {}
        for number in numbers:
            try:
                if self.cancelled():
                    raise SortCancelled
                placed[number] = self._place(number)
            except SortCancelled:
                self.was_cancelled = True
                break
            except StepFailed as error:
                self.failed[number] = str(error)
            except OSError as error:
                if error.errno in DISK_FULL:
                    self.disk_full = True
                    break
                self._fail(number, error)
            self.progress(number + 1, len(self.plan.steps))
        self._sync_folders(placed)
        if self.plan.action is Action.MOVE:
            self._take_sources_away(placed)
        self.done += sum(number not in self.failed for number in placed)
        # A file that is in its new place belongs to the run and to its undo, even if something failed afterwards.
        failed = {n: self.failed[n] for n in numbers if n in self.failed and n not in placed}
        self.journal.write("outcome", done=placed, failed=failed)

    def _place(self, number: int) -> str | None:
        """Give one file its new name, leaving the old one; returns the digest if its bytes were copied."""
        step = self.plan.steps[number]
        if not files.unchanged(step.source, step.size, step.mtime_ns):
            raise StepFailed(f"{shown(step.source)} was changed or removed after the plan was made. Plan again.")
        files.make_folders(step.target.parent)
        match self.plan.action:
            case Action.COPY:
                return self._copy(number)
            case Action.MOVE:
                try:
                    files.give_name(step.source, step.target)
                except OSError as error:
                    if error.errno != errno.EXDEV:
                        raise
                    return self._copy(number)
            case Action.HARDLINK:
                files.hard_link(step.source, step.target)
            case Action.SYMLINK:
                files.soft_link(step.source, step.target)
        return None

    def _copy(self, number: int) -> str:
        step = self.plan.steps[number]
        temporary = step.target.parent / files.temporary_name(self.journal.record.id, number)

        def accept(digest: str) -> None:
            if not files.unchanged(step.source, step.size, step.mtime_ns):
                raise StepFailed(f"{shown(step.source)} was changed while it was being copied. Plan again.")

        return files.copy_new(step.source, step.target, temporary, accept, self.cancelled)

    def _sync_folders(self, placed: dict[int, str | None]) -> None:
        """Make the new names last; where that fails, the names are taken back."""
        broken: dict[Path, OSError] = {}
        for folder in sorted({self.plan.steps[number].target.parent for number in placed}):
            try:
                files.sync_folder(folder)
            except OSError as error:
                broken[folder] = error
        for number in list(placed):
            if cause := broken.get(self.plan.steps[number].target.parent):
                self._fail(number, cause)
                self._withdraw(number, placed)

    def _take_sources_away(self, placed: dict[int, str | None]) -> None:
        """The second half of a move. Every file is now safe under two names, or under the new one alone."""
        copies = {number: digest for number, digest in placed.items() if digest is not None}
        if copies:
            self.journal.write("placed", digests=copies)
        for number in list(placed):
            step = self.plan.steps[number]
            if number in self.failed or not files.exists(step.source):
                continue
            try:
                if not self._is_source(number, placed[number]):
                    raise StepFailed(f"{shown(step.source)} was changed while it was being moved; both files are kept.")
                files.remove(step.source)
            except StepFailed as error:
                self.failed[number] = str(error)
            except OSError as error:
                self._fail(number, error)
                self._withdraw(number, placed)

    def _withdraw(self, number: int, placed: dict[int, str | None]) -> None:
        """Take the new name back, if the old one surely holds the file; otherwise both stay and undo will see to it."""
        step = self.plan.steps[number]
        if self.plan.action is Action.SYMLINK or self._is_source(number, placed[number]):
            try:
                files.remove(step.target)
            except OSError:
                return
            del placed[number]

    def _is_source(self, number: int, digest: str | None) -> bool:
        """Whether the source still holds the bytes that are in the target."""
        step = self.plan.steps[number]
        if digest is None:
            return files.linked(step.source, step.target)
        return files.unchanged(step.source, step.size, step.mtime_ns)

    def _fail(self, number: int, error: OSError) -> None:
        step = self.plan.steps[number]
        self.failed[number] = f"{shown(step.source)} could not be {_DONE_WORD[self.plan.action]}: {reason(error)}."


def _batches(steps: tuple[Step, ...]) -> Iterator[range]:
    """The numbers of all steps, in runs of at most BATCH_STEPS files and about BATCH_BYTES."""
    first = size = 0
    for number, step in enumerate(steps):
        size += step.size
        if number + 1 - first >= BATCH_STEPS or size >= BATCH_BYTES or number + 1 == len(steps):
            yield range(first, number + 1)
            first, size = number + 1, 0


def _missing_folders(plan: SortPlan) -> list[Path]:
    """The folders that the run is going to create, parents first."""
    missing: set[Path] = set()
    for folder in {step.target.parent for step in plan.steps}:
        while folder not in missing and not files.exists(folder):
            missing.add(folder)
            folder = folder.parent
    return sorted(missing)
