"""Give every set of files its folder and its names, and tell what an earlier run has done for it already."""

import os
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType

from fewshot_gui.sorting import files
from fewshot_gui.sorting.dates import day_taken
from fewshot_gui.sorting.digests import Digests
from fewshot_gui.sorting.errors import gigabytes, shown
from fewshot_gui.sorting.history import History, Sorted
from fewshot_gui.sorting.names import MAX_BYTES, byte_length, fold, portable, shortened, split
from fewshot_gui.sorting.options import SortOptions
from fewshot_gui.sorting.running_numbers import RunningNumbers, by_size
from fewshot_gui.sorting.sets import Action, Member, PictureSet
from fewshot_gui.sorting.shelf import Shelf
from fewshot_gui.sorting.steps import Renaming, Step
from fewshot_gui.sorting.volumes import NameRules, longest_name, name_rules

_NUMBER_BYTES = 16  # that a number behind a name may need, where names are shorter than everywhere else


@dataclass
class Placed:
    """What comes of the sets: steps for what is new, moves for what an earlier run put elsewhere, and the rest."""

    steps: list[Step] = field(default_factory=list)
    moves: list[Step] = field(default_factory=list)
    already_there: list[Path] = field(default_factory=list)
    problems: list[tuple[Path, str]] = field(default_factory=list)


