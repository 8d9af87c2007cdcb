"""The states of the dialogs and of the Measures window."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QApplication, QDialog

from fewshot_gui.paths import data_folder
from fewshot_gui.project.backups import back_up
from fewshot_gui.session import Session
from fewshot_gui.sorting.apply import RunResult
from fewshot_gui.ui.project.export_dialog import ExportDialog
from fewshot_gui.ui.project.recovery_dialog import RecoveryDialog
from fewshot_gui.workers.tasks import Tasks
from tests.e2e.screens.playing import judge, shoot_dialog, shoot_menu, take_back
from tests.e2e.screens.stage import Stage, pause, wait


def doctor(stage: Stage) -> None:
    """A bad example is named, and two near-copies."""
    session = stage.desk.session
    cup = session.classes[1].id
    fish = next(i for i in session.view().tolist() if stage.truth(i) == "fish" and session.human_label(i) is None)
    stage.adapted(lambda: stage.desk.label([fish], cup))
    pause(3000)
    stage.shoot("health-hints")
    stage.window.doctor.start()
    pause(3000)
    dialog = QApplication.activeModalWidget() or next(
        (w for w in QApplication.topLevelWidgets() if isinstance(w, QDialog) and w.isVisible()), None
    )
    stage.shoot("example-doctor", dialog)
    if dialog is not None:
        dialog.close()
    stage.adapted(stage.window.undo)


def recent(stage: Stage) -> None:
    """The projects that were open last, one of which is gone."""
    menu = stage.window.project.menu
    known = menu._recent
    here = Path(stage.out, "Camera trap 2024.fewshot").resolve()
    here.touch()
    known.note(Path("/media/stick/Grandmother's letters.fewshot"), "Letters 1911–1934 & photographs", 812)
    known.note(here, "Camera trap 2024", 12345)
    shoot_menu(stage, menu, "recent")
    known.clear()
    shoot_menu(stage, menu, "recent-none")
    here.unlink()


def examples(stage: Stage) -> None:
    """All examples of a class."""
    stage.window.teaching.show_examples(stage.desk.session.classes[3].id)
    dialog = stage.window.teaching.examples_dialog
    assert dialog is not None
    stage.shoot("examples", dialog)
    dialog.pictures.selectAll()
    stage.shoot("examples-selected", dialog)
    dialog.close()


def split(stage: Stage) -> None:
    """A class in two groups, then in four, of which one is empty."""
    stage.window.teaching.split(stage.desk.session.classes[3].id)
    dialog = stage.window.teaching.split_dialog
    assert dialog is not None
    wait(lambda: not dialog._looking, "look-alikes are found")
    stage.shoot("split", dialog)
    dialog.counts[4].click()
    dialog.move_to(0, dialog.groups[3])
    stage.shoot("split-refused", dialog)
    dialog.close()


def export(stage: Stage) -> None:
    """Answers as a file."""
    stage.window.menu.action("export").trigger()
    dialog = next(w for w in QApplication.topLevelWidgets() if isinstance(w, ExportDialog) and w.isVisible())
    stage.shoot("export", dialog)
    dialog.place.setText(str(data_folder() / f"{stage.tag}.csv"))
    dialog.export_button.click()
    wait(dialog.show_button.isVisible, "the file is written")
    shoot_dialog(stage, "exported")


def plan(stage: Stage) -> None:
    """What sorting will do, before it does it."""
    stage.window.menu.sort.trigger()
    dialog = stage.window.sorting.dialog
    assert dialog is not None
    wait(dialog.sort_button.isEnabled, "the plan is made")
    stage.shoot("plan", dialog)
    dialog._choices.more.click()
    stage.shoot("plan-more", dialog)
    dialog._choices.folder.setText("")
    stage.shoot("plan-refused", dialog)
    dialog.close()


def sorting(stage: Stage) -> None:
    """At work, sorted, sorted in part, the list of runs, the files of one, and everything taken back."""
    stage.window.menu.sort.trigger()
    dialog = stage.window.sorting.dialog
    assert dialog is not None
    wait(dialog.sort_button.isEnabled, "the plan is made")
    plan = dialog._plan
    assert plan is not None
    dialog._begin_work(lambda: dialog.tr("Sorting…"), len(plan.steps))
    dialog.show_progress(len(plan.steps) // 3, len(plan.steps))
    stage.shoot("sorting", dialog)
    dialog._working = False
    dialog._show_page(dialog._first_page)
    dialog.sort_button.click()
    wait(lambda: stage.window.sorting._running is None, "the folder is sorted")
    stage.shoot("sorted", dialog)
    failed = tuple((s.source, f"{s.source.name} could not be copied: you have no permission.") for s in plan.steps[:3])
    dialog.show_result(RunResult("", len(plan.steps) - 3, 0, failed, False), ())
    stage.shoot("sorted-in-part", dialog)
    dialog.close()
    stage.window.sorting.show_runs()
    runs = stage.window.sorting.runs
    assert runs is not None
    wait(runs.files_button.isEnabled, "the runs are listed")
    stage.shoot("runs", runs)
    runs.files_button.click()
    wait(runs.files.isVisible, "the files are listed")
    runs.files.table.setCurrentIndex(runs.files.table.model().index(1, 0))
    stage.shoot("run-files", runs)
    runs.back_button.click()
    runs.undo_button.click()
    wait(lambda: stage.window.sorting._running is None, "everything is taken back")
    stage.shoot("run-undone", runs)
    runs.close()


def recovery(stage: Stage) -> None:
    """A damaged project and the ways out."""
    project = Path(stage.out, "Camera trap 2024.fewshot").resolve()
    session = Session.open(project)
    session.add_class("badger")
    session.close()
    back_up(project)
    project.write_bytes(b"damaged" * 200)
    tasks = Tasks()
    dialog = RecoveryDialog(project, tasks)
    dialog.show()
    wait(lambda: dialog.restore_button.isEnabled(), "the backups are listed")
    stage.shoot("recovery", dialog)
    dialog.restore_button.click()
    wait(dialog.open_button.isVisible, "the backup is in place")
    stage.shoot("recovered", dialog)
    dialog.close()
    tasks.stop()
    for left in project.parent.glob(f"{project.stem}*"):
        left.unlink()


def measures(stage: Stage) -> None:
    """All tabs of the Measures window, over sixty judged pictures with a few mistakes."""
    session = stage.desk.session
    stage.window.menu.action("measures").trigger()
    window = stage.window.measures.window
    assert window is not None
    window.resize(min(960, stage.window.width()), min(640, stage.window.height()))
    for name, tab in {"matrix-empty": window.matrix, "coverage-empty": window.coverage}.items():
        window.tabs.setCurrentWidget(tab)
        stage.shoot(name, window)
    steps = judge(stage, session.view()[:60].tolist())
    tabs = {"matrix": window.matrix, "per-class": window.per_class, "coverage": window.coverage, "loss": window.loss}
    for name, tab in tabs.items():
        window.tabs.setCurrentWidget(tab)
        stage.shoot(name, window)
    window.tabs.setCurrentWidget(window.map)
    wait(lambda: len(window.map.plot.ids) > 0, "the map is drawn")
    stage.shoot("map", window)
    plot = window.map.plot
    middle = np.median(plot._places[plot._now == session.classes[0].id], axis=0)
    around = [QPointF(*(middle + 0.3 * np.array((np.cos(a), np.sin(a))))) for a in np.linspace(0, 6, 20)]
    plot._draw_lasso(around)
    stage.shoot("map-lasso", window)
    plot._close_lasso(around, False)
    plot.show_card(int(np.flatnonzero(plot._selected)[0]))
    stage.shoot("map-selected", window)
    window.close()
    take_back(stage, steps)
