"""The window: class cards, gallery and inspector side by side, activity below. Every wish goes to the desk."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QByteArray, QEvent, QPoint, QSettings, Qt
from PySide6.QtGui import QCloseEvent, QGuiApplication
from PySide6.QtWidgets import (
    QFileDialog,
    QMainWindow,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from fewshot_gui.answers import Ids
from fewshot_gui.images import isolated
from fewshot_gui.images.errors import printable
from fewshot_gui.images.find import PICTURE_SUFFIXES
from fewshot_gui.project.schema import SUFFIX
from fewshot_gui.session import NONE_OF_THESE, Change
from fewshot_gui.thumbnail_cache import ThumbnailCache
from fewshot_gui.ui import theme
from fewshot_gui.ui.activity import Activity
from fewshot_gui.ui.cards.class_panel import ClassPanel
from fewshot_gui.ui.cards.example_doctor import ExampleDoctor
from fewshot_gui.ui.cards.teaching import Teaching
from fewshot_gui.ui.desk import Desk
from fewshot_gui.ui.dropped_folder import open_dropped
from fewshot_gui.ui.drops import Drop, read_drop
from fewshot_gui.ui.empty_state import EmptyState
from fewshot_gui.ui.gallery.filter_bar import FilterBar
from fewshot_gui.ui.gallery.gallery import GalleryView
from fewshot_gui.ui.gallery.gallery_model import GalleryModel
from fewshot_gui.ui.gallery.section_header import whole_group
from fewshot_gui.ui.gallery.seeing import Seeing
from fewshot_gui.ui.gallery.shown_set import ShownSet
from fewshot_gui.ui.gallery.thumbnails import ThumbnailLoader
from fewshot_gui.ui.gallery.tile_menu import tile_menu
from fewshot_gui.ui.inspector.inspector import Inspector
from fewshot_gui.ui.measure.flow import MeasuresFlow
from fewshot_gui.ui.menu_look import dressed
from fewshot_gui.ui.project.export_flow import ExportFlow
from fewshot_gui.ui.project.project_flow import ProjectFlow
from fewshot_gui.ui.refreshing import Refreshing
from fewshot_gui.ui.review.promise import PromiseFlow
from fewshot_gui.ui.review.review import Review
from fewshot_gui.ui.review.ripple import RippleFlow
from fewshot_gui.ui.review.second_look import SecondLook
from fewshot_gui.ui.shell.actions import Actions
from fewshot_gui.ui.shell.shell import Shell
from fewshot_gui.ui.sort.sorting_flow import SortingFlow
from fewshot_gui.ui.status_strip import StatusStrip
from fewshot_gui.ui.turns import Turns
from fewshot_gui.ui.undoing import Undoing
from fewshot_gui.workers.compute import Compute
from fewshot_gui.workers.tasks import Tasks


class MainWindow(QMainWindow):
    """One project's window."""

    def __init__(self, desk: Desk, compute: Compute, tasks: Tasks, settings: QSettings) -> None:
        super().__init__()
        self.desk = desk
        self._settings = settings
        self.turns = Turns(self)
        self._shown_class: int | None = None
        self.without_pictures = ""  # the name of the folder, where nothing was found in it

        self._on_disk = ThumbnailCache()
        self.thumbnails = ThumbnailLoader(load=self._on_disk.thumbnail)
        self.card_thumbnails = ThumbnailLoader(threads=1, max_bytes=32 << 20, load=self._on_disk.thumbnail)
        self.large = ThumbnailLoader(threads=1, max_bytes=64 << 20)
        self.own_examples = ThumbnailLoader(threads=1, max_bytes=16 << 20, load=self._on_disk.thumbnail)
        self._loaders = (self.thumbnails, self.card_thumbnails, self.large, self.own_examples)
        self.model = GalleryModel(self.thumbnails, self)
        self.gallery = GalleryView(self.model)
        self.panel = ClassPanel(self.card_thumbnails)
        self.inspector = Inspector(self.large, self.own_examples, preview=self.thumbnails.pixmap)
        self.filters = FilterBar()
        self.empty = EmptyState()
        self.strip = StatusStrip()
        self.teaching = Teaching(desk, compute, self.panel, self.card_thumbnails, self)
        self.doctor = ExampleDoctor(desk, self.teaching, self.card_thumbnails, self)
        self.shown_set = ShownSet()
        self.promise = PromiseFlow(desk, compute, tasks, self)
        self.sorting = SortingFlow(desk, tasks, self.promise, self)
        self.undoing = Undoing(desk, self.sorting, self.strip, self)
        self.exporting = ExportFlow(desk, tasks, self)
        self.measures = MeasuresFlow(desk, compute, tasks, self)
        self.seeing = Seeing(
            desk, compute, tasks, self.gallery, self.model, self.filters, self.inspector, self.thumbnails, self
        )
        self.activity = Activity(desk, compute, self.strip, self)
        self.review = Review(desk, compute, self.gallery, self.model, self.filters, self.seeing.arrangement, self)
        self.ripple = RippleFlow(desk, self.gallery, self.model, self.shown_set, self.turns, self)
        self.second_look = SecondLook(desk, compute, self)
        self.shell = Shell(desk, compute, tasks, settings, self._on_disk, self.gallery, self)
        self.project = ProjectFlow(desk, tasks, settings, self)
        self.refreshing = Refreshing(self.turns, self)
        self._lay_out()
        self.menu = Actions(self)
        self.undoing.attach(self.menu.undo, self.menu.redo)
        self._connect(compute)
        self._restore()
        self._on_replaced()
        self.project.start()
        (self.gallery if self.desk.session.counts().all else self.empty).setFocus()

    def _lay_out(self) -> None:
        self._centre = QStackedWidget()
        self._centre.addWidget(self.gallery)
        self._centre.addWidget(self.empty)
        middle = QWidget()
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.filters)
        column.addWidget(self.shown_set)
        column.addWidget(self.ripple.bar)
        column.addWidget(self.second_look.bar)
        column.addWidget(self._centre, 1)
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        for part in (self.panel, middle, self.inspector):
            self._splitter.addWidget(part)
        self._splitter.setStretchFactor(1, 1)
        self._splitter.setCollapsible(1, False)
        self._splitter.setSizes([30 * theme.SPACE, 90 * theme.SPACE, 34 * theme.SPACE])
        whole = QWidget()
        rows = QVBoxLayout(whole)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addWidget(self._splitter, 1)
        rows.addWidget(self.strip)
        self.setCentralWidget(whole)
        self.resize(160 * theme.SPACE, 100 * theme.SPACE)

    # --- wiring

    def _connect(self, compute: Compute) -> None:
        desk = self.desk
        desk.changed.connect(self._on_changed)
        desk.replaced.connect(self._on_replaced)
        desk.warned.connect(self.strip.warn)
        desk.looked_through.connect(self._on_looked_through)
        self.shell.watch.watching.connect(self.strip.set_watching)

        self.gallery.label_requested.connect(desk.label_by_position)
        self.gallery.none_requested.connect(lambda ids: desk.label(ids, NONE_OF_THESE))
        self.gallery.accept_requested.connect(desk.accept_answers)
        self.gallery.reject_requested.connect(self.teaching.reject)
        self.gallery.undo_requested.connect(self.undo)
        self.gallery.unlabel_requested.connect(lambda ids: desk.label(ids, None))
        self.gallery.current_changed.connect(self._show_current)
        self.gallery.context_menu_requested.connect(self._tile_menu)
        self.gallery.paths_dropped.connect(partial(open_dropped, desk))
        self.gallery.drop_refused.connect(self.undoing.say)
        self.empty.paths_dropped.connect(partial(open_dropped, desk))
        self.empty.refused.connect(self.undoing.say)
        self.empty.unlabel_requested.connect(self.teaching.take_back)
        self.empty.open_requested.connect(self.choose_folder)
        self.empty.show_all_requested.connect(self._show_everything)
        self.empty.sort_requested.connect(self.sorting.start)
        self.gallery.class_of_requested.connect(desk.make_class_of)
        desk.class_made.connect(self._name_class)
        self.shown_set.changed.connect(lambda: self._refresh())
        self.seeing.arrangement.changed.connect(lambda: self._refresh())
        self.shown_set.leave_when(self.filters.filter_changed, self.filters.search_changed)
        self.filters.filter_changed.connect(lambda _: self._refresh())
        self.filters.search_changed.connect(lambda _: self._refresh())
        self.filters.class_filter_cleared.connect(partial(self._show_class, None))
        self.panel.add_files_requested.connect(self._choose_examples)
        self.panel.show_requested.connect(self._show_class)
        self.panel.refused.connect(self.undoing.say)
        self.strip.cancel_requested.connect(desk.cancel)

    def undo(self) -> None:
        """Take back the latest operation: see Undoing."""
        self.undoing.undo()

    # --- showing the session

    def _on_replaced(self) -> None:
        session = self.desk.session
        for loader in self._loaders:
            loader.clear()
        self._shown_class, self.without_pictures = None, ""
        self.shown_set.leave()
        self.model.set_session(session)
        self.inspector.show_picture(None, None)
        self._show_title()
        self._settings.setValue("project", str(session.path))
        self.refreshing.all_anew()

    def _on_looked_through(self, folder: Path) -> None:
        for loader in self._loaders:
            loader.retry()
        self.without_pictures = "" if len(self.desk.session.answers) else printable(Path(folder.name))
        self._refresh()

    def _show_title(self) -> None:
        session = self.desk.session
        place = session.folder.name if session.folder else self.tr("no folder yet")
        self.setWindowTitle(f"{place} – {session.path.stem} – Fewshot GUI")

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange and not self.desk.is_closed:
            self.menu.retranslate()
            self.undoing.say("")  # a passing sentence in the language of before
            self._show_title()
            self.ripple.retranslate()
            self.second_look.retranslate()
            self.activity.retranslate()
            self.refreshing.all_anew()
            self._show_current(self.gallery.current_id())

    def _on_changed(self, change: Change) -> None:
        if change.pictures:
            self.model.refresh(change.pictures)
        if change.classes or self.gallery.current_id() in change.pictures:
            self.turns.ask("current", lambda: self._show_current(self.gallery.current_id()))
        elif change.rows:
            self.turns.ask("inspected", self.inspector.refresh)  # also where only the lesser scores are others
        self.refreshing.after(change)

    def _refresh(self) -> None:
        self.refreshing.now()

    def show_gallery(self, on: bool) -> None:
        """Show the gallery, or in its place what is to be said where there is no picture."""
        self._centre.setCurrentWidget(self.gallery if on else self.empty)

    def _show_current(self, picture_id: int | None) -> None:
        self.inspector.show_picture(self.desk.session, picture_id)

    def show_pictures(self, ids: Ids, title: Callable[[], str]) -> None:
        """Limit the gallery to these pictures, under this name, until the person leaves them."""
        self.shown_set.show_set(ids, title)
        self.gallery.setFocus()

    @property
    def shown_class(self) -> int | None:
        """The class that the gallery is limited to."""
        if self._shown_class is not None and not self.desk.session.class_name(self._shown_class):
            self._shown_class = None  # it is gone
        return self._shown_class

    def _show_class(self, class_id: int | None) -> None:
        if class_id is not None and not len(self.desk.session.view(self.filters.filter, class_id)):
            self.filters.set_filter(self.filters.filter.ALL)  # "none of these" never holds a picture of a class
        self._shown_class = class_id
        self.shown_set.leave()
        self._refresh()

    def _show_everything(self) -> None:
        self._shown_class = None
        self.shown_set.leave()
        self.filters.clear_search()
        self.filters.set_filter(self.filters.filter.ALL)
        self._refresh()

    # --- what people bring

    def paste(self) -> None:
        """Ctrl+V: pictures from the clipboard become examples of the focused card, or of a new class."""
        drop = read_drop(QGuiApplication.clipboard().mimeData())
        self.desk.take_drop(self.panel.focused_class(), drop)

    def new_class(self) -> None:
        self.desk.new_class()

    def _name_class(self, class_id: int) -> None:
        self._refresh()
        self.panel.edit_name(class_id)

    def choose_folder(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, self.tr("Open a folder of pictures"), self._last_folder())
        if folder:
            self._settings.setValue("folder", folder)
            self.desk.open_folder(Path(folder))

    def choose_class_folders(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, self.tr("One folder per class"), self._last_folder())
        if folder:
            self.desk.import_class_folders(Path(folder))

    def _choose_examples(self, class_id: int | None) -> None:
        kinds = " ".join(f"*{suffix}" for suffix in sorted(PICTURE_SUFFIXES))
        files, _ = QFileDialog.getOpenFileNames(
            self, self.tr("Examples"), self._last_folder(), self.tr("Pictures") + f" ({kinds})"
        )
        if files:
            self.desk.take_drop(class_id, Drop(paths=tuple(map(Path, files))))

    def choose_project(self) -> None:
        file, _ = QFileDialog.getOpenFileName(
            self, self.tr("Open project"), str(self.desk.session.path.parent), f"Fewshot GUI (*{SUFFIX})"
        )
        if file:
            self.desk.open_project(Path(file))

    def choose_save_as(self) -> None:
        file, _ = QFileDialog.getSaveFileName(
            self, self.tr("Save project as"), str(self.desk.session.path.parent), f"Fewshot GUI (*{SUFFIX})"
        )
        if file:
            self.desk.save_as(Path(file).with_suffix(SUFFIX))

    def _last_folder(self) -> str:
        return str(self.desk.session.folder or self._settings.value("folder", str(Path.home())))

    def _tile_menu(self, ids: list[int], where: QPoint) -> None:
        group = whole_group(self.model.sections, ids)
        fold = self.menu.action("open-groups" if group.closed else "close-group") if group else None
        menu = tile_menu(self, self.desk, self.teaching, ids, group.title if group else "", fold)
        dressed(menu).popup(where)

    # --- the window itself

    def _restore(self) -> None:
        for key, restore in (("geometry", self.restoreGeometry), ("splitter", self._splitter.restoreState)):
            state = self._settings.value(key)
            if isinstance(state, QByteArray):
                restore(state)

    def closeEvent(self, event: QCloseEvent) -> None:
        self._settings.setValue("geometry", self.saveGeometry())
        self._settings.setValue("splitter", self._splitter.saveState())
        self.refreshing.stop()
        self.turns.stop()
        self.measures.close()
        self.shell.stop()
        self.desk.close()
        isolated.interrupt()  # a picture that hangs must not hold the window
        for loader in (*self._loaders, self.seeing.loader):
            loader.stop()
        self._on_disk.close()
        super().closeEvent(event)
