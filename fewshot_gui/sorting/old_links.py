"""Symbolic links that an earlier run made and a later one replaces, because the picture is of another class now."""

from fewshot_gui.sorting import files
from fewshot_gui.sorting.errors import StepFailed, shown
from fewshot_gui.sorting.steps import Step


def take_away(step: Step) -> None:
    """Remove the link that the step replaces, once the step's own file is in place. One that leads elsewhere by now is
    not ours any more and stays. OSError where it can't be removed."""
    if step.replaces is not None and files.link_text(step.replaces) == str(step.source):
        files.remove(step.replaces)


def put_back(step: Step) -> bool:
    """Make the link that the step replaced again; returns whether there was anything to do. StepFailed where another
    file has its name now, OSError."""
    if step.replaces is None or files.link_text(step.replaces) == str(step.source):
        return False
    if files.exists(step.replaces):
        raise StepFailed(
            f"{shown(step.target)} stays: {shown(step.replaces)}, where its link was before, is taken by another file. "
            "Rename that and undo again."
        )
    files.make_folders(step.replaces.parent)
    files.soft_link(step.source, step.replaces)
    return True
