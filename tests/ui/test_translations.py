"""Every sentence of the window in English with right plurals and in Simplified Chinese."""

import ast
import re
import shutil
import subprocess
from collections import Counter
from pathlib import Path

import PySide6
import pytest
from PySide6.QtCore import QCoreApplication, QLocale

from fewshot_gui.paths import resource
from tests.ui.translations import SOURCES, entries, sentences_in

ENGLISH = entries(resource("translations", "fewshot_en.ts"))
CHINESE = entries(resource("translations", "fewshot_zh_CN.ts"))
translate = QCoreApplication.translate


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
