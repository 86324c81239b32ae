"""Threads that help with the shards of a run, each with a database connection of its own."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from threading import Barrier
from types import TracebackType
from typing import ParamSpec, Self, TypeVar

from django.db import connection

P = ParamSpec("P")
T = TypeVar("T")


class Connections:
    """So many connections: the caller's, and one of each thread.

    Kept over several runs, working tables are made once for all of them. Used as a context: at its end the threads
    close their connections.
    """

    def __init__(self, count: int) -> None:
        self._helper_count = count - 1
        self._pool: ThreadPoolExecutor | None = None

    def __enter__(self) -> Self:
        if self._helper_count:
            self._pool = ThreadPoolExecutor(self._helper_count, thread_name_prefix="bill-run")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._pool is not None:
            every_thread = Barrier(self._helper_count)
            for closed in [self._pool.submit(_close, every_thread) for _ in range(self._helper_count)]:
                closed.result()
            self._pool.shutdown()

    def help(self, work: Callable[P, T], *arguments: P.args, **more: P.kwargs) -> list[Future[T]]:
        """Let every thread do the same work; their answers come when they are done."""
        if self._pool is None:
            return []
        return [self._pool.submit(work, *arguments, **more) for _ in range(self._helper_count)]


def _close(every_thread: Barrier) -> None:
    # Nobody takes a second turn before everybody had one.
    every_thread.wait()
    connection.close()


def opened(connections: int | Connections) -> AbstractContextManager[Connections]:
    """Connections that somebody keeps, or so many for this once."""
    return nullcontext(connections) if isinstance(connections, Connections) else Connections(connections)
