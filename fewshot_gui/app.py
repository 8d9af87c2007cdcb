"""The desktop program: the window first, the learner behind it."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QSettings, Qt, QTimer
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from fewshot_gui.engine import Engine
from fewshot_gui.images import isolated
from fewshot_gui.images.samples import make_samples
from fewshot_gui.paths import data_folder, resource
from fewshot_gui.project.errors import DamagedProject, ProjectError
from fewshot_gui.project.schema import SUFFIX
from fewshot_gui.session import Session
from fewshot_gui.ui.desk import Desk
from fewshot_gui.ui.main_window import MainWindow
from fewshot_gui.ui.project.recovery_dialog import rescue
from fewshot_gui.ui.shell.preferences import Preferences
from fewshot_gui.ui.shell.shell import as_mode, speak
from fewshot_gui.ui.shell.single_instance import Door, knock
from fewshot_gui.ui.theme import apply_theme
from fewshot_gui.workers.compute import Compute, EngineMaker, engine_on, make_engine
from fewshot_gui.workers.garbage import Garbage
from fewshot_gui.workers.tasks import Task, Tasks

GIL_SWITCH_SECONDS = 0.0001
"""The window's thread asks for the interpreter anew at every call into Qt; it must not wait 5 ms (the default) each
time."""


class Application:
    """What lives as long as the program: compute thread, tasks, settings, and the window."""

    def __init__(self, session: Session, make: EngineMaker = make_engine) -> None:
        self.settings = _settings()
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        apply_theme(application, as_mode(Preferences(self.settings).text("theme")))
        sys.setswitchinterval(GIL_SWITCH_SECONDS)
        self.garbage = Garbage(application)
        self.tasks = Tasks()
        self.compute = Compute(partial(_after_readers, make))
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

    def open(self, target: str) -> None:
        """Come to the front and open what a later start named (see Door.knocked)."""
        window = self.window
        window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
        window.show()
        window.raise_()
        window.activateWindow()
        QApplication.alert(window)  # where the desktop lets nobody come to the front by itself
        if target == "demo":
            self.show_samples()
        elif target:
            path = Path(target)
            project = _project_of(path)
            if project != self.desk.session.path and not self.desk.open_project(project):
                return
            if path.is_dir() and self.desk.session.folder != path:
                self.desk.open_folder(path)

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
        self.garbage.stop()


def run_window(arguments: Sequence[str]) -> int:
    """``fewshot-gui [FOLDER | FILE.fewshot | demo]``: open the window, return the exit code; 2 where refused."""
    demo = list(arguments) == ["demo"]
    target = Path(arguments[0]) if arguments and not demo else None
    if len(arguments) > 1 or (target is not None and not target.exists() and target.suffix != SUFFIX):
        sys.stderr.write(f"There is no folder, project or command called {' '.join(arguments)}. Try --help.\n")
        return 2
    application = QApplication(sys.argv[:1])
    door = Door()
    first = door.claim()
    if not first and knock("demo" if demo else str(target.resolve()) if target else ""):
        return 0
    preferences = Preferences(_settings())
    speak(application, preferences.text("language"))
    application.setApplicationName("Fewshot GUI")
    application.setDesktopFileName("fewshot-gui")
    application.setWindowIcon(QIcon(str(resource("icons", "app.svg"))))
    apply_theme(application, as_mode(preferences.text("theme")))
    try:
        session = _session_for(target)
    except ProjectError as error:
        door.close()
        sys.stderr.write(f"{error}\n")
        return 2
    program = Application(session, partial(engine_on, preferences.text("device")))
    door.knocked.connect(program.open)
    if target is not None and target.is_dir() and session.folder != target.resolve():
        session.open_folder(target)
    program.start()
    if demo:
        QTimer.singleShot(0, program.show_samples)
    code = application.exec()
    door.close()
    program.stop()
    return code


def _after_readers(make: EngineMaker) -> Engine:
    """Start the processes that read pictures, then make the engine: so they are ready by the time the first thumbnails
    are wanted, and give way to the window as the compute thread does, from which they inherit it."""
    isolated.start(2)
    return make()


def _settings() -> QSettings:
    return QSettings(str(data_folder() / "settings.ini"), QSettings.Format.IniFormat)


def _project_of(target: Path) -> Path:
    """The project to open: the one that was named, or the one kept for the folder that was."""
    if not target.is_dir():
        return target
    key = hashlib.sha256(os.fsencode(target.resolve())).hexdigest()[:6]
    folder = data_folder() / "projects"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{target.resolve().name or 'folder'} {key}{SUFFIX}"


def _session_for(target: Path | None) -> Session:
    """The named project; the one kept for this folder; or, with nothing named, the one that was open last."""
    if target is not None:
        return _opened(_project_of(target))
    last = _settings().value("project")
    if isinstance(last, str) and Path(last).is_file():
        try:
            return _opened(Path(last))
        except ProjectError:
            pass  # open in another window, or left as it is, damaged: a new project is opened
    return Session.open()


def _opened(project: Path) -> Session:
    """The project, also a damaged one that the person has found a way out for. Raises ProjectError."""
    try:
        return Session.open(project, or_copy=True)
    except DamagedProject:
        if not rescue(project):
            raise
    return Session.open(project, or_copy=True)
