"""The shell around the work: settings and what follows from them, following the folder, help."""

from __future__ import annotations

from collections import deque
from dataclasses import asdict
from functools import partial
from typing import Literal, cast

from PySide6.QtCore import QObject, QSettings
from PySide6.QtWidgets import QApplication, QWidget

from fewshot_gui import sentences
from fewshot_gui.cache_file import caches_bytes, clear_caches
from fewshot_gui.doctor import examine, report
from fewshot_gui.thumbnail_cache import ThumbnailCache
from fewshot_gui.ui import theme
from fewshot_gui.ui.desk import Desk
from fewshot_gui.ui.gallery.gallery import GalleryView
from fewshot_gui.ui.project.watch import FolderWatch
from fewshot_gui.ui.shell.help import AboutDialog, KeysOverlay
from fewshot_gui.ui.shell.keys import KEYS
from fewshot_gui.ui.shell.language import install_language
from fewshot_gui.ui.shell.preferences import STANDARD, Preferences
from fewshot_gui.ui.shell.report_dialog import ReportDialog
from fewshot_gui.ui.shell.settings_dialog import SettingsDialog
from fewshot_gui.workers.compute import Compute, engine_on
from fewshot_gui.workers.tasks import Task, Tasks

_WARNINGS = 20  # the last ones go into the diagnostic report


class Shell(QObject):
    """Owns the preferences and does at once what they say."""

    def __init__(
        self,
        desk: Desk,
        compute: Compute,
        tasks: Tasks,
        settings: QSettings,
        thumbnails: ThumbnailCache,
        gallery: GalleryView,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._desk = desk
        self._compute = compute
        self._tasks = tasks
        self._window = window
        self._thumbnails = thumbnails
        self._warnings: deque[str] = deque(maxlen=_WARNINGS)
        desk.warned.connect(self._warnings.append)
        KEYS.load(settings)
        self.preferences = Preferences(settings, self)
        self.preferences.changed.connect(self._apply)
        desk.folder_helps = self.preferences.is_on("folder_helps")
        self.watch = FolderWatch(desk, tasks, self.preferences.is_on("watch"), self)
        self._apply("thumbnail_megabytes")
        gallery.auto_advance = self.preferences.is_on("auto_advance")
        self._gallery = gallery
        self.keys = KeysOverlay(window)
        self.settings: SettingsDialog | None = None

    def show_settings(self) -> None:
        """Open the settings, or bring them to the front."""
        if self.settings is not None and self.settings.isVisible():
            self.settings.activateWindow()
            return
        dialog = self.settings = SettingsDialog(self.preferences, self._window)
        dialog.clear_requested.connect(partial(self._clear_caches, dialog))
        self._tasks.run(lambda _: caches_bytes(), dialog.show_cache)
        self._tasks.run(lambda _: _has_gpu(), dialog.offer_gpu)
        dialog.show()

    def show_about(self) -> None:
        """Version and licences."""
        AboutDialog(self._window).open()

    def show_report(self) -> None:
        """What helps those who are to help: looked at beside the window, nothing is sent."""
        dialog, session = ReportDialog(self._window), self._desk.session
        numbers = {what: number for what, number in asdict(session.counts()).items() if isinstance(number, int)}
        counts = {"classes": len(session.classes), **numbers}
        settings = {name: self.preferences.text(name) for name in STANDARD}
        folders = [folder for folder in (session.folder, session.path.parent) if folder is not None]
        names, warnings = [info.name for info in session.classes], list(self._warnings)

        def work(_: Task) -> str:
            return report(examine(), settings, counts, warnings, folders, names)

        self._tasks.run(work, dialog.show_report, lambda error: dialog.show_failure(str(error)))
        dialog.show()

    def stop(self) -> None:
        """Before the window goes."""
        self.watch.stop()

    def _clear_caches(self, dialog: SettingsDialog) -> None:
        def work(_: Task) -> int:
            clear_caches()
            return caches_bytes()

        self._tasks.run(work, dialog.show_cache)

    def _apply(self, name: str) -> None:
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        match name:
            case "language":
                speak(application, self.preferences.text(name))
            case "theme":
                theme.apply_theme(application, as_mode(self.preferences.text(name)))
            case "device":
                self._compute.change_engine(partial(engine_on, self.preferences.text(name)))
                self._desk.compute_anew()
            case "folder_helps":
                self._desk.let_folder_help(self.preferences.is_on(name))
            case "watch":
                self.watch.set_on(self.preferences.is_on(name))
            case "auto_advance":
                self._gallery.auto_advance = self.preferences.is_on(name)
            case "thumbnail_megabytes":
                self._thumbnails.set_limit(self.preferences.number(name) << 20)


def speak(application: QApplication, wanted: str) -> None:
    """Everything is said in this language from now on, the core's sentences included; "system" for the person's own."""
    sentences.use_language(install_language(application, wanted))


def as_mode(text: str) -> theme.Mode:
    """What the settings file says of the colours; anything unknown means as the system."""
    return cast(Literal["light", "dark"], text) if text in ("light", "dark") else "system"


def _has_gpu() -> bool:
    from fewshot_gui.learner.device import choose_device

    return choose_device().torch.type == "cuda"
