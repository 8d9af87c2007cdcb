"""The parts of a run without a window: how results are told and written."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path

import numpy as np
import pytest

from fewshot_gui import batch
from fewshot_gui.batch import Answer
from fewshot_gui.engine import Scored
from fewshot_gui.images.find import FolderError, PictureFile
from fewshot_gui.session import Session, SessionError


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


def test_a_folder_whose_disk_does_not_answer_is_refused_in_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = threading.Event()

    def stalled(folder: Path, cancelled: object) -> object:
        answer.wait()
        return iter(())

    monkeypatch.setattr(batch, "PATIENCE", 0.3)
    monkeypatch.setattr(batch, "find_pictures", stalled)
    try:
        with pytest.raises(SessionError, match=r"has not answered for 0 seconds. Check its disk or connection"):
            batch.find(tmp_path)
    finally:
        answer.set()


def test_a_search_that_was_given_up_ends_when_the_disk_answers_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer, told = threading.Event(), Future[bool]()

    def stalled(folder: Path, cancelled: Callable[[], bool]) -> Iterator[PictureFile]:
        answer.wait()
        told.set_result(cancelled())
        return iter(())

    monkeypatch.setattr(batch, "PATIENCE", 0.3)
    monkeypatch.setattr(batch, "find_pictures", stalled)
    try:
        with pytest.raises(SessionError):
            batch.find(tmp_path)
    finally:
        answer.set()
    assert told.result(timeout=60)


def test_an_error_that_is_called_a_timeout_is_raised_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(folder: Path, cancelled: object) -> Iterator[PictureFile]:
        raise TimeoutError("The network folder timed out.")

    monkeypatch.setattr(batch, "PATIENCE", 0.3)
    monkeypatch.setattr(batch, "find_pictures", failing)
    with pytest.raises(TimeoutError):
        batch.find(tmp_path)


def test_a_disk_that_answers_slowly_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(folder: Path, cancelled: Callable[[], bool]) -> Iterator[PictureFile]:
        until = time.monotonic() + 1.0
        while time.monotonic() < until and not cancelled():
            time.sleep(0.01)
        yield PictureFile(folder / "a.png", 1, 1)

    monkeypatch.setattr(batch, "PATIENCE", 0.8)
    monkeypatch.setattr(batch, "find_pictures", slow)
    files, _ = batch.find(tmp_path)
    assert [file.path.name for file in files] == ["a.png"]


def test_what_a_search_raises_is_raised(tmp_path: Path) -> None:
    with pytest.raises(FolderError, match="does not exist"):
        batch.find(tmp_path / "nowhere")
