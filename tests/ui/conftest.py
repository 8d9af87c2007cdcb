"""Thumbnails without pictures, numbers as an English system writes them, and languages that go with their test."""

import numpy as np
import pytest
from PySide6.QtCore import QLocale, QTranslator

from fewshot_gui import sentences
from fewshot_gui.ui.gallery.thumbnails import ThumbnailLoader
from fewshot_gui.ui.shell.language import VARIABLE, install_language


@pytest.fixture
def load():
    """What stands in for reading a picture: all are red."""

    def load(source, side):
        return np.full((side, side, 3), (255, 0, 0), np.uint8)

    return load


@pytest.fixture
def loader(qapp, load):
    loader = ThumbnailLoader(load=load)
    yield loader
    loader.stop()


@pytest.fixture
def english_numbers():
    before = QLocale()
    QLocale.setDefault(QLocale("en_US"))
    yield
    QLocale.setDefault(before)


@pytest.fixture
def no_language_left(qapp, monkeypatch):
    """The environment names no language, and the one that the test installs goes with it."""
    monkeypatch.delenv(VARIABLE, raising=False)
    before = QLocale()
    yield
    sentences.use_language("")
    for translator in qapp.findChildren(QTranslator):
        qapp.removeTranslator(translator)
        translator.deleteLater()
    QLocale.setDefault(before)


@pytest.fixture
def speak(qapp, no_language_left):
    """install_language() for this test alone, and the core's sentences with it."""

    def speak(wanted: str) -> str:
        language = install_language(qapp, wanted)
        sentences.use_language(language)
        return language

    return speak
