"""The compute thread: the one thread that torch ever runs on. The latest request wins; anything stops in a fifth of a
second.

It reads pictures batch by batch; between two batches it looks for something more urgent: new examples to adapt to, then
what the window wants to know of the pictures (``ask``).
Results leave as Qt signals, which Qt delivers on the thread of the receiver, and carry their request's number: a
receiver drops those that were overtaken on the way.
"""

from __future__ import annotations

import contextlib
import gc
import os
import threading
import time
from collections import deque
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal, SignalInstance

from fewshot_gui.engine import Engine, Item, NotEnoughExamples, Read, Request
from fewshot_gui.feature_cache import FeatureCache
from fewshot_gui.workers.priority import give_way
from fewshot_gui.workers.torch_libraries import load_torch_libraries

EngineMaker = Callable[[], Engine]
Question = Callable[[Engine, Callable[[], bool]], Any]
"""Runs on the compute thread with the engine as it is adapted now, and a function that says when to give up."""
TICK = 0.1
"""Seconds between two progress messages."""


def make_engine(weights: str = "embedded", device: str = "auto") -> Engine:
    """The learner with its cache. Imports torch: seconds, so only the compute thread calls it."""
    # torch brings half a million objects; to look through them all would stop the window for a tenth of a second.
    gc.disable()
    try:
        load_torch_libraries()
        from fewshot_gui.learner.learner import Learner, use_threads

        use_threads(os.cpu_count() or 1)
        learner = Learner(weights, device)
        learner.warm_up()
        gc.freeze()
    finally:
        gc.enable()
    return Engine(learner, FeatureCache())


def engine_on(device: str) -> Engine:
    """make_engine on the device that the settings name; where that is a GPU which is no longer there, on another."""
    from fewshot_gui.learner.device import DeviceError

    try:
        return make_engine(device=device if device in ("cpu", "cuda") else "auto")
    except DeviceError:
        return make_engine()


@dataclass
class _Reading:
    """A run of reading under way; one of an older generation was cancelled."""

    generation: int
    batches: Generator[list[Read], None, None]
    ticked: float = 0.0


@dataclass(frozen=True)
class _Asked:
    """A question on its way. One kind of question is asked at a time: the latest."""

    kind: str
    question: Question
    then: Callable[[Any], None]
    number: int
    epoch: int


