"""What is known of each picture in the folder: the machine's answer, the person's, and which pictures to show."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from fewshot_gui.decisions import Columns, Counts, Decision, Filter, Ids, State
from fewshot_gui.engine import Scored
from fewshot_gui.machine_rows import machine_rows
from fewshot_gui.project.rows import MachineColumns, MachineLabel
from fewshot_gui.ripple import Ripple, ripple

__all__ = ["NONE_OF_THESE", "Answers", "Columns", "Counts", "Decision", "Filter", "Ids", "Mask", "State"]

NONE_OF_THESE = 0
"""As a human label: the picture belongs to none of the classes. Real class ids start at 1."""
REVIEW_BELOW = 0.75
"""Answers with less confidence ask for a look."""
_NO_ANSWER = -1
Mask = NDArray[np.bool_]


class Answers:
    """Columns over the folder's pictures, one row each, in the order they were found."""

    def __init__(self) -> None:
        self.ids = np.empty(0, np.int64)
        self._row: dict[int, int] = {}
        self._by_id = np.empty(0, np.int64)  # rows in order of their id
        self._placed: tuple[Ids, int, tuple[Ids, Mask | slice]] = (self.ids, 0, (self.ids, slice(None)))
        self._best = np.empty(0, np.int64)  # class id, NONE_OF_THESE, or _NO_ANSWER
        self._known = np.empty(0, bool)
        self._confidence = np.empty(0, np.float32)
        self._human = np.empty(0, np.int64)  # class id, NONE_OF_THESE, or _NO_ANSWER
        self._unreadable = np.empty(0, bool)
        self._unsaved = np.empty(0, bool)
        self._class_ids: tuple[int, ...] = ()
        self._probabilities = np.empty((0, 0), np.float32)  # as the machine gave them; zeros: not since the start
        self._chance = np.empty(0, np.float32)  # that the picture is of any class at all
        self._stranger = np.empty(0, bool)
        self._rejected: dict[int, frozenset[int]] = {}
        self.ripple: Ripple | None = None
        """What the latest answers changed."""

    def __contains__(self, picture_id: int) -> bool:
        return picture_id in self._row

    def __len__(self) -> int:
        return len(self.ids)

    def add(self, ids: Sequence[int]) -> None:
        """Append pictures; those that are here already stay where they are."""
        new = [i for i in dict.fromkeys(ids) if i not in self._row]
        self._row |= {i: len(self.ids) + k for k, i in enumerate(new)}
        count = len(new)
        self.ids = np.concatenate([self.ids, np.array(new, np.int64)])
        self._best = np.concatenate([self._best, np.full(count, _NO_ANSWER)])
        self._known = np.concatenate([self._known, np.ones(count, bool)])
        self._confidence = np.concatenate([self._confidence, np.zeros(count, np.float32)])
        self._human = np.concatenate([self._human, np.full(count, _NO_ANSWER)])
        self._unreadable = np.concatenate([self._unreadable, np.zeros(count, bool)])
        self._unsaved = np.concatenate([self._unsaved, np.zeros(count, bool)])
        self._chance = np.concatenate([self._chance, np.zeros(count, np.float32)])
        self._stranger = np.concatenate([self._stranger, np.zeros(count, bool)])
        width = self._probabilities.shape[1]
        self._probabilities = np.concatenate([self._probabilities, np.zeros((count, width), np.float32)])

    def set_human(self, picture_id: int, class_id: int | None) -> None:
        """class_id: NONE_OF_THESE for none of these; None where the person has said nothing."""
        if picture_id in self._row:
            self._human[self._row[picture_id]] = _NO_ANSWER if class_id is None else class_id

    def set_unreadable(self, picture_id: int, unreadable: bool) -> None:
        if picture_id in self._row:
            self._unreadable[self._row[picture_id]] = unreadable

    def set_rejected(self, picture_id: int, class_ids: Iterable[int]) -> None:
        """The person said that the picture is of none of these classes; the machine's answer obeys at once."""
        self._rejected[picture_id] = frozenset(class_ids)
        if not self._rejected[picture_id]:
            del self._rejected[picture_id]
        row = self._row.get(picture_id)
        if row is None:
            return
        if self._probabilities[row].any():
            at = np.array([row])
            best = np.array(self._class_ids, np.int64)[self._probabilities[at].argmax(1)]
            self._decide(at, best, self._probabilities[at].max(1))
        elif self._known[row] and int(self._best[row]) in self._rejected.get(picture_id, ()):
            self._forget(np.array([row]))  # without scores there is no second best: the machine has to speak again

    def restore(self, saved: MachineColumns) -> None:
        """Put back answers saved earlier: the best class and how sure, without the other classes' scores.

        One that the person has rejected since is not put back.
        """
        ids, best = np.array(saved.ids, np.int64), np.array(saved.class_ids, np.int64)
        known = ~np.array(saved.unknown, bool)
        rows, wanted = self._rows_of(ids)
        for k in np.flatnonzero(wanted & known & np.isin(ids, list(self._rejected))):
            wanted[k] = int(best[k]) not in self._rejected[int(ids[k])]
        rows = rows[wanted]
        self._best[rows], self._known[rows] = best[wanted], known[wanted]
        self._confidence[rows] = np.array(saved.confidences, np.float32)[wanted]

    def accept(self, scored: Scored) -> Ids:
        """Take the machine's answers; returns ids of pictures that look different now. Human labels are not touched."""
        rows, here = self._places(scored.ids)
        if scored.class_ids != self._class_ids:
            self._class_ids = scored.class_ids
            self._probabilities = np.zeros((len(self.ids), len(scored.class_ids)), np.float32)
        self._probabilities[rows] = scored.probabilities[here]
        self._chance[rows], self._stranger[rows] = scored.known[here], ~scored.is_known[here]
        before = self._machine(rows)
        changed = self._decide(rows, np.array(scored.class_ids, np.int64)[scored.best[here]], scored.top[here])
        silent = (self._human[rows] != _NO_ANSWER) | self._unreadable[rows]
        before[silent] = _NO_ANSWER
        self.ripple = ripple(self.ids[rows], before, self._machine(rows), self._confidence[rows])
        return changed

    def _machine(self, rows: Ids) -> Ids:
        """What the machine decides of each of these rows, or _NO_ANSWER."""
        best = self._best[rows]
        return np.where(self._known[rows] | (best == _NO_ANSWER), best, NONE_OF_THESE)

    def _rows_of(self, ids: Ids) -> tuple[Ids, Mask]:
        """The row of each id, and whether it is here at all. A hundred thousand look-ups one by one take too long."""
        if len(self._by_id) != len(self.ids):
            self._by_id = np.argsort(self.ids, kind="stable")
        if not len(self.ids):
            return np.zeros(len(ids), np.int64), np.zeros(len(ids), bool)
        places = np.searchsorted(self.ids, ids, sorter=self._by_id).clip(max=len(self.ids) - 1)
        rows = self._by_id[places]
        return rows, self.ids[rows] == ids

    def _places(self, ids: Ids) -> tuple[Ids, Mask | slice]:
        """The rows of those of these ids that are here, and where those stand among them. Scores of all pictures come
        in the same order every time: to look that up again takes longer than to see that it is the same."""
        asked, count, found = self._placed
        if count != len(self.ids) or not np.array_equal(asked, ids):
            rows, here = self._rows_of(ids)
            found = (rows, slice(None)) if here.all() else (rows[here], here)
            self._placed = (ids, len(self.ids), found)
        return found

    def _decide(self, rows: Ids, best: Ids, top: NDArray[np.float32]) -> Ids:
        """Draw the answers from the machine's scores, of which the best class of each row and its score are given;
        returns ids of pictures that look different now."""
        stranger = self._stranger[rows]  # then the decision is "none of these", and that is what one is sure of
        best, sure = best.copy(), top.copy()
        ruled = self._ruled(rows)
        if len(ruled):
            before = self._chance[rows[ruled]]
            probabilities, chance = self._obeying(rows[ruled])
            left = probabilities.any(1)  # False where the person ruled out every class
            best[ruled] = np.where(left, np.array(self._class_ids, np.int64)[probabilities.argmax(1)], NONE_OF_THESE)
            less = np.where(chance < before, chance, 1.0)  # the classes that are left are less sure: it may be none
            sure[ruled] = np.where(left, probabilities.max(1, initial=0.0) * less, 1.0)
        known = ~stranger & (best != NONE_OF_THESE)
        confidence = np.where(stranger, 1 - self._chance[rows], sure).astype(np.float32)
        other = (best != self._best[rows]) | (known != self._known[rows])
        changed = other | (_shown(confidence) != _shown(self._confidence[rows]))
        self._unsaved[rows] |= other | (confidence != self._confidence[rows])
        self._best[rows], self._known[rows], self._confidence[rows] = best, known, confidence
        return self.ids[rows[changed]]

    def _obeying(self, rows: Ids) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """The scores [n, K] of these rows with 0 for what the person rejected, the rest brought to a sum of 1, and the
        chance [n] of any class: what a rejected class loses goes to the others and to "none of these" alike (Bayes)."""
        probabilities: NDArray[np.float32] = self._probabilities[rows]
        chance: NDArray[np.float32] = self._chance[rows]
        for k in self._ruled(rows):
            rejected = self._rejected[int(self.ids[rows[k]])]
            probabilities[k, [c in rejected for c in self._class_ids]] = 0.0
            left = float(probabilities[k].sum())
            probabilities[k] /= max(left, np.finfo(np.float32).tiny)
            chance[k] *= left / max(1 - chance[k] * (1 - left), np.finfo(np.float32).tiny)
        return probabilities, chance

    def _ruled(self, rows: Ids) -> Ids:
        """Which of these rows are of pictures of which the person has rejected a class."""
        return np.flatnonzero(np.isin(self.ids[rows], list(self._rejected))) if self._rejected else rows[:0]

    def clear(self) -> Ids:
        """Forget all the machine's answers; returns the ids that had one."""
        had = self._forget(np.flatnonzero(self._best != _NO_ANSWER))
        self._class_ids, self._probabilities = (), np.empty((len(self.ids), 0), np.float32)
        return had

    def forget(self, ids: Iterable[int]) -> None:
        """Forget the machine's answers for these pictures: their content is another now."""
        self._forget(np.array([self._row[i] for i in ids if i in self._row], np.int64))

    def keep_classes(self, class_ids: Iterable[int]) -> Ids:
        """Forget all answers that name another class than these: it was deleted. Returns the ids that had one."""
        kept = [*class_ids, NONE_OF_THESE, _NO_ANSWER]
        columns = [k for k, c in enumerate(self._class_ids) if c in kept]
        if len(columns) < len(self._class_ids):
            self._class_ids = tuple(self._class_ids[k] for k in columns)
            self._probabilities = self._probabilities[:, columns]
        return self._forget(np.flatnonzero(~np.isin(self._best, kept)))

    def _forget(self, rows: Ids) -> Ids:
        self._best[rows], self._confidence[rows], self._known[rows] = _NO_ANSWER, 0.0, True
        self._probabilities[rows] = 0.0
        self._unsaved[rows] = True
        return self.ids[rows]

    def scores(self, picture_id: int) -> list[tuple[int, float]]:
        """(class id, probability), best first; empty where the machine has not spoken since the program started."""
        row = self._row.get(picture_id)
        probabilities: list[float] = [] if row is None else self._probabilities[row].tolist()
        if row is None or not any(probabilities):
            return []
        if picture_id in self._rejected:
            probabilities = self._obeying(np.array([row]))[0][0].tolist()
        return sorted(zip(self._class_ids, probabilities, strict=True), key=lambda pair: -pair[1])

    def machine_answer(self, picture_id: int) -> tuple[int, float] | None:
        """What the machine says whatever the person said: class (NONE_OF_THESE for unknown) and how sure; or None."""
        row = self._row.get(picture_id)
        if row is None or self._unreadable[row] or self._best[row] == _NO_ANSWER:
            return None
        return int(self._best[row]) if self._known[row] else NONE_OF_THESE, float(self._confidence[row])

    def decision(self, picture_id: int) -> Decision:
        """The picture's state; a picture outside the folder is WAITING."""
        decision = self.glance(picture_id)
        if decision.state in (State.WAITING, State.UNREADABLE):
            return decision
        rejected = self._rejected.get(picture_id, frozenset())
        for class_id, score in self.scores(picture_id)[1:2]:
            if class_id not in rejected:
                return replace(decision, second_id=class_id, second_confidence=score)
        return decision

    def glance(self, picture_id: int) -> Decision:
        """``decision`` without the second class, for which all scores have to be compared."""
        row = self._row.get(picture_id)
        if row is None:
            return Decision(State.WAITING)
        if self._unreadable[row]:
            return Decision(State.UNREADABLE)
        human, best = int(self._human[row]), int(self._best[row])
        if human != _NO_ANSWER:
            return Decision(State.HUMAN, human or None)
        if best == _NO_ANSWER:
            return Decision(State.WAITING)
        confidence = float(self._confidence[row])
        if not self._known[row]:
            return Decision(State.UNKNOWN, None, confidence)
        return Decision(State.PREDICTED, best, confidence, needs_review=confidence < REVIEW_BELOW)

    @property
    def unsaved(self) -> bool:
        """Whether ``labels`` has something to save."""
        return bool(self._unsaved.any())

    def labels(self) -> Callable[[], list[MachineLabel]]:
        """A function, for any thread, that makes the rows to save: what changed since the last call, as it is now."""
        unsaved = np.flatnonzero(self._unsaved)
        self._unsaved[:] = False
        known, confidence = self._known[unsaved], self._confidence[unsaved]
        review = known & (confidence < REVIEW_BELOW)
        ids, best, scores = self.ids[unsaved], self._best[unsaved], self._obeying(unsaved)[0]
        return partial(machine_rows, ids, best, confidence, known, review, self._class_ids, scores)

    def _masks(self) -> dict[Filter, Mask]:
        open_ = (self._human == _NO_ANSWER) & ~self._unreadable
        answered = open_ & (self._best != _NO_ANSWER)
        return {
            Filter.ALL: np.ones(len(self.ids), bool),
            Filter.REVIEW: answered & self._known & (self._confidence < REVIEW_BELOW),
            Filter.UNKNOWN: (answered & ~self._known) | ((self._human == NONE_OF_THESE) & ~self._unreadable),
            Filter.CORRECTED: self._human != _NO_ANSWER,
            Filter.UNREADABLE: self._unreadable,
        }

    def columns(self) -> Columns:
        """Everything at once, for measuring. A picture that can't be read has no answer."""
        machine = self._machine(np.arange(len(self.ids)))
        machine[self._unreadable] = _NO_ANSWER
        return Columns(self.ids.copy(), self._human.copy(), machine, self._confidence.copy())

    def _class_of(self) -> Ids:
        """Per row the class it would be sorted to now, or _NO_ANSWER / NONE_OF_THESE."""
        machine = self._machine(np.arange(len(self.ids)))
        return np.where(self._unreadable, _NO_ANSWER, np.where(self._human != _NO_ANSWER, self._human, machine))

    def filed(self, least: float) -> list[tuple[int, int, float]]:
        """(picture id, class id or 0 to leave it alone, confidence) of every picture; below ``least`` only people
        file."""
        sure = (self._human != _NO_ANSWER) | (self._confidence >= least)
        classes = np.where(sure, self._class_of(), NONE_OF_THESE).clip(min=NONE_OF_THESE)
        return list(zip(self.ids.tolist(), classes.tolist(), self._confidence.tolist(), strict=True))

    def classes_of(self, ids: Ids) -> Ids:
        """The class that each of these pictures would be sorted to now; NONE_OF_THESE, and below that where nothing is
        known, the picture can't be read, or is not of the folder."""
        rows, here = self._rows_of(ids)
        return np.where(here, self._class_of()[rows], _NO_ANSWER)

    def rows_of(self, ids: Ids) -> Ids:
        """The row of each of these pictures; some row for one that is not here."""
        return self._rows_of(ids)[0]

    def scored(self, ids: Ids) -> Mask:
        """Of which of these pictures the machine has spoken since the program started."""
        rows, here = self._rows_of(ids)
        spoken: Mask = np.asarray(self._probabilities[rows].any(axis=1))
        return here & spoken

    def undecided(self, ids: Ids) -> Mask:
        """Of which of these pictures no person has said what they are; one that can't be read needs no saying."""
        rows, here = self._rows_of(ids)
        return here & (self._human[rows] == _NO_ANSWER) & ~self._unreadable[rows]

    def assurance(self) -> NDArray[np.float32]:
        """How sure the machine is of each picture, in row order, 0..1; above 1 where there is nothing to doubt."""
        nothing = self._unreadable | (self._best == _NO_ANSWER)
        return np.where(nothing, 3.0, np.where(self._human != _NO_ANSWER, 2.0, self._confidence)).astype(np.float32)

    def view(self, which: Filter, class_id: int | None, names: Iterable[str] | None, search: str) -> Ids:
        """Ids to show: in the folder's order; those to review least sure first, those unlike all examples likewise.

        class_id: only pictures now in this class. search: only names that contain it; they are given in row order,
        casefolded, for that takes longer than to look.
        """
        mask = self._masks()[which]
        if class_id is not None:
            mask = mask & (self._class_of() == class_id)
        if search and names is not None:
            wanted = search.casefold()
            mask = mask & np.array([wanted in name for name in names], bool)
        rows = np.flatnonzero(mask)
        if which in (Filter.REVIEW, Filter.UNKNOWN):
            rows = rows[np.argsort(self._confidence[rows], kind="stable")]
        return self.ids[rows]

    def counts(self) -> Counts:
        masks = self._masks()
        class_of = self._class_of()
        classes, how_many = np.unique(class_of[class_of > NONE_OF_THESE], return_counts=True)
        waiting = (self._best == _NO_ANSWER) & (self._human == _NO_ANSWER) & ~self._unreadable
        totals = {f: int(mask.sum()) for f, mask in masks.items()}
        return Counts(
            totals[Filter.ALL],
            totals[Filter.REVIEW],
            totals[Filter.UNKNOWN],
            totals[Filter.CORRECTED],
            totals[Filter.UNREADABLE],
            int(waiting.sum()),
            dict(zip(classes.tolist(), how_many.tolist(), strict=True)),
        )


def _shown(shares: NDArray[np.float32]) -> NDArray[np.float64]:
    """Whole per cent as people see them, rounded down."""
    return np.floor(shares.astype(np.float64) * 100 + 1e-6)
