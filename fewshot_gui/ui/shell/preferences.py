"""What a person can set, kept in the settings file and told to all who listen."""

from PySide6.QtCore import QObject, QSettings, Signal

Value = str | int | bool

STANDARD: dict[str, Value] = {
    "language": "system",  # or en, zh_CN
    "theme": "system",  # or light, dark
    "device": "auto",  # or cpu, cuda
    "folder_helps": False,
    "watch": False,
    "auto_advance": True,
    "thumbnail_megabytes": 1024,
}
"""Every setting by its name in the file, and what it is until somebody changes it."""


class Preferences(QObject):
    """Reads and writes the settings; a value of the wrong kind in the file counts as the standard one."""

    changed = Signal(str)
    """The name of the setting that has another value now."""

    def __init__(self, settings: QSettings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings = settings

    def text(self, name: str) -> str:
        """The value of a setting that is one of a few words."""
        return str(self._settings.value(name, STANDARD[name]))

    def is_on(self, name: str) -> bool:
        """The value of a switch."""
        return str(self._settings.value(name, STANDARD[name])).lower() == "true"

    def number(self, name: str) -> int:
        """The value of a number."""
        value = str(self._settings.value(name, STANDARD[name]))
        return int(value) if value.isdecimal() else int(STANDARD[name])

    def set(self, name: str, value: Value) -> None:
        """Change a setting and tell everybody."""
        if str(self._settings.value(name, STANDARD[name])).lower() != str(value).lower():
            self._settings.setValue(name, value)
            self.changed.emit(name)

    def flip(self, name: str) -> None:
        """Turn a switch."""
        self.set(name, not self.is_on(name))
