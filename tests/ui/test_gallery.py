import time
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import QContextMenuEvent, QDragEnterEvent, QDropEvent, QImage, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractItemView, QApplication

from fewshot_gui.session import ClassInfo, Decision, Picture, State
from fewshot_gui.ui.drops import PICTURES_MIME
from fewshot_gui.ui.gallery import LARGEST_SIDE, SMALLEST_SIDE, GalleryView
from fewshot_gui.ui.gallery_model import GalleryModel, runs_of
from fewshot_gui.ui.thumbnails import ThumbnailLoader
from fewshot_gui.ui.tile import TILE_ROLE

Key, Button, Modifier = Qt.Key, Qt.MouseButton, Qt.KeyboardModifier


class FakeSession:
    """Pictures 1 to `count`; whatever is not in `decided` waits."""

    def __init__(self, folder, count=100):
        self.folder, self.count = folder, count
        self.decided, self.problems = {}, {}

    def picture(self, picture_id):
        return Picture(picture_id, self.source(picture_id), True, self.problems.get(picture_id))

    def source(self, picture_id):
        return self.folder / f"{picture_id}.jpg"

    def decision(self, picture_id):
        return self.decided.get(picture_id, Decision(State.WAITING))

    def class_info(self, class_id):
        return ClassInfo(class_id, f"class {class_id}", class_id, class_id - 1)


def red(source, side):
    return np.full((side, side, 3), (255, 0, 0), np.uint8)


@pytest.fixture
def loader(qapp):
    loader = ThumbnailLoader(load=red)
    yield loader
    loader.stop()


@pytest.fixture
def gallery(qtbot, loader, tmp_path):
    """A gallery of 100 pictures in five columns."""
    model = GalleryModel(loader)
    view = GalleryView(model)
    session = FakeSession(tmp_path)
    model.set_session(session)
    model.set_rows(np.arange(1, 101))
    view.resize(1000, 700)
    qtbot.addWidget(view)
    view.show()
    view.activateWindow()
    view.setFocus()
    qtbot.waitUntil(view.hasFocus)
    assert view.columns() == 5
    return SimpleNamespace(view=view, model=model, session=session, loader=loader, bot=qtbot)


def told(signal):
    """A list that fills with what a signal tells."""
    heard = []
    signal.connect(lambda *args: heard.append(args))
    return heard


def select(gallery, *rows):
    gallery.view.setCurrentIndex(gallery.model.index(rows[-1], 0))
    gallery.view.select_rows([(row, row) for row in rows])


# --- keys


@pytest.mark.parametrize(("key", "position"), [(Key.Key_1, 0), (Key.Key_5, 4), (Key.Key_9, 8), (Key.Key_0, 9)])
def test_a_digit_asks_to_label_the_selected_pictures_with_the_class_at_its_place(gallery, key, position):
    heard = told(gallery.view.label_requested)
    select(gallery, 4, 2)
    gallery.bot.keyClick(gallery.view, key)
    assert heard == [([3, 5], position)]


def test_digits_of_the_number_pad_label_too(gallery):
    heard = told(gallery.view.label_requested)
    select(gallery, 0)
    gallery.bot.keyClick(gallery.view, Key.Key_3, Modifier.KeypadModifier)
    assert heard == [([1], 2)]


@pytest.mark.parametrize(
    ("key", "signal"),
    [
        (Key.Key_U, "none_requested"),
        (Key.Key_Space, "accept_requested"),
        (Key.Key_X, "reject_requested"),
        (Key.Key_Delete, "unlabel_requested"),
    ],
)
def test_the_other_keys_ask_for_their_operation(gallery, key, signal):
    heard = told(getattr(gallery.view, signal))
    select(gallery, 7, 8)
    gallery.bot.keyClick(gallery.view, key)
    assert heard == [([8, 9],)]


def test_backspace_asks_for_undo_also_where_nothing_is_selected(gallery):
    heard = told(gallery.view.undo_requested)
    gallery.view.clearSelection()
    gallery.bot.keyClick(gallery.view, Key.Key_Backspace)
    assert heard == [()]


def test_a_digit_with_shift_means_the_second_ten_classes(gallery):
    heard = told(gallery.view.label_requested)
    select(gallery, 0)
    gallery.bot.keyClick(gallery.view, Key.Key_2, Modifier.ShiftModifier)
    assert heard == [([1], 11)]


