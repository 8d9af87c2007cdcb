import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QCheckBox, QLineEdit

from fewshot_gui.sorting.plan import SortOptions
from tests.ui.sort.planning import Left, chip, text_of


def field(dialog, name):
    return next(one for one in dialog.findChildren(QLineEdit) if one.accessibleName() == name)


def box(dialog, text):
    return next(one for one in dialog.findChildren(QCheckBox) if one.text() == text)


@pytest.fixture
def more(dialog, planner, qtbot):
    """The rarely used options are shown."""
    planner.answer()
    assert not field(dialog, "Template for new names").isVisible()
    qtbot.mouseClick(chip(dialog, "More options"), Left)
    assert field(dialog, "Template for new names").isVisible()


@pytest.mark.usefixtures("more")
def test_a_template_is_planned_with(qtbot, dialog, planner):
    with qtbot.waitSignal(dialog.plan_requested):
        qtbot.keyClicks(field(dialog, "Template for new names"), "{class} {n}")
    assert planner.asked[-1][3] == SortOptions(name="{class} {n}")
    assert "{date}" in text_of(dialog)


@pytest.mark.usefixtures("more")
def test_sub_folders_are_kept_when_wanted(qtbot, dialog, planner):
    with qtbot.waitSignal(dialog.plan_requested):
        qtbot.mouseClick(box(dialog, "Keep sub-folders, below the class folder"), Left, pos=QPoint(8, 8))
    assert planner.asked[-1][3] == SortOptions(keep_subfolders=True)


@pytest.mark.usefixtures("more")
def test_the_unsure_and_none_of_these_get_folders_when_wanted(qtbot, dialog, planner):
    assert not field(dialog, "Folder for unsure pictures").isEnabled()
    with qtbot.waitSignal(dialog.plan_requested):
        qtbot.mouseClick(box(dialog, "Unsure pictures into"), Left, pos=QPoint(8, 8))
    assert planner.asked[-1][2:] == (0.75, SortOptions(unsure="Unsure")), "below which they are unsure"
    planner.answer()
    box(dialog, "None of these into").setChecked(True)
    with qtbot.waitSignal(dialog.plan_requested):
        field(dialog, "Folder for pictures that are none of these").setText("others")
    assert planner.asked[-1][3] == SortOptions(unsure="Unsure", none="others")
