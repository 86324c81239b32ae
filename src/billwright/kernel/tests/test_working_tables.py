import pytest
from django.db import connection

from billwright.kernel.transactions import rolled_back
from billwright.kernel.working_tables import empty_working_tables, make_working_tables

pytestmark = pytest.mark.django_db

TABLES = {
    "short": "id bigint, name text,\n share numeric, amount numeric",
    "long": "id bigint, name text, facts jsonb",
    "many": "id bigint, item_ids bigint[]",
}


def rows_of(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()


def test_only_long_values_have_a_table_beside():
    make_working_tables(TABLES)
    rows_of("insert into short values (1, repeat('x', 2400), 0.5, 12) returning 1")
    make_working_tables(TABLES)
    assert rows_of("select length(name), share, amount from short") == [(2400, 0.5, 12)]
    rows_of("insert into long values (1, '', to_jsonb(repeat('x', 90000))) returning 1")
    assert rows_of("select length(facts #>> '{}') from long") == [(90000,)]
    beside = rows_of(
        "select relname from pg_class where relnamespace = pg_my_temp_schema() and reltoastrelid <> 0"
        " and relname in ('short', 'long', 'many') order by relname"
    )
    assert beside == [("long",), ("many",)]


def test_tables_are_emptied_only_where_something_is_in_them():
    def files():
        return rows_of("select pg_relation_filenode('short'), pg_relation_filenode('many')")

    make_working_tables(TABLES)
    first = files()
    empty_working_tables(TABLES)
    assert files() == first
    rows_of("insert into many values (1, '{}') returning 1")
    empty_working_tables(TABLES)
    assert rows_of("select count(*) from many") == [(0,)]


def test_only_missing_tables_are_made_also_after_what_made_them_was_rolled_back():
    make_working_tables({"short": TABLES["short"]})
    rows_of("insert into short values (1, 'kept', 0.5, 12) returning 1")
    with rolled_back():
        make_working_tables(TABLES)
    make_working_tables(TABLES)
    assert rows_of("select name from short") == [("kept",)]
    assert rows_of("select count(*) from many") == [(0,)]
