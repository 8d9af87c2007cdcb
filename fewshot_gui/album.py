"""The pictures that a project knows, by id and by path. A hundred thousand are there at once: each stays a line of text
until somebody asks for it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from fewshot_gui.project.rows import PictureColumns


@dataclass(frozen=True)
class Picture:
    """path: absolute; of pasted pictures only a name to show. in_folder: in the gallery. problem: why it can't be
    read."""

    id: int
    path: Path
    in_folder: bool
    problem: str | None = None


class Album(Mapping[int, Picture]):
    """Picture by id, in the order in which they became known; and the id of the picture at a path."""

    def __init__(self, columns: PictureColumns, folder: Path | None) -> None:
        texts = _absolute(columns, folder)
        # Examples outside the folder are read only to adapt, which leaves out those with a problem: try them again.
        problems = [p if inside else None for p, inside in zip(columns.problems, columns.in_folder, strict=True)]
        self._rows = dict(zip(columns.ids, zip(texts, columns.in_folder, problems, strict=True), strict=True))
        self._made: dict[int, Picture] = {}
        self._ids = dict.fromkeys(columns.ids)
        at = zip(map(os.path.normcase, texts), columns.ids, columns.pasted, strict=True)
        self._at: dict[str, int] = {text: picture_id for text, picture_id, pasted in at if not pasted}

    def __getitem__(self, picture_id: int) -> Picture:
        made = self._made.get(picture_id)
        if made is None:
            text, inside, problem = self._rows[picture_id]
            made = self._made[picture_id] = Picture(picture_id, Path(text), inside, problem)
        return made

    def __contains__(self, picture_id: object) -> bool:
        return picture_id in self._ids

    def __iter__(self) -> Iterator[int]:
        return iter(self._ids)

    def __len__(self) -> int:
        return len(self._ids)

    def places(self) -> Iterator[tuple[int, str, bool]]:
        """Of each picture its id, its path as text, and whether it is in the folder: all of them at once are quicker so
        than as pictures."""
        for picture_id in self._ids:
            made = self._made.get(picture_id)
            if made is None:
                yield picture_id, *self._rows[picture_id][:2]
            else:
                yield picture_id, str(made.path), made.in_folder

    def put(self, picture: Picture) -> None:
        """Know this picture, or know this of it from now on."""
        self._made[picture.id] = picture
        self._ids[picture.id] = None

    def lay(self, picture: Picture) -> None:
        """This picture is what lies at its path."""
        self._at[_key(picture.path)] = picture.id

    def lift(self, picture: Picture) -> None:
        """This picture no longer lies at its path, if it did."""
        if self.id_at(picture.path) == picture.id:
            del self._at[_key(picture.path)]

    def id_at(self, path: Path) -> int | None:
        """Which picture lies there."""
        return self._at.get(_key(path))

    def away_from(self, paths: Iterable[Path]) -> list[Picture]:
        """The pictures that lie at none of these paths, by id."""
        there = set(map(_key, paths))
        return [self[i] for i in sorted(i for text, i in self._at.items() if text not in there)]

    def name(self, picture_id: int) -> str:
        """Its file name."""
        if picture_id in self._made:
            return self._made[picture_id].path.name
        return self._rows[picture_id][0].rpartition(os.sep)[2]

    def copy(self) -> Album:
        """The same, for another thread."""
        twin = Album.__new__(Album)
        twin._rows = self._rows  # never changed
        twin._made, twin._ids, twin._at = self._made.copy(), self._ids.copy(), self._at.copy()
        return twin


def _key(path: Path) -> str:
    return os.path.normcase(path)


def _absolute(columns: PictureColumns, folder: Path | None) -> list[str]:
    """Each path as pathlib would write it, without the time that pathlib takes."""
    start = os.path.join(folder, "") if folder else ""  # noqa: PTH118
    sep, double, dot = os.sep, os.sep * 2, f"{os.sep}."
    texts = []
    for path, inside in zip(columns.paths, columns.in_folder, strict=True):
        if sep != "/":
            path = path.replace("/", sep)
        text = start + path if inside else path
        if double in text or dot in text or text[-1:] == sep or not path or ":" in path or path[0] == ".":
            text = str(folder / path if inside and folder else Path(path))  # strange, or a stranger wrote it
        texts.append(text)
    return texts
