"""Archives and XML from strangers: nothing opens or parses them, however they come; each is refused in words."""

import io
import tarfile
import zipfile
from pathlib import Path

import pytest

from fewshot_gui import batch
from fewshot_gui.images.decode import UnreadableError, read_square
from fewshot_gui.images.find import FolderError
from fewshot_gui.learner.errors import WeightsError
from fewshot_gui.learner.weights import load_weights
from fewshot_gui.project.errors import ProjectError
from fewshot_gui.session import Session
from fewshot_gui.sorting.apply import apply
from fewshot_gui.sorting.plan import Action, SortItem, plan_sort

BOMB = b"""<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c SYSTEM "file:///etc/passwd">]><svg xmlns="http://www.w3.org/2000/svg"><image href="http://a/b"/>&b;&c;</svg>"""


def a_zip(name: str = "../../evil.png") -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, bytes(1 << 20))
    return file.getvalue()


def a_tar() -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz") as archive:
        link = tarfile.TarInfo("cat")
        link.type, link.linkname = tarfile.SYMTYPE, "/"
        archive.addfile(link)
    return file.getvalue()


KINDS = {
    "gift.zip": a_zip(),
    "gift.fewshot.zip": a_zip("data.pkl"),
    "gift.tar.gz": a_tar(),
    "gift.xml": BOMB,
    "gift.svg": BOMB,
    "gift.xmp": BOMB,
    "gift.html": BOMB,
}


@pytest.fixture(params=KINDS)
def gift(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A file of each kind, alone in a folder of its own."""
    path = tmp_path / "in" / "here" / request.param
    path.parent.mkdir(parents=True)
    path.write_bytes(KINDS[request.param])
    return path


@pytest.fixture
def before(tmp_path: Path, gift: Path) -> list[Path]:
    return sorted(tmp_path.rglob("*"))


def test_as_an_example_it_is_refused_with_its_name(gift: Path, before: list[Path], tmp_path: Path) -> None:
    session = Session.open()
    try:
        class_id, made = session.new_class_from([gift], "cat")
        assert class_id is None and session.classes == []
        assert made.sentences == (f'"{gift}" can\'t be used. Its name does not end as that of a picture does.',)
        _, made = session.new_class_from([gift.parent], "cat")  # the folder around it
        assert session.classes == []
        assert made.sentences == (f'There are no pictures in "{gift.parent}".',)
    finally:
        session.close()
    assert sorted(tmp_path.rglob("*")) == before


def test_as_a_folder_of_pictures_or_examples_it_is_refused(gift: Path) -> None:
    for way in (batch.class_names, batch.find):
        with pytest.raises(FolderError, match="It is a file, not a folder"):
            way(gift)


def test_as_a_picture_by_its_name_it_is_unreadable(gift: Path) -> None:
    picture = gift.rename(gift.with_name("holiday.jpg"))
    with pytest.raises(UnreadableError, match="not a picture in any format"):
        read_square(picture, 64)


def test_as_a_project_by_its_name_it_is_refused_and_kept(gift: Path, tmp_path: Path) -> None:
    project = gift.rename(gift.with_name("gift.fewshot"))
    content = project.read_bytes()
    with pytest.raises(ProjectError, match="is not a Fewshot GUI project"):
        Session.open(project)
    assert project.read_bytes() == content


@pytest.mark.parametrize("name", ["gift.safetensors", "gift.pth", "gift.zip"])
def test_as_weights_it_is_refused(gift: Path, name: str) -> None:
    with pytest.raises(WeightsError, match=r"gift\..*can't"):
        load_weights(gift.rename(gift.with_name(name)))


@pytest.mark.parametrize("suffix", [".xmp", ".json", ".txt"])
def test_as_a_companion_it_travels_unread(tmp_path: Path, suffix: str) -> None:
    """Byte for byte, beside its picture."""
    folder = tmp_path / "pictures"
    folder.mkdir()
    (folder / "a.jpg").write_bytes(b"picture")
    (folder / f"a{suffix}").write_bytes(BOMB + a_zip())
    plan = plan_sort([SortItem(folder / "a.jpg", "cat")], tmp_path / "sorted", Action.COPY, folder)
    assert apply(plan, tmp_path / "runs", lambda *_: None, lambda: False).done == 2
    assert (tmp_path / "sorted" / "cat" / f"a{suffix}").read_bytes() == BOMB + a_zip()
