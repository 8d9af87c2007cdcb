"""A set of pictures that the gallery is limited to for a while, and the bar that says so and leaves it again."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QEvent, Signal, SignalInstance
from PySide6.QtWidgets import QHBoxLayout, QWidget

from fewshot_gui.answers import Ids
from fewshot_gui.state import ProjectState
from fewshot_gui.ui import theme
from fewshot_gui.ui.chip import Chip


class ShownSet(QWidget):
    """Hidden while the gallery shows what the filters say; else a chip with the set's name, to be closed."""

    changed = Signal()
    """Another set is shown, or none any more."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ids: Ids | None = None
        self._title: Callable[[], str] = str
        self.chip = Chip(self, closable=True, widest_name=64 * theme.SPACE)
        self.chip.clicked.connect(self.leave)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.SPACE, theme.SPACE // 2, theme.SPACE, theme.SPACE)
        row.addWidget(self.chip)
        row.addStretch()
        self.hide()

    @property
    def is_on(self) -> bool:
        return self._ids is not None

    def ids(self, state: ProjectState) -> Ids:
        """The set's pictures that the project still knows, int64 [n]; none where no set is shown."""
        ids = [] if self._ids is None else [i for i in self._ids.tolist() if state.knows(i)]
        return np.array(ids, np.int64)

    def leave_when(self, *signals: SignalInstance) -> None:
        """The person chose something else to see."""
        for signal in signals:
            signal.connect(lambda *_: self.leave())

    def show_set(self, ids: Ids, title: Callable[[], str]) -> None:
        """Limit the gallery to these pictures, under this name in the language of the moment, and bring the window to
        the front.
        """
        self._ids, self._title = np.asarray(ids, np.int64), title
        self._name()
        self.show()
        self.changed.emit()
        self.window().activateWindow()
        self.window().raise_()

    def leave(self) -> None:
        """The gallery follows the filters again."""
        if self._ids is not None:
            self._ids = None
            self.hide()
            self.changed.emit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._name()

    def _name(self) -> None:
        count = 0 if self._ids is None else len(self._ids)
        text = self.tr("%Ln picture(s): {title}", "", count).format(title=self._title())
        self.chip.set_name(text)
        tip = self.tr("Only these pictures are shown. Click to show what the filters say again.")
        self.chip.setToolTip(tip)
        self.chip.setAccessibleDescription(tip)
