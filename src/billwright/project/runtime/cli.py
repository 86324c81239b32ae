"""Commands of the operator: ``up``, ``down``, ``status``, ``doctor``, ``backup``, ``restore``, ``psql``."""

import json
import os
from enum import StrEnum
from pathlib import Path

import typer
from django.conf import settings

from billwright.project import handbook
from billwright.project.home import Home
from billwright.project.runtime import backup, control, doctor, jobs
from billwright.project.runtime.binaries import wheel_root
from billwright.project.runtime.database import prepare, prepare_quickly
from billwright.project.runtime.postgres import APP_ROLE, OWNER_ROLE, READ_ROLE, EmbeddedPostgres
from billwright.project.runtime.state import sole_supervisor
from billwright.project.runtime.supervisor import Supervisor

# These prepare the database themselves, or must run without one.
COMMANDS = frozenset(
    {"up", "down", "status", "doctor", "backup", "restore", "psql", "migrate", "worker", "scheduler", "docs", None}
)

NOT_RUNNING = 3


class Role(StrEnum):
    """Who psql connects as."""

    APP = "app"
    OWNER = "owner"
    READ = "read"


ROLES = {Role.APP: APP_ROLE, Role.OWNER: OWNER_ROLE, Role.READ: READ_ROLE}


def register(app: typer.Typer) -> None:
    """Add the operator's commands to the command line."""
    for command in (up, down, status, diagnose, save, restore, psql, migrate):
        app.command(name={"diagnose": "doctor", "save": "backup"}.get(command.__name__, command.__name__))(command)
    for hidden in (worker, scheduler, docs):
        app.command(hidden=True)(hidden)


def up(
    port: int | None = typer.Option(None, min=1, max=65535, help="Port of the web server."),
    host: str | None = typer.Option(None, help="Address on which it listens."),
    detach: bool = typer.Option(False, help="Return when everything runs; `billwright down` stops it."),
) -> None:
    """Start everything and keep it running: database, web server, worker and scheduler."""
    home = Home.of(settings.BILLWRIGHT)
    home.prepare()
    config = control.with_host(settings.BILLWRIGHT, host)
    if detach:
        typer.echo(control.start_detached(config, port=port))
        return
    with sole_supervisor(home) as sole:
        if not sole:
            typer.echo(f"Billwright already runs at {control.address_of_running(home)}")
            return
        Supervisor(config, port=port, say=typer.echo).run()


def down() -> None:
    """Stop everything that runs on this home."""
    stopped = control.stop(settings.BILLWRIGHT)
    typer.echo("Stopped." if stopped else "Nothing was running.")


def status(as_json: bool = typer.Option(False, "--json", help="For machines.")) -> None:
    """Say what runs. Exit code 3 when nothing does."""
    found = control.status(settings.BILLWRIGHT)
    if as_json:
        typer.echo(json.dumps(found.as_dict(), indent=1))
    else:
        for line in found.lines():
            typer.echo(line)
    if not found.running:
        raise typer.Exit(NOT_RUNNING)


def diagnose(as_json: bool = typer.Option(False, "--json", help="For machines.")) -> None:
    """Look for what is wrong and say the cure. Exit code 1 when something must be cured."""
    findings = doctor.examine(settings.BILLWRIGHT)
    if as_json:
        typer.echo(json.dumps([finding.as_dict() for finding in findings], indent=1))
    else:
        for finding in findings:
            typer.secho(finding.line(), fg={"ok": None, "warning": "yellow", "wrong": "red"}[finding.level])
    if any(finding.level == "wrong" for finding in findings):
        raise typer.Exit(1)


def save(
    file: Path = typer.Argument(help="The backup to write; must not exist."),
    with_key: bool = typer.Option(False, help="Put the master key in. Without it personal values stay unreadable."),
) -> None:
    """Save the database and the files of the home to one file."""
    prepare_quickly()
    manifest = backup.save(settings.BILLWRIGHT, file.absolute(), with_key=with_key)
    typer.echo(f"Saved {manifest.row_count} rows of {len(manifest.tables)} tables and {manifest.file_count} files.")
    if with_key:
        typer.echo("The master key is in it: keep this file as safe as the data it opens.")
    else:
        typer.echo(
            f"The master key is NOT in it. Keep a copy of {Home.of(settings.BILLWRIGHT).master_key_file} elsewhere: "
            "without it personal values in this backup cannot be read."
        )


def restore(
    file: Path = typer.Argument(help="A file written by `billwright backup`.", exists=True, dir_okay=False),
    replace: bool = typer.Option(False, help="Replace a database that is not empty."),
) -> None:
    """Put a backup back, and accept it only when it ties out."""
    restored = backup.restore(settings.BILLWRIGHT, file.absolute(), replace=replace)
    typer.echo(
        f"Restored {restored.row_count} rows of {len(restored.tables)} tables and {restored.file_count} files; "
        "every count agrees and the books balance."
    )


def psql(
    role: Role = typer.Option(Role.READ, help="Who to be: `read` sees documented views, `app` works, `owner` owns."),
) -> None:
    """Open the database in psql."""
    prepare_quickly()
    config = settings.BILLWRIGHT
    if settings.EMBEDDED:
        address = EmbeddedPostgres.of(config).uri(role=ROLES[role])
    else:
        address = config.owner_database_url if role == Role.OWNER and config.owner_database_url else config.database_url
        _say_who_psql_is(role)
    program = str(wheel_root() / "bin" / "psql")
    os.execv(program, [program, address])  # noqa: S606 - hands the terminal over


def _say_who_psql_is(role: Role) -> None:
    """On an own server we hold no password of the reading role: `read` is a session that cannot write."""
    if role == Role.READ:
        os.environ["PGOPTIONS"] = "-c default_transaction_read_only=on"
        typer.echo("Own server: connected by DATABASE_URL, reading only. It sees tables too.", err=True)


def migrate() -> None:
    """Start the database and bring it to the schema of this version."""
    applied = prepare().applied_migrations
    typer.echo(f"{len(applied)} migrations applied." if applied else "The schema is up to date.")


def docs(folder: Path = typer.Argument(help="The folder docs of a clone.", exists=True, file_okay=False)) -> None:
    """Write the pages that are made from the code."""
    for page in handbook.write(folder):
        typer.echo(f"wrote {page}")


def worker() -> None:
    """Run jobs; the supervisor starts this."""
    jobs.run_worker(slots=settings.BILLWRIGHT.worker_slots)


def scheduler() -> None:
    """Defer periodic jobs; the supervisor starts this."""
    jobs.run_scheduler()
