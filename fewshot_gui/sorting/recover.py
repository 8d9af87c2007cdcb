"""After a crash: decide from what is on the disk how far a run came, and tidy up.

No further picture is sorted; only what belongs to a picture that was moved still follows it.
"""

from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from fewshot_gui.sorting import files, old_links
from fewshot_gui.sorting.any_disk import name_or_copy
from fewshot_gui.sorting.batches import companions
from fewshot_gui.sorting.errors import SortRefused, StepFailed, reason, shown
from fewshot_gui.sorting.journal import Journal, Record, Run, RunState, list_runs, open_run
from fewshot_gui.sorting.plan import Action, Step


@dataclass(frozen=True)
class RecoveryReport:
    """How far a run came: files done and files left where they were; sentences tell what was found and tidied up."""

    run_id: str
    done: int
    not_done: int
    sentences: tuple[str, ...]


def unfinished_runs(folder: Path | None = None) -> list[Run]:
    """The runs that died while sorting or undoing, the newest first. Those still at work are not among them."""
    return [run for run in list_runs(folder) if run.state is RunState.INTERRUPTED]


def recover_all(folder: Path | None = None) -> list[RecoveryReport]:
    """recover() for every run that died, the newest first: for the start of each program that sorts or undoes.

    A run that cannot be tidied up now is told of and left for the next time.
    """
    reports = []
    for run in unfinished_runs(folder):
        try:
            reports.append(recover(run.id, folder))
        except SortRefused as error:
            reports.append(RecoveryReport(run.id, run.done, run.steps - run.done, (str(error),)))
    return reports


def recover(run_id: str, folder: Path | None = None) -> RecoveryReport:
    """Finish the bookkeeping of a run that died. What it had not done stays undone; sort again to continue.

    Safe to call at any time and again after a crash. SortRefused when there is no such run or it is still at work.
    """
    with open_run(run_id, folder) as journal:
        return finish(journal)


def finish(journal: Journal) -> RecoveryReport:
    """recover() for a journal that is open already. SortRefused while a disk that took part seems not to be there."""
    record = journal.record
    sentences: list[str] = []
    if record.undoing:
        folders = {step.source.parent for step in record.steps} | {step.target.parent for step in record.steps}
        _sweep(record, folders, sentences)
        if record.action is Action.MOVE:
            _release_old_places(record)
        journal.write("undo-end")
        sentences.append(_undoing_interrupted(record))
    elif not record.ended:
        if away := _away(record):
            raise SortRefused(
                f"{shown(away)} is not there, so nobody can tell how far sorting came. If it is on a disk that is not "
                "connected, connect it and start the program again; if you removed the folder, make it again, empty."
            )
        facts = _Facts(record)
        for number in record.uncertain:
            facts.decide(number)
        if record.action is Action.MOVE:
            facts.follow_pictures()
        _sweep(record, {step.target.parent for step in record.steps}, sentences)
        journal.write("outcome", done=facts.done, failed={})
        if not record.done:
            files.remove_empty_folders(record.folders)
        journal.write("end")
        sentences += facts.sentences
        sentences.append(
            f"Sorting was interrupted: {len(record.done)} of {record.step_count} files were sorted, the others are "
            "where they were. Sort again to continue, or undo this run."
        )
    return RecoveryReport(record.id, len(record.done), record.step_count - len(record.done), tuple(sentences))


def _away(record: Record) -> Path | None:
    """A folder that files in doubt lie in or should, and that was there when the run began but is not now, or None."""
    seen: dict[Path, Path | None] = {}
    for number in record.uncertain:
        step = record.steps[number]
        folders = [step.target.parent]
        if not files.exists(step.target) and not files.exists(step.source):
            folders.append(step.source.parent)
        for folder in folders:
            if folder not in seen:
                seen[folder] = _lost_folder(folder, record.folders)
            if lost := seen[folder]:
                return lost
    return None


def _lost_folder(folder: Path, made: Collection[Path]) -> Path | None:
    """The folder, or one above it, which is not there and was not made by the run."""
    while not files.exists(folder):
        if folder not in made:
            return folder
        folder = folder.parent
    return None


