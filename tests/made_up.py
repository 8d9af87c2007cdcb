"""A session whose pictures are not on the disk, and a machine that answers what it is told."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike

from fewshot_gui.engine import Scored
from fewshot_gui.images.find import PictureFile
from fewshot_gui.session import Change, Session


def session_of(file: Path, folder: Path, names: Iterable[object]) -> Session:
    """A project with the folder open and the pictures NAME.png in it."""
    session = Session.open(file)
    session.open_folder(folder)
    session.add_pictures([PictureFile(folder / f"{name}.png", 10, 1) for name in names])
    return session


def answer(
    session: Session,
    class_ids: Sequence[int],
    pictures: ArrayLike,
    rows: ArrayLike,
    known: ArrayLike = True,
    chance_of_strangers: float = 0.1,
) -> Change:
    """Let the machine answer. rows: of each picture the probability of each class. known: whether it is of any class,
    of each picture or of all; the machine says so with a chance of 0.9, and of the others with that of strangers."""
    ids = np.asarray(pictures, np.int64)
    known = np.broadcast_to(np.asarray(known, bool), ids.shape)
    chance = np.where(known, 0.9, chance_of_strangers).astype(np.float32)
    return session.accept(Scored(tuple(class_ids), ids, np.asarray(rows, np.float32), chance, known))
