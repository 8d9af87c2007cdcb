"""Where the program's own files lie: icons, weights, translations; and the user's data."""

import os
from pathlib import Path

import platformdirs

_PACKAGE = Path(__file__).resolve().parent


def resource(*parts: str) -> Path:
    """The path of something in the resources folder: resource("icons", "pin.svg"). It need not exist.

    In a checkout (and an editable install) the folder stands beside the package, in an installed wheel inside it.
    """
    installed = _PACKAGE / "_resources"
    root = installed if installed.is_dir() else _PACKAGE.parent / "resources"
    return root.joinpath(*parts)


def data_folder() -> Path:
    """The user's data folder for this program; FEWSHOT_GUI_DATA overrides it."""
    chosen = os.environ.get("FEWSHOT_GUI_DATA")
    return Path(chosen) if chosen else platformdirs.user_data_path("fewshot-gui", appauthor=False)