def _undoing_interrupted(record: Record) -> str:
    if record.undoing_only is None:
        return (
            f"Undoing was interrupted: {len(record.undone)} of {len(record.done)} files are known to be undone. "
            "Undo the run again to finish."
        )
    undone = len(record.undone.intersection(record.undoing_only))
    return (
        f"Undoing single files was interrupted: {undone} of {len(record.undoing_only)} are known to be undone. Undo "
        "them again to finish."
    )


def _release_old_places(record: Record) -> None:
    """Remove empty files that an undo made to take an old place, but died before it moved the file there."""
    for number in record.done.keys() - record.undone:
        step = record.steps[number]
        if files.only_reserved(step.source, step.target):
            with suppress(OSError):
                files.remove(step.source)


def _sweep(record: Record, folders: set[Path], sentences: list[str]) -> None:
    if removed := files.sweep(record.id, folders):
        sentences.append(f"{removed} half-done copies were removed.")


@dataclass
class _Facts:
    """What the disk says about the steps that were under way."""

    record: Record
    done: dict[int, str | None] = field(default_factory=dict)
    sentences: list[str] = field(default_factory=list)

    def decide(self, number: int) -> None:
        """Put the step into done if it was done; a move that got as far as both names is completed."""
        step = self.record.steps[number]
        try:
            if files.exists(step.target):
                self._decide_by_target(number, step)
            elif not files.exists(step.source):
                self.sentences.append(
                    f"{shown(step.source)} is neither in its old place nor in its new one. Somebody else removed it."
                )
        except OSError as error:
            self.sentences.append(
                f"{shown(step.source)} and {shown(step.target)} could not be compared: {reason(error)}. "
                "Both were left as they are."
            )

    def _decide_by_target(self, number: int, step: Step) -> None:
        if files.only_reserved(step.target, step.source):
            files.remove(step.target)
            return
        digest = None
        match self.record.action:
            case Action.SYMLINK:
                done = files.link_text(step.target) == str(step.source)
            case Action.HARDLINK:
                done = files.linked(step.source, step.target)
            case Action.COPY | Action.REFLINK:
                digest = files.common_digest(step.source, step.target, lambda: False)
                done = digest is not None
            case Action.MOVE:
                if not files.exists(step.source):
                    done, digest = True, self.record.placed.get(number)
                elif files.linked(step.source, step.target) or self._was_to_go_back(step):
                    done = True
                    self._complete(step)
                else:
                    digest = files.common_digest(step.source, step.target, lambda: False)
                    done = digest is not None
                    if done:
                        self._complete(step)
        if done:
            self.done[number] = digest
            if step.replaces is not None:
                files.sync_folder(step.target.parent)
                old_links.take_away(step)
        else:
            self.sentences.append(
                f"{shown(step.target)} is not what was to be put there, so it and {shown(step.source)} were left alone."
            )

    def _was_to_go_back(self, step: Step) -> bool:
        """Whether the old place holds nothing but the name that the moved file was about to get again."""
        is_moved = step.size > 0 and files.unchanged(step.target, step.size, step.mtime_ns)
        return is_moved and files.only_reserved(step.source, step.target)

    def follow_pictures(self) -> None:
        """Move what belongs to a picture that was moved; else nothing would ever take it there."""
        for picture in list(self.done):
            if self.record.steps[picture].companion:
                continue
            for number in companions(self.record.steps, picture):
                step = self.record.steps[number]
                if number in self.done or number in self.record.failed or files.exists(step.target):
                    continue
                if files.unchanged(step.source, step.size, step.mtime_ns):
                    self._follow(number, step)

    def _follow(self, number: int, step: Step) -> None:
        try:
            files.make_folders(step.target.parent)
            temporary = step.target.parent / files.temporary_name(self.record.id, number)
            files.discard(temporary)
            name_or_copy(step.source, step.target, temporary, step.mtime_ns, lambda: False)
            self._decide_by_target(number, step)
        except (OSError, StepFailed) as error:
            why = f"{reason(error)}." if isinstance(error, OSError) else error
            self.sentences.append(f"{shown(step.source)} could not follow its picture into {shown(step.target)}: {why}")

    def _complete(self, step: Step) -> None:
        """Take the old name of a moved file away, now that its bytes are known to be in the new place."""
        try:
            files.sync_folder(step.target.parent)
            files.remove(step.source)
        except OSError as error:
            self.sentences.append(
                f"{shown(step.source)} is also in {shown(step.target.parent)} but could not be removed from its old "
                f"place: {reason(error)}."
            )
