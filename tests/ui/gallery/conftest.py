"""A gallery of a hundred made-up pictures, and hands for it."""

from types import SimpleNamespace

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractItemView, QApplication

from fewshot_gui.session import ClassInfo, Decision, Picture, State
from fewshot_gui.ui.gallery.gallery import GalleryView
from fewshot_gui.ui.gallery.gallery_model import GalleryModel

Button, Modifier = Qt.MouseButton, Qt.KeyboardModifier


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

    glance = decision

    def class_info(self, class_id):
        return ClassInfo(class_id, f"class {class_id}", class_id, class_id - 1)


@pytest.fixture
def gallery(qtbot, loader, tmp_path):
    """A gallery of 100 pictures in five columns."""
    shown = Gallery(qtbot, loader, FakeSession(tmp_path))
    shown.view.resize(1000, 700)
    qtbot.addWidget(shown.view)
    shown.view.show()
    shown.view.activateWindow()
    shown.view.setFocus()
    qtbot.waitUntil(shown.view.hasFocus)
    assert shown.view.columns() == 5
    return shown


@pytest.fixture
def told():
    """told(signal): a list that fills with what a signal tells."""

    def told(signal):
        heard = []
        signal.connect(lambda *args: heard.append(args))
        return heard

    return told


class Gallery(SimpleNamespace):
    """view, model, session, loader and bot; and what a person does with them."""

    def __init__(self, bot, loader, session):
        model = GalleryModel(loader)
        super().__init__(view=GalleryView(model), model=model, session=session, loader=loader, bot=bot)
        model.set_session(session)
        model.set_rows(np.arange(1, 101))

    def select(self, *rows):
        self.view.setCurrentIndex(self.model.index(rows[-1], 0))
        self.view.select_rows([(row, row) for row in rows])

    def settle(self):
        """Wait until everything in the window has its thumbnail."""
        self.bot.waitUntil(lambda: all(self.loaded(row) for row in self.view.visible_rows()))

    def loaded(self, row):
        return self.loader.pixmap(int(self.model.ids[row])) is not None

    def place(self, row):
        return self.view.visualRect(self.model.index(row, 0)).center()

    def gap_before(self, row):
        rect = self.view.visualRect(self.model.index(row, 0))
        return QPoint(rect.left() - 4, rect.center().y())

    def click(self, row, modifier=Modifier.NoModifier):
        self.view.scrollTo(self.model.index(row, 0), QAbstractItemView.ScrollHint.EnsureVisible)
        self.bot.mouseClick(self.view.viewport(), Button.LeftButton, modifier, self.place(row))

    def stretch_band(self, start, end, modifier=Modifier.NoModifier):
        self.send_mouse(QEvent.Type.MouseButtonPress, start, modifier)
        self.send_mouse(QEvent.Type.MouseMove, (start + end) / 2, modifier)
        self.send_mouse(QEvent.Type.MouseMove, end, modifier)
        assert self.view.grab().toImage().size() == self.view.size()
        self.send_mouse(QEvent.Type.MouseButtonRelease, end, modifier)

    def send_mouse(self, kind, point, modifier=Modifier.NoModifier):
        viewport = self.view.viewport()
        button = Button.NoButton if kind == QEvent.Type.MouseMove else Button.LeftButton
        buttons = Button.NoButton if kind == QEvent.Type.MouseButtonRelease else Button.LeftButton
        where = QPointF(point)
        event = QMouseEvent(kind, where, viewport.mapToGlobal(where), button, buttons, modifier)
        QApplication.sendEvent(viewport, event)

    def turn_wheel(self, angle, modifier):
        viewport = self.view.viewport()
        centre = QPointF(viewport.rect().center())
        turned, phase = QPoint(0, angle), Qt.ScrollPhase.NoScrollPhase
        place = viewport.mapToGlobal(centre)
        event = QWheelEvent(centre, place, QPoint(), turned, Button.NoButton, modifier, phase, False)
        QApplication.sendEvent(viewport, event)

    def drag_in(self, mime):
        how = (Qt.DropAction.CopyAction, mime, Button.LeftButton, Modifier.NoModifier)
        QApplication.sendEvent(self.view.viewport(), QDragEnterEvent(QPoint(20, 20), *how))

    def drag_out(self):
        QApplication.sendEvent(self.view.viewport(), QDragLeaveEvent())

    def drop(self, mime):
        self.drag_in(mime)
        how = (Qt.DropAction.CopyAction, mime, Button.LeftButton, Modifier.NoModifier)
        QApplication.sendEvent(self.view.viewport(), QDropEvent(QPointF(20, 20), *how))
