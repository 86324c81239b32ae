"""Homes for tests that start servers: in the clone, because root's server account cannot enter pytest's own folders."""

import itertools
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from billwright.project.home import SOURCE_ROOT, Home
from billwright.project.runtime.postgres import EmbeddedPostgres
from billwright.project.runtime.tuning import Tuning

_numbers = itertools.count(1)


@contextmanager
def scratch_home(name: str) -> Iterator[Path]:
    """A folder that does not exist yet, removed afterwards."""
    root = SOURCE_ROOT / ".billwright" / f"scratch-{os.getpid()}-{next(_numbers)}"
    try:
        yield root / name
    finally:
        shutil.rmtree(root, ignore_errors=True)


def small_server(home: Path, *, durable: bool = False) -> EmbeddedPostgres:
    """A server that needs little; unless ``durable`` it may lose what it has not yet written."""
    tuning = Tuning(memory_mb=64, connections_max=20, durable=durable)
    return EmbeddedPostgres(Home(home), run_dir=Path("/tmp"), os_user="billwright", settings=tuning)


@contextmanager
def running_server(home: Path, *, durable: bool = False) -> Iterator[EmbeddedPostgres]:
    """Such a server, started, and stopped afterwards."""
    server = small_server(home, durable=durable)
    try:
        server.up()
        yield server
    finally:
        server.stop()
