"""Companies of the demo that live at once, in processes of their own: one client and one connection keep one core busy.

Forked, for a process that is started anew imports for seconds what this one has: before this one has threads, and
without its connection, which a copy of it could not use. What a company is travels through a pipe to the process that
lives it, and back.
"""

from __future__ import annotations

import signal
import traceback
from collections.abc import Sequence
from datetime import date, timedelta
from heapq import heappop, heappush
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from types import TracebackType
from typing import Any, Self, cast

from django.db import connection, connections

from billwright.project.collector import collecting_seldom
from billwright.workflow.demo.life import Life, Say, live

# For so long a company stays with a process, before the one that is furthest behind goes on in whichever is free: none
# waits long for another at the end.
STRETCH = timedelta(days=61)


class LifeFailed(Exception):
    """A process that lived companies failed, or is gone; with what it said last."""


class Processes:
    """So many processes, started at once and used as a context: at its end, or at Ctrl-C, they are gone.

    A process that is ended loses its connection, and the server takes back what it had not committed.
    """

    def __init__(self, count: int) -> None:
        fork = get_context("fork")
        pipes = [fork.Pipe() for _ in range(count)]
        self._pipes = [ours for ours, _theirs in pipes]
        self._theirs = [theirs for _ours, theirs in pipes]
        ends = [end for pipe in pipes for end in pipe]
        self._processes = [
            fork.Process(
                target=_serve,
                args=(theirs, [end for end in ends if end is not theirs]),
                daemon=True,
                name=f"demo-{number}",
            )
            for number, theirs in enumerate(self._theirs, start=1)
        ]

    def __enter__(self) -> Self:
        connections.close_all()
        for process in self._processes:
            process.start()
        # With one end only with the process, its end is told to the other.
        for theirs in self._theirs:
            theirs.close()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process in self._processes:
            process.terminate()
        for process in self._processes:
            process.join()

    def live(self, lives: Sequence[Life], first: date, until: date, say: Say) -> Sequence[Life]:
        """Let the companies live from a day until another, in whichever process is free; returns them as they are.

        `say` is told the day of whoever is last. Raises LifeFailed with the first failure.
        """
        living = {life.book.company.code: life for life in lives}
        lived = dict.fromkeys(living, first)
        waiting = sorted((first, code) for code in living)
        busy: dict[Connection, tuple[str, date]] = {}
        while waiting or busy:
            for pipe in self._pipes:
                if waiting and pipe not in busy:
                    day, code = heappop(waiting)
                    end = min(day + STRETCH, until)
                    pipe.send((living[code], day, end))
                    busy[pipe] = code, end
            for pipe in cast("list[Connection]", wait(list(busy))):
                answer, (code, end) = _received(pipe), busy[pipe]
                if isinstance(answer, date):
                    lived[code] = answer
                    say(min(lived.values()))
                    continue
                del busy[pipe]
                living[code], lived[code] = answer, end
                if end < until:
                    heappush(waiting, (end, code))
        return list(living.values())


def _received(pipe: Connection) -> Any:
    try:
        answer = pipe.recv()
    except EOFError:
        raise LifeFailed("A process that made the demo book has ended before its time.") from None
    if isinstance(answer, str):
        raise LifeFailed(answer)
    return answer


def _serve(pipe: Connection, others: Sequence[Connection]) -> None:
    """What a process does: live what comes through the pipe, tell each day, and hand back what it has become."""
    # Ctrl-C in a terminal reaches every process; the one that started us hears it, and ends us.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Copies of the other ends, for as long as they are open here, would hide from us that the one who waits is gone.
    for end in others:
        end.close()
    try:
        _live(pipe)
    except (EOFError, BrokenPipeError):
        return  # nobody waits for us any more
    except BaseException:
        pipe.send(traceback.format_exc())


def _live(pipe: Connection) -> None:
    hurry()
    with collecting_seldom():
        while True:
            life, first, until = pipe.recv()
            live([life], first, until, pipe.send)
            pipe.send(life)


def hurry() -> None:
    """Do not wait for the disk at every commit: a book that is loaded again after a crash need not."""
    with connection.cursor() as cursor:
        cursor.execute("set synchronous_commit = off")
