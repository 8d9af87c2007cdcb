"""A panel of class cards on a session made up for it, and a hand that drags, drops and opens menus."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QContextMenuEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QMenu

from fewshot_gui.images.decode import UnreadableError
from fewshot_gui.session import ClassInfo, Counts
from fewshot_gui.ui.cards.class_panel import ClassPanel
from fewshot_gui.ui.drops import PICTURES_MIME

Copy, Move = Qt.DropAction.CopyAction, Qt.DropAction.MoveAction


class FakeSession:
    """Classes with ids 1, 2, ...; the examples of each are given."""

    def __init__(self, **examples):
        self.classes = [ClassInfo(number, name, number - 1, number - 1) for number, name in enumerate(examples, 1)]
        self.by_class = dict(zip((info.id for info in self.classes), examples.values(), strict=True))
        self.predicted = {}

    def examples(self, class_id):
        return self.by_class[class_id]

    def counts(self):
        return Counts(all=0, review=0, unknown=0, corrected=0, unreadable=0, waiting=0, predicted=self.predicted)

    def source(self, picture_id):
        return Path(f"{picture_id}.jpg")

    def picture(self, picture_id):
        return SimpleNamespace(path=self.source(picture_id))


@pytest.fixture
def load(load):
    """All pictures are red; 13.jpg can't be read."""

    def load_but_one(source, side):
        if source == Path("13.jpg"):
            raise UnreadableError(source, "It is empty.")
        return load(source, side)

    return load_but_one


@pytest.fixture
def session():
    return FakeSession(cat=[1, 2, 3, 4, 5], dog=[6], fish=[])


@pytest.fixture
def panel(qtbot, loader, session):
    panel = ClassPanel(loader)
    qtbot.addWidget(panel)
    panel.resize(240, 700)
    panel.refresh(session)
    panel.show()
    panel.activateWindow()
    qtbot.waitUntil(panel.isActiveWindow)
    return panel


@pytest.fixture
def told(panel):
    """What the panel asks for, as (signal's name, arguments...)."""
    told = []
    for name in (
        "drop_received",
        "rename_requested",
        "delete_requested",
        "move_requested",
        "add_files_requested",
        "show_requested",
        "examples_requested",
        "hint_requested",
        "merge_requested",
        "split_requested",
        "unlabel_requested",
        "label_requested",
        "refused",
    ):
        getattr(panel, name).connect(lambda *arguments, name=name: told.append((name, *arguments)))
    return told


def files(*paths):
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return mime


def tiles(text):
    mime = QMimeData()
    mime.setData(PICTURES_MIME, text)
    return mime


def web_link():
    mime = QMimeData()
    mime.setUrls([QUrl("https://example.org/cat.jpg")])
    return mime


def send_drag(kind, widget, mime, where=None, held=Qt.KeyboardModifier.NoModifier):
    where = where or widget.rect().center()
    place = QPointF(where) if kind is QDropEvent else where
    event = kind(place, Copy | Move, mime, Qt.MouseButton.LeftButton, held)
    event.setDropAction(Move)  # what a file manager would like best
    QApplication.sendEvent(widget, event)
    return event


def drop(widget, mime, where=None, held=Qt.KeyboardModifier.NoModifier):
    send_drag(QDragEnterEvent, widget, mime, where, held)
    return send_drag(QDropEvent, widget, mime, where, held)


def column(panel):
    """The widget that takes the drops for all cards, and the middle of a card in it."""
    return panel.card(1).parentWidget()


def middle_of(panel, class_id):
    return panel.card(class_id).geometry().center()


def menu(widget, reason=QContextMenuEvent.Reason.Keyboard, where=None):
    """The menu that the Menu key or a right click opens."""
    where = where or widget.rect().center()
    QApplication.sendEvent(widget, QContextMenuEvent(reason, where, widget.mapToGlobal(where)))
    return QApplication.activePopupWidget()


def choose(opened, text):
    assert isinstance(opened, QMenu)
    next(action for action in opened.actions() if action.text().split("\t")[0] == text).trigger()
    opened.close()


@pytest.fixture
def hand():
    """What a person's hand does: hand.drop(widget, mime, where), hand.menu(widget) and so on."""
    made = (FakeSession, files, tiles, web_link, send_drag, drop, column, middle_of, menu, choose)
    return SimpleNamespace(**{function.__name__: function for function in made})
