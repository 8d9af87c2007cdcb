"""Sorting the same folder again after corrections: only the difference moves."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fewshot_gui.sorting.again import earlier, moved_on, undo_what_stands
from fewshot_gui.sorting.carry_out import Outcome, carry_out
from fewshot_gui.sorting.plan import Action, SortItem, SortOptions, SortPlan, plan_sort
from tests.sorting.conftest import World, never, shared_bytes, silent


class Sorter:
    """Sorts a world's pictures again and again."""

    def __init__(self, world: World) -> None:
        self.world = world

    def plan(self, labels: dict[str, str | None], action: Action, **options: object) -> SortPlan:
        world = self.world
        items = [SortItem(world.source / name, label) for name, label in labels.items()]
        history = earlier(world.target, world.journals)
        return plan_sort(items, world.target, action, world.source, history=history, **options)

    def sort(self, labels: dict[str, str | None], action: Action, **options: object) -> Outcome:
        return carry_out(self.plan(labels, action, **options), self.world.journals, silent, never)

    def names(self) -> list[str]:
        return sorted(name for name, entry in self.world.tree(self.world.target).items() if entry != "folder")


@pytest.fixture
def sorter(world: World) -> Sorter:
    for name in ("a.jpg", "a.xmp", "b.jpg", "c.jpg"):
        world.put(name, name)
    return Sorter(world)


FIRST: dict[str, str | None] = {"a.jpg": "cat", "b.jpg": "cat", "c.jpg": "dog"}
LATER: dict[str, str | None] = {**FIRST, "a.jpg": "dog"}
MAKING = [action for action in Action if action not in (Action.MOVE, Action.SYMLINK)]


@pytest.mark.parametrize("action", MAKING)
def test_only_what_changed_its_class_moves_on_with_its_companions(
    sorter: Sorter, action: Action, monkeypatch: pytest.MonkeyPatch
) -> None:
    shared_bytes(monkeypatch)
    sorter.sort(FIRST, action)
    source = sorter.world.tree(sorter.world.source)
    plan = sorter.plan(LATER, action)
    assert plan.steps == ()
    assert plan.moves is not None and plan.moves.action is Action.MOVE
    target = sorter.world.target
    assert [(s.source, s.target) for s in plan.moves.steps] == [
        (target / "cat/a.jpg", target / "dog/a.jpg"),
        (target / "cat/a.xmp", target / "dog/a.xmp"),
    ]
    assert plan.moved_on == {("cat", "dog"): 1}
    assert len(plan.already_there) == 2
    assert plan.moves.steps[0].note == "moves on from cat"
    sorter.sort(LATER, action)
    assert sorter.names() == ["cat/b.jpg", "dog/a.jpg", "dog/a.xmp", "dog/c.jpg"]
    assert sorter.world.tree(sorter.world.source) == source
    assert "in their place already" in sorter.plan(LATER, action).refusals[0]


def test_every_run_of_sorting_again_can_be_undone_the_newest_first(sorter: Sorter) -> None:
    source = sorter.world.tree(sorter.world.source)
    (first,) = sorter.sort(FIRST, Action.COPY).run_ids
    target = sorter.world.tree(sorter.world.target)
    sorter.world.put("d.jpg", "new")
    again = sorter.sort({**LATER, "d.jpg": "dog"}, Action.COPY)
    assert again.result.done == 3 and len(again.run_ids) == 2
    assert set(moved_on(first, sorter.world.journals).values()) == {again.run_ids[1]}
    for run_id in again.run_ids:
        assert moved_on(run_id, sorter.world.journals) == {}
        assert sorter.world.undo(run_id).left == ()
    assert sorter.world.tree(sorter.world.target) == target
    assert moved_on(first, sorter.world.journals) == {}
    assert sorter.world.undo(first).left == ()
    (sorter.world.source / "d.jpg").unlink()
    assert sorter.world.tree(sorter.world.source) == source
    assert not sorter.world.target.exists()


