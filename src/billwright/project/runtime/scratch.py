"""Scratch databases for scenario worlds: clones of a migrated template on a small server of their own."""

from __future__ import annotations

import atexit
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings

from billwright.project.runtime.shared_server import SharedServer


class ScratchWorlds:
    """Implements the port of `workflow.scenarios`. The server starts with the first world and stops with the process.

    It is an embedded server also where ``DATABASE_URL`` names an own one: not durable, because nothing in it is kept,
    and no role of the own server needs the right to create databases.
    """

    def __init__(self) -> None:
        self._server: SharedServer | None = None
        self._empty: dict[int, str] = {}
        self._keeps = False

    def prepare(self, *, keeps: bool = False) -> None:
        """Start the server and make the template, so that forked processes find both.

        `keeps`: the server runs on after this process, for who wants to look at worlds that are kept.
        """
        self._keeps = keeps
        self._entered().template()

    @contextmanager
    def world(self) -> Iterator[None]:
        """Point Django's connection at an empty, migrated database of this world's own.

        One world follows another in the clone of this process, which is emptied between them.
        """
        server, mine = self._entered(), os.getpid()
        name = self._empty.pop(mine, None) or server.clone(remembered=True)
        try:
            with server.connected_to(name):
                yield
        finally:
            server.empty(name)
            self._empty[mine] = name

    @contextmanager
    def kept_world(self, name: str) -> Iterator[str]:
        """The same, but the database stays under a name; gives the address at which it can be looked at afterwards."""
        server = self._entered()
        kept = f"kept_{re.sub('[^a-z0-9]+', '_', name.lower())[:50]}"
        clone = server.clone()
        with server.connected_to(clone):
            yield server.address(kept)
        server.keep(clone, kept)

    def _entered(self) -> SharedServer:
        if self._server is None:
            self._server = SharedServer(settings.HOME.path / "scratch", run_dir=settings.BILLWRIGHT.run_dir)
            self._server.enter()
            atexit.register(self._leave)
        return self._server

    def _leave(self) -> None:
        assert self._server is not None, "leaving follows entering"
        for name in self._empty.values():
            self._server.drop(name)
        self._server.leave(stop=not self._keeps)
