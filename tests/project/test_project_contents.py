"""What a project remembers: pictures, labels, and what can be undone."""

import os
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fewshot_gui.project import history
from fewshot_gui.project.errors import ProjectError
from fewshot_gui.project.rows import Change, ClassRow, HumanLabel, MachineLabel, NewPicture, Row
from fewshot_gui.project.store import Store

RED: Row = {"name": "red", "colour": 0, "position": 0}
BLUE: Row = {"name": "蓝色", "colour": 1, "position": 1}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Two classes, red (1) and blue (2), and ten pictures, 1 to 10."""
    with Store.create(tmp_path / "a.fewshot", tmp_path / "locks") as store:
        store.commit("add-class", 2, "", [Change("classes", 1, None, RED), Change("classes", 2, None, BLUE)])
        store.add_pictures([NewPicture(Path(f"{n}.jpg"), True, 1000, n) for n in range(10)])
        yield store


def reopened(store: Store) -> Store:
    store.close()
    return Store.open(store.path, store.path.parent / "locks")


def label(class_id: int | None, made_at: float) -> Row:
    return {"class_id": class_id, "made_at": made_at}


def test_any_path_comes_back_as_it_was(store: Store) -> None:
    paths = [
        Path("图片/猫 🐈.jpg"),
        Path(os.fsdecode(b"caf\xe9/\xff\xfe.png")),
        Path("a'b\"c%00\n.gif"),
        Path("/far/x.jpg"),
    ]
    ids = store.add_pictures([NewPicture(path, not path.is_absolute(), 1, 2) for path in paths])
    folder = os.fsdecode(b"/home/caf\xe9")
    store.set_meta("folder", folder)
    with reopened(store) as again:
        known = {row.id: row for row in again.pictures()}
        assert [known[key].path for key in ids] == paths
        assert [known[key].in_folder for key in ids] == [True, True, True, False]
        assert again.meta("folder") == folder
        assert again.meta("other") is None


def test_adding_a_known_picture_again_keeps_its_id_and_what_is_known_of_it(store: Store) -> None:
    store.set_digests([(1, "abc"), (2, "def")])
    store.set_problems([(2, "It is empty.")])
    before = store.pictures()
    assert store.add_pictures([NewPicture(Path("1.jpg"), True, 1000, 1), NewPicture(Path("0.jpg"), True, 1000, 0)]) == [
        2,
        1,
    ]
    assert store.pictures() == before
    assert (before[0].digest, before[1].problem) == ("abc", "It is empty.")


def test_a_picture_that_changed_on_disk_keeps_its_human_label_alone(store: Store) -> None:
    store.set_digests([(1, "abc")])
    store.set_problems([(1, "It is empty.")])
    store.save_machine_labels([MachineLabel(1, 2, 0.9)])
    store.commit("label", 1, "red", [Change("human_labels", 1, None, label(1, 5.0))])
    assert store.add_pictures([NewPicture(Path("0.jpg"), True, 1001, 0)]) == [1]
    picture = store.pictures()[0]
    assert (picture.size, picture.digest, picture.problem) == (1001, None, None)
    assert store.machine_labels() == []
    assert store.human_labels() == [HumanLabel(1, 1, 5.0)]


def test_the_same_path_inside_and_outside_the_folder_is_two_pictures(store: Store) -> None:
    assert store.add_pictures([NewPicture(Path("0.jpg"), False, 1000, 0)]) == [11]


def test_pasted_pictures_of_one_name_are_two_with_their_own_data(store: Store) -> None:
    pasted = [NewPicture(Path("Pasted picture"), False, len(data), 0, data) for data in (b"one", b"three")]
    assert store.add_pictures(pasted) == [11, 12]
    with reopened(store) as again:
        assert [again.data(key) for key in (1, 11, 12)] == [None, b"one", b"three"]
        assert [row.pasted for row in again.pictures()[9:]] == [False, True, True]


def test_machine_labels_replace_machine_labels_and_never_a_human_one(store: Store) -> None:
    changes = [Change("human_labels", 1, None, label(1, 1.5)), Change("human_labels", 2, None, label(None, 2.5))]
    store.commit("label", 2, "red", changes)
    human = store.human_labels()
    store.save_machine_labels([MachineLabel(key, 1, 0.5) for key in range(1, 11)])
    newer = [MachineLabel(key, 2, 0.75, 1, 0.25, key == 3, key == 4, "Near two examples.") for key in range(1, 11)]
    store.save_machine_labels(newer)
    with reopened(store) as again:
        assert again.machine_labels() == newer
        assert again.human_labels() == human == [HumanLabel(1, 1, 1.5), HumanLabel(2, None, 2.5)]
        assert again.undo_name() == ("label", 2, "red")


def test_undo_and_redo_last_beyond_closing(store: Store) -> None:
    changes = [Change("human_labels", key, None, label(2, key)) for key in (1, 2, 3)]
    store.commit("label", 3, "蓝色", changes)
    with reopened(store) as again:
        undone = again.undo()
        assert undone is not None
        assert (undone.kind, undone.count, undone.subject, undone.changes) == ("label", 3, "蓝色", tuple(changes))
        assert again.human_labels() == []
        assert (again.undo_name(), again.redo_name()) == (("add-class", 2, ""), ("label", 3, "蓝色"))
    with reopened(again) as third:
        assert third.redo() == undone
        assert [row.picture_id for row in third.human_labels()] == [1, 2, 3]
        assert third.redo() is None


def test_a_class_is_deleted_with_its_labels_and_comes_back_with_them(store: Store) -> None:
    store.commit("label", 1, "red", [Change("human_labels", 4, None, label(1, 1.0))])
    gone = [Change("classes", 1, RED, None), Change("human_labels", 4, label(1, 1.0), None)]
    store.commit("delete-class", 1, "red", gone)
    assert store.classes() == [ClassRow(2, "蓝色", 1, 1)]
    store.undo()
    assert [row.id for row in store.classes()] == [1, 2]
    assert store.human_labels() == [HumanLabel(4, 1, 1.0)]


def test_a_class_id_is_never_given_twice(store: Store) -> None:
    assert store.next_class_id() == 3
    store.commit("add-class", 1, "red", [Change("classes", 3, None, RED)])
    store.undo()
    assert store.next_class_id() == 4


def test_an_operation_that_fails_halfway_changes_nothing(store: Store) -> None:
    half = [Change("human_labels", 1, None, label(1, 1.0)), Change("human_labels", 2, None, label(77, 1.0))]
    with pytest.raises(sqlite3.IntegrityError):
        store.commit("label", 2, "?", half)
    with pytest.raises(ValueError, match="needs"):
        store.commit("label", 1, "?", [Change("human_labels", 1, None, {"class_id": 1})])
    assert store.human_labels() == []
    assert store.undo_name() == ("add-class", 2, "")


def test_the_oldest_operations_are_forgotten(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "HISTORY_LIMIT", 5)
    for step in range(1, 9):
        store.commit("label", 1, str(step), [Change("human_labels", step, None, label(1, step))])
    undone = []
    while operation := store.undo():
        undone.append(operation.subject)
    assert undone == ["8", "7", "6", "5", "4"]
    assert [row.picture_id for row in store.human_labels()] == [1, 2, 3]


def test_a_full_disk_is_said_and_loses_nothing(store: Store) -> None:
    connection = store._connection
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    connection.execute(f"PRAGMA max_page_count = {pages}")
    before = store.pictures()
    with pytest.raises(ProjectError, match="no space left"):
        store.add_pictures([NewPicture(Path(f"{n:0500}.jpg"), True, 1, 1) for n in range(1000)])
    assert store.pictures() == before
    connection.execute("PRAGMA max_page_count = 1000000")
    assert len(store.add_pictures([NewPicture(Path(f"{n:0500}.jpg"), True, 1, 1) for n in range(1000)])) == 1000


def test_a_disk_that_became_read_only_is_said(store: Store) -> None:
    store._connection.execute("PRAGMA query_only = ON")
    with pytest.raises(ProjectError, match="read-only"):
        store.set_meta("a", "b")


def test_two_threads_write_at_once_and_nothing_is_lost(store: Store) -> None:
    machine = [MachineLabel(key % 10 + 1, 1, 0.5) for key in range(5000)]
    thread = threading.Thread(target=store.save_machine_labels, args=(machine,))
    thread.start()
    for key in range(1, 11):
        store.commit("label", 1, "red", [Change("human_labels", key, None, label(1, key))])
    thread.join()
    assert len(store.machine_labels()) == len(store.human_labels()) == 10


def test_a_hundred_thousand_pictures_are_kept(store: Store) -> None:
    pictures = [NewPicture(Path(f"{n // 1000}/{n}.jpg"), True, n, n) for n in range(100_000)]
    ids = store.add_pictures(pictures)
    machine = [MachineLabel(key, 1, 0.5) for key in ids]
    store.set_digests([(key, f"{key:064x}") for key in ids])
    store.save_machine_labels(machine)
    changes = [Change("human_labels", key, None, label(2, key)) for key in ids[:20_000]]
    store.commit("label", len(changes), "蓝色", changes)
    with reopened(store) as again:
        rows = again.pictures()[10:]
        assert [(row.id, row.path, row.digest) for row in rows] == [
            (key, picture.path, f"{key:064x}") for key, picture in zip(ids, pictures, strict=True)
        ]
        assert again.machine_labels() == machine
        assert len(again.human_labels()) == 20_000
        again.undo()
        assert again.human_labels() == []


# --- any sequence of operations, against a model: a state, and the states before and after it

State = dict[tuple[str, int], Row]
ACTIONS = st.lists(
    st.one_of(
        st.just("undo"),
        st.just("redo"),
        st.lists(st.tuples(st.integers(1, 5), st.sampled_from([None, 1, 2, "unlabel"])), max_size=4),
        st.tuples(st.integers(1, 3), st.sampled_from(["猫", "dog", "x'y"])),
    ),
    max_size=25,
)


def state_of(store: Store) -> State:
    state: State = {("human_labels", x.picture_id): label(x.class_id, x.made_at) for x in store.human_labels()}
    for row in store.classes():
        state["classes", row.id] = {"name": row.name, "colour": row.colour, "position": row.position}
    return state


@settings(max_examples=30)
@given(actions=ACTIONS)
def test_any_sequence_of_changes_undos_and_redos_is_as_in_memory(
    actions: list[Any], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("model")
    with Store.create(folder / "a.fewshot", folder / "locks") as store:
        store.add_pictures([NewPicture(Path(str(n)), True, 0, 0) for n in range(5)])
        store.commit("add-class", 2, "", [Change("classes", 1, None, RED), Change("classes", 2, None, BLUE)])
        done: list[State] = [{}, state_of(store)]  # the last is now
        undone: list[State] = []
        for step, action in enumerate(actions):
            if action == "undo":
                assert (store.undo() is None) == (len(done) == 1)
                if len(done) > 1:
                    undone.append(done.pop())
            elif action == "redo":
                assert (store.redo() is None) == (not undone)
                if undone:
                    done.append(undone.pop())
            else:
                state, changes = dict(done[-1]), []
                pairs = action if isinstance(action, list) else [action]
                for key, value in pairs:
                    if isinstance(action, tuple):
                        place, row = ("classes", key), {"name": value, "colour": step, "position": key}
                    elif value in (1, 2) and ("classes", value) not in state:
                        continue  # its class was undone away
                    else:
                        place, row = ("human_labels", key), None if value == "unlabel" else label(value, step + 0.1)
                    changes.append(Change(place[0], key, state.get(place), row))
                    state.pop(place, None)
                    if row is not None:
                        state[place] = row
                store.commit("any", len(changes), "", changes)
                done.append(state)
                undone.clear()
            assert state_of(store) == done[-1]
            assert (store.undo_name() is None) == (len(done) == 1)
            assert (store.redo_name() is None) == (not undone)
