"""Filling an empty database from a dump, also on an own server that is older than the programs we ship."""

import contextlib
import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

import psycopg

from billwright.project.runtime.binaries import wheel_root
from billwright.project.runtime.refusals import RestoreRefused, RuntimeRefused

# Settings that our pg_restore writes at the head of its script, and the first version of the server that knows them.
SETTINGS_SINCE = {b"SET transaction_timeout": 170000}
HEAD_LINES_MAX = 60


def fill(address: str, dump: Path) -> None:
    """Put a dump into an empty database, in one transaction. Raises RuntimeRefused; then it is still empty.

    pg_restore connected to the server would stop at a setting that an older server does not know, so its script goes
    through our hands: unknown settings are taken out of its head, and everything else is left as it is.
    """
    reading = [_program("pg_restore"), "--no-owner", "--no-privileges", "--file=-", str(dump)]
    writing = [_program("psql"), "-XqAt", "-v", "ON_ERROR_STOP=1", "--single-transaction", "-f", "-", address]
    with TemporaryFile() as told, TemporaryFile() as said:
        reader = subprocess.Popen(reading, stdout=subprocess.PIPE, stderr=told)
        writer = subprocess.Popen(writing, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=said)
        assert reader.stdout is not None
        assert writer.stdin is not None
        with contextlib.suppress(BrokenPipeError):  # psql stopped at an error, which it has told
            pass_on(reader.stdout, writer.stdin, server_version=_version(address))
        reader.stdout.close()
        if reader.wait() != 0:
            # What came so far must not be committed: without its end psql would take it for the whole.
            writer.kill()
        with contextlib.suppress(BrokenPipeError):
            writer.stdin.close()
        if writer.wait() > 0:
            raise RuntimeRefused(f"psql failed: {_end(said)}", cure="Nothing was changed.")
        if reader.returncode != 0:
            raise RuntimeRefused(f"pg_restore failed: {_end(told)}", cure="Nothing was changed.")


def clear(address: str) -> None:
    """Remove what the role of an address owns in the database: what migrations made before anybody worked in it.

    Raises RestoreRefused when the role may not.
    """
    try:
        with psycopg.connect(address) as owner:
            owner.execute("drop owned by current_user")
    except psycopg.Error as error:
        raise RestoreRefused(
            f"The database has tables already, and they could not be removed: {str(error).strip()}",
            cure="Make an empty database that the role of BILLWRIGHT_OWNER_DATABASE_URL owns, and name that one.",
        ) from error


def pass_on(script: IO[bytes], to: IO[bytes], *, server_version: int) -> None:
    """Copy a script, without the settings at its head that a server of this version (160002: 16.2) does not know."""
    for _number in range(HEAD_LINES_MAX):
        line = script.readline()
        since = SETTINGS_SINCE.get(line.partition(b" =")[0], 0)
        if since <= server_version:
            to.write(line)
    shutil.copyfileobj(script, to, length=1 << 20)


def _version(address: str) -> int:
    with psycopg.connect(address) as reader:
        return reader.info.server_version


def _program(name: str) -> str:
    return str(wheel_root() / "bin" / name)


def _end(said: IO[bytes]) -> str:
    said.seek(0)
    return said.read().decode(errors="replace").strip()[-1000:]
