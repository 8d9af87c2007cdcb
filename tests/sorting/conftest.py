"""A small world to sort in, and ways to let any call that changes the disk fail or be the last one."""

import errno
import itertools
import os
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from fewshot_gui.sorting import apply as applying
from fewshot_gui.sorting import files, kernel
from fewshot_gui.sorting.apply import RunResult, apply
from fewshot_gui.sorting.journal import list_runs
from fewshot_gui.sorting.plan import Action, SortItem, SortPlan, plan_sort
from fewshot_gui.sorting.recover import RecoveryReport, recover
from fewshot_gui.sorting.undo import UndoResult, undo

CHANGING_CALLS = (
    "make_folder",
    "create",
    "open_to_add",
    "write",
    "sync",
    "sync_folder",
    "sync_volume",
    "copy_metadata",
    "set_time",
    "clone",
    "hard_link",
    "soft_link",
    "rename",
    "rename_free",
    "remove",
    "remove_folder",
)


def never() -> bool:
    return False


def silent(done: int, total: int) -> None:
    pass


class World:
    """A folder of pictures, a folder to sort into and a folder of journals."""

    def __init__(self, top: Path) -> None:
        self.source = top / "pictures"
        self.target = top / "sorted"
        self.journals = top / "data" / "runs"
        self.source.mkdir(parents=True)

    def put(self, name: str, content: str | bytes, folder: Path | None = None) -> Path:
        path = (folder or self.source) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        os.utime(path, ns=(1_600_000_000_123_456_789, 1_600_000_000_123_456_789))
        return path

    def plan(self, labels: Mapping[str, str | None], action: Action, **options: Any) -> SortPlan:
        """A plan for files of the source by their relative names."""
        items = [SortItem(self.source / name, label) for name, label in labels.items()]
        return plan_sort(items, self.target, action, self.source, **options)

    def apply(
        self,
        plan: SortPlan,
        progress: Callable[[int, int], None] = silent,
        cancelled: Callable[[], bool] = never,
    ) -> RunResult:
        return apply(plan, self.journals, progress, cancelled)

    def sort(self, labels: Mapping[str, str | None], action: Action) -> RunResult:
        return self.apply(self.plan(labels, action))

    def undo(
        self, run_id: str, cancelled: Callable[[], bool] = never, only: Iterable[Path] | None = None
    ) -> UndoResult:
        return undo(run_id, self.journals, silent, cancelled, only)

    def recover(self, run_id: str) -> RecoveryReport:
        return recover(run_id, self.journals)

    def run_ids(self) -> list[str]:
        return [run.id for run in list_runs(self.journals)]

    def tree(self, folder: Path) -> dict[str, Any]:
        """Everything below a folder: links with what they say, files with bytes, time and permissions."""
        found: dict[str, Any] = {}
        for top, folders, names in os.walk(folder):
            for name in folders + names:
                path = Path(top) / name
                key = str(path.relative_to(folder))
                if path.is_symlink():
                    found[key] = ("link", str(path.readlink()))
                elif path.is_dir():
                    found[key] = "folder"
                else:
                    stat = path.stat()
                    found[key] = (path.read_bytes(), stat.st_mtime_ns, stat.st_mode)
        return found

    def contents(self, *folders: Path) -> Counter[bytes]:
        """How often each content is there, in files, not in links."""
        found = [self.tree(folder) for folder in folders or (self.source, self.target)]
        return Counter(entry[0] for tree in found for entry in tree.values() if len(entry) == 3)

    def temporaries(self) -> list[str]:
        found = [*self.tree(self.source), *self.tree(self.target)]
        return [name for name in found if Path(name).name.startswith(".fewshot")]


class Opened:
    """What a call that gets an open file is shown to get: its number and the name that it was opened by."""

    def __init__(self, number: int, name: str) -> None:
        self.number = number
        self.name = name

    def __str__(self) -> str:
        return self.name


