"""``fewshot-gui doctor``: what is installed, what works, and what to do where it does not; and a report to send to
others, in which no picture, no path and no name stands."""

from __future__ import annotations

import getpass
import platform
import re
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np

from fewshot_gui.feature_cache import cache_folder
from fewshot_gui.images import isolated
from fewshot_gui.images.decode import MAX_FILE_BYTES, MAX_PIXELS
from fewshot_gui.images.find import PICTURE_SUFFIXES
from fewshot_gui.paths import data_folder


@dataclass(frozen=True)
class Finding:
    """One thing looked at; found is for a person, and says what to do where ok is False."""

    what: str
    ok: bool
    found: str


def examine() -> list[Finding]:
    """Look at everything; nothing of the user's is changed."""
    reinstall = "Install the program again."
    permit = "Make the folder writable, or choose another one with {}."
    checks: list[tuple[str, Callable[[], str], str]] = [
        ("System", lambda: f"Python {platform.python_version()}, {platform.platform()}", ""),
        ("Versions", _versions, reinstall),
        ("Data folder", lambda: _writable(data_folder()), permit.format("FEWSHOT_GUI_DATA")),
        ("Cache folder", lambda: _writable(cache_folder()), permit.format("FEWSHOT_GUI_CACHE")),
        ("Picture formats", lambda: " ".join(sorted(PICTURE_SUFFIXES)), ""),
        ("Window", _window, "The command line works without it; the README says which system libraries it needs."),
        ("Device", _device, "Update the graphics driver, or compute with --device cpu."),
        ("Learner", _learner, reinstall),
    ]
    findings = []
    for what, check, advice in checks:
        try:
            findings.append(Finding(what, True, check()))
        except Exception as error:  # the doctor reports every illness
            findings.append(Finding(what, False, f"{type(error).__name__}: {error}. {advice}"))
    return findings


def _versions() -> str:
    return ", ".join(f"{name} {version(name)}" for name in ("torch", "torchvision", "PySide6-Essentials", "pillow"))


def _writable(folder: Path) -> str:
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=folder):
        return str(folder)


def _window() -> str:
    from importlib import import_module

    widgets = import_module("PySide6.QtWidgets")
    core = import_module("PySide6.QtCore")
    return f"Qt {core.qVersion()} with {widgets.__name__.split('.')[-1]}"


def _device() -> str:
    from fewshot_gui.learner.device import choose_device

    device = choose_device()
    return f"{device.name}. {device.note}".strip()


def _learner() -> str:
    from fewshot_gui.learner.learner import Learner

    learner = Learner()
    learner.warm_up()
    rng = np.random.default_rng(0)
    pictures = rng.integers(0, 255, (25, learner.side, learner.side, 3), dtype=np.uint8)
    began = time.perf_counter()
    features = learner.features(pictures)
    middle = time.perf_counter()
    learner.adapt(features, np.repeat(np.arange(5), 5), 5)
    adapted = time.perf_counter() - middle
    speed = len(pictures) / (middle - began)
    return f"5 classes of 5 examples adapted in {adapted:.2f} s, {speed:.0f} pictures/s"


MOST_WARNINGS = 50
_SUFFIXES = PICTURE_SUFFIXES | {
    ".heic",
    ".heif",
    ".fewshot",
    ".safetensors",
    ".pth",
    ".csv",
    ".xmp",
    ".json",
    ".sqlite",
}
_END = r"(?=[\s.,:;!?)\]]|$)"
_START = r"(?:[A-Za-z]:[\\/]|\\\\|~?/)"
# A quoted path may hold quotes itself: those that neither end a clause nor follow a suffix.
_QUOTED = re.compile(
    rf"""(?<![^\s(\[=:])(?:"({_START}(?:[^"\n]|"(?!\s*[.,:;!?)]))*?\.\w{{1,11}})"{_END}|"([^\n]+?)"{_END}"""
    r"|“([^\n]+?)”|「([^\n]+?)」|『([^\n]+?)』|«([^\n]+?)»)"
)
# Unquoted, a path goes on to its suffix, or else to the end of the line: better too much is masked than too little.
_PATH = re.compile(rf"(?<![\w:/<>]){_START}(?:[^\n]*?\.\w{{1,11}}{_END}|[^\n]*)")
_FILE = re.compile(
    rf"[^\s\"<>/\\]+(?:{'|'.join(map(re.escape, sorted(_SUFFIXES, key=len, reverse=True)))})\b", re.IGNORECASE
)


