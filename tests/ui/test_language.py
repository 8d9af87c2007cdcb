"""The window's language is the person's, with its dates and with Qt's own words."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QLocale
from PySide6.QtWidgets import QDialogButtonBox

from fewshot_gui.ui.shell.language import VARIABLE, choose_language, key_hint

translate = QCoreApplication.translate


@pytest.mark.parametrize(
    ("names", "chosen"),
    [
        (["zh"], "zh_CN"),
        (["zh-Hans"], "zh_CN"),
        (["zh-Hans-CN", "zh-CN", "zh"], "zh_CN"),
        (["zh_SG"], "zh_CN"),
        (["fr-FR", "fr", "zh-CN", "en"], "zh_CN"),
        (["zh-Hant-TW", "zh-TW", "zh"], "en"),
        (["en-GB", "zh-CN"], "en"),
        (["de-DE"], "en"),
        (["C"], "en"),
        ([], "en"),
    ],
)
def test_the_first_of_the_person_s_languages_that_we_have_is_taken(names, chosen):
    assert choose_language(names) == chosen


def test_the_environment_goes_before_all_else(speak, monkeypatch):
    monkeypatch.setenv(VARIABLE, "zh_CN")
    assert speak("en") == "zh_CN"
    assert translate("MainWindow", "Undo") == "撤销"


def test_another_call_replaces_the_language(speak):
    assert speak("zh-Hans") == "zh_CN"
    assert speak("en_GB") == "en"
    assert translate("MainWindow", "Undo") == "Undo"
    assert QLocale().language() == QLocale.Language.English


def test_a_language_that_we_do_not_have_is_english(speak):
    assert speak("fr") == "en"
    assert translate("Operations", "%Ln picture(s)", "", 1240) == "1,240 pictures"


def test_dates_follow_the_language(speak):
    speak("zh_CN")
    assert QLocale().standaloneMonthName(5) == "五月"


def test_qt_s_own_words_follow_the_language(speak, qtbot):
    speak("zh_CN")
    box = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
    qtbot.addWidget(box)
    assert box.button(QDialogButtonBox.StandardButton.Cancel).text() == "取消"
    assert key_hint("Alt+Down").startswith("\tAlt+") and "Down" not in key_hint("Alt+Down")


def test_the_window_is_made_when_its_language_is_known(tmp_path):
    program = (
        "import sys, fewshot_gui.app as app\n"
        "from PySide6.QtCore import QAbstractTableModel, QCoreApplication\n"
        "said = lambda: QCoreApplication.translate('MainWindow', 'Undo')\n"
        "app.Application = lambda *_: sys.exit(0 if said() == '撤销' else 1)\n"
        "app.run_window([])\n"
    )
    own = {VARIABLE: "zh_CN", "QT_QPA_PLATFORM": "offscreen", "FEWSHOT_GUI_DATA": str(tmp_path)}
    run = subprocess.run(
        [sys.executable, "-c", program], env=os.environ | own, cwd=Path(__file__).parents[2], timeout=60
    )
    assert run.returncode == 0
