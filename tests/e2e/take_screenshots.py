"""Take the README's screenshots of the real window: python tests/e2e/take_screenshots.py [FOLDER]

Needs a display (Xvfb will do). Starts the program on its samples with the embedded weights, waits until everything is
classified, and saves what the window shows, light and dark.
"""

import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication, QWidget

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))


def wait(condition: Callable[[], bool], seconds: float = 120) -> None:
    """Run the event loop until the condition holds."""
    loop = QEventLoop()
    look, give_up = QTimer(interval=50), QTimer(singleShot=True, interval=int(seconds * 1000))
    look.timeout.connect(lambda: loop.quit() if condition() else None)
    give_up.timeout.connect(lambda: sys.exit("The window did not get ready in time."))
    look.start()
    give_up.start()
    loop.exec()


def pause(milliseconds: int) -> None:
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def save(widget: QWidget, path: Path) -> None:
    widget.grab().save(str(path))
    print(path)


def main() -> None:
    """Drive the window through its states and save each."""
    out = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "resources" / "screenshots"
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        os.environ |= {"FEWSHOT_GUI_DATA": f"{scratch}/data", "FEWSHOT_GUI_CACHE": f"{scratch}/cache"}
        from fewshot_gui.app import Application
        from fewshot_gui.session import Filter, Session
        from fewshot_gui.ui.language import install_language

        application = QApplication(sys.argv[:1])
        install_language(application, "en")
        program = Application(Session.open())
        window = program.window
        window.resize(1280, 800)
        program.start()
        window.set_theme("light")
        pause(800)
        save(window, out / "empty.png")
        program.show_samples()
        wait(lambda: program.desk.session.counts().all == 133 and program.desk.session.counts().waiting == 0)
        window.gallery.select_id(int(program.desk.session.view()[6]))
        pause(1500)
        save(window, out / "window.png")
        window.set_theme("dark")
        pause(500)
        save(window, out / "window-dark.png")
        window.filters.set_filter(Filter.REVIEW)
        pause(800)
        save(window, out / "review.png")
        window.set_theme("light")
        window.filters.set_filter(Filter.ALL)
        window.menu.sort.trigger()
        dialog = window.sorting.dialog
        assert dialog is not None
        wait(dialog.sort_button.isEnabled)
        pause(500)
        save(dialog, out / "plan.png")
        dialog.close()
        window.close()
        program.stop()
        application.quit()


if __name__ == "__main__":
    main()
