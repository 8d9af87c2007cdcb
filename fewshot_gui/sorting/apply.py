"""Carry a plan out: never replacing anything, so that a crash at any moment can be tidied up and undone.

For speed all waiting for the disk is done per batch of files, not per file. The invariant: every byte is in the old
place or in the new one at every moment, and each file that was begun stands in the journal. A batch goes through these
stages, each of which ends before the next begins. Of copies a few batches are in 2 to 4 at a time; where files are
MANY, 2 to 4 are done by processes that hold the run's lock too, see copier.py:

    1. journal: intend    What may be begun is known, on the disk, before anything is.
    2. copy               Bytes go to half-done names in the target folder, which hold the run's id. Nothing that was
                          there is touched; after a crash the half-done names are found by the id and removed.
    3. sync, compare      The copies are on the disk itself, then are read from there and compared.
    4. name               A copy gets its name only now, and only if that is free: so under a name there are never
                          half the bytes. A file that is moved on one volume gets a second name instead of 2 to 4.
    5. sync folders       The new names last.
    6. journal: placed    (moves that copied) Their digests are known, so undo can prove the bytes.
    7. old names away     (moves) A name goes only while the other one of the same bytes is on the disk, see 3 and 5.
    8. journal: outcome   Written last: after a crash only the files of such batches are uncertain, and each is decided
                          from its source, its target and its half-done copy, by their bytes.
"""

import errno
import os
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from sys import intern
from threading import Lock
from typing import TypeVar

from fewshot_gui.sorting import files, old_links
from fewshot_gui.sorting.at_once import AtOnce
from fewshot_gui.sorting.batch_copy import Copied, Job, copy_batch
from fewshot_gui.sorting.batches import batches, torn
from fewshot_gui.sorting.copier import Copier, copiers
from fewshot_gui.sorting.errors import DISK_FULL, SortCancelled, SortRefused, StepFailed, reason, shown
from fewshot_gui.sorting.journal import Journal, JournalError, begin
from fewshot_gui.sorting.plan import Action, SortPlan

BATCH_STEPS = 400  # that all have a file open at a time
BATCH_BYTES = 64 << 20  # bounds how long a slow disk has to be waited for after somebody cancels
THREADS = 2  # batches copied at a time; more would make a disk with a moving head slow...
SMALL = 1 << 20  # ...but where files are smaller in the mean, they wait for each other's syncs, and twice as many are
MANY = 500  # files from which on processes copy: starting them costs about as much as copying so many

_DONE_WORD = {
    Action.COPY: "copied",
    Action.MOVE: "moved",
    Action.HARDLINK: "linked",
    Action.SYMLINK: "linked",
    Action.REFLINK: "cloned",
}

_TO_COPY = object()
_Answer = TypeVar("_Answer")


@dataclass(frozen=True)
class RunResult:
    """What became of a plan's files, companions included.

    skipped files had been in place before. failed names each file that could not be sorted, with a sentence; it
    stays where it was. stopped is a sentence when the run ended early for another reason than cancelling. notes are
    sentences about what the target's disk could not hold.
    """

    run_id: str
    done: int
    skipped: int
    failed: tuple[tuple[Path, str], ...]
    cancelled: bool
    stopped: str | None = None
    notes: tuple[str, ...] = ()


def apply(
    plan: SortPlan,
    journal_folder: Path | None,
    progress: Callable[[int, int], None],
    cancelled: Callable[[], bool],
) -> RunResult:
    """Carry the plan out. progress(files handled, files in all) after each; cancelled() is asked every MiB.

    Both may be called in threads of its own, progress one call at a time.

    journal_folder is where journals are kept, None for the usual place. SortRefused, before anything is touched, when
    the plan has refusals or the journal cannot be written. Everything later is told in the result.
    """
    if plan.refusals:
        raise SortRefused(" ".join(plan.refusals))
    folders = tuple(intern(step.folder) for step in plan.steps)
    with begin(plan, files.missing(map(Path, set(folders))), journal_folder) as journal:
        return _Applying(plan, folders, journal, progress, cancelled).run()


