"""Opening, refusing, claiming and copying project files."""

import errno
import os
import random
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from fewshot_gui import disks
from fewshot_gui.project import schema
from fewshot_gui.project.errors import ProjectError
from fewshot_gui.project.opening import connect
from fewshot_gui.project.rows import Change, NewPicture
from fewshot_gui.project.store import Store

RED = {"name": "red", "colour": 0, "position": 0}


@pytest.fixture
def locks(tmp_path: Path) -> Path:
    return tmp_path / "locks"


@pytest.fixture
def project(tmp_path: Path, locks: Path) -> Path:
    """A closed project with one class and a hundred pictures."""
    path = tmp_path / "mine" / "a.fewshot"
    path.parent.mkdir()
    with Store.create(path, locks) as store:
        store.commit("add-class", 1, "red", [Change("classes", 1, None, RED)])
        store.add_pictures([NewPicture(Path(f"some folder/{n}.jpg"), True, n, n) for n in range(100)])
    return path


def start(code: str, *arguments: Path) -> subprocess.Popen[str]:
    """Another process of this program."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(Path.cwd()), *sys.path])}
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)


def refusal(path: Path, locks: Path) -> str:
    """Why opening is refused, once it is sure that the file is as it was and nothing was left beside it."""
    before = path.read_bytes(), sorted(path.parent.iterdir())
    with pytest.raises(ProjectError) as refused:
        Store.open(path, locks)
    assert (path.read_bytes(), sorted(path.parent.iterdir())) == before
    sentence = str(refused.value)
    assert path.name in sentence
    assert sentence.endswith(".")
    return sentence


def test_a_new_project_is_empty_and_one_file_after_closing(tmp_path: Path, locks: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    with Store.create(folder / "a.fewshot", locks) as store:
        assert (store.classes(), store.pictures(), store.human_labels(), store.machine_labels()) == ([], [], [], [])
        assert store.undo_name() is None
        assert store.undo() is None
    assert [file.name for file in folder.iterdir()] == ["a.fewshot"]


def test_creating_never_replaces_a_file(project: Path, locks: Path) -> None:
    before = project.read_bytes()
    with pytest.raises(ProjectError, match="exists already"):
        Store.create(project, locks)
    assert project.read_bytes() == before


def test_creating_in_a_missing_folder_is_refused(tmp_path: Path, locks: Path) -> None:
    with pytest.raises(ProjectError, match="not there"):
        Store.create(tmp_path / "gone" / "a.fewshot", locks)


def test_a_missing_project_is_refused_and_not_made(tmp_path: Path, locks: Path) -> None:
    with pytest.raises(ProjectError, match="There is no project"):
        Store.open(tmp_path / "a.fewshot", locks)
    assert not (tmp_path / "a.fewshot").exists()


def test_a_folder_is_no_project(tmp_path: Path, locks: Path) -> None:
    with pytest.raises(ProjectError, match="not a Fewshot GUI project"):
        Store.open(tmp_path, locks)


def test_a_project_of_a_newer_version_is_refused_unchanged(project: Path, locks: Path) -> None:
    with closing(sqlite3.connect(project)) as connection:
        connection.execute(f"PRAGMA user_version = {schema.SCHEMA_VERSION + 1}")
    assert "was made by a newer version of Fewshot GUI" in refusal(project, locks)


def test_a_newer_version_killed_in_its_first_moment_is_seen_too(project: Path, locks: Path, tmp_path: Path) -> None:
    left = tmp_path / "left"
    with closing(sqlite3.connect(project)) as connection:
        connection.execute(f"PRAGMA user_version = {schema.SCHEMA_VERSION + 1}")  # so far only in the log beside
        shutil.copytree(project.parent, left)
    assert (left / "a.fewshot-wal").stat().st_size > 0
    assert "was made by a newer version of Fewshot GUI" in refusal(left / project.name, locks)


@pytest.mark.parametrize("content", [b"", b"Dear diary,\n" * 500, b"\x89PNG\r\n"])
def test_a_file_of_another_kind_is_refused_unchanged(project: Path, locks: Path, content: bytes) -> None:
    project.write_bytes(content)
    assert "is not a Fewshot GUI project" in refusal(project, locks)


def test_the_database_of_another_program_is_refused_unchanged(project: Path, locks: Path) -> None:
    project.unlink()
    with closing(sqlite3.connect(project)) as connection:
        connection.execute("CREATE TABLE classes (id)")
    assert "is not a Fewshot GUI project" in refusal(project, locks)


@pytest.mark.parametrize("kept", [0.9, 0.5, 0.1])
def test_a_truncated_project_is_refused_unchanged(project: Path, locks: Path, kept: float) -> None:
    content = project.read_bytes()
    project.write_bytes(content[: int(len(content) * kept)])
    assert "is damaged" in refusal(project, locks)


@pytest.mark.parametrize("seed", range(5))
def test_an_overwritten_project_is_refused_unchanged(project: Path, locks: Path, seed: int) -> None:
    content = bytearray(project.read_bytes())
    page = random.Random(seed).randrange(1, len(content) // 4096) * 4096  # a whole page but the first
    content[page : page + 4096] = random.Random(seed).randbytes(4096)
    project.write_bytes(content)
    assert "is damaged" in refusal(project, locks)


def test_a_read_only_project_is_refused_unchanged(project: Path, locks: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Not by chmod: that does not stop an administrator, who runs the tests in containers.
    monkeypatch.setattr(os, "access", lambda path, mode: not mode & os.W_OK)
    assert "read-only" in refusal(project, locks)


def test_an_older_project_is_migrated(project: Path, locks: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def add_a_note(connection: sqlite3.Connection) -> None:
        connection.execute("ALTER TABLE classes ADD COLUMN note TEXT DEFAULT 'new'")

    monkeypatch.setattr(schema, "SCHEMA_VERSION", schema.SCHEMA_VERSION + 1)
    monkeypatch.setitem(schema.MIGRATIONS, schema.SCHEMA_VERSION - 1, add_a_note)
    with Store.open(project, locks) as store:
        assert [row.name for row in store.classes()] == ["red"]
    with closing(sqlite3.connect(project)) as connection:
        assert connection.execute("SELECT note FROM classes").fetchall() == [("new",)]
        assert connection.execute("PRAGMA user_version").fetchone() == (schema.SCHEMA_VERSION,)


def test_a_migration_that_fails_leaves_the_project_as_it_was(
    project: Path, locks: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def half(connection: sqlite3.Connection) -> None:
        connection.execute("DELETE FROM pictures")
        raise RuntimeError("power cut")

    with monkeypatch.context() as future:
        future.setattr(schema, "SCHEMA_VERSION", schema.SCHEMA_VERSION + 1)
        future.setitem(schema.MIGRATIONS, schema.SCHEMA_VERSION - 1, half)
        with pytest.raises(RuntimeError):
            Store.open(project, locks)
    with Store.open(project, locks) as store:
        assert len(store.pictures()) == 100


def test_a_second_window_is_refused_until_the_first_closes(project: Path, locks: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.fewshot"
    link.symlink_to(project)
    with Store.open(project, locks) as store:
        for path in (project, link):
            with pytest.raises(ProjectError, match="already open in another window"):
                Store.open(path, locks)
        store.set_meta("still", "works")
        store.close()
        store.close()
        with Store.open(link, locks) as again:
            assert again.meta("still") == "works"


def test_on_a_networks_disk_a_window_of_another_machine_is_refused(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(disks, "is_shared", lambda place: place == project.parent)
    first = Store.open(project, tmp_path / "this machine")
    with pytest.raises(ProjectError, match="already open in another window"):
        Store.open(project, tmp_path / "another machine")
    first.close()
    Store.open(project, tmp_path / "another machine").close()
    assert {file.name for file in project.parent.iterdir()} == {"a.fewshot", ".a.fewshot.lock"}


@pytest.mark.skipif(sys.platform == "win32", reason="every disk has locks there")
@pytest.mark.parametrize("number", [errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL])
def test_a_disk_without_locks_is_no_reason_to_refuse(
    project: Path, locks: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def flock(file: int, how: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr("fcntl.flock", flock)
    with Store.open(project, locks) as store:
        assert [row.name for row in store.classes()] == ["red"]


def test_a_network_that_fails_while_locking_is_told_as_such(
    project: Path, locks: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lock(file: int) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr("fewshot_gui.project.claim._lock", lock)
    assert "did not deliver" in refusal(project, locks)


@pytest.mark.parametrize("kind", ["nfs4", "cifs", "fuse.sshfs", "9p"])
def test_the_kinds_of_disks_that_other_machines_see_are_known(monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    monkeypatch.setattr(disks, "file_system", lambda place: kind)
    assert disks.is_shared(Path.cwd())
    monkeypatch.setattr(disks, "file_system", lambda place: "ext4")
    assert not disks.is_shared(Path.cwd())


def test_an_index_that_says_other_than_its_table_is_damage(project: Path, locks: Path) -> None:
    """What a quick check passes over: each page is sound, but what is looked up is not what is there."""
    rewrite = "UPDATE sqlite_schema SET sql = replace(sql, '{}', '{}') WHERE name = 'pictures_path'"
    for statement in (
        rewrite.format("data IS NULL", "size > 50"),
        "INSERT INTO pictures (path, in_folder, size, mtime_ns) VALUES (x'61', 1, 1, 1)",
        rewrite.format("size > 50", "data IS NULL"),
    ):
        with closing(sqlite3.connect(project, isolation_level=None)) as connection:  # each reads the tables anew
            connection.execute("PRAGMA writable_schema = ON")
            connection.execute(statement)
    with closing(sqlite3.connect(project)) as connection:
        assert connection.execute("PRAGMA quick_check").fetchone() == ("ok",)
    assert "is damaged" in refusal(project, locks)


def test_a_project_is_free_again_after_a_refusal(project: Path, locks: Path) -> None:
    sound = project.read_bytes()
    project.write_bytes(sound[:5000])
    refusal(project, locks)
    project.write_bytes(sound)
    Store.open(project, locks).close()


HOLD = """
import sys; from pathlib import Path
from fewshot_gui.project.store import Store
store = Store.open(Path(sys.argv[1]), Path(sys.argv[2]))
print("open", flush=True)
sys.stdin.read()
"""


def test_a_killed_window_gives_the_project_free(project: Path, locks: Path) -> None:
    with start(HOLD, project, locks) as other:
        try:
            assert other.stdout is not None
            assert other.stdout.readline() == "open\n"
            with pytest.raises(ProjectError, match="already open in another window"):
                Store.open(project, locks)
        finally:
            other.kill()
    Store.open(project, locks).close()


LABEL = """
import sys; from pathlib import Path
from fewshot_gui.project.store import Change, Store
store = Store.open(Path(sys.argv[1]), Path(sys.argv[2]))
labels = {label.picture_id: {"class_id": label.class_id, "made_at": label.made_at} for label in store.human_labels()}
step = max((int(label["made_at"]) for label in labels.values()), default=0)
while True:
    step += 1
    picture, label = step % 100 + 1, {"class_id": 1, "made_at": step}
    store.commit("label", 1, "red", [Change("human_labels", picture, labels.get(picture), label)])
    labels[picture] = label
    print(picture, step, flush=True)
