"""Project files made by strangers: refused in a sentence, or harmless; and never a fill of the memory."""

import json
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from fewshot_gui.project import contents, history, schema
from fewshot_gui.project.contents import leads_out
from fewshot_gui.project.errors import DamagedProject, ProjectError
from fewshot_gui.project.rows import Change, NewPicture
from fewshot_gui.project.store import Store

RED = {"name": "red", "colour": 0, "position": 0}
Change_file = Callable[..., None]


@pytest.fixture
def project(quick_path: Path) -> Path:
    """A closed project with a class, three pictures and two labels."""
    path = quick_path / "gift.fewshot"
    with Store.create(path, quick_path / "locks") as store:
        store.commit("add-class", 1, "red", [Change("classes", 1, None, RED)])
        store.add_pictures([NewPicture(Path(f"{n}.jpg"), True, n, n) for n in range(3)])
        store.commit("label", 1, "red", [Change("human_labels", 1, None, {"class_id": 1, "made_at": 1.0})])
    return path


def tampered(project: Path, *statements: str, values: tuple[object, ...] = ()) -> None:
    with closing(sqlite3.connect(project, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement, values)


def refused(project: Path) -> str:
    """Opening is refused with a sentence, and the file is as it was."""
    before = project.read_bytes()
    with pytest.raises(ProjectError) as refusal:
        Store.open(project, project.parent / "locks").close()
    assert project.read_bytes() == before
    assert str(refusal.value).endswith(".")
    str(refusal.value).encode()
    return str(refusal.value)


@pytest.mark.parametrize(
    "statements",
    [
        ["CREATE TRIGGER spy AFTER INSERT ON human_labels BEGIN DELETE FROM pictures; END"],
        ["CREATE TRIGGER spy AFTER UPDATE ON pictures BEGIN INSERT INTO meta VALUES ('a', load_extension('x')); END"],
        ["CREATE VIEW more AS SELECT * FROM pictures"],
        ["CREATE TABLE extra (a)"],
        ["CREATE INDEX slow ON pictures (digest)"],
        ["ALTER TABLE pictures RENAME TO hidden", "CREATE VIEW pictures AS SELECT * FROM hidden"],
        ["ALTER TABLE pictures ADD COLUMN bomb TEXT AS (hex(zeroblob(1000000000)))"],
        ["DROP TABLE rejections", "CREATE TABLE rejections (picture_id, class_ids, CHECK (randomblob(9) IS NOT NULL))"],
        ["DROP TABLE rejections", "CREATE VIRTUAL TABLE rejections USING fts5(picture_id, class_ids)"],
    ],
)
def test_anything_but_our_own_tables_is_refused(project: Path, statements: list[str]) -> None:
    tampered(project, *statements)
    sentence = refused(project)
    assert "never writes" in sentence or "is damaged" in sentence


def test_a_view_that_never_ends_is_not_even_looked_at(project: Path) -> None:
    forever = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x FROM c"
    tampered(project, "DROP TABLE rejections", f"CREATE VIEW rejections (picture_id, class_ids) AS {forever}")
    assert "never writes (view rejections)" in refused(project)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE classes SET name = x'ff00'",
        "UPDATE classes SET colour = 'blue'",
        "UPDATE classes SET id = -1",
        "UPDATE classes SET name = replace(hex(zeroblob(10000)), '0', 'long')",
        "UPDATE pictures SET path = 'text' WHERE id = 1",
        "UPDATE pictures SET path = zeroblob(100000) WHERE id = 1",
        "UPDATE pictures SET path = x'612f00' WHERE id = 1",
        "UPDATE pictures SET size = 'large'",
        "UPDATE pictures SET mtime_ns = 0.5",
        "UPDATE pictures SET in_folder = 'yes'",
        "UPDATE pictures SET problem = replace(hex(zeroblob(10000)), '0', 'long')",
        "UPDATE pictures SET digest = x'00'",
        "UPDATE human_labels SET made_at = 'yesterday'",
        "UPDATE human_labels SET class_id = 99",
        "UPDATE human_labels SET picture_id = 99",
        "INSERT INTO machine_labels VALUES (1, 'x', 0.5, NULL, NULL, 0, 0, '')",
        "INSERT INTO machine_labels VALUES (1, 1, 'sure', NULL, NULL, 0, 0, '')",
        "INSERT INTO judgements VALUES (1, 'x', 0.5, 0)",
        "INSERT INTO rejections VALUES (1, '1 2 x')",
        "INSERT INTO meta VALUES ('folder', 12)",
        "INSERT INTO meta VALUES ('folder', zeroblob(100000))",
        "UPDATE history SET subject = zeroblob(10)",
        "WITH RECURSIVE c(x) AS (SELECT 2 UNION ALL SELECT x + 1 FROM c LIMIT 2000)"
        " INSERT INTO classes SELECT x, x, 0, x FROM c",
    ],
)
def test_values_that_the_program_never_writes_are_refused(project: Path, statement: str) -> None:
    tampered(project, statement)
    assert "never writes" in refused(project)


def test_text_that_is_no_text_is_refused(project: Path) -> None:
    tampered(project, "UPDATE classes SET name = CAST(x'ff61fe' AS TEXT)")
    with pytest.raises(ProjectError), Store.open(project, project.parent / "locks") as store:
        store.classes()


@pytest.mark.parametrize("path", ["../../.ssh/id_rsa", "a/../../b.jpg", "/etc/passwd", ".."])
def test_a_picture_of_the_folder_may_not_lie_outside_it(project: Path, path: str) -> None:
    tampered(project, "UPDATE pictures SET path = ? WHERE id = 1", values=(os.fsencode(path),))
    assert "lead out of its folder" in refused(project)


