"""An audit of the real window: in Chinese nothing that can be seen is English, and back in English nothing is Chinese.

Each state is led to in English; the language is switched to Chinese and back while it stands on the screen.
"""

import ast
import re
import threading
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication, QGraphicsView, QMenu

from fewshot_gui.app import Application
from fewshot_gui.paths import resource
from fewshot_gui.ripple import Ripple
from fewshot_gui.session import NONE_OF_THESE, Filter, Session
from fewshot_gui.ui.gallery.arrangement import Grouping, Order
from fewshot_gui.ui.project.recovery_dialog import RecoveryDialog
from fewshot_gui.ui.shell.help import AboutDialog
from tests.e2e.conftest import COLOURS, finish, paint, tiny_engine
from tests.ui.translations import SOURCES, entries, sentences_in
from tests.ui.window_texts import NOT_WORDS, texts_of

WAIT = 60_000
NAMES = re.compile(r"样本|素材|作品|[红绿蓝]|简体中文")
"""What people named in these tests, and the language's own name."""


@pytest.fixture
def program(qtbot, tmp_path, no_language_left):
    """The real program in English, still starting its learner; what people named is Chinese."""
    for k, colour in enumerate(COLOURS):
        for number in range(2):
            paint(tmp_path / "样本" / "红绿蓝"[k] / f"{number}.png", colour, number)
            paint(tmp_path / "素材" / f"{k}{number}.png", colour, 100 + number)
    (tmp_path / "素材" / "0.jpg").write_bytes(b"this is no picture")
    may_start = threading.Event()

    def engine():
        assert may_start.wait(WAIT / 1000)
        return tiny_engine()

    program = Application(Session.open(tmp_path / "作品.fewshot"), engine)
    program.may_start = may_start
    program.window.shell.preferences.set("language", "en")
    program.window.resize(1200, 800)
    program.start()
    try:
        yield program
    finally:
        may_start.set()
        finish(program)


@pytest.fixture
def taught(program, qtbot, tmp_path):
    """The same with three classes and their answers for a folder."""
    program.may_start.set()
    program.desk.do(lambda: program.desk.session.import_class_folders(tmp_path / "样本"))
    program.window.strip.say("")  # a passing sentence stays as it was said
    program.desk.open_folder(tmp_path / "素材")
    session = program.desk.session
    qtbot.waitUntil(lambda: session.counts().all == 7 and session.counts().waiting == 0, timeout=WAIT)
    qtbot.waitUntil(lambda: program.window.teaching.examined_health is not None)
    program.window._refresh()
    return program


def switch(program, qtbot, language):
    undo = {"zh_CN": "撤销", "en": "Undo"}[language]
    program.window.shell.preferences.set("language", language)
    qtbot.waitUntil(lambda: program.window.menu.undo.iconText() == undo)
    QApplication.processEvents()
    program.window._refresh()


def seen(program, *but):
    """All that can be read in the window, its menus and whatever else is open."""
    texts = set()
    for widget in QApplication.topLevelWidgets():
        if widget is program.window or (widget.isVisible() and widget not in but):
            texts |= texts_of(widget, hidden=False)
            for view in widget.findChildren(QGraphicsView):  # the plots' axes
                items = view.scene().items() if view.scene() is not None else ()
                texts |= {item.toPlainText() for item in items if hasattr(item, "toPlainText")}
    for menu in program.window.menuBar().findChildren(QMenu):
        texts |= {menu.title()} | {action.text() for action in menu.actions()}
    return texts - {""}


def english(texts, folder):
    """Those with words that are neither Chinese nor the same in all languages."""
    plain = {text: re.sub(r"<[^>]+>", "", text).replace(str(folder), "") for text in texts}
    return {text for text, rest in plain.items() if re.search("[A-Za-z]{2,}", NOT_WORDS.sub("", rest))}


def chinese(texts):
    """Those with Chinese in them that nobody wrote."""
    return {text for text in texts if re.search("[\u4e00-\u9fff]", NAMES.sub("", text))}


def check(program, qtbot, folder, *but):
    """To Chinese and back: all that is seen changes. but: windows that are not looked at."""
    switch(program, qtbot, "zh_CN")
    assert "\n".join(sorted(english(seen(program, *but), folder))) == ""
    switch(program, qtbot, "en")
    assert "\n".join(sorted(chinese(seen(program, *but)))) == ""


# --- the window


def test_the_empty_window(program, qtbot, tmp_path):
    assert any("Starting the learner" in text for text in seen(program))
    check(program, qtbot, tmp_path)
    program.may_start.set()
    qtbot.waitUntil(lambda: not any("Starting the learner" in text for text in seen(program)), timeout=WAIT)
    check(program, qtbot, tmp_path)


