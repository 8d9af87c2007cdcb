"""Every sentence of the window in English with right plurals and in Simplified Chinese."""

import ast
import os
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import PySide6
import pytest
from PySide6.QtCore import QAbstractTableModel, QCoreApplication, QLocale, QPoint, Qt, QTranslator
from PySide6.QtWidgets import QAbstractItemView, QApplication, QDialogButtonBox, QTabBar, QWidget

from fewshot_gui import sentences
from fewshot_gui.app import Application
from fewshot_gui.paths import resource
from fewshot_gui.session import NONE_OF_THESE, Filter, Session
from fewshot_gui.ui.shell.language import VARIABLE, choose_language, install_language, key_hint
from fewshot_gui.ui.status_strip import pictures_text
from tests.e2e.conftest import COLOURS, finish, paint, tiny_engine

SOURCES = Path(__file__).parents[2] / "fewshot_gui" / "ui"
WAIT = 60_000
NOT_WORDS = re.compile(
    r"Fewshot GUI|English|Label Studio|[CG]PU|XMP|CSV|JSON|MIT"  # names
    r"|damaged [-\d .]+\.fewshot|[\w-]*\.(png|jpg|fewshot|csv|json|xmp)|\{\w+\}"  # files, fields of their names
    r"|(?<![A-Za-z])(Ctrl|Alt|Shift|Meta|Del|Delete|Ins|Backspace|Space|Enter|Return|Esc|Tab|F\d+|[A-Z])(?![A-Za-z])"
    r"|(?<=\+)\w+|\b(kB|KiB|MB|MiB|GB|GiB|TB|px)\b"  # keys, units
)
translate = QCoreApplication.translate


class Sentence(NamedTuple):
    """What a translation belongs to."""

    context: str
    source: str
    comment: str
    plural: bool


@pytest.fixture
def speak(qapp, monkeypatch):
    """install_language() for this test alone, and the core's sentences with it."""
    monkeypatch.delenv(VARIABLE, raising=False)
    before = QLocale()

    def speak(wanted: str) -> str:
        language = install_language(qapp, wanted)
        sentences.use_language(language)
        return language

    yield speak
    sentences.use_language("")
    for translator in qapp.findChildren(QTranslator):
        qapp.removeTranslator(translator)
        translator.deleteLater()
    QLocale.setDefault(before)


def entries(file: Path) -> dict[Sentence, list[str]]:
    """The translations in a .ts file, in all plural forms; [] where one is missing or unfinished."""
    found = {}
    for context in ElementTree.parse(file).getroot().iter("context"):
        for message in context.iter("message"):
            translation = message.find("translation")
            plural = message.get("numerus") == "yes"
            forms = [form.text for form in translation.iter("numerusform")] if plural else [translation.text]
            finished = translation.get("type") is None and all(forms)
            name, source = context.findtext("name"), message.findtext("source")
            found[Sentence(name, source, message.findtext("comment") or "", plural)] = forms if finished else []
    return found


ENGLISH = entries(resource("translations", "fewshot_en.ts"))
CHINESE = entries(resource("translations", "fewshot_zh_CN.ts"))


def sentences_in(node: ast.AST, context: str = "") -> set[Sentence]:
    """All that Python code has translated: self.tr(source, comment, n), translate(context, source, comment, n), and
    Words' Context.tr(source, comment, n)."""
    found = set()
    if isinstance(node, ast.ClassDef):
        context = node.name
    if isinstance(node, ast.Call):
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name in ("tr", "translate"):
            texts = [argument.value if isinstance(argument, ast.Constant) else None for argument in node.args]
            said_by = getattr(getattr(node.func, "value", None), "id", "self")
            texts = [context if said_by == "self" else said_by, *texts] if name == "tr" else texts
            if context != "Words":
                found.add(Sentence(texts[0], texts[1], texts[2] if len(texts) > 2 else "", len(texts) > 3))
    for child in ast.iter_child_nodes(node):
        found |= sentences_in(child, context)
    return found


# --- which language


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
    run = subprocess.run([sys.executable, "-c", program], env=os.environ | own, cwd=SOURCES.parents[1], timeout=60)
    assert run.returncode == 0


# --- the translations


def test_one_picture_but_five_pictures(speak):
    speak("en")
    assert translate("Operations", "%Ln picture(s)", "", 1) == "1 picture"
    assert translate("Operations", "%Ln picture(s)", "", 5) == "5 pictures"
    assert translate("Operations", "%Ln picture(s)", "", 0) == "0 pictures"


@pytest.mark.parametrize("count", [0, 1, 5])
def test_no_english_sentence_leaves_its_plural_open(speak, count):
    speak("en")
    said = [translate(s.context, s.source, s.comment, count) for s in CHINESE if s.plural]
    assert len(said) > 20
    assert [sentence for sentence in said if "(s)" in sentence or "%" in sentence or str(count) not in sentence] == []


