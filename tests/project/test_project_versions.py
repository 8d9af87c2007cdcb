"""Files of every version that was ever released, made by the program of that version, still open and work."""

import shutil
from pathlib import Path

import pytest

from fewshot_gui.project import schema
from fewshot_gui.project.rows import Change, HumanLabel, Judgement, Row
from fewshot_gui.project.store import Store

FIXTURES = Path(__file__).parent / "fixtures"
VERSIONS = range(1, schema.SCHEMA_VERSION + 1)


def opened(version: int, folder: Path) -> Store:
    shutil.copyfile(FIXTURES / f"version{version}.fewshot", folder / "old.fewshot")
    return Store.open(folder / "old.fewshot", folder / "locks")


def label(class_id: int | None, made_at: float) -> Row:
    return {"class_id": class_id, "made_at": made_at}


def test_there_is_a_file_of_every_version() -> None:
    assert {f"version{version}.fewshot" for version in VERSIONS} == {file.name for file in FIXTURES.iterdir()}


@pytest.mark.parametrize("version", VERSIONS)
def test_all_that_an_older_file_holds_is_there(version: int, quick_path: Path) -> None:
    with opened(version, quick_path) as store:
        assert [(row.id, row.name) for row in store.classes()] == [(1, "red"), (2, "蓝色")]
        rows = store.pictures()
        assert [row.path for row in rows[:8]] == [Path(f"deeper/{n}.jpg") for n in range(8)]
        assert [row.digest for row in rows] == [f"{key:064x}" for key in range(1, 11)]
        assert (rows[7].problem, rows[8].in_folder, rows[9].pasted) == ("It is empty.", False, True)
        assert store.data(10) == b"\x89PNG"
        assert store.meta("folder") == "/photos/summer"
        assert store.human_labels() == [
            HumanLabel(1, 1, 1.5),
            HumanLabel(2, 1, 1.5),
            HumanLabel(10, 2, 2.5),
            HumanLabel(3, None, 3.5),
        ]
        assert [row.picture_id for row in store.machine_labels()] == [4, 5, 6, 7]
        if version >= 2:
            assert store.judgements() == [Judgement(1, 2, 0.75, True)]
            assert store.rejections() == {1: frozenset({2})}


@pytest.mark.parametrize("version", VERSIONS)
def test_an_older_file_can_be_undone_redone_and_added_to(version: int, quick_path: Path) -> None:
    with opened(version, quick_path) as store:
        assert store.redo_name() == ("rename-class", 1, "crimson")
        store.redo()
        assert store.classes()[0].name == "crimson"
        kinds = []
        while operation := store.undo():
            kinds.append(operation.kind)
        assert kinds == ["rename-class", "none", "add-examples", "label", "add-class", "add-class"]
        assert (store.classes(), store.human_labels(), store.rejections()) == ([], [], {})
        while store.redo():
            pass
        added: Row = {"machine_id": 1, "confidence": 0.5, "audit": 0}
        store.commit(
            "label", 1, "蓝色", [Change("human_labels", 4, None, label(2, 9.5)), Change("judgements", 4, None, added)]
        )
        assert len(store.human_labels()) == 5
        assert store.next_class_id() == 3
    with Store.open(quick_path / "old.fewshot", quick_path / "locks") as again:  # of the newest version now
        assert again.undo_name() == ("label", 1, "蓝色")
        assert Judgement(4, 1, 0.5, False) in again.judgements()
