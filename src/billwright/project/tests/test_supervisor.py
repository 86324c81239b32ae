"""`billwright up` and its companions, as an operator meets them: by the command line, with real processes."""

import json
import os
import re
import signal
import subprocess
import sys
import tarfile
import time
import urllib.request
from contextlib import contextmanager

import psutil
import psycopg
import pytest

from billwright.project.home import SOURCE_ROOT, Home
from billwright.project.runtime.child import Child, ChildSpec, pause_before_restart
from billwright.project.runtime.postgres import APP_ROLE, DATABASE, OWNER_ROLE, SUPERUSER
from billwright.project.runtime.state import read_state, supervised
from billwright.project.tests.scratch import scratch_home, small_server


class Installation:
    """One home and the command line on it."""

    def __init__(self, path):
        self.path = path
        self.home = Home(path)
        self.server = small_server(path)

    def run(self, *arguments, exit_code=0, **environment):
        kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
        answer = subprocess.run(
            [sys.executable, "-m", "billwright", *arguments],
            env={
                **kept,
                "PYTHONPATH": str(SOURCE_ROOT / "src"),
                "BILLWRIGHT_HOME": str(self.path),
                "BILLWRIGHT_PG_MEMORY": "64",
                "BILLWRIGHT_WEB_PROCESSES": "1",
                **environment,
            },
            cwd="/",
            capture_output=True,
            text=True,
            check=False,
            timeout=180,
        )
        assert answer.returncode == exit_code, answer.stdout + answer.stderr
        return answer.stdout + answer.stderr

    def state(self):
        return read_state(self.home)

    def pid_of(self, name):
        return next(process.pid for process in self.state().processes if process.name == name)

    def query(self, statement, *, role=SUPERUSER):
        with psycopg.connect(self.server.uri(role=role), autocommit=True) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchone()[0] if cursor.description else None

    def is_ready(self):
        try:
            with urllib.request.urlopen(f"{self.state().address}health/ready", timeout=3) as response:
                return response.status == 200
        except OSError:
            return False


def wait_until(condition, *, seconds=60):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come about in time"
        time.sleep(0.1)


@contextmanager
def installed(name):
    with scratch_home(name) as path:
        installation = Installation(path)
        try:
            yield installation
        finally:
            if installation.state() is not None:
                installation.run("down")
            installation.server.stop()


@pytest.fixture(scope="module")
def installation():
    """An installation with a migrated database; to be taken by the two below, whatever ran before."""
    with installed("an installation") as made:
        made.run("migrate")
        yield made


@pytest.fixture
def stopped(installation):
    """Nothing runs but the database."""
    if installation.state() is not None:
        installation.run("down")
    installation.server.up()
    return installation


@pytest.fixture
def running(installation):
    """Everything runs."""
    if installation.state() is None:
        installation.run("up", "--detach")
    return installation


def test_up_answers_and_a_second_up_finds_it(running):
    assert running.is_ready()
    assert running.state().address in running.run("up")
    assert running.run("status").startswith("Billwright 0.1.0 runs at http://127.0.0.1:")


def test_doctor_finds_a_healthy_installation(running):
    findings = {finding["check"]: finding for finding in json.loads(running.run("doctor", "--json"))}
    assert {name for name, finding in findings.items() if finding["level"] == "wrong"} == set()
    assert findings["schema"]["found"] == "current"
    assert findings["mail"]["cure"].startswith("Set BILLWRIGHT_MAIL_HOST")


def test_a_killed_worker_is_started_again(running):
    before = running.pid_of("worker")
    os.kill(before, signal.SIGKILL)
    wait_until(lambda: running.pid_of("worker") not in (None, before))


def test_a_killed_database_comes_back(running):
    lock = running.server.cluster / "postmaster.pid"
    before = lock.read_text().split()[0]
    os.kill(int(before), signal.SIGKILL)
    # What was connected may be answered a moment longer: wait for another postmaster, then for the product.
    wait_until(lambda: lock.exists() and lock.read_text().split()[:1] not in ([], [before]))
    wait_until(running.is_ready)
    assert running.query("select count(*) from django_migrations") > 0


def test_a_killed_supervisor_takes_its_processes_along_and_blocks_nobody(running):
    pids = [process.pid for process in running.state().processes]
    os.kill(running.state().pid, signal.SIGKILL)
    wait_until(lambda: not supervised(running.home))
    wait_until(lambda: not any(psutil.pid_exists(pid) for pid in pids))
    assert running.home.state_file.exists()
    assert running.run("status", exit_code=3).startswith("Billwright does not run.")
    assert "left its state file" in running.run("doctor")
    running.run("up", "--detach")
    assert running.is_ready()


def test_down_stops_everything(running):
    pids = [process.pid for process in running.state().processes]
    assert "Stopped." in running.run("down")
    assert not any(psutil.pid_exists(pid) for pid in pids)
    assert not running.server.running()
    assert "Nothing was running." in running.run("down")


def test_a_newer_schema_is_refused_with_its_cure(stopped):
    stopped.query("insert into django_migrations (app, name, applied) values ('kernel', '9999_later', now())")
    try:
        for command in ("up", "psql"):
            answer = stopped.run(command, exit_code=2)
            assert "newer Billwright: it has kernel.9999_later" in answer
            assert "Install that version" in answer
        assert "newer Billwright" in stopped.run("doctor", exit_code=1)
    finally:
        stopped.server.up()
        stopped.query("delete from django_migrations where name = '9999_later'")


