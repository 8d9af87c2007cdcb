"""Stages 2 to 4 of apply.py for a batch of files: all are copied to half-done names, synced, read again and compared,
and then named.

It touches nothing but these files and their half-done names, so it can be done in any process, see copier.py.
"""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple, TypeVar

from fewshot_gui.sorting import files
from fewshot_gui.sorting.copying import Half, finish_copy, open_volumes
from fewshot_gui.sorting.errors import DISK_FULL, SortCancelled, StepFailed, reason, shown

FEW = 16  # files up to which each is synced by itself: syncing a volume also waits for what other programs write

_Answer = TypeVar("_Answer")


class Job(NamedTuple):
    """One file to be copied. size in bytes and mtime_ns are those of the source when planned. A companion follows the
    picture that it goes with; temporary is the half-done name beside the target."""

    number: int
    source: str
    temporary: str
    target: str
    size: int
    mtime_ns: int
    companion: bool


@dataclass
class Copied:
    """What became of a batch, by the files' numbers.

    proven: the digests of those that are on the disk itself and equal there, None for a clone. named: those of them
    that have their names. failed: a sentence for each that failed alone. Those in none of these were given up since
    the disk is full or somebody cancelled. lost: what the target's disk could not hold, in words for a person.
    """

    proven: dict[int, str | None] = field(default_factory=dict)
    named: list[int] = field(default_factory=list)
    failed: dict[int, str] = field(default_factory=dict)
    lost: set[str] = field(default_factory=set)
    disk_full: bool = False
    cancelled: bool = False


def copy_batch(
    jobs: Sequence[Job],
    action: str,
    cancelled: Callable[[], bool],
    tell: Callable[[int], None],
    proven: Callable[[Copied], None] = lambda copied: None,
) -> Copied:
    """Copy these files, or clone them if action, which says in one word what is done to them, is "cloned".

    cancelled() is asked before each file and every MiB, until all are proven; files that were to be synced together
    and are not proven by then are given up. tell(files handled so far) after each.
    proven(copied) is called before the first gets its name. The half-done files of all that get none are removed.
    """
    batch = _Batch(jobs, action)
    batch.prove(cancelled, tell)
    proven(batch.copied)
    batch.name()
    return batch.copied


def name_on(jobs: Sequence[Job], action: str, copied: Copied) -> Copied:
    """Name those that are proven, for a process that died while it did: some have their names already."""
    batch = _Batch(jobs, action)
    batch.copied = copied
    for job in jobs:
        if job.number in copied.proven and _named(job, copied):
            copied.named.append(job.number)
            files.discard(job.temporary)
    batch.name()
    return copied


def _named(job: Job, copied: Copied) -> bool:
    """Whether the file has its name: then its half-done name is gone, or is a second name of the same file."""
    temporary, target = Path(job.temporary), Path(job.target)
    if files.only_reserved(target, temporary):
        files.remove(target)
    if files.exists(temporary) and not files.linked(temporary, target):
        return False
    try:
        return not target.is_symlink() and files.digest(target, lambda: False) == copied.proven[job.number]
    except OSError:
        return False


