"""Folders of files that are called like pictures, and what a session shows and keeps of them."""

from pathlib import Path

from fewshot_gui.images.find import PictureFile, find_pictures
from fewshot_gui.session import Filter, Session


def put(path: Path, content: str = "") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content or str(path))
    return path


def look_through(session: Session) -> list[Path]:
    """What the window and the command line do with an opened folder; returns the pictures in it."""
    assert session.folder is not None
    found = [f for f in find_pictures(session.folder) if isinstance(f, PictureFile)]
    session.add_pictures(found)
    session.scan_finished(f.path for f in found)
    return [f.path for f in found]


def shown(session: Session, which: Filter = Filter.ALL) -> list[Path]:
    return [session.picture(i).path for i in session.view(which).tolist()]


def labels(session: Session) -> dict[Path, str]:
    return {session.picture(i).path: info.name for info in session.classes for i in session.examples(info.id)}


def animals_below(top: Path) -> Path:
    """A folder of six files with the names of pictures; nothing here looks inside them."""
    for name in ("a.png", "b.png", "c.png", "deep/a.png", "deep/b.png", "deep/deep/a.png"):
        put(top / "animals" / name)
    return top / "animals"
