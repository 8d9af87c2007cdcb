"""Daily copies of a project, and what a person can do once its file is damaged."""

import os
import random
import sqlite3
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest

from fewshot_gui.project import backups, opening
from fewshot_gui.project.backups import back_up, backups_folder, backups_of, restore, set_aside, with_backups
from fewshot_gui.project.errors import DamagedProject, ProjectError
from fewshot_gui.project.rows import Change, HumanLabel, NewPicture
from fewshot_gui.project.salvage import SalvageCancelled, salvage
from fewshot_gui.project.store import Store

RED = {"name": "red", "colour": 0, "position": 0}
BLUE = {"name": "蓝色", "colour": 1, "position": 1}
PICTURES = 2000
FIRST = date(2026, 1, 1)


@pytest.fixture
def project(quick_path: Path) -> Path:
    """A closed project: two classes, 2,000 pictures, every second one labelled, blue from the 1,000th on."""
    path = quick_path / "mine" / "summer.fewshot"
    path.parent.mkdir()
    with Store.create(path, quick_path / "locks") as store:
        store.set_meta("folder", "/photos/summer")
        store.commit("add-class", 2, "", [Change("classes", 1, None, RED), Change("classes", 2, None, BLUE)])
        ids = store.add_pictures([NewPicture(Path(f"deeper/{n:06}.jpg"), True, n, n) for n in range(PICTURES)])
        store.set_digests([(key, f"{key:064x}") for key in ids])
        labels = [Change("human_labels", key, None, {"class_id": 1 + (key > 1000), "made_at": key}) for key in ids[::2]]
        store.commit("label", len(labels), "red", labels)
    return path


@pytest.fixture
def locks(quick_path: Path) -> Path:
    return quick_path / "locks"


def damage(path: Path, first: int, last: int, content: bytes | None = None) -> None:
    """Overwrite pages first..last (from 0) with zeros, or with other bytes."""
    with path.open("rb+") as file:
        file.seek(first * 4096)
        file.write(content or bytes((last - first + 1) * 4096))


def is_damaged(path: Path, locks: Path) -> bool:
    with pytest.raises(DamagedProject):
        Store.open(path, locks)
    return True


# --- copies


