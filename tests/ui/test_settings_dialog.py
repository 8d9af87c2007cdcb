"""The settings: each holds at once and is remembered."""

import pytest
from PySide6.QtCore import QLocale, QSettings, Qt, QTranslator
from PySide6.QtWidgets import QApplication, QCheckBox, QLabel

from fewshot_gui import sentences
from fewshot_gui.cache_file import caches_bytes, clear_caches
from fewshot_gui.doctor import Finding
from fewshot_gui.feature_cache import FeatureCache
from fewshot_gui.session import Session
from fewshot_gui.ui import theme
from fewshot_gui.ui.desk import Desk
from fewshot_gui.ui.main_window import MainWindow
from fewshot_gui.ui.shell import shell
from fewshot_gui.ui.shell.language import VARIABLE
from fewshot_gui.ui.shell.preferences import STANDARD, Preferences
from fewshot_gui.ui.shell.report_dialog import ReportDialog
from fewshot_gui.ui.shell.settings_dialog import SettingsDialog
from fewshot_gui.workers.compute import Compute
from fewshot_gui.workers.tasks import Tasks


@pytest.fixture
def settings(tmp_path):
    return QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)


@pytest.fixture
def preferences(settings):
    return Preferences(settings)


@pytest.fixture
def dialog(qtbot, preferences, monkeypatch):
    monkeypatch.delenv(VARIABLE, raising=False)
    dialog = SettingsDialog(preferences)
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


@pytest.fixture
def window(qtbot, tmp_path, settings, monkeypatch):
    """The real window; its learner is never started."""
    monkeypatch.delenv(VARIABLE, raising=False)
    compute, tasks = Compute(), Tasks()
    window = MainWindow(Desk(Session.open(tmp_path / "p.fewshot"), compute, tasks), compute, tasks, settings)
    window.show()
    locale = QLocale()
    yield window
    window.close()
    tasks.stop()
    window.deleteLater()
    application = QApplication.instance()
    for translator in application.findChildren(QTranslator):
        application.removeTranslator(translator)
        translator.deleteLater()
    QLocale.setDefault(locale)
    sentences.use_language("")
    theme.apply_theme(application, "light")


# --- what is kept


def test_every_setting_has_its_standard_value_at_first(preferences):
    for name, value in STANDARD.items():
        kept = preferences.is_on(name) if isinstance(value, bool) else preferences.text(name)
        assert str(kept) == str(value)


def test_a_setting_is_told_once_and_kept(preferences, settings):
    heard = []
    preferences.changed.connect(heard.append)
    preferences.set("watch", True)
    preferences.set("watch", True)
    settings.sync()
    again = Preferences(QSettings(settings.fileName(), QSettings.Format.IniFormat))
    assert heard == ["watch"] and again.is_on("watch")


def test_nonsense_in_the_file_is_the_standard_value(preferences, settings):
    settings.setValue("thumbnail_megabytes", "many")
    settings.setValue("watch", "perhaps")
    assert preferences.number("thumbnail_megabytes") == STANDARD["thumbnail_megabytes"]
    assert not preferences.is_on("watch")


# --- the dialog


def test_every_control_is_named_and_explained(dialog):
    assert set(dialog.controls) == {*STANDARD, "clear"}
    for control in dialog.controls.values():
        assert control.accessibleName() and control.accessibleDescription()
    texts = {label.text() for label in dialog.findChildren(QLabel)}
    assert all(control.accessibleName() in texts for control in dialog.controls.values())


def test_a_choice_is_kept_at_once(dialog, preferences):
    box = dialog.controls["theme"]
    box.setCurrentIndex(box.findData("dark"))
    assert preferences.text("theme") == "dark"


def test_switches_and_numbers_are_kept_at_once(qtbot, dialog, preferences):
    for name in ("folder_helps", "watch", "auto_advance"):
        before = preferences.is_on(name)
        qtbot.keyClick(dialog.controls[name], Qt.Key.Key_Space)
        assert preferences.is_on(name) is not before
    dialog.controls["thumbnail_megabytes"].setValue(512)
    assert preferences.number("thumbnail_megabytes") == 512


def test_what_a_menu_changes_is_seen_in_the_dialog(dialog, preferences):
    preferences.set("watch", True)
    preferences.set("theme", "light")
    assert dialog.controls["watch"].isChecked()
    assert dialog.controls["theme"].currentData() == "light"


def test_a_gpu_can_be_chosen_only_where_there_is_one(dialog, preferences):
    box = dialog.controls["device"]
    assert [box.itemData(i) for i in range(box.count())] == ["auto", "cpu"]
    dialog.offer_gpu(False)
    assert box.count() == 2
    dialog.offer_gpu(True)
    assert box.itemData(2) == "cuda" and box.itemText(2)
    assert preferences.text("device") == "auto"


def test_a_language_set_from_outside_cannot_be_chosen_here(qtbot, preferences, monkeypatch):
    monkeypatch.setenv(VARIABLE, "en")
    dialog = SettingsDialog(preferences)
    qtbot.addWidget(dialog)
    assert not dialog.controls["language"].isEnabled()


