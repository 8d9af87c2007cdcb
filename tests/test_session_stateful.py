"""Anything a person may do, in any order, against a model that keeps every state it has been in."""

import copy
import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from fewshot_gui.engine import Read, Scored
from fewshot_gui.images.find import PictureFile, find_pictures
from fewshot_gui.session import NONE_OF_THESE, Filter, Session, SessionError, State

MEMORY = Path("/dev/shm")
FILES = ["a.png", "b.png", "in/a.png", "in/b.png", "in/in/a.png"]
names = st.sampled_from(["cat", "Cat", "dog", "fox", " owl "])


@dataclass
class Said:
    """What a person said: classes in the order of the cards, the class of each file by path, and what it is not."""

    classes: list[str] = field(default_factory=list)
    labels: dict[str, str | None] = field(default_factory=dict)
    rejected: dict[str, set[str]] = field(default_factory=dict)
    changed: int = 0  # how often something else was changed: a colour

    def reject(self, path: str, name: str) -> None:
        self.rejected.setdefault(path, set()).add(name)
        if self.labels.get(path) == name:
            del self.labels[path]

    def say(self, path: str, name: str | None) -> None:
        self.labels[path] = name
        self.lift(path, name)

    def lift(self, path: str, name: str | None) -> None:
        self.rejected[path] = self.rejected.get(path, set()) - {name}
        if not self.rejected[path]:
            del self.rejected[path]


