"""MT940 and MT942: marks, dates, pages, envelopes, and the ways of field 86."""

from datetime import date
from decimal import Decimal

import pytest

from billwright.connectors.swift_mt import SwiftReader
from billwright.payments.ports import UnableToRead
from billwright.payments.tests.bank_files import read_file, read_one

READER = SwiftReader()


def mt940(
    *entries, opening="C260302EUR100,00", closing="C260302EUR112,30", number="00017/001", account="NL91ABNA0417164300"
):
    return "\n".join(
        [":20:START", f":25:{account}", f":28C:{number}", f":60F:{opening}", *entries, f":62F:{closing}", "-", ""]
    )


ENTRY = ":61:2603020302C12,30NTRFNONREF//BANK-1"


def narrative(*lines):
    return read_one(READER, mt940(ENTRY, ":86:" + "\n".join(lines))).entries[0]


def test_a_statement_and_its_entry():
    found = read_one(READER, mt940(ENTRY, ":86:Invoice 7"))
    assert (found.statement.account, found.statement.currency, found.statement.number) == (
        "NL91ABNA0417164300",
        "EUR",
        "00017",
    )
    assert (found.statement.opening, found.statement.closing, found.statement.ties) == (
        Decimal("100.00"),
        Decimal("112.30"),
        True,
    )
    [line] = found.entries
    assert (line.booking_date, line.value_date, line.amount) == (date(2026, 3, 2), date(2026, 3, 2), Decimal("12.30"))
    assert (line.bank_reference, line.end_to_end, line.remittance, line.code) == ("BANK-1", None, "Invoice 7", "NTRF")


@pytest.mark.parametrize(
    ("mark", "amount"),
    [("C", "12.30"), ("D", "-12.30"), ("RC", "-12.30"), ("RD", "12.30"), ("CR", "12.30"), ("RDR", "12.30")],
)
def test_marks_and_funds_codes(mark, amount):
    line = read_one(READER, mt940(f":61:2603020302{mark}12,30NTRFREF-1")).entries[0]
    assert (str(line.amount), line.end_to_end) == (amount, "REF-1")


@pytest.mark.parametrize(
    ("value", "entry", "booked"),
    [
        ("251230", "0102", date(2026, 1, 2)),
        ("260102", "1230", date(2025, 12, 30)),
        ("260302", "0302", date(2026, 3, 2)),
        ("240229", "0301", date(2024, 3, 1)),
        ("230301", "0228", date(2023, 2, 28)),
    ],
)
def test_the_entry_date_takes_the_nearest_year(value, entry, booked):
    assert read_one(READER, mt940(f":61:{value}{entry}C12,30NTRFX")).entries[0].booking_date == booked


def test_no_entry_date_is_the_value_date():
    assert read_one(READER, mt940(":61:260302C12,30NMSCNONREF")).entries[0].booking_date == date(2026, 3, 2)


def test_german_subfields():
    line = narrative(
        "166?00SEPA-GUTSCHRIFT?109310?20EREF+E2E-7?21MREF+M-1?22SVWZ+Rechnung 4711 v",
        "om 2. Maerz?30DEUTDEFF?31DE89370400440532013000?32Mira Voss Laden?33 GmbH?34000",
    )
    assert (line.end_to_end, line.mandate, line.remittance) == ("E2E-7", "M-1", "Rechnung 4711 vom 2. Maerz")
    assert (line.counterparty, line.counterparty_account, line.code) == (
        "Mira Voss Laden GmbH",
        "DE89370400440532013000",
        "166",
    )


def test_german_subfields_run_on_when_full():
    line = narrative("166?20SVWZ+ABCDEFGHIJKLMNOPQRSTUV?21WXYZ?22next?60last")
    assert line.remittance == "ABCDEFGHIJKLMNOPQRSTUVWXYZ next last"


@pytest.mark.parametrize(
    ("said", "end_to_end", "remittance"),
    [
        ("EREF+A+B?21SVWZ+1+1 is 2?22 EREF", "A+B", "1+1 is 2 EREF"),
        ("plus + KREF+K-1 SVWZ+x", "K-1", "x"),
        ("1+1 = 2", None, "1+1 = 2"),
        ("before EREF+first EREF+last", "last", "before"),
        ("EREF+", None, None),
        ("EREF+NONREF SVWZ+NOEREF+E-1BIC+DEUTDEFF", "E-1", "NO"),
    ],
)
def test_a_plus_is_a_mark_only_behind_its_word(said, end_to_end, remittance):
    line = narrative(f"166?20{said}")
    assert (line.end_to_end, line.remittance) == (end_to_end, remittance)


def test_a_returned_debit_of_a_german_bank_names_its_reason():
    line = narrative("109?00RUECKLASTSCHRIFT?20EREF+E-1?21SVWZ+RETURN REASON MS03 SONSTIGES?32Mira Voss")
    assert (line.code, line.return_reason) == ("MS03", "MS03")


def test_words_between_slashes():
    line = narrative(
        "/TRTP/SEPA OVERBOEKING/IBAN/NL20INGB0001234567/BIC/INGBNL2A/NAME/M. Voss", "/REMI/Factuur 7/EREF/NOTPROVIDED"
    )
    assert (line.counterparty, line.counterparty_account, line.remittance, line.end_to_end) == (
        "M. Voss",
        "NL20INGB0001234567",
        "Factuur 7",
        None,
    )


