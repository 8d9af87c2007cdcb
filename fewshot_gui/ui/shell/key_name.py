"""How sentences name a key: always as the table of keys has it now."""

from fewshot_gui.ui.shell.keys import KEYS, shown


def key_name(*entries: str) -> str:
    """The key of the first of these entries that has one, as the system and the language write it; "" for none."""
    return next((shown(KEYS.keys(name)[0]) for name in entries if name in KEYS and KEYS.keys(name)), "")
