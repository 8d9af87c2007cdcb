"""One project at work: examples, corrections, answers, undo. Both ways in, window and command line, use only this.

No Qt, no torch. Every operation returns a Change: what looks different now. All methods belong to one thread, but for
the function that ``writing`` returns.
"""

from __future__ import annotations

import os
import stat
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from fewshot_gui.answers import NONE_OF_THESE, Answers, Counts, Decision, Filter, State
from fewshot_gui.engine import Read, Scored
from fewshot_gui.images.decode import content_hash
from fewshot_gui.images.errors import GONE, printable, reason_of
from fewshot_gui.images.find import PictureFile, Skipped, class_folders, find_pictures
from fewshot_gui.paths import data_folder
from fewshot_gui.project.errors import ProjectError
from fewshot_gui.project.rows import Change as RowChange
from fewshot_gui.project.rows import MachineLabel, NewPicture, Row
from fewshot_gui.project.schema import SUFFIX
from fewshot_gui.project.store import Store
from fewshot_gui.state import Change, ClassInfo, OperationName, Picture, ProjectState, SessionError, stamp_of, tidy

__all__ = [
    "NONE_OF_THESE",
    "Change",
    "ClassInfo",
    "Counts",
    "Decision",
    "Filter",
    "OperationName",
    "Picture",
    "Session",
    "SessionError",
    "State",
]
MOST_CLASSES = 50


