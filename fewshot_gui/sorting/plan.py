"""Decide what goes where. Nothing on the disk is changed; the plan is for the person to see first."""

import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from fewshot_gui.sorting import files
from fewshot_gui.sorting.errors import megabytes, reason, shown
from fewshot_gui.sorting.names import fold, folder_names
from fewshot_gui.sorting.sets import Action, PictureSet, SortItem, group
from fewshot_gui.sorting.shelf import Shelf

__all__ = ["Action", "SortItem", "SortPlan", "Step", "place_refusals", "plan_sort"]


@dataclass(frozen=True)
class Step:
    """One file's way. size in bytes and mtime_ns are those of the source when planned; note is "" or for the person."""

    source: Path
    target: Path
    label: str
    size: int
    mtime_ns: int
    note: str = ""
    companion: bool = False

    @property
    def renamed(self) -> bool:
        """Whether the file gets another name than it has."""
        return self.source.name != self.target.name


@dataclass(frozen=True)
class SortPlan:
    """What will happen, in order. A plan with refusals cannot be applied; each refusal is a sentence."""

    action: Action
    source: Path | None
    target: Path
    steps: tuple[Step, ...]
    folders: Mapping[str, Path]  # of each class
    counts: Mapping[str, int]  # pictures per class, companions not counted
    total_bytes: int
    needed_bytes: int  # on the target's volume
    free_bytes: int  # there
    already_there: tuple[Path, ...]  # sources whose very bytes are in the place they would get
    left_alone: int
    problems: tuple[tuple[Path, str], ...]  # pictures that cannot be sorted, and why
    refusals: tuple[str, ...]

    @property
    def collisions(self) -> tuple[Step, ...]:
        """The steps whose file gets another name, because its own is taken."""
        return tuple(step for step in self.steps if step.renamed)


def plan_sort(
    items: Iterable[SortItem],
    target: Path,
    action: Action,
    source: Path | None,
    cancelled: Callable[[], bool] = lambda: False,
) -> SortPlan:
    """Plan to sort the items into target/<class>/. source is the folder they were found in, None if there is no one.

    Files are read only where a file of the same name and size is in the class folder already. SortCancelled when
    cancelled() says so. Everything else that is wrong stands in the plan's refusals and problems.
    """
    target = Path(os.path.abspath(target))  # noqa: PTH100 - resolve() would rename what the person chose
    source = None if source is None else Path(os.path.abspath(source))  # noqa: PTH100
    groups = group(items, action)
    folders = _class_folders({picture_set.label for picture_set in groups.sets}, target)
    refusals = _place_refusals(target, source, folders)
    problems = list(groups.problems)
    sets = _movable(groups.sets, problems) if action is Action.MOVE else list(groups.sets)
    steps: list[Step] = []
    already_there: list[Path] = []
    if not refusals:
        try:
            shelves = {label: Shelf(folder, action, cancelled) for label, folder in folders.items()}
        except OSError as error:
            refusals.append(f"{shown(target)} cannot be read: {reason(error)}.")
            sets = []
        for picture_set in sets:
            _place(picture_set, shelves[picture_set.label], steps, already_there)
    there = files.volume(target)
    away = {folder for folder in {picture_set.folder for picture_set in sets} if files.volume(folder) != there}
    needed_bytes = 0
    if action is Action.COPY or (action is Action.MOVE and away):
        needed_bytes = sum(s.size for s in steps if action is Action.COPY or s.source.parent in away)
    free_bytes = shutil.disk_usage(files.existing(target)).free
    if needed_bytes > free_bytes:
        refusals.append(
            f"There is not enough space for {shown(target)}: {megabytes(needed_bytes)} are needed and "
            f"{megabytes(free_bytes)} are free. Free some space or choose another folder."
        )
    if action is Action.HARDLINK and away:
        refusals.append(
            f"Hard links cannot reach from {shown(min(away))} to {shown(target)}, which is on another "
            "disk. Choose copy, or a folder on the same disk."
        )
    if not steps and not refusals:
        refusals.append(_nothing(len(already_there), groups.left_alone, problems))
    return SortPlan(
        action=action,
        source=source,
        target=target,
        steps=tuple(steps),
        folders=folders,
        counts=Counter(step.label for step in steps if not step.companion),
        total_bytes=sum(step.size for step in steps),
        needed_bytes=needed_bytes,
        free_bytes=free_bytes,
        already_there=tuple(already_there),
        left_alone=groups.left_alone,
        problems=tuple(problems),
        refusals=tuple(refusals),
    )


