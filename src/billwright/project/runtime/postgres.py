"""Our launcher over the PostgreSQL programs: one server for one home, found by every process without a reference count.

``up`` is safe at any moment and from many processes: a lock that the kernel frees makes them take turns, and the server
that answers on the socket is used. Nothing stops the server but ``stop``.
"""

import contextlib
import fcntl
import hashlib
import os
import pwd
import shutil
import subprocess
import time
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import quote

from billwright.project.config import Config
from billwright.project.home import Home
from billwright.project.runtime import binaries, tuning
from billwright.project.runtime.os_account import make_private, passable, run_as, server_account
from billwright.project.runtime.refusals import ServerNotStarted

DATABASE = "billwright"
SUPERUSER = "postgres"
OWNER_ROLE = "billwright_owner"
APP_ROLE = "billwright_app"
READ_ROLE = "billwright_read"

CLOSED_HOME_CLUSTERS = Path("/var/lib/billwright")
START_SECONDS_MAX = 60
SOCKET_PATH_BYTES_MAX = 107


class EmbeddedPostgres:
    """The server of one home. Making the object touches nothing; ``up`` starts, ``stop`` stops."""

    def __init__(self, home: Home, *, run_dir: Path, os_user: str, settings: tuning.Tuning) -> None:
        self.home = home
        self.settings = settings
        self._os_user = os_user
        # A socket's path may have 107 bytes, so its folder has a short name that follows from the home.
        self.socket_folder = run_dir / f"bw-{_digest(home.path)}"
        if len(os.fsencode(self.socket_folder / ".s.PGSQL.5432")) > SOCKET_PATH_BYTES_MAX:
            raise ServerNotStarted(f"{run_dir} is too long for a socket.", cure="Name a shorter BILLWRIGHT_RUN_DIR.")

    @classmethod
    def of(cls, config: Config) -> "EmbeddedPostgres":
        """The server that the settings describe."""
        settings = tuning.default_tuning(memory_mb=config.pg_memory)
        return cls(Home.of(config), run_dir=config.run_dir, os_user=config.pg_os_user, settings=settings)

    @cached_property
    def _root(self) -> Path:
        """Where cluster, copied programs and log lie: the home, or an open place for a closed home of root."""
        place = self.home.path / "cluster-place"
        with contextlib.suppress(FileNotFoundError):
            return Path(place.read_text(encoding="utf-8").strip())
        self.home.prepare()
        if os.geteuid() != 0 or passable(self.home.path):
            return self.home.path
        root = CLOSED_HOME_CLUSTERS / _digest(self.home.path)
        root.mkdir(parents=True, exist_ok=True)
        for folder in (CLOSED_HOME_CLUSTERS, root):
            folder.chmod(0o711)
        place.write_text(f"{root}\n", encoding="utf-8")
        return root

    @property
    def cluster(self) -> Path:
        """The data folder of the server."""
        return self._root / f"pg{binaries.MAJOR_VERSION}"

    @property
    def log_file(self) -> Path:
        """What the server writes."""
        return self.cluster / "server.log"

    @cached_property
    def _account(self) -> pwd.struct_passwd | None:
        return server_account(preferred=self._os_user, cluster=self.cluster)

    @cached_property
    def programs(self) -> Path:
        """The folder of ``psql``, ``pg_dump`` and the others, in a place that the server's account can reach."""
        copy = self._root / f"runtime{binaries.MAJOR_VERSION}"
        return binaries.programs(copy_to=copy, as_other_account=self._account is not None)

    def uri(self, *, role: str = APP_ROLE, database: str = DATABASE) -> str:
        """The address of a database for a role. Answers whether or not the server runs."""
        return f"postgresql://{role}@/{quote(database)}?host={quote(str(self.socket_folder), safe='')}"

    def django_address(self, *, role: str = APP_ROLE, database: str = DATABASE) -> dict[str, Any]:
        """The same address as an entry of Django's ``DATABASES``."""
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": database,
            "USER": role,
            "PASSWORD": "",
            "HOST": str(self.socket_folder),
            "PORT": "",
            "OPTIONS": {},
        }

    def run(self, program: str, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run one of the server's programs under its account, its two outputs joined."""
        return subprocess.run(
            [str(self.programs / program), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=check,
            env={**os.environ, "LC_ALL": "C"},
            **run_as(self._account),
        )

    def sql(self, statement: str, *, database: str = "postgres") -> str:
        """Run SQL as the superuser and return what it printed, bare."""
        answer = self.run(
            "psql", "-h", str(self.socket_folder), "-U", SUPERUSER, "-d", database, "-XAtqv", "ON_ERROR_STOP=1",
            "-c", statement, check=False,
        )  # fmt: skip
        if answer.returncode != 0:
            raise ServerNotStarted(f"The embedded server refused: {answer.stdout.strip()}", cure=self._see_log())
        return answer.stdout.strip()

    def running(self) -> bool:
        """Whether the server answers on its socket. (``pg_ctl status`` also says yes for a killed postmaster.)"""
        if not self.exists():
            return False
        answer = self.run("pg_isready", "-q", "-h", str(self.socket_folder), check=False)
        return answer.returncode == 0

    def exists(self) -> bool:
        """Whether this home has a cluster."""
        return (self.cluster / "PG_VERSION").exists()

    def up(self) -> str:
        """Start the server unless it runs, make what is missing, and return the address for the application's role."""
        with self._turn():
            if not self.exists():
                self._make_cluster()
            if not self.running():
                self._start()
                self._make_roles_and_database()
            return self.uri()

    def stop(self) -> bool:
        """Stop the server, ending what is connected; False when it did not run."""
        with self._turn():
            if not self.exists():
                return False
            stopped = self.run("pg_ctl", "-D", str(self.cluster), "-m", "fast", "-w", "-t", "60", "stop", check=False)
            with contextlib.suppress(OSError):
                self.socket_folder.rmdir()
            return stopped.returncode == 0

    @contextlib.contextmanager
    def _turn(self) -> Iterator[None]:
        self.home.prepare()
        with (self.home.path / "postgres.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # freed by the kernel, also when we are killed
            yield

    def _make_cluster(self) -> None:
        # initdb works in a draft folder, so that a kill in the middle leaves nothing that looks like a cluster.
        draft = self.cluster.with_name(f"{self.cluster.name}.draft")
        if draft.exists():
            shutil.rmtree(draft)
        make_private(draft, account=self._account)
        arguments = [
            "-D", str(draft), "-U", SUPERUSER, "--encoding=UTF8", "--locale=C", "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8", "--auth-local=trust", "--auth-host=reject", "--data-checksums",
        ]  # fmt: skip
        if not self.settings.durable:
            arguments.append("--no-sync")
        made = self.run("initdb", *arguments, check=False)
        if made.returncode != 0:
            raise ServerNotStarted(
                f"The database could not be made in {self.cluster}: {made.stdout.strip()[-600:]}",
                cure="See that the disk has room and the folder's parents can be entered.",
            )
        with (draft / "postgresql.conf").open("a", encoding="utf-8") as stream:
            stream.write("\ninclude 'billwright.conf'\n")
        draft.rename(self.cluster)

    def _start(self) -> None:
        text = tuning.configuration(
            self.settings, socket_folder=self.socket_folder, clone_files=tuning.clones_files(self.home.path)
        )
        (self.cluster / "billwright.conf").write_text(text, encoding="utf-8")
        make_private(self.socket_folder, account=self._account)
        deadline = time.monotonic() + START_SECONDS_MAX
        while True:
            # After a kill -9 the old shared memory stays busy until the last of the old processes notices.
            self.run(
                "pg_ctl", "-D", str(self.cluster), "-l", str(self.log_file), "-w", "-t", "60", "start", check=False
            )
            if self.running():
                return
            if time.monotonic() > deadline:
                raise ServerNotStarted("The embedded server does not start.", cure=self._see_log())
            time.sleep(0.3)

    def _see_log(self) -> str:
        with contextlib.suppress(OSError):
            return f"Its log {self.log_file} ends: {self.log_file.read_text(errors='replace')[-800:]}"
        return "It wrote no log; see that its folder is writable and the disk has room."

    def _make_roles_and_database(self) -> None:
        roles = "\n".join(
            f"if to_regrole('{role}') is null then create role {role} login; end if;"
            for role in (OWNER_ROLE, APP_ROLE, READ_ROLE)
        )
        self.sql(f"do $$ begin {roles} end $$")
        if not self.sql(f"select 1 from pg_database where datname = '{DATABASE}'"):
            self.sql(f"create database {DATABASE} owner {OWNER_ROLE}")


def _digest(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:12]
