"""fewshot-gui sort, runs and undo, from the examples to the sorted folder and back."""

import csv
import os
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from fewshot_gui.promises import audit, evidence_of
from fewshot_gui.session import Session

Command = Callable[..., Any]


def contents(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "sorted"


@pytest.fixture
def sort(command: Command, examples: Path, pictures: Path, target: Path) -> Command:
    """Sort the pictures into the target; further arguments are added."""

    def sort(action: str, *more: object) -> Any:
        given = ("--examples", examples, "--pictures", pictures, "--to", target, "--action", action)
        return command("sort", *given, *more, tiny=True)

    return sort


def sorted_rightly(target: Path, count: int = 4) -> bool:
    by_class = {folder.name: sorted(p.name for p in folder.iterdir()) for folder in target.iterdir()}
    return by_class == {c: [f"{c} {n}.png" for n in range(4)][-count:] for c in ("blue", "green", "red")}


@pytest.mark.parametrize("action", ["copy", "move", "hardlink", "symlink"])
def test_pictures_go_where_they_belong_and_back(
    sort: Command, command: Command, pictures: Path, target: Path, action: str
) -> None:
    before = contents(pictures)
    outcome = sort(action, "--json")
    assert (outcome.code, outcome.err) == (0, "")
    assert sorted_rightly(target)
    assert outcome.json["counts"] == {"red": 4, "green": 4, "blue": 4}
    assert (outcome.json["done"], outcome.json["failed"], outcome.json["stopped"]) == (12, [], None)
    assert sorted(contents(target).values()) == sorted(before.values())
    assert contents(pictures) == ({} if action == "move" else before)
    some = target / "red" / "red 1.png"
    assert some.is_symlink() == (action == "symlink")
    assert (action == "hardlink") == (not some.is_symlink() and some.stat().st_nlink == 2)

    (run,) = command("runs", "--json").json["runs"]
    assert (run["run"], run["action"], run["to"]) == (outcome.json["run"], action, str(target))
    assert (run["files"], run["done"], run["undone"], run["state"]) == (12, 12, 0, "done")

    undone = command("undo", "--json")
    assert undone.code == 0
    assert undone.json == {"run": run["run"], "restored": 12, "left": [], "stopped": None}
    assert contents(pictures) == before
    assert not target.exists()
    assert command("runs", "--json").json["runs"][0]["state"] == "undone"


def test_a_dry_run_shows_the_plan_and_changes_nothing(
    sort: Command, command: Command, tmp_path: Path, pictures: Path, target: Path
) -> None:
    before = contents(tmp_path)
    outcome = sort("move", "--dry-run", "--json")
    assert outcome.code == 0
    assert outcome.json["run"] is None
    assert len(outcome.json["plan"]) == 12
    step = next(step for step in outcome.json["plan"] if step["from"] == str(pictures / "red 1.png"))
    assert step["to"] == str(target / "red" / "red 1.png")
    assert contents(tmp_path) == before and not target.exists()
    assert command("runs", "--json").json == {"runs": []}
    told = sort("move", "--dry-run")
    assert f"{pictures / 'red 1.png'} -> {target / 'red' / 'red 1.png'}" in told.out
    assert "Nothing was changed" in told.out


def test_people_read_what_was_done_and_how_to_take_it_back(sort: Command, command: Command, target: Path) -> None:
    assert command("runs").out == "Nothing has been sorted yet.\n"
    outcome = sort("copy")
    assert f"red: 4 to {target / 'red'}" in outcome.out
    assert "12 files sorted. Take it back with: fewshot-gui undo 2" in outcome.out
    run = outcome.out.split("fewshot-gui undo ")[1].split()[0]
    assert f"{run}  copy     12 of 12 files to {target}  (done)" in command("runs").out
    assert "12 files are back." in command("undo", run).out


def test_the_latest_run_that_stands_is_undone_first(sort: Command, command: Command) -> None:
    one = sort("copy", "--json").json["run"]
    command("undo")
    two = sort("symlink", "--json").json["run"]
    assert [run["run"] for run in command("runs", "--json").json["runs"]] == [two, one]
    assert command("undo", "--json").json["run"] == two
    assert command("undo").code == 2


def test_sorting_again_finds_nothing_left_to_do(sort: Command, target: Path) -> None:
    assert sort("copy").code == 0
    before = contents(target)
    outcome = sort("copy")
    assert outcome.code == 2
    assert "There is nothing to sort: 12 files are in their place already" in outcome.err
    assert contents(target) == before


def test_a_file_that_was_changed_since_is_kept_and_named_by_undo(sort: Command, command: Command, target: Path) -> None:
    sort("copy")
    (target / "red" / "red 1.png").write_bytes(b"painted over")
    outcome = command("undo", "--json")
    assert outcome.code == 1
    assert outcome.json["restored"] == 11
    assert [Path(left["path"]).name for left in outcome.json["left"]] == ["red 1.png"]
    assert "was changed" in outcome.json["left"][0]["reason"]
    assert (target / "red" / "red 1.png").read_bytes() == b"painted over"


def test_what_cannot_be_read_stays_and_exits_with_1(sort: Command, pictures: Path, target: Path) -> None:
    (pictures / "broken.png").write_bytes(b"no picture")
    outcome = sort("move", "--json")
    assert outcome.code == 1
    assert [entry["path"] for entry in outcome.json["unreadable"]] == [str(pictures / "broken.png")]
    assert outcome.json["left_alone"] == 1
    assert list(contents(pictures)) == ["broken.png"]
    assert sorted_rightly(target)


def test_pictures_that_cannot_be_sorted_are_listed_and_exit_with_1(sort: Command, pictures: Path, target: Path) -> None:
    (pictures / "red link.png").symlink_to(pictures / "red 1.png")
    outcome = sort("move", "--json")
    assert outcome.code == 1
    assert [Path(entry["path"]).name for entry in outcome.json["unreadable"]] == ["red link.png"]
    assert "is itself a link" in outcome.json["unreadable"][0]["reason"]
    assert (pictures / "red link.png").is_symlink()


def test_only_what_is_sure_enough_is_sorted(
    sort: Command, command: Command, examples: Path, pictures: Path, target: Path, tmp_path: Path
) -> None:
    out = tmp_path / "results.csv"
    command("classify", "--examples", examples, "--pictures", pictures, "--out", out, tiny=True)
    with out.open(encoding="utf-8-sig", newline="") as file:
        sure = sorted((float(row["confidence"]), Path(row["path"]).name) for row in csv.DictReader(file))
    least = (sure[4][0] + sure[5][0]) / 2
    outcome = sort("copy", "--min-confidence", least, "--json")
    assert outcome.json["left_alone"] == 5
    assert sorted(p.name for p in target.rglob("*.png")) == sorted(name for _, name in sure[5:])


def test_a_promise_without_anybodys_answers_is_refused_before_any_work(sort: Command, quick_path: Path) -> None:
    for project in ((), ("--project", quick_path / "new.fewshot")):
        refused = sort("copy", "--promise", 0.1, *project)
        assert refused.code == 2
        assert "counts on your answers" in refused.err and "--min-confidence" in refused.err
    assert list(quick_path.iterdir()) == []


def test_a_promise_says_how_many_answers_are_missing(sort: Command, quick_path: Path) -> None:
    project = quick_path / "mine.fewshot"
    assert sort("copy", "--dry-run", "--project", project).code == 0
    refused = sort("copy", "--promise", 0.1, "--project", project)
    assert refused.code == 2
    assert "10 % wrong can be promised of 0 of 12 pictures. 0 of 20 pictures are checked." in refused.err


def test_a_promise_sorts_what_a_persons_answers_to_chance_allow(
    sort: Command, quick_path: Path, pictures: Path, target: Path, paint: Callable[..., Path]
) -> None:
    for colour in ("red", "green", "blue"):
        for number in range(10):
            paint(pictures / f"{colour} more {number}.png", colour)
    project = quick_path / "mine.fewshot"
    assert sort("copy", "--dry-run", "--project", project).code == 0
    with closing(Session.open(project)) as session:
        asked = audit(evidence_of(session), 20).tolist()
        session.confirm(asked, audit=True)
    outcome = sort("copy", "--promise", 1, "--project", project, "--json")
    assert outcome.code == 0
    promise = outcome.json["promise"]
    assert (promise["target"], promise["filed"]) == (1, 22)
    assert outcome.json["done"] == 42


def test_a_person_has_the_last_word(
    sort: Command, command: Command, pictures: Path, target: Path, quick_path: Path
) -> None:
    project = quick_path / "mine.fewshot"
    assert sort("copy", "--dry-run", "--project", project).code == 0
    session = Session.open(project)
    (red,) = (c.id for c in session.classes if c.name == "red")
    session.label(session.ids_of([pictures / "blue 1.png"]), red)
    session.label(session.ids_of([pictures / "blue 2.png"]), 0)
    session.close()
    outcome = sort("copy", "--min-confidence", 1, "--project", project, "--json")
    assert outcome.json["counts"] == {"red": 1}
    assert contents(target).keys() == {"red/blue 1.png"}


def test_examples_beside_the_pictures_stay_where_they_are(
    command: Command, examples: Path, pictures: Path, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(pictures)
    before = contents(examples)
    given = ("--examples", "../examples", "--pictures", ".", "--to", "../sorted", "--action", "move")
    assert command("sort", *given, tiny=True).code == 0
    assert contents(examples) == before
    assert sorted_rightly(target)


def test_the_target_may_lie_beside_and_hold_other_things(sort: Command, target: Path) -> None:
    (target / "red").mkdir(parents=True)
    (target / "red" / "red 1.png").write_bytes(b"an older red 1")
    (target / "letters.txt").write_text("mine")
    outcome = sort("copy", "--json")
    assert outcome.code == 0
    assert (target / "red" / "red 1.png").read_bytes() == b"an older red 1"
    assert (target / "red" / "red 1 (2).png").is_file()
    assert (target / "letters.txt").read_text() == "mine"


def test_ctrl_c_ends_the_file_under_way_and_leaves_a_run_that_can_be_undone(
    sort: Command, command: Command, pictures: Path, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from signal import SIGINT, getsignal, raise_signal

    from fewshot_gui.sorting import files

    before, handler = contents(pictures), getsignal(SIGINT)
    give_name = files.give_name

    def press_during_the_third(old: Path, new: Path) -> None:
        give_name(old, new)
        if new.name.startswith("blue 2"):
            raise_signal(SIGINT)

    monkeypatch.setattr(files, "give_name", press_during_the_third)
    outcome = sort("move", "--json")
    assert outcome.code == 1
    assert 0 < outcome.json["done"] < 12
    assert "stopped" in outcome.json["stopped"]
    assert len(contents(pictures)) == 12 - outcome.json["done"]
    assert getsignal(SIGINT) == handler
    monkeypatch.setattr(files, "give_name", give_name)
    assert command("undo", "--json").json["restored"] == outcome.json["done"]
    assert contents(pictures) == before


def test_a_run_survives_in_the_data_folder(sort: Command, command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    sort("copy")
    assert len(list((Path(os.environ["FEWSHOT_GUI_DATA"]) / "runs").iterdir())) == 1
    monkeypatch.setenv("FEWSHOT_GUI_DATA", os.environ["FEWSHOT_GUI_DATA"] + " of another person")
    assert command("runs", "--json").json == {"runs": []}


# ---- what the plan says


def test_the_plan_says_why_and_what_goes_along(sort: Command, pictures: Path, target: Path) -> None:
    (pictures / "red 1.xmp").write_text("sidecar")
    outcome = sort("copy", "--dry-run", "--json").json
    picture = next(step for step in outcome["plan"] if step["from"] == str(pictures / "red 1.png"))
    sidecar = next(step for step in outcome["plan"] if step["from"] == str(pictures / "red 1.xmp"))
    assert picture["with"] == [sidecar["from"]] and sidecar["goes_with"] == picture["from"]
    assert picture["class"] == "red" and not picture["said"]
    assert picture["why"] == f"red, {100 * picture['confidence']:.0f} %"
    assert (outcome["files"], outcome["collisions"], outcome["unfit"], outcome["moved_on"]) == (13, 0, 0, [])
    assert outcome["folders"]["red"] == str(target / "red")
    (volume,) = outcome["space"]
    assert volume["folder"] == str(target) and volume["free"] > volume["needed"] >= outcome["needed_bytes"] > 0
    told = sort("copy", "--dry-run").out
    assert f"{target / 'red' / 'red 1.png'} ({picture['why']}; with red 1.xmp)" in told
    assert f"{target / 'red' / 'red 1.xmp'} (goes with red 1.png)" in told
    assert "0 already there." in told and " free are needed for " in told
    assert "13 files in all, 0.0 MB." in told
    told = sort("move", "--dry-run").out
    assert "13 files in all" in told and "0.0 MB of " in told, "free space is told also where none is needed"


def test_sub_folders_can_be_kept(sort: Command, target: Path) -> None:
    assert sort("copy", "--keep-subfolders").code == 0
    assert (target / "red" / "deeper" / "red 0.png").is_file()
    assert (target / "red" / "red 1.png").is_file()


def test_pictures_can_get_names_from_a_template(sort: Command, target: Path) -> None:
    assert sort("copy", "--name", "{class}-{n}").code == 0
    assert sorted(p.name for p in (target / "red").iterdir()) == [f"red-{n}.png" for n in range(1, 5)]


@pytest.mark.parametrize("template", ["{colour}", "../{name}", "{name"])
def test_a_wrong_template_is_refused_before_anything(
    sort: Command, pictures: Path, monkeypatch: pytest.MonkeyPatch, template: str
) -> None:
    monkeypatch.setattr("fewshot_gui.batch.find", lambda folder: pytest.fail("it looked at the pictures"))
    outcome = sort("copy", "--name", template)
    assert outcome.code == 2 and outcome.err.startswith("The name template")


def test_the_unsure_get_their_own_folder_when_asked_for(sort: Command, target: Path) -> None:
    outcome = sort("copy", "--min-confidence", 1, "--unsure", "to look at", "--json")
    assert outcome.json["counts"] == {"to look at": 12}
    assert len(list((target / "to look at").iterdir())) == 12


def test_a_folder_for_the_rest_cannot_be_the_one_of_a_class(sort: Command) -> None:
    outcome = sort("copy", "--none", "Red")
    assert outcome.code == 2 and "would be the one of the class red" in outcome.err


def relabel(project: Path, picture: Path, name: str) -> None:
    session = Session.open(project)
    (class_id,) = (c.id for c in session.classes if c.name == name)
    session.label(session.ids_of([picture]), class_id)
    session.close()


def test_sorting_again_moves_only_what_was_corrected(
    sort: Command, command: Command, pictures: Path, target: Path, quick_path: Path
) -> None:
    project = quick_path / "mine.fewshot"
    first = sort("copy", "--project", project, "--json").json["run"]
    relabel(project, pictures / "blue 1.png", "red")
    (pictures / "red 9.png").write_bytes((pictures / "red 1.png").read_bytes() + b" ")
    told = sort("copy", "--project", project, "--dry-run").out
    assert "11 already there, 1 moves from blue to red." in told
    outcome = sort("copy", "--project", project, "--json").json
    assert outcome["moved_on"] == [{"from": "blue", "to": "red", "pictures": 1}]
    assert [(step["action"], step["said"]) for step in outcome["plan"]] == [("move", True), ("copy", False)]
    assert (outcome["done"], len(outcome["runs"])) == (2, 2)
    assert {p.name for p in (target / "red").iterdir()} >= {"blue 1.png", "red 1.png", "red 9.png"}
    assert not (target / "blue" / "blue 1.png").exists()
    early = command("undo", first, "--file", pictures / "blue 1.png", "--json")
    (left,) = early.json["left"]
    assert early.code == 1 and left["path"] == str(target / "blue" / "blue 1.png")
    assert f"was sorted again by run {outcome['runs'][1]}." in left["reason"]
    for run in (*outcome["runs"], first):
        assert command("undo", run).code == 0
    assert not target.exists() and (pictures / "blue 1.png").is_file()


def test_a_sorted_folder_is_sorted_again_in_itself_after_a_move(
    sort: Command, command: Command, examples: Path, target: Path, quick_path: Path
) -> None:
    project = quick_path / "mine.fewshot"
    assert sort("move", "--project", project).code == 0
    relabel(project, target / "blue" / "blue 1.png", "red")
    (target / "mine").mkdir()
    (target / "mine" / "own.png").write_bytes((target / "red" / "red 1.png").read_bytes() + b" ")
    given = ("--examples", examples, "--pictures", target, "--to", target, "--action", "move", "--project", project)
    outcome = command("sort", *given, "--json", tiny=True).json
    assert outcome["moved_on"] == [{"from": "blue", "to": "red", "pictures": 1}]
    assert outcome["already_there"] == 11
    assert (target / "red" / "blue 1.png").is_file() and (target / "mine" / "own.png").is_file()