def test_a_taken_port_is_refused_with_its_cure(stopped):
    import socket

    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        answer = stopped.run("up", "--port", str(other.getsockname()[1]), exit_code=2)
    assert "belongs to another program" in answer


def test_a_backup_comes_back_as_it_was(stopped, tmp_path):
    stopped.query("create table if not exists kept as select generate_series(1, 42) as number", role=OWNER_ROLE)
    (stopped.home.files / "ab").mkdir()
    (stopped.home.files / "ab" / "contract.pdf").write_bytes(b"signed")
    file = tmp_path / "book.tar"
    assert "The master key is NOT in it" in stopped.run("backup", str(file))
    assert file.stat().st_mode & 0o077 == 0
    with tarfile.open(file) as archive:
        assert "keys/master.key" not in archive.getnames()
    assert "exists" in stopped.run("backup", str(file), exit_code=2)
    with installed("another") as other:
        assert "every count agrees" in other.run("restore", str(file))
        assert other.query("select count(*) from kept") == 42
        assert (other.home.files / "ab" / "contract.pdf").read_bytes() == b"signed"
        may_update = "select has_table_privilege('billwright_app', 'kernel_audit_event', 'UPDATE')"
        assert other.query(may_update) is False


def test_a_damaged_backup_changes_nothing(stopped, tmp_path):
    file = tmp_path / "book.tar"
    stopped.run("backup", "--with-key", str(file))
    content = file.read_bytes()
    file.write_bytes(re.sub(rb'"kernel_audit_event": \d+', b'"kernel_audit_event": 7', content, count=1))
    before = stopped.query("select count(*) from django_migrations")
    answer = stopped.run("restore", "--replace", str(file), exit_code=2)
    assert "tie-out failed" in answer
    assert stopped.query("select count(*) from django_migrations") == before
    assert stopped.query("select count(*) from pg_database where datname like 'restore%'") == 0
    file.write_bytes(content[: len(content) // 2])
    assert "not a whole backup" in stopped.run("restore", "--replace", str(file), exit_code=2)


@pytest.fixture
def own_server(stopped):
    """A migrated database of an own server (here the embedded one, by its address), and the settings that name it."""
    stopped.server.up()
    stopped.server.sql(f"create database own template {DATABASE} owner {OWNER_ROLE}")
    yield {
        "DATABASE_URL": stopped.server.uri(role=APP_ROLE, database="own"),
        "BILLWRIGHT_OWNER_DATABASE_URL": stopped.server.uri(role=OWNER_ROLE, database="own"),
    }
    stopped.server.sql("drop database own with (force)")


def rows_in_own(stopped, statement):
    with psycopg.connect(stopped.server.uri(role=SUPERUSER, database="own")) as connection:
        return connection.execute(statement).fetchone()[0]


def test_a_backup_comes_back_on_an_own_server(stopped, own_server, tmp_path):
    file = tmp_path / "book.tar"
    stopped.run("backup", str(file))
    with installed("elsewhere") as elsewhere:
        assert "every count agrees" in elsewhere.run("restore", str(file), **own_server)
        elsewhere.run("doctor", **own_server)
    may_delete = "select has_table_privilege('billwright_app', 'kernel_audit_event', 'DELETE')"
    assert rows_in_own(stopped, may_delete) is False


def test_what_does_not_tie_out_leaves_an_own_server_empty(stopped, own_server, tmp_path):
    file = tmp_path / "book.tar"
    stopped.run("backup", str(file))
    content = file.read_bytes()
    file.write_bytes(re.sub(rb'"kernel_audit_event": \d+', b'"kernel_audit_event": 7', content, count=1))
    with installed("elsewhere") as elsewhere:
        assert "tie-out failed" in elsewhere.run("restore", str(file), exit_code=2, **own_server)
    assert rows_in_own(stopped, "select count(*) from pg_tables where schemaname = 'public'") == 0


def test_psql_only_reads_on_an_own_server_unless_told(stopped, own_server):
    assert "reading only" in stopped.run("psql", **own_server)
    assert "reading only" not in stopped.run("psql", "--role", "app", **own_server)


def test_a_mistyped_setting_is_seen(stopped):
    assert "BILLWRIGHT_PROT" in stopped.run("status", exit_code=1, BILLWRIGHT_PROT="80")


def test_the_pause_before_a_restart_doubles_up_to_a_minute():
    assert [pause_before_restart(count) for count in (1, 2, 3, 4, 8, 20)] == [0.5, 1, 2, 4, 60, 60]


def test_a_child_that_dies_waits_before_it_is_started_again(tmp_path):
    spec = ChildSpec(name="short", command=[sys.executable, "-c", ""], log_file=tmp_path / "short.log")
    child = Child(spec, environment=dict(os.environ))
    child.start(at=100.0)
    wait_until(lambda: child.pid is None)
    assert child.tend(at=101.0)
    assert not child.tend(at=101.4)
    assert child.tend(at=101.6)
    assert child.restart_count == 1
    child.stop(grace_seconds=5)