@pytest.mark.parametrize("action", [Action.COPY, Action.MOVE, Action.SYMLINK, Action.HARDLINK])
def test_a_run_that_later_ones_built_on_is_undone_but_for_what_they_took_on(world: World, action: Action) -> None:
    """Any run, not only the last, can be taken back: what it alone has touched goes back, the rest is named."""
    sorter = Sorter(world)
    for name in FIRST:
        world.put(name, name)
    source = world.tree(world.source)
    (first,) = sorter.sort(FIRST, action).run_ids
    if action is Action.MOVE:  # a sorted folder is sorted again in itself
        moved = [SortItem(world.target / "cat/a.jpg", "dog")]
        history = earlier(world.target, world.journals)
        plan = plan_sort(moved, world.target, action, world.target, history=history)
        (later,) = carry_out(plan, world.journals, silent, never).run_ids
    else:
        (later,) = sorter.sort(LATER, action).run_ids
    undone = undo_what_stands(first, world.journals, silent, never)
    assert undone.restored == 2
    ((place, sentence),) = undone.left
    assert place == world.target / "cat/a.jpg"
    assert sentence == f"{place} was sorted again by run {later}. Undo that run first, then this one."
    assert sorter.names() == ["dog/a.jpg"]
    assert undo_what_stands(first, world.journals, silent, never).left == undone.left, "it is not taken for undone"
    assert undo_what_stands(later, world.journals, silent, never).left == ()
    assert undo_what_stands(first, world.journals, silent, never).left == ()
    assert world.tree(world.source) == source
    assert not world.target.exists()


def test_a_single_file_of_an_earlier_run_is_undone_whatever_became_of_the_others(sorter: Sorter) -> None:
    (first,) = sorter.sort(FIRST, Action.COPY).run_ids
    (later,) = sorter.sort(LATER, Action.COPY).run_ids
    world = sorter.world
    assert undo_what_stands(first, world.journals, silent, never, [world.source / "b.jpg"]).left == ()
    assert sorter.names() == ["dog/a.jpg", "dog/a.xmp", "dog/c.jpg"]
    undone = undo_what_stands(first, world.journals, silent, never, [world.source / "a.jpg"])
    assert undone.restored == 0 and later in undone.left[0][1]
    assert sorter.names() == ["dog/a.jpg", "dog/a.xmp", "dog/c.jpg"]


def test_a_picture_can_move_on_and_back(sorter: Sorter) -> None:
    for labels in (FIRST, LATER, FIRST, LATER):
        sorter.sort(labels, Action.COPY)
    assert sorter.names() == ["cat/b.jpg", "dog/a.jpg", "dog/a.xmp", "dog/c.jpg"]


def test_a_class_that_was_renamed_takes_its_pictures_along(sorter: Sorter) -> None:
    sorter.sort(FIRST, Action.COPY)
    sorter.sort({name: {"cat": "kitten"}.get(label or "", label) for name, label in FIRST.items()}, Action.COPY)
    assert sorter.names() == ["dog/c.jpg", "kitten/a.jpg", "kitten/a.xmp", "kitten/b.jpg"]


def test_a_copy_that_was_edited_since_stays_and_is_named(sorter: Sorter) -> None:
    sorter.sort(FIRST, Action.COPY)
    edited = sorter.world.put("cat/a.xmp", "rated", sorter.world.target)
    plan = sorter.plan({**LATER, "b.jpg": "dog"}, Action.COPY)
    assert [step.source.name for step in plan.all_steps] == ["b.jpg"]
    assert [path.name for path, _ in plan.problems] == ["a.jpg"]
    assert f"{edited} was changed after it was sorted" in plan.problems[0][1]
    assert edited.read_text() == "rated"


