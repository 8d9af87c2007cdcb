"""Decide what goes where. Nothing on the disk is changed; the plan is for the person to see first."""

import gc
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from fewshot_gui.sorting import copying, files
from fewshot_gui.sorting.errors import SortCancelled, SortRefused, megabytes, reason, shown
from fewshot_gui.sorting.history import NOTHING_SORTED, History
from fewshot_gui.sorting.names import fold, folder_names
from fewshot_gui.sorting.options import SortOptions
from fewshot_gui.sorting.placing import Placed, Placing
from fewshot_gui.sorting.sets import Action, PictureSet, SortItem, Unfiled, group
from fewshot_gui.sorting.steps import Renaming, Step
from fewshot_gui.sorting.volumes import Space, has_links, space

__all__ = [
    "Action",
    "Renaming",
    "SortItem",
    "SortOptions",
    "SortPlan",
    "Space",
    "Step",
    "Unfiled",
    "place_refusals",
    "plan_sort",
    "sorts_in_place",
]


@dataclass(frozen=True)
class SortPlan:
    """What will happen, in order. A plan with refusals cannot be applied; each refusal is a sentence.

    moves is a plan of its own, carried out first: files that an earlier run had put into another class folder.
    """

    action: Action
    source: Path | None
    target: Path
    steps: tuple[Step, ...]
    folders: Mapping[str, Path]  # of each class
    counts: Mapping[str, int]  # pictures per class, companions not counted
    total_bytes: int
    needed_bytes: int  # on all volumes
    free_bytes: int  # on the target's volume
    already_there: tuple[Path, ...]  # sources that were sorted before, or whose very bytes are in the place they'd get
    left_alone: int
    problems: tuple[tuple[Path, str], ...]  # pictures that cannot be sorted, and why
    refusals: tuple[str, ...]
    space: tuple[Space, ...] = ()  # on each volume that files go to, the target's first; in whole blocks
    moves: "SortPlan | None" = None

    @property
    def all_steps(self) -> tuple[Step, ...]:
        """The steps of moves, then its own."""
        return self.moves.steps + self.steps if self.moves else self.steps

    @property
    def collisions(self) -> tuple[Step, ...]:
        """The steps whose file gets another name, because its own is taken."""
        return tuple(step for step in self.all_steps if step.renaming is Renaming.TAKEN)

    @property
    def unfit(self) -> tuple[Step, ...]:
        """The steps whose file gets another name, because the target's disk cannot hold its own."""
        return tuple(step for step in self.all_steps if step.renaming is Renaming.UNFIT)

    @property
    def renamed_folders(self) -> Mapping[str, str]:
        """The folder's name for each class that cannot have a folder of its very name."""
        return {label: folder.name for label, folder in self.folders.items() if folder.name != label}

    @property
    def moved_on(self) -> Mapping[tuple[str, str], int]:
        """How many pictures that were sorted before go from which class to which."""
        return Counter((s.was, s.label) for s in self.all_steps if s.was and s.picture is None)


