"""Drag from a real file manager into the real window, and check what the project file says afterwards.

    python tests/e2e/drag_from_file_manager.py [SCREENSHOT.png]

Not a test that pytest collects, and not run in CI, for it needs a desktop: Xvfb, openbox, Thunar, xdotool and
dbus-run-session. It starts all of them on a display of its own, with the program beside Thunar, and moves the mouse as
a person does:

1. two folders of examples onto "New class", one after the other;
2. the folder of pictures into the middle; then it waits until all of them are classified;
3. one tile onto the card of the other class, another one corrected by its digit.

Exit code 0 if the project file holds what was said; else a sentence and 1.
"""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from fewshot_gui.images.samples import make_samples  # noqa: E402

SCREEN = (1600, 900)
WINDOW = (500, 0, 1100, 860)  # of the program: x, y, width, height
MANAGER = (0, 0, 480, 860)  # of Thunar
NEEDED = ("Xvfb", "openbox", "thunar", "xdotool", "dbus-run-session")
NO_FRAMES = """<openbox_config xmlns="http://openbox.org/3.4/rc">
<applications><application class="*"><decor>no</decor></application></applications></openbox_config>"""
PATIENCE_S = 240


class Failed(Exception):
    """What did not come about."""


def wait(condition: Callable[[], object], what: str, seconds: float = PATIENCE_S) -> None:
    """Look again and again until it holds."""
    until = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > until:
            raise Failed(f"Waited {seconds:.0f} s in vain until {what}.")
        time.sleep(0.25)


class Desktop:
    """An X server of its own, with a window manager; everything is ended when the stack is left."""

    def __init__(self, stack: ExitStack, scratch: Path) -> None:
        self.environment = {
            **os.environ,
            "QT_QPA_PLATFORM": "xcb",
            "HOME": str(scratch / "home"),
            "XDG_RUNTIME_DIR": str(scratch / "run"),
            "FEWSHOT_GUI_DATA": str(scratch / "data"),
            "FEWSHOT_GUI_CACHE": str(scratch / "cache"),
            "FEWSHOT_GUI_LANGUAGE": "en",
            "PYTHONPATH": str(ROOT),
        }
        for folder in ("home", "run"):
            (scratch / folder).mkdir(mode=0o700)
        self.stack = stack
        self.log = stack.enter_context((scratch / "log").open("w"))
        self.display = self.environment["DISPLAY"] = self.start_server()
        (scratch / "rc.xml").write_text(NO_FRAMES)  # so that a window stands where it is put
        self.start("openbox", "--config-file", str(scratch / "rc.xml"))

    def start_server(self) -> str:
        """Start an X server; the display that it has chosen, which it tells once it is ready."""
        told, tells = os.pipe()
        size = f"{SCREEN[0]}x{SCREEN[1]}x24"
        self.start("Xvfb", "-displayfd", str(tells), "-screen", "0", size, "-nolisten", "tcp", hand_on=(tells,))
        os.close(tells)
        with os.fdopen(told) as answer:
            number = answer.readline().strip()
        if not number:
            raise Failed("The X server did not start.")
        return f":{number}"

    def start(self, *command: str, hand_on: tuple[int, ...] = ()) -> subprocess.Popen[bytes]:
        """Start a program that ends with the desktop; hand_on: open files that it gets."""
        return self.stack.enter_context(running(command, self.environment, self.log.fileno(), hand_on))

    def xdotool(self, *words: object) -> str:
        """What xdotool answers; "" where it finds nothing."""
        asked = ["xdotool", *map(str, words)]
        return subprocess.run(asked, env=self.environment, capture_output=True, text=True).stdout.strip()

    def place(self, name: str, x: int, y: int, width: int, height: int) -> str:
        """Wait for a window whose title matches, and put it somewhere; its id."""
        wait(lambda: self.xdotool("search", "--onlyvisible", "--name", name), f"a window “{name}” is there")
        window = self.xdotool("search", "--onlyvisible", "--name", name).splitlines()[-1]
        self.xdotool("windowsize", "--sync", window, width, height)
        self.xdotool("windowmove", "--sync", window, x, y)
        time.sleep(1)
        return window

    def drag(self, start: tuple[int, int], end: tuple[int, int]) -> None:
        """Press, move in steps as a hand does, and let go."""
        self.xdotool("mousemove", *start)
        time.sleep(0.5)
        self.xdotool("mousedown", 1)
        time.sleep(0.3)
        for step in range(1, 21):
            x, y = (round(a + (b - a) * step / 20) for a, b in zip(start, end, strict=True))
            self.xdotool("mousemove", x, y)
            time.sleep(0.05)
        for jitter in (1, -1, 0):  # the target answers where it is moved over
            self.xdotool("mousemove", end[0] + jitter, end[1])
            time.sleep(0.3)
        self.xdotool("mouseup", 1)
        time.sleep(1)

    def screenshot(self, path: Path) -> None:
        """Save all of the screen."""
        from PIL import ImageGrab

        ImageGrab.grab(xdisplay=self.display).save(path)


