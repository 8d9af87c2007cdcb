"""The machine's answers in a session: they never touch a person's word, outlive the program, decide what is sorted."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from fewshot_gui.engine import Read
from fewshot_gui.project.errors import ProjectError
from fewshot_gui.session import NONE_OF_THESE, Change, Filter, Session, State
from fewshot_gui.sorting.sets import SortItem, Unfiled
from tests.made_up import answer, session_of


@pytest.fixture
def file(quick_path: Path) -> Path:
    return quick_path / "a.fewshot"


@pytest.fixture
def folder(quick_path: Path) -> Path:
    (quick_path / "folder").mkdir()
    return quick_path / "folder"


@pytest.fixture
def session(file: Path, folder: Path) -> Iterator[Session]:
    """Eight pictures a.png to h.png and the classes cat (1) and dog (2)."""
    session = session_of(file, folder, "abcdefgh")
    session.add_class("cat")
    session.add_class("dog")
    yield session
    session.close()


CAT, DOG = 1, 2


def score(session: Session, answers: dict[str, tuple[float, bool]], class_ids: tuple[int, int] = (CAT, DOG)) -> Change:
    """Let the machine answer, by picture: how sure it is of the first class, and whether it knows such pictures."""
    assert session.folder is not None
    ids = session.ids_of(session.folder / f"{name}.png" for name in answers)
    rows = [(p, 1 - p) for p, _ in answers.values()]
    return answer(session, class_ids, ids, rows, [known for _, known in answers.values()])


def picture(session: Session, name: str) -> int:
    assert session.folder is not None
    (picture_id,) = session.ids_of([session.folder / f"{name}.png"])
    return picture_id


def test_answers_become_decisions_with_a_reason(session: Session) -> None:
    change = score(session, {"a": (0.9, True), "b": (0.4, True), "c": (0.9, False)})
    assert change.pictures == {picture(session, name) for name in "abc"}
    reasons = [session.decision(picture(session, name)).reason for name in "abcd"]
    assert reasons == ["It is like your examples.", "Unsure: it could also be cat.", "It is unlike all examples.", ""]
    session.label([picture(session, "a")], DOG)
    assert session.decision(picture(session, "a")).reason == "You said so."


def test_the_machine_never_changes_what_a_person_said(session: Session, file: Path) -> None:
    a, b = picture(session, "a"), picture(session, "b")
    session.label([a], DOG)
    session.label([b], NONE_OF_THESE)
    score(session, {"a": (1.0, True), "b": (1.0, True)})
    session.writing()()
    score(session, {"a": (0.9, False), "b": (0.0, True)})
    session.clear_answers()
    session.close()
    again = Session.open(file)
    assert (again.human_label(a), again.human_label(b)) == (DOG, NONE_OF_THESE)
    assert [again.decision(i).state for i in (a, b)] == [State.HUMAN, State.HUMAN]
    again.close()


def test_answers_are_shown_before_any_computing_when_the_project_is_opened_again(session: Session, file: Path) -> None:
    score(session, {"a": (0.9, True), "b": (0.4, True), "c": (0.9, False), "d": (0.5, True)})
    session.record([Read(picture(session, "e"), None, "It is damaged.")])
    session.label([picture(session, "d")], DOG)
    before = {name: session.decision(picture(session, name)) for name in "abcdef"}
    counts = session.counts()
    session.writing()()  # and not closed: as after a crash, once the window has saved
    session._store.close()
    again = Session.open(file)
    for name, decision in before.items():
        now = again.decision(picture(again, name))
        assert (now.state, now.class_id, now.confidence) == (decision.state, decision.class_id, decision.confidence)
    assert again.decision(picture(again, "e")).reason == "It is damaged."
    assert again.counts() == counts
    again.close()


def test_closing_writes_what_another_thread_was_to_write_and_has_not_yet(session: Session, file: Path) -> None:
    score(session, {"a": (0.9, True)})
    late = session.writing()
    score(session, {"a": (0.2, True), "b": (0.9, True)})
    session.close()
    late()
    again = Session.open(file)
    assert [again.decision(picture(again, name)).class_id for name in "ab"] == [DOG, CAT]
    again.close()


def test_what_could_not_be_written_is_written_the_next_time(
    session: Session, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    score(session, {"a": (0.9, True)})
    session.record([Read(picture(session, "b"), None, "It is damaged.")])

    def full(*_: object) -> None:
        raise ProjectError("There is no space left.")

    with monkeypatch.context() as broken:
        broken.setattr(session._store, "save_machine_labels", full)
        with pytest.raises(ProjectError):
            session.writing()()
    session.close()
    again = Session.open(file)
    assert [again.decision(picture(again, name)).state for name in "ab"] == [State.PREDICTED, State.UNREADABLE]
    again.close()


def test_cleared_answers_do_not_come_back(session: Session, file: Path) -> None:
    score(session, {"a": (0.9, True)})
    session.writing()()
    session.clear_answers()
    session.close()
    again = Session.open(file)
    assert again.decision(picture(again, "a")).state is State.WAITING
    again.close()


def test_answers_of_a_deleted_class_are_not_shown_now_or_later(session: Session, file: Path) -> None:
    score(session, {"a": (0.9, True), "b": (0.6, True), "c": (0.1, True)})
    session.writing()()
    change = session.delete_class(CAT)
    assert {picture(session, "a"), picture(session, "b")} <= change.pictures
    for now in (session, "again"):
        if now == "again":
            session.close()
            now = Session.open(file)
        assert isinstance(now, Session)
        assert now.decision(picture(now, "a")).state is State.WAITING
        assert now.decision(picture(now, "c")).class_id == DOG
        assert now.view(Filter.REVIEW).tolist() == []
        assert now.counts().predicted == {DOG: 1}
        assert now.counts().waiting == 7
        assert all(item.label in (None, "dog") for item in now.sort_items())
    now.close()


def test_answers_that_come_too_late_for_a_deleted_class_are_dropped(session: Session) -> None:
    session.delete_class(CAT)
    assert score(session, {"a": (0.9, True), "c": (0.1, True)}) == Change()
    assert session.counts().predicted == {}


def test_opening_another_folder_keeps_the_answers_for_when_one_comes_back(
    session: Session, folder: Path, quick_path: Path
) -> None:
    score(session, {"a": (0.9, True), "b": (0.4, True)})
    (quick_path / "other").mkdir()
    session.open_folder(quick_path / "other")
    assert session.counts().all == 0
    session.open_folder(folder)
    assert session.decision(picture(session, "a")).class_id == CAT
    assert session.counts().predicted == {CAT: 1, DOG: 1}


def test_sorting_takes_what_is_known_and_sure_enough_and_what_a_person_said(session: Session) -> None:
    """a sure, b less sure, c unlike all, d and e said by a person, f unreadable, g waiting, h said but unreadable."""
    score(session, {"a": (0.9, True), "b": (0.3, True), "c": (1.0, False), "d": (0.9, True), "e": (0.9, True)})
    session.label([picture(session, "d")], DOG)
    session.label([picture(session, "e")], NONE_OF_THESE)
    session.label([picture(session, "h")], CAT)
    session.record([Read(picture(session, name), None, "It is damaged.") for name in "fh"])

    def sorted_at(least: float) -> dict[str, str | None]:
        return {item.path.stem: item.label for item in session.sort_items(least)}

    nothing = dict.fromkeys("cefgh")
    assert sorted_at(0.0) == {"a": "cat", "b": "dog", "d": "dog", **nothing}
    assert sorted_at(0.8) == {"a": "cat", "b": None, "d": "dog", **nothing}
    assert sorted_at(1.01) == {"a": None, "b": None, "d": "dog", **nothing}
    assert [item.path.stem for item in session.sort_items()] == list("abcdefgh")


def test_the_least_confidence_itself_is_enough(session: Session) -> None:
    score(session, {"a": (0.9, True)})
    confidence = session.decision(picture(session, "a")).confidence
    assert confidence is not None
    assert session.sort_items(confidence)[0].label == "cat"
    assert session.sort_items(np.nextafter(confidence, 1))[0].label is None


def test_examples_from_elsewhere_are_never_sorted(session: Session, quick_path: Path) -> None:
    (quick_path / "elsewhere.png").write_bytes(b"x")
    session.add_examples(CAT, [quick_path / "elsewhere.png"])
    session.add_image_data(CAT, b"png", "pasted")
    assert [item.path.stem for item in session.sort_items()] == list("abcdefgh")


def test_search_looks_at_names(session: Session) -> None:
    assert session.view(Filter.ALL, None, "B.P").tolist() == [picture(session, "b")]
    score(session, {"a": (0.9, True), "b": (0.9, True)})
    assert session.view(Filter.ALL, CAT, "a").tolist() == [picture(session, "a")]


def test_sorting_learns_why_a_picture_has_no_class(session: Session) -> None:
    score(session, {"a": (0.9, True), "b": (0.3, True), "c": (1.0, False), "e": (0.9, True)})
    session.label([picture(session, "e")], NONE_OF_THESE)
    items = {item.path.stem: item for item in session.sort_items(0.8)}
    assert {name: items[name].unfiled for name in "abceg"} == {
        "a": None,
        "b": Unfiled.UNSURE,
        "c": Unfiled.NONE,
        "e": Unfiled.NONE,
        "g": None,
    }
    assert [name for name, item in items.items() if item.said] == ["e"]


def test_what_a_person_labelled_and_sorting_moved_away_can_be_sorted_again(session: Session, quick_path: Path) -> None:
    session.label([picture(session, "a")], CAT)
    assert session.outside_items() == []
    new = quick_path / "sorted" / "cat" / "a.png"
    session.relocate({session.picture(picture(session, "a")).path: new})
    session.add_image_data(DOG, b"png", "pasted")
    assert session.outside_items() == [SortItem(new, "cat", None, True)]
