"""When Python looks through all its objects for garbage: while nobody waits for the window."""

import gc

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QGuiApplication

NEVER = 1_000_000_000


class Garbage(QObject):
    """As long as it is there, only young objects are looked through at any time. One per application.

    To look through all of them stops every thread, for a quarter of a second where 100,000 pictures are open. Very
    little needs it: what nothing points to any more goes at once. So it waits until the person turns to another window.
    """

    def __init__(self, application: QGuiApplication) -> None:
        super().__init__()
        self._stopped = False
        self._usual = gc.get_threshold()
        gc.set_threshold(*self._usual[:2], NEVER)
        self._application = application
        application.applicationStateChanged.connect(self._on_state)

    def stop(self) -> None:
        """Everything is looked through as usual again. Stopping twice does nothing."""
        if self._stopped:
            return
        self._stopped = True
        self._application.applicationStateChanged.disconnect(self._on_state)
        gc.set_threshold(*self._usual)

    def _on_state(self, state: Qt.ApplicationState) -> None:
        if state != Qt.ApplicationState.ApplicationActive and gc.isenabled():
            gc.collect()
