"""Finding, starting and stopping a supervisor from another process."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import asdict, dataclass, replace
from typing import Any

import psutil
from django.conf import settings
from django.db import DatabaseError, connection

from billwright import __version__
from billwright.project.config import Config, variable_of
from billwright.project.home import Home
from billwright.project.runtime import schema
from billwright.project.runtime.postgres import EmbeddedPostgres
from billwright.project.runtime.refusals import RuntimeRefused
from billwright.project.runtime.state import ProcessState, read_state, supervised

START_SECONDS_MAX = 120.0
STOP_SECONDS_MAX = 60.0
LOOK_SECONDS = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """What runs on a home."""

    home: str
    version: str
    running: bool
    ready: bool
    address: str
    pid: int | None
    database: str
    schema: str
    processes: list[ProcessState]

    def as_dict(self) -> dict[str, Any]:
        """For machines."""
        return asdict(self)

    def lines(self) -> list[str]:
        """For people."""
        first = f"Billwright {self.version} runs at {self.address}" if self.running else "Billwright does not run."
        return [
            first,
            f"home      {self.home}",
            f"database  {self.database}, schema {self.schema}",
            *(
                f"{process.name:<9} {f'pid {process.pid}' if process.pid else 'down'}, "
                f"started again {process.restart_count} times"
                for process in self.processes
            ),
        ]


def status(config: Config) -> Status:
    """Ask the state file and the database; starts nothing."""
    home = Home.of(config)
    state = read_state(home)
    database = _database_state(config)
    return Status(
        home=str(home.path),
        version=state.version if state else __version__,
        running=state is not None,
        ready=bool(state and state.ready),
        address=state.address if state else "",
        pid=state.pid if state else None,
        database=database,
        schema=_schema_state() if database == "up" else "unknown",
        processes=state.processes if state else [],
    )


def _database_state(config: Config) -> str:
    if settings.EMBEDDED:
        server = EmbeddedPostgres.of(config)
        if not server.home.path.is_dir() or not server.exists():
            return "not made yet"
        return "up" if server.running() else "down"
    try:
        connection.ensure_connection()
    except DatabaseError:
        return "down"
    return "up"


def _schema_state() -> str:
    state = schema.schema_state()
    if state.evidence:
        return f"made by {state.made_by}"
    return f"{len(state.pending)} migrations behind" if state.pending else "current"


def with_host(config: Config, host: str | None) -> Config:
    """The settings with the address of the web server that a command asked for."""
    return replace(config, host=host) if host else config


def address_of_running(home: Home) -> str:
    """The address of the supervisor that holds the lock, waiting until it has written it."""
    deadline = time.monotonic() + START_SECONDS_MAX
    while time.monotonic() < deadline:
        state = read_state(home)
        if state is not None:
            return state.address
        time.sleep(LOOK_SECONDS)
    raise RuntimeRefused(
        "Another `billwright up` holds this home but says no address.", cure="Stop it with `billwright down`."
    )


def start_detached(config: Config, *, port: int | None) -> str:
    """Start a supervisor that outlives this process; returns the sentence to print once it answers."""
    home = Home.of(config)
    if supervised(home):
        return f"Billwright already runs at {address_of_running(home)}"
    log_file = home.logs / "supervisor.log"
    command = [sys.executable, "-m", "billwright", "up", "--host", config.host]
    command += ["--port", str(port)] if port else []
    with log_file.open("wb") as log:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            cwd="/",
            env={**os.environ, variable_of("home"): str(home.path)},
        )
    deadline = time.monotonic() + START_SECONDS_MAX
    while time.monotonic() < deadline:
        state = read_state(home)
        if state is not None and state.ready:
            return f"Billwright runs at {state.address}"
        if process.poll() is not None:
            break
        time.sleep(LOOK_SECONDS)
    raise RuntimeRefused(log_file.read_text(encoding="utf-8").strip()[-1500:], cure=f"All of it is in {log_file}.")


def stop(config: Config) -> bool:
    """Stop the supervisor and the embedded server of this home; False when neither ran."""
    home = Home.of(config)
    state = read_state(home)
    if state is None and not supervised(home):
        if not settings.EMBEDDED or not home.path.is_dir():
            return False
        return EmbeddedPostgres.of(config).stop()
    if state is None:  # it has just begun and not yet written who it is
        address_of_running(home)
        state = read_state(home)
    if state is not None:
        _end(state.pid, home)
    if settings.EMBEDDED:
        EmbeddedPostgres.of(config).stop()
    return True


def _end(pid: int, home: Home) -> None:
    try:
        process = psutil.Process(pid)
        process.send_signal(signal.SIGTERM)
    except psutil.NoSuchProcess:
        return
    deadline = time.monotonic() + STOP_SECONDS_MAX
    while supervised(home):
        if time.monotonic() > deadline:
            process.kill()
            deadline = time.monotonic() + STOP_SECONDS_MAX
        time.sleep(LOOK_SECONDS)
