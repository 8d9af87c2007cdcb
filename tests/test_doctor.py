"""fewshot-gui doctor: every illness is named with what to do, and none ends the examination."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fewshot_gui.doctor import Mask, examine, report
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


PRIVATE = ["ann", "Secret", "Divorce", "Wedding", "IMG_2041", "Müller", "旅行", "猫", "best", "passport"]
HOME = "/home/ann"
SENTENCES = [
    'Can\'t read "/home/ann/Secret Pictures/IMG_2041.JPG". It is empty (0 bytes).',
    "Can't read \"/home/ann/Secret Pictures/the 'best' one.jpg\". It is cut short or damaged.",
    'Can\'t read "/home/ann/my "best" Divorce/IMG_2041.jpg". It is cut short.',
    'No example of "Müller" can be read. It is empty. Add another picture to it.',
    "/home/ann/Divorce papers/my Wedding.safetensors can't be read as weights: header too large",
    "The folder /home/ann/Secret Pictures can't be opened",
    '"IMG_2041.jpg" is not there any more: it was moved, renamed or deleted.',
    "Reading IMG_2041.jpg failed; passport.PNG, too.",
    r'Can\'t open the folder "C:\Users\ann\Secret Pictures". It does not exist.',
    r"C:\Users\ann\Divorce\IMG_2041.tif is larger than 512 MB.",
    r"\\server\Wedding\IMG_2041.jpg stalls",
    "~/Secret/passport.png is gone",
    "无法读取“/home/ann/旅行/猫.jpg”。文件为空。",
    "「猫」里没有图片。",
    'Two classes hold the same picture: "Wedding/IMG_2041.jpg" and "Divorce/IMG_2041.jpg".',
    "Müller and 猫 are much alike.",
    "Run by ann on a computer.",
]


@pytest.fixture
def mask(monkeypatch: pytest.MonkeyPatch) -> Mask:
    monkeypatch.setenv("HOME", HOME)
    monkeypatch.setattr("getpass.getuser", lambda: "ann")
    return Mask([Path("/home/ann/Secret Pictures")], ["Müller", "猫", "Wedding"])


@pytest.mark.parametrize("sentence", SENTENCES)
def test_no_path_and_no_name_survives_the_mask(mask: Mask, sentence: str) -> None:
    masked = mask(sentence)
    assert not [word for word in PRIVATE if word.casefold() in masked.casefold()], masked


def test_what_is_wrong_survives_the_mask(mask: Mask) -> None:
    said = [mask(sentence) for sentence in SENTENCES]
    assert said[0] == 'Can\'t read "<folder 1>/<name 1>.jpg". It is empty (0 bytes).'
    assert said[4].endswith("can't be read as weights: header too large")
    assert mask("12 pictures/s, loss 0.5/1, and/or 3 x 4") == "12 pictures/s, loss 0.5/1, and/or 3 x 4"


def test_the_same_file_has_the_same_number_and_another_file_another(mask: Mask) -> None:
    first, again, other = (mask(f'"/p/q/{name}.jpg" is empty.') for name in ("a", "a", "b"))
    assert first == again
    assert first != other
    assert first.split("/")[0] == other.split("/")[0]


def test_the_report_tells_what_helps_and_nothing_private(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", HOME)
    told = report(
        examine(),
        settings={"theme": "dark", "project": "/home/ann/Divorce/x.fewshot", "geometry": b"\x01\x02", "cores": 2},
        counts={"pictures": 712, "classes": 3},
        warnings=[f"{n} {sentence}" for n in range(10) for sentence in SENTENCES],
        folders=[Path("/home/ann/Secret Pictures")],
        names=["Müller", "猫", "Wedding", "ann"],
    )
    assert not [word for word in PRIVATE if word.casefold() in told.casefold()]
    for word in (
        "ok  Versions: torch ",
        "1000 million pixels",
        "theme: dark",
        "cores: 2",
        "pictures: 712",
        "It is empty",
    ):
        assert word in told
    assert "geometry" not in told
    assert "0 Can't read" not in told  # the last fifty only


def test_a_report_is_written_and_replaces_nothing(command: Command, tmp_path: Path) -> None:
    file = tmp_path / "report.txt"
    assert command("doctor", "--report", file).code == 0
    written = file.read_text("utf-8")
    assert written.startswith("Diagnostic report. It holds no pictures")
    assert str(tmp_path) not in written
    assert "<data folder>" in written
    refused = command("doctor", "--report", file)
    assert (refused.code, "can't be written" in refused.err) == (2, True)
    assert file.read_text("utf-8") == written
