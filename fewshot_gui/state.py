"""What a project holds, in memory: classes, pictures, labels and answers, and every question asked of them."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from fewshot_gui.album import Album, Picture
from fewshot_gui.answers import NONE_OF_THESE, Answers, Counts, Decision, Filter, State
from fewshot_gui.engine import Item, Request
from fewshot_gui.images.errors import GONE, printable
from fewshot_gui.project.rows import Judgement, Row
from fewshot_gui.project.store import Store
from fewshot_gui.ripple import Ripple
from fewshot_gui.sorting.sets import SortItem, Unfiled


class SessionError(ValueError):
    """An operation was refused whole; the message says why and what to do."""


@dataclass(frozen=True)
class Change:
    """pictures: these look different. rows: the list of pictures changed. classes: cards changed. support: adapt again.
    sentences: what a person should know of it. done: an operation of a person did it; undone: an undo or a redo.
    ripple: what an adaptation changed. unlearned: what a person labelled, the network had right and has wrong now."""

    pictures: frozenset[int] = frozenset()
    rows: bool = False
    classes: bool = False
    support: bool = False
    sentences: tuple[str, ...] = ()
    done: bool = False
    undone: bool = False
    ripple: Ripple | None = None
    unlearned: tuple[int, ...] = ()


@dataclass(frozen=True)
class ClassInfo:
    """colour: index into the window's class colours. position: order of the cards, from 0."""

    id: int
    name: str
    colour: int
    position: int

    @property
    def row(self) -> Row:
        """As the project file keeps it."""
        return {"name": self.name, "colour": self.colour, "position": self.position}


@dataclass(frozen=True)
class OperationName:
    """What undo would take back: kind of operation, how many pictures, and of which class."""

    kind: str
    count: int
    subject: str