"""


def test_every_label_that_was_reported_saved_survives_a_kill(project: Path, locks: Path) -> None:
    chance = random.Random(7)
    for _ in range(4):
        with start(LABEL, project, locks) as other:
            try:
                assert other.stdout is not None
                reported = [other.stdout.readline() for _ in range(chance.randrange(1, 60))]
            finally:
                other.kill()
            reported += other.stdout.readlines()
        saved = dict(tuple(map(int, line.split())) for line in reported if line.endswith("\n"))
        with Store.open(project, locks) as store:  # opening checks the file's integrity
            found = {label.picture_id: label.made_at for label in store.human_labels()}
            newer = {picture: step for picture, step in found.items() if saved.get(picture) != step}
            assert saved.keys() <= found.keys()
            assert all(step > max(saved.values()) or step < min(saved.values()) for step in newer.values())
            last = store.undo()  # history and labels were saved together
            assert last is not None
            assert last.changes[0].after == {"class_id": 1, "made_at": max(found.values())}
            store.redo()


def test_a_copy_holds_everything_and_replaces_nothing(project: Path, locks: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.fewshot"
    with Store.open(project, locks) as store:
        store.set_meta("folder", "/pictures")
        store.copy_to(copy)
        with pytest.raises(ProjectError, match="exists already"):
            store.copy_to(copy)
        with pytest.raises(ProjectError, match="exists already"):
            store.copy_to(project)
        with Store.open(copy, locks) as other:
            assert (other.classes(), other.pictures()) == (store.classes(), store.pictures())
            assert other.meta("folder") == "/pictures"
            assert other.undo_name() == ("add-class", 1, "red")


def test_a_project_with_any_name_can_be_opened(tmp_path: Path, locks: Path) -> None:
    for name in ("项目 🐈.fewshot", "50% #1? & more.fewshot", os.fsdecode(b"caf\xe9.fewshot")):
        Store.create(tmp_path / name, locks).close()
        with Store.open(tmp_path / name, locks) as store:
            assert store.path.name == name
            with pytest.raises(ProjectError) as refused:
                Store.open(tmp_path / name, locks)
        str(refused.value).encode()  # can be shown


def test_what_was_committed_is_in_the_file_itself_after_a_sync(project: Path, locks: Path, tmp_path: Path) -> None:
    with Store.open(project, locks) as store:
        store.set_meta("told", "everything")
        store.sync()
        copy = tmp_path / "without the log.fewshot"
        shutil.copyfile(project, copy)
        store.set_meta("told", "more")
    with Store.open(copy, locks) as store:
        assert store.meta("told") == "everything"


def test_nobody_who_writes_waits_for_a_sync_and_none_is_made_for_nothing(
    project: Path, locks: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    connections: list[Path] = []
    with Store.open(project, locks) as store:
        real = connect

        def connecting(path: Path) -> sqlite3.Connection:
            connections.append(path)
            store.set_meta("written", "while a sync is under way")
            return real(path)

        monkeypatch.setattr("fewshot_gui.project.store.connect", connecting)
        store.sync()
        assert not connections
        store.set_meta("a", "b")
        store.sync()
        store.sync()  # for what was written meanwhile
        assert len(connections) == 2
        assert store.meta("written") == "while a sync is under way"
    store.sync()  # closed: nothing to do
