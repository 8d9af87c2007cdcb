"""fewshot-gui classify: results.csv, JSON, exit codes and project, as the contract says."""

import csv
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from fewshot_gui.images.find import NEEDS_HEIF, PICTURE_SUFFIXES
from fewshot_gui.session import Session

Command = Callable[..., Any]
Paint = Callable[..., Path]
COLUMNS = ["path", "label", "confidence", "second_label", "second_confidence", "decision", "reason"]


def rows_of(results: Path) -> list[dict[str, str]]:
    with results.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        rows = list(reader)
    assert reader.fieldnames == COLUMNS
    return rows


@pytest.fixture
def classify(command: Command, examples: Path, pictures: Path, tmp_path: Path) -> Command:
    """Classify the pictures; further arguments are added."""

    def classify(*more: object) -> Any:
        out = tmp_path / "results.csv"
        return command("classify", "--examples", examples, "--pictures", pictures, "--out", out, *more, tiny=True)

    return classify


@pytest.fixture
def results(tmp_path: Path) -> Path:
    return tmp_path / "results.csv"


def test_every_picture_gets_one_line_with_its_class(classify: Command, pictures: Path, results: Path) -> None:
    outcome = classify()
    assert (outcome.code, outcome.err) == (0, "")
    rows = rows_of(results)
    assert sorted(row["path"] for row in rows) == sorted(str(path) for path in pictures.rglob("*.png"))
    for row in rows:
        assert Path(row["path"]).name.startswith(row["label"])
        assert row["decision"] == row["label"]
        assert row["second_label"] in {"red", "green", "blue"} - {row["label"]}
        assert 1 >= float(row["confidence"]) >= float(row["second_confidence"]) >= 0
        assert row["reason"].endswith(".")
    assert "12 pictures classified" in outcome.out


def test_json_is_one_object_on_stdout_and_nothing_else(classify: Command, results: Path) -> None:
    outcome = classify("--json")
    assert outcome.err == ""
    seconds = outcome.json.pop("seconds")
    assert seconds > 0
    assert outcome.json["decisions"] == {"red": 4, "green": 4, "blue": 4}
    assert {**outcome.json, "seconds": 0, "decisions": {}} == {
        "out": str(results),
        "pictures": 12,
        "decisions": {},
        "seconds": 0,
        "unreadable": [],
    }


def test_unreadable_pictures_are_listed_and_exit_with_1(classify: Command, pictures: Path, results: Path) -> None:
    (pictures / "broken.jpg").write_bytes(b"\xff\xd8\xff no more")
    (pictures / "empty.png").touch()
    outcome = classify("--json")
    assert outcome.code == 1
    assert [Path(entry["path"]).name for entry in outcome.json["unreadable"]] == ["broken.jpg", "empty.png"]
    broken = {Path(r["path"]).name: r for r in rows_of(results) if r["decision"] == "unreadable"}
    assert broken.keys() == {"broken.jpg", "empty.png"}
    assert "0 bytes" in broken["empty.png"]["reason"]
    assert all(row[column] == "" for row in broken.values() for column in COLUMNS[1:5])
    assert len(rows_of(results)) == 14


def test_an_unreadable_example_is_listed_too(classify: Command, examples: Path, results: Path) -> None:
    (examples / "red" / "broken.png").write_bytes(b"\x89PNG no more")
    outcome = classify()
    assert outcome.code == 1
    assert str(examples / "red" / "broken.png") in outcome.out
    assert len(rows_of(results)) == 12


@pytest.mark.skipif(".heic" in PICTURE_SUFFIXES, reason="HEIC can be read here")
def test_a_picture_that_needs_an_extra_is_not_passed_over_in_silence(
    classify: Command, pictures: Path, results: Path
) -> None:
    (pictures / "phone.heic").write_bytes(b"x")
    outcome = classify("--json")
    assert outcome.code == 1
    assert outcome.json["unreadable"] == [{"path": str(pictures / "phone.heic"), "reason": NEEDS_HEIF}]
    assert rows_of(results)[-1] == dict(
        zip(COLUMNS, [str(pictures / "phone.heic"), "", "", "", "", "unreadable", NEEDS_HEIF], strict=True)
    )


def test_what_is_unlike_all_examples_is_unknown_and_its_likeliest_class_still_told(
    command: Command, examples: Path, pictures: Path, tmp_path: Path, results: Path
) -> None:
    import torch

    from fewshot_gui.learner.backbone import TINY
    from fewshot_gui.learner.weights import save_weights, untrained

    tiny = untrained(TINY)
    strict = replace(tiny, confidence=replace(tiny.confidence, known_threshold=torch.tensor(2.0)))
    save_weights(tmp_path / "strict.safetensors", strict)
    given = ("--examples", examples, "--pictures", pictures, "--weights", tmp_path / "strict.safetensors")
    outcome = command("classify", *given, "--out", results, "--json")
    assert outcome.code == 0
    assert outcome.json["decisions"] == {"unknown": 12}
    for row in rows_of(results):
        assert row["decision"] == "unknown"
        assert Path(row["path"]).name.startswith(row["label"])
        assert row["reason"] == "It is unlike all examples."


