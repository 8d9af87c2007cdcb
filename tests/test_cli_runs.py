"""fewshot-gui runs and undo of runs that were made without a classifier, so that no network has to be loaded."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fewshot_gui.sorting.apply import apply
from fewshot_gui.sorting.journal import begin
from fewshot_gui.sorting.plan import Action, SortItem, SortPlan, plan_sort

Command = Callable[..., Any]


@pytest.fixture
def plan(tmp_path: Path) -> SortPlan:
    source = tmp_path / "pictures"
    source.mkdir()
    for name in ("a.jpg", "a.xmp", "b.jpg", "c.jpg"):
        (source / name).write_text(f"bytes of {name}")
    items = [SortItem(source / name, label) for name, label in (("a.jpg", "cat"), ("b.jpg", "dog"), ("c.jpg", "dog"))]
    return plan_sort(items, tmp_path / "sorted", Action.MOVE, source)


@pytest.fixture
def run(plan: SortPlan) -> str:
    return apply(plan, None, lambda done, total: None, lambda: False).run_id


@pytest.fixture
def died(plan: SortPlan) -> str:
    """A run that was killed between two calls: the first picture has both names."""
    with begin(plan, [plan.target, plan.target / "cat", plan.target / "dog"], None) as journal:
        journal.write("intend", before=4)
    (plan.target / "cat").mkdir(parents=True)
    os.link(plan.steps[0].source, plan.steps[0].target)
    return journal.record.id


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def test_the_files_of_a_run_are_listed(command: Command, plan: SortPlan, run: str) -> None:
    files = command("runs", run, "--json").json["files"]
    assert [(file["from"], file["to"], file["class"], file["state"]) for file in files] == [
        (str(step.source), str(step.target), step.label, "sorted") for step in plan.steps
    ]
    assert f"{plan.steps[0].source} -> {plan.steps[0].target}  (sorted)" in command("runs", run).out


def test_single_files_are_taken_back_by_their_old_or_their_new_place(
    command: Command, plan: SortPlan, run: str
) -> None:
    by_new, by_old = plan.target / "cat" / "a.jpg", plan.source / "b.jpg"
    undone = command("undo", run, "--file", by_new, "--file", by_old, "--json")
    assert (undone.code, undone.json["restored"]) == (0, 3), "a picture's sidecar goes with it"
    assert names(plan.source) == ["a.jpg", "a.xmp", "b.jpg"]
    assert names(plan.target) == ["c.jpg"]
    states = [file["state"] for file in command("runs", run, "--json").json["files"]]
    assert states == ["undone", "undone", "undone", "sorted"]
    assert command("runs", "--json").json["runs"][0]["state"] == "partly undone"
    assert command("undo", run, "--json").json["restored"] == 1


def test_a_file_that_the_run_did_not_sort_is_refused(command: Command, plan: SortPlan, run: str) -> None:
    refused = command("undo", run, "--file", plan.source / "z.jpg")
    assert refused.code == 2
    assert "z.jpg is not among the files that run" in refused.err
    assert names(plan.source) == []


@pytest.mark.parametrize("arguments", [("runs",), ("runs", "--json")])
def test_a_run_that_died_is_tidied_up_and_told_of_at_the_next_command(
    command: Command, plan: SortPlan, died: str, arguments: tuple[str, ...]
) -> None:
    outcome = command(*arguments)
    assert outcome.code == 0
    assert f"Run {died}: Sorting was interrupted: 2 of 4 files were sorted" in " ".join(outcome.err.split())
    assert names(plan.target) == ["a.jpg", "a.xmp"], "the sidecar followed its picture"
    assert names(plan.source) == ["b.jpg", "c.jpg"]
    assert command("runs").err == "", "it is told once"


def test_whatever_command_comes_next_tells_of_a_run_that_died(
    command: Command, plan: SortPlan, died: str, tmp_path: Path
) -> None:
    given = ("--project", tmp_path / "none.fewshot", "--format", "csv", "--out", tmp_path / "out.csv")
    outcome = command("export", *given)
    assert outcome.code == 2, "there is no such project"
    assert f"Run {died}: Sorting was interrupted: 2 of 4 files were sorted" in " ".join(outcome.err.split())
    assert names(plan.target) == ["a.jpg", "a.xmp"]


def test_undoing_a_run_that_died_tells_of_it_and_takes_it_back(command: Command, plan: SortPlan, died: str) -> None:
    outcome = command("undo", "--json")
    assert (outcome.code, outcome.json["run"], outcome.json["restored"]) == (0, died, 2)
    assert "Sorting was interrupted" in outcome.err
    assert names(plan.source) == ["a.jpg", "a.xmp", "b.jpg", "c.jpg"]
    assert not plan.target.exists()
