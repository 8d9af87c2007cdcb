"""What was dropped on the middle of the window, or on the pictures there: a folder to classify, or a project."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QCoreApplication

from fewshot_gui.images.errors import printable
from fewshot_gui.project.schema import SUFFIX
from fewshot_gui.ui.desk import Desk

translate = QCoreApplication.translate


def open_dropped(desk: Desk, paths: Sequence[Path]) -> None:
    """Open the first folder or project among the paths.

    One folder is shown at a time. The folder around several is not opened in their place: it may hold far more than was
    dropped. So the one that was opened is named.
    """
    opened = next((path for path in paths if path.is_dir() or path.suffix == SUFFIX), None)
    if opened is None:
        sentence = translate(
            "MainWindow", "Drop pictures on a class on the left to teach it, and a folder here to classify."
        )
        desk.said.emit(sentence, False)
        return
    name = printable(Path(opened.name or opened))
    if opened.is_dir():
        desk.open_folder(opened)
        only = translate(
            "MainWindow", "Only “{name}” was opened: one folder at a time. Open the folder around them to see them all."
        )
    elif desk.open_project(opened):
        only = translate("MainWindow", "Only “{name}” was opened: one project at a time.")
    else:
        return
    if len(paths) > 1:
        desk.said.emit(only.format(name=name), False)
