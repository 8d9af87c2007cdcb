"""Names that every file system takes, and names that do not collide."""

import unicodedata
from collections.abc import Iterable

MAX_BYTES = 255

_FORBIDDEN = frozenset('<>:"|?*/\\')
_UNPRINTABLE = frozenset({"Cc", "Cs", "Zl", "Zp"})
_PORTS = "0123456789¹²³"
_RESERVED = frozenset(
    ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$", *(f"COM{n}" for n in _PORTS), *(f"LPT{n}" for n in _PORTS)]
)


def safe_folder_name(label: str) -> str:
    """A folder name for a class name that Linux, macOS and Windows all take: NFC, 1 to 255 bytes of UTF-8."""
    text = _trim(unicodedata.normalize("NFC", label))
    text = _trim(shortened(_trim(_replaced(text)), MAX_BYTES))
    if _is_reserved(text):
        text = _trim(shortened("_" + text, MAX_BYTES))
    return text or "_"


def folder_names(labels: Iterable[str]) -> dict[str, str]:
    """A folder name for each class; no two are the same to a file system that ignores case or accents' spelling."""
    names: dict[str, str] = {}
    used: set[str] = set()
    for label in sorted(set(labels)):
        safe = name = safe_folder_name(label)
        number = 1
        while fold(name) in used:
            number += 1
            name = numbered(safe, number)
        used.add(fold(name))
        names[label] = name
    return names


def portable(stem: str, tail: str = "") -> tuple[str, str]:
    """A file's stem and what follows it, changed only where Windows and its disks (FAT, exFAT, NTFS) cannot hold them.

    Not shortened; see shortened.
    """
    stem, tail = _replaced(stem), _replaced(tail).rstrip(" .")
    if not tail:
        stem = stem.rstrip(" .")
    if _is_reserved(stem):
        stem = "_" + stem
    return stem or "_", tail


def fold(name: str) -> str:
    """Equal for two names that some file system takes for the same one (case, composed or decomposed accents)."""
    if name.isascii():
        return name.lower()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", name).casefold())


def split(name: str) -> tuple[str, str]:
    """(stem, suffix with its dot) of a file name; a leading dot does not begin a suffix."""
    dot = name.rfind(".")
    return (name[:dot], name[dot:]) if dot > 0 else (name, "")


def numbered(stem: str, number: int, tail_bytes: int = 0) -> str:
    """The stem itself for 1, else "stem (number)", shortened so that a tail of tail_bytes still fits behind it."""
    if number == 1:
        return stem
    mark = f" ({number})"
    return shortened(stem, MAX_BYTES - len(mark) - tail_bytes) + mark


def byte_length(text: str) -> int:
    """Length in UTF-8; a byte that is not UTF-8 counts as three, to be on the safe side."""
    return len(text.encode("utf-8", "surrogatepass"))


def shortened(text: str, limit: int) -> str:
    """At most limit bytes of text, never half a character and never a letter without its accents."""
    end = max(0, min(len(text), limit))
    while end > 0 and byte_length(text[:end]) > limit:
        end -= 1
    while 0 < end < len(text) and unicodedata.category(text[end]).startswith("M"):
        end -= 1
    return text[:end]


def is_safe(character: str) -> bool:
    """Whether every file system takes this character in a name."""
    return character not in _FORBIDDEN and unicodedata.category(character) not in _UNPRINTABLE


def _replaced(text: str) -> str:
    if text.isascii() and text.isprintable() and not _FORBIDDEN.intersection(text):
        return text
    return "".join(c if is_safe(c) else "_" for c in text)


def _is_reserved(text: str) -> bool:
    """Whether Windows takes this for a device, whatever suffix it has."""
    return text.partition(".")[0].rstrip().upper() in _RESERVED


def _trim(text: str) -> str:
    return text.strip("".join({c for c in text if c == "." or c.isspace()}) or " ")
