"""What each format holds: read back, it gives the decisions; no name breaks it, and no name becomes a formula."""

import csv
import io
import json
import re
from pathlib import Path
from urllib.parse import unquote_to_bytes
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fewshot_gui.exports import csv_table, json_list, label_studio, xmp
from fewshot_gui.exports.records import MACHINE, PERSON, MachineSaid, Record, Saved

FOLDER = Path("/photos/holidays")
NAMES = st.text(min_size=1)
CHANCES = st.floats(0, 1)
MACHINES = st.builds(MachineSaid, NAMES, CHANCES, st.booleans(), NAMES, CHANCES)
PLACES = st.binary(min_size=1, max_size=40).filter(
    lambda b: b"/" not in b and b"\0" not in b and b not in (b".", b"..")
)


@st.composite
def records(draw: st.DrawFn) -> Record:
    """A picture of any name, of which a person, the machine, both or neither have said anything."""
    place = Path(draw(PLACES).decode("utf-8", "surrogateescape"))
    person = draw(st.none() | st.just("") | NAMES)
    problem = draw(st.just("") | NAMES)
    return Record(FOLDER / place, place, person, draw(st.none() | MACHINES), problem, draw(st.text()))


def saved(*some: Record) -> Saved:
    return Saved(FOLDER, tuple(dict.fromkeys(r.label for r in some if r.label)), some)


def one(person: str | None = None, machine: MachineSaid | None = None, name: str = "a.jpg") -> Record:
    return Record(FOLDER / name, Path(name), person, machine)


def written(module: object, what: Saved) -> str:
    file = io.StringIO(newline="")
    module.write(what, file, lambda done: None)  # type: ignore[attr-defined]
    return file.getvalue()


def unguarded(cell: str) -> str:
    """The text that csv_table.guarded made this cell of."""
    return cell[1:] if cell.startswith("'") and csv_table.guarded(cell[1:]) == cell else cell


def rows_of(text: str) -> list[dict[str, str]]:
    return [
        {column: unguarded(cell) for column, cell in row.items()}
        for row in csv.DictReader(io.StringIO(text, newline=""))
    ]


@given(st.lists(records(), max_size=4))
def test_csv_read_back_gives_the_decisions(some: list[Record]) -> None:
    rows = rows_of(written(csv_table, saved(*some)))
    assert [(row["decision"], row["said_by"], row["reason"]) for row in rows] == [
        (record.decision, record.said_by, record.reason) for record in some
    ]
    for row, record in zip(rows, some, strict=True):
        if record.person is not None:
            assert (row["label"], row["confidence"]) == (record.person, "1.0000")
        elif record.machine is not None:
            said = record.machine
            assert (row["label"], row["second_label"]) == (said.label, said.second)
            assert float(row["confidence"]) == pytest.approx(said.confidence, abs=1e-4)
        else:
            assert (row["label"], row["confidence"], row["second_label"]) == ("", "", "")


@given(st.text())
def test_a_guarded_cell_is_no_formula_and_gives_its_text_back(text: str) -> None:
    cell = csv_table.guarded(text)
    assert cell[:1] not in set("=+-@\t\r\n＝＋－＠") or not cell
    assert unguarded(cell) == text


@pytest.mark.parametrize("name", ['=HYPERLINK("http://a", "b")', "+1", "-1", "@SUM(1)", "\t=1", "＝1", "'=1"])
def test_a_class_named_like_a_formula_stays_a_name(name: str) -> None:
    (row,) = csv.DictReader(io.StringIO(written(csv_table, saved(one(name))), newline=""))
    assert row["label"] == row["decision"] == f"'{name}"
    assert rows_of(written(csv_table, saved(one(name))))[0]["label"] == name


def test_an_apostrophe_of_ones_own_is_left_alone() -> None:
    assert csv_table.guarded("'tis a cat") == "'tis a cat"


def test_csv_tells_of_a_persons_word_what_the_machine_would_have_said() -> None:
    said = MachineSaid("cat", 0.8, second="dog", second_confidence=0.2)
    first, second = rows_of(written(csv_table, saved(one("dog", said), one("cat", said))))
    assert (first["label"], first["second_label"], first["second_confidence"]) == ("dog", "cat", "0.8000")
    assert (second["label"], second["second_label"], second["second_confidence"]) == ("cat", "dog", "0.2000")


