import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from fewshot_gui.sorting.errors import SortRefused
from fewshot_gui.sorting.journal import RunState, begin, list_runs, open_run, runs_folder
from fewshot_gui.sorting.plan import Action
from fewshot_gui.sorting.recover import unfinished_runs
from tests.sorting.conftest import World

LABELS = {"a.jpg": "cat", "b.jpg": "dog"}


def fill(world: World) -> None:
    for name in LABELS:
        world.put(name, name)


def test_journals_are_in_the_users_data_folder_or_where_the_environment_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("FEWSHOT_GUI_DATA", raising=False)
    assert runs_folder().name == "runs"
    assert "fewshot-gui" in runs_folder().parts
    monkeypatch.setenv("FEWSHOT_GUI_DATA", str(tmp_path))
    assert runs_folder() == tmp_path / "runs"
    assert list_runs() == []


def test_a_run_is_listed_with_its_counts(world: World) -> None:
    fill(world)
    before = datetime.now(UTC)
    plan = world.plan(LABELS, Action.COPY)
    world.put("b.jpg", "changed meanwhile")
    result = world.apply(plan)
    (run,) = list_runs(world.journals)
    assert (run.id, run.action, run.source, run.target) == (
        result.run_id,
        Action.COPY,
        world.source,
        world.target,
    )
    assert (run.steps, run.done, run.failed, run.undone, run.state) == (2, 1, 1, 0, RunState.DONE)
    assert before <= run.started <= datetime.now(UTC)


def test_runs_are_listed_newest_first(world: World) -> None:
    ids = []
    for number in range(3):
        world.put(f"{number}.jpg", f"{number}")
        ids.append(world.sort({f"{number}.jpg": "cat"}, Action.MOVE).run_id)
    assert [run.id for run in list_runs(world.journals)] == ids[::-1]


def test_the_state_follows_what_happens_to_a_run(world: World) -> None:
    def state() -> RunState:
        return list_runs(world.journals)[0].state

    fill(world)
    run_id = world.sort(LABELS, Action.MOVE).run_id
    assert state() is RunState.DONE
    world.put("a.jpg", "in the way")
    assert world.undo(run_id).restored == 1
    assert state() is RunState.PARTLY_UNDONE
    (world.source / "a.jpg").rename(world.source / "other.jpg")
    assert world.undo(run_id).restored == 1
    assert state() is RunState.UNDONE


def test_a_run_of_which_nothing_was_done_is_rolled_back(world: World) -> None:
    fill(world)
    result = world.apply(world.plan(LABELS, Action.COPY), cancelled=lambda: True)
    assert (result.done, result.cancelled) == (0, True)
    assert list_runs(world.journals)[0].state is RunState.ROLLED_BACK


def test_a_run_at_work_is_neither_unfinished_nor_open_to_others(world: World) -> None:
    fill(world)
    with begin(world.plan(LABELS, Action.COPY), [], world.journals) as journal:
        (run,) = list_runs(world.journals)
        assert run.state is RunState.RUNNING
        assert unfinished_runs(world.journals) == []
        with pytest.raises(SortRefused, match="Another window or program is at work"):
            world.undo(journal.record.id)
    assert [run.state for run in unfinished_runs(world.journals)] == [RunState.INTERRUPTED]


@pytest.mark.parametrize("run_id", ["20260101-000000-000-abcdef", "../../secret", ""])
def test_an_unknown_run_is_refused(world: World, run_id: str) -> None:
    with pytest.raises(SortRefused, match="There is no run named"):
        world.undo(run_id)


def test_a_torn_last_line_is_ignored_and_written_past(world: World) -> None:
    fill(world)
    run_id = world.sort(LABELS, Action.MOVE).run_id
    path = world.journals / f"{run_id}.jsonl"
    path.write_bytes(path.read_bytes() + b'{"event": "undone", "ste')
    assert list_runs(world.journals)[0].state is RunState.DONE
    assert world.undo(run_id).restored == 2
    assert list_runs(world.journals)[0].state is RunState.UNDONE


def test_a_journal_cut_anywhere_is_read_or_left_out(world: World) -> None:
    """Whatever a crash leaves of the file, reading it never fails and never invents a step."""
    fill(world)
    run_id = world.sort(LABELS, Action.MOVE).run_id
    path = world.journals / f"{run_id}.jsonl"
    whole = path.read_bytes()
    states = []
    for length in [*range(0, len(whole), 7), len(whole) - 1]:
        path.write_bytes(whole[:length])
        runs = list_runs(world.journals)
        states += [run.state for run in runs]
        assert all(run.done in (0, 2) for run in runs)
    assert set(states) == {RunState.INTERRUPTED, RunState.DONE}  # the very last byte is a line's end
    path.write_bytes(whole[:-1] + b"\0" * 100)
    assert len(list_runs(world.journals)) == 1


def test_the_journal_is_plain_text_whatever_the_names(world: World) -> None:
    name = os.fsdecode(b"caf\xe9 \xe7\x8c\xab.jpg")
    world.put(name, "bytes")
    run_id = world.sort({name: "猫"}, Action.COPY).run_id
    lines = (world.journals / f"{run_id}.jsonl").read_bytes().decode("ascii").splitlines()
    assert [json.loads(line).get("event") for line in lines[2:]] == ["intend", "outcome", "end"]
    with open_run(run_id, world.journals) as journal:
        assert journal.record.steps[0].source == world.source / name
        assert journal.record.steps[0].label == "猫"


def test_a_journal_of_another_version_is_left_alone(world: World) -> None:
    fill(world)
    run_id = world.sort(LABELS, Action.COPY).run_id
    path = world.journals / f"{run_id}.jsonl"
    path.write_bytes(path.read_bytes().replace(b'"version": 1', b'"version": 99'))
    assert list_runs(world.journals) == []
    with pytest.raises(SortRefused, match="not a journal that this version can read"):
        world.undo(run_id)
