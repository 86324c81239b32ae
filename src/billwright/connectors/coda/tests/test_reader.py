"""CODA: places of the records, structured communications, totals with details, the trailer."""

from datetime import date
from decimal import Decimal

import pytest

from billwright.connectors.coda import CodaReader
from billwright.payments.ports import UnableToRead
from billwright.payments.tests.bank_files import read_file, read_one

READER = CodaReader()


def record(*parts):
    """A record of 128 letters: (place from one, text) pairs."""
    line = [" "] * 128
    for place, text in parts:
        line[place - 1 : place - 1 + len(text)] = text
    return "".join(line)


def money(amount):
    return str(int(Decimal(amount) * 1000)).zfill(15)


HEADER = record((1, "0000002032612305"), (25, "REF"), (35, "HARBOUR WATER"), (128, "2"))
OPENING = record((1, "12017"), (6, "BE68539007547034"), (40, "EUR0"), (44, money("100.00")), (59, "010326"))


def movement(
    amount="12.30",
    *,
    mark="0",
    sequence="0001",
    detail="0000",
    code="00150000",
    communication="Invoice 7",
    structured="0",
    name="MIRA VOSS",
):
    lines = [
        record(
            (1, "21" + sequence + detail), (11, "BANKREF-1"), (32, mark + money(amount)), (48, "020326"), (54, code),
            (62, structured + communication), (116, "020326"), (126, "1"),
        ),
        record((1, "22" + sequence + detail), (64, "INV-7"), (126, "1")),
        record((1, "23" + sequence + detail), (11, "DE89370400440532013000"), (48, name)),
    ]  # fmt: skip
    return "\n".join(lines)


def closing(amount="112.30"):
    return record((1, "8017"), (5, "BE68539007547034"), (42, "0" + money(amount)), (58, "020326"))


def trailer(count=5, debits="0.00", credited="12.30"):
    return record((1, "9"), (17, str(count).zfill(6)), (23, money(debits)), (38, money(credited)), (128, "2"))


def coda(*movements, end=None, last=None):
    return "\n".join([HEADER, OPENING, *movements, end or closing(), last or trailer()]) + "\n"


def test_a_statement_and_its_entry():
    format_name, [found] = read_file(READER, coda(movement()))
    assert (format_name, found.statement.account, found.statement.currency) == ("CODA", "BE68539007547034", "EUR")
    assert (found.statement.number, found.statement.opening, found.statement.closing) == (
        "017",
        Decimal("100.000"),
        Decimal("112.300"),
    )
    assert found.statement.faults == ()
    [line] = found.entries
    assert (line.booking_date, line.value_date, line.amount) == (date(2026, 3, 2), date(2026, 3, 2), Decimal("12.30"))
    assert (line.bank_reference, line.end_to_end, line.code) == ("BANKREF-1", "INV-7", "00150000")
    assert (line.counterparty, line.counterparty_account) == ("MIRA VOSS", "DE89370400440532013000")
    assert line.remittance == "Invoice 7"


def test_the_structured_reference_is_written_as_people_write_it():
    line = read_one(READER, coda(movement(communication="101123456789012", structured="1"))).entries[0]
    assert line.remittance == "+++123/4567/89012+++"


def test_a_long_communication_goes_on_in_the_next_records():
    long = movement(communication="A" * 53).replace("220001" + "0000", "2200010000" + "B" * 53, 1)
    content = coda(long).replace("B" * 53 + " " * 53, "B" * 53)
    assert read_one(READER, content).entries[0].remittance.startswith("A" * 53 + "B" * 53)


def test_a_total_becomes_its_details_when_they_add_up():
    total = movement("12.30", code="10150000")
    details = [
        movement("4.30", detail="0001", code="50150000", name="ANA"),
        movement("8.00", detail="0002", code="50150000", name="BORIS"),
    ]
    found = read_one(READER, coda(total, *details, last=trailer(count=11)))
    assert (found.amounts, found.statement.faults) == (["4.300", "8.000"], ())
    assert [line.counterparty for line in found.entries] == ["ANA", "BORIS"]


def test_details_of_a_simple_amount_are_not_money_of_their_own():
    simple = movement("12.30", code="30150000")
    detail = movement("12.30", detail="0001", code="80150000")
    assert read_one(READER, coda(simple, detail, last=trailer(count=8))).amounts == ["12.300"]


def test_the_information_record_tells_what_the_movement_does_not():
    information = record((1, "3100010001"), (40, "0Told beside"))
    found = read_one(READER, coda(movement(communication=""), information, last=trailer(count=6)))
    assert found.entries[0].remittance == "Told beside"


def test_free_communications_are_passed_over():
    free = record((1, "4"), (33, "WE WISH YOU A GOOD YEAR"))
    assert read_one(READER, coda(movement(), end=closing() + "\n" + free)).statement.ties


@pytest.mark.parametrize("last", [trailer(count=9), trailer(credited="12.31"), trailer(debits="1.00")])
def test_the_trailer_is_held_against_the_file(last):
    assert not read_one(READER, coda(movement(), last=last)).statement.ties


def test_what_does_not_add_up_says_so():
    assert not read_one(READER, coda(movement(), end=closing("112.31"))).statement.ties


def test_a_returned_debit_names_its_reason():
    returned = movement(mark="1").replace("INV-7" + " " * 49, "INV-7" + " " * 44 + "1MS03", 1)
    content = coda(returned, end=closing("87.70"), last=trailer(debits="12.30", credited="0.00"))
    [line] = read_one(READER, content).entries
    assert (line.amount, line.return_reason) == (Decimal("-12.30"), "MS03")


def test_a_truncated_file_is_refused():
    with pytest.raises(UnableToRead, match="cut off"):
        read_file(READER, "\n".join(coda(movement()).splitlines()[:-1]))


@pytest.mark.parametrize(
    ("before", "after", "line"),
    [("0000000000012300", "000000000001230X", 3), ("\n22", "\n2X", 4), ("\n8017", "\n7017", 6)],
)
def test_a_wrong_record_is_named_by_its_line(before, after, line):
    with pytest.raises(UnableToRead) as refused:
        read_file(READER, coda(movement()).replace(before, after, 1))
    assert refused.value.row == line
