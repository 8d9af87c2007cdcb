"""One window per data folder: a later start hands what it was to open to the window that runs, and ends.

The lock file says whose turn it is, also after a crash; the local socket, which only this user may use, carries the
request: one JSON line, answered by one line.
"""

from __future__ import annotations

import getpass
import hashlib
import json
import os
from pathlib import Path

from PySide6.QtCore import QLockFile, QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from fewshot_gui.paths import data_folder

WAIT_MS = 3000
"""So long a start waits for the running window; one that is busy longer gets a second window beside it."""
_TOKEN = "XDG_ACTIVATION_TOKEN"  # with which Wayland lets a window come to the front
_LONGEST = 1 << 16


class Door(QObject):
    """The running window's side. ``claim`` it; requests of later starts arrive as ``knocked``."""

    knocked = Signal(str)
    """What to open: an absolute path, "demo", or "" for nothing but the window itself."""

    def __init__(self) -> None:
        super().__init__()
        data_folder().mkdir(parents=True, exist_ok=True)
        self._lock = QLockFile(str(data_folder() / "window.lock"))
        self._lock.setStaleLockTime(0)  # stale is a lock whose process is gone, however old another may be
        self._visitors: list[QLocalSocket] = []
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._welcome)

    def claim(self) -> bool:
        """Become the one that later starts talk to; False where another process is."""
        if not self._lock.tryLock(0):
            return False
        QLocalServer.removeServer(door_name())  # of one that crashed
        self._server.listen(door_name())
        return True

    def close(self) -> None:
        """Let another start be the first."""
        for visitor in self._visitors:
            visitor.blockSignals(True)
            visitor.abort()
        self._visitors.clear()
        self._server.close()
        self._lock.unlock()

    def _welcome(self) -> None:
        while self._server.hasPendingConnections():
            visitor = self._server.nextPendingConnection()
            self._visitors.append(visitor)
            visitor.readyRead.connect(self._listen)
            visitor.disconnected.connect(self._see_off)
        self._listen()

    def _see_off(self) -> None:
        gone = [v for v in self._visitors if v.state() == QLocalSocket.LocalSocketState.UnconnectedState]
        for visitor in gone:
            self._visitors.remove(visitor)
            visitor.deleteLater()

    def _listen(self) -> None:
        for visitor in list(self._visitors):
            if visitor.canReadLine():
                self._answer(visitor)
            elif visitor.bytesAvailable() > _LONGEST:
                visitor.abort()

    def _answer(self, visitor: QLocalSocket) -> None:
        try:
            request = json.loads(bytes(visitor.readLine().data()))
            target, token = str(request["open"]), str(request["token"])
        except (ValueError, KeyError, TypeError):
            visitor.abort()
            return
        visitor.write(b"welcome\n")
        visitor.flush()
        if token:
            os.environ[_TOKEN] = token
        self.knocked.emit(target)


def knock(target: str, wait_ms: int = WAIT_MS) -> bool:
    """Ask the running window to open ``target`` (see Door.knocked). Returns whether it has answered."""
    socket = QLocalSocket()
    socket.connectToServer(door_name())
    if not socket.waitForConnected(wait_ms):
        return False
    request = {"open": target, "token": os.environ.pop(_TOKEN, "")}
    socket.write(json.dumps(request).encode() + b"\n")
    socket.flush()
    answered = socket.canReadLine() or socket.waitForReadyRead(wait_ms)
    socket.disconnectFromServer()
    return answered


def door_name() -> str:
    """The socket's name: another for each user and data folder."""
    whose = f"{getpass.getuser()}\n{os.path.normcase(Path(data_folder()).resolve())}"
    return f"fewshot-gui-{hashlib.sha256(os.fsencode(whose)).hexdigest()[:16]}"
