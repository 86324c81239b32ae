"""BAI2: implied decimals, funds types, continuations, control totals of every level."""

from datetime import date
from decimal import Decimal

import pytest

from billwright.connectors.bai2 import BaiReader
from billwright.payments.ports import UnableToRead
from billwright.payments.tests.bank_files import read_file, read_one

READER = BaiReader()

# 10000 + 10800 + 1230 + 430 = 22460, in minor units.
FILE = """01,121000248,HARBOUR,260302,0800,1,80,,2/
02,HARBOUR,121000248,1,260302,,USD,2/
03,0123456789,USD,010,10000,,,015,10800,,/
16,165,1230,V,260303,,B-1,INV-7,MIRA VOSS, INVOICE 7/2026
88,SECOND LINE OF TEXT
16,475,430,S,430,0,0,B-2,101/
49,22460,5/
98,22460,1,7/
99,22460,1,9/
"""


def test_a_statement_and_its_entries():
    found = read_one(READER, FILE)
    assert (found.statement.account, found.statement.currency) == ("0123456789", "USD")
    assert (found.statement.opening, found.statement.closing) == (Decimal("100.00"), Decimal("108.00"))
    assert found.statement.faults == ()
    credit, debit = found.entries
    assert (credit.booking_date, credit.value_date, credit.amount) == (
        date(2026, 3, 2),
        date(2026, 3, 3),
        Decimal("12.30"),
    )
    assert (credit.bank_reference, credit.end_to_end) == ("B-1", "INV-7")
    assert credit.remittance == "MIRA VOSS, INVOICE 7/2026 SECOND LINE OF TEXT"
    assert (debit.amount, debit.code, debit.bank_reference, debit.end_to_end) == (Decimal("-4.30"), "475", "B-2", "101")


@pytest.mark.parametrize(
    ("funds", "reference"),
    [("0,B", "B"), ("Z,B", "B"), (",B", "B"), ("V,260303,1200,B", "B"), ("S,1,2,3,B", "B"), ("D,2,0,600,1,630,B", "B")],
)
def test_funds_types_bring_fields_of_their_own(funds, reference):
    content = FILE.replace("V,260303,,B-1", funds)
    assert read_one(READER, content).entries[0].bank_reference == reference


@pytest.mark.parametrize(("currency", "opening"), [("JPY", "10000"), ("KWD", "10.000"), ("ZAR", "100.00")])
def test_the_currency_decides_the_decimal_places(currency, opening):
    content = FILE.replace("03,0123456789,USD", f"03,0123456789,{currency}")
    assert str(read_one(READER, content).statement.opening) == opening


def test_the_groups_currency_holds_where_the_account_names_none():
    assert read_one(READER, FILE.replace("03,0123456789,USD", "03,0123456789,")).statement.currency == "USD"


def test_continued_summaries():
    content = FILE.replace("010,10000,,,015,10800,,/", "010,10000,,/\n88,015,10800,,/").replace(
        "49,22460,5", "49,22460,6"
    )
    content = content.replace("98,22460,1,7", "98,22460,1,8").replace("99,22460,1,9", "99,22460,1,10")
    found = read_one(READER, content)
    assert (found.statement.closing, found.statement.faults) == (Decimal("108.00"), ())


@pytest.mark.parametrize(
    ("before", "after"),
    [("49,22460", "49,22461"), ("49,22460,5", "49,22460,4"), ("98,22460", "98,22461"), ("99,22460,1", "99,22460,2")],
)
def test_control_totals_of_every_level(before, after):
    assert len(read_one(READER, FILE.replace(before, after)).statement.faults) == 1


def test_balances_are_held_against_entries():
    content = FILE.replace("10800", "10801").replace("22460", "22461")
    [fault] = read_one(READER, content).statement.faults
    assert "108.01" in fault


@pytest.mark.parametrize("record", ["49,", "98,", "99,"])
def test_a_truncated_file_is_refused(record):
    with pytest.raises(UnableToRead, match="cut off"):
        read_file(READER, FILE[: FILE.index(record)])


@pytest.mark.parametrize(
    ("before", "after", "line"),
    [
        ("16,165,1230", "16,165,12.30", 4),
        ("16,165,", "16,ABC,", 4),
        ("260302,,USD", "261302,,USD", 2),
        ("\n88", "\n77", 5),
    ],
)
def test_a_wrong_record_is_named_by_its_line(before, after, line):
    with pytest.raises(UnableToRead) as refused:
        read_file(READER, FILE.replace(before, after))
    assert refused.value.row == line
