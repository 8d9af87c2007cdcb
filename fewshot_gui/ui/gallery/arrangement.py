"""In which order the gallery shows its pictures, and in which groups."""

from __future__ import annotations

import enum
from collections.abc import Hashable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from PySide6.QtCore import QCoreApplication, QObject, Signal

from fewshot_gui.answers import Answers, Ids
from fewshot_gui.images.find import natural_key
from fewshot_gui.questions.look_alikes import ANSWERED, MOST, STRANGERS, Looks, groups_of, looks
from fewshot_gui.session import NONE_OF_THESE, ClassInfo, Filter, Session
from fewshot_gui.ui.gallery.tile import class_name
from fewshot_gui.workers.compute import Compute
from fewshot_gui.workers.tasks import Task, Tasks

translate = QCoreApplication.translate


class Order(enum.Enum):
    """Within each group."""

    USUAL = "usual"  # the folder's; where there is something to decide, the doubtful first
    DOUBT = "doubt"
    NAME = "name"
    DATE = "date"
    FOLDER = "folder"


class Grouping(enum.Enum):
    NONE = "none"
    CLASS = "class"
    LOOK = "look"


@dataclass(frozen=True)
class Section:
    """A group as it is shown. key: the same for the same group later. info: its class; named: whether it has one, or
    is none of these, at all. ids: all its pictures, also while it is closed."""

    key: Hashable
    title: str
    ids: Ids
    info: ClassInfo | None = None
    named: bool = False
    closed: bool = False


@dataclass(frozen=True)
class Arranged:
    """ids: the rows, those of closed sections left out. sections: None where nothing is grouped."""

    ids: Ids
    sections: tuple[Section, ...] | None


