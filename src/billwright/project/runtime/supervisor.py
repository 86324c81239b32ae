"""``billwright up``: the database, the web server, the worker and the scheduler, kept alive until told to stop."""

import os
import signal
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from types import FrameType

from django.conf import settings

from billwright import __version__
from billwright.project.config import Config, variable_of
from billwright.project.home import Home
from billwright.project.runtime import database
from billwright.project.runtime.address import address, choose_port
from billwright.project.runtime.child import Child, ChildSpec
from billwright.project.runtime.postgres import EmbeddedPostgres
from billwright.project.runtime.state import ProcessState, RunState

LOOK_SECONDS = 0.2
DATABASE_LOOK_SECONDS = 2.0
READY_SECONDS_MAX = 60.0
# The worker finishes its running jobs first; what is killed after that starts again, as every job can.
GRACE_SECONDS = 20.0

Say = Callable[[str], None]


class Supervisor:
    """Runs one installation in the foreground. The caller holds the supervisor's lock."""

    def __init__(self, config: Config, *, port: int | None, say: Say) -> None:
        self.config = config
        self.home = Home.of(config)
        self.port = choose_port(config, self.home, asked=port)
        self.address = address(config.host, self.port)
        self._say = say
        self._stop = threading.Event()
        self._children = [Child(spec, environment=self._environment()) for spec in self._specs()]
        self._ready = False

    def run(self) -> None:
        """Bring everything up, watch it, and bring it down on SIGTERM or SIGINT.

        Raises ServerNotStarted or NewerSchema, and then leaves nothing running.
        """
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._asked_to_stop)
        try:
            prepared = database.prepare()
            if prepared.applied_migrations:
                self._say(f"Database ready: {len(prepared.applied_migrations)} migrations applied.")
            for child in self._children:
                child.start(at=time.monotonic())
            self._write_state()
            self._wait_until_ready()
            self._watch()
        finally:
            self._shut_down()

    def _asked_to_stop(self, _number: int, _frame: FrameType | None) -> None:
        self._stop.set()

    def _watch(self) -> None:
        look_at_database_at = 0.0
        while not self._stop.wait(LOOK_SECONDS):
            now = time.monotonic()
            self._tend(now)
            if settings.EMBEDDED and now >= look_at_database_at:
                look_at_database_at = now + DATABASE_LOOK_SECONDS
                self._keep_database()

    def _tend(self, now: float) -> None:
        changed = [child for child in self._children if child.tend(at=now)]
        for child in changed:
            event = "started again" if child.pid else f"ended; see {child.spec.log_file}"
            self._say(f"{child.spec.name}: {event}")
        if changed:
            self._write_state()

    def _keep_database(self) -> None:
        server = EmbeddedPostgres.of(self.config)
        if not server.running():
            self._say("database: does not answer, starting it again")
            server.up()

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + READY_SECONDS_MAX
        while not self._ready and not self._stop.wait(LOOK_SECONDS):
            self._tend(time.monotonic())
            self._ready = answers(f"{self.address}health/ready", host=self.config.allowed_hosts[0])
            if time.monotonic() > deadline:
                self._say(f"The web server does not answer yet; see {self.home.logs / 'web.log'}")
                return
        if self._ready:
            self._write_state()
            self._say(f"Billwright runs at {self.config.public_url or self.address}")

    def _shut_down(self) -> None:
        if self._stop.is_set():
            self._say("Stopping.")
        for child in self._children:
            child.stop(grace_seconds=GRACE_SECONDS)
        if settings.EMBEDDED:
            EmbeddedPostgres.of(self.config).stop()
        self.home.state_file.unlink(missing_ok=True)

    def _write_state(self) -> None:
        processes = [
            ProcessState(name=child.spec.name, pid=child.pid, restart_count=child.restart_count)
            for child in self._children
        ]
        RunState(
            pid=os.getpid(), address=self.address, version=__version__, ready=self._ready, processes=processes
        ).write(self.home)

    def _environment(self) -> dict[str, str]:
        # One CPU-bound numeric library that spins on all cores starves the others.
        return {
            **os.environ,
            variable_of("home"): str(self.home.path),
            "DJANGO_SETTINGS_MODULE": "billwright.project.settings",
            "OMP_NUM_THREADS": "1",
            "PYTHONUNBUFFERED": "1",
        }

    def _specs(self) -> list[ChildSpec]:
        web = [
            *(sys.executable, "-m", "granian", "billwright.project.wsgi:application", "--interface", "wsgi"),
            *("--host", self.config.host, "--port", str(self.port), "--no-ws", "--log-level", "warning"),
            *("--workers", str(self.config.web_processes), "--blocking-threads", str(self.config.web_threads)),
            *("--respawn-failed-workers", "--respawn-interval", "1", "--workers-kill-timeout", "10"),
        ]
        commands = {
            "web": web,
            "worker": [sys.executable, "-m", "billwright", "worker"],
            "scheduler": [sys.executable, "-m", "billwright", "scheduler"],
        }
        return [
            ChildSpec(name=name, command=command, log_file=self.home.logs / f"{name}.log")
            for name, command in commands.items()
        ]


def answers(url: str, *, host: str) -> bool:
    """Whether the web server answers 200 there."""
    request = urllib.request.Request(url, headers={"Host": host, "X-Forwarded-Proto": "https"})  # noqa: S310 - our own address
    try:
        with urllib.request.urlopen(request, timeout=2) as response:  # noqa: S310 - our own address
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False
