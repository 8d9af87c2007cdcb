"""How to get the program into a state and back."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication, QDialog, QMenu

from fewshot_gui.session import NONE_OF_THESE, Filter
from tests.e2e.screens.stage import Stage, pause


def show_all(stage: Stage) -> None:
    """No filter."""
    stage.window.filters.set_filter(Filter.ALL)
    pause(200)


def select_doubtful(stage: Stage) -> None:
    """Select the least sure of the pictures that have a class."""
    session = stage.desk.session
    known = [i for i in session.view().tolist() if (session.decision(i).class_id or 0) > 0]
    stage.window.gallery.select_id(min(known, key=lambda i: session.decision(i).confidence or 1.0))
    pause(2500)


def judge(stage: Stage, pictures: list[int]) -> int:
    """Say the truth of these pictures; how many steps of undo that is."""
    session = stage.desk.session
    ids = {info.name: info.id for info in session.classes} | {"unknown": NONE_OF_THESE}
    steps = 0
    for name, class_id in ids.items():
        of_it = [i for i in pictures if stage.truth(i) == name and session.human_label(i) is None]
        if of_it:
            stage.desk.label(of_it, class_id)
            steps += 1
    pause(1000)
    stage.classified()
    return steps


def take_back(stage: Stage, steps: int) -> None:
    """Undo so many steps."""
    for _ in range(steps - 1):
        stage.window.undo()
    stage.adapted(stage.window.undo)
    pause(1000)


def shoot_dialog(stage: Stage, name: str) -> None:
    """The dialog that stands open; closed afterwards."""
    dialog = next(w for w in QApplication.topLevelWidgets() if isinstance(w, QDialog) and w.isVisible())
    stage.shoot(name, dialog)
    dialog.close()


def shoot_menu(stage: Stage, menu: QMenu, name: str) -> None:
    """A menu as it opens."""
    menu.popup(stage.window.mapToGlobal(stage.window.rect().center()))
    stage.shoot(name, menu)
    menu.close()