class Session(ProjectState):
    """An open project. Make one with ``Session.open``; close it when done."""

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        self._unwritten: list[Read] = []
        self._queue: deque[tuple[list[Read], Callable[[], list[MachineLabel]]]] = deque()
        self._writing = threading.Lock()

    @classmethod
    def open(cls, path: Path | None = None) -> Session:
        """Open a project, or make it where there is none; without a path, a new one in the user's data folder.

        Raises ProjectError with a sentence.
        """
        locks = data_folder() / "locks"
        if path is None:
            folder = data_folder() / "projects"
            try:
                folder.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise ProjectError(f'A project can\'t be made in "{printable(folder)}". {reason_of(error)}') from error
            stem = datetime.now().strftime("Untitled %Y-%m-%d %H.%M.%S")
            path = next(p for n in range(1000) if not (p := folder / f"{stem}{f' {n}' if n else ''}{SUFFIX}").exists())
        return cls(Store.open(path, locks) if path.exists() else Store.create(path, locks))

    def close(self) -> None:
        """Write what is unwritten, also what another thread was to write and has not yet. Frees the project."""
        try:
            self.writing()()
        finally:
            self._store.close()

    # --- the folder

    def open_folder(self, folder: Path) -> Change:
        """Make this the folder whose pictures are shown. Labelled pictures of an earlier folder stay as examples."""
        folder = folder.resolve()
        if folder != self.folder:
            moves: list[tuple[int, Path, bool]] = []
            if not self._was_moved_to(folder):
                # All go out first, so that none takes a path that another is only about to leave.
                moves = [(p.id, p.path, False) for p in self._pictures.values() if p.in_folder]
                moves += [
                    (p.id, p.path.relative_to(folder), True)
                    for p in self._pictures.values()
                    if p.id not in self._pasted and p.path.is_relative_to(folder)
                ]
            self.writing()()
            self._store.change_folder(str(folder), moves)
            self.folder = folder
            self._reload()
        return Change(rows=True, classes=True, support=True)

    def _was_moved_to(self, folder: Path) -> bool:
        """Whether this is the folder that was open, moved or renamed: the old one is gone, its pictures are here."""
        if self.folder is None or os.path.lexists(self.folder):
            return False
        inside = [p for p in self._pictures.values() if p.in_folder][:100]
        here = [stamp_of(folder / p.path.relative_to(self.folder)) for p in inside]
        same = sum(now is not None and now[0] == self._stamp[p.id][0] for now, p in zip(here, inside, strict=True))
        return bool(inside) and 2 * same >= len(inside)

    def _reload(self) -> None:
        self._pictures, self._id_of, self._human = {}, {}, {}
        self.answers = Answers()
        self._load()

    def add_pictures(self, files: Sequence[PictureFile]) -> Change:
        """Add pictures found below the folder, as they are found. A file that changed since is read anew."""
        assert self.folder is not None, "open_folder first"
        rows = [NewPicture(f.path.relative_to(self.folder), True, f.size, f.mtime_ns) for f in files]
        ids = self._store.add_pictures(rows)
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

    def scan_finished(self, found: Iterable[Path]) -> Change:
        """The whole folder was seen: pictures that are no longer there are set aside."""
        present = set(found)
        unseen = (p for p in self._pictures.values() if p.in_folder and p.path not in present)
        # A picture that was dropped may have a name that looking through the folder passes over.
        return self.record([Read(p.id, self._digest.get(p.id), GONE) for p in unseen if stamp_of(p.path) is None])

    def relocate(self, moved: Mapping[Path, Path]) -> None:
        """Sorting moved files: know them at their new places, with all that was said of them."""
        moves = []
        for old, new in moved.items():
            if (picture_id := self._id_of.get(old)) is not None:
                inside = self.folder is not None and new.is_relative_to(self.folder)
                moves.append((picture_id, new.relative_to(self.folder) if inside and self.folder else new, inside))
        self.writing()()
        self._store.change_folder(str(self.folder or ""), moves)
        self._reload()

    def copy_to(self, path: Path) -> None:
        """Write a copy of the project. Raises ProjectError, also where the file exists."""
        self.writing()()
        self._store.copy_to(path)

    def record(self, reads: Sequence[Read]) -> Change:
        """Note what reading found: contents and problems. Says so when one picture is an example of two classes."""
        reads = [r for r in reads if r.id in self._pictures]
        news = {r.id: r.digest for r in reads if r.digest and self._digest.get(r.id) != r.digest}
        problems = [r for r in reads if self._pictures[r.id].problem != r.problem]
        self._digest.update(news)
        self._unwritten += [r for r in reads if r.digest or r.problem]
        for read in problems:
            self._pictures[read.id] = replace(self._pictures[read.id], problem=read.problem)
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

    # --- what the machine says

    def accept(self, scored: Scored) -> Change:
        """Take the machine's answers. A human label is never changed by it; answers of a deleted class are dropped."""
        if not {NONE_OF_THESE, *(c.id for c in self.classes)}.issuperset(scored.class_ids):
            return Change()
        return Change(pictures=frozenset(self.answers.accept(scored).tolist()), rows=True)

    def clear_answers(self) -> Change:
        """There are too few examples for any answer now."""
        return Change(pictures=frozenset(self.answers.clear().tolist()), rows=True)

    def writing(self) -> Callable[[], None]:
        """A function that writes to the project what reading and the machine found since; any thread may run it.

        Where it fails, what it was to write is kept for the next one.
        """
        if self._unwritten or self.answers.unsaved:
            self._queue.append((self._unwritten, self.answers.labels()))
            self._unwritten = []
        return self._write

    def _write(self) -> None:
        with self._writing:
            while self._queue:
                reads, labels = self._queue[0]
                self._store.set_digests([(r.id, r.digest) for r in reads if r.digest])
                self._store.set_problems([(r.id, r.problem) for r in reads])
                self._store.save_machine_labels(labels())
                self._queue.popleft()

    # --- what a person does: all of it can be undone

    def _commit(self, kind: str, count: int, subject: str, changes: Sequence[RowChange], *sentences: str) -> Change:
        if not changes:
            return Change(sentences=sentences)
        self._store.commit(kind, count, subject, changes)
        change = self._apply(changes, forward=True)
        return replace(change, sentences=(*sentences, *self.contradictions(change.pictures)))

    def _apply(self, changes: Sequence[RowChange], forward: bool) -> Change:
        """Bring memory in step with what the store has just done."""
        touched = frozenset(c.key for c in changes if c.table == "human_labels")
        for change in changes if forward else reversed(changes):
            row = change.after if forward else change.before
            if change.table == "human_labels":
                label = None if row is None else int(row["class_id"] or NONE_OF_THESE)
                self._set_human(change.key, label, float(row["made_at"] or 0.0) if row else 0.0)
        looks = touched
        if any(c.table == "classes" for c in changes):
            self._load_classes()
            looks |= frozenset(self.answers.keep_classes(c.id for c in self.classes).tolist())
        return Change(looks, rows=True, classes=True, support=bool(touched))

    def undo(self) -> Change:
        """Take back the latest operation; nothing where there is none."""
        operation = self._store.undo()
        return self._apply(operation.changes, forward=False) if operation else Change()

    def redo(self) -> Change:
        """Do again what was undone last."""
        operation = self._store.redo()
        return self._apply(operation.changes, forward=True) if operation else Change()

    def add_class(self, name: str = "") -> tuple[int, Change]:
        """A new card, at the end. Without a name it is called after its number. Raises SessionError."""
        row = self._new_class(name)
        return row.key, self._commit("add-class", 1, str((row.after or {})["name"]), [row])

    def _new_class(self, name: str, among: Sequence[RowChange] = ()) -> RowChange:
        count = len(self.classes) + len(among)
        if count >= MOST_CLASSES:
            raise SessionError(f"{MOST_CLASSES} classes are the most. Delete one you no longer need.")
        if not name:
            taken = {c.name.casefold() for c in self.classes}
            name = next(n for i in range(count + 1, 1000) if (n := f"Class {i}").casefold() not in taken)
        name = self.free_name(name, None)
        used = {c.colour for c in self.classes} | {int((c.after or {})["colour"] or 0) for c in among}
        colour = next(i for i in range(MOST_CLASSES) if i not in used)
        key = self._store.next_class_id() + len(among)
        return RowChange("classes", key, None, {"name": name, "colour": colour, "position": count})

    def rename_class(self, class_id: int, name: str) -> Change:
        """Raises SessionError for an empty name or one that another class has."""
        info = self.class_info(class_id)
        name = self.free_name(name, class_id)
        if name == info.name:
            return Change()
        change = RowChange("classes", class_id, info.row, {**info.row, "name": name})
        return self._commit("rename-class", 1, name, [change])

    def move_class(self, class_id: int, position: int) -> Change:
        """Move a card to another place; the others make room."""
        order = [c for c in self.classes if c.id != class_id]
        order.insert(max(0, position), self.class_info(class_id))
        return self._commit("move-class", 1, self.class_name(class_id), self._in_order(order))

    def _in_order(self, order: Sequence[ClassInfo]) -> list[RowChange]:
        return [
            RowChange("classes", c.id, c.row, {**c.row, "position": i}) for i, c in enumerate(order) if c.position != i
        ]

    def delete_class(self, class_id: int) -> Change:
        """Remove a card; its examples lose their label, the pictures themselves are not touched."""
        info = self.class_info(class_id)
        examples = self.examples(class_id)
        changes = [self._relabel(i, None) for i in examples]
        changes.append(RowChange("classes", class_id, info.row, None))
        changes += self._in_order([c for c in self.classes if c.id != class_id])
        return self._commit("delete-class", len(examples), info.name, changes)

    def label(self, picture_ids: Sequence[int], class_id: int | None) -> Change:
        """Say what pictures are: a class, NONE_OF_THESE, or None to take one's word back. They become examples."""
        changes = [self._relabel(i, class_id) for i in dict.fromkeys(picture_ids) if self._human.get(i) != class_id]
        kind = {None: "unlabel", NONE_OF_THESE: "none"}.get(class_id, "label")
        return self._commit(kind, len(changes), self.class_name(class_id), changes)

    def _relabel(self, picture_id: int, class_id: int | None) -> RowChange:
        old = self._human.get(picture_id)
        before: Row | None = None
        if old is not None:
            before = {"class_id": old or None, "made_at": self._made_at[picture_id]}
        after: Row | None = None if class_id is None else {"class_id": class_id or None, "made_at": time.time()}
        return RowChange("human_labels", picture_id, before, after)

    def add_examples(self, class_id: int, paths: Sequence[Path]) -> Change:
        """Make pictures examples of a class: files, and folders with all below them."""
        before = self.request()
        ids, sentences = self._bring_in([self._placed(path) for path in paths])
        changes = [self._relabel(i, class_id) for i in ids if self._human.get(i) != class_id]
        moved = [i for i in ids if self._human.get(i) not in (None, class_id)]
        if moved:
            name = printable(Path(self._pictures[moved[0]].path.name))
            others = f" and {len(moved) - 1} more" if len(moved) > 1 else ""
            old = self.class_name(self._human[moved[0]]) or "none of these"
            sentences.append(f'"{name}"{others} moved from {old} to {self.class_name(class_id)}.')
        change = self._commit("add-examples", len(changes), self.class_name(class_id), changes, *sentences)
        return replace(change, support=self.request() != before)  # also where one can be read again

    def _placed(self, path: Path) -> Path:
        """The path by which the picture is known, or would be: without links or "..", so that one file has one path."""
        inside = self.folder is not None and path.is_relative_to(self.folder) and ".." not in path.parts
        if inside:
            return path
        return path.resolve() if os.path.isdir(path) else path.parent.resolve() / path.name  # noqa: PTH112

    def _bring_in(self, paths: Sequence[Path]) -> tuple[list[int], list[str]]:
        """Ids of the pictures at these paths, made known where they were not; and what can't be brought in."""
        files, sentences = [], []
        for path in dict.fromkeys(paths):
            try:
                status = path.stat()
            except OSError as error:
                sentences.append(f'"{printable(path)}" can\'t be used. {reason_of(error)}')
                continue
            if not stat.S_ISDIR(status.st_mode):
                files.append(PictureFile(path, status.st_size, status.st_mtime_ns))
                continue
            found = list(find_pictures(path))
            files += [f for f in found if isinstance(f, PictureFile)]
            sentences += [f"{printable(f.path)}: {f.reason}" for f in found if isinstance(f, Skipped)]
            if not found:
                sentences.append(f'There are no pictures in "{printable(path)}".')
        inside = [f for f in files if self.folder is not None and f.path.is_relative_to(self.folder)]
        if inside:
            self.add_pictures(inside)
        outside = [f for f in files if self.folder is None or not f.path.is_relative_to(self.folder)]
        rows = [NewPicture(f.path, False, f.size, f.mtime_ns) for f in outside]
        for picture_id, file in zip(self._store.add_pictures(rows), outside, strict=True):
            self._know(Picture(picture_id, file.path, False), False, file.size, file.mtime_ns)
        return list(dict.fromkeys(self._id_of[f.path] for f in files)), sentences

    def add_image_data(self, class_id: int, data: bytes, name: str) -> Change:
        """Make a pasted or dragged image (PNG bytes) an example; it is kept inside the project file."""
        (picture_id,) = self._store.add_pictures([NewPicture(Path(name), False, len(data), 0, data)])
        self._know(Picture(picture_id, Path(name), False), True, len(data), 0)
        self.record([Read(picture_id, content_hash(data))])
        change = self._relabel(picture_id, class_id)
        return self._commit("add-examples", 1, self.class_name(class_id), [change])

    def import_class_folders(self, folder: Path) -> Change:
        """One class for each sub-folder, named after it; classes of that name that are there already get the examples.

        Raises FolderError, and SessionError where no sub-folder holds a picture.
        """
        folder = self._placed(folder)
        by_class = {name: paths for name, paths in class_folders(folder).items() if paths}
        if not by_class:
            raise SessionError(f'"{printable(folder)}" has no sub-folders with pictures. Make one folder per class.')
        classes: list[RowChange] = []
        id_of = {c.name.casefold(): c.id for c in self.classes}
        for name in by_class:
            title = tidy(printable(Path(name)))
            if title.casefold() not in id_of:
                classes.append(self._new_class(title, classes))
                id_of[title.casefold()] = classes[-1].key
        labels: list[RowChange] = []
        sentences: list[str] = []
        for name, paths in by_class.items():
            class_id = id_of[tidy(printable(Path(name))).casefold()]
            ids, problems = self._bring_in(paths)
            sentences += problems
            labels += [self._relabel(i, class_id) for i in ids if self._human.get(i) != class_id]
        changes = [*classes, *labels]
        return self._commit("import-classes", len(labels), printable(Path(folder.name)), changes, *sentences)
