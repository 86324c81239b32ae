"""Brings a database to the schema of this code, and knows when it is already further."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import psycopg
import psycopg.sql
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from billwright.project.collector import collecting_seldom
from billwright.project.config import database_address
from billwright.project.runtime import roles
from billwright.project.runtime.postgres import OWNER_ROLE, EmbeddedPostgres
from billwright.project.runtime.refusals import HalfwaySchema, LettersUnknown, NewerSchema

MIGRATION_LOCK = 0x62696C6C  # "bill": one key of the server's advisory locks
LOCK_TIMEOUT = "20s"
FIRST = "0001_"  # how the first migration of each app begins
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


def applied_migrations() -> list[str]:
    """What was applied to the database, as ``app.name``."""
    return sorted(_dotted(key) for key in MigrationRecorder(connection).applied_migrations())


def _dotted(key: tuple[str, str]) -> str:
    return ".".join(key)


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaState:
    """How the database's schema stands to this code's."""

    unknown: list[str]
    pending: list[str]
    halfway: list[str] = field(default_factory=list)

    @property
    def evidence(self) -> str:
        """What shows that somebody else made the database; empty when nothing does."""
        if self.unknown:
            return f"it has {', '.join(self.unknown[:3])}"
        return f"it lacks {', '.join(self.halfway[:3])}" if self.halfway else ""

    @property
    def made_by(self) -> str:
        """Who made a database that is refused. Once released, an app's first migration keeps its name."""
        pending = (migration.partition(".") for migration in self.pending)
        first = {app for app, _, name in pending if name.startswith(FIRST)}
        if any(migration.partition(".")[0] in first for migration in self.unknown):
            return "a Billwright from before the first release"
        return "a newer Billwright" if self.unknown else "an earlier Billwright, on its way to this schema"

    @property
    def cure(self) -> str:
        """What the operator of a database that is refused does."""
        if not self.unknown:
            return (
                "Run `billwright migrate` of the last version that has these migrations, then this one; "
                "or begin in a fresh BILLWRIGHT_HOME, or with an empty database."
            )
        if self.made_by == "a newer Billwright":
            return "Install that version or a newer one, or restore a backup made by this version."
        return "Begin in a fresh BILLWRIGHT_HOME, or with an empty database: its books cannot be carried over."


def schema_state() -> SchemaState:
    """Compare as the owner, who may read the list of migrations even when one was interrupted before the grants."""
    with connected_as_owner():
        return compare()


def compare() -> SchemaState:
    """``schema_state`` on the present connection.

    Unknown is what a newer Billwright applied; tables of apps that are not installed are nobody's concern. Some
    migrations replace a row of earlier ones: these are known, and a replacement is recorded without doing anything
    where all of its row were applied. Where only some were, neither they nor it lead to this schema: that is halfway.
    """
    ours = MigrationLoader(None)  # the migrations themselves, whatever is applied
    applied = MigrationRecorder(connection).applied_migrations().keys()
    replaced = {key for migration in ours.replacements.values() for key in migration.replaces}
    known = ours.disk_migrations.keys() | replaced
    plan = [key for leaf in ours.graph.leaf_nodes() for key in ours.graph.forwards_plan(leaf)]
    return SchemaState(
        unknown=sorted(_dotted(key) for key in applied - known if key[0] in ours.migrated_apps),
        pending=[_dotted(key) for key in dict.fromkeys(plan) if key not in applied],
        halfway=sorted(
            _dotted(key)
            for migration in ours.replacements.values()
            if not applied.isdisjoint(migration.replaces)
            for key in set(migration.replaces) - applied
        ),
    )


def refuse_unknown(state: SchemaState) -> None:
    """Refuse a database that the migrations of this code do not lead from.

    Raises NewerSchema when it has some that this code does not have, HalfwaySchema when it lacks some that this code
    no longer has one by one.
    """
    if state.evidence:
        family = NewerSchema if state.unknown else HalfwaySchema
        raise family(f"This database was made by {state.made_by}: {state.evidence}.", cure=state.cure)


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
