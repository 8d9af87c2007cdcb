"""The core's sentences in the person's language.

The core (session, engine, sorting, project, images) knows nothing of languages: its errors and reasons are English
sentences, also in the project file and on the command line. The window shows them through ``translated``, which finds
the sentence in a catalogue and fills what it speaks of into the translation. So a sentence changes its language
whenever the window does, even one that was written down last year.

A catalogue is a JSON object, ``resources/translations/core_LANGUAGE.json``: English to translation, with {0}, {1} ...
for what is filled in, in the order of the English sentence: ``"{0}" is damaged. {1}``. What is filled in may itself be
a sentence of the catalogue. A sentence that reads otherwise with a certain word filled in may have an entry of its own
for that: the one that says most goes first. A test reads the core's code and names every sentence that a catalogue
lacks.

In an English window the same sentences have curly quotes, as everything else there; the command line's stay plain.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import lru_cache

from fewshot_gui.paths import resource


@dataclass(frozen=True)
class _Template:
    literal: str  # the longest piece that every sentence of it contains
    said: int  # how many characters are its own
    pattern: re.Pattern[str]
    translation: str


_PIECES, _PLACE = re.compile(r"\{\d+\}"), re.compile(r"\{(\d+)\}")
_QUOTED, _COMMAND = re.compile(r'"([^"]*)"'), "pip install"
_LANGUAGE_OF_ALL = "zh_CN"  # its catalogue knows every sentence
_templates: list[_Template] = []
_whole: dict[str, str] = {}


def use_language(language: str) -> None:
    """Say it in this language from now on: "zh_CN", "en"; others without a catalogue mean as it is."""
    entries = (
        _catalogue(language) if language != "en" else {said: _typeset(said) for said in _catalogue(_LANGUAGE_OF_ALL)}
    )
    catalogue = {english: other for english, other in entries.items() if other}
    _whole.clear()
    _whole.update(catalogue)
    made = [_template(english, other) for english, other in catalogue.items() if "{" in english]
    # The one that says most comes first: "{0}" alone would take any sentence.
    _templates[:] = sorted(made, key=lambda template: template.said, reverse=True)
    translated.cache_clear()


@lru_cache(maxsize=4096)
def translated(sentence: str) -> str:
    """The sentence in the window's language; as it is where the catalogue has no translation."""
    if not _whole or not sentence:
        return sentence
    found = _find(sentence)
    if found is not None:
        return found
    parts = re.split(r"(?<=[.!?])\s+", sentence)  # several sentences, one after the other
    others = [_find(part) for part in parts] if len(parts) > 1 else []
    if any(others):
        return together(*(other or part for part, other in zip(parts, others, strict=True)))
    return sentence


def together(*said: str) -> str:
    """Sentences one after the other, empty ones left out: "A. B.", but "甲。乙。", whose stop brings its own space."""
    whole = ""
    for sentence in filter(None, said):
        whole += sentence if not whole or whole[-1] in "。！？" else f" {sentence}"
    return whole


def _catalogue(language: str) -> dict[str, str]:
    file = resource("translations", f"core_{language}.json")
    return json.loads(file.read_text("utf-8")) if file.is_file() else {}


def _typeset(english: str) -> str:
    """With curly quotes, but not in what is to be typed on a command line."""
    return english if _COMMAND in english else _QUOTED.sub(r"“\1”", english)


def _find(sentence: str) -> str | None:
    if sentence in _whole:
        return _whole[sentence]
    for template in _templates:
        if template.literal in sentence and (match := template.pattern.fullmatch(sentence)):
            return _filled(template.translation, [translated(value) for value in match.groups()])
    return None


def _filled(translation: str, values: list[str]) -> str:
    return _PLACE.sub(lambda place: values[int(place[1])], translation)  # str.format trips over other braces


def _template(english: str, translation: str) -> _Template:
    pieces = _PIECES.split(english)
    pattern = "(.*?)".join(map(re.escape, pieces))
    return _Template(max(pieces, key=len), sum(map(len, pieces)), re.compile(pattern, re.DOTALL), translation)
