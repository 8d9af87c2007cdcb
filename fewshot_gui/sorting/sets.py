"""Which files belong together: a picture and what travels with it (sidecars, RAW, Live Photo film)."""

import os
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from fewshot_gui.sorting.errors import reason, shown
from fewshot_gui.sorting.names import fold, numbered, split

RAW_SUFFIXES = frozenset(
    [
        *(".3fr", ".ari", ".arw", ".bay", ".cap", ".cr2", ".cr3", ".crw", ".dcr", ".dng", ".eip", ".erf"),
        *(".fff", ".gpr", ".iiq", ".kdc", ".mef", ".mos", ".mrw", ".nef", ".nrw", ".orf", ".pef", ".raf"),
        *(".raw", ".rw2", ".rwl", ".sr2", ".srf", ".srw", ".x3f"),
    ]
)
COMPANION_SUFFIXES = RAW_SUFFIXES | {".xmp", ".mov", ".json", ".txt", ".aae", ".thm"}  # .aae: Apple's edits


class Action(StrEnum):
    """What happens to each file."""

    COPY = "copy"
    MOVE = "move"
    HARDLINK = "hardlink"
    SYMLINK = "symlink"
    REFLINK = "reflink"  # a copy that shares its bytes on the disk until either is changed


class Unfiled(StrEnum):
    """Why a picture has no class; each kind may get a folder of its own."""

    UNSURE = "unsure"
    NONE = "none of these"


@dataclass(frozen=True)
class SortItem:
    """One classified picture; label None means: leave it alone, unless unfiled says which kind of folder would take it.

    confidence is the machine's, in 0..1; said: a person gave the label.
    """

    path: Path
    label: str | None
    confidence: float | None = None
    said: bool = False
    unfiled: Unfiled | None = None


@dataclass(frozen=True)
class Member:
    """One file of a set. tail is what follows the set's stem in its new name; inode is (device, number)."""

    path: Path
    tail: str
    size: int
    mtime_ns: int
    inode: tuple[int, int]
    companion: bool = False
    note: str = ""


@dataclass(frozen=True)
class PictureSet:
    """A picture (members[0]) and its companions: one decision, one folder, one stem, one class.

    confidence and said are the item's.
    """

    label: str
    folder: Path
    stem: str
    members: tuple[Member, ...]
    confidence: float | None = None
    said: bool = False


@dataclass(frozen=True)
class Groups:
    """The sets to sort in the order of the items, how many items stay, and (path, sentence) for what cannot be."""

    sets: tuple[PictureSet, ...]
    left_alone: int
    problems: tuple[tuple[Path, str], ...]


def group(items: Iterable[SortItem], action: Action) -> Groups:
    """Join pictures with their companions. One listing per folder, linear in the number of files.

    A RAW file that is itself an item goes with the picture of the same stem: the picture's label decides for both.
    """
    problems: list[tuple[Path, str]] = []
    folders: dict[str, dict[str, SortItem]] = {}
    order: list[tuple[str, str]] = []
    for item in items:
        # Text, not Path: three times faster here. abspath, not resolve: that would follow links out of the folder.
        folder, name = os.path.split(os.path.abspath(item.path))  # noqa: PTH100
        named = folders.setdefault(folder, {})
        if name in named:
            problems.append((item.path, f"{shown(item.path)} is listed twice; the first label counts."))
        else:
            named[name] = item
            order.append((folder, name))
    found: dict[str, dict[str, PictureSet]] = {folder: {} for folder in folders}
    left_alone = 0
    for folder, named in folders.items():
        left_alone += _group_folder(Path(folder), named, action, found[folder], problems)
    sets = tuple(found[folder][name] for folder, name in order if name in found[folder])
    return Groups(sets, left_alone, tuple(problems))


def _group_folder(
    folder: Path,
    named: dict[str, SortItem],
    action: Action,
    found: dict[str, PictureSet],
    problems: list[tuple[Path, str]],
) -> int:
    """Adds this folder's sets to found under the name of their picture; returns how many items stay."""
    try:
        with os.scandir(folder) as listing:
            entries = {entry.name: entry for entry in listing}
    except OSError as error:
        problems += [(folder / name, f"{shown(folder)} cannot be read: {reason(error)}.") for name in named]
        return 0
    unfit: dict[str, str] = {}
    for name, item in named.items():
        if item.label is not None and (sentence := _unfit(folder, name, entries.get(name), action)):
            unfit[name] = sentence
    problems += [(folder / name, sentence) for name, sentence in unfit.items()]
    owners = _Owners({name: item for name, item in named.items() if name not in unfit}, entries)
    companions = _companions(folder, entries, owners)
    left_alone = 0
    for name, item in owners.items.items():
        lead = owners.lead(name)
        if owners.items[lead].label is None:
            left_alone += 1
        elif lead == name and item.label is not None:
            stem, tail = split(name)
            first = owners.claims(stem)[0]
            shared = first != name and any(split(member.path.name)[0] == stem for member in companions.get(first, ()))
            note = f"its companions stay with {shown(first)}" if shared else ""
            try:
                picture = _member(folder, entries[name], tail, False, note)
            except OSError as error:
                problems.append((folder / name, f"{shown(folder / name)} cannot be read: {reason(error)}."))
            else:
                members = (picture, *companions.get(name, ()))
                found[name] = PictureSet(item.label, folder, stem, members, item.confidence, item.said)
    return left_alone


