"""Some examples to look at closely: those a hint is about, or all of a class. Each can be taken back or moved."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QEvent, QPoint, Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QMenu, QPushButton, QVBoxLayout, QWidget

from fewshot_gui.session import NONE_OF_THESE, Session
from fewshot_gui.ui import theme
from fewshot_gui.ui.cards.class_menu import class_icon, example_menu
from fewshot_gui.ui.gallery.picture_list import PictureList
from fewshot_gui.ui.gallery.thumbnails import ThumbnailLoader
from fewshot_gui.ui.labels import title_label
from fewshot_gui.ui.menu_look import dressed


class ExamplesDialog(QDialog):
    """Stays open beside the window's work; what is no example any more disappears from it."""

    label_requested = Signal(list, object)  # picture ids, class id or None to take them back

    def __init__(
        self,
        title: Callable[[], str],
        ids: Callable[[], Sequence[int]],
        session: Session,
        loader: ThumbnailLoader,
        parent: QWidget | None = None,
    ) -> None:
        """title: what these are, in the language of the moment. ids: which they are now; it is asked again after every
        change.
        """
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._name = title
        self._ids, self._session = ids, session
        self._title = title_label(self)
        self.pictures = PictureList(loader, self)
        self.pictures.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.pictures.customContextMenuRequested.connect(self._open_menu)
        self.pictures.delete_requested.connect(lambda chosen: self.label_requested.emit(chosen, None))
        self.pictures.itemSelectionChanged.connect(self._enable)
        self.take_back = QPushButton(theme.icon("undo"), "", self)
        self.take_back.setAutoDefault(False)
        self.take_back.clicked.connect(lambda: self.label_requested.emit(self.pictures.chosen_ids(), None))
        self.move_button = QPushButton(self)
        self.move_button.setAutoDefault(False)
        self.close_button = QPushButton(self)
        self.close_button.setDefault(True)
        self.close_button.clicked.connect(self.close)
        buttons = QHBoxLayout()
        buttons.setSpacing(theme.SPACE)
        buttons.addWidget(self.take_back)
        buttons.addWidget(self.move_button)
        buttons.addStretch()
        buttons.addWidget(self.close_button)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(*[theme.SPACE * 2] * 4)
        whole.setSpacing(theme.SPACE * 2)
        whole.addWidget(self._title)
        whole.addWidget(self.pictures, 1)
        whole.addLayout(buttons)
        self.resize(64 * theme.SPACE, 46 * theme.SPACE)
        self._write()
        self.refresh()
        self.pictures.setFocus()

    def refresh(self) -> None:
        """Show the pictures as they are now."""
        session = self._session
        ids = [i for i in self._ids() if session.knows(i) and session.human_label(i) is not None]
        several = len({session.human_label(i) for i in ids}) > 1
        self.pictures.show_pictures(ids, session.source, self._spoken, self._class_of if several else lambda _: "")
        menu = QMenu(self)
        for info in session.classes:
            move = partial(self._move, info.id)
            menu.addAction(class_icon(info, self.font()), info.name.replace("&", "&&"), move)
        old = self.move_button.menu()
        self.move_button.setMenu(dressed(menu))
        if old is not None:
            old.deleteLater()
        self._enable()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._write()
            self.refresh()
        super().changeEvent(event)

    def _move(self, class_id: int) -> None:
        self.label_requested.emit(self.pictures.chosen_ids(), class_id)

    def _open_menu(self, where: QPoint) -> None:
        chosen = self.pictures.chosen_ids()
        if chosen:
            take_back = partial(self.label_requested.emit, chosen, None)
            menu = example_menu(self, self._session.classes, take_back, self._move)
            menu.popup(self.pictures.viewport().mapToGlobal(where))

    def _class_of(self, picture_id: int) -> str:
        label = self._session.human_label(picture_id)
        return self.tr("None of these") if label == NONE_OF_THESE else self._session.class_name(label)

    def _spoken(self, picture_id: int) -> str:
        return f"{self._session.picture(picture_id).path.name}, {self._class_of(picture_id)}"

    def _enable(self) -> None:
        for button in (self.take_back, self.move_button):
            button.setEnabled(bool(self.pictures.chosen_ids()))

    def _write(self) -> None:
        self.setWindowTitle(self._name())
        self._title.setText(self._name())
        self.take_back.setText(self.tr("Take back"))
        self.move_button.setText(self.tr("Move to"))
        self.close_button.setText(self.tr("Close"))
        self.pictures.setAccessibleName(self.tr("Examples"))