def test_the_window_with_answers_and_a_warning(taught, qtbot, tmp_path):
    session, window = taught.desk.session, taught.window
    ids = session.view().tolist()
    taught.desk.label(ids[:1], NONE_OF_THESE)
    taught.desk.rename_class(session.classes[0].id, session.classes[1].name)  # refused, in a sentence of the core
    window.strip.say("")  # a passing sentence stays as it was said
    for which in Filter:
        window.filters.set_filter(which)
        if len(window.model.ids):
            window.gallery.select_id(int(window.model.ids[0]))
        check(taught, qtbot, tmp_path)


def test_groups_orders_and_the_review(taught, qtbot, tmp_path):
    window = taught.window
    window._show_class(taught.desk.session.classes[0].id)
    window.seeing.arrangement.set_grouping(Grouping.CLASS)
    window.seeing.arrangement.set_order(Order.DOUBT)
    check(taught, qtbot, tmp_path)
    window.seeing.arrangement.set_grouping(Grouping.LOOK)
    check(taught, qtbot, tmp_path)
    window.menu.action("review").trigger()
    check(taught, qtbot, tmp_path)
    window.filters.set_filter(Filter.ALL)
    window.gallery.select_id(taught.desk.session.view().tolist()[0])
    window.seeing.preview.toggle()
    check(taught, qtbot, tmp_path)
    window.seeing.preview.leave()


def test_what_a_correction_changed(taught, qtbot, tmp_path):
    session, window = taught.desk.session, taught.window
    ids, (red, green, _) = session.view().tolist(), [info.id for info in session.classes]
    changed = Ripple(np.array(ids[:3]), np.array([red, red, 0]), np.array([green, 0, red]), np.ones(3, np.float32))
    window.ripple._take(changed, (ids[4],))
    check(taught, qtbot, tmp_path)
    window.ripple.show_unlearned()
    check(taught, qtbot, tmp_path)
    window.ripple.show_changes()
    check(taught, qtbot, tmp_path)


def test_promises(taught, qtbot, tmp_path):
    flow = taught.window.promise
    qtbot.waitUntil(lambda: bool(flow.promises), timeout=WAIT)
    flow.choose(0.05)
    check(taught, qtbot, tmp_path)
    flow.start_audit()
    taught.window.strip.say("")
    check(taught, qtbot, tmp_path)


# --- dialogs


def test_settings_keys_about_and_the_report(taught, qtbot, tmp_path):
    shell = taught.window.shell
    shell.show_settings()
    check(taught, qtbot, tmp_path)
    shell.settings._tabs.setCurrentIndex(1)
    check(taught, qtbot, tmp_path)
    shell.settings.close()
    shell.keys.toggle()
    check(taught, qtbot, tmp_path)
    shell.keys.leave()
    about = AboutDialog(taught.window)
    about.show()
    switch(taught, qtbot, "zh_CN")
    others = {line for line in about._text.text().splitlines() if not re.search(r" – | \d", line)}  # not packages
    assert english(others | {about.windowTitle()}, tmp_path) == set()
    about.close()
    switch(taught, qtbot, "en")
    shell.show_report()
    report = next(w for w in QApplication.topLevelWidgets() if type(w).__name__ == "ReportDialog" and w.isVisible())
    qtbot.waitUntil(report.save_button.isEnabled, timeout=WAIT)
    report.text.hide()  # the report itself is English: it is for those who help
    check(taught, qtbot, tmp_path)
    report.show_failure("There is not enough memory to open it. Close other programs, or save a smaller copy of it.")
    report.close()


def test_sorting_its_result_and_the_runs(taught, qtbot, tmp_path):
    sorting = taught.window.sorting
    sorting.start()
    dialog = sorting.dialog
    dialog._choices.folder.setText(str(tmp_path / "作品"))  # what was suggested is a name, and stays
    qtbot.waitUntil(dialog.sort_button.isEnabled, timeout=WAIT)
    dialog._choices.more.setChecked(True)
    for chip in dialog._choices.how.values():
        chip.click()
        check(taught, qtbot, tmp_path)
    next(iter(dialog._choices.how.values())).click()
    qtbot.waitUntil(dialog.sort_button.isEnabled, timeout=WAIT)
    check(taught, qtbot, tmp_path)
    dialog.sort_button.click()
    check(taught, qtbot, tmp_path)
    qtbot.waitUntil(dialog.undo_button.isVisible, timeout=WAIT)
    check(taught, qtbot, tmp_path)
    dialog.close()
    sorting.show_runs()
    runs = sorting.runs
    qtbot.waitUntil(lambda: len(runs.table.rows()) == 1, timeout=WAIT)
    check(taught, qtbot, tmp_path)
    runs.files_button.click()
    qtbot.waitUntil(runs.back_button.isVisible, timeout=WAIT)
    check(taught, qtbot, tmp_path)
    runs.back_button.click()
    runs.undo_button.click()
    check(taught, qtbot, tmp_path)
    qtbot.waitUntil(runs.undo_button.isVisible, timeout=WAIT)
    check(taught, qtbot, tmp_path)
    runs.show_failure("It does not exist.")
    check(taught, qtbot, tmp_path)
    runs.close()


