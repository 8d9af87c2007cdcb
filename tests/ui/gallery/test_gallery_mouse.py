"""The gallery by mouse: clicks, rubber bands, context menus, drags and drops."""

from PySide6.QtCore import QEvent, QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QContextMenuEvent, QImage
from PySide6.QtWidgets import QApplication

from fewshot_gui.ui.drop_frame import DropFrame
from fewshot_gui.ui.drops import PICTURES_MIME

Key, Modifier = Qt.Key, Qt.KeyboardModifier


def test_a_click_selects_one_and_tells_it(gallery, told):
    heard = told(gallery.view.current_changed)
    gallery.click(6)
    assert heard == [(7,)]
    assert gallery.view.selected_ids() == [7]


def test_shift_click_selects_a_stretch_and_ctrl_click_adds_one(gallery):
    gallery.click(1)
    gallery.click(6, Modifier.ShiftModifier)
    gallery.click(9, Modifier.ControlModifier)
    gallery.click(3, Modifier.ControlModifier)
    assert gallery.view.selected_ids() == [2, 3, 5, 6, 7, 10]


def test_a_rubber_band_selects_what_it_touches(gallery):
    gallery.stretch_band(gallery.gap_before(1), gallery.place(7))
    assert gallery.view.selected_ids() == [2, 3, 7, 8]


def test_a_rubber_band_with_ctrl_adds_and_one_on_nothing_clears(gallery):
    gallery.click(14)
    gallery.stretch_band(gallery.gap_before(1), gallery.place(1), Modifier.ControlModifier)
    assert gallery.view.selected_ids() == [2, 15]
    gallery.view.setCurrentIndex(gallery.model.index(-1, 0))
    gallery.stretch_band(gallery.gap_before(1), gallery.gap_before(1))
    assert gallery.view.selected_ids() == []


def test_escape_takes_a_rubber_band_back(gallery):
    gallery.click(14)
    start = gallery.gap_before(1)
    gallery.send_mouse(QEvent.Type.MouseButtonPress, start)
    gallery.send_mouse(QEvent.Type.MouseMove, gallery.place(7))
    gallery.bot.keyClick(gallery.view, Key.Key_Escape)
    assert gallery.view.selected_ids() == [15]


def test_every_tile_is_found_at_its_own_place(gallery):
    for row in gallery.view.visible_rows():
        rect = gallery.view.visualRect(gallery.model.index(row, 0))
        for corner in (rect.topLeft(), rect.bottomRight(), rect.center()):
            assert gallery.view.indexAt(corner).row() == row
    assert not gallery.view.indexAt(gallery.gap_before(1)).isValid()


def test_the_context_menu_is_for_the_selected_pictures(gallery, told):
    heard = told(gallery.view.context_menu_requested)
    gallery.select(2, 3)
    point = gallery.place(3)
    asked = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, point, gallery.view.viewport().mapToGlobal(point))
    QApplication.sendEvent(gallery.view.viewport(), asked)
    assert heard == [([3, 4], gallery.view.viewport().mapToGlobal(point))]


def test_the_context_menu_key_opens_at_the_current_tile(gallery, told):
    heard = told(gallery.view.context_menu_requested)
    gallery.select(2)
    asked = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(0, 0), QPoint(0, 0))
    QApplication.sendEvent(gallery.view.viewport(), asked)
    assert heard[0][1] == gallery.view.viewport().mapToGlobal(gallery.place(2))


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

    monkeypatch.setattr("fewshot_gui.ui.gallery.gallery.QDrag", Drag)
    gallery.select(1, 6)
    gallery.send_mouse(QEvent.Type.MouseButtonPress, gallery.place(6))
    gallery.send_mouse(QEvent.Type.MouseMove, gallery.place(6) + QPoint(10, 0))
    gallery.send_mouse(QEvent.Type.MouseMove, gallery.place(6) + QPoint(40, 0))
    gallery.send_mouse(QEvent.Type.MouseButtonRelease, gallery.place(6) + QPoint(40, 0))
    assert [drag.ids for drag in drags] == [b"2,7"]
    assert drags[0].actions == Qt.DropAction.CopyAction
    assert gallery.view.selected_ids() == [2, 7]


def test_the_stack_under_the_mouse_shows_one_and_many_differently(gallery):
    one, many = gallery.view.drag_pixmap([1]), gallery.view.drag_pixmap([1, 2, 3, 4])
    assert one.toImage() != many.toImage()


def test_dropped_files_and_folders_are_told(gallery, tmp_path, told):
    (tmp_path / "holiday").mkdir()
    heard = told(gallery.view.paths_dropped)
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(tmp_path / "holiday"))])
    gallery.drop(mime)
    assert heard == [([tmp_path / "holiday"],)]


def test_a_dropped_picture_without_a_file_is_refused_with_a_reason(gallery, told):
    refused, taken = told(gallery.view.drop_refused), told(gallery.view.paths_dropped)
    mime = QMimeData()
    mime.setImageData(QImage(4, 4, QImage.Format.Format_RGB32))
    gallery.drop(mime)
    assert taken == []
    assert refused == [("Drop a single picture onto a class to make it an example.",)]


def test_tiles_dropped_on_their_own_gallery_change_nothing(gallery, told):
    refused, taken = told(gallery.view.drop_refused), told(gallery.view.paths_dropped)
    gallery.drop(gallery.model.mime_data([1, 2]))
    assert refused == taken == []


def test_the_gallery_is_framed_while_a_folder_is_over_it(gallery, tmp_path):
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(tmp_path))])
    frame = gallery.view.findChild(DropFrame)
    assert not frame.isVisible()
    gallery.drag_in(mime)
    assert frame.isVisible() and frame.geometry() == gallery.view.viewport().geometry()
    assert gallery.view.childAt(frame.geometry().center()) is gallery.view.viewport()  # it is in nobody's way
    gallery.drag_out()
    assert not frame.isVisible()
    gallery.drop(mime)
    assert not frame.isVisible()


def test_the_gallery_is_not_framed_while_its_own_pictures_are_over_it(gallery):
    gallery.drag_in(gallery.model.mime_data([1, 2]))
    assert not gallery.view.findChild(DropFrame).isVisible()