def test_the_size_of_the_caches_is_said_and_they_can_be_emptied(qtbot, dialog):
    dialog.show_cache(5 << 20)
    assert "5" in dialog.controls["clear"].accessibleDescription()
    with qtbot.waitSignal(dialog.clear_requested):
        qtbot.mouseClick(dialog.controls["clear"], Qt.MouseButton.LeftButton)
    assert not dialog.controls["clear"].isEnabled()
    dialog.show_cache(0)
    assert dialog.controls["clear"].isEnabled()


def test_caches_are_emptied_while_they_are_in_use(tmp_path):
    import numpy as np

    cache = FeatureCache(tmp_path)
    features = {f"{k:064x}": np.zeros(50_000, np.float16) for k in range(20)}
    cache.put("backbone", features)
    full = caches_bytes(tmp_path)
    clear_caches(tmp_path)
    assert caches_bytes(tmp_path) < full / 4
    assert cache.get("backbone", list(features), (50_000,)) == {}
    cache.put("backbone", features)
    assert len(cache.get("backbone", list(features), (50_000,))) == 20
    cache.close()


# --- what follows


def test_colours_change_at_once_and_the_menu_shows_which(window):
    window.shell.preferences.set("theme", "dark")
    assert theme.is_dark() and window.menu.themes["dark"].isChecked()
    window.menu.themes["light"].trigger()
    assert not theme.is_dark() and window.shell.preferences.text("theme") == "light"


def test_the_language_changes_at_once_in_menus_and_open_dialogs(qtbot, window):
    window.shell.show_settings()
    dialog = window.shell.settings
    box = dialog.controls["language"]
    box.setCurrentIndex(box.findData("en"))
    assert window.menu.open_folder.iconText() == "Open folder"
    box.setCurrentIndex(box.findData("zh_CN"))
    qtbot.waitUntil(lambda: window.menu.open_folder.iconText() == "打开文件夹")
    assert window.menu.undo.iconText() == "撤销"
    assert QLocale().language() == QLocale.Language.Chinese
    box.setCurrentIndex(box.findData("en"))
    qtbot.waitUntil(lambda: window.menu.open_folder.iconText() == "Open folder")
    dialog.close()


def test_the_folder_helps_from_the_next_adaptation_on(window, tmp_path, paint, monkeypatch):
    asked = []
    for colour in ("red", "green"):
        paint(tmp_path / "examples" / colour / "1.png", colour)
    window.desk.do(lambda: window.desk.session.import_class_folders(tmp_path / "examples"))
    monkeypatch.setattr(window.desk._compute, "adapt_to", lambda request, _: asked.append(request) or 1)
    window.shell.preferences.set("folder_helps", True)
    window.shell.preferences.set("folder_helps", False)
    assert [request.folder_helps for request in asked] == [True, False]


def test_the_room_for_thumbnails_changes_at_once(window):
    window.shell.preferences.set("thumbnail_megabytes", 64)
    assert window._on_disk._limit == 64 << 20


def test_another_device_makes_another_engine_and_everything_is_read_again(window, monkeypatch):
    done = []
    monkeypatch.setattr(window.desk._compute, "change_engine", lambda make: done.append(make.args))
    monkeypatch.setattr(window.desk, "compute_anew", lambda: done.append("anew"))
    window.shell.preferences.set("device", "cpu")
    assert done == [("cpu",), "anew"]


def test_the_gallery_goes_on_by_itself_or_not(window):
    assert window.gallery.auto_advance
    window.shell.preferences.set("auto_advance", False)
    assert not window.gallery.auto_advance


def test_the_diagnostic_report_is_read_copied_and_saved(qtbot, window, tmp_path, monkeypatch):
    monkeypatch.setattr(shell, "examine", lambda: [Finding("System", True, "works")])
    window.desk.warned.emit("Something went wrong.")
    class_id = window.desk.new_class()
    window.desk.rename_class(class_id, "Very secret")
    window.menu.action("report").trigger()
    dialog = window.findChild(ReportDialog)
    assert not dialog.copy_button.isEnabled()
    qtbot.waitUntil(dialog.copy_button.isEnabled)
    text = dialog.text.toPlainText()
    assert "System: works" in text and "Something went wrong." in text and "classes: 1" in text
    assert "secret" not in text
    dialog.copy_button.click()
    assert QApplication.clipboard().text() == text
    dialog.save(tmp_path / "report.txt")
    assert (tmp_path / "report.txt").read_text("utf-8") == text
    dialog.save(tmp_path / "missing" / "report.txt")
    assert "another place" in dialog._about.text()
    dialog.close()


def test_settings_open_once(window):
    window.shell.show_settings()
    first = window.shell.settings
    window.shell.show_settings()
    assert window.shell.settings is first
    first.close()


def test_switches_are_told_apart_by_more_than_their_place(dialog):
    names = [box.accessibleName() for box in dialog.findChildren(QCheckBox)]
    assert len(names) == len(set(names)) == 3
