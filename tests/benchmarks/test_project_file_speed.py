"""How long a project of 100,000 pictures takes to examine, open, copy and salvage, and what following moves costs."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from fewshot_gui.images.find import PictureFile
from fewshot_gui.project.backups import back_up
from fewshot_gui.project.opening import examine
from fewshot_gui.project.rows import Change, MachineLabel, NewPicture
from fewshot_gui.project.salvage import salvage
from fewshot_gui.project.store import Store
from fewshot_gui.session import Session

PICTURES = 100_000
pytestmark = pytest.mark.benchmark


def seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


@pytest.fixture
def project(tmp_path: Path) -> Path:
    path = tmp_path / "large.fewshot"
    with Store.create(path) as store:
        red = {"name": "red", "colour": 0, "position": 0}
        store.set_meta("folder", str(tmp_path / "pictures"))
        store.commit("add-class", 1, "red", [Change("classes", 1, None, red)])
        files = [
            NewPicture(Path(f"some folder/{n // 1000}/IMG_{n:06}.jpg"), True, 10_000 + n, n) for n in range(PICTURES)
        ]
        ids = store.add_pictures(files)
        store.set_digests([(key, f"{key:064x}") for key in ids])
        store.save_machine_labels([MachineLabel(key, 1, 0.5) for key in ids])
        labels = [Change("human_labels", key, None, {"class_id": 1, "made_at": key}) for key in ids[::10]]
        store.commit("label", len(labels), "red", labels)
    return path


def test_a_large_project_is_opened_copied_and_salvaged(project: Path, tmp_path: Path) -> None:
    print(f"\n{PICTURES:,} pictures, {project.stat().st_size / 2**20:.0f} MiB:")
    print(f"examine            {seconds(lambda: examine(project)):6.2f} s")
    print(f"open a session     {seconds(lambda: Session.open(project).close()):6.2f} s")
    print(f"daily backup       {seconds(lambda: back_up(project)):6.2f} s")
    print(f"salvage, sound     {seconds(lambda: salvage(project, tmp_path / 'a.fewshot')):6.2f} s")
    with project.open("rb+") as file:
        file.seek(project.stat().st_size // 8192 * 4096)
        file.write(bytes(50 * 4096))
    print(f"salvage, damaged   {seconds(lambda: salvage(project, tmp_path / 'b.fewshot')):6.2f} s")


def test_looking_for_moved_pictures_in_a_large_folder(project: Path, tmp_path: Path) -> None:
    session = Session.open(project)
    top = tmp_path / "pictures"
    new = [PictureFile(top / f"{n}.jpg", 10_000 + n, n) for n in range(PICTURES)]  # none of them is there to be read
    print(f"\nready to look      {seconds(session.relinker) * 1000:6.1f} ms in the window's thread")
    relinker = session.relinker()
    print(f"all names are new  {seconds(lambda: relinker.find(new)):6.2f} s beside it")
    session.close()