class ProjectState:
    """The store's rows as objects and columns. Only Session changes them."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.classes: list[ClassInfo] = []
        self.answers = Answers()
        self._names: list[str] = []
        self._folded: list[str] = []  # the same, casefolded
        self._named: Answers | None = None  # whose names these are
        self._own: dict[int, int] = {}  # what the network itself says of pictures that a person has labelled
        self._looked_at: set[int] = set()
        self._human: dict[int, int] = {}  # in the order they were made
        self._made_at: dict[int, float] = {}
        self.judgements: dict[int, Judgement] = {}
        self.rejections: dict[int, frozenset[int]] = {}
        folder = store.meta("folder")
        self.folder: Path | None = Path(folder) if folder else None
        self._load()

    @property
    def path(self) -> Path:
        """The project file."""
        return self._store.path

    def _load(self) -> None:
        self._load_classes()
        known = self._store.picture_columns()
        self._pictures = Album(known, self.folder)
        self._stamp = dict(zip(known.ids, zip(known.sizes, known.mtimes_ns, strict=True), strict=True))
        self._digest = {i: digest for i, digest in zip(known.ids, known.digests, strict=True) if digest}
        self._pasted = {i for i, pasted in zip(known.ids, known.pasted, strict=True) if pasted}
        self.answers.add([i for i, inside in zip(known.ids, known.in_folder, strict=True) if inside])
        for picture_id, problem in zip(known.ids, known.problems, strict=True):
            if problem is not None:
                self.answers.set_unreadable(picture_id, True)
        for label in self._store.human_labels():
            self._set_human(label.picture_id, label.class_id or NONE_OF_THESE, label.made_at)
        self.judgements = {j.picture_id: j for j in self._store.judgements()}
        self.rejections = self._store.rejections()
        for picture_id, class_ids in self.rejections.items():
            self.answers.set_rejected(picture_id, class_ids)
        self.answers.restore(self._store.machine_columns())
        self.answers.keep_classes(c.id for c in self.classes)
        self._folded_names()  # so that the first letter that is searched for need not wait for them

    def _load_classes(self) -> None:
        self.classes = [ClassInfo(r.id, r.name, r.colour, r.position) for r in self._store.classes()]

    def _know(self, picture: Picture, pasted: bool, size: int, mtime_ns: int) -> None:
        if picture.id in self._pictures:
            self._named = None  # it may have another name now
        self._pictures.put(picture)
        if pasted:
            self._pasted.add(picture.id)
        else:
            self._pictures.lay(picture)
        if self._stamp.get(picture.id) != (size, mtime_ns):
            self._digest.pop(picture.id, None)
            self._stamp[picture.id] = (size, mtime_ns)

    def _set_human(self, picture_id: int, label: int | None, made_at: float) -> None:
        self._human.pop(picture_id, None)
        if label is not None:
            self._human[picture_id] = label
            self._made_at[picture_id] = made_at
        self.answers.set_human(picture_id, label)

    # --- look

    def picture(self, picture_id: int) -> Picture:
        return self._pictures[picture_id]

    @property
    def known(self) -> int:
        """How many pictures the project has, in the folder and outside."""
        return len(self._pictures)

    def knows(self, picture_id: int) -> bool:
        """Whether the project has this picture."""
        return picture_id in self._pictures

    def ids_of(self, paths: Iterable[Path]) -> list[int]:
        """The ids of those paths that the project knows."""
        there = map(self._pictures.id_at, paths)
        return [picture_id for picture_id in there if picture_id is not None]

    def source(self, picture_id: int) -> Path | bytes:
        """What decoding takes: the file, or the bytes of a pasted picture."""
        if picture_id in self._pasted:
            return self._store.data(picture_id) or b""
        return self._pictures[picture_id].path

    def class_info(self, class_id: int) -> ClassInfo:
        """Raises KeyError for a class that is gone."""
        for info in self.classes:
            if info.id == class_id:
                return info
        raise KeyError(class_id)

    def class_name(self, class_id: int | None) -> str:
        return next((info.name for info in self.classes if info.id == class_id), "")

    def free_name(self, name: str, of: int | None) -> str:
        """The name as it would be kept for the class ``of`` (None: a new one). Raises SessionError: empty, or taken."""
        name = tidy(name)
        if not name:
            raise SessionError("A class needs a name.")
        if any(c.name.casefold() == name.casefold() and c.id != of for c in self.classes):
            raise SessionError(f'There is a class "{name}" already. Choose another name.')
        return name

    def human_label(self, picture_id: int) -> int | None:
        """The class a person gave, NONE_OF_THESE, or None."""
        return self._human.get(picture_id)

    def examples(self, class_id: int) -> list[int]:
        """Pictures that a person put into the class, oldest first."""
        mine = (picture for picture, label in self._human.items() if label == class_id)
        return sorted(mine, key=lambda picture: (self._made_at[picture], picture))

    def glance(self, picture_id: int) -> Decision:
        """``decision`` as a tile shows it: without the second class and without the reason, which take time."""
        return self._in_project(picture_id, self.answers.glance(picture_id))

    def decision(self, picture_id: int) -> Decision:
        decision = self._in_project(picture_id, self.answers.decision(picture_id))
        if decision.state is State.UNREADABLE:
            return decision
        reason = self._reason(decision, self.rejections.get(picture_id, frozenset()))
        return replace(decision, reason=reason) if reason else decision

    def _in_project(self, picture_id: int, decision: Decision) -> Decision:
        """What is decided of the picture with what is known of it outside the folder too."""
        picture = self._pictures[picture_id]
        if picture.problem:
            return Decision(State.UNREADABLE, reason=picture.problem)
        if not picture.in_folder and picture_id in self._human:
            return Decision(State.HUMAN, self._human[picture_id] or None)
        return decision

    def _reason(self, decision: Decision, rejected: frozenset[int]) -> str:
        names = " / ".join(info.name for info in self.classes if info.id in rejected)
        obeys = f"You said it is not {names}." if names else ""
        match decision.state:
            case State.HUMAN:
                return "You said so."
            case State.UNKNOWN:
                return obeys or "It is unlike all examples."
            case State.PREDICTED if decision.needs_review:
                second = self.class_name(decision.second_id)
                return f"{obeys} Unsure: it could also be {second}.".strip() if second else obeys or "Unsure."
            case State.PREDICTED:
                return obeys or "It is like your examples."
            case _:
                return ""

    def scores(self, picture_id: int) -> list[tuple[int, float]]:
        """(class id, probability), best first; class 0 stands for none of these."""
        return self.answers.scores(picture_id)

    def counts(self) -> Counts:
        return self.answers.counts()

    def view(self, which: Filter = Filter.ALL, class_id: int | None = None, search: str = "") -> np.ndarray:
        """Ids of the pictures to show, in order."""
        return self.answers.view(which, class_id, self._folded_names() if search else None, search)

    def names(self) -> list[str]:
        """The file names of the folder's pictures, in the order of ``answers.ids``. Not to be changed."""
        if self._named is not self.answers:
            self._named, self._names, self._folded = self.answers, [], []
        self._names += map(self._pictures.name, self.answers.ids[len(self._names) :].tolist())
        return self._names

    def _folded_names(self) -> list[str]:
        names = self.names()
        self._folded += map(str.casefold, names[len(self._folded) :])
        return self._folded

    def times(self) -> np.ndarray:
        """When the folder's pictures were last changed, ns since 1970, in the order of ``answers.ids``."""
        stamps = self._stamp
        return np.fromiter((stamps[i][1] for i in self.answers.ids.tolist()), np.int64, len(self.answers))

    def items(self, ids: Iterable[int] | None = None) -> list[Item]:
        """Pictures to read, by id, or all: examples first, then the folder's. Those that are gone are left out; those
        that could not be read are tried again."""
        order = dict.fromkeys([*self._human, *self.answers.ids.tolist()] if ids is None else ids)
        return [Item(i, self.source(i), self._sure_digest(i)) for i in order if self._pictures[i].problem != GONE]

    def _sure_digest(self, picture_id: int) -> str | None:
        """The content's digest. Looking through the folder misses examples outside; they are seen to here, once."""
        picture = self._pictures[picture_id]
        if not (picture.in_folder or picture_id in self._pasted or picture_id in self._looked_at):
            self._looked_at.add(picture_id)
            if self._stamp[picture_id] != stamp_of(picture.path):
                self._digest.pop(picture_id, None)
        return self._digest.get(picture_id)

    def request(self) -> Request | None:
        """The examples to adapt to, by id; None where fewer than two classes have one."""
        examples = sorted((i, c) for i, c in self._human.items() if self._pictures[i].problem is None)
        return Request(tuple(examples)) if len({c for _, c in examples}) >= 2 else None

    def contradictions(self, among: Iterable[int] | None = None) -> list[str]:
        """A sentence for each content that is an example of two classes (of which one is in ``among``, if given)."""
        wanted = set(self._human if among is None else among)
        first: dict[str, int] = {}
        sentences = []
        for picture, label in self._human.items():
            digest = self._digest.get(picture)
            if digest is None:
                continue
            other = first.setdefault(digest, picture)
            if self._human[other] != label and {other, picture} & wanted:
                names = [f'"{printable(Path(self._pictures[i].path.name))}"' for i in (other, picture)]
                cards = [self.class_name(self._human[i]) or "none of these" for i in (other, picture)]
                sentences.append(
                    f"{names[0]} ({cards[0]}) and {names[1]} ({cards[1]}) are the same picture. Take one of them back."
                )
        return sentences

    def sort_items(self, min_confidence: float = 0.0) -> list[SortItem]:
        """What sorting needs of every picture in the folder: its class, or None to leave it where it is."""
        return self.filing(min_confidence)()

    def filing(self, min_confidence: float = 0.0) -> Callable[[], list[SortItem]]:
        """A function that gives ``sort_items`` as things stand now; any thread may call it, for it takes a while."""
        columns, album, names = self.answers.columns(), self._pictures.copy(), {c.id: c.name for c in self.classes}

        def item(picture_id: int, human: int, machine: int, confidence: float) -> SortItem:
            picture = album[picture_id]
            said = human >= NONE_OF_THESE
            class_id, sure = (human, None) if said else (machine, confidence)
            if picture.problem or class_id < NONE_OF_THESE:
                return SortItem(picture.path, None)
            if class_id == NONE_OF_THESE:
                return SortItem(picture.path, None, sure, said, Unfiled.NONE)
            if not said and confidence < min_confidence:
                return SortItem(picture.path, None, sure, said, Unfiled.UNSURE)
            return SortItem(picture.path, names.get(class_id), sure, said)

        rows = (columns.ids, columns.human, columns.machine, columns.confidence)
        return lambda: list(map(item, *(column.tolist() for column in rows)))

    def outside_items(self) -> list[SortItem]:
        """The same for what a person has labelled outside the folder: examples, and what sorting has moved there."""
        outside = (self._pictures[i] for i in self._human if i not in self._pasted)
        return [
            SortItem(p.path, self.class_name(self._human[p.id]), said=True)
            if self._human[p.id]
            else SortItem(p.path, None, said=True, unfiled=Unfiled.NONE)
            for p in outside
            if not (p.in_folder or p.problem)
        ]

    @property
    def undo_name(self) -> OperationName | None:
        name = self._store.undo_name()
        return OperationName(*name) if name else None

    @property
    def redo_name(self) -> OperationName | None:
        name = self._store.redo_name()
        return OperationName(*name) if name else None


def tidy(name: str) -> str:
    """A class name as it is kept: one spelling for what looks the same (macOS writes accents apart), no line breaks."""
    return " ".join(unicodedata.normalize("NFC", name).split())


def stamp_of(path: Path) -> tuple[int, int] | None:
    """The file's size in bytes and time of last change in ns since 1970; None where there is no such file."""
    try:
        now = path.stat()
    except OSError:
        return None
    return now.st_size, now.st_mtime_ns
