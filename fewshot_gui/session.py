"""One project at work: examples, corrections, answers, undo. Both ways in, window and command line, use only this.

No Qt, no torch. Every operation returns a Change: what looks different now. All methods belong to one thread, but for
the function that ``writing`` returns.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from fewshot_gui.album import Picture
from fewshot_gui.answers import NONE_OF_THESE, Counts, Decision, Filter, State
from fewshot_gui.engine import Read, Scored
from fewshot_gui.images.bring import Brought, BroughtClasses, bring, bring_classes
from fewshot_gui.images.decode import content_hash
from fewshot_gui.images.errors import printable, reason_of
from fewshot_gui.images.find import PictureFile
from fewshot_gui.operations import Operations
from fewshot_gui.paths import data_folder
from fewshot_gui.pictures import Pictures
from fewshot_gui.project.backups import back_up
from fewshot_gui.project.errors import ProjectError
from fewshot_gui.project.rows import Change as RowChange
from fewshot_gui.project.rows import NewPicture
from fewshot_gui.project.schema import SUFFIX
from fewshot_gui.project.store import Store
from fewshot_gui.project.working_copy import COPY_OF, open_or_copy
from fewshot_gui.promises import TARGETS
from fewshot_gui.ripple import own_answers, unlearned
from fewshot_gui.state import Change, ClassInfo, OperationName, SessionError, tidy

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

MOST_KEPT = 3000
"""Findings that a project has room to note as kept."""


class Session(Pictures, Operations):
    """An open project. Make one with ``Session.open``; close it when done.

    kept_elsewhere: the project that can't be changed where it is, if this is the copy in which work on it goes on.
    promise: the share of wrong pictures that the person allows, 0..1; 0 where no promise is asked for.
    kept_findings: findings of the example doctor (Symptom.key) that the person keeps as they are.
    """

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        original, promise = store.meta(COPY_OF), store.meta("promise") or "0"
        self.kept_elsewhere = Path(original) if original else None
        self.promise = float(promise) if promise in map(str, TARGETS) else 0.0
        self.kept_findings = frozenset((store.meta("kept") or "").split())

    @classmethod
    def open(cls, path: Path | None = None, or_copy: bool = False) -> Session:
        """Open a project, or make it where there is none; without a path, a new one in the user's data folder.

        or_copy: where the project can't be changed, go on in a copy in the data folder; see ``kept_elsewhere``.
        Raises ProjectError with a sentence; DamagedProject where the file is there and broken.
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
        store = open_or_copy(path, locks, or_copy) if path.exists() else Store.create(path, locks)
        try:
            return cls(store)
        except BaseException:
            store.close()
            raise

    def back_up(self) -> None:
        """Make today's copy of the project, if there is none yet; any thread may run it. Raises ProjectError."""
        back_up(self.path)

    @property
    def place(self) -> str:
        """Where the person left off, in the window's own words; "" where nothing is noted."""
        return self._store.meta("place") or ""

    def leave_at(self, place: str) -> None:
        """Note where the person leaves off. Raises ProjectError."""
        self._store.set_meta("place", place)

    def choose_promise(self, target: float) -> None:
        """Note which promise is asked for: one of ``TARGETS``, or 0. Raises ProjectError."""
        self._store.set_meta("promise", str(target))
        self.promise = target

    def keep_findings(self, keys: Collection[str]) -> None:
        """Note which findings are kept, MOST_KEPT at the most. Raises ProjectError."""
        kept = sorted(keys)[:MOST_KEPT]
        self._store.set_meta("kept", " ".join(kept))
        self.kept_findings = frozenset(kept)

    def close(self) -> None:
        """Write what is unwritten, also what another thread was to write and has not yet. Frees the project."""
        try:
            self.writing()()
        finally:
            self._store.close()

    def copy_to(self, path: Path) -> None:
        """Write a copy of the project. Raises ProjectError, also where the file exists."""
        self.writing()()
        self._store.copy_to(path)

    # --- what the machine says

    def accept(self, scored: Scored) -> Change:
        """Take the machine's answers. A human label is never changed by it; answers of a deleted class are dropped."""
        if not {NONE_OF_THESE, *(c.id for c in self.classes)}.issuperset(scored.class_ids):
            return Change()
        pictures = frozenset(self.answers.accept(scored).tolist())
        own = own_answers(scored, self._human)
        lost = unlearned(self._human, self._own, own)
        self._own = {i: answer for i, answer in self._own.items() if i in self._human} | own
        return Change(pictures, rows=True, ripple=self.answers.ripple, unlearned=lost)

    def clear_answers(self) -> Change:
        """There are too few examples for any answer now."""
        self._own.clear()
        return Change(pictures=frozenset(self.answers.clear().tolist()), rows=True)

    # --- what people bring: undoable too

    def add_examples(self, class_id: int, paths: Sequence[Path]) -> Change:
        """Make pictures examples of a class: files, and folders with all below them."""
        return self.take_examples(class_id, bring(paths, self.folder))

    def take_examples(self, class_id: int, brought: Brought) -> Change:
        """Make pictures that were looked up examples of a class."""
        before = self.request()
        ids, sentences = self._bring_in(brought)
        sentences += self._moving(ids, class_id, self.class_name(class_id))
        mine = [i for i in ids if self._human.get(i) != class_id]
        changes = [change for i in mine for change in self._say(i, class_id)]
        change = self._commit("add-examples", len(mine), self.class_name(class_id), changes, *sentences)
        return replace(change, support=self.request() != before)  # also where one can be read again

    def new_class_from(self, paths: Sequence[Path], name: str) -> tuple[int | None, Change]:
        """A new class of files and folders with all below them, in one operation; None where no picture is in them.

        Raises SessionError.
        """
        return self.take_new_class(bring(paths, self.folder), name)

    def take_new_class(self, brought: Brought, name: str) -> tuple[int | None, Change]:
        """As new_class_from, of pictures that were looked up."""
        self.free_name(name, None)  # before anything is brought in
        ids, sentences = self._bring_in(brought)
        if not ids:
            return None, Change(sentences=tuple(sentences))
        sentences += self._moving(ids, None, name)
        class_id, change = self.new_class_of(ids, name)
        return class_id, replace(change, sentences=(*sentences, *change.sentences))

    def _moving(self, ids: Sequence[int], class_id: int | None, name: str) -> list[str]:
        """The sentence about those that a person has given another class before."""
        moved = [i for i in ids if self._human.get(i) not in (None, class_id)]
        if not moved:
            return []
        first = printable(Path(self._pictures[moved[0]].path.name))
        others = f" and {len(moved) - 1} more" if len(moved) > 1 else ""
        old = self.class_name(self._human[moved[0]]) or "none of these"
        return [f'"{first}"{others} moved from {old} to {name}.']

    def _bring_in(self, brought: Brought) -> tuple[list[int], list[str]]:
        """Ids of these pictures, made known where they were not; and what can't be brought in."""
        self.make_known([file for file in brought.files if not self._is_as_known(file)])
        return list(dict.fromkeys(self.ids_of(f.path for f in brought.files))), list(brought.sentences)

    def make_known(self, files: Sequence[PictureFile]) -> Change:
        """Note pictures that are about to become examples. It is nothing that a person did; so it may be done with some
        at a time, where there are so many that all at once would take long."""
        inside = [f for f in files if self.folder is not None and f.path.is_relative_to(self.folder)]
        change = self.add_pictures(inside) if inside else Change()
        outside = [f for f in files if self.folder is None or not f.path.is_relative_to(self.folder)]
        rows = [NewPicture(f.path, False, f.size, f.mtime_ns) for f in outside]
        again = False
        for picture_id, file in zip(self._store.add_pictures(rows) if rows else (), outside, strict=True):
            known = self._pictures.get(picture_id)
            again |= known is not None and known.problem is not None and picture_id in self._human
            self._know(Picture(picture_id, file.path, False), False, file.size, file.mtime_ns)
            self._looked_at.add(picture_id)  # just now, by whoever brings it
        return replace(change, classes=change.classes or again, support=change.support or again)

    def _is_as_known(self, file: PictureFile) -> bool:
        picture_id = self._pictures.id_at(file.path)
        if picture_id is None or self._stamp[picture_id] != (file.size, file.mtime_ns):
            return False
        return self._pictures[picture_id].problem is None  # else it is tried again

    def add_image_data(self, class_id: int, data: bytes, name: str) -> Change:
        """Make a pasted or dragged image (PNG bytes) an example; it is kept inside the project file."""
        picture_id = self._keep_image(data, name)
        return self._commit("add-examples", 1, self.class_name(class_id), self._say(picture_id, class_id))

    def new_class_from_image(self, data: bytes, name: str, class_name: str) -> tuple[int, Change]:
        """A new class of a pasted or dragged image (PNG bytes), in one operation. Raises SessionError."""
        self.free_name(class_name, None)
        return self.new_class_of([self._keep_image(data, name)], class_name)

    def _keep_image(self, data: bytes, name: str) -> int:
        (picture_id,) = self._store.add_pictures([NewPicture(Path(name), False, len(data), 0, data)])
        self._know(Picture(picture_id, Path(name), False), True, len(data), 0)
        self.record([Read(picture_id, content_hash(data))])
        return picture_id

    def import_class_folders(self, folder: Path) -> Change:
        """One class for each sub-folder, named after it; classes of that name that are there already get the examples.

        Raises FolderError, and SessionError where no sub-folder holds a picture.
        """
        return self.take_class_folders(bring_classes(folder, self.folder))

    def take_class_folders(self, brought: BroughtClasses) -> Change:
        """As import_class_folders, of a folder that was looked up. Raises SessionError."""
        folder, by_class = brought.folder, brought.by_class
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
        labelled = 0
        sentences: list[str] = []
        for name, pictures in by_class.items():
            class_id = id_of[tidy(printable(Path(name))).casefold()]
            ids, problems = self._bring_in(pictures)
            sentences += problems
            mine = [i for i in ids if self._human.get(i) != class_id]
            labelled += len(mine)
            labels += [change for i in mine for change in self._say(i, class_id)]
        changes = [*classes, *labels]
        return self._commit("import-classes", labelled, printable(Path(folder.name)), changes, *sentences)
