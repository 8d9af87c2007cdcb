import pytest

from fewshot_gui.ui.sort.sort_dialog import SortDialog
from tests.ui.sort.planning import Planner


@pytest.fixture(autouse=True)
def numbers(english_numbers):
    """Everything about sorting counts files."""


@pytest.fixture
def dialog(qtbot, tmp_path):
    dialog = SortDialog(tmp_path / "sorted")
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


@pytest.fixture
def planner(dialog):
    planner = Planner(dialog)
    dialog.ask_for_plan()
    return planner
