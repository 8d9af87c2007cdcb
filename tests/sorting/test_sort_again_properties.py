"""Sorting again and again with corrections, templates and sub-folders, taking back any run, dying now and then."""

import os
from contextlib import suppress

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from fewshot_gui.sorting.again import earlier, undo_what_stands
from fewshot_gui.sorting.carry_out import carry_out
from fewshot_gui.sorting.errors import SortRefused
from fewshot_gui.sorting.options import SortOptions
from fewshot_gui.sorting.plan import Action, SortItem, SortPlan, Unfiled, plan_sort
from fewshot_gui.sorting.run_files import run_files
from fewshot_gui.sorting.sets import COMPANION_SUFFIXES
from fewshot_gui.sorting.undo import UndoResult
from tests.sorting.conftest import never, played, silent
from tests.sorting.test_sort_properties import Life, files_of

OPTIONS = [
    SortOptions(),
    SortOptions(keep_subfolders=True),
    SortOptions(name="{class} {n}", unsure="unsure", none="none of these"),
    SortOptions(name="{name} {confidence}", keep_subfolders=True, none="rest"),
    SortOptions(name="{date}"),
]
CHOICES = st.sampled_from(OPTIONS)


class Corrections(Life):
    """A person who corrects labels and sorts the same folder again into the same place, as the program does it.

    Beside what Life asks: what a copying or linking run leaves in the source is as it was, and what a run is taken back
    for is taken for undone only if it is.
    """

    options = SortOptions()

    def plan(self, items: list[SortItem], action: Action) -> SortPlan:
        world = self.world
        history = earlier(world.target, world.journals)
        moved = [SortItem(path, items[number % len(items)].label) for number, path in enumerate(sorted(history.moved))]
        return plan_sort(items + moved, world.target, action, world.source, history=history, options=self.options)

    def sorts(self, labels: dict[str, str | None], action: Action) -> None:
        items = [
            SortItem(self.world.source / name, label, 0.5, label is None, None if label else Unfiled.NONE)
            for name, label in labels.items()
        ]
        before = self.world.tree(self.world.source)
        plan = self.plan(items, action)
        targets = [str(step.target).casefold() for step in plan.all_steps]
        assert len(set(targets)) == len(targets)
        if not plan.refusals:
            carry_out(plan, self.world.journals, silent, never)
        if action is not Action.MOVE:
            assert self.world.tree(self.world.source) == before

    @rule(chosen=CHOICES)
    def choose(self, chosen: SortOptions) -> None:
        self.options = chosen

    @rule(label=st.sampled_from(["cat", "Cat", "a/b"]))
    def sort_in_itself(self, label: str) -> None:
        """Pictures that were moved are sorted again where they are."""
        world = self.world

        def work() -> None:
            history = earlier(world.target, world.journals)
            items = [SortItem(path, label) for path in files_of(world) if path.is_relative_to(world.target)]
            items = [item for item in items if item.path.suffix.lower() not in COMPANION_SUFFIXES]
            plan = plan_sort(items, world.target, Action.MOVE, world.target, history=history)
            if not plan.refusals:
                carry_out(plan, world.journals, silent, never)

        self.keep_contents(work)

    def takes_back(self, run_id: str) -> UndoResult:
        return undo_what_stands(run_id, self.world.journals, silent, never)

    @precondition(lambda self: self.world.run_ids())
    @rule(which=st.integers(0, 9))
    def undo(self, which: int) -> None:
        run_id = self.run_id(which)

        def work() -> None:
            left = {path for path, _ in self.takes_back(run_id).left}
            standing = {file.target for file in run_files(run_id, self.world.journals) if file.state == "sorted"}
            assert left == standing

        self.keep_contents(work)

    @precondition(lambda self: self.world.run_ids())
    @rule(which=st.integers(0, 9), number=st.integers(0, 9))
    def undo_one_file(self, which: int, number: int) -> None:
        run_id = self.run_id(which)
        found = run_files(run_id, self.world.journals)

        def work() -> None:
            with suppress(SortRefused):  # It was never sorted.
                undo_what_stands(run_id, self.world.journals, silent, never, [found[number % len(found)].target])

        self.keep_contents(work)

    @precondition(lambda self: self.world.run_ids())
    @rule(which=st.integers(0, 9), at=st.integers(1, 40), torn=st.booleans())
    def die_while_undoing(self, which: int, at: int, torn: bool) -> None:
        run_id = self.run_id(which)
        self.keep_contents(lambda: played(self.calls, at, torn, lambda: self.takes_back(run_id)), self.start_again)


TestCorrections = Corrections.TestCase
TestCorrections.settings = settings(max_examples=int(os.environ.get("FEWSHOT_LIVES", "30")), stateful_step_count=15)
