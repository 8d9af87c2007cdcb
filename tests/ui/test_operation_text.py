"""What is said of an operation, and of everything else, is a sentence."""

import re

import pytest

from fewshot_gui.paths import resource
from fewshot_gui.session import OperationName
from fewshot_gui.ui.operation_text import done_sentence, operation_text
from tests.ui.translations import entries

SAID = ("label", "add-examples", "none", "confirm", "class-of", "unlabel", "reject", "add-class", "delete-class")


@pytest.mark.parametrize("language", ["en", "zh_CN"])
@pytest.mark.parametrize("kind", [*SAID, "merge-classes", "import-classes"])
def test_what_was_done_is_told_in_a_whole_sentence(speak, kind: str, language: str) -> None:
    speak(language)
    sentence = done_sentence(OperationName(kind, 3, "Ara\nBao"))
    assert re.fullmatch(r"[A-Z0-9].*[^.]\." if language == "en" else r"\S.*[^。]。", sentence), sentence
    assert operation_text(OperationName(kind, 3, "Ara\nBao")) not in ("", sentence)


def test_every_sentence_begins_with_a_capital_and_ends_with_a_stop_in_both_languages() -> None:
    for sentence, forms in entries(resource("translations", "fewshot_zh_CN.ts")).items():
        if re.search(r"[^.]\.$", sentence.source):
            assert not sentence.source[0].islower(), sentence
            assert all(form.strip()[-1] in "。！？”" for form in forms), sentence
        else:
            assert not any(form.strip().endswith("。") for form in forms), sentence
