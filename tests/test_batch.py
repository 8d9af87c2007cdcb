"""The parts of a run without a window: which share is promised, and how results are written."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fewshot_gui import batch
from fewshot_gui.batch import Answer
from fewshot_gui.engine import Scored
from fewshot_gui.images.find import PictureFile
from fewshot_gui.session import Decision, Session, SessionError, State


def threshold(confidences: list[float], wrong: float) -> float:
    """What batch.promise_threshold says where the machine is as sure as this."""

    class Sure:
        answers = type("Answers", (), {"ids": np.arange(len(confidences))})

        def decision(self, picture: int) -> Decision:
            return Decision(State.PREDICTED, 1, confidences[picture])

    return batch.promise_threshold(Sure(), wrong)  # type: ignore[arg-type]


def test_a_promise_files_down_to_where_the_expected_share_of_errors_is_reached() -> None:
    assert threshold([0.99, 0.9, 0.6], 0.01) == 0.99
    assert threshold([0.6, 0.99, 0.9], 0.055) == 0.9
    assert threshold([0.99, 0.9, 0.6], 0.2) == 0.6
    assert threshold([0.99, 0.9, 0.6], 0.001) > 1
    assert threshold([1.0, 0.5], 0) == 1.0
    assert threshold([], 0.01) > 1


def test_pictures_of_one_confidence_are_filed_together_or_not_at_all() -> None:
    assert threshold([1.0, *[0.98] * 99], 0.01) == 1.0
    assert threshold([1.0, *[0.99] * 99], 0.01) == 0.99


@given(st.lists(st.integers(0, 20).map(lambda n: n / 20), max_size=30), st.floats(0, 1))
def test_what_a_promise_files_is_the_most_that_keeps_it(confidences: list[float], wrong: float) -> None:
    least = threshold(confidences, wrong)

    def expected(level: float) -> float:
        filed = [1 - c for c in confidences if c >= level]
        return sum(filed) / len(filed) if filed else 0.0

    assert expected(least) <= wrong + 1e-9
    assert all(expected(level) > wrong - 1e-9 for level in confidences if level < least)


@pytest.fixture
def session(quick_path: Path) -> Iterator[Session]:
    """a.png to d.png and the classes cat (1) and dog (2); a is a cat, b unlike all, c said to be a dog, d waits."""
    session = Session.open(quick_path / "a.fewshot")
    (quick_path / "folder").mkdir()
    session.open_folder(quick_path / "folder")
    session.add_pictures([PictureFile(quick_path / "folder" / f"{n}.png", 1, 1) for n in "abcd"])
    a, b, c, _ = session.answers.ids.tolist()
    session.add_class("cat")
    session.add_class("dog")
    rows = np.array([[0.75, 0.25], [0.625, 0.375], [0.875, 0.125]], np.float32)
    known = np.array([0.9, 0.1, 0.9])
    session.accept(Scored((1, 2), np.array([a, b, c]), rows, known, known > 0.5))
    session.label([c], 2)
    yield session
    session.close()


def test_a_promise_counts_only_what_the_machine_would_file(session: Session) -> None:
    assert batch.promise_threshold(session, 0.3) == 0.75


def test_answers_tell_the_likeliest_class_even_where_the_decision_is_another(session: Session) -> None:
    told = {row.path.stem: row for row in batch.answers(session)}
    folder = told["a"].path.parent
    assert told["a"] == Answer(folder / "a.png", "cat", 0.75, "dog", 0.25, "cat", "It is like your examples.")
    assert told["b"] == Answer(folder / "b.png", "cat", 0.625, "dog", 0.375, "unknown", "It is unlike all examples.")
    assert told["c"] == Answer(folder / "c.png", "dog", 1.0, "cat", 0.875, "dog", "You said so.")


@pytest.fixture
def answer(tmp_path: Path) -> Answer:
    return Answer(tmp_path / 'a, "b".png', "猫", 2 / 3, "", None, "unknown", "So.")


def test_results_are_written_whole_with_four_digits(tmp_path: Path, answer: Answer) -> None:
    out = tmp_path / "results.csv"
    batch.write_results(out, [answer])
    text = out.read_bytes().decode("utf-8-sig")
    assert text.splitlines()[0] == ",".join(batch.COLUMNS)
    assert text.splitlines()[1].endswith(",猫,0.6667,,,unknown,So.")
    assert list(tmp_path.iterdir()) == [out]


def test_results_can_be_read_by_others_as_any_file_of_the_person(tmp_path: Path, answer: Answer) -> None:
    batch.write_results(tmp_path / "results.csv", [answer])
    (tmp_path / "plain").touch()
    assert (tmp_path / "results.csv").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_a_disk_that_refuses_leaves_the_earlier_results(
    tmp_path: Path, answer: Answer, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "results.csv"
    batch.write_results(out, [answer])
    before = out.read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(SessionError, match="No space left"):
        batch.write_results(out, [])
    assert out.read_bytes() == before
    assert list(tmp_path.iterdir()) == [out]


def test_a_file_of_somebody_else_is_refused_early_and_late(tmp_path: Path, answer: Answer) -> None:
    out = tmp_path / "results.csv"
    out.write_text("path,label\n")
    for write in (batch.check_writable, lambda out: batch.write_results(out, [answer])):
        with pytest.raises(SessionError, match="no results file of this program"):
            write(out)
    assert out.read_text() == "path,label\n"