def test_export(taught, qtbot, tmp_path):
    taught.window.exporting.start()
    dialog = taught.window.exporting.dialog
    check(taught, qtbot, tmp_path)
    dialog.show_failure("It does not exist.")
    check(taught, qtbot, tmp_path)
    dialog.place.setText(str(tmp_path / "素材.csv"))
    dialog.export_button.click()
    qtbot.waitUntil(dialog.show_button.isVisible, timeout=WAIT)
    check(taught, qtbot, tmp_path)
    dialog.close()


def test_teaching_dialogs(taught, qtbot, tmp_path):
    session, teaching = taught.desk.session, taught.window.teaching
    red = session.classes[0].id
    teaching.split(red)
    check(taught, qtbot, tmp_path)
    qtbot.waitUntil(lambda: not teaching.split_dialog._looking, timeout=WAIT)
    check(taught, qtbot, tmp_path)
    teaching.split_dialog.close()
    teaching.show_examples(red)
    check(taught, qtbot, tmp_path)
    teaching.examples_dialog.close()
    doctor = taught.window.doctor
    doctor.start()
    check(taught, qtbot, tmp_path)
    taught.desk.take_drop(red, _drop(tmp_path / "样本" / "绿" / "0.png"))  # it was another class's example
    for number in range(3):  # red pictures for blue
        copy = paint(tmp_path / "样本" / f"{number}.png", "red", number)
        taught.desk.take_drop(session.classes[2].id, _drop(copy))
    qtbot.waitUntil(lambda: bool(teaching.health.symptoms), timeout=WAIT)
    taught.window.strip.say("")
    check(taught, qtbot, tmp_path)
    doctor.dialog.close()


def test_measures(taught, qtbot, tmp_path):
    taught.desk.accept_answers(taught.desk.session.view().tolist()[:4])
    taught.window.strip.say("")
    taught.window.menu.action("measures").trigger()
    window = taught.window.measures.window
    for place in range(window.tabs.count()):
        window.tabs.setCurrentIndex(place)
        if window.tabs.currentWidget() is window.map:
            qtbot.waitUntil(lambda: len(window.map.plot.ids) > 0, timeout=WAIT)
        window.say("")
        check(taught, qtbot, tmp_path)
    window.close()


def test_the_recovery_of_a_damaged_project(program, qtbot, tmp_path):
    """It stands before the window: its language does not change while it is open."""
    switch(program, qtbot, "zh_CN")
    project = tmp_path / "坏.fewshot"
    project.write_bytes(b"damaged" * 200)
    dialog = RecoveryDialog(project, program.tasks)
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitUntil(lambda: "没有备份" in dialog._no_backups.text())
    assert english(texts_of(dialog), tmp_path) == set()
    dialog.new_button.click()
    qtbot.waitUntil(dialog.open_button.isVisible, timeout=WAIT)
    assert english(texts_of(dialog), tmp_path) == set()
    dialog.close()


def test_menus(taught, qtbot, tmp_path):
    """A menu is made when it opens."""
    window, session = taught.window, taught.desk.session
    switch(taught, qtbot, "zh_CN")
    card = window.panel.card(session.classes[0].id)
    for opens in (
        lambda: card.menu_requested.emit(QPoint()),
        lambda: card.example_menu_requested.emit(session.examples(session.classes[0].id)[0], QPoint()),
        lambda: window._tile_menu(session.view().tolist()[:2], QPoint()),
        lambda: window.promise.bar.button.menu().popup(QPoint()),
        lambda: window.filters.view_button.menu().popup(QPoint()),
        card.open_palette,
    ):
        opens()
        popup = QApplication.activePopupWidget()
        assert english(texts_of(popup) | {a.text() for a in popup.actions()}, tmp_path) == set()
        popup.close()


# --- the files


def test_no_translation_is_unfinished():
    unfinished = []
    for message in ElementTree.parse(resource("translations", "fewshot_zh_CN.ts")).getroot().iter("message"):
        translation = message.find("translation")
        if translation is None or translation.get("type") or not "".join(translation.itertext()).strip():
            unfinished.append(message.findtext("source"))
    assert unfinished == []


def test_every_sentence_of_the_window_is_in_the_file():
    said = set().union(*(sentences_in(ast.parse(file.read_text("utf-8"))) for file in SOURCES.rglob("*.py")))
    assert said - set(entries(resource("translations", "fewshot_zh_CN.ts"))) == set()


def _drop(path):
    from fewshot_gui.ui.drops import Drop

    return Drop(paths=(path,))
