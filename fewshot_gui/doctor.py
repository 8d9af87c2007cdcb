"""``fewshot-gui doctor``: what is installed, what works, and what to do where it does not."""

from __future__ import annotations

import platform
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import numpy as np

from fewshot_gui.feature_cache import cache_folder
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