def test_an_edited_copy_of_an_unchanged_class_is_done(sorter: Sorter) -> None:
    sorter.sort(FIRST, Action.COPY)
    sorter.world.put("cat/b.jpg", "edited", sorter.world.target)
    assert sorter.plan(FIRST, Action.COPY).all_steps == ()


def test_a_file_that_no_run_made_is_never_moved(sorter: Sorter) -> None:
    sorter.world.put("cat/a.jpg", "a.jpg", sorter.world.target)  # the very bytes, put there by hand
    sorter.world.put("cat/b.jpg", "b.jpg", sorter.world.target)
    sorter.sort({"c.jpg": "dog"}, Action.COPY)
    plan = sorter.plan({**LATER, "b.jpg": "dog"}, Action.COPY)
    assert plan.moves is None
    assert [step.source.name for step in plan.steps] == ["a.jpg", "a.xmp", "b.jpg"]


def test_a_copy_that_was_taken_away_is_made_again(sorter: Sorter) -> None:
    sorter.sort(FIRST, Action.COPY)
    (sorter.world.target / "cat/b.jpg").unlink()
    plan = sorter.plan(FIRST, Action.COPY)
    assert [step.target.name for step in plan.all_steps] == ["b.jpg"]


def test_an_original_that_was_changed_since_is_sorted_afresh(sorter: Sorter) -> None:
    sorter.sort(FIRST, Action.COPY)
    sorter.world.put("b.jpg", "retouched")
    plan = sorter.plan(FIRST, Action.COPY)
    assert [step.target.name for step in plan.all_steps] == ["b (2).jpg"]


def test_a_companion_that_is_new_joins_its_picture(sorter: Sorter) -> None:
    sorter.sort(FIRST, Action.COPY, options=SortOptions(name="{class} {n}"))
    sorter.world.put("b.xmp", "new")
    plan = sorter.plan(FIRST, Action.COPY, options=SortOptions(name="{class} {n}"))
    assert [str(step.target.relative_to(sorter.world.target)) for step in plan.all_steps] == ["cat/cat 2.xmp"]
    assert plan.steps[0].picture == sorter.world.source / "b.jpg"


def test_what_was_sorted_and_has_no_class_now_stays(sorter: Sorter) -> None:
    sorter.sort(FIRST, Action.COPY)
    plan = sorter.plan({**FIRST, "b.jpg": None}, Action.COPY)
    assert plan.all_steps == () and plan.left_alone == 1


def test_running_numbers_go_on_and_no_picture_gets_a_second(sorter: Sorter) -> None:
    chosen = SortOptions(name="{class} {n}")
    sorter.sort(FIRST, Action.COPY, options=chosen)
    sorter.world.put("d.jpg", "new")
    plan = sorter.plan({**LATER, "d.jpg": "cat"}, Action.COPY, options=chosen)
    assert [s.target.name for s in plan.all_steps] == ["dog 2.jpg", "dog 2.xmp", "cat 3.jpg"]


def test_undone_runs_do_not_count(sorter: Sorter) -> None:
    outcome = sorter.sort(FIRST, Action.COPY)
    sorter.world.undo(outcome.run_ids[0])
    assert earlier(sorter.world.target, sorter.world.journals).made == {}
    assert len(sorter.plan(LATER, Action.COPY).steps) == 4


def test_runs_into_another_folder_do_not_count(sorter: Sorter) -> None:
    sorter.sort(FIRST, Action.COPY)
    assert earlier(sorter.world.target.with_name("other"), sorter.world.journals).made == {}


def test_symbolic_links_are_made_anew_also_after_their_picture_was_edited(sorter: Sorter) -> None:
    sorter.sort({"b.jpg": "cat", "c.jpg": "dog"}, Action.SYMLINK)
    sorter.world.put("c.jpg", "edited, and the link still leads to it")
    plan = sorter.plan({"b.jpg": "dog", "c.jpg": "dog"}, Action.SYMLINK)
    assert plan.moves is None and [step.target.name for step in plan.steps] == ["b.jpg"]
    assert plan.moved_on == {("cat", "dog"): 1}
    assert plan.problems == ()


