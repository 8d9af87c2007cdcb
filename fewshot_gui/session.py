"""One project at work: examples, corrections, answers, undo. Both ways in, window and command line, use only this.

No Qt, no torch. Every operation returns a Change: what looks different now. All methods belong to one thread, but for
the function that ``writing`` returns.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import platformdirs

from fewshot_gui.answers import NONE_OF_THESE, Answers, Counts, Decision, Filter, State
from fewshot_gui.engine import Item, Read, Request, Scored
from fewshot_gui.images.decode import content_hash
from fewshot_gui.images.errors import GONE, printable
from fewshot_gui.images.find import PictureFile, Skipped, class_folders, find_pictures
from fewshot_gui.project.rows import Change as RowChange
from fewshot_gui.project.rows import NewPicture, Row
from fewshot_gui.project.schema import SUFFIX
from fewshot_gui.project.store import Store
from fewshot_gui.sorting.plan import SortItem
from fewshot_gui.state import ClassInfo, OperationName, Picture, ProjectState

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
    "data_folder",
]
MOST_CLASSES = 50


class SessionError(ValueError):
    """An operation was refused whole; the message says why and what to do."""


@dataclass(frozen=True)
class Change:
    """pictures: these look different. rows: the list of pictures changed. classes: cards changed. support: adapt again.
    sentences: what a person should know of it."""

    pictures: frozenset[int] = frozenset()
    rows: bool = False
    classes: bool = False
    support: bool = False
    sentences: tuple[str, ...] = ()


def data_folder() -> Path:
    """The user's data folder for this program; FEWSHOT_GUI_DATA overrides it."""
    chosen = os.environ.get("FEWSHOT_GUI_DATA")
    return Path(chosen) if chosen else platformdirs.user_data_path("fewshot-gui", appauthor=False)


