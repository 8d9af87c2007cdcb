"""The list of recent projects and its menu."""

import json
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from pytestqt.qtbot import QtBot

from fewshot_gui.ui.project.recent import MOST, RecentMenu, RecentProjects


@pytest.fixture
def settings(tmp_path: Path) -> QSettings:
    return QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)


@pytest.fixture
def menu(settings: QSettings, tmp_path: Path, qtbot: QtBot) -> RecentMenu:
    """Two projects, the first of which was deleted since."""
    recent = RecentProjects(settings)
    recent.note(tmp_path / "gone.fewshot", "winter", 7)
    (tmp_path / "here.fewshot").touch()
    recent.note(tmp_path / "here.fewshot", "cats & dogs", 1234)
    menu = RecentMenu(recent)
    qtbot.addWidget(menu)
    return menu


def texts(menu: RecentMenu) -> list[str]:
    menu.aboutToShow.emit()
    return [action.text() for action in menu.actions() if not action.isSeparator()]


def test_the_latest_comes_first_with_folder_date_and_number_of_pictures(menu: RecentMenu) -> None:
    first, second, clear = texts(menu)
    assert first.startswith("&1 cats && dogs · ")
    assert "234 picture" in first
    assert second.startswith("&2 winter")
    assert "Clear" in clear


def test_a_project_that_is_gone_is_greyed(menu: RecentMenu) -> None:
    text = texts(menu)[1]
    assert "no longer there" in text
    assert [action.isEnabled() for action in menu.actions()[:2]] == [True, False]


def test_choosing_one_asks_for_it(menu: RecentMenu, tmp_path: Path, qtbot: QtBot) -> None:
    texts(menu)
    with qtbot.waitSignal(menu.chosen) as chosen:
        menu.actions()[0].trigger()
    assert chosen.args == [tmp_path / "here.fewshot"]


def test_the_open_project_is_not_offered(menu: RecentMenu, tmp_path: Path) -> None:
    menu.set_open_now(tmp_path / "here.fewshot")
    assert [text for text in texts(menu) if "cats" in text] == []


def test_the_list_is_short_and_can_be_cleared(settings: QSettings, menu: RecentMenu, tmp_path: Path) -> None:
    recent = RecentProjects(settings)
    for number in range(2 * MOST):
        recent.note(tmp_path / f"{number}.fewshot", f"{number}", number)
    assert [entry.folder for entry in recent.all()] == [str(n) for n in range(2 * MOST - 1, MOST - 1, -1)]
    texts(menu)
    menu.actions()[-1].trigger()
    assert recent.all() == []
    (nothing,) = texts(menu)
    assert "No other project" in nothing
    assert not menu.actions()[0].isEnabled()


def test_a_project_noted_again_is_there_once(settings: QSettings, tmp_path: Path) -> None:
    recent = RecentProjects(settings)
    for pictures in (1, 2):
        recent.note(tmp_path / "a.fewshot", "a", pictures)
    assert [entry.pictures for entry in recent.all()] == [2]


@pytest.mark.parametrize(
    "text", ["no json", "{}", "3", "[1]", '[{"path": "x"}]', json.dumps([{"path": 1, "folder": 2}])]
)
def test_settings_that_someone_else_wrote_do_no_harm(settings: QSettings, text: str) -> None:
    settings.setValue("recent", text)
    assert RecentProjects(settings).all() == []
