"""The projects that were open last, and the menu that opens them again."""

from __future__ import annotations

import json
import time
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QDateTime, QLocale, QSettings, Signal
from PySide6.QtWidgets import QMenu, QWidget

from fewshot_gui.images.errors import printable

MOST = 10


@dataclass(frozen=True)
class Recent:
    """A project: its file, the name of its folder ("" for none), when it was last left, how many pictures it showed."""

    path: str
    folder: str
    at: float
    pictures: int


class RecentProjects:
    """The list, kept in the settings, the latest first."""

    def __init__(self, settings: QSettings) -> None:
        self._settings = settings

    def all(self) -> list[Recent]:
        """What the settings hold; an entry that can't be read is left out."""
        found = []
        try:
            entries = json.loads(str(self._settings.value("recent", "[]")))
            for entry in entries if isinstance(entries, list) else []:
                path, folder, at, pictures = (entry[key] for key in ("path", "folder", "at", "pictures"))
                found.append(Recent(str(path), str(folder), float(at), int(pictures)))
        except (ValueError, TypeError, KeyError):
            pass  # someone else wrote into the settings
        return found[:MOST]

    def note(self, path: Path, folder: str, pictures: int) -> None:
        """This project is, or was just, open."""
        others = [recent for recent in self.all() if recent.path != str(path)]
        self._keep([Recent(str(path), folder, time.time(), pictures), *others])

    def clear(self) -> None:
        """Forget them; the projects themselves stay."""
        self._keep([])

    def _keep(self, recent: list[Recent]) -> None:
        self._settings.setValue("recent", json.dumps([asdict(entry) for entry in recent[:MOST]]))


class RecentMenu(QMenu):
    """Recent projects with their folder, date and number of pictures; those that are gone are greyed."""

    chosen = Signal(Path)

    def __init__(self, recent: RecentProjects, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._recent = recent
        self._open_now: Path | None = None
        self.aboutToShow.connect(self._fill)

    def set_open_now(self, path: Path) -> None:
        """The project that is open, which need not be offered."""
        self._open_now = path

    def _fill(self) -> None:
        self.clear()
        offered = [entry for entry in self._recent.all() if entry.path != str(self._open_now)]
        for number, entry in enumerate(offered, 1):
            path = Path(entry.path)
            mnemonic = f"&{number} " if number < 10 else ""
            action = self.addAction(mnemonic + self._text(entry).replace("&", "&&"), partial(self.chosen.emit, path))
            action.setToolTip(printable(path))
            if not path.is_file():
                action.setEnabled(False)
                action.setText(self.tr("{project} (no longer there)").format(project=action.text()))
        if offered:
            self.addSeparator()
            self.addAction(self.tr("&Clear this list"), self._recent.clear)
        else:
            self.addAction(self.tr("No other project was open yet")).setEnabled(False)

    def _text(self, entry: Recent) -> str:
        name = printable(Path(entry.folder or Path(entry.path).stem))
        day = QLocale().toString(QDateTime.fromSecsSinceEpoch(int(entry.at)).date(), QLocale.FormatType.ShortFormat)
        pictures = self.tr("%Ln picture(s)", "", entry.pictures)
        return f"{name} · {day} · {pictures}"
