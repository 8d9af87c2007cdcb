"""An audit of the real window and its dialogs: names for screen readers, reach by keyboard, contrast, colours."""

import itertools

import numpy as np
import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QAccessible, QPalette
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QMenu,
    QMenuBar,
    QScrollBar,
    QTabBar,
    QToolBar,
    QToolButton,
    QWidget,
)

from fewshot_gui.project.backups import back_up
from fewshot_gui.questions.health import Health, Kind, Symptom
from fewshot_gui.session import Session
from fewshot_gui.ui import theme
from fewshot_gui.ui.desk import Desk
from fewshot_gui.ui.main_window import MainWindow
from fewshot_gui.ui.project.recovery_dialog import RecoveryDialog
from fewshot_gui.ui.shell.help import AboutDialog
from fewshot_gui.ui.shell.keys import KEYS
from fewshot_gui.workers.compute import Compute
from fewshot_gui.workers.tasks import Tasks

INTERACTIVE = (QAbstractButton, QAbstractItemView, QAbstractSlider, QAbstractSpinBox, QComboBox, QLineEdit, QTabBar)
PARTED = (QAbstractSpinBox, QComboBox, QTabBar, QLineEdit)
"""Their parts are no controls of their own."""
Role = QPalette.ColorRole

# What the red-blind and the green-blind see of linear RGB, in full severity. Machado, Oliveira and Fernandes, "A
# Physiologically-based Model for Simulation of Color Vision Deficiency", IEEE TVCG 15 (6), 2009, table 1.
PROTANOPIA = [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
DEUTERANOPIA = [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
LEAST_DISTANCE = 20
"""In CIE 1976 Lab; 2.3 is just noticeable side by side (Mahy and others 1994)."""


@pytest.fixture
def window(qtbot, qapp, tmp_path, paint):
    """The real window with classes and pictures; its learner is never started."""
    for colour in ("red", "green"):
        paint(tmp_path / "examples" / colour / "1.png", colour)
        paint(tmp_path / "folder" / f"{colour}.png", colour)
    theme.apply_theme(qapp, "light")
    settings = QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)
    compute, tasks = Compute(), Tasks()
    desk = Desk(Session.open(tmp_path / "p.fewshot"), compute, tasks)
    window = MainWindow(desk, compute, tasks, settings)
    window.resize(1280, 800)
    window.show()
    desk.do(lambda: desk.session.import_class_folders(tmp_path / "examples"))
    desk.open_folder(tmp_path / "folder")
    qtbot.waitUntil(lambda: desk.session.counts().all == 2)
    window._refresh()
    window.activateWindow()
    window.gallery.setFocus()
    yield window
    window.close()
    tasks.stop()
    window.deleteLater()


def shown_dialogs(window, qtbot):
    """Every dialog that the window can open, shown one after the other."""
    window.shell.show_settings()
    settings = window.shell.settings
    yield settings
    settings._tabs.setCurrentIndex(1)
    yield settings
    settings.close()
    about = AboutDialog(window)
    about.show()
    yield about
    about.close()
    window.sorting.show_runs()
    yield window.sorting.runs
    window.sorting.runs.close()
    window.sorting.start()
    yield window.sorting.dialog
    window.sorting.dialog._choices.more.setChecked(True)
    yield window.sorting.dialog
    window.sorting.dialog.close()
    window.shell.show_report()
    yield opened("ReportDialog")
    opened("ReportDialog").close()
    window.exporting.start()
    yield window.exporting.dialog
    window.exporting.dialog.close()
    yield from shown_teaching_dialogs(window)
    yield from shown_measures(window)
    yield from shown_recovery(window, qtbot)


def shown_teaching_dialogs(window):
    class_id = window.desk.session.classes[0].id
    window.teaching.split(class_id)
    yield window.teaching.split_dialog
    window.teaching.split_dialog.close()
    window.teaching.show_examples(class_id)
    examples = window.teaching.examples_dialog
    examples.pictures.setCurrentRow(0)
    examples.pictures.selectAll()
    yield examples
    examples.close()
    classes = tuple(info.id for info in window.desk.session.classes)
    window.teaching._take_health(Health((Symptom(Kind.SAME_THING, (), classes, 1.0),)))
    window.doctor.start()
    yield window.doctor.dialog
    window.doctor.dialog.close()


def shown_measures(window):
    window.menu.action("measures").trigger()
    measures = window.measures.window
    for place in range(measures.tabs.count()):
        measures.tabs.setCurrentIndex(place)
        yield measures
    measures.close()


def shown_recovery(window, qtbot):
    project = window.desk.session.path.with_name("damaged.fewshot")
    session = Session.open(project)
    session.add_class("badger")
    session.close()
    back_up(project)
    project.write_bytes(b"damaged" * 200)
    dialog = RecoveryDialog(project, window.desk._tasks, window)
    dialog.show()
    qtbot.waitUntil(dialog.restore_button.isEnabled)
    yield dialog
    dialog.salvage_button.click()
    qtbot.waitUntil(lambda: dialog.open_button.isVisible() or dialog._problem.isVisible())
    yield dialog
    dialog.close()


def opened(name):
    return next(w for w in QApplication.topLevelWidgets() if type(w).__name__ == name and w.isVisible())


def controls(root):
    """What a person can use in a window: not the inner parts that Qt's own controls are made of."""
    found = []
    for widget in [root, *root.findChildren(QWidget)]:
        parent = widget.parentWidget()
        inner = widget.objectName().startswith("qt_") or isinstance(
            parent, QAbstractSpinBox | QComboBox | QTabBar | QLineEdit
        )
        if widget.window() is not root.window() or inner or isinstance(widget, QScrollBar | QMenuBar | QToolBar):
            continue
        if widget.focusProxy() is not None or is_in_a_menu(widget):
            continue
        if isinstance(widget, INTERACTIVE) or widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            found.append(widget)
    return [widget for widget in found if widget.focusPolicy() != Qt.FocusPolicy.NoFocus or is_pressed(widget)]


def is_in_a_menu(widget):
    """A button of the toolbar: by keyboard, its menu and its key do the same."""
    action = widget.defaultAction() if isinstance(widget, QToolButton) else None
    return action is not None and any(isinstance(place, QMenu) for place in action.associatedObjects())


def is_pressed(widget):
    return isinstance(widget, QAbstractButton)


def spoken_name(widget):
    """What a screen reader says of it."""
    interface = QAccessible.queryAccessibleInterface(widget)
    said = interface.text(QAccessible.Text.Name) if interface is not None else ""
    return said or widget.accessibleName()


def nameless(root):
    """Controls that can be used now and that a screen reader has no name for."""
    usable = [widget for widget in controls(root) if widget.isVisible() and widget.isEnabled()]
    return "; ".join(f"{type(w).__name__} in {type(w.parent()).__name__}" for w in usable if not spoken_name(w))


def reached_by_tab(root):
    """Where the focus comes when Tab is pressed again and again."""
    root.activateWindow()
    QTest.qWaitForWindowActive(root)
    reached = []
    for _ in range(400):
        QTest.keyClick(root.focusWidget() or root, Qt.Key.Key_Tab)
        focus = root.focusWidget()
        if reached and focus is reached[0]:
            break
        if focus not in reached:
            reached.append(focus)
    return reached


def unreachable(root):
    """Controls that can be seen and used, but not come to by Tab, nor by the arrows from one of their group."""
    reached = reached_by_tab(root)
    groups = [widget.parentWidget() for widget in reached if isinstance(widget, QAbstractButton)]
    missing = []
    for widget in controls(root):
        if not widget.isVisible() or not widget.isEnabled() or widget in reached:
            continue
        if isinstance(widget, QAbstractButton) and (
            widget.parentWidget() in groups and (widget.autoExclusive() or widget.group() is not None)
        ):
            continue
        if spoken_name(widget).startswith("Menu of "):  # the menu key on its card opens it
            continue
        if any(widget.isAncestorOf(other) for other in reached):  # focus goes to a part of it
            continue
        missing.append(f"{type(widget).__name__} “{spoken_name(widget)}” in {type(widget.parent()).__name__}")
    return missing


# --- names


def test_every_control_of_the_window_has_a_name(window):
    window.strip.set_activity("Adapting")
    window.strip.say("Done", "Undo")
    window.strip.warn("A file is damaged.")
    window.filters.show_class(window.desk.session.classes[0])
    window.gallery.setCurrentIndex(window.model.index(0, 0))
    assert nameless(window) == ""


def test_every_control_of_every_dialog_has_a_name(window, qtbot):
    for dialog in shown_dialogs(window, qtbot):
        assert nameless(dialog) == "", type(dialog).__name__


def test_every_action_has_a_text_and_a_place_in_a_menu(window):
    menus = [action.menu() for action in window.menuBar().actions()]
    menus += [menu for top in menus for menu in top.findChildren(QMenu)]
    placed = {action for menu in menus for action in menu.actions()}
    assert all(action.text() for action in placed if not action.isSeparator())
    assert set(window.menu._named.values()) <= placed


# --- keyboard


def test_everything_in_the_window_is_reached_by_tab(window):
    assert unreachable(window) == []


def test_everything_in_every_dialog_is_reached_by_tab(window, qtbot):
    for dialog in shown_dialogs(window, qtbot):
        qtbot.waitUntil(dialog.isVisible)
        assert unreachable(dialog) == [], type(dialog).__name__


def test_no_two_things_in_the_program_have_the_same_key(window):
    for place in ("pictures", "cards"):
        heard = [entry for entry in KEYS.entries() if entry.place in (place, "window")]
        taken = sorted(key for entry in heard for key in KEYS.keys(entry.name))
        assert [key for key, same in itertools.groupby(taken) if len(list(same)) > 1] == []


# --- colours


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize(
    ("text", "background"),
    [
        (Role.WindowText, Role.Window),
        (Role.Text, Role.Base),
        (Role.Text, Role.AlternateBase),
        (Role.ButtonText, Role.Button),
        (Role.PlaceholderText, Role.Window),
        (Role.PlaceholderText, Role.Base),
        (Role.HighlightedText, Role.Highlight),
        (Role.ToolTipText, Role.ToolTipBase),
        (Role.BrightText, Role.Window),
        (Role.Link, Role.Window),
        (Role.Accent, Role.Window),
    ],
)
def test_text_can_be_read(qapp, mode, text, background):
    theme.apply_theme(qapp, mode)
    palette = qapp.palette()
    assert theme.contrast(palette.color(text), palette.color(background)) >= 4.5


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("eyes", [np.eye(3), PROTANOPIA, DEUTERANOPIA], ids=["all", "red-blind", "green-blind"])
def test_ten_class_colours_are_told_apart(qapp, mode, eyes):
    theme.apply_theme(qapp, mode)
    seen = [lab(theme.class_colour(index), np.array(eyes)) for index in range(10)]
    distances = [float(np.linalg.norm(one - other)) for one, other in itertools.combinations(seen, 2)]
    assert min(distances) >= LEAST_DISTANCE


def lab(colour, eyes):
    """CIE 1976 Lab of a colour, D65, as some eyes see it."""
    srgb = np.array([colour.redF(), colour.greenF(), colour.blueF()])
    linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    xyz = to_xyz @ np.clip(eyes @ linear, 0, 1) / [0.95047, 1, 1.08883]
    x, y, z = (np.cbrt(v) if v > 0.008856 else 7.787 * v + 16 / 116 for v in xyz)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


# --- errors


def test_no_error_stops_the_person_with_a_box():
    from pathlib import Path

    import fewshot_gui.ui

    boxes = ("QMessageBox", "QErrorMessage")
    sources = Path(fewshot_gui.ui.__file__).parents[1].rglob("*.py")
    assert [file.name for file in sources if any(box in file.read_text("utf-8") for box in boxes)] == []
