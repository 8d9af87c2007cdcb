"""A path that a person types, or leaves as it was suggested."""

from pathlib import Path

from fewshot_gui.images.errors import printable


def typed_path(text: str, suggested: Path) -> Path | None:
    """The path that is meant; None while it is not a whole one."""
    text = text.strip()
    if text == printable(suggested):
        return suggested  # its name may not be text that can be typed
    path = Path(text).expanduser() if text else Path()
    return path if path.is_absolute() else None
