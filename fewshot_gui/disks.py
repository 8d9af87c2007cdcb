"""What kind of disk a folder is on."""

import os
from pathlib import Path

_NETWORK = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "ceph", "9p", "glusterfs", "lustre", "davfs"})


def file_system(place: Path) -> str:
    """The kind of file system that an existing path is on, such as "ext4"; "" where the system does not say."""
    try:
        number = place.stat().st_dev
        wanted = f"{os.major(number)}:{os.minor(number)}"
        with open("/proc/self/mountinfo", encoding="utf-8", errors="replace") as mounts:  # noqa: PTH123
            for line in mounts:
                before, _, after = line.partition(" - ")
                if before.split()[2] == wanted:
                    return after.split()[0]
    except (OSError, AttributeError, IndexError):
        pass
    return ""


def is_shared(place: Path) -> bool:
    """Whether other machines may have this existing path open too: it is on a network's disk, as far as Linux says."""
    kind = file_system(place)
    return kind in _NETWORK or kind.startswith(("fuse.sshfs", "fuse.rclone", "fuse.gluster", "fuse.ceph", "fuse.smb"))
