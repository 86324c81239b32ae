"""ACH files: every record where it belongs, control totals, and our own reader of returns over them."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from billwright.connectors.nacha import NachaDebitWriter
from billwright.kernel.errors import Refusal
from billwright.kernel.money import Money
from billwright.payments.collecting_rows import BankDetails
from billwright.payments.ports.collection_files import DebitBatch, DebitOut, OwnAccount
from billwright.payments.states import BankDetailsKind


def us(branch, number="123456789", kind="checking"):
    return BankDetails(kind=BankDetailsKind.US, branch=branch, number=number, account_type=kind)


DEBIT = DebitOut(
    end_to_end="C0000000001",
    amount=Money.of("115.00", "USD"),
    holder="Ana Müller",
    details=us("021000021"),
    mandate_reference="A-1",
    mandate_signed_on=date(2026, 1, 5),
)
OWN = OwnAccount(
    holder="Harbour Water", details=us("011000015"), creditor_id="123456789", creditor_name="Harbour Water"
)


def lines(*debits):
    batch = DebitBatch(
        scheme="nacha", message_id="BW-1", made_at=datetime(2026, 3, 5, 9, 30, tzinfo=UTC),
        action_day=date(2026, 3, 9), own=OWN, debits=debits,
    )  # fmt: skip
    return NachaDebitWriter().write(batch).content.decode("ascii").split("\r\n")[:-1]


def test_batches_by_receiver_and_retry_with_their_control_totals():
    made = lines(
        DEBIT,
        replace(DEBIT, end_to_end="C0000000002", is_retry=True, details=us("011000015", kind="savings")),
        replace(DEBIT, end_to_end="C0000000003", is_organization=True, amount=Money.of("0.01", "USD")),
    )
    assert {len(line) for line in made} == {94}
    assert len(made) % 10 == 0
    assert "".join(line[0] for line in made) == "1568568568" + "9" * 10
    assert [(line[50:53], line[53:63].strip(), line[69:75]) for line in made if line[0] == "5"] == [
        ("PPD", "PAYMENT", "260309"), ("PPD", "RETRY PYMT", "260309"), ("CCD", "PAYMENT", "260309"),
    ]  # fmt: skip
    entries = [line for line in made if line[0] == "6"]
    assert [(e[1:3], e[3:12], e[12:29].strip(), e[29:39], e[39:54].strip()) for e in entries] == [
        ("27", "021000021", "123456789", "0000011500", "C0000000001"),
        ("37", "011000015", "123456789", "0000011500", "C0000000002"),
        ("27", "021000021", "123456789", "0000000001", "C0000000003"),
    ]
    assert entries[0][54:76].strip() == "ANA MULLER"
    assert [e[79:94] for e in entries] == ["011000010000001", "011000010000002", "011000010000003"]
    control = made[10]
    assert (control[1:7], control[7:13], control[13:21]) == ("000003", "000002", "00000003")
    assert (int(control[21:31]), int(control[31:43])) == (2100002 + 1100001 + 2100002, 23001)


def test_a_batch_of_more_than_ten_thousand_debits_has_a_trace_number_for_each():
    made = lines(*[DEBIT] * 10_001)
    traces = [line[79:94] for line in made if line[0] == "6"]
    assert len(set(traces)) == 10_001
    assert traces == sorted(traces)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"details": us("021000022")}, "branch"),
        ({"amount": Money.of("1.00", "EUR")}, "amount"),
        ({"details": BankDetails(kind=BankDetailsKind.IBAN, iban="NL91ABNA0417164300")}, "details"),
    ],
)
def test_what_no_bank_takes_is_refused_by_row(values, field):
    with pytest.raises(Refusal) as refused:
        lines(DEBIT, replace(DEBIT, **values))
    assert (refused.value.field, refused.value.row) == (field, 2)
