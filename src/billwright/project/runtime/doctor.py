"""``billwright doctor``: what is wrong with this installation, and the cure of each."""

import shutil
import socket
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from django.conf import settings
from django.db import DatabaseError, connection

from billwright.project.config import Config
from billwright.project.home import Home, clone_root
from billwright.project.runtime import database, roles, schema, tuning
from billwright.project.runtime.address import USUAL_PORT, is_free
from billwright.project.runtime.refusals import RuntimeRefused
from billwright.project.runtime.state import read_state

Level = Literal["ok", "warning", "wrong"]

DISK_FREE_MB_MIN = 500
DISK_FREE_MB_COMFORT = 5000
MEMORY_MB_MIN = 1000
CLOCK_SECONDS_MAX = 5.0
PYTHON_MIN = (3, 11)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """The answer of one check."""

    check: str
    level: Level
    found: str
    cure: str = ""

    def as_dict(self) -> dict[str, Any]:
        """For machines."""
        return asdict(self)

    def line(self) -> str:
        """For people."""
        return f"{self.level:<8}{self.check:<11}{self.found}{' ' + self.cure if self.cure else ''}"


def examine(config: Config) -> list[Finding]:
    """Run every check; those that need the database are left out when it cannot be reached, which is a finding."""
    home = Home.of(config)
    machine: list[Callable[[Config, Home], Finding]] = [_python, _disk, _memory, _supervisor, _port, _mail, _secrets]
    findings = [check(config, home) for check in machine]
    findings.extend(_database_findings())
    return findings


def _python(_config: Config, _home: Home) -> Finding:
    found = ".".join(str(part) for part in sys.version_info[:3])
    if sys.version_info < PYTHON_MIN:
        return Finding(check="python", level="wrong", found=f"{found} is too old.", cure="Use 3.11 or newer.")
    return Finding(check="python", level="ok", found=found)


def _disk(_config: Config, home: Home) -> Finding:
    existing = next(folder for folder in [home.path, *home.path.parents] if folder.exists())
    free = shutil.disk_usage(existing).free // tuning.MEGABYTE
    cure = f"Make room on the disk of {existing}, or move the home with BILLWRIGHT_HOME."
    if free < DISK_FREE_MB_MIN:
        return Finding(check="disk", level="wrong", found=f"{free} MB free.", cure=cure)
    if free < DISK_FREE_MB_COMFORT:
        return Finding(check="disk", level="warning", found=f"{free} MB free.", cure=cure)
    return Finding(check="disk", level="ok", found=f"{free} MB free")


def _memory(config: Config, _home: Home) -> Finding:
    total = tuning.machine_memory_mb()
    if total < MEMORY_MB_MIN:
        return Finding(check="memory", level="warning", found=f"{total} MB.", cure="Give the machine 1 GB or more.")
    if config.pg_memory > total // 2:
        return Finding(
            check="memory",
            level="warning",
            found=f"the database plans with {config.pg_memory} of {total} MB.",
            cure="Lower BILLWRIGHT_PG_MEMORY below half of the machine.",
        )
    return Finding(check="memory", level="ok", found=f"{total} MB")


def _supervisor(_config: Config, home: Home) -> Finding:
    state = read_state(home)
    if state is not None:
        restarts = {process.name: process.restart_count for process in state.processes if process.restart_count}
        if restarts:
            return Finding(
                check="processes",
                level="warning",
                found=f"started again: {restarts}.",
                cure=f"Their logs in {home.logs} say why they ended.",
            )
        return Finding(check="processes", level="ok", found=f"running at {state.address}")
    if home.state_file.exists():
        return Finding(
            check="processes",
            level="warning",
            found="the last run was killed and left its state file.",
            cure="Harmless: the next `billwright up` writes it anew.",
        )
    return Finding(check="processes", level="ok", found="not running")


def _port(config: Config, home: Home) -> Finding:
    if read_state(home) is not None:
        return Finding(check="port", level="ok", found="in use by us")
    port = config.port or (0 if clone_root() else USUAL_PORT)
    if port and not is_free(config.host, port):
        return Finding(
            check="port",
            level="wrong",
            found=f"{port} belongs to another program.",
            cure="Stop that program or set BILLWRIGHT_PORT.",
        )
    return Finding(check="port", level="ok", found=f"{port} is free" if port else "any free one will be taken")