class Compute(QObject):
    """The window's side of the compute thread. Create one per application; ``start`` it once the window is visible."""

    ready = Signal(str, str)
    """The learner is loaded: device name, and a note where a GPU was passed over."""
    failed = Signal(str)
    """A sentence: the learner can't be loaded, or a step went wrong."""
    read_progress = Signal(int, int)
    """Pictures read, pictures to read."""
    adapt_progress = Signal(int, int, float)
    """Steps done, steps, loss."""
    read = Signal(int, list)
    """Epoch (see ``start_over``), list[Read]"""
    adapted = Signal(int, float, float)
    """Request number, seconds, last loss."""
    not_enough = Signal(int)
    """Request number: too few readable examples; there are no answers now."""
    scored = Signal(int, object)
    """Request number, Scored"""
    idle = Signal()
    """Nothing is left to do."""
    _answered = Signal(object, object)
    """_Asked, its answer"""

    def __init__(self, make: EngineMaker = make_engine) -> None:
        super().__init__()
        self._make = make
        self._changed = threading.Condition()
        self._items: deque[Item] = deque()
        self._questions: dict[str, _Asked] = {}
        self._latest: dict[str, int] = {}
        self._pending: tuple[int, Request | None, Sequence[Item]] | None = None
        self._number = 0
        self._generation = 0
        self._epoch = 0
        self._stopping = False
        self._forget_all = False
        self._other: EngineMaker | None = None
        self._done = self._total = 0
        self._reading: _Reading | None = None
        self._engine: Engine
        self._thread = threading.Thread(target=self._run, name="compute", daemon=True)
        self._answered.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def start(self) -> None:
        self._thread.start()

    # --- the window's side

    def read_pictures(self, items: Sequence[Item]) -> None:
        """Read these after those already waiting."""
        with self._changed:
            self._items.extend(items)
            self._total += len(items)
            self._changed.notify()

    def adapt_to(self, request: Request | None, examples: Sequence[Item]) -> int:
        """Adapt to these examples and score everything anew; overtakes what is under way. Returns the request's number.

        None: there are too few examples; the adapted network is given up.
        """
        with self._changed:
            self._number += 1
            self._pending = (self._number, request, examples)
            self._changed.notify()
            return self._number

    def ask(self, kind: str, question: Question, then: Callable[[Any], None]) -> None:
        """Run ``question(engine, overtaken)`` on the compute thread and ``then(answer)`` here, on the window's thread.

        It waits for the examples to be adapted to, but not for the folder to be read. A newer question of the same
        kind takes its place, also while it runs; a question that an adaptation overtakes is asked again after it. It
        has to look at ``overtaken()`` every tenth of a second and then return or raise Cancelled. Without an adapted
        network, and when another folder is opened, it is dropped. An answer of None is not delivered.
        """
        with self._changed:
            number = self._latest[kind] = self._latest.get(kind, 0) + 1
            self._questions.pop(kind, None)  # the latest goes to the end of the line
            self._questions[kind] = _Asked(kind, question, then, number, self._epoch)
            self._changed.notify()

    def forget_question(self, kind: str) -> None:
        """The answer to this kind of question is no longer wanted."""
        with self._changed:
            self._latest[kind] = self._latest.get(kind, 0) + 1
            self._questions.pop(kind, None)

    def _deliver(self, asked: _Asked, answer: object) -> None:
        if self._latest[asked.kind] == asked.number and asked.epoch == self._epoch:
            asked.then(answer)

    def cancel(self) -> int:
        """Stop reading and adapting; returns how many pictures are left unread."""
        with self._changed:
            left = self._total - self._done
            self._items.clear()
            self._pending = None
            self._number += 1
            self._generation += 1
            self._done = self._total = 0
            self._changed.notify()
            return left

    def start_over(self) -> int:
        """Another project or folder: stop, and forget all pictures and the adapted network.

        Returns the new epoch's number: pictures read in an earlier one, still on their way, belong to other ids.
        """
        self.cancel()
        with self._changed:
            self._forget_all = True
            self._questions.clear()
            self._epoch += 1
            return self._epoch

    def change_engine(self, make: EngineMaker) -> None:
        """Go on with another engine, on another device say; the old one stays where that can't be made.

        Call ``start_over`` next, and have all pictures read again: the new engine has seen none.
        """
        with self._changed:
            self._other = make
            self._generation += 1
            self._changed.notify()

    def stop(self, timeout: float = 10.0) -> bool:
        """End the thread; True when it has ended in time."""
        with self._changed:
            self._stopping = True
            self._generation += 1
            self._changed.notify()
        if self._thread.ident is not None:
            self._thread.join(timeout)
        return not self._thread.is_alive()

    # --- the compute thread's side

    def _run(self) -> None:
        give_way()
        try:
            self._engine = engine = self._make()
        except Exception as error:  # whatever is wrong with the installation, the person has to hear of it
            self._emit(self.failed, f"The learner can't be started: {error}")
            return
        self._emit(self.ready, engine.learner.device.name, engine.learner.device.note)
        while not self._stopping:
            work = self._next()
            try:
                work()
            except Exception as error:  # one bad step must not end the thread: say it, and go on with what is next
                self._reading = None
                self._emit(self.failed, f"Computing went wrong: {error}")
        self._drop_reading()
        if self._engine.cache is not None:
            self._engine.cache.close()

    def _next(self) -> Callable[[], None]:
        """Wait until there is work, and say which comes first."""
        with self._changed:
            if self._reading is not None and self._reading.generation != self._generation:
                self._drop_reading()
            if not self._has_work():
                self._done = self._total = 0
                self._emit(self.idle)
                self._changed.wait_for(self._has_work)
            if self._stopping:
                return lambda: None
            if self._other is not None:
                make, self._other = self._other, None
                return lambda: self._change_engine(make)
            if self._forget_all:
                self._forget_all = False
                self._engine = Engine(self._engine.learner, self._engine.cache)
            if self._pending is not None:
                number, request, examples = self._pending
                self._pending = None
                return lambda: self._adapt(number, request, examples)
            if self._questions:
                asked = self._questions.pop(next(iter(self._questions)))
                return lambda: self._answer(asked)
            if self._reading is None and self._items:
                self._reading = self._start_reading(list(self._items))
                self._items.clear()
            return self._read_on

    def _has_work(self) -> bool:
        waiting = self._pending is not None or self._reading is not None or bool(self._items) or bool(self._questions)
        return waiting or self._stopping or self._forget_all or self._other is not None

    def _change_engine(self, make: EngineMaker) -> None:
        old, self._engine = self._engine, make()
        if old.cache is not None and old.cache is not self._engine.cache:
            old.cache.close()
        self._emit(self.ready, self._engine.learner.device.name, self._engine.learner.device.note)

    def _start_reading(self, items: Sequence[Item]) -> _Reading:
        generation = self._generation
        batches = self._engine.read(items, lambda: generation != self._generation or self._stopping)
        return _Reading(generation, batches)

    def _drop_reading(self) -> None:
        if self._reading is not None:
            self._reading.batches.close()
            self._reading = None

    def _read_on(self) -> None:
        reading = self._reading
        if reading is None:
            return
        batch = next(reading.batches, None)
        if batch is None or reading.generation != self._generation:
            self._reading = None
            if self._engine.folder_helps and reading.generation == self._generation:
                self._score(self._number, None)  # batch by batch they were judged alone
            return
        with self._changed:
            if reading.generation != self._generation:
                return
            self._done += len(batch)
            done, total, epoch = self._done, self._total, self._epoch
        self._emit(self.read, epoch, batch)
        self._score(self._number, [r.id for r in batch if r.problem is None])
        now = time.monotonic()
        if now - reading.ticked > TICK:
            reading.ticked = now
            self._emit(self.read_progress, done, total)

    def _answer(self, asked: _Asked) -> None:
        from fewshot_gui.learner.inner_loop import Cancelled

        def unwanted() -> bool:
            return self._latest[asked.kind] != asked.number or asked.epoch != self._epoch or self._stopping

        def overtaken() -> bool:
            return unwanted() or self._pending is not None

        if unwanted() or not self._engine.is_adapted:
            return
        try:
            answer = asked.question(self._engine, overtaken)
        except Cancelled:
            answer = None
        if self._pending is not None and not unwanted():
            with self._changed:
                self._questions.setdefault(asked.kind, asked)
        elif answer is not None:
            self._emit(self._answered, asked, answer)

    def _overtaken(self, number: int) -> bool:
        return self._number != number or self._stopping

    def _adapt(self, number: int, request: Request | None, examples: Sequence[Item]) -> None:
        engine = self._engine
        if request is None:
            engine.forget()
            self._emit(self.not_enough, number)
            return
        from fewshot_gui.learner.inner_loop import Cancelled

        began, last = time.monotonic(), 0.0

        def on_step(done: int, steps: int, loss: float) -> None:
            nonlocal last
            last = loss
            self._emit(self.adapt_progress, done, steps, loss)

        epoch = self._epoch
        unread = [item for item in examples if item.id not in engine.features]
        for batch in engine.read(unread, lambda: self._overtaken(number)):
            self._emit(self.read, epoch, batch)
        try:
            engine.adapt(request, on_step, lambda: self._overtaken(number))
        except Cancelled:
            return
        except NotEnoughExamples:
            engine.forget()
            self._emit(self.not_enough, number)
            return
        self._emit(self.adapted, number, time.monotonic() - began, last)
        self._score(number, None)

    def _score(self, number: int, ids: list[int] | None) -> None:
        if self._engine.is_adapted and (ids is None or ids):
            scored = self._engine.score(ids, lambda: self._overtaken(number))
            if not self._overtaken(number):
                self._emit(self.scored, number, scored)

    def _emit(self, signal: SignalInstance, *values: object) -> None:
        with contextlib.suppress(RuntimeError):  # the application is gone
            signal.emit(*values)
