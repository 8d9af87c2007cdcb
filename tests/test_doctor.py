"""fewshot-gui doctor: every illness is named with what to do, and none ends the examination."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fewshot_gui.doctor import examine
from fewshot_gui.learner.backbone import TINY
from fewshot_gui.learner.device import choose_device
from fewshot_gui.learner.errors import WeightsError
from fewshot_gui.learner.weights import untrained

Command = Callable[..., Any]
LOOKED_AT = ["System", "Versions", "Data folder", "Cache folder", "Picture formats", "Window", "Device", "Learner"]


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """A tiny network inside the program, on the processor."""
    monkeypatch.setattr("fewshot_gui.learner.learner.load_weights", lambda _: untrained(TINY))
    monkeypatch.setattr("fewshot_gui.learner.learner.choose_device", lambda _: choose_device("cpu"))


def test_a_healthy_program_is_found_healthy(command: Command) -> None:
    outcome = command("doctor", "--json")
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.json["ok"] is True
    assert [finding["what"] for finding in outcome.json["findings"]] == LOOKED_AT
    assert all(finding["ok"] and finding["found"] for finding in outcome.json["findings"])


def test_people_get_one_line_for_each_thing(command: Command) -> None:
    lines = command("doctor").out.splitlines()
    assert [line[:3] for line in lines] == ["ok "] * len(LOOKED_AT)
    assert lines[-1].startswith("ok  Learner: 5 classes of 5 examples adapted in ")


def test_a_folder_that_cannot_be_written_is_named_with_what_to_do(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("FEWSHOT_GUI_DATA", str(tmp_path / "file"))
    outcome = command("doctor", "--json")
    assert outcome.code == 1
    bad = [finding for finding in outcome.json["findings"] if not finding["ok"]]
    assert [finding["what"] for finding in bad] == ["Data folder"]
    assert str(tmp_path / "file") in bad[0]["found"]
    assert "Make the folder writable, or choose another one with FEWSHOT_GUI_DATA." in bad[0]["found"]
    assert "BAD Data folder: " in command("doctor").out


def test_an_ill_learner_is_told_and_the_rest_still_examined(monkeypatch: pytest.MonkeyPatch) -> None:
    def ill(_: object) -> None:
        raise WeightsError("The weights are damaged")

    monkeypatch.setattr("fewshot_gui.learner.learner.load_weights", ill)
    findings = {finding.what: finding for finding in examine()}
    assert list(findings) == LOOKED_AT
    assert not findings["Learner"].ok
    assert findings["Learner"].found == "WeightsError: The weights are damaged. Install the program again."
    assert all(finding.ok for what, finding in findings.items() if what != "Learner")
