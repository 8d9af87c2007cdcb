"""What the command line refuses: with one sentence on stderr, exit code 2, nothing on stdout and nothing changed."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from fewshot_gui.session import Session

Command = Callable[..., Any]
Paint = Callable[..., Path]


def everything(top: Path) -> dict[str, object]:
    """All files below a folder with their bytes, all folders, all links."""
    return {
        str(path.relative_to(top)): path.readlink() if path.is_symlink() else path.is_file() and path.read_bytes()
        for path in sorted(top.rglob("*"))
    }


@pytest.fixture
def top(examples: Path, pictures: Path) -> Path:
    """A folder with examples, pictures, a file of somebody else's, and an empty folder."""
    assert examples.parent == pictures.parent
    (examples.parent / "empty").mkdir()
    (examples.parent / "diary.csv").write_text("path,of,my,life\n")
    return examples.parent


@pytest.fixture
def refused(command: Command, top: Path) -> Callable[..., str]:
    """Run a command that must be refused; returns the sentence."""

    def refused(*arguments: object, tiny: bool = True) -> str:
        before = everything(top)
        outcome = command(*arguments, tiny=tiny)
        assert (outcome.code, outcome.out) == (2, ""), outcome
        assert everything(top) == before
        assert "Traceback" not in outcome.err
        return str(outcome.err)

    return refused


@pytest.fixture
def given(top: Path) -> Callable[..., list[object]]:
    """The arguments of a good classify command, with some of them replaced."""

    def given(**other: object) -> list[object]:
        options = {"examples": top / "examples", "pictures": top / "pictures", "out": top / "results.csv", **other}
        return ["classify", *(word for name, value in options.items() for word in (f"--{name}", value))]

    return given


Given = Callable[..., list[object]]


def only_loose_pictures(top: Path, paint: Paint) -> None:
    shutil.rmtree(top / "examples")
    paint(top / "examples" / "loose.png")


def only_one_class(top: Path, paint: Paint) -> None:
    shutil.rmtree(top / "examples" / "red")
    shutil.rmtree(top / "examples" / "blue")


def an_empty_class(top: Path, paint: Paint) -> None:
    (top / "examples" / "white").mkdir()


def one_picture_in_two_classes(top: Path, paint: Paint) -> None:
    shutil.copy(next((top / "examples" / "red").iterdir()), top / "examples" / "blue" / "again.png")


def a_class_that_cannot_be_read(top: Path, paint: Paint) -> None:
    for path in (top / "examples" / "red").iterdir():
        path.write_bytes(b"no picture")


def no_examples(top: Path, paint: Paint) -> None:
    shutil.rmtree(top / "examples")


def no_pictures_folder(top: Path, paint: Paint) -> None:
    shutil.rmtree(top / "pictures")


def no_pictures(top: Path, paint: Paint) -> None:
    no_pictures_folder(top, paint)
    (top / "pictures" / "deep").mkdir(parents=True)
    (top / "pictures" / "notes.txt").touch()


def a_file_for_a_folder(top: Path, paint: Paint) -> None:
    no_pictures_folder(top, paint)
    (top / "pictures").touch()


@pytest.mark.parametrize("with_project", [False, True], ids=["", "and makes no project"])
@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (only_loose_pictures, "There is no class folder in"),
        (only_one_class, "There is one class folder in"),
        (an_empty_class, 'white" holds no picture'),
        (one_picture_in_two_classes, "are the same picture"),
        (a_class_that_cannot_be_read, 'No example of "red" can be read. Its content is not a picture'),
        (no_examples, "does not exist"),
        (no_pictures_folder, "does not exist"),
        (no_pictures, "There are no pictures in"),
        (a_file_for_a_folder, "It is a file, not a folder"),
    ],
)
def test_folders_that_cannot_be_classified_are_refused(
    top: Path,
    paint: Paint,
    refused: Callable[..., str],
    given: Given,
    spoil: Callable[[Path, Paint], None],
    words: str,
    with_project: bool,
) -> None:
    spoil(top, paint)
    sentence = refused(*given(), *(["--project", top / "new.fewshot"] if with_project else []))
    assert words in sentence
    assert sentence.strip().endswith(".")