def _companions(folder: Path, entries: dict[str, "os.DirEntry[str]"], owners: "_Owners") -> dict[str, list[Member]]:
    """The companions of each item of one folder."""
    claimed = []
    for name, entry in entries.items():
        stem, owner = owners.of(name)
        if owner is not None and entry.is_file(follow_symlinks=False):
            claimed.append((stem != split(owner)[0], name, stem, owner))  # a.xmp before A.xmp for a.jpg
    companions: dict[str, list[Member]] = {}
    for _, name, stem, owner in sorted(claimed):
        members = companions.setdefault(owner, [])
        tails = {fold(member.tail) for member in members}
        number = 1
        while fold(tail := numbered("", number) + name[len(stem) :]) in tails:
            number += 1
        with suppress(OSError):  # It vanished since the listing, and the picture does not depend on it.
            members.append(_member(folder, entries[name], tail, True, owners.note(name, stem, owner)))
    return companions


class _Owners:
    """Who owns which companion within one folder."""

    def __init__(self, items: dict[str, SortItem], entries: dict[str, "os.DirEntry[str]"]) -> None:
        self.items = items
        self._raws = {fold(name) for name in entries if split(name)[1].lower() in RAW_SUFFIXES}
        self._exact: dict[str, list[str]] = {}
        self._folded: dict[str, list[str]] = {}
        self._follows: dict[str, str] = {}
        raws = [name for name in items if split(name)[1].lower() in COMPANION_SUFFIXES]
        self._index(name for name in items if split(name)[1].lower() not in COMPANION_SUFFIXES)
        for name in raws:
            if pictures := self.claims(split(name)[0]):
                self._follows[name] = pictures[0]
        self._index(name for name in raws if name not in self._follows)

    def _index(self, names: Iterable[str]) -> None:
        for name in names:
            stem = split(name)[0]
            self._exact.setdefault(stem, []).append(name)
            self._folded.setdefault(fold(stem), []).append(name)

    def claims(self, stem: str) -> list[str]:
        """The items that a companion of this stem may go with, the first of them owns it."""
        return self._exact.get(stem) or self._folded.get(fold(stem)) or []

    def lead(self, item: str) -> str:
        """The item whose label decides: the item itself, or the picture that a RAW item follows."""
        return self._follows.get(item, item)

    def of(self, name: str) -> tuple[str, str | None]:
        """(the part of the name that is the picture's stem, the owning item or None when it is no companion)."""
        rest, suffix = split(name)
        if name in self.items:
            return rest, self._follows.get(name)
        if suffix.lower() not in COMPANION_SUFFIXES:
            return rest, None
        stem = split(rest)[0]
        if rest in self.items:  # a.jpg.xmp
            return stem, self.lead(rest)
        if claims := self.claims(rest):  # a.xmp
            return rest, claims[0]
        if fold(rest) in self._raws and (claims := self.claims(stem)):  # a.cr2.xmp
            return stem, claims[0]
        return rest, None

    def note(self, name: str, stem: str, owner: str) -> str:
        """What the person should know about this companion."""
        note = f"goes with {shown(owner)}"
        own = self.items.get(name)
        if own is not None and own.label not in (None, self.items[owner].label):
            note += f", though by itself it was taken for {own.label}"
        others = [other for other in self.claims(stem) if other != owner]
        if others and stem == split(name)[0]:
            note += f"; {', '.join(map(shown, others))} shares the name"
        return note


def _member(folder: Path, entry: "os.DirEntry[str]", tail: str, companion: bool, note: str) -> Member:
    stat = entry.stat()
    if not stat.st_ino:  # Windows leaves the file's number out of a listing.
        stat = os.stat(entry.path)  # noqa: PTH116
    return Member(
        folder / entry.name, tail, stat.st_size, stat.st_mtime_ns, (stat.st_dev, stat.st_ino), companion, note
    )


def _unfit(folder: Path, name: str, entry: "os.DirEntry[str] | None", action: Action) -> str:
    """Why this entry of the folder cannot be sorted, or ""."""
    if entry is None:
        return f"{shown(folder / name)} is no longer there."
    if entry.is_symlink() and action in (Action.MOVE, Action.HARDLINK):
        return f"{shown(folder / name)} is itself a link, which would break when moved. Choose copy."
    if not entry.is_file():
        return f"{shown(folder / name)} is not a file."
    return ""