def plan_sort(
    items: Iterable[SortItem],
    target: Path,
    action: Action,
    source: Path | None,
    cancelled: Callable[[], bool] = lambda: False,
    *,
    options: SortOptions = SortOptions(),  # noqa: B008 - frozen
    history: History = NOTHING_SORTED,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> SortPlan:
    """Plan to sort the items into target/<class>/. source is the folder they were found in, None if there is no one.

    history: what earlier runs into the target did (again.earlier); files that they sorted are moved only if their class
    has changed. target may be source itself, if earlier runs moved files there and the action is move: then those
    files alone are sorted again. progress(pictures looked at, pictures in all).

    Files are read only where a file of the same size could be the same one, or has to be proved unchanged, or for
    its date. SortCancelled when cancelled() says so. Everything else that is wrong stands in the plan's refusals and
    problems.
    """
    with _no_search_for_rings():
        return _plan(list(items), target, action, source, cancelled, options, history, progress)


@contextmanager
def _no_search_for_rings() -> Iterator[None]:
    """A plan makes very many objects, none of which refer to each other in a ring. Python would look through all of
    them again and again for rings, which takes a third of the time and stops the other threads."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _plan(
    items: Sequence[SortItem],
    target: Path,
    action: Action,
    source: Path | None,
    cancelled: Callable[[], bool],
    options: SortOptions,
    history: History,
    progress: Callable[[int, int], None],
) -> SortPlan:
    target = Path(os.path.abspath(target))  # noqa: PTH100 - resolve() would rename what the person chose
    source = None if source is None else Path(os.path.abspath(source))  # noqa: PTH100
    in_place = sorts_in_place(target, source, action, history)
    refusals = options.refusals(item.label for item in items if item.label is not None)
    if in_place:
        items = [item if item.path in history.moved else replace(item, label=None, unfiled=None) for item in items]
    labelled = [_with_label(item, options) for item in items]
    groups = group(labelled, action)
    folders = _class_folders({picture_set.label for picture_set in groups.sets}, target)
    refusals += _place_refusals(target, None if in_place else source, folders)
    problems = list(groups.problems)
    sets = _movable(groups.sets, source, problems) if action is Action.MOVE else list(groups.sets)
    placed = Placed()
    if not refusals:
        placing = Placing(target, source, folders, action, options, history, cancelled)
        refusals += _place_all(placing, sets, target, progress, cancelled)
        placed = placing.placed
        problems += placed.problems
    steps = tuple(placed.steps)
    volumes = space(target, _written(action, steps))
    refusals += _no_room(volumes)
    refusals += _out_of_reach(action, steps, target)
    moves = None
    if placed.moves and not refusals:
        moves = _plan_of_moves(tuple(placed.moves), source, target, folders)
        refusals += moves.refusals
    if not steps and not moves and not refusals:
        refusals.append(_nothing(len(placed.already_there), groups.left_alone, problems))
    return SortPlan(
        action=action,
        source=source,
        target=target,
        steps=steps,
        folders=folders,
        counts=Counter(step.label for step in steps if not step.companion),
        total_bytes=sum(step.size for step in steps),
        needed_bytes=sum(step.size for step in _written(action, steps)),
        free_bytes=volumes[0].free,
        already_there=tuple(placed.already_there),
        left_alone=groups.left_alone,
        problems=tuple(problems),
        refusals=tuple(refusals),
        space=volumes,
        moves=moves,
    )


def _with_label(item: SortItem, options: SortOptions) -> SortItem:
    label = options.folder_of(item)
    return item if label == item.label else replace(item, label=label)


def _place_all(
    placing: Placing,
    sets: Sequence[PictureSet],
    target: Path,
    progress: Callable[[int, int], None],
    cancelled: Callable[[], bool],
) -> list[str]:
    """Place the sets; returns refusals."""
    try:
        placing.expect(sets)
        for number, picture_set in enumerate(sets, 1):
            if cancelled():
                raise SortCancelled
            placing.place(picture_set)
            if number % 100 == 0 or number == len(sets):
                progress(number, len(sets))
    except OSError as error:
        return [f"{shown(target)} cannot be read: {reason(error)}."]
    except SortRefused as error:
        return [str(error)]
    return []


def _written(action: Action, steps: Sequence[Step]) -> list[Step]:
    """The steps that write bytes: all copies, and moves from one disk to another."""
    if action is Action.COPY:
        return list(steps)
    if action is not Action.MOVE:
        return []
    volume = {folder: files.volume(folder) for folder in {f for s in steps for f in (s.source.parent, s.target.parent)}}
    return [step for step in steps if volume[step.source.parent] != volume[step.target.parent]]


def _no_room(volumes: Sequence[Space]) -> list[str]:
    return [
        f"There is not enough space for {shown(volume.folder)}: {megabytes(volume.needed)} are needed and "
        f"{megabytes(volume.free)} are free. Free some space or choose another folder."
        for volume in volumes
        if not volume.suffices
    ]


def _out_of_reach(action: Action, steps: Sequence[Step], target: Path) -> list[str]:
    """Why links or clones cannot be made: most need one disk, and some disks have none."""
    if action in (Action.HARDLINK, Action.SYMLINK) and not has_links(target):
        return [f"The disk of {shown(target)} has no links. Choose copy, or a folder on another disk."]
    if action not in (Action.HARDLINK, Action.REFLINK):
        return []
    folders = {(step.source.parent, step.target.parent) for step in steps}
    volume = {folder: files.volume(folder) for pair in folders for folder in pair}
    one_of_each = {(volume[source], volume[place]): (source, place) for source, place in sorted(folders, reverse=True)}
    if action is Action.HARDLINK:
        away = [source for (here, there), (source, _) in one_of_each.items() if here != there]
        what = "Hard links cannot reach"
        where = "which is on another disk"
    else:
        away = [source for source, place in one_of_each.values() if not copying.supports_reflink(source, place)]
        what = "Files cannot be cloned"
        where = "which is on another disk, or on one that has no clones"
    if not away:
        return []
    return [f"{what} from {shown(min(away))} to {shown(target)}, {where}. Choose copy, or a folder on the same disk."]


def _plan_of_moves(steps: tuple[Step, ...], source: Path | None, target: Path, folders: Mapping[str, Path]) -> SortPlan:
    volumes = space(target, written := _written(Action.MOVE, steps))
    return SortPlan(
        action=Action.MOVE,
        source=source,
        target=target,
        steps=steps,
        folders=folders,
        counts=Counter(step.label for step in steps if not step.companion),
        total_bytes=sum(step.size for step in steps),
        needed_bytes=sum(step.size for step in written),
        free_bytes=volumes[0].free,
        already_there=(),
        left_alone=0,
        problems=(),
        refusals=tuple(_no_room(volumes)),
        space=volumes,
    )


def sorts_in_place(target: Path, source: Path | None, action: Action, history: History) -> bool:
    """Whether this sorts a sorted folder again in itself: what earlier runs moved there moves on, nothing else."""
    same = source is not None and os.path.abspath(target) == os.path.abspath(source)  # noqa: PTH100
    return action is Action.MOVE and same and bool(history.moved)


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
        elif folder.is_symlink():
            refusals.append(
                f"{shown(folder)}, the folder for the class {label}, is a link to another folder "
                f"({shown(os.path.realpath(folder))}). Nothing is sorted out of the folder that you chose: remove the "
                "link, or sort into the other folder."
            )
        elif files.exists(folder) and not folder.is_dir():
            refusals.append(f"{shown(folder)} is a file, but the class {label} needs a folder of that name. Rename it.")
    for folder in dict.fromkeys([top, *(folder for folder in folders.values() if folder.is_dir())]):
        if not files.writable(folder):
            refusals.append(f"{shown(folder)} cannot be written to. Choose another folder or change its permissions.")
    return list(dict.fromkeys(refusals))


def _movable(sets: Iterable[PictureSet], source: Path | None, problems: list[tuple[Path, str]]) -> list[PictureSet]:
    """The sets that can be taken out of their folder; the others become problems."""
    sets = list(sets)
    stuck: set[Path] = set()
    away: set[Path] = set()
    for folder in {picture_set.folder for picture_set in sets}:
        if not files.writable(folder):
            stuck.add(folder)
        elif source is not None and folder.is_relative_to(source) and not files.inside(folder, source):
            away.add(folder)
    for picture_set in sets:
        path = picture_set.members[0].path
        if picture_set.folder in stuck:
            problems.append((path, f"{shown(path)} cannot be moved: its folder cannot be written to. Choose copy."))
        elif picture_set.folder in away:
            sentence = (
                f"{shown(path)} cannot be moved: a link leads to it, out of {shown(source or path)}. Choose copy."
            )
            problems.append((path, sentence))
    return [picture_set for picture_set in sets if picture_set.folder not in stuck | away]


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
