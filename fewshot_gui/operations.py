"""What a person does with classes and labels: all of it can be undone, and each operation is one step of undo."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from fewshot_gui.answers import NONE_OF_THESE
from fewshot_gui.project.rows import Change as RowChange
from fewshot_gui.project.rows import Judgement, Row
from fewshot_gui.state import Change, ClassInfo, ProjectState, SessionError

MOST_CLASSES = 50


class Operations(ProjectState):
    """Every operation goes through ``_commit``: the project file first, then memory."""

    def _commit(self, kind: str, count: int, subject: str, changes: Sequence[RowChange], *sentences: str) -> Change:
        if not changes:
            return Change(sentences=sentences)
        self._store.commit(kind, count, subject, changes)
        change = self._apply(changes, forward=True)
        return replace(change, done=True, sentences=(*sentences, *self.contradictions(change.pictures)))

    def _apply(self, changes: Sequence[RowChange], forward: bool) -> Change:
        """Bring memory in step with what the store has just done."""
        touched = frozenset(c.key for c in changes if c.table == "human_labels")
        for change in changes if forward else reversed(changes):
            row = change.after if forward else change.before
            match change.table:
                case "human_labels":
                    label = None if row is None else int(row["class_id"] or NONE_OF_THESE)
                    self._set_human(change.key, label, float(row["made_at"] or 0.0) if row else 0.0)
                case "judgements":
                    self._set_judgement(change.key, row)
                case "rejections":
                    self._set_rejections(change.key, row)
        looks = frozenset(c.key for c in changes if c.table in ("human_labels", "rejections"))
        if any(c.table == "classes" for c in changes):
            self._load_classes()
            looks |= frozenset(self.answers.keep_classes(c.id for c in self.classes).tolist())
        return Change(looks, rows=True, classes=True, support=bool(touched))

    def _set_judgement(self, picture_id: int, row: Row | None) -> None:
        self.judgements.pop(picture_id, None)
        if row is not None:
            machine, sure, audit = int(row["machine_id"] or 0), float(row["confidence"] or 0.0), bool(row["audit"])
            self.judgements[picture_id] = Judgement(picture_id, machine, sure, audit)

    def _set_rejections(self, picture_id: int, row: Row | None) -> None:
        self.rejections.pop(picture_id, None)
        if row is not None:
            self.rejections[picture_id] = frozenset(map(int, str(row["class_ids"]).split()))
        self.answers.set_rejected(picture_id, self.rejections.get(picture_id, frozenset()))

    def undo(self) -> Change:
        """Take back the latest operation; nothing where there is none."""
        operation = self._store.undo()
        return replace(self._apply(operation.changes, forward=False), undone=True) if operation else Change()

    def redo(self) -> Change:
        """Do again what was undone last."""
        operation = self._store.redo()
        return replace(self._apply(operation.changes, forward=True), undone=True) if operation else Change()

    def add_class(self, name: str = "") -> tuple[int, Change]:
        """A new card, at the end. Without a name it is called after its number. Raises SessionError."""
        row = self._new_class(name)
        return row.key, self._commit("add-class", 1, str((row.after or {})["name"]), [row])

    def _new_class(self, name: str, among: Sequence[RowChange] = (), instead_of: int | None = None) -> RowChange:
        """A row for one more class after those ``among``; it may have the name that ``instead_of`` gives up."""
        count = len(self.classes) + len(among)
        if count >= MOST_CLASSES:
            raise SessionError(f"{MOST_CLASSES} classes are the most. Delete one you no longer need.")
        if not name:
            taken = {c.name.casefold() for c in self.classes}
            name = next(n for i in range(count + 1, 1000) if (n := f"Class {i}").casefold() not in taken)
        name = self.free_name(name, instead_of)
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

    def recolour_class(self, class_id: int, colour: int) -> Change:
        """Give a class one of the window's colours; a class that has it already takes this one's, so none is twice."""
        info = self.class_info(class_id)
        if colour == info.colour:
            return Change()
        changes = [RowChange("classes", class_id, info.row, {**info.row, "colour": colour})]
        for other in self.classes:
            if other.colour == colour:
                changes.append(RowChange("classes", other.id, other.row, {**other.row, "colour": info.colour}))
        return self._commit("recolour-class", 1, info.name, changes)

    def delete_class(self, class_id: int) -> Change:
        """Remove a card; its examples lose their label, the pictures themselves are not touched."""
        info = self.class_info(class_id)
        examples = self.examples(class_id)
        changes = [change for i in examples for change in self._say(i, None)]
        changes.append(RowChange("classes", class_id, info.row, None))
        changes += self._in_order([c for c in self.classes if c.id != class_id])
        return self._commit("delete-class", len(examples), info.name, changes)

    def merge_classes(self, class_id: int, into: int) -> Change:
        """Make two classes one: the examples of the first become the second's, and its card goes.

        What the machine had said of them counts as the second class from now on; "not the first" has no meaning any
        more and is dropped. Subject of the operation: both names, with a line break between.
        """
        info, other = self.class_info(class_id), self.class_info(into)
        if class_id == into:
            return Change()
        examples = self.examples(class_id)
        changes = [change for i in examples for change in self._say(i, into)]
        changes += [self._reject(i, r - {class_id}) for i, r in self.rejections.items() if class_id in r]
        changes += self._machine_meant(class_id, into, self.judgements)
        changes.append(RowChange("classes", class_id, info.row, None))
        changes += self._in_order([c for c in self.classes if c.id != class_id])
        return self._commit("merge-classes", len(examples), f"{info.name}\n{other.name}", changes)

    def split_class(self, class_id: int, parts: Sequence[tuple[str, Collection[int]]]) -> Change:
        """Make one class several: (name, examples) of each. The first keeps the card; examples not named stay there.

        The others' cards come right below it. What is not of the class is not of any part. Raises SessionError.
        """
        info = self.class_info(class_id)
        if len(parts) < 2 or not all(ids for _, ids in parts):
            raise SessionError("Splitting a class takes two groups with an example each.")
        names = [self.free_name(name, class_id) for name, _ in parts]
        if len({name.casefold() for name in names}) < len(names):
            raise SessionError("Each group needs a name of its own.")
        new: list[RowChange] = []
        for name in names[1:]:
            new.append(self._new_class(name, new, instead_of=class_id))
        keys = [row.key for row in new]
        order = [key for c in self.classes for key in ([c.id, *keys] if c.id == class_id else [c.id])]
        renamed = {**info.row, "name": names[0]}
        after = {
            c.id: {**(renamed if c.id == class_id else c.row), "position": order.index(c.id)} for c in self.classes
        }
        changes = [RowChange("classes", c.id, c.row, after[c.id]) for c in self.classes if after[c.id] != c.row]
        changes += [replace(row, after={**(row.after or {}), "position": order.index(row.key)}) for row in new]
        moved = 0
        for key, (_, ids) in zip(keys, parts[1:], strict=True):
            mine = [i for i in dict.fromkeys(ids) if self._human.get(i) == class_id]
            moved += len(mine)
            changes += [change for i in mine for change in self._say(i, key)]
            changes += self._machine_meant(class_id, key, mine)
        changes += [self._reject(i, r | set(keys)) for i, r in self.rejections.items() if class_id in r]
        return self._commit("split-class", moved, info.name, changes)

    def _machine_meant(self, old: int, new: int, among: Iterable[int]) -> list[RowChange]:
        """What the machine had said of these pictures was the old class: now that means the new one."""
        there = (self.judgements[i] for i in among if i in self.judgements)
        return [
            RowChange("judgements", j.picture_id, _judgement_row(j), {**_judgement_row(j), "machine_id": new})
            for j in there
            if j.machine_id == old
        ]

    def label(self, picture_ids: Sequence[int], class_id: int | None, audit: bool = False) -> Change:
        """Say what pictures are: a class, NONE_OF_THESE, or None to take one's word back. They become examples.

        What the machine had said of those not labelled before is noted; audit: they had been asked about by chance.
        """
        wanted = [i for i in dict.fromkeys(picture_ids) if self._human.get(i) != class_id]
        changes = [change for i in wanted for change in self._say(i, class_id, audit)]
        kind = {None: "unlabel", NONE_OF_THESE: "none"}.get(class_id, "label")
        return self._commit(kind, len(wanted), self.class_name(class_id), changes)

    def confirm(self, picture_ids: Sequence[int], audit: bool = False) -> Change:
        """The machine is right about these: its answers become the person's; audit as in label. Others are
        passed over."""
        said: dict[int, int] = {}
        for picture_id in dict.fromkeys(picture_ids):
            answer = None if picture_id in self._human else self.answers.machine_answer(picture_id)
            if answer is not None:
                said[picture_id] = answer[0]
        changes = [change for i, class_id in said.items() for change in self._say(i, class_id, audit)]
        classes = set(said.values())
        kind = "confirm" if len(classes) != 1 else "label" if max(classes) else "none"
        subject = "" if kind == "confirm" else self.class_name(max(classes))
        return self._commit(kind, len(said), subject, changes)

    def new_class_of(self, picture_ids: Sequence[int], name: str = "") -> tuple[int, Change]:
        """A new class, at the end, with these pictures as its examples; in one operation. Raises SessionError."""
        row = self._new_class(name)
        title = str((row.after or {})["name"])
        wanted = list(dict.fromkeys(picture_ids))
        changes = [row, *(change for i in wanted for change in self._say(i, row.key))]
        return row.key, self._commit("class-of", len(wanted), title, changes)

    def reject(self, picture_ids: Sequence[int], class_id: int | None = None) -> Change:
        """Say that pictures are not of a class (None: of the one each is in now); the machine obeys for ever.

        A label of that class is taken back with it. Pictures that are in no class are passed over.
        """
        changes: list[RowChange] = []
        names: dict[str, None] = {}
        pictures = 0
        for picture_id in dict.fromkeys(picture_ids):
            shown = self._shown(picture_id) if class_id is None else class_id
            rejected = self.rejections.get(picture_id, frozenset())
            if shown is None or shown in rejected:
                continue
            pictures += 1
            names[self.class_name(shown)] = None
            if self._human.get(picture_id) == shown:
                changes += self._say(picture_id, None)
            else:
                changes += self._judged(picture_id)
            changes.append(self._reject(picture_id, rejected | {shown}))
        return self._commit("reject", pictures, ", ".join(names), changes)

    def _shown(self, picture_id: int) -> int | None:
        """The class the picture is in now, by person or machine."""
        label = self._human.get(picture_id)
        if label is None:
            answer = self.answers.machine_answer(picture_id)
            label = answer[0] if answer else None
        return label or None

    def _say(self, picture_id: int, class_id: int | None, audit: bool = False) -> list[RowChange]:
        """The rows that change when a person labels a picture, or takes the label back; it lifts a rejection."""
        old = self._human.get(picture_id)
        before: Row | None = None
        if old is not None:
            before = {"class_id": old or None, "made_at": self._made_at[picture_id]}
        after: Row | None = None if class_id is None else {"class_id": class_id or None, "made_at": time.time()}
        changes = [RowChange("human_labels", picture_id, before, after)]
        if class_id is None and picture_id in self.judgements:
            changes.append(RowChange("judgements", picture_id, _judgement_row(self.judgements[picture_id]), None))
        elif class_id is not None:
            changes += self._judged(picture_id, audit)
        rejected = self.rejections.get(picture_id, frozenset())
        if class_id in rejected:
            changes.append(self._reject(picture_id, rejected - {class_id}))
        return changes

    def _judged(self, picture_id: int, audit: bool = False) -> list[RowChange]:
        """Note what the machine says of a picture that no person has judged yet."""
        answer = self.answers.machine_answer(picture_id)
        if answer is None or picture_id in self._human or picture_id in self.judgements:
            return []
        return [RowChange("judgements", picture_id, None, _judgement_row(Judgement(picture_id, *answer, audit)))]

    def _reject(self, picture_id: int, class_ids: Collection[int]) -> RowChange:
        """The picture is of none of these classes, and that is all that is said of this kind."""
        old = self.rejections.get(picture_id)
        return RowChange("rejections", picture_id, _rejections_row(old or ()), _rejections_row(class_ids))


def _judgement_row(judgement: Judgement) -> Row:
    return {"machine_id": judgement.machine_id, "confidence": judgement.confidence, "audit": int(judgement.audit)}


def _rejections_row(class_ids: Collection[int]) -> Row | None:
    return {"class_ids": " ".join(map(str, sorted(class_ids)))} if class_ids else None