def test_one_copy_a_day_and_five_at_the_most(project: Path) -> None:
    made = [back_up(project, FIRST + timedelta(days=day)) for day in range(7)]
    assert back_up(project, FIRST + timedelta(days=6)) is None
    names = [f"2026-01-0{day}.fewshot" for day in (7, 6, 5, 4, 3)]
    assert [backup.path.name for backup in backups_of(project)] == names
    assert made[0] is not None
    assert sorted(file.name for file in made[0].parent.iterdir()) == sorted(names)
    first = backups_of(project)[0]
    assert (first.classes, first.examples, first.pictures) == (2, PICTURES // 2, PICTURES)


def test_copies_lie_in_the_data_folder_and_nothing_beside_the_project(project: Path) -> None:
    copy = back_up(project)
    assert copy is not None
    assert copy.is_relative_to(os.environ["FEWSHOT_GUI_DATA"])
    assert list(project.parent.iterdir()) == [project]


def test_projects_of_one_name_have_copies_of_their_own(project: Path, quick_path: Path) -> None:
    assert backups_folder(project) != backups_folder(quick_path / project.name)


def test_a_copy_is_made_while_the_project_is_open_and_changed(project: Path, locks: Path) -> None:
    with Store.open(project, locks) as store:
        store.commit("rename-class", 1, "x", [Change("classes", 1, RED, {**RED, "name": "crimson"})])
        copy = back_up(project, FIRST)
        store.set_meta("still", "works")
    assert copy is not None
    with Store.open(copy, locks) as store:
        assert store.classes()[0].name == "crimson"
        assert store.undo_name() == ("rename-class", 1, "x")


def test_a_project_in_which_nothing_was_said_is_not_copied(quick_path: Path, locks: Path) -> None:
    with Store.create(quick_path / "a.fewshot", locks) as store:
        store.add_pictures([NewPicture(Path("a.jpg"), True, 1, 1)])
    assert back_up(quick_path / "a.fewshot") is None


def test_a_damaged_project_never_becomes_a_copy_nor_displaces_one(project: Path, locks: Path) -> None:
    for day in range(5):
        back_up(project, FIRST + timedelta(days=day))
    before = backups_of(project)
    damage(project, 20, 20, random.Random(1).randbytes(4096))
    with pytest.raises(DamagedProject):
        back_up(project, FIRST + timedelta(days=9))
    assert backups_of(project) == before
    assert len(list(backups_folder(project).iterdir())) == 5


def test_a_copy_that_was_begun_and_never_finished_is_no_copy(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_space(path: Path) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as full:
        full.setattr(backups, "_sync", no_space)
        with pytest.raises(ProjectError, match="No backup could be made"):
            back_up(project, FIRST)
    assert backups_of(project) == []
    (backups_folder(project) / "2026-01-01.part").write_bytes(b"killed here")
    assert backups_of(project) == []
    assert back_up(project, FIRST) is not None
    assert len(list(backups_folder(project).iterdir())) == 1


def test_a_data_folder_that_cannot_be_written_is_told(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Path(os.environ["FEWSHOT_GUI_DATA"]).parent.mkdir(parents=True, exist_ok=True)
    Path(os.environ["FEWSHOT_GUI_DATA"]).write_text("a file where the folder should be")
    with pytest.raises(ProjectError, match="No backup could be made"):
        back_up(project)


def test_a_copy_that_is_damaged_itself_is_not_offered(project: Path) -> None:
    back_up(project, FIRST)
    copy = back_up(project, FIRST + timedelta(days=1))
    assert copy is not None
    damage(copy, 5, 30)
    assert [backup.path.name for backup in backups_of(project)] == ["2026-01-01.fewshot"]


# --- ways out


def test_restoring_puts_the_copy_in_place_and_keeps_the_damaged_file_beside(project: Path, locks: Path) -> None:
    back_up(project)
    with Store.open(project, locks) as store:
        whole = store.classes(), store.pictures(), store.human_labels()
    damage(project, 10, 40)
    broken = project.read_bytes()
    assert is_damaged(project, locks)
    (copy,) = backups_of(project)
    aside = restore(copy.path, project, locks)
    assert aside.read_bytes() == broken
    assert " damaged " in aside.name
    assert sorted(project.parent.iterdir()) == sorted([aside, project])
    with Store.open(project, locks) as store:
        assert (store.classes(), store.pictures(), store.human_labels()) == whole
        assert store.undo_name() == ("label", PICTURES // 2, "red")
    assert backups_of(project) == [copy]


def test_a_log_of_the_damaged_file_is_not_taken_for_that_of_the_restored_one(project: Path, locks: Path) -> None:
    back_up(project)
    log = opening.beside(project, "-wal")
    with Store.open(project, locks) as store:
        store.commit("rename-class", 1, "x", [Change("classes", 1, RED, {**RED, "name": "crimson"})])
        left = log.read_bytes()
    log.write_bytes(left)  # a window that was killed leaves it
    damage(project, 10, 40)
    aside = restore(backups_of(project)[0].path, project, locks)
    assert opening.beside(aside, "-wal").read_bytes() == left
    with Store.open(project, locks) as store:
        assert store.classes()[0].name == "red"


def test_restoring_changes_nothing_where_it_cannot_be_done(project: Path, locks: Path, quick_path: Path) -> None:
    damage(project, 10, 40)
    broken = project.read_bytes()
    with pytest.raises(ProjectError, match="can't be replaced"):
        restore(quick_path / "gone.fewshot", project, locks)
    (quick_path / "bad.fewshot").write_bytes(broken)
    with pytest.raises(DamagedProject):
        restore(quick_path / "bad.fewshot", project, locks)
    assert project.read_bytes() == broken
    assert list(project.parent.iterdir()) == [project]


def test_a_project_open_elsewhere_is_not_replaced(project: Path, locks: Path) -> None:
    back_up(project)
    with Store.open(project, locks), pytest.raises(ProjectError, match="already open"):
        restore(backups_of(project)[0].path, project, locks)


def test_starting_anew_keeps_the_damaged_file_and_a_second_one_too(project: Path, locks: Path) -> None:
    contents = []
    kept = []
    for page in (3, 4):
        damage(project, page, page)
        contents.append(project.read_bytes())
        kept.append(set_aside(project, locks))
        assert not project.exists()
        with Store.create(project, locks) as store:
            assert store.classes() == []
    assert [file.read_bytes() for file in kept] == contents
    assert kept[0] != kept[1]


def test_the_sentence_names_the_backups_where_there_are_any(project: Path) -> None:
    error = DamagedProject("It is damaged.")
    assert with_backups(error, project) is error
    back_up(project)
    assert str(backups_folder(project)) in str(with_backups(error, project))


# --- salvage


def labels_of(project: Path, locks: Path) -> dict[int, int | None]:
    """By picture id the class; once it is sure that the project is sound and each label is right."""
    with Store.open(project, locks) as store:
        labels = {label.picture_id: label.class_id for label in store.human_labels()}
        pictures = {row.id: row for row in store.pictures()}
        assert store.meta("folder") in ("/photos/summer", None)
        assert store.undo_name() is None
    for key, picture in pictures.items():
        assert picture.path == Path(f"deeper/{key - 1:06}.jpg")
    assert all(label == 1 + (key > 1000) and key % 2 for key, label in labels.items())
    assert labels.keys() <= pictures.keys()
    return labels


def test_salvaging_a_sound_file_loses_nothing(project: Path, locks: Path, quick_path: Path) -> None:
    saved = salvage(project, quick_path / "saved.fewshot")
    assert (saved.classes, saved.examples, saved.pictures, dict(saved.lost)) == (2, PICTURES // 2, PICTURES, {})
    assert len(labels_of(quick_path / "saved.fewshot", locks)) == PICTURES // 2


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("kind", ["zeros", "garbage", "cut"])
def test_what_can_still_be_read_is_saved_and_the_rest_is_told(
    project: Path, locks: Path, quick_path: Path, kind: str, seed: int
) -> None:
    chance = random.Random(f"{kind} {seed}")
    pages = project.stat().st_size // 4096
    if kind == "cut":
        os.truncate(project, chance.randrange(pages // 2, pages) * 4096 + chance.randrange(4096))
    else:
        first = chance.randrange(13, pages - 3)
        damage(project, first, first + 2, chance.randbytes(3 * 4096) if kind == "garbage" else None)
    assert is_damaged(project, locks)
    broken = project.read_bytes()
    saved = salvage(project, quick_path / "saved.fewshot")
    assert project.read_bytes() == broken
    assert list(project.parent.iterdir()) == [project]
    labels = labels_of(quick_path / "saved.fewshot", locks)
    assert len(labels) == saved.examples
    assert saved.pictures + saved.lost.get("pictures", 0) >= PICTURES
    assert saved.examples + saved.lost.get("human_labels", 0) >= PICTURES // 2
    if kind != "cut":  # what was written last, here the labels, is what a cut takes
        assert saved.examples > PICTURES // 2 * 0.3


@pytest.mark.parametrize("last", [0, 1, 2])
def test_a_file_whose_beginning_is_gone_is_salvaged(project: Path, locks: Path, quick_path: Path, last: int) -> None:
    damage(project, 0, last)  # the header, the settings, the classes
    saved = salvage(project, quick_path / "saved.fewshot")
    assert (saved.classes, saved.pictures) == (2, PICTURES)
    assert len(labels_of(quick_path / "saved.fewshot", locks)) == PICTURES // 2
    with Store.open(quick_path / "saved.fewshot", locks) as store:
        names = ["red", "蓝色"] if last < 2 else ["Class 1", "Class 2"]
        assert [row.name for row in store.classes()] == names


def test_labels_and_paths_are_read_from_the_index_where_the_table_is_gone(
    project: Path, locks: Path, quick_path: Path
) -> None:
    with closing(sqlite3.connect(project)) as connection:
        roots = dict(connection.execute("SELECT name, rootpage FROM sqlite_schema").fetchall())
    for table in ("pictures", "human_labels"):
        damage(project, roots[table] - 1, roots[table] - 1)
    saved = salvage(project, quick_path / "saved.fewshot")
    assert (saved.examples, saved.pictures) == (PICTURES // 2, PICTURES)
    assert len(labels_of(quick_path / "saved.fewshot", locks)) == PICTURES // 2


def test_what_was_written_last_and_is_only_in_the_log_is_salvaged_too(
    project: Path, locks: Path, quick_path: Path
) -> None:
    log = opening.beside(project, "-wal")
    with Store.open(project, locks) as store:
        store.commit("label", 1, "red", [Change("human_labels", 2, None, {"class_id": 1, "made_at": 9.0})])
        left = log.read_bytes()
        main = project.read_bytes()
    project.write_bytes(main)
    log.write_bytes(left)
    damage(project, 40, 41)
    salvage(project, quick_path / "saved.fewshot")
    with Store.open(quick_path / "saved.fewshot", locks) as store:
        assert HumanLabel(2, 1, 9.0) in store.human_labels()


def test_nothing_to_salvage_is_said(quick_path: Path) -> None:
    for content in (b"", bytes(50_000), random.Random(3).randbytes(50_000)):
        (quick_path / "bad.fewshot").write_bytes(content)
        with pytest.raises(ProjectError, match="Nothing of the project can be read"):
            salvage(quick_path / "bad.fewshot", quick_path / "saved.fewshot")
        assert not (quick_path / "saved.fewshot").exists()


def test_salvaging_can_be_cancelled(project: Path, quick_path: Path) -> None:
    with pytest.raises(SalvageCancelled):
        salvage(project, quick_path / "saved.fewshot", cancelled=lambda: True)
    assert not (quick_path / "saved.fewshot").exists()


def test_a_trigger_in_a_damaged_file_never_runs(project: Path, locks: Path, quick_path: Path) -> None:
    with closing(sqlite3.connect(project)) as connection:
        connection.execute("ALTER TABLE classes RENAME TO hidden")
        connection.execute("CREATE VIEW classes AS SELECT 1 AS id, 'spy' AS name, 0 AS colour, 0 AS position")
    saved = salvage(project, quick_path / "saved.fewshot")
    assert saved.classes == 2
    with Store.open(quick_path / "saved.fewshot", locks) as store:
        assert [row.name for row in store.classes()] == ["red", "蓝色"]
