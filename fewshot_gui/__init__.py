"""Teach picture classes from a handful of examples, classify a folder, correct, and sort it safely."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fewshot_gui.classifier import FewShotClassifier

__all__ = ["FewShotClassifier"]


def __getattr__(name: str) -> object:
    # torch is imported only by those who ask for the classifier: the window must be visible before.
    if name == "FewShotClassifier":
        from fewshot_gui.classifier import FewShotClassifier

        return FewShotClassifier
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