@pytest.mark.parametrize(
    "spoil", [one_picture_in_two_classes, a_class_that_cannot_be_read, no_pictures, only_one_class]
)
def test_a_project_has_the_classes_and_labels_it_had_before_a_refusal(
    command: Command, top: Path, paint: Paint, given: Given, spoil: Callable[[Path, Paint], None], quick_path: Path
) -> None:
    project = quick_path / "mine.fewshot"
    session = Session.open(project)
    white, _ = session.add_class("white")
    session.add_examples(white, [paint(quick_path / "white.png", (220, 220, 220))])
    session.close()
    spoil(top, paint)
    assert command(*given(project=project), tiny=True).code == 2
    session = Session.open(project)
    assert [c.name for c in session.classes] == ["white"]
    assert len(session.examples(white)) == 1
    assert session.undo_name is not None and session.undo_name.kind == "add-examples"
    session.close()


@pytest.mark.parametrize(
    ("out", "words"),
    [
        ("missing/results.csv", "choose a file in a folder that exists"),
        ("empty", "choose a file in a folder that exists"),
        ("diary.csv", "exists and is no results file of this program"),
        ("examples/red/red example 0.png", "exists and is no results file of this program"),
    ],
)
def test_results_never_replace_what_is_not_theirs(
    top: Path, refused: Callable[..., str], given: Given, out: str, words: str
) -> None:
    assert words in refused(*given(out=top / out))


def test_a_results_file_that_was_edited_at_the_top_is_no_longer_ours(
    top: Path, command: Command, refused: Callable[..., str], given: Given
) -> None:
    assert command(*given(), tiny=True).code == 0
    results = top / "results.csv"
    results.write_bytes(results.read_bytes().replace(b"reason", b"reason,mine", 1))
    assert "exists and is no results file" in refused(*given())


def future(path: Path) -> None:
    Session.open(path).close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 99")


def damaged(path: Path) -> None:
    Session.open(path).close()
    data = bytearray(path.read_bytes())
    data[2000:] = b"\xff" * (len(data) - 2000)
    path.write_bytes(data)


def no_project(path: Path) -> None:
    path.write_text("a shopping list")


def another_database(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE mine (x)")


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (future, "was made by a newer version"),
        (damaged, "is damaged"),
        (no_project, "is not a Fewshot GUI project"),
        (another_database, "is not a Fewshot GUI project"),
        (Path.mkdir, "is not a Fewshot GUI project"),
    ],
)
def test_a_project_that_cannot_be_opened_is_refused_and_not_touched(
    top: Path, refused: Callable[..., str], given: Given, make: Callable[[Path], None], words: str
) -> None:
    make(top / "mine.fewshot")
    assert words in refused(*given(project=top / "mine.fewshot"))


@pytest.mark.parametrize(
    ("project", "words"),
    [("diary.csv", "is called NAME.fewshot"), ("missing/mine.fewshot", "not there"), ("new", "is called NAME.fewshot")],
)
def test_a_project_must_have_its_name_and_place(
    top: Path, refused: Callable[..., str], given: Given, project: str, words: str
) -> None:
    assert words in refused(*given(project=top / project))


def test_a_project_that_is_open_elsewhere_is_refused(top: Path, command: Command, given: Given) -> None:
    session = Session.open(top / "mine.fewshot")
    outcome = command(*given(project=top / "mine.fewshot"), tiny=True)
    assert outcome.code == 2 and "already open in another window" in outcome.err
    session.close()


def test_weights_that_are_not_there_or_not_weights_are_refused(
    top: Path, refused: Callable[..., str], given: Given, tiny_weights: Path
) -> None:
    assert "There are no weights called nonesuch" in refused(*given(weights="nonesuch"), tiny=False)
    assert "can't be read as weights" in refused(*given(weights=top / "diary.csv"), tiny=False)
    cut = top / "cut.safetensors"
    cut.write_bytes(tiny_weights.read_bytes()[:-100])
    assert "can't be read as weights" in refused(*given(weights=cut), tiny=False)


