"""Find known pictures again that were renamed or moved: what a person said follows the content, not the name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from fewshot_gui.images.decode import UnreadableError, content_hash, read_file
from fewshot_gui.images.find import PictureFile


@dataclass(frozen=True)
class Known:
    """A picture as the project knows it: where it was, size in bytes and time of last change in ns, content's hash.

    matters: a person has said something of it, so it goes before its exact copies.
    """

    id: int
    path: Path
    size: int
    mtime_ns: int
    digest: str | None
    matters: bool


@dataclass(frozen=True)
class Move:
    """A known picture's new place. file: what lies there; None where its name was taken by another and it was not found
    itself: then the path is only a name to show, and the picture counts as gone."""

    id: int
    path: Path
    digest: str | None
    file: PictureFile | None


class Relinker:
    """Compares files found in a folder with the known pictures that are no longer where they were.

    Give it all files of one scan, in any portions. It reads a file only where a lost picture has the very same size.
    Any thread may use it, one at a time; the work begins with the first ``find``.
    """

    def __init__(self, known: Iterable[Known], stamp_of: Callable[[Path], tuple[int, int] | None]) -> None:
        self._known = known
        self._stamp_of = stamp_of
        self._at: dict[Path, Known] | None = None
        self._of_size: dict[int, list[Known]] = defaultdict(list)
        self._lost: dict[int, list[Known]] = {}
        self._seen: dict[Path, PictureFile] = {}

    def find(
        self, files: Sequence[PictureFile], cancelled: Callable[[], bool] = lambda: False
    ) -> tuple[list[Move], list[PictureFile]]:
        """Moves to make, in this order; and the files that are, after these moves, to be added or looked at anew.

        Among the latter may be files of earlier calls: taken for a changed picture, which has turned up elsewhere.
        """
        at = self._places()
        moves: list[Move] = []
        rest: dict[Path, PictureFile] = {}
        for file in files:
            if cancelled():
                break
            here = at.get(file.path)
            same = here is not None and (here.size, here.mtime_ns) == (file.size, file.mtime_ns)
            lost = [] if same else self._lost_of(file.size)
            match = self._match(file, here, lost) if lost else None
            if match is None:
                rest[file.path] = file
            else:
                lost.remove(match)
                moves += self._move(match, file, here)
                if match.path in self._seen:
                    rest[match.path] = self._seen[match.path]
            self._seen[file.path] = file
        return moves, list(rest.values())

    def gone(self) -> list[int]:
        """Once all files were given: the ids of known pictures that were not among them and are not at their places."""
        known = (k for path, k in self._places().items() if path not in self._seen)
        # A picture that was dropped may have a name that looking through the folder passes over.
        return sorted(k.id for k in known if self._stamp_of(k.path) is None)

    def _places(self) -> dict[Path, Known]:
        """The known pictures by the place where each is, moves so far included."""
        if self._at is None:
            self._at = {}
            for picture in sorted(self._known, key=lambda k: not k.matters):
                self._at[picture.path] = picture
                self._of_size[picture.size].append(picture)
        return self._at

    def _move(self, match: Known, file: PictureFile, here: Known | None) -> list[Move]:
        assert self._at is not None
        if self._at.get(match.path) is match:
            del self._at[match.path]
        moves = []
        if here is not None:
            name = here.path.with_name(f"{here.path.name} ({here.id})")
            moves.append(Move(here.id, name, here.digest, None))
        self._at[file.path] = replace(match, path=file.path, size=file.size, mtime_ns=file.mtime_ns)
        return [*moves, Move(match.id, file.path, match.digest, file)]

    def _lost_of(self, size: int) -> list[Known]:
        """The pictures of this size that are no longer at their places: nothing is there, or something else."""
        if size not in self._lost:
            known = self._of_size.get(size, ())
            self._lost[size] = [k for k in known if self._stamp_of(k.path) != (k.size, k.mtime_ns)]
        return self._lost[size]

    def _match(self, file: PictureFile, here: Known | None, lost: list[Known]) -> Known | None:
        digest = _digest(file.path) if any(k.digest for k in lost) else None
        if here is not None and here.digest is not None and here.digest == digest:
            return None  # saved anew, the same content
        same_name = [k for k in lost if k.path.name == file.path.name]
        for known in same_name + lost:
            if known is not here and digest is not None and known.digest == digest:
                return known
        for known in same_name:  # never read: the same name, size and time must do
            if known is not here and known.digest is None and known.mtime_ns == file.mtime_ns:
                return known
        return None


def _digest(path: Path) -> str | None:
    try:
        return content_hash(read_file(path))
    except UnreadableError:
        return None
