"""What the disks that take part can hold: names and bytes."""

import os
import shutil
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from fewshot_gui.disks import file_system
from fewshot_gui.sorting import files
from fewshot_gui.sorting.names import MAX_BYTES
from fewshot_gui.sorting.steps import Step

__all__ = ["NameRules", "Space", "block_size", "file_system", "has_links", "longest_name", "name_rules", "space"]

BLOCK = 4096  # bytes; a file takes whole blocks on nearly every disk
_LARGEST_BLOCK = 1 << 18  # of large sticks; what says more speaks of something else

_WINDOWS_NAMES = frozenset({"vfat", "msdos", "exfat", "ntfs", "ntfs3", "fuseblk", "cifs", "smb3", "smbfs", "drvfs"})
_FAT = frozenset({"vfat", "msdos"})
_NO_LINKS = _FAT | {"exfat"}
_ANY_SIZE = 1 << 63
_FAT_SIZE = (4 << 30) - 1
_LONGEST_PATH = 259 if sys.platform == "win32" else 1023 if sys.platform == "darwin" else 4095
_TEMPORARY = 60  # bytes that the name of a half-done copy may need


@dataclass(frozen=True)
class NameRules:
    """What a file system takes for a name and a file. portable: only what Windows takes too; longest: in bytes of
    UTF-8; largest: bytes of a file."""

    portable: bool
    longest: int
    largest: int = _ANY_SIZE


@dataclass(frozen=True)
class Space:
    """Bytes needed and free on the volume of this folder."""

    folder: Path
    needed: int
    free: int

    @property
    def suffices(self) -> bool:
        """Whether there is enough."""
        return self.needed <= self.free


def name_rules(folder: Path) -> NameRules:
    """The rules of the disk that the folder is on, or would be on once made. Nothing is written to find out."""
    place = files.existing(folder)
    try:
        longest = min(MAX_BYTES, os.pathconf(place, "PC_NAME_MAX"))
    except (OSError, ValueError, AttributeError):  # Windows has no pathconf.
        longest = MAX_BYTES
    kind = file_system(place)
    portable = sys.platform == "win32" or kind in _WINDOWS_NAMES
    return NameRules(portable, longest, _FAT_SIZE if kind in _FAT else _ANY_SIZE)


def has_links(folder: Path) -> bool:
    """Whether the folder's disk has hard and symbolic links, as far as its kind says."""
    return file_system(files.existing(folder)) not in _NO_LINKS


def block_size(folder: Path) -> int:
    """In how many bytes at a time a file takes up the folder's disk: many on a large stick, also for a tiny file."""
    place = files.existing(folder)
    if file_system(place) not in _WINDOWS_NAMES:
        return BLOCK
    try:
        return max(BLOCK, min(os.statvfs(place).f_frsize, _LARGEST_BLOCK))
    except (OSError, AttributeError):  # Windows has no statvfs.
        return BLOCK


def longest_name(folder: Path) -> int:
    """How many bytes a name in this folder may have, so that the system can open the file under its whole path.

    0 or less where not even a half-done copy could be made there.
    """
    room = _LONGEST_PATH - len(os.fsencode(folder)) - 1
    return room if room >= _TEMPORARY else 0


def space(target: Path, written: Iterable[Step]) -> tuple[Space, ...]:
    """What the written steps need on each volume that they go to; the target's own volume comes first, always."""
    volume_of: dict[Path, int] = {}
    block: dict[int, int] = {}
    first = files.volume(target)
    where = {first: target}
    needed = {first: 0}
    for step in written:
        folder = step.target.parent
        if folder not in volume_of:
            volume_of[folder] = files.volume(folder)
        volume = volume_of[folder]
        where.setdefault(volume, folder)
        if volume not in block:
            block[volume] = block_size(folder)
        needed[volume] = needed.get(volume, 0) + -(-step.size // block[volume]) * block[volume]
    return tuple(
        Space(folder, needed[volume], shutil.disk_usage(files.existing(folder)).free)
        for volume, folder in where.items()
    )
