"""Tables of text: the shipped layouts, decimal marks, running balances, formulas, and what must be refused."""

from datetime import date
from decimal import Decimal

import pytest

from billwright.connectors.csv_statements import CsvStatementReader, profile_of_text, shipped_profiles
from billwright.connectors.csv_statements.cells import amount_in
from billwright.kernel.errors import Refusal
from billwright.payments.bank_text import open_bank_file
from billwright.payments.ports import UnableToRead
from billwright.payments.tests.bank_files import as_bytes, read_file, read_one

READER = CsvStatementReader()

FNB = """ACCOUNT TRANSACTION HISTORY

Name:, HARBOUR, WATER
Account:, 62000000017, [Business account]
Balance:, 110.00, 110.00

Date, Amount, Balance, Description
2026/03/03, -2.30, 110.00, "MONTHLY, FEE"
2026/03/02, 12.30, 112.30, MIRA VOSS INV 7
"""

STANDARD_BANK = """0,000010,BRANCH,0
ACC-NO,0000010123456789
OPEN,0,OPEN BALANCE,100.00
HIST,20260302,##,12.30,CREDIT TRANSFER,MIRA VOSS INV 7,1234,0
HIST,20260303,##,-2.30,FEE,MONTHLY FEE,1235,0
CLOSE,0,CLOSE BALANCE,110.00
"""

LAYOUTS = {
    "za-fnb": FNB,
    "za-standard-bank": STANDARD_BANK,
    "za-absa": "Date,Description,Amount,Balance\n20260302,MIRA VOSS,12.30,112.30\n20260303,FEE,-2.30,110.00\n",
    "za-nedbank-four-columns": (
        "Statement Enquiry :\nAccount Number : ,1234567890\n\nDate,Description,Amount,Balance\n"
        "02Mar2026,BROUGHT FORWARD,,100.00\n02Mar2026,MIRA VOSS,12.30,112.30\n03Mar2026,FEE,-2.30,110.00\n"
    ),
    "za-capitec": (
        "Nr,Account,Posting Date,Transaction Date,Description,Original Description,Parent Category,Category,"
        "Money In,Money Out,Fee,Balance\n"
        "1,1234567890,2026-03-02,2026-03-02,Payment,MIRA VOSS,Income,Other,12.30,,,112.30\n"
        "2,1234567890,2026-03-03,2026-03-03,Fee,FEE,Fees,Fees,,-1.30,-1.00,110.00\n"
    ),
    "in-hdfc": (
        "Date,Narration,Value Dat,Debit Amount,Credit Amount,Chq/Ref Number,Closing Balance\n"
        " 02/03/26,UPI-MIRA VOSS, 02/03/26, 0.00, 12.30,000042, 112.30\n"
        " 03/03/26,FEE, 03/03/26, 2.30, 0.00,, 110.00\n"
    ),
    "in-icici": (
        "DETAILED STATEMENT\nAccount Number,:,000405001234\nS No.,Value Date,Transaction Date,Cheque Number,"
        "Transaction Remarks,Withdrawal Amount (INR ),Deposit Amount (INR ),Balance (INR )\n"
        "1,02/03/2026,02/03/2026,-,NEFT MIRA VOSS,0.00,12.30,112.30\n2,03/03/2026,03/03/2026,-,FEE,2.30,0.00,110.00\n"
    ),
    "in-sbi": (
        "Account Number\t:\t_00000012345678901\n"
        "Txn Date\tValue Date\tDescription\tRef No./Cheque No.\tDebit\tCredit\tBalance\n"
        "2 Mar 2026\t2 Mar 2026\tBY TRANSFER MIRA VOSS\t42\t \t12.30\t112.30\n"
        "3 Mar 2026\t3 Mar 2026\tFEE\t\t2.30\t \t110.00\n"
    ),
    "nl-ing": (
        '"Datum";"Naam / Omschrijving";"Rekening";"Tegenrekening";"Code";"Af Bij";"Bedrag (EUR)";"Mutatiesoort";'
        '"Mededelingen";"Saldo na mutatie";"Tag"\n'
        '"20260303";"FEE";"NL20INGB0001234567";"";"DV";"Af";"2,30";"Diversen";"Fee";"110,00";""\n'
        '"20260302";"M. Voss";"NL20INGB0001234567";"NL91ABNA0417164300";"OV";"Bij";"12,30";'
        '"Overschrijving";"Inv 7";"112,30";""\n'
    ),
    "es-general": (
        "Fecha operación;Fecha valor;Concepto;Importe;Saldo\n02/03/2026;02/03/2026;MIRA VOSS;12,30;112,30\n"
        "03/03/2026;03/03/2026;FEE;-2,30;110,00\n"
    ),
}


@pytest.mark.parametrize("name", LAYOUTS)
def test_a_shipped_layout_is_found_and_adds_up(name):
    found = read_one(READER, LAYOUTS[name])
    assert sorted(found.amounts) == ["-2.30", "12.30"]
    assert (found.statement.opening, found.statement.closing) == (Decimal("100.00"), Decimal("110.00"))
    assert found.statement.faults == ()
    assert {line.booking_date for line in found.entries} == {date(2026, 3, 2), date(2026, 3, 3)}