class Placing:
    """Places the sets of one plan one after the other."""

    def __init__(
        self,
        target: Path,
        source: Path | None,
        folders: Mapping[str, Path],
        action: Action,
        options: SortOptions,
        history: History,
        cancelled: Callable[[], bool],
    ) -> None:
        self.placed = Placed()
        self._target = target
        self._source = source
        self._folders = folders
        self._action = action
        self._template = options.template
        self._keeps_subfolders = options.keep_subfolders
        self._history = history
        self._cancelled = cancelled
        self._shelves: dict[Path, Shelf] = {}
        self._by_key: dict[str, Shelf] = {}
        self._spelled: dict[Path, dict[str, str]] = {}
        self._writes = action in (Action.COPY, Action.MOVE)
        self._rules: dict[Path, NameRules] = {}
        self._ways_out: dict[Path, Path | None] = {}
        self._numbers: dict[str, RunningNumbers] = {}
        self._sizes: dict[Path, dict[int, list[Path]]] = {}
        self._twins: dict[tuple[Path, int], dict[tuple[str, str], str]] = {}
        self._digest = Digests(cancelled)
        self._below: dict[tuple[str, Path], Path] = {}
        self._count: Counter[str] = Counter()
        self._sub_folder_keys: set[str] = set()

    def expect(self, sets: Sequence[PictureSet]) -> None:
        """These sets are going to be placed: their folders' names are taken, their numbers get digits enough."""
        if self._keeps_subfolders or (self._template is not None and self._template.uses("n")):
            self._count = Counter(_key(self.folder_of(picture_set)) for picture_set in sets)
        if self._keeps_subfolders:
            for folder in self._below.values():
                self._sub_folder_keys |= {_key(part) for part in (folder, *folder.parents)}

    def folder_of(self, picture_set: PictureSet) -> Path:
        """The folder that the set goes to."""
        top = self._folders[picture_set.label]
        if not self._keeps_subfolders:
            return top
        key = (picture_set.label, picture_set.folder)
        if key not in self._below:
            folder = top
            for name in self._sub_folders(picture_set):
                folder = self._spelling(folder, name)
            self._below[key] = folder
        return self._below[key]

    def _sub_folders(self, picture_set: PictureSet) -> tuple[str, ...]:
        moved = self._history.moved.get(picture_set.members[0].path)
        if moved is not None:
            return moved.place.relative_to(self._target).parts[1:-1]
        if self._source is None or not picture_set.folder.is_relative_to(self._source):
            return ()
        return picture_set.folder.relative_to(self._source).parts

    def _spelling(self, folder: Path, name: str) -> Path:
        """The sub-folder of this name, as it is spelled if it is there already, or was spelled first in this plan."""
        if folder not in self._spelled:
            try:
                names = sorted(os.listdir(folder))  # noqa: PTH208
            except OSError:
                names = []
            self._spelled[folder] = {fold(there): there for there in names}
        rules = self._rules_of(folder)
        if rules.portable:
            name = "".join(portable(name))
        name = shortened(name, rules.longest)
        return folder / self._spelled[folder].setdefault(fold(name), name)

    def _rules_of(self, folder: Path) -> NameRules:
        if folder not in self._rules:
            self._rules[folder] = name_rules(folder)
        return self._rules[folder]

    def shelf(self, folder: Path) -> Shelf:
        """The shelf of this folder, one for all its spellings. OSError when it cannot be read."""
        if folder not in self._shelves:
            key = _key(folder)
            if key not in self._by_key:
                self._by_key[key] = Shelf(folder, self._action, self._digest)
            self._shelves[folder] = self._by_key[key]
        return self._shelves[folder]

    # ---- one set

    def place(self, picture_set: PictureSet) -> None:
        """Add what is to be done for this set. OSError when its folder in the target cannot be read."""
        folder = self.folder_of(picture_set)
        picture = picture_set.members[0]
        moved = self._history.moved.get(picture.path)
        if picture_set.folder == folder or (moved and self._is_in_class(moved.place, picture_set.label)):
            self.placed.already_there += [member.path for member in picture_set.members]
            return
        earlier = self._earlier(picture_set)
        first = earlier.get(picture.path)
        if first is None:
            self._put(picture_set, folder, {}, moved.label if moved else "")
        elif self._is_in_class(first.place, picture_set.label):
            self._join(picture_set, earlier, first.place)
        elif first.action is Action.SYMLINK:
            self._link_again(picture_set, folder, earlier)
        elif sentence := self._stuck(earlier, picture_set.label):
            self.placed.problems.append((picture.path, sentence))
        else:
            self._put(picture_set, folder, earlier, first.label)

    def _join(self, picture_set: PictureSet, earlier: Mapping[Path, Sorted], place: Path) -> None:
        """The picture is where it belongs; companions that are new since get its name there."""
        self.placed.already_there += [member.path for member in picture_set.members if member.path in earlier]
        if new := tuple(member for member in picture_set.members if member.path not in earlier):
            named = replace(picture_set, stem=split(place.name)[0], members=new)
            self._put(named, place.parent, {}, "", picture_set.members[0].path)

    def _link_again(self, picture_set: PictureSet, folder: Path, earlier: Mapping[Path, Sorted]) -> None:
        """Symbolic links are not moved but made anew in place of the old ones. What is no such link any more stays."""
        was = earlier[picture_set.members[0].path].label
        replaced = {old.origin: old.place for old in earlier.values() if files.link_text(old.place) == str(old.origin)}
        before = len(self.placed.steps)
        self._put(picture_set, folder, {}, was, replaced=replaced)
        gone = {step.replaces for step in self.placed.steps[before:]}
        for old in earlier.values():
            if old.place in gone:
                continue
            sentence = f"{shown(old.place)} is a link from when this was {was}, and stays. Remove it, or undo that run."
            self.placed.problems.append((old.origin, sentence))

    def _stuck(self, earlier: Mapping[Path, Sorted], label: str) -> str:
        """Why these sorted files cannot be moved to another class, or ""."""
        for sorted_file in earlier.values():
            place = sorted_file.place
            if not sorted_file.is_unchanged(self._cancelled):
                return (
                    f"{shown(place)} was changed after it was sorted, so it stays there with what belongs to it, "
                    f"though it is {label} now. Move it yourself."
                )
            if not files.writable(place.parent):
                return f"{shown(place)} cannot be moved to {label}: its folder cannot be written to."
        return ""

    def _earlier(self, picture_set: PictureSet) -> dict[Path, Sorted]:
        """What an earlier run made of these files, as they are now, and is still there."""
        found = {}
        for member in picture_set.members:
            made = self._history.made.get(member.path)
            if made and made.is_there():
                is_link = made.action in (Action.SYMLINK, Action.HARDLINK)  # which changes with its origin
                if is_link or (made.size, made.mtime_ns) == (member.size, member.mtime_ns):
                    found[member.path] = made
        return found

    def _is_in_class(self, place: Path, label: str) -> bool:
        """Whether it lies in the class folder, or below."""
        return str(place).startswith(str(self._folders[label]) + os.sep)

    def _put(
        self,
        picture_set: PictureSet,
        folder: Path,
        earlier: Mapping[Path, Sorted],
        was: str,
        joined: Path | None = None,
        replaced: Mapping[Path, Path] = MappingProxyType({}),
    ) -> None:
        """Name the set's files in the folder. Those in earlier are taken from where they are; was: their class then.

        joined: the picture, which is there already and whose stem the set has. replaced: links to these files, which go
        once they are in the folder.
        """
        shelf = self.shelf(folder)
        wanted, causes = self._named(picture_set, shelf, joined is not None)
        if earlier:
            wanted = replace(wanted, members=tuple(_at(m, earlier.get(m.path)) for m in wanted.members))
        picture = joined or picture_set.members[0].path
        steps: list[Step] = []
        there: list[tuple[Path, Path, Path]] = []
        for own, cause, (member, name, is_there) in zip(picture_set.members, causes, shelf.place(wanted), strict=True):
            target = shelf.folder / name
            if is_there:
                there.append((own.path, member.path, target))
                continue
            renaming = None
            if name != own.path.name:
                renaming = Renaming.TAKEN if name != wanted.stem + member.tail else cause or Renaming.MATCH
            companion = None if own.path == picture else joined or wanted.members[0].path
            steps.append(
                Step(
                    member.path,
                    target,
                    picture_set.label,
                    member.size,
                    member.mtime_ns,
                    _note(own, name, wanted.stem + member.tail, renaming, companion, was),
                    member.companion,
                    companion,
                    picture_set.confidence,
                    picture_set.said,
                    was,
                    renaming,
                    replaced.get(own.path),
                )
            )
        if sentence := self._unfit(picture, shelf.folder, steps):
            self.placed.problems.append((picture, sentence))
            return
        for step in steps:
            (self.placed.moves if step.source in _places(earlier) else self.placed.steps).append(step)
        for own_path, path, target in there:
            self.placed.already_there.append(own_path)
            if path != own_path:
                sentence = f"{shown(path)} stays where it is: {shown(target)} holds the same already."
                self.placed.problems.append((path, sentence))

    def _unfit(self, picture: Path, folder: Path, steps: Sequence[Step]) -> str:
        """Why these steps into the folder cannot be, or ""."""
        rules = self._rules_of(folder)
        longest = min(rules.longest, longest_name(folder))
        if steps and (link := self._way_out(folder)):
            return (
                f"{shown(picture)} would go through {shown(link)}, which is a link to another folder. Remove the link, "
                "or sort without sub-folders."
            )
        for step in steps:
            if step.size > rules.largest and self._writes:
                return (
                    f"{shown(step.source)} is larger than {gigabytes(rules.largest)}, the most that the disk of "
                    f"{shown(folder)} can hold. Choose a folder on another disk."
                )
            if byte_length(step.target.name) > longest:
                return (
                    f"{shown(picture)} would get a path or a name that is too long for this system. Choose a folder to "
                    "sort into with a shorter path."
                )
            if self._sub_folder_keys and _key(step.target) in self._sub_folder_keys:
                return f"{shown(picture)} would get the name of a sub-folder that is needed. Rename one of them."
        return ""

    def _way_out(self, folder: Path) -> Path | None:
        """The symbolic link among the sub-folders on the way to this folder, or None."""
        if folder not in self._ways_out:
            below = folder.relative_to(self._target).parts[1:]
            class_folder = folder.parents[len(below) - 1] if below else folder
            ways = [class_folder.joinpath(*below[:end]) for end in range(1, len(below) + 1)]
            self._ways_out[folder] = next((way for way in ways if way.is_symlink()), None)
        return self._ways_out[folder]

    # ---- names

    def _named(self, picture_set: PictureSet, shelf: Shelf, joins: bool) -> tuple[PictureSet, list[Renaming | None]]:
        """The set with the stem and tails that it should have, and why each of its files would be renamed."""
        rules = self._rules_of(shelf.folder)
        stem, members, cause = picture_set.stem, picture_set.members, None
        if self._template is not None and not joins:
            stem = self._twin(members[0], shelf.folder) or self._rendered(picture_set, shelf)
            cause = Renaming.TEMPLATE
        fitted = stem
        if rules.portable:
            members = tuple(replace(member, tail=portable("x", member.tail)[1]) for member in members)
            fitted = portable(stem, members[0].tail)[0]
        room = rules.longest - max(byte_length(member.tail) for member in members)
        if rules.longest < MAX_BYTES:
            room -= _NUMBER_BYTES  # a number is made to fit MAX_BYTES
        fitted = shortened(fitted, max(room, 1))
        if fitted != stem and cause is None:
            cause = Renaming.UNFIT
        if fitted == picture_set.stem and members is picture_set.members:
            return picture_set, [cause] * len(members)
        causes = [
            Renaming.UNFIT if own.tail != new.tail else cause
            for own, new in zip(picture_set.members, members, strict=True)
        ]
        return replace(picture_set, stem=fitted, members=members), causes

    def _rendered(self, picture_set: PictureSet, shelf: Shelf) -> str:
        assert self._template is not None
        picture = picture_set.members[0]
        confidence = 1.0 if picture_set.said or picture_set.confidence is None else picture_set.confidence
        values = {
            "class": picture_set.label,
            "confidence": f"{int(confidence * 100 + 1e-9):03d}",
            "name": picture_set.stem,
        }
        if self._template.uses("date"):
            values["date"] = day_taken(picture.path, picture.mtime_ns)
        if self._template.uses("n"):
            key = _key(shelf.folder)
            if key not in self._numbers:
                self._numbers[key] = RunningNumbers(self._template.numbers(), shelf.folder, self._count[key])
            values["n"] = self._numbers[key].next()
        return self._template.stem(values)

    def _twin(self, picture: Member, folder: Path) -> str | None:
        """The stem of a file in the folder with the picture's very bytes: a template does not always name it alike."""
        if folder not in self._sizes:
            self._sizes[folder] = by_size(folder)
        key = (folder, picture.size)
        if key not in self._twins:
            others = self._sizes[folder].get(picture.size, ())
            self._twins[key] = {(self._digest(path), split(path.name)[1]): split(path.name)[0] for path in others}
        digest = self._digest(picture.path) if self._twins[key] else ""
        return self._twins[key].get((digest, picture.tail)) if digest else None


def _at(member: Member, sorted_file: Sorted | None) -> Member:
    """The member as an earlier run put it, or as it is if none did."""
    if sorted_file is None:
        return member
    now = sorted_file.place.lstat()
    inode = (now.st_dev, now.st_ino)
    return replace(member, path=sorted_file.place, size=now.st_size, mtime_ns=now.st_mtime_ns, inode=inode)


def _places(earlier: Mapping[Path, Sorted]) -> frozenset[Path]:
    return frozenset(sorted_file.place for sorted_file in earlier.values())


def _key(folder: Path) -> str:
    """One for all spellings of a folder that some disk takes for the same."""
    return fold(str(folder))


def _note(own: Member, name: str, wanted: str, renaming: Renaming | None, companion: Path | None, was: str) -> str:
    said = {
        None: "",
        Renaming.TAKEN: f"there is another {shown(wanted)}" if companion is None else "to match its picture",
        Renaming.UNFIT: "this disk cannot hold its own name",
        Renaming.MATCH: "to match its picture",
        Renaming.TEMPLATE: "",  # both names can be seen
    }[renaming]
    renamed = f"named {shown(name)}, {said}" if said else ""
    return "; ".join(filter(None, (f"moves on from {was}" if was else "", renamed, own.note)))