def test_english_needs_files_for_plurals_only():
    assert set(ENGLISH) == {sentence for sentence in CHINESE if sentence.plural}


@pytest.mark.parametrize("translations", [ENGLISH, CHINESE], ids=["en", "zh_CN"])
def test_nothing_is_left_untranslated(translations):
    assert [sentence for sentence, forms in translations.items() if not forms] == []


@pytest.mark.parametrize("translations", [ENGLISH, CHINESE], ids=["en", "zh_CN"])
def test_translations_fill_in_the_same_things(translations):
    def places(text):
        return Counter(re.findall(r"\{\w*\}|%L?n", text))

    wrong = [forms for sentence, forms in translations.items() for f in forms if places(f) != places(sentence.source)]
    assert wrong == []


def test_chinese_menus_keep_their_letters():
    def letter(text):
        return "".join(re.findall(r"&(.)", text)).upper()

    assert [(s.source, f) for s, (f, *_) in CHINESE.items() if letter(s.source) != letter(f)] == []


@pytest.mark.parametrize(("language", "translations"), [("en", ENGLISH), ("zh_CN", CHINESE)])
def test_the_compiled_files_hold_what_the_translators_wrote(speak, language, translations):
    speak(language)
    one = QLocale().toString(1)
    wrong = {
        sentence: forms[0]
        for sentence, forms in translations.items()
        if translate(sentence.context, sentence.source, sentence.comment, 1 if sentence.plural else -1)
        != (forms[0].replace("%Ln", one) if sentence.plural else forms[0])
    }
    assert wrong == {}


def test_every_sentence_in_the_code_has_its_translation():
    in_code = set().union(*(sentences_in(ast.parse(file.read_text("utf-8"))) for file in SOURCES.rglob("*.py")))
    assert in_code - set(CHINESE) == set(), "run the commands in fewshot_gui/ui/shell/language.py"
    assert set(CHINESE) - in_code == set(), "no longer said"


def test_qt_s_tool_finds_the_same_sentences(tmp_path):
    tool = shutil.which("lupdate", path=str(Path(PySide6.__file__).parent))
    if tool is None:
        pytest.skip("this PySide6 comes without lupdate")
    fresh = tmp_path / "fresh.ts"
    files = [str(file) for file in SOURCES.rglob("*.py")]
    subprocess.run([tool, "-silent", "-locations", "none", *files, "-ts", str(fresh)], check=True, timeout=60)
    assert set(entries(fresh)) == set(CHINESE)


# --- the window


def texts_of(root: QWidget, hidden: bool = True) -> set[str]:
    """All that can be read, pointed at or heard in a window: actions and lists too, and, if wanted, hidden widgets."""
    texts = set()
    for widget in [root, *root.findChildren(QWidget)]:
        if isinstance(widget.parentWidget(), QTabBar) or not (hidden or widget.isVisible()):
            continue  # the former: Qt's own arrows
        for name in ("text", "title", "windowTitle", "toolTip", "placeholderText", "prefix", "suffix"):
            told = getattr(widget, name, None)
            texts.add(told() if callable(told) else "")
        texts |= {widget.accessibleName(), widget.accessibleDescription()}
        for action in widget.actions():
            texts |= {action.text(), action.iconText(), action.toolTip()}
        if isinstance(widget, QTabBar):
            texts |= {widget.tabText(place) for place in range(widget.count())}
        if isinstance(widget, QAbstractItemView) and widget.model() is not None:
            texts |= cells_of(widget)
    return {text for text in texts if text}


def cells_of(view: QAbstractItemView) -> set[str]:
    model, roles = view.model(), Qt.ItemDataRole
    columns = range(model.columnCount() if isinstance(model, QAbstractTableModel) else 1)
    cells = [model.headerData(column, Qt.Orientation.Horizontal) for column in columns]
    for row in range(model.rowCount()):
        for role in (roles.DisplayRole, roles.ToolTipRole, roles.AccessibleTextRole):
            cells += [model.index(row, column).data(role) for column in columns]
    return {str(cell) for cell in cells if cell is not None}


class Reader:
    """Reads all that the program shows while it is used."""

    def __init__(self, program: Application, qtbot) -> None:
        self.program, self.qtbot = program, qtbot
        self.texts: set[str] = set()
        program.desk.said.connect(lambda sentence, _: self.texts.add(sentence))

    def read(self, root: QWidget | None = None) -> None:
        self.program.window._refresh()
        self.texts |= texts_of(root or self.program.window)

    def read_menu(self) -> None:
        menu = QApplication.activePopupWidget()
        self.texts |= texts_of(menu)
        menu.close()


