"""NACHA returns: reasons, signs, changes that move no money, control totals."""

from datetime import date
from decimal import Decimal

import pytest

from billwright.connectors.nacha_returns import NachaReturnReader
from billwright.payments.ports import UnableToRead
from billwright.payments.tests.bank_files import read_file, read_one

READER = NachaReturnReader()

HEADER = "101 121000248 1234567892603020800A094101HARBOUR WATER          BANK                   ".ljust(94)
BATCH = (
    "5200" + "HARBOUR WATER".ljust(16) + " " * 20 + "1234567890" + "PPD" + "WATER".ljust(10) + " " * 6 + "260302"
).ljust(87) + "0000001"


def entry(amount="12.30", code="26", name="MIRA VOSS"):
    cents = str(int(Decimal(amount) * 100)).zfill(10)
    return (
        f"6{code}121000248"
        + "9876543210".ljust(17)
        + cents
        + "INV-7".ljust(15)
        + name.ljust(22)
        + "  1"
        + "121000240000001"
    )


def addenda(reason="R01", kind="99"):
    return ("7" + kind + reason + "121000240000077" + " " * 6 + "12100024" + " " * 44 + "121000240000001").ljust(94)


def control(count=2, debits="12.30", credited="0.00", hash_=12100024):
    sums = "".join(str(int(Decimal(amount) * 100)).zfill(12) for amount in (debits, credited))
    return (f"8200{count:06}{hash_:010}" + sums + "1234567890").ljust(87) + "0000001"


def returns(*records, batch_end=None, batches=1):
    return "\n".join([HEADER, BATCH, *records, batch_end or control(), f"9{batches:06}".ljust(94), "9" * 94]) + "\n"


def test_a_returned_debit_takes_the_money_back():
    format_name, [found] = read_file(READER, returns(entry(), addenda()))
    assert (format_name, found.statement.account, found.statement.currency) == ("NACHA", "1234567890", "USD")
    assert found.statement.faults == ()
    [line] = found.entries
    assert (line.booking_date, line.amount, line.code) == (date(2026, 3, 2), Decimal("-12.30"), "R01")
    assert (line.end_to_end, line.counterparty, line.counterparty_account) == ("INV-7", "MIRA VOSS", "9876543210")
    assert line.bank_reference == "121000240000001"
    # Without words of the bank, the trace of the entry that is returned.
    assert line.remittance == "121000240000077"


def test_a_returned_credit_brings_the_money_back():
    content = returns(entry(code="21"), addenda("R03"), batch_end=control(debits="0.00", credited="12.30"))
    assert read_one(READER, content).amounts == ["12.30"]


def test_a_notification_of_change_moves_no_money():
    content = returns(entry("0.00"), addenda("C01", kind="98"), batch_end=control(debits="0.00"))
    found = read_one(READER, content)
    assert (found.entries, found.statement.ties) == ([], True)


@pytest.mark.parametrize("end", [control(count=3), control(debits="12.31"), control(hash_=1)])
def test_control_totals_are_held_against_the_entries(end):
    assert not read_one(READER, returns(entry(), addenda(), batch_end=end)).statement.ties


def test_the_count_of_batches_is_held_against_the_file():
    assert not read_one(READER, returns(entry(), addenda(), batches=2)).statement.ties


def test_a_payment_file_is_no_return_file():
    with pytest.raises(UnableToRead, match="payment file"):
        read_file(READER, returns(entry(), entry()))


def test_a_truncated_file_is_refused():
    with pytest.raises(UnableToRead, match="cut off"):
        read_file(READER, "\n".join(returns(entry(), addenda()).splitlines()[:-2]))


def test_a_wrong_reason_is_named_by_its_line():
    with pytest.raises(UnableToRead) as refused:
        read_file(READER, returns(entry(), addenda("X01")))
    assert refused.value.row == 3
