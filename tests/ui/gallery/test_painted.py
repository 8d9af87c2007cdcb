"""Parts of tiles that are shown again as they were painted last."""

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QRectF
from PySide6.QtGui import QImage, QPalette
from PySide6.QtWidgets import QApplication

from fewshot_gui.session import Decision, State
from fewshot_gui.ui import theme
from fewshot_gui.ui.gallery.painted import LEAST_KEPT, Painted
from fewshot_gui.ui.gallery.tile import TileDelegate


@pytest.fixture
def painted(monkeypatch):
    """The ids of the pictures that were painted anew, in order."""
    ids = []
    paint, paint_pixmap = TileDelegate.paint_tile, TileDelegate._paint_pixmap
    now = [""]

    def noted(self, painter, rect, state, font, tile):
        now[0] = tile.name
        paint(self, painter, rect, state, font, tile)

    def noted_picture(self, painter, area, pixmap):
        ids.append(int(now[0].removesuffix(".jpg")))
        paint_pixmap(self, painter, area, pixmap)

    monkeypatch.setattr(TileDelegate, "paint_tile", noted)
    monkeypatch.setattr(TileDelegate, "_paint_pixmap", noted_picture)
    return ids


@pytest.fixture
def laid_out(monkeypatch):
    """The numbers of the answers that were laid out anew, in order."""
    numbers = []
    paint = TileDelegate._paint_line
    monkeypatch.setattr(TileDelegate, "_paint_line", lambda self, *args: numbers.append(args[-1]) or paint(self, *args))
    return numbers


def pixels(view):
    """What the view shows, int [h, w, 4]."""
    image = view.viewport().grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    return np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4).astype(int)


def test_what_has_not_changed_is_not_painted_again(gallery, painted):
    gallery.settle()
    before = gallery.view.viewport().grab().toImage()
    painted.clear()
    after = gallery.view.viewport().grab().toImage()
    assert painted == []
    assert after == before


def test_a_tile_from_before_looks_as_one_painted_directly(gallery, monkeypatch):
    gallery.settle()
    gallery.select(1, 3)
    kept = pixels(gallery.view)
    monkeypatch.setattr(Painted, "paint", lambda _, painter, rect, key, draw: draw(painter, QRectF(rect)))
    difference = np.abs(pixels(gallery.view) - kept)
    assert difference.max() <= 8  # at most the last bits of a soft edge


def test_for_another_answer_only_that_answer_is_laid_out(gallery, painted, laid_out):
    gallery.settle()
    gallery.view.viewport().grab()
    painted.clear()
    laid_out.clear()
    gallery.session.decided[4] = Decision(State.PREDICTED, 1, 0.9)
    gallery.view.viewport().grab()
    assert (painted, laid_out) == ([], ["90 %"])


def test_to_select_a_tile_paints_no_picture_anew(gallery, painted):
    gallery.settle()
    before = pixels(gallery.view)
    painted.clear()
    gallery.select(7)
    assert not np.array_equal(pixels(gallery.view), before)
    assert painted == []


def test_another_language_paints_all_anew(gallery, painted):
    gallery.settle()
    gallery.view.viewport().grab()
    painted.clear()
    QApplication.sendEvent(gallery.view, QEvent(QEvent.Type.LanguageChange))
    gallery.view.viewport().grab()
    assert {row + 1 for row in gallery.view.visible_rows()} <= set(painted)


def test_other_colours_paint_all_anew(gallery, painted):
    gallery.settle()
    gallery.view.viewport().grab()
    painted.clear()
    palette = gallery.view.palette()
    palette.setColor(QPalette.ColorRole.Window, "#123456")
    gallery.view.setPalette(palette)
    gallery.view.viewport().grab()
    assert {row + 1 for row in gallery.view.visible_rows()} <= set(painted)


def test_tiles_that_were_scrolled_away_long_ago_are_given_up(gallery, painted):
    gallery.settle()
    bar = gallery.view.verticalScrollBar()
    for step in range(11):
        bar.setValue(round(bar.maximum() * step / 10))
        gallery.settle()
        gallery.view.viewport().grab()
    assert len(set(painted)) == 100 > LEAST_KEPT
    painted.clear()
    bar.setValue(0)
    gallery.view.viewport().grab()
    assert 1 in painted


def test_tiles_with_the_same_answer_lay_it_out_once(gallery, laid_out):
    gallery.session.decided = {i: Decision(State.PREDICTED, 1, 0.9 if i % 2 else 0.8) for i in range(1, 101)}
    gallery.view.viewport().grab()
    assert sorted(laid_out) == ["80 %", "90 %"]


def test_the_same_answer_in_a_dark_window_is_laid_out_anew(gallery, qapp):
    gallery.settle()
    light = pixels(gallery.view)
    theme.apply_theme(qapp, "dark")
    try:
        dark = pixels(gallery.view)
        gallery.view.itemDelegate().forget_painted()
        assert np.array_equal(pixels(gallery.view), dark)
        assert not np.array_equal(light, dark)
    finally:
        theme.apply_theme(qapp, "light")
