"""Emptying a used clone: back to what its template holds, by deleting rows.

A new clone copies a thousand files, which is slow on a busy disk; a small world leaves rows in some sixty tables. What
the template holds itself (roles, content types) is remembered beside it and put back where a world changed it.
"""

from __future__ import annotations

import psycopg

_TABLES = """
    from pg_class as c
    inner join pg_namespace as n on n.oid = c.relnamespace and n.nspname = 'public'
    where c.relkind = 'r' and pg_relation_size(c.oid) > 0
"""
# Columns that the server reckons itself cannot be written.
_COLUMNS = """
    select string_agg(quote_ident(a.attname), ', ' order by a.attnum)
    from pg_attribute as a
    where a.attrelid = held.id and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
"""

_REMEMBER = f"""
do $$
declare held record;
begin
    create schema pristine;
    create table pristine.counter as
    select s.schemaname, s.sequencename, coalesce(s.last_value, s.start_value) as last_value,
        s.last_value is not null as is_called
    from pg_sequences as s where s.schemaname = 'public';
    for held in select c.oid as id, c.relname as name {_TABLES} loop
        execute format('create table pristine.%I as table public.%I', held.name, held.name);
    end loop;
end $$
"""
_EMPTY = f"""
do $$
declare held record; columns text; same boolean;
begin
    set local session_replication_role = replica;
    for held in select c.oid as id, c.relname as name, to_regclass(format('pristine.%I', c.relname)) as copy {_TABLES}
    loop
        if held.copy is null then
            execute format('delete from public.%I', held.name);
            continue;
        end if;
        execute format(
            'select not exists (table public.%1$I except all table pristine.%1$I)
                and not exists (table pristine.%1$I except all table public.%1$I)', held.name) into same;
        if not same then
            columns := ({_COLUMNS});
            execute format('delete from public.%I', held.name);
            execute format('insert into public.%1$I (%2$s) overriding system value select %2$s from pristine.%1$I',
                held.name, columns);
        end if;
    end loop;
    perform setval(format('%I.%I', c.schemaname, c.sequencename)::regclass, c.last_value, c.is_called)
    from pristine.counter as c
    inner join pg_sequences as s using (schemaname, sequencename)
    where s.last_value is not null or c.is_called;
end $$
"""


def remember(address: str) -> None:
    """Note what a new clone holds. `address` is the superuser's to the database."""
    _run(address, _REMEMBER)


def empty(address: str) -> None:
    """Put a clone back to what was remembered of it. Nobody else may be connected."""
    _run(address, _EMPTY)


def _run(address: str, statement: str) -> None:
    with psycopg.connect(address) as connection:
        connection.execute(statement)
