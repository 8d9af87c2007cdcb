"""fewshot-gui export: from a project that classify has saved, by the command line."""

import csv
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fewshot_gui import __main__

Command = Callable[..., Any]


@pytest.fixture
def project(command: Command, examples: Path, pictures: Path, tmp_path: Path) -> Path:
    """A project with twelve classified pictures and a damaged one, and results.csv beside it."""
    (pictures / "broken.jpg").write_bytes(b"\xff\xd8\xff no more")
    project, results = tmp_path / "colours.fewshot", tmp_path / "results.csv"
    options = ["--examples", examples, "--pictures", pictures, "--out", results, "--project", project]
    assert command("classify", *options, tiny=True).code == 1
    return project


def rows_of(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as opened:
        return list(csv.DictReader(opened))


def test_the_table_of_a_project_is_results_csv_and_who_said_so(
    command: Command, project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "fewshot_gui.learner.learner", None)  # it is not needed
    outcome = command("export", "--project", project, "--format", "csv", "--out", tmp_path / "out.csv", "--json")
    assert (outcome.code, outcome.err) == (1, "")
    assert outcome.json["out"] == str(tmp_path / "out.csv")
    assert (outcome.json["pictures"], outcome.json["by_person"], outcome.json["by_machine"]) == (13, 0, 12)
    assert [Path(entry["path"]).name for entry in outcome.json["unreadable"]] == ["broken.jpg"]
    exported, results = rows_of(tmp_path / "out.csv"), rows_of(tmp_path / "results.csv")
    assert [row.pop("said_by") for row in exported] == [
        "" if r["decision"] == "unreadable" else "machine" for r in results
    ]
    for ours, theirs in zip(exported, results, strict=True):
        same = ("path", "label", "second_label", "decision")
        assert [ours[k] for k in same] == [theirs[k] for k in same]
        if ours["decision"] != "unknown":  # of what is unlike all, the project keeps how sure that is
            assert ours["confidence"] == theirs["confidence"]


@pytest.mark.parametrize(
    ("format", "made"), [("json", None), ("xmp", "deeper/red 0.png.xmp"), ("label-studio", "tasks.json")]
)
def test_every_format_is_written_and_told_in_words(
    command: Command, project: Path, tmp_path: Path, format: str, made: str | None
) -> None:
    out = tmp_path / "out"
    outcome = command("export", "--project", project, "--format", format, "--out", out)
    assert (outcome.code, outcome.err) == (1, "")
    assert f"pictures are in {out}: 0 by you, 12 by the machine" in outcome.out
    assert "broken.jpg" in outcome.out
    assert (out / made if made else out).is_file()
    if format == "json":
        assert len(json.loads(out.read_text())) == 13


def test_what_can_not_be_done_is_refused_in_a_sentence(command: Command, project: Path, tmp_path: Path) -> None:
    out = tmp_path / "results.csv"
    before = out.read_bytes()
    outcome = command("export", "--project", project, "--format", "csv", "--out", out)
    assert (outcome.code, outcome.out) == (2, "")
    assert "exists already" in outcome.err
    assert out.read_bytes() == before
    outcome = command("export", "--project", tmp_path / "gone.fewshot", "--format", "csv", "--out", tmp_path / "new")
    assert (outcome.code, outcome.out) == (2, "")
    assert "There is no project" in outcome.err
    assert not (tmp_path / "gone.fewshot").exists()
    assert command("export", "--project", project, "--format", "pdf", "--out", tmp_path / "new").code == 2


def test_export_is_a_command_and_no_folder_to_open() -> None:
    assert "export" in __main__.COMMANDS
