"""Files against the official schemas, their sums and letters; status reports with every kind of answer."""

from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from importlib.resources import files

import pytest
import xmlschema
from hypothesis import given, settings
from hypothesis import strategies as st

from billwright.connectors.sepa_debits import SepaDebitWriter, SepaTransferWriter, StatusReportReader
from billwright.kernel.errors import Refusal
from billwright.kernel.money import Money
from billwright.payments.collecting_rows import BankDetails
from billwright.payments.ports import UnableToRead
from billwright.payments.ports.collection_files import (
    DebitBatch,
    DebitOut,
    OwnAccount,
    TransferBatch,
    TransferOut,
)
from billwright.payments.states import BankDetailsKind

AT = datetime(2026, 3, 5, 9, 0, tzinfo=UTC)
OWN = OwnAccount(
    holder="Harbour Water",
    details=BankDetails(kind=BankDetailsKind.IBAN, iban="DE89370400440532013000", bic="COBADEFFXXX"),
    creditor_id="DE98ZZZ09999999999",
    creditor_name="Harbour Water",
)
DEBIT = DebitOut(
    end_to_end="C0000000001",
    amount=Money.of("115.00", "EUR"),
    holder="Ana Botha",
    details=BankDetails(kind=BankDetailsKind.IBAN, iban="NL91ABNA0417164300"),
    mandate_reference="M-1",
    mandate_signed_on=date(2026, 1, 5),
    sequence="FRST",
    text="Invoice IN-000001",
)


@cache
def schema(name):
    return xmlschema.XMLSchema(str(files("sepaxml") / "schemas" / f"{name}.xsd"))


def batch(*debits, **values):
    values = {"scheme": "sepa-core", "own": OWN} | values
    return DebitBatch(
        message_id="BW-20260309-1", made_at=AT, action_day=date(2026, 3, 9), debits=debits or (DEBIT,), **values
    )


@settings(max_examples=25, deadline=None)
@given(
    debits=st.lists(
        st.tuples(
            st.integers(1, 10**9),
            st.sampled_from(["FRST", "RCUR", "OOFF", "FNAL"]),
            st.text(max_size=90).map(lambda name: "A" + name),
            st.text(max_size=200),
        ),
        min_size=1,
        max_size=6,
    )
)
def test_whatever_names_and_texts_say_the_file_is_valid_and_adds_up(debits):
    written = SepaDebitWriter().write(
        batch(
            *(
                replace(DEBIT, amount=Money(minor, "EUR"), sequence=sequence, holder=name, text=text)
                for minor, sequence, name, text in debits
            )
        )
    )
    # Strict: what is not valid is refused as it is read.
    message = schema("pain.008.001.08").to_dict(written.content.decode())["CstmrDrctDbtInitn"]
    total = sum(minor for minor, *_rest in debits)
    assert (message["GrpHdr"]["CtrlSum"] * 100, message["GrpHdr"]["NbOfTxs"]) == (total, str(len(debits)))


def test_transfers_are_valid():
    transfer = TransferOut(end_to_end="R1", amount=Money.of("12.30", "EUR"), holder="Ana", details=DEBIT.details)
    written = SepaTransferWriter().write(
        TransferBatch(message_id="R-1", made_at=AT, pay_on=date(2026, 3, 6), own=OWN, transfers=(transfer,))
    )
    schema("pain.001.001.09").validate(written.content.decode())
    assert b'<InstdAmt Ccy="EUR">12.30</InstdAmt>' in written.content


@pytest.mark.parametrize(
    ("debit", "own", "field"),
    [
        (replace(DEBIT, amount=Money.of("1.00", "ZAR")), OWN, "amount"),
        (replace(DEBIT, holder="王"), OWN, "holder"),
        (replace(DEBIT, details=BankDetails(kind=BankDetailsKind.ZA, number="1234567")), OWN, "iban"),
        (DEBIT, replace(OWN, creditor_id="DE99ZZZ09999999999"), "creditor_id"),
    ],
)
def test_what_sepa_does_not_take_is_refused_by_row(debit, own, field):
    with pytest.raises(Refusal) as refused:
        SepaDebitWriter().write(batch(DEBIT, debit, own=own))
    assert (refused.value.field, refused.value.row) == (field, None if field == "creditor_id" else 2)


REPORT = """<?xml version="1.0"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><CstmrPmtStsRpt>
<OrgnlGrpInfAndSts><OrgnlMsgId>BW-1</OrgnlMsgId>%s</OrgnlGrpInfAndSts>%s</CstmrPmtStsRpt></Document>"""
ANSWER = "<OrgnlPmtInfAndSts><TxInfAndSts><OrgnlEndToEndId>C1</OrgnlEndToEndId>%s</TxInfAndSts></OrgnlPmtInfAndSts>"
REASON = "<StsRsnInf><Rsn><Cd>AM04</Cd></Rsn></StsRsnInf>"


@pytest.mark.parametrize(
    ("answer", "code", "is_paid"),
    [
        (f"<TxSts>RJCT</TxSts>{REASON}", "AM04", False),
        ("<TxSts>RJCT</TxSts>", "MS03", False),
        ("<TxSts>ACSC</TxSts>", "", True),
        ("<TxSts>ACCP</TxSts>", "", False),
    ],
)
def test_answers_of_single_debits(answer, code, is_paid):
    [entry] = StatusReportReader().read((REPORT % ("", ANSWER % answer)).encode())
    assert (entry.end_to_end, entry.code, entry.is_paid) == ("C1", code, is_paid)


def test_a_file_rejected_whole_is_answered_by_its_name():
    [entry] = StatusReportReader().read((REPORT % (f"<GrpSts>RJCT</GrpSts>{REASON}", "")).encode())
    assert (entry.end_to_end, entry.message_id, entry.code) == ("", "BW-1", "AM04")


def test_a_block_rejected_whole_is_answered_by_its_sequence():
    block = f"<OrgnlPmtInfAndSts><OrgnlPmtInfId>BW-1-RCUR</OrgnlPmtInfId><PmtInfSts>RJCT</PmtInfSts>{REASON}"
    [entry] = StatusReportReader().read((REPORT % ("<GrpSts>PART</GrpSts>", f"{block}</OrgnlPmtInfAndSts>")).encode())
    assert (entry.message_id, entry.sequence, entry.code) == ("BW-1", "RCUR", "AM04")


@pytest.mark.parametrize(
    "content",
    [
        b"<Document><CstmrPmtStsRpt>",
        b'<!DOCTYPE a [<!ENTITY b "bomb">]><Document><CstmrPmtStsRpt/></Document>',
        b"<Document/>",
        (REPORT % ("", ANSWER.replace("C1", "") % "")).encode(),
        # Without a name it would reject the debits of every other block too.
        (REPORT % ("", "<OrgnlPmtInfAndSts><PmtInfSts>RJCT</PmtInfSts></OrgnlPmtInfAndSts>")).encode(),
    ],
)
def test_what_is_no_report_is_refused_with_its_place(content):
    with pytest.raises(UnableToRead) as refused:
        list(StatusReportReader().read(content))
    assert refused.value.where