@given(st.lists(records(), max_size=4))
def test_json_read_back_gives_what_each_has_said(some: list[Record]) -> None:
    text = written(json_list, saved(*some)).encode("utf-8", "backslashreplace")
    found = json.loads(text)
    assert [(one["decision"], one["said_by"]) for one in found] == [(r.decision, r.said_by) for r in some]
    for got, record in zip(found, some, strict=True):
        assert (got["problem"], got["reason"]) == (record.problem, record.reason)
        assert (got["person"] is None) == (record.person is None)
        assert record.person is None or got["person"]["label"] == (record.person or None)
        said = record.machine
        assert (got["machine"] is None) == (said is None)
        if said is not None:
            machine = got["machine"]
            assert machine["label"] == (None if said.is_none else said.label)
            assert (machine["confidence"], machine["likeliest"]) == (said.confidence, said.label)
            assert (machine["second_label"], machine["second_confidence"]) == (said.second, said.second_confidence)


def keywords(packet: str) -> tuple[list[str], list[str]]:
    """The words in dc:subject and in lr:hierarchicalSubject."""
    tree = ElementTree.fromstring(packet.encode())
    bags = ("dc:subject", "lr:hierarchicalSubject")
    found = [tree.findall(f".//{bag}/rdf:Bag/rdf:li", xmp.NAMESPACES) for bag in bags]
    return [li.text or "" for li in found[0]], [li.text or "" for li in found[1]]


@given(NAMES)
def test_a_sidecar_is_xml_and_holds_the_class_whatever_its_name(name: str) -> None:
    words, branches = keywords(xmp.packet(one(name)))
    held = re.sub("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "\ufffd", name)
    assert words == [held]
    assert branches == ["Fewshot|" + held.replace("|", "/")]


def test_a_sidecar_tells_who_said_so_and_how_sure() -> None:
    def told(record: Record) -> tuple[str | None, str | None]:
        about = ElementTree.fromstring(xmp.packet(record).encode()).find(".//rdf:Description", xmp.NAMESPACES)
        assert about is not None
        ours = xmp.NAMESPACES["fewshot"]
        return about.get(f"{{{ours}}}saidBy"), about.get(f"{{{ours}}}confidence")

    assert told(one("cat", MachineSaid("dog", 0.7))) == (PERSON, "1.0000")
    assert told(one(None, MachineSaid("dog", 0.7))) == (MACHINE, "0.7000")


def test_sidecars_keep_the_folders_and_only_pictures_with_a_class_get_one(tmp_path: Path) -> None:
    nothing = MachineSaid("cat", 0.9, is_none=True)
    names = ["a.jpg", "deep/er/a.jpg", "a.png"]
    some = [one("cat", name=name) for name in names] + [one("", name="none.jpg"), one(None, nothing, "stranger.jpg")]
    xmp.write(saved(*some, one(name="waiting.jpg")), tmp_path, lambda done: None)
    found = sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file())
    assert found == ["a.jpg.xmp", "a.png.xmp", "deep/er/a.jpg.xmp"]


@given(st.lists(records(), max_size=4))
def test_label_studio_gets_annotations_of_people_and_predictions_of_the_machine(some: list[Record]) -> None:
    file = io.StringIO(newline="")
    what = saved(*some)
    label_studio._write_tasks(what, file, lambda done: None)
    tasks = json.loads(file.getvalue().encode("utf-8", "backslashreplace"))
    config = ElementTree.fromstring(label_studio.labeling_config(what.classes))
    choices = [choice.get("value") for choice in config.iter("Choice")]
    for task, record in zip(tasks, some, strict=True):
        address = task["data"]["image"].removeprefix("/data/local-files/?d=")
        assert unquote_to_bytes(address) == b"holidays/" + bytes(record.place)
        assert ("annotations" in task) == (record.person is not None)
        chosen = [c for a in task.get("annotations", []) for r in a["result"] for c in r["value"]["choices"]]
        assert len(chosen) == bool(record.person)
        assert set(chosen) <= set(choices)
        said = record.machine
        assert ("predictions" in task) == (said is not None and not said.is_none)
        if said is not None and not said.is_none:
            assert task["predictions"][0]["score"] == said.confidence