def test_chinese_and_odd_names_go_through(command: Command, paint: Paint, tmp_path: Path, results: Path) -> None:
    names = {"红色": "red", 'blau, "und" grün': "blue"}
    for name, colour in names.items():
        for n in range(2):
            paint(tmp_path / "例子" / name / f"例 {n}.png", colour)
        paint(tmp_path / "照片" / f"一张{name[:2]},图.png", colour)
    broken = tmp_path / "照片" / os.fsdecode(b"caf\xe9.png")
    try:
        paint(broken, "blue")
    except OSError:  # this file system takes no such name
        paint(tmp_path / "照片" / "caf\\xe9.png", "blue")
    given = ("--examples", tmp_path / "例子", "--pictures", tmp_path / "照片", "--out", results)
    outcome = command("classify", *given, "--json", tiny=True)
    assert outcome.code == 0
    assert outcome.out.isascii()
    assert outcome.json["decisions"] == {"红色": 1, 'blau, "und" grün': 2}
    rows = {Path(row["path"]).name: row["decision"] for row in rows_of(results)}
    assert rows["一张红色,图.png"] == "红色"
    assert rows["caf\\xe9.png"] == 'blau, "und" grün'
    assert results.read_bytes().startswith(b"\xef\xbb\xbfpath,label,")


