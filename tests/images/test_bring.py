"""What a person brings, looked up on the disk."""

from pathlib import Path

from fewshot_gui.images.bring import MOST_TOLD, bring, bring_classes


def put(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x")
    return path


def test_a_stop_ends_the_search_at_once(tmp_path: Path) -> None:
    for number in range(10):
        put(tmp_path / f"{number}.jpg")
    seen: list[int] = []
    found = bring([tmp_path], None, lambda: len(seen) >= 3, seen.append)
    assert seen == [1, 2, 3] and len(found.files) == 3


def test_it_is_counted_through_all_class_folders(tmp_path: Path) -> None:
    for name in ("cat/1.jpg", "cat/2.jpg", "dog/1.jpg", "empty/notes.txt"):
        put(tmp_path / name)
    seen: list[int] = []
    found = bring_classes(tmp_path, None, count=seen.append)
    assert seen == [1, 2, 3]
    assert {name: len(one.files) for name, one in found.by_class.items()} == {"cat": 2, "dog": 1}


def test_of_many_things_that_cannot_be_used_a_few_are_named_and_the_rest_counted(tmp_path: Path) -> None:
    sidecars = [put(tmp_path / f"{number}.xmp") for number in range(MOST_TOLD + 7)]
    picture = put(tmp_path / "a.jpg")
    found = bring([*sidecars, picture], None)
    assert [file.path for file in found.files] == [picture]
    assert len(found.sentences) == MOST_TOLD + 1 and found.sentences[-1] == "And 7 more can't be used."
