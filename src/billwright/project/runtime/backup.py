"""Saving an installation to one file and putting it back, with proof that what came back is what was saved.

Nothing is replaced before the proof: a restore fills a new database, counts its rows against the manifest, brings it to
this version's schema and asks the ledger whether it balances; then the names are swapped.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.db import connection
from psycopg import sql

from billwright import __version__
from billwright.ledger import queries as ledger
from billwright.project.config import Config
from billwright.project.home import Home
from billwright.project.runtime import archive, refill, schema
from billwright.project.runtime.archive import Manifest
from billwright.project.runtime.binaries import wheel_root
from billwright.project.runtime.postgres import DATABASE, OWNER_ROLE, SUPERUSER, EmbeddedPostgres
from billwright.project.runtime.refusals import RestoreRefused, RuntimeRefused
from billwright.project.runtime.state import supervised
from billwright.receivables import queries as receivables

TABLE_COUNT = "select count(*) from pg_tables where schemaname = 'public'"


def save(config: Config, file: Path, *, with_key: bool) -> Manifest:
    """Write a backup; the database is read at one moment, while others go on writing.

    Raises RuntimeRefused when the file exists or the dump fails.
    """
    if file.exists():
        raise RuntimeRefused(f"{file} exists.", cure="Choose another name; a backup never replaces a file.")
    home = Home.of(config)
    with tempfile.TemporaryDirectory(dir=file.parent, prefix=".backup-") as folder:
        dump = Path(folder) / archive.DUMP
        with psycopg.connect(_owner_address(config)) as reader:
            reader.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            snapshot = _scalar(reader, "select pg_export_snapshot()")
            tables = count_rows(reader)
            _tool("pg_dump", "--format=custom", f"--snapshot={snapshot}", f"--file={dump}", _owner_address(config))
        manifest = Manifest(
            format=archive.FORMAT,
            version=__version__,
            made_at=datetime.now(UTC).isoformat(timespec="seconds"),
            with_key=with_key,
            tables=tables,
            files={name: archive.digest(path) for name, path in archive.stored_files(home.files)},
            migrations=schema.applied_migrations(),
        )
        key = home.master_key_file if with_key and home.master_key_file.exists() else None
        archive.write(file, manifest=manifest, dump=dump, files=home.files, master_key=key)
    return manifest


def restore(config: Config, file: Path, *, replace: bool) -> Manifest:
    """Put a backup back. Raises RestoreRefused, and then nothing has been changed."""
    home = Home.of(config)
    home.prepare()
    if supervised(home):
        raise RestoreRefused("Billwright runs on this home.", cure="Stop it with `billwright down`.")
    with tempfile.TemporaryDirectory(dir=home.path, prefix=".restore-") as folder:
        unpacked = Path(folder)
        manifest = archive.unpack(file, unpacked)
        if settings.EMBEDDED:
            _restore_embedded(config, manifest, unpacked, replace=replace)
        else:
            _restore_own_server(config, manifest, unpacked)
        _swap_files(home, unpacked)
    return manifest


def _restore_embedded(config: Config, manifest: Manifest, unpacked: Path, *, replace: bool) -> None:
    server = EmbeddedPostgres.of(config)
    server.up()
    if not replace and _is_used(server.uri(role=SUPERUSER)):
        raise RestoreRefused(
            "This home has a database that is not empty.", cure="Add --replace, or name a fresh BILLWRIGHT_HOME."
        )
    draft = f"restore_{os.getpid()}"
    server.sql(f"drop database if exists {draft}")
    server.sql(f"create database {draft} owner {OWNER_ROLE}")
    try:
        refill.fill(server.uri(role=OWNER_ROLE, database=draft), unpacked / archive.DUMP)
        _tie_out(server.uri(role=SUPERUSER, database=draft), manifest)
        with _pointed_at(server.django_address(database=draft)):
            schema.migrate()
            _books_balance()
    except BaseException:
        server.sql(f"drop database if exists {draft} with (force)")
        raise
    server.sql(f"drop database if exists {DATABASE} with (force)")
    server.sql(f"alter database {draft} rename to {DATABASE}")


def _restore_own_server(config: Config, manifest: Manifest, unpacked: Path) -> None:
    address = _owner_address(config)
    if _is_used(address):
        raise RestoreRefused(
            "The database of DATABASE_URL is not empty, and on an own server nothing is replaced.",
            cure="Make an empty database and name that one.",
        )
    if _tables(address):
        refill.clear(address)
    try:
        refill.fill(address, unpacked / archive.DUMP)
        _tie_out(address, manifest)
        schema.migrate()
        _books_balance()
    except BaseException:
        refill.clear(address)
        raise


def _tie_out(address: str, manifest: Manifest) -> None:
    with psycopg.connect(address) as reader:
        found = count_rows(reader)
    wrong = sorted(name for name in found.keys() | manifest.tables if found.get(name) != manifest.tables.get(name))
    if wrong:
        name = wrong[0]
        raise RestoreRefused(
            f"The tie-out failed: {name} has {found.get(name)} rows, the backup says {manifest.tables.get(name)}.",
            cure="Use another copy of the backup; nothing was replaced.",
        )


def _books_balance() -> None:
    try:
        ledger.assert_books_balance()
        receivables.assert_sub_ledger_ties()
    except AssertionError as error:
        raise RestoreRefused(
            f"The books of this backup do not balance: {error}", cure="Use an earlier backup; nothing was replaced."
        ) from error


def count_rows(reader: psycopg.Connection[Any]) -> dict[str, int]:
    """Rows of every table of ours, by name."""
    names = reader.execute("select tablename from pg_tables where schemaname = 'public' order by tablename").fetchall()
    return {
        name: int(_scalar(reader, sql.SQL("select count(*) from {}").format(sql.Identifier(name)))) for (name,) in names
    }


def _is_used(address: str) -> bool:
    """Whether people have worked in a database: one that holds nothing but what migrations wrote is not used."""
    with psycopg.connect(address) as reader:
        if not _scalar(reader, "select to_regclass('kernel_audit_event') is not null"):
            return bool(_scalar(reader, TABLE_COUNT))
        return bool(_scalar(reader, "select exists (select from kernel_audit_event)"))


def _tables(address: str) -> int:
    with psycopg.connect(address) as reader:
        return int(_scalar(reader, TABLE_COUNT))


def _scalar(reader: psycopg.Connection[Any], query: Any) -> Any:
    row = reader.execute(query).fetchone()
    assert row is not None, "the query answers one row"
    return row[0]


@contextmanager
def _pointed_at(address: dict[str, Any]) -> Iterator[None]:
    before = dict(connection.settings_dict)
    connection.close()
    connection.settings_dict.update(address)
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(before)


def _owner_address(config: Config) -> str:
    if settings.EMBEDDED:
        return EmbeddedPostgres.of(config).uri(role=SUPERUSER)
    return config.owner_database_url or config.database_url


def _tool(program: str, *arguments: str) -> None:
    # Only the server refuses root; its tools run as ourselves and may write where we may.
    done = subprocess.run(
        [str(wheel_root() / "bin" / program), *arguments], capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise RuntimeRefused(f"{program} failed: {done.stderr.strip()[-1000:]}", cure="Nothing was changed.")


def _swap_files(home: Home, unpacked: Path) -> None:
    before = unpacked / "files-before"
    home.files.rename(before)
    shutil.move(unpacked / archive.FILES, home.files)
    home.files.chmod(0o700)
    key = unpacked / archive.MASTER_KEY
    if key.exists():
        key.chmod(0o600)
        key.replace(home.master_key_file)