def test_names_with_two_dots_or_colons_are_ordinary_names(project: Path) -> None:
    names = ["a..b.jpg", "...", "x/..y/z.jpg", "12:30.jpg"] if os.name != "nt" else ["a..b.jpg"]
    assert not any(map(leads_out, names))
    with Store.open(project, project.parent / "locks") as store:
        store.add_pictures([NewPicture(Path(name), True, 1, 1) for name in names])
    with Store.open(project, project.parent / "locks") as store:
        assert len(store.pictures()) == 3 + len(names)


def test_a_class_called_like_a_path_is_only_a_name(project: Path) -> None:
    tampered(project, "UPDATE classes SET name = '../../etc/<b>CON</b>'")
    with Store.open(project, project.parent / "locks") as store:
        assert store.classes()[0].name == "../../etc/<b>CON</b>"  # sorting makes folder names safe


def test_an_entry_that_would_fill_the_memory_is_refused(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contents, "LARGEST_VALUE", 100_000)
    with Store.open(project, project.parent / "locks") as store:
        with pytest.raises(ProjectError, match="too large"):
            store.add_pictures([NewPicture(Path("pasted"), False, 1, 1, bytes(200_000))])
        assert len(store.pictures()) == 3
    for statement in (
        "UPDATE pictures SET data = zeroblob(200000) WHERE id = 3",
        "UPDATE classes SET name = hex(zeroblob(200000))",
    ):
        tampered(project, statement)
        assert "too large" in refused(project)


@pytest.mark.parametrize(
    "images",
    [
        "no list",
        "[1]",
        "{}",
        "[" * 100_000,
        json.dumps([["pictures", 1, None, None]]),
        json.dumps([["pictures; DROP TABLE pictures", 1, None, None]]),
        json.dumps([["human_labels", "1 OR 1", None, None]]),
        json.dumps([["human_labels", 1, {"class_id": "red", "made_at": 1.0}, None]]),
        json.dumps([["human_labels", 1, {"class_id": 77, "made_at": 1.0}, None]]),
        json.dumps([["human_labels", 1, {"class_id": 1, "made_at": 1.0, "x = 1; --": 1}, None]]),
        json.dumps([["classes", 1, {"name": None, "colour": 0, "position": 0}, None]]),
        json.dumps([["classes", 1, [1, 2], None]]),
        json.dumps([["classes", 10**30, None, None]]),
    ],
)
def test_an_undo_that_was_tampered_with_is_refused_and_changes_nothing(project: Path, images: str) -> None:
    tampered(project, "UPDATE history SET changes = ? WHERE id = 2", values=(images,))
    with Store.open(project, project.parent / "locks") as store:
        before = store.classes(), store.pictures(), store.human_labels(), store.undo_name()
        with pytest.raises(ProjectError, match="can't be taken"):
            store.undo()
        assert (store.classes(), store.pictures(), store.human_labels(), store.undo_name()) == before


@pytest.mark.parametrize("piece", ["[]", "{}", "1", '"ab"'])
def test_an_undo_of_more_than_there_can_be_is_refused_before_it_fills_the_memory(
    project: Path, monkeypatch: pytest.MonkeyPatch, piece: str
) -> None:
    tampered(project, "UPDATE history SET changes = ? WHERE id = 2", values=(f"[{f'{piece},' * 2_000_000}{piece}]",))
    monkeypatch.setattr(history.json, "loads", lambda text: pytest.fail("it was taken apart"))
    with Store.open(project, project.parent / "locks") as store:
        with pytest.raises(ProjectError, match="can't be taken"):
            store.undo()
        assert len(store.human_labels()) == 1


def test_the_largest_operation_of_our_own_is_no_such(quick_path: Path) -> None:
    """All that can be said of every picture, at once; with the names that take the most commas."""
    row = {"class_id": 1, "made_at": 1.0}
    judged = {"machine_id": 1, "confidence": 0.5, "audit": 0}
    with Store.create(quick_path / "large.fewshot", quick_path / "locks") as store:
        store.commit("add-class", 1, ",", [Change("classes", 1, None, {**RED, "name": "[{," * 3000})])
        ids = store.add_pictures([NewPicture(Path(f"{n}.jpg"), True, n, n) for n in range(30_000)])
        changes = [Change("human_labels", key, None, row) for key in ids]
        changes += [Change("judgements", key, None, judged) for key in ids]
        changes += [Change("rejections", key, None, {"class_ids": "1 2 3"}) for key in ids]
        store.commit("label", len(ids), "all", changes)
        monkeypatched = pytest.MonkeyPatch()
        monkeypatched.setattr(history, "_SOME_PIECES", 0)
        try:
            assert store.undo() is not None
        finally:
            monkeypatched.undo()
        assert store.human_labels() == []


def test_a_missing_table_is_damage(project: Path) -> None:
    tampered(project, "DROP TABLE rejections")
    with pytest.raises(DamagedProject):
        Store.open(project, project.parent / "locks")


def test_a_file_that_was_analysed_with_another_tool_still_opens(project: Path) -> None:
    tampered(project, "ANALYZE")
    Store.open(project, project.parent / "locks").close()


def test_new_and_migrated_files_have_the_same_tables() -> None:
    found = []
    for start in (1, schema.SCHEMA_VERSION):
        with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
            schema.make_tables(connection, start)
            schema.migrate(connection, start)
            found.append(connection.execute("SELECT type, name, sql FROM sqlite_schema").fetchall())
            assert schema.version_of(connection) == schema.SCHEMA_VERSION
    assert found[0] == found[1]