class SessionModel(RuleBasedStateMachine):
    """Pictures are known by their paths, classes by their names: ids are the session's own business."""

    @initialize()
    def start(self) -> None:
        self.top = Path(tempfile.mkdtemp(dir=MEMORY if MEMORY.is_dir() else None)).resolve()
        for name in FILES:
            path = self.top / "deep" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(name)
        self.session = Session.open(self.top / "p.fewshot")
        self.said = Said()
        self.past: list[Said] = []
        self.future: list[Said] = []
        self.open("")

    def teardown(self) -> None:
        if not hasattr(self, "session"):
            return
        try:
            while self.session.undo_name:
                self.session.undo()
            self.store_and_memory_are_equal()
            assert (self.session.classes, self.session.rejections, self.session.judgements) == ([], {}, {})
            assert not any(self.session.human_label(i) is not None for i in self.session.view().tolist())
        finally:
            self.session.close()
            shutil.rmtree(self.top)

    # --- what both sides do

    def open(self, below: str) -> None:
        folder = self.top / "deep" / below
        self.session.open_folder(folder)
        found = [f for f in find_pictures(folder) if isinstance(f, PictureFile)]
        self.session.add_pictures(found)
        self.session.scan_finished(f.path for f in found)

    def did(self, now: Said) -> None:
        if now != self.said:
            self.past.append(self.said)
            self.said, self.future = now, []

    def next(self) -> Said:
        return copy.deepcopy(self.said)

    def id_of(self, name: str) -> int | None:
        label = [c.id for c in self.session.classes if c.name == name]
        return label[0] if label else None

    def path_of(self, picture: int) -> str:
        return str(self.session.picture(picture).path.relative_to(self.top / "deep"))

    def taken(self, name: str, but: str | None = None) -> bool:
        return any(c.casefold() == name.strip().casefold() for c in self.said.classes if c != but)

    # --- what a person does

    @rule(name=names)
    def add_class(self, name: str) -> None:
        if self.taken(name):
            try:
                self.session.add_class(name)
            except SessionError:
                return
            raise AssertionError(f"{name} was there already")
        self.session.add_class(name)
        now = self.next()
        now.classes.append(name.strip())
        self.did(now)

    @precondition(lambda self: self.said.classes)
    @rule(data=st.data(), name=names)
    def rename_class(self, data: st.DataObject, name: str) -> None:
        old = data.draw(st.sampled_from(self.said.classes))
        class_id = self.id_of(old)
        assert class_id is not None
        if self.taken(name, but=old):
            return
        self.session.rename_class(class_id, name)
        now = self.next()
        now.classes[now.classes.index(old)] = name.strip()
        now.labels = {p: name.strip() if c == old else c for p, c in now.labels.items()}
        now.rejected = {p: {name.strip() if c == old else c for c in r} for p, r in now.rejected.items()}
        self.did(now)

    @precondition(lambda self: self.said.classes)
    @rule(data=st.data(), position=st.integers(0, 5))
    def move_class(self, data: st.DataObject, position: int) -> None:
        name = data.draw(st.sampled_from(self.said.classes))
        class_id = self.id_of(name)
        assert class_id is not None
        self.session.move_class(class_id, position)
        now = self.next()
        now.classes.remove(name)
        now.classes.insert(position, name)
        self.did(now)

    @precondition(lambda self: self.said.classes)
    @rule(data=st.data())
    def delete_class(self, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(self.said.classes))
        class_id = self.id_of(name)
        assert class_id is not None
        self.session.delete_class(class_id)
        now = self.next()
        now.classes.remove(name)
        now.labels = {p: c for p, c in now.labels.items() if c != name}
        for path in list(now.rejected):
            now.lift(path, name)
        self.did(now)

    @precondition(lambda self: self.said.classes)
    @rule(data=st.data(), colour=st.integers(0, 9))
    def recolour_class(self, data: st.DataObject, colour: int) -> None:
        class_id = self.id_of(data.draw(st.sampled_from(self.said.classes)))
        assert class_id is not None
        now = self.next()
        now.changed += self.session.class_info(class_id).colour != colour
        self.session.recolour_class(class_id, colour)
        self.did(now)

    @precondition(lambda self: len(self.said.classes) > 1)
    @rule(data=st.data())
    def merge_classes(self, data: st.DataObject) -> None:
        name, into = data.draw(st.lists(st.sampled_from(self.said.classes), min_size=2, max_size=2, unique=True))
        ids = self.id_of(name), self.id_of(into)
        assert ids[0] is not None and ids[1] is not None
        self.session.merge_classes(ids[0], ids[1])
        now = self.next()
        now.classes.remove(name)
        for path, label in list(now.labels.items()):
            if label == name:
                now.say(path, into)
        for path in list(now.rejected):
            now.lift(path, name)
        self.did(now)

    @precondition(lambda self: self.said.classes)
    @rule(data=st.data(), new=names)
    def split_class(self, data: st.DataObject, new: str) -> None:
        name = data.draw(st.sampled_from(self.said.classes))
        class_id = self.id_of(name)
        assert class_id is not None
        examples = self.session.examples(class_id)
        if len(examples) < 2 or self.taken(new):
            return
        cut = data.draw(st.integers(1, len(examples) - 1))
        self.session.split_class(class_id, [(name, examples[:cut]), (new, examples[cut:])])
        now = self.next()
        now.classes.insert(now.classes.index(name) + 1, new.strip())
        for picture in examples[cut:]:
            now.labels[self.path_of(picture)] = new.strip()
        for path, rejected in now.rejected.items():
            if name in rejected:
                now.reject(path, new.strip())
        self.did(now)

    @rule(data=st.data())
    def reject(self, data: st.DataObject) -> None:
        shown = self.session.view().tolist()
        some = data.draw(st.lists(st.sampled_from(shown), max_size=3))
        name = data.draw(st.sampled_from([*self.said.classes, None]))
        now = self.next()
        for picture in some:
            label = self.session.human_label(picture)  # it counts also where the picture can't be read any more
            shown_in = self.session.decision(picture).class_id if label is None else label
            class_id = shown_in if name is None else self.id_of(name)
            if class_id:
                now.reject(self.path_of(picture), self.session.class_name(class_id))
        self.session.reject(some, None if name is None else self.id_of(name))
        self.did(now)

    @rule(data=st.data())
    def label(self, data: st.DataObject) -> None:
        shown = self.session.view().tolist()
        some = data.draw(st.lists(st.sampled_from(shown), max_size=3))
        what = data.draw(st.sampled_from([*self.said.classes, "", None]))
        self.session.label(some, None if what is None else self.id_of(what) or NONE_OF_THESE)
        now = self.next()
        for picture in some:
            if what is None:
                now.labels.pop(self.path_of(picture), None)
            else:
                now.say(self.path_of(picture), what or None)
        self.did(now)

    @precondition(lambda self: self.said.classes)
    @rule(data=st.data(), some=st.lists(st.sampled_from(FILES), max_size=3))
    def add_examples(self, data: st.DataObject, some: list[str]) -> None:
        name = data.draw(st.sampled_from(self.said.classes))
        class_id = self.id_of(name)
        assert class_id is not None
        self.session.add_examples(class_id, [self.top / "deep" / path for path in some])
        now = self.next()
        for path in some:
            now.say(path, name)
        self.did(now)

    @rule()
    def undo(self) -> None:
        self.session.undo()
        if self.past:
            self.future.append(self.said)
            self.said = self.past.pop()

    @rule()
    def redo(self) -> None:
        self.session.redo()
        if self.future:
            self.past.append(self.said)
            self.said = self.future.pop()

    # --- what happens besides

    @rule(below=st.sampled_from(["", "in", "in/in"]))
    def open_folder(self, below: str) -> None:
        self.open(below)

    @rule()
    def reopen(self) -> None:
        self.session.close()
        self.session = Session.open(self.top / "p.fewshot")

    @rule(seed=st.integers(0, 1000))
    def machine(self, seed: int) -> None:
        request = self.session.request()
        if request is None:
            self.session.clear_answers()
            return
        rng = np.random.default_rng(seed)
        class_ids = tuple({c: None for _, c in request.examples})
        ids = self.session.view()
        rows = rng.dirichlet(np.ones(len(class_ids)), len(ids)).astype(np.float32)
        known = rng.random(len(ids)).astype(np.float32)
        self.session.accept(Scored(class_ids, ids, rows, known, known > 0.2))

    @rule(data=st.data(), problem=st.sampled_from([None, "It is damaged."]))
    def read(self, data: st.DataObject, problem: str | None) -> None:
        picture = data.draw(st.sampled_from(self.session.view().tolist()))
        self.session.record([Read(picture, None if problem else f"content {picture}", problem)])

    @rule()
    def write(self) -> None:
        self.session.writing()()

    # --- what must hold at any time

    @invariant()
    def the_session_says_what_the_person_said(self) -> None:
        if not hasattr(self, "session"):
            return
        assert [c.name for c in self.session.classes] == self.said.classes
        assert [c.position for c in self.session.classes] == list(range(len(self.said.classes)))
        labels: dict[str, str | None] = {}
        for class_id in [*(c.id for c in self.session.classes), NONE_OF_THESE]:
            for picture in self.session.examples(class_id):
                assert self.path_of(picture) not in labels  # one class at the most
                labels[self.path_of(picture)] = self.session.class_name(class_id) or None
        assert labels == self.said.labels
        there = {info.id: info.name for info in self.session.classes}
        rejected = {
            self.path_of(picture): {there[c] for c in class_ids if c in there}
            for picture, class_ids in self.session.rejections.items()
        }
        assert {path: names for path, names in rejected.items() if names} == self.said.rejected

    @invariant()
    def store_and_memory_are_equal(self) -> None:
        if not hasattr(self, "session"):
            return
        session, store = self.session, self.session._store
        assert [vars(row) for row in store.classes()] == [vars(info) for info in session.classes]
        labels = {label.picture_id: label.class_id or NONE_OF_THESE for label in store.human_labels()}
        assert labels == session._human
        assert store.rejections() == session.rejections
        assert {row.picture_id: row for row in store.judgements()} == session.judgements

    @invariant()
    def what_was_rejected_is_never_the_answer(self) -> None:
        if not hasattr(self, "session"):
            return
        for picture, class_ids in self.session.rejections.items():
            decision = self.session.decision(picture)
            assert decision.class_id not in class_ids and decision.second_id not in class_ids
            assert self.session.human_label(picture) not in class_ids
            assert not any(share for class_id, share in self.session.scores(picture) if class_id in class_ids)

    @invariant()
    def undo_and_redo_are_offered_where_there_is_something(self) -> None:
        if not hasattr(self, "session"):
            return
        assert (self.session.undo_name is not None) == bool(self.past)
        assert (self.session.redo_name is not None) == bool(self.future)

    @invariant()
    def no_answer_names_a_class_that_is_gone(self) -> None:
        if not hasattr(self, "session"):
            return
        there = {c.id for c in self.session.classes}
        assert self.session.counts().predicted.keys() <= there
        for picture in self.session.view(Filter.REVIEW).tolist():
            decision = self.session.decision(picture)
            assert decision.state is State.PREDICTED and decision.class_id in there


TestSessionModel = SessionModel.TestCase
TestSessionModel.settings = settings(max_examples=20, stateful_step_count=25)