class Arrangement(QObject):
    """Keeps what the person chose, and what takes too long at every refresh: names in order, look-alikes."""

    changed = Signal()  # the gallery has to be arranged anew

    def __init__(self, compute: Compute, tasks: Tasks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._compute, self._tasks = compute, tasks
        self._order, self._grouping = Order.USUAL, Grouping.NONE
        self._closed: set[Hashable] = set()
        self._filter = Filter.ALL
        self.forget()

    def forget(self) -> None:
        """Another folder or project is open."""
        self._name_ranks: np.ndarray = np.empty(0, np.int64)
        self._times: np.ndarray = np.empty(0, np.int64)
        self._ranking: Task | None = None
        self._groups: list[Ids] | None = None
        self._compared: Ids = np.empty(0, np.int64)
        self._clustering = False
        self._closed.clear()
        self._compute.forget_question("look-alikes")

    @property
    def order(self) -> Order:
        return self._order

    @property
    def grouping(self) -> Grouping:
        return self._grouping

    @property
    def grouping_now(self) -> Grouping:
        """What is chosen; but where nothing is, what is none of the classes is grouped by look."""
        strangers = self._filter is Filter.UNKNOWN and self._grouping is Grouping.NONE
        return Grouping.LOOK if strangers else self._grouping

    @property
    def has_looks(self) -> bool:
        """Whether it is known which pictures look alike."""
        return self._groups is not None

    def set_filter(self, which: Filter) -> None:
        """The gallery shows other pictures: they are compared anew."""
        self._filter = which
        self._groups, self._compared = None, self._compared[:0]

    def set_order(self, order: Order) -> None:
        self._order = order
        self.changed.emit()

    def set_grouping(self, grouping: Grouping) -> None:
        """Group anew, also what is grouped so already; all groups are open at first."""
        self._grouping = grouping
        self._closed.clear()
        self._groups, self._compared = None, self._compared[:0]
        self.changed.emit()

    def close(self, key: Hashable, closed: bool) -> None:
        """Fold a group together to its header, or unfold it."""
        (self._closed.add if closed else self._closed.discard)(key)
        self.changed.emit()

    def open_all(self) -> None:
        """Unfold all groups."""
        self._closed.clear()
        self.changed.emit()

    def arrange(self, session: Session, ids: Ids) -> Arranged:
        """These pictures, given in their usual order, as they are to be shown now."""
        if not len(session.answers):  # examples outside of any folder
            return Arranged(ids, None)
        keys = self._keys(session)
        if keys is not None:
            ids = ids[np.argsort(keys[session.answers.rows_of(ids)], kind="stable")]
        grouping = self.grouping_now
        if grouping is Grouping.NONE or not len(ids):
            return Arranged(ids, None)
        sections = self._by_class(session, ids) if grouping is Grouping.CLASS else self._by_look(session, ids)
        shown = [section.ids for section in sections if not section.closed]
        return Arranged(np.concatenate(shown) if shown else ids[:0], tuple(sections))

    # --- order

    def _keys(self, session: Session) -> np.ndarray | None:
        """A number for each picture of the folder, in row order; the least comes first. None: all stay as they are."""
        count = len(session.answers)
        match self._order:
            case Order.USUAL:
                return None
            case Order.DOUBT:
                return session.answers.assurance()
            case Order.FOLDER:
                return np.arange(count)
            case Order.DATE:
                if len(self._times) != count:
                    self._times = session.times()
                return self._times
            case Order.NAME:
                return self._names_in_order(session, count)

    def _names_in_order(self, session: Session, count: int) -> np.ndarray:
        """A rank for each picture; pictures whose names have not been compared yet come last."""
        ranks = self._name_ranks
        if len(ranks) != count and self._ranking is None:
            names = list(session.names())

            def rank(_: Task) -> np.ndarray:
                order = np.array(sorted(range(len(names)), key=lambda i: natural_key(names[i])), np.int64)
                ranks = np.empty(len(names), np.int64)
                ranks[order] = np.arange(len(names))
                return ranks

            def then(found: np.ndarray) -> None:
                if self._ranking is task:
                    self._ranking, self._name_ranks = None, found
                    self.changed.emit()

            task = self._ranking = self._tasks.run(rank, then)
        return np.concatenate([ranks, np.arange(len(ranks), count)])

    # --- groups

    def _by_class(self, session: Session, ids: Ids) -> list[Section]:
        classes = session.answers.classes_of(ids)
        place = {info.id: info for info in session.classes}
        sections = []
        for class_id in [*place, NONE_OF_THESE]:
            mine = ids[classes == class_id]
            if len(mine):
                info = place.get(class_id)
                closed = ("class", class_id) in self._closed
                sections.append(Section(("class", class_id), class_name(info), mine, info, True, closed))
        rest = ids[classes < NONE_OF_THESE]
        if len(rest):
            title = translate("Arrangement", "Without an answer")
            sections.append(Section("rest", title, rest, closed="rest" in self._closed))
        return sections

    def _by_look(self, session: Session, ids: Ids) -> list[Section]:
        self._ask_for_looks(session, ids[session.answers.scored(ids)])
        groups = self._groups or []
        numbers = _numbers(ids, groups)
        order = np.argsort(numbers, kind="stable")
        bounds = np.searchsorted(numbers[order], np.arange(len(groups) + 1))
        classes, known = session.answers.classes_of(ids), {info.id: info for info in session.classes}
        said = translate("Arrangement", "Look-alikes {number}")
        left, sections = numbers == len(groups), []
        for number, (begin, end) in enumerate(pairwise(bounds.tolist())):
            places = order[begin:end]
            if len(places) < 2:
                left[places] = True
                continue
            answered = int(np.bincount(classes[places] + 1).argmax()) - 1
            info, named, title = known.get(answered), answered >= NONE_OF_THESE, said.format(number=number + 1)
            title += f" · {class_name(info)}" if named else ""
            key = ("look", int(groups[number][0]))
            sections.append(Section(key, title, ids[places], info, named, key in self._closed))
        if left.any():
            if self._groups is None:
                waiting = session.answers.scored(ids).any()
                compared, later = (
                    translate("Arrangement", "Being compared"),
                    translate("Arrangement", "Not compared yet"),
                )
                title = compared if waiting else later
            else:
                title = translate("Arrangement", "Like no other")
            sections.append(Section("rest", title, ids[left], closed="rest" in self._closed))
        return sections

    def _ask_for_looks(self, session: Session, ids: Ids) -> None:
        """Compare the first MOST pictures shown that have been read. Later ones wait in the rest, for groups that
        change while one judges them are of no use; only where they are the greater part all are compared again."""
        wanted, which = ids[:MOST], self._filter
        share = STRANGERS if which is Filter.UNKNOWN else ANSWERED
        if self._clustering or not len(wanted) or 2 * np.isin(wanted, self._compared).sum() > len(wanted):
            return

        def cluster(found: Looks) -> None:
            if not self._clustering:
                self._clustering = True
                self._tasks.run(lambda _: groups_of(found, share), lambda groups: take(found.ids, groups), failed)

        def failed(_: Exception) -> None:
            self._clustering = False

        def take(compared: Ids, groups: list[Ids]) -> None:
            self._clustering = False
            if which is self._filter:
                in_doubt = which is Filter.REVIEW
                self._compared = compared
                self._groups = doubtful_first(groups, session.answers) if in_doubt else groups
            if self.grouping_now is Grouping.LOOK:
                self.changed.emit()

        self._compute.ask("look-alikes", lambda engine, overtaken: looks(engine, wanted, overtaken), cluster)


def _numbers(ids: Ids, groups: list[Ids]) -> Ids:
    """The number of the group that each of these pictures is in; how many groups there are, for one that is in none."""
    members = np.concatenate([*groups, ids[:0]])
    group_of = np.repeat(np.arange(len(groups)), [len(group) for group in groups])
    if not len(members):
        return np.full(len(ids), len(groups))
    ascending = np.argsort(members)
    at = ascending[np.searchsorted(members, ids, sorter=ascending).clip(max=len(members) - 1)]
    return np.where(members[at] == ids, group_of[at], len(groups))


def doubtful_first(groups: list[Ids], answers: Answers) -> list[Ids]:
    """The groups with most doubt in all first: to judge them says most."""
    if not groups:
        return groups
    doubts = 1 - answers.assurance().clip(max=1)
    starts = np.cumsum([0, *map(len, groups)])[:-1]
    totals = np.add.reduceat(doubts[answers.rows_of(np.concatenate(groups))], starts)
    return [groups[k] for k in np.argsort(-totals, kind="stable")]
