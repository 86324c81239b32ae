"""The launcher of the embedded server: every trap that was met once."""

import os
import shutil
import signal
import stat
import subprocess
import threading
from pathlib import Path

import psycopg
import pytest

from billwright.project.runtime import binaries, os_account, tuning
from billwright.project.runtime.os_account import make_private, server_account
from billwright.project.runtime.postgres import OWNER_ROLE
from billwright.project.runtime.refusals import ServerNotStarted
from billwright.project.tests.scratch import running_server, scratch_home, small_server

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="what root does differently; run as root")


def postmaster_pid(server):
    return int((server.cluster / "postmaster.pid").read_text().split()[0])


def test_starts_in_a_path_with_spaces_and_is_found_again():
    with scratch_home("a home, with 'spaces'") as home, running_server(home) as server:
        before = postmaster_pid(server)
        assert small_server(home).up() == server.uri()
        assert postmaster_pid(server) == before
        with psycopg.connect(server.uri()) as connection:
            assert connection.execute("select current_user").fetchone() == ("billwright_app",)
        assert server.stop()
        assert not server.running()
        assert not server.stop()


def test_survives_a_killed_postmaster_with_what_was_committed():
    with scratch_home("killed") as home, running_server(home, durable=True) as server:
        with psycopg.connect(server.uri(role=OWNER_ROLE)) as connection:
            connection.execute("create table kept as select 42 as answer")
        os.kill(postmaster_pid(server), signal.SIGKILL)
        small_server(home, durable=True).up()
        with psycopg.connect(server.uri(role=OWNER_ROLE)) as connection:
            assert connection.execute("select answer from kept").fetchone() == (42,)


def test_processes_that_start_together_get_one_server():
    with scratch_home("together") as home:
        uris = []
        threads = [threading.Thread(target=lambda: uris.append(small_server(home).up())) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        server = small_server(home)
        assert uris == [server.uri()] * 4
        assert server.stop()


def test_a_kill_while_the_cluster_is_made_leaves_nothing_that_looks_like_one():
    with scratch_home("half") as home:
        server = small_server(home)
        draft = server.cluster.with_name(f"{server.cluster.name}.draft")
        draft.mkdir()
        (draft / "PG_VERSION").write_text("18\n")
        server.up()
        assert server.running()
        server.stop()


@as_root
def test_a_closed_home_of_root_has_its_cluster_elsewhere(tmp_path):
    home = tmp_path / "home"
    tmp_path.chmod(0o700)
    with running_server(home) as server:
        place = Path((home / "cluster-place").read_text().strip())
        assert server.cluster.parent == place
        assert home not in server.cluster.parents
        assert server.running()
    shutil.rmtree(place)


@as_root
def test_the_server_runs_under_an_account_that_is_not_root():
    with scratch_home("account") as home, running_server(home) as server:
        owner = server.cluster.stat()
        assert owner.st_uid != 0
        assert stat.S_IMODE(owner.st_mode) == 0o700


@as_root
def test_without_useradd_nobody_runs_it(monkeypatch, tmp_path):
    monkeypatch.setattr(os_account.shutil, "which", lambda *_, **__: None)
    account = server_account(preferred="an-account-that-is-not-there", cluster=tmp_path)
    assert account is not None
    assert account.pw_name == "nobody"


def test_programs_are_copied_when_the_other_account_cannot_reach_them(monkeypatch, tmp_path):
    monkeypatch.setattr(binaries, "readable", lambda _folder: False)
    programs = binaries.programs(copy_to=tmp_path / "runtime18", as_other_account=True)
    assert tmp_path in programs.parents
    answer = subprocess.run([programs / "postgres", "--version"], capture_output=True, text=True, check=True)
    assert "18" in answer.stdout


@as_root
def test_a_socket_folder_that_another_user_prepared_is_refused():
    with scratch_home("planted") as home:
        server = small_server(home)
        server.socket_folder.mkdir()
        os.chown(server.socket_folder, 65533, 65533)
        with pytest.raises(ServerNotStarted, match="belongs to another user"):
            server.up()
        server.socket_folder.rmdir()


def test_a_link_in_place_of_a_private_folder_is_refused(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "private").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ServerNotStarted):
        make_private(tmp_path / "private", account=None)


def test_a_run_dir_too_long_for_a_socket_is_refused(tmp_path):
    with pytest.raises(ServerNotStarted, match="too long"):
        type(small_server(tmp_path))(
            small_server(tmp_path).home,
            run_dir=Path("/" + "x" * 100),
            os_user="billwright",
            settings=tuning.Tuning(memory_mb=64),
        )


@pytest.mark.parametrize(("asked", "budget"), [(100, 100), (1, 64), (0, None)])
def test_memory_is_asked_for_or_a_quarter_of_the_machine(asked, budget):
    expected = budget or min(max(tuning.machine_memory_mb() // 4, 64), 8192)
    assert tuning.default_tuning(memory_mb=asked).memory_mb == expected


def test_the_configuration_quotes_its_socket_and_asks_for_nothing_the_wheel_lacks():
    text = tuning.configuration(tuning.Tuning(memory_mb=512), socket_folder=Path("/tmp/it's here"), clone_files=False)
    assert "unix_socket_directories = '\"/tmp/it''s here\"'" in text
    assert "shared_buffers = 256MB" in text
    assert "jit = off" in text
    assert "fsync" not in text
