"""The generated pictures behind `fewshot-gui demo`."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from fewshot_gui.images import samples
from fewshot_gui.images.decode import UnreadableError, decode, read_square
from fewshot_gui.images.find import FolderError, PictureFile, class_folders, find_pictures, looks_like_class_folders
from fewshot_gui.images.samples import UNKNOWN, UNREADABLE, make_samples


def contents(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_the_same_seed_draws_the_same_pictures(tmp_path: Path) -> None:
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        make_samples(tmp_path / name, per_class=2, examples=1, seed=seed)
    assert contents(tmp_path / "a") == contents(tmp_path / "b")
    assert contents(tmp_path / "a") != contents(tmp_path / "c")


def test_samples_are_a_folder_of_classes_and_a_mixed_folder_whose_truth_is_known(tmp_path: Path) -> None:
    made = make_samples(tmp_path / "new" / "samples", per_class=4, examples=2)
    assert looks_like_class_folders(made.examples)
    classes = class_folders(made.examples)
    assert len(classes) >= 4
    assert {len(paths) for paths in classes.values()} == {2}
    found = [f.path.name for f in find_pictures(made.pictures) if isinstance(f, PictureFile)]
    assert sorted(found) == sorted(made.truth)
    assert Counter(made.truth.values()) == {**dict.fromkeys(classes, 4), UNKNOWN: 2, UNREADABLE: 1}
    assert not any(name in file for file in made.truth for name in classes), "a name gives the class away"


def test_all_samples_but_the_damaged_one_can_be_read(tmp_path: Path) -> None:
    made = make_samples(tmp_path / "s", per_class=2, examples=1)
    for name, label in made.truth.items():
        if label == UNREADABLE:
            with pytest.raises(UnreadableError):
                decode(made.pictures / name)
        else:
            assert decode(made.pictures / name).size == (320, 240)


def test_a_class_can_be_told_from_the_others_by_eye(tmp_path: Path) -> None:
    """Even the nearest mean of the raw pixels does far better than chance."""
    made = make_samples(tmp_path / "s", per_class=6, examples=5)
    means = {
        name: np.mean([read_square(path, 16).astype(float) for path in paths], axis=0)
        for name, paths in class_folders(made.examples).items()
    }
    known = {name: label for name, label in made.truth.items() if label in means}
    right = 0
    for name, label in known.items():
        pixels = read_square(made.pictures / name, 16)
        right += label == min(means, key=lambda c: float(abs(means[c] - pixels).mean()))
    assert right / len(known) > 2 / len(means)


def test_samples_are_never_mixed_with_other_files(tmp_path: Path) -> None:
    (tmp_path / "precious.jpg").write_bytes(b"x")
    with pytest.raises(FolderError, match="not empty"):
        make_samples(tmp_path)
    assert contents(tmp_path) == {"precious.jpg": b"x"}


def test_an_empty_folder_is_filled(tmp_path: Path) -> None:
    (tmp_path / "s").mkdir()
    assert make_samples(tmp_path / "s", per_class=1, examples=1).pictures.is_dir()


def test_samples_appear_complete_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = iter(range(9))
    draw = samples.draw

    def full_disk(*args: object) -> object:
        if next(drawn) == 8:
            raise OSError(28, "No space left on device")
        return draw(*args)

    monkeypatch.setattr(samples, "draw", full_disk)
    with pytest.raises(FolderError, match="No space left"):
        make_samples(tmp_path / "s")
    assert list(tmp_path.iterdir()) == []
