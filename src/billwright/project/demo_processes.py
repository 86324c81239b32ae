"""Companies of the demo that live at once, in processes of their own: one client and one connection keep one core busy.

Started anew and not forked: this process has threads and a connection, which a copy of it could not use. What a
company is travels through a pipe to the process that lives it, and back.
"""

from __future__ import annotations

import os
import signal
import traceback
from collections.abc import Sequence
from datetime import date
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, cast

if TYPE_CHECKING:
    from billwright.workflow.demo.life import Life, Say


class LifeFailed(Exception):
    """A process that lived companies failed, or is gone; with what it said last."""


class Processes:
    """So many processes, started at once and used as a context: at its end, or at Ctrl-C, they are gone.

    A process that is ended loses its connection, and the server takes back what it had not committed.
    """

    def __init__(self, count: int, *, database: dict[str, Any]) -> None:
        spawn = get_context("spawn")
        pipes = [spawn.Pipe() for _ in range(count)]
        self._pipes = [ours for ours, _theirs in pipes]
        self._theirs = [theirs for _ours, theirs in pipes]
        self._processes = [
            spawn.Process(target=_serve, args=(theirs, database), daemon=True, name=f"demo-{number}")
            for number, theirs in enumerate(self._theirs, start=1)
        ]

    def __enter__(self) -> Self:
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
        """Let the companies live from a day until another, shared out among the processes; returns them as they are.

        `say` is told the day of whoever is last. Raises LifeFailed with the first failure.
        """
        shares = {pipe: lives[place :: len(self._pipes)] for place, pipe in enumerate(self._pipes)}
        for pipe, share in shares.items():
            pipe.send((share, first, until))
        days = dict.fromkeys(self._pipes, first)
        lived: dict[str, Life] = {}
        while days:
            for pipe in cast("list[Connection]", wait(list(days))):
                answer = _received(pipe)
                if isinstance(answer, date):
                    days[pipe] = answer
                    say(min(days.values()))
                else:
                    del days[pipe]
                    lived |= {life.book.company.code: life for life in answer}
        return [lived[life.book.company.code] for life in lives]


def core_count() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _received(pipe: Connection) -> Any:
    try:
        answer = pipe.recv()
    except EOFError:
        raise LifeFailed("A process that made the demo book has ended before its time.") from None
    if isinstance(answer, str):
        raise LifeFailed(answer)
    return answer


def _serve(pipe: Connection, database: dict[str, Any]) -> None:
    """What a process does: live what comes through the pipe, tell each day, and hand back what it has become."""
    # Ctrl-C in a terminal reaches every process; the one that started us hears it, and ends us.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        _live(pipe, database)
    except (EOFError, BrokenPipeError):
        return  # nobody waits for us any more
    except BaseException:
        pipe.send(traceback.format_exc())


def _live(pipe: Connection, database: dict[str, Any]) -> None:
    from billwright.project.collector import collecting_seldom, keeping_what_is_made

    with keeping_what_is_made():
        import django

        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "billwright.project.settings")
        django.setup()
        from django.db import connection

        from billwright.workflow.demo.life import live
    connection.settings_dict.update(database)
    hurry()
    with collecting_seldom():
        while True:
            lives, first, until = pipe.recv()
            live(lives, first, until, pipe.send)
            pipe.send(lives)


def hurry() -> None:
    """Do not wait for the disk at every commit: a book that is loaded again after a crash need not."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("set synchronous_commit = off")
