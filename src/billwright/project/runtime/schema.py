"""Brings a database to the schema of this code, and knows when it is already further."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
import psycopg.sql
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from billwright.project.collector import collecting_seldom
from billwright.project.config import database_address
from billwright.project.runtime import roles
from billwright.project.runtime.postgres import OWNER_ROLE, EmbeddedPostgres
from billwright.project.runtime.refusals import LettersUnknown, NewerSchema

MIGRATION_LOCK = 0x62696C6C  # "bill": one key of the server's advisory locks
LOCK_TIMEOUT = "20s"
FIRST = "0001_initial"  # the name of the first migration of each app
# Names as a statement takes them, those that changed by a tenth or were never counted.
CHANGED_TABLES = """
    select relid::regclass::text
    from pg_stat_user_tables
    where schemaname = 'public' and n_mod_since_analyze > 0 and n_mod_since_analyze * 10 >= n_live_tup
    order by pg_table_size(relid) desc
"""


@contextmanager
def connected_as_owner() -> Iterator[None]:
    """Point Django's connection at the role that owns the tables, and back to the application's afterwards."""
    before = dict(connection.settings_dict)
    config = settings.BILLWRIGHT
    if settings.EMBEDDED:
        owner = EmbeddedPostgres.of(config).django_address(role=OWNER_ROLE, database=before["NAME"])
    else:
        owner = database_address(config.owner_database_url or config.database_url)
    connection.close()
    connection.settings_dict.update(owner)
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(before)


def read_statistics() -> None:
    """Let the server count what changed by a tenth since it last counted, as the tables' owner.

    Two tables at a time, the largest first. Must be called outside a transaction.
    """
    config = settings.BILLWRIGHT
    if settings.EMBEDDED:
        owner = EmbeddedPostgres.of(config).uri(role=OWNER_ROLE, database=connection.settings_dict["NAME"])
    else:
        owner = config.owner_database_url or config.database_url
    with psycopg.connect(owner, autocommit=True) as first, psycopg.connect(owner, autocommit=True) as second:
        tables = [str(name) for (name,) in first.execute(CHANGED_TABLES)]
        waiting = iter(tables)
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda session: _analyze(session, waiting), (first, second)))


def _analyze(session: psycopg.Connection, waiting: Iterator[str]) -> None:
    # Both threads take from one iterator: of a list it hands each table to one of them alone.
    for table in waiting:
        session.execute(psycopg.sql.SQL("analyze {}").format(psycopg.sql.SQL(table)))


def unknown_migrations() -> list[str]:
    """Applied migrations that this code does not have, as ``app.name``; a newer Billwright made them.

    Apps that are not installed here are left out: their tables are nobody's concern.
    """
    loader = MigrationLoader(connection)
    ours = loader.migrated_apps
    return sorted(f"{app}.{name}" for app, name in loader.applied_migrations if app in ours
                  and (app, name) not in loader.disk_migrations)  # fmt: skip


def applied_migrations() -> list[str]:
    """What was applied to the database, as ``app.name``."""
    loader = MigrationLoader(connection)
    return sorted(f"{app}.{name}" for app, name in loader.applied_migrations)


def pending_migrations() -> list[str]:
    """Migrations that this code has and the database lacks, in their order."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaState:
    """How the database's schema stands to this code's."""

    unknown: list[str]
    pending: list[str]

    @property
    def made_by(self) -> str:
        """Who made a database with unknown migrations. Once released, an app's first one keeps its name."""
        first = {app for app, _, name in (migration.partition(".") for migration in self.pending) if name == FIRST}
        before = any(migration.partition(".")[0] in first for migration in self.unknown)
        return "a Billwright from before the first release" if before else "a newer Billwright"

    @property
    def cure(self) -> str:
        """What the operator of a database with unknown migrations does."""
        if self.made_by == "a newer Billwright":
            return "Install that version or a newer one, or restore a backup made by this version."
        return "Begin in a fresh BILLWRIGHT_HOME, or with an empty database: its books cannot be carried over."


def schema_state() -> SchemaState:
    """Compare as the owner, who may read the list of migrations even when one was interrupted before the grants."""
    with connected_as_owner():
        return compare()


def compare() -> SchemaState:
    """``schema_state`` on the present connection."""
    return SchemaState(unknown=unknown_migrations(), pending=pending_migrations())


def refuse_unknown(state: SchemaState) -> None:
    """Raises NewerSchema when there are migrations that this code does not have."""
    if state.unknown:
        raise NewerSchema(
            f"This database was made by {state.made_by}: it has {', '.join(state.unknown[:3])}.", cure=state.cure
        )


def refuse_other_letters(cursor: CursorWrapper | psycopg.Cursor[Any]) -> None:
    """Raises LettersUnknown on a database that would not find `Müller` by `MÜLLER`, nor `FÄ0017` by `fä0017`."""
    # By its number: in another encoding the letter itself could not be sent.
    cursor.execute(
        "select current_setting('server_encoding'),"
        " case when current_setting('server_encoding') = 'UTF8' then upper(chr(228)) = chr(196) else false end"
    )
    row = cursor.fetchone()
    assert row is not None
    encoding, folds = row
    if not folds:
        raise LettersUnknown(
            f"This database (encoding {encoding}) does not tell capital from small letters beyond a to z.",
            cure="Make it anew: create database ... encoding 'UTF8' locale 'C.UTF-8' template template0.",
        )


def migrate(*, verbosity: int = 0) -> list[str]:
    """Apply what is missing as the owner, grant the roles their rights, and return what was applied.

    Several processes may come at once: a lock of the server lets one work while the others wait and find nothing to do.
    """
    with connected_as_owner():
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_lock(%s)", [MIGRATION_LOCK])
        try:
            state = compare()
            refuse_unknown(state)
            with connection.cursor() as cursor:
                refuse_other_letters(cursor)
            if state.pending:
                with connection.cursor() as cursor:
                    cursor.execute("select set_config('lock_timeout', %s, false)", [LOCK_TIMEOUT])
                with collecting_seldom():
                    call_command("migrate", verbosity=verbosity, interactive=False)
            roles.grant(connection)
        finally:
            with connection.cursor() as cursor:
                cursor.execute("select pg_advisory_unlock(%s)", [MIGRATION_LOCK])
    return state.pending