class Session(ProjectState):
    """An open project. Make one with ``Session.open``; close it when done."""

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        self._unwritten: list[Read] = []
        self._answers_changed = False

    @classmethod
    def open(cls, path: Path | None = None) -> Session:
        """Open a project, or make it where there is none; without a path, a new one in the user's data folder.

        Raises ProjectError with a sentence.
        """
        locks = data_folder() / "locks"
        if path is None:
            folder = data_folder() / "projects"
            folder.mkdir(parents=True, exist_ok=True)
            stem = datetime.now().strftime("Untitled %Y-%m-%d %H.%M.%S")
            path = next(p for n in range(1000) if not (p := folder / f"{stem}{f' {n}' if n else ''}{SUFFIX}").exists())
        return cls(Store.open(path, locks) if path.exists() else Store.create(path, locks))

    def close(self) -> None:
        """Write what is unwritten and give the project free."""
        self.writing()()
        self._store.close()

    # --- the folder

    def open_folder(self, folder: Path) -> Change:
        """Make this the folder whose pictures are shown. Labelled pictures of an earlier folder stay as examples."""
        folder = folder.resolve()
        if folder != self.folder:
            inside = [p for p in self._pictures.values() if p.in_folder]
            returning = [
                p
                for p in self._pictures.values()
                if not p.in_folder and p.id not in self._pasted and p.path.is_relative_to(folder)
            ]
            moves = [(p.id, p.path, False) for p in inside if not p.path.is_relative_to(folder)]
            moves += [(p.id, p.path.relative_to(folder), True) for p in inside if p.path.is_relative_to(folder)]
            moves += [(p.id, p.path.relative_to(folder), True) for p in returning]
            self.writing()()
            self._store.change_folder(str(folder), moves)
            self.folder = folder
            self._reload()
        return Change(rows=True, classes=True, support=True)

    def _reload(self) -> None:
        self._pictures, self._id_of, self._human = {}, {}, {}
        self.answers = Answers()
        self._load()

    def add_pictures(self, files: Sequence[PictureFile]) -> Change:
        """Add pictures found below the folder, as they are found. A file that changed since is read anew."""
        assert self.folder is not None, "open_folder first"
        rows = [NewPicture(f.path.relative_to(self.folder), True, f.size, f.mtime_ns) for f in files]
        ids = self._store.add_pictures(rows)
        changed = set()
        for picture_id, file in zip(ids, files, strict=True):
            known = self._pictures.get(picture_id)
            if known is None or self._stamp[picture_id] != (file.size, file.mtime_ns) or known.problem == GONE:
                self._know(Picture(picture_id, file.path, True), False, file.size, file.mtime_ns)
                changed.add(picture_id)
        self.answers.add(ids)
        for picture_id in changed:
            self.answers.set_unreadable(picture_id, False)
            self.answers.set_human(picture_id, self._human.get(picture_id))
        return Change(pictures=frozenset(changed), rows=True)

    def scan_finished(self, found: Iterable[Path]) -> Change:
        """The whole folder was seen: pictures that are no longer there are set aside."""
        present = set(found)
        missing = [p for p in self._pictures.values() if p.in_folder and p.path not in present]
        return self.record([Read(p.id, self._digest.get(p.id), GONE) for p in missing])

    def items(self, ids: Iterable[int] | None = None) -> list[Item]:
        """Pictures to read, by id, or all: examples first, then the folder's. Those that can't be read are left out."""
        order = dict.fromkeys([*self._human, *self.answers.ids.tolist()] if ids is None else ids)
        return [Item(i, self.source(i), self._digest.get(i)) for i in order if self._pictures[i].problem is None]

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
        digests = [(r.id, r.digest) for r in reads if r.digest and self._digest.get(r.id) != r.digest]
        problems = [r for r in reads if r.id in self._pictures and self._pictures[r.id].problem != r.problem]
        self._digest.update(digests)
        self._unwritten += [r for r in reads if r.digest or r.problem]
        for read in problems:
            self._pictures[read.id] = replace(self._pictures[read.id], problem=read.problem)
            self.answers.set_unreadable(read.id, read.problem is not None)
        sentences = [
            f'"{printable(Path(p.path.name))}" can\'t be an example: {p.problem}'
            for r in problems
            if r.problem and r.id in self._human and (p := self._pictures[r.id])
        ]
        if any(i in self._human for i, _ in digests):
            sentences += self.contradictions({i for i, _ in digests})
        changed = frozenset(r.id for r in problems)
        return Change(pictures=changed, rows=bool(changed), classes=bool(sentences), sentences=tuple(sentences))

    def contradictions(self, among: set[int] | None = None) -> list[str]:
        """A sentence for each content that is an example of two classes (of which one is in ``among``, if given)."""
        first: dict[str, int] = {}
        sentences = []
        for picture, label in self._human.items():
            digest = self._digest.get(picture)
            if digest is None:
                continue
            other = first.setdefault(digest, picture)
            if self._human[other] != label and (among is None or {other, picture} & among):
                names = [f'"{printable(Path(self._pictures[i].path.name))}"' for i in (other, picture)]
                cards = [self.class_name(self._human[i]) or "none of these" for i in (other, picture)]
                sentences.append(
                    f"{names[0]} ({cards[0]}) and {names[1]} ({cards[1]}) are the same picture. Take one of them back."
                )
        return sentences

    # --- what the machine says

    def request(self) -> Request | None:
        """The examples to adapt to; None where fewer than two classes have one."""
        examples = [(i, c) for i, c in self._human.items() if self._pictures[i].problem is None]
        return Request(tuple(examples)) if len({c for _, c in examples}) >= 2 else None

    def accept(self, scored: Scored) -> Change:
        """Take the machine's answers. A human label is never changed by it."""
        self._answers_changed = True
        return Change(pictures=frozenset(self.answers.accept(scored).tolist()), rows=True)

    def clear_answers(self) -> Change:
        """There are too few examples for any answer now."""
        return Change(pictures=frozenset(self.answers.clear().tolist()), rows=True)

    def writing(self) -> Callable[[], None]:
        """A function that writes to the project what reading and the machine found since; any thread may run it."""
        reads, self._unwritten = self._unwritten, []
        labels, self._answers_changed = (self.answers.labels() if self._answers_changed else list), False

        def write() -> None:
            if reads:
                self._store.set_digests([(r.id, r.digest) for r in reads if r.digest])
                self._store.set_problems([(r.id, r.problem) for r in reads])
            self._store.save_machine_labels(labels())

        return write

    def sort_items(self, min_confidence: float = 0.0) -> list[SortItem]:
        """What sorting needs of every picture in the folder: its class, or None to leave it where it is."""
        names = {info.id: info.name for info in self.classes}
        return [
            SortItem(self._pictures[picture_id].path, names.get(class_id), confidence)
            for picture_id, class_id, confidence in self.answers.filed(min_confidence)
        ]

    # --- what a person does: all of it can be undone

    def _commit(self, kind: str, count: int, subject: str, changes: Sequence[RowChange], *sentences: str) -> Change:
        if not changes:
            return Change(sentences=sentences)
        self._store.commit(kind, count, subject, changes)
        return replace(self._apply(changes, forward=True), sentences=sentences)

    def _apply(self, changes: Sequence[RowChange], forward: bool) -> Change:
        """Bring memory in step with what the store has just done."""
        touched = frozenset(c.key for c in changes if c.table == "human_labels")
        for change in changes if forward else reversed(changes):
            row = change.after if forward else change.before
            if change.table == "human_labels":
                label = None if row is None else int(row["class_id"] or NONE_OF_THESE)
                self._set_human(change.key, label, float(row["made_at"] or 0.0) if row else 0.0)
        if any(c.table == "classes" for c in changes):
            self._load_classes()
            return Change(touched, rows=True, classes=True, support=True)
        return Change(touched, rows=True, classes=True, support=bool(touched))

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
        new = [c for c in among if c.table == "classes"]
        if len(self.classes) + len(new) >= MOST_CLASSES:
            raise SessionError(f"{MOST_CLASSES} classes are the most. Delete one you no longer need.")
        key = self._store.next_class_id() + len(new)
        if not name:
            taken = {c.name for c in self.classes}
            name = next(n for i in range(len(self.classes) + 1, 1000) if (n := f"Class {i}") not in taken)
        name = self._free_name(name, None)
        used = {c.colour for c in self.classes} | {int((c.after or {})["colour"] or 0) for c in new}
        colour = next(i for i in range(MOST_CLASSES + 1) if i not in used)
        return RowChange(
            "classes", key, None, {"name": name, "colour": colour, "position": len(self.classes) + len(new)}
        )

    def _free_name(self, name: str, of: int | None) -> str:
        name = " ".join(name.split())
        if not name:
            raise SessionError("A class needs a name.")
        if any(c.name.casefold() == name.casefold() and c.id != of for c in self.classes):
            raise SessionError(f'There is a class "{name}" already. Choose another name.')
        return name

    def _row(self, info: ClassInfo) -> Row:
        return {"name": info.name, "colour": info.colour, "position": info.position}

    def rename_class(self, class_id: int, name: str) -> Change:
        """Raises SessionError for an empty name or one that another class has."""
        info = self.class_info(class_id)
        name = self._free_name(name, class_id)
        if name == info.name:
            return Change()
        change = RowChange("classes", class_id, self._row(info), {**self._row(info), "name": name})
        return self._commit("rename-class", 1, name, [change])

    def move_class(self, class_id: int, position: int) -> Change:
        """Move a card to another place; the others make room."""
        order = [c for c in self.classes if c.id != class_id]
        order.insert(max(0, position), self.class_info(class_id))
        changes = [
            RowChange("classes", c.id, self._row(c), {**self._row(c), "position": i})
            for i, c in enumerate(order)
            if c.position != i
        ]
        return self._commit("move-class", 1, self.class_name(class_id), changes)

    def delete_class(self, class_id: int) -> Change:
        """Remove a card; its examples lose their label, the pictures themselves are not touched."""
        info = self.class_info(class_id)
        examples = self.examples(class_id)
        changes = [self._relabel(i, None) for i in examples]
        changes.append(RowChange("classes", class_id, self._row(info), None))
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
        ids, sentences = self._bring_in(paths)
        changes = [self._relabel(i, class_id) for i in ids if self._human.get(i) != class_id]
        moved = [i for i in ids if self._human.get(i) not in (None, class_id)]
        if moved:
            name = printable(Path(self._pictures[moved[0]].path.name))
            others = f" and {len(moved) - 1} more" if len(moved) > 1 else ""
            old = self.class_name(self._human[moved[0]]) or "none of these"
            sentences.append(f'"{name}"{others} moved from {old} to {self.class_name(class_id)}.')
        return self._commit("add-examples", len(changes), self.class_name(class_id), changes, *sentences)

    def _bring_in(self, paths: Sequence[Path]) -> tuple[list[int], list[str]]:
        """Ids of the pictures at these paths, made known where they were not; and what can't be brought in."""
        files, sentences = [], []
        for path in dict.fromkeys(paths):
            if not path.is_dir():
                try:
                    status = path.stat()
                except OSError:
                    sentences.append(f'"{printable(path)}" can\'t be used. {GONE}')
                    continue
                files.append(PictureFile(path.absolute(), status.st_size, status.st_mtime_ns))
                continue
            found = list(find_pictures(path.absolute()))
            files += [f for f in found if isinstance(f, PictureFile)]
            sentences += [f"{printable(f.path)}: {f.reason}" for f in found if isinstance(f, Skipped)]
            if not any(isinstance(f, PictureFile) for f in found):
                sentences.append(f'There are no pictures in "{printable(path)}".')
        here = [f for f in files if f.path not in self._id_of]
        inside = {f.path for f in here if self.folder is not None and f.path.is_relative_to(self.folder)}
        if inside:
            self.add_pictures([f for f in here if f.path in inside])
        outside = [f for f in here if f.path not in inside]
        rows = [NewPicture(f.path, False, f.size, f.mtime_ns) for f in outside]
        for picture_id, file in zip(self._store.add_pictures(rows), outside, strict=True):
            self._know(Picture(picture_id, file.path, False), False, file.size, file.mtime_ns)
        return list(dict.fromkeys(self._id_of[f.path] for f in files)), sentences

    def add_image_data(self, class_id: int, data: bytes, name: str) -> Change:
        """Make a pasted or dragged image (PNG bytes) an example; it is kept inside the project file."""
        (picture_id,) = self._store.add_pictures([NewPicture(Path(name), False, len(data), 0, data)])
        self._know(Picture(picture_id, Path(name), False), True, len(data), 0)
        self._digest[picture_id] = content_hash(data)
        change = self._relabel(picture_id, class_id)
        return self._commit("add-examples", 1, self.class_name(class_id), [change])

    def import_class_folders(self, folder: Path) -> Change:
        """One class for each sub-folder, named after it; classes of that name that are there already get the examples.

        Raises FolderError, and SessionError where no sub-folder holds a picture.
        """
        by_class = {name: paths for name, paths in class_folders(folder).items() if paths}
        if not by_class:
            raise SessionError(f'"{printable(folder)}" has no sub-folders with pictures. Make one folder per class.')
        changes: list[RowChange] = []
        sentences: list[str] = []
        for name, paths in by_class.items():
            title = " ".join(printable(Path(name)).split())
            known = next((c.id for c in self.classes if c.name.casefold() == title.casefold()), None)
            if known is None:
                changes.append(self._new_class(title, changes))
                known = changes[-1].key
            ids, problems = self._bring_in(paths)
            sentences += problems
            changes += [self._relabel(i, known) for i in ids if self._human.get(i) != known]
        labelled = sum(c.table == "human_labels" for c in changes)
        return self._commit("import-classes", labelled, printable(Path(folder.name)), changes, *sentences)
