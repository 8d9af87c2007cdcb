import threading
import time

import numpy as np
import pytest
from PIL import Image

from fewshot_gui.images.decode import UnreadableError
from fewshot_gui.ui.gallery.thumbnails import ThumbnailLoader


class Disk:
    """Stands in for decoding: notes what was read, and can be held up."""

    def __init__(self):
        self.read = []
        self.gate = threading.Event()
        self.gate.set()

    def load(self, source, side):
        self.read.append((source, side))
        assert self.gate.wait(5)
        if source == b"broken":
            raise UnreadableError(None, "It is cut short.")
        if source == b"defect":
            raise ZeroDivisionError
        return np.full((side // 2, side, 3), (255, 0, 0), np.uint8)


@pytest.fixture
def disk():
    return Disk()


@pytest.fixture
def loader(qapp, disk):
    loader = ThumbnailLoader(threads=1, load=disk.load)
    yield loader
    disk.gate.set()
    loader.stop()


def test_a_requested_thumbnail_arrives(qtbot, loader):
    with qtbot.waitSignal(loader.ready) as ready:
        loader.request(7, b"7", 64)
    assert ready.args == [[7]]
    pixmap = loader.pixmap(7)
    assert (pixmap.width(), pixmap.height()) == (64, 32)
    assert pixmap.toImage().pixelColor(10, 10).getRgb() == (255, 0, 0, 255)


def test_a_real_picture_is_loaded_from_its_file(qtbot, tmp_path):
    Image.new("RGB", (30, 60), "blue").save(tmp_path / "tall.png")
    loader = ThumbnailLoader()
    with qtbot.waitSignal(loader.ready):
        loader.request(1, tmp_path / "tall.png", 64)
    assert (loader.pixmap(1).width(), loader.pixmap(1).height()) == (30, 60)
    loader.stop()


def test_the_newest_request_is_served_first(qtbot, disk, loader):
    hold_up(qtbot, disk, loader)
    for number in (1, 2, 3):
        loader.request(number, b"%d" % number, 64)
    disk.gate.set()
    qtbot.waitUntil(lambda: len(disk.read) == 4)
    assert [source for source, _ in disk.read[1:]] == [b"3", b"2", b"1"]


def test_forgotten_requests_are_never_read(qtbot, disk, loader):
    hold_up(qtbot, disk, loader)
    for number in (1, 2, 3):
        loader.request(number, b"%d" % number, 64)
    loader.forget_except({2})
    disk.gate.set()
    qtbot.waitUntil(lambda: loader.pixmap(2) is not None)
    assert [source for source, _ in disk.read] == [b"first", b"2"]


def test_what_is_there_or_on_its_way_is_not_read_again(qtbot, disk, loader):
    hold_up(qtbot, disk, loader)
    loader.request(99, b"first", 64)
    disk.gate.set()
    qtbot.waitUntil(lambda: loader.pixmap(99) is not None)
    loader.request(99, b"first", 64)
    loader.request(99, b"first", 32)
    loader.request(1, b"1", 64)
    qtbot.waitUntil(lambda: loader.pixmap(1) is not None)
    assert disk.read == [(b"first", 64), (b"1", 64)]


def test_what_has_just_been_read_is_not_read_again_before_it_is_handed_out(qtbot, disk, loader):
    loader.request(1, b"1", 64)
    while not loader._results:  # without the event loop, which would hand it out
        time.sleep(0.001)
    loader.request(1, b"1", 64)
    qtbot.waitUntil(lambda: loader.pixmap(1) is not None)
    loader.request(2, b"2", 64)
    qtbot.waitUntil(lambda: loader.pixmap(2) is not None)
    assert disk.read == [(b"1", 64), (b"2", 64)]


def test_a_larger_thumbnail_takes_the_place_of_a_smaller_one(qtbot, loader):
    with qtbot.waitSignal(loader.ready):
        loader.request(1, b"1", 32)
    with qtbot.waitSignal(loader.ready):
        loader.request(1, b"1", 64)
    assert loader.pixmap(1).width() == 64


def test_several_arrivals_are_told_in_one_signal(qtbot, disk, loader):
    told = []
    loader.ready.connect(told.append)
    for number in range(20):
        loader.request(number, b"%d" % number, 16)
    qtbot.waitUntil(lambda: sum(map(len, told)) == 20)
    assert len(told) < 20


@pytest.mark.parametrize("source", [b"broken", b"defect"])
def test_an_unreadable_picture_is_told_once_and_not_tried_again(qtbot, disk, loader, source):
    with qtbot.waitSignal(loader.ready) as ready:
        loader.request(5, source, 64)
    assert ready.args == [[5]]
    assert loader.is_unreadable(5)
    loader.request(5, source, 64)
    loader.request(6, b"6", 64)
    qtbot.waitUntil(lambda: loader.pixmap(6) is not None)
    assert len(disk.read) == 2
    with qtbot.waitSignal(loader.ready) as ready:
        loader.retry()
    assert ready.args == [[5]] and not loader.is_unreadable(5)


def test_those_looked_at_longest_ago_go_when_memory_is_full(qtbot, disk):
    loader = ThumbnailLoader(threads=1, load=disk.load, max_bytes=3 * 64 * 32 * 4)
    for number in (1, 2, 3, 1, 4):
        if loader.pixmap(number) is None:
            with qtbot.waitSignal(loader.ready):
                loader.request(number, b"%d" % number, 64)
    assert [number for number in (1, 2, 3, 4) if loader.pixmap(number)] == [1, 3, 4]
    loader.stop()


def test_after_clear_nothing_of_before_turns_up(qtbot, disk, loader):
    hold_up(qtbot, disk, loader)
    loader.clear()
    loader.request(1, b"1", 64)
    disk.gate.set()
    qtbot.waitUntil(lambda: loader.pixmap(1) is not None)
    assert loader.pixmap(99) is None


def test_stop_waits_for_the_threads_and_nothing_is_read_afterwards(qtbot, disk, loader):
    for number in range(50):
        loader.request(number, b"%d" % number, 64)
    loader.stop()
    read = len(disk.read)
    loader.request(77, b"77", 64)
    assert not any(thread.is_alive() for thread in loader._threads)
    assert len(disk.read) == read < 50


def test_stop_leaves_a_thread_to_itself_that_waits_for_a_disk(qtbot, disk, loader, monkeypatch):
    monkeypatch.setattr("fewshot_gui.ui.gallery.thumbnails.STALLED_SECONDS", 0.01)
    hold_up(qtbot, disk, loader)
    loader.stop()  # that it comes back is the proof
    (thread,) = loader._threads
    assert thread.is_alive()
    disk.gate.set()
    thread.join()
    assert loader._results == []


def hold_up(qtbot, disk, loader):
    """Let one request (id 99) begin and go no further, until disk.gate is set."""
    disk.gate.clear()
    loader.request(99, b"first", 64)
    qtbot.waitUntil(lambda: disk.read == [(b"first", 64)])