def test_a_terminal_without_chinese_letters_ends_no_run(
    examples: Path, pictures: Path, results: Path, tiny_weights: Path
) -> None:
    """And: python -m fewshot_gui is the command, with progress and sentences kept off stdout."""
    (examples / "red").rename(examples / "红")
    (pictures / "red 1.png").rename(pictures / "图.png")
    (pictures / "图.png").write_bytes(b"no picture")
    arguments = ["--examples", examples, "--pictures", pictures, "--out", results, "--weights", tiny_weights]
    done = subprocess.run(
        [sys.executable, "-m", "fewshot_gui", "classify", *map(str, arguments)],
        env=os.environ | {"PYTHONIOENCODING": "cp1252"},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    assert b"\\u7ea2: 3" in done.stdout
    assert b"\\u56fe.png: " in done.stdout
    assert done.stderr == b""
    assert {row["decision"] for row in rows_of(results)} == {"红", "green", "blue", "unreadable"}


def test_an_earlier_results_file_is_replaced_and_its_folder_left_clean(classify: Command, results: Path) -> None:
    assert classify().code == 0
    first = results.read_bytes()
    before = sorted(results.parent.iterdir())
    assert classify().code == 0
    assert results.read_bytes() == first
    assert sorted(results.parent.iterdir()) == before


def test_the_same_command_gives_the_same_answers_whatever_the_cache_knows(
    classify: Command, results: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    classify()
    cold = results.read_bytes()
    classify()
    assert results.read_bytes() == cold
    (tmp_path / "a file").touch()
    monkeypatch.setenv("FEWSHOT_GUI_CACHE", str(tmp_path / "a file"))
    assert classify().code == 0
    assert results.read_bytes() == cold


def test_folders_may_be_named_from_where_one_stands(
    command: Command, examples: Path, pictures: Path, results: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(pictures)
    given = ("--examples", "../examples", "--pictures", ".", "--out", "../results.csv")
    assert command("classify", *given, tiny=True).code == 0
    rows = rows_of(results)
    assert sorted(row["path"] for row in rows) == sorted(str(path) for path in pictures.rglob("*.png"))
    assert not any(row["reason"] == "You said so." for row in rows)


def test_examples_that_lie_among_the_pictures_are_what_the_person_said(
    command: Command, examples: Path, pictures: Path, results: Path
) -> None:
    examples = examples.rename(pictures / "examples")
    given = ("--examples", examples, "--pictures", pictures, "--out", results)
    assert command("classify", *given, tiny=True).code == 0
    said = [row for row in rows_of(results) if row["reason"] == "You said so."]
    assert len(said) == 9 and len(rows_of(results)) == 21
    assert all(row["decision"] == Path(row["path"]).parent.name for row in said)
    assert all(row["second_label"] != row["label"] for row in said)


def test_a_project_remembers_classes_examples_and_corrections(
    classify: Command, pictures: Path, results: Path, quick_path: Path
) -> None:
    project = quick_path / "mine.fewshot"
    assert classify("--project", project).code == 0
    session = Session.open(project)
    assert [c.name for c in session.classes] == ["blue", "green", "red"]
    assert session.counts().predicted == {c.id: 4 for c in session.classes}
    (red,) = (c.id for c in session.classes if c.name == "red")
    session.label(session.ids_of([pictures / "blue 1.png"]), red)
    session.label(session.ids_of([pictures / "blue 2.png"]), 0)
    session.close()
    assert classify("--project", project).code == 0
    rows = {Path(row["path"]).name: row for row in rows_of(results)}
    assert (rows["blue 1.png"]["decision"], rows["blue 1.png"]["reason"]) == ("red", "You said so.")
    assert rows["blue 2.png"]["decision"] == "unknown"
    session = Session.open(project)
    assert [len(session.examples(c.id)) for c in session.classes] == [3, 3, 4]
    session.close()
    assert list(quick_path.iterdir()) == [project]


def test_what_a_person_said_goes_with_a_picture_that_was_renamed(
    classify: Command, pictures: Path, results: Path, quick_path: Path
) -> None:
    project = quick_path / "mine.fewshot"
    assert classify("--project", project).code == 0
    session = Session.open(project)
    (red,) = (c.id for c in session.classes if c.name == "red")
    session.label(session.ids_of([pictures / "blue 1.png"]), red)
    session.close()
    (pictures / "blue 1.png").rename(pictures / "holiday.png")
    outcome = classify("--project", project, "--json")
    assert (outcome.code, outcome.json["unreadable"]) == (0, [])
    rows = {Path(row["path"]).name: row for row in rows_of(results)}
    assert (rows["holiday.png"]["decision"], rows["holiday.png"]["reason"]) == ("red", "You said so.")


def test_a_picture_that_left_the_folder_of_a_project_is_said(
    classify: Command, pictures: Path, quick_path: Path
) -> None:
    project = quick_path / "mine.fewshot"
    assert classify("--project", project).code == 0
    (pictures / "blue 1.png").unlink()
    outcome = classify("--project", project, "--json")
    assert outcome.code == 1
    assert [entry["path"] for entry in outcome.json["unreadable"]] == [str(pictures / "blue 1.png")]


def test_without_a_project_nothing_is_left_but_the_results(
    classify: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    assert classify().code == 0
    assert list(scratch.iterdir()) == []
    assert not (Path(os.environ["FEWSHOT_GUI_DATA"]) / "projects").exists()


def test_a_mistake_in_the_program_is_no_ordinary_exit(classify: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fewshot_gui.batch.answers", lambda *_: 1 / 0)
    outcome = classify()
    assert outcome.code == 3
    assert "ZeroDivisionError" in outcome.err


def test_stopping_with_ctrl_c_is_not_the_exit_of_a_run_that_is_done(
    classify: Command, monkeypatch: pytest.MonkeyPatch, quick_path: Path
) -> None:
    def pressed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("fewshot_gui.batch.classify", pressed)
    assert classify("--project", quick_path / "mine.fewshot").code not in (0, 1)
    assert not (quick_path / "mine.fewshot").exists()


def test_every_command_is_known_to_the_way_in(command: Command) -> None:
    import typer.main

    from fewshot_gui.__main__ import COMMANDS
    from fewshot_gui.cli import app

    assert sorted(COMMANDS) == sorted(typer.main.get_command(app).commands)  # type: ignore[attr-defined]
    helped = command("--help")
    assert helped.code == 0
    assert all(name in helped.out for name in COMMANDS)


def test_the_folder_helps_when_asked_to(classify: Command, results: Path, pictures: Path, paint: Paint) -> None:
    for n in range(4, 9):
        for colour in ("red", "green", "blue"):
            paint(pictures / f"{colour} {n}.png", colour)
    classify()
    alone = rows_of(results)
    classify("--folder-helps")
    helped = rows_of(results)
    assert [row["path"] for row in helped] == [row["path"] for row in alone]
    assert [row["confidence"] for row in helped] != [row["confidence"] for row in alone]
    assert all(Path(row["path"]).name.startswith(row["label"]) for row in helped)
    classify()
    assert rows_of(results) == alone


def test_sorting_can_be_helped_by_the_folder_too(
    command: Command, examples: Path, pictures: Path, tmp_path: Path
) -> None:
    given = ("--examples", examples, "--pictures", pictures, "--to", tmp_path / "sorted", "--action", "copy")
    outcome = command("sort", *given, "--folder-helps", "--dry-run", "--json", tiny=True)
    assert outcome.json["counts"] == {"red": 4, "green": 4, "blue": 4}
