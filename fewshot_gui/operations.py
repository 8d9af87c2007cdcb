"""What a person does with classes and labels: all of it can be undone, and each operation is one step of undo."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace

from fewshot_gui.answers import NONE_OF_THESE
from fewshot_gui.project.rows import Change as RowChange
from fewshot_gui.project.rows import Row
from fewshot_gui.state import Change, ClassInfo, ProjectState, SessionError

MOST_CLASSES = 50


class Operations(ProjectState):
    """Every operation goes through ``_commit``: the project file first, then memory."""

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
