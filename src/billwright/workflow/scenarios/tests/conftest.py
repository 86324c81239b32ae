"""Worlds for the tests, cloned on the server that the tests already run."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from billwright.workflow.scenarios import ports, running


class ClonedWorlds:
    """Implements `Scratch` over the tests' own server: one clone for all, emptied between them."""

    clone: str | None = None

    def __init__(self, server, blocker) -> None:
        self.server, self.blocker = server, blocker

    def prepare(self, *, keeps: bool = False) -> None:
        self.server.template()

    @contextmanager
    def world(self) -> Iterator[None]:
        name = ClonedWorlds.clone or self.server.clone(remembered=True)
        try:
            with self.blocker.unblock(), self.server.connected_to(name):
                yield
        finally:
            self.server.empty(name)
            ClonedWorlds.clone = name

    @contextmanager
    def kept_world(self, name: str) -> Iterator[str]:
        with self.world():
            yield f"postgresql:///{name}"


@pytest.fixture
def act_out(django_db_setup, shared_server, django_db_blocker, monkeypatch):
    """`act_out(text)`: the outcome of a scenario."""
    monkeypatch.setattr(ports._Wiring, "scratch", ClonedWorlds(shared_server, django_db_blocker))
    return lambda text: running.run_text(text, file="test.yaml", actor="user:0")