def test_the_counterparty_of_dutch_banks():
    line = narrative("/EREF/E-9//CNTP/NL20INGB0001234567/INGBNL2A/M. Voss/Delft//REMI/USTD//Factuur 7/")
    assert (line.end_to_end, line.counterparty, line.counterparty_account, line.remittance) == (
        "E-9",
        "M. Voss",
        "NL20INGB0001234567",
        "Factuur 7",
    )


def test_dutch_headings_within_headings():
    line = narrative("/ORDP//NAME/M. Voss/REMI/Factuur 7/ISDT/2026-03-02")
    assert (line.counterparty, line.remittance) == ("M. Voss", "Factuur 7")


def test_dutch_labels():
    line = narrative(
        "SEPA OVERBOEKING   IBAN: NL20INGB0001234567",
        "BIC: INGBNL2A  NAAM: M. Voss",
        "OMSCHRIJVING: Factuur 7  KENMERK: E-9",
    )
    assert (line.counterparty, line.counterparty_account, line.remittance, line.end_to_end) == (
        "M. Voss",
        "NL20INGB0001234567",
        "Factuur 7",
        "E-9",
    )


def test_plain_text_stays_as_it_is():
    assert narrative("PAYMENT BY M. VOSS", "INVOICE 7/2026").remittance == "PAYMENT BY M. VOSS INVOICE 7/2026"


def test_pages_of_one_statement_are_one():
    first = mt940(ENTRY).replace(":62F:", ":62M:")
    second = mt940(":61:260302D2,30NTRFX", opening="C260302EUR112,30", closing="C260302EUR110,00", number="00017/002")
    found = read_one(READER, first + second.replace(":60F:", ":60M:"))
    assert (found.amounts, found.statement.opening, found.statement.closing, found.statement.ties) == (
        ["12.30", "-2.30"],
        Decimal("100.00"),
        Decimal("110.00"),
        True,
    )


def test_a_page_alone_is_a_statement_of_its_own():
    found = read_one(READER, mt940(ENTRY).replace(":60F:", ":60M:").replace(":62F:", ":62M:"))
    assert found.statement.ties


def test_several_statements_and_the_envelope_of_the_network():
    head = "{1:F01ABNANL2AXXXX0000000000}{2:I940ABNANL2AXXXXN}{4:\n"
    one = head + mt940(ENTRY)[:-2] + "-}{5:{CHK:1234}}\n"
    other = head + mt940(opening="C260303EUR112,30", closing="C260303EUR112,30", number="18")[:-2] + "-}\n"
    format_name, found = read_file(READER, one + other)
    assert (format_name, [statement.statement.number for statement in found]) == ("MT940", ["00017", "18"])


def test_what_is_within_the_day_has_sums_instead_of_balances():
    content = (
        ":20:X\n:25:123456789\n:28C:1/1\n:34F:EUR0,\n:13D:2603021200+0100\n:61:260302C10,NTRFA\n:86:x\n"
        ":61:260302ED5,NTRFA\n:90D:0EUR0,\n:90C:1EUR10,\n-"
    )
    format_name, [found] = read_file(READER, content)
    assert (format_name, found.amounts, found.statement.ties) == ("MT942", ["10"], True)
    _format, [wrong] = read_file(READER, content.replace(":90C:1EUR10,", ":90C:1EUR11,"))
    assert not wrong.statement.ties


def test_a_currency_behind_the_account_is_none_of_its_number():
    assert read_one(READER, mt940(ENTRY, account="NL91ABNA0417164300EUR")).statement.account == "NL91ABNA0417164300"
    assert read_one(READER, mt940(ENTRY, account="37040044/0532013000EUR")).statement.account == "37040044/0532013000"
    # The IBAN of Mauritius ends with a currency.
    assert read_one(READER, mt940(ENTRY, account="MU17BOMM0101101030300200000MUR")).statement.account.endswith("MUR")


def test_overdrawn_balances():
    found = read_one(READER, mt940(ENTRY, opening="D260302EUR10,00", closing="C260302EUR2,30"))
    assert (found.statement.opening, found.statement.ties) == (Decimal("-10.00"), True)


@pytest.mark.parametrize("ends", ["\r\n", "\r", "\n"])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252", "latin-1"])
def test_encodings_and_line_ends(ends, encoding):
    content = mt940(ENTRY, ":86:Zoë Müller").replace("\n", ends)
    assert read_one(READER, content, encoding).entries[0].remittance == "Zoë Müller"


def test_what_does_not_add_up_says_so():
    assert not read_one(READER, mt940(ENTRY, closing="C260302EUR112,31")).statement.ties


@pytest.mark.parametrize("cut", [":62F:", ":61:"])
def test_a_truncated_file_is_refused(cut):
    whole = mt940(ENTRY, ":86:x")
    with pytest.raises(UnableToRead, match="cut off"):
        read_file(READER, whole[: whole.index(cut)])


@pytest.mark.parametrize(
    ("broken", "line"),
    [(":61:2603020302C12.3.0NTRFX", 5), (":61:rubbish", 5), (":61:2613020302C1,NTRFX", 5), (":60F:X", 5)],
)
def test_a_wrong_field_is_named_by_its_line(broken, line):
    with pytest.raises(UnableToRead) as refused:
        read_file(READER, mt940(broken))
    assert refused.value.row == line
