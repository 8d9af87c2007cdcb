"""A pool for work that is to be done in turn, by the thread that asks for it."""

from collections.abc import Callable
from concurrent.futures import Future
from typing import Self, TypeVar

_Answer = TypeVar("_Answer")


class AtOnce:
    """A pool without threads."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def submit(self, work: Callable[[range], _Answer], numbers: range) -> "Future[_Answer]":
        done: Future[_Answer] = Future()
        done.set_result(work(numbers))
        return done
