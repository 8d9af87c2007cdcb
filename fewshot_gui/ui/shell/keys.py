"""What every key does: one table, of which menus, pictures, the overlay and the settings dialog are made.

A key is written as Qt's portable text: "Ctrl+Z", "Shift+1", "?". Keys that a person chose are kept in the settings, all
others stay as they come.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QKeyCombination, QObject, QSettings, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence

translate = QCoreApplication.translate

_MODIFIERS = (Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_AltGr, Qt.Key.Key_Meta)
_MOVING = frozenset(
    (
        *("Up", "Down", "Left", "Right", "PgUp", "PgDown", "Home", "End", "Tab", "Shift+Tab", "Shift+Backtab"),
        *("Esc", "Return", "Enter", "Menu", "Ctrl+A", "Ctrl+C", "Ctrl+X"),
    )
)
"""Keys by which the window is moved through and texts are edited; nobody may take them away."""
# Shift+2 is " on a German keyboard and @ on an American one: the digit row is known by its place. From 1 to 9, then 0.
_DIGIT_ROW = {
    "xcb": range(10, 20),
    "wayland": range(10, 20),
    "windows": range(2, 12),
    "cocoa": (18, 19, 20, 21, 23, 22, 26, 28, 25, 29),
}


@dataclass(frozen=True)
class Entry:
    """One thing that keys can do. name: stands in the settings; group and title: for people, in their language.

    place: where the keys are heard: in the whole "window", or only on "pictures", on the "cards" of classes or on the
    "map". One key may do different things on pictures, cards and map, nothing else twice. Keys that say what pictures
    are, are heard on the map too.
    """

    name: str
    group: Callable[[], str]
    title: Callable[[], str]
    standard: tuple[str, ...]
    place: str = "window"

    def is_heard(self, place: str) -> bool:
        """Whether its keys are heard on the "pictures", the "cards" or the "map"."""
        said_on_map = place == "map" and self.place == "pictures" and says_what(self.name)
        return self.place in (place, "window") or said_on_map

    def meets(self, other: Entry) -> bool:
        """Whether there is a place where both are heard, so that they can't have the same key."""
        return any(self.is_heard(place) and other.is_heard(place) for place in ("pictures", "cards", "map"))


class KeyTable(QObject):
    """All entries and the keys they have now. There is one, KEYS."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._settings: QSettings | None = None
        self._entries: dict[str, Entry] = {}
        self._chosen: dict[str, tuple[str, ...]] = {}
        for entry in (*_picture_entries(), *_card_entries(), *_map_entries()):
            self.add(entry)

    def load(self, settings: QSettings) -> None:
        """Take what the person chose from these settings, and keep what is chosen later there."""
        self._settings = settings
        settings.beginGroup("keys")
        keys = {name: str(settings.value(name)) for name in settings.childKeys()}
        self._chosen = {name: (key,) if key else () for name, key in keys.items()}
        settings.endGroup()
        self.changed.emit()

    def add(self, entry: Entry) -> None:
        """Make an entry known; one of the same name is replaced."""
        self._entries[entry.name] = entry

    def entries(self) -> list[Entry]:
        """All entries; those of a group follow each other."""
        groups = dict.fromkeys(entry.group() for entry in self._entries.values())
        return [entry for group in groups for entry in self._entries.values() if entry.group() == group]

    def __contains__(self, name: str) -> bool:
        return name in self._entries

    def keys(self, name: str) -> tuple[str, ...]:
        """The keys of an entry now; none where it has none."""
        return self._chosen.get(name, self._entries[name].standard)

    def hint(self, name: str) -> str:
        """What a menu entry's text ends with to show the first key of an entry, as the system writes it."""
        keys = self.keys(name)
        return "\t" + shown(keys[0]) if keys else ""

    def action_for(self, event: QKeyEvent, place: str = "pictures") -> str:
        """The name of the entry that the key pressed in this place stands for; "" for none."""
        key = key_of(event)
        there = (
            entry.name for entry in self._entries.values() if entry.is_heard(place) and key in self.keys(entry.name)
        )
        return next(there, "")

    def refusal(self, name: str, key: str) -> str:
        """Why an entry can't have this key, as a sentence; "" if it can."""
        if key in _MOVING:
            return translate("keys", "{key} moves through the window and texts: it stays as it is.").format(
                key=shown(key)
            )
        mine = self._entries[name]
        others = (entry for entry in self._entries.values() if entry.name != name and entry.meets(mine))
        owner = next((entry for entry in others if key in self.keys(entry.name)), None)
        if owner is not None:
            taken = translate("keys", "{key} is the key of “{title}”. Give that another key first.")
            return taken.format(key=shown(key), title=owner.title())
        return ""

    def assign(self, name: str, key: str) -> str:
        """Give an entry this key instead of those it has, "" for none. Returns why not, "" where it is done."""
        refusal = self.refusal(name, key) if key else ""
        if not refusal:
            if self._entries[name].standard == (key,):
                self._chosen.pop(name, None)
            else:
                self._chosen[name] = (key,) if key else ()
            if self._settings is not None:
                self._settings.setValue(f"keys/{name}", key)
            self.changed.emit()
        return refusal

    def reset(self) -> None:
        """Every entry has its standard keys again."""
        self._chosen.clear()
        if self._settings is not None:
            self._settings.remove("keys")
        self.changed.emit()


