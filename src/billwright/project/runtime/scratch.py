"""Scratch databases for scenario worlds: clones of a migrated template on a small server of their own."""

from __future__ import annotations

import atexit
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

    def prepare(self) -> None:
        """Start the server and make the template, so that forked processes find both."""
        self._entered().template()

    @contextmanager
    def world(self) -> Iterator[None]:
        """Point Django's connection at an empty, migrated database of this world's own."""
        server = self._entered()
        name = server.clone()
        try:
            with server.connected_to(name):
                yield
        finally:
            server.drop(name)

    def _entered(self) -> SharedServer:
        if self._server is None:
            self._server = SharedServer(settings.HOME.path / "scratch", run_dir=settings.BILLWRIGHT.run_dir)
            self._server.enter()
            atexit.register(self._server.leave)
        return self._server