def _mail(config: Config, _home: Home) -> Finding:
    if not config.mail_host:
        return Finding(
            check="mail",
            level="warning",
            found="no server is set; mail is kept in the outbox page.",
            cure="Set BILLWRIGHT_MAIL_HOST to send it.",
        )
    try:
        socket.create_connection((config.mail_host, config.mail_port), timeout=5).close()
    except OSError as error:
        return Finding(
            check="mail",
            level="wrong",
            found=f"{config.mail_host}:{config.mail_port} does not answer ({error}).",
            cure="Check BILLWRIGHT_MAIL_HOST, BILLWRIGHT_MAIL_PORT and the firewall.",
        )
    return Finding(check="mail", level="ok", found=f"{config.mail_host} answers")


def _secrets(config: Config, home: Home) -> Finding:
    if config.debug:
        return Finding(
            check="secrets", level="warning", found="errors are shown in the browser.", cure="Unset BILLWRIGHT_DEBUG."
        )
    for file in (home.secret_key_file, home.master_key_file):
        if file.exists() and file.stat().st_mode & 0o077:
            return Finding(check="secrets", level="wrong", found=f"others can read {file}.", cure=f"chmod 600 '{file}'")
    return Finding(check="secrets", level="ok", found="kept to their owner")


def _database_findings() -> Iterator[Finding]:
    try:
        database.start_server()
    except RuntimeRefused as refused:
        yield Finding(check="database", level="wrong", found=refused.wrong, cure=refused.cure)
        return
    try:
        yield _server()
        yield _migrations()
        yield _roles()
        yield _clock()
    except DatabaseError as error:
        yield Finding(
            check="database", level="wrong", found=str(error).strip(), cure="Check DATABASE_URL and the server's log."
        )


def _server() -> Finding:
    with connection.cursor() as cursor:
        cursor.execute("select current_setting('server_version'), current_setting('server_version_num')::int")
        version, number = cursor.fetchone()
        try:
            schema.refuse_other_letters(cursor)
        except RuntimeRefused as refused:
            return Finding(check="database", level="wrong", found=refused.wrong, cure=refused.cure)
    if number < 160000:
        return Finding(check="database", level="wrong", found=f"PostgreSQL {version}.", cure="Use 16 or newer.")
    return Finding(check="database", level="ok", found=f"PostgreSQL {version}")


def _migrations() -> Finding:
    state = schema.schema_state()
    if state.evidence:
        return Finding(
            check="schema",
            level="wrong",
            found=f"made by {state.made_by}: {state.evidence}.",
            cure=state.cure,
        )
    if state.pending:
        return Finding(
            check="schema",
            level="warning",
            found=f"{len(state.pending)} migrations behind.",
            cure="`billwright up` or `billwright migrate` applies them.",
        )
    return Finding(check="schema", level="ok", found="current")


def _roles() -> Finding:
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*) from unnest(%s::text[]) as t where to_regclass(t) is not null"
            " and (has_table_privilege(t, 'UPDATE') or has_table_privilege(t, 'DELETE'))",
            [roles.append_only_tables()],
        )
        (open_count,) = cursor.fetchone()
    if open_count:
        return Finding(
            check="roles",
            level="warning" if not settings.EMBEDDED else "wrong",
            found=f"the application could change {open_count} append-only tables.",
            cure="`billwright migrate` grants anew; on an own server give web and worker the role billwright_app.",
        )
    return Finding(check="roles", level="ok", found="append-only tables are closed to the application")


def _clock() -> Finding:
    with connection.cursor() as cursor:
        cursor.execute("select clock_timestamp()")
        (theirs,) = cursor.fetchone()
    apart = abs((datetime.now(UTC) - theirs).total_seconds())
    if apart > CLOCK_SECONDS_MAX:
        return Finding(
            check="clock",
            level="wrong",
            found=f"this machine and the database are {apart:.0f} s apart.",
            cure="Set both by NTP; the order of acts rests on it.",
        )
    return Finding(check="clock", level="ok", found="agrees with the database")
