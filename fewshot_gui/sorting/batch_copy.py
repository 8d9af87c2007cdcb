"""Stages 2 and 3 of apply.py for a batch of files: all are copied to half-done names, synced, read again and compared.

Nothing here gives a file its name or takes one away, so it can be done in any process, see copier.py.
"""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar

from fewshot_gui.sorting import files
from fewshot_gui.sorting.copying import Half, open_volumes
from fewshot_gui.sorting.errors import DISK_FULL, SortCancelled, StepFailed, reason, shown

FEW = 16  # files up to which each is synced by itself: syncing a volume also waits for what other programs write

_Answer = TypeVar("_Answer")


class Job(NamedTuple):
    """One file to be copied to a half-done name. size in bytes and mtime_ns are those of the source when planned."""

    number: int
    source: str
    temporary: str
    size: int
    mtime_ns: int


@dataclass
class Copied:
    """What became of a batch, by the files' numbers.

    proven: the digests of those that are on the disk itself and equal there, None for a clone. failed: a sentence for
    each that failed alone. Those in neither were given up since the disk is full or somebody cancelled. lost: what the
    target's disk could not hold, in words for a person.
    """

    proven: dict[int, str | None] = field(default_factory=dict)
    failed: dict[int, str] = field(default_factory=dict)
    lost: set[str] = field(default_factory=set)
    disk_full: bool = False
    cancelled: bool = False


def copy_batch(
    jobs: Sequence[Job],
    action: str,
    cancelled: Callable[[], bool],
    tell: Callable[[int], None],
) -> Copied:
    """Copy these files, or clone them if action, which says in one word what is done to them, is "cloned".

    cancelled() is asked before each file and every MiB. tell(files handled so far) after each. The half-done files of
    all that are not proven may be left, for the caller to remove.
    """
    return _Batch(action, cancelled).run(jobs, tell)


class _Batch:
    """One batch at work."""

    def __init__(self, action: str, cancelled: Callable[[], bool]) -> None:
        self.action = action
        self.cancelled = cancelled
        self.copied = Copied()

    def run(self, jobs: Sequence[Job], tell: Callable[[int], None]) -> Copied:
        halves: list[tuple[Job, Half]] = []
        folders = {os.path.dirname(job.temporary) for job in jobs} if len(jobs) > FEW else ()  # noqa: PTH120
        try:
            with open_volumes(folders) as volumes:
                for handled, job in enumerate(jobs, 1):
                    half = self._try(job, self._copy_one, job, not volumes)
                    if half is None and self._stopping:
                        break
                    if half is not None:
                        halves.append((job, half))
                    tell(handled)
                if volumes:
                    self._prove(halves, volumes)
                else:
                    self.copied.proven = {job.number: half.digest for job, half in halves}
        finally:
            for _, half in halves:
                half.file.close()
        return self.copied

    def _copy_one(self, job: Job, prove: bool) -> Half:
        """Stage 2 for one file, and if prove stage 3, which else is to follow for the whole batch."""
        if self.cancelled():
            raise SortCancelled
        half = Half(job.source, job.temporary)
        try:
            if self.action == "cloned":
                half.clone_bytes()
            else:
                half.copy_bytes(self.cancelled)
            if not files.unchanged(job.source, job.size, job.mtime_ns):
                raise StepFailed(f"{shown(job.source)} was changed while it was being copied. Plan again.")
            self.copied.lost |= half.lost
            if prove:
                files.sync(half.file)
                half.forget()
                half.compare(self.cancelled)
                half.file.close()
        except BaseException:
            half.file.close()
            raise
        return half

    def _prove(self, halves: Sequence[tuple[Job, Half]], volumes: Sequence[int]) -> None:
        """Stage 3 for a batch."""
        try:
            for volume in volumes:
                files.sync_volume(volume)
        except OSError:  # One bad file is reason enough, even another program's, so each is asked for itself.
            halves = [(job, half) for job, half in halves if self._try(job, _synced, half)]
        for _, half in halves:
            half.forget()
        for job, half in halves:
            if self._try(job, self._equal, half):
                self.copied.proven[job.number] = half.digest

    def _equal(self, half: Half) -> bool:
        half.compare(self.cancelled)
        return True

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

    @property
    def _stopping(self) -> bool:
        return self.copied.cancelled or self.copied.disk_full


def _synced(half: Half) -> bool:
    files.sync(half.file)
    return True
