"""A used clone is emptied to what its template holds."""

import psycopg
import pytest


@pytest.fixture
def used(shared_server):
    """A clone in which rows were added, changed and removed, and numbers taken."""
    name = shared_server.clone(remembered=True)
    with psycopg.connect(shared_server.address(name)) as connection:
        connection.execute("set session_replication_role = replica")
        connection.execute("insert into django_content_type (app_label, model) values ('strange', 'thing')")
        connection.execute("update auth_permission set name = 'Other' where id = (select min(id) from auth_permission)")
        connection.execute("delete from django_migrations where app = 'org'")
        connection.execute("insert into org_holiday (country, day, name) values ('ZA', '2026-12-16', 'A day')")
        connection.execute("select nextval('accounts_billing_account_serial')")
    yield name
    shared_server.drop(name)


def held(shared_server, name):
    """All rows of all tables, and where all numbers stand."""
    rows = {}
    with psycopg.connect(shared_server.address(name)) as connection:
        tables = connection.execute("select tablename from pg_tables where schemaname = 'public'").fetchall()
        for (table,) in tables:
            rows[table] = sorted(str(row) for row in connection.execute(f"table public.{table}"))
        numbers = connection.execute(
            "select sequencename, coalesce(last_value, start_value), last_value is null from pg_sequences"
            " where schemaname = 'public' order by 1"
        )
        return rows, numbers.fetchall()


def test_a_used_clone_is_emptied_to_what_its_template_holds(shared_server, used):
    fresh = shared_server.clone()
    try:
        assert held(shared_server, used) != held(shared_server, fresh)
        shared_server.empty(used)
        assert held(shared_server, used) == held(shared_server, fresh)
    finally:
        shared_server.drop(fresh)
