"""The core's English sentences are shown in the window's language."""

import ast
import itertools
import json
import re
from pathlib import Path

import pytest

from fewshot_gui import sentences
from fewshot_gui.paths import resource
from fewshot_gui.sentences import together, translated, use_language

PACKAGE = Path(sentences.__file__).parent
SAID_ON_THE_COMMAND_LINE = {"__init__", "__main__", "app", "batch", "classifier", "console", "doctor"}
FOLDERS = ("exports", "images", "project", "questions", "sorting", "workers", "learner/advice", "learner/algorithms")
LEARNER = ("device.py", "learner.py", "weights.py")
CATALOGUE = resource("translations", "core_zh_CN.json")


def core_sentences() -> set[str]:
    """Every sentence in the core's code that a person may read, with {0}, {1} ... for what is filled in."""
    found: set[str] = set()
    files = [file for file in PACKAGE.glob("*.py") if file.stem not in SAID_ON_THE_COMMAND_LINE]
    files += [PACKAGE / "learner" / name for name in LEARNER]
    for file in [*files, *(file for name in FOLDERS for file in (PACKAGE / name).rglob("*.py"))]:
        found |= sentences_of(ast.parse(file.read_text("utf-8")))
    return found


def sentences_of(tree: ast.AST) -> set[str]:
    # A string that stands alone is a docstring; a part of an f-string is no sentence of its own.
    passed = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    passed |= {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in ast.walk(node)} - {
        id(node) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)
    }
    texts = {template(node) for node in ast.walk(tree) if id(node) not in passed}
    return {text for text in texts if text and is_sentence(text)}


def template(node: ast.AST) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        numbers = itertools.count()
        return re.sub(r"\{[^{}]*\}", lambda _: f"{{{next(numbers)}}}", node.value)  # for str.format
    if not isinstance(node, ast.JoinedStr):
        return None
    parts, number = [], 0
    for part in node.values:
        if isinstance(part, ast.Constant):
            parts.append(str(part.value))
        else:
            parts.append(f"{{{number}}}")
            number += 1
    return "".join(parts)


def is_sentence(text: str) -> bool:
    if re.fullmatch(r"[A-Z][a-z]+\.", text):
        return True
    words = re.sub(r"\{\d+\}", "", text)
    begins = re.match(r'["“]?(\{0\}|[A-Z][a-z\' ])', text) or text[:1] == '"'
    return (
        bool(begins)
        and len(re.findall(r"[a-z]{2,}", words)) >= 2
        and bool(re.search(r"[.!?]$|[.:] ?\{\d+\}\)?$", text))
    )


@pytest.fixture
def catalogue(tmp_path, monkeypatch):
    """catalogue({...}): translate by these entries in this test."""

    def use(entries):
        (tmp_path / "core_xx.json").write_text(json.dumps(entries), "utf-8")
        monkeypatch.setattr(sentences, "resource", lambda *parts: tmp_path / parts[-1])
        use_language("xx")

    yield use
    monkeypatch.undo()
    use_language("")


def test_a_whole_sentence_is_looked_up(catalogue):
    catalogue({"A class needs a name.": "类别需要名称。"})
    assert translated("A class needs a name.") == "类别需要名称。"


def test_what_it_speaks_of_is_filled_in_in_any_order(catalogue):
    catalogue({'There are {0} files in "{1}".': "“{1}”中有 {0} 个文件。"})
    assert translated('There are 5 files in "my. folder".') == "“my. folder”中有 5 个文件。"


def test_a_sentence_inside_another_is_translated_too(catalogue):
    catalogue({'"{0}" can\'t be used. {1}': "无法使用“{0}”。{1}", "It is empty.": "它是空的。"})
    assert translated('"cat.png" can\'t be used. It is empty.') == "无法使用“cat.png”。它是空的。"


def test_the_more_exact_sentence_goes_first(catalogue):
    catalogue({"{0} is wrong.": "{0}不对。", "The file {0} is wrong.": "文件{0}不对。"})
    assert translated("The file a.png is wrong.") == "文件a.png不对。"


def test_sentences_one_after_the_other_are_translated_each(catalogue):
    catalogue({"It is empty.": "它是空的。", "It is damaged.": "它已损坏。"})
    assert translated("It is empty. It is damaged.") == "它是空的。它已损坏。"


def test_what_is_filled_in_may_be_nothing(catalogue):
    catalogue({"Nothing to do{0}.": "没有可做的{0}。"})
    assert translated("Nothing to do.") == "没有可做的。"


def test_braces_in_a_file_name_do_no_harm(catalogue):
    catalogue({'"{0}" is empty.': "“{0}”是空的。"})
    assert translated('"{1} {x}.png" is empty.') == "“{1} {x}.png”是空的。"


def test_what_the_catalogue_does_not_know_stays_english(catalogue):
    catalogue({"It is empty.": "它是空的。", "It is gone.": ""})
    assert translated("Nobody knows this.") == "Nobody knows this."
    assert translated("It is gone.") == "It is gone.", "an entry that nobody has filled in yet"
    use_language("")
    assert translated("It is empty.") == "It is empty."


def test_an_english_window_has_curly_quotes_around_what_a_sentence_speaks_of():
    try:
        use_language("en")
        assert translated('There are no pictures in "a \'b\' " c".') == "There are no pictures in “a 'b' \" c”."
        several = translated('"a.png" can\'t be used. It is empty (0 bytes). There are no pictures in "b".')
        assert several == "“a.png” can't be used. It is empty (0 bytes). There are no pictures in “b”."
        typed = 'It is a HEIC picture, and reading those needs an extra: pip install "fewshot-gui[heif]".'
        assert translated(typed) == typed
    finally:
        use_language("")


def test_sentences_in_the_code_are_found():
    found = core_sentences()
    assert "A class needs a name." in found
    assert 'There is a class "{0}" already. Choose another name.' in found
    assert len(found) > 100


def test_every_sentence_of_the_core_has_its_translation():
    entries = json.loads(CATALOGUE.read_text("utf-8"))
    assert sorted(core_sentences() - {english for english, other in entries.items() if other}) == []


def test_no_translation_is_left_of_what_is_no_longer_said():
    # Parts of sentences, as "none of these", are entries too, and sentences with such a part filled in.
    entries = json.loads(CATALOGUE.read_text("utf-8"))
    said = core_sentences()
    patterns = ["(.*)".join(map(re.escape, re.split(r"\{\d+\}", text))) for text in said if "{" in text]
    filled_in = re.compile("|".join(pattern.replace(r"(.*)\ ", r"(?:.*\ )?") for pattern in patterns))
    left = [english for english in entries if is_sentence(english) and english not in said]
    assert sorted(english for english in left if not filled_in.fullmatch(english)) == []


def test_translations_fill_in_what_the_english_sentence_does():
    entries = json.loads(CATALOGUE.read_text("utf-8"))

    def places(text):
        return sorted(re.findall(r"\{\d+\}", text))

    assert [english for english, other in entries.items() if other and places(english) != places(other)] == []


def test_sentences_are_parted_by_a_space_except_after_a_full_width_stop() -> None:
    assert together("A.", "", "B.") == "A. B."
    assert together("甲。", "乙！", "丙。") == "甲。乙！丙。"
    assert together() == ""
