"""One class folder while a plan is made: which names are taken, and what is in it already."""

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from fewshot_gui.sorting import files
from fewshot_gui.sorting.names import byte_length, fold, numbered, split
from fewshot_gui.sorting.sets import Action, Member, PictureSet

_NUMBERED = re.compile(r"(.+) \(([0-9]{1,9})\)", re.DOTALL)


@dataclass(frozen=True)
class _Existing:
    path: Path
    size: int
    inode: tuple[int, int]
    link: str | None  # what a symbolic link says


class Shelf:
    """Gives each set of one class its names. Linear: no name is tried twice for the same picture name."""

    def __init__(self, folder: Path, action: Action, digest: Callable[[Path], str]) -> None:
        """Reads the folder once; it need not exist yet. OSError when it cannot be read. digest: see Digests."""
        self.folder = folder
        self._action = action
        self._digest = digest
        self._taken: set[str] = set()
        self._existing: dict[str, list[_Existing]] = {}
        self._twins: dict[tuple[str, str, object], int] = {}
        self._families: dict[tuple[str, str, int], list[tuple[int, Path]]] = {}
        self._by_digest: dict[tuple[str, str, int], dict[str, int]] = {}
        self._next: dict[tuple[str, str], int] = {}
        if folder.is_dir():
            with os.scandir(folder) as listing:
                for entry in listing:
                    self._add(entry)

    def _add(self, entry: "os.DirEntry[str]") -> None:
        """Remember an entry under its own name, and "a (2).jpg" also as the second a.jpg."""
        self._taken.add(fold(entry.name))
        if not (entry.is_symlink() or entry.is_file()):
            return
        path = self.folder / entry.name
        link = files.link_text(path)
        now = path.lstat()
        existing = _Existing(path, now.st_size, (now.st_dev, now.st_ino), link)
        self._existing.setdefault(fold(entry.name), []).append(existing)
        stem, suffix = split(entry.name)
        families = [(stem, 1)]
        if match := _NUMBERED.fullmatch(stem):
            families.append((match[1], int(match[2])))
        for family, number in families:
            name = (fold(family), fold(suffix))
            self._twins[(*name, link or existing.inode)] = number
            if link is None:
                self._families.setdefault((*name, now.st_size), []).append((number, path))

    def place(self, picture_set: PictureSet) -> list[tuple[Member, str, bool]]:
        """(member, its name in this folder, whether its very bytes are there already) for each member of the set."""
        picture = picture_set.members[0]
        room = max(byte_length(member.tail) for member in picture_set.members)

        def names(number: int) -> list[str]:
            stem = numbered(picture_set.stem, number, room)
            return [stem + member.tail for member in picture_set.members]

        def fits(chosen: list[str]) -> bool:
            pairs = zip(picture_set.members, chosen, strict=True)
            return all(fold(name) not in self._taken or self._same(member, name) for member, name in pairs)

        twin = self._twin(picture_set.stem, picture)
        if twin is None or not fits(chosen := names(twin)):
            key = (fold(picture_set.stem), fold(picture.tail))
            number = self._next.get(key, 1)
            while fold((chosen := names(number))[0]) in self._taken or not fits(chosen):
                number += 1
            self._next[key] = number + 1
        placed = []
        for member, name in zip(picture_set.members, chosen, strict=True):
            placed.append((member, name, fold(name) in self._taken))
            self._taken.add(fold(name))
        return placed

    def _twin(self, stem: str, picture: Member) -> int | None:
        """The number under which the very picture is here already, or None."""
        name = (fold(stem), fold(picture.tail))
        for identity in self._identities(picture):
            if number := self._twins.get((*name, identity)):
                return number
        key = (*name, picture.size)
        if key not in self._families:
            return None
        if key not in self._by_digest:
            family = sorted(self._families[key], reverse=True)
            self._by_digest[key] = {d: number for number, path in family if (d := self._digest(path))}
        return self._by_digest[key].get(self._digest(picture.path))

    def _identities(self, member: Member) -> tuple[object, ...]:
        return (str(member.path), member.inode) if self._action is Action.SYMLINK else (member.inode,)

    def _same(self, member: Member, name: str) -> bool:
        """Whether the taken name already holds the member."""
        for existing in self._existing.get(fold(name), ()):
            if (existing.link or existing.inode) in self._identities(member):
                return True
            if existing.link is None and existing.size == member.size:
                digest = self._digest(member.path)
                if digest and digest == self._digest(existing.path):
                    return True
        return False
