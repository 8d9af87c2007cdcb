"""What a project holds, in memory: classes, pictures, labels and answers, and every question asked of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from fewshot_gui.answers import NONE_OF_THESE, Answers, Counts, Decision, Filter, State
from fewshot_gui.project.store import Store


@dataclass(frozen=True)
class ClassInfo:
    """colour: index into the window's class colours. position: order of the cards, from 0."""

    id: int
    name: str
    colour: int
    position: int


@dataclass(frozen=True)
class Picture:
    """path: absolute; of pasted pictures only a name to show. in_folder: in the gallery. problem: why it can't be
    read."""

    id: int
    path: Path
    in_folder: bool
    problem: str | None = None


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
        self._pictures: dict[int, Picture] = {}
        self._id_of: dict[Path, int] = {}
        self._digest: dict[int, str] = {}
        self._stamp: dict[int, tuple[int, int]] = {}
        self._pasted: set[int] = set()
        self._human: dict[int, int] = {}  # in the order they were made
        self._made_at: dict[int, float] = {}
        folder = store.meta("folder")
        self.folder: Path | None = Path(folder) if folder else None
        self._load()

    @property
    def path(self) -> Path:
        """The project file."""
        return self._store.path

    def _load(self) -> None:
        self._load_classes()
        rows = self._store.pictures()
        for row in rows:
            path = self.folder / row.path if row.in_folder and self.folder else row.path
            self._know(Picture(row.id, path, row.in_folder, row.problem), row.pasted, row.size, row.mtime_ns)
            if row.digest:
                self._digest[row.id] = row.digest
        self.answers.add([row.id for row in rows if row.in_folder])
        for row in rows:
            self.answers.set_unreadable(row.id, row.problem is not None)
        for label in self._store.human_labels():
            self._set_human(label.picture_id, label.class_id or NONE_OF_THESE, label.made_at)
        for machine in self._store.machine_labels():
            if machine.confidence is not None and machine.class_id is not None:
                self.answers.restore(machine.picture_id, machine.class_id, machine.confidence, not machine.unknown)

    def _load_classes(self) -> None:
        self.classes = [ClassInfo(r.id, r.name, r.colour, i) for i, r in enumerate(self._store.classes())]

    def _know(self, picture: Picture, pasted: bool, size: int, mtime_ns: int) -> None:
        self._pictures[picture.id] = picture
        if pasted:
            self._pasted.add(picture.id)
        else:
            self._id_of[picture.path] = picture.id
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

    def knows(self, picture_id: int) -> bool:
        """Whether the project has this picture."""
        return picture_id in self._pictures

    def ids_of(self, paths: Iterable[Path]) -> list[int]:
        """The ids of those paths that the project knows."""
        return [self._id_of[path] for path in paths if path in self._id_of]

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

    def human_label(self, picture_id: int) -> int | None:
        """The class a person gave, NONE_OF_THESE, or None."""
        return self._human.get(picture_id)

    def examples(self, class_id: int) -> list[int]:
        """Pictures that a person put into the class, oldest first."""
        return [picture for picture, label in self._human.items() if label == class_id]

    def decision(self, picture_id: int) -> Decision:
        decision = self.answers.decision(picture_id)
        picture = self._pictures[picture_id]
        if picture.problem:
            return Decision(State.UNREADABLE, reason=picture.problem)
        if not picture.in_folder and picture_id in self._human:
            decision = Decision(State.HUMAN, self._human[picture_id] or None)
        if decision.class_id is not None and not self.class_name(decision.class_id):
            return Decision(State.WAITING)  # the class was deleted; new answers are on their way
        return replace(decision, reason=self._reason(decision))

    def _reason(self, decision: Decision) -> str:
        match decision.state:
            case State.HUMAN:
                return "You said so."
            case State.UNKNOWN:
                return "It is unlike all examples."
            case State.PREDICTED if decision.needs_review:
                second = self.class_name(decision.second_id)
                return f"Unsure: it could also be {second}." if second else "Unsure."
            case State.PREDICTED:
                return "It is like your examples."
            case _:
                return ""

    def scores(self, picture_id: int) -> list[tuple[int, float]]:
        """(class id, probability), best first; class 0 stands for none of these."""
        return self.answers.scores(picture_id)

    def counts(self) -> Counts:
        return self.answers.counts()

    def view(self, which: Filter = Filter.ALL, class_id: int | None = None, search: str = "") -> np.ndarray:
        """Ids of the pictures to show, in order."""
        names = (self._pictures[i].path.name for i in self.answers.ids.tolist()) if search else None
        return self.answers.view(which, class_id, names, search)

    @property
    def undo_name(self) -> OperationName | None:
        name = self._store.undo_name()
        return OperationName(*name) if name else None

    @property
    def redo_name(self) -> OperationName | None:
        name = self._store.redo_name()
        return OperationName(*name) if name else None
