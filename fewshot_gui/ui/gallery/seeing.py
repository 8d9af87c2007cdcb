"""How pictures are looked at: their order and groups, one of them large, and why it was decided so."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QCoreApplication, QObject
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from fewshot_gui.answers import Ids
from fewshot_gui.state import Change
from fewshot_gui.ui.desk import Desk
from fewshot_gui.ui.gallery.arrangement import Arrangement, Grouping, Order
from fewshot_gui.ui.gallery.filter_bar import FilterBar
from fewshot_gui.ui.gallery.gallery import GalleryView
from fewshot_gui.ui.gallery.gallery_model import GalleryModel
from fewshot_gui.ui.gallery.preview import Preview
from fewshot_gui.ui.gallery.thumbnails import ThumbnailLoader
from fewshot_gui.ui.inspector.explaining import Explainer
from fewshot_gui.ui.inspector.inspector import Inspector
from fewshot_gui.workers.compute import Compute
from fewshot_gui.workers.tasks import Tasks

translate = QCoreApplication.translate
_FULL_BYTES = 256 << 20

GROUPINGS: dict[Grouping, Callable[[], str]] = {
    Grouping.NONE: lambda: translate("View", "Not grouped"),
    Grouping.CLASS: lambda: translate("View", "By class"),
    Grouping.LOOK: lambda: translate("View", "By look-alikes"),
}
ORDERS: dict[Order, Callable[[], str]] = {
    Order.USUAL: lambda: translate("View", "As usual"),
    Order.DOUBT: lambda: translate("View", "Doubtful first"),
    Order.NAME: lambda: translate("View", "By name"),
    Order.DATE: lambda: translate("View", "By date of the file"),
    Order.FOLDER: lambda: translate("View", "As in the folder"),
}


class Seeing(QObject):
    """Joins gallery, filter bar, inspector and the large picture. Made by the window, which places their widgets."""

    def __init__(
        self,
        desk: Desk,
        compute: Compute,
        tasks: Tasks,
        gallery: GalleryView,
        model: GalleryModel,
        filters: FilterBar,
        inspector: Inspector,
        small: ThumbnailLoader,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._desk, self._gallery, self._model, self._filters = desk, gallery, model, filters
        self.loader = ThumbnailLoader(threads=2, max_bytes=_FULL_BYTES)
        self.arrangement = Arrangement(compute, tasks, self)
        self.explainer = Explainer(desk, compute, inspector, gallery, window)
        self.preview = Preview(self.loader, gallery, model, small, window)
        gallery.close_requested.connect(self.arrangement.close)
        gallery.preview_requested.connect(self.preview.look_at)
        desk.replaced.connect(self._on_replaced)
        desk.changed.connect(self._on_changed)
        self.preview.show_session(desk.session)

    def _on_replaced(self) -> None:
        self.arrangement.forget()
        self.preview.show_session(self._desk.session)

    def _on_changed(self, _: Change) -> None:
        self.preview.refresh()

    def show_rows(self, ids: Ids) -> None:
        """Show these pictures, given in their usual order, in the order and the groups that the person chose."""
        arranged = self.arrangement.arrange(self._desk.session, ids)
        self._model.set_rows(arranged.ids, arranged.sections)
        self.preview.refresh()

    # --- menus

    def add_actions(self, menu: QMenu, add: Callable[..., QAction], say: Callable[[Callable[[], None]], None]) -> None:
        """Fill the menu "View". ``add`` makes an action in it; ``say`` takes what is said anew in each language."""
        popup = QMenu(menu)
        add("large-picture", lambda: self.tr("Large &picture"), self.preview.toggle, "F11")
        add("heat-map", lambda: self.tr("&Heat map"), self.explainer.toggle_heat, "H")
        chosen = self.arrangement

        def arrange(choose: Callable[[Any], None], way: Any) -> None:
            choose(way)
            self._gallery.scrollTo(self._gallery.currentIndex())

        kinds: list[tuple[str, Callable[[], str], dict[Any, Callable[[], str]], Callable[..., None]]] = [
            ("group", lambda: self.tr("&Group"), GROUPINGS, chosen.set_grouping),
            ("order", lambda: self.tr("S&ort"), ORDERS, chosen.set_order),
        ]
        self._ways: dict[Any, QAction] = {}
        for kind, title, ways, choose in kinds:
            sub, one_of, heading = menu.addMenu(""), QActionGroup(self), popup.addSection("")
            say(lambda sub=sub, title=title: sub.setTitle(title()))  # type: ignore[misc]
            say(lambda heading=heading, title=title: heading.setText(title().replace("&", "")))  # type: ignore[misc]
            for way, text in ways.items():
                action = self._ways[way] = add(f"{kind}-{way.value}", text, partial(arrange, choose, way))
                menu.removeAction(action)
                action.setCheckable(True)
                one_of.addAction(action)
                sub.addAction(action)
                popup.addAction(action)
        popup.addSeparator()
        for name, text, wish, key in (
            ("close-group", lambda: self.tr("&Fold the group"), self._gallery.close_group, "Shift+G"),
            ("open-groups", lambda: self.tr("&Unfold all groups"), chosen.open_all, "Ctrl+Shift+G"),
        ):
            popup.addAction(add(name, text, wish, key))
        menu.addSeparator()
        self._filters.view_button.setMenu(popup)
        chosen.changed.connect(self._tell_ways)
        say(self._tell_ways)
        self._tell_ways()

    def _tell_ways(self) -> None:
        """Tick what is chosen, and name it on the button."""
        chosen = self.arrangement
        self._ways[chosen.grouping].setChecked(True)
        self._ways[chosen.order].setChecked(True)
        names = []
        if chosen.grouping is not Grouping.NONE:
            names.append(GROUPINGS[chosen.grouping]())
        if chosen.order is not Order.USUAL:
            names.append(ORDERS[chosen.order]())
        self._filters.tell_view(" · ".join(names))
