"""Every form of advice says the same; what does not add up or is no advice says so."""

import io
from datetime import date
from decimal import Decimal

import pytest
import xlsxwriter

from billwright.connectors.remittances import RemittanceReader
from billwright.connectors.remittances.tests.samples import REMADV, SAMPLES, TEXT, X12
from billwright.connectors.remittances.words import amount_in
from billwright.payments.ports.remittances import UnreadableAdvice

READER = RemittanceReader()


@pytest.mark.parametrize("name", SAMPLES)
def test_every_form_says_the_same(name):
    read = READER.read(SAMPLES[name], name=name)
    assert read is not None
    assert [(line.document, line.amount, line.deduction) for line in read.lines] == [
        ("IN-000123", Decimal(1127), Decimal(23)),
        ("IN-000124", Decimal(500), Decimal(0)),
    ]
    assert "discount" in read.lines[0].reason
    assert (read.currency, read.paid_on, read.stated_total) == ("ZAR", date(2026, 4, 10), Decimal(1627))
    assert read.faults == ()
    assert read.format == name.partition(" with")[0]


def test_a_workbook_with_a_cell_far_out_is_refused_before_it_fills_the_machine():
    written = io.BytesIO()
    with xlsxwriter.Workbook(written, {"in_memory": True}) as book:
        book.add_worksheet("Payment").write("XFD1048576", "x")
    with pytest.raises(UnreadableAdvice, match="reaches to row 1048576"):
        READER.read(written.getvalue(), name="advice.xlsx")


def test_a_total_that_is_another_is_a_fault():
    read = READER.read(TEXT.replace("1,627.00", "1,628.00").encode(), name="")
    assert read is not None
    assert read.faults


@pytest.mark.parametrize("content", [REMADV.partition("UNT")[0], X12.partition("SE*")[0]])
def test_a_message_that_is_cut_off_is_refused(content):
    with pytest.raises(UnreadableAdvice, match="cut off"):
        READER.read(content.encode(), name="")


@pytest.mark.parametrize("content", [b"", b"Dear all, thank you.", b"\x00\x01\x02", b"a;b\n1;2\n"])
def test_what_is_no_advice_is_none(content):
    assert READER.read(content, name="") is None


@pytest.mark.parametrize(
    ("written", "amount"),
    [("1,150.00", "1150.00"), ("1.150,00", "1150.00"), ("1 150,5", "1150.5"), ("(20.00)", "-20.00"),
     ("20.00-", "-20.00"), ("R1,234", "1234"), ("0,500", "0.500"), ("1.000", "1000"), ("ZAR 12.30", "12.30"),
     ("=1+1", None), ("12.3.4", None), ("", None)],
)  # fmt: skip
def test_amounts_in_either_decimal_mark(written, amount):
    assert amount_in(written) == (None if amount is None else Decimal(amount))
