"""A step's header says whose it is and what it touches; the body is held to it."""

import pytest
from django.apps import apps
from tests.architecture.layout import SOURCE, none_of, tiers
from tests.architecture.sql_reading import CLOCKS, SHOUTED, bare, touched

from billwright.kernel import sql

FILES = sorted(path for path in SOURCE.rglob("sql/*.sql") if "migrations" not in path.parts)
FROM_THE_SERVER = {"pg_locks", "pg_class", "pg_stat_activity"}


def table_owners():
    return {
        model._meta.db_table: model.__module__.split(".")[1]
        for model in apps.get_models(include_auto_created=True)
        if model.__module__.startswith("billwright.")
    }


def faults(text, *, app, file_name):
    """What is wrong with a step, in sentences."""
    step = sql.parse(text)
    found = touched(text)
    owners = table_owners()
    uses = set(step.uses)
    yield from (f"{word} is a clock; take a parameter" for word in CLOCKS.findall(bare(text)))
    yield from (f"{word}: keywords are lowercase" for word in SHOUTED.findall(bare(text)))
    if bare(text).strip().rstrip(";").count(";"):
        yield "more than one statement"
    if found.writes - uses != set(step.writes):
        yield f"writes {sorted(found.writes - uses)}, declares {sorted(step.writes)}"
    if found.reads - uses - FROM_THE_SERVER != set(step.reads):
        yield f"reads {sorted(found.reads - uses)}, declares {sorted(step.reads)}"
    if not set(step.needs) <= uses:
        yield f"needs {sorted(set(step.needs) - uses)} without using it"
    unknown = (set(step.reads) | set(step.writes)) - owners.keys()
    yield from (f"{table} is no table of ours; a working table is named under uses" for table in sorted(unknown))
    foreign = {table for table in step.writes if owners.get(table) not in (None, step.owner)}
    yield from (f"{table} belongs to {owners[table]}, not to {step.owner}" for table in sorted(foreign))
    if step.owner not in tiers():
        yield f"owner {step.owner} is no app"
    named = [owners[table] for table in (*step.reads, *step.writes) if table in owners]
    yield from (f"{other} is above {app}" for other in sorted(set(named)) if tiers()[other] > tiers()[app])
    if "_check_" in file_name and (step.writes or found.writes - uses):
        yield "a check only reads"


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(SOURCE).as_posix())
def test_the_body_is_what_the_header_says(file):
    app = file.relative_to(SOURCE).parts[0]
    none_of(faults(file.read_text(encoding="utf-8"), app=app, file_name=file.name))


HEADER = "-- step: s\n-- owner: ledger\n-- reads: {reads}\n-- writes: {writes}\n-- why: w\n"


@pytest.mark.parametrize(
    ("reads", "writes", "body", "fault"),
    [
        ("none", "none", "select * from ledger_posting", "reads"),
        ("ledger_posting", "none", "delete from ledger_posting", "writes"),
        ("none", "invoicing_invoice", "update invoicing_invoice set total_minor = 0", "belongs to invoicing"),
        ("none", "none", "select now()", "clock"),
        ("none", "none", "SELECT 1", "lowercase"),
        ("none", "none", "select 1; select 2", "one statement"),
        ("nowhere", "none", "select * from nowhere", "no table of ours"),
        ("invoicing_invoice", "none", "select * from invoicing_invoice", "above"),
    ],
)
def test_each_fault_is_seen(reads, writes, body, fault):
    text = HEADER.format(reads=reads, writes=writes) + body
    assert any(fault in found for found in faults(text, app="ledger", file_name="s.sql"))


def test_common_table_expressions_are_not_tables():
    text = """
        with due as (select p.entry_id from ledger_posting as p inner join ledger_journal_entry as e on true),
        moved as (update ledger_accounting_period set state = 'x' from due where id = due.entry_id returning id)
        insert into ledger_journal_entry (id) select id from moved
        where extract(day from issued_on) = 1 and a is distinct from b
        on conflict (id) do update set id = 1
    """
    found = touched(text)
    assert found.reads == {"ledger_posting", "ledger_journal_entry"}
    assert found.writes == {"ledger_accounting_period", "ledger_journal_entry"}
