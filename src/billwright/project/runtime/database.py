"""The one door to a usable database: started, at this schema, with its roles."""

from dataclasses import dataclass

import psycopg
from django.conf import settings
from django.db import OperationalError

from billwright.project.runtime import schema
from billwright.project.runtime.postgres import EmbeddedPostgres
from billwright.project.runtime.refusals import ServerNotStarted


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """What had to be done to make the database usable."""

    applied_migrations: list[str]


def start_server() -> None:
    """Start the embedded server, or see that the own server answers."""
    if settings.EMBEDDED:
        EmbeddedPostgres.of(settings.BILLWRIGHT).up()
        return
    try:
        psycopg.connect(settings.BILLWRIGHT.database_url, connect_timeout=10).close()
    except psycopg.OperationalError as error:
        raise ServerNotStarted(
            f"The server of DATABASE_URL does not answer: {str(error).strip()}",
            cure="See that it runs, that the name and password are right, and that this machine may connect.",
        ) from error


def prepare() -> Prepared:
    """Start the server, refuse a newer schema, apply missing migrations as the owner and grant the roles their rights.

    Raises ServerNotStarted or NewerSchema.
    """
    start_server()
    return Prepared(applied_migrations=schema.migrate())


def prepare_quickly() -> Prepared:
    """``prepare`` for a single command: rights are only granted again when something was migrated."""
    start_server()
    try:
        state = schema.schema_state()
    except OperationalError as error:
        raise ServerNotStarted(str(error).strip(), cure="See `billwright doctor`.") from error
    schema.refuse_unknown(state)
    return Prepared(applied_migrations=schema.migrate() if state.pending else [])
