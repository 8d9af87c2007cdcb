"""What an operation that can be undone is called: "Undo: merge cat into dog"."""

from PySide6.QtCore import QCoreApplication

from fewshot_gui.session import OperationName
from fewshot_gui.ui.shell.language import Words

Operations = Words("Operations")
_LONGEST = 32  # characters of a name
translate = QCoreApplication.translate


def operation_text(name: OperationName) -> str:
    """What undo would take back, in words."""
    pictures = Operations.tr("%Ln picture(s)", "", name.count)
    texts = {
        "label": translate("MainWindow", "{pictures} to {subject}"),
        "add-examples": translate("MainWindow", "{pictures} as examples of {subject}"),
        "none": translate("MainWindow", "{pictures} to none of these"),
        "confirm": translate("MainWindow", "accept {pictures}"),
        "class-of": translate("MainWindow", "{pictures} as new class {subject}"),
        "unlabel": translate("MainWindow", "take back {pictures}"),
        "reject": translate("MainWindow", "{pictures} not {subject}"),
        "add-class": translate("MainWindow", "new class {subject}"),
        "rename-class": translate("MainWindow", "rename to {subject}"),
        "recolour-class": translate("MainWindow", "colour of {subject}"),
        "delete-class": translate("MainWindow", "delete {subject}"),
        "move-class": translate("MainWindow", "move {subject}"),
        "merge-classes": translate("MainWindow", "merge {subject} into {other}"),
        "split-class": translate("MainWindow", "split {subject}"),
        "import-classes": translate("MainWindow", "classes from {subject}"),
    }
    subject, _, other = name.subject.partition("\n")
    return texts.get(name.kind, name.kind).format(pictures=pictures, subject=_short(subject), other=_short(other))


def _short(name: str) -> str:
    """A class's name, cut where it would make the menu as wide as the screen."""
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1].rstrip()}…"
