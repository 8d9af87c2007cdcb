"""Every state of the window, each as a function that leads the program there, takes the picture, and leads it back."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QApplication

from fewshot_gui.session import Filter
from fewshot_gui.ui.drops import Drop
from fewshot_gui.ui.gallery.arrangement import Grouping, Order
from fewshot_gui.ui.shell.report_dialog import ReportDialog
from tests.e2e.screens import dialogs
from tests.e2e.screens.playing import judge, select_doubtful, shoot_dialog, shoot_menu, show_all, take_back
from tests.e2e.screens.stage import Stage, pause, wait

State = Callable[[Stage], None]

# --- before anything is classified


def empty(stage: Stage) -> None:
    """Nothing there yet."""
    stage.shoot("empty")


def teaching(stage: Stage) -> None:
    """One card with examples, no folder yet."""
    stage.desk.take_drop(None, Drop(paths=(stage.samples.examples / "boat",)))
    wait(lambda: len(stage.desk.session.classes) == 1, "there is a class")
    stage.shoot("teaching")


def reading(stage: Stage) -> None:
    """The sample project while its pictures are read and the network adapts; ends with everything classified."""
    stage.program.show_samples()
    counts = lambda: stage.desk.session.counts()  # noqa: E731
    wait(lambda: counts().all > 0 and 0 < counts().waiting <= 2 * counts().all // 3, "a third is read")
    QApplication.processEvents()  # longer texts get their room
    folder = stage.out / stage.tag
    stage.window.grab().save(str(folder / "reading.png"))
    stage.classified()


# --- the folder is classified


def results(stage: Stage) -> None:
    """All pictures, one of them selected."""
    show_all(stage)
    select_doubtful(stage)
    stage.shoot("results")


def inspector(stage: Stage) -> None:
    """Reasons and heat map."""
    show_all(stage)
    select_doubtful(stage)
    view = stage.window.inspector.picture
    view.heat_button.setChecked(True)
    wait(lambda: view.has_heat, "the heat map is drawn")
    stage.shoot("inspector-heat", stage.window.inspector)
    view.heat_button.setChecked(False)


def unreadable(stage: Stage) -> None:
    """A damaged file, and why."""
    stage.window.filters.set_filter(Filter.UNREADABLE)
    pause(300)
    stage.window.gallery.select_id(int(stage.desk.session.view(Filter.UNREADABLE)[0]))
    stage.shoot("unreadable")
    show_all(stage)


def no_match(stage: Stage) -> None:
    """A search that finds nothing."""
    stage.window.filters.set_search("zebra")
    stage.shoot("no-match")
    stage.window.filters.clear_search()


def long_names(stage: Stage) -> None:
    """Names longer than their places, and a class that is looked at alone."""
    show_all(stage)
    desk, info = stage.desk, stage.desk.session.classes[0]
    desk.rename_class(info.id, "Great crested grebe (Podiceps cristatus), 凤头䴙䴘, in winter plumage")
    select_doubtful(stage)
    stage.window._show_class(info.id)
    stage.shoot("long-names")
    stage.window._show_class(None)
    stage.window.undo()


def finished(stage: Stage) -> None:
    """Nothing is left to review."""
    stage.window.filters.set_filter(Filter.REVIEW)
    stage.adapted(lambda: stage.desk.accept_answers(stage.desk.session.view(Filter.REVIEW).tolist()))
    stage.shoot("finished")
    stage.adapted(stage.window.undo)
    show_all(stage)


def review(stage: Stage) -> None:
    """What needs review, one after the other."""
    stage.window.menu.action("review").trigger()
    stage.shoot("review")
    show_all(stage)


def groups(stage: Stage) -> None:
    """Look-alikes together."""
    arrangement = stage.window.seeing.arrangement
    arrangement.set_grouping(Grouping.LOOK)
    wait(lambda: arrangement.has_looks, "look-alikes are grouped")
    stage.shoot("groups")
    arrangement.set_grouping(Grouping.CLASS)
    arrangement.set_order(Order.DOUBT)
    stage.shoot("by-class")
    arrangement.set_grouping(Grouping.NONE)
    arrangement.set_order(Order.USUAL)


def strangers(stage: Stage) -> None:
    """What is none of these, grouped by look, to become classes."""
    stage.window.filters.set_filter(Filter.UNKNOWN)
    wait(lambda: stage.window.seeing.arrangement.has_looks, "look-alikes are grouped")
    pause(1500)
    stage.shoot("none-of-these")
    show_all(stage)


def preview(stage: Stage) -> None:
    """One picture over the whole window."""
    show_all(stage)
    select_doubtful(stage)
    stage.window.seeing.preview.toggle()
    stage.shoot("large-picture")
    stage.window.seeing.preview.leave()


def ripple(stage: Stage) -> None:
    """What a correction changed, and what it broke."""
    session, bar = stage.desk.session, stage.window.ripple.bar
    cup = session.classes[1].id
    boats = [i for i in session.view().tolist() if stage.truth(i) == "boat"]
    steps = judge(stage, boats[:3])
    stage.adapted(lambda: stage.desk.label(boats[3:9], cup))
    wait(lambda: bar.isVisible(), "what changed is said")
    stage.shoot("ripple")
    if bar.changes.show_button.isVisible():
        bar.changes.show_button.click()
        stage.shoot("ripple-shown")
        stage.window.shown_set.leave()
    take_back(stage, steps + 1)


def promise(stage: Stage) -> None:
    """What is promised, and the menu to choose."""
    flow = stage.window.promise
    steps = judge(stage, stage.desk.session.view()[:100].tolist())
    wait(lambda: bool(flow.promises), "promises are made")
    flow.choose(0.05)
    pause(3000)
    stage.shoot("promise")
    shoot_menu(stage, flow.bar.button.menu(), "promise-menu")
    flow.start_audit()
    stage.shoot("audit")
    stage.window.shown_set.leave()
    flow.choose(0.0)
    take_back(stage, steps)


def menus(stage: Stage) -> None:
    """The menus of the window, of a card and of a tile."""
    for number, action in enumerate(stage.window.menuBar().actions()):
        shoot_menu(stage, action.menu(), f"menu-{number}")  # type: ignore[arg-type]


def keys(stage: Stage) -> None:
    """All keys over the window."""
    stage.window.shell.keys.toggle()
    stage.shoot("keys")
    stage.window.shell.keys.leave()


def settings(stage: Stage) -> None:
    """Both pages of the settings."""
    stage.window.shell.show_settings()
    dialog = stage.window.shell.settings
    assert dialog is not None
    stage.shoot("settings", dialog)
    dialog._tabs.setCurrentIndex(1)
    stage.shoot("settings-keys", dialog)
    dialog.close()


def about(stage: Stage) -> None:
    """Version, licences, and the diagnostic report."""
    stage.window.shell.show_about()
    shoot_dialog(stage, "about")
    stage.window.shell.show_report()
    report = next(w for w in QApplication.topLevelWidgets() if isinstance(w, ReportDialog) and w.isVisible())
    wait(report.copy_button.isEnabled, "the report is made")
    shoot_dialog(stage, "report")


def errors(stage: Stage) -> None:
    """A warning in the strip, and a message that can be undone."""
    warn = stage.window.strip.warn
    warn('Can\'t open the folder "/media/card/DCIM". It does not exist.')
    warn(
        'There is no space left for the project "Camera trap 2024.fewshot". The last change was not saved; '
        "all that was saved before is safe. Free some space and try again."
    )
    session = stage.desk.session
    stage.desk.label(session.view()[:2].tolist(), session.classes[0].id)
    stage.shoot("warning")
    strip = stage.window.strip
    strip._warnings.dismiss.click()
    strip._warnings.dismiss.click()
    stage.window.undo()


BEGIN: dict[str, State] = {"empty": empty, "teaching": teaching, "reading": reading}
"""Played in this order, once."""
FURTHER: dict[str, State] = {
    "results": results,
    "inspector": inspector,
    "unreadable": unreadable,
    "no-match": no_match,
    "long-names": long_names,
    "review": review,
    "finished": finished,
    "groups": groups,
    "none-of-these": strangers,
    "large-picture": preview,
    "keys": keys,
    "settings": settings,
    "menus": menus,
    "plan": dialogs.plan,
    "errors": errors,
    "export": dialogs.export,
    "recent": dialogs.recent,
    "examples": dialogs.examples,
    "split": dialogs.split,
    "about": about,
    "recovery": dialogs.recovery,
    "ripple": ripple,
    "example-doctor": dialogs.doctor,
    "promise": promise,
    "measures": dialogs.measures,
    "sorting": dialogs.sorting,
}
"""Each leaves things as it found them, but for the last: a folder is sorted only once."""
