"""QIF: orders of day and month, splits, opening balances, and what must be refused."""

from datetime import date
from decimal import Decimal

import pytest

from billwright.connectors.qif import QifReader
from billwright.payments.ports import UnableToRead
from billwright.payments.tests.bank_files import read_file, read_one

READER = QifReader()

FILE = """!Account
NCurrent account
TBank
^
!Type:Bank
D3/1'26
T100.00
POpening Balance
L[Current account]
^
D3/15'26
T1,012.30
N101
PMira Voss
MInvoice 7
LIncome:Water
^
"""


def entries(*days):
    return "!Type:Bank\n" + "".join(f"D{day}\nT1.00\n^\n" for day in days)


def test_a_statement_and_its_entry():
    format_name, [found] = read_file(READER, FILE)
    assert (format_name, found.statement.account, found.statement.currency) == ("QIF", "Current account", None)
    assert (found.statement.opening, found.statement.closing, found.statement.ties) == (Decimal("100.00"), None, True)
    [line] = found.entries
    assert (line.booking_date, line.amount, line.counterparty) == (date(2026, 3, 15), Decimal("1012.30"), "Mira Voss")
    assert (line.remittance, line.bank_reference, line.code) == ("Invoice 7", "101", "Income:Water")


@pytest.mark.parametrize(
    ("days", "first"),
    [
        (("03/04/2026", "15/04/2026"), date(2026, 4, 3)),
        (("03/04/2026", "04/15/2026"), date(2026, 3, 4)),
        (("03/04/2026",), date(2026, 3, 4)),
        (("03.04.2026",), date(2026, 4, 3)),
        (("2026-04-03",), date(2026, 4, 3)),
        (("3/ 4'26", "3/15'26"), date(2026, 3, 4)),
        (("3/15/99",), date(1999, 3, 15)),
        # Both orders are possible, but only one of them rises.
        (("05/04/2026", "01/05/2026"), date(2026, 4, 5)),
    ],
)
def test_the_order_of_dates_is_the_one_that_fits_all(days, first):
    assert read_one(READER, entries(*days)).entries[0].booking_date == first


def test_no_order_fits():
    with pytest.raises(UnableToRead) as refused:
        read_file(READER, entries("03/15/2026", "15/03/2026"))
    assert refused.value.row == 5


@pytest.mark.parametrize(("second", "ties"), [("7.30", True), ("7.31", False)])
def test_shares_add_up_to_their_record(second, ties):
    content = f"!Type:Bank\nD3/15'26\nT12.30\nSWater\n$5.00\nSTax\n$ {second}\n^\n"
    found = read_one(READER, content)
    assert (found.amounts, found.statement.ties) == (["12.30"], ties)


@pytest.mark.parametrize(
    ("written", "amount"), [("1.234,56", "1234.56"), ("-1,234.56", "-1234.56"), ("12,5", "12.5"), ("1,234", "1234")]
)
def test_either_decimal_mark(written, amount):
    assert read_one(READER, f"!Type:Bank\nD3/15'26\nT{written}\n^\n").amounts == [amount]


def test_lists_that_are_not_of_the_bank_are_passed_over():
    assert read_one(READER, "!Type:Cat\nNWater\n^\n" + entries("3/15/2026")).amounts == ["1.00"]


def test_a_truncated_file_is_refused():
    with pytest.raises(UnableToRead, match="cut off"):
        read_file(READER, FILE.rstrip("^\n"))


@pytest.mark.parametrize("broken", ["T1.2.3", "Tabc", ""])
def test_a_wrong_amount_is_named_by_its_line(broken):
    with pytest.raises(UnableToRead) as refused:
        read_file(READER, f"!Type:Bank\nD3/15/2026\n{broken}\n^\n")
    assert refused.value.row == 4