class Mask:
    """Replaces paths and names in sentences, the same one by the same number: "<folder 1>/<name 3>.jpg".

    Paths are found by their looks, and so is whatever stands in double quotes. folders: known by the program, which may
    stand anywhere. names: of classes and such, which are masked wherever they stand.
    """

    def __init__(self, folders: Sequence[Path] = (), names: Sequence[str] = ()) -> None:
        self._numbers: dict[tuple[str, str], int] = {}
        known = {str(data_folder()): "<data folder>", str(cache_folder()): "<cache folder>"}
        known |= {str(folder): self._number("folder", str(folder)) for folder in folders}
        with suppress(RuntimeError):  # a system without homes
            known[str(Path.home())] = "<home>"
        self._folders = sorted(known.items(), key=lambda one: -len(one[0]))
        people = list(names)
        with suppress(OSError, KeyError, ImportError):
            people.append(getpass.getuser())
        self._names = sorted({name for name in people if name.strip()}, key=len, reverse=True)

    def __call__(self, text: str) -> str:
        """The text without paths and names. Lines stay lines."""
        text = _QUOTED.sub(lambda found: f'"{self._masked(next(filter(None, found.groups())))}"', text)
        for folder, mask in self._folders:
            if len(folder) > 1:
                text = re.sub(rf"{re.escape(folder)}(?![^\s.,:;!?)\\/])(?![\\/][^\s])", mask, text)
        text = _PATH.sub(lambda found: self._masked(found[0]), text)
        text = _FILE.sub(lambda found: self._masked(found[0]), text)
        for name in self._names:
            whole = re.compile(rf"(?<![\w<]){re.escape(name)}(?!\w)")
            if whole.search(text):
                text = whole.sub(self._number("name", name), text)
        return text

    def _masked(self, path: str) -> str:
        """One path or name, whole."""
        for folder, mask in self._folders:
            if path.rstrip("/\\") == folder:
                return mask
        if path.startswith("<"):
            return path
        above, separator, name = max((path.rpartition(s) for s in "/\\"), key=lambda parts: len(parts[0]))
        suffix = Path(name).suffix.lower()
        hidden = self._number("name", path) + (suffix if suffix in _SUFFIXES else "")
        return f"{self._folder(above)}/{hidden}" if separator else hidden

    def _folder(self, path: str) -> str:
        return next((mask for folder, mask in self._folders if path == folder), self._number("folder", path))

    def _number(self, kind: str, what: str) -> str:
        of_kind = sum(1 for other, _ in self._numbers if other == kind)
        return f"<{kind} {self._numbers.setdefault((kind, what), of_kind + 1)}>"


def report(
    findings: Sequence[Finding],
    settings: Mapping[str, object] | None = None,
    counts: Mapping[str, int] | None = None,
    warnings: Sequence[str] = (),
    folders: Sequence[Path] = (),
    names: Sequence[str] = (),
) -> str:
    """The diagnostic report, for a person to read and then send: findings of ``examine``, limits, and what is given.

    settings: plain values (others are left out). counts: pictures, classes and the like. warnings: the last sentences
    the program said. folders: of pictures and projects; names: of the classes; both only so that they are masked.
    """
    mask = Mask(folders, names)
    with suppress(PackageNotFoundError):
        findings = [Finding("Program", True, f"Fewshot GUI {version('fewshot-gui')}"), *findings]
    parts = {
        "Findings": [f"{'ok ' if f.ok else 'BAD'} {f.what}: {mask(f.found)}" for f in findings],
        "Limits": [
            f"pictures: {MAX_PIXELS // 10**6} million pixels, {MAX_FILE_BYTES >> 20} MB",
            f"reading one: {isolated.SECONDS:g} s to arrive, {isolated.SECONDS:g} s to decode, "
            f"{isolated.MEMORY / 10**9:.1f} GB of memory",
        ],
        "Settings": [
            f"{key}: {mask(str(value))}"
            for key, value in sorted((settings or {}).items())
            if isinstance(value, str | int | float)
        ],
        "Counts": [f"{what}: {count}" for what, count in (counts or {}).items()],
        "Last warnings": [mask(sentence) for sentence in warnings[-MOST_WARNINGS:]],
    }
    lines = ["Diagnostic report. It holds no pictures; paths and names are masked.", ""]
    for title, content in parts.items():
        if content:
            lines += [title, *(f"  {line}" for line in content), ""]
    return "\n".join(lines)
