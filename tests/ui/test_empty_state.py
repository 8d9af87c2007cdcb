import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QImage
from PySide6.QtWidgets import QApplication, QPushButton

from fewshot_gui.ui.empty_state import EmptyState

_WITH = (Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
Copy, Move = Qt.DropAction.CopyAction, Qt.DropAction.MoveAction


@pytest.fixture
def empty(qtbot):
    empty = EmptyState()
    qtbot.addWidget(empty)
    empty.resize(700, 600)
    empty.show()
    return empty


@pytest.fixture
def told(empty):
    told = []
    for name in ("open_requested", "samples_requested", "show_all_requested", "paths_dropped", "refused"):
        getattr(empty, name).connect(lambda *arguments, name=name: told.append((name, *arguments)))
    return told


def drop(widget, mime):
    QApplication.sendEvent(widget, QDragEnterEvent(QPoint(300, 200), Copy | Move, mime, *_WITH))
    event = QDropEvent(QPointF(300, 200), Copy | Move, mime, *_WITH)
    QApplication.sendEvent(widget, event)
    return event


def urls(*addresses):
    mime = QMimeData()
    mime.setUrls([QUrl(address) for address in addresses])
    return mime


def shown_buttons(empty):
    return {one.text(): one for one in empty.findChildren(QPushButton) if one.isVisible()}


def test_at_first_it_offers_a_folder_and_the_samples(qtbot, empty, told):
    buttons = shown_buttons(empty)
    assert list(buttons) == ["Open folder…", "Try it on sample pictures"]
    for button in buttons.values():
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert told == [("open_requested",), ("samples_requested",)]


def test_where_nothing_matches_it_offers_everything(qtbot, empty, told):
    empty.show_no_match()
    buttons = shown_buttons(empty)
    assert list(buttons) == ["Show all pictures"]
    qtbot.mouseClick(buttons["Show all pictures"], Qt.MouseButton.LeftButton)
    assert told == [("show_all_requested",)]
    empty.show_welcome()
    assert "Open folder…" in shown_buttons(empty)


@pytest.mark.parametrize("page", ["show_welcome", "show_no_match"])
def test_a_folder_can_be_dropped_at_any_time(empty, told, tmp_path, page):
    getattr(empty, page)()
    assert drop(empty, urls(QUrl.fromLocalFile(str(tmp_path)).toString())).dropAction() == Copy
    assert told == [("paths_dropped", [tmp_path])]


def test_a_web_address_is_refused_with_the_way_out(empty, told):
    drop(empty, urls("https://example.org/cat.jpg"))
    assert [name for name, *_ in told] == ["refused"]
    assert "Save the picture first" in told[0][1]


def test_a_single_picture_without_a_file_is_sent_to_the_classes(empty, told):
    mime = QMimeData()
    mime.setImageData(QImage(4, 4, QImage.Format.Format_RGB32))
    drop(empty, mime)
    assert [name for name, *_ in told] == ["refused"]
    assert "class" in told[0][1]


def test_the_drop_zone_lights_up_under_a_folder(empty, tmp_path):
    plain = empty.grab().toImage()
    mime = urls(QUrl.fromLocalFile(str(tmp_path)).toString())
    QApplication.sendEvent(empty, QDragEnterEvent(QPoint(300, 200), Copy, mime, *_WITH))
    assert empty.grab().toImage() != plain


def test_it_fits_into_a_small_window(empty):
    assert empty.minimumSizeHint().width() <= 420
