"""The real program on its samples, and the means to lead it into a state and to keep what it shows."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from PIL import Image
from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QWidget

from fewshot_gui.app import Application
from fewshot_gui.images.samples import SampleSet, make_samples
from fewshot_gui.paths import data_folder
from fewshot_gui.session import Session
from fewshot_gui.ui.shell.language import install_language
from fewshot_gui.ui.theme import Mode

PATIENCE_S = 300
SETTLES_MS = 700
"""After this long nothing moves any more: thumbnails are there, rows and counts are up to date."""


class Stage:
    """One program in folders of its own; the states in states.py are played on it, one after the other."""

    def __init__(self, out: Path) -> None:
        self.out = out
        out.mkdir(parents=True, exist_ok=True)
        self.application = QApplication(sys.argv[:1])
        install_language(self.application, "en")
        self.program = Application(Session.open())
        self.window, self.desk = self.program.window, self.program.desk
        self.samples: SampleSet = make_samples(data_folder() / "samples")
        self.tag = ""
        self.program.start()

    def dress(self, theme: Mode, language: str, width: int, height: int) -> None:
        """Another look; it stands in the names of the pictures that are taken from now on."""
        self.window.shell.preferences.set("language", language)
        self.window.shell.preferences.set("theme", theme)
        self.window.resize(width, height)
        scale = round(self.window.devicePixelRatioF())
        self.tag = f"{language}-{theme}-{width}x{height}" + (f"@{scale}x" if scale > 1 else "")
        pause(SETTLES_MS)

    def shoot(self, name: str, widget: QWidget | None = None) -> None:
        """Save what the window, or another widget, shows once it has settled."""
        pause(SETTLES_MS)
        folder = self.out / self.tag
        folder.mkdir(exist_ok=True)
        (widget or self.window).grab().save(str(folder / f"{name}.png"))
        print(folder / f"{name}.png", flush=True)

    def classified(self) -> None:
        """Wait until every picture of the folder has its answer."""
        counts = lambda: self.desk.session.counts()  # noqa: E731 - another session, once the samples are opened
        wait(lambda: counts().all > 0 and counts().waiting == 0, "every picture has its answer")

    def adapted(self, action: Callable[[], object]) -> None:
        """Do something that teaches the network, and wait until all pictures are scored by what it became."""
        scored: list[object] = []
        connection = self.program.compute.scored.connect(lambda *_: scored.append(0))
        action()
        wait(lambda: bool(scored), "the network has adapted")
        self.program.compute.scored.disconnect(connection)
        self.classified()

    def truth(self, picture: int) -> str:
        """What a sample shows: the name of its class, or "unknown" or "unreadable"."""
        return self.samples.truth.get(self.desk.session.picture(picture).path.name, "")

    def end(self) -> None:
        """Close the window as a person does."""
        self.window.close()
        self.program.stop()
        self.application.quit()


def wait(condition: Callable[[], bool], what: str) -> None:
    """Run the event loop until the condition holds. Ends the program where it never does."""
    loop = QEventLoop()
    look, give_up = QTimer(interval=20), QTimer(singleShot=True, interval=PATIENCE_S * 1000)
    look.timeout.connect(lambda: loop.quit() if condition() else None)
    give_up.timeout.connect(loop.quit)
    look.start()
    give_up.start()
    loop.exec()
    if not condition():
        sys.exit(f"Waited {PATIENCE_S} s in vain until {what}.")


def pause(milliseconds: int) -> None:
    """Run the event loop for a while."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def save_small(widget: QWidget, path: Path) -> None:
    """Save what a widget shows with a third less to download: between dark and light every tenth shade only."""
    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    size, stride = (image.width(), image.height()), image.bytesPerLine()
    whole = Image.frombuffer("RGB", size, bytes(image.constBits()), "raw", "RGB", stride, 1)
    whole.point(lambda shade: 10 * round(shade / 10) if 48 < shade < 232 else shade).save(path, optimize=True)
    print(path, path.stat().st_size, flush=True)
