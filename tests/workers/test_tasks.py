"""Work beside the window that waits for a disk which may never answer."""

import threading

import pytest
from pytestqt.qtbot import QtBot

from fewshot_gui.workers import tasks as module
from fewshot_gui.workers.tasks import Task, Tasks


def test_the_end_does_not_wait_for_work_that_stalls(monkeypatch: pytest.MonkeyPatch, qtbot: QtBot) -> None:
    monkeypatch.setattr(module, "STALLED_SECONDS", 0.01)
    answer, at_it = threading.Event(), threading.Event()
    threads: list[threading.Thread] = []
    delivered: list[object] = []

    def work(task: Task) -> None:
        threads.append(threading.current_thread())
        at_it.set()
        answer.wait()
        task.part("late")

    tasks = Tasks()
    tasks.run(work, delivered.append, part=delivered.append, may_stall=True)
    at_it.wait()
    tasks.stop()
    assert threads[0].is_alive() and threads[0].daemon
    answer.set()
    threads[0].join()
    assert delivered == []


def test_the_end_waits_for_work_that_can_end(qtbot: QtBot) -> None:
    ended: list[bool] = []
    tasks = Tasks()
    for may_stall in (True, False):
        began = threading.Event()

        def work(task: Task, began: threading.Event = began) -> None:
            began.set()
            while not task.cancelled():
                threading.Event().wait(0.001)
            ended.append(True)

        tasks.run(work, may_stall=may_stall)
        began.wait()
    tasks.stop()
    assert ended == [True, True]
