"""What the project knows of pictures stays text until asked for, and means what pathlib would mean."""

from pathlib import Path

import pytest

from fewshot_gui.album import Album, Picture
from fewshot_gui.project.rows import PictureColumns

FOLDER = Path("/photos/spring")


def album(paths: list[str], inside: bool = True, pasted: bool = False, problem: str | None = None) -> Album:
    n = len(paths)
    columns = PictureColumns(
        list(range(1, n + 1)), paths, [inside] * n, [0] * n, [0] * n, [None] * n, [problem] * n, [pasted] * n
    )
    return Album(columns, FOLDER)


@pytest.mark.parametrize(
    "path",
    ["a.png", "b/c d.png", "b//c.png", "./a.png", "b/./c.png", "../a.png", ".a.png", "b/.c", "/etc/a.png", "b/", "",
     "C:a.png", "\udcff.png", "猫.png", "a\nb.png"],
)  # fmt: skip
def test_a_path_is_what_pathlib_would_make_of_it(path: str) -> None:
    known = album([path])
    assert known[1] == Picture(1, FOLDER / path, True)
    assert known.name(1) == (FOLDER / path).name
    assert known.id_at(FOLDER / path) == 1


def test_a_name_is_the_same_before_and_after_its_picture_was_asked_for() -> None:
    known = album(["b/one.png", "two.png"])
    before = [known.name(i) for i in known]
    assert before == [known[i].path.name for i in known] == [known.name(i) for i in known]


def test_a_pasted_picture_lies_nowhere() -> None:
    known = album(["Pasted picture"], inside=False, pasted=True)
    assert known[1].path == Path("Pasted picture")
    assert known.id_at(Path("Pasted picture")) is None


def test_an_example_outside_the_folder_that_could_not_be_read_is_tried_again() -> None:
    assert album(["/elsewhere/a.png"], inside=False, problem="It is damaged.")[1].problem is None
    assert album(["a.png"], problem="It is damaged.")[1].problem == "It is damaged."


def test_a_picture_that_moved_is_found_at_its_new_place_alone() -> None:
    known = album(["a.png", "b.png"])
    old, new = known[1], Picture(1, FOLDER / "new.png", True)
    known.lift(old)
    known.put(new)
    known.lay(new)
    assert known.id_at(FOLDER / "a.png") is None
    assert known.id_at(FOLDER / "new.png") == 1
    assert list(known.values()) == [new, known[2]]


def test_lifting_leaves_a_place_alone_that_another_picture_has_taken() -> None:
    known = album(["a.png", "b.png"])
    known.lay(Picture(2, FOLDER / "a.png", True))
    known.lift(known[1])
    assert known.id_at(FOLDER / "a.png") == 2


def test_those_away_from_all_given_paths_come_by_id() -> None:
    known = album(["c.png", "b.png", "a.png"])
    assert [p.id for p in known.away_from([FOLDER / "b.png"])] == [1, 3]


def test_a_copy_stays_as_it_was() -> None:
    known = album(["a.png"])
    copy = known.copy()
    known.put(Picture(1, FOLDER / "new.png", True))
    known.put(Picture(2, FOLDER / "b.png", True))
    assert list(copy.values()) == [Picture(1, FOLDER / "a.png", True)]


def test_places_say_the_same_before_and_after_a_picture_was_asked_for() -> None:
    known = album(["b/one.png", "../two.png"])
    before = list(known.places())
    assert before == [(i, str(known[i].path), True) for i in known] == list(known.places())
    known.put(Picture(1, Path("/elsewhere/one.png"), False))
    assert next(iter(known.places())) == (1, str(Path("/elsewhere/one.png")), False)
