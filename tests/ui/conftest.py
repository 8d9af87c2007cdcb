"""Thumbnails without pictures, and numbers as an English system writes them."""

import numpy as np
import pytest
from PySide6.QtCore import QLocale

from fewshot_gui.ui.gallery.thumbnails import ThumbnailLoader


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
