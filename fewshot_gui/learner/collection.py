"""Picture collections for training and measuring: a folder with one folder per class, decoded once into one array."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from fewshot_gui.images import isolated
from fewshot_gui.images.find import class_folders

LARGEST_SIDE = 128
Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done, and how much there is."""


class CollectionError(ValueError):
    """A folder can't serve as a collection; the message says why."""


@dataclass(frozen=True)
class Collection:
    """Decoded pictures uint8 [n, side, side, 3] (on disk, mapped), one label per picture, and the classes' names."""

    name: str
    pictures: np.ndarray
    labels: np.ndarray
    classes: tuple[str, ...]

    @property
    def has_colour(self) -> bool:
        """False for glyphs and drawings in ink: there a mirror image is another thing."""
        sample = self.pictures[:: max(1, len(self.pictures) // 64)][:64].astype(np.int16)
        return bool(np.abs(sample - sample.mean(-1, keepdims=True)).max() > 8)

    def of_class(self, label: int) -> np.ndarray:
        """Indices of the pictures of one class."""
        return np.flatnonzero(self.labels == label)


def open_collection(folder: Path, work: Path, progress: Progress = lambda *_: None) -> Collection:
    """Decode FOLDER/CLASS/pictures into ``work``, or map what an earlier call left there.

    Pictures that can't be read are passed over. Raises CollectionError where fewer than two classes hold pictures.
    """
    pictures_by_class = {name: paths for name, paths in class_folders(folder).items() if paths}
    if len(pictures_by_class) < 2:
        raise CollectionError(f"{folder} needs at least two sub-folders with pictures, one folder per class.")
    paths = [path for name in pictures_by_class for path in pictures_by_class[name]]
    labels = np.repeat(np.arange(len(pictures_by_class)), [len(p) for p in pictures_by_class.values()])
    identity = "\n".join(map(os.fsdecode, paths)) + str(LARGEST_SIDE)
    stem = f"{folder.name}-{hashlib.blake2b(identity.encode('utf-8', 'surrogateescape'), digest_size=6).hexdigest()}"
    array_file, kept_file = work / f"{stem}.npy", work / f"{stem}.json"
    if not kept_file.exists():
        work.mkdir(parents=True, exist_ok=True)
        kept_file.write_text(json.dumps(_decode_all(paths, array_file, folder.name, progress)))
    readable = np.array(json.loads(kept_file.read_text()), dtype=bool)
    return Collection(folder.name, np.load(array_file, mmap_mode="r"), labels[readable], tuple(pictures_by_class))


def _decode_all(paths: Sequence[Path], array_file: Path, name: str, progress: Progress) -> list[bool]:
    """Fill the array file with the readable pictures, in order; return which were readable."""
    side = _side_of(paths)
    scratch = array_file.with_suffix(".part")
    array = np.lib.format.open_memmap(scratch, mode="w+", dtype=np.uint8, shape=(len(paths), side, side, 3))

    def decode(path: Path) -> np.ndarray | None:
        return isolated.read(path, "square", side).pixels

    kept: list[bool] = []
    filled = 0
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for start in range(0, len(paths), 512):
            for picture in pool.map(decode, paths[start : start + 512]):
                kept.append(picture is not None)
                if picture is not None:
                    array[filled] = picture
                    filled += 1
            progress(f"Decoding {name}", len(kept), len(paths))
    if not filled:
        raise CollectionError(f"No picture of {name} can be read.")
    array.flush()
    if filled < len(paths):
        np.save(array_file, array[:filled])
        scratch.unlink()
    else:
        scratch.replace(array_file)
    return kept


def _side_of(paths: Sequence[Path]) -> int:
    """Side to store at: small collections stay small."""
    for path in paths:
        pixels = isolated.read(path, "thumbnail", LARGEST_SIDE).pixels
        if pixels is not None:
            return max(pixels.shape)
    return LARGEST_SIDE


def held_for_episodes(class_name: str, share: int = 5) -> bool:
    """True for one class in ``share``: those train only the tail, never the trunk.

    Decided by the name alone, so that a class which stands in two collections falls on the same side in both.
    """
    return hashlib.blake2b(class_name.encode()).digest()[0] % share == 0