@pytest.fixture
def reader(qtbot, tmp_path, speak, request):
    """The real program with a tiny learner, which has classified a folder; all that it showed until then has been read.

    Classes and files have names that are no English words.
    """
    speak(request.param)
    for k, colour in enumerate(COLOURS):
        for number in range(3):
            paint(tmp_path / "示例" / "红绿蓝"[k] / f"{number}.png", colour, number)
            paint(tmp_path / "图片" / f"{k}{number}.png", colour, 100 + number)
    (tmp_path / "图片" / "0.jpg").write_bytes(b"this is no picture")
    program = Application(Session.open(tmp_path / "项目.fewshot"), tiny_engine)
    try:
        reader = Reader(program, qtbot)
        program.window.resize(1200, 800)
        program.start()
        qtbot.waitExposed(program.window)
        reader.read()
        program.desk.import_class_folders(tmp_path / "示例")
        program.desk.open_folder(tmp_path / "图片")
        session = program.desk.session
        qtbot.waitUntil(lambda: session.counts().all == 10 and session.counts().waiting == 0, timeout=WAIT)
        reader.read()
        yield reader
    finally:
        finish(program)


def use_the_window(reader: Reader) -> None:
    """Correct, rename, undo, filter, open menus."""
    desk, window = reader.program.desk, reader.program.window
    session = desk.session
    ids = [int(i) for i in session.view()]
    red = session.classes[0].id
    for step in (
        lambda: desk.label(ids[:1], red),
        lambda: desk.label(ids[1:4], NONE_OF_THESE),
        lambda: desk.label(ids[:1], None),
        lambda: desk.label_by_position(ids[:1], 7),
        lambda: desk.rename_class(red, "朱"),
        lambda: desk.move_class(red, 1),
        desk.undo,
        desk.new_class,
        lambda: desk.rename_class(session.classes[-1].id, "新"),
        lambda: desk.delete_class(red),
        desk.undo,
    ):
        step()
        reader.read()
    for kind in Filter:
        window.filters.set_filter(kind)
        if len(window.model.ids):
            window.gallery.select_id(int(window.model.ids[0]))
        reader.read()
    window.filters.set_filter(Filter.ALL)
    window._show_class(session.classes[0].id)
    reader.read()
    card = window.panel.card(session.classes[0].id)
    card.menu_requested.emit(QPoint())
    reader.read_menu()
    window._tile_menu(ids[:1], QPoint())
    reader.read_menu()
    window.strip.warn("一")
    window.strip.warn("二")
    reader.texts |= {pictures_text(0, left, per_second=10.0) for left in (220, 6_000, 90_000)}
    reader.read()


def use_the_dialogs(reader: Reader) -> None:
    """Plan, sort, take back, list what was sorted."""
    window, qtbot = reader.program.window, reader.qtbot
    window.sorting.start()
    dialog = window.sorting.dialog
    reader.read(dialog)
    for chip in dialog._choices.how.values():
        chip.click()  # not every disk can do it: then there is no plan
        qtbot.waitUntil(lambda: not (dialog._planning or dialog._soon.isActive()), timeout=WAIT)
        reader.read(dialog)
    next(iter(dialog._choices.how.values())).click()
    qtbot.waitUntil(dialog.sort_button.isEnabled, timeout=WAIT)
    dialog.sort_button.click()
    reader.read(dialog)
    qtbot.waitUntil(dialog.undo_button.isVisible, timeout=WAIT)
    reader.read(dialog)
    dialog.undo_button.click()
    qtbot.waitUntil(lambda: dialog.open_button.isVisible() and not dialog.undo_button.isVisible(), timeout=WAIT)
    reader.read(dialog)
    dialog.close()
    window.sorting.show_runs()
    runs = window.sorting.runs
    qtbot.waitUntil(lambda: len(runs.table.rows()) == 1, timeout=WAIT)
    reader.read(runs)
    runs.close()


@pytest.mark.parametrize("reader", ["zh_CN"], indirect=True)
def test_all_that_the_window_says_is_chinese(reader, tmp_path):
    use_the_window(reader)
    use_the_dialogs(reader)
    assert len(reader.texts) > 150

    def rest(text: str) -> str:
        text = re.sub(r"<[^>]+>", "", text.replace(str(tmp_path), ""))
        return NOT_WORDS.sub("", text)

    assert sorted(text for text in reader.texts if re.search("[A-Za-z]", rest(text))) == []


@pytest.mark.parametrize("reader", ["en"], indirect=True)
def test_no_plural_is_open_in_the_english_window(reader):
    use_the_window(reader)
    use_the_dialogs(reader)
    assert any(re.fullmatch(r"Copy \d files", text) for text in reader.texts)
    assert {"3 pictures to none of these", "Undo: 1 picture to 红"} <= reader.texts
    assert [text for text in reader.texts if "(s)" in text] == []