def test_a_gpu_that_is_not_there_is_refused(
    refused: Callable[..., str], given: Given, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    assert "no NVIDIA GPU" in refused(*given(device="cuda"))


@pytest.mark.parametrize(
    "arguments",
    [
        ["classify"],
        ["classify", "--nonesuch"],
        ["nonesuch"],
        ["sort", "--action", "burn"],
        ["evaluate", "--dataset", ".", "--way", "1"],
        ["undo", "one", "two"],
    ],
)
def test_a_command_that_is_not_understood_exits_with_2(command: Command, arguments: list[str]) -> None:
    outcome = command(*arguments)
    assert (outcome.code, outcome.out) == (2, "")
    assert "Usage" in outcome.err or "Error" in outcome.err


# --- sort


@pytest.fixture
def unread(monkeypatch: pytest.MonkeyPatch) -> None:
    """No picture may be read: the refusal has to come before."""

    def fail(*_: object) -> None:
        raise AssertionError("it began to work")

    monkeypatch.setattr("fewshot_gui.cli.options.open_engine", fail)


def to_sort(top: Path, to: Path, *more: object) -> list[object]:
    given = ("--examples", top / "examples", "--pictures", top / "pictures", "--to", to, "--action", "move")
    return ["sort", *given, *more]


@pytest.mark.usefixtures("unread")
@pytest.mark.parametrize(
    ("to", "words"),
    [
        ("pictures", "lies inside"),
        ("pictures/deeper/sorted", "lies inside"),
        ("link", "lies inside"),
        ("diary.csv", "is a file, not a folder"),
        ("diary.csv/sorted", "is a file, not a folder"),
    ],
)
def test_a_target_that_cannot_be_is_refused_before_any_picture_is_read(
    top: Path, refused: Callable[..., str], to: str, words: str
) -> None:
    (top / "link").symlink_to(top / "pictures" / "deeper")
    assert words in refused(*to_sort(top, top / to))


@pytest.mark.usefixtures("unread")
def test_pictures_inside_a_class_folder_of_the_target_are_refused_before_any_is_read(
    top: Path, refused: Callable[..., str]
) -> None:
    (top / "pictures").rename(top / "red")
    (top / "pictures").symlink_to(top / "red")
    sentence = refused(*to_sort(top, top))
    assert "The folder for the class red would be" in sentence


@pytest.mark.usefixtures("unread")
def test_a_file_in_the_place_of_a_class_folder_is_refused_before_any_picture_is_read(
    top: Path, refused: Callable[..., str]
) -> None:
    (top / "empty" / "red").touch()
    assert "is a file, but the class red needs a folder" in refused(*to_sort(top, top / "empty"))


@pytest.mark.usefixtures("unread")
def test_two_ways_to_choose_what_is_sure_are_refused(top: Path, refused: Callable[..., str]) -> None:
    arguments = to_sort(top, top / "sorted", "--min-confidence", 0.5, "--promise", 0.01)
    assert "not both" in refused(*arguments)
    assert "--min-confidence" in refused(*to_sort(top, top / "sorted", "--min-confidence", 2))


@pytest.mark.parametrize("spoil", [only_one_class, one_picture_in_two_classes, no_pictures, no_examples])
def test_sorting_refuses_the_same_folders(
    top: Path, paint: Paint, refused: Callable[..., str], spoil: Callable[[Path, Paint], None]
) -> None:
    spoil(top, paint)
    assert refused(*to_sort(top, top / "sorted"))


def test_nothing_sure_enough_leaves_nothing_behind(top: Path, refused: Callable[..., str]) -> None:
    arguments = to_sort(top, top / "sorted", "--min-confidence", 1, "--project", top / "new.fewshot")
    assert "There is nothing to sort: 12 pictures have no class" in refused(*arguments)


def test_a_run_that_is_not_there_cannot_be_undone(refused: Callable[..., str]) -> None:
    assert "There is nothing to undo" in refused("undo", tiny=False)
    assert "There is no run named 123" in refused("undo", "123", tiny=False)
    assert "There is no run named" in refused("undo", "../../etc", tiny=False)