@pytest.mark.parametrize(("key", "goes_on"), [(Key.Key_1, True), (Key.Key_X, True), (Key.Key_Delete, False)])
def test_after_a_judgement_the_next_picture_is_chosen(gallery, key, goes_on):
    gallery.view.auto_advance = True
    select(gallery, 3)
    gallery.bot.keyClick(gallery.view, key)
    assert gallery.view.selected_ids() == [5 if goes_on else 4]


def test_after_several_were_judged_at_once_they_stay_selected(gallery):
    gallery.view.auto_advance = True
    select(gallery, 3, 4)
    gallery.bot.keyClick(gallery.view, Key.Key_1)
    assert gallery.view.selected_ids() == [4, 5]


def test_without_a_selection_keys_mean_the_current_picture(gallery):
    heard = told(gallery.view.none_requested)
    select(gallery, 3)
    gallery.view.clearSelection()
    gallery.bot.keyClick(gallery.view, Key.Key_U)
    assert heard == [([4],)]


def test_an_empty_gallery_asks_for_nothing(gallery):
    heard = told(gallery.view.label_requested)
    gallery.model.set_rows(np.empty(0, np.int64))
    for key in (Key.Key_1, Key.Key_Down, Key.Key_End):
        gallery.bot.keyClick(gallery.view, key)
    assert heard == []


def test_a_digit_with_ctrl_is_not_a_label(gallery):
    heard = told(gallery.view.label_requested)
    select(gallery, 0)
    gallery.bot.keyClick(gallery.view, Key.Key_1, Modifier.ControlModifier)
    assert heard == []


@pytest.mark.parametrize(
    ("start", "key", "end"),
    [
        (7, Key.Key_Left, 6),
        (7, Key.Key_Right, 8),
        (4, Key.Key_Right, 5),
        (7, Key.Key_Up, 2),
        (2, Key.Key_Up, 2),
        (7, Key.Key_Down, 12),
        (97, Key.Key_Down, 97),
        (7, Key.Key_Home, 0),
        (7, Key.Key_End, 99),
        (0, Key.Key_Left, 0),
        (99, Key.Key_Right, 99),
        (2, Key.Key_PageDown, 17),
        (17, Key.Key_PageUp, 2),
    ],
)
def test_the_arrows_move_by_tiles_and_lines(gallery, start, key, end):
    select(gallery, start)
    gallery.bot.keyClick(gallery.view, key)
    assert gallery.view.currentIndex().row() == end
    assert gallery.view.selected_ids() == [end + 1]
    assert gallery.view.viewport().rect().contains(gallery.view.visualRect(gallery.view.currentIndex()))


def test_down_from_the_last_full_line_reaches_the_last_picture(gallery):
    gallery.model.set_rows(np.arange(1, 13))
    select(gallery, 9)
    gallery.bot.keyClick(gallery.view, Key.Key_Down)
    assert gallery.view.current_id() == 12


def test_shift_and_arrows_select_in_reading_order(gallery):
    select(gallery, 3)
    for key in (Key.Key_Down, Key.Key_Right):
        gallery.bot.keyClick(gallery.view, key, Modifier.ShiftModifier)
    assert gallery.view.selected_ids() == list(range(4, 11))
    gallery.bot.keyClick(gallery.view, Key.Key_Up, Modifier.ShiftModifier)
    assert gallery.view.selected_ids() == [4, 5]


def test_ctrl_a_selects_everything(gallery):
    heard = told(gallery.view.selected_changed)
    gallery.bot.keyClick(gallery.view, Key.Key_A, Modifier.ControlModifier)
    assert gallery.view.selected_ids() == list(range(1, 101))
    assert heard[-1] == (100,)


def test_letters_do_not_search(gallery):
    select(gallery, 0)
    gallery.bot.keyClick(gallery.view, Key.Key_9, Modifier.ShiftModifier)
    gallery.bot.keyClick(gallery.view, Key.Key_X)
    assert gallery.view.current_id() == 1


def test_ctrl_plus_and_minus_and_the_wheel_zoom_within_bounds(gallery):
    heard = told(gallery.view.side_changed)
    gallery.bot.keyClick(gallery.view, Key.Key_Plus, Modifier.ControlModifier)
    gallery.bot.keyClick(gallery.view, Key.Key_Minus, Modifier.ControlModifier)
    for _ in range(4):
        turn_wheel(gallery.view, 30, Modifier.ControlModifier)
    assert heard == [(192,), (160,), (192,)]
    gallery.view.zoom(50)
    assert gallery.view.side == LARGEST_SIDE
    gallery.view.zoom(-50)
    assert gallery.view.side == SMALLEST_SIDE


