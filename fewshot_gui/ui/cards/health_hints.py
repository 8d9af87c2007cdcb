"""One short line about the health of a class's examples, for its card."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from fewshot_gui.questions.health import Kind, Symptom
from fewshot_gui.ui.shell.language import Words

Hints = Words("Hints")
translate = QCoreApplication.translate

ENOUGH = 3
"""With fewer examples a class asks for more."""


@dataclass(frozen=True)
class Hint:
    """text: the line. pictures: those it is about; classes: it is about all their examples. Neither: add pictures."""

    text: str
    pictures: tuple[int, ...] = ()
    classes: tuple[int, ...] = ()


def class_hint(class_id: int, examples: int, symptoms: Sequence[Symptom], name_of: Callable[[int], str]) -> Hint | None:
    """What matters most for a class of so many examples, with these symptoms (Health.of_class); None if it is well."""
    found: dict[Kind, list[Symptom]] = {kind: [s for s in symptoms if s.kind is kind] for kind in Kind}
    if same := found[Kind.SAME_PICTURE]:
        other = name_of(next(c for c in same[0].classes if c != class_id))
        return Hint(translate("Health", "Same picture in “{name}”").format(name=other), same[0].pictures)
    if examples < ENOUGH:
        few = (
            translate("Health", "No example yet: add three"),
            translate("Health", "One example only: add two more"),
            translate("Health", "Two examples only: add one more"),
        )
        return Hint(few[examples])
    if strangers := found[Kind.MISLABELLED]:
        pictures = tuple(picture for s in strangers for picture in s.pictures)
        if len(strangers) > 1:
            return Hint(translate("Health", "Examples look mixed"), pictures)
        return Hint(
            translate("Health", "One looks like “{name}”").format(name=name_of(strangers[0].classes[1])), pictures
        )
    if twins := found[Kind.SAME_THING]:
        other = name_of(next(c for c in twins[0].classes if c != class_id))
        return Hint(translate("Health", "Looks like “{name}”").format(name=other), classes=twins[0].classes)
    if copies := found[Kind.NEAR_COPIES]:
        pictures = tuple(picture for s in copies for picture in s.pictures)
        return Hint(Hints.tr("%Ln near-copies", "", len(pictures)), pictures)
    return None
