"""Plans to show in the dialog, and what can be read in it."""

from collections import Counter

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QLabel, QLineEdit

from fewshot_gui.sorting.plan import Action, Renaming, SortPlan, Space, Step
from fewshot_gui.ui.row_table import RowTable

Left = Qt.MouseButton.LeftButton


def make_plan(target, labels=("cat", "猫: wild"), count=4, **other):
    """`count` files of 1 MB for each label; the first has to be renamed."""
    source = target.with_name("pictures")
    folders = {label: target / label.replace(":", "_") for label in labels}
    steps = [
        Step(source / f"{label[0]}{n}.jpg", folders[label] / f"{label[0]}{n}.jpg", label, 1_000_000, 0)
        for label in labels
        for n in range(count)
    ]
    if steps:
        first = steps[0]
        renamed = first.target.with_name("other.jpg")
        note = "named other.jpg, its own is taken"
        taken = Renaming.TAKEN
        steps[0] = Step(first.source, renamed, first.label, first.size, 0, note, confidence=0.978, renaming=taken)
        steps[1] = Step(steps[1].source, steps[1].target, first.label, first.size, 0, said=True)
    size = sum(step.size for step in steps)
    fields = {
        "action": Action.COPY,
        "source": source,
        "target": target,
        "steps": tuple(steps),
        "folders": folders,
        "counts": Counter(step.label for step in steps),
        "total_bytes": size,
        "needed_bytes": size,
        "free_bytes": 5_000_000_000,
        "already_there": (),
        "left_alone": 0,
        "problems": (),
        "refusals": (),
        "space": (Space(target, size, 5_000_000_000),),
    }
    return SortPlan(**{**fields, **other})


class Planner:
    """Answers each request for a plan when told to."""

    def __init__(self, dialog, **other):
        self.dialog, self.other, self.asked = dialog, other, []
        dialog.plan_requested.connect(lambda *wanted: self.asked.append(wanted))

    def answer(self, **other):
        target, action, *_ = self.asked[-1]
        self.dialog.show_plan(make_plan(target, **{"action": action, **self.other, **other}))


def text_of(dialog):
    return "\n".join(one.text() for one in dialog.findChildren(QLabel) if one.isVisible())


def chip(dialog, name):
    return next(one for one in dialog.findChildren(QAbstractButton) if one.text() == name)


def folder_field(dialog):
    return next(one for one in dialog.findChildren(QLineEdit) if one.accessibleName() == "Folder to sort into")


def table(dialog, name):
    """The table of this name, on the page that is shown if there are several."""
    named = [one for one in dialog.findChildren(RowTable) if one.accessibleName() == name]
    return max(named, key=lambda one: dialog._pages.currentWidget().isAncestorOf(one))


def cells(table):
    model = table.model()
    return [
        [model.index(row, column).data() for column in range(model.columnCount())] for row in range(model.rowCount())
    ]