def place_refusals(target: Path, source: Path | None, labels: Iterable[str]) -> list[str]:
    """Why pictures found in source may not be sorted into target's folders for these classes; empty where they may.

    plan_sort asks the same; this is for asking before any picture is looked at.
    """
    target = Path(os.path.abspath(target))  # noqa: PTH100
    source = None if source is None else Path(os.path.abspath(source))  # noqa: PTH100
    return _place_refusals(target, source, _class_folders(set(labels), target))


def _class_folders(labels: set[str], target: Path) -> dict[str, Path]:
    """A folder for each class; one that is there already in another spelling (Cat, cat) is used as it is."""
    try:
        there = {fold(name): name for name in sorted(os.listdir(target))}  # noqa: PTH208
    except OSError:
        there = {}
    names = folder_names(labels)
    return {
        label: target / (name if (target / name).exists() else there.get(fold(name), name))
        for label, name in names.items()
    }


def _place_refusals(target: Path, source: Path | None, folders: Mapping[str, Path]) -> list[str]:
    """Why nothing may be sorted into these folders, or nothing."""
    top = files.existing(target)
    if not top.is_dir():
        return [f"{shown(top)} is a file, not a folder. Choose another folder to sort into."]
    if source is not None and files.inside(target, source):
        return [
            f"{shown(target)} lies inside {shown(source)}, the folder that is being sorted, and would be taken for a "
            "part of it. Choose a folder outside of it."
        ]
    refusals = []
    for label, folder in folders.items():
        if source is not None and (files.inside(source, folder) or files.inside(folder, source)):
            refusals.append(
                f"The folder for the class {label} would be {shown(folder)}, and that mixes with {shown(source)}, "
                "the folder that is being sorted. Choose another folder to sort into."
            )
        elif files.exists(folder) and not folder.is_dir():
            refusals.append(f"{shown(folder)} is a file, but the class {label} needs a folder of that name. Rename it.")
    for folder in dict.fromkeys([top, *(folder for folder in folders.values() if folder.is_dir())]):
        if not files.writable(folder):
            refusals.append(f"{shown(folder)} cannot be written to. Choose another folder or change its permissions.")
    return list(dict.fromkeys(refusals))


def _place(picture_set: PictureSet, shelf: Shelf, steps: list[Step], already_there: list[Path]) -> None:
    picture = picture_set.members[0]
    if picture_set.folder == shelf.folder:
        already_there += [member.path for member in picture_set.members]
        return
    for member, name, there in shelf.place(picture_set):
        if there:
            already_there.append(member.path)
            continue
        own = member.path.name
        cause = f"there is another {shown(own)}" if member is picture else "to match its picture"
        renaming = f"named {shown(name)}, {cause}" if name != own else ""
        note = "; ".join(filter(None, (renaming, member.note)))
        steps.append(
            Step(
                member.path,
                shelf.folder / name,
                picture_set.label,
                member.size,
                member.mtime_ns,
                note,
                member.companion,
            )
        )


def _movable(sets: Iterable[PictureSet], problems: list[tuple[Path, str]]) -> list[PictureSet]:
    """The sets that can be taken out of their folder; the others become problems."""
    sets = list(sets)
    locked = {folder for folder in {picture_set.folder for picture_set in sets} if not files.writable(folder)}
    for picture_set in sets:
        if picture_set.folder in locked:
            path = picture_set.members[0].path
            problems.append((path, f"{shown(path)} cannot be moved: its folder cannot be written to. Choose copy."))
    return [picture_set for picture_set in sets if picture_set.folder not in locked]


def _nothing(already_there: int, left_alone: int, problems: list[tuple[Path, str]]) -> str:
    parts = []
    if already_there:
        parts.append(f"{already_there} files are in their place already")
    if left_alone:
        parts.append(f"{left_alone} pictures have no class")
    if problems:
        parts.append(f"{len(problems)} pictures cannot be sorted")
    cause = f" {problems[0][1]}" if problems else ""
    return f"There is nothing to sort{': ' + ', '.join(parts) if parts else ''}.{cause}"