class Calls:
    """Sees every call that changes the disk; on(n) may do something at the n-th call, counted from 1."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch
        self.made: list[tuple[str, tuple[Any, ...]]] = []
        self._names: dict[int, str] = {}  # of open files
        self.failed = ""  # the first call that failed
        self.on: Callable[[int, str, tuple[Any, ...]], None] = lambda n, name, args: None
        for name in CHANGING_CALLS:
            self._tap(name)

    def _tap(self, name: str) -> None:
        original = getattr(files, name)

        def tapped(*args: Any) -> Any:
            opened = {"write": (0,), "sync": (0,), "clone": (1,)}.get(name, ())
            shown = tuple(Opened(a, self._names.get(a, "")) if n in opened else a for n, a in enumerate(args))
            self.made.append((name, shown))
            self.on(len(self.made), name, shown)
            done = original(*args)
            if name in ("create", "open_to_add"):
                self._names[done] = str(args[0])
            return done

        self._monkeypatch.setattr(files, name, tapped)

    def fail(self, at: int, number: int, forever: bool = False) -> None:
        """Let the call number at, or all from there on, fail with this errno."""
        self.made.clear()

        def on(n: int, name: str, args: tuple[Any, ...]) -> None:
            if n == at or (forever and n > at):
                self.failed = self.failed or name
                raise OSError(number, os.strerror(number))

        self.failed = ""
        self.on = on

    def die(self, at: int, torn: bool, how: Callable[[], None]) -> None:
        """Die before the call number at, which if torn is a write that is half done first; nothing is called after."""
        self.made.clear()

        def on(n: int, name: str, args: tuple[Any, ...]) -> None:
            if n == at and torn and name == "write":
                os.write(args[0].number, args[1][: len(args[1]) // 2])
            if n >= at:
                how()

        self.on = on

    def rest(self) -> None:
        """From now on all calls succeed."""
        self.on = lambda n, name, args: None


class Death(BaseException):
    """Nobody catches this, and the calls that tidying up would make raise it again."""


def played(calls: Calls, at: int, torn: bool, work: Callable[[], object]) -> bool:
    """Do the work; whether it died at the call number at."""

    def how() -> None:
        raise Death

    calls.die(at, torn, how)
    try:
        work()
    except Death:
        return True
    finally:
        calls.rest()
    return False


@pytest.fixture(autouse=True)
def no_waiting_for_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Syncing matters when the power fails, which no test here can do; that it is called in order is tested."""
    monkeypatch.setattr(os, "fsync", lambda number: None)
    if kernel.sync_volume is not None:
        monkeypatch.setattr(kernel, "sync_volume", lambda number: None)


@pytest.fixture(autouse=True)
def one_thing_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that the n-th call is the same one every time."""
    monkeypatch.setattr(applying, "THREADS", 1)


def shared_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that can clone, played: few that a test runs on can."""

    def clone(source: int, new: int) -> None:
        os.write(new, os.pread(source, os.fstat(source).st_size, 0))

    monkeypatch.setattr(files, "clone", clone)


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


@pytest.fixture
def new_world(tmp_path: Path) -> Iterator[Callable[[], World]]:
    """As many worlds as a test asks for, in memory where the system has a folder for that: disks are slow to delete."""
    memory = Path("/dev/shm")
    numbers = itertools.count()
    with tempfile.TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else tmp_path) as top:
        yield lambda: World(Path(top) / str(next(numbers)))


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Calls:
    return Calls(monkeypatch)


def _two_volumes(monkeypatch: pytest.MonkeyPatch) -> None:
    def side(path: Path) -> int:
        return 1 if "pictures" in path.parts else 2

    original = files.hard_link

    def hard_link(old: Path, new: Path) -> None:
        if side(old) != side(new):
            raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))
        original(old, new)

    monkeypatch.setattr(files, "hard_link", hard_link)
    monkeypatch.setattr(files, "volume", side)


def _no_hard_links(monkeypatch: pytest.MonkeyPatch) -> None:
    def hard_link(old: Path, new: Path) -> None:
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    def rename_free(old: Path, new: Path) -> None:
        raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))

    monkeypatch.setattr(files, "hard_link", hard_link)
    monkeypatch.setattr(files, "rename_free", rename_free)


@pytest.fixture
def two_volumes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pictures and the sorted folder are on different disks."""
    _two_volumes(monkeypatch)


@pytest.fixture
def no_hard_links(monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk is a stick whose file system has no hard links."""
    _no_hard_links(monkeypatch)


WAYS: dict[str, tuple[Action, Callable[[pytest.MonkeyPatch], None] | None]] = {
    "copy": (Action.COPY, None),
    "move": (Action.MOVE, None),
    "move to another disk": (Action.MOVE, _two_volumes),
    "copy without hard links": (Action.COPY, _no_hard_links),
    "move without hard links": (Action.MOVE, _no_hard_links),
    "hardlink": (Action.HARDLINK, None),
    "symlink": (Action.SYMLINK, None),
    "reflink": (Action.REFLINK, shared_bytes),
}


def _way(names: Iterable[str]) -> Any:
    return [pytest.param(WAYS[name], id=name) for name in names]


@pytest.fixture(params=_way(WAYS))
def action(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Action:
    """Each action on each kind of disk that it treats differently."""
    chosen, disk = request.param
    if disk is not None:
        disk(monkeypatch)
    assert isinstance(chosen, Action)
    return chosen
