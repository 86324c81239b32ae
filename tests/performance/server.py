"""A durable server of its own for benchmarks, and clones of a loaded database."""

import contextlib
import json
import platform
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psutil
from django.conf import settings

from billwright.project.home import Home
from billwright.project.runtime.postgres import OWNER_ROLE, EmbeddedPostgres
from billwright.project.runtime.shared_server import SharedServer
from billwright.project.runtime.tuning import Tuning


class BenchServer(SharedServer):
    """As the tests' server, but as durable as an installation: fsync and commits are part of what is timed."""

    def __init__(self, memory_mb: int = 4096, home: str = "bench") -> None:
        super().__init__(settings.HOME.path, run_dir=settings.BILLWRIGHT.run_dir)
        self.home = Home(settings.HOME.path.parent / home)
        self.server = EmbeddedPostgres(
            self.home,
            run_dir=settings.BILLWRIGHT.run_dir,
            os_user="billwright",
            settings=Tuning(memory_mb=memory_mb, connections_max=40),
        )

    @contextmanager
    def running(self) -> Iterator["BenchServer"]:
        self.enter()
        try:
            yield self
        finally:
            self.leave()

    def kept(self, name: str, fill: Callable[[], None]) -> str:
        """A database that `fill` has filled as its owner, kept between calls as long as migrations are the same."""
        template = self.template()
        name = f"{name}_{template.rpartition('_')[2]}"
        if name not in self._names():
            draft = f"{name}_draft"
            self.drop(draft)
            self.server.sql(f"create database {draft} template {template} strategy file_copy owner {OWNER_ROLE}")
            with self.connected_to(draft, role=OWNER_ROLE):
                fill()
            self.server.sql(f"alter database {draft} rename to {name}")
        return name

    @contextmanager
    def copy_of(self, name: str) -> Iterator[str]:
        """A copy of a database, with connections pointed at it, dropped afterwards."""
        copy = f"{name}_copy"
        self.drop(copy)
        self.server.sql(f"create database {copy} template {name} strategy file_copy owner {OWNER_ROLE}")
        try:
            with self.connected_to(copy):
                yield copy
        finally:
            with contextlib.suppress(Exception):
                self.drop(copy)

    def superuser(self, statement: str, *, database: str) -> str:
        """Run statements that only a benchmark may: emptying tables that are append-only, checkpoints."""
        return self.server.sql(statement, database=database)


def machine() -> str:
    """What the figures were measured on, in a few words."""
    memory = psutil.virtual_memory().total // 2**30
    return f"{platform.machine()}, {psutil.cpu_count()} cpus, {memory} GiB, load {psutil.getloadavg()[0]:.1f}"


def memory_mb() -> int:
    """Resident memory of this process."""
    return int(psutil.Process().memory_info().rss // 2**20)


def report(**figures: object) -> None:
    """One line of JSON."""
    print(json.dumps(figures), flush=True)
