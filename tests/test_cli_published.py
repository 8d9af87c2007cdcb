"""Commands that measure against the literature and check the promise: what they refuse, and what they report."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Command = Callable[..., Any]
Paint = Callable[..., Path]


def collection(folder: Path, paint: Paint) -> Path:
    for colour in ("red", "green", "blue"):
        for n in range(12):
            paint(folder / colour / f"{n}.png", colour)
    return folder


def test_the_promise_is_checked_on_every_collection_by_what_the_others_taught(
    command: Command, tmp_path: Path, paint: Paint
) -> None:
    given = [part for n in "abc" for part in ("--dataset", collection(tmp_path / n, paint))]
    outcome = command("check-promise", *given, "--folders", 2, "--episodes", 12, "--json", tiny=True)
    assert outcome.code == 0
    figures = outcome.json["figures"]
    assert {f["domain"] for f in figures} == {"a", "b", "c"}
    assert all(0 <= f["kept"] <= 1 and 0 <= f["filed"] <= 1 and f["runs"] == 2 for f in figures)


def test_fewer_than_three_collections_cannot_check_the_promise(command: Command, tmp_path: Path, paint: Paint) -> None:
    given = [part for n in "ab" for part in ("--dataset", collection(tmp_path / n, paint))]
    outcome = command("check-promise", *given, tiny=True)
    assert outcome.code == 2 and "three times or more" in outcome.err


@pytest.mark.parametrize("table", ["mini-imagenet", "omniglot", "omniglot-challenge"])
def test_a_table_never_overwrites_results_that_it_did_not_make(command: Command, tmp_path: Path, table: str) -> None:
    out = tmp_path / "results.json"
    out.write_text("mine")
    outcome = command("published", table, "--data", tmp_path, "--out", out)
    assert outcome.code == 2 and "was not made by this command" in outcome.err
    assert out.read_text() == "mine"


@pytest.mark.parametrize("table", ["mini-imagenet", "omniglot", "omniglot-challenge"])
def test_a_table_without_its_data_is_refused_in_words(command: Command, tmp_path: Path, table: str) -> None:
    (tmp_path / "data").mkdir()
    outcome = command("published", table, "--data", tmp_path / "data", "--out", tmp_path / "results.json")
    assert (outcome.code, outcome.out) == (2, "")
    assert len(outcome.err.strip()) > 20 and "Traceback" not in outcome.err
    assert not (tmp_path / "results.json").exists()
