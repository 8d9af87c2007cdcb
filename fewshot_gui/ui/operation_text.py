"""What an operation that can be undone is called ("Undo: merge cat into dog"), and what is said once it is done."""

from collections.abc import Mapping

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
    return _filled(texts, name, pictures)


def done_sentence(name: OperationName) -> str:
    """What it did, as a sentence: of all kinds whose effect is said in passing."""
    pictures = Operations.tr("%Ln picture(s)", "", name.count)
    texts = {
        "label": translate("MainWindow", "{pictures} labelled as {subject}."),
        "add-examples": translate("MainWindow", "{pictures} added as examples of {subject}."),
        "none": translate("MainWindow", "{pictures} labelled as none of these."),
        "confirm": translate("MainWindow", "{pictures} accepted."),
        "class-of": translate("MainWindow", "The new class {subject} has {pictures}."),
        "unlabel": translate("MainWindow", "Label of {pictures} taken back."),
        "reject": translate("MainWindow", "{pictures} marked as not {subject}."),
        "add-class": translate("MainWindow", "The class {subject} was made."),
        "delete-class": translate("MainWindow", "The class {subject} was deleted."),
        "merge-classes": translate("MainWindow", "{subject} was merged into {other}."),
        "import-classes": translate("MainWindow", "{pictures} added as examples, from the folders in {subject}."),
    }
    return _filled(texts, name, pictures)


def _filled(texts: Mapping[str, str], name: OperationName, pictures: str) -> str:
    subject, _, other = name.subject.partition("\n")
    return texts.get(name.kind, name.kind).format(pictures=pictures, subject=_short(subject), other=_short(other))


def _short(name: str) -> str:
    """A class's name, cut where it would make the menu as wide as the screen."""
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1].rstrip()}…"
