"""Generated sample pictures, so that the program can be tried without any of one's own."""

import io
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from fewshot_gui.images.drawings import CLASSES, OTHERS, Canvas, Rng, draw
from fewshot_gui.images.find import FolderError

UNKNOWN = "unknown"
UNREADABLE = "unreadable"


@dataclass(frozen=True)
class SampleSet:
    """Where the samples lie, and what each file in `pictures` shows: a class, UNKNOWN or UNREADABLE, by file name."""

    examples: Path
    pictures: Path
    truth: dict[str, str]


def make_samples(folder: Path, per_class: int = 24, examples: int = 5, seed: int = 0) -> SampleSet:
    """Draw sample pictures into a new or empty folder.

    `folder/examples/<class>` gets `examples` pictures of each class. `folder/pictures` gets, in mixed order and under
    names that give nothing away, `per_class` of each class, half as many that show none of them, and one damaged file.
    The same `seed` gives the same files. The folder appears complete or not at all.

    Raises FolderError if `folder` holds something already or can't be written.
    """
    try:
        target = folder.resolve()
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.exists() and any(target.iterdir()):
            raise FolderError(folder, "It is not empty, and samples are never mixed with other files.")
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{target.name}-") as unfinished:
            made = Path(unfinished) / target.name
            truth = _draw_all(made, per_class, examples, np.random.default_rng(seed))
            if target.exists():
                target.rmdir()  # only ever an empty one
            made.rename(target)
    except OSError as error:
        detail = error.strerror or "no reason given"
        raise FolderError(folder, f"The samples could not be written to it ({detail}).") from error
    return SampleSet(folder / "examples", folder / "pictures", truth)


def _draw_all(folder: Path, per_class: int, examples: int, rng: Rng) -> dict[str, str]:
    for name, scene in CLASSES.items():
        shown = folder / "examples" / name
        shown.mkdir(parents=True)
        for number in range(1, examples + 1):
            (shown / f"{name} {number}.jpg").write_bytes(_jpeg(scene, rng))

    scenes = [(name, scene) for name, scene in CLASSES.items() for _ in range(per_class)]
    scenes += [(UNKNOWN, OTHERS[i % len(OTHERS)]) for i in range(per_class // 2)]
    scenes += [(UNREADABLE, OTHERS[0])]
    mixed = folder / "pictures"
    mixed.mkdir()
    truth = {}
    for number, which in enumerate(rng.permutation(len(scenes)), start=1):
        label, scene = scenes[which]
        data = _jpeg(scene, rng)
        name = f"picture {number:03}.jpg"
        (mixed / name).write_bytes(data[: len(data) // 3] if label == UNREADABLE else data)
        truth[name] = label
    return truth


def _jpeg(scene: Callable[[Canvas, Rng], None], rng: Rng) -> bytes:
    file = io.BytesIO()
    draw(scene, rng).save(file, "JPEG", quality=88)
    return file.getvalue()