@contextmanager
def running(
    command: tuple[str, ...], environment: dict[str, str], log: int, hand_on: tuple[int, ...] = ()
) -> Iterator[subprocess.Popen[bytes]]:
    """A program that is ended, gently and then not, when this is left."""
    process = subprocess.Popen(
        command, env=environment, stdout=log, stderr=log, start_new_session=True, pass_fds=hand_on
    )
    try:
        yield process
    finally:
        for how in (signal.SIGTERM, signal.SIGKILL):
            with suppress(ProcessLookupError):
                os.killpg(process.pid, how)  # what it started as well: a bus has services
            with suppress(subprocess.TimeoutExpired):
                process.wait(20)


def ask(project: Path, question: str, *values: object) -> list[tuple[object, ...]]:
    """Read the project file while the program has it open; nothing while there is none."""
    if not project.exists():
        return []
    connection = sqlite3.connect(f"file:{project}?mode=ro", uri=True, timeout=10)
    try:
        return connection.execute(question, values).fetchall()
    except sqlite3.OperationalError:
        return []  # not yet a project
    finally:
        connection.close()


def classes(project: Path) -> dict[str, int]:
    """Number of examples of each class, by name."""
    question = "SELECT name, (SELECT count(*) FROM human_labels WHERE class_id = classes.id) FROM classes"
    return {str(name): int(str(count)) for name, count in ask(project, question)}


def lay_out(scratch: Path) -> tuple[Path, list[str]]:
    """A folder with "boat" and "cup" (five examples each) and "pictures" (sixteen of both); and what each shows."""
    made, shown = make_samples(scratch / "made", per_class=8), scratch / "shown"
    for name in ("boat", "cup"):
        shutil.copytree(made.examples / name, shown / name)
    (shown / "pictures").mkdir()
    kept = sorted(name for name, truth in made.truth.items() if truth in ("boat", "cup"))
    for name in kept:
        shutil.copy(made.pictures / name, shown / "pictures")
    return shown, [made.truth[name] for name in kept]


def play(desktop: Desktop, scratch: Path, picture: Path) -> None:
    """What a person does. Raises Failed."""
    project = scratch / "desk.fewshot"
    shown, truth = lay_out(scratch)
    desktop.start(sys.executable, "-m", "fewshot_gui", str(project))
    desktop.start("dbus-run-session", "thunar", str(shown))
    try:
        window = desktop.place("Fewshot GUI$", *WINDOW)
        desktop.place("Thunar|File Manager|^shown", *MANAGER)
        found = dict(line.split("=") for line in desktop.xdotool("getwindowgeometry", "--shell", window).splitlines())
        left, top = int(found["X"]), int(found["Y"])
        print(f"The program's window stands at {left}, {top}.", flush=True)
        act(desktop, project, (left, top), truth)
    finally:
        desktop.screenshot(picture)


def act(desktop: Desktop, project: Path, corner: tuple[int, int], truth: list[str]) -> None:
    """Drag and press, and check the project file after each."""

    def at(x: int, y: int) -> tuple[int, int]:
        return corner[0] + x, corner[1] + y

    desktop.drag(BOAT, at(*NEW_CARD[0]))
    wait(lambda: classes(project).get("boat") == 5, "boat is a class with five examples")
    desktop.drag(CUP, at(*NEW_CARD[1]))
    wait(lambda: classes(project).get("cup") == 5, "cup is a class with five examples")
    print("Two folders are two classes.", flush=True)

    desktop.drag(PICTURES, at(*MIDDLE))
    answered = "SELECT count(*) FROM machine_labels JOIN pictures ON id = picture_id WHERE in_folder"
    wait(lambda: ask(project, answered) == [(len(truth),)], "all pictures are classified")
    print(f"{len(truth)} pictures are classified.", flush=True)
    time.sleep(3)

    said = (
        "SELECT name FROM human_labels JOIN classes ON classes.id = class_id JOIN pictures ON pictures.id = picture_id "
    )
    said += "WHERE in_folder ORDER BY path"
    desktop.drag(at(*TILE[0]), at(*CARD[truth[0]]))
    wait(lambda: ask(project, said) == [(truth[0],)], "the first tile has the class of the card it was dropped on", 30)
    desktop.xdotool("mousemove", *at(*TILE[1]), "click", 1)
    time.sleep(1)
    desktop.xdotool("key", 1 + list(CARD).index(truth[1]))
    wait(lambda: ask(project, said) == [(truth[0],), (truth[1],)], "the second tile has the class of the digit", 30)
    print(f"Dragged and pressed: {truth[0]}, {truth[1]}.", flush=True)
    time.sleep(3)


BOAT, CUP, PICTURES = (211, 142), (286, 142), (359, 142)
"""Where the three folders stand in Thunar's window, on the screen."""
NEW_CARD = ((120, 129), (120, 240))
"""The card "New class" in the program's window, without a class and with one."""
CARD = {"boat": (120, 125), "cup": (120, 236)}
MIDDLE, TILE = (560, 380), ((340, 231), (520, 231))


def main() -> int:
    """Play it once; 0 if all of it came about."""
    missing = [name for name in NEEDED if shutil.which(name) is None]
    if missing or os.environ.get("CI"):
        print(f"Skipped: {', '.join(missing) or 'this is CI'}.")
        return 0
    picture = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(tempfile.gettempdir()) / "drag_from_file_manager.png"
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        scratch = Path(folder)
        try:
            play(Desktop(stack, scratch), scratch, picture)
        except Failed as failed:
            print(failed, f"See {picture}.", (scratch / "log").read_text()[-2000:], sep="\n")
            return 1
    print(f"Everything came about. {picture}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
