"""Norm 43: places of the records, concepts, sums of both sides, the count of the file."""

from datetime import date
from decimal import Decimal

import pytest

from billwright.connectors.aeb43 import SpanishReader
from billwright.payments.ports import UnableToRead
from billwright.payments.tests.bank_files import read_file, read_one

READER = SpanishReader()


def money(amount):
    return str(int(Decimal(amount) * 100)).zfill(14)


ACCOUNT = "218504180200012345"[:18]
HEADER = f"11{ACCOUNT}260301260331{2}{money('100.00')}9783HARBOUR WATER".ljust(80)


def entry(amount="12.30", mark="2", document="1234567890", first="INV-7       ", second="SECOND          "):
    return f"22    1805260302260303{'04'}{'007'}{mark}{money(amount)}{document.zfill(10)}{first}{second}".ljust(80)


def concept(first, second="", number="01"):
    return f"23{number}{first.ljust(38)}{second.ljust(38)}"


def footer(closing="112.30", debits=(0, "0.00"), credited=(1, "12.30"), mark="2"):
    sides = "".join(f"{count:05}{money(amount)}" for count, amount in (debits, credited))
    return f"33{ACCOUNT}{sides}{mark}{money(closing)}978".ljust(80)


def aeb43(*records, end=None, count=None):
    lines = [HEADER, *records, end or footer()]
    return "\n".join([*lines, f"88{'9' * 18}{len(lines) if count is None else count:06}".ljust(80)]) + "\n"


def test_a_statement_and_its_entry():
    format_name, [found] = read_file(READER, aeb43(entry(), concept("TRANSFERENCIA DE MIRA VOSS", "FACTURA 7")))
    assert (format_name, found.statement.account, found.statement.currency) == ("AEB43", ACCOUNT, "EUR")
    assert (found.statement.opening, found.statement.closing) == (Decimal("100.00"), Decimal("112.30"))
    assert found.statement.faults == ()
    [line] = found.entries
    assert (line.booking_date, line.value_date, line.amount) == (date(2026, 3, 2), date(2026, 3, 3), Decimal("12.30"))
    assert (line.bank_reference, line.end_to_end, line.code) == ("1234567890", "INV-7", "04-007")
    assert line.remittance == "TRANSFERENCIA DE MIRA VOSS FACTURA 7 SECOND"


def test_several_accounts_of_one_file():
    content = aeb43(entry(), footer(), HEADER, entry("2.00", mark="1"), end=footer("98.00", (1, "2.00"), (0, "0.00")))
    _format, found = read_file(READER, content)
    assert [one.amounts for one in found] == [["12.30"], ["-2.00"]]
    assert [one.statement.ties for one in found] == [True, True]


@pytest.mark.parametrize("end", [footer(credited=(2, "12.30")), footer(credited=(1, "12.31")), footer("112.31")])
def test_sums_are_held_against_the_entries(end):
    assert len(read_one(READER, aeb43(entry(), end=end)).statement.faults) == 1


def test_the_count_of_the_file_is_held_against_its_records():
    assert not read_one(READER, aeb43(entry(), count=9)).statement.ties


def test_letters_of_spain():
    content = aeb43(entry(), concept("SEÑOR MUÑOZ"))
    assert read_one(READER, content, "latin-1").entries[0].remittance == "SEÑOR MUÑOZ SECOND"


@pytest.mark.parametrize("kind", ["33", "88"])
def test_a_truncated_file_is_refused(kind):
    lines = [line for line in aeb43(entry()).splitlines() if not line.startswith(kind)]
    with pytest.raises(UnableToRead):
        read_file(READER, "\n".join(lines))


@pytest.mark.parametrize(
    ("before", "after", "line"), [("2200", "22XX", 2), ("260302260303", "261302260303", 2), ("\n22  ", "\n77  ", 2)]
)
def test_a_wrong_record_is_named_by_its_line(before, after, line):
    content = aeb43(entry(), concept("x")).replace(before, after, 1)
    if before == "2200":
        content = aeb43(entry().replace(money("12.30"), "0000000000123X"))
    with pytest.raises(UnableToRead) as refused:
        read_file(READER, content)
    assert refused.value.row == line