class _Applying:
    """One run at work."""

    def __init__(
        self,
        plan: SortPlan,
        folders: Sequence[str],
        journal: Journal,
        progress: Callable[[int, int], None],
        cancelled: Callable[[], bool],
    ) -> None:
        self.plan = plan
        self.folders = folders  # that each step goes into
        self.journal = journal
        self.progress = progress
        self.cancelled = cancelled
        self.was_cancelled = False
        self.disk_full = False
        self.handled = 0
        self.done = 0
        self.failed: dict[int, str] = {}
        self.lost: set[str] = set()
        self.telling = Lock()
        self.turns: SimpleQueue[Copier | None] = SimpleQueue()  # to copy: a process, or None, for the thread itself

    def run(self) -> RunResult:
        stopped = None
        try:
            self._all_batches()
            if self.plan.action not in (Action.HARDLINK, Action.SYMLINK):
                files.sweep(self.journal.record.id, map(Path, set(self.folders)))
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
            notes=self._notes(),
        )

    def _all_batches(self) -> None:
        """One batch after the other. Of copies some are made at a time, so that one works while another waits; one
        more gets its names meanwhile, and one is ready to be begun."""
        steps = self.plan.steps
        turns = THREADS if self.plan.action is Action.COPY else 1
        processes = turns if turns > 1 and len(steps) >= MANY else 0
        if processes and sum(step.size for step in steps) < SMALL * len(steps):
            turns = processes = 2 * turns
        threads, ahead = (turns + 1, turns + 2) if turns > 1 else (1, 1)
        placing: deque[tuple[range, Future[dict[int, str | None]]]] = deque()
        with (
            copiers(processes, self.journal.fileno()) as started,
            ThreadPoolExecutor(threads, "sorting") if threads > 1 else AtOnce() as pool,
        ):
            for number in range(turns):
                self.turns.put(started[number] if number < len(started) else None)
            for numbers in batches(steps, BATCH_STEPS, BATCH_BYTES):
                if self._stopping:
                    break
                self.journal.write("intend", before=numbers.stop)
                placing.append((numbers, pool.submit(self._place, numbers)))
                if len(placing) == ahead:
                    self._end(*placing.popleft())
            while placing:
                self._end(*placing.popleft())

    def _notes(self) -> tuple[str, ...]:
        if not self.lost:
            return ()
        what = " and ".join(sorted(self.lost))
        return (f"The disk of {shown(self.plan.target)} cannot hold the files' {what}; their contents are whole.",)

    def _place(self, numbers: range) -> dict[int, str | None]:
        """Stages 2 to 4 of a batch: (number, digest if its bytes were copied) of the files under their new names."""
        placed: dict[int, str | None] = {}
        to_copy: list[int] = []
        folders: set[str] = set()
        for number in numbers:
            if self._stopping and not self.plan.steps[number].companion:
                break
            begun = self._try(number, lambda number: self._begin(number, folders, placed))
            if begun is _TO_COPY:
                to_copy.append(number)
            elif isinstance(begun, SortCancelled) or self.disk_full:
                break
            else:
                self._tell()
        if to_copy:
            self._copy(to_copy, placed)
        missing = sorted((n for n in numbers if n not in placed), key=lambda n: n not in self.failed)
        for number, other in torn(self.plan.steps, placed, missing).items():
            self._withdraw(number, placed)
            if number not in placed and other in self.failed:
                here, there = self.plan.steps[number].source, self.plan.steps[other].source
                self.failed[number] = f"{shown(here)} was left where it is, together with {shown(there)}."
        return placed

    def _end(self, numbers: range, placing: "Future[dict[int, str | None]]") -> None:
        """Stages 5 to 8 of a batch."""
        placed = placing.result()
        self._sync_folders(placed)
        if self.plan.action is Action.MOVE:
            self._take_sources_away(placed)
        self._take_old_links_away(placed)
        self.done += sum(number not in self.failed for number in placed)
        # A file that is in its new place belongs to the run and to its undo, even if something failed afterwards.
        failed = {n: self.failed[n] for n in numbers if n in self.failed and n not in placed}
        self.journal.write("outcome", done=placed, failed=failed)

    def _begin(self, number: int, folders: set[str], placed: dict[int, str | None]) -> object:
        """Give one file its new name beside the old one, or return _TO_COPY. Stops before a picture, not after it."""
        step = self.plan.steps[number]
        if not step.companion:
            self._stop_if_cancelled()
        folder = self.folders[number]
        if folder not in folders:
            if link := files.link_below(self.plan.target, Path(folder)):
                raise StepFailed(
                    f"{shown(link)} has become a link to another folder. Nothing is sorted out of the folder that you "
                    "chose: remove the link and plan again."
                )
            files.make_folders(Path(folder))
            folders.add(folder)
        if self.plan.action in (Action.COPY, Action.REFLINK):
            return _TO_COPY  # Whether the source is still what was planned is seen there.
        if not files.unchanged(step.source, step.size, step.mtime_ns):
            raise StepFailed(f"{shown(step.source)} was changed or removed after the plan was made. Plan again.")
        match self.plan.action:
            case Action.MOVE:
                try:
                    files.give_name(step.source, step.target)
                except OSError as error:
                    if error.errno != errno.EXDEV:
                        raise
                    return _TO_COPY
            case Action.HARDLINK:
                files.hard_link(step.source, step.target)
            case Action.SYMLINK:
                files.soft_link(step.source, step.target)
        placed[number] = None
        return None

    def _copy(self, numbers: Sequence[int], placed: dict[int, str | None]) -> None:
        """Stages 2 to 4 for these files. What fails leaves nothing behind."""
        jobs = [self._job(number) for number in numbers]
        try:
            copied = self._copied(jobs)
            self.failed |= copied.failed
            self.lost |= copied.lost
            self.disk_full = self.disk_full or copied.disk_full
            self.was_cancelled = self.was_cancelled or (copied.cancelled and not self.disk_full)
            placed.update((number, copied.proven[number]) for number in copied.named)
        finally:
            self._discard(job for job in jobs if job.number not in placed)

    def _copied(self, jobs: Sequence[Job]) -> Copied:
        """The same, in a process of their own if there is one."""
        told = 0

        def tell(handled: int) -> None:
            nonlocal told
            for _ in range(handled - told):
                self._tell()
            told = max(told, handled)

        def cancelled() -> bool:
            return self._stopping or self.cancelled()

        action = _DONE_WORD[self.plan.action]
        copier = self.turns.get()
        try:
            if copier is not None:
                copied = copier.run(jobs, action, cancelled, tell)
                if copied is not None:
                    return copied
                copier = None  # It has died.
                self._discard(jobs)
            return copy_batch(jobs, action, cancelled, tell)
        finally:
            self.turns.put(copier)

    def _job(self, number: int) -> Job:
        step = self.plan.steps[number]
        name = files.temporary_name(self.journal.record.id, number)
        temporary = os.path.join(self.folders[number], name)  # noqa: PTH118 - for each of very many files
        return Job(number, str(step.source), temporary, str(step.target), step.size, step.mtime_ns, step.companion)

    def _discard(self, jobs: Iterable[Job]) -> None:
        for job in jobs:
            files.discard(job.temporary)

    def _try(self, number: int, work: Callable[[int], _Answer]) -> _Answer | Exception:
        """What the work returned, or what it raised, which is put down as the reason why this file failed."""
        try:
            return work(number)
        except SortCancelled as error:
            self.was_cancelled = self.was_cancelled or not self.disk_full
            return error
        except StepFailed as error:
            self.failed[number] = str(error)
            return error
        except OSError as error:
            if error.errno in DISK_FULL:
                self.disk_full = True
            else:
                self._fail(number, error)
            return error

    @property
    def _stopping(self) -> bool:
        return self.was_cancelled or self.disk_full

    def _stop_if_cancelled(self) -> None:
        if self._stopping or self.cancelled():
            raise SortCancelled

    def _tell(self) -> None:
        with self.telling:
            self.handled += 1
            self.progress(self.handled, len(self.plan.steps))

    def _sync_folders(self, placed: dict[int, str | None]) -> None:
        """Make the new names last; where that fails, the names are taken back."""
        broken: dict[str, OSError] = {}
        for folder in sorted({self.folders[number] for number in placed}):
            try:
                files.sync_folder(Path(folder))
            except OSError as error:
                broken[folder] = error
        for number in list(placed) if broken else ():
            if cause := broken.get(self.folders[number]):
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

    def _take_old_links_away(self, placed: dict[int, str | None]) -> None:
        for number in placed:
            step = self.plan.steps[number]
            if step.replaces is None or number in self.failed:
                continue
            try:
                old_links.take_away(step)
            except OSError as error:
                self.failed[number] = f"{shown(step.replaces)} could not be removed: {reason(error)}."

    def _withdraw(self, number: int, placed: dict[int, str | None]) -> None:
        """Take the new name back, if the old one surely holds the file; otherwise both stay and undo will see to it."""
        step = self.plan.steps[number]
        try:
            if self.plan.action is Action.SYMLINK or self._is_source(number, placed[number]):
                files.remove(step.target)
            elif self.plan.action is Action.MOVE and not files.exists(step.source):  # no hard links: it was renamed
                files.give_name(step.target, step.source)
            else:
                return
        except OSError:
            return
        del placed[number]

    def _is_source(self, number: int, digest: str | None) -> bool:
        """Whether the source still holds the bytes that are in the target."""
        step = self.plan.steps[number]
        if digest is None and self.plan.action is not Action.REFLINK:
            return files.linked(step.source, step.target)
        return files.unchanged(step.source, step.size, step.mtime_ns)

    def _fail(self, number: int, error: OSError) -> None:
        step = self.plan.steps[number]
        self.failed[number] = f"{shown(step.source)} could not be {_DONE_WORD[self.plan.action]}: {reason(error)}."
