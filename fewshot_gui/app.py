"""The desktop program: the window first, the learner behind it."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSettings, QTimer
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from fewshot_gui.images.samples import make_samples
from fewshot_gui.paths import data_folder, resource
from fewshot_gui.project.errors import ProjectError
from fewshot_gui.project.schema import SUFFIX
from fewshot_gui.session import Session
from fewshot_gui.ui.desk import Desk
from fewshot_gui.ui.language import install_language
from fewshot_gui.ui.main_window import MainWindow
from fewshot_gui.ui.theme import apply_theme
from fewshot_gui.workers.compute import Compute, EngineMaker, make_engine
from fewshot_gui.workers.tasks import Task, Tasks

GIL_SWITCH_SECONDS = 0.0001
"""The window's thread asks for the interpreter anew at every call into Qt; it must not wait 5 ms (the default) each
time."""


class Application:
    """What lives as long as the program: compute thread, tasks, settings, and the window."""

    def __init__(self, session: Session, make: EngineMaker = make_engine) -> None:
        self.settings = QSettings(str(data_folder() / "settings.ini"), QSettings.Format.IniFormat)
        mode = str(self.settings.value("theme", "system"))
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        apply_theme(application, "light" if mode == "light" else "dark" if mode == "dark" else "system")
        sys.setswitchinterval(GIL_SWITCH_SECONDS)
        self.tasks = Tasks()
        self.compute = Compute(make)
        self.desk = Desk(session, self.compute, self.tasks)
        self.window = MainWindow(self.desk, self.compute, self.tasks, self.settings)
        self.window.empty.samples_requested.connect(self.show_samples)

    def start(self) -> None:
        """Show the window; the learner is loaded behind it."""
        self.window.show()
        QTimer.singleShot(0, self._begin)

    def _begin(self) -> None:
        self.compute.start()
        self.desk.begin()

    def show_samples(self) -> None:
        """The sample project: generated pictures, so that the first minute shows the program at work."""
        folder = data_folder() / "samples"

        def make(_: Task) -> Path:
            if not (folder / "pictures").is_dir():
                make_samples(folder)
            return folder

        def show(made: Path) -> None:
            project = made / f"Samples{SUFFIX}"
            fresh = not project.exists()
            if self.desk.session.path != project and not self.desk.open_project(project):
                return
            if fresh:
                self.desk.import_class_folders(made / "examples")
            self.desk.open_folder(made / "pictures")

        self.tasks.run(make, show, lambda error: self.window.strip.warn(str(error)))

    def stop(self) -> None:
        """End threads in order; called once the window is closed."""
        self.compute.stop()
        self.tasks.stop()


def run_window(arguments: Sequence[str]) -> int:
    """``fewshot-gui [FOLDER | FILE.fewshot | demo]``: open the window, return the exit code; 2 where refused."""
    demo = list(arguments) == ["demo"]
    target = Path(arguments[0]) if arguments and not demo else None
    if len(arguments) > 1 or (target is not None and not target.exists() and target.suffix != SUFFIX):
        sys.stderr.write(f"There is no folder, project or command called {' '.join(arguments)}. Try --help.\n")
        return 2
    application = QApplication(sys.argv[:1])
    install_language(application)
    application.setApplicationName("Fewshot GUI")
    application.setDesktopFileName("fewshot-gui")
    application.setWindowIcon(QIcon(str(resource("icons", "app.svg"))))
    try:
        session = _session_for(target)
    except ProjectError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    program = Application(session)
    if target is not None and target.is_dir() and session.folder != target.resolve():
        session.open_folder(target)
    program.start()
    if demo:
        QTimer.singleShot(0, program.show_samples)
    code = application.exec()
    program.stop()
    return code


def _session_for(target: Path | None) -> Session:
    """The named project; the one kept for this folder; or, with nothing named, the one that was open last."""
    if target is not None and target.is_dir():
        key = hashlib.sha256(os.fsencode(target.resolve())).hexdigest()[:6]
        folder = data_folder() / "projects"
        folder.mkdir(parents=True, exist_ok=True)
        return Session.open(folder / f"{target.resolve().name or 'folder'} {key}{SUFFIX}")
    if target is not None:
        return Session.open(target)
    last = QSettings(str(data_folder() / "settings.ini"), QSettings.Format.IniFormat).value("project")
    if isinstance(last, str) and Path(last).is_file():
        try:
            return Session.open(Path(last))
        except ProjectError:
            pass  # open in another window, or damaged: its file is left alone, and a new project opened
    return Session.open()
