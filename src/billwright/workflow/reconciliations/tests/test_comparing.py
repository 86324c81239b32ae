"""Their paper beside our books: every line in one finding, and the findings add up to both balances."""

import time
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from billwright.receivables.reconciliation_rows import Columns, OurEntry, TheirEntry
from billwright.receivables.states import TheirContent
from billwright.workflow.reconciliations.comparing import compare
from billwright.workflow.reconciliations.reading import find_columns, read_lines, read_paper

AS_OF = date(2026, 3, 31)
BOOKS = """
invoice IN-000101 2026-01-05 11500 11500
invoice IN-000102 2026-01-20 23000 13000
invoice IN-000103 2026-02-05 5000  5000
invoice IN-000104 2026-03-30 7000  7000
cash    RC-000001 2026-02-10 -10000 0
cash    RC-000002 2026-04-02 -5000 -5000
"""
MOVEMENTS = """
IN 101     2026-01-05 11500
in-000102  2026-01-21 23100
IN-000999  2026-03-01 400
IN-000101  2026-01-05 11500
PAY-1      2026-02-09 -10000
PAY-2      2026-03-31 -5000
PAY-3      2026-01-15 -333
"""


def ours(text=BOOKS):
    return [
        OurEntry(
            our_key=f"{kind}:{number}",
            is_document=kind == "invoice",
            account_id=1,
            currency="ZAR",
            number=number,
            reference="",
            dated_on=date.fromisoformat(day),
            amount_minor=int(amount),
            open_minor=int(left),
        )
        for kind, number, day, amount, left in (line.split() for line in text.strip().splitlines())
    ]


def theirs(text=MOVEMENTS):
    lines = []
    for row, line in enumerate(text.strip().splitlines(), start=2):
        *number, day, amount = line.split()
        lines.append(
            TheirEntry(
                row=row,
                currency="ZAR",
                amount_minor=int(amount),
                number=" ".join(number),
                dated_on=date.fromisoformat(day),
            )
        )
    return lines


def found(lines, entries, content=TheirContent.MOVEMENTS):
    rows = compare(lines, entries, content=content, as_of=AS_OF, since=None, timing_days=5)
    return [
        (str(one.kind), one.theirs.number if one.theirs else "", one.ours.number if one.ours else "") for one in rows
    ]


def test_each_difference_has_its_kind():
    assert found(theirs(), ours()) == [
        ("AGREED", "IN 101", "IN-000101"),
        ("AMOUNT_DIFFERS", "in-000102", "IN-000102"),
        ("LISTED_TWICE", "IN-000101", ""),
        ("MISSING_AT_US", "IN-000999", ""),
        ("AGREED", "PAY-1", "RC-000001"),
        ("TIMING", "PAY-2", "RC-000002"),
        ("UNKNOWN_PAYMENT", "PAY-3", ""),
        ("MISSING_AT_THEM", "", "IN-000103"),
        ("TIMING", "", "IN-000104"),
    ]


def test_what_they_say_is_open_and_what_a_remittance_pays():
    short = theirs("IN-000102 2026-01-20 3000\nIN-000101 2026-01-05 11500")
    assert found(short, ours(), TheirContent.OPEN_ITEMS)[:2] == [
        ("SHORT_PAYMENT", "IN-000102", "IN-000102"),
        ("AGREED", "IN-000101", "IN-000101"),
    ]
    assert found(short, ours(), TheirContent.REMITTANCE) == [
        ("SHORT_PAYMENT", "IN-000102", "IN-000102"),
        ("AGREED", "IN-000101", "IN-000101"),
    ]


def test_two_thousand_payments_of_one_amount_find_each_other_by_the_nearest_day():
    begin, count = date(2025, 1, 1), 2000
    books = ours("\n".join(f"cash RC-{n:06} {begin + timedelta(days=n * 2 % 400)} -10000 0" for n in range(count)))
    paper = theirs("\n".join(f"PAY-{n} {begin + timedelta(days=n * 2 % 400 - 1)} -10000" for n in range(count)))
    began = time.perf_counter()
    kinds = {kind for kind, _theirs, _ours in found(paper, books)}
    assert kinds == {"AGREED"}
    # Looking at every payment of ours for every line of theirs took 35 s, this a tenth of one.
    assert time.perf_counter() - began < 5


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_the_findings_add_up_to_both_balances_whatever_is_missing(draw):
    lines = draw.draw(st.lists(st.sampled_from(theirs()), unique_by=lambda line: line.row))
    entries = draw.draw(st.lists(st.sampled_from(ours()), unique_by=lambda entry: entry.our_key))
    rows = compare(lines, entries, content=TheirContent.MOVEMENTS, as_of=AS_OF, since=date(2026, 1, 1), timing_days=5)
    counted = [entry.amount_minor for entry in entries if entry.dated_on <= AS_OF]
    assert sum(row.theirs_minor for row in rows) == sum(line.amount_minor for line in lines)
    assert sum(row.ours_minor for row in rows) == sum(counted)
    assert sorted(row.theirs.row for row in rows if row.theirs) == sorted(line.row for line in lines)


@pytest.mark.parametrize(
    ("content", "amounts"),
    [
        (b"Acme Ltd\n\nDate;Invoice no;Open amount\n05/01/2026;IN-1;1 150,00\n20/01/2026;IN-2;-20,50\n;;1 129,50\n",
         [115000, -2050]),
        (b"Doc No,Date,Debit,Credit\nIN-1,2026-01-05,1150.00,\nPAY,2026-01-20,,20.50\n", [115000, -2050]),
    ],
)  # fmt: skip
def test_columns_are_found_in_the_layouts_of_ledgers(content, amounts):
    table = read_paper(content, name="statement.csv")
    columns = find_columns(table)
    lines, _skipped = read_lines(table, columns, currency="ZAR", account_ids={}, account_id=None)
    assert [line.amount_minor for line in lines][:2] == amounts
    assert isinstance(columns, Columns)