def test_zooming_keeps_the_pictures_at_the_top_in_sight(gallery):
    gallery.view.verticalScrollBar().setValue(2000)
    first = gallery.view.visible_rows().start
    gallery.view.zoom(2)
    assert first in gallery.view.visible_rows()


# --- mouse


def test_a_click_selects_one_and_tells_it(gallery):
    heard = told(gallery.view.current_changed)
    click(gallery, 6)
    assert heard == [(7,)]
    assert gallery.view.selected_ids() == [7]


def test_shift_click_selects_a_stretch_and_ctrl_click_adds_one(gallery):
    click(gallery, 1)
    click(gallery, 6, Modifier.ShiftModifier)
    click(gallery, 9, Modifier.ControlModifier)
    click(gallery, 3, Modifier.ControlModifier)
    assert gallery.view.selected_ids() == [2, 3, 5, 6, 7, 10]


def test_a_rubber_band_selects_what_it_touches(gallery):
    stretch_band(gallery, gap_before(gallery, 1), place(gallery, 7))
    assert gallery.view.selected_ids() == [2, 3, 7, 8]


def test_a_rubber_band_with_ctrl_adds_and_one_on_nothing_clears(gallery):
    click(gallery, 14)
    stretch_band(gallery, gap_before(gallery, 1), place(gallery, 1), Modifier.ControlModifier)
    assert gallery.view.selected_ids() == [2, 15]
    gallery.view.setCurrentIndex(gallery.model.index(-1, 0))
    stretch_band(gallery, gap_before(gallery, 1), gap_before(gallery, 1))
    assert gallery.view.selected_ids() == []


def test_escape_takes_a_rubber_band_back(gallery):
    click(gallery, 14)
    start = gap_before(gallery, 1)
    send_mouse(gallery, QEvent.Type.MouseButtonPress, start)
    send_mouse(gallery, QEvent.Type.MouseMove, place(gallery, 7))
    gallery.bot.keyClick(gallery.view, Key.Key_Escape)
    assert gallery.view.selected_ids() == [15]


def test_every_tile_is_found_at_its_own_place(gallery):
    for row in gallery.view.visible_rows():
        rect = gallery.view.visualRect(gallery.model.index(row, 0))
        for corner in (rect.topLeft(), rect.bottomRight(), rect.center()):
            assert gallery.view.indexAt(corner).row() == row
    assert not gallery.view.indexAt(gap_before(gallery, 1)).isValid()


def test_the_context_menu_is_for_the_selected_pictures(gallery):
    heard = told(gallery.view.context_menu_requested)
    select(gallery, 2, 3)
    point = place(gallery, 3)
    asked = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, point, gallery.view.viewport().mapToGlobal(point))
    QApplication.sendEvent(gallery.view.viewport(), asked)
    assert heard == [([3, 4], gallery.view.viewport().mapToGlobal(point))]


def test_the_context_menu_key_opens_at_the_current_tile(gallery):
    heard = told(gallery.view.context_menu_requested)
    select(gallery, 2)
    asked = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(0, 0), QPoint(0, 0))
    QApplication.sendEvent(gallery.view.viewport(), asked)
    assert heard[0][1] == gallery.view.viewport().mapToGlobal(place(gallery, 2))


# --- drag and drop


def test_dragged_tiles_carry_ids_for_us_and_files_for_others(gallery):
    mime = gallery.model.mimeData([gallery.model.index(row, 0) for row in (2, 0)])
    assert bytes(mime.data(PICTURES_MIME).data()) == b"3,1"
    assert [url.toLocalFile() for url in mime.urls()] == [str(gallery.session.source(i)) for i in (3, 1)]


def test_dragging_a_selected_tile_takes_the_whole_selection_as_a_copy(gallery, monkeypatch):
    drags = []

    class Drag:
        def __init__(self, source):
            drags.append(self)

        def setMimeData(self, mime):
            self.ids = bytes(mime.data(PICTURES_MIME).data())

        def setPixmap(self, pixmap):
            assert not pixmap.isNull()

        def setHotSpot(self, point):
            pass

        def exec(self, actions):
            self.actions = actions

    monkeypatch.setattr("fewshot_gui.ui.gallery.QDrag", Drag)
    select(gallery, 1, 6)
    send_mouse(gallery, QEvent.Type.MouseButtonPress, place(gallery, 6))
    send_mouse(gallery, QEvent.Type.MouseMove, place(gallery, 6) + QPoint(10, 0))
    send_mouse(gallery, QEvent.Type.MouseMove, place(gallery, 6) + QPoint(40, 0))
    send_mouse(gallery, QEvent.Type.MouseButtonRelease, place(gallery, 6) + QPoint(40, 0))
    assert [drag.ids for drag in drags] == [b"2,7"]
    assert drags[0].actions == Qt.DropAction.CopyAction
    assert gallery.view.selected_ids() == [2, 7]


