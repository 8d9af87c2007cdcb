"""The folder's pictures: found, read, moved, and what the machine found of them written down. None of it is undone."""

from __future__ import annotations

import os
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from fewshot_gui.album import Album, Picture
from fewshot_gui.answers import Answers
from fewshot_gui.engine import Read
from fewshot_gui.images.errors import GONE, printable
from fewshot_gui.images.find import PictureFile
from fewshot_gui.project.rows import MachineLabel, NewPicture
from fewshot_gui.project.store import Store
from fewshot_gui.relink import Known, Move, Relinker
from fewshot_gui.state import Change, ProjectState, stamp_of

T = TypeVar("T")
AT_ONCE = 500
"""Rows that are written to the project in one go behind the window."""
BREATH = 0.001
"""Seconds between two goes."""


@dataclass(frozen=True)
class Found:
    """Part of what looking through the folder has found, as it is in the project already: ids belong to files."""

    moves: tuple[Move, ...]
    files: tuple[PictureFile, ...]
    ids: tuple[int, ...]


class Pictures(ProjectState):
    """What happens to pictures without the person's doing."""

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        self._unwritten: list[Read] = []
        self._queue: deque[tuple[list[Read], Callable[[], list[MachineLabel]]]] = deque()
        self._writing = threading.Lock()

    # --- the folder

    def open_folder(self, folder: Path) -> Change:
        """Make this the folder whose pictures are shown. Labelled pictures of an earlier folder stay as examples."""
        return self.opened(self.opening(folder)())

    def opening(self, folder: Path) -> Callable[[], ProjectState | None]:
        """A function that makes this the folder in the project and loads that anew, for ``opened``; None: it is the
        folder already. Any thread may run it; until it is done and taken, no operation may be carried out."""
        write, before = self.writing(), self.folder

        def work() -> ProjectState | None:
            now = folder.resolve()
            if now == before:
                return None
            known = self._store.picture_columns()  # also what a search has noted that was stopped before it was taken
            album = Album(known, before)
            pasted = {i for i, is_pasted in zip(known.ids, known.pasted, strict=True) if is_pasted}
            sizes = dict(zip(known.ids, known.sizes, strict=True))
            moves: list[tuple[int, Path, bool]] = []
            if before is None or not _was_moved(album, sizes, before, now):
                top = os.path.join(now, "")  # noqa: PTH118
                start = os.path.normcase(top)
                # All go out first, so that none takes a path that another is only about to leave.
                moves = [(i, Path(text), False) for i, text, inside in album.places() if inside]
                moves += [
                    (i, Path(text[len(top) :]), True)
                    for i, text, _ in album.places()
                    if i not in pasted and os.path.normcase(text).startswith(start)
                ]
            write()
            self._store.change_folder(str(now), moves)
            return ProjectState(self._store)

        return work

    def opened(self, state: ProjectState | None) -> Change:
        """Go on with what ``opening`` has loaded; it gets what was known before, to be let go where there is time."""
        if state is not None:
            before = {name: getattr(self, name) for name in vars(state)}
            vars(self).update(vars(state))
            vars(state).update(before)
        return Change(rows=True, classes=True, support=True)

    def _reload(self) -> None:
        self._human = {}
        self.answers = Answers()
        self._load()

    def note_pictures(self, files: Sequence[PictureFile]) -> list[int]:
        """Write pictures found below the folder to the project; their ids, for ``add_pictures``. Any thread may run it:
        it waits for the disk."""
        assert self.folder is not None, "open_folder first"
        return self._store.add_pictures(
            [NewPicture(f.path.relative_to(self.folder), True, f.size, f.mtime_ns) for f in files]
        )

    def add_pictures(self, files: Sequence[PictureFile], ids: Sequence[int] | None = None) -> Change:
        """Add pictures found below the folder, as they are found. A file that changed since is read anew.

        ids: what ``note_pictures`` returned for them, where it has been called already.
        """
        ids = self.note_pictures(files) if ids is None else ids
        new, again, other = set(), set(), set()
        for picture_id, file in zip(ids, files, strict=True):
            known = self._pictures.get(picture_id)
            if known is None:
                new.add(picture_id)
            elif self._stamp[picture_id] != (file.size, file.mtime_ns):
                other.add(picture_id)
            elif known.problem == GONE:
                again.add(picture_id)
            else:
                continue
            self._know(Picture(picture_id, file.path, True), False, file.size, file.mtime_ns)
        self.answers.add(ids)
        self.answers.forget(other)
        self._unwritten = [r for r in self._unwritten if r.id not in other]
        for picture_id in other | again:
            self.answers.set_unreadable(picture_id, False)
        examples = any(i in self._human for i in other | again)
        return Change(frozenset(new | other | again), rows=True, classes=examples, support=examples)

    def relinker(self) -> Relinker:
        """What finds known pictures under new names, as the project is now; it may work in another thread."""
        pictures, stamps, digests = self._pictures.copy(), dict(self._stamp), dict(self._digest)
        matters = {*self._human, *self.judgements, *self.rejections}
        pasted = set(self._pasted)
        return Relinker(
            (
                Known(p.id, p.path, *stamps[p.id], digests.get(p.id), p.id in matters)
                for p in pictures.values()
                if p.id not in pasted
            ),
            stamp_of,
        )

    def note_found(self, moves: Sequence[Move], files: Sequence[PictureFile]) -> Found:
        """Write to the project what the relinker made of files below the folder; the result is for ``take_found``.

        Any thread may run it, as ``note_pictures``.
        """
        assert self.folder is not None, "open_folder first"
        rows = []
        for move in moves:
            size, mtime_ns = (move.file.size, move.file.mtime_ns) if move.file else self._stamp[move.id]
            inside = move.path.is_relative_to(self.folder)
            path = move.path.relative_to(self.folder) if inside else move.path
            rows.append((move.id, path, inside, size, mtime_ns, move.digest))
        if rows:
            self._store.move_pictures(rows)
        return Found(tuple(moves), tuple(files), tuple(self.note_pictures(files)))

    def take_found(self, found: Found) -> Change:
        """Show what ``note_found`` has written. Undo reaches a moved picture under its new name."""
        assert self.folder is not None, "open_folder first"
        for move in found.moves:
            old = self._pictures[move.id]
            self._pictures.lift(old)
            inside = move.path.is_relative_to(self.folder)
            stamp = (move.file.size, move.file.mtime_ns) if move.file else self._stamp[move.id]
            self._know(Picture(move.id, move.path, inside, None if move.file else GONE), False, *stamp)
            if move.digest:
                self._digest[move.id] = move.digest  # the content is the same, whatever its time says
        ids = frozenset(move.id for move in found.moves)
        self.answers.add([move.id for move in found.moves if self._pictures[move.id].in_folder])
        for picture_id in ids:
            self.answers.set_unreadable(picture_id, self._pictures[picture_id].problem is not None)
            self.answers.set_human(picture_id, self._human.get(picture_id))
        labelled = any(i in self._human for i in ids)
        added = self.add_pictures(found.files, found.ids)
        return replace(
            added,
            pictures=added.pictures | ids,
            classes=added.classes or labelled,
            support=added.support or labelled,
        )

    def scan_finished(self, found: Iterable[Path]) -> Change:
        """The whole folder was seen: pictures that are no longer there are set aside."""
        return self.note_gone(p.id for p in self._pictures.away_from(found) if p.in_folder and stamp_of(p.path) is None)

    def note_gone(self, ids: Iterable[int]) -> Change:
        """These pictures are no longer there (Relinker.gone, which asks the disk): those of the folder are set
        aside."""
        return self.record([Read(i, self._digest.get(i), GONE) for i in ids if self._pictures[i].in_folder])

    def relocate(self, moved: Mapping[Path, Path]) -> None:
        """Sorting moved files: know them at their new places, with all that was said of them."""
        moves = []
        for old, new in moved.items():
            if (picture_id := self._pictures.id_at(old)) is not None:
                inside = self.folder is not None and new.is_relative_to(self.folder)
                moves.append((picture_id, new.relative_to(self.folder) if inside and self.folder else new, inside))
        self.writing()()
        self._store.change_folder(str(self.folder or ""), moves)
        self._reload()

    def record(self, reads: Sequence[Read]) -> Change:
        """Note what reading found: contents and problems. Says so when one picture is an example of two classes."""
        reads = [r for r in reads if r.id in self._pictures]
        news = {r.id: r.digest for r in reads if r.digest and self._digest.get(r.id) != r.digest}
        problems = [r for r in reads if self._pictures[r.id].problem != r.problem]
        self._digest.update(news)
        self._unwritten += [r for r in reads if r.digest or r.problem]
        for read in problems:
            self._pictures.put(replace(self._pictures[read.id], problem=read.problem))
            self.answers.set_unreadable(read.id, read.problem is not None)
        examples = [r for r in problems if r.id in self._human]
        sentences = [
            f'"{printable(Path(self._pictures[r.id].path.name))}" can\'t be an example: {r.problem}'
            for r in examples
            if r.problem
        ]
        if any(i in self._human for i in news):
            sentences += self.contradictions(news)
        changed = frozenset(r.id for r in problems)
        return Change(changed, bool(changed), bool(examples or sentences), bool(examples), tuple(sentences))

    def writing(self) -> Callable[[], None]:
        """A function that writes to the project what reading and the machine found since; any thread may run it.

        All that is in the project outlasts a power cut when it returns. Where it fails, what it was to write is kept
        for the next one.
        """
        if self._unwritten or self.answers.unsaved:
            self._queue.append((self._unwritten, self.answers.labels()))
            self._unwritten = []
        return self._write

    def sync(self) -> None:
        """Make what was said outlast a power cut; any thread may run it: it waits for the disk. Raises ProjectError."""
        self._store.sync()

    def _write(self) -> None:
        with self._writing:
            while self._queue:
                reads, labels = self._queue[0]
                _in_turns(self._store.set_digests, [(r.id, r.digest) for r in reads if r.digest])
                _in_turns(self._store.set_problems, [(r.id, r.problem) for r in reads])
                _in_turns(self._store.save_machine_labels, labels())
                self._queue.popleft()
            self._store.sync()


def _was_moved(album: Album, sizes: Mapping[int, int], before: Path, folder: Path) -> bool:
    """Whether this is the folder that was open, moved or renamed: the old one is gone, its pictures are here."""
    if os.path.lexists(before):
        return False
    ids = [i for i, _, inside in album.places() if inside]
    inside = [album[i] for i in ids[:: 1 + len(ids) // 100]]
    here = [stamp_of(folder / p.path.relative_to(before)) for p in inside]
    same = sum(now is not None and now[0] == sizes[p.id] for now, p in zip(here, inside, strict=True))
    return bool(inside) and 2 * same >= len(inside)


def _in_turns(write: Callable[[list[T]], None], rows: list[T]) -> None:
    """Write some rows at a time. Who wants to write a person's change meanwhile never waits for more than these."""
    for begin in range(0, len(rows), AT_ONCE):
        if begin:
            time.sleep(BREATH)  # a lock that is taken again at once is never had by another thread
        write(rows[begin : begin + AT_ONCE])
