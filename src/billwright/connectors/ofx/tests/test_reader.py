"""OFX of both versions: unclosed leaves, dates with zones, decimal commas, and what must be refused."""

from datetime import date
from decimal import Decimal

import pytest

from billwright.connectors.ofx import OfxReader
from billwright.payments.ports import UnableToRead
from billwright.payments.tests.bank_files import read_file, read_one

READER = OfxReader()

SGML = """OFXHEADER:100
DATA:OFXSGML
VERSION:102
ENCODING:USASCII
CHARSET:1252

<OFX><SIGNONMSGSRSV1><SONRS><STATUS><CODE>0<SEVERITY>INFO</STATUS></SONRS></SIGNONMSGSRSV1>
<BANKMSGSRSV1><STMTTRNRS><TRNUID>1<STMTRS><CURDEF>USD
<BANKACCTFROM><BANKID>121000248<ACCTID>0123456789<ACCTTYPE>CHECKING</BANKACCTFROM>
<BANKTRANLIST><DTSTART>20260301<DTEND>20260331
<STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20260302120000.000[-5:EST]<TRNAMT>12.30
<FITID>F-1<NAME>Mira Voss<MEMO>Inv 7 &amp; 8</STMTTRN>
<STMTTRN><TRNTYPE>CHECK<DTPOSTED>20260303<TRNAMT>-2,30<FITID>F-2<CHECKNUM>101</STMTTRN>
</BANKTRANLIST><LEDGERBAL><BALAMT>110.00<DTASOF>20260331</LEDGERBAL><AVAILBAL><BALAMT>99.00<DTASOF>20260331</AVAILBAL>
</STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>
"""

XML = """<?xml version="1.0" encoding="UTF-8" standalone="no"?>
<?OFX OFXHEADER="200" VERSION="211" SECURITY="NONE" OLDFILEUID="NONE" NEWFILEUID="NONE"?>
<OFX><CREDITCARDMSGSRSV1><CCSTMTTRNRS><CCSTMTRS><CURDEF>EUR</CURDEF>
<CCACCTFROM><ACCTID>4111</ACCTID></CCACCTFROM><BANKTRANLIST>
<STMTTRN><TRNTYPE>DEBIT</TRNTYPE><DTPOSTED>20260302000000[0:GMT]</DTPOSTED><TRNAMT>-5.00</TRNAMT><FITID>X</FITID>
<PAYEE><NAME>Zoë</NAME></PAYEE><REFNUM>R-1</REFNUM><MEMO></MEMO></STMTTRN>
</BANKTRANLIST></CCSTMTRS></CCSTMTTRNRS></CREDITCARDMSGSRSV1></OFX>
"""


def test_version_one_does_not_close_its_leaves():
    found = read_one(READER, SGML)
    assert (found.statement.account, found.statement.currency) == ("0123456789", "USD")
    assert (found.statement.opening, found.statement.closing) == (None, Decimal("110.00"))
    credit, cheque = found.entries
    assert (credit.booking_date, credit.amount, credit.counterparty) == (
        date(2026, 3, 2),
        Decimal("12.30"),
        "Mira Voss",
    )
    assert (credit.remittance, credit.bank_reference, credit.code) == ("Inv 7 & 8", "F-1", "CREDIT")
    assert (cheque.amount, cheque.end_to_end) == (Decimal("-2.30"), "101")


def test_without_an_opening_balance_nothing_contradicts():
    assert read_one(READER, SGML).statement.ties


def test_version_two_and_cards():
    format_name, [found] = read_file(READER, XML)
    assert (format_name, found.statement.account, found.statement.currency) == ("OFX", "4111", "EUR")
    [line] = found.entries
    assert (line.counterparty, line.end_to_end, line.remittance) == ("Zoë", "R-1", None)


def test_a_zone_does_not_move_the_day_that_the_bank_writes():
    content = SGML.replace("20260302120000.000[-5:EST]", "20260302233000.000[-8:PST]")
    assert read_one(READER, content).entries[0].booking_date == date(2026, 3, 2)


def test_a_file_without_line_ends():
    assert read_one(
        READER, SGML.replace("<OFX>", "\x00<OFX>", 1).replace("\n", "").replace("\x00", "\n\n")
    ).amounts == [
        "12.30",
        "-2.30",
    ]


def test_an_entry_in_another_currency_is_a_contradiction():
    content = XML.replace(
        "<FITID>X</FITID>", "<FITID>X</FITID><CURRENCY><CURRATE>1</CURRATE><CURSYM>USD</CURSYM></CURRENCY>"
    )
    assert not read_one(READER, content).statement.ties


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_encodings(encoding):
    assert read_one(READER, XML, encoding).entries[0].counterparty == "Zoë"


def test_entities_are_refused():
    with pytest.raises(UnableToRead, match="document type"):
        read_file(READER, XML.replace("<OFX>", '<!DOCTYPE OFX [<!ENTITY a "aaaa">]><OFX>'))


@pytest.mark.parametrize("share", [0.5, 0.8, 0.97])
def test_a_truncated_file_is_refused(share):
    with pytest.raises(UnableToRead):
        read_file(READER, SGML[: int(len(SGML) * share)])


@pytest.mark.parametrize(("before", "after"), [("12.30", "1.2.3"), ("20260303", "20261303"), ("<TRNAMT>-2,30", "")])
def test_a_wrong_entry_is_refused(before, after):
    with pytest.raises(UnableToRead):
        read_file(READER, SGML.replace(before, after))