def test_the_stack_under_the_mouse_shows_one_and_many_differently(gallery):
    one, many = gallery.view.drag_pixmap([1]), gallery.view.drag_pixmap([1, 2, 3, 4])
    assert one.toImage() != many.toImage()


def test_dropped_files_and_folders_are_told(gallery, tmp_path):
    (tmp_path / "holiday").mkdir()
    heard = told(gallery.view.paths_dropped)
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(tmp_path / "holiday"))])
    drop(gallery.view, mime)
    assert heard == [([tmp_path / "holiday"],)]


def test_a_dropped_picture_without_a_file_is_refused_with_a_reason(gallery):
    refused, taken = told(gallery.view.drop_refused), told(gallery.view.paths_dropped)
    mime = QMimeData()
    mime.setImageData(QImage(4, 4, QImage.Format.Format_RGB32))
    drop(gallery.view, mime)
    assert taken == []
    assert refused == [("Drop a single picture onto a class to make it an example.",)]


def test_tiles_dropped_on_their_own_gallery_change_nothing(gallery):
    refused, taken = told(gallery.view.drop_refused), told(gallery.view.paths_dropped)
    drop(gallery.view, gallery.model.mime_data([1, 2]))
    assert refused == taken == []


# --- rows


def test_rows_that_are_appended_leave_selection_and_place_alone(gallery):
    resets, inserted = told(gallery.model.modelReset), told(gallery.model.rowsInserted)
    select(gallery, 50)
    offset = gallery.view.verticalOffset()
    gallery.model.set_rows(np.arange(1, 201))
    assert (len(resets), len(inserted)) == (0, 1)
    assert (gallery.view.selected_ids(), gallery.view.verticalOffset()) == ([51], offset)


def test_the_same_rows_again_are_no_change(gallery):
    resets = told(gallery.model.modelReset)
    gallery.model.set_rows(np.arange(1, 101))
    assert resets == []


def test_another_order_keeps_the_selected_and_the_current_pictures(gallery):
    select(gallery, 2, 10, 11)
    heard = told(gallery.view.current_changed)
    gallery.model.set_rows(np.arange(100, 0, -1))
    assert sorted(gallery.view.selected_ids()) == [3, 11, 12]
    assert gallery.view.current_id() == 12
    assert heard == []


def test_when_the_current_picture_leaves_the_next_one_takes_its_place(gallery):
    select(gallery, 4)
    heard = told(gallery.view.current_changed)
    gallery.model.set_rows(np.delete(np.arange(1, 101), [0, 4]))
    assert gallery.view.current_id() == 6
    assert gallery.view.selected_ids() == [6]
    assert heard == [(6,)]


def test_when_the_last_picture_leaves_the_one_before_becomes_current(gallery):
    select(gallery, 99)
    gallery.model.set_rows(np.arange(1, 100))
    assert gallery.view.current_id() == 99


def test_when_all_pictures_leave_there_is_no_current_one(gallery):
    select(gallery, 4)
    heard = told(gallery.view.current_changed)
    gallery.model.set_rows(np.empty(0, np.int64))
    assert heard == [(None,)]
    assert gallery.view.selected_ids() == []


def test_only_the_rows_that_changed_are_refreshed_as_stretches(gallery):
    changed = []
    gallery.model.dataChanged.connect(lambda first, last: changed.append((first.row(), last.row())))
    gallery.model.refresh([3, 4, 5, 50, 999])
    assert changed == [(2, 4), (49, 49)]


def test_very_many_scattered_changes_are_refreshed_at_once(gallery):
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
    select(gallery, 0)
    gallery.bot.waitUntil(lambda: gallery.loader.pixmap(1) is not None)
    gallery.model.set_session(FakeSession(Path("elsewhere")))
    assert gallery.model.rowCount() == 0
    assert gallery.view.current_id() is None
    assert gallery.loader.pixmap(1) is None


# --- what is shown


def test_a_row_is_heard_and_explained(gallery):
    gallery.session.decided[1] = Decision(State.PREDICTED, 2, 0.6, reason="It is <like> others.", needs_review=True)
    index = gallery.model.index(0, 0)
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == "1.jpg, class 2, 60 %, needs review"
    assert "1.jpg<br>It is &lt;like&gt; others." in index.data(Qt.ItemDataRole.ToolTipRole)