classes = st.dictionaries(
    st.sampled_from(["a.jpg", "b.jpg", "c.jpg"]), st.sampled_from(["cat", "dog", "Cat"]), min_size=1
)


@settings(max_examples=40)
@given(
    st.lists(st.tuples(classes, st.sampled_from([Action.COPY, Action.HARDLINK])), min_size=1, max_size=4),
    st.sampled_from(["", "{class} {n}", "{name}"]),
)
def test_however_often_it_is_sorted_every_picture_is_once_in_its_latest_class(
    new_world: Callable[[], World], sorts: list[tuple[dict[str, str | None], Action]], template: str
) -> None:
    sorter = Sorter(new_world())
    world, options = sorter.world, SortOptions(name=template)
    for name in ("a.jpg", "a.xmp", "b.jpg", "c.jpg"):
        world.put(name, name)
    before = world.tree(world.source)
    said: dict[str, str | None] = {}
    runs: list[str] = []
    for labels, action in sorts:
        said |= labels
        plan = sorter.plan(labels, action, options=options)
        if not plan.refusals:
            outcome = carry_out(plan, world.journals, silent, never)
            assert outcome.result.failed == ()
            runs = [*outcome.run_ids, *runs]
        folders = {label: folder.name for label, folder in plan.folders.items()}
        where = {
            entry[0].decode(): Path(name).parent.name
            for name, entry in world.tree(world.target).items()
            if entry != "folder"
        }
        assert len(where) == len(said) + ("a.jpg" in said)
        for name, label in labels.items():
            assert where[name] == folders[label or ""]
        assert "a.jpg" not in where or where["a.xmp"] == where["a.jpg"]
    assert world.tree(world.source) == before
    for run_id in runs:
        assert moved_on(run_id, world.journals) == {}
        assert world.undo(run_id).left == ()
    assert world.tree(world.source) == before
    assert not world.target.exists()


# ---- moved pictures


def moved_items(world: World, labels: dict[str, str]) -> list[SortItem]:
    return [SortItem(world.target / place, label) for place, label in labels.items()]


@pytest.mark.parametrize("opened", ["the old folder", "the sorted folder"])
def test_moved_pictures_are_sorted_again_from_where_they_are(sorter: Sorter, opened: str) -> None:
    world = sorter.world
    (first,) = sorter.sort(FIRST, Action.MOVE).run_ids
    history = earlier(world.target, world.journals)
    source = world.source if opened == "the old folder" else world.target
    world.put("mine/own.jpg", "own", world.target)
    items = moved_items(world, {"cat/a.jpg": "dog", "cat/b.jpg": "cat", "dog/c.jpg": "dog"})
    if source == world.target:
        items += moved_items(world, {"mine/own.jpg": "dog"})
    plan = plan_sort(items, world.target, Action.MOVE, source, history=history)
    assert plan.refusals == ()
    assert [str(step.target.relative_to(world.target)) for step in plan.all_steps] == ["dog/a.jpg", "dog/a.xmp"]
    assert plan.moved_on == {("cat", "dog"): 1}
    assert len(plan.already_there) == 2
    (second,) = carry_out(plan, world.journals, silent, never).run_ids
    assert (world.target / "mine/own.jpg").exists()
    world.undo(second)
    world.undo(first)
    assert set(world.tree(world.source)) == {"a.jpg", "a.xmp", "b.jpg", "c.jpg"}


def test_a_folder_that_no_run_moved_pictures_into_is_not_sorted_in_itself(world: World) -> None:
    path = world.put("cat/a.jpg", "a", world.target)
    history = earlier(world.target, world.journals)
    plan = plan_sort([SortItem(path, "dog")], world.target, Action.MOVE, world.target, history=history)
    assert "lies inside" in plan.refusals[0]