@pytest.mark.parametrize("name", LAYOUTS)
def test_the_profile_is_the_one_of_the_bank(name, tmp_path):
    path = tmp_path / "file"
    path.write_bytes(as_bytes(LAYOUTS[name]))
    with path.open("rb") as source:
        assert READER.profile_of(open_bank_file(source)).name == name


def test_the_account_stands_above_the_table_or_in_a_column():
    assert read_one(READER, FNB).statement.account == "62000000017"
    assert read_one(READER, STANDARD_BANK).statement.account == "10123456789"
    assert read_one(READER, LAYOUTS["in-sbi"]).statement.account == "00000012345678901"
    assert read_one(READER, LAYOUTS["nl-ing"]).statement.account == "NL20INGB0001234567"


def test_every_column_of_a_shipped_profile_stands_in_its_heading():
    for profile in shipped_profiles():
        wanted = profile.columns.model_dump()
        named = [one for value in wanted.values() for one in (value if isinstance(value, tuple) else [value])]
        assert {one for one in named if isinstance(one, str)} <= set(profile.heading), profile.name


@pytest.mark.parametrize(
    ("cell", "decimal", "amount"),
    [
        ("1,234.50", ".", "1234.50"),
        ("1.234,50", ",", "1234.50"),
        ("1 234,50", ",", "1234.50"),
        ("1,00,000.00", ".", "100000.00"),
        ("R 1 234.50", ".", "1234.50"),
        ("-R1,234.50", ".", "-1234.50"),
        ("(12.30)", ".", "-12.30"),
        ("12.30-", ".", "-12.30"),
        ("12.30 DR", ".", "-12.30"),
        ("12.30Cr", ".", "12.30"),
        ("€ 12,30", ",", "12.30"),
        ("12.30 INR", ".", "12.30"),
        ("=1+1", ".", None),
        ("1.234,50", ".", None),
        ("12,30", ".", None),
        ("1.2.3", ".", None),
        ("", ".", None),
        ("abc", ".", None),
        ("9" * 60, ".", None),
    ],
)
def test_amounts(cell, decimal, amount):
    assert amount_in(cell, decimal) == (None if amount is None else Decimal(amount))


def test_a_running_balance_that_does_not_follow_is_named_by_its_line():
    found = read_one(READER, LAYOUTS["za-absa"] + "20260304,MORE,1.00,999.00\n")
    assert "line 4" in found.statement.faults[-1]


def test_formulas_stay_plain_text():
    content = 'Date,Description,Amount,Balance\n20260302,"=HYPERLINK(""http://x"")",12.30,112.30\n'
    assert read_one(READER, content).entries[0].remittance == '=HYPERLINK("http://x")'
    with pytest.raises(UnableToRead) as refused:
        read_file(READER, LAYOUTS["za-absa"] + "20260304,MORE,=1+1,112.30\n")
    assert refused.value.row == 4


def test_a_truncated_row_is_refused():
    with pytest.raises(UnableToRead):
        read_file(READER, LAYOUTS["za-absa"][:-16])
    with pytest.raises(UnableToRead, match="cut off"):
        read_file(READER, STANDARD_BANK[: STANDARD_BANK.index("CLOSE")])


def test_rows_of_another_account_are_another_statement():
    content = LAYOUTS["za-capitec"] + "3,99,2026-03-04,2026-03-04,Payment,ANA,Income,Other,1.00,,,1.00\n"
    _format, found = read_file(READER, content)
    assert [one.statement.account for one in found] == ["1234567890", "99"]


def test_what_is_not_booked_is_left_out():
    heading = "Type,Product,Started Date,Completed Date,Description,Amount,Fee,Currency,State,Balance\n"
    rows = (
        "TRANSFER,Current,2026-03-02 10:00:00,2026-03-02 10:00:01,Mira Voss,12.30,0.00,EUR,COMPLETED,112.30\n"
        "CARD_PAYMENT,Current,2026-03-03 10:00:00,,Shop,-5.00,0.00,EUR,PENDING,\n"
    )
    found = read_one(READER, heading + rows)
    assert (found.amounts, found.statement.currency, found.statement.ties) == (["12.30"], "EUR", True)


OWN = """
name: my-bank
bank: My bank
delimiter: "|"
decimal: ","
dates: ["%d.%m.%Y"]
heading: [Tag, Text, Soll, Haben]
columns: {booking_date: Tag, debit: [Soll], credit: [Haben], remittance: [Text]}
"""


def test_a_profile_of_the_users_own():
    reader = CsvStatementReader(own=[profile_of_text(OWN, name="my.yaml")])
    found = read_one(reader, "Tag|Text|Soll|Haben\n02.03.2026|Mira|  |1.012,30\n03.03.2026|Fee|2,30|\n")
    assert found.amounts == ["1012.30", "-2.30"]


@pytest.mark.parametrize("wrong", ["name: [", OWN + "more: 1\n", OWN.replace("name: my-bank", "name: My Bank")])
def test_a_wrong_profile_is_refused(wrong):
    with pytest.raises(Refusal) as refused:
        profile_of_text(wrong, name="my.yaml")
    assert refused.value.code == "bank_profile.wrong"


@pytest.mark.parametrize("content", ["", "\n\n", "hello world", "a,b,c\n1,2,3\n", "\x00\x01\x02"])
def test_what_is_no_bank_file_is_refused(content):
    with pytest.raises(UnableToRead):
        read_file(READER, content)