def test_a_changed_decision_changes_the_picture_on_the_screen(gallery):
    settle(gallery)
    before = gallery.view.grab().toImage()
    gallery.session.decided[1] = Decision(State.HUMAN, 1)
    gallery.model.refresh([1])
    assert gallery.view.grab().toImage() != before


def test_only_thumbnails_in_and_near_the_window_are_loaded(gallery):
    gallery.model.set_rows(np.arange(1, 10_001))
    settle(gallery)
    seen = gallery.view.visible_rows()
    assert all(loaded(gallery, row) for row in seen)
    assert not any(loaded(gallery, row) for row in range(seen.stop + len(seen), 10_000))


def test_after_scrolling_the_thumbnails_there_are_loaded_and_those_between_are_not(gallery):
    gallery.model.set_rows(np.arange(1, 10_001))
    settle(gallery)
    bar = gallery.view.verticalScrollBar()
    for value in range(0, bar.maximum(), bar.maximum() // 50):
        bar.setValue(value)
    bar.setValue(bar.maximum())
    settle(gallery)
    assert loaded(gallery, 9_999)
    assert not any(loaded(gallery, row) for row in range(100, 9_900))


def test_an_unreadable_picture_is_not_even_tried(gallery):
    gallery.session.problems[3] = "It is empty."
    gallery.model.set_session(gallery.session)
    gallery.model.set_rows(np.arange(1, 6))
    gallery.bot.waitUntil(lambda: loaded(gallery, 4))
    assert not loaded(gallery, 2)
    assert not gallery.loader.is_unreadable(3)


def test_a_picture_whose_file_is_broken_is_shown_as_broken(qtbot, qapp, tmp_path):
    (tmp_path / "1.jpg").write_bytes(b"not a picture")
    Image.new("RGB", (8, 8)).save(tmp_path / "2.jpg")
    loader = ThumbnailLoader()
    model = GalleryModel(loader)
    view = GalleryView(model)
    qtbot.addWidget(view)
    model.set_session(FakeSession(tmp_path))
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


def settle(gallery):
    """Wait until everything in the window has its thumbnail."""
    gallery.bot.waitUntil(lambda: all(loaded(gallery, row) for row in gallery.view.visible_rows()))


def loaded(gallery, row):
    return gallery.loader.pixmap(int(gallery.model.ids[row])) is not None


def place(gallery, row):
    return gallery.view.visualRect(gallery.model.index(row, 0)).center()


def gap_before(gallery, row):
    rect = gallery.view.visualRect(gallery.model.index(row, 0))
    return QPoint(rect.left() - 4, rect.center().y())


def click(gallery, row, modifier=Modifier.NoModifier):
    gallery.view.scrollTo(gallery.model.index(row, 0), QAbstractItemView.ScrollHint.EnsureVisible)
    gallery.bot.mouseClick(gallery.view.viewport(), Button.LeftButton, modifier, place(gallery, row))


def stretch_band(gallery, start, end, modifier=Modifier.NoModifier):
    send_mouse(gallery, QEvent.Type.MouseButtonPress, start, modifier)
    send_mouse(gallery, QEvent.Type.MouseMove, (start + end) / 2, modifier)
    send_mouse(gallery, QEvent.Type.MouseMove, end, modifier)
    assert gallery.view.grab().toImage().size() == gallery.view.size()
    send_mouse(gallery, QEvent.Type.MouseButtonRelease, end, modifier)


def send_mouse(gallery, kind, point, modifier=Modifier.NoModifier):
    viewport = gallery.view.viewport()
    button = Button.NoButton if kind == QEvent.Type.MouseMove else Button.LeftButton
    buttons = Button.NoButton if kind == QEvent.Type.MouseButtonRelease else Button.LeftButton
    where = QPointF(point)
    QApplication.sendEvent(viewport, QMouseEvent(kind, where, viewport.mapToGlobal(where), button, buttons, modifier))


def turn_wheel(view, angle, modifier):
    centre = QPointF(view.viewport().rect().center())
    event = QWheelEvent(
        centre,
        view.viewport().mapToGlobal(centre),
        QPoint(),
        QPoint(0, angle),
        Button.NoButton,
        modifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view.viewport(), event)


def drop(view, mime):
    how = (Qt.DropAction.CopyAction, mime, Button.LeftButton, Modifier.NoModifier)
    QApplication.sendEvent(view.viewport(), QDragEnterEvent(QPoint(20, 20), *how))
    QApplication.sendEvent(view.viewport(), QDropEvent(QPointF(20, 20), *how))
