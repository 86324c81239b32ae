"""A small server of databases that are thrown away, for scenario worlds and tests: clones of one migrated template.

The template is keyed by the digest of all migrations; a clone takes 0.1 s. Nothing is kept, so nothing is durable.
"""

import contextlib
import fcntl
import hashlib
import itertools
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

import psutil
from django.apps import apps
from django.core.management import call_command
from django.db import connection, connections

from billwright.project.home import Home
from billwright.project.runtime import emptying, roles
from billwright.project.runtime.postgres import APP_ROLE, OWNER_ROLE, SUPERUSER, EmbeddedPostgres
from billwright.project.runtime.tuning import Tuning

TEMPLATE_PREFIX = "template_"
CLONE_PREFIX = "clone_"
TEMPLATES_KEPT = 3


class SharedServer:
    """An embedded server of its own home, shared by every process that works with throw-away databases there.

    Each process holds the guest lock while it runs; the last one to leave can take it alone and stops the server.
    """

    def __init__(self, home: Path, *, run_dir: Path) -> None:
        self.home = Home(home)
        tuning = Tuning(memory_mb=256, connections_max=80, durable=False)
        self.server = EmbeddedPostgres(self.home, run_dir=run_dir, os_user="billwright", settings=tuning)
        self._guests: TextIO | None = None
        self._clone_numbers = itertools.count(1)

    def enter(self) -> None:
        """Start the server, or find it."""
        self.home.prepare()
        self._guests = (self.home.path / "guests.lock").open("w")
        fcntl.flock(self._guests, fcntl.LOCK_SH)
        self.server.up()
        self._drop_orphans()

    def leave(self, *, stop: bool = True) -> None:
        """Stop the server when nobody else uses it."""
        assert self._guests is not None, "leave follows enter"
        self._drop_orphans()
        with contextlib.suppress(BlockingIOError):
            fcntl.flock(self._guests, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if stop:
                self.server.stop()
        self._guests.close()

    def clone(self, *, remembered: bool = False) -> str:
        """A new database, migrated and empty; named after this process so that a later one can clean up.

        A remembered one can be emptied to serve again.
        """
        template = self.template()
        name = f"{CLONE_PREFIX}{os.getpid()}_{next(self._clone_numbers)}"
        self.server.sql(f"create database {name} template {template} strategy file_copy owner {OWNER_ROLE}")
        if remembered:
            emptying.remember(self.address(name))
        return name

    def empty(self, name: str) -> None:
        """Put a remembered clone back to what its template holds."""
        emptying.empty(self.address(name))

    def keep(self, name: str, kept: str) -> None:
        """Rename a clone so that nothing drops it, in place of one kept before."""
        self.drop(kept)
        self.server.sql(f"alter database {name} rename to {kept}")

    def address(self, name: str) -> str:
        """The address of a database, for `psql`."""
        return self.server.uri(role=SUPERUSER, database=name)

    def drop(self, name: str) -> None:
        """Remove a clone, ending what is still connected to it."""
        self.server.sql(f"drop database if exists {name} with (force)")

    def template(self) -> str:
        """The database that clones are made of; the first process that needs it migrates it, the others wait."""
        name = f"{TEMPLATE_PREFIX}{migrations_digest()}"
        with (self.home.path / "template.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if name not in self._names():
                self._make_template(name)
        return name

    def _make_template(self, name: str) -> None:
        draft = f"draft_{os.getpid()}"
        self.drop(draft)
        self.server.sql(f"create database {draft} owner {OWNER_ROLE}")
        with self.connected_to(draft, role=OWNER_ROLE):
            call_command("migrate", verbosity=0, interactive=False)
            roles.grant(connection)
        self.server.sql(f"alter database {draft} rename to {name}")
        templates = [found for found in self._names() if found.startswith(TEMPLATE_PREFIX)]
        for old in templates[:-TEMPLATES_KEPT]:
            self.drop(old)

    def _names(self) -> list[str]:
        """Our databases, the oldest first."""
        return self.server.sql("select datname from pg_database where not datistemplate order by oid").splitlines()

    def _drop_orphans(self) -> None:
        for name in self._names():
            maker = name.removeprefix(CLONE_PREFIX).split("_")[0]
            if name.startswith(CLONE_PREFIX) and maker.isdecimal() and not psutil.pid_exists(int(maker)):
                self.drop(name)

    @contextmanager
    def connected_to(self, name: str, *, role: str = APP_ROLE) -> Iterator[None]:
        """Point Django's connections at a database for a while."""
        before = dict(connection.settings_dict)
        connections.close_all()
        self.point(name, role=role)
        try:
            yield
        finally:
            connections.close_all()
            connection.settings_dict.clear()
            connection.settings_dict.update(before)

    def point(self, name: str, *, role: str = APP_ROLE) -> None:
        """Point Django's connections, of all threads, at a database.

        The log-in is the superuser's and the role is assumed, so that whoever borrows the database (a test that tries a
        trigger behind a grant) may step out of the application's role inside its transaction.
        """
        connection.settings_dict.update(self.server.django_address(role=SUPERUSER, database=name))
        connection.settings_dict["OPTIONS"] = {"assume_role": role}


def migrations_digest() -> str:
    """A digest of all that a migrated database depends on: every migration file and the rules of the roles."""
    digest = hashlib.sha256()
    modules = [Path(str(roles.__file__))]
    for app in sorted(apps.get_app_configs(), key=lambda config: config.label):
        folder = Path(app.path) / "migrations"
        modules += sorted(path for path in folder.rglob("*") if path.suffix in {".py", ".sql"})
    for path in modules:
        digest.update(os.fsencode(path.name))
        digest.update(path.read_bytes())
    digest.update(" ".join(roles.append_only_tables() + roles.undeletable_tables()).encode())
    return digest.hexdigest()[:12]
