"""The statement that finds causes says what the bill compare says, to the cent."""

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings

from billwright.kernel.sql import step
from billwright.workflow.bill_compare.causes import Cause, changes
from billwright.workflow.bill_compare.tests.test_causes import lines
from billwright.workflow.shadow_run.tables import make_tables

pytestmark = pytest.mark.django_db

COLUMNS = (
    "side, payer_id, account_id, currency, charge_key, kind, text, price_id, formula, quantity, billed_quantity,"
    " unit_price, per, days, base_days, share_percent, amount_minor, discount_minor, tax_minor, gross_minor, scale,"
    " line_no"
)


def entered(side, place, line):
    item = line["item"]
    key = f"{item['subscription']} {item['charge']}" if item else f"{line['kind']} {line['text']}"
    return (
        side, 1, 1, "ZAR", key, line["kind"], line["text"], line["price_id"], line["formula"], line["quantity"],
        line["billed_quantity"], line["unit_price"], 1, line["days"], line["base_days"], line["share_percent"] or 100,
        line["amount_minor"], line["discount_minor"], line["tax_minor"], line["gross_minor"], 100, place,
    )  # fmt: skip


def found_in_sql(before, after):
    make_tables()
    rows = [entered("A", place, line) for place, line in enumerate(before)]
    rows += [entered("B", place, line) for place, line in enumerate(after)]
    with connection.cursor() as cursor:
        cursor.executemany(f"insert into run_draft ({COLUMNS}) values ({', '.join(['%s'] * 22)})", rows)
        step("billwright.workflow.shadow_run", "find_changes").run(cursor, {})
        cursor.execute("select charge_key, cause, amount_minor, before, after from run_draft_change")
        return sorted(cursor.fetchall())


def told_by_compare(before, after):
    """The changes of bill_compare by charge; what began or ended is told as new or missing."""
    keys = {entered("A", 0, line)[4] for line in (*before, *after)}
    told = []
    for key in keys:
        sides = [[line for line in side if entered("A", 0, line)[4] == key] for side in (before, after)]
        had = any(line["kind"] in ("RECURRING", "USAGE") for line in sides[0])
        for change in changes(*sides):
            cause = ("missing" if had else "new") if change.cause == Cause.SERVICE else change.cause.value
            told.append((key, cause, change.amount_minor, change.before, change.after))
    return sorted(told)


@settings(max_examples=25, suppress_health_check=list(HealthCheck), deadline=None)
@given(lines, lines)
def test_the_statement_finds_what_the_comparison_of_bills_finds(before, after):
    found, told = found_in_sql(before, after), told_by_compare(before, after)
    assert [row[:3] for row in found] == [row[:3] for row in told]
    assert [row[3:] for row in found if "/" in row[3] + row[4]] == [row[3:] for row in told if "/" in row[3] + row[4]]