class _Batch:
    """One batch at work."""

    def __init__(self, jobs: Sequence[Job], action: str) -> None:
        self.jobs = jobs
        self.action = action
        self.copied = Copied()

    def prove(self, cancelled: Callable[[], bool], tell: Callable[[int], None]) -> None:
        """Stages 2 and 3."""
        halves: list[tuple[Job, Half]] = []
        many = len(self.jobs) > FEW
        folders = {os.path.dirname(job.temporary) for job in self.jobs} if many else ()  # noqa: PTH120
        try:
            with open_volumes(folders) as volumes:
                for handled, job in enumerate(self.jobs, 1):
                    half = self._try(job, self._copy_one, job, not volumes, cancelled)
                    if half is not None:
                        halves.append((job, half))
                    elif self.copied.cancelled or self.copied.disk_full:
                        break
                    tell(handled)
                if volumes and not self.copied.cancelled:  # else nobody waits for the disk any more
                    self._prove_all(halves, volumes, cancelled)
                elif not volumes:
                    self.copied.proven = {job.number: half.digest for job, half in halves}
        finally:
            for _, half in halves:
                half.close()

    def _copy_one(self, job: Job, prove: bool, cancelled: Callable[[], bool]) -> Half:
        """Stage 2 for one file, and if prove stage 3, which else is to follow for the whole batch."""
        if cancelled():
            raise SortCancelled
        if not files.unchanged(job.source, job.size, job.mtime_ns):
            raise StepFailed(f"{shown(job.source)} was changed or removed after the plan was made. Plan again.")
        half = Half(job.source, job.temporary)
        try:
            if self.action == "cloned":
                half.clone_bytes()
            else:
                half.copy_bytes(cancelled, job.size)
            if half.copied != (job.size, job.mtime_ns):
                raise StepFailed(f"{shown(job.source)} was changed while it was being copied. Plan again.")
            self.copied.lost |= half.lost
            if prove:
                files.sync(half.file)
                half.forget()
                half.compare(cancelled)
                half.close()
        except BaseException:
            half.close()
            raise
        return half

    def _prove_all(
        self, halves: Sequence[tuple[Job, Half]], volumes: Sequence[int], cancelled: Callable[[], bool]
    ) -> None:
        """Stage 3 for a batch."""
        try:
            for volume in volumes:
                files.sync_volume(volume)
        except OSError:  # One bad file is reason enough, even another program's, so each is asked for itself.
            halves = [(job, half) for job, half in halves if self._try(job, _synced, half)]
        for _, half in halves:
            half.forget()
        for job, half in halves:
            if self._try(job, _equal, half, cancelled):
                self.copied.proven[job.number] = half.digest
            elif self.copied.cancelled:
                break

    def name(self) -> None:
        """Stage 4, for all that are proven and not named, but for sets of which one was given up."""
        copied = self.copied
        named = set(copied.named)
        parted = self._parted() if copied.cancelled or copied.disk_full else ()
        try:
            for job in self.jobs:
                if (
                    job.number in copied.proven
                    and job.number not in named
                    and job.number not in parted
                    and self._try(job, _finished, job)
                ):
                    copied.named.append(job.number)
                    named.add(job.number)
        finally:
            for job in self.jobs:
                if job.number not in named:
                    files.discard(job.temporary)

    def _parted(self) -> set[int]:
        """All files of sets, a picture with its companions, of which one was given up."""
        copied = self.copied
        sets: dict[int, list[int]] = {}
        picture = -1
        for job in self.jobs:
            picture = picture if job.companion else job.number
            sets.setdefault(picture, []).append(job.number)
        given_up = {job.number for job in self.jobs} - copied.proven.keys() - copied.failed.keys()
        return {number for numbers in sets.values() if not given_up.isdisjoint(numbers) for number in numbers}

    def _try(self, job: Job, work: Callable[..., _Answer], *arguments: object) -> _Answer | None:
        """What the work returned; None when it failed, which is put down."""
        try:
            return work(*arguments)
        except SortCancelled:
            self.copied.cancelled = True
        except StepFailed as error:
            self.copied.failed[job.number] = str(error)
        except OSError as error:
            if error.errno in DISK_FULL:
                self.copied.disk_full = True
            else:
                self.copied.failed[job.number] = f"{shown(job.source)} could not be {self.action}: {reason(error)}."
        return None


def _synced(half: Half) -> bool:
    files.sync(half.file)
    return True


def _equal(half: Half, cancelled: Callable[[], bool]) -> bool:
    if cancelled():
        raise SortCancelled
    half.compare(cancelled)
    half.close()
    return True


def _finished(job: Job) -> bool:
    finish_copy(job.temporary, job.target)
    return True
