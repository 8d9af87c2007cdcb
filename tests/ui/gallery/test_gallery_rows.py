"""The gallery's rows when they change, and what is shown of them."""

import time
from pathlib import Path

import numpy as np
from PIL import Image
from PySide6.QtCore import Qt, QTimer

from fewshot_gui.session import Decision, State
from fewshot_gui.ui.gallery.gallery import GalleryView
from fewshot_gui.ui.gallery.gallery_model import GalleryModel, runs_of
from fewshot_gui.ui.gallery.thumbnails import ThumbnailLoader
from fewshot_gui.ui.gallery.tile import TILE_ROLE


def test_rows_that_are_appended_leave_selection_and_place_alone(gallery, told):
    resets, inserted = told(gallery.model.modelReset), told(gallery.model.rowsInserted)
    gallery.select(50)
    offset = gallery.view.verticalOffset()
    gallery.model.set_rows(np.arange(1, 201))
    assert (len(resets), len(inserted)) == (0, 1)
    assert (gallery.view.selected_ids(), gallery.view.verticalOffset()) == ([51], offset)


def test_the_same_rows_again_are_no_change(gallery, told):
    resets = told(gallery.model.modelReset)
    gallery.model.set_rows(np.arange(1, 101))
    assert resets == []


def test_another_order_keeps_the_selected_and_the_current_pictures(gallery, told):
    gallery.select(2, 10, 11)
    heard = told(gallery.view.current_changed)
    gallery.model.set_rows(np.arange(100, 0, -1))
    assert sorted(gallery.view.selected_ids()) == [3, 11, 12]
    assert gallery.view.current_id() == 12
    assert heard == []


def test_when_the_current_picture_leaves_the_next_one_takes_its_place(gallery, told):
    gallery.select(4)
    heard = told(gallery.view.current_changed)
    gallery.model.set_rows(np.delete(np.arange(1, 101), [0, 4]))
    assert gallery.view.current_id() == 6
    assert gallery.view.selected_ids() == [6]
    assert heard == [(6,)]


def test_when_the_last_picture_leaves_the_one_before_becomes_current(gallery):
    gallery.select(99)
    gallery.model.set_rows(np.arange(1, 100))
    assert gallery.view.current_id() == 99


def test_when_all_pictures_leave_there_is_no_current_one(gallery, told):
    gallery.select(4)
    heard = told(gallery.view.current_changed)
    gallery.model.set_rows(np.empty(0, np.int64))
    assert heard == [(None,)]
    assert gallery.view.selected_ids() == []


def test_only_the_rows_that_changed_are_refreshed_as_stretches(gallery):
    changed = []
    gallery.model.dataChanged.connect(lambda first, last: changed.append((first.row(), last.row())))
    gallery.model.refresh([3, 4, 5, 50, 999])
    assert changed == [(2, 4), (49, 49)]


def test_very_many_scattered_changes_are_refreshed_at_once(gallery, told):
    gallery.model.set_rows(np.arange(1, 1001))
    changed = told(gallery.model.dataChanged)
    gallery.model.refresh(range(1, 1000, 2))
    assert len(changed) == 1


def test_neighbouring_rows_form_runs():
    assert runs_of(np.array([0, 1, 2, 5, 7, 8])) == [(0, 2), (5, 5), (7, 8)]
    assert runs_of(np.array([], int)) == []


def test_a_picture_can_be_brought_into_sight_by_its_id(gallery):
    gallery.view.select_id(90)
    assert gallery.view.selected_ids() == [90]
    assert 89 in gallery.view.visible_rows()


def test_another_session_starts_without_pictures_selection_and_thumbnails(gallery):
    gallery.select(0)
    gallery.bot.waitUntil(lambda: gallery.loader.pixmap(1) is not None)
    gallery.model.set_session(type(gallery.session)(Path("elsewhere")))
    assert gallery.model.rowCount() == 0
    assert gallery.view.current_id() is None
    assert gallery.loader.pixmap(1) is None


def test_a_row_is_heard_and_explained(gallery):
    gallery.session.decided[1] = Decision(State.PREDICTED, 2, 0.6, reason="It is <like> others.", needs_review=True)
    index = gallery.model.index(0, 0)
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == "1.jpg, class 2, 60 %, needs review"
    assert "1.jpg<br>It is &lt;like&gt; others." in index.data(Qt.ItemDataRole.ToolTipRole)


def test_a_changed_decision_changes_the_picture_on_the_screen(gallery):
    gallery.settle()
    before = gallery.view.grab().toImage()
    gallery.session.decided[1] = Decision(State.HUMAN, 1)
    gallery.model.refresh([1])
    assert gallery.view.grab().toImage() != before


def test_only_thumbnails_in_and_near_the_window_are_loaded(gallery):
    gallery.model.set_rows(np.arange(1, 10_001))
    gallery.settle()
    seen = gallery.view.visible_rows()
    assert all(gallery.loaded(row) for row in seen)
    assert not any(gallery.loaded(row) for row in range(seen.stop + len(seen), 10_000))


def test_after_scrolling_the_thumbnails_there_are_loaded_and_those_between_are_not(gallery):
    gallery.model.set_rows(np.arange(1, 10_001))
    gallery.settle()
    bar = gallery.view.verticalScrollBar()
    for value in range(0, bar.maximum(), bar.maximum() // 50):
        bar.setValue(value)
    bar.setValue(bar.maximum())
    gallery.settle()
    assert gallery.loaded(9_999)
    assert not any(gallery.loaded(row) for row in range(100, 9_900))


def test_an_unreadable_picture_is_not_even_tried(gallery):
    gallery.session.problems[3] = "It is empty."
    gallery.model.set_session(gallery.session)
    gallery.model.set_rows(np.arange(1, 6))
    gallery.bot.waitUntil(lambda: gallery.loaded(4))
    assert not gallery.loaded(2)
    assert not gallery.loader.is_unreadable(3)


def test_a_picture_whose_file_is_broken_is_shown_as_broken(gallery, qtbot, tmp_path):
    (tmp_path / "1.jpg").write_bytes(b"not a picture")
    Image.new("RGB", (8, 8)).save(tmp_path / "2.jpg")
    loader = ThumbnailLoader()
    model = GalleryModel(loader)
    view = GalleryView(model)
    qtbot.addWidget(view)
    model.set_session(type(gallery.session)(tmp_path))
    model.set_rows(np.array([1, 2]))
    view.show()
    qtbot.waitUntil(lambda: loader.is_unreadable(1) and loader.pixmap(2) is not None)
    assert model.index(0, 0).data(TILE_ROLE).broken
    assert not model.index(1, 0).data(TILE_ROLE).broken
    loader.stop()


def test_a_hundred_thousand_pictures_do_not_stop_the_window(gallery):
    gaps, last = [], [time.perf_counter()]

    def tick():
        now = time.perf_counter()
        gaps.append(now - last[0])
        last[0] = now

    timer = QTimer(interval=0)
    timer.timeout.connect(tick)
    timer.start()
    ids = np.arange(1, 100_001)
    for step in (
        lambda: gallery.model.set_rows(ids),
        lambda: gallery.view.scrollToBottom(),
        lambda: gallery.model.set_rows(ids[::-1].copy()),
        lambda: gallery.view.selectAll(),
        lambda: gallery.model.set_rows(ids[ids % 3 > 0]),
        lambda: gallery.model.refresh(ids),
        lambda: gallery.view.resize(1300, 800),
    ):
        step()
        gallery.bot.wait(30)
    timer.stop()
    assert gallery.view.visible_rows()
    assert max(gaps) < 1.0