def says_what(name: str) -> bool:
    """Whether this entry says of pictures what they are, or takes it back."""
    return name.startswith("class-") or name in ("none", "unlabel", "accept", "take-back")


def key_of(event: QKeyEvent) -> str:
    """The pressed key as this table writes it, "" for a modifier alone."""
    key, modifiers = event.key(), event.modifiers()
    modifiers &= ~(Qt.KeyboardModifier.KeypadModifier | Qt.KeyboardModifier.GroupSwitchModifier)
    if key in _MODIFIERS or key in (0, Qt.Key.Key_unknown):
        return ""
    shift = Qt.KeyboardModifier.ShiftModifier
    digit = _digit(event)
    if digit is not None and not modifiers & ~shift:
        key = Qt.Key.Key_0 + digit
    elif modifiers & shift and event.text().isprintable() and not event.text().isalnum() and event.text().strip():
        modifiers &= ~shift  # "?" is meant, wherever the keyboard has it
    return QKeySequence(QKeyCombination(modifiers, Qt.Key(key))).toString(QKeySequence.SequenceFormat.PortableText)


def _digit(event: QKeyEvent) -> int | None:
    """The digit on a key of the digit row, whatever it writes with or without Shift."""
    platform = QGuiApplication.platformName()
    code = event.nativeVirtualKey() if platform == "cocoa" else event.nativeScanCode()
    row = _DIGIT_ROW.get(platform, ())
    return (row.index(code) + 1) % 10 if code in row else None


def shown(key: str) -> str:
    """A key as the system and the language write it."""
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)


def portable(keys: QKeySequence.StandardKey | str | Iterable[str] | None) -> tuple[str, ...]:
    """The keys of one of the system's standard commands, or those written out, as this table writes them."""
    if keys is None:
        return ()
    if isinstance(keys, QKeySequence.StandardKey):
        form = QKeySequence.SequenceFormat.PortableText
        return tuple(dict.fromkeys(sequence.toString(form) for sequence in QKeySequence.keyBindings(keys)))
    return (keys,) if isinstance(keys, str) else tuple(keys)


def _picture_entries() -> list[Entry]:
    def group() -> str:
        return translate("keys", "Pictures")

    def to_class(place: int) -> Callable[[], str]:
        return lambda: translate("keys", "To class {number}").format(number=place)

    entries = [
        Entry("accept", group, lambda: translate("keys", "Accept the answer"), ("Space",), "pictures"),
        Entry("reject", group, lambda: translate("keys", "Not this class"), ("X",), "pictures"),
        Entry("none", group, lambda: translate("keys", "None of these"), ("U",), "pictures"),
        Entry("make-class", group, lambda: translate("keys", "New class of these"), ("N",), "pictures"),
        Entry("unlabel", group, lambda: translate("keys", "Take my label back"), ("Del",), "pictures"),
        Entry("take-back", group, lambda: translate("keys", "Undo the latest"), ("Backspace",), "pictures"),
    ]
    for place in range(1, 21):
        digit = str(place % 10)
        key = digit if place <= 10 else f"Shift+{digit}"
        entries.append(Entry(f"class-{place}", group, to_class(place), (key,), "pictures"))
    return entries


def _card_entries() -> list[Entry]:
    def group() -> str:
        return translate("ClassPanel", "Classes")

    return [
        Entry("rename-class", group, lambda: translate("ClassMenu", "Rename"), ("F2",), "cards"),
        Entry("raise-class", group, lambda: translate("ClassMenu", "Move up"), ("Alt+Up",), "cards"),
        Entry("lower-class", group, lambda: translate("ClassMenu", "Move down"), ("Alt+Down",), "cards"),
        Entry("delete-class", group, lambda: translate("ClassMenu", "Delete the class"), ("Del",), "cards"),
    ]


def _map_entries() -> list[Entry]:
    def group() -> str:
        return translate("keys", "Map")

    return [Entry("neighbours", group, lambda: translate("keys", "Select neighbours too"), ("N",), "map")]


KEYS = KeyTable()
"""The table that the whole program goes by."""
